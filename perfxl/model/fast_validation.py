"""Whether a document breaks no limit of its schema, told fast.

A sound return is the rule: proving it sound with the full validator takes longer than reading the workbook. The
keywords that perfxl's schemas use are compiled once into plain functions; only a document that one of them doubts
goes to the full validator, which says what is wrong. A keyword unknown here makes every document doubtful.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from perfxl.model import documents
from perfxl.model.fields import resolve
from perfxl.model.terms import cached_in_words, speaking

Check = Callable[[Any], bool]

#: Keywords that say nothing about validity.
_WORDS = frozenset(("patternProperties", "title", "description", "default", "$schema", "$id", "$defs", "$ref", "$comment", "type"))


def sound(name: str, document: Any, extension: dict[str, Any] | None = None) -> bool:
    """True when ``document`` surely breaks nothing in schema ``name``; False asks for the full validator."""
    with speaking(documents.plan_in(name, document)):
        return _compiled(name, documents.dumps(extension or {}, indent=None))(document)


@cached_in_words
def _compiled(name: str, extension: str) -> Check:
    declared = documents.loads(extension)
    place = {"type": "object", "properties": declared.get("properties", {}), "required": declared.get("required", []),
             "additionalProperties": False, "minProperties": 1}
    return _check(documents.schema(name), name, place, "return" if name == "return" else "plan")


def _check(schema: dict[str, Any], home: str, extension: dict[str, Any], part: str) -> Check:
    """The function that accepts what ``schema`` accepts in a ``part``, a return or a plan (``x-in``)."""
    schema, home = resolve(schema, home)
    if schema.get("x-extension"):
        schema = extension
    parts: list[Check] = [_TYPES[schema["type"]]] if isinstance(schema.get("type"), str) else []
    known = set(_WORDS)
    for keyword, make in _SIMPLE.items():
        if keyword in schema:
            known.add(keyword)
            parts.append(make(schema[keyword]))
    if "properties" in schema and schema.get("additionalProperties") is False:
        known |= {"properties", "additionalProperties", "required"}
        inner = {key: _check(value, home, extension, part) for key, value in schema["properties"].items()
                 if part in value.get("x-in", (part,))}
        parts.append(_object(inner, tuple(schema.get("required", ()))))
    if "items" in schema:
        known.add("items")
        parts.append(_array(_check(schema["items"], home, extension, part)))
    if any(keyword not in known and not keyword.startswith("x-") for keyword in schema) or "type" in schema and not parts:
        return _doubt
    return parts[0] if len(parts) == 1 else _all(tuple(parts))


def _doubt(_value: Any) -> bool:
    return False


def _all(parts: tuple[Check, ...]) -> Check:
    def check(value: Any) -> bool:
        for part in parts:
            if not part(value):
                return False
        return True

    return check


def _object(inner: dict[str, Check], required: tuple[str, ...]) -> Check:
    def check(value: Any) -> bool:
        for key, item in value.items():
            accepts = inner.get(key)
            if accepts is None or not accepts(item):
                return False
        return all(key in value for key in required)

    return check


def _array(accepts: Check) -> Check:
    return lambda value: all(map(accepts, value))


def _number(value: Any) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def _pattern(text: str) -> Check:
    search = documents.searched(text)
    return lambda value: bool(search(value))


def _format(name: str) -> Check:
    # Of an e-mail address the full validator asks no more than this.
    return {"date": _is_date, "email": lambda value: "@" in value}.get(name, _doubt)


def _is_date(value: Any) -> bool:
    try:
        return len(value) == 10 and date.fromisoformat(value) is not None
    except ValueError:
        return False


def _unique(wanted: bool) -> Check:
    return lambda value: not wanted or all(isinstance(v, str) for v in value) and len(set(value)) == len(value)


_TYPES: dict[str, Check] = {
    "string": lambda value: isinstance(value, str), "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list), "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool), "number": _number,
}
_SIMPLE: dict[str, Callable[[Any], Check]] = {
    "const": lambda wanted: lambda value: type(value) is type(wanted) and value == wanted,
    "enum": lambda allowed: lambda value: isinstance(value, str) and value in allowed,
    "pattern": _pattern, "format": _format, "uniqueItems": _unique,
    "minLength": lambda least: lambda value: len(value) >= least,
    "maxLength": lambda most: lambda value: len(value) <= most,
    "minItems": lambda least: lambda value: len(value) >= least,
    "maxItems": lambda most: lambda value: len(value) <= most,
    "minProperties": lambda least: lambda value: len(value) >= least,
    "minimum": lambda least: lambda value: value >= least,
    "maximum": lambda most: lambda value: value <= most,
}
