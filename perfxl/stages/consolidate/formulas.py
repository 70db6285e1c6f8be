"""The formulas of weighted means, the figures they carry, how these are shown and said."""

from decimal import Decimal
from typing import Protocol

from perfxl.model.arithmetic import KEPT, Rules, dec, shown
from perfxl.model.findings import quote
from perfxl.model.languages import grouped
from perfxl.model.long_text import units
from perfxl.model.means import Mean, follows_from
from perfxl.model.points import sign
from perfxl.model.texts import Texts
from perfxl.model.views import MeanOutcome
from perfxl.stages.consolidate.book import Book
from perfxl.stages.consolidate.cells import points
from perfxl.stages.consolidate.plain_text import clean

#: Most signs of a text in a formula: Excel takes no file with a longer one.
TEXT_MOST = 255

NONE = "–"  # what a cell shows when there is no figure: never 0, never 100


#: A number of a document, or one computed from it.
Figure = Decimal | float | str


class Worded(Protocol):
    """What speaks one language: the workbook, or a report that says the same."""

    @property
    def language(self) -> str:
        """Code of the language."""

    @property
    def words(self) -> Texts:
        """The words of the consolidated workbook in it."""


def rounded(formula: str, rules: Rules, decimals: int | None = None) -> str:
    """A fraction half up to the decimals of a point that ``rules`` keep, or to ``decimals``. The inner rounding undoes
    what binary fractions add or take."""
    if rules.once:
        return f"ROUND({formula},{KEPT + 2})"
    return f"ROUND(ROUND({formula},10),{(rules.decimals if decimals is None else decimals) + 2})"


def literal(text: str) -> str:
    """``text`` as formulas have it: its quotes doubled, in as many pieces as Excel wants."""
    whole = clean(text)
    most = TEXT_MOST if units(whole) == len(whole) else TEXT_MOST // 2  # Excel counts a sign beyond the common ones twice
    pieces = [whole[k:k + most] for k in range(0, len(whole), most)] or [""]
    return "&".join('"' + piece.replace('"', '""') + '"' for piece in pieces)


def value_or_none(text: str | None) -> str | float:
    """An outcome of the document as the cached value of a formula: the fraction, or the dash."""
    return NONE if text is None else points(text)


def weight_value(weight: Figure, rules: Rules) -> float:
    """A weight, or a sum of them, as a cell holds it: a fraction, or so many points."""
    return float(dec(weight)) if rules.points else points(weight)


def weight_format(rules: Rules, whole: Figure | None = None, book: Book | None = None) -> str:
    """The number format of a weight, or of a sum of them. ``whole``: the sum of which a weight in points is a part, told beside it."""
    if not rules.points:
        return "0.00%"
    unit = book.words("weight_of", whole=grouped(whole, book.language)) if book is not None and whole else ""
    return f'General"{unit}"' if unit else "General"


def part_value(mean: MeanOutcome, part: str, rules: Rules) -> str | float:
    """The part of a mean of objectives as the value of its cell, or the dash."""
    value = getattr(mean, part)
    return NONE if value is None else weight_value(value, rules) if part == "denominator" else points(value)


def part_format(part: str, rules: Rules) -> str:
    """The number format of a part of a mean of objectives."""
    return weight_format(rules) if part == "denominator" else percent_format(rules)


def level_value(mean: MeanOutcome, part: str, rules: Rules) -> str | float:
    """As ``part_value``, of a sector that may have others below it: a sum of shares is per cent, one of their weights a number."""
    followed = follows_from(mean, rules)
    if part != "denominator" or len(followed) == 2:
        return value_or_none(getattr(mean, part))
    return part_value(mean, part, rules) if followed == ("own",) or mean.denominator is None else float(dec(mean.denominator))


def level_format(mean: MeanOutcome, part: str, rules: Rules) -> str:
    """The number format of ``level_value``."""
    followed = follows_from(mean, rules)
    if part != "denominator":
        return percent_format(rules)
    return "0.00%" if len(followed) == 2 else "0.##" if followed == ("units",) else weight_format(rules)


def percent_format(rules: Rules) -> str:
    """The number format of a printed outcome."""
    return f"0.{'0' * rules.decimals}%" if rules.decimals else "0%"


def said_weight(value: Figure | None, book: Book, rules: Rules) -> str:
    """A weight in words: ``15%``, or ``250 punti``; "(vuoto)" where there is none."""
    if value is None or not rules.points:
        return said_percent(value, book)
    return grouped(value, book.language) + sign(book.language, True)


def said_percent(value: Figure | None, book: Worded, decimals: int | None = None) -> str:
    """A percentage in words: ``57,25%``; "(vuoto)" where there is none. ``decimals``: of a figure that is rounded to them."""
    if value is None:
        return quote(None, book.language)
    text = f"{shown(dec(value)) if decimals is None else Rules(decimals=decimals).printed(dec(value))}%"
    return text.replace(".", ",") if book.language == "it" else text


def adds_up(recorded: MeanOutcome, computed: Mean) -> bool:
    """Whether the figures that a document has are those that the rows of the workbook give."""
    given = computed.document()
    return all(recorded.data.get(k) == given[k] for k in given if k not in ("excluded", "weight", "exclusion", "code", "own", "units", "above"))


def mean_formulas(weights: str, counted: str, values: str, last: str, rules: Rules) -> dict[str, str]:
    """The formulas of a weighted mean by part: ``weights``, ``counted``, ``values`` and ``last`` are ranges."""
    whole = f"SUMPRODUCT({weights},{counted})"
    present = f"SUMPRODUCT({weights},{counted},--ISNUMBER({values}))"
    known = f"SUMPRODUCT({weights},{counted},--ISNUMBER({last}))"
    top, top_last = f"SUMPRODUCT({weights},{counted},{values})", f"SUMPRODUCT({weights},{counted},{last})"

    def ratio(a: str, b: str) -> str:
        return f'=IF({b}=0,"{NONE}",{rounded(f"{a}/{b}", rules)})'

    ways = {"out": (top, present), "zero": (top, whole), "last_known": (top_last, known)}
    return {"outcome": ratio(*ways[rules.missing]), "without_missing": ratio(*ways["out"]), "missing_as_zero": ratio(*ways["zero"]),
            "missing_as_last": ratio(*ways["last_known"]), "coverage": ratio(present, whole),
            "denominator": f'=IF(SUMPRODUCT({counted})=0,"{NONE}",{rounded(ways[rules.missing][1], rules, 0 if rules.points else 2)})'}
