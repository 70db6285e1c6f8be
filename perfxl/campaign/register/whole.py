"""Whether the register is the one of the campaign it lies in: nothing there may be newer than its last entry.

A register goes missing, is emptied by a synchronised folder, comes back from a backup: everything that was decided since
would be undone without a word. What lies in the campaign tells: the note of the last entry, results and approvals that the
register never recorded, forms and originals where it records nothing at all.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from perfxl.campaign.register import proof, witness
from perfxl.campaign.register.log import NAME, Entry, Log
from perfxl.campaign.register.recorded import RESULT, WORKBOOK, digest, recorded_digests
from perfxl.campaign.register.store import FOLDER, Store
from perfxl.campaign.register.words import RegisterLost, Unreadable
from perfxl.model.texts import LANGUAGES, Texts


def require_intact(folder: Path, log: Log) -> None:
    """Raise ``Unreadable`` when an entry was changed, ``RegisterLost`` when the register is not that of what lies in ``folder``."""
    stored, highest = log.rows()
    for broken in proof.chain(stored, highest):
        raise Unreadable("unreadable", path=folder / NAME, reason={language: broken.say(language)["found"] for language in LANGUAGES})
    missing = list(_missing(folder, log.entries()))
    if missing:
        sentences = {language: "; ".join(Texts("register", language)(key, **values) for key, values in missing) for language in LANGUAGES}
        raise RegisterLost("register_lost", path=folder / NAME, folder=folder, missing=sentences)


def _missing(folder: Path, entries: list[Entry]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the register should know and does not, as the key of a sentence and its values."""
    noted = witness.read(folder)
    if noted.entry and not any((e.seq, e.hash) == (noted.entry, noted.hash) for e in entries):
        yield "lost_entries", {"last": entries[-1].seq if entries else 0, "noted": noted.entry}
    if all(e.kind == "created" for e in entries):
        yield from (("lost_all", {"where": where}) for where in _lying_about(folder))
        return
    yield from (("lost_approval", {"path": path.relative_to(folder).as_posix()}) for path in _unknown_approvals(folder, entries, noted))
    yield from (("lost_result", {"path": path.relative_to(folder).as_posix()}) for path in _unknown_results(folder, entries, noted))
    if not noted.entry:
        there = {path.stem for path in unknown_originals(folder, entries)}
        count = len(there - _lying(folder)) if there else 0
        yield from [("lost_originals", {"count": count, "folder": FOLDER})] if count else ()


def _lying_about(folder: Path) -> Iterator[str]:
    """The folders that hold what a register has to give account of."""
    for where, pattern in ((FOLDER, "??/[!.]*"), (proof.APPROVED, "*.json"), ("risultati", f"*/{RESULT}"), ("emesse", "*/*.xlsx")):
        if next((folder / where).glob(pattern), None) is not None:
            yield where


def _unknown_approvals(folder: Path, entries: list[Entry], noted: witness.Witness) -> Iterator[Path]:
    """Approved documents of rounds that were never approved, as far as the register knows, nor were being when work was cut short."""
    approved = {e.payload["round"] for e in entries if e.kind == "approval"}
    for path in sorted((folder / proof.APPROVED).glob("*.json")):
        if path.stem not in approved and digest(path) not in witness.approving(noted, path.stem):
            yield path


def _unknown_results(folder: Path, entries: list[Entry], noted: witness.Witness) -> Iterator[Path]:
    """Results that the register never recorded. One that somebody has typed in is not among them: the workbook that was
    written with it, which nobody opens, is recorded."""
    for path in sorted((folder / "risultati").glob(f"*/{RESULT}")):
        round = path.parent.name
        known = recorded_digests(entries, round) | {*noted.writing.get(round, ())}
        if digest(path) in known:
            continue
        beside, workbooks = path.with_name(WORKBOOK), recorded_digests(entries, round, "workbook")
        if beside.is_file() and workbooks:
            if digest(beside) not in workbooks | {*noted.writing.get(round, ())}:
                yield path
        elif not noted.entry:
            yield path


def unknown_originals(folder: Path, entries: list[Entry]) -> list[Path]:
    """The files of the archive that the register never recorded."""
    known = {e.payload["sha256"] for e in entries if e.kind in proof.KEPT} | {e.payload[proof.COPIED[e.kind]] for e in entries if e.kind in proof.COPIED}
    return sorted(p for p in Store(folder).root.glob("??/[0-9a-f]*") if p.stem not in known and not p.name.endswith(".alterato"))


def _lying(folder: Path) -> set[str]:
    """The digests of the files that were received: one that a run cut short had just archived is among them."""
    return {digest(p) for where in ("ricevute", "in arrivo") for p in (folder / where).rglob("*") if p.is_file() and not p.is_symlink()}
