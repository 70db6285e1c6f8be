"""What cells of the plan workbook accept and how they look while a formula holds, held as it stands in the file: the workbook has
hundreds of either, and openpyxl's own objects take longer to make than all that is written in its cells."""

from collections.abc import Iterator
from typing import Any

from lxml import etree
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.worksheet import Worksheet

#: The attributes of a data validation that are told, in the order of openpyxl; those that hold True or False.
_SAID = ("showInputMessage", "showErrorMessage", "allowBlank", "errorTitle", "error", "promptTitle", "prompt", "type", "errorStyle", "operator")
_FLAGS = {"showInputMessage": False, "showErrorMessage": False, "allowBlank": True}


class Validations:
    """What cells of a sheet accept and tell, in the place of openpyxl's data validations."""

    def __init__(self) -> None:
        self._listed: list[tuple[str, dict[str, Any]]] = []

    def __len__(self) -> int:
        return len(self._listed)

    def add(self, cells: str, said: dict[str, Any]) -> None:
        """Have ``cells`` accept and tell what is ``said``."""
        self._listed.append((cells, {**said, **{flag: str(int(said.get(flag, usual))) for flag, usual in _FLAGS.items()}}))

    def to_tree(self) -> etree._Element:
        """The element of the file."""
        made = etree.Element("dataValidations", count=str(len(self)))
        for cells, said in self._listed:
            one = etree.SubElement(made, "dataValidation", {"sqref": cells, "showDropDown": "0", **{key: said[key] for key in _SAID if key in said}})
            for name in ("formula1", "formula2"):
                if name in said:
                    etree.SubElement(one, name).text = said[name]
        return made


def add_validation(ws: Worksheet, cells: str, said: dict[str, Any]) -> None:
    """Have ``cells`` (``A4:A203``) accept and tell what is ``said``, by the names of the format: ``type``, ``formula1``, ``errorStyle``
    (stop, where it is not told), ``prompt`` …"""
    if not isinstance(ws.data_validations, Validations):
        ws.data_validations = Validations()
    ws.data_validations.add(cells, {"errorStyle": "stop", **said})


class Looks:
    """How cells of a sheet look while formulas hold, in the place of openpyxl's conditional formatting."""

    def __init__(self) -> None:
        self._by_cells: dict[str, list[tuple[int, str, DifferentialStyle]]] = {}
        self._count = 0

    def add(self, cells: str, formula: str, look: DifferentialStyle) -> None:
        """Have ``cells`` look so while ``formula`` holds; what is added first stands before the rest."""
        self._count += 1
        self._by_cells.setdefault(cells, []).append((self._count, formula, look))

    def trees(self, styles: Any) -> Iterator[etree._Element]:
        """The elements of the file; ``styles``: the differential styles of the book, to which the looks are added."""
        known: dict[int, str] = {}
        for cells, rules in self._by_cells.items():
            made = etree.Element("conditionalFormatting", sqref=cells)
            for priority, formula, look in rules:
                at = known.get(id(look)) or known.setdefault(id(look), str(styles.add(look)))
                rule = etree.SubElement(made, "cfRule", {"type": "expression", "priority": str(priority), "dxfId": at})
                etree.SubElement(rule, "formula").text = formula
            yield made


def add_look(ws: Worksheet, cells: str, formula: str, look: DifferentialStyle) -> None:
    """Have ``cells`` of ``ws`` look so while ``formula`` holds."""
    if not isinstance(ws.conditional_formatting, Looks):
        ws.conditional_formatting = Looks()
    ws.conditional_formatting.add(cells, formula, look)
