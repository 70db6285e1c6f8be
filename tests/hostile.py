"""Small workbook files made by hand, part by part, sound or not."""

import io
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def parts(sheet: str = "", *, workbook: str = "", shared: str = "", styles: str = "", types: str = XLSX, ns: str = MAIN) -> dict[str, str]:
    """The parts of a workbook with one sheet whose XML is ``sheet`` (rows and what surrounds them)."""
    found = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Override PartName="/xl/workbook.xml" ContentType="{types}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{ns}" xmlns:r="{OFFICE}">{workbook or "<sheets><sheet name=" + chr(34) + "S" + chr(34) + " sheetId=" + chr(34) + "1" + chr(34) + " r:id=" + chr(34) + "r1" + chr(34) + "/></sheets>"}</workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet if sheet.startswith("<?xml") or "<worksheet" in sheet else f'<worksheet xmlns="{ns}"><sheetData>{sheet}</sheetData></worksheet>',
    }
    if shared:
        found["xl/sharedStrings.xml"] = f'<sst xmlns="{ns}">{shared}</sst>'
    if styles:
        found["xl/styles.xml"] = f'<styleSheet xmlns="{ns}">{styles}</styleSheet>'
    return found


def packed(found: dict[str, str | bytes] | list[tuple[str, str | bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The zip of the parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in found.items() if isinstance(found, dict) else found:
            archive.writestr(name, content)
    return out.getvalue()
