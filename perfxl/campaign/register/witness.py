"""The last entry of the register, noted beside it: a register that was put back from a backup is known by it.

    .registro.ultima.json   {"entry": 57, "hash": "…", "writing": {"final": ["<sha256>", "<sha256>"]}}

``writing``: the results of a run that is being put in place, and under ``approval/<round>`` the document that is being approved, so
that work that is cut short does not look like work the register never heard of. The note is written after the entries; it may be behind them, never before them.
"""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from perfxl.model import documents

NAME = ".registro.ultima.json"


@dataclass(frozen=True)
class Witness:
    """The number and the hash of an entry, 0 and "" when nothing was noted; by round, digests of results under way."""

    entry: int = 0
    hash: str = ""
    writing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read(folder: Path) -> Witness:
    """What was noted in ``folder``; nothing when there is no note that can be read."""
    try:
        note = documents.load(folder / NAME)
        writing = {str(r): tuple(map(str, digests)) for r, digests in note.get("writing", {}).items()}
        return Witness(int(note["entry"]), str(note["hash"]), writing)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Witness()


def approval(round: str) -> str:
    """Under what the document that is being approved is noted."""
    return f"approval/{round}"


def approving(noted: Witness, round: str) -> tuple[str, ...]:
    """The digest of the document of ``round`` whose approval is under way; () when none is."""
    return noted.writing.get(approval(round), ())


def note(folder: Path, witness: Witness) -> None:
    """Note ``witness``, unless it stands there; where that cannot be written the old note stays, and is not wrong."""
    if witness == read(folder):
        return
    document = {"entry": witness.entry, "hash": witness.hash, **({"writing": witness.writing} if witness.writing else {})}
    with contextlib.suppress(OSError):
        documents.write_bytes(folder / NAME, documents.dumps(document).encode())
