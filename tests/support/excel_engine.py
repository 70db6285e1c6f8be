"""An Excel for tests: an xlwings engine over openpyxl, made of xlwings' public base classes (BSD, no key).

What it lacks raises ``NotImplementedError``: a test that needs it fails. It does what Excel does where that is a trap: cells
copied to another workbook point back to the one they came from, text that begins with ``=`` becomes a formula when written
as one, protected sheets refuse, a merged area must be taken apart before it is written.
"""

import re
from copy import copy, deepcopy
from functools import cached_property, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import xlwings
from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.utils.datetime import to_excel
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.formula import ArrayFormula
from xlwings import base_classes


@lru_cache(maxsize=64)
def _names(content: bytes):
    """The names that a workbook defines, looked up once however often it is opened."""
    return load_workbook(BytesIO(content), read_only=True).defined_names


_SHEET_REF = re.compile(r"('(?:[^']|'')+'|[A-Za-zÀ-ÿ_][\w.]*)!")


class Box(NamedTuple):
    """A box that came up. ``kind``: the icon in it, ``info`` or ``critical``; ``text``: what it says."""

    kind: str
    text: str


class Refused(Exception):
    """What Excel would not do."""


class Engine:
    name, type = "openpyxl", "desktop"

    def __init__(self):
        self.apps = Apps(self)

    @staticmethod
    def prepare_xl_data_element(value, options):
        return value


class Apps(base_classes.Apps):
    def __init__(self, engine):
        self.engine, self.running = engine, []

    def add(self, spec=None, add_book=None, xl=None, visible=None):
        self.running.insert(0, App(self.engine))
        return self.running[0]

    def keys(self):
        return [a.pid for a in self.running]

    def __iter__(self):
        return iter(self.running)

    def __len__(self):
        return len(self.running)

    def __getitem__(self, pid):
        return next(a for a in self.running if a.pid == pid)


class App(base_classes.App):
    _pids = iter(range(100, 10_000))

    def __init__(self, engine):
        self.engine, self.pid = engine, next(self._pids)
        self.calculation, self.screen_updating, self.enable_events, self.display_alerts = "automatic", True, True, True
        self.status_bar, self.cut_copy_mode, self.visible, self.clipboard = False, False, True, None
        self.alerts, self.bars, self._books = [], [], Books(self)

    calculation: Any = None
    screen_updating: Any = None
    enable_events: Any = None
    display_alerts: Any = None
    cut_copy_mode: Any = None
    visible: Any = None
    engine: Any = None
    pid: Any = None

    @property
    def status_bar(self):
        return self._bar

    @status_bar.setter
    def status_bar(self, value):
        self._bar = value
        if hasattr(self, "bars"):
            self.bars.append(value)

    @property
    def books(self):
        return self._books

    def activate(self, steal_focus=False):
        self.steady_focus = not steal_focus

    def alert(self, prompt, title, buttons, mode, callback):
        self.alerts.append(Box(mode, prompt))
        return "ok"


class Books(base_classes.Books):
    def __init__(self, app):
        self.app, self.open_ones, self.address = app, [], None

    @property
    def active(self):
        return self.open_ones[0]

    def __call__(self, name_or_index):
        if isinstance(name_or_index, int):
            return self.open_ones[name_or_index - 1]
        for book in self.open_ones:
            if book.name.casefold() == name_or_index.casefold():
                return book
        raise KeyError(name_or_index)

    def __len__(self):
        return len(self.open_ones)

    def __iter__(self):
        return iter(list(self.open_ones))

    def open(self, fullname, update_links=None, read_only=None, *others):
        if self.address:  # a synchronised folder: Excel calls what it opens there by its address
            book: Book = RemoteBook(self.app, fullname, f"{self.address}/{Path(fullname).name}", fullname)
        else:
            book = Book(self.app, fullname, bool(read_only))
        self.open_ones.insert(0, book)
        return book


