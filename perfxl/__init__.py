"""perfxl: the yearly performance plan of a public body, run with Excel workbooks."""

from pathlib import Path
from typing import TYPE_CHECKING

from perfxl.model.version import __version__

if TYPE_CHECKING:
    from pandas import DataFrame
__all__ = ["__version__", "tables"]


def tables(path: str | Path) -> "dict[str, DataFrame]":
    """The consolidated tables of a campaign round as pandas DataFrames, by name.

    ``path`` is a ``consolidato.json`` or the folder that holds it.
    """
    from perfxl.stages.consolidate.frames import tables as build

    return build(path)
