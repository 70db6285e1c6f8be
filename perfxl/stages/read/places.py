"""Where the values of a document stand: the cell behind each JSON Pointer."""

import pickle
import zlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, TypeVar, overload

from perfxl.model.findings import Place
from perfxl.workbook.sheets.refs import a1

At = tuple[str, int, int]  # sheet, row, column
Default = TypeVar("Default")


class Places(Mapping[str, Place]):
    """The cell behind each JSON Pointer of a document: filled-in ones, and blank ones of items that exist.

    A return has thousands. Those that come from another process stay packed, a tenth as big, and are unpacked as long
    as they are looked at: of a thousand returns a few at a time.
    """

    def __init__(self, file: str, cells: dict[str, At] | bytes | None = None):
        self.file, self._kept = file, {} if cells is None else cells

    def __reduce__(self) -> tuple[type["Places"], tuple[str, bytes]]:
        packed = self._kept if isinstance(self._kept, bytes) else zlib.compress(pickle.dumps(self._kept), 1)
        return Places, (self.file, packed)

    @property
    def _cells(self) -> dict[str, At]:
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

    def _unpack(self) -> dict[str, At]:
        if isinstance(self._kept, bytes):
            self._kept = dict(_unpacked(self._kept))
        return self._kept

    def put(self, pointer: str, at: At) -> None:
        """Say that the value at ``pointer`` stands in the cell ``at``."""
        self._unpack()[pointer] = at

    def put_first(self, pointer: str, at: At) -> None:
        """The same, unless it is known already."""
        self._unpack().setdefault(pointer, at)

    def nearest(self, pointer: str) -> Place:
        """The place of ``pointer``, else of what contains it, else the file."""
        while pointer and pointer not in self._cells:
            pointer = pointer.rpartition("/")[0]
        return self[pointer] if pointer else Place(self.file)


@lru_cache(8)
def _unpacked(packed: bytes) -> dict[str, At]:
    return pickle.loads(zlib.decompress(packed))
