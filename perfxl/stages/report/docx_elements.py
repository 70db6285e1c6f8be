"""Elements of a Word document, in the order in which Word wants them."""

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

#: The order in which Word wants the properties of a table and of a paragraph.
TABLE_ORDER = ("tblStyle", "tblW", "jc", "tblInd", "tblBorders", "tblLayout", "tblCellMar", "tblLook", "tblCaption", "tblDescription")
PARAGRAPH_ORDER = ("keepNext", "keepLines", "pageBreakBefore", "tabs", "spacing", "ind", "contextualSpacing", "jc", "outlineLvl")


def element(tag: str, **attributes: Any) -> BaseOxmlElement:
    """A WordprocessingML element: ``element("w:tab", pos=100)``."""
    made = OxmlElement(tag)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made


def arrange(properties: BaseOxmlElement, order: tuple[str, ...]) -> None:
    """Put the children of ``properties`` in the order that the format prescribes."""
    properties[:] = sorted(properties, key=lambda child: order.index(child.tag.rpartition("}")[2]))
