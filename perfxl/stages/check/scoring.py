"""Degrees of results: whether the way of measuring means anything, and whether what was typed agrees with it."""

from collections.abc import Iterator
from decimal import Decimal

from perfxl.model.arithmetic import HUNDRED, Rules, computed_degree, dec, falls, has_meaning, weight_at, worse_than_baseline
from perfxl.model.findings import Finding
from perfxl.model.readings import in_force, read
from perfxl.stages.check.return_context import Entry, ReturnContext, used


def meaning(case: ReturnContext) -> Iterator[Finding]:
    """SCOR01, SCOR02: a target of which no share can be taken; a progress without a way to go, of a result or of what one
    entity has of it. Nothing is said of a result whose degree was typed."""
    for entry in case.filled_entries:
        for i, result in entry.kept("results"):
            if weight_at(result, case.round) == 0 or read(result, case.round, "degree") is not None:
                continue
            code, target = "SCOR02" if result.get("direction") == "progress" else "SCOR01", in_force(result, "target", case.round)
            if not has_meaning(result, case.round):
                yield entry.finding(code, "sheet", "results", i, *used(result, "target"), result=result.get("id"), target=target)
            for k, entity in entry.rows("entities") if target is None else ():
                if entity.get("result") == result.get("id") and not has_meaning(result, case.round, entity):
                    yield entry.finding(code, "sheet", "entities", k, "target", result=result.get("id"), target=entity["target"])


def typed(case: ReturnContext) -> Iterator[Finding]:
    """SCOR03: a degree typed beside values that give another, beyond the body's tolerance; a target missed and yet typed as
    achieved in full is told elsewhere."""
    rules, near = case.arithmetic, dec(case.rules["derivable_tolerance"])
    for entry in case.filled_entries:
        for i, result in entry.kept("results"):
            said, computed = rules.percent(read(result, case.round, "degree")), _computed(entry, result, rules)
            if None not in (said, computed) and abs(said - computed) > near and said < HUNDRED:
                holds = {"it": "digitato" if rules.typed_degree else "calcolato", "en": "typed" if rules.typed_degree else "computed"}
                yield entry.finding("SCOR03", "sheet", "results", i, "reading", "degree", result=result.get("id"), typed=said,
                                 computed=computed, holds=holds)


def _computed(entry: Entry, result: dict, rules: Rules) -> Decimal | None:
    mine = [e for _, e in entry.rows("entities") if e.get("result") == result.get("id")]
    return computed_degree(result, entry.case.round, mine, rules)


def worse(case: ReturnContext) -> Iterator[Finding]:
    """SCOR04: an actual value worse than the one the year began with."""
    for entry in case.filled_entries:
        for i, result in entry.kept("results"):
            actual, target, baseline = (dec(v) for v in (read(result, case.round, "actual"), in_force(result, "target", case.round),
                                                         result.get("baseline")))
            if None in (actual, target, baseline) or read(result, case.round, "degree") is not None:
                continue
            way, lower = result.get("direction"), falls(result, case.round)
            if way != "typed" and (lower or case.round.kind == "final" or way == "progress") and worse_than_baseline(actual, target, lower, baseline):
                yield entry.finding("SCOR04", "sheet", "results", i, "reading", "actual", result=result.get("id"), actual=actual,
                                 baseline=baseline, target=target)


def decimals(case: ReturnContext) -> Iterator[Finding]:
    """SCOR05: a percentage with more decimals than are printed of it."""
    rules = case.arithmetic
    for path, value, figure in _typed(case):
        found = dec(value)
        printed = rules.printed(found) if figure else Rules().typed(found)
        if printed != found:
            counts = found if rules.once else printed
            objective = case.document["objectives"][path[1]].get("code", "") if path[0] == "objectives" else ""
            yield case.finding("SCOR05", *path, objective=objective, typed=found, printed=printed, counts=counts)


def _typed(case: ReturnContext) -> Iterator[tuple[tuple, object, bool]]:
    """(path, value, whether it is printed as an outcome) of every percentage of this round that stands in the return."""
    for entry in case.entries:
        at = ("objectives", entry.index)
        yield from (((*at, "holding", *way), value, False) for way, value in _given(entry.holding, (("weight",), ("revision", "weight"))))
        if entry.outcome.get("percent") is not None and (entry.is_lead or entry.transversal):
            yield (*at, "holding", "reading", "percent"), entry.outcome["percent"], True
        for table, own in (("phases", "realised"), ("results", "degree")):
            for i, row in entry.rows(table) if entry.is_lead else ():
                ways = (("weight",), ("revision", "weight"), ("reading", own))
                yield from (((*at, "sheet", table, i, *way), value, False) for way, value in _given(row, ways))
    for i, measure in enumerate(case.document.get("measures") or ()):
        yield from ((("measures", i, *way), value, False) for way, value in _given(measure, (("reading", "percent"),)))


def _given(item: dict, ways: tuple[tuple[str, ...], ...]) -> Iterator[tuple[tuple[str, ...], object]]:
    """(way, value) of what stands in an item."""
    for way in ways:
        value = item
        for key in way:
            value = (value or {}).get(key)
        if value is not None:
            yield way, value


#: In any round: what is planned can be measured, and reads as it is printed.
CHECKS = (
    (meaning, ("SCOR01", "SCOR02")),
    (decimals, ("SCOR05",)),
)

#: In the rounds in which values are reported.
REPORTED = (
    (typed, ("SCOR03",)),
    (worse, ("SCOR04",)),
)
