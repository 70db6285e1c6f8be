"""What a formula that was made into a function asks while it is computed: who computes, and the page of values it stands on."""

from typing import Protocol

from perfxl.workbook.formulas.values import Block, Single, Value

#: Row and column.
Place = tuple[int, int]
#: Top, left, bottom, right.
Rectangle = tuple[int, int, int, int]


class Values(Protocol):
    """The values of one sheet."""

    name: str

    def cell(self, row: int, column: int, /) -> Single:
        """The value of a cell; ``Unsupported`` when it cannot be computed."""

    def block(self, rectangle: Rectangle, /) -> Block:
        """The values of a block of cells."""

    def remember(self, made: "Formula", row: int, /) -> Value:
        """What ``made``, a part of several formulas, comes to in ``row`` (0: in all rows the same)."""


class Computer(Protocol):
    """Who computes: ``comma``, whether decimals are written with one."""

    comma: bool

    def named(self, name: str, page: Values, /) -> Value:
        """What the defined name ``name`` comes to, in a cell of ``page``."""

    def page(self, name: str, /) -> Values:
        """The values of the sheet called ``name``."""


class Formula(Protocol):
    """A formula, or a part of one, as a function of who computes, the page and the row in which it stands."""

    def __call__(self, of: Computer, page: Values, row: int = 0, /) -> Value: ...
