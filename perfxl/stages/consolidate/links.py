"""Where links of a workbook lead: to its own cells, and to those of files of the campaign."""

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from xlsxwriter.url import Url

from perfxl.stages.consolidate.plain_text import clean

ADDRESS_LENGTH = 250     # a cell address or path longer than this is not made a link

_OPENABLE = re.compile(r"[^\\:*?\"<>|]+\.(xlsx|xlsm|ods)\Z", re.IGNORECASE)


class Link(NamedTuple):
    """What a link leads to: ``target``, the address of a file, "" within the workbook; ``place``, the cell there, "" for none."""

    target: str
    place: str


def quoted(sheet: str) -> str:
    """The name of a sheet as formulas and links want it."""
    return "'" + sheet.replace("'", "''") + "'"


def file_link(file: str, sheet: str, cell: str, up: str = "../../") -> str | None:
    """The link from ``risultati/<round>/`` to a cell of a file of the campaign; None when it is not safe or too long.

    Only workbooks are linked, only by a path that stays inside the campaign.
    """
    address = _address(file, up)
    if address is None:
        return None
    where = f"#{_sheet(sheet)}!{cell}" if sheet and cell else ""
    target = f"{address}{where}"
    return target if len(target) <= ADDRESS_LENGTH + 40 and len(where) <= ADDRESS_LENGTH else None


def link_to(target: str) -> Link:
    """The link ``target`` as XlsxWriter writes it, which makes out of all that lead to one sheet what the first is."""
    head, mark, cell = target.rpartition("!")
    if not mark:
        return _known(target)
    sheet = _known(head)
    return Link(sheet.target, f"{sheet.place}!{cell}")


@lru_cache(4096)
def _known(target: str) -> Link:
    url = Url(target)
    return Link(url._target() if url._target_mode() else "", url._anchor)


@lru_cache(4096)
def _sheet(name: str) -> str:
    return quoted(clean(name))


@lru_cache(4096)
def _address(file: str, up: str) -> str | None:
    """The link to ``file``; None when it is not safe."""
    if not _OPENABLE.fullmatch(file) or any(p in ("", ".", "..") for p in file.split("/")):
        return None
    return f"external:{up}{quote(file, safe='/')}"
