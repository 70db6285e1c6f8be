"""Every view says what its schema says: no key that is not there, none left without a face."""

from copy import deepcopy

import pytest

from perfxl.model import views
from perfxl.model.documents import raw_schema
from perfxl.model.views import Assignment, Facts, Key, Objective, Plan, Reading, Rows

PLAN, RETURN, OBJECTIVE, CONSOLIDATED = (deepcopy(raw_schema(name)) for name in ("plan", "return", "objective", "consolidated"))
OBJECTIVE = OBJECTIVE["$defs"]
SHEET = OBJECTIVE["sheet"]["properties"]
#: Of each view, where the schema describes what it stands over.
DESCRIBED = {
    views.Plan: PLAN, views.Objective: PLAN["$defs"]["objective"], views.Sector: PLAN["$defs"]["sector"], views.Line: PLAN["$defs"]["line"],
    views.Holder: PLAN["$defs"]["objective"]["properties"]["holders"]["items"], views.Owner: PLAN["$defs"]["owner"],
    views.Request: PLAN["$defs"]["request"], views.SectorMeasure: PLAN["$defs"]["measure"], views.Measure: OBJECTIVE["measure"],
    views.Holding: OBJECTIVE["holding"], views.Sheet: OBJECTIVE["sheet"], views.Person: SHEET["responsibles"]["items"],
    views.Money: SHEET["money"]["items"], views.Phase: SHEET["phases"]["items"], views.Result: SHEET["results"]["items"],
    views.Entity: SHEET["entities"]["items"],
    views.Consideration: PLAN["$defs"]["consideration"], views.Evaluation: PLAN["$defs"]["evaluation"], views.Return: RETURN, views.ReturnedObjective: RETURN["properties"]["objectives"]["items"],
    views.Identity: OBJECTIVE["identity"], views.Compilation: RETURN["properties"]["compilation"], views.Answer: OBJECTIVE["asked"],
    views.RoundOutcomes: CONSOLIDATED["$defs"]["round"], views.MeanOutcome: CONSOLIDATED["$defs"]["mean"],
    views.ObjectiveOutcome: CONSOLIDATED["$defs"]["outcome"], views.PlaceAbove: CONSOLIDATED["$defs"]["mean"]["properties"]["above"],
}
READINGS = [OBJECTIVE[f"{of}Reading"]["properties"] for of in ("holding", "sheet", "phase", "result", "entity", "measure")]
#: What a view tells by its methods, or another room looks into.
BY_METHODS = {"readings", "revisions", "reading", "revision", "in_force", "due", "targets"}
ELSEWHERE = {views.Plan: {"schema", "words", "fields", "mail", "bands", "indicators", "successions"}, views.Return: {"schema"}}


def said(view: type[Facts]) -> set[str]:
    """The keys that a view has properties for."""
    return {found.name for name in dir(view) if isinstance(found := getattr(view, name), Key | Rows)}


@pytest.mark.parametrize("view", DESCRIBED, ids=lambda view: view.__name__)
def test_a_view_has_the_keys_of_its_schema(view):
    keys = set(DESCRIBED[view]["properties"])
    told = said(view) | {name for name in keys if isinstance(getattr(view, name, None), property)}
    assert told <= keys
    assert keys - told - ELSEWHERE.get(view, set()) <= BY_METHODS


def test_a_reading_has_the_keys_that_rounds_find():
    assert said(Reading) == {key for keys in READINGS for key in keys}


def test_every_view_is_held_against_a_schema():
    made = {v for v in vars(views).values() if isinstance(v, type) and issubclass(v, Facts)}
    assert made - {Facts, views.Item, Reading} == set(DESCRIBED)


@pytest.mark.parametrize("view", DESCRIBED, ids=lambda view: view.__name__)
def test_defaults_are_those_of_the_schema(view):
    """What a view says where the document is silent is what the schema says, or nothing."""
    for key in said(view):
        found = next(k for k in vars(view).values() if isinstance(k, Key | Rows) and k.name == key)
        default = DESCRIBED[view]["properties"][key].get("default")
        if isinstance(found, Key) and default is not None:
            assert found.default == default


YEAR = {"year": 2026, "sectors": [{"code": "S1", "name": "Scuola"}, {"code": "S2", "name": "Sport"}], "objectives": [{
    "code": "S1.00001", "lead": "S1",
    "holders": [
        {"sector": "S1", "holding": {"weight": 40, "readings": [{"round": "interim", "percent": 50, "status": "partial"}]}},
        {"sector": "S2", "holding": {"weight": 60, "revisions": [{"round": "final", "replaced_by": "S2.00009"}]}}],
    "sheet": {"title": "Mense", "phases": [
        {"id": "p1", "weight": 30, "revisions": [{"round": "final", "weight": 20}],
         "readings": [{"round": "interim", "realised": 10}]},
        {"id": "p2", "added": "final", "revisions": [{"round": "final", "dropped": True}]}]}}],
    "rounds": [{"id": "plan", "kind": "plan"}, {"id": "interim", "kind": "monitoring"}, {"id": "final", "kind": "final"}]}


def test_a_year_is_read_by_its_faces():
    plan = Plan(YEAR)
    interim, final = plan.rounds["interim"], plan.rounds["final"]
    objective = plan.objectives[0]
    first, second = objective.sheet.phases
    assert (first.id, first.weight, first.in_force("weight", interim), first.in_force("weight", final)) == ("p1", 30, 30, 20)
    assert [(at, found.realised) for at, found in first.readings(final)] == [("interim", 10)]
    assert first.reading(final).realised is None
    assert not second.present(interim) and second.present(final) and second.dropped(final)
    assert [a.key for a in plan.assignments] == [("S1.00001", "S1"), ("S1.00001", "S2")]
    assert isinstance(plan.assignments[0], Assignment)
    lead, partner = objective.holders
    assert objective.is_lead(lead) and not objective.is_lead(partner)
    assert lead.holding.reading(interim).status == "partial" and lead.holding.gone(final) is None
    assert partner.holding.gone(interim) is None and partner.holding.gone(final) == "replaced"
    assert not objective.given_up(final)
    assert objective.holder("S2").data is partner.data and objective.holder("S3") is None
    assert plan.sector("S2").name == "Sport" and plan.sector("S9") is None


def test_where_the_lead_holds_no_part_the_first_speaks():
    objective = Objective({"code": "A", "lead": "S9", "holders": [{"sector": "S1"}, {"sector": "S2"}]})
    assert [objective.is_lead(h) for h in objective.holders] == [True, False]
