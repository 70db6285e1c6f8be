"""One value between a cell and a document, both ways.

What is certain is repaired and listed as a note with before and after; what is not is an error that quotes
what was found, and the value stays out. Findings come without a place: who knows the cell adds it.
"""

import datetime
import re
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from perfxl.model import documents
from perfxl.model.fields import Field, resolve
from perfxl.model.findings import Finding, quote
from perfxl.model.languages import number_text, quoted
from perfxl.model.points import sign
from perfxl.model.readings import CLEARED
from perfxl.model.terms import pick
from perfxl.model.texts import FORMS, LANGUAGES
from perfxl.workbook.sheets import lookalike, parse_text
from perfxl.workbook.sheets.formats import LATER_1904
from perfxl.workbook.sheets.model import Cell

#: Blanks in a code that say nothing: beside a sign, between letters and digits; two words are no code.
_BETWEEN = re.compile(r"\s+(?=[^\w\s])|(?<=[^\w\s])\s+|(?<=[^\W\d_])\s+(?=\d)|(?<=\d)\s+(?=[^\W\d_])")
#: A text that any field accepts which has no form of its own (codes and identifiers have one).
_FREE_TEXT = "Un testo, libero (è così)"
#: What a text without a pattern of its own may be: anything that XML and JSON can both hold.
_ANY_TEXT = "^[^\\u0000-\\u0008\\u000b-\\u001f\\u007f\\ufffe\\uffff]+$"
#: How people say that a date holds no more.
_CLEARS = frozenset(("–", "-", "—", "−", "nessuna", "nessuna data", "tolta", "annullata", "none", "no date", "cleared"))
_NUMBERS = ("integer", "number", "percent", "money")
_SERIAL = (Decimal(32874), Decimal(73050))  # 1990-01-01 and 2099-12-31 as spreadsheets count days
#: Words in a row, as no formula has them.
_PROSE = re.compile(r"\s*[^\W\d_]+(?:['’ ]+[^\W\d_]+){2}")
_CONTROL = dict.fromkeys((*range(0x09), *range(0x0E, 0x20), 0x7F, 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)))


class Content(NamedTuple):
    """What a writer puts in a cell: ``kind`` is text, number, date, bool or blank; ``content`` str, Decimal, date,
    bool or None. A percentage is a number, the fraction."""

    kind: str
    content: Any


def to_cell(value: Any, field: Field, language: str) -> Content:
    """What stands in a cell for ``value`` of ``field``, in a form in ``language``."""
    if value is None:
        return Content("blank", None)
    if field.cell in ("choice", "yesno"):
        return Content("text", field.labels(language).get(value, str(value)))
    if field.cell == "lines":
        return Content("text", "\n".join(value))
    if value == CLEARED and field.clears:
        return Content("text", CLEARED)
    if field.cell == "date":
        return Content("date", datetime.date.fromisoformat(value))
    if field.cell in _NUMBERS:
        exact = _decimal(value)
        return Content("number", exact.scaleb(-2) if field.cell == "percent" else exact)
    return Content("text", str(value))


def from_cell(cell: Cell, field: Field, language: str | None = None, *, year: int | None = None,
              edge: str = "", from_1904: bool = False) -> tuple[Any, list[Finding]]:
    """The value of ``field`` in ``cell`` as documents hold it (None when blank or unusable), and what was noticed.

    ``language`` of the form, Italian when not given: how a number becomes text. ``year``: the plan's, for dates
    written without one; ``edge`` (``start``, ``end``): which day a month stands for, when the field's key does not say;
    ``from_1904``: whether days without a date's format are counted from 1904.
    """
    if cell.kind == "text" and cell.formula is None and not cell.struck and field.cell in ("text", "long"):
        return _text(cell.value, field)
    findings = []
    if cell.struck:
        findings.append(_finding("FORM34", field, found=_as_shown(cell.struck)))
    if cell.kind == "error":
        return None, [_finding("FORM08", field, found=cell.error)]
    if cell.kind == "picture":
        return None, [_finding("FORM35", field)]
    if cell.formula is not None and cell.kind in ("blank", "number") and _PROSE.match(cell.formula):
        cell = cell._replace(kind="text", value="=" + cell.formula, formula=None)  # a text that a program took for a formula
    if cell.formula is not None:
        if cell.kind == "blank":
            return None, [_finding("FORM07", field, found="=" + cell.formula)]
        findings.append(_finding("FORM06", field, found="=" + cell.formula, value=_shown(cell)))
    if cell.kind == "blank" or (cell.kind == "text" and not (cell.value.isalnum() or parse_text.tidy(cell.value))):
        return None, findings
    if field.cell == "date" and cell.kind == "number":
        value, noticed = _counted(cell, field, LATER_1904 if from_1904 else 0)
        return value, findings + noticed
    value, noticed = _READ[field.cell](cell, field, language or "it", (year, edge))
    return value, findings + noticed


