"""Nothing is written outside the campaign: a folder of it that is a link to elsewhere is not written through."""

import os
from collections.abc import Iterator
from pathlib import Path

from perfxl.campaign import Campaign
from perfxl.campaign.register.log import NAME
from perfxl.campaign.register.proof import APPROVED
from perfxl.campaign.register.store import FOLDER
from perfxl.model.texts import Texts
from perfxl.workflow.running import CannotRun

#: The folders that perfxl writes into, and how many levels below each it does.
WRITTEN = {"emesse": 2, "posta": 1, "ricevute": 1, "risultati": 2, "modelli": 1, APPROVED: 0, FOLDER: 1}


def linked_away(campaign: Campaign) -> Path | None:
    """The first folder that perfxl writes into, or its register, that leads outside the campaign; None when none does."""
    home = campaign.folder.resolve()
    for path in (campaign.folder / NAME, *(found for name, levels in WRITTEN.items() for found in _folders(campaign.folder / name, levels))):
        if _is_link(path) and not path.resolve().is_relative_to(home):
            return path
    return None


def link_message(campaign: Campaign, language: str) -> str:
    """What is said where something of the campaign leads outside of it; "" where nothing does."""
    path = linked_away(campaign)
    return "" if path is None else Texts("cli", language)("linked_away", path=path, target=path.resolve())


def require_own(campaign: Campaign, language: str) -> None:
    """``CannotRun`` when what would be written in the campaign would be written elsewhere."""
    if message := link_message(campaign, language):
        raise CannotRun(message)


def _is_link(path: Path) -> bool:
    return path.is_symlink() or bool(getattr(path, "is_junction", bool)())  # junctions of Windows: since Python 3.12


def _folders(folder: Path, levels: int) -> Iterator[Path]:
    """``folder`` and the folders below it, so many levels down; what is below a link is not looked at."""
    yield folder
    if levels and folder.is_dir() and not _is_link(folder):
        with os.scandir(folder) as inside:
            below = [Path(entry.path) for entry in inside if entry.is_dir()]
        for path in below:
            yield from _folders(path, levels - 1)
