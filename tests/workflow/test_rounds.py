"""Which round a command is about when none is named: the one that is open; of a form to go out, the one that is due."""

import pytest

from perfxl.ui.cli import main

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
