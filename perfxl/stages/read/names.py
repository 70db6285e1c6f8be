"""Which defined names stand for which part of the form, originals and copies told apart."""

from dataclasses import dataclass, field

from perfxl.workbook.binding import part_of
from perfxl.workbook.sheets.model import Book
from perfxl.workbook.sheets.refs import Ref

GENERAL = 0  # stands for the parts outside the objective sheets


@dataclass
class Part:
    """The names of one objective sheet (``number`` from 1), or of the rest of the form (``GENERAL``).

    ``refs``: by the name without its prefix (``holding__weight``, ``t_phases``); ``broken``: names whose cells are
    gone; ``copies``: for each duplicated sheet, its name and the same names on it.
    """

    number: int
    refs: dict[str, Ref] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    copies: list[tuple[str, dict[str, Ref]]] = field(default_factory=list)


def parts(book: Book) -> dict[int, Part]:
    """The parts of the form by number.

    A name of the workbook is the original; the same name on a sheet of its own belongs to a copy of that sheet,
    unless the original's cells are gone: then the copy stands in for it.
    """
    by_number: dict[int, Part] = {}
    for name, target in book.names.items():
        if known := part_of(name):
            number, rest = known
            part = by_number.get(number) or by_number.setdefault(number, Part(number))
            if isinstance(target, Ref):
                part.refs[rest] = target
            elif target is None:
                part.broken.add(rest)
    for sheet in book.sheets:
        own: dict[int, dict[str, Ref]] = {}
        for name, target in sheet.names.items():
            if (known := part_of(name)) and isinstance(target, Ref):
                own.setdefault(known[0], {})[known[1]] = target
        for number, refs in own.items():
            _copy(by_number.setdefault(number, Part(number)), sheet.name, refs)
    for part in by_number.values():
        part.broken -= part.refs.keys()
    return dict(sorted(by_number.items()))


def _copy(part: Part, sheet: str, refs: dict[str, Ref]) -> None:
    """Give ``part`` the names found on ``sheet`` alone."""
    missing = {rest: ref for rest, ref in refs.items() if rest not in part.refs}
    others = {rest: ref for rest, ref in refs.items() if rest in part.refs and part.refs[rest] != ref}
    if not others or len(missing) > len(others):
        part.refs |= missing
    if others and (copy := {r: x for r, x in refs.items() if r in others or part.refs.get(r) != x}):
        part.copies.append((sheet, copy))
