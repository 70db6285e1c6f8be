"""The work of a three-way merge, row by row, on returns taken apart."""

from collections.abc import Mapping
from typing import Any, TypeVar

from perfxl.stages.merge import missing_sheets, rows, schema_paths
from perfxl.stages.merge.answers import VALUE, Conflict, Copy, Decision, conflict
from perfxl.stages.merge.flat import (
    Flat,
    Id,
    Key,
    canonical,
    flatten,
    is_empty,
    key_text,
    owner,
    path,
    plainest,
    same_answer,
)
from perfxl.stages.merge.partial_merge import PartialMerge, remark

#: Said of the copy itself, so two copies that say it differently do not contradict each other.
JOINED = (("compilation", "name"), ("compilation", "contact"))
LATEST = ("compilation", "date")

T = TypeVar("T")
#: Things by what they belong to, each once, in the order in which they were met.
_Index = dict[Key, dict[T, None]]


class Merging:
    """The work of one merge; every method that takes a row returns the part below it."""

    def __init__(self, base: dict[str, Any], versions: tuple[tuple[str, dict[str, Any]], ...], decisions: Mapping[str, Decision], split: bool):
        self.base_document, self.versions, self.decisions = base, versions, decisions
        self.base = flatten(base)
        flats = {source: flatten(document) for source, document in versions}
        self.lacking = missing_sheets.complete(self.base, flats) if split else []
        self.copies = tuple(Copy.from_flat(source, flat, self.base) for source, flat in flats.items())
        self.leaves, self.arrays, self.under = _index([self.base, *flats.values()])

    def run(self) -> PartialMerge:
        """The whole form after the merge."""
        home = next((c for c in self.copies if c.changes), self.copies[0] if self.copies else None)
        part = self._merge_row_fields((), self.copies, issued=True, winner=None, home=home)
        part.remarks += [remark("lacking", row, (source,), other) for row, source, other in self.lacking]
        return part

    def head(self) -> dict[str, Any]:
        """The ``schema`` of the base, and the identity: the base's, unless copies bear another; then the latest issue."""
        own = self.base_document.get("identity")
        others = [d.get("identity") for _, d in self.versions if not same_answer(d.get("identity"), own)]
        latest = max((i for i in others if isinstance(i, dict)), default=own,
                     key=lambda i: (str(i.get("issue")).zfill(6), str(i.get("digest")), str(canonical(i))))
        schema = self.base_document.get("schema") or next((d["schema"] for _, d in self.versions if d.get("schema")), None)
        return {k: v for k, v in (("schema", schema), ("identity", latest)) if v is not None}

    def _decision(self, contested: Conflict) -> Decision | None:
        decision = self.decisions.get(contested.key)
        return decision if decision is not None and decision.applies(contested) else None

    def _merge_row_fields(self, row: Key, copies: tuple[Copy, ...], issued: bool, winner: Copy | None, home: Copy | None) -> PartialMerge:
        """What stands in ``row`` (() for the whole form) after the merge of those ``copies`` that have it.

        ``issued``: whether the base has it; ``winner``: the copy that prevails where they differ, or None.
        """
        part = PartialMerge()
        for key in self.leaves.get(row, ()):
            self._value(part, key, copies=copies, before=self.base.values.get(key) if issued else None, winner=winner, home=home)
        for key in self.arrays.get(row, ()):
            part.add(self._array(key, copies, issued=issued, winner=winner, home=home))
        return part

    def _value(self, part: PartialMerge, key: Key, copies: tuple[Copy, ...], before: Any, winner: Copy | None, home: Copy | None) -> None:
        answers = [(c.flat.values.get(key), c) for c in copies if not same_answer(c.flat.values.get(key), before)]
        distinct = {canonical(v) for v, _ in answers}
        value = before
        if len(distinct) == 1:
            value = plainest([v for v, _ in answers])
        elif distinct:
            value = winner.flat.values.get(key) if winner else self._contested(part, key, before, answers)
        if not is_empty(value):
            part.flat.values[key] = value
            saying = [c for c in copies if same_answer(c.flat.values.get(key), value)]
            if saying:
                part.origins[key] = home if home in saying else saying[0]

    def _contested(self, part: PartialMerge, key: Key, before: Any, answers: list[tuple[Any, Copy]]) -> Any:
        """The value of a field that copies filled in differently."""
        joined = _joined(key, [v for v, _ in answers])
        if joined is not None:
            return joined
        contested = conflict(key, self.base, before, answers)
        decision = self._decision(contested)
        if decision is None:
            part.conflicts.append((key, contested))
            return before
        part.settle(contested, decision)
        if decision.choice == VALUE:
            return decision.value
        source = decision.winner(contested)
        return next((v for v, c in answers if c.source == source), before)

    def _array(self, key: Key, copies: tuple[Copy, ...], issued: bool, winner: Copy | None, home: Copy | None) -> PartialMerge:
        before = self.base.orders.get(key, ()) if issued else ()
        part = PartialMerge()
        if key[-1] not in schema_paths.IDENTIFIED and winner is None and _rewritten(key, copies, before):
            return self._whole_table(key, copies)
        pieces: dict[Id, PartialMerge] = {}
        for name in dict.fromkeys((*before, *self.under[key])):
            row = (*key, name)
            piece = (self._issued_row if name in before else self._added_row)(row, copies, winner, home)
            if piece is not None:
                pieces[name] = piece
        self._limit(key, pieces, before=set(before), copies=copies, winner=winner)
        for piece in pieces.values():
            part.add(piece)
        there = {name for name in pieces if (*key, name) in pieces[name].flat.rows}
        if there:
            part.flat.orders[key] = self._order(part, key, copies=copies, before=before, there=there, winner=winner)
            having = [c for c in copies if key in c.flat.orders]
            if having:
                part.origins[key] = home if home in having else having[0]
        return part

    def _keep_row(self, row: Key, copies: tuple[Copy, ...], winner: Copy | None, home: Copy | None, issued: bool) -> PartialMerge:
        """``row`` kept, with what ``copies`` say in it."""
        if home not in copies or row not in home.touched:
            home = next((c for c in copies if row in c.touched), home if home in copies else copies[0])
        part = self._merge_row_fields(row, copies, issued=issued, winner=winner, home=home)
        fields = [f for f in (c.flat.rows[row] for c in copies)]
        part.flat.rows[row] = self.base.rows[row] if issued else min(fields, key=repr)
        part.origins[row] = home
        return part

    def _copy_subtree(self, flat: Flat, top: Key) -> PartialMerge:
        """The row or table ``top`` with all that is in it as ``flat`` has it."""
        part = PartialMerge()
        for name in ("values", "rows", "orders"):
            getattr(part.flat, name).update({k: v for k, v in getattr(flat, name).items() if k[: len(top)] == top})
        return part

    def _issued_row(self, row: Key, copies: tuple[Copy, ...], winner: Copy | None, home: Copy | None) -> PartialMerge | None:
        """A row of the base: kept unless a copy removed it; removed by one and changed by another, a conflict."""
        having = tuple(c for c in copies if row in c.flat.rows)
        lacking = [c for c in copies if row not in c.flat.rows]
        if not lacking:
            return self._keep_row(row, having, winner=winner, home=home, issued=True) if copies else self._copy_subtree(self.base, row)
        editors = [c for c in having if row in c.touched]
        if not editors:
            return PartialMerge(remarks=[remark("removed", row, [c.source for c in lacking])] if having else [])
        if winner is not None:
            return self._keep_row(row, having, winner=winner, home=home, issued=True) if winner in having else None
        answers = [(None, c) for c in lacking] + [(c.inside(row), c) for c in editors]
        contested = conflict(row, self.base, stands=self.base.rows[row], answers=answers, kind="row")
        decision = self._decision(contested)
        if decision is None:
            part = self._copy_subtree(self.base, row)
            part.conflicts.append((row, contested))
            return part
        source = decision.winner(contested)
        chosen = next((c for c in editors if c.source == source), None)
        part = self._keep_row(row, having, winner=chosen, home=home,
                              issued=True) if chosen else PartialMerge() if source else self._copy_subtree(self.base, row)
        part.settle(contested, decision)
        return part

    def _added_row(self, row: Key, copies: tuple[Copy, ...], winner: Copy | None, home: Copy | None) -> PartialMerge | None:
        """A row that the base does not have: taken; when what it cannot do without differs, a conflict keeps it out."""
        having = tuple(c for c in copies if row in c.flat.rows)
        if not having:
            return None
        part = self._keep_row(row, having, winner=winner if winner in having else None, home=home, issued=False)
        if len(having) > 1:
            part.remarks.append(remark("joined", row, [c.source for c in having]))
        if any(owner(k) == row and schema_paths.needed(path(k)) for k, c in part.conflicts if c.kind == "value"):
            return self._kept_out(row, having, home)
        return part

    def _kept_out(self, row: Key, having: tuple[Copy, ...], home: Copy | None) -> PartialMerge:
        """An added row that cannot be taken as it is; a decision for one of the copies takes it, with that copy's values."""
        contested = conflict(row, self.base, stands=None, answers=[(c.inside(row), c) for c in having], kind="row")
        decision = self._decision(contested)
        if decision is None:
            return PartialMerge(conflicts=[(row, contested)])
        chosen = next((c for c in having if c.source == decision.winner(contested)), None)
        part = self._keep_row(row, having, winner=chosen, home=home, issued=False) if chosen else PartialMerge()
        part.settle(contested, decision)
        return part

    def _limit(self, key: Key, pieces: dict[Id, PartialMerge], before: set[Any], copies: tuple[Copy, ...], winner: Copy | None) -> None:
        """Keep out what copies added when all of it together is more than the table holds."""
        standing = [name for name in pieces if (*key, name) in pieces[name].flat.rows]
        if winner is None and len(standing) > schema_paths.most(path(key)):
            for name in (n for n in standing if n not in before):
                row = (*key, name)
                if not any(c.key == key_text(row) for c, _ in pieces[name].decided):
                    pieces[name] = self._kept_out(row, tuple(c for c in copies if row in c.flat.rows), None)

    def _whole_table(self, key: Key, copies: tuple[Copy, ...]) -> PartialMerge:
        """A table without identifiers that nobody can put together row by row: as issued, until it is decided."""
        issued = _table(self.base, key)
        answers = [(table, c) for c in copies if not same_answer(table := _table(c.flat, key), issued)]
        contested = conflict(key, self.base, stands=issued, answers=answers, kind="rows")
        decision = self._decision(contested)
        chosen = next((c for _, c in answers if decision and c.source == decision.winner(contested)), None)
        part = self._copy_subtree(chosen.flat if chosen else self.base, key)
        if chosen:
            part.origins = {k: chosen for k in (*part.flat.values, *part.flat.rows, *part.flat.orders)}
        if decision:
            part.settle(contested, decision)
        else:
            part.conflicts.append((key, contested))
        return part

    def _order(self, part: PartialMerge, key: Key, copies: tuple[Copy, ...], before: tuple[Any, ...], there: set[Any], winner: Copy | None) -> tuple[Any, ...]:
        """The order of the rows that are there: that of the base, unless one copy moved them."""
        kept = there & set(before)
        still = tuple(n for n in before if n in kept)
        orders = {c.source: rows.kept_order(before, c.flat.orders.get(key, ()), kept) for c in copies}
        moved = [(orders[c.source], c) for c in copies if orders[c.source] != still]
        chosen = orders.get(winner.source, still) if winner else still
        if winner is None and moved:
            chosen = moved[0][0] if len({o for o, _ in moved}) == 1 else self._disputed(part, key, still, moved)
        if moved and chosen != still:
            part.remarks.append(remark("moved", key, [c.source for o, c in moved if o == chosen]))
        return rows.with_added(chosen, [c.flat.orders.get(key, ()) for c in copies], there - kept)

    def _disputed(self, part: PartialMerge, key: Key, still: tuple[Any, ...], moved: list[tuple[tuple[Any, ...], Copy]]) -> tuple[Any, ...]:
        """The order of a table whose rows copies moved differently."""
        contested = conflict(key, self.base, stands=still, answers=moved, kind="order")
        decision = self._decision(contested)
        if decision is None:
            part.conflicts.append((key, contested))
            return still
        part.settle(contested, decision)
        return next((o for o, c in moved if c.source == decision.winner(contested)), still)


