"""The register of one campaign: what was issued, received, decided, approved and run, in the order it happened."""

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from perfxl.campaign.register import proof, witness
from perfxl.campaign.register.lock import WRITER, WriterLock
from perfxl.campaign.register.log import Entry, Log, canonical, stamp, utc_now
from perfxl.campaign.register.recorded import recorded_digests
from perfxl.campaign.register.store import FOLDER, Store
from perfxl.campaign.register.whole import require_intact
from perfxl.campaign.register.words import Unreadable
from perfxl.model.findings import Finding

#: What became of a received file: it came by mail and waits for the next run, it counts, it was merged with another, a
#: later one took its place, it holds answers to questions, it is the same as another, the controller took it away, or it could not be taken.
VERDICTS = ("collected", "used", "merged", "superseded", "answers", "duplicate", "withdrawn", "refused")


@dataclass(frozen=True)
class Decision:
    """A choice of the controller.

    ``key``: what was decided on, the only one of its kind in the round; ``choice`` and ``value``: what was decided;
    ``answers``: the answers the controller saw; ``by``, ``note``, ``at`` (UTC, ISO): who, why and when.
    """

    round: str
    sector: str
    key: str
    choice: str
    value: Any
    answers: Any
    by: str
    note: str
    at: str

    def taken_on(self, answers: Any) -> bool:
        """Whether the answers are those it was taken on, 10 and 10.0 being equal: if not, it needs a new choice."""
        return canonical(self.answers) == canonical(answers)


