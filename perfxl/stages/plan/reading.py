"""Reads the plan workbook back: finds its tables, makes the document, says what is wrong and where."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

from perfxl.model import documents, identity, long_text, upgrade
from perfxl.model.documents import get_path, searched
from perfxl.model.fast_validation import sound
from perfxl.model.fields import Field
from perfxl.model.findings import Finding, Place, in_order
from perfxl.model.refusals import refusals
from perfxl.model.rounds import Rounds, kind_labels
from perfxl.model.terms import Words, speaking, with_tabs
from perfxl.stages.plan import headings, said
from perfxl.stages.plan.checks import problems
from perfxl.stages.plan.layout import (
    KEY_ROW,
    MORE,
    OWNER,
    SAID,
    TARGETS,
    TITLE_ROW,
    Column,
    Sheet,
    optional,
    scalar_name,
    scalars,
)
from perfxl.stages.plan.sheets import sheets as layouts
from perfxl.workbook import sheets, values
from perfxl.workbook.sheets import BLANK, Book, Cell, Refused
from perfxl.workbook.sheets.refs import Ref, a1, column_letters

#: How far down a hidden row of keys is looked for when its name is lost.
SEARCHED_ROWS = 30
#: Sheets that plan workbooks did not have at first: one without them is not told so.
LATER = (TARGETS, "successions", "bands", "indicators", "fields")
#: What a plan says of its words beside them: the language of its forms, whether weights are points.
SAYING = (("body", "language"), ("rules", "weights_total"))
#: What people write in a cell that may be left out, to say that there is nothing to write.
SAID_NO = frozenset(("no", "-", "–", "—", "/", "nessuno", "nessuna", "none", "n/a", "n.a.", "na", "non applicabile", "not applicable"))


@dataclass(frozen=True)
class PlanReading:
    """What a plan workbook says.

    ``document``: the plan, None when its schema refuses it or there is none; ``locate``: finds where every row and every
    filled cell stands (``places``), which few ask for; ``findings``: everything noticed, in the order of the workbook; ``words``: what the
    body calls things, and the workbook its sheets.
    """

    document: dict | None
    locate: Callable[[], dict[str, Place]]
    findings: tuple[Finding, ...]
    words: Words | None = None

    @cached_property
    def places(self) -> dict[str, Place]:
        """By JSON Pointer."""
        return self.locate()


@dataclass
class Grid:
    """A table found in a workbook: its columns by key, the first row under its head; ``headed``: the columns known by their
    headings alone."""

    layout: Sheet
    sheet: sheets.Sheet
    key_row: int
    first: int
    columns: dict[str, int] = field(default_factory=dict)
    headed: set[int] = field(default_factory=set)

    def place(self, file: str, row: int, key: str = "") -> Place:
        """The cell of column ``key`` in ``row``; of the first column when there is no such column."""
        return Place(file, self.sheet.name, a1(row, self.columns.get(key) or min(self.columns.values())))


@dataclass
class Row:
    """One item: the grid and the row it stands in, what it says, the objective it belongs to; ``part``: of a row of what
    rounds said, what it speaks of."""

    grid: Grid
    number: int
    item: dict
    owner: str | None
    part: str = ""


def read(data: bytes, file: str = "piano.xlsx", extension: dict | None = None) -> PlanReading:
    """The plan in the workbook ``data`` (.xlsx or .ods); ``extension``: the body's own fields."""
    try:
        book = sheets.open_book(data, file)
        words = _words(book)
        with speaking(words):
            reader = Reader(book, file, extension)
            if not reader.grids:
                return PlanReading(None, dict, (_not_a_plan(book, file),))
            words["fields"] = reader.own_fields()
            if not words["fields"]:  # nothing that the first reading did not know
                return replace(reader.reading(), words=with_tabs(words, reader.tabs()))
        with speaking(words):  # every table has the columns that the sheet of own fields gives it
            reader = Reader(book, file, extension)
            return replace(reader.reading(), words=with_tabs(words, reader.tabs()))
    except Refused as refused:
        return PlanReading(None, dict, (refused.own(),))


def _words(book: Book) -> dict:
    """As much of the plan as says what the body calls things."""
    found: dict = {}
    for item in scalars():
        ref = book.names.get(scalar_name(item)) if item.path[0] == "words" or item.path in SAYING else None
        sheet = book.sheet(ref.sheet) if isinstance(ref, Ref) else None
        value = values.from_cell(sheet.cell(ref.top, ref.left), item, from_1904=book.from_1904)[0] if sheet else None
        if value is not None and item.cell != "lines" and (item.cell == "number" or searched(item.schema.get("pattern", ""))(value)):
            _put(found, item.path, value)
    return found


