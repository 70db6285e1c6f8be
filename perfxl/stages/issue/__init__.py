"""Issuing: from the plan to one prefilled workbook a sector.

``returns`` says what each sector gets, as documents; ``issue`` writes one such document into a copy of the master.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from perfxl.model import collector, deadlines, documents
from perfxl.model.arithmetic import DEFAULT, rules_in
from perfxl.model.documents import get_path, put_path
from perfxl.model.fields import Field, extension_fields, objective_fields
from perfxl.model.readings import as_returned, revised
from perfxl.model.rounds import Round, Rounds
from perfxl.model.terms import USUAL, Words, worded, words_in_use
from perfxl.stages.issue.form import earlier, facts, levels, round_words
from perfxl.stages.issue.form.arithmetic import own_constants
from perfxl.stages.issue.form.incomplete import MasterIncomplete
from perfxl.stages.issue.form.names import short_fields
from perfxl.stages.issue.form.rooms import rooms
from perfxl.stages.issue.form.stored import stored
from perfxl.workbook.binding import (
    NARRATIVE,
    Table,
    objective_scalars,
    objective_tables,
    return_tables,
)
from perfxl.workbook.patch.package import Unreadable

__all__ = ["MasterIncomplete", "Unreadable", "issue", "request_return", "returns"]


@worded()
def returns(content: dict[str, Any], round: str, extension: dict[str, Any] | None = None, drawn_on: str = "",
            extensions: Mapping[str, str] | None = None, only: Collection[str] | None = None) -> dict[str, dict[str, Any]]:
    """The prefilled return document of every sector (of ``only`` those), by sector code in plan order.

    ``content`` is a plan document. Each return holds only what the form of ``round`` shows: the objectives the sector
    holds, in plan order, in full where it leads and in short where it does not, and its measures. A sector that holds
    nothing has no return. Without ``extension`` the body's own fields are taken as they are, whatever the round.
    """
    by_sector, rounds = {}, Rounds.from_plan(content)
    round, language = rounds[round], content.get("body", {}).get("language", "it")
    named = {str(r): r.name(language) for r in rounds}
    held: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = {}
    for objective in content.get("objectives", ()):
        for holder in objective["holders"]:
            held.setdefault(holder["sector"], []).append((objective, holder))
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in content.get("measures", ()):
        rows.setdefault(row["sector"], []).append(row["measure"])
    for code in (s["code"] for s in content["sectors"] if only is None or s["code"] in only):
        objectives = [_named(_objective(o, h, round, extension), named) for o, h in held.get(code, ())]
        measures = [_named(_measure(m, round), named) for m in rows.get(code, ())]
        if not objectives and not measures:
            continue
        document: dict[str, Any] = {"schema": "perfxl/return/2"}
        document |= {key: items for key, items in (("objectives", objectives), ("measures", measures)) if items}
        due = deadlines.with_deadline(content, round, extensions or {}, code)
        known = {o["code"]: o for o, _ in held.get(code, ())}
        by_sector[code] = _identified(document, due, round=round, sector=code, drawn_on=drawn_on, known=known)
    return by_sector


def _named(item: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """``item`` with the rounds at which it and what is below it are due called by their names, as the form shows them."""
    sheet = item.get("sheet", {})
    for owner in (item, *sheet.get("results", ()), *sheet.get("phases", ())):
        if "due" in owner:
            owner["due"] = [names.get(word, word) for word in owner["due"]]
    return item


def _identified(document: dict[str, Any], plan: dict[str, Any], round: Round, sector: str, drawn_on: str,
                known: dict[str, dict[str, Any]] | None = None) -> dict[str, Any]:
    """``document`` with its identity, as a first issue; ``known``: its objectives as ``plan`` has them.
    Two workbooks bear the same digest when they say the same: what is asked, what the first sheet tells (names, dates, whom to
    ask), and the ``drawn_on`` they are made on."""
    body = plan["body"]
    identity = {"body": body["code"], "year": plan["year"], "round": str(round), "sector": sector, "issue": 1}
    whole = {**document, "identity": identity}
    said = {"document": document, "front": facts.front(whole, plan, body.get("language", "it")),
            "lines": facts.line_titles(whole, plan), "drawn_on": drawn_on,
            "tolerance": plan.get("rules", {}).get("weight_tolerance")}
    strips = earlier.strips(whole, plan, round, body.get("language", "it"), known=known)
    if any(strips):
        said["earlier"] = strips
    rules = rules_in(plan)
    if replace(rules, scales={}) != DEFAULT:
        said["arithmetic"] = own_constants(rules)
    if called := round_words.retold(round, body.get("language", "it")):
        said["round"] = called
    if texts := levels.cell_texts(plan, sector, body.get("language", "it")):
        said["levels"] = texts
    if words_in_use().key != USUAL:
        said["words"] = words_in_use().key
    if words_in_use().own:
        said["own"] = words_in_use().own
    if plan.get("rules", {}).get("phases") is False:
        said["phases"] = False
    if plan.get("bands"):
        said["bands"] = plan["bands"]
    rest = {k: v for k, v in document.items() if k != "schema"}
    return {"schema": document["schema"], "identity": {**identity, "digest": documents.digest(said)}, **rest}


@worded()
def request_return(content: dict[str, Any], sector: str, requests: Iterable[dict[str, Any]], round: str,
                   prefilled: dict[str, Any], drawn_on: str = "") -> dict[str, Any]:
    """The return that asks ``sector`` the ``requests``, with the sheets they reopen as ``prefilled`` has them.

    ``prefilled``: the sector's return as it stands now. A request that reopens and names no objective reopens all sheets.
    """
    listed = list(requests)
    opened = {r.get("objective") for r in listed if r.get("reopen")}
    table = next(t for t in return_tables() if t.id == "requests")
    keys = [c.key for c in table.columns if c.key not in ("answer", "answer_date")]
    objectives = [o for o in prefilled.get("objectives", ()) if None in opened or opened & {o["code"], *o.get("other_codes", ())}]
    measures = [m for m in prefilled.get("measures", ()) if m["objective"] in {o["code"] for o in objectives}]
    made = {"objectives": objectives, "measures": measures, "requests": [{k: r[k] for k in keys if k in r} for r in listed]}
    document = {"schema": "perfxl/return/2"} | {key: rows for key, rows in made.items() if rows}
    return _identified(document, content, round=Rounds.from_plan(content)[round], sector=sector, drawn_on=drawn_on)


def _role(objective: dict[str, Any], sector: str) -> str:
    if objective["lead"] == sector:
        return "lead"
    return "transversal" if objective.get("kind") == "transversal" else "partner"


def _objective(objective: dict[str, Any], holder: dict[str, Any], round: Round, extension: dict[str, Any] | None) -> dict[str, Any]:
    role = _role(objective, holder["sector"])
    codes = [h["code"] for h in (holder, *objective["holders"]) if h.get("code", objective["code"]) != objective["code"]]
    source = {"code": objective["code"], "other_codes": list(dict.fromkeys(codes))[:8] or None, "role": role, "due": objective.get("due"),
              "holding": as_returned(holder.get("holding", {}), round), "sheet": as_returned(objective.get("sheet", {}), round)}
    made: dict[str, Any] = {}
    narratives = [f for f in objective_fields() if f.path == NARRATIVE]
    for f in (*objective_scalars(), *narratives, *extension_fields(extension)) if role == "lead" else short_fields(round):
        if f.shows(round):
            _set(made, f.path, get_path(source, f.path))
    if extension is None and role == "lead":
        _set(made, ("sheet", "extension"), get_path(source, ("sheet", "extension")))
    for path in dict.fromkeys(t.array for t in objective_tables() if not t.story) if role == "lead" else ():
        columns = _columns(t for t in objective_tables() if t.array == path and t.shown(round))
        items = [_only(as_returned(item, round), columns, round) for item in get_path(source, path) or ()]
        _set(made, path, [item for item in items if item] or None)
    return _in_order(made, source)


def _columns(tables: Iterable[Table]) -> list[Field]:
    return list({c.path: c for t in tables for c in (*t.columns, *t.standing, *t.revisions)}.values())


def _only(item: dict[str, Any], columns: Iterable[Field], round: Round) -> dict[str, Any]:
    """Those parts of ``item`` that the form of ``round`` shows."""
    kept: dict[str, Any] = {}
    for column in columns:
        if column.shows(round):
            _set(kept, column.path, get_path(item, column.path))
    return _in_order(kept, item)


def _measure(measure: dict[str, Any], round: Round) -> dict[str, Any]:
    """A measure as the form has it, whether it applies as it was last said."""
    made = as_returned(measure, round)
    applies = revised(measure, "applicable", round)
    if applies is not None:
        made["revision"] = {"applicable": applies, **made.get("revision", {})}
    return _only(made, _columns(t for t in return_tables() if t.id == "measures"), round)


def _set(document: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    if value is not None:
        put_path(document, path, value)


def _in_order(item: dict[str, Any], like: dict[str, Any]) -> dict[str, Any]:
    """``item`` with its keys in the order of ``like``, so that the same content reads the same."""
    return {k: _in_order(item[k], like[k]) if isinstance(item[k], dict) else item[k] for k in like if k in item}


@cache
def _drawn(round: str, language: str, extension: str, _words: Words, wanted: tuple[tuple[str, int], ...]) -> bytes:
    from perfxl.stages.issue.form import masters  # draws with openpyxl: only for a body with fields of its own

    return masters.build(round, language, documents.loads(extension), dict(wanted))


@worded(1)
def issue(prefilled: dict[str, Any], plan: dict[str, Any], master: bytes | None = None, language: str = "it",
          extension: dict[str, Any] | None = None) -> bytes:
    """The workbook of the sector and round of ``prefilled``, made from ``master`` (perfxl's own when None).

    ``plan`` gives what the first sheet says: names, dates, whom to ask. Raises ``MasterIncomplete`` when the master
    lacks names that the schemas or the extension need, ``Unreadable`` when it is not a workbook.
    """
    from perfxl.stages.issue.form.issuing import Issuing  # computes formulas: most commands only ask what a form says

    kind = Rounds.from_plan(plan)[prefilled["identity"]["round"]].kind
    if master is None:
        wanted = tuple(sorted(rooms(prefilled).items()))
        own = extension or wanted or words_in_use().own or words_in_use().points or words_in_use().key != USUAL
        master = _drawn(kind, language, documents.dumps(extension or {}, indent=None), words_in_use(), wanted) if own else stored(kind, language)
    with collector.paused():
        return Issuing(prefilled, plan, master=master, language=language, extension=extension).run()
