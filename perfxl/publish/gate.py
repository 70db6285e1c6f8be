"""The gate before publication: what looks like personal data in the texts that would leave, with the cell it came from."""

import re
from collections.abc import Callable, Iterator

from lxml import etree

from perfxl.findings import Finding, Place
from perfxl.publish.tables import OpenTable
from perfxl.reporting.package import parts
from perfxl.result.view import View

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_FISCAL = re.compile(r"\b[A-Z]{3} ?[A-Z]{3} ?[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2} ?[A-Z][0-9LMNPQRSTUV]{3} ?[A-Z]\b", re.I)
_IBAN = re.compile(r"\b(?:(?:IT|SM)[ -]?|[A-Z]{2})\d{2}(?:[ -]?[A-Z0-9]){11,30}", re.I)
#: Parts are bounded, since a text may be one word of 40,000 characters.
_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64} ?(?:@|[\[(](?:at|chiocciola)[\])]) ?[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}", re.I)
_PHONE = re.compile(r"(?<![\w/.,-])(?:(?:\+|00)\d{2}[ .\-/]?)?(?:\(?0\d{1,3}\)?[ .\-/]\d{5,8}|0\d{8,10}|3\d{2}[ .\-/]?\d{3}[ .\-/]?\d{3,4}"
                    r"|3\d{2}(?:[ .\-/]\d{2}){2}[ .\-/]\d{2,3})(?![\w/]|[.,]\d)")
#: A number in groups of any size, after the word that says it is a telephone.
_CALLED = re.compile(r"\b(?:tel|telef|telefono|cell|cellulare|fax|recapito|phone|mobile)\b[.:]?\s*(?:n\.?\s*)?((?:\+?\d|\(0)[\d ./()\-]{4,18}\d)", re.I)
#: What stands before or after a number that is no telephone: an amount, a code of a contract or of a company.
_NO_PHONE_BEFORE = re.compile(r"(?:€|\beuro|\bEUR|\bIVA|\bCIG|\bCUP)\s*[.:]?\s*$", re.I)
_NO_PHONE_AFTER = re.compile(r"\s*(?:€|euro\b|EUR\b)", re.I)
#: How long the IBAN of each country is.
_IBAN_LENGTHS = {"IT": 27, "SM": 27, "VA": 22, "AL": 28, "AT": 20, "BA": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18,
                 "EE": 20, "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "LI": 21, "LT": 20, "LU": 20,
                 "LV": 21, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "RS": 22, "SE": 24,
                 "SI": 19, "SK": 24, "TR": 26, "UA": 29}

_ODD = dict(zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23),
                strict=True))


def is_fiscal_code(text: str) -> bool:
    """Whether ``text`` is an Italian fiscal code of a person: its last letter follows from the others."""
    code = text.upper().replace(" ", "")
    total = sum(_ODD[c] if n % 2 == 0 else (int(c) if c.isdigit() else ord(c) - 65) for n, c in enumerate(code[:15]))
    return chr(65 + total % 26) == code[15]


def iban_in(text: str) -> str | None:
    """The IBAN that ``text`` begins with, without spaces; None when its length or its check digits are wrong."""
    bare = re.sub("[ -]", "", text).upper()
    code = bare[: _IBAN_LENGTHS.get(bare[:2], 0)]
    whole = len(code) > 4 and len(code) == _IBAN_LENGTHS[bare[:2]]
    return code if whole and int("".join(str(int(c, 36)) for c in code[4:] + code[:4])) % 97 == 1 else None


def looks_personal(text: str) -> Iterator[tuple[str, str]]:
    """(finding code, what was found) for everything in ``text`` that looks like personal data."""
    yield from (("PUBL01", m[0]) for m in _FISCAL.finditer(text) if is_fiscal_code(m[0]))
    ibans = [(m.start(), m.end(), found) for m in _IBAN.finditer(text) if (found := iban_in(m[0]))]
    yield from (("PUBL02", found) for _, _, found in ibans)
    yield from (("PUBL03", m[0]) for m in _EMAIL.finditer(text))
    yield from (("PUBL04", number) for start, number in _phones(text) if not any(a <= start < b for a, b, _ in ibans))


def _phones(text: str) -> Iterator[tuple[int, str]]:
    """Where each telephone number begins, and the number; each once."""
    called = [(m.start(1), m[1]) for m in _CALLED.finditer(text) if sum(c.isdigit() for c in m[1]) >= 6]
    yield from called
    for m in _PHONE.finditer(text):
        inside = any(a <= m.start() < a + len(number) for a, number in called)
        if not inside and not _NO_PHONE_BEFORE.search(text[: m.start()]) and not _NO_PHONE_AFTER.match(text, m.end()):
            yield m.start(), m[0]


def staff(view: View) -> set[str]:
    """The names in the internal field of staff, less those that are published as managers and responsibles.

    Only what has at least two words is taken for a name: the field also holds offices.
    """
    named, open_ = set(), {s.get("manager", "") for s in view.sectors}
    for objective in view.objectives:
        sheet = objective.get("sheet", {})
        named |= {name.strip() for name in sheet.get("staff", ())}
        people = [sheet, *sheet.get("revisions", ())]
        open_ |= {p["name"] for told in people for p in told.get("responsibles", ()) if p.get("name")}
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
