"""Reads a returned workbook into a ``return`` document, with what was noticed and where each value came from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from perfxl.binding import scalar_name
from perfxl.fields import Field, extension_fields, objective_fields
from perfxl.findings import Finding, Place
from perfxl.identity import Identity, parent
from perfxl.reading import beyond as besides
from perfxl.reading import identify, limits, names, objective, outside
from perfxl.reading.gather import Gather, Places, shown
from perfxl.reading.names import GENERAL, Part
from perfxl.reading.older import older
from perfxl.reading.outside import Outside
from perfxl.sheets import Refused, open_book
from perfxl.sheets.refs import a1


@dataclass(frozen=True)
class Reading:
    """What a workbook says.

    ``document``: as ``schemas/return.schema.json`` has it, None when the file is no return; ``identity``: what it is;
    ``places``: the cell behind each JSON Pointer, also of blank fields; ``findings``: in the order they were noticed;
    ``modified`` and ``modified_by``: as the file says, "" when it does not; ``parent``: SHA-256 of the file that a marked
    copy was made from, None otherwise; ``outside``: what stands outside the fields, for ``beyond``.
    """

    document: dict | None
    identity: Identity | None
    places: Mapping[str, Place]
    findings: list[Finding]
    modified: str = ""
    modified_by: str = ""
    parent: str | None = None
    outside: tuple[Outside, ...] = ()


def read(data: bytes, file: str, extension: dict | None = None, year: int | None = None) -> Reading:
    """The reading of the workbook in ``data``; ``file`` is what findings call it.

    ``extension``: the body's own fields; ``year``: the plan's, to complete dates typed without one (else the
    workbook's own identity says it). Never raises on bad input: what cannot be read is a finding.
    """
    try:
        book = open_book(data, file)
        known, findings = identify.identify(book, file)
        if known is None:
            return Reading(None, None, Places(file), findings, book.modified, book.modified_by)
        gather = Gather(book, file, year or known.year, known.sector, findings=findings)
        document = _document(gather, known, extension_fields(extension))
        gather.findings += besides.strange(book, file)
        beside = outside.collect(book, gather.areas)
    except Refused as refused:
        return Reading(None, None, Places(file), [refused.finding])
    gather.findings += limits.findings(document, gather.places, extension, known.sector)
    return Reading(document, known, gather.places, gather.findings, book.modified, book.modified_by,
                   parent(book.properties), beside)


def prefilled(data: bytes, file: str, digest: str, extension: dict | None = None) -> dict | None:
    """The return in ``data``, a workbook that perfxl made; None when it is not the one whose identity bears ``digest``."""
    reading = read(data, file, extension)
    return reading.document if reading.identity and reading.identity.digest == digest else None


def beyond(reading: Reading, file: str, form: bytes, form_file: str) -> list[Finding]:
    """What the workbook behind ``reading`` has outside its fields and ``form``, the workbook issued, has not.

    Nothing typed is lost: what stands over the form's own cells, beside them or on sheets of its own is quoted.
    ``file`` and ``form_file`` are what findings call them.
    """
    sector = reading.identity.sector if reading.identity else ""
    try:
        return besides.findings(reading.outside, besides.Form(open_book(form, form_file)), file, sector)
    except Refused as refused:
        return [refused.finding]


def _document(gather: Gather, known: Identity, extension: tuple[Field, ...]) -> dict:
    """The document, in the order of its schema."""
    parts = names.parts(gather.book)
    gather.older = older(parts, known.round)
    for part in parts.values() if gather.older else ():
        for ref in gather.older.renamed(part):
            gather.shown(ref)
    document: dict[str, Any] = {"schema": "perfxl/return/2", "identity": known.document()}
    rest = parts.pop(GENERAL, Part(GENERAL))
    tables = objective.general(gather, rest.refs, document)
    _copies(gather, rest, {**document, **tables}, extension)
    objectives: list[dict] = []
    for number in range(1, max(parts, default=0) + 1):
        part = parts.get(number, Part(number))
        gather.objective = ""
        if "code" not in part.refs and len(part.refs) <= len(part.broken):
            _missing_sheet(gather, number)
            continue
        _broken(gather, part, extension)
        found = objective.objective(gather, part.refs, f"/objectives/{len(objectives)}", extension)
        _copies(gather, part, found, extension)
        objectives.append(found)
    gather.objective = ""
    if objectives:
        document["objectives"] = objectives
    document |= tables
    _far(gather)
    return document


def _missing_sheet(gather: Gather, number: int) -> None:
    gather.findings.append(Finding("FORM05", Place(gather.file), {"number": number}, sector=gather.sector))


def _broken(gather: Gather, part: Part, extension: tuple[Field, ...]) -> None:
    """A finding for each field of a sheet that still stands but has lost that field's cell."""
    fields = {scalar_name(f.path): f for f in (*objective_fields(), *extension)}
    sheet = next(iter(part.refs.values())).sheet if part.refs else ""
    for rest in sorted(part.broken):
        about = fields.get(f"px_{rest}") or next((f for f in fields.values() if rest == f"t_{f.key}"), None)
        if about:
            title = {"it": about.title("it"), "en": about.title("en")}
            gather.findings.append(Finding("FORM04", Place(gather.file, sheet), {"number": part.number}, title,
                                           sector=gather.sector))


def _copies(gather: Gather, part: Part, original: dict, extension: tuple[Field, ...]) -> None:
    """A finding for each value that a duplicated sheet says otherwise than its original."""
    said = dict(_leaves(original)) if part.copies else {}
    for sheet, refs in part.copies:
        scratch = gather.scratch()
        if part.number == GENERAL:
            copy: dict = {}
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


def _leaves(value: Any, path: tuple = ()) -> Iterator[tuple[tuple, Any]]:
    """(path, value) of every value in ``value`` that is no object and no list of objects."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for index, inner in enumerate(value):
            yield from _leaves(inner, (*path, index))
    elif value not in ([], {}):
        yield path, ", ".join(map(str, value)) if isinstance(value, list) else value


def _far(gather: Gather) -> None:
    """A finding for each sheet of the form with content far outside it."""
    for sheet in gather.book.sheets:
        content = sheet.content
        if content.far_count:
            row, column = min(content.far)
            text = besides.listed(f"{a1(*at)}: {shown(cell)}" for at, cell in sorted(content.far.items()))
            gather.note("FORM09", (sheet.name, row, column), found=text, count=content.far_count)
