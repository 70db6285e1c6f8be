"""Which figure a cell of a workbook shows: that of the line it stands on, as ``explain`` names it."""

import re
from pathlib import Path

from perfxl.model import identity
from perfxl.model.rounds import Rounds
from perfxl.workbook import sheets
from perfxl.workbook.sheets.refs import parse_cell

#: The first word of a text: what may be a code of an objective, a sector or a line.
_WORD = re.compile(r"\s*([^\s:–·(]+)")
_TOTALS = ("totale", "total", "ente", "body")


def at(document: dict, path: Path, sheet: str, cell: str) -> str | None:
    """What the cell ``cell`` of ``sheet`` in the workbook at ``path`` is about, by the codes of the consolidated ``document`` that stand
    in its row: an objective (in a sector, where that is known), a line, a sector, the body; None when none stands there."""
    place = parse_cell(cell)
    try:
        book = sheets.open_book(path.read_bytes(), path.name)
    except (OSError, sheets.Refused):
        return None
    found = book.sheet(sheet)
    if found is None or place is None:
        return None
    codes = _Codes(document)
    form = identity.parse(str(book.names.get(identity.CONSTANT) or ""))
    sector = form.sector if form else sheet if sheet in codes.sectors else ""
    words = [w for column in range(1, max(place[1], _HEAD) + 1) if (w := _first_word(found.cells.get((place[0], column))))]
    about = next((w for w in words if w in codes.objectives), None) or (sheet if sheet in codes.objectives else None)
    if about:
        own = next((w for w in words if w in codes.sectors), sector)
        return f"{own}/{about}" if own in codes.objectives[about] else about
    if sector:
        return sector
    line = next((w for w in words if w in codes.lines or w in codes.sectors), None)
    return line or ("ENTE" if any(w.casefold() in _TOTALS for w in words) else None)


#: Columns at the head of a row that are looked at for codes, whatever cell is chosen; of the others those to its left.
_HEAD = 6


class _Codes:
    """The codes of a consolidated document: ``sectors``, ``lines``, and ``objectives`` with the sectors that hold each."""

    def __init__(self, document: dict):
        content = document["content"]
        self.sectors = {s["code"] for s in content["sectors"]}
        self.lines = {line["code"] for line in content.get("cascade", ())}
        self.objectives: dict[str, set[str]] = {}
        for objective in content.get("objectives", ()):
            holders = {h["sector"] for h in objective["holders"]}
            for code in (objective["code"], *(h["code"] for h in objective["holders"] if "code" in h)):
                self.objectives.setdefault(code, set()).update(holders)


def _first_word(cell: sheets.Cell | None) -> str:
    found = _WORD.match(cell.value) if cell is not None and isinstance(cell.value, str) else None
    return found[1] if found else ""


def choices(document: dict, language: str) -> tuple[tuple[str, str], ...]:
    """Every figure that can be explained: the body, the sectors, the objectives; what it is called, and its title."""
    content = document["content"]
    body = ("ENTE", f"{content['body']['name']} ({Rounds.of(content)[document['round']].name(language)})")
    sectors = [(s["code"], f"{s['code']} {s['name']}") for s in content["sectors"]]
    objectives = [(o["code"], f"{o['code']} {o.get('sheet', {}).get('title', '')}"[:90]) for o in content.get("objectives", ())]
    return (body, *sectors, *objectives)
