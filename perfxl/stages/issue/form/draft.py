"""A master being drawn: its workbook, and the names and lists that its sheets share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from perfxl.model.texts import Texts
from perfxl.stages.issue.form.styles import Look
from perfxl.workbook.binding import Table


@dataclass
class Draft:
    """A master being drawn: its workbook, kind of round and language, and the lists that its hidden sheet holds."""

    book: Workbook
    round: str
    language: str
    words: Texts
    look: Look = field(default_factory=Look)
    lists: dict[tuple[str, ...], str] = field(default_factory=dict)
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
