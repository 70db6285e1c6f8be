"""The open cells of the consolidated workbook: their tint, what they accept, what they say when refused."""

from typing import Any, Protocol

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from perfxl.model.fields import Field
from perfxl.model.texts import Texts
from perfxl.stages.consolidate.book import Book, Sheet, a1
from perfxl.workbook.entry import doubtful, percentage

#: The tint of the form's own open cells, of a cell that wants filling in, and of one that holds what was hardly meant.
TINT, WANTED, DOUBT = "#FFF9DB", "#FBD9D7", "#FFC98A"
#: Limits of Excel: characters of a list written in the cell's rule, of a title, of a message.
LISTED, TITLE, MESSAGE = 255, 32, 255


class Codes(Protocol):
    """The codes that the columns ``sector`` and ``objective`` choose from."""

    def sector_list(self) -> str:
        """The range of the sectors."""

    def objective_list(self, sector_cell: str) -> str | None:
        """The formula of the objectives of the sector in ``sector_cell``; None where there are none."""


def open_style(book: Book, about: Field, moment: str) -> Format:
    """The format of an open cell that holds ``about``."""
    more = {} if about.cell in ("percent", "date", "number", "integer", "money") else {"num_format": "@"}
    return book.styles.cell(about.cell, moment, locked=False, bg_color=TINT, valign="top", **more)


def missing(book: Book, sheet: Worksheet, first: tuple[int, int], last: tuple[int, int], formula: str) -> None:
    """Colour the cells for which ``formula`` is true: something must be written there."""
    look = book.workbook.add_format({"bg_color": WANTED})
    sheet.conditional_format(*first, *last, {"type": "formula", "criteria": formula, "format": look})


def accept(sheet: Sheet, rows: tuple[int, int], k: int, about: Field, words: Texts, lists: Codes | None, key: str) -> None:
    """Let the cells of column ``k`` from the first of ``rows`` to the last accept what ``about`` may hold.

    What is to be written stands above the table: a prompt would lie over the figures of the rows below. ``lists``: the codes that the columns ``sector`` and ``objective`` choose from.
    """
    rule = _coded(rows[0], k, words=words, lists=lists,
                  key=key) if lists and key in ("sector", "objective") else _rule(about, words, a1(rows[0], k))
    unlikely = doubtful(about, a1(rows[0], k)) if key not in ("sector", "objective") else None
    if unlikely:
        look = sheet.book.workbook.add_format({"bg_color": DOUBT})
        sheet.sheet.conditional_format(rows[0], k, rows[1], k, {"type": "formula", "criteria": "=" + unlikely, "format": look})
    if rule is None:
        return
    sheet.sheet.data_validation(rows[0], k, rows[1], k, {
        "ignore_blank": True, "error_title": about.title(words.language)[:TITLE], "error_message": rule.pop("error", "")[:MESSAGE], **rule})


def _coded(row: int, k: int, words: Texts, lists: Codes, key: str) -> dict[str, Any] | None:
    source = lists.sector_list() if key == "sector" else lists.objective_list(f"${a1(row, k - 1)}")
    if source is None:
        return None
    return {"validate": "list", "source": source, "error": words("error_list"),
            "error_type": "stop" if key == "sector" else "warning"}


def _rule(about: Field, words: Texts, first: str) -> dict[str, Any] | None:
    """The validation of a field whose cells begin at ``first``; None where nothing can be said."""
    cell, schema = about.cell, about.schema
    if cell in ("choice", "yesno"):
        labels = list(about.labels(words.language).values())
        if sum(len(label) + 1 for label in labels) > LISTED or any("," in label for label in labels):
            return None
        return {"validate": "list", "source": labels, "error": words("error_list")}
    if cell == "percent":
        return {"validate": "custom", "value": "=" + percentage(first, schema.get("maximum", 100)),
                "error": words("error_percent")}
    if cell in ("number", "integer", "money"):
        return {"validate": "integer" if cell == "integer" else "decimal", "criteria": "between",
                "minimum": schema.get("minimum", -10**12), "maximum": schema.get("maximum", 10**12),
                "error": words("error_number")}
    if cell == "date":
        return {"validate": "date", "criteria": "between", "minimum": "=1", "maximum": "=109574",  # 1900 to 2199
                "error": words("error_date")}
    return None  # Calc refuses any text that begins with = where there is a limit: too long a text is coloured
