"""Finds the cells of fields again whose defined names are gone, by what stands around them in the form.

A program that keeps no names, a sheet pasted into a new book, a name that became ``#REF!``: the cells are still there.
A form is laid beside the sheet by what no sector writes: labels, headings, the hidden keys of tables. Where these
still fit, so does the place of the field.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from functools import cache, cached_property

from perfxl.model import resources
from perfxl.model.fields import Field
from perfxl.model.identity import CONSTANT, Identity
from perfxl.model.identity import NAME as IDENTITY
from perfxl.model.languages import spoken_to_sectors
from perfxl.model.rounds import KINDS
from perfxl.model.terms import cached_in_words
from perfxl.stages.read.names import GENERAL, Part, parts
from perfxl.stages.read.older import Older, aged
from perfxl.stages.read.patterns import NO_FIELDS, Fit, Pattern, lay, patterns, texts_of
from perfxl.workbook.binding import (
    NAME,
    objective_scalars,
    objective_tables,
    return_scalars,
)
from perfxl.workbook.sheets import open_book
from perfxl.workbook.sheets.model import Book, Sheet
from perfxl.workbook.sheets.refs import Ref

#: Of the rows with labels that a form's sheet has, the part that a sheet must have to be taken for it.
FIT = 0.5
#: Fields of a sheet: no form has more.
MOST_FIELDS = 200


@dataclass
class Recovery:
    """What was found again: ``refs``: places by name; ``lost``: names whose cells were not found, by the pattern they
    are in; ``gone``: the patterns of which no sheet is there at all; ``unread``: the keys of tables that nothing is known of;
    ``older``: how the tables found are read when the form is an older one."""
    refs: dict[str, Ref] = field(default_factory=dict)
    lost: dict[str, Pattern] = field(default_factory=dict)
    gone: list[Pattern] = field(default_factory=list)
    unread: list[Ref] = field(default_factory=list)
    older: Older | None = None

    def rests(self, number: int) -> set[str]:
        """What the names found of part ``number`` are, without its own sign."""
        head = name_of(number, "")
        return {name.removeprefix(head) for name in self.refs if name.startswith(head)}


def missing_names(book: Book, form: Book) -> bool:
    """Whether ``book`` lacks a name of ``form``; told fast, since nearly no return does."""
    names = book.names
    return any(isinstance(ref, Ref) and not isinstance(names.get(name), Ref) and name.startswith("px") and NAME.match(name)
               and name not in (IDENTITY, CONSTANT) for name, ref in form.names.items())


def by_form(book: Book, form: Book, known: Mapping[int, Part]) -> Recovery:
    """The cells of ``book`` whose names are gone, by ``form``, the workbook that it began as; ``known``: the parts of which
    there are names."""
    recovery, made = Recovery(), patterns(form)
    lacking = [(p, lost) for p in made if (lost := p.refs.keys() - _refs(known, p.number).keys())]
    codes = {code for pattern in made if (code := pattern.code())}
    free = _uncovered(book, known)
    for pattern, lost in sorted(lacking, key=lambda item: book.sheet(item[0].sheet.name) is None):
        fit = _beside(book, known, pattern) or _among(free, pattern, codes - {pattern.code()})
        if fit is None:
            recovery.gone.append(pattern)
            recovery.lost |= {name_of(pattern.number, rest): pattern for rest in sorted(lost)}
            continue
        if fit.sheet in free:
            free.remove(fit.sheet)
        _take(recovery, fit, lost)
    return recovery


def by_itself(book: Book, identity: Identity, known: Mapping[int, Part], extension: tuple[Field, ...] = ()) -> Recovery:
    """The same without the form at hand: by the other sheets of ``book``, and by perfxl's own masters.

    A name that cannot be found again is then no news by itself: an older or the body's own master may never have had it.
    """
    free = _uncovered(book, known)
    recovery = Recovery(older=aged(free, identity.round))
    models = _Models(book, identity.round, older=recovery.older, uneven=recovery.older is None and _uneven(known))
    for number, part in known.items():
        full = number != GENERAL and any(rest.startswith("t_") for rest in part.refs)
        if part.broken or not _expected(identity.round, number == GENERAL, full) <= part.refs.keys() or (
                number != GENERAL and not full and _labelled(book, part)):
            for name in {ref.sheet for rest, ref in part.refs.items() if rest not in NO_FIELDS}:
                for one in models.fits(book.by_name[name], number):  # what one does not know the next may
                    _take(recovery, one.of(number), one.pattern.refs.keys() - part.refs.keys() - recovery.rests(number))
    taken = {number for number, part in known.items() if part.refs}
    general = _refs(known, GENERAL)
    front = not {"__".join(f.path) for f in return_scalars()} <= general.keys()
    for sheet in free:
        fit = models.best(sheet) if front or is_form_sheet(sheet) else None
        if fit is None:
            continue
        number = GENERAL if fit.pattern.number == GENERAL else next(n for n in range(1, 100) if n not in taken)
        taken.add(number)
        for one in models.fits(sheet, fit.pattern.number):
            _take(recovery, one.of(number), one.pattern.refs.keys() - (general.keys() if number == GENERAL else set()) - recovery.rests(number))
        if number != GENERAL:
            recovery.refs |= _own_fields(sheet, number, extension)
        recovery.unread += _unknown_tables(sheet, recovery.refs.values(), recovery.older) if number != GENERAL else []
    recovery.lost.clear()
    return recovery


def _unknown_tables(sheet: Sheet, named: Iterable[Ref], older: Older | None) -> list[Ref]:
    """The rows of keys on the sheet that are of none of the tables ``named``, nor show an earlier round of an ``older`` form."""
    tables = [ref for ref in named if ref.sheet == sheet.name]
    return [Ref(sheet.name, row, left=min(columns), bottom=row,
                right=max(columns)) for row, columns in (older.texts if older else texts_of)(sheet)
            if len(columns) > 2 and "#" in columns.values() and not any(ref.top <= row <= ref.bottom for ref in tables)]


def _uneven(known: Mapping[int, Part]) -> bool:
    """Whether sheets that were copies of one have not the same names: some were lost, and none is the master's own want."""
    return len({frozenset(part.refs) for number, part in known.items() if number != GENERAL and any(rest.startswith("t_") for rest in part.refs)}) > 1


