"""What the stages leave in the register, and what they take from it: originals, versions, decisions, runs."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from perfxl.campaign import Campaign
from perfxl.campaign.register import Refusal, Register, latest_document
from perfxl.model import documents
from perfxl.model.base import base_content, waiting
from perfxl.model.documents import digest, encoded
from perfxl.model.findings import Finding, counts
from perfxl.model.identity import Identity
from perfxl.model.negotiation import Negotiated, negotiation, proposed
from perfxl.model.rounds import PLAN, Round, Rounds
from perfxl.model.upgrade import returned_key
from perfxl.workflow import own_folders
from perfxl.workflow.emissions import emissions, kept_workbook
from perfxl.workflow.issued_documents import Kept, document_in, documents_in

if TYPE_CHECKING:  # who only looks something up need not load what merges
    from perfxl.stages.merge.answers import Conflict, Decision
    from perfxl.stages.review import Review
    from perfxl.workflow.gathered import Gathered

TAKEN_BACK = "withdrawn"  # the choice that stands for none
SEPARATOR = ":"  # between sector and key: the key of a decision is the only one of its kind in a round
TOGETHER = 100  # received files that are recorded at a time: each by itself waits for the disk


def record_form(register: Register, identity: Identity, made: bytes) -> None:
    """Keep and record an issued workbook: what comes back is laid beside it, whatever is issued after it."""
    register.store.put(made)
    register.record_form(identity.round, identity.sector, number=identity.issue, digest=identity.digest, sha256=sha256(made).hexdigest())


def record_request_form(register: Register, identity: Identity, made: bytes, requests: list[str]) -> None:
    """Keep and record a workbook with questions, ``requests`` by their identifiers."""
    register.store.put(made)
    register.record_request_form(identity.round, identity.sector, number=identity.issue, digest=identity.digest,
                   sha256=sha256(made).hexdigest(), requests=requests)


def as_issued(register: Register, campaign: Campaign, round: str, prefilled: Mapping[str, dict[str, Any]],
              only: Collection[str] | None = None) -> dict[str, dict[str, Any]]:
    """``prefilled`` with what was last issued to each sector (each of ``only``): the plan and the round before may have changed since."""
    documents_, wanted = dict(prefilled), dict[str, Kept]()
    for sector, several in emissions(register, round).items():
        last = several[-1]
        if only is not None and sector not in only:
            continue
        if sector not in documents_ or last.digest != documents_[sector]["identity"]["digest"]:
            wanted[sector] = Kept(kept_workbook(register, campaign, last) or campaign.issued_form(round, sector), last.digest)
        else:  # made anew, it bears the number of a first one
            documents_ |= {sector: {**documents_[sector], "identity": {**documents_[sector]["identity"], "issue": last.number}}}
    read = documents_in(campaign, list(wanted.values()))
    return documents_ | {sector: document for sector, document in zip(wanted, read, strict=True) if document}


def last_issued(register: Register, campaign: Campaign, round: str, sector: str) -> dict[str, Any] | None:
    """The return as it was last issued to ``sector`` in ``round``; None when there is none, or it is nowhere."""
    several = emissions(register, round).get(sector, ())
    path = kept_workbook(register, campaign, several[-1]) if several else None
    return document_in(campaign, path, several[-1].digest) if path else None


def answered_form(register: Register, campaign: Campaign, identity: Identity) -> tuple[dict[str, Any], Path] | None:
    """The prefilled return that a return of ``identity`` began as, and the workbook it was in; None when it is not there."""
    old = emissions(register, identity.round).get(identity.sector, ())
    paths = [*campaign.forms(identity.round, identity.sector),
             *(path for e in old if e.digest == identity.digest and (path := kept_workbook(register, campaign, e)))]
    candidates = ((document_in(campaign, path, identity.digest), path) for path in paths)
    return next(((document, path) for document, path in candidates if document is not None), None)


def request_forms(register: Register, campaign: Campaign, round: str) -> dict[str, str]:
    """The paths in the campaign of the workbooks with questions of ``round``, by the digest in their identity, in the order
    of issue."""
    paths = {e.payload["digest"]: campaign.request_form(round, e.payload["sector"], e.payload["number"])
            for e in register.entries("asked", round=round)}
    return {digest: campaign.relative(path) for digest, path in paths.items() if path.is_file()}


def previous_consolidated(register: Register, campaign: Campaign, round: Round) -> dict[str, Any] | None:
    """The consolidated document of the last round before ``round`` that has one: as approved, else as the last run left it.

    ``register.Altered`` when it is not what was approved, or what the run wrote.
    """
    return latest_document(register, campaign, round.earlier)


def base_document(register: Register, campaign: Campaign, plan: dict[str, Any], round: Round) -> dict[str, Any]:
    """The plan document on which the forms of ``round`` are issued: what the round before left; at the plan round, run again,
    what the sectors proposed and the controller answered."""
    if round.kind == PLAN and (said := latest_document(register, campaign, (round,))) is not None:
        return proposed(base_content(plan, None), said)
    return base_content(plan, previous_consolidated(register, campaign, round))


def record_pass(register: Register, campaign: Campaign, round: Round, sectors: Collection[str]) -> None:
    """Record that a plan round goes into another pass, with the document that closed the one before: the forms of ``sectors`` are
    other than before, and some of those sectors had returned theirs."""
    said = latest_document(register, campaign, (round,)) if round.kind == PLAN and sectors else None
    if said is not None and not set(sectors).isdisjoint(said["returned"]):
        register.record_once("pass", round, {"round": str(round), "before": register.store.put(encoded(said))})


def negotiated(register: Register, plan: dict[str, Any], round: Round) -> Negotiated | None:
    """What was negotiated in a plan round run again up to its last forms; None where it was run once."""
    entry = register.latest("pass", round)
    return negotiation(plan, documents.loads(register.store.get(entry.payload["before"])), round) if entry else None


def earlier_outcomes(register: Register, campaign: Campaign, round: Round, before: dict[str, Any] | None) -> dict[str, dict[str, Any]]:
    """By round, in order, the outcomes of each round before ``round`` as its own document says: approved, else as the last
    run left it. ``before``: what ``previous_consolidated`` gave, which need not be read twice; a round without a document has the
    outcomes that a later one carries."""
    outcomes = dict(before["outcomes"]) if before else {}
    for r in round.earlier:
        own = before if before and before["round"] == r else latest_document(register, campaign, (r,))
        if own is not None and r in own["outcomes"]:
            outcomes[r] = own["outcomes"][r]
    return {str(r): outcomes[r] for r in round.earlier if r in outcomes}


def last_consolidated(register: Register, campaign: Campaign, rounds: Rounds) -> dict[str, Any] | None:
    """The consolidated document of the last of ``rounds`` that has one, as ``previous_consolidated`` finds it."""
    return latest_document(register, campaign, rounds.all)


def record_received(register: Register, campaign: Campaign, round: str) -> None:
    """Archive and record every file received in ``round`` that can be read; one that cannot, or that is too big to be
    looked into, gets a finding elsewhere."""
    paths = campaign.received_files(round)
    for n in range(0, len(paths), TOGETHER):
        with register.batch():
            for path in paths[n:n + TOGETHER]:
                _receive(register, campaign, round, path)


def _receive(register: Register, campaign: Campaign, round: str, path: Path) -> None:
    from perfxl.workbook.sheets.preflight import FILE_LIMIT

    try:
        content = path.read_bytes() if path.stat().st_size <= FILE_LIMIT else b""
    except OSError:
        return
    file = campaign.relative(path)
    if content and register.latest("received", f"{round}/{sha256(content).hexdigest()}/{file}") is None:
        register.receive(content, round, file)


def decisions(register: Register, round: str) -> "dict[str, dict[str, Decision]]":
    """The controller's decisions on conflicts in force in ``round``, by sector and key; those taken on documents of the first
    shape by the key that the conflict has in today's."""
    from perfxl.stages.merge.answers import Decision
    from perfxl.stages.review import PREFIX

    by_sector: dict[str, dict[str, Decision]] = {}
    for key, made in register.decisions(round).items():
        sector, _, written = key.partition(SEPARATOR)
        about = returned_key(written)
        if sector == PREFIX:
            continue
        if made.choice == TAKEN_BACK:
            by_sector.get(sector, {}).pop(about, None)
            continue
        by_sector.setdefault(sector, {})[about] = Decision(
            about, made.choice, tuple((_answer(value), source) for value, source in made.answers or ()), made.value)
    return by_sector


