"""What is wrong with the forms of a round before they go out, told where the plan says it.

The same checks that returns undergo look at each form as it would be issued: what it says already, and what no sector could
mend in it, is for the controller, in the plan and now.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from perfxl.model.documents import get_path, pointer
from perfxl.model.fields import Field, objective_fields
from perfxl.model.findings import Finding, Place, in_order
from perfxl.model.readings import revision
from perfxl.model.rounds import Rounds
from perfxl.model.succession import Successions
from perfxl.model.texts import LANGUAGES, Texts
from perfxl.stages import check
from perfxl.stages.plan.check_people_dates import addresses
from perfxl.stages.plan.check_weights import weights
from perfxl.workbook.values import shown


def form_faults(prefilled: Mapping[str, dict[str, Any]], plan: dict[str, Any], round: str, places: Mapping[str, Place], file: str) -> list[Finding]:
    """The faults of the forms ``prefilled``, by sector, of ``round``, each at its cell of the plan workbook.

    ``plan``: the plan document, whose cells are at ``places`` by JSON Pointer; ``file``: what findings call the workbook. A fault
    of an objective that several sectors hold is told once.
    """
    findings, shared = [], check.Shared(plan)
    for sector, document in prefilled.items():
        for finding in check.check_form(document, shared, round):
            at = _in_plan(finding.path, document, plan, sector)
            place = _nearest(at, places, file)
            findings.append(finding.at(path=at, place=place, sector=sector if "/holders/" in at or not finding.objective else ""))
    return in_order(findings)


def in_force(content: dict[str, Any], plan: dict[str, Any], previous: dict[str, Any] | None, places: Mapping[str, Place], file: str) -> Iterator[Finding]:
    """PLAN70 on the weights that hold now: those of the round before, where it said something else than the plan workbook; PLAN71 on
    sectors that cannot be written to."""
    known = {o["code"] for o in (previous or {}).get("content", {}).get("objectives", ())}
    new = {o["code"] for o in plan.get("objectives", ()) if o["code"] not in known} if previous else ()
    for problem in (*weights(content, new), *addresses(plan)):
        at = pointer(problem.path)
        yield Finding(problem.code, _nearest(at, places, file), problem.values, path=at, sector=problem.values["sector"])


def ignored(plan: dict[str, Any], content: dict[str, Any], previous: dict[str, Any] | None, before: Callable[[str], dict[str, Any] | None], places: Mapping[str, Place],
            file: str, first: bool = False) -> Iterator[Finding]:
    """PLAN72: what was typed in the plan workbook about an objective since a round was consolidated, and is not what holds.

    ``content``: what holds; ``before``: the form that a sector was issued in the round of ``previous``, which says what the
    workbook said then; ``first``: that round stands on the plan workbook itself, and consolidated again takes what it says now.
    """
    effect = {lang: _effect(plan, previous["round"] if first and previous else "", lang) for lang in LANGUAGES}
    known = {o["code"] for o in previous["content"].get("objectives", ())} if previous else set()
    now = {o["code"]: o for o in content.get("objectives", ())}
    for i, objective in enumerate(plan.get("objectives", ())):
        for k, holder in enumerate(objective["holders"]) if objective["code"] in known else ():
            held: dict[str, Any] = next((h for h in now[objective["code"]]["holders"] if h["sector"] == holder["sector"]), {})
            pairs: list[tuple[Field, dict[str, Any], dict[str, Any], tuple[str | int, ...]]]
            pairs = [(f, holder, held, ("holders", k)) for f in _planned("holding")]
            if objective["lead"] == holder["sector"]:
                pairs += [(f, objective, now[objective["code"]], ()) for f in _planned("sheet")]
            for f, planned, holds, way in pairs:
                typed, valid = get_path(planned, f.path), get_path(holds, f.path)
                if typed is None or typed == valid or typed == get_path(_form(before(holder["sector"]), objective, holder), f.path):
                    continue
                at = pointer(("objectives", i, *way, *f.path))
                yield Finding("PLAN72", _nearest(at, places, file), values={"objective": objective["code"], "typed": shown(typed, f),
                              "valid": shown(valid, f), "effect": effect, "field": {lang: f.title(lang) for lang in LANGUAGES}},
                              field={lang: f.title(lang) for lang in LANGUAGES}, path=at, sector=holder["sector"],
                              objective=objective["code"])


def _effect(plan: dict[str, Any], first: str, language: str) -> str:
    """What becomes of a cell of the plan workbook that a consolidated round has overtaken; ``first``: the round that would take it."""
    say = Texts("plan", language)
    return say("typed_after_first", round=Rounds.from_plan(plan)[first].name(language)) if first else say("typed_after")


def renumbered(plan: dict[str, Any], then: Iterable[Mapping[str, Any]], places: Mapping[str, Place], file: str) -> Iterator[Finding]:
    """PLAN92: a sector that has the code of another one of ``then``, the sectors as they were: what was said under that code is not its own."""
    was, successions = {s["code"]: _bare(s["name"]) for s in then}, Successions(plan)
    for i, sector in enumerate(plan.get("sectors", ())):
        code, name = sector["code"], _bare(sector["name"])
        other = next((c for c, n in was.items() if n == name and c != code), None)
        if other is not None and was.get(code, name) != name and code not in successions.parts(other):
            at = pointer(("sectors", i, "code"))
            yield Finding("PLAN92", _nearest(at, places, file), {"code": code, "name": sector["name"], "before": other}, path=at, sector=code)


def _bare(name: str) -> str:
    return " ".join(name.casefold().split())


def overtaken(plan: dict[str, Any], previous: dict[str, Any] | None, places: Mapping[str, Place], file: str) -> Iterator[Finding]:
    """PLAN73: what the plan workbook revises, by an act, at a round that has been consolidated since without it."""
    if previous is None:
        return
    now = {o["code"]: o for o in previous["content"].get("objectives", ())}
    done = Rounds.from_plan(plan)[previous["round"]].until
    for i, objective in enumerate(plan.get("objectives", ())):
        for item, held, way, sector in _pairs(objective, now.get(objective["code"])):
            for n, planned in enumerate(item.get("revisions", ())):
                taken = revision(held, planned["round"])
                if planned["round"] in done and "act" in planned and any(taken.get(k) != v for k, v in planned.items()):
                    at = pointer(("objectives", i, *way, "revisions", n))
                    yield Finding("PLAN73", _nearest(at, places, file), {"objective": objective["code"], "act": planned["act"], "round": {lang: Rounds.from_plan(plan)[planned["round"]].name(lang) for lang in LANGUAGES}},
                                  path=at, sector=sector, objective=objective["code"])


def _pairs(objective: dict[str, Any], known: dict[str, Any] | None) -> Iterator[tuple[dict[str, Any], dict[str, Any], tuple[str | int, ...], str]]:
    """What rounds revise of an objective: (as the plan has it, as the last consolidated document has it, way to it, sector)."""
    if known is None:
        return
    held = {h["sector"]: h.get("holding", {}) for h in known["holders"]}
    for k, holder in enumerate(objective["holders"]):
        yield holder.get("holding", {}), held.get(holder["sector"], {}), ("holders", k, "holding"), holder["sector"]
    sheet, there = objective.get("sheet", {}), known.get("sheet", {})
    yield sheet, there, ("sheet",), objective["lead"]
    for table in ("phases", "results"):
        rows = {row.get("id"): row for row in there.get(table, ())}
        for k, row in enumerate(sheet.get(table, ())):
            yield row, rows.get(row.get("id"), {}), ("sheet", table, k), objective["lead"]


def _planned(part: str) -> list[Field]:
    """The single fields that the plan says of a holding or of a sheet, without those that only the plan workbook decides."""
    return [f for f in objective_fields() if f.path[0] == part and f.moment == "plan" and f.cell != "table"
            and f.key != "strategic_lines" and not f.revision]


def _form(issued: dict[str, Any] | None, objective: dict[str, Any], holder: dict[str, Any]) -> dict[str, Any]:
    codes = {objective["code"], holder.get("code", objective["code"])}
    return next((o for o in (issued or {}).get("objectives", ()) if o["code"] in codes), {})


def _in_plan(path: str, form: dict[str, Any], plan: dict[str, Any], sector: str) -> str:
    """The JSON Pointer in the plan of what stands at ``path`` in the form of ``sector``."""
    parts = path.split("/")[1:]
    if len(parts) < 2 or not parts[1].isdigit() or parts[0] not in ("objectives", "measures"):
        return ""
    item = form[parts[0]][int(parts[1])]
    if parts[0] == "measures":
        row = (sector, item.get("objective"), item.get("id"))
        rows = [(m["sector"], m["measure"].get("objective"), m["measure"].get("id")) for m in plan.get("measures", ())]
        last = len(rows) - 1 - rows[::-1].index(row) if row in rows else None  # of one that stands twice the second
        return "" if last is None else pointer(("measures", last, "measure", *parts[2:]))
    for i, objective in enumerate(plan.get("objectives", ())):
        if objective["code"] == item.get("code"):
            if parts[2:3] == ["holding"]:
                k = next((k for k, h in enumerate(objective["holders"]) if h["sector"] == sector), 0)
                return pointer(("objectives", i, "holders", k, *parts[2:]))
            return pointer(("objectives", i, *parts[2:]))
    return ""


def _nearest(path: str, places: Mapping[str, Place], file: str) -> Place:
    """The cell of ``path``, else of its row, its objective, the workbook."""
    while path and path not in places:
        path = path.rpartition("/")[0]
    return places[path] if path else Place(file)
