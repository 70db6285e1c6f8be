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
from perfxl.model.readings import CLEARED, GONE, in_force, unrevised
from perfxl.model.rounds import Round
from perfxl.model.sectors_changed import sectors_changed, with_act
from perfxl.model.terms import cached_in_words, title_by_language
from perfxl.model.views import Facts, Holder, Holding, Item, Objective, Plan, SectorMeasure

#: Tables whose rows are the same thing from round to round, and the keys that say which; others are compared whole.
KEYS = {"results": ("id",), "phases": ("id",), "entities": ("result", "entity"), "money": ("kind", "label", "year")}


@cached_in_words
def _plan_titles(key: str) -> dict[str, Any]:
    prop, _ = resolve({"$ref": f"plan.schema.json#/{key}"}, "plan")
    return title_by_language(prop)


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
    base = {f.key for f in among if not (f.revision or f.shows_in_force)}
    return tuple(f for f in part_fields(_REVISIONS[part]) if f.key in base and f.key != "round") if part in _REVISIONS else ()


@cached_in_words
def _holding_fields() -> tuple[Field, ...]:
    return tuple(f for f in objective_fields() if f.path[0] == "holding" and len(f.path) == 2)


def same_value(one: Any, other: Any) -> bool:
    """Whether two values of a document are one: 10 is 10.0, and blank is blank."""
    if isinstance(one, (int, float, Decimal)) and isinstance(other, (int, float, Decimal)) and not isinstance(one, bool):
        return Decimal(str(one)) == Decimal(str(other))
    return one == other or (one in (None, "", []) and other in (None, "", []))


def _named(rows: Iterable[dict[str, Any]], keys: tuple[Any, ...]) -> dict[tuple[Any, ...], tuple[int, dict[str, Any]]]:
    """Rows with their positions by what identifies them; a repeated one is told from the first by its turn."""
    by_name: dict[tuple[Any, ...], tuple[int, dict[str, Any]]] = {}
    for k, row in enumerate(rows):
        name, turn = tuple(row.get(key) for key in keys), 0
        while (*name, turn) in by_name:
            turn += 1
        by_name[(*name, turn)] = k, row
    return by_name


def _sibling(f: Field, part: str) -> Field:
    """The approved field that the revision ``f`` changes."""
    among = _columns(part) if part in KEYS else [x for x in objective_fields() if x.path[0] == part and len(x.path) == 2]
    return next(s for s in among if s.key == f.key and not (s.revision or s.shows_in_force))


def _position(item: Item, changed: dict[str, Any]) -> int:
    """Where among the revisions of ``item`` the one stands that is ``changed``."""
    return next(n for n, r in enumerate(item.data["revisions"]) if r is changed)


def _first(holding: Holding, part: str, key: str, round: str | None) -> tuple[int, Any]:
    """(position, value) of the first of the readings or revisions that says ``key``, at ``round`` where one is asked for."""
    return next((n, r[key]) for n, r in enumerate(holding.data[part]) if key in r and round in (None, r["round"]))


