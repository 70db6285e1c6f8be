"""Quartiles and places, in decimals."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from perfxl.model.arithmetic import rounded

#: Decimals of a quartile that falls between two values.
DECIMALS = 4


@dataclass(frozen=True)
class Spread:
    """The least, the greatest and the quartiles of some values, as Excel's QUARTILE.INC and most others give them: between two
    values in proportion (Hyndman and Fan's seventh)."""

    least: Decimal
    first: Decimal
    median: Decimal
    third: Decimal
    most: Decimal

    @classmethod
    def from_values(cls, values: Sequence[Decimal]) -> "Spread":
        """That of ``values``, which are not none."""
        ordered = sorted(values)
        return cls(*(_at(ordered, Decimal(k) / 4) for k in range(5)))


def _at(ordered: Sequence[Decimal], share: Decimal) -> Decimal:
    where = share * (len(ordered) - 1)
    below = int(where)
    if below == where:
        return ordered[below]
    return rounded(ordered[below] + (where - below) * (ordered[below + 1] - ordered[below]), DECIMALS)


def places(values: Sequence[Decimal], lower: bool = False) -> list[int]:
    """The place of each of ``values``, the best first: the greatest, or with ``lower`` the least; equal values share one."""
    first: dict[Decimal, int] = {}
    for number, value in enumerate(sorted(values, reverse=not lower), 1):
        first.setdefault(value, number)
    return [first[v] for v in values]


def quarter(value: Decimal, spread: Spread, lower: bool = False) -> int:
    """Which quarter ``value`` is in, 1 the best: at or beyond the quartile that bounds it."""
    bounds = (spread.first, spread.median, spread.third) if lower else (spread.third, spread.median, spread.first)
    return next((k for k, bound in enumerate(bounds, 1) if (value <= bound if lower else value >= bound)), 4)
