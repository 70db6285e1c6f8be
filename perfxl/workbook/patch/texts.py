"""The texts of a workbook as programs read them best.

Some know no string item that stands in its cell (Calligra), some lose the line breaks of a text that is a cell's plain
value (Calligra) or the blank lines of a part (openxlsx for R). A line is therefore a value, and what has several a shared
string, its breaks written as references.
"""

from collections.abc import Iterable

from lxml import etree

from perfxl.workbook.patch.cells import BLANKS, MAIN, tag
from perfxl.workbook.patch.package import serialise

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
_VALUE, _ITEM, _TEXT = tag("v"), tag("is"), tag("t")


def as_values(sheet: etree._Element) -> None:
    """Make every plain line that is a string item of its cell the cell's value."""
    for item in list(sheet.iter(_ITEM)):
        line = _line(item)
        if line is not None:
            cell = item.getparent()
            cell.remove(item)
            cell.set("t", "str")
            etree.SubElement(cell, _VALUE).text = line


def _line(item: etree._Element) -> str | None:
    """What ``item`` says when it is one line without a format, and without spaces at its ends."""
    text = item[0].text or "" if len(item) == 1 and item[0].tag == _TEXT else None
    return text if text and "\n" not in text and text == text.strip(BLANKS) else None


def share(sheets: Iterable[etree._Element], items: list[etree._Element]) -> etree._Element:
    """A table of the shared strings of ``sheets``, whose cells point into it afterwards.

    ``items``: the string items that they point to now; those that no cell points to are left out. String items of cells
    come into the table, plain lines become values.
    """
    table, count = etree.Element(tag("sst"), nsmap={None: MAIN}), 0
    numbers: dict[bytes, str] = {}
    moved: dict[int, str] = {}
    for sheet in sheets:
        as_values(sheet)
        for cell in [c for c in sheet.iter(tag("c")) if c.get("t") == "s"] if items else ():
            value = cell.find(_VALUE)
            number = int(value.text) if value is not None and (value.text or "").isdecimal() else len(items)
            if number < len(items):
                if number not in moved:
                    moved[number] = _number(items[number], table, numbers)
                value.text = moved[number]
                count += 1
        for item in list(sheet.iter(_ITEM)):
            cell = item.getparent()
            cell.remove(item)
            cell.set("t", "s")
            etree.SubElement(cell, _VALUE).text = _number(item, table, numbers)
            count += 1
    table.set("count", str(count))
    table.set("uniqueCount", str(len(table)))
    return table


def _number(item: etree._Element, table: etree._Element, numbers: dict[bytes, str]) -> str:
    """The place of ``item`` in ``table``, put at its end when it says something new."""
    item.tag, item.tail = tag("si"), None
    key = etree.tostring(item)
    if key not in numbers:
        numbers[key] = str(len(table))
        table.append(etree.fromstring(key))
    return numbers[key]


def serialise_table(table: etree._Element) -> bytes:
    """The part that holds ``table``."""
    etree.cleanup_namespaces(table)
    head, rest = serialise(table).split(b"?>", 1)
    return head + b"?>\n" + rest.lstrip().replace(b"\n", b"&#10;")