class Comparison:
    """One consolidated document being compared with itself and with the approved ``plan`` (None: only with itself)."""

    def __init__(self, consolidated: dict[str, Any], plan: dict[str, Any] | None):
        self.content, self.plan = Plan(consolidated["content"]), Plan(plan or {})
        self.planned = plan is not None
        self.round: Round = self.content.rounds[consolidated["round"]]
        self.places = {p["path"]: Place(p["file"], p["sheet"], p["cell"]) for p in consolidated.get("places", ())}

    def run(self) -> Iterator[Change]:
        """Every change, objective by objective; then the measures."""
        approved = {o.code: o for o in self.plan.objectives}
        for i, objective in enumerate(self.content.objectives):
            before = approved.pop(objective.code, None)
            if before is not None and objective.lead != before.lead:
                yield self._made("revised", objective, ("objectives", i), title=_plan_titles("$defs/objective/properties/lead"), field="lead",
                                 approved=before.lead, revised=objective.lead)
            if self.planned and before is None:
                yield self._made("added", objective, ("objectives", i), title=_plan_titles("$defs/objective"),
                                 field="code", revised=objective.sheet.in_force("title", self.round) or objective.code)
            for j, holder in enumerate(objective.holders):
                yield from self._holder(i, j, objective=objective, holder=holder, before=before)
            yield from self._sheet(i, objective, before)
        for before in approved.values():
            yield self._made("dropped", before, (), title=_plan_titles("$defs/objective"), field="code",
                             approved=before.sheet.title or before.code)
        if self.planned:
            yield from self._measures()
        yield from sectors_changed(self.content.data, self.plan.data if self.planned else None, self.round, self._place)

    # -- one change
    def _made(self, kind: str, objective: Objective, path: tuple[Any, ...], /, *, title: dict[str, Any], field: str, sector: str = "", table: str = "",
              item: str = "", cell_kind: str = "text", approved: Any = None, revised: Any = None, reason: str | None = None,
              round: str = "", place: Place | None = None) -> Change:
        at = round or self.round
        return Change(kind, objective.code, sector=sector or objective.lead, table=table, item=item, field=field,
                      title=title, cell_kind=cell_kind, approved=approved,
                      revised=revised, reason=self._reason(objective, sector, at) if reason is None else reason,
                      place=self._place(path) if place is None else place, round=str(at), path=pointer(path))

    def _reason(self, objective: Objective, sector: str, round: str) -> str:
        """Why, in the words of ``sector`` at ``round`` or last before it, else of the lead."""
        at = next(r for r in self.round.until if r == round)
        said = {h.sector: h.holding.revised("reason", at) or "" for h in objective.holders}
        return said.get(sector) or said.get(objective.lead, "")

    def _place(self, path: tuple[Any, ...]) -> Place:
        """The cell of ``path``, or of what it is part of."""
        while path:
            for here in (path, (*path, 0)):  # a table stands where its first row does
                if pointer(here) in self.places:
                    return self.places[pointer(here)]
            path = path[:-1]
        return Place()

    def _revised(self, objective: Objective, owner: Item, part: str, path: tuple[Any, ...], **about: Any) -> Iterator[Change]:
        """What each round up to this one changed of ``owner``, against what was in force before."""
        for round, changed in owner.revisions(self.round):
            at = _position(owner, changed)
            for f in _revisable(part):
                before = unrevised(owner.data, f.key, round)
                new = changed.get(f.key)
                if new is not None and not same_value(before, new) and not (before is None and new == CLEARED):
                    yield self._made("revised", objective, (*path, "revisions", at, f.key), title=_title(_sibling(f, part)), field=f.key,
                                     cell_kind=f.cell, approved=before, revised=new, round=round,
                                     reason=with_act(changed) or None, place=Place() if "act" in changed else None, **about)

    def _otherwise(self, objective: Objective, before: Facts, now: Facts, fields: Iterable[Field], path: tuple[Any, ...],
                   **about: Any) -> Iterator[Change]:
        """Fields of the plan itself that differ from the approved document."""
        for f in fields:
            old, new = get_path(before.data, f.path), get_path(now.data, f.path)
            if not same_value(old, new):
                yield self._made("revised", objective, (*path, *f.path), title=_title(f), field=f.key, cell_kind=f.cell,
                                 approved=old, revised=new, **about)

    # -- the holders
    def _holder(self, i: int, j: int, objective: Objective, holder: Holder, before: Objective | None) -> Iterator[Change]:
        sector, path = holder.sector, ("objectives", i, "holders", j)
        yield from self._gone(objective, holder, path)
        yield from self._revised(objective, holder.holding, "holding", (*path, "holding"), sector=sector)
        known = {h.sector: h for h in before.holders} if before else {}
        if sector in known:
            yield from self._otherwise(objective, known[sector], now=holder,
                                       fields=[f for f in _holding_fields() if f.moment == "plan"], path=path, sector=sector)
        elif before:
            yield self._made("added", objective, path, title=_plan_titles("$defs/objective/properties/holders"), field="holders",
                             sector=sector, table="holders", item=sector, revised=sector)
        if j == 0:
            for lost in [s for s in known if objective.holder(s) is None]:
                yield self._made("dropped", objective, path[:2], title=_plan_titles("$defs/objective/properties/holders"), field="holders",
                                 sector=lost, table="holders", item=lost, approved=lost)

    def _gone(self, objective: Objective, holder: Holder, path: tuple[Any, ...]) -> Iterator[Change]:
        """The objective replaced or withdrawn in this sector, in the first round that says so."""
        holding = holder.holding
        by = holding.revised("replaced_by", self.round)
        said_at = [r for r, said in holding.readings(self.round) if said.status in GONE]
        said_at += [r for r, changed in holding.revisions(self.round) if changed.get("replaced_by")]
        if not said_at:
            return
        round = min(said_at, key=self.round.until.index)
        said = holding.reading(round)
        kind = "withdrawn" if said.status == "withdrawn" and not by else "replaced"
        part, key = ("revisions", "replaced_by") if by else ("readings", "status")
        at, value = _first(holding, part, key, None if by else round)
        f = next(f for f in part_fields("holdingRevision" if by else "holdingReading") if f.key == key)
        yield self._made(kind, objective, (*path, "holding", part, at, key), title=_title(f), field=key, sector=holder.sector,
                         cell_kind=f.cell, approved=objective.code, revised=value, round=round,
                         reason=holding.revision(round).get("reason") or said.reason or said.note or "")

    # -- the sheet
    def _sheet(self, i: int, objective: Objective, before: Objective | None) -> Iterator[Change]:
        path, sheet = ("objectives", i, "sheet"), objective.sheet
        approved = (before or Objective({})).sheet
        yield from self._revised(objective, sheet, "sheet", path)
        for f in objective_fields():
            if f.path[0] != "sheet" or len(f.path) > 2:
                continue
            if f.key in KEYS:
                yield from self._rows(objective, f, rows=sheet.data.get(f.key, ()), approved=approved.data.get(f.key, ()),
                                      path=(*path, f.key), compare=before is not None)
            elif f.moment == "plan" and before is not None and sheet != approved:
                yield from self._otherwise(objective, before, now=objective, fields=[f], path=path[:2])
        if before is not None and not same_value(sheet.extension, approved.extension):
            yield from self._extension(objective, sheet.extension, approved.extension, (*path, "extension"))

    def _extension(self, objective: Objective, now: dict[str, Any], before: dict[str, Any], path: tuple[Any, ...]) -> Iterator[Change]:
        """The body's own fields: what was blank and is filled in is no change, since they may belong to any round."""
        for key in before:
            if not same_value(before[key], now.get(key)):
                yield self._made("revised", objective, (*path, key), title={"it": key, "en": key}, field=key,
                                 approved=before[key], revised=now.get(key))

    def _rows(self, objective: Objective, f: Field, rows: Iterable[dict[str, Any]], approved: Iterable[dict[str, Any]], path: tuple[Any, ...],
              compare: bool) -> Iterator[Change]:
        known = _named(approved, KEYS[f.key])
        for name, (k, row) in _named(rows, KEYS[f.key]).items():
            about: dict[str, Any] = {"table": f.key, "item": row_label(f.key, row)}
            before = known.pop(name, (0, None))[1]
            if compare and before is None:
                yield self._made("added", objective, (*path, k), title=_title(f), field=f.key, round=row.get("added", ""),
                                 revised=_summary(f.key, row, self.round), **about)
            item = Item(row)
            for round, changed in item.revisions(self.round):
                if changed.get("dropped"):
                    yield self._made("dropped", objective, (*path, k, "revisions", _position(item, changed), "dropped"), title=_title(f), field=f.key,
                                     approved=_summary(f.key, row, None), reason=changed["dropped"], round=round, **about)
            yield from self._revised(objective, item, f.key, (*path, k), **about)
            if before is not None and before != row:
                yield from self._otherwise(objective, Item(before), now=item, fields=_approved_columns(f.key), path=(*path, k), **about)
        for _, row in known.values():
            yield self._made("dropped", objective, path[:2], title=_title(f), field=f.key, table=f.key, item=row_label(f.key, row),
                             approved=_summary(f.key, row, None))

    # -- the measures
    def _measures(self) -> Iterator[Change]:
        def flat(rows: Iterable[SectorMeasure]) -> list[dict[str, Any]]:
            return [{**row.measure.data, "sector": row.sector} for row in rows]

        keys = ("sector", "objective", "id")
        known = _named(flat(self.plan.measures), keys)
        measures = next(f for f in return_fields() if f.key == "measures")
        for name, (k, row) in _named(flat(self.content.measures), keys).items():
            before, path = known.pop(name, (0, None))[1], ("measures", k)
            owner, about = Objective({"code": row["objective"]}), {"sector": row["sector"], "table": "measures", "item": row["id"]}
            if before is None:
                yield self._made("added", owner, path, title=_title(measures), field="measures", revised=row["measure"], **about)
            else:
                yield from self._otherwise(owner, Item(before), now=Item(row), fields=_approved_columns("measures"),
                                           path=(*path, "measure"), **about)
        for _, row in known.values():
            yield self._made("dropped", Objective({"code": row["objective"]}), (), title=_title(measures), field="measures",
                             sector=row["sector"], table="measures", item=row["id"], approved=row["measure"])


def row_label(table: str, row: dict[str, Any]) -> str:
    """What tells a row to people: ``3-bis``; ``1 · Comune A``; the label of an amount."""
    parts = [row.get("label") or row.get("kind"), row.get("year")] if table == "money" else [row.get(k) for k in KEYS[table]]
    return " · ".join(str(p) for p in parts if p not in (None, ""))


def _summary(table: str, row: dict[str, Any], round: Round | None) -> str:
    """A row in a few words, as the plan has it or as it is in force at ``round``: its text, or its figure."""
    if table == "money":
        return f"{row.get('amount', '')}"
    return str((in_force(row, "text", round) if round else row.get("text")) or row.get("target") or row_label(table, row))