@cached_in_words
def _expected(round: str, general: bool, full: bool) -> frozenset[str]:
    """The names that a form of ``round`` surely has on the sheet of an objective, in ``full`` or in short; outside the
    objectives when ``general``."""
    if general:
        return frozenset("__".join(f.path) for f in return_scalars())
    round = _kind(round)
    fields = {"__".join(f.path) for f in objective_scalars() if round in f.shown and (full or f.path[0] in ("holding", "code"))}
    return frozenset(fields | {f"t_{t.id}" for t in objective_tables() if full and t.shown(round)})


def _labelled(book: Book, part: Part) -> bool:
    """Whether the sheet of an objective held in short has the label of a field of which there is no name."""
    sheets = {ref.sheet for rest, ref in part.refs.items() if rest not in NO_FIELDS}
    said = {text for name in sheets for _, columns in texts_of(book.by_name[name]) for text in columns.values()}
    return any(rest not in part.refs and not titles.isdisjoint(said) for rest, titles in _labels())


@cached_in_words
def _labels() -> tuple[tuple[str, frozenset[str]], ...]:
    """The single fields of an objective by their names, and their labels in each language."""
    return tuple(("__".join(f.path), frozenset(f.title(language) for language in spoken_to_sectors())) for f in objective_scalars())


def _own_fields(sheet: Sheet, number: int, extension: tuple[Field, ...]) -> dict[str, Ref]:
    """Where the body's own fields stand on the sheet: beside their titles."""
    refs = {}
    for row, columns in texts_of(sheet) if extension else ():
        column, text = next(iter(columns.items()))
        for about in extension:
            if text in (about.title("it"), about.title("en")):
                refs[name_of(number, "__".join(about.path))] = Ref(sheet.name, row, left=column + 1, bottom=row, right=column + 1)
    return refs


def is_form_sheet(sheet: Sheet) -> bool:
    """Whether the sheet has the hidden keys of a form's table, or the labels that every objective has."""
    said: set[str] = set()
    for _, columns in texts_of(sheet):
        if len(columns) > 2 and "#" in columns.values():
            return True
        said.update(columns.values())
    return any(labels <= said for labels in _common_labels())


@cached_in_words
def _common_labels() -> tuple[frozenset[str], ...]:
    """The titles of an objective's code and role, in each language."""
    fields = [f for f in objective_scalars() if f.path in (("code",), ("role",))]
    return tuple(frozenset(f.title(language) for f in fields) for language in spoken_to_sectors())


def uncovered(book: Book) -> list[Sheet]:
    """The sheets of a form on which no field is named."""
    return [sheet for sheet in _uncovered(book, parts(book)) if is_form_sheet(sheet)]


def name_of(number: int, rest: str) -> str:
    """The defined name of field ``rest`` of part ``number``."""
    return f"px{'' if number == GENERAL else f'{number:02d}'}_{rest}"


