"""The archive: the original bytes of every received file, read-only, under their digest.

    archivio/<first two digits>/<sha256>.xlsx | .ods | .bin
"""

import io
import os
import zipfile
import zlib
from collections.abc import Collection
from contextlib import suppress
from hashlib import file_digest, sha256
from pathlib import Path

from perfxl.campaign.register.words import Altered
from perfxl.model.documents import allowed, write_bytes
from perfxl.workbook.part_names import entry

FOLDER = "archivio"
SUFFIXES = (".xlsx", ".ods", ".bin")


def digest_of(path: Path) -> str:
    """SHA-256 of the bytes of ``path``, in hexadecimal."""
    with path.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()


def suffix_of(content: bytes) -> str:
    """What the archive calls a file with these bytes, by its first bytes and never by its name."""
    if content.startswith(b"PK\x03\x04"):
        if b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet" in content[:200]:
            return ".ods"
        if b"[Content_Types].xml" in content and b"xl/workbook" in content:
            return ".xlsx"
        return _suffix_by_parts(content)
    return ".bin"


def _suffix_by_parts(content: bytes) -> str:
    """The same of a zip whose parts are called or ordered in an unusual way, by its directory."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {entry(name).casefold(): name for name in archive.NameToInfo}
            kind = archive.open(parts["mimetype"]).read(100) if "mimetype" in parts and "content.xml" in parts else b""
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError):
        return ".bin"
    if kind.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return ".ods"
    return ".xlsx" if "[content_types].xml" in parts and any(name.startswith("xl/workbook") for name in parts) else ".bin"


def place(path: Path, content: bytes) -> None:
    """Have ``content`` at ``path``, read-only: put there in one step, unless it is there already."""
    if not path.is_file() or path.read_bytes() != content:
        if path.exists():
            path.chmod(0o644)  # Windows does not replace what is read-only
        write_bytes(path, content)
    path.chmod(allowed(0o444))


class Store:
    """The archive of one campaign."""

    def __init__(self, folder: Path):
        self.root = folder / FOLDER
        self._added: list[Path] = []

    def put(self, content: bytes) -> str:
        """Keep ``content``; its SHA-256. What is there already is left alone.

        A copy that was damaged meanwhile is set aside as ``.alterato`` and the good one takes its place.
        """
        digest = sha256(content).hexdigest()
        path = self.root / digest[:2] / (digest + suffix_of(content))
        if path.is_file() and digest_of(path) != digest:
            os.replace(path, path.with_name(path.name + ".alterato"))
        new = not path.is_file()
        place(path, content)
        if new:
            self._added.append(path)
        return digest

    def take_back(self, recorded: Collection[str]) -> None:
        """Remove what was put here since it was opened, but for what is ``recorded`` (digests): what failed before leaves nothing
        behind."""
        for path in self._added:
            if path.stem not in recorded:
                with suppress(OSError):
                    path.chmod(0o644)  # Windows does not delete what is read-only
                    path.unlink()
                    path.parent.rmdir()
        self._added.clear()

    def path(self, digest: str) -> Path | None:
        """Where the file with that SHA-256 is kept; None when it is not."""
        candidates = (self.root / digest[:2] / (digest + suffix) for suffix in SUFFIXES)
        return next((path for path in candidates if path.is_file()), None)

    def get(self, digest: str) -> bytes:
        """The original bytes; ``Altered`` when they are missing or no longer what they were."""
        path = self.path(digest)
        if path is None:
            raise Altered("original_missing", digest=digest, folder=self.root)
        content = path.read_bytes()
        if sha256(content).hexdigest() != digest:
            raise Altered("original_altered", path=path)
        return content

    def empty(self) -> bool:
        """Whether nothing was ever kept."""
        return next(self.root.glob("??/[!.]*"), None) is None
