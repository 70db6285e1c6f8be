"""Degrees of results: whether the way of measuring means anything, and whether what was typed agrees with it."""

from collections.abc import Iterator
from decimal import Decimal

from perfxl.model.arithmetic import HUNDRED, Rules, computed_degree, dec, falls, has_meaning, in_force, reading, weight_at, worse_than_baseline
from perfxl.model.fields import return_fields
from perfxl.model.findings import Finding
from perfxl.stages.check.return_context import Case, Entry


def meaning(case: Case) -> Iterator[Finding]:
    """SCOR01, SCOR02: a target of which no share can be taken; a progress without a way to go, of a result or of what one
    entity has of it. Nothing is said of a result whose degree was typed."""
    for entry in case.told:
        for i, result in entry.kept("results"):
            if weight_at(result, case.round) == 0 or reading(result, "degree", case.round) is not None:
                continue
            code, target = "SCOR02" if result.get("direction") == "progress" else "SCOR01", in_force(result, "target", case.round)
            if not has_meaning(result, case.round):
                yield entry.find(code, "sheet", "results", i, _target(result, case.round), result=result.get("id"), target=target)
            for k, entity in entry.rows("entities") if target is None else ():
                if entity.get("result") == result.get("id") and not has_meaning(result, case.round, entity):
                    yield entry.find(code, "sheet", "entities", k, "target", result=result.get("id"), target=entity["target"])


def _target(result: dict, round: str) -> str:
    return "target_revised" if round != "plan" and result.get("target_revised") is not None else "target"


def typed(case: Case) -> Iterator[Finding]:
    """SCOR03: a degree typed beside values that give another, beyond the body's tolerance; a target missed and yet typed as
    achieved in full is told elsewhere."""
    rules, near = case.arithmetic, dec(case.rules["derivable_tolerance"])
    for entry in case.told:
        for i, result in entry.kept("results"):
            said, computed = rules.percent(reading(result, "degree", case.round)), _computed(entry, result, rules)
            if None not in (said, computed) and abs(said - computed) > near and said < HUNDRED:
                holds = {"it": "digitato" if rules.typed_degree else "calcolato", "en": "typed" if rules.typed_degree else "computed"}
                yield entry.find("SCOR03", "sheet", "results", i, f"{case.round}_degree", result=result.get("id"), typed=said,
                                 computed=computed, holds=holds)


def _computed(entry: Entry, result: dict, rules: Rules) -> Decimal | None:
    mine = [e for _, e in entry.rows("entities") if e.get("result") == result.get("id")]
    return computed_degree(result, entry.case.round, mine, rules)


def worse(case: Case) -> Iterator[Finding]:
    """SCOR04: an actual value worse than the one the year began with."""
    for entry in case.told:
        for i, result in entry.kept("results"):
            actual, target, baseline = (dec(v) for v in (reading(result, "actual", case.round), in_force(result, "target", case.round),
                                                         result.get("baseline")))
            if None in (actual, target, baseline) or reading(result, "degree", case.round) is not None:
                continue
            way, lower = result.get("direction"), falls(result, case.round)
            if way != "typed" and (lower or case.round == "final" or way == "progress") and worse_than_baseline(actual, target, lower, baseline):
                yield entry.find("SCOR04", "sheet", "results", i, f"{case.round}_actual", result=result.get("id"), actual=actual,
                                 baseline=baseline, target=target)


def decimals(case: Case) -> Iterator[Finding]:
    """SCOR05: a percentage with more decimals than are printed of it."""
    rules = case.arithmetic
    for path, value, figure in _typed(case):
        found = dec(value)
        printed = rules.printed(found) if figure else Rules().typed(found)
        if printed != found:
            counts = found if rules.once else printed
            objective = case.document["objectives"][path[1]].get("code", "") if path[0] == "objectives" else ""
            yield case.find("SCOR05", *path, objective=objective, typed=found, printed=printed, counts=counts)


def _typed(case: Case) -> Iterator[tuple[tuple, object, bool]]:
    """(path, value, whether it is printed as an outcome) of every percentage of this round that stands in the return."""
    for entry in case.entries:
        at = ("objectives", entry.index)
        for key in ("weight", "weight_revised"):
            if entry.holding.get(key) is not None:
                yield (*at, "holding", key), entry.holding[key], False
        if entry.outcome.get("percent") is not None and (entry.speaks or entry.transversal):
            yield (*at, "holding", case.round, "percent"), entry.outcome["percent"], True
        for table, keys in (("phases", ("weight", "weight_revised", f"{case.round}_realised")),
                            ("results", ("weight", "weight_revised", f"{case.round}_degree"))):
            for i, row in entry.rows(table) if entry.speaks else ():
                yield from (((*at, "sheet", table, i, key), row[key], False) for key in keys if row.get(key) is not None)
    shown = {c.key for f in return_fields() if f.key == "measures" for c in f.items}
    for i, measure in enumerate(case.document.get("measures") or ()):
        key = f"{case.round}_percent"
        if key in shown and measure.get(key) is not None:
            yield ("measures", i, key), measure[key], False


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
