"""What the sectors sent back, laid over the plan.

The base is a plan document (what was known when the round was issued); each return changes in it only what its
form left open in that round. The result is a plan document again. What cannot be placed becomes a finding that
quotes it: nothing a sector typed is lost.
"""

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field

from perfxl.model.base import born
from perfxl.model.documents import pointer
from perfxl.model.fields import Field, extension_fields, objective_fields, return_fields
from perfxl.model.findings import Finding, Place, quote
from perfxl.model.texts import LANGUAGES
from perfxl.workbook.binding import objective_scalars

#: Arrays whose items are the same thing from round to round, and the keys that say which.
KEYS = {("sheet", "results"): ("id",), ("sheet", "phases"): ("id",), ("sheet", "entities"): ("result", "entity")}


@dataclass(frozen=True)
class Returned:
    """One accepted return: its sector, document (``schemas/return``), the places of its data, and its file; ``issued``: the
    form that it answers, None when that is not known."""

    sector: str
    document: dict
    places: dict[str, Place]
    file: str
    issued: dict | None = None


@dataclass
class Merged:
    """The content after the merge, the place each datum came from (by JSON Pointer in content), the findings."""

    content: dict
    places: dict[str, Place] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def merge(base: dict, returns: Iterable[Returned], round: str, extension: dict | None = None) -> Merged:
    """``base`` with every return of ``round`` laid over it, in the order of the sectors."""
    merged = Merged(deepcopy(base))
    held = _held(merged.content)
    for returned in sorted(returns, key=lambda r: r.sector):
        _Overlay(merged, returned, round, extension, held.get(returned.sector, {})).run()
    return merged


def _held(content: dict) -> dict[str, dict[str, int]]:
    """By sector, the index of each objective that it holds, by the codes it may call it."""
    found: dict[str, dict[str, int]] = {}
    for i, objective in enumerate(content.get("objectives", ())):
        for holder in objective["holders"]:
            mine = found.setdefault(holder["sector"], {})
            for code in (objective["code"], *([holder["code"]] if "code" in holder else ())):
                mine.setdefault(code, i)
    return found