def _finding(code: str, field: Field, **values) -> Finding:
    return Finding(code, values=values, field={"it": field.title("it"), "en": field.title("en")})


def _repaired(before: Any, after: Any, field: Field) -> list[Finding]:
    alike = all(quote(before, language) == quote(after, language) for language in LANGUAGES)
    return [] if alike else [_finding("DATA10", field, before=before, after=after)]  # nothing that a reader would see


def _decimal(value) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(repr(value))


def _plain(value: Decimal) -> int | Decimal:
    """``value`` as documents hold it: an int when it is whole."""
    return int(value) if value == value.to_integral_value() else value.normalize()


def _shown(cell: Cell) -> Any:
    """A cell's value for a finding: as its reader sees it, near enough."""
    if cell.kind == "number" and cell.percent:
        return percent_words(cell.value.scaleb(2))
    return None if isinstance(cell.value, str) and not cell.value.strip() else cell.value


def percent_words(points: int | Decimal) -> dict[str, str]:
    """Percent points as findings quote them: ``12,5%``, in English ``12.5%``."""
    text = format(Decimal(points).normalize(), "f") + "%"
    return {language: number_text(text, language) for language in FORMS}


def weight_words(weight: int | Decimal, points: bool) -> dict[str, str]:
    """A weight as findings quote it: ``12,5%``, or ``12,5 punti``."""
    if not points:
        return percent_words(weight)
    text = format(Decimal(weight).normalize(), "f")
    return {language: number_text(text, language) + sign(language, points) for language in FORMS}


def _as_shown(struck: str) -> str | dict[str, str]:
    """What is struck out, a number as its reader sees it."""
    number = re.fullmatch(r"-?\d+\.\d+%?", struck)
    return {language: number_text(struck, language) for language in FORMS} if number else struck


def likely_percent(points: Decimal) -> Decimal:
    """What was probably meant by percent points above 0 and below 1: typed in a cell of percentages, 0,35 becomes 0,35 %."""
    return points.scaleb(2)


