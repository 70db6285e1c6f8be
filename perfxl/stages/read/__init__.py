"""Reads a returned workbook into a ``return`` document, with what was noticed and where each value came from."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from perfxl.model import points, terms
from perfxl.model.documents import pointer
from perfxl.model.fields import Field, extension_fields, objective_fields, return_fields
from perfxl.model.findings import Finding, Place
from perfxl.model.identity import Identity, parent
from perfxl.model.terms import pick
from perfxl.model.texts import FORMS
from perfxl.stages.read import extra_content as besides
from perfxl.stages.read import (
    identify,
    limits,
    moved_days,
    names,
    objective,
    outside_fields,
    recovery,
)
from perfxl.stages.read.issued import Issued, Kept
from perfxl.stages.read.names import GENERAL, Part
from perfxl.stages.read.older import older
from perfxl.stages.read.outside_fields import Outside
from perfxl.stages.read.places import Places
from perfxl.stages.read.read_context import ReadContext, shown
from perfxl.stages.read.recovery import Recovery
from perfxl.workbook.binding import scalar_name
from perfxl.workbook.sheets import Book, Refused, open_book
from perfxl.workbook.sheets.refs import Ref, a1


@dataclass(frozen=True)
class Reading:
    """What a workbook says.

    ``document``: as ``schemas/return.schema.json`` has it, None when the file is no return; ``identity``: what it is;
    ``places``: the cell behind each JSON Pointer, also of blank fields; ``findings``: in the order they were noticed;
    ``modified`` and ``modified_by``: as the file says, "" when it does not; ``parent``: SHA-256 of the file that a marked
    copy was made from, None otherwise; ``outside``: what stands outside the fields, for ``beyond``; ``points``: whether its weights
    are points.
    """

    document: dict[str, Any] | None
    identity: Identity | None
    places: Mapping[str, Place]
    findings: list[Finding]
    modified: str = ""
    modified_by: str = ""
    parent: str | None = None
    outside: tuple[Outside, ...] = ()
    points: bool = False


def read(data: bytes, file: str, extension: dict[str, Any] | None = None, year: int | None = None,
         issued: Callable[[Identity], Issued | None] | None = None) -> Reading:
    """The reading of the workbook in ``data``; ``file`` is what findings call it.

    ``extension``: the body's own fields; ``year``: the plan's, to complete dates typed without one (else the
    workbook's own identity says it); ``issued``: finds the workbook issued with an identity, by which cells are found
    again that have lost their names. Never raises on bad input: what cannot be read is a finding.
    """
    try:
        book = open_book(data, file)
        known, findings = identify.identify(book, file)
        if known is None:
            return Reading(None, None, places=Places(file), findings=findings, modified=book.modified, modified_by=book.modified_by)
        if (words := _words(book)) != terms.words_in_use():
            with terms.using_words(words):
                return read(data, file, extension=extension, year=year, issued=issued)
        gather = ReadContext(book, file, year or known.year, known.sector, findings=findings)
        form = issued(known) if issued else None
        form = form if form and form.began(known) else None
        parts = names.parts(book)
        recovered = _recovered(gather, known, form=form, extension=extension_fields(extension), parts=parts)
        document = _document(gather, known, extension=extension_fields(extension), recovered=recovered,
                             parts=names.parts(book) if recovered.refs else parts, form=form)
        if book.from_1904 and form and form.book and not form.book.from_1904:
            moved = moved_days.put_back(document, read(form.data, form.file, extension, gather.year).document or {})
            _tell_moved(gather, moved)
        elif book.from_1904 and not (form and form.book):
            _tell_moved(gather, moved_days.put_back_alone(document, known.year, _front_days(book)))
        gather.findings += besides.strange(book, file)
        beside = outside_fields.collect(book, gather.areas)
    except Refused as refused:
        return Reading(None, None, Places(file), [refused.finding])
    gather.findings += limits.findings(document, gather.places, extension, known.sector)
    return Reading(document, known, places=gather.places, findings=gather.findings, modified=book.modified, modified_by=book.modified_by,
                   parent=parent(book.properties), outside=beside, points=terms.words_in_use().points)


def _words(book: Book) -> terms.Words:
    """The words in which a form speaks, and whether its weights are points; those in use where it says nothing of them."""
    key = book.names.get(terms.CONSTANT)
    words = terms.from_key(key.strip('"')) if isinstance(key, str) else terms.words_in_use()
    says = any(name.startswith("pxm_") for name in book.names)
    return replace(words, points=points.CONSTANT in book.names) if says else words


def prefilled(data: bytes, file: str, digest: str, extension: dict[str, Any] | None = None) -> dict[str, Any] | None:
    """The return in ``data``, a workbook that perfxl made; None when it is not the one whose identity bears ``digest``."""
    reading = read(data, file, extension)
    return reading.document if reading.identity and reading.identity.digest == digest else None


def extra_findings(reading: Reading, file: str, form: Issued) -> list[Finding]:
    """What the workbook behind ``reading`` has outside its fields and ``form``, the workbook issued, has not.

    Nothing typed is lost: what stands over the form's own cells, beside them or on sheets of its own is quoted.
    ``file`` is what findings call the workbook.
    """
    sector = reading.identity.sector if reading.identity else ""
    try:
        return besides.findings(reading.outside, besides.Form(form.opened), file, sector)
    except Refused as refused:
        return [refused.finding]


def _recovered(gather: ReadContext, known: Identity, form: Issued | None, extension: tuple[Field, ...],
               parts: Mapping[int, Part]) -> Recovery:
    """What could be found of fields that have lost their names, named again in the book, and told."""
    book = gather.book
    issued = form.book if form else None
    if issued is None:
        recovered = recovery.by_itself(book, known, parts, extension)
    elif recovery.missing_names(book, issued):
        recovered = recovery.by_form(book, issued, parts)
    else:
        return Recovery()
    book.names |= recovered.refs
    if recovered.refs:
        sheets = [s.name for s in book.sheets if any(ref.sheet == s.name for ref in recovered.refs.values())]
        gather.findings.append(Finding("FORM30", Place(gather.file, sheets[0]), {
            "count": len(recovered.refs), "sheets": ", ".join(sheets)}, sector=gather.sector))
    return recovered


def _document(gather: ReadContext, known: Identity, extension: tuple[Field, ...], recovered: Recovery,
              parts: dict[int, Part], form: Issued | None) -> dict[str, Any]:
    """The document, in the order of its schema. ``recovered``: what was found of fields without names; ``parts``: those with;
    ``form``: the workbook that it began as, which says what cannot be found."""
    gather.older = recovered.older or older(parts, known.round)
    if gather.older:
        for part in parts.values():
            for ref in gather.older.renamed(part):
                gather.shown(ref)
    whole = not (recovered.lost or recovered.gone)
    document: dict[str, Any] = {"schema": "perfxl/return/2", "identity": known.document()}
    rest = parts.pop(GENERAL, Part(GENERAL))
    tables = objective.general(gather, rest.refs, document, Kept(form, GENERAL, whole) if form else None)
    _copies(gather, rest, {**document, **tables}, extension)
    objectives: list[dict[str, Any]] = []
    unread = recovery.uncovered(gather.book) if recovered.gone else []
    gone = {pattern.number for pattern in recovered.gone}
    for number in range(1, max(parts.keys() | (form.numbers if form and not whole else set()), default=0) + 1):
        part = parts.get(number, Part(number))
        gather.objective = ""
        if number in gone or "code" not in part.refs and len(part.refs) <= len(part.broken):
            if not unread:
                _missing_sheet(gather, number)
            continue
        _broken(gather, part, extension)
        read = objective.objective(gather, part.refs, path=f"/objectives/{len(objectives)}", extension=extension,
                                   kept=Kept(form, number, whole) if form else None)
        _copies(gather, part, read, extension)
        objectives.append(read)
    gather.objective = ""
    if objectives:
        document["objectives"] = objectives
    document |= tables
    _lost(gather, recovered, parts, extension, empty=not objectives and not tables)
    _without_formats(gather)
    _far(gather)
    return document


def _without_formats(gather: ReadContext) -> None:
    """One finding on all percentages that a program left without their format."""
    if gather.fractions:
        sheet, row, column = gather.fractions[0]
        gather.findings.append(Finding("FORM36", Place(gather.file, sheet, a1(row, column)), {"count": len(gather.fractions)},
                                       sector=gather.sector))


def _front_days(book: Book) -> Iterator[date]:
    """The days that the front of a form tells: the reference date of its round, its deadline."""
    for name in ("pxm_reference", "pxm_deadline"):
        ref = book.names.get(name)
        cell = book.by_name[ref.sheet].cells.get((ref.top, ref.left)) if isinstance(ref, Ref) and ref.sheet in book.by_name else None
        if cell is not None and isinstance(cell.value, date):
            yield cell.value


def _tell_moved(gather: ReadContext, moved: list[tuple[str | int, ...]]) -> None:
    """One finding on all the days that a move into a workbook that counts from 1904 had made later."""
    if moved:
        place = gather.places.nearest(pointer(moved[0]))
        gather.findings.append(Finding("FORM38", place, {"count": len(moved)}, sector=gather.sector))


def _lost(gather: ReadContext, recovered: Recovery, parts: Mapping[int, Part], extension: tuple[Field, ...], empty: bool) -> None:
    """A finding on the fields that have no name any more and were not found again; one for them all, for they are lost
    for the same reason. And one for each sheet outside the objectives that is not there."""
    for pattern in recovered.gone:
        if pattern.number == GENERAL:
            gather.findings.append(Finding("FORM33", Place(gather.file), {"sheet": pattern.sheet.name}, sector=gather.sector))
    cells = [(rest, pattern) for name, pattern in recovered.lost.items() if pattern not in recovered.gone
             and (rest := name.partition("_")[2]) not in parts.get(pattern.number, Part(0)).broken]
    sheets = recovery.uncovered(gather.book) if empty or recovered.refs or recovered.lost else []
    lost: str | dict[str, str]
    if cells:
        lost = {language: besides.listed(f"{pick(_title(rest, extension), language)} ({pattern.sheet.name}!{pattern.refs[rest].address})"
                                         for rest, pattern in cells) for language in FORMS}
    elif sheets or recovered.unread or empty and not recovered.gone:
        whole = sheets or ([] if recovered.unread else gather.book.sheets)
        lost = besides.listed([*(f"{sheet.name} ({len(sheet.cells)})" for sheet in whole),
                               *(f"{ref.sheet}!{ref.address}" for ref in recovered.unread)])
    else:
        return
    place = Place(gather.file, sheets[0].name if sheets and not cells else "")
    gather.findings.append(Finding("FORM31", place, {"count": len(cells or [*sheets, *recovered.unread] or gather.book.sheets), "found": lost}, sector=gather.sector))


def _title(rest: str, extension: Iterable[Field]) -> dict[str, str]:
    """What users call the field named ``rest``, by language."""
    name = rest.removeprefix("t_")
    key = name if name.startswith("narrative") else re.sub("_(interim|final|reading|more|rule)$", "", name)
    for about in (*objective_fields(), *return_fields(), *extension):
        if rest == "__".join(about.path) or rest != name and about.key in (key, "_".join(reversed(key.split("_")))):
            return {language: about.title(language) for language in FORMS}
    return dict.fromkeys(FORMS, rest)


def _missing_sheet(gather: ReadContext, number: int) -> None:
    gather.findings.append(Finding("FORM05", Place(gather.file), {"number": number}, sector=gather.sector))


def _broken(gather: ReadContext, part: Part, extension: tuple[Field, ...]) -> None:
    """A finding for each field of a sheet that still stands but has lost that field's cell."""
    fields = {scalar_name(f.path): f for f in (*objective_fields(), *extension)}
    sheet = next(iter(part.refs.values())).sheet if part.refs else ""
    for rest in sorted(part.broken):
        about = fields.get(f"px_{rest}") or next((f for f in fields.values() if re.fullmatch(rf"t_{f.key}(_reading|_more|_rule)?", rest)), None)
        if about:
            title = {"it": about.title("it"), "en": about.title("en")}
            gather.findings.append(Finding("FORM04", Place(gather.file, sheet), {"number": part.number}, title,
                                           sector=gather.sector))


def _copies(gather: ReadContext, part: Part, original: dict[str, Any], extension: tuple[Field, ...]) -> None:
    """A finding for each value that a duplicated sheet says otherwise than its original."""
    said = dict(_leaves(original)) if part.copies else {}
    for sheet, refs in part.copies:
        scratch = gather.scratch()
        if part.number == GENERAL:
            copy: dict[str, Any] = {}
            copy |= objective.general(scratch, refs, copy)
        else:
            copy = objective.objective(scratch, refs, "", extension)
        first = next((r.sheet for rest, r in part.refs.items() if rest in refs), "")
        for path, value in _leaves(copy):
            if said.get(path) != value:
                place = scratch.places.nearest("/" + "/".join(map(str, path)))
                about = limits.title_of(path, extension)
                gather.findings.append(Finding("FORM01", Place(gather.file, sheet, place.cell), {
                    "original": first, "found": value, "kept": said.get(path)}, about,
                    sector=gather.sector, objective=gather.objective))
        gather.findings += [f for f in scratch.findings if f.severity == "error"]


def _leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """(path, value) of every value in ``value`` that is no object and no list of objects."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for index, inner in enumerate(value):
            yield from _leaves(inner, (*path, index))
    elif value not in ([], {}):
        yield path, ", ".join(map(str, value)) if isinstance(value, list) else value


def _far(gather: ReadContext) -> None:
    """A finding for each sheet of the form with content far outside it."""
    for sheet in gather.book.sheets:
        content = sheet.content
        if content.far_count:
            row, column = min(content.far)
            text = besides.listed(f"{a1(*at)}: {shown(cell)}" for at, cell in sorted(content.far.items()))
            gather.note("FORM09", (sheet.name, row, column), found=text, count=content.far_count)
