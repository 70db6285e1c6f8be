"""What other programs write otherwise: packages, encodings, number formats, struck-out text, pictures, blank rows."""

import datetime
import io
import zipfile
from decimal import Decimal

import pytest
from hostile import MAIN, OFFICE, OLE, PACKAGE, ods, packed, parts

from perfxl.stages import plan, review
from perfxl.workbook.sheets import Refused, formats, open_book
from perfxl.workbook.sheets.model import BLANK

ROW = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>7</v></c></row>'
SHARED = "<si><t>ciao</t></si>"
CONTENT = "[Content_Types].xml"


def said(found: dict[str, str | bytes], at=(1, 1)):
    return open_book(packed(found), "x").sheets[0].cell(*at).value


def refusal(data: bytes, file: str = "x.xlsx"):
    with pytest.raises(Refused) as refused:
        for sheet in open_book(data, file).sheets:
            len(sheet.cells)
    return refused.value.finding


# -- packages

def renamed(change) -> dict[str, str]:
    return {change(name): content for name, content in parts(ROW, shared=SHARED).items()}


@pytest.mark.parametrize("found", [
    renamed(lambda n: n.replace("sharedStrings", "SharedStrings")),
    renamed(str.upper),
    renamed(lambda n: n.replace("xl/", "XL/")),
    renamed(lambda n: n.replace("/", "\\")),
    renamed(lambda n: n.replace("sheet1", "sheet%31")),
    renamed(lambda n: "/" + n), renamed(lambda n: "./" + n), renamed(lambda n: "\\" + n.replace("/", "\\")),
], ids=["a part", "every part", "a folder", "backslashes", "escaped in the zip", "from the root", "from here", "from the root, backslashes"])
def test_parts_are_found_however_their_names_are_written(found):
    assert (said(found), said(found, (1, 2))) == ("ciao", 7)


@pytest.mark.parametrize("target", ["shared%20strings.xml", "/xl/shared%20strings.xml", "./shared strings.xml", "..\\xl\\shared strings.xml",
                                    "SHARED%20STRINGS.XML", "shared strings.xml#a"])
def test_targets_are_followed_however_they_are_written(target):
    contents = parts(ROW)
    contents["xl/_rels/workbook.xml.rels"] = contents["xl/_rels/workbook.xml.rels"].replace(
        "</Relationships>", f'<Relationship Id="r2" Type="{OFFICE}/sharedStrings" Target="{target}"/></Relationships>')
    contents["xl/shared strings.xml"] = f'<sst xmlns="{MAIN}">{SHARED}</sst>'
    assert said(contents) == "ciao"


@pytest.mark.parametrize("target", ["../../etc/passwd", "/../../x", "%2e%2e/%2e%2e/x", "file:///etc/passwd", "..\\..\\x"])
def test_a_target_outside_the_file_leads_nowhere(target):
    contents = parts(ROW)
    contents["xl/_rels/workbook.xml.rels"] = contents["xl/_rels/workbook.xml.rels"].replace(
        "</Relationships>", f'<Relationship Id="r2" Type="{OFFICE}/sharedStrings" Target="{target}"/></Relationships>')
    assert refusal(packed(contents)).code == "FILE06"


def without(*names: str, **changed: tuple[str, str]) -> dict[str, str]:
    contents = parts(ROW, shared=SHARED)
    contents["xl/_rels/workbook.xml.rels"] = contents["xl/_rels/workbook.xml.rels"].replace(
        "</Relationships>", f'<Relationship Id="r2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>')
    contents |= {name: contents[name].replace(*change) for name, change in changed.items()}
    return {name: text for name, text in contents.items() if name not in names}


