"""The charts of an open workbook made to show the rows that they show in the new result."""

from typing import TYPE_CHECKING, Any

from openpyxl.worksheet.worksheet import Worksheet

if TYPE_CHECKING:
    import xlwings


def charts_follow(sheet: "xlwings.Sheet", ws: Worksheet, old: Worksheet | None) -> bool:
    """Make the charts of ``sheet``, open in Excel, show what those of ``ws`` show; whether they do now.

    ``old``: the sheet as it was; where its charts show the same rows, nothing is touched. Excel for Mac does not let the
    rows of a chart be changed from outside.
    """
    wanted = _series(ws)
    if old is not None and wanted == _series(old):
        return True
    if len(sheet.charts) != len(wanted):
        return False
    for number, series in enumerate(wanted):
        native = sheet.charts[number].api[1]
        if not hasattr(native, "SeriesCollection"):
            return False
        for _ in range(native.SeriesCollection().Count, len(series)):
            native.SeriesCollection().NewSeries()
        for extra in range(native.SeriesCollection().Count, len(series), -1):
            native.SeriesCollection(extra).Delete()
        for position, formula in enumerate(series, 1):
            native.SeriesCollection(position).Formula = formula
    return True


def _series(ws: Worksheet) -> list[list[str]]:
    """The formula of every series of every chart, as Excel's formula bar shows it."""
    return [[_formula(series, n) for n, series in enumerate(chart.series, 1)] for chart in ws._charts]


def _formula(series: Any, number: int) -> str:
    return f"=SERIES({_title(series.tx)},{_range(series.cat or series.xVal)},{_range(series.val or series.yVal)},{number})"


def _title(title: Any) -> str:
    if title is None:
        return ""
    return title.strRef.f if title.strRef else '"' + (title.v or "").replace('"', '""') + '"'


def _range(source: Any) -> str:
    reference = source and (source.numRef or source.strRef)
    return reference.f if reference else ""
