"""What a workbook holds besides cells: comments, text boxes, pictures, links, objects, ties to other files.

Only looked at, never followed: a link is its text, an object its name.
"""

import posixpath
import re
from collections.abc import Iterator

from lxml import etree

from perfxl.workbook.sheets.model import Extra
from perfxl.workbook.sheets.package import Package, children

#: Parts that a workbook of cells alone does not have.
_SIGNS = re.compile(r"comment|drawing|externallink|embedding|activex|ctrlprop|connections\.xml|querytable|webextension|media/"
                    r"|worksheets/_rels/", re.IGNORECASE)
_HYPERLINK = re.compile(rb"<(?:\w+:)?hyperlink\b[^>]*>")
_ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')
_OBJECTS = ("oleObject", "package", "control", "ctrlProp", "activeXControl", "webextension")
_XLINK = "{http://www.w3.org/1999/xlink}href"


def of_xlsx(package: Package, home: str, sheets: list[tuple[str, str | None]]) -> tuple[Extra, ...]:
    """Everything of that kind in an .xlsx whose workbook part is ``home``; ``sheets``: (name, part)."""
    if not any(_SIGNS.search(name) for name in package.names):
        return ()
    extras: list[Extra] = []
    for kind, inside, target, _ in _relations(package, home):
        if kind == "externalLink" and inside:
            extras += _ties(package, inside)
        elif kind == "connections" and inside:
            extras += [Extra("tie", "", "", _connection_text(c)) for c in children(package.xml(inside), "connection")]
        elif kind in _OBJECTS:
            extras.append(Extra("object", "", "", posixpath.basename(target)))
    extras += [Extra("object", "", "", name) for name in package.names if "webextension" in name.casefold() and name.endswith(".xml")]
    for name, part in sheets:
        if part:
            extras += _on_sheet(package, name, part)
    return tuple(dict.fromkeys(extras))


def _relations(package: Package, part: str) -> Iterator[tuple[str, str, str, str]]:
    """(last word of the type, part inside the file or "", target as written, id) of each relation of ``part``."""
    folder, name = posixpath.split(part)
    rels = posixpath.join(folder, "_rels", name + ".rels")
    if not package.part(rels):
        return
    for relation in children(package.xml(rels), "Relationship"):
        target = relation.get("Target", "")
        inside = (package.target(part, target) or "") if relation.get("TargetMode") != "External" else ""
        yield posixpath.basename(relation.get("Type", "")), inside, target, relation.get("Id", "")


def _on_sheet(package: Package, sheet: str, part: str) -> Iterator[Extra]:
    links = {}
    comments: list[Extra] = []
    for kind, inside, target, number in _relations(package, part):
        if kind == "hyperlink":
            links[number] = target
        elif kind == "comments" and inside:
            comments += _comments(package, inside, sheet)
        elif kind == "threadedComment" and inside:
            comments += [Extra("comment", sheet, c.get("ref", ""), text) for c in children(package.xml(inside), "threadedComment")
                         if (text := "".join(t.text or "" for t in children(c, "text"))).strip()]
        elif kind == "drawing" and inside:
            yield from _drawing(package, inside, sheet)
        elif kind in _OBJECTS:
            yield Extra("object", sheet, "", posixpath.basename(target))
        elif kind == "queryTable":
            yield Extra("tie", sheet, "", posixpath.basename(target))
    yield from (c for i, c in enumerate(comments) if not any(c.cell == o.cell and c.text in o.text for o in comments[:i]))
    if links:
        for tag in _HYPERLINK.findall(package.checked(part)):
            said = {k.rpartition(":")[2]: v for k, v in _ATTRIBUTE.findall(tag.decode("utf-8", "replace"))}
            if said.get("id") in links:
                yield Extra("link", sheet, said.get("ref", ""), links[said["id"]])


def _comments(package: Package, part: str, sheet: str) -> Iterator[Extra]:
    root = package.xml(part)
    authors = [a.text or "" for a in children(root, "author")]
    for comment in children(root, "comment"):
        text = "".join(t.text or "" for t in children(comment, "t"))
        number = comment.get("authorId", "")
        author = authors[int(number)] if number.isdecimal() and int(number) < len(authors) else ""
        if text.strip():
            yield Extra("comment", sheet, cell=comment.get("ref", ""), text=text, author=author)


def _drawing(package: Package, part: str, sheet: str) -> Iterator[Extra]:
    root = package.xml(part)
    for body in children(root, "txBody"):
        text = "\n".join("".join(t.text or "" for t in children(p, "t")) for p in children(body, "p"))
        if text.strip():
            yield Extra("box", sheet, "", text)
    for number, _ in enumerate(children(root, "pic"), 1):
        yield Extra("picture", sheet, "", str(number))


def _ties(package: Package, part: str) -> Iterator[Extra]:
    """Where an external link leads: a file, or a program (DDE)."""
    targets = [target for _, _, target, _ in _relations(package, part)]
    dde = [f"{link.get('ddeService', '')}|{link.get('ddeTopic', '')}" for link in children(package.xml(part), "ddeLink")]
    for target in targets + dde or [posixpath.basename(part)]:
        yield Extra("tie", "", "", target)


def _connection_text(connection: etree._Element) -> str:
    return " ".join(filter(None, (connection.get("name"), *(p.get("connection") or p.get("url") for p in connection))))


def of_ods(body: etree._Element) -> tuple[Extra, ...]:
    """Everything of that kind in the body of an .ods."""
    extras = []
    for table in children(body, "table"):
        name = next((v for k, v in table.attrib.items() if k.endswith("}name")), "")
        extras += list(_on_table(table, name))
    extras += [Extra("tie", "", "", " | ".join(e.attrib.values())) for local in ("dde-source", "dde-link") for e in children(body, local)]
    extras += [Extra("object", "", "", e.get(_XLINK, "")) for e in children(body, "event-listener")]
    return tuple(dict.fromkeys(extras))


def _on_table(table: etree._Element, sheet: str) -> Iterator[Extra]:
    for note in children(table, "annotation"):
        author = "".join("".join(e.itertext()) for e in children(note, "creator"))
        text = "\n".join("".join(p.itertext()) for p in children(note, "p"))
        if text.strip():
            yield Extra("comment", sheet, cell="", text=text, author=author)
    for local in ("text-box", "custom-shape", "rect", "ellipse", "caption"):
        for box in children(table, local):
            if (text := "\n".join("".join(p.itertext()) for p in children(box, "p"))).strip():
                yield Extra("box", sheet, "", text)
    for number, _ in enumerate(children(table, "image"), 1):
        yield Extra("picture", sheet, "", str(number))
    for link in children(table, "a"):
        if not link.get(_XLINK, "#").startswith("#"):
            yield Extra("link", sheet, "", link.get(_XLINK, ""))
    for local, kind in (("object", "object"), ("object-ole", "object"), ("plugin", "object"), ("applet", "object"),
                        ("table-source", "tie"), ("cell-range-source", "tie")):
        for element in children(table, local):
            yield Extra(kind, sheet, "", element.get(_XLINK) or local)
