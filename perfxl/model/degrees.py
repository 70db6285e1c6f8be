"""How the degree of a result came about, in a few words: enough to work it out again."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from perfxl.model.arithmetic import Rules, dec, rounded
from perfxl.model.bands import Band, band_of
from perfxl.model.languages import number_text
from perfxl.model.method import Values
from perfxl.model.methods import degree_of, measured
from perfxl.model.result_degree import computed_degree, last_degree_round, values_of, way_of
from perfxl.model.rounds import Round
from perfxl.model.texts import Texts
from perfxl.model.views import Entity, Result


def derivation(result: Result, round: Round, rules: Rules, language: str, entities: Iterable[Entity] = ()) -> str:
    """What the degree of ``result`` at ``round`` is computed from: values, way, band; that it was typed, or stands for a missing
    value; of ``entities``, of how many it is the mean. "" where there is nothing to tell."""
    say, listed = Texts("methods", language), list(entities)
    typed, computed = rules.percent(result.reading(round).degree), computed_degree(result, round, listed, rules)
    if typed is not None and (rules.typed_degree or computed is None):
        return say("told_typed")
    if computed is None:
        unread = result.missing or rules.unread
        last = last_degree_round(result, round, listed, rules) if unread == "last_known" else None
        if last is not None:
            return say("told_missing_last", round=last.name(language))
        return say(f"told_missing_{unread}") if unread in ("zero", "out") else ""
    way, values = way_of(result, rules), values_of(result, result, round, rules)
    if any(getattr(values, key, None) is None for key in (way.reads, *way.needs)):
        each = [degree_of(way, values_of(e, result, round, rules)) for e in listed if e.present(round)]
        return say("told_entities", count=len(each), degrees="; ".join(f"{_number(d, language)}%" for d in each))
    return _measured(say, result, round=round, values=values, way=way.key, value=measured(way, values))


def _measured(say: Texts, result: Result, round: Round, values: Values, way: str, value: Decimal | None) -> str:
    """The values of a result, by its way of being measured, and the band that they lie in."""
    def number(value: Decimal | None) -> str:
        return _number(value, say.language)

    given = {"actual": number(values.actual), "target": number(values.target), "baseline": number(values.baseline), "until": number(values.until),
             "minimum": number(values.minimum), "excellence": number(values.excellence), "deadline": _day(values.deadline),
             "day": _day(values.achieved_on), "done": say("yes" if values.achieved else "no")}
    parts = [say(f"told_{way}", **given)]
    reading = result.reading(round)
    if result.per is not None and None not in (reading.numerator, reading.denominator) and reading.denominator != 0:
        parts.append(say("told_ratio", numerator=number(dec(reading.numerator)), denominator=number(dec(reading.denominator)), per=result.per))
    for key, own in (("tolerance", result.tolerance), ("cap", result.cap)):
        if own is not None:
            parts.append(say(f"told_{key}", value=number(dec(own))))
    band = band_of(values.bands, value) if values.bands and value is not None else None
    if band is not None:
        parts.append(say("told_band", scale=result.scale, value=number(value), ends=ends(band, number), degree=number(band.degree)))
    return ", ".join(parts)


def _number(value: Decimal | None, language: str) -> str:
    """A number to four decimals, without noughts at its end; – where there is none."""
    if value is None:
        return "–"
    text = f"{rounded(value, 4):f}".rstrip("0").rstrip(".")
    return number_text(text, language)


def ends(band: Band, number: Any) -> str:
    """The ends of a band: ``5–12``, with … where there is none."""
    return f"{'…' if band.low is None else number(band.low)}–{'…' if band.high is None else number(band.high)}"


def _day(text: str | None) -> str:
    return "/".join(reversed((text or "").split("-")))
