"""Every row's place among its like, with Dask DataFrame: parts in, parts out, never all rows in one process.

A table is put in the order of its groups, so that a group lies in one part; there the values of a group are decimals again
and get their quartiles and places. What is written has the rows in order: of their groups, then of their place.
"""

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from perfxl.model.memory import give_back
from perfxl.stages.compare import store
from perfxl.stages.compare.figures import Spread, places, quarter
from perfxl.stages.compare.tables import COMPARED, TABLES, Column, placed

if TYPE_CHECKING:
    import pandas

#: The table of the lines once more, in the order of their campaigns: what stands side by side in a row.
MATRIX = "matrix"
#: Between the columns that make a group: sorts before every letter.
_JOINED = "\x1f"


def stand(folder: Path, made: Path) -> None:
    """Read the tables in ``folder`` and write them in order in ``made``: those compared with places, the others as they are.

    Runs where Dask's current scheduler runs things.
    """
    import dask.dataframe as dd

    for table in (*TABLES, MATRIX):
        files = [str(p) for p in store.parts(folder, _source(table))]
        if not files:
            continue
        # Each part is read whole by a function of ours: with ``read_parquet`` before ``set_index``, versions of Dask put parts
        # together on the way and left rows of one group in several.
        frame = dd.from_map(_part, files, table=table, meta=_part_meta(table)).set_index("group")
        ordered = frame.map_partitions(_ordered, table, meta=_frame([], _columns(table)))
        (made / table).mkdir(parents=True)
        ordered.to_parquet(str(made / table), write_index=False, schema=store.schema(_columns(table)))
        _require_intact(made, table)
        del frame, ordered
        _give_back()


def _give_back() -> None:
    """Keep in memory no longer what ordering a table took: those who allocate would, and the more bodies the more."""
    import pyarrow

    pyarrow.default_memory_pool().release_unused()
    give_back()


def _source(table: str) -> str:
    return "lines" if table == MATRIX else table


def _groups(table: str) -> tuple[str, ...]:
    """The columns that the rows of a group share."""
    return COMPARED[table][1] if table in COMPARED else ("campaign",)


def _columns(table: str) -> tuple[Column, ...]:
    return TABLES["lines"] if table == MATRIX else placed(table)


def _require_intact(made: Path, table: str) -> None:
    """Raise ``RuntimeError`` when a group lies in two parts: its places would be wrong, and nobody would see it."""
    before = ""
    for path in store.parts(made, table):
        ends = store.ends(path)
        if ends is not None:
            first, last = (_JOINED.join(row[c] for c in _groups(table)) for row in ends)
            if before and first <= before:
                raise RuntimeError(f"{table}: a group lies in two parts")
            before = last


# --- a part, wherever it is worked on ----------------------------------------------------------------------------------


def _part(file: str, table: str) -> "pandas.DataFrame":
    """A part as it was kept, with the group of each row."""
    rows = store.listed(Path(file))
    frame = _frame(rows, TABLES[_source(table)])
    return frame.assign(group=_texts([_JOINED.join(row[c] for c in _groups(table)) for row in rows]))


def _part_meta(table: str) -> "pandas.DataFrame":
    return _frame([], TABLES[_source(table)]).assign(group=_texts([]))


def _texts(values: list[str | None]) -> Any:
    import pandas

    return pandas.array(values, dtype=pandas.StringDtype("pyarrow"))


def _frame(rows: list[dict[str, Any]], columns: tuple[Column, ...]) -> "pandas.DataFrame":
    import pandas

    return pandas.DataFrame({c.key: pandas.array([row.get(c.key) for row in rows], dtype=pandas.Int64Dtype())
                             if c.cell == "integer" else _texts([row.get(c.key) for row in rows]) for c in columns})


def _ordered(frame: "pandas.DataFrame", table: str) -> "pandas.DataFrame":
    """A part whose groups are whole, in order, each row with its place."""
    import pandas

    groups: dict[str, list[dict[str, Any]]] = {}
    for row in frame.reset_index().to_dict("records"):
        groups.setdefault(row["group"], []).append({k: None if v is pandas.NA or v != v else v for k, v in row.items()})
    order = _placed if table in COMPARED else _listed
    return _frame([row for group in sorted(groups) for row in order(groups[group], table)], _columns(table))


def _listed(rows: list[dict[str, Any]], table: str) -> list[dict[str, Any]]:
    keys = [c.key for c in TABLES[_source(table)]]
    return sorted(rows, key=lambda r: [str(r[k]) for k in keys])


def _placed(rows: list[dict[str, Any]], table: str) -> list[dict[str, Any]]:
    """The rows of a group with their places, the best first, those without a value last; none where the group is not kept."""
    value, _, single = COMPARED[table]
    bodies = len({r["campaign"] for r in rows})
    if bodies < 2 and not single:
        return []
    for row in rows:
        row["bodies"] = bodies
    ranked = [r for r in rows if r[value] is not None]
    if ranked:
        _rank(ranked, [Decimal(r[value]) for r in ranked], rows)
    return sorted(rows, key=lambda r: (r.get("place") or len(rows) + 1, r["campaign"], *(str(r.get(k, "")) for k in ("line", "objective", "value", "title"))))


def _rank(compared: list[dict[str, Any]], figures: list[Decimal], rows: list[dict[str, Any]]) -> None:
    """Give those of ``rows`` that tell a figure their place, and all of them the spread. Where for some bodies more is better
    and for others less, nobody has a place."""
    spread, directions = Spread.from_values(figures), {r.get("direction") for r in compared}
    lower = directions == {"lower"}
    ranked: list[int | None] = [*places(figures, lower)] if len(directions) == 1 else [None] * len(compared)
    for row, figure, place in zip(compared, figures, ranked, strict=True):
        row |= {"place": place, "of": len(compared), "quartile": quarter(figure, spread, lower) if place else None}
    shown = {k: format(getattr(spread, k).normalize(), "f") for k in ("least", "first", "median", "third", "most")}
    for row in rows:
        row |= shown
