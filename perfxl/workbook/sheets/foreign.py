"""Files that are no workbook perfxl reads: what they are, told from their first bytes."""

import re

from perfxl.workbook.sheets.package import Package

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
#: What a finding says: the same in every language, or by language.
Words = str | dict[str, str]
_SIGNS = (
    (b"%PDF", "PDF"), (b"{\\rtf", "RTF"), (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"), (b"\x1f\x8b", "GZIP"), (b"MZ", "EXE"), (b"GIF8", "GIF"), (b"BM", "BMP"),
)
#: What a file encrypted by a sensitivity label or by rights management has, and one with a password has not.
_LABELS = ("DRMEncrypted", "DRMContent")
#: A part of a file that a mail program split over several messages, as text.
_SPLIT = re.compile(rb"(?:M[ -`]{50,60}\r?\n){5}|=ybegin part=")
_PART = {"it": "una parte di un file spezzato in più messaggi", "en": "a part of a file split over several messages"}
_TEXT = {"it": "un testo", "en": "a text file"}
_UNKNOWN = {"it": "un file di altro tipo", "en": "a file of another kind"}

#: Workbooks of programs that save them in a format of their own: what it is, and how each saves as .xlsx.
SAVE_AS: dict[str, dict[str, Words]] = {
    "numbers": {"kind": "Apple Numbers (.numbers)", "how": {
        "it": "In Numbers: Archivio, Esporta in, Excel (formato .xlsx)", "en": "In Numbers: File, Export To, Excel (.xlsx format)"}},
    "fods": {"kind": {"it": "un foglio OpenDocument in un solo file XML (.fods)", "en": "a flat XML OpenDocument spreadsheet (.fods)"}, "how": {
        "it": "In LibreOffice: File, Salva con nome, tipo «Excel 2007-365 (.xlsx)»", "en": "In LibreOffice: File, Save As, type “Excel 2007-365 (.xlsx)”"}},
    "sxc": {"kind": {"it": "un foglio di OpenOffice 1 (.sxc)", "en": "an OpenOffice 1 spreadsheet (.sxc)"}, "how": {
        "it": "In LibreOffice: File, Salva con nome, tipo «Excel 2007-365 (.xlsx)»", "en": "In LibreOffice: File, Save As, type “Excel 2007-365 (.xlsx)”"}},
    "xlsb": {"kind": {"it": "una cartella di lavoro binaria di Excel (.xlsb)", "en": "an Excel binary workbook (.xlsb)"}, "how": {
        "it": "In Excel: File, Salva con nome, «Cartella di lavoro di Excel (.xlsx)»", "en": "In Excel: File, Save As, “Excel Workbook (.xlsx)”"}},
    "et": {"kind": {"it": "una tabella di WPS Office (.et)", "en": "a WPS Office spreadsheet (.et)"}, "how": {
        "it": "In WPS Spreadsheets: Menu, Salva con nome, «Microsoft Excel (.xlsx)»", "en": "In WPS Spreadsheets: Menu, Save As, “Microsoft Excel (.xlsx)”"}},
}


#: Bytes at the beginning of a file that say what it is, when it is no archive.
ENOUGH = 32_768


def may_be_a_workbook(head: bytes) -> bool:
    """Whether a file that begins with ``head`` is a zip, or one of the containers in which old and encrypted workbooks are."""
    return head.startswith((b"PK", _OLE))


def other_package(package: Package) -> tuple[str, dict[str, Words]]:
    """The code of the finding on a zip that is no workbook perfxl reads, and what it says: whose it is, where that is known."""
    names = [name.casefold() for name in package.names]
    if not any(name.endswith(("index.zip", ".iwa")) for name in names):
        return "FILE02", {"kind": "ZIP"}
    if any("index/slide" in name for name in names) or package.file.casefold().endswith(".key"):
        return "FILE02", {"kind": "Apple Keynote (.key)"}
    if package.file.casefold().endswith(".pages"):
        return "FILE02", {"kind": "Apple Pages (.pages)"}
    return "FILE11", SAVE_AS["numbers"]


def not_a_zip(data: bytes, file: str) -> tuple[str, dict[str, Words]]:
    """The code of the finding on a file that is no zip, and what it says; ``file``: its name."""
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            return "FILE12" if any(sign.encode("utf-16-le") in data for sign in _LABELS) else "FILE04", {}
        name = file.casefold()
        if name.endswith(".et") or "ETExtData".encode("utf-16-le") in data and not name.endswith(".xls"):
            return "FILE11", SAVE_AS["et"]
        if "WordDocument".encode("utf-16-le") in data:
            return "FILE02", {"kind": "Word (.doc)"}
        return "FILE03", {}
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    if data.startswith(b"PK\x05\x06"):
        return "FILE02", {"kind": "ZIP"}
    if data[:2] == b"PK":
        return "FILE06", {"part": "zip"}
    for sign, kind in _SIGNS:
        if head.startswith(sign):
            return "FILE02", {"kind": kind}
    low = head.lower()
    if b"<office:document" in low and b"opendocument.spreadsheet" in data[:16_384]:
        return "FILE11", SAVE_AS["fods"]
    if b"urn:schemas-microsoft-com:office:spreadsheet" in low:
        return "FILE02", {"kind": "XML 2003"}
    if b"<html" in low or b"<!doctype html" in low:
        return "FILE02", {"kind": "HTML"}
    if low.startswith(b"<?xml") or low.startswith(b"<office:"):
        return "FILE02", {"kind": "XML"}
    if re.match(rb"(?:[\w-]+: .*\r?\n){2}", head):
        return "FILE02", {"kind": {"it": "un messaggio di posta (.eml)", "en": "a mail message (.eml)"}}
    if _SPLIT.match(head):
        return "FILE02", {"kind": _PART}
    if data[257:262] == b"ustar":
        return "FILE02", {"kind": "TAR"}
    if head and b"\x00" not in head:
        return "FILE02", {"kind": "CSV" if re.match(rb"[^\n]*[;,\t][^\n]*\r?\n", head) else _TEXT}
    return "FILE02", {"kind": _UNKNOWN}
