"""Pictures in cells: which formulas place them, which errors stand for them."""

import re

#: Formulas that place a picture in their cell: Excel's, and that of WPS Office.
_PLACES_PICTURE = re.compile(r"(?:_xlfn\.|_xlws\.)*(?:DISPIMG|IMAGE)\(", re.I)


def places_picture(formula: str) -> bool:
    """Whether ``formula``, without its equals sign, does nothing but place a picture in its cell."""
    return _PLACES_PICTURE.match(formula) is not None


def is_picture(formula: str | None) -> bool:
    """Whether a cell that says ``#VALUE!`` and bears a rich value holds a picture: placed there, or by a formula that is
    made for it. Those of other formulas are errors that older programs do not know (``#SPILL!``)."""
    return formula is None or "IMAGE(" in formula
