"""What a workbook is: its identity from the many places where it was written."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from perfxl.model import identity
from perfxl.model.findings import Finding, Place
from perfxl.model.identity import Identity
from perfxl.workbook.sheets.model import Book
from perfxl.workbook.sheets.refs import Ref

SIGN = "PX1|"
#: Cells in which an identity is looked for that stands nowhere else: those of any form, and not more of a foreign file.
MOST_LOOKED_AT = 8_000


def identify(book: Book, file: str) -> tuple[Identity | None, list[Finding]]:
    """The identity that most places agree on (the first of them, when as many say otherwise), and what was noticed.

    None, with IDEN01, when no place holds one.
    """
    if not (_named(book) or book.mentions(SIGN)):  # no form at all: told without reading its sheets
        return None, [Finding("IDEN01", Place(file))]
    identities = [(Place(file, sheet, cell), text, identity.parse(text)) for sheet, cell, text in _texts(book)]
    votes = Counter(said for _, _, said in identities if said) or Counter(_shown(book))
    if not votes:
        return None, [Finding("IDEN01", Place(file))]
    kept = votes.most_common(1)[0][0]
    findings: list[Finding] = []
    known: set[str] = set()
    for place, text, said in identities:
        if said == kept or text in known:
            continue
        known.add(text)
        text = said.token if said else text[text.index(SIGN):][:80]
        findings.append(Finding("IDEN02" if said else "IDEN03", place, {"found": text, "kept": kept.token},
                                sector=kept.sector))
    return kept, findings


def _named(book: Book) -> bool:
    """Whether the workbook says outside its cells that it is a form."""
    constant = book.names.get(identity.CONSTANT)
    return SIGN in book.properties.get(identity.PROPERTY, "") or isinstance(constant, str) and SIGN in constant


def _texts(book: Book) -> Iterator[tuple[str, str, str]]:
    """(sheet, cell, text) of every place that holds a token or what is left of one."""
    places = [("", "", book.properties.get(identity.PROPERTY, ""))]
    constant = book.names.get(identity.CONSTANT)
    places.append(("", "", constant if isinstance(constant, str) else ""))
    hidden = book.sheet(identity.HIDDEN_SHEET)
    if hidden:
        places.append((hidden.name, "A1", _said(hidden.cell(1, 1).value)))
    named = dict.fromkeys((book.names.get(identity.NAME), *(s.names.get(identity.NAME) for s in book.sheets)))
    for ref in (r for r in named if isinstance(r, Ref)):
        places.append((ref.sheet, ref.address, _said(book.by_name[ref.sheet].cell(ref.top, ref.left).value)))
    places += [("", "", text) for text in book.page_texts]
    places += [(sheet.name, "", text) for sheet in book.sheets for text in sheet.content.footers]
    return ((sheet, cell, text) for sheet, cell, text in places if SIGN in text)


def _shown(book: Book) -> list[Identity]:
    """The identity that a cell shows, where names, properties and page footers are gone, as in sheets pasted into a new
    book; none when cells show several, as lists of forms do."""
    identities, left = set(), MOST_LOOKED_AT
    for sheet in book.sheets:
        for at in islice(sheet.cells, left):
            cell = sheet.cells[at]
            if cell.text.startswith(SIGN) and (said := identity.parse(cell.text)):
                identities.add(said)
        left = max(0, left - len(sheet.cells))
    return list(identities) if len(identities) == 1 else []


def _said(value: object) -> str:
    return value if isinstance(value, str) else ""
