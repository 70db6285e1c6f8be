"""Comments on the cells of one sheet: the part with their texts and the drawing with their boxes."""

import re
from dataclasses import dataclass

from lxml import etree

from perfxl.stages.mark.book import RID, MarkedBook
from perfxl.stages.mark.cells import Grid, place
from perfxl.stages.mark.paint import COLOURS
from perfxl.workbook.patch import measure
from perfxl.workbook.patch.package import OFFICE_RELS as RELATIONS
from perfxl.workbook.patch.stored_values import escape, unescape
from perfxl.workbook.patch.tags import SPACE, tag
from perfxl.workbook.sheets.refs import a1, parse_cell

AUTHOR = "perfxl"
#: How a comment of ours begins: LibreOffice forgets who wrote comments.
SIGN = "perfxl · "
#: Between a comment that stood on the cell already and ours.
RULE = "――― perfxl ―――"

_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_V, _O, _X = "urn:schemas-microsoft-com:vml", "urn:schemas-microsoft-com:office:office", "urn:schemas-microsoft-com:office:excel"
_SHAPE = "_x0000_t202"
_PER_SHEET = 1024  # shape numbers that a drawing has for its own
_NARROW, _WIDE, _LINE, _MARGIN = 340, 460, 15.5, 16  # pixels