def shown(value: Any, about: Field) -> Any:
    """A document's value as its cell shows it to a reader, by language where they differ; None for nothing."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if value is None:
        return None
    if (about.cell == "percent" or about.schema.get("x-points")) and not isinstance(value, (str, bool)):
        return weight_words(Decimal(str(value)), points=about.cell != "percent")
    if about.cell in ("choice", "yesno"):
        return {language: about.labels(language).get(value, value) for language in FORMS}
    if about.cell == "date" and isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return "/".join(reversed(value.split("-")))
    return value


#: What is written beside an amount: the currency, and the dashes that stand for no cents.
_CURRENCY = re.compile(r"€|\b(?:euro|eur)\b\.?|\s*[.,]?\s*(?:[-–—=]{1,2}|//)\s*(?=(?:€|euro|eur)?\.?$)", re.I)


@cache
def _pattern(text: str | None) -> re.Pattern:
    return re.compile(text or _ANY_TEXT)


@cache
def _free(pattern: str | None) -> bool:
    return pattern is None or bool(re.search(pattern, _FREE_TEXT))


def _text(text: str, field: Field) -> tuple[str | None, list[Finding]]:
    """``text`` to the character when its field accepts it, else with the smallest repair that makes it acceptable."""
    pattern = _pattern(field.schema.get("pattern"))
    if text.isascii():
        if pattern.search(text):
            return (text if text.strip() else None), []
    elif not (text[0].isalnum() or parse_text.tidy(text)):  # marks that nobody sees say nothing
        return None, []
    elif pattern.search(text):
        return text, _unseen(text, field)
    if not text.strip():
        return None, []
    candidates = [text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n").replace("\f", "\n")]
    candidates.append(candidates[-1].translate(_CONTROL))
    if field.cell != "long" and "pattern" in field.schema:
        candidates.append(" ".join(candidates[-1].split()))
    if not _free(field.schema.get("pattern")):
        bare = _BETWEEN.sub("", parse_text.tidy(text).strip())
        candidates += [parse_text.tidy(text), bare, bare.upper()]
    for index, candidate in enumerate(candidates):
        if pattern.search(candidate):
            return candidate, _repaired(text, candidate, field) if index else []
    if not _free(field.schema.get("pattern")):
        for candidate in (lookalike.plain(bare), lookalike.plain(bare).upper()):
            if pattern.search(candidate):
                return candidate, [_finding("DATA23", field, found=text, letters=lookalike.told(bare), after=candidate)]
    return text, []


def _unseen(text: str, field: Field) -> list[Finding]:
    """Marks in a text that its reader does not see."""
    if lookalike.TURNING.search(text):
        return [_finding("DATA24", field, found=text, marks=lookalike.names(text))]
    return [_finding("DATA25", field, found=text, marks=lookalike.names(text))] if lookalike.UNSEEN.search(text) else []


#: What cells show for a truth value.
_TRUTH = ({"it": "FALSO", "en": "FALSE"}, {"it": "VERO", "en": "TRUE"})


def _as_text(cell: Cell, field: Field, language: str, _when) -> tuple[str | None, list[Finding]]:
    if cell.kind == "text":
        return _text(cell.value, field)
    free = _free(field.schema.get("pattern"))
    if cell.kind == "bool":
        word = pick(_TRUTH[cell.value], language)
        return word, _repaired(cell.value, word, field)
    if cell.kind == "date":
        text = cell.value.strftime("%d/%m/%Y")
        return (text, []) if free else (None, [_finding("DATA22", field, found=text)])
    number = cell.value
    whole = number == number.to_integral_value()
    text = format(number.quantize(Decimal(1)) if whole and abs(number) < 10**27 else number.normalize(), "f")
    if cell.percent:
        text = _shown(cell)[language]
    if whole and not cell.percent:
        return text, [_finding("DATA20", field, found=text)] if len(text.lstrip("-")) > 15 else []
    text = number_text(text, language) if free else text
    return text, _repaired(number, text, field)


def _as_lines(cell: Cell, field: Field, language: str, when) -> tuple[list | None, list[Finding]]:
    item = Field(field.path, "text", schema=_item_schema(field), open=field.open, shown=field.shown)
    if cell.kind != "text":
        value, findings = _as_text(cell, item, language, when)
        return [value] if value is not None else None, findings
    values, findings = [], []
    for line in cell.value.replace("\r\n", "\n").split("\n"):
        value, noticed = _text(line, item)
        findings += noticed
        if value is not None:
            values.append(value)
    return values or None, findings


def _item_schema(field: Field) -> dict:
    items = field.schema.get("items", {})
    home = next((n for n in ("objective", "plan") if not items.get("$ref", "").startswith("#/")
                 or items["$ref"].split("/")[-1] in documents.schema(n)["$defs"]), "objective")
    items = resolve(items, home)[0]
    return {**items, "title": field.title("it"), "x-en": {"title": field.title("en")}}


def _folded(text: str) -> str:
    return "".join(parse_text.tidy(text).casefold().replace("ì", "i").replace("í", "i").replace("i'", "i").split()).rstrip(".")


def _as_choice(cell: Cell, field: Field, _language: str, _when) -> tuple[Any, list[Finding]]:
    if field.cell == "yesno" and cell.kind == "bool":
        return cell.value, []
    text = cell.value if cell.kind == "text" else str(cell.value)
    exact = field.answers
    if field.cell == "choice" and cell.kind == "number":
        exact = exact | {format(_plain(_decimal(v)), "f"): v for v in field.schema.get("enum", ()) if isinstance(v, (int, float))}
        if (found := exact.get(format(_plain(cell.value), "f"))) is not None:
            return found, []
    if (value := exact.get(text.strip().casefold(), exact.get(text.strip()))) is not None:
        return value, []
    folded = {_folded(str(label)): value for label, value in exact.items()}
    if (value := folded.get(_folded(text))) is not None:
        return value, _repaired(text, {language: field.labels(language).get(value, value) for language in FORMS}, field)
    if cell.kind == "bool":
        text = {language: pick(_TRUTH[cell.value], language) for language in FORMS}
    choices = {language: ", ".join(quoted(label, language) for label in field.labels(language).values()) for language in FORMS}
    return None, [_finding("DATA06", field, found=text, choices=choices)]


def _as_number(cell: Cell, field: Field, _language: str, _when) -> tuple[int | Decimal | None, list[Finding]]:
    if cell.kind == "number":
        if cell.percent:
            return None, [_finding("DATA13", field, found=_shown(cell))]
        value, findings = _plain(cell.value), []
    elif cell.kind == "text":
        text = parse_text.tidy(cell.value)
        if field.cell == "money":
            text = _CURRENCY.sub("", text).strip()
        found, problem = parse_text.number(text, whole_groups=field.cell == "money")
        if problem:
            return None, [_finding("DATA12" if problem == "ambiguous" else "DATA11", field, found=cell.value)]
        value = _plain(found)
        findings = _repaired(cell.value, found, field)
    else:
        return None, [_finding("DATA11", field, found=_shown(cell))]
    if field.cell == "integer" and not isinstance(value, int):
        return None, [_finding("DATA19", field, found=_shown(cell))]
    return value, findings


def _as_percent(cell: Cell, field: Field, _language: str, _when) -> tuple[int | Decimal | None, list[Finding]]:
    """Percent points. A percent cell holds a fraction; any other number is points when above 1, a fraction below."""
    if cell.kind == "number" and cell.percent:
        points = _points(cell.value)
        if cell.value > 1 and points > field.schema.get("maximum", points):
            return None, [_finding("DATA14", field, found=_shown(cell))]
        return points, []
    if cell.kind == "number":
        found, sign = cell.value, cell.points
    elif cell.kind == "text":
        text = parse_text.tidy(cell.value)
        sign = text.endswith("%")
        number = text.rstrip("%") if text.endswith("%%") else text.removesuffix("%")
        found, problem = parse_text.number(number, small=True)
        if problem:
            return None, [_finding("DATA11", field, found=cell.value)]
        if text.endswith("%%"):  # Calc adds a sign to the one that was typed: nothing that its writer would see
            return _plain(found), []
    else:
        return None, [_finding("DATA11", field, found=_shown(cell))]
    if found == 1 and not sign:
        return None, [_finding("DATA15", field, found=_shown(cell))]
    points = _plain(found) if sign or abs(found) > 1 or not found else _points(found)
    return points, _repaired(cell.value, percent_words(points), field) if found or cell.kind == "text" else []


def _points(fraction: Decimal) -> int | Decimal:
    digits = len(fraction.normalize().as_tuple().digits)
    if digits > 15:  # what arithmetic left behind the digits a spreadsheet shows
        fraction = Decimal(f"{fraction:.14e}")
    return _plain(fraction.scaleb(2))


def _edge(field: Field) -> str:
    key = field.key.split("_")[0]
    return "start" if key in ("start", "from") else "end" if key in ("end", "to", "deadline") else ""


def _as_date(cell: Cell, field: Field, _language: str, when) -> tuple[str | None, list[Finding]]:
    if cell.kind == "date":
        if isinstance(cell.value, datetime.datetime):
            return cell.value.date().isoformat(), _repaired(f"{cell.value:%d/%m/%Y %H:%M}", f"{cell.value:%d/%m/%Y}", field)
        return cell.value.isoformat(), []
    if cell.kind != "text":
        return None, [_finding("DATA16", field, found=_shown(cell))]
    if field.clears and parse_text.tidy(cell.value).strip(".").casefold() in _CLEARS:
        return CLEARED, []
    year, edge = when
    if year and "x-year" in field.schema:
        year += field.schema["x-year"] - 1
    day, problem = parse_text.day(cell.value, year, edge or _edge(field))
    if problem:
        codes = {"unreadable": "DATA16", "impossible": "DATA17", "no_year": "DATA18", "ambiguous": "DATA21"}
        return None, [_finding(codes[problem], field, found=cell.value)]
    return day.isoformat(), _repaired(cell.value, day.strftime("%d/%m/%Y"), field)


def _counted(cell: Cell, field: Field, later: int) -> tuple[str | None, list[Finding]]:
    """The day that a number without a date's format stands for, counted from 30 December 1899 and ``later`` days more."""
    count = cell.value + later
    if cell.percent or count != count.to_integral_value() or not _SERIAL[0] <= count <= _SERIAL[1]:
        return None, [_finding("DATA16", field, found=_shown(cell))]
    day = datetime.date(1899, 12, 30) + datetime.timedelta(days=int(count))
    return day.isoformat(), _repaired(cell.value, day.strftime("%d/%m/%Y"), field)


_READ = {"text": _as_text, "long": _as_text, "lines": _as_lines, "choice": _as_choice, "yesno": _as_choice,
         "integer": _as_number, "number": _as_number, "money": _as_number, "percent": _as_percent, "date": _as_date}
