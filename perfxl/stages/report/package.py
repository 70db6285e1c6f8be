"""The zip under a Word document: the same parts, the same bytes."""

import io
import re
import zipfile

from perfxl.workbook import packing

_MOMENT = b"2020-01-01T00:00:00Z"
#: Bounds of what is opened: a template is edited by hand and comes from many machines.
MAX_PARTS, MAX_TOTAL = 2_000, 256 << 20


class Unreadable(ValueError):
    """The file is not a Word document that can be opened safely."""


def parts(content: bytes) -> dict[str, bytes]:
    """The parts of the document by name, in their order; ``Unreadable`` when it is not a zip of bounded size."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [i for i in archive.infolist() if not i.is_dir()]
            if len(entries) > MAX_PARTS or sum(i.file_size for i in entries) > MAX_TOTAL or len({i.filename for i in entries}) < len(entries):
                raise Unreadable("too large, or two parts bear the same name")
            contents = {i.filename: archive.read(i) for i in entries}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise Unreadable(str(error)) from error
    if "word/document.xml" not in contents:
        raise Unreadable("not a Word document")
    if any(b"<!DOCTYPE" in part[:4096] for name, part in contents.items() if name.endswith((".xml", ".rels"))):
        raise Unreadable("a part declares a DTD")
    return contents


def packed(contents: dict[str, bytes]) -> bytes:
    """The zip file of ``contents`` with fixed times, content types first."""
    first = "[Content_Types].xml"
    return packing.packed((name, contents[name]) for name in (first, *(n for n in contents if n != first)))


def settled(content: bytes) -> bytes:
    """The document without what depends on the moment it was made."""
    contents = parts(content)
    core = "docProps/core.xml"
    if core in contents:
        contents[core] = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + _MOMENT, contents[core])
    return packed(contents)
