"""Marked copies: a sector's own workbook with the cells of the findings coloured, commented and listed."""

from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Any

from perfxl.model import identity
from perfxl.model.findings import SEVERITIES, Finding, Place
from perfxl.model.identity import LANGUAGE, PARENT, Identity
from perfxl.model.languages import further
from perfxl.model.texts import Texts
from perfxl.stages.mark import cells, rebuild
from perfxl.stages.mark.book import MarkedBook, Tab
from perfxl.stages.mark.listing import COLUMNS, Line, Listing
from perfxl.stages.mark.locks import Locks
from perfxl.stages.mark.notes import Note, Notes
from perfxl.stages.mark.paint import Paint
from perfxl.workbook.patch.names import quoted
from perfxl.workbook.patch.package import Unreadable
from perfxl.workbook.patch.tags import tag
from perfxl.workbook.sheets import Refused, open_book
from perfxl.workbook.sheets.package import constant
from perfxl.workbook.sheets.refs import a1, parse_cell

#: Defined name of the list of findings, by which its sheet is known again.
LIST = "pxm_findings"

_PER_NOTE = 6         # findings told in one comment
_MOST_NOTES = 2_000   # commented cells in one workbook: beyond, cells are coloured and listed only

__all__ = ["LIST", "PARENT", "Unreadable", "for_sector", "mark", "parent"]


def for_sector(findings: Iterable[Finding]) -> list[Finding]:
    """Those of ``findings`` on a return that its sector can act on, each by itself: what a marked copy is about."""
    return [one for f in findings if f.to == "sector" for one in f.alone]


def mark(returned: bytes, findings: Iterable[Finding], language: str, form: bytes | None = None,
         document: dict[str, Any] | None = None, extension: dict[str, Any] | None = None, *, open_only: bool = False, round: str = "") -> bytes:
    """``returned`` as .xlsx with ``findings`` marked on it, its marks of an earlier time replaced; with ``open_only``, without
    those on cells that a protected sheet closes to whoever gets the copy. ``round``: of the return, as the plan calls it.

    A file that cannot be annotated (.ods, unusual XML) is made anew: ``form``, the issued workbook, filled in with
    ``document``, which is what ``returned`` was read as; the findings then go where the form has their fields.
    Raises ``Unreadable`` when the file cannot be annotated and ``form`` or ``document`` is missing. The same
    arguments give the same bytes.
    """
    listed = list(findings)
    digest = sha256(returned).hexdigest()
    try:
        return _Marking(MarkedBook(returned), language, open_only=open_only, round=round).run(listed, digest)
    except (ValueError, LookupError) as reason:  # not written as spreadsheets write: leave such parts alone
        if form is None or document is None:
            raise Unreadable(f"the file cannot be marked: {reason}") from reason

    made, moved = rebuild.rebuild(returned, listed, form=form, document=document, extension=extension)
    return _Marking(MarkedBook(made), language, moved, open_only, round=round).run(listed, digest)


def parent(data: bytes) -> str | None:
    """The SHA-256 (hexadecimal) of the file that this marked copy, or a file saved from it, was made from.

    None for a file that began as no marked copy, and for one that cannot be read.
    """
    try:
        return identity.parent(open_book(data, "").properties)
    except Refused:
        return None


