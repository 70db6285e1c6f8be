"""The schemas with one more column in each table, as a body or a law may ask for it, and everything that was derived from them anew."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import _lru_cache_wrapper

from perfxl.model import documents

KEY = "watershed"
COLUMN = {"title": "Bacino idrografico", "description": "In quale bacino.", "x-en": {"title": "Watershed", "description": "In which watershed."},
          "type": "string", "minLength": 1, "maxLength": 60, "x-cell": "text"}
OPEN = {"x-open": ["plan"]}
#: Where the columns go: schema, and the keys down to the properties of an item; what the column adds to its schema.
PLACES = {
    "sectors": ("plan", ("$defs", "sector"), {}), "cascade": ("plan", ("$defs", "line"), {}),
    "responsibles": ("objective", ("$defs", "sheet", "properties", "responsibles", "items"), OPEN),
    "money": ("objective", ("$defs", "sheet", "properties", "money", "items"), OPEN),
    "results": ("objective", ("$defs", "sheet", "properties", "results", "items"), OPEN | {"x-block": "more"}),
    "entities": ("objective", ("$defs", "sheet", "properties", "entities", "items"), OPEN),
    "phases": ("objective", ("$defs", "sheet", "properties", "phases", "items"), OPEN | {"x-block": "more"}),
    "measures": ("objective", ("$defs", "measure"), OPEN),
}


def _fresh() -> None:
    """Forget everything that was derived from the schemas."""
    for found in gc.get_objects():
        if isinstance(found, _lru_cache_wrapper) and found.__module__.startswith("perfxl.") and found is not documents.as_written:
            found.cache_clear()


@contextmanager
def more_columns() -> Iterator[None]:
    """Meanwhile every table has a column more, called ``KEY``."""
    schemas = {name: documents.schema(name) for name in ("plan", "objective")}
    before = {name: deepcopy(schema) for name, schema in schemas.items()}
    try:
        for name, path, more in PLACES.values():
            node = schemas[name]
            for key in path:
                node = node[key]
            node["properties"][KEY] = {**COLUMN, **more}
        _fresh()
        yield
    finally:
        for name, schema in schemas.items():
            schema.clear()
            schema.update(before[name])
        _fresh()
