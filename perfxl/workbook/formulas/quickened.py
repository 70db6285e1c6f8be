"""Formulas of masters that are computed again and again, and are worth being written as Python (``writing``) by then."""

from collections.abc import Callable
from typing import Any

from perfxl.workbook.formulas.parsing import Unsupported, parse
from perfxl.workbook.formulas.phrases import Unfit
from perfxl.workbook.formulas.writing import function
from perfxl.workbook.patch.relative import relative

#: How often a formula is computed before it is worth it: writing and compiling it takes as long as computing it some ten times.
_WORTH = 10
#: How often a function may not know what it is asked for.
_MISSES_ALLOWED = 20
#: Formulas in their rows, and formulas written, that are kept: those of all masters of a body, of all rounds, a few times over.
_MOST, _MOST_WRITTEN = 1 << 14, 1 << 12
_known: dict[str, "Quickened"] = {}
_by_row: dict[tuple[str, int], "Quickened"] = {}


class Quickened:
    """A formula as any row of its column says it, how often it was computed, and its function once it has one."""

    __slots__ = ("said", "times", "misses", "function")

    def __init__(self, said: str):
        self.said, self.times, self.misses = said, 0, 0
        self.function: Callable[..., Any] | None = None

    def missed(self) -> None:
        """Note that its function did not know; one that often does not is of no use."""
        self.misses += 1
        if self.misses >= _MISSES_ALLOWED:
            self.function = None

    def python_function(self) -> Callable[..., Any] | None:
        """Its function, written when it is worth it; None before, and where none can be written."""
        if self.times < _WORTH:
            self.times += 1
            if self.times == _WORTH:
                self.function = _written(self.said)
        return self.function


def quickened(formula: str, row: int) -> Quickened:
    """``formula``, one of a master, which stands in ``row``."""
    formula_in_row = _by_row.get((formula, row))
    if formula_in_row is None:
        said = relative(formula, row) or formula
        if len(_by_row) >= _MOST:
            _forget()
        formula_in_row = _by_row[formula, row] = _known.setdefault(said, Quickened(said))
    return formula_in_row


def _forget() -> None:
    """Let go of all formulas but of those that are written: links lead elsewhere in each form, and are asked for once."""
    _by_row.clear()
    kept = {said: formula for said, formula in _known.items() if formula.function is not None}
    _known.clear()
    if len(kept) <= _MOST_WRITTEN:
        _known.update(kept)


def _written(said: str) -> Callable[..., Any] | None:
    try:
        return function(parse(said))
    except (Unfit, Unsupported, RecursionError, MemoryError, SyntaxError):
        return None
