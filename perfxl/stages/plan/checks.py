"""What a plan must be beyond its schema: codes that exist, once; dates in order; weights that sum to 100.

The checks look at the document alone and bear with missing parts: what the schema refuses is said elsewhere.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from perfxl.model import bands as scales
from perfxl.model import codes, indicators
from perfxl.model.arithmetic import rounded, rules_in
from perfxl.model.cascade import Cascade
from perfxl.model.method import Method
from perfxl.model.methods import label, texts
from perfxl.model.plan_year import first_day, last_day
from perfxl.model.readings import dropped, gone, in_force
from perfxl.model.result_degree import fault_of, way_of
from perfxl.model.rounds import FINAL, PLAN, Round, Rounds, kind_labels
from perfxl.model.structure import Structure
from perfxl.model.tree import LEVELS
from perfxl.model.views import Entity, Result
from perfxl.stages.plan import own_fields, said
from perfxl.stages.plan.changed_codes import changed_codes


@dataclass(frozen=True)
class Problem:
    """A ``code`` of the findings' catalogue, the ``path`` of the value it is about, the ``values`` of its sentence."""

    code: str
    path: tuple
    values: dict[str, Any]


def problems(plan: dict[str, Any]) -> Iterator[Problem]:
    """Everything that is wrong with ``plan``, check by check."""
    for check in CHECKS:
        yield from check(plan)


def _items(plan: dict[str, Any], key: str) -> Iterator[tuple[int, dict[str, Any]]]:
    yield from enumerate(plan.get(key, ()))


def _holders(plan: dict[str, Any]) -> Iterator[tuple[int, int, dict[str, Any], dict[str, Any]]]:
    """(index of objective, of holder, objective, holder)."""
    for i, objective in _items(plan, "objectives"):
        for k, holder in enumerate(objective.get("holders", ())):
            yield i, k, objective, holder


def _codes(plan: dict[str, Any], key: str) -> set[str]:
    return {item["code"] for item in plan.get(key, ()) if "code" in item}


def repeated(plan: dict[str, Any]) -> Iterator[Problem]:
    """The same code twice among sectors, objectives, lines or rounds; the same sector twice in an objective."""
    for array, key, code in (("sectors", "code", "PLAN30"), ("objectives", "code", "PLAN31"),
                             ("cascade", "code", "PLAN32"), ("rounds", "id", "PLAN33")):
        seen = set()
        for i, item in _items(plan, array):
            if item.get(key) in seen:
                yield Problem(code, (array, i, key), {"value": item[key]})
            elif key in item:
                seen.add(item[key])
    for i, objective in _items(plan, "objectives"):
        seen = set()
        for k, holder in enumerate(objective.get("holders", ())):
            if holder.get("sector") in seen:
                yield Problem("PLAN34", ("objectives", i, "holders", k, "sector"),
                              {"sector": holder["sector"], "objective": objective.get("code")})
            seen.add(holder.get("sector", object()))


def unknown_sectors(plan: dict[str, Any]) -> Iterator[Problem]:
    """Codes of sectors that are not in the list of sectors."""
    known = _codes(plan, "sectors")
    places = [(("objectives", i, "lead"), o.get("lead")) for i, o in _items(plan, "objectives")]
    places += [(("objectives", i, "holders", k, "sector"), h.get("sector")) for i, k, _, h in _holders(plan)]
    for array in ("measures", "owners", "evaluations", "requests", "considerations"):
        places += [((array, i, "sector"), item.get("sector")) for i, item in _items(plan, array)]
    places += [(("indicators", i, "owner"), item.get("owner")) for i, item in _items(plan, "indicators")]
    for path, sector in places:
        if sector and sector not in known:
            yield Problem("PLAN40", path, {"sector": sector})


