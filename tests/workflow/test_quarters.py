"""A year of four monitorings: each says its own, what one revises holds from then on, earlier rounds stand, everything leaves."""

import pytest

from perfxl.campaign import Campaign
from perfxl.model import documents
from perfxl.model.readings import in_force, read
from perfxl.model.rounds import Rounds
from perfxl.stages.issue import fill
from perfxl.stages.publish import proof
from perfxl.stages.read import read as read_form
from perfxl.ui.cli import main
from perfxl.workflow import bundle, publish, report
from perfxl.workflow.consolidate import consolidate
from perfxl.workflow.issue import issue
from perfxl.workflow.new import new

DAYS = {"t1": "2021-03-31", "t2": "2021-06-30", "t3": "2021-09-30", "t4": "2021-12-15"}
DECLARED = {"t1": 10, "t2": 35, "t3": 70, "t4": 90, "final": 100}


def plan() -> dict:
    """Two sectors and three objectives, one transversal, with a plan round, four named quarters and the final."""
    quarters = [{"id": r, "kind": "monitoring", "name": f"{n}º trimestre", "reference_date": d, "deadline": d} for n, (r, d) in enumerate(DAYS.items(), 1)]
    rounds = [{"id": "plan", "kind": "plan", "reference_date": "2021-01-15", "deadline": "2021-02-15"}, *quarters,
              {"id": "final", "kind": "final", "reference_date": "2021-12-31", "deadline": "2022-01-31"}]

    def objective(number: int, weights: dict[str, int], **more) -> dict:
        phases = [{"id": "1", "text": "Fare", "weight": 50, "start_1": "2021-01-01", "end_1": "2021-06-30"},
                  {"id": "2", "text": "Finire", "weight": 50, "start_1": "2021-07-01", "end_1": "2021-12-31"}]
        return {"code": f"S1.0000{number}", "lead": "S1", "sheet": {"title": f"Obiettivo {number}", "phases": phases},
                "holders": [{"sector": s, "holding": {"weight": w}} for s, w in weights.items()], **more}

    return {"schema": "perfxl/plan/2", "year": 2021, "body": {"code": "UNI", "name": "Unione di Prova"}, "rounds": rounds,
            "sectors": [{"code": "S1", "name": "Uno"}, {"code": "S2", "name": "Due"}],
            "objectives": [objective(1, {"S1": 50}), objective(2, {"S1": 50, "S2": 100}, kind="transversal")],
            "measures": [{"sector": "S2", "measure": {"objective": "S1.00002", "id": str(n), "measure": f"Misura {n}"}} for n in (1, 2)]}


def told(document: dict, round: str) -> None:
    """What a sector says at ``round``: the same percentage everywhere; weights of phases revised in the second and third quarter."""
    for objective in document["objectives"]:
        if round == "plan":
            objective["sheet"] |= {"purpose": "Perché.", "detail": "Come.", "start": "2021-01-01", "end": "2021-12-31"} \
                if objective.get("role", "lead") == "lead" else {}
            continue
        objective["holding"]["reading"] = {"percent": DECLARED[round], "reason": f"In corso, {round}."}
        phases = objective["sheet"].get("phases", ())
        for phase, weight in zip(phases, {"t2": (60, 40), "t3": (70, 30)}.get(round, ()), strict=False):
            phase["revision"] = {"weight": weight}
        for phase in phases:
            phase["reading"] = {"realised": DECLARED[round], "done": f"Fatto, {round}."}
    for measure in document.get("measures", ()) if round != "plan" else ():
        measure["reading"] = {"percent": DECLARED[round], "result": "Fatto."}


@pytest.fixture(scope="module")
def year(tmp_path_factory) -> Campaign:
    campaign = Campaign(tmp_path_factory.mktemp("trimestri"))
    new(campaign, 2021, plan(), "it")
    for round in ("plan", *DECLARED):
        issue(campaign, round, (), "it")
        for sector in campaign.issued_sectors(round):
            form = campaign.issued_form(round, sector).read_bytes()
            document = read_form(form, sector).document
            told(document, round)
            made, wrong = fill.fill(form, document)
            assert not wrong
            documents.write_bytes(campaign.folder / "ricevute" / round / f"{sector}.xlsx", made)
        consolidate(campaign, round, "it")
    return campaign


def test_each_round_has_its_own_outcome_and_keeps_those_before(year):
    last = documents.load(year.result("final"))
    assert {r: o["body"]["outcome"] for r, o in last["outcomes"].items()} == {r: f"{p}.00" for r, p in DECLARED.items()}
    for round in DAYS:
        assert documents.load(year.result(round))["outcomes"][round] == last["outcomes"][round]
    assert not list(documents.violations("consolidated", last))


def test_what_is_in_force_is_the_latest_said_at_or_before(year):
    content = documents.load(year.result("final"))["content"]
    phase = content["objectives"][0]["sheet"]["phases"][0]
    rounds = Rounds.from_plan(content)
    assert [in_force(phase, "weight", r) for r in rounds] == [50, 50, 60, 70, 70, 70]
    assert [read(phase, r, "realised") for r in rounds] == [None, *DECLARED.values()]


def test_a_later_form_is_no_longer_and_shows_what_was_found_before(year):
    first, last = (read_form(year.issued_form(r, "S1").read_bytes(), r) for r in ("t1", "t4"))
    assert {p.split("/")[-1] for p in first.places} == {p.split("/")[-1] for p in last.places}
    assert "reading" not in last.document["objectives"][0]["sheet"]["phases"][0]
    assert last.document["objectives"][0]["sheet"]["phases"][0]["in_force"] == {"weight": 70}


@pytest.mark.parametrize(("word", "outcome"), [("3º trimestre", "70,00%"), ("t3", "70,00%"), ("Consuntivo", "100,00%"), ("finale", "100,00%")])
def test_a_figure_of_a_round_is_explained_by_the_name_that_the_body_gives_it(year, capsys, word, outcome):
    assert main(["explain", str(year.folder), "S1", "--round", word]) == 0
    assert f"è {outcome}" in capsys.readouterr().out


def test_a_name_of_several_rounds_or_of_none_explains_nothing(year, capsys):
    for word in ("monitoraggio", "5º trimestre"):
        assert main(["explain", str(year.folder), "S1", "--round", word]) == 2
    assert "3º trimestre" in capsys.readouterr().err


def test_it_is_told_published_and_proved(year):
    assert [p.name for p in report.report(year, "t3", "it").paths] == ["monitoraggio.docx"]
    assert publish.publish(year, "t4", language="it", licence="CC-BY-4.0", cleared=True).paths
    archive = bundle.bundle(year, None, "it").path
    verdict = proof.verify(archive.read_bytes(), archive.name)
    assert not verdict.findings and verdict.figures > 50
