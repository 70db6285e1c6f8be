"""A body's own master from when a year had one interim and one final round: its names and keys become today's.

Its looks stay the body's. What it shows of the round before has no name today: it is left blank, its table hidden.
"""

import re

from perfxl.model.rounds import MONITORING, PLAN
from perfxl.workbook.binding import objective_tables, return_tables, table_name
from perfxl.workbook.older_names import OlderNames
from perfxl.workbook.patch.cells import Sheet
from perfxl.workbook.patch.names import Name, renamed
from perfxl.workbook.patch.workbook import Workbook
from perfxl.workbook.sheets.refs import Ref, parse_named

#: Which objective sheet, and what is on it.
_PARTED = re.compile(r"(pxs?_)(.+)\Z")


def bring_over(book: Workbook, kind: str) -> None:
    """Rename what ``book``, a master of the forms of a ``kind`` of round, names as older ones did; leave others as they are."""
    names = OlderNames("interim" if kind == MONITORING else kind)
    if kind == PLAN or not names.is_older({m[2] for n in book.names if (m := _PARTED.match(n.name))}):
        return
    today = {n.name: new for n in book.names if (m := _PARTED.match(n.name)) and (new := _whole(m[1], names.name(m[2]))) != n.name}
    for entry in book.entries:
        book.sheet(entry).change_formulas("px", lambda formula: renamed(formula, {old: new for old, new in today.items() if new}))
    past = [n for n in book.names if today.get(n.name) == ""]
    book.names[:] = [Name(today.get(n.name, n.name), n.text, n.scope, n.hidden) for n in book.names if n not in past]
    places = book.places()
    for known in {table_name(t.id) for t in (*objective_tables(), *return_tables())} & places.keys():
        entry, ref = places[known]
        _rekey(book.sheet(entry), ref, names)
    for name in past:
        _hide(book, name)


def _whole(prefix: str, name: str) -> str:
    return prefix + name if name else ""


def _rekey(sheet: Sheet, ref: Ref, names: OlderNames) -> None:
    """Give the hidden keys and slots of a block their keys of today."""
    for column in range(ref.left, ref.right + 1):
        key = sheet.text(ref.top, column)
        if key == "#":
            for row in range(ref.top + 1, ref.bottom + 1):
                slot = sheet.text(row, column)
                if names.slot(slot) != slot:
                    sheet.put_text(row, column, names.slot(slot))
        elif names.key(key) != key:
            sheet.put_text(ref.top, column, names.key(key))


def _hide(book: Workbook, name: Name) -> None:
    """Fold the rows that show an earlier round away: today's forms have a strip for it."""
    reference = parse_named(name.text)
    entry = book.entry(reference.sheet) if reference else None
    if reference is not None and entry is not None:
        for row in range(reference.top, reference.bottom + 1):
            book.sheet(entry).hide(row)