def unknown_objectives(plan: dict[str, Any]) -> Iterator[Problem]:
    """Codes of objectives that are not in the list of objectives."""
    known = _codes(plan, "objectives")
    places = [(("measures", i, "measure", "objective"), m.get("measure", {}).get("objective"))
              for i, m in _items(plan, "measures")]
    for array in ("owners", "evaluations", "requests"):
        places += [((array, i, "objective"), item.get("objective")) for i, item in _items(plan, array)]
    for path, objective in places:
        if objective and objective not in known:
            yield Problem("PLAN41", path, {"objective": objective})
    replacements = [(i, k, objective, n, changed.get("replaced_by")) for i, k, objective, holder in _holders(plan)
                    for n, changed in enumerate(holder.get("holding", {}).get("revisions", ()))]
    for i, k, objective, n, successor in replacements:
        path = ("objectives", i, "holders", k, "holding", "revisions", n, "replaced_by")
        if successor and successor not in known:
            yield Problem("PLAN46", path, {"objective": successor})
        elif successor and successor == objective.get("code"):
            yield Problem("PLAN47", path, {"objective": successor})


def unknown_rounds(plan: dict[str, Any]) -> Iterator[Problem]:
    """What is said of a round that is not in the list of rounds: it would count nowhere."""
    rounds = Rounds.of(plan)
    places = [((array, i, "round"), item.get("round")) for array in ("evaluations", "considerations") for i, item in _items(plan, array)]
    places += [((*path, told, n, "round"), entry.get("round")) for path, item in said.placed(plan) for told in (said.READINGS, said.REVISIONS, said.TARGETS)
               for n, entry in enumerate(item.get(told, ()))]
    for path, round in places:
        if round and round not in rounds:
            yield Problem("PLAN45", path, {"round": round})
    owners = [*said.placed(plan), *((("objectives", i), o) for i, o in _items(plan, "objectives"))]
    for path, item in owners:
        for word in item.get("due", ()):
            if isinstance(word, str) and rounds.parse(word) is None:
                yield Problem("PLAN45", (*path, "due"), {"round": word})


def holders(plan: dict[str, Any]) -> Iterator[Problem]:
    """A lead that does not hold its objective; an evaluation or a measure of a sector that does not hold it."""
    held = {o.get("code"): {h.get("sector") for h in o.get("holders", ())} for _, o in _items(plan, "objectives")}
    kinds = {o.get("code"): o.get("kind", "ordinary") for _, o in _items(plan, "objectives")}
    for i, objective in _items(plan, "objectives"):
        lead = objective.get("lead")
        if lead and objective.get("holders") and lead not in held[objective.get("code")]:
            yield Problem("PLAN42", ("objectives", i, "lead"), {"sector": lead, "objective": objective.get("code")})
    measured = [(("measures", i), m.get("sector"), m.get("measure", {}).get("objective"), ("measure", "objective"))
                for i, m in _items(plan, "measures")]
    judged = [(("evaluations", i), e.get("sector"), e.get("objective"), ("objective",))
              for i, e in _items(plan, "evaluations")]
    for path, sector, objective, key in measured + judged:
        if sector and objective in held and sector not in held[objective]:
            yield Problem("PLAN43", (*path, "sector"), {"sector": sector, "objective": objective})
        if path[0] == "measures" and kinds.get(objective) == "ordinary":
            yield Problem("PLAN44", (*path, *key), {"objective": objective})


def lines(plan: dict[str, Any]) -> Iterator[Problem]:
    """Strategic lines that are not in the cascade, or have others below them that carry them out; lines without the line above
    them where those beside them have one, that stand under themselves, or too far down."""
    cascade = Cascade(plan)
    known, shape = cascade.lines, codes.shape("lineCode")
    for i, objective in _items(plan, "objectives"):
        for line in objective.get("sheet", {}).get("strategic_lines", ()):
            path = ("objectives", i, "sheet", "strategic_lines")
            if line not in known and shape.search(str(line)):  # one that has not the form of a code is told as such
                yield Problem("PLAN50", path, {"line": line})
            elif cascade.below.get(line):
                yield Problem("PLAN51", path, {"line": line, "below": ", ".join(cascade.below[line][:3])})
    complete = {code.count(".") for code in known if code.rpartition(".")[0] in known}
    for i, line in _items(plan, "cascade"):
        code, named = line.get("code", ""), line.get("above")
        above = code.rpartition(".")[0]
        if named and named not in known:
            yield Problem("PLAN50", ("cascade", i, "above"), {"line": named})
        elif named and cascade.above(code) != named:
            yield Problem("PLAN55", ("cascade", i, "above"), {"line": code, "above": named})
        elif not named and above and above not in known and code.count(".") in complete:
            yield Problem("PLAN52", ("cascade", i, "code"), {"line": code, "above": above})
        if cascade.depth(code) > LEVELS:
            yield Problem("PLAN56", ("cascade", i, "code"), {"line": code, "depth": cascade.depth(code), "most": LEVELS})


