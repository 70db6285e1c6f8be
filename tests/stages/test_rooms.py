"""A form has the rows that its sector needs, and some to spare, however many results, phases, entities or objectives it holds."""

from decimal import Decimal

import pytest
from looked_at import book_with

from perfxl.model import documents
from perfxl.stages import issue
from perfxl.stages.issue.fill import fill
from perfxl.stages.issue.form import masters
from perfxl.stages.issue.form.rooms import rooms
from perfxl.stages.read import read


def plan(results: int = 1, phases: int = 1, entities: int = 0, objectives: int = 1, measures: int = 0) -> dict:
    """One sector that holds so many of each; all but the first objective are bare."""
    sheet = {"title": "Tutto", "results": [{"id": f"R{n}", "text": f"Risultato {n}", "weight": 1, "target": n + 1} for n in range(results)],
             "phases": [{"id": f"F{n}", "text": f"Fase {n}", "weight": 1} for n in range(phases)]}
    if entities:
        sheet["entities"] = [{"result": "R0", "entity": f"Comune {n}", "target": 5} for n in range(entities)]
    made = {"schema": "perfxl/plan/2", "year": 2026, "body": {"code": "UPR", "name": "Unione"}, "sectors": [{"code": "12", "name": "Uno"}],
            "rounds": [{"id": "plan", "kind": "plan", "reference_date": "2026-01-01", "deadline": "2026-01-31"},
                       {"id": "final", "kind": "final", "reference_date": "2026-12-31", "deadline": "2027-01-31"}],
            "objectives": [{"code": f"OB-{n}", "lead": "12", "holders": [{"sector": "12", "holding": {"weight": 1}}],
                            "sheet": sheet if not n else {"title": f"Obiettivo {n}"}} for n in range(objectives)]}
    if measures:
        made["objectives"][0]["kind"] = "transversal"
        made["measures"] = [{"sector": "12", "measure": {"objective": "OB-0", "id": str(n), "measure": f"Misura {n}"}} for n in range(measures)]
    return made


@pytest.mark.parametrize(("many", "round"), [({"results": 40, "phases": 50, "entities": 70}, "final"), ({"results": 16, "phases": 17}, "plan"),
                                             ({"objectives": 34, "measures": 45}, "final")])
def test_whatever_the_plan_holds_is_in_the_form_and_comes_back(many, round):
    given = documents.loads(documents.dumps(plan(**many)))
    assert not list(documents.violations("plan", given))
    document = issue.returns(given, round)["12"]
    form = issue.issue(document, given)
    back = read(form, "12.xlsx")
    assert back.findings == [] and back.document == document
    assert set(rooms(document)) == {k for k, n in many.items() if n not in (0, 1)}


def test_there_is_room_to_spare_where_the_sector_may_add():
    given = plan(results=20)
    document = issue.returns(given, "plan")["12"]
    document["objectives"][0]["sheet"]["results"] += [{"id": f"N{n}", "text": f"Nuovo {n}", "weight": Decimal(1)} for n in range(3)]
    filled, findings = fill(issue.issue(issue.returns(given, "plan")["12"], given), document)
    assert findings == [] and len(read(filled, "12.xlsx").document["objectives"][0]["sheet"]["results"]) == 23


def test_an_ordinary_plan_is_on_the_ordinary_form():
    assert rooms(issue.returns(plan(results=13, phases=13, entities=21), "plan")["12"]) == {}


def test_the_sum_of_all_rows_is_computed():
    """The formulas of a grown form take every row: forty results of weight 1 sum to 40 %, all reached give 100 %."""
    given = plan(results=40)
    document = issue.returns(given, "final")["12"]
    for result in document["objectives"][0]["sheet"]["results"]:
        result["reading"] = {"actual": result["target"]}
    made, _ = fill(issue.issue(issue.returns(given, "final")["12"], given), document)
    book = book_with(made, "pxc01_by_results", data_only=True)
    (title, cell), = book.defined_names["pxc01_by_results"].destinations
    assert book[title][cell].value == 1


def test_a_masters_own_rows_are_demanded():
    small = masters.build("plan", "it")
    with pytest.raises(issue.MasterIncomplete) as refused:
        given = plan(results=40)
        issue.issue(issue.returns(given, "plan")["12"], given, small)
    assert "px_t_results: 40" in refused.value.names
