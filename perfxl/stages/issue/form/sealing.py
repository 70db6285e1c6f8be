"""An issued workbook is sealed: its identity stands in the five places where it is looked for, and every sheet is locked."""

from lxml import etree

from perfxl.model.identity import CONSTANT, HIDDEN_SHEET, NAME
from perfxl.stages.issue.form import facts
from perfxl.stages.issue.form.writing import Form
from perfxl.workbook.patch.cells import Sheet
from perfxl.workbook.patch.tags import tag


def seal(form: Form, token: str) -> None:
    """Write the identity ``token`` wherever it is looked for, lock every sheet, and have the workbook open on the first."""
    book = form.book
    book.set_name(CONSTANT, f'"{token}"')
    sheet, ref = form.required_cell(NAME)
    sheet.put_text(ref.top, ref.left, token)
    entry = book.entry(HIDDEN_SHEET)
    if entry:
        book.sheet(entry).put_text(1, 1, token)
        entry.state = "veryHidden"
    facts.write_property(book, token)
    for number, entry in enumerate(book.entries):
        sheet = book.sheet(entry)
        _foot(sheet, token)
        _lock(sheet)
        _select(sheet, number == 0)
    for view in book.root.iter(tag("workbookView")):
        for attribute in ("activeTab", "firstSheet"):
            view.attrib.pop(attribute, None)


def _foot(sheet: Sheet, token: str) -> None:
    """Put the token in the footer: in place of the master's mark, or after what the body wrote."""
    footer = sheet.child("headerFooter")
    odd = footer.find(tag("oddFooter"))
    if odd is None:
        odd = etree.Element(tag("oddFooter"))
        head = footer.find(tag("oddHeader"))
        footer.insert(0 if head is None else 1, odd)
    text = odd.text or ""
    if "PX1" in text:
        odd.text = text.replace("PX1", token, 1)
    elif "&L" in text:  # at the end of what stands on the left
        end = min((at for at in (text.find("&C"), text.find("&R")) if at > text.find("&L")), default=len(text))
        odd.text = f"{text[:end]} &7{token}{text[end:]}"
    else:
        odd.text = f"&L&7{token}{text}"


def _lock(sheet: Sheet) -> None:
    if sheet.root.find(tag("sheetProtection")) is None:
        guard = sheet.child("sheetProtection")
        for attribute, value in (("sheet", "1"), ("objects", "1"), ("scenarios", "1"), ("formatRows", "0"), ("formatColumns", "0")):
            guard.set(attribute, value)


def _select(sheet: Sheet, first: bool) -> None:
    for view in sheet.root.iter(tag("sheetView")):
        view.attrib.pop("tabSelected", None)
        if first:
            view.set("tabSelected", "1")