def levels(plan: dict[str, Any]) -> Iterator[Problem]:
    """Sectors that stand under one that the plan has not, under themselves, or too far down."""
    structure = Structure(plan)
    for i, sector in _items(plan, "sectors"):
        code, named = sector.get("code", ""), sector.get("above")
        if named and named not in structure.sectors:
            yield Problem("PLAN40", ("sectors", i, "above"), {"sector": named})
        elif named and structure.above(code) != named:
            yield Problem("PLAN58", ("sectors", i, "above"), {"sector": code, "above": named})
        elif structure.depth(code) > LEVELS:
            yield Problem("PLAN59", ("sectors", i, "above"), {"sector": code, "depth": structure.depth(code), "most": LEVELS})


def entities(plan: dict[str, Any]) -> Iterator[Problem]:
    """Values by entity of a result that the objective does not have."""
    for i, objective in _items(plan, "objectives"):
        sheet = objective.get("sheet", {})
        known = {r.get("id") for r in sheet.get("results", ())}
        for k, value in enumerate(sheet.get("entities", ())):
            if value.get("result") and value["result"] not in known:
                yield Problem("PLAN53", ("objectives", i, "sheet", "entities", k, "result"),
                              {"result": value["result"], "objective": objective.get("code")})


def owners(plan: dict[str, Any]) -> Iterator[Problem]:
    """Owners of a phase, result or measure that the objective does not have; of which one, without saying of what."""
    known = {o.get("code"): {kind: {r.get("id") for r in o.get("sheet", {}).get(kind, ())} for kind in ("phases", "results")}
             for _, o in _items(plan, "objectives")}
    for _, row in _items(plan, "measures"):
        measure = row.get("measure", {})
        known.get(measure.get("objective"), {}).setdefault("measures", set()).add(measure.get("id"))
    for i, owner in _items(plan, "owners"):
        kind, item = owner.get("kind"), owner.get("item")
        if item and owner.get("objective") in known and item not in known[owner["objective"]].get(kind, ()):
            yield Problem("PLAN48", ("owners", i, "item" if kind else "kind"), {"item": item, "objective": owner["objective"]})


def dates(plan: dict[str, Any]) -> Iterator[Problem]:
    """Rounds that are missing, out of order, outside the year, or due before the day they refer to."""
    given = {r.get("id"): (i, r) for i, r in _items(plan, "rounds")}
    rounds = Rounds.of(plan)
    for kind in (PLAN, FINAL):
        several = [i for i, r in _items(plan, "rounds") if r.get("kind") == kind]
        if plan.get("rounds") and not several:
            yield Problem("PLAN60", ("rounds",), {"round": kind_labels()[kind]})
        for i in several[1:]:
            yield Problem("PLAN64", ("rounds", i, "kind"), {"kind": kind_labels()[kind]})
    before = None
    for name in (r for r in rounds if r in given):
        i, round = given[name]
        day, due = round.get("reference_date", ""), round.get("deadline", "")
        if day and due and due < day and name.kind != PLAN:
            yield Problem("PLAN61", ("rounds", i, "deadline"), {"deadline": _day(due), "reference": _day(day)})
        if day and before and day <= before:
            yield Problem("PLAN62", ("rounds", i, "reference_date"), {"day": _day(day), "before": _day(before)})
        if _outside(plan, day):
            yield Problem("PLAN63", ("rounds", i, "reference_date"), {"day": _day(day), "year": str(plan["year"])})
        before = day or before


def _outside(plan: dict[str, Any], day: str) -> bool:
    """Whether ``day`` is not in the year of the plan."""
    try:
        return bool(day) and "year" in plan and not first_day(plan) <= date.fromisoformat(day) <= last_day(plan)
    except (TypeError, ValueError):
        return False


def addresses(plan: dict[str, Any]) -> Iterator[Problem]:
    """Sectors that hold something and have no e-mail address, where messages are sent to others."""
    holding = {h.get("sector") for _, _, _, h in _holders(plan)} | {m.get("sector") for _, m in _items(plan, "measures")}
    listed = list(_items(plan, "sectors"))
    for i, sector in listed if any(s.get("email") for _, s in listed) else ():
        if sector.get("code") in holding and not sector.get("email"):
            yield Problem("PLAN71", ("sectors", i, "code"), {"sector": sector["code"]})


