"""Small workbook files made by hand, part by part, sound or not; and a collection of files that mean harm."""

import io
import random
import zipfile
from collections.abc import Mapping

from raw_form import RawForm

from perfxl.stages.read.identify import SIGN
from perfxl.workbook.binding import objective_tables

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def parts(sheet: str = "", *, workbook: str = "", shared: str = "", styles: str = "", types: str = XLSX, ns: str = MAIN) -> dict[str, str]:
    """The parts of a workbook with one sheet whose XML is ``sheet`` (rows and what surrounds them)."""
    contents = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Override PartName="/xl/workbook.xml" ContentType="{types}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{ns}" xmlns:r="{OFFICE}">{workbook or "<sheets><sheet name=" + chr(34) + "S" + chr(34) + " sheetId=" + chr(34) + "1" + chr(34) + " r:id=" + chr(34) + "r1" + chr(34) + "/></sheets>"}</workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet if sheet.startswith("<?xml") or "<worksheet" in sheet else f'<worksheet xmlns="{ns}"><sheetData>{sheet}</sheetData></worksheet>',
    }
    if shared:
        contents["xl/sharedStrings.xml"] = f'<sst xmlns="{ns}">{shared}</sst>'
    if styles:
        contents["xl/styles.xml"] = f'<styleSheet xmlns="{ns}">{styles}</styleSheet>'
    return contents


