"""*Cascata*: the strategic tree with its outcomes, the objectives that realise each line, the lines nobody realises."""

from collections import Counter
from typing import Any

from perfxl.model import long_text
from perfxl.model.columns import further_values
from perfxl.model.group_means import line_mean
from perfxl.model.readings import in_force
from perfxl.model.rounds import Round
from perfxl.stages.consolidate.book import Book, Sheet, a1, span
from perfxl.stages.consolidate.cells import points
from perfxl.stages.consolidate.columns import percent
from perfxl.stages.consolidate.formulas import (
    NONE,
    adds_up,
    mean_formulas,
    part_format,
    part_value,
    percent_format,
    weight_format,
    weight_value,
)
from perfxl.stages.consolidate.indicators import lines_of, measured, result_of, said_value
from perfxl.stages.consolidate.layout import TOP, Layout
from perfxl.stages.consolidate.links import quoted
from perfxl.stages.consolidate.lists import head
from perfxl.stages.consolidate.records import Node, below, tree
from perfxl.stages.consolidate.sector import title_pieces
from perfxl.stages.consolidate.styles import SOFT, TABS
from perfxl.stages.consolidate.view import Assignment, View

COLUMNS = (("code", 13), ("level", 19), ("title", 70), ("who", 26))
PARTS = (("outcome", 14), ("status", 22), ("denominator", 14), ("coverage", 14))
FILLS = {1: "#D5DFEA", 2: "#EAF0F6", 3: "#F7F9FB"}
GAP = "#FFE9B8"  # lines that nobody realises
TITLE_WIDTH = 70


#: A level or ``objective``, the line there, what was counted in it: an objective, or one in a sector.
Seen = tuple[int | str, str, str | tuple[str, str]]


class Tree:
    """The rows of the sheet: nodes and their objectives, known before they are written so that others can refer to them."""

    def __init__(self, view: View):
        self.view, self.nodes = view, tree(view)
        #: How many levels the lines have, each with a column that says what counts in it.
        self.levels = max((node.depth for node in self.nodes), default=1)
        self.row: list[int] = []
        self._sectors: dict[str, Counter[str]] = {}
        row = TOP + 1
        for node in self.nodes:
            self.row.append(row)
            row += 1 + len(self.indicators(node)) + len(node.leaves)
        self.end = row

    def indicators(self, node: Node) -> list[dict[str, Any]]:
        """The indicators that tell the public value of a line: they stand right under it."""
        return lines_of(self.view, node.line["code"]) if node.line else []

    def rows(self, n: int) -> tuple[int, int]:
        """First and last row below node ``n``; the last is before the first when nothing is there."""
        after = below(self.nodes, n).stop
        return self.row[n] + 1, (self.row[after] if after < len(self.nodes) else self.end) - 1

    def has_leaves(self, n: int) -> bool:
        """Whether some objective realises node ``n``."""
        return any(self.nodes[m].leaves for m in below(self.nodes, n))

    def column(self, round: str, part: str) -> int:
        """Column of a part in ``round``."""
        return len(COLUMNS) + len(PARTS) * self.view.rounds.index(round) + [p for p, _ in PARTS].index(part)

    @property
    def working(self) -> int:
        """First column of the calculation: first time in each level from the first down, first sector."""
        return len(COLUMNS) + len(PARTS) * len(self.view.rounds) + 1

    def working_column(self, round: str, part: str) -> int:
        """Column of ``weight``, ``counted`` or ``last`` in ``round``."""
        return self.working + self.levels + 1 + 3 * self.view.rounds.index(round) + ("weight", "counted", "last").index(part)

    def range(self, n: int, column: int, sheet: str = "") -> str:
        """The rows below node ``n`` in one column."""
        first, last = self.rows(n)
        return span((first, column), (last, column), sheet)

    def sectors(self, round: Round, held: Assignment) -> int:
        """How many sectors weigh the objective of ``held`` at ``round``, at least 1: its weights are divided by it."""
        if round not in self._sectors:
            self._sectors[round] = Counter(h.objective.code for h in self.view.held if self.view.weighs(round, h))
        return max(1, self._sectors[round][held.objective.code])

    @property
    def directions(self) -> list[int]:
        """Positions of the directions that some objective realises."""
        return [n for n, node in enumerate(self.nodes) if node.line and node.depth == 1 and self.has_leaves(n)]


