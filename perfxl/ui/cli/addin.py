"""``perfxl addin``: the add-in for Excel, or the extension for LibreOffice, built, installed, looked at, taken away."""

from argparse import Namespace
from pathlib import Path

from perfxl.model.texts import Texts
from perfxl.ui.addin import command
from perfxl.ui.addin.libreoffice import command as office
from perfxl.ui.cli.arguments import Arguments
from perfxl.workflow.running import CannotRun


def arguments(given: Arguments) -> None:
    """What the command takes."""
    given.add("what", metavar="build|install|status|uninstall", choices=("build", "install", "status", "uninstall"), text="addin_what")
    given.add("out", metavar="OUT", type=Path, nargs="?", text="addin_out")
    given.add("--shortcut", action="store_true", text="shortcut")
    given.add("--libreoffice", action="store_true", text="libreoffice")


def run(args: Namespace) -> int:
    """Do it; the exit code."""
    if args.shortcut and args.what != "install":
        raise CannotRun(Texts("addin", args.lang)("shortcut_only_install"))
    if args.libreoffice:
        return office.run(args.what, args.out, args.shortcut, args.lang)
    return command.run(args.what, args.out, args.shortcut, args.lang)
