"""The formulas of weighted means, and the figures they carry."""

from perfxl.model.arithmetic import dec, shown
from perfxl.model.findings import quote
from perfxl.stages.consolidate.book import Book, points

NONE = "–"  # what a cell shows when there is no figure: never 0, never 100


def rounded(formula: str) -> str:
    """A fraction half up to two decimals of a point. The inner rounding undoes what binary fractions add or take."""
    return f"ROUND(ROUND({formula},10),4)"


def value_or_none(text: str | None):
    """An outcome of the document as the cached value of a formula: the fraction, or the dash."""
    return NONE if text is None else points(text)


def said_percent(value, book: Book) -> str:
    """A percentage in words: ``57,25%``; "(vuoto)" where there is none."""
    if value is None:
        return quote(None, book.language)
    text = f"{shown(dec(value))}%"
    return text.replace(".", ",") if book.language == "it" else text


def mean_formulas(weights: str, counted: str, values: str, last: str, rule: str) -> dict[str, str]:
    """The formulas of a weighted mean by part: ``weights``, ``counted``, ``values`` and ``last`` are ranges."""
    whole = f"SUMPRODUCT({weights},{counted})"
    present = f"SUMPRODUCT({weights},{counted},--ISNUMBER({values}))"
    known = f"SUMPRODUCT({weights},{counted},--ISNUMBER({last}))"
    top, top_last = f"SUMPRODUCT({weights},{counted},{values})", f"SUMPRODUCT({weights},{counted},{last})"

    def ratio(a, b):
        return f'=IF({b}=0,"{NONE}",{rounded(f"{a}/{b}")})'

    ways = {"out": (top, present), "zero": (top, whole), "last_known": (top_last, known)}
    return {"outcome": ratio(*ways[rule]), "without_missing": ratio(*ways["out"]), "missing_as_zero": ratio(*ways["zero"]),
            "missing_as_last": ratio(*ways["last_known"]), "coverage": ratio(present, whole),
            "denominator": f'=IF(SUMPRODUCT({counted})=0,"{NONE}",{rounded(ways[rule][1])})'}
