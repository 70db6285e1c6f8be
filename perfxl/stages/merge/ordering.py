"""Which of several returns of one sector stand in place of which, by what they contain."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from perfxl.model.findings import Finding, Place
from perfxl.stages.merge import schema_paths
from perfxl.stages.merge.answers import changed
from perfxl.stages.merge.flat import (
    Flat,
    Key,
    canonical,
    flatten,
    is_empty,
    key_text,
    owner,
    path,
)
from perfxl.stages.merge.words import key_title
from perfxl.workbook.values import shown

#: What programs and shared computers sign as: says nothing of who saved a file.
NOBODY = frozenset((
    "admin", "administrator", "amministratore", "apache poi", "excel", "guest", "libreoffice", "microsoft excel",
    "microsoft office user", "office", "openpyxl", "ospite", "pc", "perfxl", "root", "ufficio", "unknown", "user",
    "utente", "utente di microsoft office", "utente windows", "windows user", "xlsxwriter"))

#: What a copy says of itself and not of the sector's year.
OF_THE_COPY = (("compilation", "name"), ("compilation", "contact"), ("compilation", "date"))

#: A version that lacks more values than these was not emptied cell by cell.
MOST_WIPED = 20

REPLY, PART, CORRECTION = "reply", "part", "correction"  # why one version supersedes another, strongest first


@dataclass(frozen=True)
class Version:
    """One returned file: its path in the campaign, SHA-256, the return it holds, when it was last saved (ISO, or "")
    and by whom; ``parent``: SHA-256 of the file that it is a reply to, from a marked copy, or None."""

    file: str
    sha256: str
    document: dict[str, Any]
    modified: str = ""
    modified_by: str = ""
    parent: str | None = None


@dataclass(frozen=True)
class Ordered:
    """``heads``: the versions that nothing stands in place of, oldest first; ``superseded``: (version, the one in its
    place, why: ``reply``, ``part``, ``correction`` or ``copy``); ``notes``: findings that say so."""

    heads: tuple[Version, ...]
    superseded: tuple[tuple[Version, Version, str], ...]
    notes: tuple[Finding, ...]


class _Known:
    """A version with what it changed; ``shas``: its own SHA-256 and those of its copies."""

    def __init__(self, version: Version, base: Flat):
        self.version, self.flat = version, flatten(version.document)
        self.shas, self.parents = {version.sha256}, {version.parent} - {None}
        self.changes = {k: v for k, v in changed(base, self.flat).items() if k[:2] not in OF_THE_COPY}

    @cached_property
    def content(self) -> frozenset[tuple[Key, str]]:
        """What it changed, to be compared."""
        return frozenset((k, canonical(v)) for k, v in self.changes.items())

    @property
    def author(self) -> str:
        """Who saved it last, "" when that says nothing."""
        name = " ".join(self.version.modified_by.split()).casefold()
        return "" if name in NOBODY else name

    def covers(self, other: "_Known") -> bool:
        """Whether it has a value for everything that ``other`` filled in."""
        filled = (k for k, v in other.changes.items() if v is not None and k not in other.flat.orders)
        return all(k in self.flat.rows if k in other.flat.rows else not is_empty(self.flat.values.get(k)) for k in filled)

    def wiped(self, other: "_Known", share: int) -> list[Key]:
        """The keys that ``other`` filled in and that are blank here, where this is another state of the same work: with at least
        ``share`` times as much that both changed alike. Of the rest nobody knows whether it was ever here."""
        missing = [k for k, v in other.changes.items() if not is_empty(v) and k not in other.flat.orders and k not in other.flat.rows
                   and is_empty(self.flat.values.get(k)) and self.flat.has(owner(k))]
        alike = len(self.content & other.content)
        return sorted(missing) if len(missing) <= MOST_WIPED and alike >= share * len(missing) else []

    def differing(self, other: "_Known") -> list[Key]:
        """The keys that ``other`` changed and that it says otherwise."""
        return sorted(k for k, v in other.changes.items() if (k, canonical(v)) not in self.content)


def sort_key(version: Version) -> tuple[Any, ...]:
    """Versions by date, then by content: a fixed order, which decides nothing."""
    return (version.modified, version.sha256, version.file)


def order(base: dict[str, Any], versions: Iterable[Version], places: Mapping[str, Mapping[str, Place]] | None = None) -> Ordered:
    """Which of ``versions`` count, all of them returns of one sector issued as ``base``.

    A version supersedes another when it is a reply to it; when it holds all that the other changed with the same
    values; or when the same person saved it later and it has a value for all that the other filled in. The first
    reason found in this order prevails. A date alone decides nothing. ``places``: cells by file and JSON Pointer.
    """
    given = sorted(versions, key=sort_key)
    if len(given) == 1:
        return Ordered(tuple(given), (), ())
    known, superseded, notes = _without_copies(flatten(base), given)
    over: dict[int, dict[int, str]] = {}
    for reason, holds in ((REPLY, _reply), (PART, _part), (CORRECTION, _correction)):
        for i, one in enumerate(known):
            for j, other in enumerate(known):
                if i != j and j not in over.get(i, ()) and not _reaches(over, j, i) and holds(one, other, known):
                    over.setdefault(i, {})[j] = reason
    heads = [k for i, k in enumerate(known) if not any(i in below for below in over.values())]
    for j, other in enumerate(known):
        by = [i for i in sorted(over, reverse=True) if j in over[i]]
        if by:
            i = min(by, key=lambda i: (known[i] not in heads, (REPLY, PART, CORRECTION).index(over[i][j])))
            superseded.append((other.version, known[i].version, over[i][j]))
            notes += _notes(known[i], other, over[i][j], places or {})
    for one in heads:
        for other in (k for k in heads if one.version.modified > k.version.modified > ""):
            notes += _wiped("MERG31", one, other=other, places=places or {}, keys=one.wiped(other, 3))
    return Ordered(tuple(k.version for k in heads), tuple(superseded), tuple(notes))


def _without_copies(base: Flat, versions: list[Version]) -> tuple[list[_Known], list[Any], list[Finding]]:
    """The versions of different content; a copy of an earlier one is noted and left out."""
    known: dict[frozenset[tuple[Key, str]], _Known] = {}
    superseded, notes = [], []
    for version in versions:
        fresh = _Known(version, base)
        own = frozenset(fresh.content | {(k, canonical(v)) for k, v in fresh.flat.values.items() if k[0] == "compilation"})
        first = known.setdefault(own, fresh)
        if first is not fresh:
            first.shas |= fresh.shas
            first.parents |= fresh.parents
            superseded.append((version, first.version, "copy"))
            notes.append(_note("MERG10", version, {"used": first.version.file}))
    return list(known.values()), superseded, notes


def _reaches(over: dict[int, dict[int, str]], start: int, goal: int) -> bool:
    """Whether ``start`` supersedes ``goal``, also by way of others."""
    todo, seen = [start], set()
    while todo:
        at = todo.pop()
        if at == goal:
            return True
        if at not in seen:
            seen.add(at)
            todo += over.get(at, ())
    return False


def _reply(one: _Known, other: _Known, known: list[_Known]) -> bool:
    parents, seen = set(one.parents) - one.shas, set()
    while parents:
        if parents & other.shas:
            return True
        seen |= parents
        parents = {p for k in known if k.shas & parents for p in k.parents} - seen
    return False


def _part(one: _Known, other: _Known, _known: list[_Known]) -> bool:
    return other.content < one.content


def _correction(one: _Known, other: _Known, _known: list[_Known]) -> bool:
    later = one.version.modified > other.version.modified > ""
    return later and bool(one.author) and one.author == other.author and one.covers(other)


def _notes(one: _Known, other: _Known, reason: str, places: Mapping[str, Mapping[str, Place]]) -> Iterator[Finding]:
    """What to say of ``other``, in whose place ``one`` stands."""
    values = {"used": one.version.file}
    if reason == PART:
        later = other.version.modified > one.version.modified and bool(other.changes)
        emptied = list(_wiped("MERG31", other, other=one, places=places, keys=other.wiped(one, 2))) if later else []
        yield from emptied or [_note("MERG12" if later else "MERG11", other.version, values)]
        return
    yield _note("MERG13" if reason == REPLY else "MERG14", other.version, values)
    for key in one.differing(other):
        before, now = other.changes[key], one.flat.values.get(key)
        at = places.get(other.version.file, {}).get(other.flat.pointers.get(key, ""), Place(other.version.file))
        objective = key[1] if key[0] == "objectives" and len(key) > 1 else ""
        wiped = is_empty(now) and not is_empty(before) and key not in other.flat.orders
        change = {"key": key_text(key), "where": key_title(key), "before": _shown(before, key, other), "now": _shown(now, key, one)}
        yield Finding("MERG16" if wiped else "MERG15", at, values | change,
                      path=other.flat.pointers.get(key, ""), sector=_sector(other.version), objective=str(objective))


def emptied(base: dict[str, Any], before: Version, now: Version, places: Mapping[str, Place]) -> Iterator[Finding]:
    """MERG16 for what ``before``, a version whose file is there no more, had filled in and ``now``, which came in its stead, leaves
    blank; both returns of one sector issued as ``base``. ``places``: the cells of ``now``."""
    flat = flatten(base)
    one, other = _Known(now, flat), _Known(before, flat)
    yield from _wiped("MERG16", one, other=other, places={now.file: places}, keys=one.wiped(other, 2))


def _wiped(code: str, one: _Known, other: _Known, places: Mapping[str, Mapping[str, Place]], keys: Iterable[Key]) -> Iterator[Finding]:
    """``code`` for each of ``keys``, filled in by ``other`` and blank in ``one``, at the blank cell."""
    known, file = places.get(one.version.file, {}), one.version.file
    for key in keys:
        row = owner(key)
        head = one.flat.pointers.get(row, "") if row else ""
        where = "/".join((head, *key[len(row):]))
        yield Finding(code, known.get(where) or known.get(head) or Place(file), {
            "where": key_title(key), "before": _shown(other.changes[key], key, other), "used": file if code == "MERG16" else other.version.file},
            path=where, sector=_sector(one.version), objective=str(key[1]) if key[0] == "objectives" and len(key) > 1 else "")


def _shown(value: Any, key: Key, known: _Known) -> Any:
    """A value for a finding; rows and orders by their names."""
    if key in known.flat.rows:
        return {"it": "riga presente", "en": "row there"}
    about = schema_paths.field(path(key))
    return shown(value, about) if about else ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else value


def _note(code: str, version: Version, values: dict[str, Any]) -> Finding:
    return Finding(code, Place(version.file), values, sector=_sector(version))


def _sector(version: Version) -> str:
    return (version.document.get("identity") or {}).get("sector", "")