class Register:
    """The register at ``folder``; made by ``open``. Reading a campaign that has none yet gives an empty one."""

    def __init__(self, folder: Path, log: Log, lock: WriterLock | None):
        self.folder = folder
        self.store = Store(folder)
        self._log, self._lock, self._whole = log, lock, False

    @classmethod
    def open(cls, folder: Path, write: bool = True, clock: Callable[[], datetime] = utc_now) -> "Register":
        """Open the register of the campaign in ``folder``, to be used in a ``with`` statement.

        With ``write``, takes the right to write, makes the register when there is none, and clears what a writer
        that was cut short left half written; raises ``Busy`` while another process has that right. Readers wait
        for nobody. ``Unreadable`` when the file is damaged or of a newer perfxl.
        """
        folder = Path(folder)
        lock = WriterLock(folder, clock) if write else None
        try:
            opened = cls(folder, Log(folder, write, clock), lock)
            if write:
                opened._sweep()
            return opened
        except BaseException:
            if lock:
                lock.release()
            raise

    def __enter__(self) -> "Register":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None and issubclass(kind, Exception) and self._lock:
            with suppress(Unreadable, OSError):
                self.store.take_back({proof.copy_of(e.kind, e.payload) for e in self.entries()})
        self.close()

    def require_intact(self) -> None:
        """Raise ``Unreadable`` when an entry was changed, ``RegisterLost`` when the register is not that of what lies in the campaign."""
        require_intact(self.folder, self._log)
        self._whole = True

    def announce_results(self, round: str, *digests: str) -> None:
        """Note the results of ``round``, by their SHA-256, that are about to be put in place; of an approval: ``witness.approval``."""
        noted = witness.read(self.folder)
        witness.note(self.folder, replace(noted, writing={**noted.writing, round: digests}))

    def note(self) -> None:
        """Note the last entry beside the register, and forget results that it knows by now."""
        entries, noted = self._log.entries(), witness.read(self.folder)
        approved = {witness.approval(e.payload["round"]): {e.payload["digest"]} for e in entries if e.kind == "approval"}
        known = {r: approved.get(r, set()) | recorded_digests(entries, r) for r in noted.writing}
        under_way = {r: digests for r, digests in noted.writing.items() if not known[r] & {*digests}}
        if entries:
            witness.note(self.folder, witness.Witness(entries[-1].seq, entries[-1].hash, under_way))

    def close(self) -> None:
        """Close it and give up the right to write."""
        if self._lock and self._whole:
            self.note()
        self._log.close()
        if self._lock:
            self._lock.release()
            self._lock = None

    def _sweep(self) -> None:
        """Remove what a writer that was cut short left half written: only its own files, in its own places."""
        for pattern in (f"{FOLDER}/??/.[0-9a-f]*", f"{proof.APPROVED}/.*.json.*", f".{WRITER}.*"):
            for left in self.folder.glob(pattern):
                left.unlink(missing_ok=True)

    def batch(self) -> AbstractContextManager[None]:
        """Record what happens inside ``with register.batch():`` all together or not at all; faster, too."""
        return self._log.batch()

    def record_once(self, kind: str, key: str, payload: dict[str, Any]) -> Entry:
        """Record ``payload`` unless the last entry of ``kind`` and ``key`` says the same; the entry that says it."""
        return self._log.record_once(kind, key, payload)

    def entries(self, kind: str | None = None, **filters: Any) -> list[Entry]:
        """Entries in order, of ``kind``, whose payload has these values: ``entries("version", sector="S5")``."""
        return self._log.entries(kind, **filters)

    def latest(self, kind: str, key: str) -> Entry | None:
        """The last entry of ``kind`` and ``key``; None when there is none."""
        return self._log.latest(kind, key)

    def record_form(self, round: str, sector: str, number: int, digest: str, sha256: str) -> Entry:
        """Record an issued workbook: its issue number, the digest in its identity, the SHA-256 of its bytes."""
        return self.record_once("issued", f"{round}/{sector}", {
            "round": round, "sector": sector, "issue": number, "digest": digest, "sha256": sha256})

    def record_request_form(self, round: str, sector: str, number: int, digest: str, sha256: str, requests: list[str]) -> Entry:
        """Record a workbook with questions: its number among the sector's, the digest in its identity, the SHA-256 of its
        bytes, the identifiers of the requests in it."""
        return self.record_once("asked", f"{round}/{sector}/{number}", {
            "round": round, "sector": sector, "number": number, "digest": digest, "sha256": sha256, "requests": requests})

    def extend(self, round: str, sector: str, to: str) -> Entry:
        """Record that a round is due on ``to`` (ISO) for a sector, or for all (``deadlines.ALL``)."""
        return self.record_once("extended", f"{round}/{sector}", {"round": round, "sector": sector, "deadline": to})

    def extensions(self, round: str) -> dict[str, str]:
        """The days (ISO) to which a round was extended, by sector, ``deadlines.ALL`` for all: the last said of each."""
        return {e.payload["sector"]: e.payload["deadline"] for e in self.entries("extended", round=round)}

    def receive(self, content: bytes, round: str, path: str, origin: str = "", arrived: str = "") -> Entry:
        """Keep the bytes of a received file and record where it was found; its first entry says when it was first seen.

        ``path``: where it was found, from the campaign folder with forward slashes; ``origin``: who or what brought
        it (a mail's sender); ``arrived``: when it came (ISO, with its zone), where that is known better than by when it was seen.
        """
        sha256 = self.store.put(content)
        path = path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")  # names that are not Unicode
        arrived = stamp(datetime.fromisoformat(arrived)) if arrived else ""
        arrival = {"origin": origin, "arrived": arrived}
        return self.record_once("received", f"{round}/{sha256}/{path}", {
            "round": round, "sha256": sha256, "size": len(content), "name": path.rpartition("/")[2], "path": path,
            **{name: value for name, value in arrival.items() if value}})

    def record_version(self, round: str, sector: str, sha256: str, number: int, verdict: str, issue: int = 0) -> Entry:
        """Record that a received file is version ``number`` (from 1) of a sector's return, and what became of it; ``issue``:
        the number of the form that it answers, 0 when that is not known."""
        if verdict not in VERDICTS:
            raise ValueError(f"{verdict} is not a verdict")
        return self.record_once("version", f"{round}/{sector}/{sha256}", {
            "round": round, "sector": sector, "sha256": sha256, "version": number, "verdict": verdict,
            **({"issue": issue} if issue else {})})

    def versions(self, round: str, sector: str) -> list[Entry]:
        """What stands of each version of a sector's return, in order of version."""
        stands = {e.key: e for e in self.entries("version", round=round, sector=sector)}
        return sorted(stands.values(), key=lambda e: (e.payload["version"], e.seq))

    def decide(self, key: str, choice: str, value: Any = None, *, round: str, sector: str = "", answers: Any = None,
               by: str = "", note: str = "") -> Entry:
        """Record a choice of the controller; ``Decision`` says what the parts mean."""
        return self.record_once("decision", f"{round}/{key}", {
            "round": round, "sector": sector, "about": key, "choice": choice, "value": value, "answers": answers,
            "by": by, "note": note})

    def decisions(self, round: str, sector: str | None = None) -> dict[str, Decision]:
        """The decisions in force in ``round`` by key, the last of each; of one sector when ``sector`` is given."""
        last = {e.payload["about"]: e for e in self.entries("decision", round=round)}
        return {key: Decision(round, e.payload["sector"], key=key, choice=e.payload["choice"], value=e.payload["value"],
                              answers=e.payload["answers"], by=e.payload["by"], note=e.payload["note"], at=e.at)
                for key, e in last.items() if sector is None or e.payload["sector"] == sector}

    def record_run(self, stage: str, round: str, inputs: str, results: str, findings: dict[str, int],
            questions: dict[str, int], workbook: str = "") -> Entry:
        """Record a run: digests of what went in and came out (the document, the ``workbook``), findings by severity, open
        questions by sector.

        ``stage`` is the verb of the stage; the board follows ``consolidate``.
        """
        return self.record_once("run", f"{stage}/{round}", {
            "stage": stage, "round": round, "inputs": inputs, "results": results, "findings": findings,
            "questions": questions, **({"workbook": workbook} if workbook else {})})

    def verify(self) -> list[Finding]:
        """What is wrong with the chain, the archive and the approved documents; nothing when all is unbroken."""
        return proof.findings(self._log, self.store)
