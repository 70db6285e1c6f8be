"""``perfxl load``: values of indicators from another system, which prefill the forms of a round.

They are kept in the register with their source; the next ``issue`` writes them into the open cells of the forms, where
the sector confirms or corrects them. A value counts when the sector has returned the form that holds it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from perfxl.campaign import Campaign
from perfxl.campaign.register import Register, approvals
from perfxl.model.base import base_content
from perfxl.model.findings import Finding, Place
from perfxl.model.texts import Texts
from perfxl.stages.intake import indicators, tables
from perfxl.workbook.sheets import Refused
from perfxl.workflow import register_updates
from perfxl.workflow.plan_workbook import plan_of
from perfxl.workflow.rounds import known_round
from perfxl.workflow.running import CannotRun


@dataclass(frozen=True)
class Done:
    """What loading did: how many ``values`` were taken, of which ``new``, the sectors that lead their objectives, those of
    them that have their form already, and what was not taken."""

    values: int
    new: int
    sectors: tuple[str, ...]
    issued: tuple[str, ...]
    findings: tuple[Finding, ...]


def load(campaign: Campaign, round: str, path: Path, language: str) -> Done:
    """Record the values in the file at ``path`` for ``round``; ``CannotRun`` for a round without values or that is approved."""
    say = Texts("cli", language)
    plan, _ = plan_of(campaign, language)
    round = known_round(plan, round, language)
    if indicators.value_field(round) is None:
        raise CannotRun(say("load_no_values", round=round.name(language)))
    try:
        sheets = tables.read(path.read_bytes(), path.name, indicators.is_heading)
    except Refused as refused:
        raise CannotRun("", (refused.finding,)) from None
    if not sheets:
        raise CannotRun("", (Finding("LIST22", Place(path.name)),))
    with register_updates.open_register(campaign, language, CannotRun) as register:
        approval = approvals(register).get(round)
        if approval:
            raise CannotRun(say("issue_approved", round=round.name(language), act=approval.act))
        content = base_content(plan, register_updates.previous_consolidated(register, campaign, round))
        taken, findings = indicators.read(sheets, content, round, path.name)
        known = {(v.objective, v.result, v.entity): v for v in loaded(register, round)}
        with register.batch():
            for one in taken:
                register.record_once("loaded", f"{round}/{one.objective}/{one.result}/{one.entity}", {"round": round, **asdict(one)})
    leads = {o["code"]: o["lead"] for o in content["objectives"]}
    sectors = tuple(sorted({leads[v.objective] for v in taken}))
    there = set(campaign.issued_sectors(round))
    return Done(len(taken), sum(known.get((v.objective, v.result, v.entity)) != v for v in taken), sectors=sectors,
                issued=tuple(s for s in sectors if s in there), findings=tuple(findings))


def loaded(register: Register, round: str) -> list[indicators.Loaded]:
    """The values loaded for ``round``, the last said of each."""
    last = {e.key: e.payload for e in register.entries("loaded", round=round)}
    return [indicators.Loaded(p["objective"], p["result"], entity=p["entity"], value=p["value"], source=p["source"]) for p in last.values()]


def contradicted(values: Iterable[indicators.Loaded], document: dict[str, Any], places: Mapping[str, Place], file: str) -> Iterator[Finding]:
    """LOAD10: the values of a return other than those that were loaded; what the sector says counts, the controller is told."""
    known = {(v.objective, v.result, v.entity): v for v in values}
    for i, objective in enumerate(document.get("objectives", ()) if known else ()):
        sheet = objective.get("sheet", {})
        rows = [(f"results/{k}", row, (objective.get("code"), row.get("id"), "")) for k, row in enumerate(sheet.get("results", ()))]
        rows += [(f"entities/{k}", row, (objective.get("code"), row.get("result"), row.get("entity"))) for k, row in enumerate(sheet.get("entities", ()))]
        for at, row, key in rows:
            said, one = row.get("reading", {}).get("actual"), known.get(key)
            if one is not None and said is not None and float(said) != float(one.value):
                path = f"/objectives/{i}/sheet/{at}/reading/actual"
                yield Finding("LOAD10", places.get(path, Place(file)), {"value": said, "loaded": one.value, "source": one.source}, path=path,
                              sector=document["identity"]["sector"], objective=str(objective.get("code", "")))


def prefilled(content: dict[str, Any], round: str, values: Iterable[indicators.Loaded]) -> dict[str, Any]:
    """``content`` with the loaded values where nobody has said one, in the language of the body."""
    evidence = Texts("lists", content["body"].get("language", "it"))
    sectors = list(values)
    return indicators.with_loaded_values(content, round, sectors, evidence("evidence")) if sectors else content
