"""What a finding calls impossible is out of the calculation, wherever it was typed: in returns, in the plan, in the body's own fields."""

from decimal import Decimal

import first_shape
import pytest
from form_year import plan

from perfxl.model import documents
from perfxl.model.arithmetic import DEFAULT, weight_at
from perfxl.model.derived import by_measures, by_phases, by_results
from perfxl.model.fast_validation import surely_valid
from perfxl.model.outcomes import round_outcomes
from perfxl.model.views import Item, Measure, Sheet
from perfxl.stages import issue, read
from perfxl.stages.issue import fill

OWN = documents.loads('{"properties":{"ore":{"type":"number","title":"Ore","description":"x","minimum":0.5,"maximum":99.5,"x-open":["monitoring"]}}}')


def returned(change, extension=None) -> read.Reading:
    """The interim form of S1 filled in with what ``change`` does to the return, and read."""
    document = issue.returns(plan(), "interim", extension)["S1"]
    form = issue.issue(document, plan(), master=None, language="it", extension=extension)
    change(document)
    made, wrong = fill.fill(form, document, extension)
    assert not wrong
    return read.read(made, "S1.xlsx", extension)


def put(*path_and_value):
    *path, key, value = path_and_value

    def change(document):
        for part in path:
            document = document.setdefault(part, {}) if isinstance(part, str) else document[part]
        document[key] = value
    return change


PLACES = [("objectives", 0, "holding", "revision", "weight"), ("objectives", 0, "holding", "reading", "percent"),
          ("objectives", 0, "sheet", "phases", 0, "reading", "realised"), ("objectives", 0, "sheet", "phases", 0, "revision", "weight"),
          ("objectives", 0, "sheet", "results", 0, "reading", "degree"), ("measures", 0, "reading", "percent")]


@pytest.mark.parametrize("place", PLACES, ids=lambda p: p[-1])
@pytest.mark.parametrize("value", [Decimal(-10), Decimal("-0.01"), Decimal("100.5")])
def test_a_percentage_beyond_its_limits_is_told_and_not_taken(place, value):
    document = returned(put(*place, value))
    about = document.document
    for part in place[:-1]:
        about = about.get(part, {}) if isinstance(about, dict) else about[part]
    assert place[-1] not in about
    finding, = (f for f in document.findings if f.code in ("DATA03", "DATA04", "DATA14"))
    assert "fuori dal calcolo" in finding.message("it") and "left out" in finding.message("en")
    assert finding.place.cell and surely_valid("return", document.document)


def test_a_quantity_beyond_its_limits_is_told_and_not_taken():
    document = returned(put("objectives", 0, "sheet", "results", 0, "reading", "actual", Decimal(10) ** 13))
    assert "actual" not in document.document["objectives"][0]["sheet"]["results"][0].get("reading", {})
    assert [f.code for f in document.findings if f.code.startswith("DATA0")] == ["DATA03"]


@pytest.mark.parametrize("value, taken", [("42.5", True), ("99.5", True), ("0.5", True), ("99.6", False), ("0.4", False)])
def test_the_limits_of_a_field_of_the_body_hold_too(value, taken):
    document = returned(put("objectives", 0, "sheet", "extension", "ore", Decimal(value)), OWN)
    findings = [f for f in document.findings if f.code in ("DATA03", "DATA04")]
    own = document.document["objectives"][0]["sheet"].get("extension", {})
    assert own == ({"ore": Decimal(value)} if taken else {}) and bool(findings) != taken


def test_the_engine_takes_no_impossible_value_however_it_came():
    final, item = first_shape.at("final"), first_shape.item
    assert weight_at(Item(item({"weight": 40, "weight_revised": -50})), final) == 40 and weight_at(Item({"weight": 120}), final) is None
    assert DEFAULT.percent(Decimal("100.001")) is None and DEFAULT.percent(100) == 100 and DEFAULT.percent(0) == 0
    assert by_phases(Sheet(first_shape.sheet({"phases": [{"weight": 100, "final_realised": -1}]})), final) is None
    assert by_results(Sheet(first_shape.sheet({"results": [{"final_degree": 101}]})), final) is None
    assert by_measures([*map(Measure, [item({"final_percent": 50}), item({"final_percent": 101})])], final) is None


def test_the_body_never_passes_100_or_falls_below_0():
    content = {"sectors": [{"code": "S1"}, {"code": "S2"}], "rules": {"body_mean": "equal"}, "objectives": [
        {"code": f"{s}.0000{n}", "lead": s, "holders": [{"sector": s, "holding": {"weight": 100, "weight_revised": w, "final": {"percent": p}}}]}
        for s, n, w, p in (("S1", 1, -50, 100), ("S1", 2, 100, 0), ("S2", 1, 50, "-9.99"))]}
    outcomes = round_outcomes(first_shape.now(content), "final")
    assert [(s.outcome, s.denominator, s.missing) for s in outcomes.sectors] == [(50, 200, 0), (None, 0, 1)]
    assert outcomes.body.outcome == 50


def test_the_evaluators_word_has_the_same_limits():
    content = {"sectors": [{"code": "S1"}], "evaluations": [{"objective": "S1.00001", "sector": "S1", "round": "final", "percent": 130}],
               "objectives": [{"code": "S1.00001", "lead": "S1", "holders": [{"sector": "S1", "holding": {"weight": 100, "final": {"percent": 60}}}]}]}
    assert round_outcomes(first_shape.now(content), "final").objectives[0].value == 60