@dataclass(frozen=True)
class Note:
    """The comment of one cell: ``parts`` are (heading, text) of each finding, ``severity`` the worst of them."""

    row: int
    column: int
    severity: str
    parts: tuple[tuple[str, str], ...]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels of a box that shows the whole text."""
        text = "\n".join(f"{head}\n{body}\n" for head, body in self.parts)[:-1]
        for width in (_NARROW, _WIDE):
            lines = measure.lines(text, (width - _MARGIN) * 0.75 / 5.25, 10)
            if lines <= 16:
                break
        return width, round(lines * _LINE) + _MARGIN


class Notes:
    """The comments of the sheet ``part`` of a book; ``number`` is its place among the sheets, from 1."""

    def __init__(self, book: MarkedBook, part: str, number: int):
        self.book, self.part, self.number = book, part, number

    # -- taking off
    def strip(self) -> None:
        """Take earlier notes off, leaving those of others as they were."""
        comments = self.book.related(self.part, "comments")
        if comments is None:
            return
        root = self.book.root(comments)
        authors = [a.text or "" for a in root.iter(tag("author"))]
        gone = [c for c in root.iter(tag("comment")) if _author(c, authors) == AUTHOR or _text(c).startswith(SIGN)]
        for comment in gone:
            comment.getparent().remove(comment)
        for comment in root.iter(tag("comment")):
            _cut(comment)
        if not gone:
            return
        left = {parse_cell(c.get("ref", "")) for c in root.iter(tag("comment"))}
        if not left:
            self.book.drop_part(self.part, comments)
        self._strip_boxes(left)

    def _drawing(self) -> str | None:
        """The drawing that holds the boxes of the sheet's comments."""
        legacy = self.book.root(self.part).find(tag("legacyDrawing"))
        wanted = None if legacy is None else legacy.get(RID)
        return next((r.target for r in self.book.package.relations(self.part)
                     if r.id == wanted and not r.external and r.target in self.book.package.parts), None)

    def _strip_boxes(self, left: set[tuple[int, int] | None]) -> None:
        drawing = self._drawing()
        if drawing is None:
            return
        root = self.book.root(drawing)
        for shape in root.findall(f"{{{_V}}}shape"):
            if (at := _noted(shape)) and at not in left:
                root.remove(shape)
        if next(root.iter(*(f"{{{_V}}}{kind}" for kind in ("shape", "rect", "oval", "line", "group", "image"))), None) is None:
            self.book.drop_part(self.part, drawing)
            legacy = self.book.root(self.part).find(tag("legacyDrawing"))
            legacy.getparent().remove(legacy)

    # -- putting on
    def write(self, notes: list[Note]) -> None:
        """Put ``notes`` on: beside a comment that the cell has already, else as comments of their own."""
        if not notes:
            return
        root = self._comments()
        listed = root.find(tag("commentList"))
        there = {parse_cell(c.get("ref", "")): c for c in listed.iterchildren(tag("comment"))}
        author, own = self._author(root), []
        for note in notes:
            known = there.get((note.row, note.column))
            if known is None:
                comment = etree.SubElement(listed, tag("comment"), ref=a1(note.row, note.column), authorId=str(author))
                _say(etree.SubElement(comment, tag("text")), note.parts, SIGN)
                own.append(note)
            else:
                _append(known, note.parts)
        listed[:] = sorted(listed, key=lambda c: parse_cell(c.get("ref", "")) or (0, 0))
        if own:
            self._boxes(own)

    def _comments(self) -> etree._Element:
        """The comments of the sheet, made when there are none."""
        part = self.book.related(self.part, "comments")
        if part is None:
            part = self.book.free_part("", "comments", ".xml")
            root = etree.Element(tag("comments"), nsmap={None: tag("")[1:-1]})
            self.book.add_part(part, root, _COMMENTS_TYPE)
            self.book.package.add_relation(self.part, "comments", part)
        root = self.book.root(part)
        for position, name in enumerate(("authors", "commentList")):
            if root.find(tag(name)) is None:
                root.insert(position, etree.Element(tag(name)))
        return root

    @staticmethod
    def _author(root: etree._Element) -> int:
        authors = root.find(tag("authors"))
        names = [a.text for a in authors]
        if AUTHOR not in names:
            etree.SubElement(authors, tag("author")).text = AUTHOR
        return names.index(AUTHOR) if AUTHOR in names else len(names)

    def _boxes(self, notes: list[Note]) -> None:
        drawing = self._drawing()
        if drawing is None:
            drawing = self.book.free_part("drawings", "vmlDrawing", ".vml")
            self.book.add_part(drawing, _empty_drawing(self.number), None)
            legacy = self.book.root(self.part).find(tag("legacyDrawing"))
            if legacy is None:
                legacy = etree.Element(tag("legacyDrawing"), nsmap={"r": RELATIONS})
                place(self.book.root(self.part), legacy)
            legacy.set(RID, self.book.package.add_relation(self.part, "vmlDrawing", drawing))
        root, grid = self.book.root(drawing), Grid(self.book.root(self.part))
        if not any(t.get("id") == _SHAPE for t in root.iter(f"{{{_V}}}shapetype")):
            root.append(_shape_type())
        taken = {s.get("id") for s in root.iter() if isinstance(s.tag, str)}
        names = (f"_x0000_s{n}" for n in range(_PER_SHEET * self.number + 1, 1 << 31))
        for depth, note in enumerate(notes, 1):
            root.append(_box(next(n for n in names if n not in taken), note, grid, depth))


def _author(comment: etree._Element, authors: list[str]) -> str:
    number = comment.get("authorId", "")
    return authors[int(number)] if number.isdecimal() and int(number) < len(authors) else ""


def _text(comment: etree._Element) -> str:
    return unescape("".join(t.text or "" for t in comment.iter(tag("t"))))


def _noted(shape: etree._Element) -> tuple[int, int] | None:
    """(row, column) of the cell whose comment the shape shows, None when it shows none."""
    about = shape.find(f"{{{_X}}}ClientData")
    if about is None or about.get("ObjectType") != "Note":
        return None
    row, column = (about.findtext(f"{{{_X}}}{part}") or "" for part in ("Row", "Column"))
    return (int(row) + 1, int(column) + 1) if row.isdecimal() and column.isdecimal() else None


def _cut(comment: etree._Element) -> None:
    """Take what we said off the end of another's comment."""
    said = comment.find(tag("text"))
    runs, cutting = list(said) if said is not None else [], False
    for run in runs:
        texts = [t for t in run.iter(tag("t")) if RULE in unescape(t.text or "")] if not cutting else ()
        if cutting:
            said.remove(run)
        elif texts:
            cutting = True
            texts[0].text = re.sub(rf"\n*{RULE}.*", "", texts[0].text, flags=re.DOTALL)
            if not texts[0].text:
                said.remove(run)


