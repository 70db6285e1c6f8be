"""What came, sorted: returns are filed, the rest is set aside, everything is kept and registered once."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from perfxl.campaign import Campaign
from perfxl.campaign.register import Entry, Register
from perfxl.campaign.register.store import suffix_of
from perfxl.model import documents
from perfxl.model.findings import Finding, Place
from perfxl.model.identity import Identity
from perfxl.model.rounds import Rounds
from perfxl.model.texts import Texts
from perfxl.stages.mail.incoming import headers, pec, spool, trust
from perfxl.stages.mail.incoming.doubts import (
    concerns,
    doubts,
    of_letter,
    of_secret,
    round_words,
)
from perfxl.stages.mail.incoming.model import Envelope, Item, Letter
from perfxl.stages.mail.incoming.pec import Notice
from perfxl.stages.mail.incoming.spool import Laid, Spooled
from perfxl.stages.mail.wording import reader_failure
from perfxl.workflow import workers as work
from perfxl.workflow.arrived import Collected, CollectedFile
from perfxl.workflow.read_files import read_files
from perfxl.workflow.running import Progress
from perfxl.workflow.workers import FileRead, Job, ReaderFailed, Task, Workers

#: Certificates that the body trusts signatures by, in the campaign, and how their files end; may not exist.
TRUSTED, CERTIFICATES = "certificati", (".pem", ".crt", ".cer")


@dataclass(frozen=True)
class _Kept:
    """A thing that came, its bytes already in the archive under ``sha256``; ``message``: the digest of its message;
    ``said``: what is to be said of it when that is certain before it is read; ``silent``: there is nothing to say of it;
    ``letter``: the message it is, when it brings no file."""

    item: Item
    sha256: str
    size: int
    message: str
    said: tuple[Finding, ...] = ()
    silent: bool = False
    letter: Letter | None = None

    @property
    def path(self) -> str:
        return " › ".join(self.item.inside) or self.item.name

    @property
    def label(self) -> str:
        return " › ".join((*self.item.inside, self.item.name))


class Arrivals:
    """Sorts what came into one campaign: its plan, its open register, what there is to say in the end (``fetched``)."""

    def __init__(self, campaign: Campaign, plan: dict[str, Any], register: Register, fetched: Collected, language: str, workers: Workers):
        self.campaign, self.plan, self.register, self.fetched = campaign, plan, register, fetched
        self.language, self.workers = language, workers
        self.sectors = {s["code"]: s for s in plan["sectors"]}
        self.addresses = [a for s in plan["sectors"] for a in (s.get("email"), *s.get("copies", ())) if a]
        self.blank = {e.payload["sha256"] for kind in ("issued", "asked") for e in register.entries(kind)}
        self.trust = spool.Store(tuple(self._certificates()), TRUSTED)

    def _certificates(self) -> Iterator[Path]:
        """The files with certificates that the body trusts; a finding for one without."""
        for path in sorted((self.campaign.folder / TRUSTED).glob("*")):
            if path.is_file() and path.suffix.lower() in CERTIFICATES and trust.certificates(path):
                yield path
            elif not path.is_dir() and not path.name.startswith("."):
                self.fetched.findings.append(Finding("MAIL39", Place(self.campaign.relative(path))))

    def take(self, batch: list[Spooled | Finding], progress: Progress) -> None:
        """Sort a batch: take everything apart, keep the bytes, read them all, then file and register each."""
        self.fetched.findings += [s for s in batch if isinstance(s, Finding)]
        opened = [s for s in batch if isinstance(s, Spooled)]
        self.fetched.looked += len(opened)
        apart = progress(work.each(opened, self.trust, spool.unpack_task, self.workers), Texts("mail", self.language)("progress_collect"),
                         len(opened))
        kept = [k for source, contents in zip(opened, apart, strict=True) for k in self._kept(source, contents)]
        tasks = {k.sha256: Task(path, k.label) for k in kept
                 if not (k.said or k.silent or k.letter) and (path := self.register.store.path(k.sha256))}
        reads = read_files(tasks.values(), Job(self.campaign.extension, self.plan["year"]), self.workers, self.language)
        by_digest = dict(zip(tasks, reads, strict=True))
        awaited = self._awaited(r.reading.identity for d, r in by_digest.items() if d not in self.blank)
        for one in kept:
            if one.silent:
                self._register(one, "aside", self.register.latest("taken", f"{one.message}/{one.sha256}"))
            elif one.letter:
                self._letter(one, of_letter(one.letter, self.plan["sectors"], awaited))
            elif one.said:
                self._aside(one, one.said)
            else:
                self._file(one, by_digest[one.sha256])
        marks = [s.mark for s in opened if s.mark]
        if marks:  # only now: whatever was cut short before is collected again
            self.register.record_once("mailbox", f"{marks[-1]['account']}/{marks[-1]['folder']}", dict(marks[-1]))

    def _awaited(self, came: Iterable[Identity | None]) -> dict[str, str]:
        """By sector, the round that was issued last of those its form is still awaited for; ``came``: what just did."""
        there = {(e.payload["round"], e.payload["sector"]) for e in self.register.entries("version")}
        there |= {(known.round, known.sector) for known in came if known is not None}
        issued = [(e.payload["round"], e.payload["sector"]) for e in self.register.entries("issued")]
        return {sector: self._round(round) for round, sector in issued if (round, sector) not in there}

    def _letter(self, one: _Kept, said: Finding) -> None:
        """Set a message without a form aside; what was said of it once is not said in other words when its sector has answered."""
        before = self.register.latest("taken", f"{one.message}/{one.sha256}")
        if before is not None and before.payload.get("code") in ("MAIL37", "MAIL42"):
            self._register(one, "aside", before, code=before.payload["code"])
        else:
            self._aside(one, (said,))

    def _kept(self, source: Spooled, contents: list[Laid | Letter | Notice | Finding] | ReaderFailed) -> list[_Kept]:
        """What is in ``source``, kept; its message too, when there was anything in it; itself, when it did not open whole."""
        if isinstance(contents, ReaderFailed):
            ours = isinstance(contents.values.get("reason"), str)  # an exception: whatever a file may do, perfxl's code raises none
            contents = [Finding("MAIL16" if ours else "MAIL15", Place(source.label), {
                "reason": contents.values["reason"] if ours else reader_failure(contents.code, contents.values)})]
        contents = [f for f in contents if not isinstance(f, Letter) or concerns(f.envelope, self.addresses)]
        if all(isinstance(f, Laid) and f.item.inline for f in contents):  # a letter of others, with the pictures of its text
            return []
        envelope = next((f.item.envelope if isinstance(f, Laid) else f.envelope for f in contents if isinstance(f, Laid | Letter)), None)
        message = self._message(source, envelope) if envelope else ""
        whole = any(isinstance(f, Laid) and not (f.item.beside or f.item.inline) for f in contents)
        kept = [self._laid(f, message, f.item.beside and whole) for f in contents if isinstance(f, Laid)]
        for letter in (f for f in contents if isinstance(f, Letter)):
            its_envelope = letter.envelope
            kept.append(self._put(Item(its_envelope.subject or "?", b"", (letter.label,), its_envelope), its_envelope.text.encode(), message, letter=letter))
        news = [self._notice(source, f) for f in contents if isinstance(f, Notice)]
        said = (*(f for f in contents if isinstance(f, Finding)), *filter(None, news))
        if said:
            content = source.path.read_bytes()
            kept.append(self._put(Item(source.label, b"", (), envelope), content, message, said))
        return kept

    def _laid(self, laid: Laid, message: str, silent: bool) -> _Kept:
        """A thing that came, kept: what is encrypted is not read, nor what stands beside a file."""
        one = self._put(laid.item, laid.path.read_bytes(), message, silent=silent)
        said = (of_secret(laid.item, Place(one.label), self.plan["sectors"]),) if laid.item.secret else ()
        return replace(one, said=said)

    def _put(self, item: Item, content: bytes, message: str, said: tuple[Finding, ...] = (), silent: bool = False,
             letter: Letter | None = None) -> _Kept:
        return _Kept(item, self.register.store.put(content), size=len(content), message=message, said=said, silent=silent, letter=letter)

    def _notice(self, source: Spooled, news: Notice) -> Finding | None:
        """Register news of a message that was sent; a finding, when it is of none that was or cannot be relied on."""
        about = pec.message_of(news, [e.payload for e in reversed(self.register.entries("sent"))])
        if about is None or news.doubtful:
            return Finding("MAIL40" if about else "MAIL31", Place(news.label), {"subject": news.subject, "sender": news.sender})
        key = f"{news.identifier or news.message_id}/{news.event}/{news.address}"  # one identifier for all that is said of a message
        if self.register.latest("notice", key) is not None:
            return None
        kept = self._message(source, Envelope(news.sender, subject=news.subject, arrived=news.at))
        self.register.record_once("notice", key, {
            "event": news.event, "round": about["round"], "sector": about["sector"], "message": about["message"],
            "message_id": about["message_id"], "address": news.address, "at": news.at, "path": news.label, "sha256": kept})
        self.fetched.notices.append(news)
        if news.event in ("undelivered", "refused"):
            self.fetched.findings.append(Finding("MAIL32", Place(news.label), {"sector": about["sector"], "address": news.address},
                                               sector=about["sector"]))
        return None

    def _message(self, source: Spooled, envelope: Envelope) -> str:
        """Keep the message itself with what it says of itself; its digest."""
        content = source.path.read_bytes()
        digest = self.register.store.put(content)
        if self.register.latest("message", digest) is None:
            details = {"message_id": envelope.message_id, "name": headers.shown_name(envelope.said), "arrived": envelope.arrived, "protocol": envelope.protocol,
                       "text": envelope.text, "answers": list(envelope.answers), "certified": envelope.certified.as_record() if envelope.certified else {}}
            self.register.record_once("message", digest, {
                "sha256": digest, "size": len(content), "path": source.label, "origin": envelope.sender,
                "subject": envelope.subject, **{k: v for k, v in details.items() if v}})
        return digest

    def _file(self, one: _Kept, read: FileRead) -> None:
        """File ``one`` as what it is, and register it."""
        before = self.register.latest("taken", f"{one.message}/{one.sha256}")
        known = read.reading.identity
        refusal = None if known and read.reading.document is not None else self._not_a_form(one, read)
        refusal = refusal or self._elsewhere(one, known)
        if refusal:
            self._aside(one, (refusal,))
            return
        if one.sha256 in self.blank:
            new = self._register(one, "blank", before, known)
            said = [Finding("MAIL24", Place(one.label), {"sector": known.sector}, sector=known.sector)]
        elif before is not None and before.payload["became"] in ("return", "copy"):
            new = self._register(one, before.payload["became"], before=before, known=known, file=before.payload.get("file", ""))
            said = []
        else:
            new, said = True, self._return(one, known)
        if new:
            self.fetched.findings += [*said, *doubts(one.item, Place(one.label), self.sectors[known.sector], self.plan["sectors"])]

    def _aside(self, one: _Kept, said: tuple[Finding, ...]) -> None:
        """Set ``one`` aside, and say why unless it was said before."""
        before = self.register.latest("taken", f"{one.message}/{one.sha256}")
        if self._register(one, "aside", before, code=said[0].code):
            self.fetched.set_aside.setdefault(one.message, []).extend(said)

    def _not_a_form(self, one: _Kept, read: FileRead) -> Finding:
        """Why a file is no form of perfxl: what it is, in one finding."""
        first = next((f for f in read.reading.findings if f.severity == "error"), None)
        if first is not None and first.code not in ("FILE02", "FILE01"):
            return first.at(file=one.label)
        kind = first.values.get("kind") if first is not None and first.values else None
        code = "MAIL28" if one.item.inline else "MAIL20"
        return Finding(code, Place(one.label), {"kind": kind or {"it": "vuoto", "en": "empty"}})

    def _elsewhere(self, one: _Kept, known: Identity) -> Finding | None:
        """Why a form is not one of this campaign; None when it is."""
        campaign = (self.plan["body"]["code"], self.plan["year"])
        if (known.body, known.year) != campaign:
            return Finding("MAIL21", Place(one.label), {"found": f"{known.body} {known.year}", "expected": f"{campaign[0]} {campaign[1]}"})
        if known.sector not in self.sectors:
            return Finding("MAIL22", Place(one.label), {"sector": known.sector})
        if not self.campaign.issued_sectors(known.round):
            return Finding("MAIL23", Place(one.label), {"sector": known.sector, "round": round_words(self._round(known.round))}, sector=known.sector)
        return None

    def _round(self, id: str) -> str:
        """The round with that id, as the plan calls it; the id of one that it does not have."""
        return Rounds.from_plan(self.plan).get(id) or id

    def _return(self, one: _Kept, known: Identity) -> list[Finding]:
        """File a return under a name that only its sector and its digest decide, unless it is here already, which is noted."""
        store, round = self.register.store, known.round
        there = next((e for e in self.register.entries("received", round=round, sha256=one.sha256)
                      if (self.campaign.folder / e.payload["path"]).is_file()), None)
        if there is not None:
            self._register(one, "copy", before=None, known=known, file=there.payload["path"])
            return [Finding("MAIL25", Place(one.label), {"file": there.payload["path"]}, sector=known.sector)]
        content = store.get(one.sha256)
        path = self.campaign.folder / "ricevute" / round / f"{known.sector}-{one.sha256[:16]}{suffix_of(content)}"
        documents.write_bytes(path, content)
        file, envelope = self.campaign.relative(path), one.item.envelope
        with self.register.batch():
            self.register.receive(content, round, file, *((envelope.sender, envelope.arrived) if envelope else ()))
            if self.register.latest("version", f"{round}/{known.sector}/{one.sha256}") is None:
                number = len(self.register.versions(round, known.sector)) + 1
                self.register.record_version(round, known.sector, sha256=one.sha256, number=number, verdict="collected", issue=known.issue)
            self._register(one, "return", before=None, known=known, file=file)
        return []

    def _register(self, one: _Kept, became: str, before: Entry | None, known: Identity | None = None, file: str = "", code: str = "") -> bool:
        """Register what ``one`` became, once, and tell it; whether that is new."""
        envelope, sector, round = one.item.envelope, known.sector if known else "", known.round if known else ""
        details: dict[str, Any] = {"origin": envelope.sender if envelope else "", "arrived": envelope.arrived if envelope else "",
                "protocol": envelope.protocol if envelope else "", "message": one.message, "sector": sector, "round": round,
                "file": file, "code": code, "signatures": [asdict(s) for s in one.item.signatures]}
        new = before is None or (before.payload["became"], before.payload.get("code", "")) != (became, code)
        if new:
            self.register.record_once("taken", f"{one.message}/{one.sha256}", {
                "sha256": one.sha256, "size": one.size, "name": one.item.name, "path": one.path, "became": became,
                **{k: v for k, v in details.items() if v}})
        if one.silent:
            return new
        self.fetched.taken.append(CollectedFile(one.item.name, one.path, sender=details["origin"], became=became, known=not new,
                                              sector=sector, round=round, file=file, protocol=details["protocol"], message=one.message))
        return new
