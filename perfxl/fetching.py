"""Collects what came back: takes messages and archives apart, files the returns, sets the rest aside, and registers all."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import chain, islice
from pathlib import Path

from perfxl import documents, keeping, pipeline
from perfxl.campaign import Campaign
from perfxl.findings import Finding, Place, in_order
from perfxl.identity import Identity
from perfxl.mail.back import Envelope, Item, Notice, Source, imap, senders, signed, sources, unpack
from perfxl.mail import out
from perfxl.mail.back.model import Signature
from perfxl.mail.out import REFERENCE
from perfxl.mail.settings import Server, Unusable, settings
from perfxl.pipeline import CannotRun
from perfxl.register import Register
from perfxl.register.store import suffix_of
from perfxl.register.words import moment
from perfxl.texts import Texts
from perfxl.work import FileRead, Job, Task, Workers

#: Where the controller puts what is to be collected, in the campaign.
ARRIVALS = "in arrivo"
#: Certificates (PEM) that the body trusts signatures by, in the campaign; may not exist.
TRUSTED = "certificati"
#: Messages taken apart, filed and registered together: a run that is cut short begins again from the last of these.
TOGETHER = 50

#: What a file that came can be: a return, one that was here already, the form as it was sent, something else.
BECAME = ("return", "copy", "blank", "aside")


@dataclass(frozen=True)
class Taken:
    """One thing that came: its name, where it was, who sent it, what it became (``BECAME``), whether that was known
    already, its sector and round when it is a return, and where it was filed."""

    name: str
    path: str
    sender: str
    became: str
    known: bool = False
    sector: str = ""
    round: str = ""
    file: str = ""


@dataclass
class Fetched:
    """What one collection found. ``notices``: news of what was sent; ``looked``: how many messages and files
    were looked into."""

    taken: list[Taken] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    looked: int = 0


@dataclass(frozen=True)
class _Kept:
    """A thing that came, its bytes already in the archive under ``sha256``; ``message``: the digest of its message."""

    item: Item
    sha256: str
    size: int
    message: str

    @property
    def path(self) -> str:
        return " › ".join(self.item.inside) or self.item.name

    @property
    def label(self) -> str:
        return " › ".join((*self.item.inside, self.item.name))


def collect(campaign: Campaign, paths: Iterable[Path], language: str, progress: pipeline.Progress = pipeline.quiet,
            workers: Workers = Workers()) -> Fetched:
    """Collect from ``paths`` (files, folders, mbox, Maildir); without any, from the folder ``in arrivo`` and the plan's mailbox.

    Sources are only read. Collecting again what was collected changes nothing.
    """
    plan, _ = pipeline.plan_of(campaign, language)
    given, chosen = list(paths), settings(plan)
    remote = None if given else chosen.imap
    given = given or [p for p in (campaign.folder / ARRIVALS,) if p.exists()]
    if not given and remote is None:
        raise CannotRun(Texts("mail", language)("nothing_to_collect", folder=campaign.folder / ARRIVALS))
    missing = next((p for p in given if not p.exists()), None)
    if missing:
        raise CannotRun(Texts("cli", language)("no_path", path=missing))
    found = Fetched()
    with keeping.opened(campaign, language, CannotRun) as register:
        room = _Room(campaign, plan, register, found, language, workers)
        listed = chain(*map(sources.on_disk, given), _remote(register, remote, chosen.folder))
        try:
            while batch := list(islice(listed, TOGETHER)):
                room.take(list(progress(batch, Texts("mail", language)("progress_collect"), len(batch))))
        except Unusable as problem:
            raise CannotRun(Texts("mail", language)(problem.key, **problem.values), found.findings) from None
    found.findings = in_order(found.findings)
    return found


def _remote(register: Register, server: Server | None, folder: str) -> Iterator[Source | Finding]:
    """What came into the plan's mailbox since it was last collected."""
    if server is not None:
        last = register.latest("mailbox", f"{server.account}/{folder}")
        yield from imap.mailbox(server, folder, last.payload if last else None)


