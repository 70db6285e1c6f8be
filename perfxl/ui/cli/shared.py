"""What several commands do alike: exit codes, documents given as files."""

from argparse import Namespace
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from perfxl.campaign import Campaign
from perfxl.campaign.folder import own_fields
from perfxl.model import documents
from perfxl.model.findings import Finding
from perfxl.model.texts import Texts
from perfxl.workflow.running import CannotRun

CLEAN, FINDINGS = 0, 1


def exit_code(findings: Iterable[Finding]) -> int:
    """The exit code of a command that met ``findings``: notes alone are clean."""
    return FINDINGS if any(f.severity != "note" for f in findings) else CLEAN


def document_from(path: Path, language: str) -> Any:
    """What the JSON file ``path`` holds, not yet looked at; raises ``CannotRun`` where it is none."""
    try:
        return documents.load(path)
    except (ValueError, RecursionError) as problem:
        raise CannotRun(Texts("cli", language)("not_json", path=path, reason=problem)) from None


def extension_for(args: Namespace) -> dict[str, Any] | None:
    """The extension schema named, or the one of the campaign that the file stands in, whose words and own fields are in use from here on."""
    home = next((f for f in args.file.resolve().parents if (f / "piano.xlsx").is_file()), None)
    if home:
        from perfxl.workflow.plan_workbook import plan_of  # a file that stands in no campaign does without

        with suppress(CannotRun):  # the file is read without a plan that cannot be
            plan_of(Campaign(home), args.lang)
    if args.extension:
        return own_fields(args.extension)
    return Campaign(home).extension if home else None
