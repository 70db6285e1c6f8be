"""How a check asks: conditions in order, and what is said when the first of them holds."""

from perfxl.stages.issue.form.sheet_cells import SheetCells

#: A condition, and what is said when it holds: both formulas.
Asked = tuple[str, str]


def first_asked(sheet: SheetCells, asked: list[Asked], otherwise: str = "") -> str:
    """The formula of a check: the first that is asked, else that all is in order."""
    formula = otherwise or f'"{sheet.words("ok")}"'
    for condition, said in reversed(asked):
        formula = f"IF({condition},{said},{formula})"
    return formula


def say(sheet: SheetCells, key: str) -> str:
    """The sentence ``key``, as formulas write it."""
    return f'"{sheet.words(key)}"'


def without_marks(cell: str) -> str:
    """The text of ``cell`` without blanks, dots and dashes: nothing where it says nothing."""
    for mark in (" ", ".", "-", "–", "—", "…", "_", "/"):
        cell = f'SUBSTITUTE({cell},"{mark}","")'
    return cell


def some_row(sheet: SheetCells, table: str, column: int, fault: int) -> str:
    """The condition that a row of ``table`` has ``fault``."""
    return f"COUNTIF({sheet.cells(table, column)},{fault})>0"


def listed(sheet: SheetCells, table: str, columns: dict[str, int], faults: dict[int, str]) -> list[Asked]:
    """For each of the ``faults`` whether a row of ``table`` has it, and what is said then (the key of a sentence)."""
    return [(some_row(sheet, table, columns[table], fault), say(sheet, key)) for fault, key in faults.items()]
