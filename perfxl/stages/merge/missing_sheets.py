"""Copies of people who split the work and sent back only their own sheets."""

from collections.abc import Mapping

from perfxl.stages.merge.flat import Flat, Id, Key

OBJECTIVES, MEASURES = ("objectives",), ("measures",)


def complete(base: Flat, copies: Mapping[str, Flat]) -> list[tuple[Key, str, str]]:
    """Give each copy, as issued, the sheets of ``base`` that it lacks and that another copy has.

    Returns (row of the objective, or the array of measures; source of the copy that lacks it; source of one that has
    it). What is put in has no pointer, for it stands in no file.
    """
    having = {source: set(flat.rows) | set(flat.orders) for source, flat in copies.items()}
    sheets: list[Key] = [(*OBJECTIVES, name) for name in base.orders.get(OBJECTIVES, ())] + [MEASURES] * (MEASURES in base.orders)
    missing: list[tuple[Key, str, str]] = []
    for sheet in sheets:
        others = [source for source in copies if sheet in having[source]]
        for source in copies if others else ():
            if sheet not in having[source]:
                _put(base, copies[source], sheet)
                missing.append((sheet, source, others[0]))
    return missing


def _put(base: Flat, flat: Flat, sheet: Key) -> None:
    for name in ("values", "rows", "orders"):
        getattr(flat, name).update({k: v for k, v in getattr(base, name).items() if k[: len(sheet)] == sheet})
    if sheet != MEASURES:
        before = base.orders[OBJECTIVES]
        ids = list(flat.orders.get(OBJECTIVES, ()))
        earlier = [n for n in before[: before.index(sheet[1])] if n in ids]
        ids.insert(ids.index(earlier[-1]) + 1 if earlier else 0, Id(sheet[1]))
        flat.orders[OBJECTIVES] = tuple(ids)
