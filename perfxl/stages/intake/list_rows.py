"""The rows of a list as they are read: what each cell says for the field that its column became."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Any

from perfxl.model.findings import Finding, Place
from perfxl.stages.intake.contents import MOST, as_day, as_meant, replace_text, unit_of
from perfxl.stages.intake.tables import Table
from perfxl.stages.intake.targets import Match, Target, Values
from perfxl.workbook import values
from perfxl.workbook.sheets import Cell
from perfxl.workbook.sheets.refs import a1

#: How many of several things that are told at once are listed.
SHOWN = 12
#: Fractions as they are written in Italy and in Britain; numbers whose thousands stand apart.
_FRACTIONS = (re.compile(r"-?\d+(?:\.\d{3})*,\d{1,2}"), re.compile(r"-?\d+(?:,\d{3})*\.\d{1,2}"))
_GROUPS = {".": re.compile(r"[€£$ ]*-?\d{1,3}(?:\.\d{3})+[€£$ %]*"), ",": re.compile(r"[€£$ ]*-?\d{1,3}(?:,\d{3})+[€£$ %]*")}


def listed(texts: Iterable[str], count: int) -> str:
    """The first of ``texts``, of which there are ``count``, in one line."""
    return ", ".join(islice(texts, SHOWN)) + ", …" * (count > SHOWN)


@dataclass
class Remarks:
    """What there is to say of the list ``file``."""

    file: str
    findings: list[Finding] = field(default_factory=list)
    #: The targets that the list writes as the most there may be: cell and text.
    most: list[tuple[Place, str]] = field(default_factory=list)
    #: Values that the list writes with their unit; days that it writes as targets; weights that are parts of one among points.
    units: list[tuple[Place, str]] = field(default_factory=list)
    days: list[tuple[Place, str]] = field(default_factory=list)
    parts: list[tuple[Place, str]] = field(default_factory=list)
    #: What stood in the cells that became something, and the cells that found their place or were told.
    met: dict[Place, "Met"] = field(default_factory=dict)
    taken: set[Place] = field(default_factory=set)

    def take(self, *places: Place) -> None:
        """Note that what stands in ``places`` is in the plan, or is told."""
        self.taken.update(places)

    def tell_left(self) -> None:
        """One finding for all cells that neither are in the plan nor were told."""
        places = {f.place for f in self.findings}
        left = [place for place in self.met if place not in self.taken and place not in places]
        if left:
            self.say("LIST17", left[0], {"count": len(left), "listed": listed((f"{p.cell} «{self.met[p].text}»" for p in left), len(left))})

    def tell_meant(self) -> None:
        """One note for all values of a kind that were taken for what they mean: targets that are the most there may be, those with their unit …"""
        for code, met in (("LIST13", self.most), ("LIST19", self.units), ("LIST24", self.days), ("LIST25", self.parts)):
            if met:
                self.take(*(place for place, _ in met))
                self.say(code, met[0][0], {"count": len(met), "listed": listed((f"{place.cell} «{text}»" for place, text in met), len(met))})

    def say(self, code: str, place: Place, said: dict[str, Any]) -> None:
        """Note a finding."""
        self.findings.append(Finding(code, place, said))


@dataclass(frozen=True)
class Met:
    """What a cell says, and what it became, by language."""

    text: str
    field: dict[str, str]


@dataclass
class Row:
    """A row being read: its table and number, its values by (item, group) and path, the cell of each."""

    sheet: str
    number: int
    said: dict[tuple[str, int], Values] = field(default_factory=dict)
    cells: dict[tuple[str, int, tuple[str, ...]], Place] = field(default_factory=dict)
    place: Place = Place()

    def values_of(self, item: str, group: int = 1) -> Values:
        """What it says of an item, by path."""
        return self.said.get((item, group), {})

    def at(self, item: str, path: tuple[str, ...], group: int = 1) -> Place:
        """The cell of a value, else the row."""
        return self.cells.get((item, group, path), self.place)

    @property
    def places(self) -> tuple[Place, ...]:
        """All its cells that say something."""
        return tuple(self.cells.values())


def rows(table: Table, matches: Mapping[int, Match], given: Mapping[str, Target], remarks: Remarks) -> Iterator[Row]:
    """Every row of a table; columns that became nothing and rows of totals are told."""
    taken = {c: m for c, m in matches.items() if m.target}
    for column, head in table.heads.items():
        count = len(table.column(column))
        if column not in taken and count:
            remarks.say("LIST05", Place(remarks.file, table.sheet, table.at(table.rows[0][0], column)),
                     {"column": table.letters(column), "head": head or "–", "count": count})
    if table.apart:
        remarks.say("LIST15", Place(remarks.file, table.sheet, a1(*table.apart[0][0])),
                 {"count": len(table.apart), "listed": listed((f"«{text[:60]}»" for _, text in table.apart), len(table.apart))})
    for number in table.totals:
        remarks.say("LIST10", Place(remarks.file, table.sheet, f"A{number}"), {"row": number})
    thousands = thousands_in(table)
    points = {c: _in_points(table, c) for c, m in taken.items() if given[m.target].cell == "percent"}
    for number, cells in table.rows:
        row = Row(table.sheet, number, place=Place(remarks.file, table.sheet, f"A{number}"))
        for column in sorted(c for c in taken if c in cells):
            target, place = given[taken[column].target], Place(remarks.file, table.sheet, table.at(number, column))
            cell = _of_target(cells[column], target, row=row, group=taken[column].group, place=place, remarks=remarks)
            if cell is None:
                continue
            value = _value(grouped(cell, target, thousands), target, place=place, in_points=points.get(column, False), remarks=remarks)
            if value is not None:
                row.place = row.place if row.said else place
                row.said.setdefault((target.item, taken[column].group), {})[target.path] = value
                row.cells[target.item, taken[column].group, target.path] = place
                remarks.met[place] = Met(" ".join(_plain(cell).split())[:40], dict(target.titles))
        yield row


def _of_target(cell: Cell, target: Target, *, row: Row, group: int, place: Place, remarks: Remarks) -> Cell | None:
    """The number of a result's value, without what lists write with it, which goes where it belongs: the unit, that it is the most there
    may be; None where it is the day by which the result is due."""
    if target.item != "results" or target.cell != "number":
        return cell
    values, shown = row.said.setdefault((target.item, group), {}), " ".join(_plain(cell).split())[:40]
    if target.key == "results/target" and (day := as_day(cell)):
        values.setdefault(("deadline",), day)
        remarks.days.append((place, shown))
        return None
    most = MOST.match(cell.text) if target.key == "results/target" and cell.kind == "text" else None
    if most:
        values.setdefault(("direction",), "lower")
        remarks.most.append((place, shown))
        cell = replace_text(cell, cell.text[most.end():])
    unit = unit_of(cell)
    if unit:
        values.setdefault(("unit",), unit)
        remarks.units.append((place, shown))
    return cell


def thousands_in(table: Table) -> str:
    """What stands between the thousands of the numbers that a table writes as text, as its fractions tell; "" where they do not."""
    texts = [c.text for _, cells in table.rows for c in cells.values() if c.kind == "text" and len(c.text) < 40]
    italian, english = (sum(bool(shape.fullmatch(t.strip("€£$ %"))) for t in texts) for shape in _FRACTIONS)
    return "." if italian and not english else "," if english and not italian else ""


def grouped(cell: Cell, target: Target, thousands: str) -> Cell:
    """``cell`` without what stands between the thousands of its number."""
    if not thousands or target.cell not in ("number", "money", "integer") or cell.kind != "text" or not _GROUPS[thousands].fullmatch(cell.text.strip()):
        return cell
    return Cell(cell.text.replace(thousands, ""), "text")


def _in_points(table: Table, column: int) -> bool:
    """Whether a column of percentages is written in points (15), not as parts of one (0.15 or 15 %)."""
    return any(n > 1 for c in table.column(column) if (n := _bare(c)) is not None)


_BARE = re.compile(r"\s*\d{1,3}(?:[.,]\d+)?\s*")


def _bare(cell: Cell) -> Decimal | None:
    """The number of a weight without a sign of per cent."""
    if isinstance(cell.value, Decimal) and not cell.percent:
        return cell.value
    return Decimal(cell.text.strip().replace(",", ".")) if cell.kind == "text" and _BARE.fullmatch(cell.text) else None


#: What says nothing whatever its column became: the error of a formula, a picture; and the finding on it.
_UNREADABLE = {"error": "FORM08", "picture": "FORM35"}
#: What is taken as it stands, to be understood with the rest of its row.
_AS_WRITTEN = ("objectives/code", "objectives/lead", "holders/sector", "sectors/code", "cascade/code", "phases/id", "results/id")


def _value(cell: Cell, target: Target, place: Place, in_points: bool, remarks: Remarks) -> Any:
    """What a cell says for its target; None when it says nothing usable."""
    if cell.kind in _UNREADABLE:
        remarks.findings.append(Finding(_UNREADABLE[cell.kind], place, {"found": cell.error} if cell.error else {}, field=dict(target.titles)))
        return None
    if target.field is None or target.key in _AS_WRITTEN:
        return " ".join(_plain(cell).split()) if target.key != "holders/several" else _plain(cell)
    shown = " ".join(_plain(cell).split())[:120]
    number = _bare(cell) if target.cell == "percent" else None
    if number is not None:
        if in_points and 0 < number < 1:
            remarks.parts.append((place, shown))
        cell = Cell(number / 100 if in_points else number, "number", percent=True)
    cell = as_meant(cell, target)
    value, noticed = values.from_cell(cell, target.field)
    if value is None and shown:
        remarks.say("LIST01", place, {"value": shown, "field": dict(target.titles)})
    else:
        remarks.findings += [f.at(place=place) for f in noticed if f.severity != "note"]
    return value


def _plain(cell: Cell) -> str:
    """What a cell shows, as text."""
    if isinstance(cell.value, Decimal):
        return format(cell.value.normalize(), "f")
    return "" if cell.value is None else str(cell.value).strip()
