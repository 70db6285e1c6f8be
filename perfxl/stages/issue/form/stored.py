"""The masters that perfxl comes with, generated beforehand from the schemas."""

from functools import cache

from perfxl.model import resources


@cache
def stored(round: str, language: str) -> bytes:
    """The master of ``round`` in ``language``."""
    return (resources.folder("templates") / language / f"scheda-{round}.xlsx").read_bytes()