class _Models:
    """The patterns to lay sheets beside when the form is not at hand: those of the same book first. ``older``: how a form is
    read that is an older one, to be laid beside today's masters; ``uneven``: as ``_uneven`` has it."""

    def __init__(self, book: Book, round: str, older: Older | None, uneven: bool):
        self._book, self._round, self._older, self._uneven = book, round, older, uneven
        self._known: dict[tuple[str, bool | None], list[Fit]] = {}

    @cached_property
    def _all(self) -> list[Pattern]:
        return [*self._own, *_masters(self._round)]

    @cached_property
    def _own(self) -> list[Pattern]:
        own = [p for p in patterns(self._book) if p.number != GENERAL and "code" in p.refs and len(p.refs) <= MOST_FIELDS]
        return sorted(own, key=lambda p: -len(p.refs))[:4]

    def best(self, sheet: Sheet, number: int | None = None) -> Fit | None:
        """The first of those that ``fits`` tells, None when none fits."""
        return next(iter(self.fits(sheet, number)), None)

    def fits(self, sheet: Sheet, number: int | None = None) -> list[Fit]:
        """The pattern that fits ``sheet`` best, then those of the same book that do, and the masters where names are lost unevenly; of an objective, or of the rest of the form,
        when its ``number`` is given."""
        general = None if number is None else number == GENERAL
        if (sheet.name, general) not in self._known:
            laid = [lay(pattern, sheet, self._older.texts if self._older and pattern not in self._own else None) for pattern in self._all
                    if pattern.sheet is not sheet and general in (None, pattern.number == GENERAL)]
            ordered = sorted(laid, key=lambda fit: (len(fit.rows), fit.part), reverse=True)
            fitting = [fit for fit in ordered if fit.part >= FIT]
            self._known[sheet.name, general] = [
                fit for fit in fitting if self._uneven or fit is fitting[0] or any(fit.pattern is own for own in self._own)]
        return self._known[sheet.name, general]


def _kind(round: str) -> str:
    """The kind of master that a form of ``round`` was most likely made from: the plan is not at hand to say."""
    return round if round in KINDS else "monitoring"


@cache
def _masters(round: str) -> tuple[Pattern, ...]:
    """The sheets of perfxl's own masters of ``round``."""
    masters: list[Pattern] = []
    for path in (resources.folder("templates") / language / f"scheda-{_kind(round)}.xlsx" for language in spoken_to_sectors()):
        book = open_book(path.read_bytes(), path.name)
        by_sheet: dict[str, dict[str, Ref]] = {}
        for name, ref in book.names.items():
            start, _, rest = name.partition("_")
            if start in ("px", "pxs") and isinstance(ref, Ref) and rest not in NO_FIELDS:
                by_sheet.setdefault(ref.sheet, {})[rest] = ref
        masters += [Pattern(book.by_name[sheet], 1 if "code" in refs else GENERAL, refs) for sheet, refs in by_sheet.items()]
    return tuple(masters)


def _refs(known: Mapping[int, Part], number: int) -> Mapping[str, Ref]:
    part = known.get(number)
    return part.refs if part else {}


def _uncovered(book: Book, known: Mapping[int, Part]) -> list[Sheet]:
    """The sheets on which no field is named."""
    named = {ref.sheet for part in known.values() for rest, ref in part.refs.items() if rest not in NO_FIELDS}
    named |= {sheet for part in known.values() for sheet, _ in part.copies}
    return [sheet for sheet in book.sheets if sheet.name not in named]


def _beside(book: Book, known: Mapping[int, Part], pattern: Pattern) -> Fit | None:
    """The sheet where the other fields of ``pattern`` are."""
    refs = _refs(known, pattern.number)
    sheets = [refs[rest].sheet for rest in pattern.refs if rest in refs]
    return lay(pattern, book.by_name[max(set(sheets), key=sheets.count)]) if sheets else None


def _among(free: Iterable[Sheet], pattern: Pattern, others: Set[str]) -> Fit | None:
    """The sheet of ``free`` that was made as ``pattern``: it bears its name or its code, or is the only one that fits and
    bears none of ``others``, the codes of other objectives. Tabs that changed places are told by their codes."""
    named = next((sheet for sheet in free if sheet.name == pattern.sheet.name), None)
    if named and _code(by_name := lay(pattern, named)) not in others:
        return by_name
    fits = {fit: _code(fit) for sheet in free if (fit := lay(pattern, sheet)).part >= FIT}
    own_fits = [fit for fit, code in fits.items() if code not in others]
    coded = [fit for fit in own_fits if pattern.code() and fits[fit] == pattern.code()]
    return coded[0] if coded else by_name if named else own_fits[0] if len(own_fits) == 1 else None


def _code(fit: Fit) -> str:
    """The code that the sheet says it is of, "" where there is none."""
    at = fit.place("code") if "code" in fit.pattern.refs else None
    return str(fit.sheet.cell(at.top, at.left).value or "") if at else ""


def _take(recovery: Recovery, fit: Fit, lost: Iterable[str]) -> None:
    """Note in ``recovery`` where the fields ``lost`` stand, or that they are not to be found."""
    for rest in sorted(lost, key=lambda rest: fit.pattern.refs[rest]):
        ref, name = fit.place(rest), name_of(fit.pattern.number, rest)
        if ref is None:
            recovery.lost[name] = fit.pattern
        else:
            recovery.refs[name] = ref
