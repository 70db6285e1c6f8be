"""What the sectors were called, and who led them, when the first forms of the year were issued: there is no document of a round
before to tell a new name from."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from perfxl.campaign import Campaign
from perfxl.campaign.register import Register
from perfxl.model.succession import Successions
from perfxl.workbook import sheets
from perfxl.workbook.sheets.refs import Ref
from perfxl.workflow.emissions import Emission, emissions, kept_workbook

#: Between the code and the name of a sector on the first sheet of its form.
_DASH = " – "


def sectors_then(register: Register, campaign: Campaign, content: Mapping[str, Any], round: str, now: Mapping[str, str]) -> list[dict[str, Any]]:
    """The sectors of ``content``, plan-shaped, with the names and managers that the first form of ``round`` told.

    ``now``: by sector, the digest that its form would bear today; a form that still says the same is not opened.
    """
    successions, issued = Successions(content), emissions(register, round)
    sectors = []
    for sector in content.get("sectors", ()):
        code = sector["code"]
        first = _first(register, issued, successions, code)
        if first is not None and first.digest != now.get(code) and (path := kept_workbook(register, campaign, first)):
            sector = {**sector, **_front(path, first.sector)}
            if sector.get("manager") is None:
                sector.pop("manager", None)
        sectors.append(sector)
    return sectors


def _first(register: Register, issued: Mapping[str, tuple[Emission, ...]], successions: Successions, code: str) -> Emission | None:
    """The first form of the one sector that ``code`` was before, else its own; None where neither was issued."""
    before = successions.before(code)
    one = before[0] if len(before) == 1 and successions.parts(before[0]) == (code,) else ""
    own, former = issued.get(code), issued.get(one)
    if own and former and _beside(register, own[0].round, code, one):
        former = None
    first = former or own
    return first[0] if first else None


def _beside(register: Register, round: str, code: str, former: str) -> bool:
    """Whether ``code`` had a form before the last of ``former``, or of the same run: it was a sector then, which ``former`` went into."""
    issued = [(e.seq, e.payload["sector"]) for e in register.entries("issued", round=round)]
    own, last = min(n for n, s in issued if s == code), max(n for n, s in issued if s == former)
    return all(e.kind == "issued" for e in register.entries() if last < e.seq < own)


def _front(path: Path, code: str) -> dict[str, Any]:
    """Name and manager on the first sheet of a form of ours; {} where it does not say them."""
    try:
        book = sheets.open_book(path.read_bytes(), path.name)
    except (OSError, sheets.Refused):
        return {}
    head, _, name = str(_shown(book, "pxm_sector") or "").partition(_DASH)
    return {"name": name, "manager": _shown(book, "pxm_manager")} if head == code and name else {}


def _shown(book: sheets.Book, name: str) -> Any:
    """What the cell of that name shows; None where it is hidden or blank."""
    ref = book.names.get(name)
    sheet = book.sheet(ref.sheet) if isinstance(ref, Ref) else None
    if sheet is None or not isinstance(ref, Ref) or ref.top in sheet.hidden_rows or (ref.top, ref.left) not in sheet.cells:
        return None
    return sheet.cells[ref.top, ref.left].value or None
