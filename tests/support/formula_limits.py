"""What Excel takes of a formula, and how near the formulas of a workbook come to it.

Limits as Microsoft gives them (*Excel specifications and limits*): 8,192 signs, 64 levels of functions, 255 arguments, texts of
255 signs in a formula. The formula of a validation has 255 signs; where one has more, Excel mends the file and drops it.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from lxml import etree

LENGTH, LEVELS, ARGUMENTS, TEXT, VALIDATION = 8192, 64, 255, 255, 255
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_PIECE = re.compile(r'"(?:[^"]|"")*"|\'(?:[^\']|\'\')*\'|[(),{}]')


@dataclass(frozen=True)
class Measured:
    """Where a formula stands, its signs, its levels of functions, its most arguments, the signs of its longest text."""

    place: str
    length: int
    levels: int
    arguments: int
    text: int

    def beyond(self) -> list[str]:
        """The limits that it passes."""
        most = VALIDATION if self.place.startswith("validation") else LENGTH
        return [name for name, found, limit in (("length", self.length, most), ("levels", self.levels, LEVELS), ("arguments", self.arguments, ARGUMENTS),
                                                ("text", self.text, TEXT)) if found > limit]


def measure(place: str, formula: str) -> Measured:
    """The size of ``formula`` (without =) by what Excel counts."""
    levels, arguments, text, open_ = 0, 1, 0, []
    for piece in _PIECE.findall(formula):
        if piece[0] in "\"'":
            text = max(text, len(piece[1:-1].replace('""', '"')) if piece[0] == '"' else 0)
        elif piece in "({":
            open_.append(1)
            levels = max(levels, len(open_))
        elif piece in ")}":
            open_.pop()
        elif open_:
            open_[-1] += 1
            arguments = max(arguments, open_[-1])
    return Measured(place, len(formula), levels=levels, arguments=arguments, text=text)


def formulas(book: bytes) -> Iterator[tuple[str, str]]:
    """(kind and place, formula) of every formula of a workbook: in cells, validations, conditional formats and defined names.

    Parentheses that only group count as a level too: what is within the limit so is within it.
    """
    with zipfile.ZipFile(BytesIO(book)) as parts:
        for name in parts.namelist():
            if name.startswith("xl/worksheets/sheet"):
                sheet = name.rpartition("/")[2]
                for _, node in etree.iterparse(BytesIO(parts.read(name)), tag=[_MAIN + t for t in ("c", "formula1", "formula2", "formula", "conditionalFormatting")]):
                    kind = node.tag.removeprefix(_MAIN)
                    if kind == "c":
                        told = node.findtext(_MAIN + "f")
                        if told:
                            yield f"cell {sheet}!{node.get('r')}", told
                        node.clear()
                    elif kind.startswith("formula") and node.text:
                        yield f"{'validation' if kind[-1].isdigit() else 'format'} {sheet}", node.text
            elif name == "xl/workbook.xml":
                for node in etree.fromstring(parts.read(name)).iter(_MAIN + "definedName"):
                    yield f"name {node.get('name')}", node.text or ""


def sizes(book: bytes) -> list[Measured]:
    """Every formula of ``book``, measured."""
    return [measure(place, formula) for place, formula in formulas(book)]
