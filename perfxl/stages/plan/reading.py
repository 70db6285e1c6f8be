"""Reads the plan workbook back: finds its tables, makes the document, says what is wrong and where."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from perfxl.model import documents, identity, long_text, upgrade
from perfxl.model.documents import pattern_search, put_path
from perfxl.model.fast_validation import surely_valid
from perfxl.model.fields import Field
from perfxl.model.findings import Finding, Place, in_order
from perfxl.model.refusals import refusals
from perfxl.model.rounds import Rounds
from perfxl.model.terms import Words, using_words, with_tabs
from perfxl.stages.plan import headings, round_tables
from perfxl.stages.plan.checks import problems
from perfxl.stages.plan.grids import Grid, Row, grid_of, old_round
from perfxl.stages.plan.layout import MORE, OWNER, SAID, TARGETS, Column, Sheet, optional, scalar_name, scalars
from perfxl.stages.plan.placement import Placement, PlacesWhenAsked, made
from perfxl.stages.plan.sheets import sheets as layouts
from perfxl.workbook import sheets, values
from perfxl.workbook.sheets import BLANK, Book, Cell, Refused
from perfxl.workbook.sheets.refs import Ref, a1, column_letters

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
    body calls things, and the workbook its sheets; ``hidden``: its hidden tables, by the name of the sheet the title that messages use.
    """

    document: dict[str, Any] | None
    locate: Callable[[], dict[str, Place]]
    findings: tuple[Finding, ...]
    words: Words | None = None
    hidden: tuple[tuple[str, str], ...] = ()

    def saying_unseen(self, findings: Iterable[Finding]) -> list[Finding]:
        """``findings``, those that have one look on a hidden sheet saying so."""
        said = []
        for finding in findings:
            remedy = finding.say("it")["remedy"] if self.hidden else ""
            unseen = tuple(name for name, title in self.hidden if name == finding.place.sheet or re.search(rf"\b{re.escape(title)}\b", remedy))
            said.append(replace(finding, unseen=unseen) if unseen else finding)
        return said

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """By JSON Pointer; worked out when somebody looks for one."""
        return PlacesWhenAsked(self.locate)


def read(data: bytes, file: str = "piano.xlsx", extension: dict[str, Any] | None = None) -> PlanReading:
    """The plan in the workbook ``data`` (.xlsx or .ods); ``extension``: the body's own fields."""
    try:
        book = sheets.open_book(data, file)
        words = _words(book)
        with using_words(words):
            reader = Reader(book, file, extension)
            if not reader.grids:
                return PlanReading(None, dict, (_not_a_plan(book, file),))
            words["fields"] = reader.own_fields()
            if not words["fields"]:  # nothing that the first reading did not know
                return replace(reader.reading(), words=with_tabs(words, reader.tabs()))
        with using_words(words):  # every table has the columns that the sheet of own fields gives it
            reader = Reader(book, file, extension)
            return replace(reader.reading(), words=with_tabs(words, reader.tabs()))
    except Refused as refused:
        return PlanReading(None, dict, (refused.own(),))


