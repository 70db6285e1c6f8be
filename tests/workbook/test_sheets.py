"""What cells, names and properties say, in the ways that different programs write them."""

import datetime
from decimal import Decimal

import pytest
from hostile import packed, parts

from perfxl.workbook.sheets import open_book, xlsx
from perfxl.workbook.sheets.model import BLANK
from perfxl.workbook.sheets.recent import Recent
from perfxl.workbook.sheets.refs import Ref

STYLES = ('<numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/><numFmt numFmtId="165" formatCode="0.0%"/>'
          '<numFmt numFmtId="166" formatCode="#,##0.00 &quot;gg&quot;"/><numFmt numFmtId="167" formatCode="[h]:mm"/>'
          '<numFmt numFmtId="168" formatCode="[$-410]d mmm"/></numFmts><cellXfs>'
          + "".join(f'<xf numFmtId="{n}"/>' for n in (0, 164, 165, 166, 14, 49, 9, 167, 168)) + "</cellXfs>")


def cell(xml: str, *, shared: str = "", workbook: str = ""):
    book = open_book(packed(parts(f'<row r="1">{xml}</row>', shared=shared, styles=STYLES, workbook=workbook)), "x")
    return book.sheets[0].cell(1, 1)


@pytest.mark.parametrize("xml, kind, value", [
    ('<c r="A1"><v>12</v></c>', "number", Decimal(12)),
    ('<c r="A1"><v>0.10000000000000001</v></c>', "number", Decimal("0.1")),
    ('<c r="A1" t="n"><v>1.5E-2</v></c>', "number", Decimal("0.015")),
    ('<c r="A1" s="1"><v>44469</v></c>', "date", datetime.date(2021, 9, 30)),
    ('<c r="A1" s="1"><v>44469.5</v></c>', "date", datetime.datetime(2021, 9, 30, 12)),
    ('<c r="A1" s="1"><v>1</v></c>', "date", datetime.date(1900, 1, 1)),
    ('<c r="A1" s="1"><v>60</v></c>', "number", Decimal(60)),
    ('<c r="A1" s="1"><v>61</v></c>', "date", datetime.date(1900, 3, 1)),
    ('<c r="A1" s="1"><v>-5</v></c>', "number", Decimal(-5)),
    ('<c r="A1" s="1"><v>1e12</v></c>', "number", Decimal(10) ** 12),
    ('<c r="A1" s="3"><v>44469</v></c>', "number", Decimal(44469)),
    ('<c r="A1" s="4"><v>44469</v></c>', "date", datetime.date(2021, 9, 30)),
    ('<c r="A1" s="7"><v>0.5</v></c>', "number", Decimal("0.5")),
    ('<c r="A1" s="8"><v>44469</v></c>', "date", datetime.date(2021, 9, 30)),
    ('<c r="A1" s="99"><v>44469</v></c>', "number", Decimal(44469)),
    ('<c r="A1" t="d"><v>2021-09-30</v></c>', "date", datetime.date(2021, 9, 30)),
    ('<c r="A1" t="b"><v>1</v></c>', "bool", True),
    ('<c r="A1" t="e"><v>#REF!</v></c>', "error", None),
    ('<c r="A1"><v>NaN</v></c>', "error", None),
    ('<c r="A1"><v>1e999</v></c>', "error", None),
    ('<c r="A1"><v>1_000</v></c>', "error", None),
    ('<c r="A1"><v>abc</v></c>', "error", None),
    ('<c r="A1" t="s"><v>99</v></c>', "error", None),
    ('<c r="A1" t="s"><v>-1</v></c>', "error", None),
    ('<c r="A1" t="str"><v>ciao</v></c>', "text", "ciao"),
    ('<c r="A1" t="inlineStr"><is><t xml:space="preserve"> a\n </t></is></c>', "text", " a\n "),
    ('<c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c>', "text", "ab"),
    ('<c r="A1" t="inlineStr"><is><t>_x0041__x005F_x0042_</t></is></c>', "text", "A_x0042_"),
    ('<c r="A1" s="1"/>', "blank", None),
    ('<c r="A1" t="s"/>', "blank", None),
    ('<c><v>3</v></c>', "number", Decimal(3)),
])
def test_cells(xml, kind, value):
    found = cell(xml)
    assert (found.kind, found.value) == (kind, value)