@pytest.mark.parametrize("found, named", [
    (without("xl/worksheets/sheet1.xml"), "sheet1.xml"), (without("xl/sharedStrings.xml"), "sharedStrings.xml"),
    (without("xl/_rels/workbook.xml.rels"), "foglio S"),
    (without(**{"xl/_rels/workbook.xml.rels": ("worksheets/sheet1.xml", "worksheets/sheet7.xml")}), "sheet7.xml"),
    (without(**{"xl/_rels/workbook.xml.rels": ('Id="r1"', 'Id="r7"')}), "foglio S"),
    (without(**{"xl/workbook.xml": ('r:id="r1"', "")}), "foglio S"),
    (without(**{"xl/workbook.xml": ('<sheet name="S" sheetId="1" r:id="r1"/>', "")}), "xl/workbook.xml"),
], ids=["part", "texts", "relations", "target", "relation", "no relation named", "no sheet"])
def test_a_sheet_that_is_not_in_the_file_is_told_not_read_as_blank(found, named):
    finding = refusal(packed(found))
    assert finding.code == "FILE06" and named in finding.message("it")


@pytest.mark.parametrize("name", ["..\\..\\fuori.txt", "%2e%2e/fuori.txt", "c:\\x.xml", "/../fuori.txt", "/./..//x", "\\\\?\\c:\\x"])
def test_a_name_outside_the_file_is_refused_however_it_is_written(name):
    assert refusal(packed({**parts(ROW), name: b"x"})).code == "FILE09"


def declared(text: str, encoding: str, name: str) -> bytes:
    return (f'<?xml version="1.0" encoding="{name}"?>' + text).encode(encoding)


@pytest.mark.parametrize("encoding, name", [("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"), ("utf-16-be", "utf-16"), ("utf-8", "UTF-8"),
                                            ("utf-8-sig", "utf-8"), ("latin-1", "ISO-8859-1"), ("cp1252", "windows-1252")])
def test_parts_in_other_encodings_are_read(encoding, name):
    found = {part: declared(text, encoding, name) for part, text in parts(ROW, shared="<si><t>perché</t></si>").items()}
    assert said(found) == "perché"


@pytest.mark.parametrize("name", ["utf-7", "utf-32", "cp037", "nessuna"])
def test_an_encoding_that_hides_what_it_says_is_refused(name):
    contents = parts(ROW)
    contents["xl/workbook.xml"] = f'<?xml version="1.0" encoding="{name}"?>' + contents["xl/workbook.xml"]
    assert refusal(packed(contents)).code == "FILE09"


def test_a_dtd_is_refused_in_utf_16_too():
    contents = parts(ROW)
    contents["xl/workbook.xml"] = ('<!DOCTYPE x [<!ENTITY e "a">]>' + contents["xl/workbook.xml"]).encode("utf-16")
    assert refusal(packed(contents)).code == "FILE09"


def typed(*more: str) -> str:
    return parts(ROW)[CONTENT].replace("</Types>", "".join(more) + "</Types>")


VBA = "application/vnd.ms-office.vbaProject"


@pytest.mark.parametrize("more", [
    {CONTENT: typed(f'<Default Extension="bin" ContentType="{VBA}"/>')},
    {CONTENT: typed(f'<Default Extension="bin" ContentType="{VBA}"/>'), "xl/printerSettings/printerSettings1.bin": b"x"},
    {CONTENT: typed(f'<Override PartName="/xl/vbaProject.bin" ContentType="{VBA}"/>')},
    {CONTENT: typed('<Override PartName="/xl/embeddings/a.xlsm" ContentType="application/vnd.ms-excel.sheet.macroEnabled.12"/>'),
     "xl/embeddings/a.xlsm": b"x"},
    {CONTENT: typed('<Default Extension="xlsm" ContentType="application/vnd.ms-excel.sheet.macroEnabled.12"/>'),
     "xl/embeddings/vbaProject.bin": b"x"},
    {CONTENT: typed('<Default Extension="xlsb" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.12"/>')},
], ids=["unused default", "printer settings", "declared, not there", "embedded", "inside an embedded one", "another default"])
def test_what_only_declares_macros_has_none(more):
    found = {**parts(ROW, shared=SHARED), **more}
    assert said(found) == "ciao"


