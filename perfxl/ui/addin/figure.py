"""Which figure a cell of a workbook shows: that of the line it stands on, as ``explain`` names it."""

import re
from pathlib import Path

from perfxl.model import identity
from perfxl.model.rounds import Rounds
from perfxl.model.texts import LANGUAGES, area
from perfxl.workbook import sheets
from perfxl.workbook.sheets.refs import parse_cell

#: A code of an objective, a sector or a line at the head of a text: ``S1.00001``, ``S2``, ``05.01``.
_CODE = re.compile(r"\s*([A-Za-z0-9]+(?:[./-][A-Za-z0-9]+)*)(?=\s|$|[:–·(])")


def at(path: Path, sheet: str, cell: str) -> str | None:
    """What the cell ``cell`` of ``sheet`` in the workbook at ``path`` is about; None when that cannot be told."""
    place = parse_cell(cell)
    try:
        book = sheets.open_book(path.read_bytes(), path.name)
    except (OSError, sheets.Refused):
        return None
    found = book.sheet(sheet)
    if found is None or place is None:
        return None
    sector = _sector_of(book, sheet)
    row, column = place
    for left in (*range(column, 0, -1), *range(column + 1, column + 4)):
        said = found.cells.get((row, left))
        word = _code(said.value) if said is not None and isinstance(said.value, str) else None
        if word == "":
            return sector or "ENTE"
        if word is not None:
            return f"{sector}/{word}" if sector and word != sector and "." in word else word
    return sheet if sector and sheet != sector else sector


def _code(text: str) -> str | None:
    """The code at the head of ``text``; "" for the line of a total; None when there is neither."""
    if text.strip().casefold().startswith(_totals()):
        return ""
    found = _CODE.match(text)
    return found[1] if found and (any(c.isdigit() for c in found[1]) or found[1].isupper()) else None


def _totals() -> tuple[str, ...]:
    words = area("result")
    return tuple(words[key][language].casefold().split("(")[0].strip() for key in ("body_total", "sector_total") if key in words
                 for language in LANGUAGES) + ("totale", "total", "ente", "body")


def _sector_of(book: sheets.Book, sheet: str) -> str:
    """The sector that a sheet is about: that of the form, or the one whose code the sheet bears; "" when it is about several."""
    form = identity.parse(str(book.names.get(identity.CONSTANT) or ""))
    if form:
        return form.sector
    return sheet if re.fullmatch(r"[A-Z]{1,4}\d{0,3}", sheet) else ""


def choices(document: dict, language: str) -> tuple[tuple[str, str], ...]:
    """Every figure that can be explained: the body, the sectors, the objectives; what it is called, and its title."""
    content = document["content"]
    body = ("ENTE", f"{content['body']['name']} ({Rounds.of(content)[document['round']].name(language)})")
    sectors = [(s["code"], f"{s['code']} {s['name']}") for s in content["sectors"]]
    objectives = [(o["code"], f"{o['code']} {o.get('sheet', {}).get('title', '')}"[:90]) for o in content.get("objectives", ())]
    return (body, *sectors, *objectives)
