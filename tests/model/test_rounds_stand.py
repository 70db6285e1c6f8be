"""What a round said stays with that round: no later statement moves a figure of it, on any surface."""

from copy import deepcopy
from datetime import date
from decimal import Decimal

import first_shape
import pytest
from looked_at import sheet_of

from perfxl.campaign import Campaign
from perfxl.campaign.register import Register, approve
from perfxl.model import documents
from perfxl.model.outcomes import round_outcomes
from perfxl.model.weigh import weigh
from perfxl.stages import read
from perfxl.stages.consolidate import workbook as result
from perfxl.stages.issue import fill
from perfxl.stages.publish.validation import recomputed
from perfxl.workflow.consolidate import consolidate
from perfxl.workflow.issue import issue
from perfxl.workflow.new import new


def plan() -> dict:
    """A body of two sectors: S1 holds two objectives of weight 50, of which the second is transversal with S2."""
    def objective(number: int, holders: list[str], **more) -> dict:
        phases = [{"id": "1", "text": "Fare", "weight": 50, "start_1": "2021-01-01", "end_1": "2021-06-30"},
                  {"id": "2", "text": "Finire", "weight": 50, "start_1": "2021-07-01", "end_1": "2021-12-31"}]
        return {"code": f"S1.0000{number}", "lead": "S1", "sheet": {"title": f"Obiettivo {number}", "phases": phases},
                "holders": [{"sector": s, "holding": {"weight": 50 if s == "S1" else 100}} for s in holders], **more}

    return {"schema": "perfxl/plan/1", "year": 2021, "body": {"code": "UNI", "name": "Unione di Prova"},
            "rounds": [{"round": r, "reference_date": d, "deadline": d} for r, d in
                       (("plan", "2021-01-31"), ("interim", "2021-09-30"), ("final", "2021-12-31"))],
            "sectors": [{"code": "S1", "name": "Uno"}, {"code": "S2", "name": "Due"}],
            "objectives": [objective(1, ["S1"]), objective(2, ["S1", "S2"], kind="transversal"), objective(3, ["S2"])],
            "measures": [{"sector": "S2", "measure": {"objective": "S1.00002", "id": str(n), "measure": f"Misura {n}"}} for n in (1, 2)]}


def send(campaign: Campaign, round: str, changes: dict) -> dict:
    """Issue ``round``, send it back with ``changes`` (by sector, functions on the return), consolidate it."""
    issue(campaign, round, (), "it")
    for sector in campaign.issued_sectors(round):
        form = campaign.issued_form(round, sector).read_bytes()
        document = read.read(form, sector).document
        changes.get(sector, lambda d: None)(document)
        made, wrong = fill.fill(form, document)
        assert not wrong
        documents.write_bytes(campaign.folder / "ricevute" / round / f"{sector}.xlsx", made)
    return consolidate(campaign, round, "it").document


def interim_one(document: dict) -> None:
    for objective, percent in zip(document["objectives"], (0, 100), strict=True):
        objective["holding"]["reading"] = {"percent": percent, "reason": "In corso."}


def interim_two(document: dict) -> None:
    document["objectives"][0]["holding"]["reading"] = {"percent": 75, "reason": "In corso."}
    for measure, percent in zip(document["measures"], (100, 50), strict=True):
        measure["reading"] = {"percent": percent, "result": "Fatto."}


def final_one(document: dict) -> None:
    first, second = document["objectives"]
    first["holding"] |= {"revision": {"replaced_by": "S1.00002"}, "reading": {"status": "replaced"}}
    second["holding"]["reading"] = {"percent": 100}


def final_two(document: dict) -> None:
    document["measures"][0]["reading"] = {"percent": 100, "result": "Fatto."}
    document["measures"][1]["revision"] = {"applicable": False}


@pytest.fixture(scope="module")
def year(tmp_path_factory) -> Campaign:
    """The interim approved; at the final an objective is replaced and a measure no longer applies."""
    campaign = Campaign(tmp_path_factory.mktemp("anno"))
    new(campaign, 2021, first_shape.now(plan()), "it")
    send(campaign, "interim", {"S1": interim_one, "S2": interim_two})
    with Register.open(campaign.folder, write=True) as register:
        approve(register, campaign, round="interim", act="Delibera n. 1", date=date(2021, 10, 20), anyway=True)
    send(campaign, "final", {"S1": final_one, "S2": final_two})
    return campaign


