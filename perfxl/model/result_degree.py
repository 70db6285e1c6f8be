"""How far an expected result is achieved: the degree that was typed, or the one that its values give by its way of being measured.

The ways themselves stand in ``methods``; here is what they are given: values in force and read at a round, the body's rules.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from perfxl.model.arithmetic import DEFAULT, ONE, Rules, dec, mean
from perfxl.model.method import UNCAPPED, Method, Values
from perfxl.model.methods import degree_of, method
from perfxl.model.rounds import FINAL, Round
from perfxl.model.views import Entity, Item, Result


def degree(result: Result, round: Round, entities: Iterable[Entity] = (), rules: Rules = DEFAULT) -> Decimal | None:
    """How far one expected result is achieved, 0 to 100 (or to its cap), as it counts.

    The degree typed by the sector or the one that its values give, by the body's rule the one or the other first.
    None when neither is there.
    """
    given = (rules.percent(result.reading(round).degree), computed_degree(result, round, entities, rules))
    return next((d for d in (given if rules.typed_degree else given[::-1]) if d is not None), None)


def computed_degree(result: Result, round: Round, entities: Iterable[Entity] = (), rules: Rules = DEFAULT) -> Decimal | None:
    """The degree that the values of a result give, measured as it says, else the plain mean of those of the entities; as it
    counts. None when a value is missing, or when the way of measuring means nothing for the values there are."""
    way, values = way_of(result, rules), values_of(result, result, round, rules)
    own = degree_of(way, values)
    if own is None and any(getattr(values, key, None) is None for key in (way.reads, *way.needs)):
        several = [degree_of(way, values_of(e, result, round, rules)) if way.entities else None for e in entities if e.present(round)]
        known = [d for d in several if d is not None]
        own = mean((ONE, d) for d in known) if known and len(known) == len(several) else None
    return rules.figure(own)


def way_of(result: Result, rules: Rules = DEFAULT) -> Method:
    """How a result is measured: as it says, else as its body does."""
    return method(result.direction or rules.method)


def actual_of(item: Result | Entity, result: Result, round: Round) -> Decimal | None:
    """The actual value of ``item``: the ratio of its two numbers where ``result`` is one, else what was written."""
    reading = item.reading(round)
    per, top, bottom = result.per, dec(reading.numerator), dec(reading.denominator)
    if per is not None and top is not None and bottom is not None and bottom != 0:
        return top * per / bottom  # in this order a whole quotient is whole: a third of 30 is 10
    return dec(reading.actual)


def values_of(item: Result | Entity, result: Result, round: Round, rules: Rules = DEFAULT) -> Values:
    """What ``item`` (a result or what one entity has of it) is measured from, as ``result`` and the body's rules say.

    What grows is held against its baseline at the end of the year alone: during the year a count is still on its way.
    """
    near, cap, scale, reading = result.tolerance, result.cap, result.scale, item.reading(round)
    bands = None if scale is None else rules.scales.get(scale, ())
    until, minimum, excellence = dec(result.until), dec(result.minimum), dec(result.excellence)
    return Values(
        actual_of(item, result, round), dec(item.in_force("target", round)), baseline=dec(item.baseline), until=until,
        minimum=minimum, excellence=excellence,
        deadline=result.in_force("deadline", round), achieved_on=reading.achieved_on, achieved=reading.achieved,
        near=rules.near if near is None else dec(near), cap=UNCAPPED if scale is not None and way_of(result, rules).scaled else rules.cap if cap is None else dec(cap),
        least=rules.least, bands=bands, held=round.kind == FINAL)


def falls(result: Result, round: Round, rules: Rules = DEFAULT) -> bool:
    """Whether ``result`` improves by falling: it says so, or its progress goes from a baseline down to the target."""
    way, target = way_of(result, rules).key, dec(result.in_force("target", round))
    start = dec(result.baseline if way == "progress" else result.minimum if way == "levels" else None)
    return way == "lower" or None not in (target, start) and target < start


def fault_of(result: Result, round: Round, rules: Rules = DEFAULT, entity: Entity | None = None) -> str | None:
    """Why the way in which ``result`` is measured gives no degree whatever its value will be (a key of ``texts/methods``); for
    the values that one ``entity`` has of it, where they are given; None where it means something."""
    way = way_of(result, rules)
    if entity is not None and not way.entities:
        return "entities"
    values = values_of(result if entity is None else entity, result, round, rules)
    if way.scaled and values.bands == ():
        return "scale"
    if not way.scaled and values.bands is not None:
        return "scale_unused"
    if result.per is not None and way.reads != "actual":
        return "per_unused"
    return way.fault(values)


def ratio(actual: Decimal, target: Decimal, lower: bool, baseline: Decimal | None = None, rules: Rules = DEFAULT) -> Decimal | None:
    """The share that ``actual`` is of ``target``, as ``methods.share`` measures it."""
    return method("lower" if lower else "higher").degree(Values(actual, target, baseline, near=rules.near, cap=rules.cap))


def progress(actual: Decimal, target: Decimal, baseline: Decimal | None, rules: Rules = DEFAULT) -> Decimal | None:
    """How much of the way from ``baseline`` to ``target`` was made, as ``methods.progress`` measures it."""
    return method("progress").degree(Values(actual, target, baseline, near=rules.near, cap=rules.cap))


def last_degree(result: Result, round: Round, entities: Iterable[Entity] = (), rules: Rules = DEFAULT) -> Decimal | None:
    """The degree of a result at the last round before ``round`` that gave it one; None where none did."""
    return next((earlier[1] for earlier in _degrees_before(result, round, list(entities), rules)), None)


def last_degree_round(result: Result, round: Round, entities: Iterable[Entity] = (), rules: Rules = DEFAULT) -> Round | None:
    """The round that ``last_degree`` is of."""
    return next((earlier[0] for earlier in _degrees_before(result, round, list(entities), rules)), None)


def _degrees_before(result: Result, round: Round, entities: list[Entity], rules: Rules) -> Iterator[tuple[Round, Decimal]]:
    """(round, degree) of the rounds before ``round`` that gave ``result`` a degree, the last one first."""
    for earlier in reversed(round.earlier):
        earlier_degree = degree(result, earlier, entities, rules) if earlier.reports and result.present(earlier) else None
        if earlier_degree is not None:
            yield earlier, earlier_degree


def is_left_out(item: Item, round: Round, said: Any) -> bool:
    """Whether a phase or result is out of the calculation at ``round``: given up, added later, or not due and not ``said`` of."""
    return item.dropped(round) or not item.present(round) or said is None and not item.due(round)
