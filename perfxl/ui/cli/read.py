"""``perfxl read``: a returned workbook as a return document."""

import sys
from argparse import Namespace
from pathlib import Path

from perfxl.model import documents
from perfxl.stages import read as stage
from perfxl.ui.cli.arguments import Arguments
from perfxl.ui.cli.shared import exit_code, extension_for
from perfxl.ui.screen import show_findings
from perfxl.workflow.workers.tasks import Job


def arguments(given: Arguments) -> None:
    """What the command takes."""
    given.add("file", metavar="FILE", type=Path, text="file")
    given.add("--extension", metavar="SCHEMA.json", type=Path, text="extension")


def run(args: Namespace) -> int:
    """Do it; the exit code."""
    job = Job(home=next((f for f in args.file.resolve().parents if (f / "piano.xlsx").is_file()), None))
    reading = stage.read(args.file.read_bytes(), args.file.name, extension_for(args), issued=job.workbook)
    if reading.document is not None:
        sys.stdout.write(documents.dumps(reading.document))
    show_findings(reading.findings, args.lang, sys.stderr)
    return 2 if reading.document is None else exit_code(reading.findings)
