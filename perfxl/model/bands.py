"""Tables of bands: the body's own way from a value to a degree, as the sheet *Fasce* of the plan gives them.

Each row of ``bands`` in a plan is one band of a table: ``from`` and ``to`` (a blank one has no end), and the degree in
percent, or points of which the table's highest are 100 %. Both ends belong to a band; a value at the end of two is in the
one that is written first.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

#: The step to which a value is compared with the ends of a band: what survives the binary numbers of a workbook.
COMPARED = Decimal("0.00000001")


@dataclass(frozen=True)
class Band:
    """One band: its ends (None: open), its degree in percent, the points it was said in (None: said in percent), its word."""

    low: Decimal | None
    high: Decimal | None
    degree: Decimal
    points: Decimal | None = None
    label: str = ""

    def holds(self, value: Decimal) -> bool:
        """Whether ``value`` lies in the band, both ends included."""
        at = value.quantize(COMPARED, ROUND_HALF_UP)
        return (self.low is None or at >= self.low) and (self.high is None or at <= self.high)


#: The tables of a body by code, each in the order in which its bands are written.
Scales = dict[str, tuple[Band, ...]]


def scales(rows: Iterable[dict[str, Any]]) -> Scales:
    """The tables in the ``bands`` of a plan; a row that says neither degree nor points is no band."""
    by_code: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_code.setdefault(row.get("scale", ""), []).append(row)
    return {code: tuple(_bands(band_rows)) for code, band_rows in by_code.items()}


def _bands(rows: list[dict[str, Any]]) -> Iterator[Band]:
    most = max((Decimal(str(r["points"])) for r in rows if r.get("points") is not None), default=Decimal())
    for row in rows:
        low, high, degree, points = (None if row.get(k) is None else Decimal(str(row[k])) for k in ("from", "to", "degree", "points"))
        if degree is None and points is not None and most > 0:
            degree = points / most * 100
        if degree is not None:
            yield Band(low, high, degree=degree, points=points, label=row.get("label", ""))


def band_of(bands: Iterable[Band], value: Decimal) -> Band | None:
    """The first of ``bands`` in which ``value`` lies."""
    return next((b for b in bands if b.holds(value)), None)


def faults(rows: list[dict[str, Any]]) -> Iterator[tuple[int, str, str]]:
    """(position, key, fault) of what makes no sense in the ``bands`` of a plan: ``none`` (neither degree nor points), ``both``
    (in a table, some in percent and some in points), ``reversed`` (from above to), ``overlap`` (a part lies in a band written
    before), ``points`` (all of them 0)."""
    seen: dict[str, list[tuple[Decimal, Decimal]]] = {}
    kinds: dict[str, str] = {}
    tops = {code: max((b["points"] for b in rows if b.get("scale", "") == code and b.get("points") is not None), default=None)
            for code in {b.get("scale", "") for b in rows}}
    for n, row in enumerate(rows):
        code = row.get("scale", "")
        said = [k for k in ("degree", "points") if row.get(k) is not None]
        if not said:
            yield n, "degree", "none"
        elif len(said) > 1 or kinds.setdefault(code, said[0]) != said[0]:
            yield n, said[-1], "both"
        elif said == ["points"] and not tops[code]:
            yield n, "points", "points"
        low = Decimal("-Infinity") if row.get("from") is None else Decimal(str(row["from"]))
        high = Decimal("Infinity") if row.get("to") is None else Decimal(str(row["to"]))
        if low > high:
            yield n, "from", "reversed"
            continue
        if any(_overlap((low, high), other) for other in seen.setdefault(code, [])):
            yield n, "from", "overlap"
        seen[code].append((low, high))


def _overlap(one: tuple[Decimal, Decimal], other: tuple[Decimal, Decimal]) -> bool:
    """Whether two bands share more than an end."""
    low, high = max(one[0], other[0]), min(one[1], other[1])
    return low < high or one == other


def limits(bands: tuple[Band, ...]) -> list[tuple[Band, Decimal | None, Decimal | None, bool, bool]]:
    """(band, from, to, whether from belongs to it, whether to does) without common ends: what is in two is the first one's."""
    limited = []
    for n, band in enumerate(bands):
        low_in = not any(band.low is not None and other.holds(band.low) for other in bands[:n])
        high_in = not any(band.high is not None and other.holds(band.high) for other in bands[:n])
        limited.append((band, band.low, band.high, low_in, high_in))
    return limited
