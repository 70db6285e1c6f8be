"""Rows kept as Parquet: a folder for each table, a file for each part of the campaigns."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from perfxl.stages.compare.tables import TABLES, Column

if TYPE_CHECKING:  # pyarrow comes with the extra "dask": whoever has not got it is told so
    import pyarrow


def schema(columns: Iterable[Column]) -> "pyarrow.Schema":
    """How rows of these columns are kept: whole numbers as such, everything else as text that says it exactly."""
    import pyarrow

    return pyarrow.schema([(c.key, pyarrow.int64() if c.cell == "integer" else pyarrow.string()) for c in columns])


def packed(rows: Iterable[dict[str, Any]], table: str) -> bytes:
    """Rows of ``table`` as the bytes of a Parquet file, in the order of ``tables.TABLES``."""
    import pyarrow.parquet

    columns = TABLES[table]
    made = pyarrow.Table.from_pylist([{c.key: row.get(c.key) for c in columns} for row in rows], schema(columns))
    out = BytesIO()
    pyarrow.parquet.write_table(made, out)
    return out.getvalue()


def put(folder: Path, table: str, part: int, content: bytes) -> None:
    """Keep a part of ``table`` in ``folder``."""
    place = folder / table
    place.mkdir(parents=True, exist_ok=True)
    (place / f"part.{part:06d}.parquet").write_bytes(content)


def parts(folder: Path, table: str) -> list[Path]:
    """The files of ``table``, in the order of their parts."""
    return sorted((folder / table).glob("*.parquet"), key=lambda p: int(p.name.split(".")[1]))


def rows(folder: Path, table: str) -> Iterator[dict[str, Any]]:
    """The rows of ``table`` one by one, part by part: no more than one part is in memory."""
    import pyarrow.parquet

    for path in parts(folder, table):
        for batch in pyarrow.parquet.ParquetFile(path).iter_batches(1_000):
            yield from batch.to_pylist()


def listed(path: Path) -> list[dict[str, Any]]:
    """The rows of one part."""
    import pyarrow.parquet

    return pyarrow.parquet.read_table(path).to_pylist()


def ends(path: Path) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """The first and the last row of one part; None when it is empty."""
    import pyarrow.parquet

    file = pyarrow.parquet.ParquetFile(path)
    if not file.metadata.num_rows:
        return None
    first = file.read_row_group(0).slice(0, 1).to_pylist()[0]
    last = file.read_row_group(file.num_row_groups - 1).to_pylist()[-1]
    return first, last