class Book(base_classes.Book):
    def __init__(self, app, fullname, read_only):
        self.app, self.fullname, self.read_only, self.saved = app, str(fullname), read_only, 0
        self.content = Path(fullname).read_bytes()
        self._sheets, self.looks, self.touched = {}, {}, False

    app: Any = None
    fullname: Any = None

    @cached_property
    def workbook(self):
        """As it was when it was opened; taken apart when it is first looked into."""
        return load_workbook(BytesIO(self.content), rich_text=True)

    @cached_property
    def front(self):
        return self.workbook.worksheets[0]

    @property
    def defined_names(self):
        return self.workbook.defined_names if "workbook" in vars(self) else deepcopy(_names(self.content))

    @property
    def api(self):
        return NativeBook(self)

    @property
    def name(self):
        return Path(self.fullname).name

    @property
    def sheets(self):
        return Sheets(self)

    @property
    def names(self):
        return Names(self)

    def wrap(self, worksheet):
        if id(worksheet) not in self._sheets:
            self._sheets[id(worksheet)] = Sheet(self, worksheet)
        return self._sheets[id(worksheet)]

    def activate(self):
        books = self.app.books.open_ones
        books.insert(0, books.pop(books.index(self)))

    def save(self, path=None, password=None):
        if self.read_only:
            raise Refused("read-only")
        if "workbook" in vars(self):
            self.workbook.save(self.fullname)
        self.saved, self.touched = self.saved + 1, False

    def close(self):
        self.app.books.open_ones.remove(self)


class RemoteBook(Book):
    """A workbook opened from the network: xlwings cannot say which file it is, or takes it for ``guess``. Saved, it turns up in
    ``synced``, when there is one."""

    def __init__(self, app, source, address, synced, guess=None):
        super().__init__(app, source, False)
        self.address, self.synced, self.guess = address, synced, guess

    @property
    def fullname(self):
        if getattr(self, "guess", None):
            return str(self.guess)
        if "address" in vars(self):
            raise xlwings.XlwingsError("Couldn't find the local path of " + self.address)
        return self._source

    @fullname.setter
    def fullname(self, value):
        self._source = value

    @property
    def name(self):
        return self.address.rpartition("/")[2]

    def save(self, path=None, password=None):
        self.saved, self.touched = self.saved + 1, False
        if self.synced:
            self.workbook.save(self.synced)


class NativeBook:
    """The part of Excel's own workbook that is used."""

    def __init__(self, book):
        self.ReadOnly, self.Saved = book.read_only, not book.touched
        self.FullName = getattr(book, "address", None) or book.fullname


class Sheets(base_classes.Sheets):
    def __init__(self, book):
        self.book = book

    @property
    def active(self):
        return self.book.wrap(self.book.front)

    def __call__(self, name_or_index):
        if isinstance(name_or_index, int):
            return self.book.wrap(self.book.workbook.worksheets[name_or_index - 1])
        return self.book.wrap(self.book.workbook[name_or_index])

    def __len__(self):
        return len(self.book.workbook.worksheets)

    def __iter__(self):
        return iter([self.book.wrap(ws) for ws in self.book.workbook.worksheets])

    def add(self, before=None, after=None, name=None):
        return self.book.wrap(_insert(self.book, name or "Foglio", before, after))


def _insert(book, name, before, after):
    sheets = book.workbook.worksheets
    at = sheets.index(before.ws) if before is not None else sheets.index(after.ws) + 1 if after is not None else 0
    return book.workbook.create_sheet(name, at)


