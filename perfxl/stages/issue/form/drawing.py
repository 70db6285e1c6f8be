"""One sheet of a master being drawn from top to bottom."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.cell_range import MultiCellRange
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from perfxl.model import documents
from perfxl.model.fields import Field
from perfxl.model.readings import CLEARED
from perfxl.model.texts import Texts
from perfxl.stages.issue.form import styles as look
from perfxl.stages.issue.form.styles import Look
from perfxl.workbook.binding import REVISED, STANDING, STORY_SLOTS, Table
from perfxl.workbook.entry import doubtful
from perfxl.workbook.patch import measure
from perfxl.workbook.patch.cells import LINE_POINTS

LABEL, VALUE, WEIGHT, HELP, LAST, SLOT, CALC, CALC2, CALC3 = 1, 2, 3, 3, 10, 11, 12, 13, 14
#: The last column that formulas work in, hidden as those from ``SLOT`` on.
HIDDEN_LAST = 31
#: The column of the degrees that the worst of the results is sought in.
LEAST = 20
WIDTHS = {1: 36, 2: 84, **{c: 12 for c in range(3, 10)}, 10: 16, 11: 6, 12: 9, 13: 9}
#: Characters of a help that are seen beside a single cell on a laptop's screen; of a longer one the prompt says all.
BESIDE = 78
#: Kinds of fields that are a number in their cell.
NUMERIC = ("integer", "number", "percent", "money", "date")
#: Characters that a full cell of the wide column shows.
_FULL_CELL = 2_667


@dataclass
class Draft:
    """A master being drawn: its workbook, kind of round and language, and the lists that its hidden sheet holds."""

    book: Workbook
    round: str
    language: str
    words: Texts
    look: Look = field(default_factory=Look)
    lists: dict[tuple, str] = field(default_factory=dict)
    rooms: Mapping[str, int] = field(default_factory=dict)

    def room(self, table: Table) -> int:
        """How many items a block has rows for: more than usual where some sector of the plan holds more (``rooms``)."""
        return max(table.slots, self.rooms.get(table.array[-1], 0))

    def name(self, name: str, sheet: Worksheet, top: int, left: int, bottom: int | None = None, right: int | None = None) -> None:
        """Define ``name`` as a cell or a rectangle of ``sheet``."""
        place = f"${get_column_letter(left)}${top}"
        if bottom is not None:
            place += f":${get_column_letter(right or left)}${bottom}"
        self.constant(name, f"'{sheet.title}'!{place}")

    def constant(self, name: str, text: str) -> None:
        """Define ``name`` as ``text``, a formula without its equals sign."""
        self.book.defined_names[name] = DefinedName(name, attr_text=text)

    def listed(self, labels: Iterable[str]) -> str:
        """The range of the hidden sheet that holds ``labels``, written there at the first call."""
        key = tuple(labels)
        if key not in self.lists:
            sheet, column = self.book["_perfxl"], 3 + len(self.lists)
            for row, label in enumerate(key, 1):
                sheet.cell(row, column, label)
            letter = get_column_letter(column)
            self.lists[key] = f"_perfxl!${letter}$1:${letter}${len(key)}"
        return self.lists[key]


def story_cells(f: Field) -> int:
    """How many cells a long field has on the form: each shows about 25 lines."""
    limit = f.schema.get("maxLength", 8_000)
    return 1 if f.cell != "long" or limit <= 2_500 else -(-limit // _FULL_CELL)


class Canvas:
    """A sheet with a cursor. ``prefix`` is put before field names (``px_`` or ``pxs_``)."""

    def __init__(self, draft: Draft, sheet: Worksheet, prefix: str, widths: dict[int, float], last: int = LAST):
        self.draft, self.sheet, self.prefix, self.widths, self.last, self.row = draft, sheet, prefix, widths, last, 1
        self.at: dict[str, str] = {}
        self.rows: dict[str, list[int]] = {}
        self.columns: dict[str, dict[str, int]] = {}
        self._rules: dict[tuple, DataValidation] = {}
        self._checked: dict[tuple, tuple[Field, MultiCellRange, str | None]] = {}
        for column, width in widths.items():
            sheet.column_dimensions[get_column_letter(column)].width = width
        sheet.sheet_view.showGridLines = False
        sheet.sheet_view.zoomScale = 90

    # -- cells
    def put(self, column: int, value, part: str, number_format: str = "General", row: int | None = None):
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

    def validate(self, f: Field, row: int, column: int, prompted: bool = False, end: str | None = None) -> None:
        """Put the cell under the validation of ``f``, one for all cells of the field in a column; orange where it holds what
        was hardly meant.

        ``prompted``: whether choosing the cell shows the help of the field. It lies over the cells below: only the first row of a
        table has it, beside a single cell the help stands. ``end``: of a table, what the slots of its rows end with.
        """
        key, cell = (f.path, f.cell, documents.dumps(f.schema, indent=None), column), f"{get_column_letter(column)}{row}"
        if (key, prompted) not in self._rules:
            labels = f.labels(self.draft.language)
            listed = self.draft.listed(labels.values()) if labels and look.needs_list(f, self.draft.language) else None
            found = look.validation(f, self.draft.language, words=self.draft.words, first=cell, listed=listed)
            if not prompted:
                found.prompt, found.promptTitle, found.showInputMessage = None, None, False
            if found.prompt or found.type:
                self.sheet.add_data_validation(found)
            self._rules[key, prompted] = found
        self._rules[key, prompted].add(cell)
        table = None if end is None else len(self.rows)  # fields of two tables may be alike in all: each is asked for in its own rows
        self._checked.setdefault((*key, end, table), (f, MultiCellRange(), end))[1].add(cell)

    def field(self, f: Field, row: int, column: int, *, wide: bool, open_: bool | None = None, prompted: bool = False,
              end: str | None = None) -> bool:
        """Format a cell for ``f``; whether it is open in this round."""
        opened = f.opens(self.draft.round) if open_ is None else open_
        moment = self.draft.round if opened else f.moment
        self.draft.look.paint(self.sheet.cell(row, column), kind=f.cell, moment=moment, open_=opened, wide=wide)
        if opened:
            self.validate(f, row, column=column, prompted=prompted, end=end)
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

    def rule_of(self, cell: str) -> DataValidation:
        """What ``cell`` accepts."""
        return next(rule for rule in self.sheet.data_validations.dataValidation if cell in rule.sqref)

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

    def _blocks(self) -> Iterator[tuple[Field, str, str]]:
        """Each field that is open, with its cells, of a table those of a column from the first to the last, and the factor that
        leaves out, in a SUMPRODUCT, the rows of other fields between them."""
        for about, cells, end in self._checked.values():
            found = [r.coord for r in cells.sorted()]
            (first, top), (last, bottom) = ((c[0], c[1:]) for c in (found[0].split(":")[0], found[-1].split(":")[-1]))
            slots = f"RIGHT(${get_column_letter(SLOT)}${top}:${get_column_letter(SLOT)}${bottom},1)"
            only = "" if end is None or top == bottom else f'*({slots}="{end}")' if end else \
                "".join(f'*({slots}<>"{other}")' for other in (STANDING, REVISED))
            yield about, f"${first}${top}" + (f":${last}${bottom}" if (first, top) != (last, bottom) else ""), only

    def small(self) -> list[str]:
        """How many open cells hold a percentage out of its limits, or above 0 and below a hundredth, or points out of theirs, as formulas."""
        return [f"SUMPRODUCT(ISNUMBER({where})*((({where}>0)*({where}<0.01)+({where}<0)+({where}>{about.schema.get('maximum', 100) / 100:g}))>0){only})"
                for about, where, only in self._blocks() if about.cell == "percent"] + [
                f"SUMPRODUCT(ISNUMBER({where})*((({where}<0)+({where}>{about.schema['maximum']}))>0){only})"
                for about, where, only in self._blocks() if about.schema.get("x-points")]

    def other_kind(self) -> list[str]:
        """How many open cells hold what their field cannot be: text for a number or a day, a word that is none of the list."""
        found = []
        for about, where, only in self._blocks():
            if about.cell in NUMERIC:
                spared = '*(RIGHT({0},2)<>"%%")' if about.cell == "percent" else f'*({{0}}<>"{CLEARED}")*({{0}}<>"-")' if about.clears else ""
                found.append(f'SUMPRODUCT(ISTEXT({where})*({where}<>""){spared.format(where)}{only})')
            elif about.cell in ("choice", "yesno"):
                labels = "".join(f'*({where}<>"{label}")' for label in about.labels(self.draft.language).values())
                found.append(f'SUMPRODUCT(({where}<>""){labels}{only})')
        return found

    def wanted(self) -> list[str]:
        """How many open cells are blank that the body wants filled in; of tables those of the rows that have an item."""
        return [f"SUMPRODUCT(LEN({where}))=0" if end is None else
                f'SUMPRODUCT(({where.replace(where[1], self._leads(where))}<>"")*({where}=""){only})>0'
                for (about, where, only), (*_, end) in zip(self._blocks(), self._checked.values(), strict=True) if about.schema.get("x-wanted")]

    def _leads(self, where: str) -> str:
        """The letter of the first column of the table that the cells at ``where`` belong to: where nothing stands there is no item."""
        top = int(where.partition(":")[0].rpartition("$")[2])
        table = next(t for t, rows in self.rows.items() if top in rows)
        return get_column_letter(min(self.columns[table].values()))

    def decimals(self) -> list[str]:
        """How many open cells hold a percentage with more decimals than are kept of it; the declared outcome is printed otherwise."""
        return [f"IFERROR(SUMPRODUCT((ABS({where}-ROUND({where},{4 if about.cell == 'percent' else 2}))>0.0000000001)*1{only}),0)" for about, where, only in self._blocks()
                if about.schema.get("x-points") or about.cell == "percent" and about.path[-2:] != ("reading", "percent")]

    def _doubts(self) -> None:
        """The colour of open cells that hold what was hardly meant."""
        for about, cells, _ in self._checked.values():
            where = str(cells)
            formula = doubtful(about, where.split()[0].split(":")[0], "pxm_begins")
            if formula:
                look.doubt(self.sheet, where, formula)

    def finish(self, repeat: str, frozen: str) -> None:
        """Page set-up, protection, hidden columns."""
        self._doubts()
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

