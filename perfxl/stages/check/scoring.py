"""Degrees of results: whether the way of measuring means anything, and whether what was typed agrees with it."""

from collections.abc import Iterator
from decimal import Decimal

from perfxl.model.arithmetic import Rules, dec, weight_at
from perfxl.model.bands import band_of
from perfxl.model.documents import get_path
from perfxl.model.findings import Finding
from perfxl.model.method_degrees import worse_than_baseline
from perfxl.model.methods import label, measured, texts
from perfxl.model.result_degree import computed_degree, falls, fault_of, values_of, way_of
from perfxl.model.views import Item, Result
from perfxl.stages.check.achieved import has_missed, said_full
from perfxl.stages.check.entry import Entry
from perfxl.stages.check.return_context import Path, ReturnContext, path_in_force
from perfxl.workbook.values import weight_words


def meaning(case: ReturnContext) -> Iterator[Finding]:
    """SCOR01, SCOR02, SCOR06: a way of measuring that means nothing for what a result has, or for what one entity has of it.
    Nothing is said of a result whose degree was typed."""
    for entry in case.filled_entries:
        for i, result in entry.kept_results:
            if weight_at(result, case.round) == 0 or result.reading(case.round).degree is not None:
                continue
            target, rules = result.in_force("target", case.round), case.arithmetic
            if fault := fault_of(result, case.round, rules):
                yield _meaningless(entry, fault, result=result, rules=rules,
                                   path=("sheet", "results", i, *path_in_force(result, _ABOUT.get(fault, "target"))), target=target)
                continue
            for k, entity in entry.entities if target is None else ():
                if entity.result == result.id and (own := fault_of(result, case.round, rules, entity)):
                    yield _meaningless(entry, own, result=result, rules=rules, path=("sheet", "entities", k, "target"),
                                       target=entity.target)


_ABOUT = {"scale": "scale", "bands": "scale", "scale_unused": "scale", "range": "until", "range_reversed": "until", "levels": "minimum",
          "levels_order": "minimum", "date": "deadline", "per_unused": "per"}


def _meaningless(entry: Entry, fault: str, result: Result, rules: Rules, path: Path, target: float | None) -> Finding:
    code = {"share": "SCOR01", "progress": "SCOR02"}.get(fault, "SCOR06")
    about = {"target": target} if code != "SCOR06" else {"way": label(way_of(result, rules).key), "why": texts(fault)}
    return entry.finding(code, *path, result=result.id, **about)


def unbanded(case: ReturnContext) -> Iterator[Finding]:
    """SCOR07, SCOR08: a value that lies in no band of its table; two numbers that give another value than the one written, or
    a denominator of 0."""
    rules = case.arithmetic
    for entry in case.filled_entries:
        for i, result in entry.kept_results:
            way, values = way_of(result, rules), values_of(result, result, case.round, rules)
            value = measured(way, values) if values.bands else None
            if values.bands and value is not None and band_of(values.bands, value) is None:
                yield entry.finding("SCOR07", "sheet", "results", i, "reading", way.reads, result=result.id, value=value,
                                 scale=result.scale)
            yield from _ratios(entry, i, result)


def _ratios(entry: Entry, i: int, result: Result) -> Iterator[Finding]:
    reading = result.reading(entry.case.round)
    top, bottom, written = dec(reading.numerator), dec(reading.denominator), dec(reading.actual)
    if bottom == 0:
        yield entry.finding("SCOR08", "sheet", "results", i, "reading", "denominator", result=result.id)
    elif result.per is not None and top is not None and bottom is not None and written is not None:
        computed = top / bottom * result.per
        if abs(computed - written) > max(abs(computed) / 1000, Decimal("0.005")):
            yield entry.finding("SCOR09", "sheet", "results", i, "reading", "actual", result=result.id, actual=written,
                             computed=computed.quantize(Decimal("0.01")))
    elif result.per is not None and (top is None) != (bottom is None):
        yield entry.finding("SCOR10", "sheet", "results", i, "reading", "numerator" if top is None else "denominator", result=result.id)


