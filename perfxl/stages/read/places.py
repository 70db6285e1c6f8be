"""Where the values of a document stand: the cell behind each JSON Pointer."""

import pickle
import zlib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar, overload

from perfxl.model.findings import Place
from perfxl.stages.read.alike import Layout
from perfxl.workbook.binding import REVISED, STANDING
from perfxl.workbook.sheets.refs import a1

At = tuple[str, int, int]  # sheet, row, column
Default = TypeVar("Default")


class Items(NamedTuple):
    """The items of a table on ``sheet``: ``rows`` by slot, the ``slots`` in the order of the items, where its columns stand."""

    sheet: str
    rows: Mapping[str, int]
    slots: Sequence[int]
    layout: Layout


class Places(Mapping[str, Place]):
    """The cell behind each JSON Pointer of a document: filled-in ones, and blank ones of items that exist.

    A return has thousands. Those that come from another process stay packed, a tenth as big, and are unpacked as long
    as they are looked at: of a thousand returns a few at a time.
    """

    def __init__(self, file: str, cells: dict[str, At] | bytes | None = None):
        self.file, self._kept = file, {} if cells is None else cells
        #: What was put since somebody looked last: pointer, where, and whether that holds before what was put earlier.
        self._put: list[tuple[str, At | Items, bool]] = []

    def __reduce__(self) -> tuple[type["Places"], tuple[str, bytes]]:
        kept = self._kept if isinstance(self._kept, bytes) and not self._put else self._cells
        packed = kept if isinstance(kept, bytes) else zlib.compress(pickle.dumps(kept), 1)
        return Places, (self.file, packed)

    @property
    def _cells(self) -> dict[str, At]:
        if self._put:
            self._settle()
        return _unpacked(self._kept) if isinstance(self._kept, bytes) else self._kept

    def __getitem__(self, pointer: str) -> Place:
        sheet, row, column = self._cells[pointer]
        return Place(self.file, sheet, a1(row, column))

    @overload
    def get(self, pointer: str, default: None = None) -> Place | None: ...

    @overload
    def get(self, pointer: str, default: Place | Default) -> Place | Default: ...

    def get(self, pointer: str, default: Any = None) -> Any:
        """The place of ``pointer``; ``default`` where it has none."""
        return self[pointer] if pointer in self._cells else default

    def __iter__(self) -> Iterator[str]:
        return iter(self._cells)

    def __len__(self) -> int:
        return len(self._cells)

    def __contains__(self, pointer: object) -> bool:
        return pointer in self._cells

    def _settle(self) -> None:
        """Find the cells of all that was put: few returns are looked at so closely that anybody asks."""
        cells = dict(_unpacked(self._kept)) if isinstance(self._kept, bytes) else self._kept
        for pointer, at, first in self._put:
            if isinstance(at, Items):
                _settle_items(cells, pointer, at)
            elif first:
                cells.setdefault(pointer, at)
            else:
                cells[pointer] = at
        self._kept = cells
        self._put.clear()

    def put(self, pointer: str, at: At) -> None:
        """Say that the value at ``pointer`` stands in the cell ``at``."""
        self._put.append((pointer, at, False))

    def put_first(self, pointer: str, at: At) -> None:
        """The same, unless it is known already."""
        self._put.append((pointer, at, True))

    def put_items(self, pointer: str, items: Items) -> None:
        """Say where every cell of the items of the array at ``pointer`` stands, filled in or not."""
        self._put.append((pointer, items, True))

    def nearest(self, pointer: str) -> Place:
        """The place of ``pointer``, else of what contains it, else the file."""
        while pointer and pointer not in self._cells:
            pointer = pointer.rpartition("/")[0]
        return self[pointer] if pointer else Place(self.file)


def _settle_items(cells: dict[str, At], pointer: str, items: Items) -> None:
    sheet, rows, slots, layout = items
    for index, slot in enumerate(slots):
        here = f"{pointer}/{index}"
        if row := rows.get(str(slot)):
            for key, column in layout.places[""]:
                cells.setdefault(f"{here}/{key}", (sheet, row, column))
            cells.setdefault(here, (sheet, row, layout.first))
        for end in (STANDING, REVISED):
            if (fields := layout.places[end]) and (second := rows.get(f"{slot}{end}")):
                for key, column in fields:
                    cells[f"{here}/{key}"] = (sheet, second, column)


@lru_cache(8)
def _unpacked(packed: bytes) -> dict[str, At]:
    return pickle.loads(zlib.decompress(packed))
