"""The body's own rules: defaults from the schema, severities the body has changed, what blocks consolidation."""

from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from typing import Any

from perfxl.model import documents
from perfxl.model.findings import Finding
from perfxl.model.texts import area

#: The rule that lists the codes of each severity.
LISTS = {"as_error": "error", "as_warning": "warning", "as_note": "note"}


@cache
def defaults() -> dict[str, Any]:
    """The rules of a body that says nothing, by key; fractions are exact."""
    properties = documents.schema("plan")["$defs"]["rules"]["properties"]
    return {key: Decimal(str(p["default"])) if p["type"] == "number" else p["default"] for key, p in properties.items()}


def rules_of(plan: dict[str, Any]) -> dict[str, Any]:
    """The rules in force: the plan's own, the defaults for what it does not say."""
    return {**defaults(), **(plan.get("rules") or {})}


def by_rules(findings: Iterable[Finding], plan: dict[str, Any]) -> list[Finding]:
    """``findings`` with the severities that the body's rules give them; a code in two lists takes the more severe."""
    rules = rules_of(plan)
    changed = {code: severity for key, severity in reversed(LISTS.items()) for code in rules[key]}
    barred = set(rules["blocking"])
    return [f.at(severity=changed.get(f.code, f.severity), blocks=f.code in barred) if f.code in changed or f.code in barred else f
            for f in findings]


def blocking(findings: Iterable[Finding], plan: dict[str, Any]) -> list[Finding]:
    """Those of ``findings`` that, by the body's rules, forbid consolidation."""
    codes = set(rules_of(plan)["blocking"])
    return [f for f in findings if f.code in codes]


def unknown_codes(plan: dict[str, Any]) -> list[tuple[str, str]]:
    """(rule, code) for every code that the rules name and the catalogue does not have."""
    rules = rules_of(plan)
    return [(key, code) for key in ("blocking", *LISTS) for code in rules[key] if code not in area("findings")]
