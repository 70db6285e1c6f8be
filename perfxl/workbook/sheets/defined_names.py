"""What the workbook part of an .xlsx says: its sheets, and what its defined names stand for.

A form has hundreds of names. Forms of one make have most of them at the same places of other sheets: what stands between
the names of two sheets is read once.
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
_UNUSUAL = re.compile(rb"[\x00-\x1f&]|\xef\xbf[\xbe\xbf]")
#: What the name of a sheet has that is written otherwise, or not read at all, in the text of a defined name.
_ODD = re.compile(r"""['!"\[\]<>&]""")
#: What stands between the names of two sheets, in quotes: the rest of a name's text, names that stand for no such cells, the beginning of
#: the next.
_BETWEEN = re.compile(r"(?:!([^<>]*)</definedName>)?((?:<definedName(?: \w+=\"[^<\"]*\")+>[^<>]*</definedName>)*)(?:<definedName((?: \w+=\"[^<\"]*\")+)>)?")
_WHOLE = re.compile(r"<definedName([^<>]*)>([^<>]*)</definedName>")
_ATTRIBUTE = re.compile(r' (\w+)="([^"]*)"')
#: A longer stretch is not remembered.
LONG = 1_000

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


class _Between(NamedTuple):
    """``ends``: whether the text of a name that began before ends here; ``corners``: where it leads, None when to no cells; ``whole``: names
    that follow; ``opened``: the last, whose text follows."""

    ends: bool
    corners: tuple[int, int, int, int] | None
    whole: tuple[tuple[_Name, _Target], ...]
    opened: _Name | None


class _Unusual(Exception):
    """The names are not written plainly enough to be sure of what they say."""


#: The workbook parts read lately, by their bytes: a return has nearly always that of the form it began as.
_known: Recent[bytes, Workbook] = Recent(2 * MB)


def read(package: Package, part: str) -> Workbook:
    """What ``part`` of the package says; raises ``Refused``."""
    data = package.checked(part)
    found = _known.get(data)
    if found is None:
        found = _plain(package, part, data) or _workbook(package, package.parse(part, data))
        _known.put(data, found, len(data))
    return found


def _workbook(package: Package, root: etree._Element) -> Workbook:
    found = _head(package, root, sum(1 for _ in children(root, "definedName")))
    known = {name for name, _, _ in found.sheets}
    for element in children(root, "definedName"):
        target = _target(element.text or "")
        _put(found, (element.get("name", ""), element.get("localSheetId") or ""),
             None if isinstance(target, Ref) and target.sheet not in known else target, alone=element.get("localSheetId") is not None)
    return found


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


def _put(found: Workbook, name: _Name, target: _Target, alone: bool) -> None:
    if not alone:
        found.names[name[0]] = target
    elif 0 <= index(name[1]) < len(found.sheets):
        found.own_names[index(name[1])][name[0]] = target


def _target(text: str) -> _Target:
    """What a name with that text stands for, where the workbook has such a sheet."""
    return value if '"' in text and (value := constant(text)) is not None else parse_named(text)


def _plain(package: Package, part: str, data: bytes) -> Workbook | None:
    """The same, when the names are written as programs write them; else None."""
    start, end = data.find(_FIRST), data.rfind(_LAST)
    rest = data[:start] + data[end + len(_LAST):]
    names = data[start + len(_FIRST):end]
    if not 0 <= start < end or b"definedName" in rest or b"definedNames" in names or _UNUSUAL.search(names) or declares(data) or (
            data.count(b"<?") > 1):
        return None
    found = _head(package, package.parse(part, rest), names.count(b"<definedName "))
    try:
        _names(found, names.decode())
    except (_Unusual, UnicodeDecodeError):
        return None
    return found


def _names(found: Workbook, text: str) -> None:
    """Put the names that ``text`` says into ``found``; raises ``_Unusual``."""
    pieces = text.split("'")
    read = _between if max(map(len, pieces)) < LONG else _between.__wrapped__
    names, known = found.names, {name for name, _, _ in found.sheets}
    plain = {name for name in known if not _ODD.search(name)}
    opened, last = None, ""
    for (ends, corners, whole, following), sheet in zip(map(read, pieces[::2]), [*pieces[1::2], ""], strict=len(pieces) % 2 == 1):
        if ends == (opened is None) or following and sheet not in plain:
            raise _Unusual
        if opened:
            target = _ref((last, *corners)) if corners else None
            if opened[1]:
                _put(found, opened, target, alone=True)
            else:
                names[opened[0]] = target
        for name, value in whole:
            _put(found, name, None if isinstance(value, Ref) and value.sheet not in known else value, alone=bool(name[1]))
        opened, last = following, sheet
    if opened:
        raise _Unusual


@lru_cache(1 << 13)
def _between(text: str) -> _Between:
    """What stands between the sheets of two names; raises ``_Unusual``."""
    match = _BETWEEN.fullmatch(text)
    if not match:
        raise _Unusual
    ref = parse_named(f"'_'!{match[1]}") if match[1] else None
    whole = [(_name(said), _target(value)) for said, value in _WHOLE.findall(match[2])]
    return _Between(match[1] is not None, ref[1:] if ref else None, tuple(whole), _name(match[3]) if match[3] else None)


def _name(said: str) -> _Name:
    found = _ATTRIBUTE.findall(said)
    about = dict(found)
    if len(about) < len(found) or about.get("localSheetId") == "":
        raise _Unusual
    return about.get("name", ""), about.get("localSheetId", "")
