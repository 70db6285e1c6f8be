"""``perfxl rebuild``: a register that is lost, damaged or older than its campaign, made again from what the campaign still proves.

Entries of a register that can still be read and whose chain is unbroken stay; what lies in the campaign and they do not tell is added.
What nothing proves any more is said, in words for the controller and in the register itself.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from perfxl.campaign import Campaign
from perfxl.campaign.register import Approval, Refusal, Register, approvals
from perfxl.campaign.register.approval import in_force
from perfxl.campaign.register.lock import WriterLock
from perfxl.campaign.register.log import NAME, utc_now
from perfxl.campaign.register.proof import APPROVED
from perfxl.campaign.register.recorded import WORKBOOK, digest
from perfxl.campaign.register.whole import unknown_originals
from perfxl.model import documents
from perfxl.model.base import waiting
from perfxl.model.findings import SEVERITIES
from perfxl.model.outcomes import outcomes
from perfxl.model.rounds import Rounds, round_name
from perfxl.model.texts import Texts
from perfxl.stages import read, review
from perfxl.stages.publish import archive
from perfxl.stages.publish.validation import recomputed
from perfxl.stages.review import Review
from perfxl.stages.review.blocks import offered
from perfxl.workflow import register_updates
from perfxl.workflow.own_folders import require_own
from perfxl.workflow.plan_workbook import plan_of
from perfxl.workflow.running import CannotRun


@dataclass
class Rebuilt:
    """What was recovered, counted by what it is; what was not, as keys of sentences with their values; ``kept``: entries of the
    register that was there, ``aside``: where a register was put that cannot be used; ``unusable``: by round, digests of results
    that do not hold."""
    recovered: dict[str, int] = field(default_factory=dict)
    lost: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    kept: int = 0
    aside: str = ""
    unusable: dict[str, list[str]] = field(default_factory=dict)

    def count(self, what: str, number: int = 1) -> None:
        """Note ``number`` more of ``what``."""
        if number:
            self.recovered[what] = self.recovered.get(what, 0) + number


def rebuild(campaign: Campaign, language: str) -> Rebuilt:
    """Make the register again; ``CannotRun`` when it is sound and nothing is missing, or somebody is working."""
    say = Texts("cli", language)
    if not campaign.plan.is_file():
        raise CannotRun(say("no_plan", path=campaign.plan, folder=campaign.folder))
    require_own(campaign, language)
    rebuilt = Rebuilt()
    try:
        if _sound(campaign):
            raise CannotRun(say("rebuild_nothing", path=campaign.folder / NAME))
        for path in sorted((campaign.folder / APPROVED).glob("*.json")):
            if _usable(path, path.stem, campaign) is None:
                raise CannotRun(say("rebuild_bad_approval", path=path, name=_called(campaign, path.stem, language)))
        _put_aside(campaign, rebuilt)
        with Register.open(campaign.folder) as register:
            rebuilt.kept = len(register.entries()) if not rebuilt.aside else 0
            with register.batch():
                _everything(register, campaign, rebuilt, language)
            register.note()
            register.require_intact()
    except Refusal as refusal:
        raise CannotRun(refusal.say(language)) from None
    return rebuilt


def _sound(campaign: Campaign) -> bool:
    try:
        with Register.open(campaign.folder, write=False) as register:
            register.require_intact()
            return bool(register.entries())
    except Refusal:
        return False


def _put_aside(campaign: Campaign, rebuilt: Rebuilt) -> None:
    """Rename a register that cannot be read or whose chain is broken; one that is only older stays."""
    path = campaign.folder / NAME
    lock = WriterLock(campaign.folder, utc_now)
    try:
        with Register.open(campaign.folder, write=False) as register:
            if not any(f.code in ("REGI01", "REGI02", "REGI03", "REGI05") for f in register.verify()):
                return
    except Refusal:
        pass
    finally:
        lock.release()
    rebuilt.aside = f"registro-{datetime.now():%Y%m%d-%H%M%S}.sqlite"
    os.replace(path, path.with_name(rebuilt.aside))
    path.with_name(f"{NAME}-journal").unlink(missing_ok=True)


def _everything(register: Register, campaign: Campaign, rebuilt: Rebuilt, language: str) -> None:
    rounds = sorted({p.name for where in ("emesse", "ricevute", "risultati") for p in (campaign.folder / where).glob("*") if p.is_dir()})
    own = _plan(campaign, language)
    order = [r for r in Rounds.from_plan(own) if r in rounds]
    known = len(register.entries("received"))
    for round in order:
        _issued(register, campaign, round, rebuilt)
        register_updates.record_received(register, campaign, round)
    _originals(register, campaign, rebuilt, Rounds.from_plan(own))
    rebuilt.count("received", len(register.entries("received")) - known)
    proven = dict(_proven(campaign))
    for round in order:
        _approval(register, campaign, round=round, proven=proven, rebuilt=rebuilt)
        _result(register, campaign, round=round, own=own, rebuilt=rebuilt, language=language)
    if rebuilt.kept <= 1:
        rebuilt.lost += [("rebuild_lost_mail", {}), ("rebuild_lost_dates", {}), ("rebuild_lost_choices", {})]
    else:
        rebuilt.lost.append(("rebuild_lost_since", {"kept": rebuilt.kept}))
    register.record_once("rebuilt", f"{len(register.entries('rebuilt')) + 1}", {
        "recovered": rebuilt.recovered, "lost": [key for key, _ in rebuilt.lost], "kept": rebuilt.kept, "aside": rebuilt.aside,
        "unusable": rebuilt.unusable})


def _issued(register: Register, campaign: Campaign, round: str, rebuilt: Rebuilt) -> None:
    """The forms that lie among the issued ones, and the workbooks with questions."""
    for path in sorted((campaign.folder / "emesse" / round).glob("*.xlsx")) + sorted((campaign.folder / "emesse" / round / "richieste").glob("*.xlsx")):
        content = path.read_bytes()
        reading = read.read(content, path.name, campaign.extension)
        identity = reading.identity
        if identity is None or identity.round != round or reading.document is None:
            rebuilt.lost.append(("rebuild_lost_form", {"path": campaign.relative(path)}))
            continue
        before = len(register.entries())
        if path.parent.name == "richieste":
            register_updates.record_request_form(register, identity, content, [r["id"] for r in reading.document.get("requests", ())])
        else:
            register_updates.record_form(register, identity, content)
        rebuilt.count("issued", len(register.entries()) - before)


def _originals(register: Register, campaign: Campaign, rebuilt: Rebuilt, rounds: Rounds) -> None:
    """Files of the archive that lie among the received ones no longer: each says itself which round it is of."""
    for path in unknown_originals(campaign.folder, register.entries()):
        content = path.read_bytes()
        identity = read.read(content, path.name).identity if path.suffix in (".xlsx", ".ods") else None
        if sha256(content).hexdigest() != path.stem or identity is None or identity.round not in rounds:
            rebuilt.lost.append(("rebuild_lost_original", {"path": campaign.relative(path)}))
        else:
            register.receive(content, identity.round, campaign.relative(path))


def _approval(register: Register, campaign: Campaign, round: str, proven: dict[str, Approval], rebuilt: Rebuilt) -> None:
    """The approved document of a round: its act is known when an archive made for the board tells of it."""
    path = campaign.approved(round)
    if not path.is_file() or round in approvals(register):
        return
    known = proven.get(digest(path))
    register.store.put(path.read_bytes())
    register.record_once("approval", round, {"round": round, "act": known.act if known else "", "date": known.date if known else "",
                                             "digest": digest(path), "file": campaign.relative(path)})
    rebuilt.count("approvals")
    if known is None:
        rebuilt.lost.append(("rebuild_lost_act", {"round": round, "folder": campaign.folder}))


def _proven(campaign: Campaign) -> Iterator[tuple[str, Approval]]:
    """The approvals that archives among the results tell of, by the digest of what was approved."""
    for path in sorted((campaign.folder / "risultati").glob("*/archivio-*.zip")):
        if path.stat().st_size <= archive.MAX_ARCHIVE:
            yield from ((a.digest, a) for a in in_force(archive.log_entries(path.read_bytes())).values())


def _result(register: Register, campaign: Campaign, round: str, own: dict[str, Any], rebuilt: Rebuilt, language: str) -> None:
    """The results of a round, and what the controller had written in them."""
    path = campaign.result(round)
    beside = path.with_name(WORKBOOK)
    document = _usable(path, round, campaign) if path.is_file() else None
    if document is not None:
        severities = [f["severity"] for f in document["findings"]]
        register.record_run("consolidate", round, inputs="", results=digest(path), findings={s: severities.count(s) for s in SEVERITIES},
                     questions={s: len(r) for s, r in waiting(document["content"], round).items()}, workbook=digest(beside))
        rebuilt.count("results")
        said = _said(document["content"], own)
    elif path.is_file() or beside.is_file():
        rebuilt.lost.append(("rebuild_lost_result", {"path": campaign.relative(path), "round": round, "folder": campaign.folder}))
        rebuilt.unusable[round] = [digest(path), digest(beside)]
        workbook = path.with_name("consolidato.xlsx")
        said = review.read(workbook.read_bytes(), workbook.name, language, everything=True) if workbook.is_file() else Review()
    else:
        return
    for entry in review.entries(review.numbered(document["content"] if document else own, said)):
        before = len(register.entries())
        register.decide(entry.key, entry.choice, entry.value, round=(entry.value or {}).get("round", round), sector=entry.sector,
                        answers=entry.answers, by=entry.by)
        rebuilt.count("decisions", len(register.entries()) - before)


def _said(content: dict[str, Any], own: dict[str, Any]) -> Review:
    """What the controller wrote in consolidated workbooks: what the contents hold and the plan workbook does not."""
    made = {key: [item for item in content.get(key, ()) if item not in own.get(key, ())] for key in ("requests", "evaluations", "considerations")}
    rounds = [r for r in Rounds.from_plan(content).reporting if any(e["round"] == r for e in made["evaluations"])]
    seen: dict[tuple[str, ...], str | None] = {(o.objective, o.sector, str(r)): offered(o) for r in rounds for o in outcomes(content, r)}
    asked = [{k: v for k, v in r.items() if k not in ("answer", "answer_date")} for r in made["requests"]]
    return Review(requests=tuple(asked), evaluations=tuple(made["evaluations"]), considerations=tuple(made["considerations"]), seen=seen)


def _plan(campaign: Campaign, language: str) -> dict[str, Any]:
    try:
        return plan_of(campaign, language)[0]
    except CannotRun:
        return {}


def _called(campaign: Campaign, round: str, language: str) -> str:
    return round_name(Rounds.from_plan(_plan(campaign, language)).get(round) or round, language)


def _usable(path: Path, round: str, campaign: Campaign) -> dict[str, Any] | None:
    """The consolidated document at ``path`` when it follows its schema and its outcomes follow from its contents."""
    try:
        document = documents.load(path)
        if document["round"] != round or next(documents.violations("consolidated", document, campaign.extension), None) or recomputed(document):
            return None
        return document
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, ArithmeticError, IndexError):
        return None
