"""A return as a flat table: every value by a key that says what it is, wherever it stands in its file.

A key is the way to a value through names and identifiers: objective S1.00001, phases, 3-bis, weight. No key depends
on the position of a row.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from perfxl.model.documents import digest, pointer, put_path
from perfxl.stages.merge import schema_paths

#: Parts outside the objectives that the written form of an objective's key must not be taken for.
_RESERVED = frozenset(("schema", "identity", "compilation", "objectives", "measures", "requests"))


#: Identifiers longer than this are cut and told apart by their digest: keys are read on a sheet and typed.
LONGEST = 80


class Id(str):
    """The part of a key that says which row of an array is meant."""


Key = tuple[str, ...]


@dataclass
class Flat:
    """A return taken apart.

    ``values``: every non-blank value that is no row; ``rows``: the identifying fields of every row; ``orders``: the
    rows of every array, in order; ``pointers``: the JSON Pointer of values, rows and arrays.
    """

    values: dict[Key, Any] = field(default_factory=dict)
    rows: dict[Key, dict[str, Any]] = field(default_factory=dict)
    orders: dict[Key, tuple[Id, ...]] = field(default_factory=dict)
    pointers: dict[Key, str] = field(default_factory=dict)

    def has(self, row: Key) -> bool:
        """Whether the row is there; the root always is."""
        return not row or row in self.rows


def is_empty(value: Any) -> bool:
    """Whether a value says nothing."""
    return value is None or isinstance(value, (str, list, dict, tuple)) and not value


def canonical(value: Any) -> Any:
    """A hashable form that two values share when they are equal: blank is blank, 10 is 10.0, text is never a number."""
    if is_empty(value):
        return None
    if isinstance(value, bool):
        return ("yesno", value)
    if isinstance(value, (int, float, Decimal)):
        number = value if isinstance(value, Decimal) else Decimal(str(value))
        return ("number", number.normalize() + 0)
    if isinstance(value, (list, tuple)):
        return ("list", tuple(canonical(v) for v in value))
    if isinstance(value, dict):
        return ("object", frozenset((k, canonical(v)) for k, v in value.items() if not is_empty(v)))
    return ("text", str(value))


def same_answer(one: Any, other: Any) -> bool:
    """Whether two values are equal as a reader of the sheet would say."""
    return canonical(one) == canonical(other)


def plainest(values: list[Any]) -> Any:
    """One of several equal values, the same whatever their order: 10 rather than 10.0."""
    return min(values, key=lambda v: (len(str(v)), str(v), type(v).__name__))


def owner(key: Key) -> Key:
    """The row that holds the value or array at ``key``; () when none does."""
    for end in range(len(key) - (isinstance(key[-1], Id) if key else 0), 0, -1):
        if isinstance(key[end - 1], Id):
            return key[:end]
    return ()


def path(key: Key) -> tuple[str, ...]:
    """``key`` as ``shape`` has it, without the identifiers."""
    return tuple(schema_paths.ROW if isinstance(part, Id) else part for part in key)


def key_text(key: Key) -> str:
    """``key`` as people read and type it: ``S1.00001/phases/3-bis/weight_revised``."""
    parts = key[1:] if key[0] == "objectives" and len(key) > 1 else key
    if len(key) > 2 and key[0] == "objectives" and key[2] == "sheet":
        parts = (parts[0], *parts[2:])
    return "/".join(parts)


def below(key: Key, row: Key) -> str:
    """``key`` as written from inside ``row``: ``weight_revised``."""
    rest = key[len(row):]
    return "/".join(rest[1:] if len(rest) > 1 and rest[0] == "sheet" else rest)


_SIGNS = {"~": "~0", "/": "~1", "#": "~2", ":": "~3"}


def _escape(value: Any) -> str:
    return "" if is_empty(value) else re.sub("[~/#:]", lambda m: _SIGNS[m[0]], str(value))


def _identify(array: str, item: dict[str, Any]) -> str:
    """What identifies ``item``; a row without an identifier is known by all that it says."""
    parts = [_escape(item.get(key)) for key in schema_paths.IDENTIFIERS.get(array, ())]
    if not any(parts):
        return "?" + digest(item)[:6]
    name = ":".join(parts).rstrip(":")
    if len(name) > LONGEST or not name.isprintable():
        name = "".join(c if c.isprintable() else "?" for c in name[:LONGEST]) + "…" + digest(name)[:6]
    return f"?{name}" if array == "objectives" and name in _RESERVED else name


def flatten(document: Mapping[str, Any]) -> Flat:
    """``document`` taken apart; its ``schema`` and ``identity``, which nobody types, are left out."""
    flat = Flat()
    for key in document:
        if key not in ("schema", "identity"):
            _take(flat, document[key], (key,), (key,))
    return flat


def _take(flat: Flat, value: Any, key: Key, at: tuple[Any, ...]) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            _take(flat, inner, (*key, name), (*at, name))
    elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        _take_rows(flat, value, key, at)
    elif not is_empty(value):
        flat.values[key] = value
        flat.pointers[key] = pointer(at)


def _take_rows(flat: Flat, items: list[dict[str, Any]], key: Key, at: tuple[Any, ...]) -> None:
    seen: Counter[str] = Counter()
    order: list[Id] = []
    for index, item in enumerate(items):
        name = _identify(key[-1], item)
        seen[name] += 1
        own = Id(name if seen[name] == 1 else f"{name}#{seen[name]}")
        row = (*key, own)
        identifying = schema_paths.IDENTIFIERS.get(key[-1], ())
        known = {k: item[k] for k in identifying if not is_empty(item.get(k))}
        flat.rows[row] = known
        flat.pointers[row] = pointer((*at, index))
        order.append(own)
        for name_, inner in item.items():
            if name_ not in known:
                _take(flat, inner, (*row, name_), (*at, index, name_))
    flat.orders[key] = tuple(order)
    flat.pointers[key] = pointer(at)


def rebuild(flat: Flat, head: dict[str, Any]) -> dict[str, Any]:
    """The document that ``flat`` was taken from, keys in the order of the schema, unknown ones after them by alphabet.

    ``head``: its ``schema`` and ``identity``.
    """
    document: dict[str, Any] = dict(head)
    held: dict[Key, dict[str, Any]] = {(): document}
    for array, ids in sorted(flat.orders.items(), key=lambda entry: len(entry[0])):
        rows = [dict(flat.rows[(*array, name)]) for name in ids]
        put_path(held[owner(array)], array[len(owner(array)):], rows)
        held |= {(*array, name): row for name, row in zip(ids, rows, strict=True)}
    for key, value in flat.values.items():
        put_path(held[owner(key)], key[len(owner(key)):], value)
    return _sorted(document, ())


def _sorted(value: Any, at: tuple[Any, ...]) -> Any:
    if isinstance(value, list):
        return [_sorted(item, (*at, schema_paths.ROW)) if isinstance(item, dict) else item for item in value]
    if not isinstance(value, dict):
        return value
    known = schema_paths.order(at)
    return {k: _sorted(value[k], (*at, k)) for k in sorted(value, key=lambda k: (known.get(k, len(known)), k))}