class _Room:
    """Where what came is sorted: one campaign, its plan and its open register."""

    def __init__(self, campaign: Campaign, plan: dict, register: Register, found: Fetched, language: str, workers: Workers):
        self.campaign, self.plan, self.register, self.found = campaign, plan, register, found
        self.language, self.workers = language, workers
        self.sectors = {s["code"]: s for s in plan["sectors"]}
        self.trust = signed.store(sorted((campaign.folder / TRUSTED).glob("*.pem")), TRUSTED)
        self.blank = {e.payload["sha256"] for e in register.entries("issued")}

    def take(self, batch: Collection[Source | Finding]) -> None:
        """Sort a batch: take everything apart, keep the bytes, read them all, then file and register each."""
        kept: list[_Kept] = []
        marks = [s.mark for s in batch if isinstance(s, Source) and s.mark]
        for source in batch:
            if isinstance(source, Finding):
                self.found.findings.append(source)
                continue
            self.found.looked += 1
            kept += self._apart(source)
        tasks = {k.sha256: Task(self.register.store.path(k.sha256), k.label) for k in kept}
        reads = pipeline.read_files(tasks.values(), Job(self.campaign.extension, self.plan["year"]), self.workers, self.language)
        by_digest = dict(zip(tasks, reads, strict=True))
        for one in kept:
            self._file(one, by_digest[one.sha256])
        if marks:  # only now: whatever was cut short before is collected again
            self.register.record_once("mailbox", f"{marks[-1]['account']}/{marks[-1]['folder']}", dict(marks[-1]))

    def _apart(self, source: Source) -> Iterator[_Kept]:
        """What is in ``source``, kept; its message too, when there was anything in it that matters."""
        kept, envelope = [], None
        for found in unpack(source, self.trust):
            if isinstance(found, Finding):
                self.found.findings.append(found)
                continue
            if isinstance(found, Notice):
                self._notice(found)
                continue
            kept.append((found, self.register.store.put(found.content), len(found.content)))
            envelope = envelope or found.envelope
        message = self._message(source, envelope) if envelope else ""
        return (_Kept(Item(i.name, b"", i.inside, i.envelope, i.signatures, i.inline), sha, size, message) for i, sha, size in kept)

    def _notice(self, news: Notice) -> None:
        """Register news of a message that was sent; a finding when it did not arrive, or was not sent from here."""
        quoted = REFERENCE.search(news.subject)
        sent = self.register.entries("sent")
        about = next((e.payload for e in reversed(sent) if news.message_id and e.payload["message_id"] == news.message_id), None)
        about = about or next((e.payload for e in reversed(sent) if quoted and f"[{out.of(e.payload['message_id'])}]" == quoted[0]), None)
        if about is None:
            self.found.findings.append(Finding("MAIL31", Place(news.label), {"subject": news.subject}))
            return
        self.register.record_once("notice", news.identifier or f"{news.message_id}/{news.event}/{news.address}", {
            "event": news.event, "round": about["round"], "sector": about["sector"], "message": about["message"],
            "message_id": about["message_id"], "address": news.address, "at": news.at, "path": news.label})
        self.found.notices.append(news)
        if news.event in ("undelivered", "refused"):
            self.found.findings.append(Finding("MAIL32", Place(news.label), {"sector": about["sector"], "address": news.address},
                                               sector=about["sector"]))

    def _message(self, source: Source, envelope: Envelope) -> str:
        """Keep the message itself with what it says of itself; its digest."""
        digest = self.register.store.put(source.content)
        if self.register.latest("message", digest) is None:
            told = {"origin": envelope.sender, "subject": envelope.subject, "message_id": envelope.message_id,
                    "arrived": envelope.arrived, "protocol": envelope.protocol, "text": envelope.text,
                    "answers": list(envelope.answers), "certified": _certified(envelope)}
            self.register.record_once("message", digest, {
                "sha256": digest, "size": len(source.content), "path": source.label, **{k: v for k, v in told.items() if v}})
        return digest

    def _file(self, one: _Kept, read: FileRead) -> None:
        """File ``one`` as what it is, and register it."""
        before = self.register.latest("taken", f"{one.message}/{one.sha256}")
        known = read.reading.identity
        refusal = None if known and read.reading.document is not None else self._not_a_form(one, read)
        refusal = refusal or self._elsewhere(one, known)
        if refusal:
            self._register(one, "aside", before, code=refusal.code)
            self.found.findings.append(refusal)
        elif one.sha256 in self.blank:
            self._register(one, "blank", before, known)
            self.found.findings.append(Finding("MAIL24", Place(one.label), {"sector": known.sector}, sector=known.sector))
        elif before is not None and before.payload["became"] in ("return", "copy"):
            self._register(one, before.payload["became"], before, known, before.payload.get("file", ""))
        else:
            self._return(one, known)
        if not refusal:
            self.found.findings += self._doubts(one, known)

    def _not_a_form(self, one: _Kept, read: FileRead) -> Finding:
        """Why a file is no form of perfxl: what it is, in one finding."""
        first = next((f for f in read.reading.findings if f.severity == "error"), None)
        if first is not None and first.code not in ("FILE02", "FILE01"):
            return first.at(file=one.label)
        kind = first.values.get("kind") if first is not None and first.values else None
        code = "MAIL28" if one.item.inline else "MAIL20"
        return Finding(code, Place(one.label), {"name": one.item.name, "kind": kind or {"it": "vuoto", "en": "empty"}, "sha256": one.sha256[:12]})

    def _elsewhere(self, one: _Kept, known: Identity) -> Finding | None:
        """Why a form is not one of this campaign; None when it is."""
        mine = (self.plan["body"]["code"], self.plan["year"])
        if (known.body, known.year) != mine:
            return Finding("MAIL21", Place(one.label), {"found": f"{known.body} {known.year}", "expected": f"{mine[0]} {mine[1]}"})
        if known.sector not in self.sectors:
            return Finding("MAIL22", Place(one.label), {"sector": known.sector})
        if not self.campaign.issued_sectors(known.round):
            return Finding("MAIL23", Place(one.label), {"sector": known.sector, "round": {
                lang: Texts("register", lang)(f"round_{known.round}") for lang in ("it", "en")}}, sector=known.sector)
        return None

    def _return(self, one: _Kept, known: Identity) -> None:
        """File a return under a name that only its sector and its digest decide, unless it is here already."""
        store, round = self.register.store, known.round
        there = next((e for e in self.register.entries("received", round=round, sha256=one.sha256)
                      if (self.campaign.folder / e.payload["path"]).is_file()), None)
        if there is not None:
            self._register(one, "copy", None, known, there.payload["path"])
            self.found.findings.append(Finding("MAIL25", Place(one.label), {"file": there.payload["path"]}, sector=known.sector))
            return
        content = store.get(one.sha256)
        path = self.campaign.folder / "ricevute" / round / f"{known.sector}-{one.sha256[:16]}{suffix_of(content)}"
        documents.write_bytes(path, content)
        file, envelope = self.campaign.relative(path), one.item.envelope
        with self.register.batch():
            self.register.receive(content, round, file, *((envelope.sender, envelope.arrived) if envelope else ()))
            if self.register.latest("version", f"{round}/{known.sector}/{one.sha256}") is None:
                number = len(self.register.versions(round, known.sector)) + 1
                self.register.version(round, known.sector, one.sha256, number, "collected")
            self._register(one, "return", None, known, file)

    def _register(self, one: _Kept, became: str, before, known: Identity | None = None, file: str = "", code: str = "") -> None:
        """Register what ``one`` became, once, and tell it."""
        envelope, sector, round = one.item.envelope, known.sector if known else "", known.round if known else ""
        told = {"origin": envelope.sender if envelope else "", "arrived": envelope.arrived if envelope else "",
                "protocol": envelope.protocol if envelope else "", "message": one.message, "sector": sector, "round": round,
                "file": file, "code": code, "signatures": [asdict(s) for s in one.item.signatures]}
        if before is None or before.payload["became"] != became:
            self.register.record_once("taken", f"{one.message}/{one.sha256}", {
                "sha256": one.sha256, "size": one.size, "name": one.item.name, "path": one.path, "became": became,
                **{k: v for k, v in told.items() if v}})
        self.found.taken.append(Taken(one.item.name, one.path, told["origin"], became, before is not None, sector, round, file))

    def _doubts(self, one: _Kept, known: Identity) -> Iterator[Finding]:
        """What the controller should know of who sent a form, and how."""
        envelope, sector, place = one.item.envelope, self.sectors[known.sector], Place(one.label)
        for signature in one.item.signatures:
            yield _signed(signature, place, known.sector)
        if envelope is None:
            return
        named = tuple(filter(None, (sector.get("email"), *sector.get("copies", ()))))
        if envelope.certified and not (envelope.certified.seal and envelope.certified.seal.intact):
            yield Finding("MAIL30", place, {"sector": known.sector, "sender": envelope.sender}, sector=known.sector)
        code = {"elsewhere": "MAIL26", "alike": "MAIL27"}.get(senders.standing(envelope.sender, named))
        if code:
            yield Finding(code, Place(one.label), {"sector": known.sector, "sender": envelope.sender, "known": ", ".join(named)},
                          sector=known.sector)
        quoted = REFERENCE.search(envelope.subject)
        if quoted and quoted[4] != known.sector:
            yield Finding("MAIL29", Place(one.label), {"sector": known.sector, "quoted": quoted[4]}, sector=known.sector)


def _certified(envelope: Envelope) -> dict:
    """What an operator of certified mail certifies, for the register; {} for ordinary mail."""
    known = envelope.certified
    return {} if known is None else {"operator": known.operator, "identifier": known.identifier, "at": known.at,
                                     "sender": known.sender, "sealed": bool(known.seal and known.seal.intact),
                                     "seal": known.seal.signer if known.seal else ""}


def _signed(signature: Signature, place: Place, sector: str) -> Finding:
    """What a signature says of a form."""
    def words(key: str, **values) -> dict[str, str]:
        return {lang: Texts("mail", lang)(key, **values) for lang in ("it", "en")}

    if not signature.intact:
        return Finding("MAIL35", place, {"signer": signature.signer, "reason": words(signature.problem)}, sector=sector)
    trust = words("trust_known", store=signature.trust) if signature.trust else words(signature.problem or "trust_unchecked")
    at = {lang: moment(signature.at, lang) if signature.at else "" for lang in ("it", "en")}
    return Finding("MAIL36" if signature.problem else "MAIL34", place, {"signer": signature.signer, "at": at, "trust": trust}, sector=sector)
