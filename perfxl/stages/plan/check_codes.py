"""Codes of a plan: there once, naming what exists; who holds what, lines that hang together, names nobody else has."""

from collections.abc import Iterator
from typing import Any

from perfxl.model import codes
from perfxl.model.cascade import Cascade
from perfxl.model.rounds import Rounds
from perfxl.model.structure import Structure
from perfxl.model.tree import LEVELS
from perfxl.stages.plan import round_tables
from perfxl.stages.plan.changed_codes import changed_codes
from perfxl.stages.plan.layout import READINGS, REVISIONS, TARGETS
from perfxl.stages.plan.problem import Problem, codes_of, holders_of, rows_of

#: A path in the document; with the code that stands there.
Path = tuple[str | int, ...]
Place = tuple[Path, str | None]


def repeated(plan: dict[str, Any]) -> Iterator[Problem]:
    """The same code twice among sectors, objectives, lines or rounds; the same sector twice in an objective."""
    for array, key, code in (("sectors", "code", "PLAN30"), ("objectives", "code", "PLAN31"),
                             ("cascade", "code", "PLAN32"), ("rounds", "id", "PLAN33")):
        seen = set()
        for i, item in rows_of(plan, array):
            if item.get(key) in seen:
                yield Problem(code, (array, i, key), {"value": item[key]})
            elif key in item:
                seen.add(item[key])
    for i, objective in rows_of(plan, "objectives"):
        seen = set()
        for k, holder in enumerate(objective.get("holders", ())):
            if holder.get("sector") in seen:
                yield Problem("PLAN34", ("objectives", i, "holders", k, "sector"),
                              {"sector": holder["sector"], "objective": objective.get("code")})
            seen.add(holder.get("sector", object()))


def unknown_sectors(plan: dict[str, Any]) -> Iterator[Problem]:
    """Codes of sectors that are not in the list of sectors."""
    known = codes_of(plan, "sectors")
    places: list[Place]
    places = [(("objectives", i, "lead"), o.get("lead")) for i, o in rows_of(plan, "objectives")]
    places += [(("objectives", i, "holders", k, "sector"), h.get("sector")) for i, k, _, h in holders_of(plan)]
    for array in ("measures", "owners", "evaluations", "requests", "considerations"):
        places += [((array, i, "sector"), item.get("sector")) for i, item in rows_of(plan, array)]
    places += [(("indicators", i, "owner"), item.get("owner")) for i, item in rows_of(plan, "indicators")]
    for path, sector in places:
        if sector and sector not in known:
            yield Problem("PLAN40", path, {"sector": sector})


def unknown_objectives(plan: dict[str, Any]) -> Iterator[Problem]:
    """Codes of objectives that are not in the list of objectives."""
    known = codes_of(plan, "objectives")
    places: list[Place]
    places = [(("measures", i, "measure", "objective"), m.get("measure", {}).get("objective"))
              for i, m in rows_of(plan, "measures")]
    for array in ("owners", "evaluations", "requests"):
        places += [((array, i, "objective"), item.get("objective")) for i, item in rows_of(plan, array)]
    for path, objective in places:
        if objective and objective not in known:
            yield Problem("PLAN41", path, {"objective": objective})
    replacements = [(i, k, objective, n, changed.get("replaced_by")) for i, k, objective, holder in holders_of(plan)
                    for n, changed in enumerate(holder.get("holding", {}).get("revisions", ()))]
    for i, k, owner, n, successor in replacements:
        there = ("objectives", i, "holders", k, "holding", "revisions", n, "replaced_by")
        if successor and successor not in known:
            yield Problem("PLAN46", there, {"objective": successor})
        elif successor and successor == owner.get("code"):
            yield Problem("PLAN47", there, {"objective": successor})


def unknown_rounds(plan: dict[str, Any]) -> Iterator[Problem]:
    """What is said of a round that is not in the list of rounds: it would count nowhere."""
    rounds = Rounds.from_plan(plan)
    places: list[Place]
    places = [((array, i, "round"), item.get("round")) for array in ("evaluations", "considerations") for i, item in rows_of(plan, array)]
    places += [((*path, kind, n, "round"), entry.get("round")) for path, item in round_tables.placed(plan) for kind in (READINGS, REVISIONS, TARGETS)
               for n, entry in enumerate(item.get(kind, ()))]
    for path, round in places:
        if round and round not in rounds:
            yield Problem("PLAN45", path, {"round": round})
    owners = [*round_tables.placed(plan), *((("objectives", i), o) for i, o in rows_of(plan, "objectives"))]
    for at, item in owners:
        for word in item.get("due", ()):
            if isinstance(word, str) and rounds.parse(word) is None:
                yield Problem("PLAN45", (*at, "due"), {"round": word})