def _answer(value: Any) -> Any:
    """An answer on which a decision was taken; what one says of a row is by keys too."""
    return {returned_key(k): v for k, v in value.items()} if isinstance(value, dict) else value


def record_decision(register: Register, round: str, sector: str, conflict: "Conflict", choice: str, value: Any = None,
           by: str = "", note: str = "") -> None:
    """Record the controller's choice on ``conflict``, with the answers it was taken on."""
    register.decide(f"{sector}{SEPARATOR}{conflict.key}", choice, value, round=round, sector=sector,
                    answers=[[v, s] for v, s in conflict.answers], by=by, note=note)


def recorded_review(register: Register) -> "Review":
    """What the controller wrote in consolidated workbooks of any round: requests, evaluations, considerations."""
    from perfxl.stages.review import replay

    rounds = dict.fromkeys(e.payload["round"] for e in register.entries("decision") if "round" in e.payload)
    return replay(made for round in rounds for made in register.decisions(round).values())


def record_withdrawn_decision(register: Register, round: str, sector: str, key: str, by: str, reason: str) -> None:
    """Record that the controller's choice on the conflict ``key`` no longer holds: the conflict is open again."""
    register.decide(f"{sector}{SEPARATOR}{key}", TAKEN_BACK, round=round, sector=sector, by=by, note=reason)


