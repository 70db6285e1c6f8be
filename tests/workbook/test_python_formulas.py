"""Formulas written as Python come to what the same formulas made into functions come to, whatever stands in the cells."""

import random

import pytest

from perfxl.stages.issue.form.stored import stored
from perfxl.workbook.formulas import quickened, writing
from perfxl.workbook.formulas.compiling import compiled
from perfxl.workbook.formulas.parsing import Unsupported, parse
from perfxl.workbook.formulas.runtime import Otherwise, Wrong
from perfxl.workbook.formulas.values import Block, Error
from perfxl.workbook.patch.relative import relative
from perfxl.workbook.patch.workbook import Workbook

ROW = 300
ORDINARY = (None, None, None, "", "1", "R1", "r1", "a, b", "12,5%", "Sì", "Raggiunto", "x\ny", 0.0, 1.0, 0.5, -2.0, 45000.0, 45000.3, True, False)
#: What stands in the cells of a page: all sorts, numbers, texts, little, and errors too.
KINDS = (ORDINARY, (None, 0.0, 1.0, 0.5, 2.0, 45000.0, 45100.0, "r1"), ("a", "A", "b", "Sì", "", None), (None, None, None, None, None, "a", 1.0),
         (*ORDINARY, Error("#VALUE!"), Error("#DIV/0!")))


class Page:
    """Cells that hold whatever was drawn for them."""

    def __init__(self, draw: random.Random, kinds: tuple):
        self.name, self.values, self._draw, self._kinds = "Foglio", {}, draw, kinds
        self._blocks = {}

    def cell(self, row, column):
        if (row, column) not in self.values:
            self.values[row, column] = self._draw.choice(self._kinds)
        return self.values[row, column]

    def block(self, place):
        if place not in self._blocks:
            top, left, bottom, right = place
            self._blocks[place] = Block([self.cell(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)], right - left + 1)
        return self._blocks[place]

    def remember(self, made, row):
        return made(Computer(self), self, row)


class Computer:
    """Who computes: every name is a number."""

    comma = True

    def __init__(self, page):
        self._page = page

    def named(self, name, page):
        return float(len(name))

    def page(self, name):
        return self._page


def same(one, other):
    return type(one) is type(other) and one == other


def outcome(function, page):
    try:
        found = function(Computer(page), page, ROW)
    except Unsupported:
        return "unsupported"
    return found if not isinstance(found, Block) else "block"


def formulas_of(kind: str) -> list[str]:
    """The formulas of the objective sheets of a master, each once."""
    book = Workbook(stored(kind, "it"))
    found = set()
    for entry in book.entries:
        for row, _, cell in book.sheet(entry).computed():
            found.add(relative(cell.formula, row) or cell.formula)
    return sorted(found)


@pytest.mark.parametrize("kind", ["plan", "monitoring", "final"])
def test_all_formulas_of_the_masters(kind):
    written, quickly, draw = 0, 0, random.Random(kind)
    for said in formulas_of(kind):
        node = parse(said)
        try:
            quick = writing.function(node)
        except writing.Unfit:
            continue
        written += 1
        slow = compiled(said)
        for kinds in KINDS * 3:
            page = Page(draw, kinds)
            try:
                found = quick(Computer(page), page, ROW)
            except (Otherwise, Wrong, Unsupported):
                continue
            wanted = outcome(slow, page)
            assert same(found, wanted), (said, found, wanted)
            quickly += found == wanted
    assert written > 60 and quickly > 5 * written


@pytest.mark.parametrize("text", ['"""', "\\", "\n import os", "{0}", "'); raise SystemExit(' ", "\x00\x01"])
def test_texts_of_a_formula_never_become_python(text):
    quoted = text.replace('"', '""')
    node = parse(f'IF("{quoted}"="","",A1&"{quoted}")')
    assert writing.function(node)(Computer(None), Page(random.Random(1), ("a",)), ROW) == "a" + text


def test_a_formula_is_written_when_it_is_worth_it():
    formula = quickened.Quickened("A1+1")
    asked = [formula.python_function() is not None for _ in range(12)]
    assert asked == sorted(asked) and asked[-1] and not asked[0]
    for _ in range(100):
        formula.missed()
    assert formula.python_function() is None  # it is of no use


def test_what_python_cannot_hold_is_left_to_functions():
    deep = 'IF(A1="x",' * 30 + "1" + ",2)" * 30  # which is as deep as branches go, and no deeper
    page = Page(random.Random(1), ("x",))
    assert writing.function(parse(deep))(Computer(page), page, ROW) == compiled(deep)(Computer(page), page, ROW) == 1.0
    unreadable = quickened.Quickened("SUM(1,")
    assert {unreadable.python_function() for _ in range(20)} == {None}


def test_written_formulas_outlast_those_that_are_asked_for_once(monkeypatch):
    monkeypatch.setattr(quickened, "_MOST", 50)
    monkeypatch.setattr(quickened, "_known", {})
    monkeypatch.setattr(quickened, "_by_row", {})
    while quickened.quickened("A7+1", 7).python_function() is None:
        pass
    for number in range(200):
        quickened.quickened(f'HYPERLINK("#{number}","x")', 1).python_function()
        assert len(quickened._by_row) <= 50
    assert quickened.quickened("A9+1", 9).python_function() is not None