class _Marking:
    """One workbook being marked. ``moved``: for a copy made anew, where each finding stands in it."""

    def __init__(self, book: MarkedBook, language: str, moved: list[Place] | None = None, open_only: bool = False, round: str = ""):
        issued = (constant(book.names().get(LANGUAGE, "")) or "").strip('"')
        language = issued if issued in further() else language  # a language that the controller need not speak
        self.book, self.language, self.moved, self.open_only, self.say = book, language, moved, open_only, Texts("mark", language)
        self.round = round

    def run(self, findings: list[Finding], digest: str) -> bytes:
        """The marked file."""
        self._forget()
        tabs = self.book.tabs()
        styles = self.book.related(self.book.part, "styles")
        if styles is None:
            raise Unreadable("the workbook has no styles")
        lines = sorted(self._mendable(self._lines(findings, tabs), tabs, styles), key=self._order(tabs))
        paint = Paint(self.book.root(styles))
        title = self._free_title(tabs)
        self._mark_cells(lines, tabs, {s: paint.severity(s) for s in SEVERITIES}, title)
        self._list(lines, paint, title)
        self.book.set_property(PARENT, digest)
        return self.book.save()

    # -- what an earlier marking left
    def _forget(self) -> None:
        places = self.book.places()
        listed = places.get(LIST)
        for tab in self.book.tabs():
            if listed and tab.name == listed.sheet and not any(
                    name != LIST and ref.sheet == tab.name for name, ref in places.items()):
                self.book.remove(tab)
        for number, tab in enumerate(self.book.tabs(), 1):
            content = self.book.package.parts.get(tab.part, b"")
            if b"perfxl " in content:
                cells.unmark(self.book.root(tab.part))
            if b"tabSelected" in content:
                cells.unselect(self.book.root(tab.part))
            if tab.part:
                Notes(self.book, tab.part, number).strip()

    # -- where the findings go
    def _lines(self, findings: list[Finding], tabs: list[Tab]) -> Iterable[Line]:
        by_name = {tab.name: tab for tab in reversed(tabs)}
        for finding, place in zip(findings, self.moved or [f.place for f in findings], strict=True):
            tab, first = by_name.get(place.sheet), place.cell.partition(":")[0]
            if tab and place.cell and parse_cell(first) is None:
                place = Place(place.file, place.sheet)
            target = f"{quoted(tab.name)}!{first or 'A1'}" if tab and tab.visible else ""
            kept = finding.place if self.moved and not place.sheet else place
            yield Line(finding, kept.sheet, kept.cell, target)

    def _mendable(self, lines: Iterable[Line], tabs: list[Tab], styles: str) -> Iterable[Line]:
        """``lines`` without those on a cell that is closed to whoever gets the copy."""
        if not self.open_only:
            yield from lines
            return
        locks, parts = Locks(self.book.root(styles)), {tab.name: tab.part for tab in reversed(tabs)}
        for line in lines:
            at, part = parse_cell(line.cell.partition(":")[0]), parts.get(line.sheet)
            if not at or not part or not locks.closed(self.book.root(part), *at):
                yield line

    @staticmethod
    def _order(tabs: list[Tab]) -> Callable[[Line], tuple[Any, ...]]:
        """Worst first, then as the sheets go; what has no cell before what has one."""
        position = {tab.name: number for number, tab in reversed(list(enumerate(tabs)))}

        def key(line: Line) -> tuple[Any, ...]:
            return (SEVERITIES.index(line.finding.severity), position.get(line.sheet, -1),
                    parse_cell(line.cell.partition(":")[0]) or (0, 0), line.finding.code, line.finding.path,
                    repr(line.finding.values))

        return key

    # -- marking
    def _mark_cells(self, lines: list[Line], tabs: list[Tab], formats: dict[str, int], title: str) -> None:
        by_cell: dict[str, dict[tuple[int, int], list[Line]]] = {}
        for line in lines:
            at = parse_cell(line.cell.partition(":")[0])
            if at and (self.moved is None or line.target):
                by_cell.setdefault(line.sheet, {}).setdefault(at, []).append(line)
        left = _MOST_NOTES
        for number, tab in enumerate(tabs, 1):
            marked = by_cell.pop(tab.name, {})
            root = self.book.root(tab.part) if marked and tab.part else None
            if root is None or root.tag != tag("worksheet"):
                continue
            addresses: dict[str, list[str]] = {}
            for (row, column), about in sorted(marked.items()):
                addresses.setdefault(about[0].finding.severity, []).append(a1(row, column))
            cells.mark(root, addresses, formats)
            cells.unfold(root, {row for row, _ in marked})
            notes = [self._note(at, about, title) for at, about in sorted(marked.items())][:left]
            left -= len(notes)
            Notes(self.book, tab.part, number).write(notes)

    def _note(self, at: tuple[int, int], about: list[Line], title: str) -> Note:
        parts = []
        for line in about[:_PER_NOTE]:
            finding, said = line.finding, line.finding.say(self.language)
            field = finding.field_in(self.language)
            head = f"{self.say('severity_' + finding.severity)} {finding.code}" + (f": {field}" if field else "")
            parts.append((head, f"{said['found']} {said['expected']}\n→ {said['remedy']}"))
        if len(about) > _PER_NOTE:
            parts.append(("…", self.say("more", count=len(about) - _PER_NOTE, sheet=title)))
        return Note(*at, about[0].finding.severity, tuple(parts))

    # -- the list
    def _free_title(self, tabs: list[Tab]) -> str:
        taken, title = {tab.name.casefold() for tab in tabs}, self.say("sheet")
        return next(t for t in (title, *(f"{title} ({n})" for n in range(2, 999))) if t.casefold() not in taken)

    def _list(self, lines: list[Line], paint: Paint, title: str) -> None:
        root, head = Listing(paint, self.language).sheet(lines, self._identity(), self.moved is not None, self.round)
        self.book.insert_first(title, root)
        last = max(head + len(lines), head + 1)
        area = f"{quoted(title)}!$A${head}:${a1(1, len(COLUMNS))[:-1]}${last}"
        self.book.add_name(LIST, area)
        self.book.add_name("_xlnm._FilterDatabase", area, 0, hidden=True)
        self.book.add_name("_xlnm.Print_Titles", f"{quoted(title)}!${head}:${head}", 0)

    def _identity(self) -> Identity | None:
        return identity.parse(constant(self.book.names().get(identity.CONSTANT, "")) or "")
