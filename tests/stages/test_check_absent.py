"""A return is checked whatever it lacks: any key may be absent from what a sector sent back, required ones too."""

from collections.abc import Iterator
from copy import deepcopy

import pytest
from full_return import document

from perfxl.stages import check
from perfxl.workflow.check import _alone

WHOLE = document(2)


def pointers(value, path: tuple = ()) -> Iterator[tuple]:
    """Every key of a document, of its lists those of the first two items."""
    entries = value.items() if isinstance(value, dict) else enumerate(value[:2]) if isinstance(value, list) else ()
    for key, inner in entries:
        if isinstance(value, dict) and path + (key,) not in (("schema",), ("identity",)):
            yield path + (key,)
        if path or key != "identity":
            yield from pointers(inner, path + (key,))


def without(path: tuple) -> dict:
    """The return without what is at ``path``."""
    found = deepcopy(WHOLE)
    owner = found
    for key in path[:-1]:
        owner = owner[key]
    del owner[path[-1]]
    return found


@pytest.mark.parametrize("round", ["plan", "interim", "final"])
@pytest.mark.parametrize(("known", "points"), [(False, False), (True, True)])
def test_any_key_may_be_absent(round, known, points):
    for path in pointers(WHOLE):
        lacking = without(path)
        plan = _alone(WHOLE if known else lacking, points)
        findings = check.check(lacking, WHOLE if known else None, plan=plan, round=round, places={}, file="S1.xlsx")
        assert all(finding.message("it") for finding in findings), path
