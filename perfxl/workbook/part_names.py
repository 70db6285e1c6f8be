"""What the parts of a workbook file are called, in the zip and by one another."""

from urllib.parse import unquote


def canonical(name: str) -> str:
    """A part's name as relationships call it: with slashes, its escapes (``%20``) resolved."""
    name = name.replace("\\", "/")
    return unquote(name, errors="replace") if "%" in name else name


def entry(name: str) -> str:
    """The part that an entry of the zip called ``name`` is. A part's name begins with a slash, and some programs write it so in
    the zip too, or as ``./``: nothing is ever written by these names, so there is no harm in it."""
    name = canonical(name)
    while name.startswith(("/", "./")):
        name = name.removeprefix(".").removeprefix("/")
    return name
