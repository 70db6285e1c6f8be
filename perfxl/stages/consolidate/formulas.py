"""The formulas of weighted means, and the figures they carry."""

from perfxl.model.arithmetic import KEPT, Rules, dec, shown
from perfxl.model.findings import quote
from perfxl.model.means import Mean
from perfxl.model.views import MeanOutcome
from perfxl.stages.consolidate.book import Book, clean, points

#: Most signs of a text in a formula: Excel takes no file with a longer one.
TEXT_MOST = 255

NONE = "–"  # what a cell shows when there is no figure: never 0, never 100


def rounded(formula: str, rules: Rules, decimals: int | None = None) -> str:
    """A fraction half up to the decimals of a point that ``rules`` keep, or to ``decimals``. The inner rounding undoes
    what binary fractions add or take."""
    if rules.once:
        return f"ROUND({formula},{KEPT + 2})"
    return f"ROUND(ROUND({formula},10),{(rules.decimals if decimals is None else decimals) + 2})"


def literal(text: str) -> str:
    """``text`` as formulas have it: its quotes doubled, in as many pieces as Excel wants."""
    whole = clean(text)
    units = len(whole.encode("utf-16-le")) // 2
    most = TEXT_MOST if units == len(whole) else TEXT_MOST // 2  # Excel counts a sign beyond the common ones twice
    pieces = [whole[k:k + most] for k in range(0, len(whole), most)] or [""]
    return "&".join('"' + piece.replace('"', '""') + '"' for piece in pieces)


def value_or_none(text: str | None):
    """An outcome of the document as the cached value of a formula: the fraction, or the dash."""
    return NONE if text is None else points(text)


def percent_format(rules: Rules) -> str:
    """The number format of a printed outcome."""
    return f"0.{'0' * rules.decimals}%" if rules.decimals else "0%"


def said_percent(value, book: Book, decimals: int | None = None) -> str:
    """A percentage in words: ``57,25%``; "(vuoto)" where there is none. ``decimals``: of a figure that is rounded to them."""
    if value is None:
        return quote(None, book.language)
    text = f"{shown(dec(value)) if decimals is None else Rules(decimals=decimals).printed(dec(value))}%"
    return text.replace(".", ",") if book.language == "it" else text


def adds_up(told: MeanOutcome, found: Mean) -> bool:
    """Whether the figures that a document has are those that the rows of the workbook give."""
    given = found.document()
    return all(told.data.get(k) == given[k] for k in given if k not in ("excluded", "weight", "exclusion", "code", "own", "units", "above"))


def mean_formulas(weights: str, counted: str, values: str, last: str, rules: Rules) -> dict[str, str]:
    """The formulas of a weighted mean by part: ``weights``, ``counted``, ``values`` and ``last`` are ranges."""
    whole = f"SUMPRODUCT({weights},{counted})"
    present = f"SUMPRODUCT({weights},{counted},--ISNUMBER({values}))"
    known = f"SUMPRODUCT({weights},{counted},--ISNUMBER({last}))"
    top, top_last = f"SUMPRODUCT({weights},{counted},{values})", f"SUMPRODUCT({weights},{counted},{last})"

    def ratio(a, b):
        return f'=IF({b}=0,"{NONE}",{rounded(f"{a}/{b}", rules)})'

    ways = {"out": (top, present), "zero": (top, whole), "last_known": (top_last, known)}
    return {"outcome": ratio(*ways[rules.missing]), "without_missing": ratio(*ways["out"]), "missing_as_zero": ratio(*ways["zero"]),
            "missing_as_last": ratio(*ways["last_known"]), "coverage": ratio(present, whole),
            "denominator": f'=IF(SUMPRODUCT({counted})=0,"{NONE}",{rounded(ways[rules.missing][1], rules, 2)})'}