def record_review(register: Register, gathered: "Gathered", written: "Review") -> tuple[bool, list[Finding]]:
    """Record what the controller has written since the last run; whether there was anything, and choices out of date.

    A choice in a conflict counts while the files whose answers stood on its row are still those in conflict.
    """
    from perfxl.stages.merge.words import written_key_title
    from perfxl.stages.review import entries, numbered

    stale, said = [], entries(numbered(gathered.merged.content, written))
    with register.batch():
        for choice in written.choices:
            conflict = next((c for c in gathered.conflicts.get(choice.sector, ()) if c.key == choice.key), None)
            if conflict is None or set(choice.seen) != {source for _, source in conflict.answers}:
                stale.append(Finding("REVW18", choice.place, {"key": choice.key, "about": written_key_title(choice.key)}, sector=choice.sector))
            else:
                record_decision(register, gathered.round, sector=choice.sector, conflict=conflict, choice=choice.choice,
                       value=choice.value, note=choice.note)
        for entry in said:
            round = (entry.value or {}).get("round", gathered.round)
            register.decide(entry.key, entry.choice, entry.value, round=round, sector=entry.sector, answers=entry.answers, by=entry.by)
    return bool(written.choices or said), stale


def announce_results(register: Register, round: str, text: bytes, workbook: bytes) -> None:
    """Note that the results of ``round`` are about to be put in place."""
    register.announce_results(round, sha256(text).hexdigest(), sha256(workbook).hexdigest())


def record_run(register: Register, campaign: Campaign, gathered: "Gathered", document: dict[str, Any], text: bytes, workbook: bytes) -> None:
    """Record what became of every file of the round, and the run with its results: the document and the workbook."""
    with register.batch():
        numbers: dict[str, int] = {}
        for source in sorted(gathered.sources, key=lambda s: (s.sector, s.verdict != "superseded", s.read.file)):
            numbers[source.sector] = numbers.get(source.sector, 0) + 1
            register.record_version(gathered.round, source.sector, sha256=source.read.sha256, number=numbers[source.sector],
                             verdict=source.verdict, issue=source.issue)
        for refused in gathered.collected.refused:
            register.record_version(gathered.round, refused.identity.sector, sha256=refused.sha256, number=0, verdict="refused")
        _withdrawn(register, gathered)
        inputs = digest({"plan": sha256(campaign.plan.read_bytes()).hexdigest(),
                         "files": sorted([s.read.file, s.read.sha256] for s in gathered.sources),
                         "decisions": {k: [d.choice, str(d.value)] for k, d in register.decisions(gathered.round).items()}})
        register.record_run("consolidate", gathered.round, inputs=inputs, results=sha256(text).hexdigest(), findings=counts(gathered.findings),
                     questions=_open(gathered, document), workbook=sha256(workbook).hexdigest())


def _open(gathered: "Gathered", document: dict[str, Any]) -> dict[str, int]:
    """What waits for a choice or for an answer, by sector."""
    asked = waiting(document["content"], gathered.round)
    return {s: len(gathered.conflicts.get(s, ())) + len(asked.get(s, ())) for s in sorted(gathered.conflicts.keys() | asked.keys())}


def _withdrawn(register: Register, gathered: "Gathered") -> None:
    """Record versions whose file is no longer among the received ones."""
    there = {s.read.sha256 for s in gathered.sources} | {c.sha256 for c in gathered.collected.refused}
    for entry in register.entries("version", round=gathered.round):
        known = entry.payload
        last = register.latest("version", f"{gathered.round}/{known['sector']}/{known['sha256']}") or entry
        if known["sha256"] not in there and last.payload["verdict"] != "withdrawn":
            register.record_version(gathered.round, known["sector"], sha256=known["sha256"], number=known["version"],
                             verdict="withdrawn", issue=known.get("issue", 0))


@contextmanager
def open_register(campaign: Campaign, language: str, refuse: Callable[[str], Exception], write: bool = True) -> Iterator[Register]:
    """The register of ``campaign``; its refusals (busy, damaged, not that of the campaign) become ``refuse(words)``.

    Whoever may write also clears away what runs that were killed left half written in the campaign.
    """
    if write and (linked := own_folders.link_message(campaign, language)):
        raise refuse(linked)
    try:
        if write:
            _require_intact(campaign)  # before a new one is made where the right one is missing
        with Register.open(campaign.folder, write=write) as register:
            register.require_intact()
            if write:
                campaign.sweep()
            yield register
    except Refusal as refusal:
        raise refuse(refusal.say(language)) from None


def _require_intact(campaign: Campaign) -> None:
    with Register.open(campaign.folder, write=False) as register:
        register.require_intact()