class Sheet(base_classes.Sheet):
    def __init__(self, book, ws):
        self.book, self.ws = book, ws
        self._charts = list(ws._charts)

    book: Any = None

    @property
    def api(self):
        return Native(self.ws)

    @property
    def page_setup(self):
        return PageSetup(self.ws)

    @property
    def name(self):
        return self.ws.title

    @name.setter
    def name(self, value):
        self.ws.title = value

    @property
    def index(self):
        return self.book.workbook.worksheets.index(self.ws) + 1

    @property
    def visible(self):
        return self.ws.sheet_state == "visible"

    @visible.setter
    def visible(self, value):
        if not value and (self.book.front is self.ws or sum(ws.sheet_state == "visible" for ws in self.book.workbook.worksheets) == 1):
            raise Refused("the sheet in front, or the last one, cannot be hidden here")
        self.ws.sheet_state, self.book.touched = "visible" if value else "hidden", True

    @property
    def charts(self):
        return Charts(self)

    @property
    def used_range(self):
        return Range(self, 1, column=1, last_row=self.ws.max_row, last_column=self.ws.max_column)

    def range(self, arg1, arg2=None):
        if isinstance(arg1, Range):
            return Range(self, arg1.row, arg1.column, *((arg2 or arg1).row, (arg2 or arg1).column))
        if isinstance(arg1, str):
            first_column, first_row, column, row = range_boundaries(arg1)
            return Range(self, first_row, column=first_column, last_row=row, last_column=column)
        arg2 = arg2 or arg1
        return Range(self, *arg1, *arg2)

    def activate(self):
        self.book.front = self.ws

    def delete(self):
        """A sheet that goes leaves ``#REF!`` in the formulas that referred to it."""
        gone = (f"{self.name}!", "'" + self.name.replace("'", "''") + "'!")
        self.book.workbook.remove(self.ws)
        for ws in self.book.workbook.worksheets:
            for cell in ws._cells.values():
                if cell.data_type == "f" and isinstance(cell.value, str):
                    for name in gone:
                        cell.value = re.sub(rf"(?<![\w']){re.escape(name)}\$?[A-Z]+\$?\d+", "#REF!", cell.value)

    def copy(self, before, after):
        """A whole sheet: cells, sizes, rules of the cells, charts, protection."""
        place = before or after
        made = _insert(place.book, f"{self.ws.title} (2)" if self.ws.title in place.book.workbook.sheetnames else self.ws.title,
                       before, after)
        for key, of in (("row", self.ws.row_dimensions), ("column", self.ws.column_dimensions)):
            for index, dimension in of.items():
                new = copy(dimension)
                new.worksheet = made
                getattr(made, f"{key}_dimensions")[index] = new
        made.sheet_format, made.protection = copy(self.ws.sheet_format), copy(self.ws.protection)
        made.data_validations, made._charts = copy(self.ws.data_validations), [_backwards(c, self) for c in self.ws._charts]
        made.freeze_panes, made.auto_filter.ref = self.ws.freeze_panes, self.ws.auto_filter.ref
        made.print_area = self.ws.print_area.rpartition("!")[2] or None if self.ws.print_area else None
        made.print_title_rows, made.sheet_state = self.ws.print_title_rows, self.ws.sheet_state
        target = place.book.wrap(made)
        _copy_cells(Range(self, 1, column=1, last_row=self.ws.max_row, last_column=self.ws.max_column), target, 1, 1, native=True)
        return target


def _backwards(chart, sheet):
    """A chart copied to another workbook shows the cells of the one it came from, but for those of its own sheet."""
    made = deepcopy(chart)
    for series in made.series:
        for source in filter(None, (series.cat, series.val, *(getattr(series, k, None) for k in ("xVal", "yVal")))):
            ref = source.numRef or source.strRef
            if ref.f.rpartition("!")[0].strip("'") != sheet.name:
                ref.f = f"'[{sheet.book.name}]" + ref.f.lstrip("'").replace("!", "'!" if not ref.f.startswith("'") else "!")
    return made


class PageSetup(base_classes.PageSetup):
    def __init__(self, ws):
        self.ws = ws

    @property
    def print_area(self):
        return self.ws.print_area.rpartition("!")[2] or None

    @print_area.setter
    def print_area(self, value):
        self.ws.print_area = value


class Native:
    """The part of Excel's own object that is used: protection, filter."""

    def __init__(self, ws):
        self.ws = ws

    @property
    def AutoFilterMode(self):
        return self.ws.auto_filter.ref is not None

    @AutoFilterMode.setter
    def AutoFilterMode(self, value):
        if value or self.ws.protection.sheet:
            raise Refused("AutoFilterMode")
        self.ws.auto_filter = AutoFilter()

    def Unprotect(self):
        self.ws.protection.sheet = False

    def Protect(self, AllowFormattingColumns, AllowFormattingRows, AllowFiltering):
        self.ws.protection.sheet = True


