"""``perfxl window``: the buttons of the ribbon in a window of their own."""

from argparse import Namespace
from importlib.util import find_spec
from pathlib import Path

from perfxl.model.texts import Texts
from perfxl.ui import window as own
from perfxl.ui.cli.arguments import Arguments
from perfxl.workflow.running import CannotRun


def arguments(given: Arguments) -> None:
    """What the command takes."""
    given.add("folder", metavar="DIR", type=Path, nargs="?", text="folder")


def run(args: Namespace) -> int:
    """Do it; the exit code."""
    if find_spec("tkinter") is None:
        raise CannotRun(Texts("addin", args.lang)("no_toolkit"))

    return own.run(args.lang, args.folder)
