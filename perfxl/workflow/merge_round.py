"""A round read, checked and merged: everything that happens before anything is weighed or written."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from perfxl.campaign.register.store import FOLDER
from perfxl.model.findings import Finding, Place, grouped, in_order
from perfxl.model.indicators import with_shared_readings
from perfxl.model.readings import idle
from perfxl.model.rounds import Rounds
from perfxl.model.succession import Successions
from perfxl.model.weigh import weigh
from perfxl.stages import check
from perfxl.stages.merge import match_returns
from perfxl.stages.merge.overlay import Merged, merge
from perfxl.stages.merge.successors import brought, formers_of
from perfxl.stages.review import Review, lapsed, lay, with_requests
from perfxl.workflow.gathered import Gathered, RoundInputs
from perfxl.workflow.sector_return import Decisions, sector_return
from perfxl.workflow.workers import FileRead

#: What is said of a sector whose form has not come back.
UNANSWERED = ("RETN01", "RETN10")


def merge_round(given: RoundInputs, reads: Iterable[FileRead], decisions: Decisions, said: Review) -> Gathered:
    """The round from its files as read. ``said``: the controller's own evaluations, requests and considerations."""
    read = list(reads)
    usable = {r.file: r for r in read if r.reading.document is not None}
    collected, awaited = _awaited(_taken_away(_collected(given, usable), given.replaced), given.successions, given.issued, unasked=idle(given.base, given.round))
    gathered = Gathered(given.round, awaited, Merged({}), collected=collected, outcomes_before=given.outcomes_before,
                     findings=[*grouped(f for r in read if r.file not in usable for f in r.reading.findings), *collected.findings])
    returns = [sector_return(gathered, given, sector, usable, decisions=decisions) for sector in sorted(collected.accepted.keys() | collected.answers.keys())]
    said = _renamed(said, given.successions)
    returns = brought(returns, given.base, formers_of(given.answered.items(), given.before, given.base))
    gathered.merged = merge(with_requests(given.base, said), returns, given.round, given.extension)
    gathered.findings += [*gathered.merged.findings, *lapsed(gathered.merged.content, said)]
    gathered.merged.content = with_shared_readings(lay(gathered.merged.content, said), given.round)
    gathered.outcomes = weigh(gathered.merged.content, given.round, given.outcomes_before)
    gathered.findings += check.check_round(gathered.merged.content, given.round, returned={r.sector: r.document for r in returns},
                                        places_by_sector={r.sector: r.places for r in returns},
                                        files={r.sector: r.file for r in returns}, earlier=given.outcomes_before, outcomes=gathered.outcomes)
    gathered.findings = check.without_repeats(in_order(check.by_rules(gathered.findings, given.plan)))
    return gathered


def _collected(given: RoundInputs, usable: Mapping[str, FileRead]) -> match_returns.Collected:
    """Whose the ``usable`` files are, and which of them count."""
    plan, former = given.plan, [s for s in given.issued if s not in given.successions.sectors and given.successions.parts(s)]
    led: dict[str, list[str]] = {}
    for objective in given.base.get("objectives", ()):
        led.setdefault(objective["lead"], []).append(objective["code"])
    return match_returns.collect(
        [match_returns.Candidate(r.file, r.sha256, r.reading.identity, r.reading.modified or "") for r in usable.values()],
        plan["body"]["code"], year=plan["year"], round=given.round,
        issued={s: document["identity"]["digest"] for s, document in given.answered.items()},
        sectors=[*(s["code"] for s in plan["sectors"]), *former], asked=given.asked,
        earlier=given.earlier, led=led, rounds=Rounds.from_plan(plan))


def _awaited(collected: match_returns.Collected, successions: Successions, issued: list[str], unasked: set[str]) -> tuple[match_returns.Collected, list[str]]:
    """Which of the sectors that a form was ``issued`` to are to answer, and ``collected`` without what says that others do not:
    where a sector became another, the answers to either form are those of both; of those that are ``unasked`` nothing is due."""
    spared = {code for code in issued if code in unasked and code not in collected.accepted}
    for code in issued:
        parts = [p for p in successions.parts(code) if p != code and p in issued]
        if code in successions.sectors or not parts:
            continue
        if code in collected.accepted:
            spared |= {p for p in parts if p not in collected.accepted and all(b in collected.accepted for b in successions.before(p) if b in issued)}
        elif all(p in collected.accepted for p in parts):
            spared.add(code)
    missing = [f for f in collected.findings if not (f.code in (*UNANSWERED, "RETN13") and f.sector in spared)]
    return replace(collected, findings=tuple(missing)), [s for s in issued if s not in spared]


def _taken_away(collected: match_returns.Collected, counted: Mapping[str, FileRead]) -> match_returns.Collected:
    """``collected``, where a sector that did answer is not told as if it had not: its file, which ``counted``, is not there any more."""
    findings = [Finding("RETN13", Place(), {"sector": f.sector, "copy": f"{FOLDER}/{counted[f.sector].sha256[:2]}/{counted[f.sector].file}"}, sector=f.sector)
                if f.code in UNANSWERED and f.sector in counted else f for f in collected.findings]
    return replace(collected, findings=tuple(findings))


def _renamed(said: Review, successions: Successions) -> Review:
    """What the controller wrote of sectors and objectives, under their codes of now."""
    if not successions.rows:
        return said
    requests, evaluations, considerations = (tuple(map(successions.item, rows)) for rows in (said.requests, said.evaluations, said.considerations))
    return replace(said, requests=requests, evaluations=evaluations, considerations=considerations,
                   seen={(successions.objective(o), successions.holder(s, successions.objective(o)) or successions.sector(s), r): v
                         for (o, s, r), v in said.seen.items()})