def _not_a_plan(book: Book, file: str) -> Finding:
    texts = [*book.properties.values(), *(v for v in book.names.values() if isinstance(v, str))]
    issued = next(filter(None, map(identity.parse, texts)), None)
    if issued:
        return Finding("PLAN02", Place(file), {"sector": issued.sector}, sector=issued.sector)
    return Finding("PLAN01", Place(file))


def _is_plan(book: Book) -> bool:
    """Whether the workbook says of itself that it is a plan."""
    return any(isinstance(v, str) and v.strip('"').startswith("PX1P|") for v in (*book.properties.values(), *book.names.values()))


class Reader:
    """One reading of one workbook; ``grids``: its tables by id."""

    def __init__(self, book: Book, file: str, extension: dict | None):
        self.book, self.file, self.extension = book, file, extension
        self.findings: list[Finding] = []
        self.where: dict[tuple, Row] = {}
        self.own: list[tuple[Row, dict | None]] = []
        self.single: dict[tuple, Place] = {}
        self.layouts = layouts(extension)
        self.grids = {s.id: grid for s in self.layouts if (grid := _grid(book, s))}
        if self.grids or _is_plan(book):
            self._recover()

    def _recover(self) -> None:
        """Find by their headings the tables and columns whose hidden keys are gone; say what stands in the place of a key."""
        for layout in self.layouts:
            grid = self.grids.get(layout.id)
            if grid is None:
                self._headed(layout)
                continue
            lost = {key: at for key, at in headings.of_row(layout, grid.sheet, grid.first - 1).items()
                    if key not in grid.columns and at not in grid.columns.values()}
            for key, at in lost.items():
                cell = grid.sheet.cell(grid.key_row, at)
                column = next(c for c in layout.columns if c.key == key)
                grid.columns[key] = at
                grid.headed.add(at)
                if column.field.own and cell.kind == "blank":
                    continue  # a column that the controller added for a field of the body's own
                blank, where = cell.kind == "blank", Place(self.file, grid.sheet.name, a1(grid.first - 1, at))
                self._notice("PLAN99" if blank else "PLAN07", where, {"column": dict(column.titles)} | ({} if blank else {"found": cell.value}))
            grid.columns = dict(sorted(grid.columns.items(), key=lambda pair: pair[1]))

    def _headed(self, layout: Sheet) -> None:
        """Take the table of ``layout`` by its headings, where its keys are gone altogether."""
        found = headings.find(self.book, layout, (g.sheet.name for g in self.grids.values()))
        if found is None:
            return
        self.grids[layout.id] = Grid(layout, found.sheet, key_row=max(1, found.row - headings.ABOVE), first=found.row + 1,
                                     columns=found.columns, headed=set(found.columns.values()))
        self._notice("PLAN08", Place(self.file, found.sheet.name, a1(found.row, min(found.columns.values()))),
                     {"sheet": {lang: layout.title(lang) for lang in ("it", "en")}})

    def own_fields(self) -> list[dict]:
        """The rows of the sheet of own fields, as far as they can be read; nothing is noticed."""
        grid, before = self.grids.get("fields"), list(self.findings)
        found = [row.item for row in self._rows(grid)] if grid else []
        self.findings = before
        return found

    def tabs(self) -> list[tuple[dict[str, str], str]]:
        """The sheets whose usual name says what the body may call otherwise: that name by language, and what the workbook calls them."""
        return [({"it": s.field.schema["title"], "en": s.field.schema["x-en"]["title"]}, self.grids[s.id].sheet.name)
                for s in self.layouts if s.id in self.grids and "{_:" in s.field.schema["title"]]

    def reading(self) -> PlanReading:
        """The document and all that is to be said about it."""
        document = {"schema": documents.schema("plan")["properties"]["schema"]["const"], "body": {}}
        self._scalars(document)
        for layout in self.layouts:
            grid = self.grids.get(layout.id)
            if layout.id == SAID[0] and "objectives" in self.grids:  # what rounds said is about holders that are all there
                self._own_holdings(document)
            if grid is None and layout.id in LATER:
                continue  # the workbook may be from before there was such a sheet
            if grid is None and layout.id in (*SAID, "owners") and "round" in getattr(self.grids.get("rounds"), "columns", ()):
                continue  # the workbook is from before there were tables of what rounds said, and of owners
            if grid is None:
                self._notice("PLAN03", Place(self.file), {"sheet": {lang: layout.title(lang) for lang in ("it", "en")}})
                continue
            self._columns(grid)
            self._no_column(grid)
            self._place(document, layout, list(self._rows(grid)))
            grid.sheet.release()
        document = upgrade.plan(document)
        _round_ids(document)
        wrong = [] if sound("plan", document, self.extension) else list(documents.violations("plan", document, self.extension))
        for code, path, values_, title in (*refusals(wrong, document),
                                           *((p.code, p.path, p.values, None) for p in problems(document))):
            self._about(document, code, path=path, said=values_, title=title)
        return PlanReading(None if wrong else document, partial(self._pointers, document), tuple(in_order(self.findings)))

    # --- cells ---------------------------------------------------------------------------------------------------

    def _scalars(self, document: dict) -> None:
        for item in scalars():
            ref = self.book.names.get(scalar_name(item))
            sheet = self.book.sheet(ref.sheet) if isinstance(ref, Ref) else None
            if sheet is None:
                continue
            place = Place(self.file, sheet.name, a1(ref.top, ref.left))
            value = self._value([sheet.cell(ref.top, ref.left)], item, lambda place=place: place)
            self.single[item.path] = place
            if value is not None:
                _put(document, item.path, value)

    def _rows(self, grid: Grid) -> Iterator[Row]:
        """The rows of a table that say something, from the top."""
        columns = {**said.old_columns(grid.layout.id), **_old_round(grid.layout), **{c.key: c for c in grid.layout.columns}}
        there = [(at, column, key == OWNER, grid.columns.get(key + MORE)) for key, at in grid.columns.items()
                 if (column := columns.get(key)) is not None and column.read]
        used = {at for key, at in grid.columns.items() if key in columns and not columns[key].computed}
        written = grid.sheet.cells.rows
        for number in sorted(row for row, there_ in written.items() if row >= grid.first and not used.isdisjoint(there_)):
            before, item, owner, filled = len(self.findings), {}, None, written[number]
            for at, column, owning, further in there:
                if at not in filled and further not in filled:
                    continue
                cells = [grid.sheet.cell(number, at)]
                if further is not None:
                    cells.append(grid.sheet.cell(number, further))
                if all(cell is BLANK for cell in cells):
                    continue
                if cells[0].kind == "text" and column.field.required and optional(grid.layout, column) \
                        and cells[0].value.strip().casefold() in SAID_NO:
                    continue
                value = self._value(cells, column.field, lambda at=at, number=number: Place(self.file, grid.sheet.name, a1(number, at)), column)
                if owning:
                    owner = value
                elif value is not None:
                    _put(item, column.field.path, value)
            if item or owner or len(self.findings) > before:
                for group in grid.layout.groups:
                    _made(item, group)
                yield Row(grid, number, item, owner)

    def _value(self, cells: list[Cell], item: Field, place: Callable[[], Place], column: Column | None = None):
        cell = cells[0]
        if len(cells) > 1 and cells[1].kind == "text" and cells[1].value:
            first = cell.value if cell.kind == "text" else ""
            cell = Cell(long_text.join([first, cells[1].value]), "text")
        if cell.percent and item.schema.get("x-points"):  # the workbook was drawn before the weights were points: 2 is typed as 2 %
            cell = cell._replace(value=cell.value.scaleb(2), percent=False)
        value, noticed = values.from_cell(cell, item, from_1904=self.book.from_1904)
        if noticed:
            title = dict(column.titles) if column else {lang: item.title(lang) for lang in ("it", "en")}
            self.findings += [f.at(place=place(), field=title) for f in noticed]
        return value

    def _columns(self, grid: Grid) -> None:
        """Says which columns are not read although something stands in them."""
        known, read_ = {c.key for c in grid.layout.columns} | {k + end for k in said.old_columns(grid.layout.id) for end in ("", MORE)}, \
            set(grid.columns.values())
        known |= set(_old_round(grid.layout))
        filled = {column for row, column in grid.sheet.cells if row >= grid.first}
        for column in sorted(filled):
            text = grid.sheet.cell(grid.key_row, column).value
            key = text.removeprefix(f"{grid.layout.id}:") if isinstance(text, str) else ""
            place = Place(self.file, grid.sheet.name, a1(grid.first - 1, column))
            if column in read_ and key not in known and column not in grid.headed:
                self._notice("PLAN05", place, {"key": key})
            elif key in known and column not in read_:
                self._notice("PLAN06", place, {"column": column_letters(column)})
            elif column not in read_:
                self._notice("PLAN04", place, {"column": column_letters(column)})

    def _no_column(self, grid: Grid) -> None:
        """Says which own fields that the body fills in have no column to be filled in."""
        for column in (c for c in grid.layout.columns if c.field.own and not c.field.open and c.key not in grid.columns):
            place = Place(self.file, grid.sheet.name, a1(grid.first - 1, max(grid.columns.values()) + 1))
            self._notice("PLAN98", place, {"field": dict(column.titles), "sheet": grid.sheet.name})

    # --- the document --------------------------------------------------------------------------------------------

    def _place(self, document: dict, layout: Sheet, rows: list[Row]) -> None:
        """Puts the rows of one table where they belong in the document."""
        if layout.id in SAID:
            self._place_said(document, layout, rows)
            return
        if not layout.owned:
            if layout.id == "objectives":
                self.own = [(row, row.item.pop("holding", None)) for row in rows]
            if rows:
                document[layout.id] = [row.item for row in rows]
                self.where |= {(layout.id, i): row for i, row in enumerate(rows)}
            return
        known: dict[str, int] = {}
        for i, objective in enumerate(document.get("objectives", ())):
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
                parent = _made(document["objectives"][index], layout.path[:-1])
                items = parent.setdefault(layout.path[-1], [])
                self.where["objectives", index, *layout.path, len(items)] = row
                items.append(row.item)

    def _place_said(self, document: dict, layout: Sheet, rows: list[Row]) -> None:
        """Puts what rounds said with the items that it is about."""
        placing = said.Placing(document)
        for row in rows:
            place = row.grid.place(self.file, row.number, OWNER)
            found = placing.put(layout.id, row.owner or "", row.item)
            if row.owner is None:
                self.findings.append(Finding("PLAN10", place, {"row": row.number}, dict(layout.columns[0].titles)))
            elif not found:
                about = ", ".join(str(v) for v in row.item.get("@", {}).values())
                self.findings.append(Finding("PLAN54", place, {"objective": row.owner, "item": about}, objective=row.owner))
            else:
                self.where |= {path: replace(row, part=part) for path, part in found}

    def _own_holdings(self, document: dict) -> None:
        """The weight on the row of an objective goes to the sector that leads it, which holds it alone where no other is told."""
        if "holding/weight" not in self.grids["objectives"].columns:
            return
        for i, (row, holding) in enumerate(self.own):
            objective = document["objectives"][i]
            lead, holders = objective.get("lead"), objective.get("holders", [])
            if lead is None or holding is None and holders:
                continue
            k = next((k for k, h in enumerate(holders) if h.get("sector") == lead), None)
            if k is None:
                self._shift(i, len(holders))
                objective["holders"] = [{"sector": lead, **({"holding": holding} if holding else {})}, *holders]
                self.where["objectives", i, "holders", 0] = Row(row.grid, row.number, objective["holders"][0], row.owner)
                continue
            told = holders[k].setdefault("holding", {})
            for key, value in (holding or {}).items():
                if told.setdefault(key, value) != value:
                    self.findings.append(Finding("PLAN78", row.grid.place(self.file, row.number, f"holding/{key}"),
                                                 {"sector": lead, "objective": objective.get("code")}, objective=objective.get("code", "")))

    def _shift(self, i: int, count: int) -> None:
        """Make room for a first holder: the places of those of the sheet of holders move on by one."""
        for k in range(count, 0, -1):
            if ("objectives", i, "holders", k - 1) in self.where:
                self.where["objectives", i, "holders", k] = self.where.pop(("objectives", i, "holders", k - 1))

    def _pointers(self, document: dict) -> dict[str, Place]:
        return {documents.pointer(path): place for path, place in self._places(document)}

    def _places(self, document: dict) -> Iterator[tuple[tuple, Place]]:
        for path, place in self.single.items():
            if get_path(document, path) is not None:
                yield path, place
        for path, row in self.where.items():
            yield path, row.grid.place(self.file, row.number)
            for column in row.grid.layout.columns:
                if column.read and column.key != OWNER and column.field.path[0] != "@" \
                        and get_path(row.item, column.field.path) is not None:
                    inner = column.field.path[column.field.path[0] == row.part and bool(row.part):]
                    yield (*path, *inner), row.grid.place(self.file, row.number, column.key)

    # --- findings ------------------------------------------------------------------------------------------------

    def _notice(self, code: str, place: Place, said: dict) -> None:
        self.findings.append(Finding(code, place, said))

    def _about(self, document: dict, code: str, path: tuple, said: dict, title: dict | None) -> None:
        """A finding about the value at ``path`` of the document."""
        place, found = self._find(path)
        about = {"objective": "", "sector": ""}
        if path[:1] == ("objectives",) and len(path) > 1:
            about["objective"] = document["objectives"][path[1]].get("code", "")
        item = next((self.where[path[:n]].item for n in range(len(path), 0, -1) if path[:n] in self.where), {})
        if isinstance(item.get("sector"), str):
            about["sector"] = item["sector"]
        self.findings.append(Finding(code, place, values=said, field=title or found or {}, path=documents.pointer(path), **about))

    def _find(self, path: tuple) -> tuple[Place, dict | None]:
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
        grid = self.grids.get(path[0]) if path else None
        if grid:
            return grid.place(self.file, grid.first), {lang: grid.layout.title(lang) for lang in ("it", "en")}
        return Place(self.file), None