def write_cascade(view: View, book: Book, layout: Layout, tree: Tree) -> None:
    """Write the sheet."""
    sheet = book.sheet(layout.name("cascade"), TABS["cascade"])
    head(book, layout, sheet=sheet, key="cascade", note=book.words("cascade_note"))
    _header(view, book, sheet, tree)
    seen: set[Seen] = set()
    for n, node in enumerate(tree.nodes):
        _line(view, book, sheet=sheet, tree=tree, n=n, node=node)
        shared = tree.indicators(node)
        for k, indicator in enumerate(shared, 1):
            _indicator(view, book, sheet=sheet, tree=tree, row=tree.row[n] + k, node=node, indicator=indicator)
        for k, held in enumerate(node.leaves, len(shared)):
            _leaf(view, book, layout=layout, sheet=sheet, tree=tree, row=tree.row[n] + 1 + k, node=node, held=held, seen=seen)
    if not tree.nodes:
        sheet.text(TOP + 1, 0, book.words("nothing_here"), book.styles.soft())
    sheet.sheet.outline_settings(True, False, True, False)
    sheet.sheet.freeze_panes(TOP + 1, 3)
    sheet.printed((TOP, TOP))
    sheet.sheet.print_area(0, 0, max(tree.end - 1, TOP + 1), tree.working - 2)


def _header(view: View, book: Book, sheet: Sheet, tree: Tree) -> None:
    words, styles = book.words, book.styles
    sheet.sheet.set_row(TOP, 42)
    for k, (key, width) in enumerate(COLUMNS):
        sheet.sheet.set_column(k, k, width)
        sheet.text(TOP, k, words(f"cascade_{key}"), styles.header())
    for r in view.rounds:
        for part, width in PARTS:
            k = tree.column(r, part)
            sheet.sheet.set_column(k, k, width, None, None if r in view.shown else {"level": 1, "hidden": True})
            sheet.text(TOP, k, f"{words(f'cascade_{part}')} ({words.at('in', r)})", styles.header(r, align="center"))
    if not view.rounds:
        return
    soft = styles.soft(text_wrap=True, italic=True, bottom=1)
    sheet.sheet.set_column(tree.working - 1, tree.working - 1, 3)
    for depth in range(1, tree.levels + 1):
        sheet.text(TOP, tree.working + depth - 1, words("once_level", level=view.cascade.level(depth, book.language)), soft)
    sheet.text(TOP, tree.working + tree.levels, words("once_objective", level=view.cascade.level(1, book.language)), soft)
    for r in view.rounds:
        for part in ("weight", "counted", "last"):
            sheet.text(TOP, tree.working_column(r, part), f"{words(f'working_{part}')} ({words.at('in', r)})", soft)


