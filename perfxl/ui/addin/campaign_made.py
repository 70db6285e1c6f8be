"""The folder of a new campaign: chosen by the user, remembered and shown."""

from itertools import count
from pathlib import Path

from perfxl.model.texts import Texts
from perfxl.ui.addin import place
from perfxl.ui.addin.desk import Desk, Done, GivenUp


def new_folder(desk: Desk, year: int, before: Path | None) -> Path:
    """The folder that the user chooses for the campaign of ``year``; ``GivenUp`` where none is chosen. ``before``: the campaign that it
    follows or stands beside, if there is one."""
    folder = desk.ask_folder(Texts("addin", desk.language)("ask_new"), offered_folder(desk.active, year, before))
    if folder is None:
        raise GivenUp
    return folder


def offered_folder(active: Path | None, year: int, before: Path | None) -> Path:
    """The folder to offer for the campaign of ``year``, in which there is none yet: beside the campaign ``before`` and named as that is,
    its year moved on; else beside the open document ``active``, else among the user's documents."""
    name, home = f"Performance {year}", Path.home()
    if before is not None:
        about = place.about_campaign(before)
        parent = before.parent
        if about and str(about.year) in before.name:
            name = before.name.replace(str(about.year), str(year))
    elif active is not None:
        parent = active.parent
    else:
        parent = next((f for f in (home / "Documents", home / "Documenti") if f.is_dir()), home)
    free = (parent / (name if n == 1 else f"{name} ({n})") for n in count(1))
    return next(path for path in free if not (path / "piano.xlsx").exists())


def show_new_campaign(desk: Desk, folder: Path, path: Path) -> Done:
    """Remember the campaign at ``folder`` and show its plan, at ``path``."""
    place.remember(folder)
    desk.show(path)
    return Done(Texts("addin", desk.language)("done_new", path=path), path)
