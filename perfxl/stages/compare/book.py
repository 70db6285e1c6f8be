"""The workbook of a comparison: what all say in brief, then a sheet a table, each written row by row."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import chain, groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from perfxl.model.texts import Texts
from perfxl.stages.compare import store, words
from perfxl.stages.compare.overview import Overview, groups, moment_words
from perfxl.stages.compare.standings import MATRIX
from perfxl.stages.compare.tables import SPREAD, Column, placed
from perfxl.stages.consolidate.book import Book, Sheet, a1
from perfxl.stages.consolidate.styles import TABS

#: Row of the header of a list, and how many rows a sheet takes: fewer than Excel's 1,048,576.
TOP, MOST = 3, 1_000_000
WIDTHS = {"text": 22, "code": 13, "integer": 10, "number": 13, "percent": 12, "date": 12}
WIDER = {"name": 38, "title": 60, "reason": 110, "rules": 60, "act": 34, "campaign": 34, "moment": 28, "expected_words": 90}
#: The table that a list is of, where it bears another name.
TABLE = {"places": "indicators"}
#: The columns of each list, in the order in which they are read.
SHOWN = {
    "bodies": ("name", "body", "moment", "outcome", "place", "of", "quartile", "coverage", "counted", "sectors", "objectives", "expected", "returned",
               "missing", "late", "late_days", "error", "warning", "note", "questions", "conflicts", "approved", "act", "newer", "consolidated",
               "rules", "campaign"),
    "lines": ("title", "name", "moment", "value", "place", "of", "quartile", "median", "counted", "coverage", "line", "campaign"),
    "indicators": ("title", "unit", "moment", "direction", "bodies", "least", "first", "median", "third", "most"),
    "places": ("title", "unit", "name", "moment", "value", "target", "baseline", "direction", "place", "of", "quartile", "median", "objective",
               "sector", "campaign"),
    "findings": ("name", "moment", "code", "severity", "count", "expected_words", "campaign"),
    "left_out": ("campaign", "reason"),
}
_SPREAD = tuple(word.partition(":")[0] for word in SPREAD)


def write(standings: Path, overview: Overview, language: str) -> bytes:
    """The workbook of the tables in ``standings``; the same tables give the same bytes."""
    with TemporaryDirectory(prefix="perfxl-") as folder:
        return _Writing(standings, overview, language, folder).run()


class _Writing:
    """One workbook being written."""

    def __init__(self, standings: Path, overview: Overview, language: str, folder: str):
        self.standings, self.overview, self.language = standings, overview, language
        self.say = Texts("compare", language)
        created = date.fromisoformat(overview.last[:10]) if overview.last else date(2000, 1, 1)
        self.book = Book(language, self.say("title"), footer=self.say("title"), created=created, folder=folder)
        self.book.reserve([self.say(f"sheet_{key}") for key in ("front", "bodies", "matrix", "lines", "indicators", "places", "findings", "left_out")])

    def run(self) -> bytes:
        """The finished workbook."""
        self._front()
        self._list("bodies", self._rows("bodies"), "summary")
        self._matrix()
        self._list("lines", self._rows("lines"), "cascade")
        self._list("indicators", (group.row for group in groups(self.standings, "indicators")), "list")
        self._list("places", self._rows("indicators"), "list")
        self._list("findings", self._rows("findings"), "findings")
        self._list("left_out", store.rows(self.standings, "left_out"), "findings")
        return self.book.close()

    # --- sheets

    def _front(self) -> None:
        book, say, o = self.book, self.say, self.overview
        sheet = self._sheet("front", "summary")
        sheet.text(0, 0, say("title"), book.styles.title())
        sheet.text(1, 0, say("front_counts", bodies=o.bodies, left=o.left_out, indicators=o.indicators), book.styles.soft(font_size=10))
        sheet.sheet.set_column(0, 0, 56)
        sheet.sheet.set_column(1, 6, 13)
        row = self._warnings(sheet, 2) + 1
        sheet.text(row, 0, say("front_moments"), book.styles.heading())
        self._heads(sheet, row + 1, [say("column_moment"), *(say(f"column_{k}") for k in _SPREAD)])
        row += 2
        self.home = a1(row, 0)
        for group in o.moments:
            sheet.text(row, 0, moment_words(group.moment, self.language), book.styles.cell())
            self._spread(sheet, row, column=1, group=group.row, cell="percent")
            row += 1
        if o.codes:
            sheet.text(row + 1, 0, say("front_frequent"), book.styles.heading())
            self._heads(sheet, row + 2, [say("column_code"), say("column_severity"), say("column_bodies"), say("column_count")])
            row += 3
            for code, severity, campaigns, times in o.frequent():
                sheet.text(row, 0, f"{code}  {words.finding(code, self.language)}", book.styles.cell())
                sheet.text(row, 1, words.severity(severity, self.language), book.styles.cell())
                sheet.height(row, 2)
                sheet.number(row, 2, campaigns, book.styles.cell("integer"))
                sheet.number(row, 3, times, book.styles.cell("integer"))
                row += 1
        sheet.text(row + 1, 0, say("front_how"), book.styles.heading())
        for k, key in enumerate(("how_moment", "how_results", "how_quartile", "how_rules", "how_lateness"), row + 2):
            sheet.across(k, 0, last=6, value=say(key, sheet=say("sheet_bodies")), style=book.styles(text_wrap=True))
            sheet.height(k, 2)
        sheet.printed(None)

    def _warnings(self, sheet: Sheet, row: int) -> int:
        """What to know before reading; the row after."""
        o, say = self.overview, self.say
        warnings = [say("warn_rules", moment=moment_words(m, self.language), count=len(rules)) for m, rules in o.rules.items() if len(rules) > 1]
        warnings += [say("warn_twice", names="; ".join(o.twice[:20]))] if o.twice else []
        warnings += [say("warn_left_out", count=o.left_out, sheet=say("sheet_left_out"))] if o.left_out else []
        for text in warnings:
            sheet.across(row, 0, last=6, value=text, style=self.book.styles(text_wrap=True, bg_color="#FFF1CC", font_color="#6B4A00"))
            sheet.height(row, 2)
            row += 1
        return row

    def _matrix(self) -> None:
        """The outcome of each body in each of the most shared lines: bodies down, lines across, a block for each moment."""
        if not self.overview.lines:
            return
        book, sheet = self.book, self._sheet("matrix", "cascade")
        self._head(sheet, "matrix")
        sheet.sheet.set_column(0, 0, 40)
        sheet.sheet.set_column(1, 1 + max(map(len, self.overview.lines.values())), 15)
        sheet.sheet.freeze_panes(0, 1)
        row = TOP
        for moment, listed in self.overview.lines.items():
            at = {group.key: k for k, group in enumerate(listed, 1)}
            sheet.text(row, 0, moment_words(moment, self.language), book.styles.header())
            for group in listed:
                sheet.text(row, at[group.key], group.title, book.styles.header())
            sheet.sheet.set_row(row, 105)
            first = row + 1
            for campaign in self._by_campaign(moment, at):
                row += 1
                self._origin(sheet, row, 0, campaign[0])
                for line in campaign:
                    sheet.percent(row, at[line["key"]], line["value"], book.styles.cell("percent"))
            row += 1
            sheet.text(row, 0, self.say("column_median"), book.styles.total())
            for group in listed:
                sheet.percent(row, at[group.key], group.row["median"], book.styles.total("percent"))
            sheet.sheet.conditional_format(first, 1, row - 1, len(listed), {
                "type": "3_color_scale", "min_type": "num", "min_value": 0, "mid_type": "num", "mid_value": 0.75, "max_type": "num", "max_value": 1,
                "min_color": "#F4B6AE", "mid_color": "#FFF6DD", "max_color": "#BFE0C5"})
            row += 2
        sheet.printed(None, wide=0)

    def _by_campaign(self, moment: str, keys: Iterable[str]) -> Iterator[list[dict[str, Any]]]:
        """The lines among ``keys`` of each campaign at ``moment``, in order of campaign."""
        wanted = set(keys)
        rows = (r for r in store.rows(self.standings, MATRIX) if r["moment"] == moment and r["key"] in wanted and r["value"] is not None)
        for _, listed in groupby(rows, lambda r: r["campaign"]):
            yield sorted({r["key"]: r for r in listed}.values(), key=lambda r: r["key"])

    def _list(self, key: str, rows: Iterable[dict[str, Any]], tab: str) -> None:
        """A sheet of one row an item; nothing where there are none."""
        rows = iter(rows)
        first = next(rows, None)
        if first is None:
            return
        known = {c.key: c for c in (*placed(TABLE.get(key, key)), Column("expected_words"))}
        shown, sheet = [known[k] for k in SHOWN[key]], self._sheet(key, tab)
        self._head(sheet, key)
        for k, column in enumerate(shown):
            sheet.sheet.set_column(k, k, WIDER.get(column.key, WIDTHS[column.cell]))
            sheet.text(TOP, k, self._title(column), self.book.styles.header())
        sheet.sheet.set_row(TOP, 32)
        sheet.sheet.freeze_panes(TOP + 1, 1)
        row = TOP
        for row, item in enumerate(chain((first,), rows), TOP + 1):
            if row - TOP > MOST:
                sheet.text(row, 0, self.say("cut", count=MOST, file=f"{key}.csv"), self.book.styles.soft())
                break
            for k, column in enumerate(shown):
                self._put(sheet, row, k=k, column=column, item=item, percent=key in ("bodies", "lines"))
        if key == "bodies":
            sheet.sheet.conditional_format(TOP + 1, SHOWN[key].index("outcome"), row, SHOWN[key].index("outcome"), {
                "type": "data_bar", "bar_color": "#9DB7E0", "bar_solid": True, "min_type": "num", "min_value": 0, "max_type": "num", "max_value": 1})
        sheet.sheet.autofilter(TOP, 0, max(row, TOP + 1), len(shown) - 1)
        sheet.printed((TOP, TOP), wide=1 if len(shown) < 12 else 0)

    # --- rows

    def _rows(self, table: str) -> Iterator[dict[str, Any]]:
        """The rows of ``table`` with what they say in words."""
        for row in store.rows(self.standings, table):
            yield {**row, "expected_words": words.finding(row["code"], self.language)} if table == "findings" else row

    def _put(self, sheet: Sheet, row: int, k: int, column: Column, item: dict[str, Any], percent: bool) -> None:
        value, style = item.get(column.key), self.book.styles.cell(column.cell)
        if value is None or value == "":
            sheet.blank(row, k, style)
        elif column.key in ("campaign", "name") and item.get("link"):
            self._origin(sheet, row, k=k, item=item, key=column.key)
        elif column.cell == "integer":
            sheet.number(row, k, value, style)
        elif column.cell == "percent" or column.cell == "number" and percent:
            sheet.percent(row, k, value, self.book.styles.cell("percent"))
        elif column.cell == "number":
            sheet.number(row, k, Decimal(value), self.book.styles.cell("number"))
        elif column.cell == "date":
            sheet.day(row, k, value[:10], style)
        else:
            sheet.text(row, k, self._said(column, value), self.book.styles.cell("text", text_wrap=False))

    def _origin(self, sheet: Sheet, row: int, k: int, item: dict[str, Any], key: str = "name") -> None:
        """The name of a body (or of its campaign), a link to where its figures come from."""
        address = words.link(item["link"])
        if address is None:
            sheet.text(row, k, item[key], self.book.styles.cell())
        else:
            sheet.link_path(row, k, address=address, text=item[key], link_style=self.book.styles.link_cell(), style=self.book.styles.cell())

    def _said(self, column: Column, value: str) -> str:
        as_words: dict[str, Callable[[str], str]] = {
            "moment": lambda v: moment_words(v, self.language), "kind": lambda v: moment_words(f"0 {v}", self.language).partition(", ")[2],
            "rules": lambda v: words.rules(v, self.language),
            "direction": lambda v: words.directions(self.language).get(v, v), "severity": lambda v: words.severity(v, self.language)}
        return as_words.get(column.key, str)(value)

    # --- parts of sheets

    def _sheet(self, key: str, tab: str) -> Sheet:
        return self.book.sheet(self.say(f"sheet_{key}"), TABS[tab])

    def _title(self, column: Column) -> str:
        return self.book.words("col_finding_expected") if column.key == "expected_words" else column.title(self.language)

    def _head(self, sheet: Sheet, key: str) -> None:
        sheet.sheet.set_row(0, 26)
        sheet.text(0, 0, self.say(f"sheet_{key}"), self.book.styles.title())
        sheet.link(1, 0, sheet=self.say("sheet_front"), cell=self.home, text=self.say("back"), style=self.book.styles.link(font_size=9))
        sheet.text(1, 1, self.say(f"note_{key}"), self.book.styles.soft())

    def _heads(self, sheet: Sheet, row: int, titles: list[str]) -> None:
        for k, title in enumerate(titles):
            sheet.text(row, k, title, self.book.styles.header())
        sheet.sheet.set_row(row, 32)

    def _spread(self, sheet: Sheet, row: int, column: int, group: dict[str, Any], cell: str) -> None:
        for k, key in enumerate(_SPREAD, column):
            if key == "bodies":
                sheet.number(row, k, group[key], self.book.styles.cell("integer"))
            elif group[key] is None:
                sheet.blank(row, k, self.book.styles.cell(cell))
            else:
                sheet.percent(row, k, group[key], self.book.styles.cell(cell))


