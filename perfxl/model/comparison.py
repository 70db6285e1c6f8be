"""Comparing a consolidated document with itself, what each round changed, and with the plan that was approved."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from perfxl.model.change import Change
from perfxl.model.documents import get_path, pointer
from perfxl.model.fields import (
    Field,
    objective_fields,
    part_fields,
    resolve,
    return_fields,
)
from perfxl.model.findings import Place
from perfxl.model.readings import CLEARED, GONE, in_force, readings, revised, revisions
from perfxl.model.rounds import Round, Rounds
from perfxl.model.sectors_changed import sectors_changed, with_act
from perfxl.model.terms import cached_in_words, said_titles

#: Tables whose rows are the same thing from round to round, and the keys that say which; others are compared whole.
KEYS = {"results": ("id",), "phases": ("id",), "entities": ("result", "entity"), "money": ("kind", "label", "year")}


@cached_in_words
def _plan_titles(key: str) -> dict[str, Any]:
    prop, _ = resolve({"$ref": f"plan.schema.json#/{key}"}, "plan")
    return said_titles(prop)


def _title(f: Field) -> dict[str, Any]:
    return {"it": f.title("it"), "en": f.title("en")}


@cached_in_words
def _columns(table: str) -> tuple[Field, ...]:
    return next(f.items for f in (*objective_fields(), *return_fields()) if f.key == table)


@cached_in_words
def _approved_columns(table: str) -> tuple[Field, ...]:
    """The columns that the approved plan fills in, those that tell the rows apart left out."""
    own = ("objective", *KEYS.get(table, ("id",)))
    return tuple(c for c in _columns(table) if c.key not in own and c.moment == "plan" and len(c.path) == 1)


#: What a round changes of the rows of a table, of a sheet, of a holding: the definitions of the schema.
_REVISIONS = {"results": "resultRevision", "phases": "phaseRevision", "sheet": "sheetRevision", "holding": "holdingRevision"}


@cached_in_words
def _revisable(part: str) -> tuple[Field, ...]:
    """The fields of a revision that change an approved one."""
    among = _columns(part) if part in KEYS else [f for f in objective_fields() if f.path[0] == part and len(f.path) == 2]
    base = {f.key for f in among if not (f.revision or f.standing)}
    return tuple(f for f in part_fields(_REVISIONS[part]) if f.key in base and f.key != "round") if part in _REVISIONS else ()


@cached_in_words
def _holding_fields() -> tuple[Field, ...]:
    return tuple(f for f in objective_fields() if f.path[0] == "holding" and len(f.path) == 2)


def same(one: Any, other: Any) -> bool:
    """Whether two values of a document are one: 10 is 10.0, and blank is blank."""
    if isinstance(one, (int, float, Decimal)) and isinstance(other, (int, float, Decimal)) and not isinstance(one, bool):
        return Decimal(str(one)) == Decimal(str(other))
    return one == other or (one in (None, "", []) and other in (None, "", []))


def _named(rows: Iterable[dict[str, Any]], keys: tuple[Any, ...]) -> dict[tuple[Any, ...], tuple[int, dict[str, Any]]]:
    """Rows with their positions by what identifies them; a repeated one is told from the first by its turn."""
    found: dict[tuple[Any, ...], tuple[int, dict[str, Any]]] = {}
    for k, row in enumerate(rows):
        name, turn = tuple(row.get(key) for key in keys), 0
        while (*name, turn) in found:
            turn += 1
        found[(*name, turn)] = k, row
    return found


def _at_round(holding: dict[str, Any], round: str) -> dict[str, Any]:
    """What ``round`` changed of a holding; {} where it changed nothing."""
    return next((r for r in holding.get("revisions", ()) if r["round"] == round), {})


def _sibling(f: Field, part: str) -> Field:
    """The approved field that the revision ``f`` changes."""
    among = _columns(part) if part in KEYS else [x for x in objective_fields() if x.path[0] == part and len(x.path) == 2]
    return next(s for s in among if s.key == f.key and not (s.revision or s.standing))


class Comparison:
    """One consolidated document being compared with itself and with the approved ``plan`` (None: only with itself)."""

    def __init__(self, consolidated: dict[str, Any], plan: dict[str, Any] | None):
        self.content, self.plan = consolidated["content"], plan
        self.round: Round = Rounds.of(self.content)[consolidated["round"]]
        self.places = {p["path"]: Place(p["file"], p["sheet"], p["cell"]) for p in consolidated.get("places", ())}

    def run(self) -> Iterator[Change]:
        """Every change, objective by objective; then the measures."""
        approved = {o["code"]: o for o in (self.plan or {}).get("objectives", ())}
        for i, objective in enumerate(self.content.get("objectives", ())):
            before = approved.pop(objective["code"], None)
            if before is not None and objective.get("lead") != before.get("lead"):
                yield self._made("revised", objective, ("objectives", i), title=_plan_titles("$defs/objective/properties/lead"), field="lead",
                                 approved=before.get("lead"), revised=objective.get("lead"))
            if self.plan is not None and before is None:
                yield self._made("added", objective, ("objectives", i), title=_plan_titles("$defs/objective"),
                                 field="code", revised=in_force(objective.get("sheet", {}), "title", self.round) or objective["code"])
            for j, holder in enumerate(objective["holders"]):
                yield from self._holder(i, j, objective, holder, before)
            yield from self._sheet(i, objective, before)
        for before in approved.values():
            yield self._made("dropped", before, (), title=_plan_titles("$defs/objective"), field="code",
                             approved=before.get("sheet", {}).get("title") or before["code"])
        if self.plan is not None:
            yield from self._measures()
        yield from sectors_changed(self.content, self.plan, self.round, self._place)

    # -- one change
    def _made(self, kind: str, objective: dict[str, Any], path: tuple[Any, ...], /, *, title: dict[str, Any], field: str, sector: str = "", table: str = "",
              item: str = "", cell_kind: str = "text", approved: Any = None, revised: Any = None, reason: str | None = None,
              round: str = "", place: Place | None = None) -> Change:
        at = round or self.round
        return Change(kind, objective["code"], sector or objective.get("lead", ""), table, item, field, title, cell_kind, approved,
                      revised, self._reason(objective, sector, at) if reason is None else reason, self._place(path) if place is None else place, str(at), pointer(path))

    def _reason(self, objective: dict[str, Any], sector: str, round: str) -> str:
        """Why, in the words of ``sector`` at ``round`` or last before it, else of the lead."""
        at = next(r for r in self.round.until if r == round)
        said = {h["sector"]: revised(h.get("holding", {}), "reason", at) or "" for h in objective.get("holders", ())}
        return said.get(sector) or said.get(objective.get("lead"), "")

    def _place(self, path: tuple[Any, ...]) -> Place:
        """The cell of ``path``, or of what it is part of."""
        while path:
            for here in (path, (*path, 0)):  # a table stands where its first row does
                if pointer(here) in self.places:
                    return self.places[pointer(here)]
            path = path[:-1]
        return Place()

    def _revised(self, objective: dict[str, Any], owner: dict[str, Any], part: str, path: tuple[Any, ...], **about: Any) -> Iterator[Change]:
        """What each round up to this one changed of ``owner``, against what was in force before."""
        for round, changed in revisions(owner, self.round):
            at = next(n for n, r in enumerate(owner["revisions"]) if r is changed)
            for f in _revisable(part):
                before = in_force(owner, f.key, round.before) if round.before else owner.get(f.key)
                new = changed.get(f.key)
                if new is not None and not same(before, new) and not (before is None and new == CLEARED):
                    yield self._made("revised", objective, (*path, "revisions", at, f.key), title=_title(_sibling(f, part)), field=f.key,
                                     cell_kind=f.cell, approved=before, revised=new, round=round,
                                     reason=with_act(changed) or None, place=Place() if "act" in changed else None, **about)

    def _otherwise(self, objective: dict[str, Any], before: dict[str, Any], now: dict[str, Any], fields: Iterable[Field], path: tuple[Any, ...], **about: Any) -> Iterator[Change]:
        """Fields of the plan itself that differ from the approved document."""
        for f in fields:
            old, new = get_path(before, f.path), get_path(now, f.path)
            if not same(old, new):
                yield self._made("revised", objective, (*path, *f.path), title=_title(f), field=f.key, cell_kind=f.cell,
                                 approved=old, revised=new, **about)

    # -- the holders
    def _holder(self, i: int, j: int, objective: dict[str, Any], holder: dict[str, Any], before: dict[str, Any] | None) -> Iterator[Change]:
        sector, holding, path = holder["sector"], holder.get("holding", {}), ("objectives", i, "holders", j)
        yield from self._gone(objective, holder, path)
        yield from self._revised(objective, holding, "holding", (*path, "holding"), sector=sector)
        known = {h["sector"]: h for h in (before or {}).get("holders", ())}
        if sector in known:
            yield from self._otherwise(objective, known[sector], holder, [f for f in _holding_fields() if f.moment == "plan"], path,
                                       sector=sector)
        elif before:
            yield self._made("added", objective, path, title=_plan_titles("$defs/objective/properties/holders"), field="holders",
                             sector=sector, table="holders", item=sector, revised=sector)
        if j == 0:
            for lost in [s for s in known if s not in {h["sector"] for h in objective["holders"]}]:
                yield self._made("dropped", objective, path[:2], title=_plan_titles("$defs/objective/properties/holders"), field="holders",
                                 sector=lost, table="holders", item=lost, approved=lost)

    def _gone(self, objective: dict[str, Any], holder: dict[str, Any], path: tuple[Any, ...]) -> Iterator[Change]:
        """The objective replaced or withdrawn in this sector, in the first round that says so."""
        holding, sector = holder.get("holding", {}), holder["sector"]
        by = revised(holding, "replaced_by", self.round)
        told = [r for r, said in readings(holding, self.round) if said.get("status") in GONE]
        told += [r for r, changed in revisions(holding, self.round) if changed.get("replaced_by")]
        if not told:
            return
        round = min(told, key=self.round.until.index)
        said = next((said for r, said in readings(holding, self.round) if r == round), {})
        kind = "withdrawn" if said.get("status") == "withdrawn" and not by else "replaced"
        part, key = ("revisions", "replaced_by") if by else ("readings", "status")
        at = next(n for n, r in enumerate(holding[part]) if key in r and (by or r["round"] == round))
        f = next(f for f in part_fields("holdingRevision" if by else "holdingReading") if f.key == key)
        yield self._made(kind, objective, (*path, "holding", part, at, key), title=_title(f), field=key, sector=sector, cell_kind=f.cell,
                         approved=objective["code"], revised=holding[part][at][key], round=round,
                         reason=_at_round(holding, round).get("reason") or said.get("reason") or said.get("note") or "")

    # -- the sheet
    def _sheet(self, i: int, objective: dict[str, Any], before: dict[str, Any] | None) -> Iterator[Change]:
        path, sheet = ("objectives", i, "sheet"), objective.get("sheet", {})
        approved = (before or {}).get("sheet", {})
        yield from self._revised(objective, sheet, "sheet", path)
        for f in objective_fields():
            if f.path[0] != "sheet" or len(f.path) > 2:
                continue
            if f.key in KEYS:
                yield from self._rows(objective, f, sheet.get(f.key, ()), approved.get(f.key, ()), (*path, f.key), before is not None)
            elif f.moment == "plan" and before is not None and sheet != approved:
                yield from self._otherwise(objective, before, objective, [f], path[:2])
        if before is not None and not same(sheet.get("extension"), approved.get("extension")):
            yield from self._extension(objective, sheet.get("extension", {}), approved.get("extension", {}), (*path, "extension"))

    def _extension(self, objective: dict[str, Any], now: dict[str, Any], before: dict[str, Any], path: tuple[Any, ...]) -> Iterator[Change]:
        """The body's own fields: what was blank and is filled in is no change, since they may belong to any round."""
        for key in before:
            if not same(before[key], now.get(key)):
                yield self._made("revised", objective, (*path, key), title={"it": key, "en": key}, field=key,
                                 approved=before[key], revised=now.get(key))

    def _rows(self, objective: dict[str, Any], f: Field, rows: Iterable[dict[str, Any]], approved: Iterable[dict[str, Any]], path: tuple[Any, ...],
              compare: bool) -> Iterator[Change]:
        known = _named(approved, KEYS[f.key])
        for name, (k, row) in _named(rows, KEYS[f.key]).items():
            about: dict[str, Any] = {"table": f.key, "item": called(f.key, row)}
            before = known.pop(name, (0, None))[1]
            if compare and before is None:
                yield self._made("added", objective, (*path, k), title=_title(f), field=f.key, round=row.get("added", ""),
                                 revised=_summary(f.key, row, self.round), **about)
            for round, changed in revisions(row, self.round):
                if changed.get("dropped"):
                    at = next(n for n, r in enumerate(row["revisions"]) if r is changed)
                    yield self._made("dropped", objective, (*path, k, "revisions", at, "dropped"), title=_title(f), field=f.key,
                                     approved=_summary(f.key, row, None), reason=changed["dropped"], round=round, **about)
            yield from self._revised(objective, row, f.key, (*path, k), **about)
            if before is not None and before != row:
                yield from self._otherwise(objective, before, row, _approved_columns(f.key), (*path, k), **about)
        for _, row in known.values():
            yield self._made("dropped", objective, path[:2], title=_title(f), field=f.key, table=f.key, item=called(f.key, row),
                             approved=_summary(f.key, row, None))

    # -- the measures
    def _measures(self) -> Iterator[Change]:
        def flat(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
            return [{**row["measure"], "sector": row["sector"]} for row in rows]

        keys = ("sector", "objective", "id")
        known = _named(flat((self.plan or {}).get("measures", ())), keys)
        measures = next(f for f in return_fields() if f.key == "measures")
        for name, (k, row) in _named(flat(self.content.get("measures", ())), keys).items():
            before, path = known.pop(name, (0, None))[1], ("measures", k)
            owner, about = {"code": row["objective"]}, {"sector": row["sector"], "table": "measures", "item": row["id"]}
            if before is None:
                yield self._made("added", owner, path, title=_title(measures), field="measures", revised=row["measure"], **about)
            else:
                yield from self._otherwise(owner, before, row, _approved_columns("measures"), (*path, "measure"), **about)
        for _, row in known.values():
            yield self._made("dropped", {"code": row["objective"]}, (), title=_title(measures), field="measures", sector=row["sector"],
                             table="measures", item=row["id"], approved=row["measure"])


def called(table: str, row: dict[str, Any]) -> str:
    """What tells a row to people: ``3-bis``; ``1 · Comune A``; the label of an amount."""
    parts = [row.get("label") or row.get("kind"), row.get("year")] if table == "money" else [row.get(k) for k in KEYS[table]]
    return " · ".join(str(p) for p in parts if p not in (None, ""))


def _summary(table: str, row: dict[str, Any], round: Round | None) -> str:
    """A row in a few words, as the plan has it or as it is in force at ``round``: its text, or its figure."""
    if table == "money":
        return f"{row.get('amount', '')}"
    return str((in_force(row, "text", round) if round else row.get("text")) or row.get("target") or called(table, row))
