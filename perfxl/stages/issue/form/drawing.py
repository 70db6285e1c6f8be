"""One sheet of a master being drawn from top to bottom."""


from collections.abc import Mapping

from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from perfxl.model.fields import Field
from perfxl.stages.issue.form import styles as look
from perfxl.stages.issue.form.draft import Draft
from perfxl.stages.issue.form.names import SLOT
from perfxl.stages.issue.form.open_cells import OpenCells
from perfxl.workbook.binding import REVISED, STANDING, STORY_SLOTS, Table
from perfxl.workbook.patch import measure
from perfxl.workbook.patch.sheet_rows import LINE_POINTS

LABEL, VALUE, WEIGHT, HELP, LAST, CALC, CALC2, CALC3 = 1, 2, 3, 3, 10, 12, 13, 14
#: The last column that formulas work in, hidden as those from ``SLOT`` on.
HIDDEN_LAST = 31
#: The column of the degrees that the worst of the results is sought in.
LEAST = 20
WIDTHS: dict[int, float] = {1: 36, 2: 84, **{c: 12 for c in range(3, 10)}, 10: 16, 11: 6, 12: 9, 13: 9}
#: Characters of a help that are seen beside a single cell on a laptop's screen; of a longer one the prompt says all.
BESIDE = 78
#: Characters that a full cell of the wide column shows.
_FULL_CELL = 2_667


