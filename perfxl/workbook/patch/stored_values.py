"""How cells store texts, numbers and days."""

import datetime
import re
from decimal import Decimal

from lxml import etree

from perfxl.workbook.patch.tags import tag

_EPOCH = datetime.date(1899, 12, 30)
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_CODED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def escape(text: str) -> str:
    """``text`` as a cell stores it: ``_x0041_`` would be read as A, so its first underscore is coded."""
    return _CONTROL.sub(lambda m: f"_x{ord(m[0]):04X}_", _ESCAPED.sub("_x005F_", text))


def unescape(text: str) -> str:
    """The inverse of ``escape``."""
    return _CODED.sub(lambda m: chr(int(m[1], 16)), text)


def rich_text(item: etree._Element) -> str:
    """The text of a string item, phonetic hints left out."""
    return unescape("".join(t.text or "" for t in item.iter(tag("t")) if t.getparent().tag != tag("rPh")))


def number_text(value: Decimal | float) -> str:
    """A number as a cell stores it: shortest decimal, no exponent, so that nothing is lost."""
    if isinstance(value, bool):
        return "1" if value else "0"
    value = value if isinstance(value, Decimal) else Decimal(str(value))
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def serial(day: str) -> int:
    """Excel's number of an ISO date from 1900 on; before March 1900 it is one less, as Excel has a day that never was."""
    count = (datetime.date.fromisoformat(day) - _EPOCH).days
    return count if count > 60 else count - 1