class Series:
    """One series of a chart: its formula puts its ranges."""

    def __init__(self, chart, number):
        self.chart, self.series = chart, chart.series[number - 1]

    def Delete(self):
        self.chart.series.remove(self.series)

    def __setattr__(self, name, value):
        if name != "Formula":
            return super().__setattr__(name, value)
        _, categories, values, _ = value.removeprefix("=SERIES(").removesuffix(")").split(",")
        of = self.series
        for source, ref in ((of.cat or getattr(of, "xVal", None), categories), (of.val or getattr(of, "yVal", None), values)):
            if source:
                (source.numRef or source.strRef).f = ref


class NativeChart:
    def __init__(self, chart):
        self.chart = chart

    def SeriesCollection(self, number=None):
        if number is not None:
            return Series(self.chart, number)
        return AllSeries(self.chart)


class AllSeries:
    def __init__(self, chart):
        self.chart, self.Count = chart, len(chart.series)

    def NewSeries(self):
        self.chart.series.append(deepcopy(self.chart.series[-1]))


class Chart(base_classes.Chart):
    def __init__(self, sheet, chart):
        self.sheet, self.chart = sheet, chart

    @property
    def api(self):
        return None, NativeChart(self.chart)

    def delete(self):
        self.sheet.ws._charts.remove(self.chart)


class Charts(base_classes.Charts):
    def __init__(self, sheet):
        self.sheet = sheet

    def __len__(self):
        return len(self.sheet.ws._charts)

    def __call__(self, key):
        return Chart(self.sheet, self.sheet.ws._charts[key - 1])


