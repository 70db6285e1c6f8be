"""Which campaign a workbook belongs to, and which campaigns were used last."""

import json
import os
from pathlib import Path

from perfxl import documents
from perfxl.fields import ROUNDS

#: How many campaigns are remembered.
MOST = 12


def home() -> Path:
    """Where perfxl keeps what belongs to the user: ``PERFXL_HOME``, else ``.perfxl`` in the user's folder."""
    return Path(os.environ["PERFXL_HOME"]) if os.environ.get("PERFXL_HOME") else Path.home() / ".perfxl"


def campaign_of(path: Path) -> Path | None:
    """The campaign folder that the file or folder ``path`` stands in; None when it is in none."""
    return next((f for f in (path, *path.parents) if (f / "piano.xlsx").is_file()), None)


def round_of(path: Path, campaign: Path) -> str | None:
    """The round that a file of the campaign is about: that of its folder; None when it is about the whole year."""
    parts = path.relative_to(campaign).parts if path.is_relative_to(campaign) else ()
    return parts[1] if len(parts) > 2 and parts[0] in ("emesse", "ricevute", "risultati") and parts[1] in ROUNDS else None


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
