"""The fields that a body gives its tables in the plan (sheet *Campi propri*), as properties that the schemas take in.

A row of the plan's ``fields`` becomes the property ``own_<code>`` of the items of its table. ``documents.schema`` weaves it in while the
body's words are in use, so that whatever follows from the schemas has it: form, reader, checks, merge, results, documents.
What a row says comes from a workbook: a row that cannot be used is passed over here, and told by the checks of the plan.
"""

import json
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from perfxl.model.copied import copied

#: Beginning of the key of a field of the body's own: no column of perfxl's begins so.
PREFIX = "own_"
#: Where the items of each table are declared: the schema, and the keys that lead to the object that they are.
PLACES = {
    "objectives": ("objective", ("$defs", "sheet")),
    "results": ("objective", ("$defs", "sheet", "properties", "results", "items")),
    "phases": ("objective", ("$defs", "sheet", "properties", "phases", "items")),
    "entities": ("objective", ("$defs", "sheet", "properties", "entities", "items")),
    "responsibles": ("objective", ("$defs", "sheet", "properties", "responsibles", "items")),
    "money": ("objective", ("$defs", "sheet", "properties", "money", "items")),
    "assignments": ("objective", ("$defs", "holding")),
    "sectors": ("plan", ("$defs", "sector")),
    "lines": ("plan", ("$defs", "line")),
    "measures": ("objective", ("$defs", "measure")),
}
#: Tables of which no form shows a row: the body alone fills them in.
IN_NO_FORM = frozenset(("sectors", "lines"))
#: Tables whose rows a round after the plan leaves as they are: sectors fill them in with the plan.
WITH_THE_PLAN = frozenset(("responsibles", "money", "entities"))
#: Tables whose rows stand in one list of the results: a code is given once among them.
TOGETHER = {"assignments": "objectives", "entities": "results"}
#: How many own fields the rows of a table have room for in a form; in a block of their own, so many side by side.
MOST: dict[str, int] = {"objectives": 40, "results": 27, "phases": 27, "entities": 4, "responsibles": 6, "money": 6, "assignments": 20,
        "sectors": 40, "lines": 40, "measures": 20}
SIDE_BY_SIDE = 9
#: Kinds of round by what the sheet calls them together, and those at which the field is seen from then on.
ROUNDS = {"plan": ("plan",), "monitoring": ("monitoring",), "final": ("final",), "reporting": ("monitoring", "final"),
          "all": ("plan", "monitoring", "final")}
_SEEN = {"plan": ("plan", "monitoring", "final"), "all": ("plan", "monitoring", "final"), "monitoring": ("monitoring", "final"),
         "reporting": ("monitoring", "final"), "final": ("final",)}