def test_shared_strings_leave_phonetic_hints_out():
    shared = '<si><t>a</t></si><si><r><t>b</t></r><r><t xml:space="preserve"> c</t></r><rPh sb="0" eb="1"><t>zz</t></rPh></si><si/>'
    assert cell('<c r="A1" t="s"><v>1</v></c>', shared=shared).value == "b c"
    assert cell('<c r="A1" t="s"><v>2</v></c>', shared=shared).kind == "blank"


def test_formats_are_told():
    assert cell('<c r="A1" s="2"><v>0.5</v></c>').percent
    assert cell('<c r="A1" s="6"><v>0.5</v></c>').percent
    assert cell('<c r="A1" s="5"><v>0.5</v></c>').text_format


def test_formulas_keep_their_text_and_value():
    found = cell('<c r="A1"><f>1+1</f><v>2</v></c>')
    assert (found.formula, found.value) == ("1+1", Decimal(2))
    assert cell('<c r="A1"><f>1+1</f></c>').formula == "1+1"
    assert cell('<c r="A1"><f t="shared" si="0"/><v>2</v></c>').formula == ""
    assert cell('<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>')[:4] == (None, "error", "1/0", "#DIV/0!")
    assert cell('<c r="A1" t="b"><f>TRUE()</f><v>1</v></c>')[:3] == (True, "bool", None)


def test_the_system_of_1904():
    workbook = ('<workbookPr date1904="1"/><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets>')
    assert cell('<c r="A1" s="1"><v>43007</v></c>', workbook=workbook).value == datetime.date(2021, 9, 30)


def test_the_strict_variant_reads_too():
    strict = "http://purl.oclc.org/ooxml/spreadsheetml/main"
    data = packed(parts('<row r="1"><c r="A1"><v>1</v></c></row>', ns=strict))
    assert open_book(data, "x").sheets[0].cell(1, 1).value == 1


def test_names_states_and_hidden_rows():
    workbook = ('<sheets><sheet name="it\'s" sheetId="1" state="veryHidden" r:id="r1"/></sheets><definedNames>'
                "<definedName name=\"a\">'it''s'!$B$3:$C$4</definedName><definedName name=\"b\">\"x \"\"y\"\"\"</definedName>"
                '<definedName name="c">#REF!</definedName><definedName name="d">[1]Foglio!$A$1</definedName>'
                '<definedName name="e">Altro!$A$1</definedName><definedName name="f">1+1</definedName>'
                "<definedName name=\"g\" localSheetId=\"0\">'it''s'!$A$1</definedName>"
                '<definedName name="h" localSheetId="7">#REF!</definedName></definedNames>')
    sheet = ('<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cols><col min="2" max="3" hidden="1"/>'
             '</cols><sheetData><row r="4" hidden="1"><c r="B4"><v>1</v></c></row></sheetData>'
             "<headerFooter><oddFooter>&amp;Lciao</oddFooter></headerFooter></worksheet>")
    book = open_book(packed(parts(sheet, workbook=workbook)), "x")
    assert book.names == {"a": Ref("it's", 3, left=2, bottom=4, right=3), "b": 'x "y"', "c": None, "d": None, "e": None, "f": None}
    found = book.sheet("it's")
    assert found.names == {"g": Ref("it's", 1, left=1, bottom=1, right=1)}
    assert (found.state, found.hidden_rows, found.hidden_columns) == ("veryHidden", {4}, {2, 3})
    assert found.content.footers == ("&Lciao",)
    assert list(found.cells) == [(4, 2)]
    assert found.cell(9, 9) == BLANK


def test_the_same_bytes_give_the_same_book():
    data = packed(parts('<row r="1"><c r="A1"><v>1</v></c></row>'))
    first, second = open_book(data, "x"), open_book(data, "x")
    assert dict(first.sheets[0].cells) == dict(second.sheets[0].cells)


ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
URN = "urn:oasis:names:tc:opendocument:xmlns:"