def leading_to(target: str) -> dict:
    contents = parts(ROW)
    contents["xl/_rels/workbook.xml.rels"] = contents["xl/_rels/workbook.xml.rels"].replace(
        "</Relationships>", '<Relationship Id="r9" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" '
        f'Target="{target}"/></Relationships>')
    return {**contents, "xl/innocent.bin": b"x"}


@pytest.mark.parametrize("found", [
    {**parts(ROW), "xl/VbaProject.bin": b"x"},
    {**parts(ROW), "xl\\vbaProject.bin": b"x"}, {**parts(ROW), "/xl/vbaProject.bin": b"x"},
    {**parts(ROW), CONTENT: typed(f'<Override PartName="/xl/Code.bin" ContentType="{VBA}"/>'), "xl/code.bin": b"x"},
    leading_to("innocent.bin"), leading_to("/xl/Innocent.bin"),
    {**parts(ROW), "xl/macrosheets/sheet1.xml": "<x/>"},
    parts(ROW, types="application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
], ids=["another case", "backslash", "from the root", "declared by its own name", "by relation", "by relation in another case", "xlm", "xlsm"])
def test_macros_are_found_however_they_are_hidden(found):
    assert refusal(packed(found)).code == "FILE05"


@pytest.mark.parametrize("make, file, words", [
    (lambda: packed({"Index/Document.iwa": b"x", "Metadata/Properties.plist": b"x"}), "S1.numbers", "Numbers"),
    (lambda: packed({"S1.numbers/Index.zip": b"x"}), "S1.numbers", "Numbers"),
    (lambda: b'<?xml version="1.0"?>\n<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
     + b'xmlns:x="y" ' * 300 + b'office:mimetype="application/vnd.oasis.opendocument.spreadsheet"/>', "S1.fods", "LibreOffice"),
    (lambda: packed({"mimetype": "application/vnd.sun.xml.calc", "content.xml": "<x/>"}), "S1.sxc", "LibreOffice"),
    (lambda: packed(parts(ROW, types="application/vnd.ms-excel.sheet.binary.macroEnabled.main")), "S1.xlsb", "In Excel"),
    (lambda: packed({**parts(), "xl/workbook.bin": b"x"}), "S1.xlsb", "In Excel"),
    (lambda: OLE + "ETExtData".encode("utf-16-le"), "scheda", "WPS"),
    (lambda: OLE + "Workbook".encode("utf-16-le"), "S1.et", "WPS"),
], ids=["numbers", "old numbers", "fods", "sxc", "xlsb", "xlsb by part", "et", "et by name"])
def test_each_other_program_is_told_how_it_saves_as_xlsx(make, file, words):
    finding = refusal(make(), file)
    assert finding.code == "FILE11"
    assert words in finding.message("it") and ".xlsx" in finding.message("en")


@pytest.mark.parametrize("made, file, kind", [
    ({"Index/Document.iwa": b"x"}, "lettera.pages", "Pages"), ({"Index/Document.iwa": b"x"}, "slide.key", "Keynote"),
    ({"Index/Document.iwa": b"x", "Index/Slide-3.iwa": b"x"}, "allegato", "Keynote")])
def test_what_apple_s_other_programs_write_is_no_workbook(made, file, kind):
    finding = refusal(packed(made), file)
    assert finding.code == "FILE02" and kind in finding.message("it")


def test_an_old_workbook_that_wps_saved_is_an_old_workbook():
    assert refusal(OLE + "WorkbookETExtData".encode("utf-16-le"), "S1.xls").code == "FILE03"


@pytest.mark.parametrize("streams, code", [(["EncryptedPackage", "StrongEncryptionDataSpace"], "FILE04"), (["EncryptedPackage"], "FILE04"),
                                           (["DRMEncryptedDataSpace", "EncryptedPackage"], "FILE12")])
def test_a_label_is_not_a_password(streams, code):
    assert refusal(OLE + "".join(streams).encode("utf-16-le") + bytes(600)).code == code


@pytest.mark.parametrize("name", ["docProps/core.xml", "docProps/custom.xml"])
@pytest.mark.parametrize("content", ["<a><b>", "", "no xml"])
def test_properties_cut_short_are_done_without(name, content):
    assert said({**parts(ROW, shared=SHARED), name: content}) == "ciao"


def test_a_meta_cut_short_is_done_without():
    cell = '<table:table-row><table:table-cell office:value-type="float" office:value="3"/></table:table-row>'
    assert open_book(ods(cell, **{"meta.xml": "<a><b>"}), "x").sheets[0].cell(1, 1).value == 3


@pytest.mark.parametrize("data", [b"%PDF-1.7", packed({**parts(ROW), "xl/vbaProject.bin": b"x"}), OLE + "EncryptedPackage".encode("utf-16-le")])
def test_what_the_controller_has_speaks_to_the_controller(data):
    for finding in (*plan.read(data).findings, *review.read(data, "consolidato.xlsx").findings):
        assert finding.code == "FILE13"
        for language, word in (("it", "mittente"), ("en", "sender")):
            assert word not in finding.message(language)


# -- number formats

@pytest.mark.parametrize("code, value, kind", [
    ('0.0"%"', "0.5", "points"), ("0\\%", "50", "points"), ("0[$%]", "50", "points"), ('#,##0.00" %"', "1", "points"),
    ('[=0]"";0%', "1", "percent"), ('[=0]"";0%', "0", "percent"), ('"";"";0%', "0", "percent"), ("0%;-0%;;@", "0", "percent"),
    ("0.00%", "1", "percent"), ("[Red]0%", "1", "percent"), ('[<=1]0%;0.0"%"', "0.5", "percent"), ('[<=1]0%;0.0"%"', "35", "points"),
    ("[>1]0;0%", "0.4", "percent"), ("[>1]0;0%", "40", ""), ("0.00_%", "1", ""), ("0*%", "1", ""), ("General", "1", ""),
    ("dd/mm/yyyy", "1", "date"), ("[$-F800]dddd, d mmmm yyyy", "1", "date"), ('0 "gg"', "1", ""), ("@", "1", "text"), (";;;", "1", ""),
])
def test_what_a_format_makes_of_a_number(code, value, kind):
    found = formats.kind_of(170, code)
    assert (formats.kind_at(found[1:], Decimal(value)) if found.startswith(formats.BY_VALUE) else found) == kind


OTHERS = ['<dxfs><dxf><numFmt numFmtId="10" formatCode="#,##0.00 [$€-410]"/></dxf></dxfs>',
          '<dxfs><dxf><numFmt numFmtId="9" formatCode="General"/></dxf><dxf><numFmt numFmtId="165" formatCode="0.0%"/></dxf></dxfs>']


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("first", [True, False])
def test_formats_of_conditional_formats_say_nothing_of_cells(other, first):
    own = '<numFmts><numFmt numFmtId="165" formatCode="0.00"/></numFmts>'
    xfs = '<cellXfs><xf numFmtId="0"/><xf numFmtId="10"/><xf numFmtId="9"/><xf numFmtId="165"/></cellXfs>'
    styles = other + own + xfs if first else own + xfs + other
    row = '<row r="1">' + "".join(f'<c r="{c}1" s="{n}"><v>1</v></c>' for n, c in enumerate("ABCD")) + "</row>"
    sheet = open_book(packed(parts(row, styles=styles)), "x").sheets[0]
    assert [sheet.cell(1, c).percent for c in (1, 2, 3, 4)] == [False, True, True, False]


STYLED = """<office:automatic-styles><number:percentage-style style:name="P"><number:number/><number:text>%</number:text></number:percentage-style>
<number:number-style style:name="L"><number:number/><number:text>%</number:text></number:number-style>
<number:number-style style:name="M"><number:number/><style:map style:condition="value()&lt;=1" style:apply-style-name="P"/></number:number-style>
<number:date-style style:name="D"><number:day/></number:date-style>
<style:style style:name="percent" style:family="table-cell" style:data-style-name="P"/>
<style:style style:name="child" style:family="table-cell" style:parent-style-name="common"/>
<style:style style:name="literal" style:family="table-cell" style:data-style-name="L"/>
<style:style style:name="mixed" style:family="table-cell" style:data-style-name="M"/>
<style:style style:name="day" style:family="table-cell" style:data-style-name="D"/>
<style:style style:name="struck" style:family="table-cell"><style:text-properties style:text-line-through-style="solid"/></style:style>
<style:style style:name="T" style:family="text"><style:text-properties style:text-line-through-type="single"/></style:style>
</office:automatic-styles>"""
COMMON = """<office:document-styles xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0">
<office:styles><number:percentage-style style:name="Q"><number:number/></number:percentage-style>
<style:style style:name="common" style:family="table-cell" style:data-style-name="Q"/></office:styles></office:document-styles>"""


def styled(table: str, **more) -> bytes:
    with zipfile.ZipFile(io.BytesIO(ods(table, **more))) as archive:
        found = {name: archive.read(name).decode() for name in archive.namelist()}
    return packed(found | {"content.xml": found["content.xml"].replace("<office:body>", STYLED + "<office:body>"), "styles.xml": COMMON})


def of_style(style: str, value: str, column: str = "", kind: str = "float"):
    own = f'table:style-name="{style}" ' if style else ""
    row = f'<table:table-row><table:table-cell {own}office:value-type="{kind}" office:value="{value}"/></table:table-row>'
    head = f'<table:table-column table:default-cell-style-name="{column}"/>' if column else ""
    return open_book(styled(head + row), "x").sheets[0].cell(1, 1)


@pytest.mark.parametrize("style, value, column, percent, points", [
    ("percent", "1", "", True, False), ("child", "1", "", True, False), ("common", "0.5", "", True, False),
    ("", "1", "percent", True, False), ("literal", "0.5", "", False, True), ("mixed", "0.5", "", True, False),
    ("mixed", "35", "", False, False), ("struckless", "1", "", False, False), ("", "1", "", False, False),
])
def test_opendocument_percentages_are_known_by_their_style(style, value, column, percent, points):
    cell = of_style(style, value, column)
    assert (cell.kind, cell.percent, cell.points) == ("number", percent, points)


def test_an_opendocument_number_shown_as_a_day_is_one():
    assert of_style("day", "44469").value == datetime.date(2021, 9, 30)


# -- what a cell says

FONTS = '<fonts><font/><font><strike/></font><font><strike val="0"/></font></fonts><cellXfs><xf/><xf fontId="1"/><xf fontId="2"/></cellXfs>'


def one(cell: str, shared: str = "", styles: str = ""):
    return open_book(packed(parts(f'<row r="1">{cell}</row>', shared=shared, styles=styles)), "x").sheets[0].cell(1, 1)


RUNS = "<r><rPr><b/><strike/></rPr><t>manca il collaudo </t></r><r><t>tutto concluso</t></r>"


@pytest.mark.parametrize("cell, shared", [
    ('<c r="A1" t="s"><v>0</v></c>', f"<si>{RUNS}</si>"),
    (f'<c r="A1" t="inlineStr"><is>{RUNS}</is></c>', ""),
])
def test_struck_runs_are_kept_apart(cell, shared):
    found = one(cell, shared)
    assert (found.value, found.struck) == ("tutto concluso", "manca il collaudo ")


@pytest.mark.parametrize("mark, struck", [("<strike/>", "a"), ('<strike val="1"/>', "a"), ('<strike val="0"/>', ""), ("<b/>", "")])
def test_a_run_is_struck_when_its_mark_says_so(mark, struck):
    found = one('<c r="A1" t="s"><v>0</v></c>', f"<si><r><rPr>{mark}</rPr><t>a</t></r><r><t>b</t></r></si>")
    assert (found.struck, found.value) == (struck, "b" if struck else "ab")


def test_a_blank_that_is_struck_out_is_no_struck_out_text():
    found = one('<c r="A1" t="s"><v>0</v></c>', '<si><r><t>non</t></r><r><rPr><strike/></rPr><t xml:space="preserve"> </t></r><r><t>barrato</t></r></si>')
    assert (found.value, found.struck) == ("non barrato", "")
    text = '<table:table-cell office:value-type="string"><text:p>non<text:span text:style-name="T"> <text:s/></text:span>barrato</text:p></table:table-cell>'
    found = open_book(styled(f"<table:table-row>{text}</table:table-row>"), "x").sheets[0].cell(1, 1)
    assert found.struck == "" and found.value.split() == ["non", "barrato"]


@pytest.mark.parametrize("cell, struck", [
    ('<c r="A1" s="1" t="str"><v>no</v></c>', "no"), ('<c r="A1" s="1" t="str"><v xml:space="preserve"> </v></c>', ""), ('<c r="A1" s="1"><v>0.5</v></c>', "0.5"),
    ('<c r="A1" s="2" t="str"><v>no</v></c>', ""), ('<c r="A1" s="0"><v>0.5</v></c>', ""),
])
def test_a_cell_struck_out_as_a_whole_says_nothing_else(cell, struck):
    found = one(cell, styles=FONTS)
    assert (found.struck, found.value is None) == (struck, bool(struck))


def test_opendocument_text_is_struck_out_too():
    text = '<table:table-cell office:value-type="string"><text:p><text:span text:style-name="T">manca </text:span>fatto</text:p></table:table-cell>'
    whole = '<table:table-cell table:style-name="struck" office:value-type="string"><text:p>via</text:p></table:table-cell>'
    sheet = open_book(styled(f"<table:table-row>{text}{whole}</table:table-row>"), "x").sheets[0]
    assert [(sheet.cell(1, c).value, sheet.cell(1, c).struck) for c in (1, 2)] == [("fatto", "manca "), (None, "via")]


@pytest.mark.parametrize("cell, kind", [
    ('<c r="A1" t="e" vm="1"><v>#VALUE!</v></c>', "picture"),
    ('<c r="A1" vm="3" t="e"><f>_xlfn.IMAGE("x")</f><v>#VALUE!</v></c>', "picture"),
    ('<c r="A1" t="str"><f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c>', "picture"),
    ('<c r="A1" t="e"><f>_xlfn.IMAGE("x")</f><v>#BLOCKED!</v></c>', "picture"), ('<c r="A1"><f>IMAGE("x")</f></c>', "picture"),
    ('<c r="A1" t="str"><f>MYIMAGE("x")</f><v>a</v></c>', "text"),
    ('<c r="A1" t="e" vm="1"><f>A2:A9</f><v>#VALUE!</v></c>', "error"),
    ('<c r="A1" t="e"><v>#VALUE!</v></c>', "error"),
    ('<c r="A1" vm="1"><v>3</v></c>', "number"),
])
@pytest.mark.parametrize("prefixed", [False, True])
def test_a_picture_placed_in_a_cell_is_one(cell, kind, prefixed):
    contents = parts(f'<row r="1">{cell}</row>')
    if prefixed:  # as programs write that are read through the tree
        contents["xl/worksheets/sheet1.xml"] = contents["xl/worksheets/sheet1.xml"].replace("<sheetData>", "<!-- --><sheetData>")
    assert open_book(packed(contents), "x").sheets[0].cell(1, 1).kind == kind


@pytest.mark.parametrize("cell, kind, value", [
    ('<c r="A1" t="str"><f>IF(B1,"x","")</f><v></v></c>', "text", ""),
    ('<c r="A1" t="str"><f>IF(B1,"x","")</f><v/></c>', "text", ""),
    ('<c r="A1"><f>B1+1</f><v></v></c>', "blank", None),
    ('<c r="A1"><f>B1+1</f></c>', "blank", None),
    ('<c r="A1" t="str"><v></v></c>', "blank", None),
])
def test_a_formula_that_gives_no_text_was_computed(cell, kind, value):
    found = one(cell)
    assert (found.kind, found.value) == (kind, value)


def test_the_same_in_opendocument():
    row = ('<table:table-row><table:table-cell table:formula="of:=IF(1;&quot;&quot;)" office:value-type="string" office:string-value=""/>'
           '<table:table-cell table:formula="of:=1"/><table:table-cell table:formula="of:=IF(1;&quot;&quot;)"><text:p/></table:table-cell>'
           '<table:table-cell table:formula="of:=IMAGE(&quot;x&quot;)"><text:p>x</text:p></table:table-cell></table:table-row>')
    sheet = open_book(ods(row), "x").sheets[0]
    assert [(sheet.cell(1, c).kind, sheet.cell(1, c).value) for c in (1, 2, 3, 4)] == [
        ("text", ""), ("blank", None), ("text", ""), ("picture", None)]


@pytest.mark.parametrize("wrong", ["²", "٣", "1²", "①", "𝟙"])
@pytest.mark.parametrize("cell", ['<c r="A1"><v>{}</v></c>', '<c r="A1" t="s"><v>{}</v></c>'])
def test_what_only_looks_like_a_digit_is_no_number(cell, wrong):
    assert one(cell.format(wrong), shared=SHARED * 4).kind == "error"


@pytest.mark.parametrize("wrong", ["²", "٣", "①"])
def test_nor_in_what_surrounds_a_cell(wrong):
    styles = f'<numFmts><numFmt numFmtId="{wrong}" formatCode="0%"/></numFmts><cellXfs><xf numFmtId="{wrong}" fontId="{wrong}"/></cellXfs>'
    names = f'<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets><definedNames><definedName name="a" localSheetId="{wrong}">S!$A$1</definedName></definedNames>'
    book = open_book(packed(parts(f'<row r="{wrong}"><c r="A1" s="{wrong}"><v>5</v></c></row>', styles=styles, workbook=names)), "x")
    assert book.sheets[0].cell(1, 1).value == 5
    repeated = f'<table:table-row table:number-rows-repeated="{wrong}"><table:table-cell office:value-type="float" office:value="{wrong}"/></table:table-row>'
    assert open_book(ods(repeated), "x").sheets[0].cell(1, 1).kind == "error"


@pytest.mark.parametrize("blank", ['<c r="{c}{r}" s="1"/>', '<c r="{c}{r}" s="1"></c>'])
def test_rows_that_are_only_formatted_are_read_past(blank):
    row = '<row r="{r}" spans="1:11" s="1" customFormat="1">' + "".join(blank.replace("{c}", c) for c in "ABCDEFGHIJK") + "</row>"
    rows = "".join(row.replace("{r}", str(r)) for r in range(2, 60_002))
    book = open_book(packed(parts('<row r="1"><c r="A1"><v>1</v></c></row>' + rows + '<row r="70000" hidden="1"><c r="A70000"><v>2</v></c></row>')), "x")
    content = book.sheets[0].content
    assert (len(content.cells), content.far_count, book.sheets[0].cell(1, 1).value) == (1, 1, 1)
    assert book.sheets[0].cell(500, 3) == BLANK


def test_a_refusal_never_quotes_less_than_its_limit():
    rows = "".join(f'<row r="{r}">' + "".join(f'<c r="{c}{r}" s="1" t="n"><v/></c>' for c in "ABCDEFGHIJK") + "</row>" for r in range(1, 60_002))
    finding = refusal(packed(parts("<!-- -->" + rows)))
    assert finding.code == "FILE08" and finding.values["count"] > finding.values["limit"]


def test_the_namespace_of_packages_is_known():
    assert PACKAGE in parts(ROW)[CONTENT]
