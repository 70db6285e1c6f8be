"""The rows of a list as they are read: what each cell says for the field that its column became."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from perfxl.model.findings import Finding, Place
from perfxl.stages.intake.proposal import Match, as_meant, replace_text
from perfxl.stages.intake.tables import Table
from perfxl.stages.intake.targets import Target
from perfxl.workbook import values
from perfxl.workbook.sheets import Cell
from perfxl.workbook.sheets.refs import a1, column_letters

#: Fractions as they are written in Italy and in Britain; numbers whose thousands stand apart.
_FRACTIONS = (re.compile(r"-?\d+(?:\.\d{3})*,\d{1,2}"), re.compile(r"-?\d+(?:,\d{3})*\.\d{1,2}"))
_GROUPS = {".": re.compile(r"[€£$ ]*-?\d{1,3}(?:\.\d{3})+[€£$ %]*"), ",": re.compile(r"[€£$ ]*-?\d{1,3}(?:,\d{3})+[€£$ %]*")}


@dataclass
class Told:
    """What there is to say of the list ``file``."""

    file: str
    findings: list[Finding] = field(default_factory=list)
    #: The targets that the list writes as the most there may be: cell and text.
    most: list[tuple[Place, str]] = field(default_factory=list)

    def tell_most(self) -> None:
        """One note for all targets that were taken as the most there may be."""
        if self.most:
            listed = ", ".join(f"«{text}»" for _, text in self.most[:12]) + ", …" * (len(self.most) > 12)
            self.say("LIST13", self.most[0][0], {"count": len(self.most), "listed": listed})

    def say(self, code: str, place: Place, said: dict[str, Any]) -> None:
        """Note a finding."""
        self.findings.append(Finding(code, place, said))


@dataclass
class Row:
    """A row being read: its table and number, its values by (item, group) and path, the cell of each."""

    sheet: str
    number: int
    said: dict[tuple[str, int], dict[tuple, object]] = field(default_factory=dict)
    cells: dict[tuple[str, int, tuple], Place] = field(default_factory=dict)
    place: Place = Place()

    def of(self, item: str, group: int = 1) -> dict[tuple, object]:
        """What it says of an item, by path."""
        return self.said.get((item, group), {})

    def at(self, item: str, path: tuple, group: int = 1) -> Place:
        """The cell of a value, else the row."""
        return self.cells.get((item, group, path), self.place)


def rows(table: Table, matches: Mapping[int, Match], given: Mapping[str, Target], told: Told) -> Iterator[Row]:
    """Every row of a table; columns that became nothing and rows of totals are told."""
    taken = {c: m for c, m in matches.items() if m.target}
    for column, head in table.heads.items():
        count = len(table.column(column))
        if column not in taken and count:
            told.say("LIST05", Place(told.file, table.sheet, a1(table.rows[0][0], max(1, column))),
                     {"column": column_letters(column) if column else "", "head": head or "–", "count": count})
    for number in table.totals:
        told.say("LIST10", Place(told.file, table.sheet, f"A{number}"), {"row": number})
    thousands = _thousands(table)
    points = {c: _in_points(table, c) for c, m in taken.items() if given[m.target].cell == "percent"}
    for number, cells in table.rows:
        row = Row(table.sheet, number, place=Place(told.file, table.sheet, f"A{number}"))
        for column, cell in sorted((c, cells[c]) for c in taken if c in cells):
            target, place = given[taken[column].target], Place(told.file, table.sheet, a1(number, max(1, column)))
            group, most = taken[column].group, target.key == "results/target" and cell.kind == "text" and _MOST.match(cell.value)
            if most:
                row.said.setdefault(("results", group), {}).setdefault(("direction",), "lower")
                told.most.append((place, " ".join(cell.value.split())[:40]))
                cell = replace_text(cell, cell.value[most.end():])
            value = _value(_grouped(cell, target, thousands), target, place=place, in_points=points.get(column, False), told=told)
            if value is not None:
                row.place = row.place if row.said else place
                row.said.setdefault((target.item, taken[column].group), {})[target.path] = value
                row.cells[target.item, taken[column].group, target.path] = place
        yield row


#: What says of a target that it is the most there may be.
_MOST = re.compile(r"\s*(?:≤|<=|<|al massimo|massimo|max\.?|non oltre|non più di|fino a|at most|no more than|not more than|maximum|under|up to)\s*(?=\d)", re.I)


def _thousands(table: Table) -> str:
    """What stands between the thousands of the numbers that a table writes as text, as its fractions tell; "" where they do not."""
    texts = [c.value for _, cells in table.rows for c in cells.values() if c.kind == "text" and len(c.value) < 40]
    italian, english = (sum(bool(shape.fullmatch(t.strip("€£$ %"))) for t in texts) for shape in _FRACTIONS)
    return "." if italian and not english else "," if english and not italian else ""


def _grouped(cell: Cell, target: Target, thousands: str) -> Cell:
    """``cell`` without what stands between the thousands of its number."""
    if not thousands or target.cell not in ("number", "money", "integer") or cell.kind != "text" or not _GROUPS[thousands].fullmatch(cell.value.strip()):
        return cell
    return Cell(cell.value.replace(thousands, ""), "text")


def _in_points(table: Table, column: int) -> bool:
    """Whether a column of percentages is written in points (15), not as parts of one (0.15 or 15 %)."""
    numbers = [c.value for c in table.column(column) if c.kind == "number" and not c.percent]
    return any(n > 1 for n in numbers)


#: What is taken as it stands, to be understood with the rest of its row.
_AS_WRITTEN = ("objectives/code", "objectives/lead", "holders/sector", "sectors/code", "cascade/code", "phases/id", "results/id")


def _value(cell: Cell, target: Target, place: Place, in_points: bool, told: Told):
    """What a cell says for its target; None when it says nothing usable."""
    if target.field is None or target.key in _AS_WRITTEN:
        return " ".join(_plain(cell).split()) if target.key != "holders/several" else _plain(cell)
    shown = " ".join(_plain(cell).split())[:120]
    if target.cell == "percent" and cell.kind == "number" and in_points and not cell.percent:
        cell = Cell(cell.value / 100, "number", percent=True)
    if target.cell == "percent" and cell.kind == "text" and re.fullmatch(r"\s*\d{1,3}(?:[.,]\d+)?\s*", cell.value):
        number = Decimal(cell.value.strip().replace(",", "."))
        cell = Cell(number / 100 if number > 1 else number, "number", percent=True)
    cell = as_meant(cell, target)
    value, noticed = values.from_cell(cell, target.field)
    if value is None and shown:
        told.say("LIST01", place, {"value": shown, "field": dict(target.titles)})
    else:
        told.findings += [f.at(place=place) for f in noticed if f.severity != "note"]
    return value


def _plain(cell: Cell) -> str:
    """What a cell shows, as text."""
    if cell.kind == "number":
        return format(cell.value.normalize(), "f")
    return "" if cell.value is None else str(cell.value).strip()
