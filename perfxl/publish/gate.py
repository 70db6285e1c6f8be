"""The gate before publication: what looks like personal data in the texts that would leave, with the cell it came from."""

import re
from collections.abc import Callable, Iterator

from lxml import etree

from perfxl.findings import Finding, Place
from perfxl.publish.tables import OpenTable
from perfxl.reporting.package import parts
from perfxl.result.view import View

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_FISCAL = re.compile(r"\b[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]\b", re.I)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}", re.I)
_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w/.,-])(?:(?:\+|00)\d{2}[ .\-/]?)?(?:0\d{1,3}[ .\-/]\d{5,8}|0\d{8,10}|3\d{2}[ .\-/]?\d{3}[ .\-/]?\d{3,4})(?![\w/]|[.,]\d)")

_ODD = dict(zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23),
                strict=True))


def is_fiscal_code(text: str) -> bool:
    """Whether ``text`` is an Italian fiscal code of a person: its last letter follows from the others."""
    code = text.upper()
    total = sum(_ODD[c] if n % 2 == 0 else (int(c) if c.isdigit() else ord(c) - 65) for n, c in enumerate(code[:15]))
    return chr(65 + total % 26) == code[15]


def iban_in(text: str) -> str | None:
    """The IBAN that ``text`` begins with, without spaces; None when its check digits are wrong."""
    bare = text.replace(" ", "").upper()
    lengths = (27,) if bare.startswith("IT") else range(len(bare), 14, -1)
    for length in lengths:
        code = bare[:length]
        if len(code) == length and int("".join(str(int(c, 36)) for c in code[4:] + code[:4])) % 97 == 1:
            return code
    return None


def looks_personal(text: str) -> Iterator[tuple[str, str]]:
    """(finding code, what was found) for everything in ``text`` that looks like personal data."""
    yield from (("PUBL01", m[0]) for m in _FISCAL.finditer(text) if is_fiscal_code(m[0]))
    ibans = [(m.start(), m.end(), found) for m in _IBAN.finditer(text) if (found := iban_in(m[0]))]
    yield from (("PUBL02", found) for _, _, found in ibans)
    yield from (("PUBL03", m[0]) for m in _EMAIL.finditer(text))
    yield from (("PUBL04", m[0]) for m in _PHONE.finditer(text) if not any(a <= m.start() < b for a, b, _ in ibans))


def staff(view: View) -> set[str]:
    """The names in the internal field of staff, less those that are published as managers and responsibles.

    Only what has at least two words is taken for a name: the field also holds offices.
    """
    named, open_ = set(), {s.get("manager", "") for s in view.sectors}
    for objective in view.objectives:
        sheet = objective.get("sheet", {})
        named |= {name.strip() for name in sheet.get("staff", ())}
        open_ |= {p["name"] for key in ("responsibles", "responsibles_revised") for p in sheet.get(key, ()) if p.get("name")}
        open_ |= {sheet.get("service", "")} | {s["name"] for s in view.sectors}
    return {n for n in named if len(n.split()) > 1 and not any(n in o for o in open_)}


def personal(view: View, tables: list[OpenTable], only_names: tuple[str, ...] = ()) -> list[Finding]:
    """A finding for everything in ``tables`` that looks like personal data, at the cell of the returned file.

    ``only_names``: names to look for instead of those of the staff field.
    """
    look = _looker(view, only_names)
    found = []
    for table in tables:
        for at, values in table.rows():
            for column, value in zip(table.columns, values, strict=True):
                if isinstance(value, str) and column.cell not in ("code", "choice", "date"):
                    found += [_finding(view, at, table, column, code, what) for code, what in dict.fromkeys(look(value))]
    return found


def personal_in_word(view: View, document: bytes, file: str) -> list[Finding]:
    """A finding for everything in a Word document that looks like personal data, each once; ``file``: its path."""
    look = _looker(view)
    body = etree.fromstring(parts(document)["word/document.xml"], etree.XMLParser(huge_tree=True, resolve_entities=False))
    texts = ("".join(t.text or "" for t in paragraph.iter(f"{_W}t")) for paragraph in body.iter(f"{_W}p"))
    told = dict.fromkeys(found for text in texts for found in look(text))
    return [Finding(code, Place(file), {"value": what, "file": file}) for code, what in told]


def _looker(view: View, only_names: tuple[str, ...] = ()) -> Callable[[str], Iterator[tuple[str, str]]]:
    """What finds, in a text, what looks personal: patterns, and the names of staff."""
    names = sorted(only_names or staff(view))
    listed = re.compile(r"\b(?:" + "|".join(map(re.escape, names)) + r")\b") if names else None

    def look(text: str) -> Iterator[tuple[str, str]]:
        yield from looks_personal(text)
        yield from (("PUBL05", m[0]) for m in (listed.finditer(text) if listed else ()))

    return look


def _finding(view: View, at: str, table: OpenTable, column, code: str, what: str) -> Finding:
    origin = view.nearest(at)
    place = Place(origin.file, origin.sheet, origin.first) if origin else Place()
    return Finding(code, place, {"value": what, "file": f"{table.name}.csv"}, column.titles, at)
