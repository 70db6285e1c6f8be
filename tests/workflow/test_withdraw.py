"""``perfxl withdraw``: a return or a choice taken back does not count, stays in the log, and can count again."""

import shutil

import pytest

from perfxl.campaign import Campaign
from perfxl.campaign.register import Register
from perfxl.ui.cli import main
from perfxl.workflow import withdraw
from perfxl.workflow.consolidate import consolidate
from perfxl.workflow.running import CannotRun


@pytest.fixture
def returned(campaign) -> Campaign:
    """The campaign with the form of S1 come back as it was issued."""
    folder = campaign.folder / "ricevute" / "interim"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(campaign.issued_form("interim", "S1"), folder / "scheda di S1.xlsx")
    return campaign


def test_a_return_that_is_taken_back_does_not_count_until_it_is_read_again(returned, capsys):
    assert consolidate(returned, "interim", "it").document["returned"] == ["S1"]
    command = ["withdraw", str(returned.folder), "--round", "interim", "--file", "scheda di S1.xlsx", "--reason", "mandata per errore."]
    assert main(command) == 0 and "perfxl consolidate" in capsys.readouterr().out
    run = consolidate(returned, "interim", "it")
    assert run.document["returned"] == [] and "S1" in run.document["missing"]
    findings, = [f for f in run.findings if f.code == "FILE40"]
    assert findings.place.file.endswith("scheda di S1.xlsx") and "mandata per errore." in findings.message("it")
    assert (returned.folder / "ricevute" / "interim" / "scheda di S1.xlsx").is_file()
    with Register.open(returned.folder, write=False) as register:
        assert [e.payload["verdict"] for e in register.versions("interim", "S1")] == ["withdrawn"] and register.verify() == []
    assert main(command) == 2  # twice
    assert main([*command, "--again", "--by", "Anna Neri"]) == 0
    assert consolidate(returned, "interim", "it").document["returned"] == ["S1"]
    capsys.readouterr()
    assert main(["log", str(returned.folder)]) == 0
    said = capsys.readouterr().out
    assert "Ritirata la restituzione ricevute/interim/scheda di S1.xlsx" in said and "Di nuovo letta" in said and "Anna Neri" in said


def test_a_choice_that_is_taken_back_is_no_longer_in_force(returned, capsys):
    from perfxl.workflow import register_updates

    with Register.open(returned.folder) as register:
        register.decide("S1:S1.00001/titolo", "base", round="interim", sector="S1", answers=[])
    assert withdraw.withdraw_choice(returned, "interim", key="S1.00001/titolo", sector="", reason="sbagliata", by="", language="it") == "S1"
    with Register.open(returned.folder, write=False) as register:
        assert register_updates.decisions(register, "interim") == {} and len(register.entries("decision", round="interim")) == 2
    with pytest.raises(CannotRun):
        withdraw.withdraw_choice(returned, "interim", key="S1.00001/titolo", sector="", reason="sbagliata", by="", language="it")


@pytest.mark.parametrize("arguments", [["--reason", "x"], ["--file", "niente.xlsx", "--reason", "x"], ["--key", "k", "--reason", "x"], ["--key", "k", "--again", "--reason", "x"],
                                       ["--file", "scheda di S1.xlsx", "--key", "k", "--reason", "x"], ["--file", "scheda di S1.xlsx", "--reason", " "],
                                       ["--file", "scheda di S1.xlsx", "--reason", "x", "--again"], ["--file", "../../piano.xlsx", "--reason", "x"]])
def test_what_cannot_be_taken_back_is_refused(returned, arguments):
    assert main(["withdraw", str(returned.folder), "--round", "interim", *arguments]) == 2
    with Register.open(returned.folder, write=False) as register:
        assert register.entries("set_aside") == []


def test_a_sector_whose_file_was_taken_away_is_not_told_as_if_it_had_not_answered(returned):
    file = returned.folder / "ricevute" / "interim" / "scheda di S1.xlsx"
    consolidate(returned, "interim", "it")
    file.unlink()
    for _ in range(2):  # the same when it is consolidated again
        findings = [f for f in consolidate(returned, "interim", "it").findings if f.sector == "S1" and f.code.startswith("RETN")]
        assert [f.code for f in findings] == ["RETN13"]
    shutil.copy(returned.folder / findings[0].values["copy"], file)
    run = consolidate(returned, "interim", "it")
    assert run.document["returned"] == ["S1"] and not [f for f in run.findings if f.code == "RETN13"]
    assert main(["withdraw", str(returned.folder), "--round", "interim", "--file", file.name, "--reason", "mandata per errore"]) == 0
    file.unlink()  # what was taken back with its reason is nobody's mistake
    assert not [f for f in consolidate(returned, "interim", "it").findings if f.code == "RETN13"]