def _line(view: View, book: Book, sheet: Sheet, tree: Tree, n: int, node: Node) -> None:
    row, realised, served = tree.row[n], tree.has_leaves(n), tree.has_leaves(n) or bool(tree.indicators(node))
    line = node.line or {"code": "", "title": book.words("no_line")}
    fill = FILLS[min(3, node.depth)] if served else GAP
    look: dict[str, Any] = {"bg_color": fill, "bold": node.depth < 3, "valign": "vcenter"}
    sheet.height(row, max(1, long_text.lines_shown(line["title"], TITLE_WIDTH - 4), len(_who(line, book.language))), level=node.depth - 1)
    style = book.styles.cell(**look)
    texts = (line["code"], view.cascade.level(node.depth, book.language) if node.line else "", line["title"], "\n".join(_who(line, book.language)))
    for k, text in enumerate(texts):
        sheet.text(row, k, text, book.styles.cell(**look, indent=node.depth) if k == 2 else style)
    for r in view.rounds:
        for part, _ in PARTS:
            k = tree.column(r, part)
            if part == "status":
                sheet.text(row, k, "" if served else book.words("nobody"), book.styles.cell(**look, font_color="#6B4A00"))
            elif not realised or node.line is None:
                sheet.blank(row, k, style)
            else:
                _mean(view, book, sheet=sheet, tree=tree, n=n, code=line["code"], r=r, part=part, look=look)
    if not view.rounds and not served:
        sheet.text(row, 1, book.words("nobody"), style)


def _who(line: dict[str, Any], language: str) -> list[str]:
    """The councillors of a line, and whatever more the plan says of it."""
    return [*line.get("councillors", ()), *(f"{f.title(language)}: {value}" for f, value in further_values("cascade", line, inside=True))]


def _mean(view: View, book: Book, sheet: Sheet, tree: Tree, n: int, code: str, r: str, part: str, look: dict[str, Any]) -> None:
    """A part of the mean of node ``n``, the line ``code``: over the objectives below it, each counted once however many lines it realises."""
    node = tree.nodes[n]
    once = tree.range(n, tree.working + node.depth - 1)
    weights, counted, last = (tree.range(n, tree.working_column(r, p)) for p in ("weight", "counted", "last"))
    mean, rules = view.mean(r, "lines", code), view.rules(r)
    formula = mean_formulas(weights, f"{counted},{once}", values=tree.range(n, tree.column(r, "outcome")), last=last, rules=rules)[part]
    under = {held.key: held for m in below(tree.nodes, n) for held in tree.nodes[m].leaves}.values()
    same = adds_up(mean, line_mean(code, view.rows_of(r, under), rules))
    style = book.styles.cell("percent", r, num_format=part_format(part, rules), **look)
    sheet.figure(tree.row[n], tree.column(r, part), formula=formula if same else None, style=style, value=part_value(mean, part, rules))


def _indicator(view: View, book: Book, sheet: Sheet, tree: Tree, row: int, node: Node, indicator: dict[str, Any]) -> None:
    """The row of an indicator of a line: its target, and in each round what was measured and how far it is achieved. It is in no mean."""
    styles, unit = book.styles, f" ({indicator['unit']})" if indicator.get("unit") else ""
    result = result_of(view, indicator["code"])
    target = in_force(result[1], "target", view.round) if result else indicator.get("target")
    goal = "" if target is None else book.words("line_target", target=said_value(target, book.language))
    sheet.height(row, 1, level=min(7, node.depth))
    sheet.text(row, 0, indicator["code"], styles.cell(font_size=9))
    sheet.text(row, 1, book.words("level_indicator"), styles.cell(font_color=SOFT))
    sheet.text(row, 2, f"{indicator.get('name', '')}{unit}{goal}", styles.cell(indent=node.depth + 1, italic=True))
    sheet.text(row, 3, result[0]["lead"] if result else indicator.get("owner", ""), styles.cell())
    for r in view.rounds:
        value, achieved = measured(view, indicator["code"], r)
        sheet.text(row, tree.column(r, "status"), NONE if value is None else book.words("line_measured", value=said_value(value, book.language)), styles.cell(moment=r))
        look = styles.cell("percent", r, num_format=percent_format(view.rules(r)), italic=True)
        if achieved is None:
            sheet.text(row, tree.column(r, "outcome"), NONE, look)
        else:
            sheet.number(row, tree.column(r, "outcome"), points(achieved), look)
        for part in ("denominator", "coverage"):
            sheet.blank(row, tree.column(r, part), styles.cell())