def packed(contents: Mapping[str, str | bytes] | list[tuple[str, str | bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The zip of the parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in contents if isinstance(contents, list) else contents.items():
            archive.writestr(name, content)
    return out.getvalue()


# -- files that are refused, each with the code that says why

OLE = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600)
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_URN = "urn:oasis:names:tc:opendocument:xmlns:"
XXE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd"><!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>'
LAUGHS = ('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY a{n} "{("&a" + str(n - 1 if n else "") + ";") * 10}">' for n in range(1, 10)) + "]>").replace("&a0;", "&a;")


def ods(table: str, *, before: str = "", after: str = "", mimetype: str = ODS_TYPE, **more: str | bytes) -> bytes:
    """An .ods with one table; ``before``: what stands before the root, ``after``: after the table."""
    spaces = " ".join(f'xmlns:{p}="{_URN}{n}:1.0"' for p, n in (
        ("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"), ("number", "datastyle"), ("meta", "meta")))
    content = (f'{before}<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name="S">{table}'
               f"</table:table>{after}</office:spreadsheet></office:body></office:document-content>")
    return packed({"mimetype": mimetype, "content.xml": content, **more})


def sheet_xml(rows: str) -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def million_rows() -> bytes:
    """A workbook that calls itself a form, so that its cells are read."""
    signed = f'<row r="1"><c r="B1" t="inlineStr"><is><t>{SIGN}</t></is></c></row>'
    return packed(parts(sheet_xml(signed + "".join(f'<row r="{r}"><c r="A{r}"><v>{r}</v></c></row>' for r in range(2, 1_048_577)))))


def overlapping() -> bytes:
    """Many entries of the directory over one part that is there once."""
    data = packed({**parts(ROW), "xl/media/a": random.Random(1).randbytes(300_000)})
    end = data.rfind(b"PK\x05\x06")
    start = int.from_bytes(data[end + 16:end + 20], "little")
    entry = data[data.rfind(b"PK\x01\x02", 0, end):end]
    more = b"".join(entry[:-1] + bytes([code]) for code in range(0x62, 0x7A))
    tail = bytearray(data[end:])
    count = int.from_bytes(tail[10:12], "little") + 24
    tail[8:10] = tail[10:12] = count.to_bytes(2, "little")
    tail[12:16] = (end - start + len(more)).to_bytes(4, "little")
    return data[:end] + more + bytes(tail)


def nested() -> bytes:
    """A zip in a zip in a zip, each as big as it may be."""
    inner = packed({"0": bytes(20_000_000)})
    for _ in range(3):
        inner = packed({str(n): inner for n in range(16)})
    return inner


ROW = '<row r="1"><c r="A1"><v>1</v></c></row>'
MACRO = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
WORD = {"[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>', "word/document.xml": "<d/>"}
SPACES = "<table:table-row><table:table-cell office:value-type='string'><text:p>" + '<text:s text:c="99999"/>' * 20_000 + "</text:p></table:table-cell></table:table-row>"
#: By file name: what makes it, given a sound return, and the code of the finding that refuses it.
REFUSED = {
    "zero.xlsx": (lambda sound: b"", "FILE01"),
    "troncato.xlsx": (lambda sound: sound[: len(sound) // 2], "FILE06"),
    "cifrato.xlsx": (lambda sound: OLE + "EncryptedPackage".encode("utf-16-le") + bytes(5_000), "FILE04"),
    "cifrato.ods": (lambda sound: ods("", **{"META-INF/manifest.xml": "<m:encryption-data/>"}), "FILE04"),
    "vecchio.xls": (lambda sound: OLE + "Workbook".encode("utf-16-le"), "FILE03"),
    "archivio.xlsx": (lambda sound: packed({"S8.xlsx": sound}), "FILE02"),
    "lettera.xlsx": (lambda sound: packed(WORD), "FILE02"),
    "stampa.xlsx": (lambda sound: b"%PDF-1.7\n" + bytes(9_000), "FILE02"),
    "pagina.xlsx": (lambda sound: b"<html><table><tr><td>=cmd|' /C calc'!A0</td></tr></table></html>", "FILE02"),
    "tabella.xlsx": (lambda sound: b"codice;peso\r\n=cmd|' /C calc'!A0;15\r\n", "FILE02"),
    "bomba.xlsx": (lambda sound: packed({**parts(), "xl/worksheets/sheet1.xml": b"<worksheet>" + b" " * (100 << 20)}), "FILE07"),
    "bomba-fitta.xlsx": (lambda sound: packed({**parts(), "xl/sharedStrings.xml": b"<sst>" + b"<si/>" * (6 << 20)}), "FILE07"),
    "matrioska.xlsx": (lambda sound: nested(), "FILE02"),
    "mille-parti.xlsx": (lambda sound: packed({**parts(ROW), **{f"x/{n}": b"" for n in range(9_000)}}), "FILE08"),
    "sovrapposto.xlsx": (lambda sound: overlapping(), "FILE09"),
    "risate.xlsx": (lambda sound: packed({**parts(), "xl/worksheets/sheet1.xml": LAUGHS + sheet_xml("&a9;")}), "FILE09"),
    "entita.xlsx": (lambda sound: packed({**parts(), "xl/worksheets/sheet1.xml": XXE + sheet_xml('<row r="1"><c r="A1" t="str"><v>&e;</v></c></row>')}), "FILE09"),
    "entita-cartella.xlsx": (lambda sound: packed({**parts(ROW), "xl/workbook.xml": XXE + parts(ROW)["xl/workbook.xml"]}), "FILE09"),
    "entita-rels.xlsx": (lambda sound: packed({**parts(ROW), "_rels/.rels": XXE + parts(ROW)["_rels/.rels"]}), "FILE09"),
    "entita-docprops.xlsx": (lambda sound: packed({**parts(ROW), "docProps/custom.xml": XXE + "<Properties>&e;</Properties>"}), "FILE09"),
    "entita.ods": (lambda sound: ods("<table:table-row/>", before=XXE), "FILE09"),
    "entita-meta.ods": (lambda sound: ods("<table:table-row/>", **{"meta.xml": XXE + "<m>&e;</m>"}), "FILE09"),
    "milione.xlsx": (lambda sound: million_rows(), "FILE08"),
    "fogli.xlsx": (lambda sound: packed(parts(ROW, workbook="<sheets>" + "".join(
        f'<sheet name="a{n}" sheetId="{n}" r:id="r1"/>' for n in range(1, 10_001)) + "</sheets>")), "FILE08"),
    "ripetute.ods": (lambda sound: ods('<table:table-row table:number-rows-repeated="20000"><table:table-cell table:number-columns-repeated='
                                       '"500" office:value-type="float" office:value="1"/></table:table-row>'
                                       '<table:named-expressions/>'), "FILE08"),
    "spazi.ods": (lambda sound: ods(SPACES), "FILE08"),
    "macro.xlsm": (lambda sound: packed(parts(ROW, types=MACRO)), "FILE05"),
    "macro-nascosta.xlsx": (lambda sound: packed({**parts(ROW), "xl/vbaProject.bin": b"x"}), "FILE05"),
    "macro-xlm.xlsx": (lambda sound: packed({**parts(ROW), "xl/macrosheets/sheet1.xml": "<x/>", "[Content_Types].xml": parts(ROW)["[Content_Types].xml"].replace(
        "</Types>", '<Override PartName="/xl/macrosheets/sheet1.xml" ContentType="application/vnd.ms-excel.macrosheet+xml"/></Types>')}), "FILE05"),
    "macro.ods": (lambda sound: ods("", **{"Basic/Standard/Module1.xba": "<x/>"}), "FILE05"),
    "percorsi.xlsx": (lambda sound: packed({**parts(ROW), "../../fuori.txt": b"x"}), "FILE09"),
    "altrui.xlsx": (lambda sound: packed(parts(ROW)), "IDEN01"),
    "lontane.xlsx": (lambda sound: packed(parts(sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'))), "IDEN01"),
    "conteggi.xlsx": (lambda sound: packed({**parts(ROW, shared="<si><t>a</t></si>"), "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}" count="4294967295" uniqueCount="4294967295"><si><t>a</t></si></sst>'}), "IDEN01"),
    "NUL.xlsx": (lambda sound: b"MZ" + bytes(900), "FILE02"),
    "x\\..\\..\\C:\\x.xlsx": (lambda sound: b"", "FILE01"),
    "\u202excod.xlsx": (lambda sound: b"", "FILE01"),
    "=cmd|' -C calc'!A0.xlsx": (lambda sound: b"", "FILE01"),
    "a\nb.xlsx": (lambda sound: b"", "FILE01"),
    "testo-moltiplicato.xlsx": (lambda sound: _multiplied(sound), "FILE08"),
    "nomi.xlsx": (lambda sound: _named(sound, 30_000, "nome"), "FILE08"),
    "campi.xlsx": (lambda sound: _named(sound, 300, "px01_sheet__x"), "FILE08"),
    "aree.xlsx": (lambda sound: _widened(sound), "FILE08"),
}


def _multiplied(sound: bytes) -> bytes:
    """A return with one long text that 20,000 cells of a field repeat."""
    form = RawForm(sound)
    form.add_sheet("Molto")
    rows = "".join(f'<row r="{r}"><c r="A{r}" t="s"><v>0</v></c></row>' for r in range(1, 20_001))
    form.parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}"><si><t>{"a" * 32_767}</t></si></sst>'.encode()
    form.define("px01_sheet__molto", "'Molto'!$A$1:$A$20000")
    return form.bytes(**{form.part["Molto"]: sheet_xml(rows).encode()})


def _named(sound: bytes, count: int, name: str) -> bytes:
    """A return with many more names."""
    form = RawForm(sound)
    for number in range(count):
        form.define(f"{name}{number}", "'Leggimi'!$A$1:$XFD$1048576")
    return form.bytes()


def _widened(sound: bytes) -> bytes:
    """A return whose tables all stand for one sheet with a great many cells."""
    form = RawForm(sound)
    form.add_sheet("Molto")
    rows = "".join(f'<row r="{r}">' + "".join(f'<c r="{c}{r}"><v>1</v></c>' for c in "ABCDEFGHIJKLMNOPQRST") + "</row>" for r in range(1, 5_001))
    for number in range(1, 100):
        for table in objective_tables():
            form.define(f"px{number:02d}_t_{table.id}", "'Molto'!$A$1:$XFD$1048576")
        form.define(f"px{number:02d}_code", "'Molto'!$A$1")
    return form.bytes(**{form.part["Molto"]: sheet_xml(rows).encode()})

