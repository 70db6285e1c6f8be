"""What the sectors were called, and who led them, when the first forms of the year were issued: there is no document of a round
before to tell a new name from."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from perfxl.campaign import Campaign
from perfxl.campaign.register import Register
from perfxl.model.succession import Successions
from perfxl.workbook import sheets
from perfxl.workbook.sheets.refs import Ref
from perfxl.workflow.emissions import Emission, emissions, kept

#: Between the code and the name of a sector on the first sheet of its form.
_DASH = " – "


def sectors_then(register: Register, campaign: Campaign, content: Mapping[str, Any], round: str, now: Mapping[str, str]) -> list[dict[str, Any]]:
    """The sectors of ``content``, plan-shaped, with the names and managers that the first form of ``round`` told.

    ``now``: by sector, the digest that its form would bear today; a form that still says the same is not opened.
    """
    successions, told = Successions(content), emissions(register, round)
    found = []
    for sector in content.get("sectors", ()):
        code = sector["code"]
        first = next(_first(told, successions, code), None)
        if first is not None and first.digest != now.get(code) and (path := kept(register, campaign, first)):
            sector = {**sector, **_front(path, first.sector)}
            if sector.get("manager") is None:
                sector.pop("manager", None)
        found.append(sector)
    return found


def _first(told: Mapping[str, tuple[Emission, ...]], successions: Successions, code: str) -> Iterator[Emission]:
    """The first form of the one sector that ``code`` was before, else its own."""
    before = successions.before(code)
    for one in (*(before if len(before) == 1 and successions.parts(before[0]) == (code,) else ()), code):
        if told.get(one):
            yield told[one][0]


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
