"""Marked copies: the findings stand on the cells, the workbook still reads as it was sent, marks never pile up."""

import io
import re
import zipfile
from functools import lru_cache
from hashlib import sha256

import openpyxl
import pytest
from form_year import converted, declared, plan
from openpyxl.comments import Comment

from perfxl.model.findings import SEVERITIES, Finding, Place
from perfxl.model.texts import area
from perfxl.stages import issue, mark, read
from perfxl.stages.check.return_context import title_of
from perfxl.stages.issue import fill
from perfxl.workbook.sheets import open_book

CATALOGUE = area("findings")
ERROR, WARNING, NOTE = (min(c for c, kind in CATALOGUE.items() if kind["severity"] == s) for s in SEVERITIES)
CODES = (ERROR, WARNING, ERROR, NOTE, WARNING)


def finding(code: str, path: str = "", place: Place = Place(), found: str = "=1+1") -> Finding:
    """A finding whose placeholders all say ``found``."""
    words = " ".join(CATALOGUE[code]["it"].values())
    parts = tuple(int(p) if p.isdigit() else p for p in path.split("/")[1:])
    return Finding(code, place, values={n: found for n in re.findall(r"{(\w+)}", words)}, field=title_of(parts), path=path, sector="S1")


def findings(reading: read.Reading) -> list[Finding]:
    """A handful on cells of the return, two of them on one cell, one without a cell."""
    paths = [p for p in reading.places if p.startswith("/objectives/0/")]
    chosen = [paths[n * len(paths) // len(CODES)] for n in range(len(CODES))]
    made = [finding(code, path, reading.places[path]) for code, path in zip(CODES, chosen, strict=True)]
    return [*made, finding(NOTE, chosen[0], reading.places[chosen[0]]), finding(WARNING, place=Place("S1.xlsx"))]


@pytest.fixture(scope="module")
def issued() -> tuple[bytes, dict]:
    """The interim form of S1 and what the sector declares on it."""
    prefilled = issue.returns(plan(), "interim")["S1"]
    return issue.issue(prefilled, plan()), declared(prefilled)


@pytest.fixture(scope="module")
def returned(issued) -> bytes:
    made, unplaced = fill.fill(*issued)
    assert unplaced == []
    return made


def workbook(content: bytes):
    return openpyxl.load_workbook(io.BytesIO(content))


#: The same, for whoever looks only.
seen = lru_cache(maxsize=4)(workbook)


def comments(content: bytes) -> dict[tuple[str, str], Comment]:
    """The comments by sheet and cell."""
    return {(s.title, c.coordinate): c.comment for s in seen(content) for row in s.iter_rows() for c in row if c.comment}


def coloured(content: bytes) -> dict[str, set[tuple[str, str]]]:
    """The cells that each severity colours."""
    found: dict[str, set] = {}
    for sheet in seen(content):
        for block in sheet.conditional_formatting:
            for rule in block.rules:
                if match := re.search(r'LEN\("perfxl (\w+)"\)', " ".join(rule.formula)):
                    found.setdefault(match[1], set()).update((sheet.title, a) for a in str(block.sqref).split())
    return found


def boxes(content: bytes) -> list[dict]:
    """The boxes of the comments: row and column from 0, size in points, anchor."""
    found = []
    for name, text in sorted(parts(content).items()):
        for shape in re.findall(r"<v:shape .*?</v:shape>", text.decode(), re.DOTALL) if name.endswith(".vml") else ():
            size = dict(re.findall(r"(width|height):([\d.]+)pt", shape))
            row, column, anchor = (re.search(rf"<x:{part}>([^<]*)<", shape)[1] for part in ("Row", "Column", "Anchor"))
            found.append({"row": int(row), "column": int(column), "width": float(size["width"]), "height": float(size["height"]),
                          "anchor": [int(n) for n in anchor.split(",")]})
    return found


def listed(content: bytes, title: str = "Rilievi") -> list[tuple]:
    """The listed findings: severity, sheet, cell, field, what, what to do, code."""
    rows = list(seen(content)[title].iter_rows(values_only=True))
    head = next(n for n, row in enumerate(rows) if row[6] in ("Codice", "Code"))
    return rows[head + 1:]


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts_: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts_.items():
            archive.writestr(name, content)
    return out.getvalue()


def same_return(one: bytes, other: bytes) -> None:
    first, second = read.read(one, "S1.xlsx"), read.read(other, "S1.xlsx")
    assert first.document is not None and second.document == first.document
    assert second.identity == first.identity
    assert [(f.code, f.place) for f in second.findings] == [(f.code, f.place) for f in first.findings]


def test_every_return_of_a_round_is_marked_and_still_reads(demo_year):
    paths = demo_year.received_files("interim")
    assert len(paths) == 11
    for path in paths:
        original = path.read_bytes()
        reading = read.read(original, path.name)
        given = findings(reading)
        made = mark.mark(original, given, "it")
        same_return(original, made)
        cells = {(f.place.sheet, f.place.cell) for f in given if f.place.cell}
        assert set(comments(made)) == cells
        assert set().union(*coloured(made).values()) == cells
        assert len(listed(made)) == len(given)
        assert mark.parent(made) == sha256(original).hexdigest()


def test_nothing_but_the_marks_is_changed(returned):
    given = findings(read.read(returned, "S1.xlsx"))
    made = mark.mark(returned, given, "it")
    told = {(f.place.sheet, int(f.place.cell.partition(":")[0].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))) for f in given if f.place.cell}
    before, after = open_book(returned, ""), open_book(made, "")
    assert [s.name for s in after.sheets] == ["Rilievi", *(s.name for s in before.sheets)]
    assert [s.state for s in after.sheets[1:]] == [s.state for s in before.sheets]
    for old, new in zip(before.sheets, after.sheets[1:], strict=True):
        assert dict(new.cells) == dict(old.cells)
        assert (new.hidden_columns, new.names) == (old.hidden_columns, old.names)
        assert new.hidden_rows <= old.hidden_rows and all((old.name, row) in told for row in old.hidden_rows - new.hidden_rows)
    assert {k: v for k, v in after.names.items() if k != mark.LIST} == before.names
    assert {k: v for k, v in after.properties.items() if k != mark.PARENT} == before.properties
    old, new = seen(returned), seen(made)
    for sheet in old:
        twin = new[sheet.title]
        assert twin.protection.__dict__ == sheet.protection.__dict__
        assert [c._style for row in twin.iter_rows() for c in row] == [c._style for row in sheet.iter_rows() for c in row]
        assert len(twin.data_validations.dataValidation) == len(sheet.data_validations.dataValidation)
    touched = {n for n, content in parts(returned).items() if parts(made)[n] != content}
    assert touched <= {"[Content_Types].xml", "docProps/custom.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
                       *(n for n in parts(returned) if n.startswith("xl/worksheets/"))}


def test_a_comment_says_what_was_found_and_what_to_do(returned):
    reading = read.read(returned, "S1.xlsx")
    given = findings(reading)
    two = [f for f in given if f.place == given[0].place]
    made = mark.mark(returned, given, "it")
    said = comments(made)[given[0].place.sheet, given[0].place.cell]
    assert said.author == "perfxl"
    assert said.text.startswith("perfxl · Errore ")
    for f in two:
        assert f.code in said.text
        assert all(words in said.text for words in f.say("it").values())
    cell = seen(made)[given[0].place.sheet][given[0].place.cell]
    shape = next(s for s in boxes(made) if (s["row"], s["column"]) == (cell.row - 1, cell.column - 1))
    assert shape["width"] > 200 and shape["height"] > 8 * 11


def test_the_worst_finding_of_a_cell_colours_it_over_the_formats_of_the_form(returned):
    given = findings(read.read(returned, "S1.xlsx"))
    made = mark.mark(returned, given, "it")
    place = (given[0].place.sheet, given[0].place.cell)
    assert place in coloured(made)["error"] and place not in coloured(made).get("note", set())
    rules = [(r.priority, "perfxl" in " ".join(r.formula)) for b in seen(made)[place[0]].conditional_formatting for r in b.rules]
    ours, others = [p for p, mine in rules if mine], [p for p, mine in rules if not mine]
    assert others and max(ours) < min(others)


def test_the_list_links_to_the_cells_and_holds_no_formula(returned):
    given = [*findings(read.read(returned, "S1.xlsx")), finding(NOTE, place=Place("S1.xlsx", "=1+1"))]
    made = mark.mark(returned, given, "it")
    sheet = seen(made)["Rilievi"]
    links = {c.hyperlink.location for row in sheet.iter_rows() for c in row if c.hyperlink}
    assert links == {f"'{f.place.sheet}'!{f.place.cell}" for f in given if f.place.cell}
    assert not [c.coordinate for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    assert [row[1] for row in listed(made)].count("=1+1") == 1
    assert b"<f>" not in next(content for name, content in parts(made).items() if b"=1+1</v>" in content)
    assert [row[0] for row in listed(made)] == sorted((row[0] for row in listed(made)), key=["Errore", "Avviso", "Nota"].index)
    assert sheet.page_setup.orientation == "landscape" and sheet.page_setup.fitToWidth == 1 and sheet.print_title_rows
    assert not [n for n, content in parts(made).items() if n.endswith(".rels") and b"External" in content]


def test_findings_without_a_cell_are_only_listed(returned):
    given = [finding(WARNING, place=Place("S1.xlsx")), finding(ERROR, place=Place("S1.xlsx", "Foglio sparito", "C3"))]
    made = mark.mark(returned, given, "it")
    assert comments(made) == {} and coloured(made) == {}
    assert {row[6] for row in listed(made)} == {WARNING, ERROR}
    assert not [c for row in seen(made)["Rilievi"].iter_rows() for c in row if c.hyperlink]
    same_return(returned, made)


def test_no_findings_take_the_marks_off(returned):
    made = mark.mark(returned, findings(read.read(returned, "S1.xlsx")), "it")
    clean = mark.mark(made, [], "it")
    assert comments(clean) == {} and coloured(clean) == {}
    assert not [n for n in parts(clean) if "comments" in n or n.endswith(".vml")]
    assert [row[0] for row in listed(clean)] == ["Nessun rilievo: la scheda è in ordine."]


def test_marking_a_marked_copy_replaces_its_marks(returned):
    given = findings(read.read(returned, "S1.xlsx"))
    once = mark.mark(returned, given, "it")
    twice = mark.mark(once, given, "it")
    first, second = parts(once), parts(twice)
    assert first.keys() == second.keys()
    assert [n for n in first if first[n] != second[n]] == ["docProps/custom.xml"]
    assert mark.parent(twice) == sha256(once).hexdigest()
    one = given[0]
    other = mark.mark(twice, [one], "en")
    assert [s for s in seen(other).sheetnames if s in ("Rilievi", "Findings")] == ["Findings"]
    assert set(comments(other)) == {(one.place.sheet, one.place.cell)}
    assert len(listed(other, "Findings")) == 1
    same_return(returned, other)


def test_the_same_arguments_give_the_same_bytes(returned):
    given = findings(read.read(returned, "S1.xlsx"))
    assert mark.mark(returned, given, "it") == mark.mark(returned, list(reversed(given)), "it")


def test_what_libreoffice_saved_is_marked_and_what_it_saves_of_a_mark_is_cleaned(returned, tmp_path):
    saved = converted(returned, tmp_path)
    given = findings(read.read(saved, "S1.xlsx"))
    made = mark.mark(saved, given, "it")
    same_return(saved, made)
    cells = {(f.place.sheet, f.place.cell) for f in given if f.place.cell}
    assert set(comments(made)) == cells == set().union(*coloured(made).values())
    again = converted(made, tmp_path)
    assert set(comments(again)) == cells
    assert all(f.say("it")["remedy"] in comments(again)[f.place.sheet, f.place.cell].text for f in given if f.place.cell)
    same_return(made, again)
    assert mark.parent(again) == sha256(saved).hexdigest()
    one = given[0]
    clean = mark.mark(again, [one], "it")
    assert set(comments(clean)) == {(one.place.sheet, one.place.cell)}
    assert coloured(clean) == {"error": set(comments(clean))}
    assert seen(clean).sheetnames.count("Rilievi") == 1 and len(listed(clean)) == 1
    same_return(again, clean)


@pytest.mark.parametrize("beside", [True, False])
def test_comments_of_the_sector_are_kept(returned, beside):
    place = read.read(returned, "S1.xlsx").places["/objectives/0/holding/reading/percent"]
    book = workbook(returned)
    book[place.sheet][place.cell].comment = Comment("Vedi delibera 12", "Eva Fini")
    book[place.sheet]["A1"].comment = Comment("Da rivedere", "Eva Fini")
    out = io.BytesIO()
    book.save(out)
    cell = place if beside else Place("", place.sheet, "B9")
    told = finding(ERROR, place=cell)
    made = mark.mark(out.getvalue(), [told], "it")
    said = comments(made)
    assert said[place.sheet, "A1"].text == "Da rivedere" and said[place.sheet, "A1"].author == "Eva Fini"
    assert said[place.sheet, place.cell].text.startswith("Vedi delibera 12")
    assert told.say("it")["remedy"] in said[cell.sheet, cell.cell].text
    same_return(out.getvalue(), made)
    again = parts(mark.mark(made, [told], "it"))
    assert [n for n, content in parts(made).items() if again[n] != content] == ["docProps/custom.xml"]
    clean = mark.mark(made, [], "it")
    assert {k: (c.text, c.author) for k, c in comments(clean).items()} == {
        (place.sheet, place.cell): ("Vedi delibera 12", "Eva Fini"), (place.sheet, "A1"): ("Da rivedere", "Eva Fini")}


def test_a_sheet_written_with_a_prefix_is_marked(returned):
    changed = {}
    for name, content in parts(returned).items():
        if name.startswith("xl/worksheets/sheet"):
            text = content.decode()
            text = re.sub(r"<(/?)(?=[A-Za-z])(?!\w+:)", r"<\1x:", text).replace("xmlns=", "xmlns:x=", 1)
            content = text.encode()
        changed[name] = content
    prefixed = packed(changed)
    same_return(returned, prefixed)
    given = findings(read.read(prefixed, "S1.xlsx"))
    made = mark.mark(prefixed, given, "it")
    same_return(prefixed, made)
    assert set(comments(made)) == {(f.place.sheet, f.place.cell) for f in given if f.place.cell}


def strict(content: bytes, _folder) -> bytes:
    """The workbook in the strict format, which is not annotated."""
    changed = {n: c.replace(b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main")
               for n, c in parts(content).items()}
    return packed(changed)


@pytest.mark.parametrize("turned", [lambda content, folder: converted(content, folder, "ods"), strict], ids=["ods", "strict"])
def test_what_cannot_be_annotated_is_made_anew_on_the_form(issued, returned, tmp_path, turned):
    form, document = issued
    other = turned(returned, tmp_path)
    reading = read.read(other, "S1.ods")
    assert reading.document == read.read(returned, "S1.xlsx").document
    given = findings(reading)
    with pytest.raises(mark.Unreadable):
        mark.mark(other, given, "it")
    made = mark.mark(other, given, language="it", form=form, document=reading.document)
    after = read.read(made, "S1.xlsx")
    assert after.document == reading.document and after.identity == reading.identity
    assert mark.parent(made) == sha256(other).hexdigest()
    expected = {(after.places[f.path].sheet, after.places[f.path].cell) for f in given if f.path}
    assert set(comments(made)) == expected
    assert any("ricompilata" in str(row[0]) for row in seen(made)["Rilievi"].iter_rows(values_only=True))
    by_cell = [f.at(path="") for f in given if f.path]
    assert set(comments(mark.mark(other, by_cell, language="it", form=form, document=reading.document))) == expected


def test_a_lost_sheet_does_not_shift_the_findings_of_the_others(issued, returned, tmp_path):
    form, _ = issued
    book = workbook(returned)
    first = read.read(returned, "S1.xlsx").places["/objectives/0/code"].sheet
    del book[first]
    for name in [n for n in book.defined_names if n.startswith(("px01_", "pxc01_"))]:
        del book.defined_names[name]
    out = io.BytesIO()
    book.save(out)
    other = converted(out.getvalue(), tmp_path, "ods")
    reading = read.read(other, "S1.ods")
    assert [o["code"] for o in reading.document["objectives"]] == ["S1.00002", "SG.00001"]
    given = [finding(ERROR, "/objectives/0/holding/reading/percent")]
    made = mark.mark(other, given, language="it", form=form, document=reading.document)
    place = read.read(made, "S1.xlsx").places["/objectives/1/holding/reading/percent"]
    assert set(comments(made)) == {(place.sheet, place.cell)} and place.sheet == "S1.00002"


def test_a_name_that_lies_removes_no_sheet_of_the_sector(returned):
    book = workbook(returned)
    sheet = read.read(returned, "S1.xlsx").places["/objectives/0/code"].sheet
    book.defined_names[mark.LIST] = openpyxl.workbook.defined_name.DefinedName(mark.LIST, attr_text=f"'{sheet}'!$A$1:$G$9")
    out = io.BytesIO()
    book.save(out)
    made = mark.mark(out.getvalue(), [], "it")
    assert sheet in seen(made).sheetnames
    assert seen(made).defined_names[mark.LIST].attr_text.startswith("'Rilievi'")
    same_return(out.getvalue(), made)


def test_marks_at_the_ends_of_the_grid(returned):
    sheet = read.read(returned, "S1.xlsx").places["/objectives/0/code"].sheet
    given = [finding(ERROR, place=Place("S1.xlsx", sheet, cell)) for cell in ("A1", "XFD1048576", "B2:C4")]
    made = mark.mark(returned, given, "it")
    text = "".join(content.decode() for name, content in parts(made).items() if name.endswith("comments1.xml"))
    assert re.findall(r'<comment ref="(\w+)"', text) == ["A1", "B2", "XFD1048576"]
    anchors = [box["anchor"] for box in boxes(made)]
    assert len(anchors) == 3
    assert all(a[0] <= a[4] < 16_384 and a[2] <= a[6] < 1_048_576 for a in anchors)


def test_a_file_that_is_no_marked_copy_has_no_parent(returned):
    assert mark.parent(returned) is None
    assert mark.parent(b"PK\x03\x04 broken") is None
    assert mark.parent(b"") is None


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4", b"PK\x03\x04 broken"])
def test_what_is_no_workbook_is_refused(content):
    with pytest.raises(mark.Unreadable):
        mark.mark(content, [], "it")