def _grid(book: Book, layout: Sheet) -> Grid | None:
    """The table of ``layout``: by its name, or else by its row of keys on any sheet."""
    ref = book.names.get(layout.name)
    named = book.sheet(ref.sheet) if isinstance(ref, Ref) else None
    if named:
        grid = _keys(named, layout, range(ref.top, ref.bottom + 1))
        if grid:
            grid.first = max(ref.bottom, grid.key_row) + 1
            return grid
    for sheet in book.sheets:
        grid = _keys(sheet, layout, range(1, SEARCHED_ROWS + 1))
        if grid:
            return grid
    return None


def _keys(sheet: sheets.Sheet, layout: Sheet, rows: range) -> Grid | None:
    """The table whose row of keys is one of ``rows``; the first column wins when a key stands twice."""
    start = f"{layout.id}:"
    found: dict[int, dict[str, int]] = {}
    for (row, column), cell in ((at, sheet.cells[at]) for at in sheet.cells if at[0] in rows):
        if cell.kind == "text" and cell.value.startswith(start):
            keys = found.setdefault(row, {})
            key = cell.value.removeprefix(start)
            keys[key] = min(column, keys.get(key, column))
    for row, columns in sorted(found.items()):
        if len(columns) > 1 or len(layout.columns) == 1:
            ordered = dict(sorted(columns.items(), key=lambda pair: pair[1]))
            return Grid(layout, sheet, key_row=row, first=row + TITLE_ROW - KEY_ROW + 1, columns=ordered)
    return None


