"""The gate before publication: what looks like personal data in the texts that would leave, with the cell it came from."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree

from perfxl.model.findings import Finding, Place
from perfxl.stages.consolidate.view import View
from perfxl.stages.publish.personal import looks_personal
from perfxl.stages.publish.tables import OpenColumn, OpenTable
from perfxl.stages.report.package import parts

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def staff(view: View) -> set[str]:
    """The names in the internal field of staff and of the owners, less those that are published as managers and responsibles.

    Only what has at least two words is taken for a name: the field also holds offices.
    """
    named, open_ = {o["name"] for o in view.content.get("owners", ())}, {s.get("manager", "") for s in view.sectors}
    for objective in view.objectives:
        sheet = objective.sheet.data
        named |= {name.strip() for name in sheet.get("staff", ())}
        people = [sheet, *sheet.get("revisions", ())]
        open_ |= {p["name"] for person in people for p in person.get("responsibles", ()) if p.get("name")}
        open_ |= {sheet.get("service", "")} | {s["name"] for s in view.sectors}
    return {n for n in named if len(n.split()) > 1 and not any(n in o for o in open_)}


def personal(view: View, tables: list[OpenTable], only_names: tuple[str, ...] = ()) -> list[Finding]:
    """A finding for everything in ``tables`` that looks like personal data, at the cell of the returned file.

    ``only_names``: names to look for instead of those of the staff field.
    """
    look = _looker(view, only_names)
    findings = []
    for table in tables:
        for at, values in table.rows():
            for column, value in zip(table.columns, values, strict=True):
                if isinstance(value, str) and column.cell not in ("code", "choice", "date"):
                    findings += [_finding(view, at, table=table, column=column, code=code,
                                       what=what) for code, what in dict.fromkeys(look(value))]
    return findings


def personal_in_word(view: View, document: bytes, file: str) -> list[Finding]:
    """A finding for everything in a Word document that looks like personal data, each once; ``file``: its path."""
    look = _looker(view)
    body = etree.fromstring(parts(document)["word/document.xml"], etree.XMLParser(huge_tree=True, resolve_entities=False))
    texts = ("".join(t.text or "" for t in paragraph.iter(f"{_W}t")) for paragraph in body.iter(f"{_W}p"))
    personal = dict.fromkeys(datum for text in texts for datum in look(text))
    return [Finding(code, Place(file), {"value": what, "file": file}) for code, what in personal]


def personal_in_page(view: View, page: str, file: str, but: frozenset[str]) -> list[Finding]:
    """A finding for everything on the page (its text as it is read) that looks personal; ``but``: what is known already."""
    look = _looker(view)
    personal = dict.fromkeys(datum for line in page.splitlines() for datum in look(line) if datum[1] not in but)
    return [Finding(code, Place(file), {"value": what, "file": file}) for code, what in personal]


def _looker(view: View, only_names: tuple[str, ...] = ()) -> Callable[[str], Iterator[tuple[str, str]]]:
    """What finds, in a text, what looks personal: patterns, and the names of staff. Where the body itself is, is no secret, and the
    codes of the plan are nobody's, whatever they look like."""
    names = sorted(only_names or staff(view))
    listed = re.compile(r"\b(?:" + "|".join(map(re.escape, names)) + r")\b") if names else None
    address, codes = view.content["body"].get("address", ""), set(_codes(view.content))

    def look(text: str) -> Iterator[tuple[str, str]]:
        yield from (seen for seen in looks_personal(text) if seen[1] not in address and re.sub(r"\W", "", seen[1]) not in codes)
        yield from (("PUBL05", m[0]) for m in (listed.finditer(text) if listed else ()))

    return look


def _codes(content: dict[str, Any]) -> Iterator[str]:
    """Every code that the plan gives, without the marks in it."""
    for key, value in content.items():
        if key in ("code", "id", "code_in_sector") and isinstance(value, str):
            yield re.sub(r"\W", "", value)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                yield from _codes(item)


def _finding(view: View, at: str, table: OpenTable, column: OpenColumn, code: str, what: str) -> Finding:
    origin = view.nearest(at)
    place = Place(origin.file, origin.sheet, origin.first) if origin else Place()
    return Finding(code, place, values={"value": what, "file": f"{table.name}.csv"}, field=column.titles, path=at)
