"""The quick judge of a document never lets through what the full validator refuses."""

from copy import deepcopy
from decimal import Decimal

from full_return import EXTENSION, document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perfxl import demo
from perfxl.model import documents, fast_validation

SOUND = document(2)
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 2_500), st.sampled_from([Decimal("100.01"), Decimal("-0.01"), Decimal("1.5"), 1.5]),
    st.sampled_from(["", " ", "x" * 700, "x" * 45_000, "S1.00001", "2021-02-30", "2021-09-30", "20210930", "high", "a\nb", "a\x00", "01.02"]),
    st.sampled_from([[], {}, ["a", "a"], ["a"], [{}], {"x": 1}, [1]]))


def _paths(value, path=()):
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from _paths(item, (*path, key))


def _changed(path, change, value):
    found = deepcopy(SOUND)
    owner = found
    for key in path[:-1]:
        owner = owner[key]
    if change == "replace":
        owner[path[-1]] = value
    elif change == "delete":
        del owner[path[-1]]
    elif isinstance(owner, dict):
        owner["unknown"] = value
    else:
        owner.append(value)
    return found


def test_a_sound_document_is_not_doubted():
    assert fast_validation.surely_valid("return", SOUND, EXTENSION)
    assert fast_validation.surely_valid("return", document(1, None))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(list(_paths(SOUND))[1:]), st.sampled_from(["replace", "delete", "add"]), ODD)
def test_what_passes_quickly_passes_in_full(path, change, value):
    changed = _changed(path, change, value)
    refused = next(documents.violations("return", changed, EXTENSION), None)
    assert refused is None or not fast_validation.surely_valid("return", changed, EXTENSION)


def test_a_sound_plan_is_told_fast_and_a_wrong_one_is_doubted():
    plan = demo.plan()
    assert fast_validation.surely_valid("plan", plan) and not list(documents.violations("plan", plan))
    plan["sectors"][0]["email"] = "segreteria"
    assert not fast_validation.surely_valid("plan", plan) and list(documents.violations("plan", plan))