def _words(book: Book) -> dict[str, Any]:
    """As much of the plan as says what the body calls things."""
    words: dict[str, Any] = {}
    for item in scalars():
        ref = book.names.get(scalar_name(item)) if item.path[0] == "words" or item.path in SAYING else None
        sheet = book.sheet(ref.sheet) if isinstance(ref, Ref) else None
        if not isinstance(ref, Ref) or sheet is None:
            continue
        value = values.from_cell(sheet.cell(ref.top, ref.left), item, from_1904=book.from_1904)[0]
        if value is not None and item.cell != "lines" and (item.cell == "number" or pattern_search(item.schema.get("pattern", ""))(value)):
            put_path(words, item.path, value)
    return words


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

    def __init__(self, book: Book, file: str, extension: dict[str, Any] | None):
        self.book, self.file, self.extension = book, file, extension
        self.findings: list[Finding] = []
        self.layouts = layouts(extension)
        self.grids = {s.id: grid for s in self.layouts if (grid := grid_of(book, s))}
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
        headed = headings.find(self.book, layout, (g.sheet.name for g in self.grids.values()))
        if headed is None:
            return
        self.grids[layout.id] = Grid(layout, headed.sheet, key_row=max(1, headed.row - headings.ABOVE), first=headed.row + 1,
                                     columns=headed.columns, headed=set(headed.columns.values()))
        self._notice("PLAN08", Place(self.file, headed.sheet.name, a1(headed.row, min(headed.columns.values()))),
                     {"sheet": {lang: layout.title(lang) for lang in ("it", "en")}})

    def own_fields(self) -> list[dict[str, Any]]:
        """The rows of the sheet of own fields, as far as they can be read; nothing is noticed."""
        grid, before = self.grids.get("fields"), list(self.findings)
        fields = [row.item for row in self._rows(grid)] if grid else []
        self.findings = before
        return fields

    def tabs(self) -> list[tuple[dict[str, str], str]]:
        """The sheets whose usual name says what the body may call otherwise: that name by language, and what the workbook calls them."""
        return [({"it": s.field.schema["title"], "en": s.field.schema["x-en"]["title"]}, self.grids[s.id].sheet.name)
                for s in self.layouts if s.id in self.grids and "{_:" in s.field.schema["title"]]

    def reading(self) -> PlanReading:
        """The document and all that is to be said about it."""
        placement = Placement(self.file, self.grids, self.findings)
        self._scalars(placement)
        for layout in self.layouts:
            if layout.id == SAID[0] and "objectives" in self.grids:  # what rounds said is about holders that are all there
                placement.own_holdings()
            grid = self._there(layout)
            if grid is not None:
                self._columns(grid)
                self._no_column(grid)
                placement.rows(layout, list(self._rows(grid)))
                grid.sheet.release()
        document = placement.document = upgrade.plan(placement.document)
        _round_ids(document)
        wrong = [] if surely_valid("plan", document, self.extension) else list(documents.violations("plan", document, self.extension))
        for code, path, said, title in (*refusals(wrong, document), *((p.code, p.path, p.values, None) for p in problems(document))):
            placement.about(code, path=path, said=said, title=title)
        hidden = tuple((g.sheet.name, g.layout.title("it")) for g in self.grids.values() if g.sheet.state != "visible")
        reading = PlanReading(None if wrong else document, placement.pointers, (), hidden=hidden)
        return replace(reading, findings=tuple(reading.saying_unseen(in_order(self.findings))))

    def _there(self, layout: Sheet) -> Grid | None:
        """The table of ``layout``; that it is missing is said, but of what older workbooks had not."""
        grid = self.grids.get(layout.id)
        named = "round" in getattr(self.grids.get("rounds"), "columns", ())  # from before there were tables of what rounds said, and of owners
        if grid is None and layout.id not in LATER and not (named and layout.id in (*SAID, "owners")):
            self._notice("PLAN03", Place(self.file), {"sheet": {lang: layout.title(lang) for lang in ("it", "en")}})
        return grid

    # --- cells ---------------------------------------------------------------------------------------------------

    def _scalars(self, placement: Placement) -> None:
        for item in scalars():
            ref = self.book.names.get(scalar_name(item))
            sheet = self.book.sheet(ref.sheet) if isinstance(ref, Ref) else None
            if not isinstance(ref, Ref) or sheet is None:
                continue
            place = Place(self.file, sheet.name, a1(ref.top, ref.left))
            value = self._value([sheet.cell(ref.top, ref.left)], item, (sheet.name, ref.top, ref.left))
            placement.scalar(item.path, place, value)

    def _rows(self, grid: Grid) -> Iterator[Row]:
        """The rows of a table that say something, from the top."""
        columns = {**round_tables.old_columns(grid.layout.id), **old_round(grid.layout), **{c.key: c for c in grid.layout.columns}}
        there = [(at, column, key == OWNER, grid.columns.get(key + MORE), column.field.required and optional(grid.layout, column))
                 for key, at in grid.columns.items() if (column := columns.get(key)) is not None and column.read]
        used = {at for key, at in grid.columns.items() if key in columns and not columns[key].computed}
        kept = grid.sheet.cells
        written = kept.rows
        for number in sorted(row for row, there_ in written.items() if row >= grid.first and not used.isdisjoint(there_)):
            item: dict[str, Any] = {}
            before, owner, filled = len(self.findings), None, written[number]
            for at, column, owning, further, may_say_no in there:
                if at not in filled and further not in filled:
                    continue
                cells = [kept.get((number, at), BLANK)]
                if further is not None:
                    cells.append(kept.get((number, further), BLANK))
                if may_say_no and cells[0].kind == "text" and cells[0].text.strip().casefold() in SAID_NO:
                    continue
                value = self._value(cells, column.field, (grid.sheet.name, number, at), column)
                if owning:
                    owner = value
                elif value is not None:
                    put_path(item, column.field.path, value)
            if item or owner or len(self.findings) > before:
                for group in grid.layout.groups:
                    made(item, group)
                yield Row(grid, number, item, owner)

    def _value(self, cells: list[Cell], item: Field, at: tuple[str, int, int], column: Column | None = None) -> Any:
        """The value of ``item`` in ``cells``, the one ``at`` (sheet, row, column) and that which goes on with its text; what is noticed
        is kept, at that place."""
        cell = cells[0]
        if len(cells) > 1 and cells[1].text:
            cell = Cell(long_text.join([cell.text, cells[1].text]), "text")
        if cell.percent and isinstance(cell.value, Decimal) and item.schema.get("x-points"):  # the workbook was drawn before the weights were points: 2 is typed as 2 %
            cell = cell._replace(value=cell.value.scaleb(2), percent=False)
        value, noticed = values.from_cell(cell, item, from_1904=self.book.from_1904)
        if noticed:
            title = dict(column.titles) if column else {lang: item.title(lang) for lang in ("it", "en")}
            self.findings += [f.at(place=Place(self.file, at[0], a1(at[1], at[2])), field=title) for f in noticed]
        return value

    def _columns(self, grid: Grid) -> None:
        """Says which columns are not read although something stands in them."""
        known, read_ = {c.key for c in grid.layout.columns} | {k + end for k in round_tables.old_columns(grid.layout.id) for end in ("", MORE)}, \
            set(grid.columns.values())
        known |= set(old_round(grid.layout))
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

    def _notice(self, code: str, place: Place, said: dict[str, Any]) -> None:
        self.findings.append(Finding(code, place, said))


def _round_ids(document: dict[str, Any]) -> None:
    """Put the ids of the rounds in the place of their names, wherever a row names one."""
    rounds = Rounds.from_plan(document)
    named = [row for part in ("evaluations", "requests", "considerations") for row in document.get(part, ())]
    named += [said for *_, item in round_tables.items(document) for part in ("readings", "revisions", "targets") for said in item.get(part, ())]
    for *_, item in (*round_tables.items(document), *(("", "", "", o) for o in document.get("objectives", ()))):
        if "due" in item:
            item["due"] = [str(rounds.parse(word) or word) for word in item["due"]]
    for row in named:
        round = rounds.parse(row["round"]) if isinstance(row.get("round"), str) else None
        if round is not None:
            row["round"] = str(round)
