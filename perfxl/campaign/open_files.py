"""Files that somebody has open: who has them, and results put beside them rather than fought for.

Excel and LibreOffice leave a small file beside each workbook they have open, and leave it there when they crash; on Windows
the workbook itself cannot be replaced meanwhile. Each result is also kept as it was written, in a hidden file beside it:
what the user has typed since is what differs. What the user added to a result that is being replaced is kept in a copy of it.
"""

import contextlib
import re
import socket
import stat
import sys
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

from perfxl.model.documents import write_bytes
from perfxl.model.texts import Texts

#: What the name of a result as it was written begins with.
WRITTEN = ".scritto-"

_WORD = (".docx", ".docm", ".doc")
_NAME_LENGTH = 54  # bytes of the name in Excel's owner file
_MODIFIED = re.compile(rb"<dcterms:modified[^>]*>(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)")
_SHEET = re.compile(rb"<sheet\s[^>]*?name=\"([^\"]*)\"")
_MOST_BESIDE = 9


@dataclass(frozen=True)
class Holder:
    """Who has a file open: ``who`` as their program says, "" when it does not; ``lock``: the small file that says so,
    ``since``: when it was made, in local time."""

    who: str
    lock: Path
    since: datetime


def holder(path: Path) -> Holder | None:
    """Who has ``path`` open; None when nobody does, or when what says so was left by a program that is gone."""
    for lock, read in ((path.with_name(_office_lock(path)), _excel_owner), (path.with_name(f".~lock.{path.name}#"), _libreoffice_owner)):
        try:
            since = datetime.fromtimestamp(lock.stat().st_mtime)
        except OSError:
            continue
        if not lock.is_file():  # no program keeps its own in a pipe, which would never end
            continue
        try:
            who, host = read(lock)
        except OSError:  # on Windows Excel keeps its own out of reach
            who, host = "", None
        if not _left_behind(path, lock, host):
            return Holder(who, lock, since)
    return None


def _office_lock(path: Path) -> str:
    """The name of the small file that Excel or Word leaves: Word writes its sign over the beginning of longer names."""
    over = min(max(len(path.stem) - 6, 0), 2) if path.suffix.casefold() in _WORD else 0
    return f"~${path.name[over:]}"


def _excel_owner(lock: Path) -> tuple[str, str | None]:
    """The user that Excel names; it names no computer."""
    made = lock.read_bytes()[:_NAME_LENGTH + 1]
    return (made[1:1 + min(made[0], _NAME_LENGTH)].decode("cp1252", "replace").strip() if made else ""), None


def _libreoffice_owner(lock: Path) -> tuple[str, str | None]:
    """The user and the computer that LibreOffice names: ``name,account,computer,time,profile``."""
    parts = [p.strip() for p in lock.read_text(encoding="utf-8", errors="replace").split(",")]
    return next((p for p in parts[:2] if p), ""), (parts[2] if len(parts) > 2 else None)


def _left_behind(path: Path, lock: Path, host: str | None) -> bool:
    """Whether the program that made ``lock`` is surely gone. ``host``: the computer it was made on, when it says.

    Windows does not let a file that a program holds be opened for writing, from this computer or another. Elsewhere it
    can be told only for programs of this computer: none of that name is running.
    """
    if sys.platform == "win32":
        return _can_be_opened(lock) and _can_be_opened(path)
    if lock.name.startswith("~$"):
        local = sys.platform == "darwin" and not path.resolve().is_relative_to("/Volumes")
        return local and not _running("Microsoft Word" if path.suffix.casefold() in _WORD else "Microsoft Excel")
    here = socket.gethostname().partition(".")[0].casefold()
    return bool(host) and str(host).partition(".")[0].casefold() == here and not _running("soffice")


def _can_be_opened(path: Path) -> bool:
    try:
        with path.open("r+b"):
            return True
    except FileNotFoundError:
        return True
    except OSError:
        return False