class Range(base_classes.Range):
    def __init__(self, sheet, row, column, last_row, last_column):
        self.sheet, self.row, self.column = sheet, row, column
        self.shape = last_row - row + 1, last_column - column + 1
        self.options = {}

    sheet: Any = None
    row: Any = None
    column: Any = None
    shape: Any = None

    def __len__(self):
        return self.shape[0] * self.shape[1]

    @property
    def coords(self):
        return self.sheet.name, self.row, self.column, len(self)

    @property
    def api(self):
        return self

    @property
    def address(self):
        last = f"{get_column_letter(self.column + self.shape[1] - 1)}{self.row + self.shape[0] - 1}"
        return f"{get_column_letter(self.column)}{self.row}:{last}"

    def __call__(self, row, column=None):
        if column is None:
            row, column = divmod(row - 1, self.shape[1])
            row, column = row + 1, column + 1
        at = self.row + row - 1, self.column + column - 1
        return Range(self.sheet, *at, *at)

    def _cells(self):
        return self.sheet.ws.iter_rows(self.row, self.row + self.shape[0] - 1, self.column, self.column + self.shape[1] - 1)

    def _writable(self):
        if self.sheet.ws.protection.sheet:
            raise Refused(f"{self.sheet.name} is protected")
        if self.sheet.ws.auto_filter.filterColumn:
            raise Refused(f"a filter of {self.sheet.name} hides rows")
        self.sheet.book.touched = True

    @property
    def EntireColumn(self):
        return self

    @property
    def Hidden(self):
        return self.sheet.ws.column_dimensions[get_column_letter(self.column)].hidden

    @Hidden.setter
    def Hidden(self, value):
        self._writable()
        self.sheet.ws.column_dimensions[get_column_letter(self.column)].hidden = value

    def AutoFilter(self, Field):
        self._writable()
        if self.sheet.ws.auto_filter.ref:
            raise Refused("a filter of other rows is there")
        self.sheet.ws.auto_filter.ref = self.address

    @property
    def formula(self):
        formulas = [[_bar(cell) for cell in row] for row in self._cells()]
        return formulas[0][0] if self.shape == (1, 1) else tuple(map(tuple, formulas))

    @formula.setter
    def formula(self, value):
        self._writable()
        rows = [[value]] if isinstance(value, str) else value
        for cells, texts in zip(self._cells(), rows, strict=True):
            for cell, text in zip(cells, texts, strict=True):
                if isinstance(cell, MergedCell):
                    continue
                cell.value = text
                if isinstance(text, str) and text.startswith("="):
                    cell.data_type = "f"

    @property
    def raw_value(self):
        return [[cell.value for cell in row] for row in self._cells()]

    @raw_value.setter
    def raw_value(self, value):
        self._writable()
        rows = value if isinstance(value, (list, tuple)) else [[value]]
        rows = rows if isinstance(rows[0], (list, tuple)) else [rows]
        for cells, texts in zip(self._cells(), rows, strict=True):
            for cell, text in zip(cells, texts, strict=True):
                cell.value = text
                if isinstance(text, str) and cell.number_format == "@":
                    cell.data_type = "s"

    @property
    def number_format(self):
        return self.sheet.ws.cell(self.row, self.column).number_format

    @number_format.setter
    def number_format(self, value):
        for row in self._cells():
            for cell in row:
                cell.number_format = value

    @property
    def row_height(self):
        return self.sheet.ws.row_dimensions[self.row].height

    @row_height.setter
    def row_height(self, value):
        for row in range(self.row, self.row + self.shape[0]):
            self.sheet.ws.row_dimensions[row].height = value

    @property
    def column_width(self):
        return self.sheet.ws.column_dimensions[get_column_letter(self.column)].width

    @column_width.setter
    def column_width(self, value):
        self.sheet.ws.column_dimensions[get_column_letter(self.column)].width = value + 5 / 7

    def unmerge(self):
        self._writable()
        for merged in list(self.sheet.ws.merged_cells.ranges):
            if _meet(merged.bounds, self):
                self.sheet.ws.unmerge_cells(str(merged))

    def clear(self):
        """Values, formats, links, rules of colours: all that stands in the cells."""
        self._writable()
        if any(_meet(m.bounds, self) for m in self.sheet.ws.merged_cells.ranges):
            raise Refused("merged cells")
        for row in self._cells():
            for cell in row:
                self.sheet.ws._cells.pop((cell.row, cell.column), None)
        _drop_colours(self)

    def copy(self, destination=None):
        if destination is None:
            self.sheet.book.app.clipboard = self
            return
        target = destination.impl
        target._writable()
        rows = max(1, target.shape[0] // self.shape[0])
        for n in range(rows):
            _copy_cells(self, target.sheet, target.row + n * self.shape[0], target.column)

    def paste(self, paste=None, operation=None, skip_blanks=False, transpose=False):
        self._writable()
        source = self.sheet.book.app.clipboard
        assert source.shape == self.shape
        for old, new in zip(source._cells(), self._cells()):
            for one, other in zip(old, new):
                if paste == "values" and not isinstance(other, MergedCell):
                    other.value = "computed" if one.data_type == "f" else one.value
                    other.data_type = "s" if one.data_type == "f" else one.data_type
                elif paste == "formats" and not isinstance(one, MergedCell):
                    other._style = _style(one, self.sheet)
        if paste == "formats":
            _drop_colours(self)
            _copy_colours(source, self.sheet)
            for merged in source.sheet.ws.merged_cells.ranges:
                self.sheet.ws.merge_cells(str(merged))
        elif paste != "values":
            raise NotImplementedError(paste)


def _bar(cell):
    """What the formula bar shows."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, ArrayFormula):
        return value.text
    if hasattr(value, "year") or hasattr(value, "hour"):
        value = to_excel(value)
    return str(value).upper() if isinstance(value, bool) else str(value)


def _meet(bounds, area):
    left, top, right, bottom = bounds
    return not (right < area.column or left >= area.column + area.shape[1] or bottom < area.row or top >= area.row + area.shape[0])


def _style(cell, sheet):
    """The look of ``cell`` as the other workbook numbers it."""
    known = sheet.book.looks.setdefault(id(cell.parent.parent), {})
    if not cell.has_style:
        return StyleArray()
    key = tuple(cell._style)
    if key not in known:
        scratch = sheet.book.workbook.create_sheet("scratch").cell(1, 1)
        for part in ("font", "fill", "border", "alignment", "protection"):
            setattr(scratch, part, copy(getattr(cell, part)))
        scratch.number_format = cell.number_format
        scratch._style.pivotButton, scratch._style.quotePrefix = cell._style.pivotButton, cell._style.quotePrefix
        known[key] = copy(scratch._style)
        sheet.book.workbook.remove(scratch.parent)
    return copy(known[key])


def _copy_cells(source, sheet, row, column, native=False):
    """Cells as Excel copies them: from another workbook, references to other sheets point back to it."""
    foreign = source.sheet.book is not sheet.book
    down, right = row - source.row, column - source.column
    for cells in source._cells():
        for cell in cells:
            if isinstance(cell, MergedCell) or (cell.value is None and not cell.has_style):
                continue
            new = sheet.ws.cell(cell.row + down, cell.column + right)
            value = cell.value
            if cell.data_type == "f" and foreign:
                text = value.text if isinstance(value, ArrayFormula) else value
                value = _SHEET_REF.sub(lambda m: f"'[{source.sheet.book.name}]{m[1].strip(chr(39))}'!", text)
            new._value, new.data_type, new._style = value, cell.data_type, _style(cell, sheet)
            if cell.hyperlink:
                new.hyperlink = copy(cell.hyperlink)
                new.hyperlink.ref = new.coordinate
                new._style = _style(cell, sheet)
    for merged in source.sheet.ws.merged_cells.ranges:
        left, top, last, bottom = merged.bounds
        if _meet(merged.bounds, source):
            sheet.ws.merge_cells(start_row=top + down, end_row=bottom + down, start_column=left + right, end_column=last + right)
    if down == right == 0:
        _drop_colours(Range(sheet, row, column=column, last_row=row + source.shape[0] - 1, last_column=column + source.shape[1] - 1))
        _copy_colours(source, sheet)
    if not native and foreign:
        sheet.ws._charts += source.sheet.ws._charts


def _drop_colours(area):
    rules = area.sheet.ws.conditional_formatting._cf_rules
    for ranges in [r for r in rules if any(_meet(c.bounds, area) for c in r.sqref.ranges)]:
        del rules[ranges]


def _copy_colours(source, sheet):
    for ranges in source.sheet.ws.conditional_formatting:
        for rule in ranges.rules:
            sheet.ws.conditional_formatting.add(str(ranges.sqref), copy(rule))


class Names(base_classes.Names):
    def __init__(self, book):
        self.book, self.of = book, book.defined_names

    def __len__(self):
        return len(self.of)

    def __call__(self, key):
        name = list(self.of)[key - 1] if isinstance(key, int) else key
        return Name(self.book, name)

    def contains(self, key):
        return key in self.of

    def add(self, name, refers_to):
        self.book.workbook.defined_names[name] = DefinedName(name, attr_text=refers_to.removeprefix("="))
        return Name(self.book, name)


class Name(base_classes.Name):
    def __init__(self, book, name):
        self.book, self._name = book, name

    @property
    def name(self):
        return self._name

    @name.setter
    def name(self, value):
        raise NotImplementedError(value)

    @property
    def refers_to(self):
        return "=" + self.book.defined_names[self._name].attr_text

    @refers_to.setter
    def refers_to(self, value):
        self.book.workbook.defined_names[self._name].attr_text = value.removeprefix("=")

    @property
    def api(self):
        return self

    @property
    def Visible(self):
        return not self.book.workbook.defined_names[self._name].hidden

    @Visible.setter
    def Visible(self, value):
        self.book.workbook.defined_names[self._name].hidden = not value

    def delete(self):
        del self.book.workbook.defined_names[self._name]


def start():
    """A running Excel; ``xlwings.engines.active`` is this engine until another is."""
    engine = xlwings.Engine(impl=Engine())
    engine.activate()
    return xlwings.App(impl=engine.impl.apps.add())


def open_remote(app, source, address, synced=None, guess=None):
    """What stands in the file ``source``, opened by the user from the network."""
    app.impl.books.open_ones.insert(0, RemoteBook(app.impl, source, address, synced, guess))
    return app.books[0]


def open_book(app, path):
    """A workbook opened by the user."""
    return app.books.open(str(path))
