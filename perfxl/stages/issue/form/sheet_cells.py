"""The cells of an objective sheet that is being drawn, as its formulas speak of them.

What is in force of an item stands in its row or in one of those below it: what earlier rounds changed, what this round changes.
"""

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from perfxl.model.fields import Field
from perfxl.model.rounds import REPORTING
from perfxl.stages.issue.form import styles as look
from perfxl.stages.issue.form.arithmetic import not_due
from perfxl.stages.issue.form.draft import Draft
from perfxl.stages.issue.form.drawing import LABEL, WIDTHS, Canvas
from perfxl.stages.issue.form.names import SHORT, TOLD, short
from perfxl.stages.issue.form.table_places import Cells, places, shown_in
from perfxl.workbook.binding import Table, objective_scalars, objective_tables


class SheetCells:
    """One objective sheet, ``full`` or short: what it shows in this round, and where.

    Addresses of hidden cells: ``typed``, the outcome as typed; ``declared``, the figure that it counts as; ``state``, the status that
    follows; ``achieved``, whether it is in full; ``weight_typed``; ``born``, whether the objective was born in this round. ``years``: the
    row of its days.
    """

    typed: str
    declared: str
    state: str
    achieved: str
    weight_typed: str
    born: str
    years: int

    def __init__(self, draft: Draft, sheet: Worksheet, extension: tuple[Field, ...], full: bool):
        self.draft, self.words, self.round, self.full = draft, draft.words, draft.round, full
        self.extension = tuple(f for f in extension if f.shows(draft.round))
        self.canvas = Canvas(draft, sheet, "px_" if full else "pxs_", WIDTHS)
        self.scalars = {"/".join(f.path): f for f in objective_scalars() if f.shows(draft.round)}
        self.tables = {t.id: shown_in(t, draft.round) for t in objective_tables() if t.shown(draft.round)}
        self.reports = draft.round in REPORTING

    def scalar(self, path: str) -> None:
        f = self.scalars.get(path)
        if f and (self.full or f.path[0] == "holding" or short(f.path) in SHORT):
            locked = not self.full and f.path[0] == "sheet"
            self.canvas.scalar(f, False if locked else None)

    def at(self, path: str) -> str:
        """Address of a single cell of this sheet; an empty text, as formulas write it, when it has none."""
        return self.canvas.at.get(path, '""')

    def first(self, *paths: str) -> str:
        """The formula of the first of the cells at ``paths`` that is not blank; those that the form has not are passed over."""
        *ahead, last = [self.at(p) for p in paths if p == paths[-1] or p in self.canvas.at]
        for cell in reversed(ahead):
            last = f'IF({cell}<>"",{cell},{last})'
        return last

    def label(self, path: str, value: str) -> str:
        """What users see for ``value`` of the choice at ``path``, as formulas write it."""
        return f'"{self.scalars[path].labels(self.draft.language)[value]}"'

    def cells(self, table: str, column: int) -> Cells:
        """The item rows of ``table`` in ``column``."""
        return Cells(get_column_letter(column), tuple(self.canvas.rows[table]))

    def echo(self, column: int, formula: str, row: int, part: str = "echo", number_format: str = "General") -> None:
        self.canvas.put(column, formula, part, number_format, row=row)

    def identify(self, row: int, source: int, kept: bool = False) -> None:
        """The id of the item that row ``source`` holds: for the eye, the slot is what joins the two; ``kept``: unless it was dropped."""
        none = f'OR(A{source}="",{self.dropped(source)})' if kept and self.below(source) else f'A{source}=""'
        self.canvas.put(LABEL, f'=IF({none},"",A{source})', "computed", row=row)

    def put_item(self, row: int, source: int) -> None:
        """Which item the plan's row ``source`` holds, with its text: for the eye, the slot is what joins the two."""
        text = self.force("B", source)
        short = f'IF(LEN({text})>{TOLD},LEFT({text},{TOLD - 1})&"…",{text}&"")'
        self.canvas.put(LABEL, f'=IF(A{source}="","",A{source}&" – "&{short})', "item", row=row)

    def below(self, row: int) -> list[int]:
        """The rows below the item of ``row``: of what this round changes, then of what is in force from before."""
        own = self.tables["phases"]
        return {"plan": [], "final": [row + 1]}.get(self.round, [row + 2, row + 1]) if own.standing or own.revisions else []

    def force(self, column: str, row: int, blank: bool = False) -> str:
        """The formula of what is in force in ``column`` of the item of ``row``; with ``blank``, an empty text where nothing is."""
        formula = f'IF({column}{row}="","",{column}{row})' if blank else f"{column}{row}"
        for below in reversed(self.below(row)):
            formula = f'IF({column}{below}<>"",{column}{below},{formula})'
        return formula

    def dropped(self, row: int) -> str:
        """The condition that the item of ``row`` was dropped, as the hidden cell beside it says."""
        return f"X{row}" if self.below(row) else "FALSE"

    def reason_below(self, row: int, fixed: str = "") -> str:
        """The condition that a reason for dropping the item of ``row`` stands below it, in J."""
        parts = [f'{fixed}J{below}<>""' for below in self.below(row)]
        return parts[0] if len(parts) == 1 else f"OR({','.join(parts)})"

    def also_kept(self, row: int) -> str:
        """The condition that the item of ``row`` was not dropped, to be added to others."""
        return "".join(f',$J{below}=""' for below in self.below(row))

    def kept_factor(self, table_id: str) -> str:
        """The factor, in a SUMPRODUCT over a table, that leaves out the items that were dropped."""
        rows = self.canvas.rows[table_id]
        offsets = [below - rows[0] for below in self.below(rows[0])]
        return "".join(f'*($J${rows[0] + n}:$J${rows[-1] + n}="")' for n in offsets)

    @property
    def not_weighted(self) -> str:
        """What the phases that are out of the year's weights say."""
        weighting = next(f for f in self.tables["phases"].columns if f.key == "weighting")
        return weighting.labels(self.draft.language)["not_weighted"]

    def not_due(self, table_id: str, source: int) -> str:
        """The condition that the item in row ``source`` of a table is not to be reported at this round."""
        rows = self.canvas.rows
        return not_due(f"$J{rows[f'{table_id}_more'][rows[table_id].index(source)]}")

    def columns_of(self, table_id: str) -> dict[str, int]:
        """Column by key of a table."""
        return places(self.tables[table_id])

    def ways(self) -> dict[str, str]:
        """What users see for each way of measuring a result."""
        return next(f for f in self.tables["results"].columns if f.key == "direction").labels(self.draft.language)

    def white_without_item(self, table: Table) -> None:
        """White where the plan has no item in the row."""
        rows = self.canvas.rows[table.id]
        for f in table.columns[1:]:
            letter = get_column_letter(places(table)[f.key])
            look.unused(self.canvas.sheet, f"{letter}{rows[0]}:{letter}{rows[-1]}", f'AND($A{rows[0]}="",{letter}{rows[0]}="")')
