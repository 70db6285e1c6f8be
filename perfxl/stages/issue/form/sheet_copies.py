"""The sheets of a form's objectives: copies of those of the master, their names numbered, each in its row of the summary."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from perfxl.model.texts import Texts
from perfxl.stages.issue.form.names import CHECKS, SUMMARY
from perfxl.stages.issue.form.writing import Form
from perfxl.workbook.binding import table_name
from perfxl.workbook.formulas.unwritten import begin_computed
from perfxl.workbook.patch.cells import Sheet
from perfxl.workbook.patch.names import Entry, Name, on_sheet, renamed, tokens
from perfxl.workbook.patch.tags import tag
from perfxl.workbook.patch.workbook import Workbook
from perfxl.workbook.sheets.refs import Ref, parse_named


@dataclass(frozen=True)
class Emptied:
    """The ``rows`` of a sheet without their formulas where an objective holds nothing, ``but`` those of what it holds."""

    rows: frozenset[int] = frozenset()
    but: tuple[int, ...] = ()


_OBJECTIVE = re.compile(r"px(?P<short>s?)(?P<computed>c?)_(?P<rest>.+)\Z")


def copy_sheets(form: Form, document: dict[str, Any], empty: Callable[[dict[str, Any]], Emptied]) -> None:
    """A sheet for each objective of ``document``, in full where the sector leads it, in the place of those of the master; ``empty``:
    the rows of that in full that an objective leaves without formulas."""
    book = form.book
    sources = {full: form.places[f"{prefix}_code"][0] for full, prefix in ((True, "px"), (False, "pxs"))}
    where, made = book.entries.index(sources[True]), []
    names = {s.name: [n for n in book.names if n.scope is s or _leads_to(n, s)] for s in sources.values()}
    sheets: dict[tuple[str, frozenset[int]], Sheet] = {}
    for number, objective in enumerate(document.get("objectives", ()), 1):
        full = objective.get("role", "lead") == "lead"
        source = sources[full]
        emptied = empty(objective) if full and book.sheet(source).fresh else Emptied()
        key = source.name, emptied.rows
        if key not in sheets:
            sheets[key] = book.sheet(source).bare(emptied.rows)
            begin_computed(book, source, form.language, sheets[key])
        entry = book.clone(source, _free_title(book, objective["code"]), sheets[key])
        book.sheet(entry).restore(emptied.but, book.sheet(source).base)
        _number(book, source, entry, names[source.name], number=number)
        made.append(entry)
    for source in sources.values():
        book.remove(source)
    for entry in made:
        book.entries.remove(entry)
    where = min(where, len(book.entries))
    book.entries[where:where] = made


def _number(book: Workbook, source: Entry, new: Entry, of_source: list[Name], number: int) -> None:
    """Make ``new``, a copy of ``source``, the sheet of objective ``number``: its names are numbered, its formulas go after them."""
    names = dict[str, str]()
    for name in of_source:
        text, objective = on_sheet(name.text, source.name, new.name), _OBJECTIVE.match(name.name)
        if name.scope is None and objective:
            names[name.name] = _numbered(objective, number)
            book.names.append(Name(names[name.name], text))
        else:
            book.names.append(Name(name.name, text, new, name.hidden))
    sheet = book.sheet(new)
    sheet.change_formulas(source.name, lambda formula: on_sheet(formula, source.name, new.name))
    mine = names.keys()
    sheet.change_formulas("px", lambda formula: formula if mine.isdisjoint(tokens(formula)) else renamed(formula, names),
                          once=frozenset(names.items()))
    properties = sheet.root.find(tag("sheetPr"))
    if properties is not None:
        properties.attrib.pop("codeName", None)


def _leads_to(name: Name, entry: Entry) -> bool:
    ref = parse_named(name.text)
    return ref is not None and ref.sheet == entry.name


def _numbered(name: re.Match[str], number: int) -> str:
    """A name of the master's objective sheet as that of the sheet ``number``."""
    return f"px{name['computed']}{number:02d}_{name['rest']}"


def _free_title(book: Workbook, title: str) -> str:
    """``title``, or with a number when the master has a sheet of that name."""
    taken = {e.name.casefold() for e in book.entries}
    return next(t for t in (title, *(f"{title} ({n})" for n in range(2, 99))) if t.casefold() not in taken)


def number_rows(form: Form, count: int) -> None:
    """Give each row of the summary its objective of ``count``, and hide the rows that have none."""
    for name in (SUMMARY, CHECKS):
        sheet, ref = form.required_cell(name)
        for number, row in enumerate(range(ref.top + 2, ref.bottom + 1), 1):
            if number > count:
                sheet.hide(row)
            of = number if number <= count else None
            sheet.rewrite(row, range(ref.left, ref.right + 1), partial(_of_objective, number=of), once=("summary", of))


def _of_objective(formula: str, number: int | None) -> str | None:
    """A ``formula`` of the summary in the row of objective ``number``; None where it has none."""
    if number is None:
        return None
    own = {t: _numbered(m, number) for t in tokens(formula)
           if (m := _OBJECTIVE.match(t)) and not m["short"] and not t.startswith("px_compilation")}
    return renamed(formula, own)


def lead_on(form: Form, document: dict[str, Any]) -> None:
    """Have the bar of each sheet lead to the next objective, that of the last to where the bars lead back: the summary, or
    among questions the questions."""
    words, count, places = Texts("form", form.language), len(document.get("objectives", ())), form.book.places()
    asked = bool(document.get("requests"))
    target = table_name("requests") if asked else SUMMARY
    for number in range(1, count + 1):
        back, onward = (_formula(form.book, places.get(f"pxc{number:02d}_{key}")) for key in ("back", "next"))
        if back and asked:
            back.write(f'HYPERLINK("#{target}","{words("bar_back_requests")}")')
        if onward and number < count:
            onward.write(renamed(onward.text, {f"px{number:02d}_code": f"px{number + 1:02d}_code"}))
        elif onward:
            onward.write(f'HYPERLINK("#{target}","{words("bar_last_requests" if asked else "bar_last")}")')


def _formula(book: Workbook, place: tuple[Entry, Ref] | None) -> "_Formula | None":
    """The formula of the cell at ``place``; None where there is none."""
    if place is None:
        return None
    sheet, ref = book.sheet(place[0]), place[1]
    text = sheet.formula(ref.top, ref.left)
    return None if text is None else _Formula(sheet, ref.top, ref.left, text)


@dataclass(frozen=True)
class _Formula:
    """The formula of one cell, ``text`` as it stood when it was found."""

    sheet: Sheet
    row: int
    column: int
    text: str

    def write(self, text: str) -> None:
        """Have it be another."""
        self.sheet.put_formula(self.row, self.column, text)
