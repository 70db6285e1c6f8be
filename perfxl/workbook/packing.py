"""Parts put into a zip file that is the same bytes whenever and wherever it is made."""

from collections.abc import Iterable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

EPOCH = (1980, 1, 1, 0, 0, 0)
#: Who made the entries, as zip files say it: MS-DOS, which has no rights to tell, or Unix.
MSDOS, UNIX = 0, 3


def packed(parts: Iterable[tuple[str, bytes]], rights: int = 0, system: int = MSDOS, stored: Iterable[str] = ()) -> bytes:
    """The zip file of ``parts`` (name, content) in their order, all of the first moment that zip files know.

    ``rights``: those of every file, as Unix writes them (0: none told); ``stored``: the endings of names that are compressed
    already and go in as they are.
    """
    made, ends = BytesIO(), tuple(stored)
    with ZipFile(made, "w", ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in parts:
            info = ZipInfo(name, EPOCH)
            info.compress_type = ZIP_STORED if ends and name.endswith(ends) else ZIP_DEFLATED
            info.create_system, info.external_attr = system, rights << 16
            archive.writestr(info, content)
    return made.getvalue()


def alone(content: bytes) -> bool:
    """Whether ``content`` is a zip file with nothing before its first entry, after its end, or in a comment."""
    return content[:4] in (b"PK\x03\x04", b"PK\x05\x06") and content[-22:-18] == b"PK\x05\x06" and content[-2:] == b"\0\0"