def ods(table: str, *, names: str = "", styles: str = "", mimetype: str = ODS_TYPE, **more) -> bytes:
    spaces = " ".join(f'xmlns:{p}="{URN}{n}:1.0"' for p, n in (
        ("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"), ("number", "datastyle"), ("meta", "meta")))
    content = (f'<office:document-content {spaces}><office:automatic-styles>{styles}</office:automatic-styles><office:body>'
               f'<office:spreadsheet><table:table table:name="S" table:style-name="ta">{table}</table:table>{names}'
               "</office:spreadsheet></office:body></office:document-content>")
    return packed({"mimetype": mimetype, "content.xml": content, **more})


@pytest.mark.parametrize("xml, kind, value", [
    ('office:value-type="float" office:value="1.50"', "number", Decimal("1.5")),
    ('office:value-type="percentage" office:value="0.15"', "number", Decimal("0.15")),
    ('office:value-type="currency" office:value="10"', "number", Decimal(10)),
    ('office:value-type="float" office:value="NaN"', "error", None),
    ('office:value-type="date" office:date-value="2021-09-30"', "date", datetime.date(2021, 9, 30)),
    ('office:value-type="date" office:date-value="2021-09-30T12:00:00"', "date", datetime.datetime(2021, 9, 30, 12)),
    ('office:value-type="date" office:date-value="9999999-01-01"', "text", "9999999-01-01"),
    ('office:value-type="boolean" office:boolean-value="true"', "bool", True),
    ('office:value-type="string" office:string-value="ciao"', "text", "ciao"),
])
def test_ods_cells(xml, kind, value):
    book = open_book(ods(f"<table:table-row><table:table-cell {xml}/></table:table-row>"), "x")
    found = book.sheets[0].cell(1, 1)
    assert (found.kind, found.value) == (kind, value)


def test_ods_text_is_exact():
    xml = ('<text:p>a<text:s text:c="2"/>b<text:tab/><text:span>c</text:span><text:line-break/>d  e</text:p><text:p/>'
           "<office:annotation><text:p>nota</text:p></office:annotation><text:p>f\n  g</text:p>")
    book = open_book(ods(f'<table:table-row><table:table-cell office:value-type="string">{xml}</table:table-cell></table:table-row>'), "x")
    assert book.sheets[0].cell(1, 1).value == "a  b\tc\nd  e\n\nf g"


def test_ods_repeats_names_errors_and_hidden_rows():
    table = ('<table:table-column table:visibility="collapse"/><table:table-row table:number-rows-repeated="3" table:visibility="collapse">'
             '<table:table-cell table:number-columns-repeated="2"/><table:table-cell table:number-columns-repeated="2" '
             'office:value-type="float" office:value="7"/></table:table-row><table:table-row><table:table-cell '
             'table:formula="of:=1/0" office:value-type="string"><text:p>#DIV/0!</text:p></table:table-cell></table:table-row>'
             '<table:named-expressions><table:named-range table:name="b" table:cell-range-address="$S.$A$1"/></table:named-expressions>')
    names = ('<table:named-expressions><table:named-range table:name="a" table:cell-range-address="$S.$A$1:.$B$2"/>'
             '<table:named-expression table:name="c" table:expression="of:=&quot;x&quot;"/>'
             '<table:named-range table:name="d" table:cell-range-address="$#REF!.$A$1"/></table:named-expressions>')
    style = '<style:style style:name="ta" style:family="table"><style:table-properties table:display="false"/></style:style>'
    book = open_book(ods(table, names=names, styles=style), "x")
    sheet = book.sheets[0]
    assert book.names == {"a": Ref("S", 1, left=1, bottom=2, right=2), "c": "x", "d": None}
    assert sheet.names == {"b": Ref("S", 1, left=1, bottom=1, right=1)}
    assert sorted(k for k, c in sheet.cells.items() if c.value == 7) == [(r, c) for r in (1, 2, 3) for c in (3, 4)]
    assert sheet.cell(4, 1)[:4] == (None, "error", "1/0", "#DIV/0!")
    assert (sheet.state, sheet.hidden_rows, sheet.hidden_columns) == ("hidden", {1, 2, 3}, {1})


