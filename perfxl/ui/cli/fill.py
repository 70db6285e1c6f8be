"""``perfxl fill``: an issued workbook filled in from a return document."""

import sys
from argparse import Namespace
from pathlib import Path

from perfxl.model import documents
from perfxl.model.texts import Texts
from perfxl.stages.issue import fill as stage
from perfxl.ui.cli.arguments import Arguments
from perfxl.ui.cli.shared import (
    document_from,
    exit_code,
    extension_for,
)
from perfxl.ui.screen import show_findings, show_path
from perfxl.workflow.running import CannotRun, violation_lines

UNFILLABLE = ("type", "const", "additionalProperties", "format", "uniqueItems", "maxItems")


def arguments(given: Arguments) -> None:
    """What the command takes."""
    given.add("file", metavar="FILE", type=Path, text="form")
    given.add("document", metavar="RETURN.json", type=Path, text="return")
    given.add("-o", "--output", metavar="OUT.xlsx", type=Path, required=True, text="output")
    given.add("--extension", metavar="SCHEMA.json", type=Path, text="extension")


def run(args: Namespace) -> int:
    """Do it; the exit code."""
    say = Texts("cli", args.lang)
    document, extension = document_from(args.document, args.lang), extension_for(args)
    # A row that lacks something, a value beyond its limits: ``read`` prints what a sector typed, and it can be typed again.
    wrong = [v for v in documents.violations("return", document, extension) if v.rule in UNFILLABLE]
    if wrong:
        listed = violation_lines(wrong[:20], args.lang)
        raise CannotRun(say("return_invalid", count=len(wrong), listed=listed))
    made, findings = stage.fill(args.file.read_bytes(), document, extension)
    documents.write_bytes(args.output, made)
    show_path(args.output)
    show_findings(findings, args.lang, sys.stderr)
    return exit_code(findings)
