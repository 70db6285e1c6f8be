"""What the form says while it is filled in: all green, and nothing comes back that a formula could have told."""

import re
from copy import deepcopy

import pytest
from check_case import before, clean, issued, places
from test_check import FAULTS

from perfxl.model.live import LATER, LIVE
from perfxl.model.texts import LANGUAGES, area
from perfxl.stages import check as stage
from perfxl.stages import issue
from perfxl.stages.issue.fill import fill
from perfxl.workbook.patch.workbook import Workbook

CLOSED = set(LATER["closed"])
#: Of the table of faults those that a clerk can make in open cells, one for each code.
MADE = {expected[-1] if expected[-1] != "WGHT01" else expected[0]: (round, spoil) for round, expected, _, spoil in FAULTS if not CLOSED & set(expected)}
CHECK = re.compile(r"(?:pxc\d\d|pxm)_check_(\w+)\Z")
_FORMS: dict[str, bytes] = {}


def form(round: str) -> bytes:
    """The form that S1 was sent at ``round``; the plan's long texts are its own."""
    if round not in _FORMS:
        _FORMS[round] = issue.issue(issued(round), before(round))
    return _FORMS[round]


def seen(round: str, document: dict) -> dict[str, str]:
    """By check of the filled form, what it asks first where it is not green."""
    content, _ = fill(form(round), document)
    book, found = Workbook(content), {}
    for name, (entry, ref) in book.places().items():
        if mine := CHECK.match(name):
            said = book.sheet(entry).at(ref.top, ref.left).value
            assert said, name
            if not said.startswith("In ordine"):
                found.setdefault(mine[1], said)
    return found


@pytest.mark.parametrize("round", ["plan", "interim", "final"])
def test_a_well_filled_form_is_green(round):
    document = clean(round) | {"compilation": {"name": "Ada Neri"}}
    assert seen(round, document) == {}


@pytest.mark.parametrize("code", MADE)
def test_what_a_formula_can_tell_is_red_before_it_comes_back(code):
    round, spoil = MADE[code]
    document = clean(round) | {"compilation": {"name": "Ada Neri"}}
    spoil(document)
    raised = {f.code for f in stage.check(deepcopy(document), issued(round), before(round), round, places(document), "S1.xlsx")}
    red, live = seen(round, document), {c for codes in LIVE.values() for c in codes}
    for told in raised & live:
        assert any(told in LIVE.get(key, ()) for key in red), (told, red)
    assert red or not raised & live
    assert raised & live or not red, red  # and nothing is red that will not come back


def test_every_finding_on_what_a_sector_fills_in_is_live_or_says_why_not():
    declared = [c for _, some in (*stage.CHECKS, *stage.DATES, *stage.OUTCOMES) for c in some]
    live, later = ({c for codes in of.values() for c in codes} for of in (LIVE, LATER))
    assert not live & later and live | later == set(declared)
    words = area("form")
    assert all(set(words[f"check_{key}"]) == set(LANGUAGES) for key in LIVE)
    assert all(set(words[f"later_{key}"]) == set(LANGUAGES) for key in LATER)
