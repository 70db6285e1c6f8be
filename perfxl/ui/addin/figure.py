"""Which figure a cell of a workbook shows: that of the line it stands on, as ``explain`` names it."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from perfxl.model import identity
from perfxl.model.rounds import Round, Rounds
from perfxl.model.texts import LANGUAGES, Texts
from perfxl.workbook import sheets
from perfxl.workbook.sheets.refs import parse_cell

#: The first word of a text: what may be a code of an objective, a sector or a line.
_WORD = re.compile(r"\s*([^\s:–·(]+)")
_TOTALS = ("totale", "total", "ente", "body")


@dataclass(frozen=True)
class Shown:
    """What a cell shows: ``what`` as ``explain`` names it, at which ``round``."""

    what: str
    round: Round


def at(document: dict[str, Any], path: Path, sheet: str, cell: str) -> Shown | None:
    """What the cell ``cell`` of ``sheet`` in the workbook at ``path`` shows, by the codes of the consolidated ``document`` that stand
    in its row: an objective (in a sector, where that is known), a line, a sector, the body; None when none stands there. The round is
    that of its column's heading, or of its row; else that of the document."""
    place = parse_cell(cell)
    try:
        book = sheets.open_book(path.read_bytes(), path.name)
    except (OSError, sheets.Refused):
        return None
    page = book.sheet(sheet)
    if page is None or place is None:
        return None
    form = identity.parse(str(book.names.get(identity.CONSTANT) or ""))
    what = _what(document, page, place, form.sector if form else "")
    return Shown(what, _round(document, page, place)) if what else None


def _what(document: dict[str, Any], sheet: sheets.Sheet, place: tuple[int, int], sector: str) -> str | None:
    codes = _Codes(document)
    sector = sector or (sheet.name if sheet.name in codes.sectors else "")
    words = [w for column in range(1, max(place[1], _HEAD) + 1) if (w := _first_word(sheet.cells.get((place[0], column))))]
    about = next((w for w in words if w in codes.objectives), None) or (sheet.name if sheet.name in codes.objectives else None)
    if about:
        own = next((w for w in words if w in codes.sectors), sector)
        return f"{own}/{about}" if own in codes.objectives[about] else about
    if sector:
        return sector
    line = next((w for w in words if w in codes.lines or w in codes.sectors), None)
    return line or ("ENTE" if any(w.casefold() in _TOTALS for w in words) else None)


def _round(document: dict[str, Any], sheet: sheets.Sheet, place: tuple[int, int]) -> Round:
    """The round whose figures stand in a cell: that of the nearest heading above it, or left of that one as far as the round goes."""
    own = Rounds.from_plan(document["content"])[document["round"]]
    known = [r for r in own.reported if r in document["outcomes"]]
    row, column = place
    for above in range(row - 1, 0, -1):
        named = _named(known, sheet.cells.get((above, column)))
        if named is None and _text(sheet.cells.get((above, column))) == "%":  # the second of two columns under one heading
            named = _named(known, sheet.cells.get((above, column - 1)))
        if named:
            return named
    return next((r for c in range(1, _HEAD + 1) if (r := _named(known, sheet.cells.get((row, c))))), own)


def _named(rounds: list[Round], cell: sheets.Cell | None) -> Round | None:
    """The round that a heading names, in either language."""
    text = _text(cell)
    for round in rounds if text else ():
        for language in LANGUAGES:
            say = Texts("result", language)
            whole = {say.at(key, round) for key in ("head_outcome", "dash", "body_outcome", "round", "gantt_realised")} | {round.name(language)}
            if text in whole or text.endswith((f" · {say.at('in', round)}", f" ({say.at('in', round)})")):
                return round
    return None


def _text(cell: sheets.Cell | None) -> str:
    """The first line of a heading; "" where none stands."""
    return cell.value.partition("\n")[0].strip() if cell is not None and isinstance(cell.value, str) else ""


#: Columns at the head of a row that are looked at for codes, whatever cell is chosen; of the others those to its left.
_HEAD = 6


class _Codes:
    """The codes of a consolidated document: ``sectors``, ``lines``, and ``objectives`` with the sectors that hold each."""

    def __init__(self, document: dict[str, Any]):
        content = document["content"]
        self.sectors = {s["code"] for s in content["sectors"]}
        self.lines = {line["code"] for line in content.get("cascade", ())}
        self.objectives: dict[str, set[str]] = {}
        for objective in content.get("objectives", ()):
            holders = {h["sector"] for h in objective["holders"]}
            for code in (objective["code"], *(h["code"] for h in objective["holders"] if "code" in h)):
                self.objectives.setdefault(code, set()).update(holders)


def _first_word(cell: sheets.Cell | None) -> str:
    word = _WORD.match(cell.value) if cell is not None and isinstance(cell.value, str) else None
    return word[1] if word else ""


def choices(document: dict[str, Any], language: str) -> tuple[tuple[str, str], ...]:
    """Every figure that can be explained: the body, the sectors, the objectives; what it is called, and its title."""
    content = document["content"]
    body = ("ENTE", f"{content['body']['name']} ({Rounds.from_plan(content)[document['round']].name(language)})")
    sectors = [(s["code"], f"{s['code']} {s['name']}") for s in content["sectors"]]
    objectives = [(o["code"], f"{o['code']} {o.get('sheet', {}).get('title', '')}"[:90]) for o in content.get("objectives", ())]
    return (body, *sectors, *objectives)
