"""The invented town through the public surface: a year negotiated twice, monitored every quarter, turned over into the next."""

import json
import re
from pathlib import Path

import pytest
from looked_at import book_with, sheet_of

from perfxl.campaign import Campaign
from perfxl.demo import comune
from perfxl.model import documents
from perfxl.model.lateness import phase_lateness
from perfxl.model.rounds import Rounds
from perfxl.model.views import Phase
from perfxl.stages.consolidate.dashboard_foot import late
from perfxl.stages.consolidate.view import View
from perfxl.stages.read import read
from perfxl.ui.cli import main
from perfxl.workflow import bundle
from perfxl.workflow.plan_workbook import plan_of

BY_HAND = json.loads((Path(__file__).parents[1] / "data" / "comune-2026.json").read_text())
ROUNDS = ("t1", "t2", "t3", "final")


@pytest.fixture(scope="module")
def town(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("comune")
    assert main(["demo", str(folder), "--body", "comune"]) == 0  # no finding in a clean year
    return folder


@pytest.fixture(scope="module")
def year(town) -> Campaign:
    return Campaign(town / "2026")


@pytest.fixture(scope="module")
def results(year) -> dict[str, dict]:
    return {r: documents.load(year.result(r)) for r in ("plan", *ROUNDS)}


@pytest.mark.parametrize("round", ROUNDS)
def test_the_figures_are_those_worked_out_by_hand_and_stand_in_every_later_document(results, round):
    for later in ROUNDS[ROUNDS.index(round):]:
        outcomes = results[later]["outcomes"][round]
        found = {m["code"]: m["outcome"] for m in outcomes["sectors"]} | {"ENTE": outcomes["body"]["outcome"]}
        assert found == BY_HAND["outcomes"][round]
        assert {m["code"]: m["denominator"] for m in outcomes["sectors"] if m["code"] in BY_HAND["denominators"][round]} == BY_HAND["denominators"][round]
    degrees = {o["objective"]: o["by_results"] for o in results[round]["outcomes"][round]["objectives"] if o["by_results"] is not None}
    assert degrees == {code: told[round] for code, told in BY_HAND["degrees"].items() if round in told}


@pytest.mark.parametrize("round", ROUNDS)
def test_what_is_late_is_told_in_days(results, round):
    view = View(results[round])
    assert {f"{item.objective}/{item.id}": item.lateness.days for item in late(view)} == BY_HAND["late"][round]
    phase = next(o for o in view.objectives if o.code == "TEC.00001").sheet.phases[0]
    found = phase_lateness(Phase(phase.data), view.round)
    assert round == "t1" or {"TEC.00001/1": found.days} == BY_HAND["ended late"] and not found.now


def test_what_was_proposed_and_answered_is_what_was_agreed(year, results):
    content = results["plan"]["content"]
    assert next(o for o in content["objectives"] if o["code"] == "AG.00001")["sheet"]["results"][0]["target"] == 100
    assert (year.folder / "approvati" / "plan.json").is_file()
    proposal = read((year.folder / "ricevute" / "plan" / "AG proposta.xlsx").read_bytes(), "AG").document
    assert proposal["objectives"][0]["sheet"]["results"][0]["target"] == 80


def test_a_form_shows_its_round_and_asks_nothing_that_is_not_due(year):
    forms = {r: read(year.issued_form(r, "TEC").read_bytes(), "TEC").document for r in ("t1", "final")}
    assert {r: [o.get("due") for o in d["objectives"]] for r, d in forms.items()} == {r: [None, ["Consuntivo"]] for r in forms}
    book = book_with(year.issued_form("t3", "TEC"), "TEC.00001", "TEC.00002", data_only=True)
    assert any(c.value == "non dovuto ora" for row in book["TEC.00002"].iter_rows() for c in row)
    assert _tinted_as_missing(book["TEC.00002"]) == set() != _tinted_as_missing(book["TEC.00001"])
    first, last = (sheet_of(year.issued_form(r, "AG"), "AG.00001") for r in ("t1", "t3"))
    assert first.max_row == last.max_row  # the form of the third quarter is no longer than that of the first


def test_the_year_turns_over_into_the_next(town):
    plan, findings = plan_of(Campaign(town / "2027"), "it")
    going = {o["code"]: o for o in plan["objectives"]}
    assert list(going) == ["AG.00001"] and going["AG.00001"]["continues"] == {"code": "AG.00001", "year": 2026}
    result = going["AG.00001"]["sheet"]["results"][0]
    assert {k: result[k] for k in ("baseline", "target", "past_1", "past_2", "past_3")} == {"baseline": 104, "target": 110, "past_1": 104, "past_2": 30, "past_3": 12}
    assert [r.reference_date for r in Rounds.from_plan(plan)] == ["2027-01-15", "2027-03-31", "2027-06-30", "2027-09-30", "2027-12-31"]


def test_the_archive_for_the_board_proves_the_year(year, capsys):
    archive = bundle.bundle(year, None, "it").path
    assert main(["bundle", "--verify", str(archive)]) == 0


def test_the_demo_year_has_the_same_findings_and_returns_again(year, results):
    again = comune.plan()
    assert list(documents.violations("plan", again)) == [] and Rounds.from_plan(again)["t2"].called("Secondo trimestre")
    assert [f for d in results.values() for f in d["findings"]] == []


def _tinted_as_missing(sheet) -> set[str]:
    """The cells of phases that the form tints as still to be told, by the rule that stands on them."""
    rules = [(block.sqref, rule.formula[0]) for block in sheet.conditional_formatting for rule in block.rules if rule.formula[0].startswith("AND(ISNUMBER($D")]
    (where, rule), = rules
    (area,) = where.ranges
    state, word = re.search(r'(\$\w+\$\d+)<>"(.+?)"', rule).groups()
    rows = range(area.min_row, area.max_row + 1)
    return {f"C{n}" for n in rows if sheet[f"D{n}"].value not in (None, "", 0, "==") and sheet[f"C{n}"].value in (None, "") and sheet[state].value != word}
