"""What the workbook part of an .xlsx says: its sheets, and what its defined names stand for.

A form has hundreds of names: where they are written as programs write them, one pattern finds them all.
"""

import re
from functools import lru_cache, partial
from typing import NamedTuple

from lxml import etree

from perfxl.workbook.sheets.making import index
from perfxl.workbook.sheets.markup import declares
from perfxl.workbook.sheets.package import MB, Package, children, constant
from perfxl.workbook.sheets.recent import Recent
from perfxl.workbook.sheets.refs import Ref, parse_named

MAX_SHEETS, MAX_NAMES = 200, 25_000
_YES = ("1", "true")
_RELATION_ID = re.compile(r"\{.*/relationships\}id\Z")
_FIRST, _LAST = b"<definedNames>", b"</definedNames>"
#: What XML reads otherwise than it stands there, or not at all.
_CONTROLS, _UNREAD = bytes(range(0x20)), (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
_ALL = re.compile(r"(?:<definedName [^<>]*+>[^<>]*+</definedName>)*+")
#: What a name is called, or all that it says of itself; the sheet and the corners of the cells it stands for, or what else it stands for.
_EACH = re.compile(
    r"""<definedName(?:(?: function="false" hidden="(?:false|true)")? name="([^<>"&]*+)"(?: vbProcedure="false")?|((?: \w+="[^<>"&]*+")++))>"""
    r"""(?:'([^<>'!"\[\]&]++)'!(\$[A-Z]{1,3}+\$[0-9]{1,7}+(?::\$[A-Z]{1,3}+\$[0-9]{1,7}+)?)<|([^<>]*+)<)""")
_REFERENCES = re.compile(r"(?:[^&]++|&(?:lt|gt|quot|amp);)*+")
_ATTRIBUTE = re.compile(r' (\w+)="([^"]*)"')

_ref = partial(tuple.__new__, Ref)
#: A name, and the sheet it is of alone, "" of all.
_Name = tuple[str, str]
#: Where a name leads.
_Target = Ref | str | None


class Workbook(NamedTuple):
    """What the workbook part says: (name, state, relation) of each sheet; the names of all, and of each sheet alone."""

    from_1904: bool
    sheets: tuple[tuple[str, str, str], ...]
    names: dict[str, _Target]
    own_names: tuple[dict[str, _Target], ...]


#: Longer attributes of a name are not remembered.
LONG = 200


class _Unusual(Exception):
    """The names are not written plainly enough to be sure of what they say."""


#: The workbook parts read lately, by their bytes: a return has nearly always that of the form it began as.
_known: Recent[bytes, Workbook] = Recent(2 * MB)


def read(package: Package, part: str) -> Workbook:
    """What ``part`` of the package says; raises ``Refused``."""
    data = package.checked(part)
    workbook = _known.get(data)
    if workbook is None:
        workbook = _plain(package, part, data) or _workbook(package, package.parse(part, data))
        _known.put(data, workbook, len(data))
    return workbook


def _workbook(package: Package, root: etree._Element) -> Workbook:
    workbook = _head(package, root, sum(1 for _ in children(root, "definedName")))
    known = {name for name, _, _ in workbook.sheets}
    for element in children(root, "definedName"):
        target = _target(element.text or "")
        _put(workbook, (element.get("name", ""), element.get("localSheetId") or ""),
             None if isinstance(target, Ref) and target.sheet not in known else target, alone=element.get("localSheetId") is not None)
    return workbook


def _head(package: Package, root: etree._Element, names: int) -> Workbook:
    """The same without any of its ``names``."""
    for count, limit, things in ((sum(1 for _ in children(root, "sheet")), MAX_SHEETS, {"it": "fogli", "en": "sheets"}),
                                 (names, MAX_NAMES, {"it": "nomi definiti", "en": "defined names"})):
        if count > limit:
            raise package.refuse("FILE08", count=count, things=things, limit=limit)
    sheets = tuple((e.get("name", ""), e.get("state", "visible"), next((v for k, v in e.attrib.items() if _RELATION_ID.match(k)), ""))
                   for e in children(root, "sheet"))
    if not sheets:
        raise package.refuse("FILE06", part="xl/workbook.xml")
    return Workbook(any(p.get("date1904") in _YES for p in children(root, "workbookPr")), sheets, {}, tuple({} for _ in sheets))


def _put(workbook: Workbook, name: _Name, target: _Target, alone: bool) -> None:
    if not alone:
        workbook.names[name[0]] = target
    elif 0 <= index(name[1]) < len(workbook.sheets):
        workbook.own_names[index(name[1])][name[0]] = target


def _target(text: str) -> _Target:
    """What a name with that text stands for, where the workbook has such a sheet."""
    return value if '"' in text and (value := constant(text)) is not None else parse_named(text)


def _plain(package: Package, part: str, data: bytes) -> Workbook | None:
    """The same, when the names are written as programs write them; else None."""
    start, end = data.find(_FIRST), data.rfind(_LAST)
    rest = data[:start] + data[end + len(_LAST):]
    names = data[start + len(_FIRST):end].replace(b"&apos;", b"'")  # as LibreOffice has it; between double quotes it ends nothing
    if not 0 <= start < end or b"definedName" in rest or b"definedNames" in names or declares(data) or data.count(b"<?") > 1 or (
            len(names.translate(None, _CONTROLS)) < len(names) or any(sign in names for sign in _UNREAD)):
        return None
    workbook = _head(package, package.parse(part, rest), names.count(b"<definedName "))
    try:
        _names(workbook, names.decode())
    except (_Unusual, UnicodeDecodeError):
        return None
    return workbook


def _names(workbook: Workbook, text: str) -> None:
    """Put the names that ``text`` says into ``workbook``; raises ``_Unusual``."""
    each, known = _EACH.findall(text), {name for name, _, _ in workbook.sheets}
    if len(each) != text.count("<definedName") or not _ALL.fullmatch(text):
        raise _Unusual
    names = workbook.names
    for name, said, sheet, address, other in each:
        target: _Target = None
        if not sheet:
            target = _target(_resolved(other) if "&" in other else other)
            target = None if isinstance(target, Ref) and target.sheet not in known else target
        elif sheet in known and (corners := _corners(address)):
            target = _ref((sheet, *corners))
        if said:
            about = _name(said) if len(said) < LONG else _name.__wrapped__(said)
            _put(workbook, about, target, alone=bool(about[1]))
        else:
            names[name] = target


def _resolved(text: str) -> str:
    """``text`` with its references resolved; raises ``_Unusual`` where it has others than those that programs write."""
    if not _REFERENCES.fullmatch(text):
        raise _Unusual
    return text.replace("&quot;", '"').replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


@lru_cache(1 << 12)
def _corners(address: str) -> tuple[int, int, int, int] | None:
    """The rectangle at ``address``, as names have it; None where there is none such."""
    ref = parse_named(f"'_'!{address}")
    return ref[1:] if ref else None


@lru_cache(1 << 12)
def _name(said: str) -> _Name:
    """The name whose attributes are ``said``; raises ``_Unusual``."""
    attributes = _ATTRIBUTE.findall(said)
    about = dict(attributes)
    if len(about) < len(attributes) or about.get("localSheetId") == "":
        raise _Unusual
    return about.get("name", ""), about.get("localSheetId", "")
