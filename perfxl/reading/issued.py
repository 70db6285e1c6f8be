"""The workbook that a return began as: what it says where the return has lost the way to its own cells."""

from dataclasses import dataclass
from functools import cached_property

from perfxl.identity import PROPERTY, Identity, parse
from perfxl.reading.gather import Gather
from perfxl.reading.names import Part, parts
from perfxl.sheets import Book, Refused, open_book
from perfxl.sheets.refs import Ref


@dataclass(frozen=True)
class Issued:
    """The bytes of an issued workbook and what findings call it; opened when it is first looked at."""

    data: bytes
    file: str

    @cached_property
    def opened(self) -> Book:
        """The workbook; raises ``Refused`` when it cannot be read."""
        return open_book(self.data, self.file)

    @property
    def book(self) -> Book | None:
        """The workbook, None when it cannot be read."""
        try:
            return self.opened
        except Refused:
            return None

    def began(self, known: Identity) -> bool:
        """Whether a return of ``known`` began as this workbook."""
        mine = parse(self.book.properties.get(PROPERTY, "")) if self.book else None
        return mine is not None and mine.digest == known.digest

    @cached_property
    def _parts(self) -> dict[int, Part]:
        return parts(self.book) if self.book else {}

    @property
    def numbers(self) -> set[int]:
        """Of its parts: 0 and one for each objective."""
        return set(self._parts)

    def kept(self, number: int) -> "Kept | None":
        """What it says in part ``number``, None when it has none."""
        part = self._parts.get(number)
        return Kept(self.book, part.refs) if part else None


@dataclass(frozen=True)
class Kept:
    """A part of an issued workbook, ``refs``: by name without prefix. What is read from it is not the sector's own: it
    has no place in the returned file and nothing is told of it."""

    book: Book
    refs: dict[str, Ref]

    def gather(self, like: Gather) -> Gather:
        """A gathering over the issued workbook, for what is read on behalf of ``like``."""
        return Gather(self.book, like.file, like.year, like.sector, like.objective)
