"""The document that a plan workbook makes: where its rows go in it, and where each of its values stands in the workbook."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from perfxl.model import documents
from perfxl.model.documents import get_path, put_path
from perfxl.model.findings import Finding, Place
from perfxl.stages.plan import round_tables
from perfxl.stages.plan.grids import Grid, Row
from perfxl.stages.plan.layout import OWNER, SAID, Sheet, scalars


class PlacesWhenAsked(Mapping[str, Place]):
    """The places that ``locate`` finds, by JSON Pointer: of a plan in which nothing is wrong nobody asks for one."""

    def __init__(self, locate: Callable[[], dict[str, Place]]):
        self._locate = locate

    @cached_property
    def _known(self) -> dict[str, Place]:
        return self._locate()

    def __getitem__(self, path: str) -> Place:
        return self._known[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


class Placement:
    """A document being made of the tables ``grids`` of the workbook ``file``; what is noticed goes to ``findings``."""

    def __init__(self, file: str, grids: dict[str, Grid], findings: list[Finding]):
        self.file, self.grids, self.findings = file, grids, findings
        self.document: dict[str, Any] = {"schema": documents.schema("plan")["properties"]["schema"]["const"], "body": {}}
        self.where: dict[tuple[str | int, ...], Row] = {}
        self.single: dict[tuple[str | int, ...], Place] = {}
        self._weights: list[tuple[Row, dict[str, Any] | None]] = []

    def scalar(self, path: tuple[str, ...], place: Place, value: Any) -> None:
        """A value that stands in a cell of its own at ``place``, filled or not."""
        self.single[path] = place
        if value is not None:
            put_path(self.document, path, value)

    def rows(self, layout: Sheet, rows: list[Row]) -> None:
        """Puts the rows of one table where they belong in the document."""
        if layout.id in SAID:
            self._said(layout, rows)
            return
        if not layout.owned:
            if layout.id == "objectives":
                self._weights = [(row, row.item.pop("holding", None)) for row in rows]
            if rows:
                self.document[layout.id] = [row.item for row in rows]
                self.where |= {(layout.id, i): row for i, row in enumerate(rows)}
            return
        known: dict[str, int] = {}
        for i, objective in enumerate(self.document.get("objectives", ())):
            known.setdefault(objective.get("code"), i)
        for row in rows:
            place = row.grid.place(self.file, row.number, OWNER)
            title = {lang: dict(layout.columns[0].titles)[lang] for lang in ("it", "en")}
            if row.owner is None:
                self.findings.append(Finding("PLAN10", place, {"row": row.number}, title))
            elif row.owner not in known:
                self.findings.append(Finding("PLAN41", place, {"objective": row.owner}, title, objective=row.owner))
            else:
                index = known[row.owner]
                parent = made(self.document["objectives"][index], layout.path[:-1])
                items = parent.setdefault(layout.path[-1], [])
                self.where["objectives", index, *layout.path, len(items)] = row
                items.append(row.item)

    def _said(self, layout: Sheet, rows: list[Row]) -> None:
        """Puts what rounds said with the items that it is about."""
        placing = round_tables.Placing(self.document)
        for row in rows:
            place = row.grid.place(self.file, row.number, OWNER)
            placed = placing.put(layout.id, row.owner or "", row.item)
            if row.owner is None:
                self.findings.append(Finding("PLAN10", place, {"row": row.number}, dict(layout.columns[0].titles)))
            elif not placed:
                about = ", ".join(str(v) for v in row.item.get("@", {}).values())
                self.findings.append(Finding("PLAN54", place, {"objective": row.owner, "item": about}, objective=row.owner))
            else:
                self.where |= {path: replace(row, part=part) for path, part in placed}

    def own_holdings(self) -> None:
        """The weight on the row of an objective goes to the sector that leads it, which holds it alone where no other is told."""
        if "holding/weight" not in self.grids["objectives"].columns:
            return
        for i, (row, holding) in enumerate(self._weights):
            objective = self.document["objectives"][i]
            lead, holders = objective.get("lead"), objective.get("holders", [])
            if lead is None or holding is None and holders:
                continue
            k = next((k for k, h in enumerate(holders) if h.get("sector") == lead), None)
            if k is None:
                self._shift(i, len(holders))
                objective["holders"] = [{"sector": lead, **({"holding": holding} if holding else {})}, *holders]
                self.where["objectives", i, "holders", 0] = Row(row.grid, row.number, objective["holders"][0], row.owner)
                continue
            held = holders[k].setdefault("holding", {})
            for key, value in (holding or {}).items():
                if held.setdefault(key, value) != value:
                    self.findings.append(Finding("PLAN78", row.grid.place(self.file, row.number, f"holding/{key}"),
                                                 {"sector": lead, "objective": objective.get("code")}, objective=objective.get("code", "")))

    def _shift(self, i: int, count: int) -> None:
        """Make room for a first holder: the places of those of the sheet of holders move on by one."""
        for k in range(count, 0, -1):
            if ("objectives", i, "holders", k - 1) in self.where:
                self.where["objectives", i, "holders", k] = self.where.pop(("objectives", i, "holders", k - 1))

    def pointers(self) -> dict[str, Place]:
        """Where every row and every filled cell stands, by JSON Pointer."""
        return {documents.pointer(path): place for path, place in self._places()}

    def _places(self) -> Iterator[tuple[tuple[str | int, ...], Place]]:
        for path, place in self.single.items():
            if get_path(self.document, path) is not None:
                yield path, place
        for path, row in self.where.items():
            yield path, row.grid.place(self.file, row.number)
            for column in row.grid.layout.columns:
                if column.read and column.key != OWNER and column.field.path[0] != "@" \
                        and get_path(row.item, column.field.path) is not None:
                    inner = column.field.path[column.field.path[0] == row.part and bool(row.part):]
                    yield (*path, *inner), row.grid.place(self.file, row.number, column.key)

    def about(self, code: str, path: tuple[str | int, ...], said: dict[str, Any], title: dict[str, Any] | None) -> None:
        """A finding about the value at ``path`` of the document."""
        place, column_title = self._find(path)
        objective = sector = ""
        if path[:1] == ("objectives",) and len(path) > 1:
            objective = self.document["objectives"][path[1]].get("code", "")
        item = next((self.where[path[:n]].item for n in range(len(path), 0, -1) if path[:n] in self.where), {})
        if isinstance(item.get("sector"), str):
            sector = item["sector"]
        self.findings.append(Finding(code, place, values=said, field=title or column_title or {}, path=documents.pointer(path),
                                     objective=objective, sector=sector))

    def _find(self, path: tuple[str | int, ...]) -> tuple[Place, dict[str, Any] | None]:
        """Where the value at ``path`` stands or should stand, and the title of its column."""
        if path in self.single:
            titles = next(f for f in scalars() if f.path == path)
            return self.single[path], {lang: titles.title(lang) for lang in ("it", "en")}
        for length in range(len(path), 0, -1):
            row = self.where.get(path[:length])
            if row:
                inner = (row.part, *path[length:]) if row.part and path[length:] not in ((), ("round",)) else path[length:]
                key = "/".join(str(part) for part in inner if isinstance(part, str))
                column = next((c for c in row.grid.layout.columns if c.key == key), None)
                owned = next((g for g in self.grids.values() if g.layout.owned and "/".join(g.layout.path) == key), None)
                if owned:
                    return owned.place(self.file, owned.first), None
                return row.grid.place(self.file, row.number, key), dict(column.titles) if column else None
        grid = self.grids.get(str(path[0])) if path else None
        if grid:
            return grid.place(self.file, grid.first), {lang: grid.layout.title(lang) for lang in ("it", "en")}
        return Place(self.file), None


def made(item: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    """The object at ``path`` below ``item``, made when it is not there."""
    for key in path:
        item = item.setdefault(key, {})
    return item
