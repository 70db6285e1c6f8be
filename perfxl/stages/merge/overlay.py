"""What the sectors sent back, laid over the plan.

The base is a plan document (what was known when the round was issued); each return changes in it only what its
form left open in that round. The result is a plan document again. What cannot be placed becomes a finding that
quotes it: nothing a sector typed is lost.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from perfxl.model.base import born
from perfxl.model.copied import copied
from perfxl.model.documents import get_path, pointer
from perfxl.model.fields import Field, extension_fields, objective_fields, return_fields
from perfxl.model.findings import Finding, Place, quote
from perfxl.model.readings import revision
from perfxl.model.rounds import Round, Rounds
from perfxl.model.texts import LANGUAGES
from perfxl.stages.merge.recorded import SAID, kept, prune, record, take_own

#: Arrays whose items are the same thing from round to round, and the keys that say which.
KEYS: dict[tuple[str, ...], tuple[str, ...]] = {("sheet", "results"): ("id",), ("sheet", "phases"): ("id",), ("sheet", "entities"): ("result", "entity")}


@dataclass(frozen=True)
class Returned:
    """One accepted return: its sector, document (``schemas/return``), the places of its data, and its file; ``issued``: the
    form that it answers, None when that is not known."""

    sector: str
    document: dict[str, Any]
    places: Mapping[str, Place]
    file: str
    issued: dict[str, Any] | None = None


@dataclass
class Merged:
    """The content after the merge, the place each datum came from (by JSON Pointer in content), the findings."""

    content: dict[str, Any]
    places: dict[str, Place] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def merge(base: dict[str, Any], returns: Iterable[Returned], round: str, extension: dict[str, Any] | None = None) -> Merged:
    """``base`` with every return of ``round`` laid over it, in the order of the sectors."""
    merged, round = Merged(copied(base)), Rounds.from_plan(base)[round]
    held = _held(merged.content)
    for returned in sorted(returns, key=lambda r: r.sector):
        _Overlay(merged, returned, round=round, extension=extension, held=held.get(returned.sector, {})).run()
    return merged


def _held(content: dict[str, Any]) -> dict[str, dict[str, int]]:
    """By sector, the index of each objective that it holds, by the codes it may call it."""
    positions: dict[str, dict[str, int]] = {}
    for i, objective in enumerate(content.get("objectives", ())):
        for holder in objective["holders"]:
            by_code = positions.setdefault(holder["sector"], {})
            for code in (objective["code"], *([holder["code"]] if "code" in holder else ())):
                by_code.setdefault(code, i)
    return positions


class _Overlay:
    """One return being laid over the content. ``held``: the objectives of its sector, as ``_held`` gives them."""

    def __init__(self, merged: Merged, returned: Returned, round: Round, extension: dict[str, Any] | None, held: dict[str, int]):
        self.merged, self.returned, self.round, self.held = merged, returned, round, held
        every = (*objective_fields(), *extension_fields(extension))
        self.fields = [f for f in every if f.opens(round)]
        self.scalars = [f for f in every if f.cell != "table" and not (f.revision or f.reading or f.shows_in_force)]
        self.asked = {o.get("code"): o for o in (returned.issued or {}).get("objectives", ())}
        self.born = {o.get("code") for o in (returned.issued or {}).get("objectives", ()) if round.kind != "plan" and born(o)}

    def run(self) -> None:
        objectives = self.merged.content.get("objectives", [])
        form = self.returned.issued or {}
        asked, seen = {o.get("code") for o in form.get("objectives", ())}, set()
        for number, objective in enumerate(self.returned.document.get("objectives", ())):
            i = self.held.get(objective.get("code"))
            holder = None if i is None else self._holder(objectives[i])
            if i is None or holder is None or i in seen:
                code = "MERG02" if holder is not None else "MERG08" if objective.get("code") in asked else "MERG01"
                self._find(code, ("objectives", number, "code"),
                           {"code": objective.get("code"), "sector": self.returned.sector, "content": _said(objective)}, objective.get("code", ""))
                continue
            seen.add(i)
            self._objective(number, objective, i=i, objective=objectives[i], j=holder)
        for i in sorted(set(self.held.values()) - seen):
            if asked and not asked & {c for c, n in self.held.items() if n == i}:
                continue  # entrusted to it after the form that it answers: told of the form
            self._find("MERG03", (), {"code": objectives[i]["code"]}, objectives[i]["code"])
        self._measures()
        self._requests()

    def _holder(self, objective: dict[str, Any]) -> int | None:
        return next((j for j, h in enumerate(objective["holders"]) if h["sector"] == self.returned.sector), None)

    def _find(self, code: str, path: tuple[Any, ...], values: dict[str, Any], objective: str = "") -> None:
        places, head = self.returned.places, path[:2]
        sheet = places[pointer((*head, "code"))].sheet if pointer((*head, "code")) in places else ""
        place = places.get(pointer(path), Place(self.returned.file, sheet))
        self.merged.findings.append(Finding(code, place, values, path=pointer(path) if path else "",
                                            sector=self.returned.sector, objective=objective))

    def _take(self, source: tuple[Any, ...], target: tuple[Any, ...]) -> None:
        place = self.returned.places.get(pointer(source))
        if place:
            self.merged.places[pointer(target)] = place

    def _objective(self, number: int, returned: dict[str, Any], i: int, objective: dict[str, Any], j: int) -> None:
        source, target = ("objectives", number), ("objectives", i)
        lead = objective["lead"] == self.returned.sector
        if lead or pointer(target) not in self.merged.places:
            self._take((*source, "code"), target)
        self._take((*source, "code"), (*target, "holders", j))
        new = lead and returned.get("code") in self.born
        for f in self.scalars:
            if not f.opens(self.round) and not (new and f.path[0] == "sheet" and f.opens("plan")):
                continue
            if f.path[0] == "holding":
                self._set(objective["holders"][j], f, returned=returned, source=source, target=(*target, "holders", j))
            elif lead:
                self._set(objective, f, returned=returned, source=source, target=target)
        self._record(objective["holders"][j], "holding", returned=returned, source=source, target=(*target, "holders", j))
        if lead:
            self._record(objective, "sheet", returned=returned, source=source, target=target)
            for f in objective_fields():
                opened = f.items if f.cell == "table" and len(f.path) == 2 else ()
                if any(c.opens(self.round) or new and c.opens("plan") for c in opened):
                    self._table(f, returned, source=source, objective=objective, target=target, new=new)
        prune(objective["holders"][j])
        prune(objective)

    def _set(self, owner: dict[str, Any], f: Field, returned: dict[str, Any], source: tuple[Any, ...], target: tuple[Any, ...]) -> None:
        value = get_path(returned, f.path)
        inner = owner
        for part in f.path[:-1]:
            inner = inner.setdefault(part, {})
        if value is None:
            inner.pop(f.key, None)
        else:
            inner[f.key] = value
            self._take((*source, *f.path), (*target, *f.path))

    def _record(self, owner: dict[str, Any], part: str, returned: dict[str, Any], source: tuple[Any, ...], target: tuple[Any, ...]) -> None:
        """Keep what the round says of a holding or a sheet among what other rounds said."""
        fields = [f for f in self.fields if f.path[0] == part and (f.revision or f.reading)]
        said = self._said(returned.get(part) or {}, {f.path[1:] for f in fields})
        item = owner.setdefault(part, {})
        self._revised(item, said, asked=(self.asked.get(returned.get("code")) or {}).get(part) or {}, path=(*source, part),
                      objective=owner.get("code") or returned.get("code", ""))
        for key, at in record(item, said, self.round).items():
            for name in [k for k in item[SAID[key]][at] if k != "round"]:
                self._take((*source, part, key, name), (*target, part, SAID[key], at, name))

    def _asked_row(self, objective: str, f: Field, item: dict[str, Any], keys: tuple[Any, ...]) -> dict[str, Any]:
        """A row of a table as the form that is answered had it."""
        rows = get_path(self.asked.get(objective) or {}, f.path) or ()
        return next((r for r in rows if all(r.get(q) == item.get(q) for q in keys)), {})

    def _revised(self, item: dict[str, Any], said: dict[str, dict[str, Any]], asked: dict[str, Any], path: tuple[Any, ...], objective: str) -> None:
        """Keep what the controller revised of ``item`` for this round: a sector that did not touch it has not taken it back, and
        what an act says no form changes."""
        recorded, revised, form = revision(item, self.round) if "revisions" in item else {}, said["revision"], asked.get("revision") or {}
        for key, value in recorded.items():
            if key == "round" or revised.get(key) == value:
                continue
            untouched = revised.get(key) == form.get(key)
            if not untouched and "act" in recorded and key not in ("reason", "act"):
                where = (*path, "revision", key) if key in revised else path
                self._find("MERG17", where, {"value": revised.get(key), "kept": value, "act": recorded["act"]}, objective)
            if untouched or "act" in recorded:
                revised[key] = value

    def _said(self, item: dict[str, Any], open_: set[tuple[Any, ...]]) -> dict[str, dict[str, Any]]:
        """What a returned item says of its round, as far as the round opens it."""
        return {key: {k: v for k, v in (item.get(key) or {}).items() if (key, k) in open_} for key in SAID}

    def _table(self, f: Field, returned: dict[str, Any], source: tuple[Any, ...], objective: dict[str, Any], target: tuple[Any, ...], new: bool = False) -> None:
        items = get_path(returned, f.path) or []
        sheet = objective.setdefault("sheet", {})
        old = sheet.get(f.key, [])
        if f.path in KEYS and self.round.kind != "plan" and not new:
            rows = self._align(old, items, f=f, keys=KEYS[f.path], objective=objective["code"], path=(*source, *f.path))
        elif f.opens(self.round) or new:
            closed = [c.key for c in f.items if len(c.path) == 1 and not c.opens(self.round)] + ["targets"]
            rows = [({**self._recorded(item, f), **kept(old, item, KEYS.get(f.path, ()), closed)}, k) for k, item in enumerate(items)]
        else:
            return
        sheet[f.key] = [row for row, _ in rows]
        for k, (_, origin) in enumerate(rows):
            if origin is not None:
                self._take((*source, *f.path, origin), (*target, *f.path, k))
                at = next((n for n, r in enumerate(sheet[f.key][k].get("revisions", ())) if r["round"] == self.round), None)
                for key in items[origin].get("revision", ()) if at is not None else ():
                    self._take((*source, *f.path, origin, "revision", key), (*target, *f.path, k, "revisions", at, key))
        if not sheet[f.key]:
            del sheet[f.key]

    def _open(self, f: Field) -> set[tuple[Any, ...]]:
        return {c.path for c in f.items if c.opens(self.round) and (c.revision or c.reading)}

    def _recorded(self, item: dict[str, Any], f: Field) -> dict[str, Any]:
        """A returned item as a plan has it."""
        row = {q: v for q, v in item.items() if q not in ("in_force", *SAID)}
        record(row, self._said(item, self._open(f)), self.round)
        return row

    def _align(self, old: list[Any], items: list[Any], f: Field, keys: tuple[Any, ...], objective: str, path: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        """Rows after the merge with the index of the returned item each came from (None: not returned)."""
        open_ = self._open(f)
        left = dict(enumerate(old))
        rows: list[tuple[tuple[int, int], dict[str, Any], int | None]] = []
        last = (-1, 0)  # ordered by place in the base; an added row follows the one it was typed under
        for k, item in enumerate(items):
            at = next((n for n, o in left.items() if all(o.get(q) == item.get(q) for q in keys)), None)
            if at is None:
                if not next(c for c in f.items if c.path == keys[:1]).opens(self.round):
                    self._find("MERG04", (*path, k), {"item": item.get(keys[-1]), "table": _title(f)}, objective)
                last = (last[0], last[1] + 1)
                row = {**self._recorded(item, f), "added": str(self.round)}
            else:
                last, row = (at, 0), left.pop(at)
                said = self._said(item, open_)
                self._revised(row, said, asked=self._asked_row(objective, f, item, keys), path=(*path, k), objective=objective)
                record(row, said, self.round)
                take_own(row, item, f.items, self.round)
            rows.append((last, row, k))
        for place, base in left.items():
            self._find("MERG05", path, {"item": base.get(keys[-1]), "table": _title(f), "code": objective}, objective)
            rows.append(((place, 0), base, None))
        return [(row, k) for _, row, k in sorted(rows, key=lambda r: r[0])]

    def _measures(self) -> None:
        rows = self.merged.content.get("measures", [])
        columns = next(f for f in return_fields() if f.key == "measures").items
        open_ = {c.path for c in columns if c.opens(self.round)}
        row_of = {(r["measure"]["objective"], r["measure"]["id"]): i for i, r in enumerate(rows)
                if r["sector"] == self.returned.sector}
        asked = {(m.get("objective"), m.get("id")) for m in (self.returned.issued or {}).get("measures", ())}
        for number, measure in enumerate(self.returned.document.get("measures", ())):
            key = (measure.get("objective"), measure.get("id"))
            i = row_of.get(key)
            if i is None:
                self._find("MERG09" if key in asked else "MERG06", ("measures", number), {"item": measure.get("id"), "text": _said({k: v for k, v in measure.items() if k != "id"})})
                continue
            record(rows[i]["measure"], self._said(measure, open_), self.round)
            take_own(rows[i]["measure"], measure, columns, self.round)
            self._take(("measures", number), ("measures", i))

    def _requests(self) -> None:
        """The answers to the controller's questions, each at its question."""
        asked = {r["id"]: i for i, r in enumerate(self.merged.content.get("requests", ())) if r["sector"] == self.returned.sector}
        for number, request in enumerate(self.returned.document.get("requests", ())):
            answer = {k: request[k] for k in ("answer", "answer_date") if k in request}
            i = asked.get(request.get("id"))
            if i is None and answer:
                self._find("MERG07", ("requests", number), {"item": request.get("id"), "text": _said(answer)})
            elif answer:
                self.merged.content["requests"][i].update(answer)
                self._take(("requests", number), ("requests", i))


def _title(f: Field) -> dict[str, str]:
    return {language: f.title(language) for language in LANGUAGES}


def _said(value: Any) -> dict[str, str]:
    """Everything that an object or a list says, in one text by language."""
    return {language: " | ".join(_texts(value, language)) for language in LANGUAGES}


def _texts(value: Any, language: str) -> list[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner, language)]
    return [value if isinstance(value, str) else quote(value, language)]
