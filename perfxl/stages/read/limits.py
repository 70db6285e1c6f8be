"""What the schema refuses in a return, as findings a clerk can act on, at the cell it came from."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from perfxl.model import documents, fast_validation
from perfxl.model.documents import Violation
from perfxl.model.fields import Field, extension_fields, objective_fields, return_fields
from perfxl.model.findings import Finding
from perfxl.model.terms import cached_in_words
from perfxl.stages.read.places import Places
from perfxl.workbook import values

_CODES = {"maxLength": "DATA01", "pattern": "DATA02", "minLength": "DATA02", "format": "DATA02", "maximum": "DATA03",
          "minimum": "DATA04", "required": "DATA05", "enum": "DATA06", "const": "DATA06", "uniqueItems": "DATA07",
          "maxItems": "DATA08"}

#: Keys and indexes from the document downwards.
Path = tuple[str | int, ...]

#: Rules of numbers: what breaks one is impossible, and out of the calculation.
BEYOND = frozenset(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"))


def findings(document: dict[str, Any], places: Places, schema: dict[str, Any] | None, sector: str) -> list[Finding]:
    """A finding for each limit of the ``return`` schema, with the body's extension ``schema``, that ``document``
    breaks, in document order.

    A number beyond its limits is taken out of ``document``: it is told here, and counts nowhere.
    """
    if fast_validation.surely_valid("return", document, schema):
        return []
    findings: list[Finding] = []
    known: set[tuple[Path, str]] = set()
    beyond: list[Path] = []
    extension = extension_fields(schema)
    for violation in documents.violations("return", document, schema):
        for path, code, said in _refusals(violation, extension):
            if (path, code) in known:
                continue
            known.add((path, code))
            pointer = documents.pointer(path)
            title = title_of(path, extension)
            index = path[1] if path[:1] == ("objectives",) and len(path) > 1 else None
            objective = document["objectives"][index].get("code", "") if index is not None else ""
            findings.append(Finding(code, places.nearest(pointer), values=said, field=title, path=pointer, sector=sector,
                                 objective=objective))
            if violation.rule in BEYOND and path[0] != "identity":
                beyond.append(path)
    for path in beyond:
        _take_out(document, path)
    return findings


def _take_out(document: dict[str, Any], path: Path) -> None:
    place: Any = document
    for part in path[:-1]:
        place = place[part]
    place.pop(path[-1], None)


def _refusals(violation: Violation, extension: tuple[Field, ...]) -> list[tuple[Path, str, dict[str, Any]]]:
    """(path, code, placeholders) for a violation: several when several required values are missing."""
    path, value, limit = violation.path, violation.value, violation.limit
    code = _CODES.get(violation.rule, "DATA09")
    if code == "DATA05":
        missing = [key for key in limit if key not in value]
        return [((*path, key), code, {"missing": title_of((*path, key), extension)}) for key in missing]
    about = _by_path().get(_generic(path))
    if about and about.cell == "percent" and code in ("DATA03", "DATA04"):
        return [(path, code, {"found": values.percent_words(value), "limit": values.percent_words(limit)})]
    usual = {"found": value} if code == "DATA02" else {"found": value, "limit": limit}
    said: dict[str, Callable[[], dict[str, Any]]] = {
        "DATA01": lambda: {"length": len(value), "limit": limit, "over": len(value) - limit, "found": value},
        "DATA06": lambda: {"found": value, "choices": ", ".join(map(str, limit)) if isinstance(limit, list) else str(limit)},
        "DATA07": lambda: {"found": ", ".join(sorted(v for v, times in Counter(map(str, value)).items() if times > 1))},
        "DATA08": lambda: {"count": len(value), "limit": limit, "found": ", ".join(map(str, value))},
        "DATA09": lambda: {"found": str(value), "rule": violation.rule},
    }
    return [(path, code, said[code]() if code in said else usual)]


def _generic(path: Path) -> tuple[str, ...]:
    """``path`` without indexes and without the array of objectives."""
    keys = tuple(part for part in path if isinstance(part, str))
    return keys[1:] if keys[:1] == ("objectives",) else keys


@cached_in_words
def _by_path() -> dict[tuple[str, ...], Field]:
    fields: dict[tuple[str, ...], Field] = {}
    for about in objective_fields() + return_fields():
        fields[about.path] = about
        fields |= {(*about.path, *item.path): item for item in about.items}
    return fields


def title_of(path: Path, extension: tuple[Field, ...]) -> dict[str, str]:
    """What users call the field at ``path``, by language; its key when it is no field."""
    generic = _generic(path)
    about = _by_path().get(generic) or next((f for f in extension if f.path == generic), None)
    key = str(path[-1]) if path else ""
    return {"it": about.title("it"), "en": about.title("en")} if about else {"it": key, "en": key}