def _index(flats: list[Flat]) -> tuple[_Index[Key], _Index[Key], _Index[Id]]:
    """By row: the keys of its values, and of its arrays; by array: the rows that stand in it anywhere."""
    leaves: _Index[Key] = {}
    arrays: _Index[Key] = {}
    under: _Index[Id] = {}
    for flat in flats:
        for key in flat.values:
            leaves.setdefault(owner(key), {})[key] = None
        for key, ids in flat.orders.items():
            arrays.setdefault(owner(key), {})[key] = None
            under.setdefault(key, {}).update(dict.fromkeys(ids))
    return leaves, arrays, under


def _joined(key: Key, said: list[Any]) -> str | None:
    """What several copies say of themselves, as one text; None when it is not such a thing."""
    values = [v for v in said if not is_empty(v)]
    if not all(isinstance(v, str) for v in values):
        return None
    if key == LATEST:
        return max(values)
    pieces = sorted({p for v in values for p in v.split("; ")}) if key in JOINED else []
    joined = "; ".join(pieces)
    return joined if pieces and len(joined) <= schema_paths.node(key).get("maxLength", 10**9) else None


def _rewritten(key: Key, copies: tuple[Copy, ...], before: tuple[Any, ...]) -> bool:
    """Whether several copies removed the same row of a table without identifiers and added different ones.

    Then each may have rewritten that row in its own way.
    """
    removed = [{n for n in before if (*key, n) not in c.flat.rows} for c in copies]
    added = [{n for n in c.flat.orders.get(key, ()) if n not in before} for c in copies]
    return any(removed[i] & removed[j] and added[i] != added[j] for i in range(len(copies)) for j in range(i))


def _table(flat: Flat, key: Key) -> list[dict[str, Any]]:
    """The rows of a table as a list of objects."""
    return [dict(flat.rows[(*key, n)]) | {k[-1]: v for k, v in flat.values.items() if owner(k) == (*key, n)}
            for n in flat.orders.get(key, ())]