def taken_names(plan: dict[str, Any]) -> Iterator[Problem]:
    """Codes of sectors and objectives that another program takes for something else: no file or sheet can bear them."""
    for array in ("sectors", "objectives"):
        for i, item in _items(plan, array):
            code = str(item.get("code", ""))
            if codes.is_device(code) or codes.is_value(code):
                yield Problem("PLAN36" if codes.is_device(code) else "PLAN35", (array, i, "code"), {"value": code})


def _day(iso: str) -> str:
    return "/".join(reversed(iso.split("-")))


def weights(plan: dict[str, Any], new: Container[str] = ()) -> Iterator[Problem]:
    """Sectors whose weights in force do not sum to what the body wants (100 as a rule) within the tolerance; those that have not all their weights yet are left
    alone. ``new``: codes of objectives added since the plan was approved, which may stand for others that are still to be
    replaced by them: with or without those the sum has to be right."""
    tolerance, whole = Decimal(str(plan.get("rules", {}).get("weight_tolerance", "0.05"))), rules_in(plan).whole
    held: dict[str, list[tuple[str, Decimal | None]]] = {}
    last = Rounds.of(plan).all[-1:]
    for _, _, objective, holder in _holders(plan) if last else ():
        if _counts(holder, last[0]):
            held.setdefault(holder.get("sector"), []).append((objective.get("code"), weight_in_force(holder, last[0])))
    for i, sector in _items(plan, "sectors"):
        mine = held.get(sector.get("code"), [])
        if not mine or sector.get("weighted") is False or any(w is None for _, w in mine):
            continue
        totals = [sum((w for code, w in mine if code not in without), Decimal(0)) for without in ((), new)]
        if whole and all(abs(total - whole) > tolerance for total in totals):
            yield Problem("PLAN70", ("sectors", i, "code"), {"sector": sector["code"], "total": totals[0], "whole": whole})


def _counts(holder: dict[str, Any], round: Round) -> bool:
    """Whether an objective counts in a sector's total at ``round``: it is weighted, and neither replaced nor withdrawn."""
    holding = holder.get("holding", {})
    return holding.get("weighting", "weighted") == "weighted" and not gone(holding, round)


def weight_in_force(holder: dict[str, Any], round: Round) -> Decimal | None:
    """The weight of an objective in a sector in points, in force at ``round``; None when it has none or does not count there."""
    weight = in_force(holder.get("holding", {}), "weight", round) if _counts(holder, round) else None
    return None if weight is None else Decimal(str(weight))


def sector_weights(plan: dict[str, Any]) -> Iterator[Problem]:
    """Sectors without the weight that the mean that they enter needs: the body's, or that of the one above them."""
    rules, structure = rules_in(plan), Structure(plan)
    for i, sector in _items(plan, "sectors"):
        code = sector.get("code", "")
        above, below = structure.above(code), structure.below.get(code)
        in_body = {"first": not above, "last": not below, "all": True}[rules.levels_in_body]
        weighted = in_body and rules.body_mean == "weighted" or above and rules.units != "own" and rules.units_mean == "weighted"
        if weighted and sector.get("weighted") is not False and sector.get("weight") is None:
            yield Problem("PLAN80", ("sectors", i, "weight"), {"sector": sector.get("code")})


def successions(plan: dict[str, Any]) -> Iterator[Problem]:
    """Codes that have changed during the year."""
    yield from (Problem(*told) for told in changed_codes(plan))


def measured(plan: dict[str, Any]) -> Iterator[Problem]:
    """Results measured in a way that means nothing for what they have; those whose degree was typed are left alone."""
    plan = indicators.completed(plan)
    last, rules = Rounds.of(plan).all[-1], rules_in(plan)
    for i, objective in _items(plan, "objectives"):
        sheet = objective.get("sheet", {})
        for k, result in enumerate(sheet.get("results", ())):
            if dropped(result, last) or any("degree" in told for told in result.get("readings", ())):
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


