"""A problem of a plan, and the walks over its document that the checks share: they bear with missing parts."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """A ``code`` of the findings' catalogue, the ``path`` of the value it is about, the ``values`` of its sentence."""

    code: str
    path: tuple[str | int, ...]
    values: dict[str, Any]


def rows_of(plan: dict[str, Any], key: str) -> Iterator[tuple[int, dict[str, Any]]]:
    yield from enumerate(plan.get(key, ()))


def holders_of(plan: dict[str, Any]) -> Iterator[tuple[int, int, dict[str, Any], dict[str, Any]]]:
    """(index of objective, of holder, objective, holder)."""
    for i, objective in rows_of(plan, "objectives"):
        for k, holder in enumerate(objective.get("holders", ())):
            yield i, k, objective, holder


def codes_of(plan: dict[str, Any], key: str) -> set[str]:
    return {item["code"] for item in plan.get(key, ()) if "code" in item}


def written_day(iso: str) -> str:
    return "/".join(reversed(iso.split("-")))
