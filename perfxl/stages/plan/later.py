"""What comes into sight in the plan workbook, and what goes out of it: sheets that the controller asks for on the first sheet, those
in which something stands, those and the columns of later rounds when forms of their round are issued."""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from perfxl.model.rounds import KINDS, PLAN
from perfxl.stages.plan.grids import Grid
from perfxl.stages.plan.layout import SAID
from perfxl.stages.plan.reading import Reader
from perfxl.stages.plan.sight import COMES_UP, SHOWN, WAITING, Sight, mark_name
from perfxl.workbook import sheets as cells
from perfxl.workbook.patch.package import Package, Unreadable, parse, serialise
from perfxl.workbook.patch.tags import tag
from perfxl.workbook.patch.workbook import RID
from perfxl.workbook.sheets.model import BLANK
from perfxl.workbook.sheets.refs import Ref

#: How people say on the first sheet that a table is to be seen, and that it is not.
YES, NO = frozenset(("sì", "si", "sí", "s", "x", "yes", "y", "oui", "true", "1")), frozenset(("no", "n", "non", "false", "0"))


def changes(content: bytes, kind: str | None, extension: dict[str, Any] | None) -> Sight:
    """What is to be shown and hidden in the plan workbook ``content``: what is asked for on its first sheet, what was out of sight and
    is not blank any more and, where ``kind`` is not None, what comes up at rounds of that kind and before. ``kind`` again changes nothing.

    Raises ``sheets.Refused`` for what is no workbook.
    """
    reader = Reader(cells.open_book(content, "piano.xlsx"), "piano.xlsx", extension)
    return _Looking(reader, kind).sight()


class _Looking:
    """One look at one workbook; ``waiting``: the ids of the tables that perfxl has out of sight."""

    def __init__(self, reader: Reader, kind: str | None):
        self.book, self.grids = reader.book, reader.grids.values()
        self.waiting = [w for w in _said(self.book, WAITING).split(",") if w]
        before = _said(self.book, SHOWN)
        self.reached = KINDS.index(before) if before in KINDS else -1
        self.kind = kind if kind is not None and KINDS.index(kind) > self.reached else None

    def sight(self) -> Sight:
        shown: list[str] = []
        hidden: list[str] = []
        telling: list[str] = []
        columns: dict[str, tuple[int, ...]] = {}
        waiting = list(self.waiting)
        for grid in self.grids:
            table, visible = grid.layout.id, grid.sheet.state == "visible"
            if not visible and self._comes(grid):
                shown.append(grid.sheet.name)
                waiting = [w for w in waiting if w != table]
            elif visible and self._mark(table) is False and not filled(grid):
                hidden.append(grid.sheet.name)
                waiting = [*(w for w in waiting if w != table), table]
            opened = tuple(sorted(grid.sheet.hidden_columns & set(self._columns(grid)))) if self.kind else ()
            if opened:
                columns[grid.sheet.name] = opened
            if grid.sheet.name in shown or opened and visible:
                telling.append(grid.sheet.name)
        names = {} if waiting == self.waiting else {WAITING: f'"{",".join(waiting)}"'}
        names |= {SHOWN: f'"{self.kind}"'} if self.kind else {}
        return Sight(shown=tuple(shown), hidden=tuple(hidden), columns=columns, names=names, telling=tuple(telling))

    def _comes(self, grid: Grid) -> bool:
        """Whether the hidden table is to be seen from now on."""
        table, first = grid.layout.id, COMES_UP.get(grid.layout.id)
        asked, has = self._mark(table), filled(grid)
        if table in self.waiting and (asked or has):
            return True
        due = first is not None and self.kind is not None and KINDS.index(first) <= KINDS.index(self.kind)
        return due and grid.sheet.state == "hidden" and (asked is not False or has)

    def _mark(self, table: str) -> bool | None:
        """What the first sheet says of the table; None when it says nothing that can be understood."""
        ref = self.book.names.get(mark_name(table))
        sheet = self.book.sheet(ref.sheet) if isinstance(ref, Ref) else None
        said = str(sheet.cell(ref.top, ref.left).value or "").strip().casefold() if isinstance(ref, Ref) and sheet else ""
        return True if said in YES else False if said in NO else None

    def _columns(self, grid: Grid) -> Iterator[int]:
        """The columns of a table that rounds of this kind or before fill in and the plan does not."""
        for column in grid.layout.columns:
            moment = column.field.moment
            if grid.layout.id not in SAID and column.key in grid.columns and moment != PLAN and KINDS.index(moment) <= KINDS.index(self.kind):
                yield grid.columns[column.key]


