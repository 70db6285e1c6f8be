"""Programs and modules are never taken from the current folder: whoever sends an attachment decides what lies in it.

Python started with ``-c`` or ``-m`` puts the current folder first among the places where it looks for modules, and so do the
processes that ``multiprocessing`` starts; Windows looks there for programs too. Here nothing is looked for there.
"""

import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

#: Where perfxl itself is imported from: that folder stays, whatever the current one is.
HOME = Path(__file__).resolve().parents[2]
#: What makes every Python that this process starts leave the current folder out (``python -P``, since 3.11).
_PYTHON = "PYTHONSAFEPATH"
#: The same for programs, on Windows.
_PROGRAMS = "NoDefaultCurrentDirectoryInExePath"


def secure() -> None:
    """Take the current folder out of this process's places of modules, and of those of every process it starts."""
    os.environ[_PYTHON] = os.environ[_PROGRAMS] = "1"
    sys.path[:] = cleaned(sys.path)


def cleaned(places: Iterable[str]) -> list[str]:
    """``places`` of modules without the current folder, by whatever name it stands there."""
    return [place for place in places if not _is_current(place)]


def _is_current(place: str) -> bool:
    try:
        here = Path.cwd()
        return (here if place == "" else Path(place).resolve()) == here and here != HOME
    except OSError:  # the current folder is gone, or cannot be looked at
        return place in ("", ".")


@contextmanager
def for_children() -> Iterator[None]:
    """While processes start: what they are handed as places of modules does not have the current folder in it."""
    from multiprocessing import util as of_processes

    util: Any = of_processes  # what it hands to children is no part of its public face

    kept, environment, flags = list(sys.path), {name: os.environ.get(name) for name in (_PYTHON, _PROGRAMS)}, util._args_from_interpreter_flags
    secure()
    if sys.flags.ignore_environment and not sys.flags.safe_path:  # ``python -E``: they would not read the variable either
        util._args_from_interpreter_flags = lambda: [*flags(), "-P"]
    try:
        yield
    finally:
        sys.path[:], util._args_from_interpreter_flags = kept, flags
        for name, value in environment.items():
            if value is None:
                os.environ.pop(name, None)


def program(*names: str) -> str | None:
    """The path of the first of the programs ``names`` that is installed; never one in the current folder."""
    places = [p for p in os.environ.get("PATH", os.defpath).split(os.pathsep) if p and Path(p).is_absolute() and not _is_current(p)]
    suffixes = ("", ".exe", ".com") if sys.platform == "win32" else ("",)
    paths = (shutil.which(os.path.join(place, name + suffix)) for name in names for place in places for suffix in suffixes)
    return next((path for path in paths if path), None)


def matplotlib() -> ModuleType:
    """matplotlib with the settings it comes with: it would take them from a file ``matplotlibrc`` in the current folder.

    What it keeps, it keeps in perfxl's own folder, which goes with perfxl.
    """
    if "matplotlib" not in sys.modules:
        own = os.environ.get("PERFXL_HOME") or os.path.join(os.path.expanduser("~"), ".perfxl")
        os.environ.setdefault("MPLCONFIGDIR", os.path.join(own, "matplotlib"))
        exists = os.path.exists
        os.path.exists = lambda path: exists(path) and not (  # how it asks for its settings while it is imported
            os.path.basename(str(path)) == "matplotlibrc" and _is_current(os.path.dirname(str(path))))
        try:
            import matplotlib
        finally:
            os.path.exists = exists
        matplotlib.rcdefaults()
    return sys.modules["matplotlib"]