def _meaningless(fault: str, way: Method, path: tuple, said: dict[str, Any], target) -> Problem:
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
    for i, indicator in _items(plan, "indicators"):
        if indicator.get("code") in seen:
            yield Problem("PLAN86", ("indicators", i, "code"), {"value": indicator["code"]})
        seen.add(indicator.get("code", ""))
        line = indicator.get("line")
        if line and line not in Cascade(plan).lines:
            yield Problem("PLAN50", ("indicators", i, "line"), {"line": line})
    measured_, told = indicators.measuring(plan), set()
    owners = {indicator.get("code"): (i, indicator.get("owner")) for i, indicator in _items(plan, "indicators")}
    for i, k, objective, result in indicators.results_of(plan):
        code = result["indicator"]
        if code not in seen:
            yield Problem("PLAN87", ("objectives", i, "sheet", "results", k, "indicator"), {"value": code, "objective": objective.get("code")})
        elif code not in measured_ and code not in told:
            told.add(code)
            yield Problem("PLAN88", ("indicators", owners[code][0], "owner"), {"value": code, "sector": owners[code][1]})


def unmeasured(plan: dict[str, Any]) -> Iterator[Problem]:
    """Indicators of a strategic line that no result uses, not even one of a ready-made objective: their value would never be found."""
    lines, told = Cascade(plan).lines, {result["indicator"] for *_, result in indicators.results_of(indicators.completed(plan))}
    for i, indicator in _items(plan, "indicators"):
        code, line = indicator.get("code"), indicator.get("line")
        if code and line in lines and code not in told:
            told.add(code)
            yield Problem("PLAN91", ("indicators", i, "line"), {"value": code, "line": line})


def _share(plan: dict[str, Any], holder: dict[str, Any], round: Round) -> Decimal | None:
    """The weight of an objective in a sector as per cent of the whole: of the total of the body's points, or of the sum of the sector's
    where they have none; None when it has no weight."""
    rules, weight = rules_in(plan), weight_in_force(holder, round)
    if weight is None or not rules.points:
        return weight
    mine = (weight_in_force(h, round) for *_, h in _holders(plan) if h.get("sector") == holder.get("sector"))
    whole = rules.whole or sum((w for w in mine if w is not None), Decimal(0))
    return rounded(weight * 100 / whole) if whole else None


def payment_times(plan: dict[str, Any]) -> Iterator[Problem]:
    """The payment-times objective: at least 30 % of the result pay in each sector that holds it; a target at or below 0."""
    made, last = indicators.completed(plan), Rounds.of(plan).all[-1:]
    for i, objective in _items(made, "objectives") if last else ():
        if objective.get("ready") != "payment_times":
            continue
        for k, holder in enumerate(objective.get("holders", ())):
            weight = _share(made, holder, last[0])
            if weight is not None and weight < indicators.PAYMENT_WEIGHT:
                yield Problem("PLAN89", ("objectives", i, "holders", k, "holding", "weight"),
                              {"objective": objective.get("code"), "sector": holder.get("sector"), "weight": weight})
        for k, result in enumerate(objective.get("sheet", {}).get("results", ())):
            goal = in_force(result, "target", last[0]) if result.get("until") is None else result["until"]
            if goal is not None and goal > 0:
                yield Problem("PLAN95", ("objectives", i, "sheet", "results", k, "until" if "until" in result else "target"),
                              {"objective": objective.get("code"), "target": goal})


def banded(plan: dict[str, Any]) -> Iterator[Problem]:
    """Bands that make no sense: no degree, ends the wrong way round, one band over another."""
    rows = plan.get("bands", [])
    for n, key, fault in scales.faults(rows):
        yield Problem("PLAN84", ("bands", n, key), {"scale": rows[n].get("scale"), "why": texts(f"band_{fault}")})


def own(plan: dict[str, Any]) -> Iterator[Problem]:
    """Fields of the body's own that cannot be used, and required ones that the plan leaves blank."""
    yield from (Problem(*told) for told in (*own_fields.faults(plan), *own_fields.wanted(plan)))


CHECKS = (repeated, taken_names, unknown_sectors, unknown_objectives, unknown_rounds, holders, lines, levels, entities, owners, dates, weights, sector_weights, thresholds, banded, shared, unmeasured, payment_times, measured, successions, own)
