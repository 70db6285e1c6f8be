"""perfxl: the yearly performance plan of a public body, run with Excel workbooks."""

from perfxl.model.version import __version__

__all__ = ["__version__", "tables"]


def tables(path):
    """The consolidated tables of a campaign round as pandas DataFrames, by name.

    ``path`` is a ``consolidato.json`` or the folder that holds it.
    """
    from perfxl.stages.consolidate.frames import tables as build

    return build(path)
