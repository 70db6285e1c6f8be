"""The workbook that a return began as: what it says where the return has lost the way to its own cells."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from perfxl.model.identity import PROPERTY, Identity, parse
from perfxl.stages.read.names import Part, parts
from perfxl.stages.read.older import Older, older
from perfxl.stages.read.read_context import ReadContext
from perfxl.workbook.sheets import Book, Refused, open_book
from perfxl.workbook.sheets.refs import Ref


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
        identity = parse(self.book.properties.get(PROPERTY, "")) if self.book else None
        return identity is not None and identity.digest == known.digest

    @cached_property
    def _parts(self) -> dict[int, Part]:
        own_parts = parts(self.book) if self.book else {}
        if self.older:
            for part in own_parts.values():
                self.older.renamed(part)
        return own_parts

    @cached_property
    def older(self) -> Older | None:
        """How it names its cells when it is an older form."""
        identity = parse(self.book.properties.get(PROPERTY, "")) if self.book else None
        return older(parts(self.book), identity.round) if self.book and identity else None

    @property
    def numbers(self) -> set[int]:
        """Of its parts: 0 and one for each objective."""
        return set(self._parts)

    def refs(self, number: int) -> Mapping[str, Ref]:
        """Where the fields of part ``number`` stand, by name without prefix."""
        part = self._parts.get(number)
        return part.refs if part else {}


@dataclass(frozen=True)
class Kept:
    """Part ``number`` of the ``issued`` workbook. What is read from it is not the sector's own: it has no place in the
    returned file and nothing is told of it. ``whole``: whether the return has every name of it, as nearly all do: what it
    has not, the issued workbook then has not either."""

    issued: Issued
    number: int
    whole: bool

    def ref(self, rest: str, there: bool = False) -> Ref | None:
        """Where field ``rest`` stands; ``there``: the return has its name, and cannot be read all the same."""
        return None if self.whole and not there else self.issued.refs(self.number).get(rest)

    def gather(self, like: ReadContext) -> ReadContext:
        """A gathering over the issued workbook, for what is read on behalf of ``like``."""
        return ReadContext(self.issued.opened, like.file, year=like.year, sector=like.sector, objective=like.objective,
                           older=self.issued.older)