def test_the_interim_of_a_final_document_is_the_approved_one(year):
    final, approved = documents.load(year.result("final")), documents.load(year.approved("interim"))
    assert final["outcomes"]["interim"] == approved["outcomes"]["interim"]
    told = {s["code"]: (s["outcome"], s["denominator"]) for s in final["outcomes"]["interim"]["sectors"]}
    assert told["S1"] == ("50.00", "100.00")
    now = {s.code: s.outcome for s in round_outcomes(final["content"], "interim").sectors}
    assert now["S1"] == 50  # what was given up at the final was still there at the interim


def test_the_workbook_prints_it_by_formulas_on_the_figures_of_that_round(year):
    document = documents.load(year.result("final"))
    made = result.write(document)
    values, formulas = (sheet_of(made, "S1", data_only=d) for d in (True, False))
    totals = [[ws.cell(r, 6).value for r in range(7, 12)] for ws in (values, formulas)]
    assert 0.5 in totals[0] and any(isinstance(v, str) and v.startswith("=IF(SUMPRODUCT") for v in totals[1])


def test_an_archive_whose_final_tells_another_interim_is_found_out(year):
    document, approved = documents.load(year.result("final")), documents.load(year.approved("interim"))
    assert recomputed(document) == recomputed(document, {"interim": approved}) == []
    moved, later = deepcopy(document), deepcopy(document["content"])
    later["objectives"][0]["holders"][0]["holding"]["weighting"] = "not_weighted"
    moved["outcomes"]["interim"] = round_outcomes(later, "interim").document()
    assert any(at.startswith("/outcomes/interim/sectors/0/outcome") for at in recomputed(moved, {"interim": approved}))
    document["outcomes"]["interim"]["sectors"][0]["outcome"] = "60.00"
    assert "/outcomes/interim/sectors/0/outcome" in recomputed(document)


def content() -> dict:
    """The same year as a plan document, with what was said at both rounds."""
    found = plan()
    for o, percents in zip(found["objectives"], ((0, 10), (100, 90), (20, 30)), strict=True):
        for h in o["holders"]:
            h["holding"] |= {"interim": {"percent": percents[0]}, "final": {"percent": percents[1]}}
    return found


def drop_phases(c):
    c["objectives"][0]["sheet"]["phases"][0]["dropped"] = True


def weight(c):
    c["objectives"][0]["holders"][0]["holding"]["weight_revised"] = 10


def target(c):
    c["objectives"][0]["sheet"]["results"] = [{"id": "1", "target": 1, "target_revised": 2, "interim_actual": 1}]


def rules(c):
    c["rules"] = {"missing": "zero", "counting": "phases", "body_mean": "weighted", "rounding": "once", "decimals": 0}


def sector_out(c):
    c["sectors"][1]["weighted"] = False


def objective_gone(c):
    del c["objectives"][1]


def evaluation(c):
    c["evaluations"] = [{"objective": "S1.00001", "sector": "S1", "round": "interim", "percent": 70, "reason": "visto"}]


@pytest.mark.parametrize("change", [drop_phases, weight, target, rules, sector_out, objective_gone, evaluation], ids=lambda f: f.__name__)
def test_nothing_stated_later_moves_an_earlier_round(change):
    before = weigh(first_shape.now(content()), "interim")
    later = content()
    change(later)
    later = first_shape.now(later)
    outcomes = weigh(later, "final", before)
    assert outcomes["interim"] == before["interim"]
    assert result.write({"schema": "perfxl/consolidated/2", "round": "final", "content": later, "outcomes": outcomes, "issued": [],
                         "returned": [], "missing": [], "sources": [], "places": [], "findings": []})


def test_the_last_known_outcome_is_the_one_that_the_earlier_round_published():
    before = weigh(first_shape.now(content()), "interim")
    before["interim"]["objectives"][0]["value"] = "44.00"
    later = content() | {"rules": {"missing": "last_known"}}
    del later["objectives"][0]["holders"][0]["holding"]["final"]
    outcomes = weigh(first_shape.now(later), "final", before)["final"]
    assert outcomes["objectives"][0]["last"] == "44.00" and outcomes["objectives"][0]["counted"]
    assert Decimal(outcomes["sectors"][0]["outcome"]) == 67  # (50 × 44 + 50 × 90) / 100


def test_without_a_document_of_its_own_an_earlier_round_is_computed():
    year = first_shape.now(content())
    assert weigh(year, "final")["interim"] == weigh(year, "interim")["interim"]
