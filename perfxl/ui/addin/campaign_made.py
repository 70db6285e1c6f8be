"""The folder of a new campaign: chosen by the user, remembered and shown."""

from pathlib import Path

from perfxl.model.texts import Texts
from perfxl.ui.addin import place
from perfxl.ui.addin.desk import Desk, Done, GivenUp


def new_folder(desk: Desk, start: Path | None) -> Path:
    """The folder that the user chooses for a new campaign; ``GivenUp`` where none is chosen."""
    folder = desk.ask_folder(Texts("addin", desk.language)("ask_new"), start)
    if folder is None:
        raise GivenUp
    return folder


def begun(desk: Desk, folder: Path, path: Path) -> Done:
    """Remember the campaign at ``folder`` and show its plan, at ``path``."""
    place.remember(folder)
    desk.show(path)
    return Done(Texts("addin", desk.language)("done_new", path=path), path)