def test_ods_content_repeated_to_the_end_is_far():
    table = ('<table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value-type="float" office:value="1"/>'
             "</table:table-row>")
    content = open_book(ods(table), "x").sheets[0].content
    assert len(content.cells) == 20_000
    assert content.far_count == 1_048_576 - 20_000
    assert list(content.far) == [(1_048_576, 1)]


def test_scanning_and_the_tree_say_the_same():
    from full_return import EXTENSION, document
    from lxml import etree
    from plain_form import form

    from perfxl.workbook.sheets import scan, tree
    from perfxl.workbook.sheets.preflight import examine

    package = examine(form(document(2), EXTENSION), "x")
    for part in (p for p in package.names if p.startswith("xl/worksheets/sheet")):
        data = package.checked(part)
        root = etree.fromstring(data)
        ns = root.tag.removesuffix("worksheet")
        scanned = scan.scan(data)
        assert scanned is not None
        from_scan = {(row, column): (k, s, t and scan.unescape(t), f and scan.unescape(f))
                     for row, cells in scanned.rows.items() for column, (k, s, t, f) in cells.items()}
        assert from_scan == tree.cells(root, ns)


@pytest.mark.parametrize("sheet", [
    '<row r="1"><c r="A1"><v>1</v></c><!-- <c r="A1"><v>2</v></c> --></row>',
    '<row r="1"><c r="A1" t="inlineStr"><is><t><![CDATA[<c>]]></t></is></c></row>',
    '<row r="1"><c r="A1" t="inlineStr"><is><r><t>x</t></r></is></c></row>',
    '<row r="1"><c s="1" r="A1"><v>1</v></c></row>',
    '<row r="1"><c r="A1"><extLst/><v>1</v></c></row>',
])
def test_what_is_written_oddly_is_read_from_its_tree(sheet):
    data = packed(parts(sheet))
    assert scan_of(data) is None
    assert len(open_book(data, "x").sheets[0].cells) == 1


def test_references_in_texts_are_resolved():
    xml = '<row r="1"><c r="A1" t="inlineStr"><is><t>a&amp;lt;&#233;&#xE9;&lt;&gt;&quot;&apos;</t></is></c><c r="B1"><f>1&lt;2</f><v>1</v></c></row>'
    data = packed(parts(xml))
    assert scan_of(data) is not None
    assert open_book(data, "x").sheets[0].cell(1, 1).value == "a&lt;éé<>\"'"
    assert open_book(data, "x").sheets[0].cell(1, 2).formula == "1<2"


def scan_of(data):
    from perfxl.workbook.sheets.preflight import examine
    from perfxl.workbook.sheets.scan import scan

    return scan(examine(data, "x").checked("xl/worksheets/sheet1.xml"))


def test_surrogates_are_paired_or_replaced():
    assert cell('<c r="A1" t="str"><v>_xD83D__xDE00_</v></c>').value == "😀"
    assert cell('<c r="A1" t="str"><v>a_xD800_b</v></c>').value == "a\ufffdb"
    assert cell('<c r="A1" t="str"><v>&#xD800;</v></c>').value == "\ufffd"


def test_rows_written_alike_are_read_once_and_never_mixed_up():
    """The same bytes in another workbook say what that workbook's strings and formats say."""
    row = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    books = [open_book(packed(parts(row, shared=f"<si><t>{text}</t></si>")), text) for text in ("uno", "due")]
    first, second = (book.sheets[0].cells for book in books)
    assert first.rows[1] is second.rows[1] and (first[1, 1].value, second[1, 1].value) == ("uno", "due")


def test_what_was_not_asked_for_makes_room():
    kept = Recent(80)
    for number in range(100):
        kept.put(number, str(number), 1)
        assert kept.get(0) == "0", number  # asked for all the time, so it stays
    assert kept.get(99) == "99" and kept.get(10) is None
    kept.put("wide", "too much of the room", 6)
    assert kept.get("wide") is None
    assert len(kept._new) + len(kept._old) <= 80


def test_a_sheet_that_was_let_go_is_read_again(monkeypatch):
    monkeypatch.setattr(xlsx, "MAX_CELLS", 3)  # counted once, however often it is read
    sheet = open_book(packed(parts('<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>')), "x").sheets[0]
    before = sheet.content
    sheet.release()
    assert sheet.content is not before and sheet.cell(1, 2).value == 2
