"""Indicators that several objectives share, and objectives that are ready made: what one line of the plan brings with it.

An indicator of the sheet *Indicatori* is defined once and measured once, by the sector that owns it; every result that names it
is measured by the same value. Source of the ready-made objective: art. 4-bis, par. 2, of decree-law 13/2023 (payment times).
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from perfxl.model.copied import copied
from perfxl.model.plan_year import first_day
from perfxl.model.readings import reading
from perfxl.model.texts import Texts

#: What an indicator gives to the results that name it, as far as it says it.
GIVEN = ("unit", "direction", "baseline", "target", "scale", "tolerance", "cap", "until", "minimum", "excellence", "per", "missing",
         "past_3", "past_2", "past_1", "target_2", "target_3")
#: What a round finds of an indicator.
MEASURED = ("actual", "numerator", "denominator", "achieved", "achieved_on", "degree")
#: The strategic lines that an objective can have.
MOST_LINES = 3
#: The least weight of the payment-times objective, in per cent of what a sector's result pay depends on.
PAYMENT_WEIGHT = Decimal(30)

Results = Iterator[tuple[int, int, dict[str, Any], dict[str, Any]]]


def results_of(content: dict[str, Any]) -> Results:
    """(position of the objective, of the result, objective, result) of every result that names an indicator."""
    for i, objective in enumerate(content.get("objectives", ())):
        for k, result in enumerate(objective.get("sheet", {}).get("results", ())):
            if result.get("indicator"):
                yield i, k, objective, result


def with_ready_made(plan: dict[str, Any]) -> dict[str, Any]:
    """``plan`` with ready-made objectives filled in, and in each result that names an indicator what the indicator gives."""
    known = {indicator["code"]: indicator for indicator in plan.get("indicators", ()) if "code" in indicator}
    if not known and not any("ready" in o for o in plan.get("objectives", ())):
        return plan
    made = copied(plan)
    for objective in made.get("objectives", ()):
        if objective.get("ready") == "payment_times":
            _payment_times(objective, plan.get("body", {}).get("language", "it"))
    for objective in made.get("objectives", ()):
        if objective.get("ready") == "line_indicators":
            _line_indicators(objective, made)
    for _, _, _, result in results_of(made):
        indicator = known.get(result["indicator"], {})
        result.update({key: indicator[key] for key in GIVEN if indicator.get(key) is not None})
        if indicator.get("name"):
            result.setdefault("text", indicator["name"])
    return made


def _payment_times(objective: dict[str, Any], language: str) -> None:
    """Fill in the payment-times objective; what the plan says of it itself stands."""
    say, sheet = Texts("methods", language), objective.setdefault("sheet", {})
    sheet.setdefault("title", say("payment_title"))
    sheet.setdefault("purpose", say("payment_purpose"))
    if not sheet.get("results"):
        sheet["results"] = [{"id": "1", "text": say("payment_result"), "unit": say("payment_unit"), "direction": "range", "until": 0}]


def _line_indicators(objective: dict[str, Any], plan: dict[str, Any]) -> None:
    """Fill in the objective by which a sector measures the indicators of strategic lines that are its own and that no result uses: a
    result each, outside every total unless the plan gives the objective a weight; what the plan says of it itself stands."""
    sheet, taken = objective.setdefault("sheet", {}), {result["indicator"] for *_, result in results_of(plan)}
    own_indicators = [i for i in plan.get("indicators", ()) if i.get("line") and i.get("owner") == objective.get("lead") and i.get("code") not in taken]
    say, year = Texts("methods", plan.get("body", {}).get("language", "it")), plan.get("year")
    begins = first_day(plan, 1)
    usual = {"title": say("lines_title"), "purpose": say("lines_purpose"), "detail": say("lines_detail"), "start": begins.isoformat(),
             "end": (first_day(plan, 2) - timedelta(days=1)).isoformat()} if year else {"title": say("lines_title")}
    for key, value in usual.items():
        sheet.setdefault(key, value)
    if not sheet.get("results") and own_indicators:
        sheet["results"] = [{"id": str(n), "indicator": i["code"]} for n, i in enumerate(own_indicators, 1)]
        sheet.setdefault("strategic_lines", list(dict.fromkeys(i["line"] for i in own_indicators))[:MOST_LINES])
    for holder in objective.get("holders") or objective.setdefault("holders", [{"sector": objective.get("lead")}]):
        holding = holder.setdefault("holding", {})
        if "weight" not in holding:
            holding.setdefault("weighting", "not_weighted")


def measuring(content: dict[str, Any]) -> dict[str, tuple[int, int]]:
    """By indicator, the position of the one result that is measured: the first whose objective its owner leads, the first of all
    where it has no owner."""
    owners = {indicator.get("code"): indicator.get("owner") for indicator in content.get("indicators", ())}
    positions: dict[str, tuple[int, int]] = {}
    for i, k, objective, result in results_of(content):
        code = result["indicator"]
        if code in owners and owners[code] in (None, objective.get("lead")):
            positions.setdefault(code, (i, k))
    return positions


def borrowed(content: dict[str, Any]) -> dict[tuple[str, str], str]:
    """By (objective, result), of every result measured elsewhere, the sector that measures it."""
    if not content.get("indicators"):
        return {}
    places, measured_by = measuring(content), {}
    for i, k, objective, result in results_of(content):
        at = places.get(result["indicator"])
        if at is not None and at != (i, k):
            measured_by[objective["code"], str(result["id"])] = content["objectives"][at[0]]["lead"]
    return measured_by


def with_shared_readings(content: dict[str, Any], round: str) -> dict[str, Any]:
    """``content`` in which every result of an indicator has, at ``round``, what was measured of it where it is measured."""
    places = measuring(content)
    if all(places.get(r["indicator"], (i, k)) == (i, k) for i, k, _, r in results_of(content)):
        return content
    made = copied(content)
    for i, k, _, result in results_of(made):
        at = places.get(result["indicator"])
        if at is None or at == (i, k):
            continue
        source = made["objectives"][at[0]]["sheet"]["results"][at[1]]
        measured = {key: value for key, value in reading(source, round).items() if key in MEASURED}
        kept = {key: value for key, value in reading(result, round).items() if key not in MEASURED}
        others = [r for r in result.get("readings", ()) if r["round"] != round]
        result["readings"] = others + ([{**kept, "round": str(round), **measured}] if measured or len(kept) > 1 else [])
        if not result["readings"]:
            del result["readings"]
    return made


def used_in(content: dict[str, Any], code: str) -> list[str]:
    """The codes of the objectives whose results are measured by an indicator, each once, in plan order."""
    return list(dict.fromkeys(objective["code"] for _, _, objective, result in results_of(content) if result["indicator"] == code))


def of_line(content: dict[str, Any], line: str) -> list[dict[str, Any]]:
    """The indicators that tell the public value of a strategic line."""
    return [indicator for indicator in content.get("indicators", ()) if indicator.get("line") == line]