def _say(home: etree._Element, parts: tuple[tuple[str, str], ...], before: str = "") -> None:
    for number, (head, body) in enumerate(parts):
        _run(home, ("\n\n" if number else before) + head, bold=True)
        _run(home, "\n" + body)


def _append(comment: etree._Element, parts: tuple[tuple[str, str], ...]) -> None:
    """Say ``parts`` below what the comment says."""
    said = comment.find(tag("text"))
    if said is None:
        said = etree.SubElement(comment, tag("text"))
    for plain in said.findall(tag("t")):  # a text that goes on must be made of runs
        run = etree.Element(tag("r"))
        said.replace(plain, run)
        run.append(plain)
    _run(said, f"\n\n{RULE}\n", bold=True)
    _say(said, parts)


def _run(home: etree._Element, text: str, bold: bool = False) -> None:
    run = etree.SubElement(home, tag("r"))
    look = etree.SubElement(run, tag("rPr"))
    if bold:
        etree.SubElement(look, tag("b"))
    etree.SubElement(look, tag("sz"), val="9")
    etree.SubElement(look, tag("color"), rgb="FF000000")
    etree.SubElement(look, tag("rFont"), val="Arial")
    etree.SubElement(look, tag("family"), val="2")
    item = etree.SubElement(run, tag("t"))
    item.text = escape(text)
    item.set(SPACE, "preserve")


def _empty_drawing(number: int) -> etree._Element:
    root = etree.Element("xml", nsmap={"v": _V, "o": _O, "x": _X})
    layout = etree.SubElement(root, f"{{{_O}}}shapelayout")
    etree.SubElement(layout, f"{{{_O}}}idmap", data=str(number)).set(f"{{{_V}}}ext", "edit")
    layout.set(f"{{{_V}}}ext", "edit")
    return root


def _shape_type() -> etree._Element:
    made = etree.Element(f"{{{_V}}}shapetype", id=_SHAPE, coordsize="21600,21600", path="m,l,21600r21600,l21600,xe",
                         nsmap={"v": _V, "o": _O})
    made.set(f"{{{_O}}}spt", "202")
    etree.SubElement(made, f"{{{_V}}}stroke", joinstyle="miter")
    etree.SubElement(made, f"{{{_V}}}path", gradientshapeok="t").set(f"{{{_O}}}connecttype", "rect")
    return made


def _box(name: str, note: Note, grid: Grid, depth: int) -> etree._Element:
    width, height = note.size
    left, top = grid.across(note.column, width), grid.down(note.row, height)
    tint = "#" + COLOURS[note.severity][2].lower()
    shape = etree.Element(f"{{{_V}}}shape", id=name, type=f"#{_SHAPE}", fillcolor=tint, nsmap={"v": _V, "o": _O, "x": _X}, style=(
        f"position:absolute;width:{width * 0.75:g}pt;height:{height * 0.75:g}pt;z-index:{depth};visibility:hidden"))
    shape.set(f"{{{_O}}}insetmode", "auto")
    etree.SubElement(shape, f"{{{_V}}}fill", color2=tint)
    etree.SubElement(shape, f"{{{_V}}}shadow", on="t", color="black", obscured="t")
    etree.SubElement(shape, f"{{{_V}}}path").set(f"{{{_O}}}connecttype", "none")
    etree.SubElement(etree.SubElement(shape, f"{{{_V}}}textbox", style="mso-direction-alt:auto"), "div", style="text-align:left")
    about = etree.SubElement(shape, f"{{{_X}}}ClientData", ObjectType="Note")
    anchor = ", ".join(map(str, (left[0], left[1], top[0], top[1], left[2], left[3], top[2], top[3])))
    for part, text in (("MoveWithCells", None), ("SizeWithCells", None), ("Anchor", anchor), ("AutoFill", "False"),
                       ("Row", str(note.row - 1)), ("Column", str(note.column - 1))):
        etree.SubElement(about, f"{{{_X}}}{part}").text = text
    return shape