CODE = re.compile(r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*\Z")
_NO_COMMANDS = r"^[^\u0000-\u001f\u007f\ufffe\uffff]*$"
_MOST_NUMBER = 1_000_000_000_000
#: How each kind stands in documents and in cells.
KINDS: dict[str, dict[str, Any]] = {
    "text": {"type": "string", "minLength": 1, "maxLength": 400, "pattern": _NO_COMMANDS, "x-cell": "text"},
    "number": {"type": "number", "minimum": -_MOST_NUMBER, "maximum": _MOST_NUMBER, "x-cell": "number"},
    "money": {"type": "number", "minimum": -_MOST_NUMBER, "maximum": _MOST_NUMBER, "x-cell": "money"},
    "percent": {"type": "number", "minimum": 0, "maximum": 100, "x-cell": "percent"},
    "date": {"type": "string", "format": "date", "pattern": "^(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}$", "x-cell": "date"},
    "yesno": {"type": "boolean", "x-cell": "yesno"},
    "choice": {"type": "string", "x-cell": "choice"},
}


def key_of(code: str) -> str:
    """The key under which items hold the field ``code``."""
    return PREFIX + code.lower()


def name_of(row: dict[str, Any]) -> tuple[str, str]:
    """What a usable row may share with no other: the list of the results in which its column stands, and its key there."""
    return TOGETHER.get(row["table"], row["table"]), key_of(row["code"])


def usable(row: Any) -> bool:
    """Whether a row of the plan's ``fields`` says enough, and nothing impossible."""
    return (isinstance(row, dict) and all(isinstance(row.get(k), str) for k in ("table", "code", "title", "kind"))
            and row["table"] in PLACES and row["kind"] in KINDS
            and len(row["code"]) <= 30 and bool(CODE.match(row["code"])) and 0 < len(row["title"].strip()) <= 200
            and (row["kind"] != "choice" or bool(_choices(row))))


def _choices(row: dict[str, Any]) -> list[str]:
    given = row.get("choices")
    return list(dict.fromkeys(c.replace("{_:", "{ _:") for c in given if isinstance(c, str) and 0 < len(c) <= 200))[:100] if isinstance(given, list) else []


def opens(row: dict[str, Any]) -> tuple[str, ...]:
    """The kinds of round at which sectors fill the field in; () where the body does, in the plan."""
    if row.get("who", "sector") == "body" or row["table"] in IN_NO_FORM:
        return ()
    return ROUNDS[_rounds(row)]


def _rounds(row: dict[str, Any]) -> str:
    given = row.get("rounds")
    return "plan" if row["table"] in WITH_THE_PLAN or not isinstance(given, str) or given not in ROUNDS else given


def _own_text(row: dict[str, Any], key: str, otherwise: str) -> str:
    """A text of a row as it may stand among perfxl's own: a mark of theirs in it means nothing."""
    given = row.get(key)
    return (given.strip() if isinstance(given, str) and given.strip() else otherwise).replace("{_:", "{ _:")


def _property(row: dict[str, Any], block: str) -> dict[str, Any]:
    """The property that a usable row declares."""
    title, english = _own_text(row, "title", ""), _own_text(row, "title_en", _own_text(row, "title", ""))
    help_ = _own_text(row, "help", title)
    made = {"title": title, "description": help_,
             "x-en": {"title": english, "description": _own_text(row, "help_en", help_ if "help" in row else english)},
             **KINDS[row["kind"]], "x-open": list(opens(row)), "x-optional": True, "x-own": True}
    opened = opens(row)
    if opened:
        made["x-shown"] = list(_SEEN[_rounds(row)])
    if row["kind"] == "choice":
        values = _choices(row)
        others = [*_choices({"choices": row.get("choices_en")}), *values[len(_choices({"choices": row.get("choices_en")})):]]
        made |= {"enum": values, "x-labels": {v: {"it": v, "en": other} for v, other in zip(values, others, strict=False)}}
    if "minimum" in made:
        made |= {k: float(row[k]) if isinstance(row[k], Decimal) else row[k] for k in ("minimum", "maximum") if _is_number(row.get(k))}
    if block:
        made["x-block"] = block
    made |= {word: True for word, wanted in (("x-wanted", row.get("required") is True), ("x-internal", row.get("published") is False)) if wanted}
    return made


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool) and -_MOST_NUMBER <= value <= _MOST_NUMBER


def own_properties(fields: Any) -> str:
    """The properties of the own fields by table, as canonical JSON; "" when ``fields`` declares none."""
    by_table: dict[str, dict[str, Any]] = {}
    seen: set[tuple[str, str]] = set()
    for row in fields if isinstance(fields, list) else ():
        if not usable(row):
            continue
        properties = by_table.setdefault(row["table"], {})
        if len(properties) < MOST[row["table"]] and name_of(row) not in seen:
            seen.add(name_of(row))
            properties[key_of(row["code"])] = _property(row, _block(row["table"], len(properties)))
    return json.dumps(by_table, ensure_ascii=False, sort_keys=False, separators=(",", ":")) if by_table else ""


def _block(table: str, number: int) -> str:
    """The further block of the form in which the ``number``-th own field of a table stands; "" in the table itself."""
    return f"own{number // SIDE_BY_SIDE + 1}" if table in ("results", "phases") else ""


def with_own_fields(name: str, schema: dict[str, Any], own: str) -> dict[str, Any]:
    """``schema``, called ``name``, with the properties that ``own`` (of ``own_properties``) gives its items; ``schema`` stays as it was."""
    made = copied(schema)
    for table, properties in json.loads(own).items():
        home, path = PLACES[table]
        if home == name:
            node = made
            for key in path:
                node = node[key]
            node["properties"] |= properties
    return made


def missing_required(item: dict[str, Any], fields: Iterable[Any]) -> list[Any]:
    """The own fields of ``fields`` that have to be filled in and that ``item`` does not."""
    return [f for f in fields if f.schema.get("x-wanted") and f.value(item) is None]
