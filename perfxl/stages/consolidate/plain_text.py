"""Text as a cell can hold it."""

import re

from perfxl.model.long_text import fitting, units

TEXT_UNITS = 32_700      # Excel's own limit is 32,767 UTF-16 units

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """``text`` as a cell can hold it: what XML cannot carry is made visible, what is beyond Excel's limit is cut.

    Callers carry long texts on in further rows; the cut is the last guard.
    """
    if not text.isprintable():
        text = _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)
    if len(text) * 2 > TEXT_UNITS and units(text) > TEXT_UNITS:
        text = text[:fitting(text, TEXT_UNITS - 1)] + "…"
    return text
