"""Phases and results given up at the interim with a reason: out of weights and outcomes from then on, never lost."""

import io
from decimal import Decimal

import first_shape
import openpyxl
import pytest
from check_case import clean
from check_case import plan as small_plan
from form_year import converted, declared, plan
from looked_at import sheet_of

from perfxl.model import documents
from perfxl.model.derived import by_phases, by_results
from perfxl.model.views import Sheet
from perfxl.stages import issue, read
from perfxl.stages.check import check
from perfxl.stages.issue import fill
from perfxl.stages.merge import merge
from perfxl.stages.merge.overlay import Returned

WHY = "Il gestionale è stato fornito dalla Regione:\nla fase non serve più."


def sheet() -> dict:
    return first_shape.sheet({"phases": [{"id": "1", "weight": 50, "weight_revised": 100, "interim_realised": 40, "final_realised": 90},
                       {"id": "2", "weight": 50, "dropped": WHY}],
            "results": [{"id": "1", "weight": 60, "weight_revised": 100, "interim_degree": 30, "final_degree": 80},
                        {"id": "2", "weight": 40, "dropped": WHY}]})


@pytest.mark.parametrize(("round", "phases", "results"), [("interim", 40, 30), ("final", 90, 80)])
def test_what_was_dropped_is_out_of_the_outcome(round, phases, results):
    at = first_shape.at(round)
    assert (by_phases(Sheet(sheet()), at), by_results(Sheet(sheet()), at)) == (phases, results)


def test_what_has_no_weight_of_its_own_is_out_too():
    given = {"results": [{"id": "1", "final_degree": 80}, {"id": "2", "final_degree": 0, "dropped": WHY}]}
    assert by_results(Sheet(first_shape.sheet(given)), first_shape.at("final")) == 80


def found(document: dict, round: str) -> set[str]:
    return {f.code for f in check(document, None, plan=small_plan(), round=round, places={}, file="s1.xlsx")}


@pytest.mark.parametrize("round", ["interim", "final"])
def test_weights_are_checked_without_what_was_dropped(round):
    document = clean(round)
    first = document["objectives"][0]["sheet"]
    said = "revision" if round == "interim" else "in_force"
    for row in (first["phases"][1], first["results"][0]):
        row[said] = {**row.get(said, {}), "dropped": WHY}
        row.pop("reading", None)
    assert "WGHT02" in found(document, round)  # the other phase still weighs 60
    first["phases"][0][said] = {**first["phases"][0].get(said, {}), "weight": 100}
    assert not found(document, round) & {"WGHT02", "WGHT03", "WGHT05", "WGHT06", "DATE07", "OUTC14", "OUTC15", "OUTC25"}


@pytest.mark.parametrize("round", ["interim", "final"])
def test_the_approved_weights_sum_to_100_at_the_plan_and_the_revised_ones_from_the_interim(round):
    def sums(weights: list[tuple], round: str) -> set[str]:
        document = clean(round)
        for objective, (old, new) in zip(document["objectives"], weights, strict=False):
            objective["holding"] |= {"weight": old, **({} if round == "plan" else {"revision" if round == "interim" else "in_force": {"weight": new}})}
        document["objectives"][2:] = []
        return found(document, round) & {"WGHT01"}

    assert not sums([(60, 30), (40, 20)], "plan") and sums([(60, 30), (40, 20)], round)
    assert sums([(60, 70), (20, 30)], "plan") and not sums([(60, 70), (20, 30)], round)


@pytest.fixture(scope="module")
def returned() -> bytes:
    """The form of S1 at the interim, phase 2 and result 2 of its first objective given up."""
    prefilled = issue.returns(plan(), "interim")["S1"]
    filled = declared(prefilled)
    phases, results = (filled["objectives"][0]["sheet"][key] for key in ("phases", "results"))
    phases[1] = {k: v for k, v in phases[1].items() if k not in ("reading", "revision")} | {"revision": {"dropped": WHY}}
    for phase, weight in ((phases[0], 60), (phases[2], 40)):
        phase["revision"] = {**phase.get("revision", {}), "weight": weight}
    results[1] = {k: v for k, v in results[1].items() if k != "reading"} | {"revision": {"dropped": WHY}}
    results[0]["revision"] = {**results[0].get("revision", {}), "weight": 100}
    made, findings = fill.fill(issue.issue(prefilled, plan()), filled)
    assert not findings
    return made


