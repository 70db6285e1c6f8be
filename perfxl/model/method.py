"""What a way of measuring a result is, and what it looks at: values for its degree, cells for its formula."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from perfxl.model.bands import Band

HUNDRED, ZERO = Decimal(100), Decimal(0)

#: A cap that no degree reaches: what is looked up in a table of bands is not capped, its table says how far it goes.
UNCAPPED = Decimal(10**7)


@dataclass(frozen=True)
class Values:
    """What one result (or one entity of it) is measured from. Quantities in its unit, days as ISO text.

    ``near``: per cent of the target within which it counts as reached; ``cap``: the highest degree; ``bands``: the table that it
    is read in, None where it names none, () where it names one that the body has not; ``least``: the degree that the minimum
    gives; ``held``: whether what grows is held against its baseline, as at the end of the year.
    """

    actual: Decimal | None = None
    target: Decimal | None = None
    baseline: Decimal | None = None
    until: Decimal | None = None
    minimum: Decimal | None = None
    excellence: Decimal | None = None
    deadline: str | None = None
    achieved_on: str | None = None
    achieved: bool | None = None
    near: Decimal = ZERO
    cap: Decimal = HUNDRED
    least: Decimal = Decimal(50)
    bands: tuple[Band, ...] | None = None
    held: bool = True

    def margin(self, value: Decimal) -> Decimal:
        """How far from ``value`` still counts as there."""
        return abs(value) * self.near / 100


@dataclass(frozen=True)
class Cells:
    """Where a formula finds what ``Values`` holds: the address of a cell (or a name) for each; ``way``: the label that the way
    of measuring bears there; ``yes``: what an achieved result says; ``final``: whether the year is over; ``there``: of a cell that
    says whether the target is reached, the right way round, where there is one.
    """

    actual: str
    target: str
    baseline: str
    near: str = "pxm_near"
    cap: str = "pxm_cap"
    until: str = '""'
    minimum: str = '""'
    excellence: str = '""'
    deadline: str = '""'
    achieved_on: str = '""'
    achieved: str = '""'
    scale: str = "0"
    yes: str = ""
    final: bool = True
    there: str = ""


@dataclass(frozen=True)
class Method:
    """One way of measuring.

    ``key``: the value of ``direction``; ``reads``: the key of the reading that the round must have; ``needs``: the keys of the
    result that must be there for it to mean something; ``entities``: whether values by entity are measured so too;
    ``fault``: why the values mean nothing (a key of ``texts/methods.toml``), None where they do; ``degree``: of values that are
    all there, None where there is none; ``formula``: the same, of cells that hold what it reads and needs and mean something;
    ``senseless``: the condition, of cells that hold what it needs, that ``fault`` finds something and no value gives a degree;
    None where the needs tell it all, or where a degree is given in spite of the fault; ``measure`` and ``measured``: what is
    looked up in a table of bands, where it is not the degree; ``scaled``: whether a table may be used.
    """

    key: str
    reads: str
    needs: tuple[str, ...]
    degree: Callable[[Values], Decimal | None]
    formula: Callable[[Cells], str]
    fault: Callable[[Values], str | None]
    senseless: Callable[[Cells], str] | None = None
    entities: bool = False
    scaled: bool = True
    measure: Callable[[Values], Decimal | None] | None = None
    measured: Callable[[Cells], str] | None = None
