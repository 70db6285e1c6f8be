"""The digests of the results: those that the register says perfxl wrote, and those of the files that lie there."""

from collections.abc import Iterable
from hashlib import file_digest
from pathlib import Path

from perfxl.campaign.open_files import WRITTEN
from perfxl.campaign.register.log import Entry

#: A result, and the workbook as it was written with it.
RESULT, WORKBOOK = "consolidato.json", f"{WRITTEN}consolidato.xlsx"


def recorded_digests(entries: Iterable[Entry], round: str, part: str = "results") -> set[str]:
    """The digests of the results of ``round`` that were ever recorded: of the documents, or of the workbooks.

    Those that were there and could not be used when the register was made again count among both.
    """
    entries = list(entries)
    unusable = {d for e in entries if e.kind == "rebuilt" for d in e.payload["unusable"].get(round, ())}
    return unusable | {e.payload[part] for e in entries if e.kind == "run" and e.payload["stage"] == "consolidate" and e.payload["round"] == round
            and e.payload.get(part)}


def digest(path: Path) -> str:
    """SHA-256 of a file, "" when it cannot be read, or is a pipe or a device, which might never end."""
    if not path.is_file():
        return ""
    try:
        with path.open("rb") as opened:
            return file_digest(opened, "sha256").hexdigest()
    except OSError:
        return ""