def test_the_reason_is_read_where_it_stands(returned):
    reading = read.read(returned, "s1.xlsx")
    told = reading.document["objectives"][0]["sheet"]
    assert [p.get("revision", {}).get("dropped") for p in told["phases"]] == [None, WHY, None, None]
    assert [r.get("revision", {}).get("dropped") for r in told["results"]] == [None, WHY]
    assert not list(documents.violations("return", reading.document))
    place = reading.places["/objectives/0/sheet/phases/1/revision/dropped"]
    assert sheet_of(returned, place.sheet)[place.cell].value == WHY


def recalculated(form: bytes, folder):
    """What a name of the form stands for once LibreOffice has computed it."""
    book = openpyxl.load_workbook(io.BytesIO(converted(form, folder)), data_only=True)

    def value(name):
        where, cell = book.defined_names[name].attr_text.rsplit("!", 1)
        return book[where.strip("$'")][cell.replace("$", "")].value

    return value


def test_the_form_counts_without_what_was_dropped(returned, tmp_path):
    value = recalculated(returned, tmp_path)
    assert value("pxc01_sum_phases") == value("pxc01_sum_results") == 1
    assert value("pxc01_by_phases") == 0.6  # 60 × 100 % + 40 × 0 %
    assert value("pxc01_by_results") == pytest.approx(0.7984)  # 200 of 250,5
    assert value("pxc01_check_phases").startswith("In ordine") and value("pxc01_check_results").startswith("In ordine")


def test_it_is_merged_and_stands_in_the_next_form_locked(returned):
    reading = read.read(returned, "s1.xlsx")
    merged = merge(plan(), [Returned("S1", reading.document, reading.places, "s1.xlsx")], "interim")
    kept = merged.content["objectives"][0]["sheet"]
    assert kept["phases"][1] == plan()["objectives"][0]["sheet"]["phases"][1] | {"revisions": [{"round": "interim", "dropped": WHY}]}
    assert kept["results"][1]["revisions"] == [{"round": "interim", "dropped": WHY}]
    assert by_phases(Sheet(kept), first_shape.at("interim")) == Decimal(60)
    final = issue.returns(merged.content, "final")["S1"]
    again = read.read(issue.issue(final, merged.content), "s1.xlsx")
    assert again.document["objectives"][0]["sheet"]["phases"][1]["in_force"] == {"dropped": WHY}
    place = again.places["/objectives/0/sheet/phases/1/in_force/dropped"]
    sheet = sheet_of(issue.issue(final, merged.content), place.sheet)
    cell = sheet[place.cell]
    assert cell.protection.locked and not sheet.row_dimensions[cell.row].hidden


def test_at_the_plan_there_is_no_such_column():
    form = read.read(issue.issue(issue.returns(plan(), "plan")["S1"], plan()), "s1.xlsx")
    assert not [path for path in form.places if path.endswith("/dropped")]


@pytest.mark.parametrize(("round", "status", "total"), [("plan", None, 1.0), ("interim", None, 0.9), ("interim", "replaced", 0.4),
                                                        ("final", None, 0.9), ("final", "withdrawn", 0.4)])
def test_the_summary_totals_the_weights_in_force(round, status, total, tmp_path):
    given = plan()
    holding = given["objectives"][0]["holders"][0]["holding"]  # 60, beside 40 of the transversal objective
    if round != "plan":
        holding |= {"weight_revised": 50} | ({round: {"status": status}} if status else {})
    if status == "replaced":
        holding["replaced_by"] = "S1.00002"
    given = first_shape.now(given)
    form = issue.issue(issue.returns(given, round)["S1"], given)
    assert recalculated(form, tmp_path)("pxm_total_weight") == pytest.approx(total)