def story_cells(f: Field) -> int:
    """How many cells a long field has on the form: each shows about 25 lines."""
    limit = f.schema.get("maxLength", 8_000)
    return 1 if f.cell != "long" or limit <= 2_500 else -(-limit // _FULL_CELL)


class Canvas:
    """A sheet with a cursor. ``prefix`` is put before field names (``px_`` or ``pxs_``)."""

    def __init__(self, draft: Draft, sheet: Worksheet, prefix: str, widths: Mapping[int, float], last: int = LAST):
        self.draft, self.sheet, self.prefix, self.widths, self.last, self.row = draft, sheet, prefix, widths, last, 1
        self.at: dict[str, str] = {}
        self.rows: dict[str, list[int]] = {}
        self.columns: dict[str, dict[str, int]] = {}
        self.open = OpenCells(draft, sheet, self.rows, self.columns)
        for column, width in widths.items():
            sheet.column_dimensions[get_column_letter(column)].width = width
        sheet.sheet_view.showGridLines = False
        sheet.sheet_view.zoomScale = 90

    # -- cells
    def put(self, column: int, value: str | float | None, part: str, number_format: str = "General", row: int | None = None) -> Cell:
        """Write a cell of the form's own; the cell."""
        row = row or self.row
        cell = self.sheet.cell(row, column, value)
        self.draft.look.dress(cell, part, number_format)
        if part in look.WRAPPED and isinstance(value, str) and not value.startswith("="):
            lines = measure.lines(value, self.widths[column], look.SIZE * look.WRAPPED[part])
            dimension = self.sheet.row_dimensions[row]
            if lines > 1:
                dimension.height = max(dimension.height or 0, lines * LINE_POINTS + 2)
        return cell

    def named(self, name: str, column: int, row: int | None = None) -> str:
        """Name a cell; its absolute address."""
        row = row or self.row
        self.draft.name(name, self.sheet, row, column)
        return f"${get_column_letter(column)}${row}"

    def own(self, key: str) -> str:
        """The name of a computed cell of this sheet: ``pxc_<key>``, or ``pxsc_<key>`` on the short sheet."""
        return f"{self.prefix.rstrip('_')}c_{key}"

    def banner(self, value: str, part: str = "banner", height: float = 24) -> None:
        """A full-width dark row."""
        for column in range(1, self.last + 1):
            self.put(column, value if column == 1 else None, part)
        self.sheet.row_dimensions[self.row].height = height
        self.row += 1

    def section(self, text: str) -> None:
        """A heading over the whole width, after a blank row."""
        self.row += 1
        for column in range(1, self.last + 1):
            self.put(column, text if column == 1 else None, "section")
        self.sheet.row_dimensions[self.row].height = 19
        self.row += 1

    def caption(self, text: str, help_: str) -> None:
        """The title of a table with its help beside."""
        self.row += 1
        self.put(LABEL, text, "caption")
        self.put(HELP, help_, "help")
        self.row += 1

    def field(self, f: Field, row: int, column: int, *, wide: bool, open_: bool | None = None, prompted: bool = False,
              end: str | None = None) -> bool:
        """Format a cell for ``f``; whether it is open in this round."""
        opened = f.opens(self.draft.round) if open_ is None else open_
        moment = self.draft.round if opened else f.moment
        self.draft.look.paint(self.sheet.cell(row, column), kind=f.cell, moment=moment, open_=opened, wide=wide)
        if opened:
            self.open.add(f, row, column=column, prompted=prompted, end=end)
        return opened

    # -- single fields
    def scalar(self, f: Field, open_: bool | None = None) -> None:
        """A row (or more, for a long text) with the field's label, its cell and its help."""
        language, cells = self.draft.language, story_cells(f)
        first = self.row
        for number in range(cells):
            label = f.title(language) if number == 0 else self.draft.words("continued")
            self.put(LABEL, label, "label" if number == 0 else "echo")
            self.field(f, self.row, VALUE, wide=True, open_=open_, prompted=number == 0 and len(f.description(language)) > BESIDE)
            self.row += 1
        self.put(HELP, self.help_of(f), "beside", row=first)
        name = self.prefix + "__".join(f.path)
        self.draft.name(name, self.sheet, top=first, left=VALUE, bottom=self.row - 1 if cells > 1 else None)
        self.at["/".join(f.path)] = f"$B${first}" + (f":$B${self.row - 1}" if cells > 1 else "")

    def help_of(self, f: Field) -> str:
        """The field's help, as much of it as one printed line holds."""
        return look.shortened(f.description(self.draft.language), 125)

    def computed(self, key: str, label: str, formula: str, number_format: str = "General", part: str = "computed") -> None:
        """A row with a formula that later formulas and the summary find by name."""
        self.put(LABEL, label, "label")
        self.put(VALUE, formula, part, number_format)
        self.at[key] = self.named(self.own(key), VALUE)
        self.row += 1

    # -- tables
    def table(self, table: Table, places: dict[str, int], *, slot: int = SLOT, titles: dict[str, str] | None = None,
              prompted: bool = True) -> None:
        """The block of ``table``: hidden keys, header, a row for each slot and, below it, one for what is in force and one
        for what this round changes."""
        top, language = self.row, self.draft.language
        below = [(fields, end) for fields, end in ((table.standing, STANDING), (table.revisions, REVISED)) if fields]
        self.keys(places, slot)
        for f in table.columns:
            self.put(places[f.key], f.title(language), "head")
        for key, title in (titles or {}).items():
            self.put(places[key], title, "head")
        heads = {f.key: f.title(language) for f in table.columns}
        for f in table.revisions or table.standing:
            if f.below != f.key:
                title = next((r.title(language) for r in table.revisions if r.key == f.key), f.title(language))
                self.put(places[f.below], self.draft.words("head_below", title=heads[f.below], below=title), "head")
        self.row += 1
        self.rows[table.id], self.columns[table.id] = [], places
        for number in range(1, self.draft.room(table) + 1):
            self.rows[table.id].append(self.row)
            for f in table.columns:
                self.field(f, self.row, places[f.key], wide=f.cell in ("text", "long", "choice"), prompted=prompted and number == 1, end="")
            self.slot(str(number), slot)
            for fields, end in below:
                self.put(LABEL, self.draft.words("revision_row" if end == REVISED else "standing_row"), "echo")
                for f in fields:
                    self.field(f, self.row, places[f.below], wide=f.cell in ("text", "long", "choice"), prompted=prompted and number == 1, end=end)
                self.slot(f"{number}{end}", slot)
        right = max([slot, *places.values()])
        self.draft.name(f"{self.prefix}t_{table.id}", self.sheet, top=top, left=1, bottom=self.row - 1, right=right)

    def story(self, table: Table, text: Field) -> DataValidation:
        """The block of a narrative: the phase and the text, row after row; the list of the phases, whose range is still to be
        said."""
        top = self.row
        self.keys({"phase": LABEL, "text": VALUE}, SLOT)
        self.put(LABEL, self.draft.words("story_phase"), "head")
        self.put(VALUE, text.title(self.draft.language), "head")
        self.row += 1
        self.rows[table.id] = []
        chooser = look.validation(text, self.draft.language, self.draft.words, f"B{self.row}")
        if text.opens(self.draft.round):
            chooser.type, chooser.operator, chooser.showErrorMessage = "list", None, False
            chooser.prompt, chooser.promptTitle, chooser.showInputMessage = None, None, False  # the help above says it
            self.sheet.add_data_validation(chooser)
        for number in range(1, STORY_SLOTS + 1):
            self.rows[table.id].append(self.row)
            opened = self.field(text, self.row, VALUE, wide=True)
            self.draft.look.paint(self.sheet.cell(self.row, LABEL), kind="text", open_=opened,
                                  moment=self.draft.round if opened else text.moment)
            if opened:
                chooser.add(f"A{self.row}")
            self.slot(str(number), SLOT)
        self.draft.name(f"{self.prefix}t_{table.id}", self.sheet, top=top, left=1, bottom=self.row - 1, right=SLOT)
        return chooser

    def keys(self, places: dict[str, int], slot: int) -> None:
        """The hidden row of keys."""
        for key, column in (*places.items(), ("#", slot)):
            self.put(column, key, "hidden")
        self.sheet.row_dimensions[self.row].hidden = True
        self.row += 1

    def slot(self, slot: str, column: int) -> None:
        """Write the slot of the row, and go to the next."""
        self.put(column, slot, "hidden", "@")
        self.row += 1

    def finish(self, repeat: str, frozen: str) -> None:
        """Page set-up, protection, hidden columns."""
        self.open.colour_doubts()
        sheet = self.sheet
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        margins = sheet.page_margins
        margins.left = margins.right = 0.4
        margins.top, margins.bottom, margins.header, margins.footer = 0.45, 0.6, 0.25, 0.3
        sheet.print_title_rows, sheet.freeze_panes = repeat, frozen
        sheet.oddFooter.left.text, sheet.oddFooter.left.size = "PX1", 7
        sheet.oddFooter.right.text, sheet.oddFooter.right.size = self.draft.words("page"), 8
        protect(sheet)


def protect(sheet: Worksheet) -> None:
    """Lock what is not open, without a password; heights and widths stay free, so that hidden rows can be shown."""
    guard = sheet.protection
    guard.sheet, guard.formatRows, guard.formatColumns = True, False, False
    guard.objects = guard.scenarios = True