def _said(book: cells.Book, name: str) -> str:
    said = book.names.get(name)
    return said.strip('"') if isinstance(said, str) else ""


def filled(grid: Grid) -> bool:
    """Whether something stands in the table."""
    own = {grid.columns[c.key] for c in grid.layout.columns if c.key in grid.columns and not c.computed}
    return any(row >= grid.first and any(grid.sheet.cell(row, at) is not BLANK for at in own & set(there))
               for row, there in grid.sheet.cells.rows.items())


def applied(content: bytes, sight: Sight) -> bytes:
    """The plan workbook ``content`` with what ``sight`` changes; everything else of the file stays as it is.

    Raises ``patch.package.Unreadable`` for what is no workbook that can be changed.
    """
    package = Package.open(content)
    part = next((r.target for r in package.relations("") if r.kind == "officeDocument"), None)
    if part is None:
        raise Unreadable("no workbook")
    root = parse(package.parts[part])
    targets = {r.id: r.target for r in package.relations(part)}
    entries = {s.get("name"): s for s in root.iterfind(f"{tag('sheets')}/{tag('sheet')}")}
    for name in sight.shown:
        entries[name].attrib.pop("state", None)
    for name in sight.hidden:
        entries[name].set("state", "hidden")
    for name, wanted in sight.columns.items():
        target = targets[entries[name].get(RID)]
        package.parts[target] = _show_columns(package.parts[target], set(wanted))
    _open_on_visible(package, root, [*entries.values()], targets)
    _say_names(root, sight.names)
    package.parts[part] = serialise(root)
    return package.save()


def _say_names(root: etree._Element, said: dict[str, str]) -> None:
    names = root.find(tag("definedNames"))
    if names is None:
        names = etree.Element(tag("definedNames"))
        root.find(tag("sheets")).addnext(names)
    for name in names.findall(tag("definedName")):
        if name.get("name") in said:
            names.remove(name)
    for key, text in said.items():
        etree.SubElement(names, tag("definedName"), name=key, hidden="1").text = text


def _open_on_visible(package: Package, root: etree._Element, entries: list[etree._Element], targets: dict[str, str]) -> None:
    """Have the workbook open on its first sheet that is seen, where the one on which it would open is not any more."""
    view = root.find(f"{tag('bookViews')}/{tag('workbookView')}")
    active = int(view.get("activeTab", 0)) if view is not None else 0
    if view is None or active >= len(entries) or entries[active].get("state", "visible") == "visible":
        return
    view.set("activeTab", str(next(n for n, e in enumerate(entries) if e.get("state", "visible") == "visible")))
    target = targets[entries[active].get(RID)]
    sheet = parse(package.parts[target])
    for one in sheet.iterfind(f"{tag('sheetViews')}/{tag('sheetView')}"):
        one.attrib.pop("tabSelected", None)
    package.parts[target] = serialise(sheet)


def _show_columns(part: bytes, wanted: set[int]) -> bytes:
    """The sheet with its hidden columns among ``wanted`` open."""
    root = parse(part)
    cols = root.find(tag("cols"))
    hit = [] if cols is None else [c for c in cols if c.get("hidden") in ("1", "true") and wanted & set(range(int(c.get("min")), int(c.get("max")) + 1))]
    for col in hit:
        for number in reversed(range(int(col.get("min")), int(col.get("max")) + 1)):  # programs write alike columns as one
            one = etree.Element(col.tag, {**col.attrib, "min": str(number), "max": str(number)})
            if number in wanted:
                for key in ("hidden", "outlineLevel", "collapsed"):
                    one.attrib.pop(key, None)
            col.addnext(one)
        cols.remove(col)
    return serialise(root)
