"""Ways of measuring of a plan: what a result needs, tables of bands, indicators measured once."""

from collections.abc import Iterator
from typing import Any

from perfxl.model import bands as scales
from perfxl.model import indicators
from perfxl.model.arithmetic import rules_in
from perfxl.model.cascade import Cascade
from perfxl.model.method import Method
from perfxl.model.methods import label, texts
from perfxl.model.readings import dropped, in_force
from perfxl.model.result_degree import fault_of, way_of
from perfxl.model.rounds import Rounds
from perfxl.model.views import Entity, Result
from perfxl.stages.plan.problem import Problem, rows_of


def measured(plan: dict[str, Any]) -> Iterator[Problem]:
    """Results measured in a way that means nothing for what they have; those whose degree was typed are left alone."""
    plan = indicators.with_ready_made(plan)
    last, rules = Rounds.from_plan(plan).all[-1], rules_in(plan)
    for i, objective in rows_of(plan, "objectives"):
        sheet = objective.get("sheet", {})
        for k, result in enumerate(sheet.get("results", ())):
            if dropped(result, last) or any("degree" in reading for reading in result.get("readings", ())):
                continue
            path, said = ("objectives", i, "sheet", "results", k), {"result": result.get("id"), "objective": objective.get("code")}
            target = in_force(result, "target", last)
            at = next((("revisions", n) for n, r in reversed(list(enumerate(result.get("revisions", ())))) if r.get("target") is not None), ())
            if fault := fault_of(Result(result), last, rules):
                key = ABOUT.get(fault, "target")
                yield _meaningless(fault, way_of(Result(result), rules), path=(*path, *(at if key == "target" else ()), key),
                                   said=said, target=target)
            for n, entity in enumerate(sheet.get("entities", ())) if target is None and not fault else ():
                if entity.get("result") == result.get("id") and (own := fault_of(Result(result), last, rules, Entity(entity))):
                    yield _meaningless(own, way_of(Result(result), rules), path=("objectives", i, "sheet", "entities", n, "target"),
                                       said=said, target=entity.get("target"))


#: The field of a result that a fault of its way of measuring is mended in, where it is not the target.
ABOUT = {"scale": "scale", "bands": "scale", "scale_unused": "scale", "range": "until", "range_reversed": "until", "levels": "minimum",
         "levels_order": "minimum", "date": "deadline", "per_unused": "per"}


def _meaningless(fault: str, way: Method, path: tuple[str | int, ...], said: dict[str, Any], target: float | None) -> Problem:
    code = {"share": "PLAN81", "progress": "PLAN82"}.get(fault, "PLAN83")
    about = {"target": target} if code != "PLAN83" else {"way": label(way.key), "why": texts(fault)}
    return Problem(code, path, {**said, **about})


def thresholds(plan: dict[str, Any]) -> Iterator[Problem]:
    """A traffic light whose amber begins above its green."""
    rules = rules_in(plan)
    if rules.green and rules.amber >= rules.green or rules.amber and not rules.green:
        yield Problem("PLAN85", ("rules", "light_amber"), {"amber": rules.amber, "green": rules.green})


def shared(plan: dict[str, Any]) -> Iterator[Problem]:
    """Indicators: a code twice, one that is nowhere defined, one that nobody measures although results use it."""
    seen: set[str] = set()
    for i, indicator in rows_of(plan, "indicators"):
        if indicator.get("code") in seen:
            yield Problem("PLAN86", ("indicators", i, "code"), {"value": indicator["code"]})
        seen.add(indicator.get("code", ""))
        line = indicator.get("line")
        if line and line not in Cascade(plan).lines:
            yield Problem("PLAN50", ("indicators", i, "line"), {"line": line})
    measured_, reported = indicators.measuring(plan), set()
    owners = {indicator.get("code"): (i, indicator.get("owner")) for i, indicator in rows_of(plan, "indicators")}
    for i, k, objective, result in indicators.results_of(plan):
        code = result["indicator"]
        if code not in seen:
            yield Problem("PLAN87", ("objectives", i, "sheet", "results", k, "indicator"), {"value": code, "objective": objective.get("code")})
        elif code not in measured_ and code not in reported:
            reported.add(code)
            yield Problem("PLAN88", ("indicators", owners[code][0], "owner"), {"value": code, "sector": owners[code][1]})


def unmeasured(plan: dict[str, Any]) -> Iterator[Problem]:
    """Indicators of a strategic line that no result uses, not even one of a ready-made objective: their value would never be found."""
    lines, used = Cascade(plan).lines, {result["indicator"] for *_, result in indicators.results_of(indicators.with_ready_made(plan))}
    for i, indicator in rows_of(plan, "indicators"):
        code, line = indicator.get("code"), indicator.get("line")
        if code and line in lines and code not in used:
            used.add(code)
            yield Problem("PLAN91", ("indicators", i, "line"), {"value": code, "line": line})


def banded(plan: dict[str, Any]) -> Iterator[Problem]:
    """Bands that make no sense: no degree, ends the wrong way round, one band over another."""
    rows = plan.get("bands", [])
    for n, key, fault in scales.faults(rows):
        yield Problem("PLAN84", ("bands", n, key), {"scale": rows[n].get("scale"), "why": texts(f"band_{fault}")})
