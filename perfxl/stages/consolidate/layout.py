"""Where the figures stand: addresses that one sheet gives to the others, known before any is written."""

from dataclasses import dataclass

from perfxl.model.rounds import Round
from perfxl.model.texts import Texts
from perfxl.stages.consolidate.book import Book, a1, span
from perfxl.stages.consolidate.links import quoted
from perfxl.stages.consolidate.view import Assignment, View
from perfxl.stages.review.blocks import BLOCKS, CONFLICTS, CONSIDERATIONS, EVALUATIONS, LISTS, REQUESTS

#: Rows under a sector's table, in order: the parts of a mean as the document names them.
PARTS = ("outcome", "denominator", "coverage", "without_missing", "missing_as_zero", "missing_as_last")
#: Columns of the calculation of the sectors below one, in each round.
UNIT_PARTS = ("weight", "inside", "without_missing", "missing_as_zero", "missing_as_last", "coverage")
#: First row of objectives on a sector sheet; the header is the row above.
FIRST = 6
#: The row of the header of the dashboard's table of sectors, and its column of codes; on other sheets the row of the header.
TABLE_ROW, CODE, TOP = 8, 1, 3
#: Of the dashboard: the left half has code, title over three columns, five figures; a gap; the right half holds the charts.
TITLE, TITLE_END, FIGURES, GAP, CHARTS, LAST = 2, 4, 5, 10, 11, 18
#: Height of its chart of the outcomes and of a row that nothing stretches, in pixels.
OUTCOMES_HEIGHT, ROW_HEIGHT = 330, 20
#: Columns of the table before the outcomes: objective, priority, weight, duration.
BEFORE = 4
FIXED = ("dashboard", "sectors", "objectives", "phases", "results", "indicators", "changes", "readings", "narratives", "measures", "money", "cascade",
         "gantt", "findings", "sources")


@dataclass(frozen=True)
class SectorPlace:
    """The sheet of one sector: its name, its objectives in order, the rounds it shows, the ``units`` below it from which its outcome
    follows too; addresses from 0."""

    code: str
    sheet: str
    items: tuple[Assignment, ...]
    rounds: tuple[Round, ...]
    units: tuple[str, ...] = ()

    @property
    def last(self) -> int:
        """Last row of the table; a sector without objectives has one blank row."""
        return FIRST + max(1, len(self.items)) - 1

    @property
    def total(self) -> int:
        """Row of the total; the parts of the mean follow in the order of ``PARTS``."""
        return self.last + 1

    @property
    def width(self) -> int:
        """How many columns are seen and printed; the columns of the calculation stand after them."""
        return BEFORE + 2 * len(self.rounds)

    def status_column(self, round: str) -> int:
        """Column of the status in ``round``; the percentage is the next one."""
        return BEFORE + 2 * self.rounds.index(round)

    def value_column(self, round: str) -> int:
        """Column of the outcome in ``round``."""
        return self.status_column(round) + 1

    def working_column(self, round: str, part: str) -> int:
        """Column of the calculation: ``weight``, ``counted`` (1 in the denominator, else 0) or ``last`` known outcome."""
        rounds = self.rounds or (round,)
        return self.width + 1 + 3 * rounds.index(round) + ("weight", "counted", "last").index(part)

    def column(self, index: int, sheet: bool = False) -> str:
        """The rows of the table in one column, as a range."""
        return span((FIRST, index), (self.last, index), self.sheet if sheet else "")

    def cell(self, row: int, column: int) -> str:
        """A cell of this sheet as formulas on other sheets write it."""
        return f"{quoted(self.sheet)}!{a1(row, column, True)}"

    @property
    def units_head(self) -> int:
        """Row over the sectors below."""
        return self.total + len(PARTS) + 1

    def unit_row(self, k: int) -> int:
        """Row of the ``k``-th sector below, from 0."""
        return self.units_head + 1 + k

    @property
    def units_mean(self) -> int:
        """Row of the mean of the sectors below."""
        return self.unit_row(len(self.units))

    def unit_column(self, round: str, part: str) -> int:
        """Column of the calculation of the sectors below, of ``UNIT_PARTS``."""
        return self.width + 3 * len(self.rounds) + 2 + len(UNIT_PARTS) * self.rounds.index(round) + UNIT_PARTS.index(part)

    def own_row(self, part: str) -> int:
        """Row of a part of the mean of the sector's own objectives."""
        return self.total + PARTS.index(part)

    def outcome_row(self, part: str) -> int:
        """Row of a part of the sector's outcome: that of its own objectives, unless it follows from others too."""
        return (self.units_mean + 1 if self.units else self.total) + PARTS.index(part)

    @property
    def end(self) -> int:
        """First row after the figures."""
        return self.outcome_row(PARTS[-1]) + 2 if self.rounds else self.total + 2

    def part(self, round: str, part: str) -> str:
        """The cell of a part of the sector's outcome."""
        return self.cell(self.outcome_row(part), self.value_column(round))


@dataclass(frozen=True)
class Layout:
    """Sheet names, and the places of the figures that other sheets refer to; ``open``: the first column that the controller
    fills in, by sheet."""

    names: dict[str, str]
    sectors: dict[str, SectorPlace]
    rows: dict[tuple[str, str], int]
    open: dict[str, int]

    def name(self, sheet: str) -> str:
        """The name of a fixed sheet (``dashboard`` ...)."""
        return self.names[sheet]

    def home(self, code: str = "") -> str:
        """The cell of the dashboard to which links lead back: the row of a sector, the first one from other sheets."""
        return a1(TABLE_ROW + 1 + (list(self.sectors).index(code) if code else 0), CODE)

    def landing(self, sheet: str) -> str:
        """The cell of a fixed sheet to which links lead: the first to be filled in, else the first that is read."""
        return a1(TOP + 1, self.open.get(sheet, 0))

    def value(self, round: str, held: Assignment, part: str = "value") -> str:
        """The cell of an objective's outcome in its sector, or of its ``weight``, ``counted`` or ``last`` there."""
        place = self.sectors[held.holder.sector]
        column = place.value_column(round) if part == "value" else place.working_column(round, part)
        return place.cell(self.rows[held.key], column)


def lay_out(view: View, book: Book) -> Layout:
    """The layout of the workbook of ``view``."""
    said = Texts("review", book.language)
    names = {key: book.words(f"sheet_{key}") for key in FIXED if key != "indicators" or view.content.get("indicators")}
    review = {key: said(f"sheet_{key}") for key in BLOCKS}
    book.reserve([*names.values(), *review.values()])
    names |= {key: review[key] for key in view.reviewed if key != LISTS}
    sectors = {s["code"]: SectorPlace(s["code"], book.free_name(s["code"]),
                                      items=(*view.by_sector.get(s["code"], ()), *view.gone.get(s["code"], ())), rounds=view.rounds,
                                      units=view.units(s["code"])) for s in view.sectors}
    rows = {held.key: FIRST + n for place in sectors.values() for n, held in enumerate(place.items)}
    answers = max((len(c["answers"]) for c in view.document.get("conflicts", ())), default=0)
    return Layout(names, sectors, rows, {CONFLICTS: 4 + answers, EVALUATIONS: 6, REQUESTS: 2, CONSIDERATIONS: 3})
