"""What the schema refuses in a plan, as findings a controller can act on."""

from collections.abc import Iterable, Iterator
from typing import Any

from perfxl.model import documents
from perfxl.model.codes import MOST, refusal_reason
from perfxl.model.documents import Violation
from perfxl.model.fields import resolve
from perfxl.model.terms import title_by_language
from perfxl.model.texts import LANGUAGES, Texts

#: Findings for the shapes that codes have, by their definition in ``schemas/objective``.
_OF_KEY = {"strategic_lines": "lineCode", "cascade": "lineCode", "above": "lineCode", "sector": "sectorCode", "lead": "sectorCode",
           "sectors": "sectorCode", "objective": "objectiveCode", "objectives": "objectiveCode", "replaced_by": "objectiveCode"}
SHAPES = {"sectorCode": "PLAN15", "objectiveCode": "PLAN16", "lineCode": "PLAN17", "itemId": "PLAN18"}


def refusals(wrong: Iterable[Violation], document: dict[str, Any]) -> Iterator[tuple[str, tuple[Any, ...], dict[str, Any], dict[str, Any] | None]]:
    """(code, path, values, title) of what to say for each violation.

    A required value that is missing is reported at its own path, although nothing stands there.
    """
    reported = set()
    for violation in wrong:
        if violation.rule != "required":
            yield _refusal(violation)
            continue
        for key in violation.limit:
            path = (*violation.path, key)
            if key not in violation.value and path not in reported:
                reported.add(path)
                yield from _missing(path, document)


def _missing(path: tuple[Any, ...], document: dict[str, Any]) -> Iterator[tuple[str, tuple[Any, ...], dict[str, Any], dict[str, Any] | None]]:
    title = _title(path)
    if len(path) == 1 and path[0] in ("rounds", "sectors"):
        yield "PLAN11", path, {"sheet": title}, title
    elif path[-1] == "holders":
        yield "PLAN12", path, {"objective": document["objectives"][path[1]].get("code")}, title
    else:
        yield "PLAN10", path, {}, title


def _refusal(violation: Violation) -> tuple[str, tuple[Any, ...], dict[str, Any], dict[str, Any] | None]:
    rule, value, limit = violation.rule, violation.value, violation.limit
    code, said = "PLAN23", {"value": value, "rule": f"{rule}: {limit}"}
    if rule == "maxLength":
        code, said = "PLAN13", {"length": len(value), "most": limit}
    elif rule in ("minimum", "maximum"):
        code, said = ("PLAN14" if rule == "maximum" else "PLAN24"), {"value": value, "limit": limit}
    elif rule == "format" and limit == "date":
        code, said = "PLAN20", {"value": value}
    elif rule == "format" and limit == "email":
        code, said = "PLAN19", {"value": value}
    elif rule == "pattern":
        code, said = _shape(limit, violation.path), {"value": value}
        if code in SHAPES.values():
            said["reason"] = {language: Texts("plan", language)(refusal_reason(str(value), code == "PLAN18"), most=MOST) for language in LANGUAGES}
    elif rule == "maxItems":
        code, said = "PLAN21", {"count": len(value), "most": limit}
    elif rule == "uniqueItems":
        code, said = "PLAN22", {"value": ", ".join(map(str, value))}
    return code, violation.path, said, None


def _shape(pattern: str, path: tuple[Any, ...]) -> str:
    definitions = documents.schema("objective")["$defs"]
    kinds = [name for name in SHAPES if definitions[name]["pattern"] == pattern]
    if kinds:
        return SHAPES[next((_OF_KEY[part] for part in reversed(path) if part in _OF_KEY and len(kinds) > 1), kinds[0])]
    if definitions["bodyCode"]["pattern"] == pattern:
        return "PLAN57"
    if pattern in (definitions["date"]["pattern"], definitions["revisedDate"]["pattern"]):
        return "PLAN20"
    return "PLAN19" if "@" in pattern else "PLAN25"


def _title(path: tuple[Any, ...]) -> dict[str, str]:
    """The titles of the property at ``path`` of a plan."""
    schema, home = documents.schema("plan"), "plan"
    for part in path:
        raw = schema["items"] if isinstance(part, int) else schema.get("properties", {}).get(part)
        if raw is None:
            return {"it": str(part), "en": str(part)}
        schema, home = resolve(raw, home)
    return title_by_language(schema, str(path[-1]))