class _Overlay:
    """One return being laid over the content. ``held``: the objectives of its sector, as ``_held`` gives them."""

    def __init__(self, merged: Merged, returned: Returned, round: str, extension: dict | None, held: dict[str, int]):
        self.merged, self.returned, self.round, self.held = merged, returned, round, held
        self.every = (*objective_scalars(), *_narratives(), *extension_fields(extension))
        self.born = {o.get("code") for o in (returned.issued or {}).get("objectives", ()) if round != "plan" and born(o)}

    def run(self) -> None:
        objectives = self.merged.content.get("objectives", [])
        form = self.returned.issued or {}
        asked, seen = {o.get("code") for o in form.get("objectives", ())}, set()
        for number, told in enumerate(self.returned.document.get("objectives", ())):
            i = self.held.get(told.get("code"))
            holder = None if i is None else self._holder(objectives[i])
            if holder is None or i in seen:
                code = "MERG02" if holder is not None else "MERG08" if told.get("code") in asked else "MERG01"
                self._find(code, ("objectives", number, "code"),
                           {"code": told.get("code"), "sector": self.returned.sector, "content": _said(told)}, told.get("code", ""))
                continue
            seen.add(i)
            self._objective(number, told, i, objectives[i], holder)
        for i in sorted(set(self.held.values()) - seen):
            if asked and not asked & {c for c, n in self.held.items() if n == i}:
                continue  # entrusted to it after the form that it answers: told of the form
            self._find("MERG03", (), {"code": objectives[i]["code"]}, objectives[i]["code"])
        self._measures()
        self._requests()

    def _holder(self, objective: dict) -> int | None:
        return next((j for j, h in enumerate(objective["holders"]) if h["sector"] == self.returned.sector), None)

    def _find(self, code: str, path: tuple, values: dict, objective: str = "") -> None:
        places, head = self.returned.places, path[:2]
        sheet = places[pointer((*head, "code"))].sheet if pointer((*head, "code")) in places else ""
        place = places.get(pointer(path), Place(self.returned.file, sheet))
        self.merged.findings.append(Finding(code, place, values, path=pointer(path) if path else "",
                                            sector=self.returned.sector, objective=objective))

    def _take(self, source: tuple, target: tuple) -> None:
        place = self.returned.places.get(pointer(source))
        if place:
            self.merged.places[pointer(target)] = place

    def _objective(self, number: int, told: dict, i: int, objective: dict, j: int) -> None:
        source, target = ("objectives", number), ("objectives", i)
        lead = objective["lead"] == self.returned.sector
        if lead or pointer(target) not in self.merged.places:
            self._take((*source, "code"), target)
        self._take((*source, "code"), (*target, "holders", j))
        new = lead and told.get("code") in self.born
        for f in self.every:
            if self.round not in f.open and not (new and f.path[0] == "sheet" and "plan" in f.open):
                continue
            if f.path[0] == "holding":
                self._set(objective["holders"][j], f, told, source, (*target, "holders", j))
            elif lead:
                self._set(objective, f, told, source, target)
        if lead:
            for f in objective_fields():
                opened = {r for c in f.items for r in c.open} if f.cell == "table" else ()
                if self.round in opened or new and "plan" in opened:
                    self._table(f, told, source, objective, target, new)
        _prune(objective["holders"][j])
        _prune(objective)

    def _set(self, owner: dict, f: Field, told: dict, source: tuple, target: tuple) -> None:
        value = _get(told, f.path)
        inner = owner
        for part in f.path[:-1]:
            inner = inner.setdefault(part, {})
        if value is None:
            inner.pop(f.key, None)
        else:
            inner[f.key] = value
            self._take((*source, *f.path), (*target, *f.path))

    def _table(self, f: Field, told: dict, source: tuple, objective: dict, target: tuple, new: bool = False) -> None:
        items = _get(told, f.path) or []
        sheet = objective.setdefault("sheet", {})
        old = sheet.get(f.key, [])
        if f.path in KEYS and self.round != "plan" and not new:
            rows = self._align(old, items, f, KEYS[f.path], objective["code"], (*source, *f.path))
        elif self.round in f.open or new:
            rows = [(item, k) for k, item in enumerate(items)]
        else:
            return
        sheet[f.key] = [row for row, _ in rows]
        for k, (_, origin) in enumerate(rows):
            if origin is not None:
                self._take((*source, *f.path, origin), (*target, *f.path, k))
                for key in [c.key for c in f.items if c.revision and self.round in c.open and c.key in items[origin]]:
                    self._take((*source, *f.path, origin, key), (*target, *f.path, k, key))
        if not sheet[f.key]:
            del sheet[f.key]

    def _align(self, old: list, items: list, f: Field, keys: tuple, objective: str, path: tuple) -> list[tuple]:
        """Rows after the merge with the index of the returned item each came from (None: not returned)."""
        own = {c.key for c in f.items if self.round in c.open and "plan" not in c.open}
        left = dict(enumerate(old))
        rows, last = [], (-1, 0)  # ordered by place in the base; an added row follows the one it was typed under
        for k, item in enumerate(items):
            at = next((n for n, o in left.items() if all(o.get(q) == item.get(q) for q in keys)), None)
            if at is None:
                if self.round not in next(c for c in f.items if c.key == keys[0]).open:
                    self._find("MERG04", (*path, k), {"item": item.get(keys[-1]), "table": _title(f)}, objective)
                last = (last[0], last[1] + 1)
                rows.append((last, item, k))
            else:
                last = (at, 0)
                kept = {q: v for q, v in left.pop(at).items() if q not in own}
                rows.append((last, _order({**kept, **{q: v for q, v in item.items() if q in own}}, f), k))
        for place, base in left.items():
            self._find("MERG05", path, {"item": base.get(keys[-1]), "table": _title(f), "code": objective}, objective)
            rows.append(((place, 0), base, None))
        return [(row, k) for _, row, k in sorted(rows, key=lambda r: r[0])]

    def _measures(self) -> None:
        rows = self.merged.content.get("measures", [])
        columns = next(f for f in return_fields() if f.key == "measures").items
        open_ = [c.key for c in columns if self.round in c.open]
        mine = {(r["measure"]["objective"], r["measure"]["id"]): i for i, r in enumerate(rows)
                if r["sector"] == self.returned.sector}
        asked = {(m.get("objective"), m.get("id")) for m in (self.returned.issued or {}).get("measures", ())}
        for number, told in enumerate(self.returned.document.get("measures", ())):
            key = (told.get("objective"), told.get("id"))
            i = mine.get(key)
            if i is None:
                self._find("MERG09" if key in asked else "MERG06", ("measures", number), {"item": told.get("id"), "text": _said({k: v for k, v in told.items() if k != "id"})})
                continue
            kept = {k: v for k, v in rows[i]["measure"].items() if k not in open_}
            rows[i]["measure"] = _order({**kept, **{k: told[k] for k in open_ if k in told}}, None, columns)
            self._take(("measures", number), ("measures", i))

    def _requests(self) -> None:
        """The answers to the controller's questions, each at its question."""
        asked = {r["id"]: i for i, r in enumerate(self.merged.content.get("requests", ())) if r["sector"] == self.returned.sector}
        for number, told in enumerate(self.returned.document.get("requests", ())):
            answer = {k: told[k] for k in ("answer", "answer_date") if k in told}
            i = asked.get(told.get("id"))
            if i is None and answer:
                self._find("MERG07", ("requests", number), {"item": told.get("id"), "text": _said(answer)})
            elif answer:
                self.merged.content["requests"][i].update(answer)
                self._take(("requests", number), ("requests", i))


def _narratives() -> tuple[Field, ...]:
    return tuple(f for f in objective_fields() if f.key in ("interim_narrative", "final_narrative"))


def _title(f: Field) -> dict[str, str]:
    return {language: f.title(language) for language in LANGUAGES}


def _said(value) -> dict[str, str]:
    """Everything that an object or a list says, in one text by language."""
    return {language: " | ".join(_texts(value, language)) for language in LANGUAGES}


def _texts(value, language: str) -> list[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner, language)]
    return [value if isinstance(value, str) else quote(value, language)]


def _get(document: dict, path: tuple):
    for part in path:
        if not isinstance(document, dict):
            return None
        document = document.get(part)
    return document


def _order(item: dict, f: Field | None, columns: tuple = ()) -> dict:
    keys = [c.key for c in (f.items if f else columns)]
    return {k: item[k] for k in sorted(item, key=lambda k: keys.index(k) if k in keys else len(keys))}


def _prune(owner: dict) -> None:
    """Drop the empty objects that blank cells leave behind."""
    for key in list(owner):
        if isinstance(owner[key], dict):
            _prune(owner[key])
            if not owner[key]:
                del owner[key]