def _leaf(view: View, book: Book, layout: Layout, sheet: Sheet, tree: Tree, row: int, node: Node, held: Assignment, seen: set[Seen]) -> None:
    styles = book.styles
    pieces = [(f, t) for f, t in title_pieces(view, book, held)[1:]]
    sheet.height(row, long_text.lines_shown("".join(t for _, t in pieces), TITLE_WIDTH * 1.1 - 3 * node.depth), level=min(7, node.depth))
    place = layout.sectors[held.holder.sector]
    sheet.link(row, 0, sheet=place.sheet, cell=a1(layout.rows[held.key], 0), text=held.objective.code,
               style=styles.link_cell(font_size=9))
    sheet.text(row, 1, book.words("level_objective"), styles.cell(font_color=SOFT))
    sheet.rich(row, 2, pieces, styles.cell(indent=node.depth + 1))
    sheet.text(row, 3, held.holder.sector, styles.cell())
    for r in view.rounds:
        outcome = view.outcome(r, held)
        value, cell = percent(outcome.value), layout.value(r, held)
        sheet.formula(row, tree.column(r, "outcome"), formula=f'=IF(ISNUMBER({cell}),{cell},"{NONE}")',
                      style=styles.cell("percent", r, num_format=percent_format(view.rules(r))),
                      value=NONE if value is None else points(value))
        sheet.text(row, tree.column(r, "status"), book.words(f"status_{outcome.state}"), styles.cell(moment=r))
        for part in ("denominator", "coverage"):
            sheet.blank(row, tree.column(r, part), styles.cell())
    if view.rounds:
        _working(view, book, layout=layout, sheet=sheet, tree=tree, row=row, node=node, held=held, seen=seen)


def _working(view: View, book: Book, layout: Layout, sheet: Sheet, tree: Tree, row: int, node: Node, held: Assignment, seen: set[Seen]) -> None:
    """The columns of the calculation of one objective: what it counts for in each level above, and its figures."""
    code = node.line["code"] if node.line else ""
    path = view.cascade.path(code)
    for depth in range(1, tree.levels + 1):
        above = path[min(depth, len(path)) - 1] if path else ""
        first = (depth, above, held.key) not in seen
        seen.add((depth, above, held.key))
        sheet.number(row, tree.working + depth - 1, int(first), book.styles.soft())
    direction = ("objective", path[0] if path else "", held.objective.code)
    speaks = held.is_lead and direction not in seen
    sheet.number(row, tree.working + tree.levels, int(speaks), book.styles.soft())
    if speaks:
        seen.add(direction)
    for r in view.rounds:
        counted, sectors = int(view.weighs(r, held)), tree.sectors(r, held)
        weight = view.weight(r, held)
        known = next((points(v) for q in reversed(view.rounds[: view.rounds.index(r) + 1])
                      if (v := view.outcome(q, held).value) is not None), NONE)
        for part, value in (("weight", weight_value((weight or 0) / sectors, view.rules(r))), ("counted", counted), ("last", known)):
            style = book.styles.soft(num_format="0" if part == "counted" else weight_format(view.rules(r)) if part == "weight" else "0.00%")
            sheet.formula(row, tree.working_column(r, part),
                          formula=f"={layout.value(r, held, part)}" + (f"/{sectors}" if part == "weight" else ""), style=style, value=value)


def status_count(tree: Tree, layout: Layout, n: int, round: str, label: str) -> str:
    """The formula that counts the objectives of direction ``n`` with status ``label``, each once."""
    sheet = layout.name("cascade")
    once, status = tree.range(n, tree.working + tree.levels, sheet), tree.range(n, tree.column(round, "status"), sheet)
    return f'COUNTIFS({once},1,{status},"{label}")'


def line_cell(tree: Tree, layout: Layout, n: int, round: str) -> str:
    """The cell of the outcome of node ``n`` as formulas on other sheets write it."""
    return f"{quoted(layout.name('cascade'))}!{a1(tree.row[n], tree.column(round, 'outcome'), True)}"
