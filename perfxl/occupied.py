"""Files that somebody has open: who has them, and results put beside them rather than fought for.

Excel and LibreOffice leave a small file beside each workbook they have open; on Windows the workbook itself cannot be
replaced meanwhile. Sheets that the user added to a result that is being replaced are kept in a copy of it.
"""

import re
import zipfile
from io import BytesIO
from pathlib import Path

from perfxl.documents import write_bytes

_NAME_LENGTH = 54  # bytes of the name in Excel's owner file
_MODIFIED = re.compile(rb"<dcterms:modified[^>]*>(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)")
_SHEET = re.compile(rb"<sheet\s[^>]*?name=\"([^\"]*)\"")


def holder(path: Path) -> str | None:
    """Who has ``path`` open, as their program says; "" when it does not say who, None when nobody does."""
    excel, libre = path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#")
    try:
        if excel.is_file():
            made = excel.read_bytes()[:_NAME_LENGTH + 1]
            return made[1:1 + min(made[0], _NAME_LENGTH)].decode("cp1252", "replace").strip() if made else ""
        if libre.is_file():
            parts = libre.read_text(encoding="utf-8", errors="replace").split(",")
            return next((p.strip() for p in parts[:2] if p.strip()), "")
    except OSError:  # the owner file itself may be out of reach
        return ""
    return None


def beside(path: Path) -> Path:
    """Where the result goes when ``path`` cannot be written."""
    return path.with_name(f"{path.stem}-nuovo{path.suffix}")


def put(path: Path, made: bytes) -> Path:
    """Write the workbook ``made`` at ``path``, or beside it when somebody has it open; where it went.

    Raises ``OSError`` when neither can be written.
    """
    aside = beside(path)
    if holder(path) is None:
        try:
            _keep_added(path, made)
            write_bytes(path, made)
            aside.unlink(missing_ok=True)
            return path
        except PermissionError:
            if not path.exists():
                raise
    write_bytes(aside, made)
    return aside


def _keep_added(path: Path, made: bytes) -> None:
    """Copy the workbook at ``path`` when it has sheets that ``made`` has not: the user's own would be lost."""
    if not path.is_file():
        return
    there = path.read_bytes()
    if _sheets(there) <= _sheets(made):
        return
    with zipfile.ZipFile(BytesIO(there)) as parts:
        core = parts.read("docProps/core.xml") if "docProps/core.xml" in parts.namelist() else b""
    saved = _MODIFIED.search(core)
    if saved and not saved[0].endswith(b"T12:00:00"):  # perfxl's own results are of noon, whatever the clock said
        stamp = b"".join(saved.groups()[:3]).decode() + "-" + b"".join(saved.groups()[3:]).decode()
        write_bytes(path.with_name(f"{path.stem}-{stamp}{path.suffix}"), there)


def _sheets(workbook: bytes) -> set[bytes]:
    """Names of the sheets; empty when it is no workbook that can be read."""
    try:
        with zipfile.ZipFile(BytesIO(workbook)) as parts:
            info = parts.getinfo("xl/workbook.xml")
            return set(_SHEET.findall(parts.read(info))) if info.file_size < 5_000_000 else set()
    except (zipfile.BadZipFile, KeyError, OSError, NotImplementedError, RuntimeError, zipfile.zlib.error):
        return set()
