"""The cells of a sheet that are open: what each accepts, and, as formulas, how many hold what they hardly should."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import MultiCellRange
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from perfxl.model import documents
from perfxl.model.fields import Field
from perfxl.model.readings import CLEARED
from perfxl.stages.issue.form import styles as look
from perfxl.stages.issue.form.draft import Draft
from perfxl.stages.issue.form.names import SLOT
from perfxl.workbook.binding import REVISED, STANDING
from perfxl.workbook.entry import doubtful

#: Kinds of fields that are a number in their cell.
NUMERIC = ("integer", "number", "percent", "money", "date")
#: Of a field in a column: its path, its kind of cell, its schema as text, the column.
_Key = tuple[tuple[str, ...], str, str, int]


@dataclass(frozen=True)
class _Range:
    """The open cells of a field in a column; ``end``: of a table, what the slots of its rows end with."""

    field: Field
    cells: MultiCellRange
    end: str | None


class OpenCells:
    """The open cells of ``sheet``; ``rows`` and ``columns`` of its tables, as they are drawn."""

    def __init__(self, draft: Draft, sheet: Worksheet, rows: Mapping[str, list[int]], columns: Mapping[str, dict[str, int]]):
        self.draft, self.sheet, self._rows, self._columns = draft, sheet, rows, columns
        self._rules: dict[tuple[_Key, bool], DataValidation] = {}
        self._ranges: dict[tuple[*_Key, str | None, int | None], _Range] = {}

    def add(self, f: Field, row: int, column: int, prompted: bool = False, end: str | None = None) -> None:
        """Put the cell under the validation of ``f``, one for all cells of the field in a column; orange where it holds what
        was hardly meant.

        ``prompted``: whether choosing the cell shows the help of the field. It lies over the cells below: only the first row of a
        table has it, beside a single cell the help stands. ``end``: of a table, what the slots of its rows end with.
        """
        key, cell = (f.path, f.cell, documents.dumps(f.schema, indent=None), column), f"{get_column_letter(column)}{row}"
        if (key, prompted) not in self._rules:
            labels = f.labels(self.draft.language)
            listed = self.draft.listed(labels.values()) if labels and look.needs_list(f, self.draft.language) else None
            validation = look.validation(f, self.draft.language, words=self.draft.words, first=cell, listed=listed)
            if not prompted:
                validation.prompt, validation.promptTitle, validation.showInputMessage = None, None, False
            if validation.prompt or validation.type:
                self.sheet.add_data_validation(validation)
            self._rules[key, prompted] = validation
        self._rules[key, prompted].add(cell)
        table = None if end is None else len(self._rows)  # fields of two tables may be alike in all: each is asked for in its own rows
        self._ranges.setdefault((*key, end, table), _Range(f, MultiCellRange(), end)).cells.add(cell)

    def rule_of(self, cell: str) -> DataValidation:
        """What ``cell`` accepts."""
        return next(rule for rule in self.sheet.data_validations.dataValidation if cell in rule.sqref)

    def _blocks(self) -> Iterator[tuple[Field, str, str]]:
        """Each field that is open, with its cells, of a table those of a column from the first to the last, and the factor that
        leaves out, in a SUMPRODUCT, the rows of other fields between them."""
        for of in self._ranges.values():
            blocks = [r.coord for r in of.cells.sorted()]
            (first, top), (last, bottom) = ((c[0], c[1:]) for c in (blocks[0].split(":")[0], blocks[-1].split(":")[-1]))
            slots = f"RIGHT(${get_column_letter(SLOT)}${top}:${get_column_letter(SLOT)}${bottom},1)"
            only = "" if of.end is None or top == bottom else f'*({slots}="{of.end}")' if of.end else \
                "".join(f'*({slots}<>"{other}")' for other in (STANDING, REVISED))
            yield of.field, f"${first}${top}" + (f":${last}${bottom}" if (first, top) != (last, bottom) else ""), only

    def small(self) -> list[str]:
        """How many open cells hold a percentage out of its limits, or above 0 and below a hundredth, or points out of theirs, as formulas."""
        return [f"SUMPRODUCT(ISNUMBER({where})*((({where}>0)*({where}<0.01)+({where}<0)+({where}>{about.schema.get('maximum', 100) / 100:g}))>0){only})"
                for about, where, only in self._blocks() if about.cell == "percent"] + [
                f"SUMPRODUCT(ISNUMBER({where})*((({where}<0)+({where}>{about.schema['maximum']}))>0){only})"
                for about, where, only in self._blocks() if about.schema.get("x-points")]

    def other_kind(self) -> list[str]:
        """How many open cells hold what their field cannot be: text for a number or a day, a word that is none of the list."""
        formulas = []
        for about, where, only in self._blocks():
            if about.cell in NUMERIC:
                spared = '*(RIGHT({0},2)<>"%%")' if about.cell == "percent" else f'*({{0}}<>"{CLEARED}")*({{0}}<>"-")' if about.clears else ""
                formulas.append(f'SUMPRODUCT(ISTEXT({where})*({where}<>""){spared.format(where)}{only})')
            elif about.cell in ("choice", "yesno"):
                labels = "".join(f'*({where}<>"{label}")' for label in about.labels(self.draft.language).values())
                formulas.append(f'SUMPRODUCT(({where}<>""){labels}{only})')
        return formulas

    def wanted(self) -> list[str]:
        """How many open cells are blank that the body wants filled in; of tables those of the rows that have an item."""
        return [f"SUMPRODUCT(LEN({where}))=0" if of.end is None else
                f'SUMPRODUCT(({where.replace(where[1], self._leads(where))}<>"")*({where}=""){only})>0'
                for (about, where, only), of in zip(self._blocks(), self._ranges.values(), strict=True) if about.schema.get("x-wanted")]

    def _leads(self, where: str) -> str:
        """The letter of the first column of the table that the cells at ``where`` belong to: where nothing stands there is no item."""
        top = int(where.partition(":")[0].rpartition("$")[2])
        table = next(t for t, rows in self._rows.items() if top in rows)
        return get_column_letter(min(self._columns[table].values()))

    def decimals(self) -> list[str]:
        """How many open cells hold a percentage with more decimals than are kept of it; the declared outcome is printed otherwise."""
        return [f"IFERROR(SUMPRODUCT((ABS({where}-ROUND({where},{4 if about.cell == 'percent' else 2}))>0.0000000001)*1{only}),0)" for about, where, only in self._blocks()
                if about.schema.get("x-points") or about.cell == "percent" and about.path[-2:] != ("reading", "percent")]

    def colour_doubts(self) -> None:
        """The colour of open cells that hold what was hardly meant."""
        for of in self._ranges.values():
            where = str(of.cells)
            formula = doubtful(of.field, where.split()[0].split(":")[0], "pxm_begins")
            if formula:
                look.doubt(self.sheet, where, formula)
