"""The later sheets of a big workbook, written by a second process while this one writes those before them.

That process is a copy of this one. It gives back its sheets packed, and beside them what the workbook has to know of them. Looks are numbered in a workbook by who asks first, and only this process knows what the sheets before
asked for: the other writes signs in place of numbers, is told what they stand for, and packs its sheets then. So the bytes are those that
one process would have written.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlsxwriter.format import Format

from perfxl.model.process_copy import ProcessCopy, copied_process
from perfxl.stages.consolidate.book import Book
from perfxl.stages.consolidate.inline import PlainSheet
from perfxl.stages.consolidate.packaged import PackedWorkbook
from perfxl.workbook.deflating import Deflated, Deflating

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

#: A look: the sign that stands for it, and its properties.
Look = tuple[str, dict[str, Any]]
#: What the sheets of that process say in place of a number.
_SIGN = re.compile("\x01[xd][0-9]+\x01")
#: What a workbook has to know of a sheet that it has not written.
_KNOWN = ("autofilter_area", "print_area_range", "repeat_row_range", "repeat_col_range")


@dataclass(frozen=True)
class _Written:
    """What the other process has written: of each sheet its name and what a workbook has to know; the looks that it asked for, by
    the sign that stands for them: those of cells, first to last, those that come after all others, those of conditions; the rows of lists."""

    sheets: list[tuple[str, dict[str, Any]]]
    looks: list[Look]
    last_looks: list[Look]
    conditions: list[Look]
    rows: dict[str, tuple[str, int]]


class Beside:
    """The sheets that ``copy``, a copy of this process, adds to ``book``."""

    def __init__(self, book: Book, copy: ProcessCopy):
        self._book, self._copy = book, copy
        self._written: _Written | None = None
        self._numbers: dict[str, int] = {}
        self._packed: dict[str, tuple[Deflated, Deflated | None]] | None = None
        self._told = False

    def join(self) -> None:
        """Add the sheets to the workbook, after those that are there; raises ``CopyFailed``."""
        book = self._book
        book.workbook.finish_sheets()
        self._written = written = self._copy.received()
        self._number(written.looks)
        for sign, look in written.conditions:
            self._numbers[sign] = book.workbook.add_format(look)._get_dxf_index()
        for name, known in written.sheets:
            sheet = book.workbook.add_worksheet(name, _Elsewhere)
            sheet.written_by = self
            for key, value in known.items():
                setattr(sheet, key, value)
        for at, where in written.rows.items():
            book.rows.setdefault(at, where)
        if not written.last_looks:
            self._tell()

    def packed(self, name: str) -> tuple[Deflated, Deflated | None]:
        """The sheet ``name`` and what it leads to; raises ``CopyFailed``."""
        if self._packed is None:
            if self._written is not None and not self._told:
                self._number(self._written.last_looks)
                self._tell()
            self._packed = self._copy.received()
        return self._packed.pop(name)

    def _number(self, looks: list[Look]) -> None:
        for sign, look in looks:
            self._numbers[sign] = self._book.styles(**look)._get_xf_index()

    def _tell(self) -> None:
        self._told = True
        self._copy.send(self._numbers)


@contextmanager
def beside(book: Book, write: Callable[[], None]) -> Iterator[Beside]:
    """The sheets that ``write`` adds to ``book``, written by another process, which is gone in the end."""
    with copied_process(lambda connection: _serve(connection, book, write)) as copy:
        yield Beside(book, copy)


class _Elsewhere(PlainSheet):
    """A sheet that another process writes."""

    written_by: Beside

    def is_numbered(self) -> bool:
        """Never before the end."""
        return False

    def finish(self, packing: Callable[[], Deflating] = Deflating) -> None:  # noqa: ARG002 - the other process has packed it
        """Ask for it."""
        if self.packed is None:
            self.packed, self.links = self.written_by.packed(self.name)


class _SignedWorkbook(PackedWorkbook):
    """A workbook whose looks have signs in place of numbers, and whose sheets are packed when it is known what they stand for; in
    ``asked`` those of cells, in ``conditions`` those of conditions, in the order in which they were asked for."""

    asked: list[Look]
    conditions: list[Look]

    def begin(self) -> None:
        """Sign whatever has no number yet, and what comes."""
        self.asked, self.conditions = [], []
        for look in self.formats:
            self._sign(look)

    def add_format(self, properties: dict[str, Any] | None = None) -> Format:
        """A look with these properties."""
        return self._sign(super().add_format(properties))

    def _sign(self, look: Format) -> Format:
        look.__class__ = _Signed
        look.asked, look.conditions = self.asked, self.conditions
        return look

    def finish_sheets(self) -> None:
        """Give the looks of the last sheet their signs, unless those that are new come after all others."""
        for sheet in self.worksheets_objs[-1:]:
            if sheet.is_numbered():
                sheet.number_rest()


class _Signed(Format):
    """A look of such a workbook."""

    xf_index: int | str | None
    dxf_index: int | str | None
    said: dict[str, Any]
    asked: list[Look]
    conditions: list[Look]

    def _get_xf_index(self) -> int | str:
        if self.xf_index is None:
            self.xf_index = f"\x01x{len(self.asked)}\x01"
            self.asked.append((self.xf_index, self.said))
        return self.xf_index

    def _get_dxf_index(self) -> int | str:
        if self.dxf_index is None:
            self.dxf_index = f"\x01d{len(self.conditions)}\x01"
            self.conditions.append((self.dxf_index, self.said))
        return self.dxf_index


def _serve(connection: "Connection", book: Book, write: Callable[[], None]) -> None:
    """Write the sheets, say what they ask for, hear what it is called, pack them."""
    workbook, there = book.workbook, len(book.workbook.worksheets())
    workbook.__class__ = _SignedWorkbook
    workbook.begin()
    write()
    workbook.finish_sheets()
    sheets, first = workbook.worksheets()[there:], len(workbook.asked)
    for sheet in sheets:
        sheet.number_rest()
    connection.send(_Written([(s.name, {key: getattr(s, key) for key in _KNOWN}) for s in sheets], workbook.asked[:first], workbook.asked[first:],
                             conditions=workbook.conditions, rows=book.rows))
    numbers = {sign: str(number) for sign, number in connection.recv().items()}
    for sheet in sheets:
        sheet.finish(lambda: _Naming(numbers))
    connection.send({s.name: (s.packed, s.links) for s in sheets})


class _Naming(Deflating):
    """Packs a text with the numbers that its signs stand for."""

    def __init__(self, numbers: dict[str, str]):
        super().__init__()
        self._numbers = numbers

    def write(self, text: str) -> None:
        """Write ``text`` at the end, named; no sign is ever cut in two."""
        super().write(_SIGN.sub(lambda sign: self._numbers[sign[0]], text) if "\x01" in text else text)
