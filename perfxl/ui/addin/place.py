"""Which campaign a workbook belongs to, and which campaigns were used last."""

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from perfxl.model import documents, identity
from perfxl.workbook import sheets
from perfxl.workbook.sheets.refs import Ref

#: How many campaigns are remembered.
MOST = 12
#: Defined names in which workbooks of perfxl say what they are: plans and forms, consolidated workbooks.
TOKENS = (identity.CONSTANT, "px_review")

_PLAN = re.compile(r"PX1P\|([A-Z0-9]*)\|(\d{4})")
_CONSOLIDATED = re.compile(r"PXR1\|([a-z][a-z0-9]{0,15})\|[a-z,]*\|([A-Z0-9]*)\|(\d{4})")


@dataclass(frozen=True)
class About:
    """What a workbook says that it belongs to: code of the body ("" when it does not say), year, round (None: the whole year)."""

    body: str
    year: int
    round: str | None = None

    def same_campaign(self, other: "About") -> bool:
        """Whether both are of one year of one body, as far as they say."""
        return self.year == other.year and (self.body == other.body or not (self.body and other.body))


def about(token: str) -> About | None:
    """What the text of a token says; None when there is none in it."""
    form = identity.parse(token)
    if form:
        return About(form.body, form.year, form.round)
    plan, consolidated = _PLAN.search(token), _CONSOLIDATED.search(token)
    if consolidated:
        return About(consolidated[2], int(consolidated[3]), consolidated[1])
    return About(plan[1], int(plan[2])) if plan else None


def place_in(folder: Path, token: str) -> Path | None:
    """Where the workbook that says ``token`` stands in the campaign at ``folder``: the plan, a result; None for a form, for a stranger."""
    place = about(token)
    if place is None or identity.parse(token) or not belongs(folder, place):
        return None
    return folder / "risultati" / place.round / "consolidato.xlsx" if place.round else folder / "piano.xlsx"


def about_campaign(folder: Path) -> About | None:
    """Body and year of a campaign, as its plan has them now; None when the plan cannot be read."""
    try:
        book = sheets.open_book((folder / "piano.xlsx").read_bytes(), "piano.xlsx")
        said = [_cell(book, name) for name in ("px_plan_body__code", "px_plan_year")]
        return About(str(said[0] or ""), int(said[1]))
    except (OSError, sheets.Refused, TypeError, ValueError):
        return None


def _cell(book: sheets.Book, name: str) -> Any:
    ref = book.names.get(name)
    sheet = book.sheet(ref.sheet) if isinstance(ref, Ref) else None
    return sheet.cell(ref.top, ref.left).value if sheet and isinstance(ref, Ref) else None


def belongs(folder: Path, said: About) -> bool:
    """Whether a workbook that says ``said`` may be of the campaign at ``folder``."""
    own = about_campaign(folder)
    return own is None or own.same_campaign(said)


def home() -> Path:
    """Where perfxl keeps what belongs to the user: ``PERFXL_HOME``, else ``.perfxl`` in the user's folder."""
    return Path(os.environ["PERFXL_HOME"]) if os.environ.get("PERFXL_HOME") else Path.home() / ".perfxl"


def campaign_of(path: Path) -> Path | None:
    """The campaign folder that the file or folder ``path`` stands in; None when it is in none."""
    return next((f for f in (path, *path.parents) if (f / "piano.xlsx").is_file()), None)


def round_of(path: Path, campaign: Path) -> str | None:
    """The round that a file of the campaign is about: that of its folder; None when it is about the whole year."""
    parts = path.relative_to(campaign).parts if path.is_relative_to(campaign) else ()
    return parts[1] if len(parts) > 2 and parts[0] in ("emesse", "ricevute", "risultati") else None


def remembered() -> list[Path]:
    """Campaigns used before that are still there, the last one first."""
    try:
        known = json.loads((home() / "campagne.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    listed = known if isinstance(known, list) else []
    return [Path(p) for p in listed if isinstance(p, str) and (Path(p) / "piano.xlsx").is_file()]


def remember(folder: Path) -> None:
    """Put ``folder`` first among the campaigns that were used."""
    folder = folder.resolve()
    known = [folder, *(p for p in remembered() if p != folder)][:MOST]
    documents.write_bytes(home() / "campagne.json", documents.dumps([str(p) for p in known]).encode())