def typed(case: ReturnContext) -> Iterator[Finding]:
    """SCOR03: a degree typed beside values that give another, beyond the body's tolerance; a target missed and yet typed as
    achieved in full is told as that (OUTC16)."""
    rules, near = case.arithmetic, dec(case.rules["derivable_tolerance"])
    for entry in case.filled_entries:
        for i, result in entry.kept_results:
            said, computed = rules.percent(result.reading(case.round).degree), _computed(entry, result, rules)
            if said is not None and computed is not None and abs(said - computed) > near and not (said_full(case, result) and has_missed(case, result)):
                holds = {"it": "digitato" if rules.typed_degree else "calcolato", "en": "typed" if rules.typed_degree else "computed"}
                yield entry.finding("SCOR03", "sheet", "results", i, "reading", "degree", result=result.id, typed=said,
                                 computed=computed, holds=holds)


def _computed(entry: Entry, result: Result, rules: Rules) -> Decimal | None:
    entities = [e for _, e in entry.entities if e.result == result.id]
    return computed_degree(result, entry.case.round, entities, rules)


def worse(case: ReturnContext) -> Iterator[Finding]:
    """SCOR04: an actual value worse than the one the year began with."""
    for entry in case.filled_entries:
        for i, result in entry.kept_results:
            actual, target, baseline = (dec(v) for v in (result.reading(case.round).actual, result.in_force("target", case.round),
                                                         result.baseline))
            if actual is None or target is None or baseline is None or result.reading(case.round).degree is not None:
                continue
            way, lower = way_of(result, case.arithmetic).key, falls(result, case.round, case.arithmetic)
            if way in ("higher", "lower", "progress") and (lower or case.round.kind == "final" or way == "progress") and worse_than_baseline(actual, target, lower, baseline):
                yield entry.finding("SCOR04", "sheet", "results", i, "reading", "actual", result=result.id, actual=actual,
                                 baseline=baseline, target=target)


def decimals(case: ReturnContext) -> Iterator[Finding]:
    """SCOR05: a percentage with more decimals than are printed of it."""
    rules = case.arithmetic
    for path, written, figure in _typed(case):
        printed = rules.printed(written) if figure else Rules().typed(written)
        if printed != written:
            counts = written if rules.once else printed
            objective = case.entries[path[1]].code if path[0] == "objectives" and isinstance(path[1], int) else ""
            points = rules.points and path[-1] == "weight"
            yield case.finding("SCOR05", *path, objective=objective, typed=weight_words(written, points), printed=weight_words(printed, points),
                            counts=weight_words(counts, points))


def _typed(case: ReturnContext) -> Iterator[tuple[Path, Decimal, bool]]:
    """(path, value, whether it is printed as an outcome) of every percentage of this round that stands in the return."""
    for entry in case.entries:
        at: Path = ("objectives", entry.index)
        yield from ((path, value, False) for path, value in _given(entry.holding, (*at, "holding"), (("weight",), ("revision", "weight"))))
        if entry.outcome.percent is not None and (entry.is_lead or entry.transversal):
            yield (*at, "holding", "reading", "percent"), dec(entry.outcome.percent), True
        for table, rows, own in (("phases", entry.phases, "realised"), ("results", entry.results, "degree")):
            for i, row in rows if entry.is_lead else ():
                ways = (("weight",), ("revision", "weight"), ("reading", own))
                yield from ((path, value, False) for path, value in _given(row, (*at, "sheet", table, i), ways))
    for i, measure in case.measures:
        yield from ((path, value, False) for path, value in _given(measure, ("measures", i), (("reading", "percent"),)))


def _given(item: Item, at: Path, ways: tuple[tuple[str, ...], ...]) -> Iterator[tuple[Path, Decimal]]:
    """(path, value) of what stands in the item at ``at``."""
    for way in ways:
        value = get_path(item.data, way)
        if value is not None:
            yield (*at, *way), dec(value)


#: In any round: what is planned can be measured, and reads as it is printed.
CHECKS = (
    (meaning, ("SCOR01", "SCOR02", "SCOR06")),
    (decimals, ("SCOR05",)),
)

#: In the rounds in which values are reported.
REPORTED = (
    (typed, ("SCOR03",)),
    (worse, ("SCOR04",)),
    (unbanded, ("SCOR07", "SCOR08", "SCOR09", "SCOR10")),
)
