"""What is in force of an item at a round, of a plan and of a return: what a change there would move."""

from perfxl.model.readings import (
    CLEARED,
    as_returned,
    due,
    gone,
    idle,
    in_force,
    last_read,
    last_revised,
    read,
    revised,
    revision,
    revisions,
    revisions_in_force,
    round_target,
    unrevised,
)
from perfxl.model.rounds import Rounds

YEAR = Rounds.from_plan({"rounds": [{"id": "plan", "kind": "plan"}, {"id": "q1", "kind": "monitoring"}, {"id": "q2", "kind": "monitoring"}, {"id": "final", "kind": "final"}]})
ITEM = {"target": 10, "weight": 5, "end": "2021-12-31", "readings": [{"round": "q1", "actual": 3}, {"round": "q2", "actual": 4}, {"round": "final", "note": "x"}],
        "revisions": [{"round": "q1", "target": 20, "weight": 6}, {"round": "q2", "target": 30, "end": CLEARED}], "targets": [{"round": "q2", "value": 25}, {"round": "final", "value": 40}]}
RETURNED = {"target": 10, "in_force": {"target": 20, "weight": 6}, "revision": {"target": 30}, "reading": {"actual": 4}}


def at(function, *more) -> list:
    """What ``function`` says at each round."""
    return [function(ITEM, *more, YEAR[r]) for r in ("plan", "q1", "q2", "final")]


def test_an_item_of_a_plan_says_what_holds_at_each_round():
    assert at(in_force, "weight") == [5, 6, 6, 6] and at(revised, "weight") == [None, 6, 6, 6]
    assert at(in_force, "end") == ["2021-12-31", "2021-12-31", None, None] and at(revised, "target") == [None, 20, 30, 30]
    assert at(in_force, "target") == [10, 20, 30, 40] and [round_target(ITEM, r) for r in ("q1", "q2", "final")] == [None, 25, 40]
    assert [last_read(ITEM, YEAR[r], "actual") for r in ("plan", "q1", "q2", "final")] == [None, 3, 4, 4]
    assert [read(ITEM, r, "actual") for r in ("plan", "q1", "q2", "final")] == [None, 3, 4, None]
    assert at(unrevised, "target") == [10, 10, 25, 40] and at(unrevised, "weight") == [5, 5, 6, 6] and unrevised({"weight": 1}, "weight", YEAR["plan"]) == 1
    assert at(revisions_in_force) == [{}, {}, {"target": 20, "weight": 6}, {"target": 30, "weight": 6, "end": CLEARED}]
    assert (last_revised(ITEM, "target"), last_revised(ITEM, "weight"), last_revised(ITEM, "title"), last_revised({}, "target")) == (30, 6, None, None)
    assert (in_force({"weight": 5, "targets": ITEM["targets"]}, "weight", YEAR["q2"]), in_force({"target": 7}, "target", YEAR["q2"])) == (5, 7)


def test_an_item_of_a_return_says_its_own_and_what_was_in_force_before_it():
    assert (read(RETURNED, "q2", "actual"), last_read(RETURNED, YEAR["q2"], "actual"), read({}, "q2", "actual")) == (4, 4, None)
    assert (revision(RETURNED, "q2"), revision({}, "q2"), list(revisions({}, YEAR["q2"])), round_target({}, "q2")) == ({"target": 30}, {}, [], None)
    assert [in_force(RETURNED, key, YEAR["q2"]) for key in ("target", "weight", "end")] == [30, 6, None]
    assert in_force({k: v for k, v in RETURNED.items() if k != "revision"}, "target", YEAR["q2"]) == 20
    assert gone({"reading": {"status": "withdrawn"}, "revision": {"replaced_by": "X"}}, YEAR["q2"]) == "replaced"


def test_what_is_due_at_some_rounds_is_due_at_each_of_them():
    assert [due({"due": ["q1", "final"]}, YEAR[r]) for r in ("q1", "q2", "final")] == [True, False, True]
    assert due({}, YEAR["q1"]) and due({"due": []}, YEAR["q1"])


def test_a_sector_is_idle_where_nothing_that_it_holds_is_due():
    def of(sector: str, **more) -> dict:
        return {"code": f"{sector}.1", "holders": [{"sector": sector}], **more}

    plan = {"rounds": [{"id": str(r), "kind": r.kind} for r in YEAR], "objectives": [of("A"), of("B", due=["final"]), of("C", due=["final"], sheet={"results": [{"id": "1", "due": ["q1"]}, {"id": "2"}]})],
            "measures": [{"sector": "D", "measure": {"id": "1", "due": ["q2"]}}]}
    assert {r: "".join(sorted(idle(plan, r))) for r in YEAR} == {"plan": "", "q1": "BD", "q2": "BC", "final": "D"}


def test_what_is_given_up_stays_so_until_something_else_is_declared():
    holding = {"readings": [{"round": "q1", "status": "withdrawn"}, {"round": "q2", "note": "still out"}, {"round": "final", "percent": 40}]}
    assert [gone(holding, YEAR[r]) for r in ("plan", "q1", "q2", "final")] == [None, "withdrawn", "withdrawn", None]
    for status, replaced in (("withdrawn", "replaced"), ("replaced", "replaced"), ("achieved", "replaced")):
        said = {"readings": [{"round": "q2", "status": status}], "revisions": [{"round": "q2", "replaced_by": "X"}]}
        assert [gone(said, YEAR[r]) for r in ("q1", "q2", "final")] == [None, replaced, "replaced"]
    assert gone({"readings": [{"round": "q2", "status": "replaced"}]}, YEAR["final"]) == "replaced"


def test_a_return_has_of_an_item_what_its_round_says_and_what_was_in_force_before():
    item = {"id": "1", **ITEM, "added": "q1", "targets": ITEM["targets"]}
    plain = {"id": "1", "target": 10, "weight": 5, "end": "2021-12-31"}
    assert as_returned(item, YEAR["q1"]) == plain | {"revision": {"target": 20, "weight": 6}, "reading": {"actual": 3}}
    assert as_returned(item, YEAR["q2"]) == plain | {"in_force": {"target": 25, "weight": 6}, "revision": {"target": 30, "end": CLEARED}, "reading": {"actual": 4}}
    assert as_returned(item, YEAR["final"]) == plain | {"in_force": {"target": 40, "weight": 6, "end": CLEARED}, "reading": {"note": "x"}}


def test_a_return_that_says_it_is_given_up_is_believed():
    assert [gone({"reading": {"status": s}}, YEAR["q2"]) for s in ("withdrawn", "replaced", "achieved")] == ["withdrawn", "replaced", None]
