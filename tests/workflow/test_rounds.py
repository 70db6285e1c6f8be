"""Which round a command is about when none is named: the one that is open; of a form to go out, the one that is due."""

import re
import zipfile

import pytest

from perfxl.campaign import Campaign
from perfxl.stages.plan.drawing import write as write_plan
from perfxl.ui.cli import main
from perfxl.workflow.new import new
from perfxl.workflow.plan_workbook import plan_of

ROUNDS = {"plan": "Piano", "interim": "Monitoraggio intermedio", "final": "Consuntivo"}


def told(capsys) -> str:
    return capsys.readouterr().err.splitlines()[0]


@pytest.mark.parametrize("command", [["issue", "--sector", "S8"], ["extend", "--to", "2021-12-01", "--sector", "S8"]])
def test_the_open_round_is_meant_and_named(campaign, capsys, command):
    assert main([command[0], str(campaign.folder), *command[1:]]) in (0, 1)
    assert told(capsys) == "Tornata: Monitoraggio intermedio."


@pytest.mark.parametrize("command", ["approve --act A --date 2021-10-30", "withdraw --key x --reason y --sector S8", "status", "consolidate"])
def test_no_command_asks_for_the_round(campaign, capsys, command):
    name, *rest = command.split()
    main([name, str(campaign.folder), *rest])
    said = capsys.readouterr()
    assert "argomenti" not in said.err and "necessari" not in said.err


@pytest.mark.parametrize("approved, due", [((), "interim"), (("interim",), "final"), (("plan",), "interim")])
def test_forms_go_out_for_the_round_after_an_approved_one(campaign, capsys, approved, due):
    for round in approved:
        campaign.approved(round).parent.mkdir(exist_ok=True)
        campaign.approved(round).write_text("{}")
    main(["issue", str(campaign.folder), "--sector", "S8"])
    assert told(capsys) == f"Tornata: {ROUNDS[due]}."


@pytest.mark.parametrize("word, due", [("piano", "plan"), ("monitoraggio", "interim"), ("consuntivo", "final"), ("FINAL", "final")])
def test_a_round_is_named_as_people_do(campaign, capsys, word, due):
    main(["status", str(campaign.folder), "--round", word])
    assert ROUNDS[due].split()[0].lower() in "".join(capsys.readouterr()).lower()


def hidden_sheets(campaign) -> set[str]:
    with zipfile.ZipFile(campaign.plan) as package:
        return {name for tag in re.findall(r"<sheet [^>]*>", package.read("xl/workbook.xml").decode()) if 'state="hidden"' in tag
                for name in re.findall(r' name="([^"]*)"', tag)}


def test_what_a_round_needs_comes_up_in_the_plan_when_its_forms_are_issued(campaign, capsys):
    document = {k: v for k, v in plan_of(campaign, "it")[0].items() if k not in ("requests", "considerations", "evaluations")}
    campaign.plan.write_bytes(write_plan(document, "it", campaign.extension))
    assert {"Letture", "Valutazioni", "Richieste", "Codici cambiati", "Modifiche"} <= hidden_sheets(campaign)
    lock = campaign.plan.with_name(".~lock.piano.xlsx#")
    lock.write_text(",Anna Bianchi,altro-computer,30.11.2026 10:00,file:///home/anna;", "utf-8")
    before = campaign.plan.read_bytes()
    main(["issue", str(campaign.folder), "--round", "interim", "--sector", "S8"])
    assert "qualcuno lo tiene aperto" in capsys.readouterr().err and campaign.plan.read_bytes() == before
    lock.unlink()
    main(["issue", str(campaign.folder), "--round", "interim", "--sector", "S8"])
    said = capsys.readouterr().err
    assert "ora si vedono" in said and "Modifiche" in said
    assert {"Letture", "Valutazioni", "Richieste", "Codici cambiati"} <= hidden_sheets(campaign) and "Modifiche" not in hidden_sheets(campaign)
    assert plan_of(campaign, "it")[0] == plan_of(campaign, "it")[0] | document
    main(["issue", str(campaign.folder), "--round", "interim", "--sector", "S8"])
    assert "ora si vedono" not in capsys.readouterr().err


def test_a_sector_of_which_nothing_is_due_is_not_awaited(tmp_path, capsys):
    def objective(sector: str, **more) -> dict:
        return {"code": f"{sector}.1", "lead": sector, "holders": [{"sector": sector, "holding": {"weight": 100}}], "sheet": {"title": sector}, **more}

    made = Campaign(tmp_path)
    new(made, 2021, {"schema": "perfxl/plan/2", "year": 2021, "body": {"code": "E", "name": "Ente"}, "sectors": [{"code": "A", "name": "Uno"}, {"code": "B", "name": "Due"}],
                     "rounds": [{"id": "plan", "kind": "plan", "reference_date": "2021-01-01", "deadline": "2021-01-31"},
                                {"id": "q", "kind": "monitoring", "reference_date": "2021-06-30", "deadline": "2021-07-15"},
                                {"id": "final", "kind": "final", "reference_date": "2021-12-31", "deadline": "2022-01-31"}],
                     "objectives": [objective("A"), objective("B", due=["final"])]}, "it")
    assert main(["issue", str(tmp_path), "--round", "q"]) == 0
    main(["status", str(tmp_path), "--round", "q"])
    said = capsys.readouterr().out
    assert "Schede attese: 1." in said and "In ritardo: 1." in said
    main(["consolidate", str(tmp_path), "--round", "q"])
    said = "".join(capsys.readouterr())
    assert "RETN01" in said and "Mancano: A." in said