def _old_round(layout: Sheet) -> dict[str, Column]:
    """The column in which the table of the rounds named them, when there were three."""
    if layout.id != "rounds":
        return {}
    kind = next(c for c in layout.columns if c.key == "kind")
    labels = {old: kind_labels()[new] for old, new in upgrade.ROUNDS.items()}
    labels["interim"] = {"it": "Monitoraggio intermedio", "en": "Interim monitoring"}
    field = Field(("round",), "choice", schema={**kind.field.schema, "enum": list(labels), "x-labels": labels}, open=(), shown=())
    return {"round": Column("round", field, kind.titles)}


def _round_ids(document: dict) -> None:
    """Put the ids of the rounds in the place of their names, wherever a row names one."""
    rounds = Rounds.of(document)
    named = [row for part in ("evaluations", "requests", "considerations") for row in document.get(part, ())]
    named += [told for *_, item in said.items(document) for part in ("readings", "revisions", "targets") for told in item.get(part, ())]
    for *_, item in (*said.items(document), *(("", "", "", o) for o in document.get("objectives", ()))):
        if "due" in item:
            item["due"] = [str(rounds.parse(word) or word) for word in item["due"]]
    for row in named:
        found = rounds.parse(row["round"]) if isinstance(row.get("round"), str) else None
        if found is not None:
            row["round"] = str(found)


def _made(item: dict, path: tuple[str, ...]) -> dict:
    """The object at ``path`` below ``item``, made when it is not there."""
    for key in path:
        item = item.setdefault(key, {})
    return item


def _put(item: dict, path: tuple[str, ...], value) -> None:
    _made(item, path[:-1])[path[-1]] = value
