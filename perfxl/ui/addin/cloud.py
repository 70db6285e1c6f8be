"""Workbooks opened from OneDrive or SharePoint: which file of this computer is the open one, proved before it is touched.

Excel knows such a workbook by an address on the network. The file that is synchronised with it is found by what the workbook says it is,
and proved by a word that is written into the open one and saved: the file in which it turns up is the same.
"""

import contextlib
import secrets
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from perfxl.ui.addin import native

if TYPE_CHECKING:
    import xlwings

#: How long the word may take to come, in seconds.
TIMEOUT_SECONDS = 90
#: The name that holds it while it is awaited.
_WORD = "_perfxl_prova"
_MOST = 20_000_000  # bytes of the part that lists the names


def is_remote(book: "xlwings.Book") -> bool:
    """Whether Excel has the workbook from the network."""
    with contextlib.suppress(Exception):  # each system has its own error for a workbook that is going away
        return "://" in native.address(book)
    return False


def prove(book: "xlwings.Book", path: Path, waiting: Callable[[], None]) -> bool:
    """Save ``book`` and say whether ``path`` is the file that it is synchronised with. ``waiting``: called once a second meanwhile."""
    if not path.is_file():
        return False
    word, end = secrets.token_hex(12), time.monotonic() + TIMEOUT_SECONDS
    book.names.add(_WORD, f'="{word}"')
    try:
        book.save()
        while not (holds := _holds(path, word)) and time.monotonic() < end:
            waiting()
            time.sleep(1)
        return holds
    finally:
        with contextlib.suppress(Exception):
            book.names[_WORD].delete()
            book.save()


def _holds(path: Path, word: str) -> bool:
    """Whether the workbook at ``path`` has the word among its names; no while it is being written."""
    try:
        with zipfile.ZipFile(path) as parts:
            return parts.getinfo("xl/workbook.xml").file_size < _MOST and word.encode() in parts.read("xl/workbook.xml")
    except (OSError, KeyError, zipfile.BadZipFile):
        return False