def holders(plan: dict[str, Any]) -> Iterator[Problem]:
    """A lead that does not hold its objective; an evaluation or a measure of a sector that does not hold it."""
    held = {o.get("code"): {h.get("sector") for h in o.get("holders", ())} for _, o in rows_of(plan, "objectives")}
    kinds = {o.get("code"): o.get("kind", "ordinary") for _, o in rows_of(plan, "objectives")}
    for i, objective in rows_of(plan, "objectives"):
        lead = objective.get("lead")
        if lead and objective.get("holders") and lead not in held[objective.get("code")]:
            yield Problem("PLAN42", ("objectives", i, "lead"), {"sector": lead, "objective": objective.get("code")})
    measured = [(("measures", i), m.get("sector"), m.get("measure", {}).get("objective"), ("measure", "objective"))
                for i, m in rows_of(plan, "measures")]
    judged = [(("evaluations", i), e.get("sector"), e.get("objective"), ("objective",))
              for i, e in rows_of(plan, "evaluations")]
    about: list[tuple[Path, str | None, str | None, Path]] = [*measured, *judged]
    for path, sector, code, key in about:
        if sector and code in held and sector not in held[code]:
            yield Problem("PLAN43", (*path, "sector"), {"sector": sector, "objective": code})
        if path[0] == "measures" and kinds.get(code) == "ordinary":
            yield Problem("PLAN44", (*path, *key), {"objective": code})


def lines(plan: dict[str, Any]) -> Iterator[Problem]:
    """Strategic lines that are not in the cascade, or have others below them that carry them out; lines without the line above
    them where those beside them have one, that stand under themselves, or too far down."""
    cascade = Cascade(plan)
    known, shape = cascade.lines, codes.code_pattern("lineCode")
    for i, objective in rows_of(plan, "objectives"):
        for line in objective.get("sheet", {}).get("strategic_lines", ()):
            path = ("objectives", i, "sheet", "strategic_lines")
            if line not in known and shape.search(str(line)):  # one that has not the form of a code is told as such
                yield Problem("PLAN50", path, {"line": line})
            elif cascade.below.get(line):
                yield Problem("PLAN51", path, {"line": line, "below": ", ".join(cascade.below[line][:3])})
    complete = {code.count(".") for code in known if code.rpartition(".")[0] in known}
    for i, line in rows_of(plan, "cascade"):
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
    for i, sector in rows_of(plan, "sectors"):
        code, named = sector.get("code", ""), sector.get("above")
        if named and named not in structure.sectors:
            yield Problem("PLAN40", ("sectors", i, "above"), {"sector": named})
        elif named and structure.above(code) != named:
            yield Problem("PLAN58", ("sectors", i, "above"), {"sector": code, "above": named})
        elif structure.depth(code) > LEVELS:
            yield Problem("PLAN59", ("sectors", i, "above"), {"sector": code, "depth": structure.depth(code), "most": LEVELS})


def entities(plan: dict[str, Any]) -> Iterator[Problem]:
    """Values by entity of a result that the objective does not have."""
    for i, objective in rows_of(plan, "objectives"):
        sheet = objective.get("sheet", {})
        known = {r.get("id") for r in sheet.get("results", ())}
        for k, value in enumerate(sheet.get("entities", ())):
            if value.get("result") and value["result"] not in known:
                yield Problem("PLAN53", ("objectives", i, "sheet", "entities", k, "result"),
                              {"result": value["result"], "objective": objective.get("code")})


def taken_names(plan: dict[str, Any]) -> Iterator[Problem]:
    """Codes of sectors and objectives that another program takes for something else: no file or sheet can bear them."""
    for array in ("sectors", "objectives"):
        for i, item in rows_of(plan, array):
            code = str(item.get("code", ""))
            if codes.is_device(code) or codes.is_value(code):
                yield Problem("PLAN36" if codes.is_device(code) else "PLAN35", (array, i, "code"), {"value": code})


def successions(plan: dict[str, Any]) -> Iterator[Problem]:
    """Codes that have changed during the year."""
    yield from (Problem(*changed_code) for changed_code in changed_codes(plan))