def _running(program: str) -> bool:
    """Whether a program of this computer has a name that begins so; True when that cannot be told."""
    import subprocess  # seldom: where a file is locked

    try:
        listed = subprocess.run(["ps", "-A", "-o", "comm="], capture_output=True, text=True, timeout=10, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return True
    return any(line.rpartition("/")[2].startswith(program) for line in listed.splitlines())


def written_beside_message(path: Path, beside: Path, language: str) -> str:
    """What to tell the user when a result went ``beside`` the file it should have replaced: who holds it, how to free it."""
    say, held = Texts("addin", language), holder(path)
    if held is None:
        return say("occupied_readonly" if _read_only(path) else "occupied_unknown", path=path, beside=beside)
    return say("occupied", path=path, beside=beside, who=held.who or say("somebody"), since=f"{held.since:%d/%m/%Y %H:%M}", lock=held.lock)


def left_untouched_message(path: Path, language: str) -> str:
    """What to tell the user when a document was left as it was, for somebody has it open."""
    say, held = Texts("addin", language), holder(path)
    if held is None:
        return say("untouched_readonly" if _read_only(path) else "untouched_unknown", path=path)
    return say("untouched", path=path, who=held.who or say("somebody"), since=f"{held.since:%d/%m/%Y %H:%M}", lock=held.lock)


def replace(path: Path, content: bytes, anyway: bool = False) -> bool:
    """Write the document at ``path`` unless somebody has it open (``anyway``: though somebody has); whether it was written.
    Raises ``OSError`` when the folder cannot be written."""
    if not anyway and holder(path) is not None:
        return False
    try:
        write_bytes(path, content)
    except PermissionError:
        if not path.exists():
            raise
        return False
    return True


def _read_only(path: Path) -> bool:
    """Whether the file bears the attribute, with which Windows lets nobody replace it."""
    try:
        return not path.stat().st_mode & stat.S_IWRITE
    except OSError:
        return False


def path_beside(path: Path, number: int = 1) -> Path:
    """Where the result goes when ``path`` cannot be written; ``number``: which of several."""
    return path.with_name(f"{path.stem}-nuovo{'' if number == 1 else f'-{number}'}{path.suffix}")


def write_workbook(path: Path, made: bytes, worth: Callable[[bytes, bytes], bool] = lambda _saved, _written: False) -> Path:
    """Write the workbook ``made`` at ``path``, or beside it when somebody has it open; where it went.

    A copy is kept of a workbook that users added sheets to, or that is ``worth`` one as it was saved, beside how it was written.
    Raises ``OSError`` when neither place can be written.
    """
    if holder(path) is None:
        try:
            _keep(path, made, worth)
            _write(path, made)
        except PermissionError:
            if not path.exists():
                raise
        else:
            _drop_beside(path)
            return path
    return write_beside(path, made)


def write_beside(path: Path, made: bytes) -> Path:
    """Write ``made`` in the first place beside ``path`` that nobody has open; where it went."""
    for number in range(1, _MOST_BESIDE + 1):
        aside = path_beside(path, number)
        if holder(aside) is not None:
            continue
        try:
            _write(aside, made)
            return aside
        except PermissionError:
            if number == _MOST_BESIDE or not aside.exists():
                raise
    raise PermissionError(13, "in use", str(path))


def last_written_path(path: Path) -> Path:
    """Where the workbook at ``path`` is kept as perfxl wrote it last."""
    return path.with_name(WRITTEN + path.name)


def copies(path: Path) -> set[Path]:
    """The copies kept of earlier workbooks at ``path``, for what users had added to them."""
    return set(path.parent.glob(f"{path.stem}-[0-9]*{path.suffix}"))


def last_written(path: Path) -> bytes | None:
    """The workbook at ``path`` as perfxl wrote it last, whatever was typed in it since; None when that is not known."""
    kept = last_written_path(path)
    try:
        return kept.read_bytes() if kept.is_file() else None  # a pipe would never end
    except OSError:
        return None


def note_carried_over(path: Path, aside: Path) -> None:
    """Note that what stands in ``aside`` was carried into ``path``, by the program that has it open; ``aside`` goes."""
    write_bytes(last_written_path(path), aside.read_bytes())
    _drop(aside)


def _write(path: Path, made: bytes) -> None:
    write_bytes(path, made)
    write_bytes(last_written_path(path), made)


def _drop_beside(path: Path) -> None:
    """Take away what was put beside ``path`` while it could not be written, unless somebody has written in it."""
    for number in range(1, _MOST_BESIDE + 1):
        aside = path_beside(path, number)
        if aside.is_file() and holder(aside) is None and aside.read_bytes() == last_written(aside):
            _drop(aside)


def _drop(aside: Path) -> None:
    with contextlib.suppress(PermissionError):
        aside.unlink(missing_ok=True)
        last_written_path(aside).unlink(missing_ok=True)


def _keep(path: Path, made: bytes, worth: Callable[[bytes, bytes], bool]) -> None:
    """Copy the workbook at ``path`` when it has sheets that ``made`` has not, or is worth it: the user's own would be lost."""
    if not path.is_file():
        return
    there, known = path.read_bytes(), last_written(path)
    saved = _saved(there)
    # perfxl's own results are of noon, whatever the clock said: of one whose first form is not known, the rest is a user's
    if there == known or (known is None and (saved is None or saved[0].endswith(b"T12:00:00"))):
        return
    if known is not None and _sheets(there) <= _sheets(made) and not worth(there, known):
        return
    stamp = b"".join(saved.groups()[:3]).decode() + "-" + b"".join(saved.groups()[3:]).decode() if saved else \
        f"{datetime.fromtimestamp(path.stat().st_mtime):%Y%m%d-%H%M%S}"
    write_bytes(path.with_name(f"{path.stem}-{stamp}{path.suffix}"), there)


def _saved(workbook: bytes) -> re.Match[bytes] | None:
    """When the workbook says that it was saved; None when it does not, or cannot be read."""
    try:
        with zipfile.ZipFile(BytesIO(workbook)) as parts:
            info = parts.getinfo("docProps/core.xml")
            return _MODIFIED.search(parts.read(info)) if info.file_size < 1_000_000 else None
    except (zipfile.BadZipFile, KeyError, OSError, NotImplementedError, RuntimeError, zlib.error):
        return None


def _sheets(workbook: bytes) -> set[bytes]:
    """Names of the sheets; empty when it is no workbook that can be read."""
    try:
        with zipfile.ZipFile(BytesIO(workbook)) as parts:
            info = parts.getinfo("xl/workbook.xml")
            return set(_SHEET.findall(parts.read(info))) if info.file_size < 5_000_000 else set()
    except (zipfile.BadZipFile, KeyError, OSError, NotImplementedError, RuntimeError, zlib.error):
        return set()
