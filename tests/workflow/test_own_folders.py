"""What leads outside the campaign is not written through; what fails half way leaves nothing behind, and the register whole."""

import errno
import os
import shutil
from hashlib import sha256

import pytest

from perfxl.campaign import Campaign
from perfxl.campaign.register import Register, verify
from perfxl.ui.cli import main

#: What writes, by the folder that it writes into.
COMMANDS = {
    "emesse": ("issue", "--round", "final", "--sector", "S1"), "emesse/final": ("issue", "--round", "final", "--sector", "S1"),
    "risultati": ("consolidate", "--round", "final"), "risultati/final": ("report", "--round", "final"), "risultati/final/dati-aperti": ("publish", "--round", "final", "--cleared"),
    "ricevute/final": ("consolidate", "--round", "final"), "archivio": ("extend", "--round", "final", "--to", "2022-03-01"), "posta": ("remind", "--round", "final"),
    "approvati": ("approve", "--round", "final", "--act", "Det. 1", "--date", "2022-02-01", "--anyway"), "modelli": ("template",),
    "registro.sqlite": ("approve", "--round", "final", "--act", "Det. 1", "--date", "2022-02-01", "--anyway"), "risultati/interim": ("bundle", "--round", "final")}
APPROVE = ("approve", "--round", "final", "--act", "Det. 1", "--date", "2022-02-01", "--anyway")


@pytest.fixture
def campaign(small_played, tmp_path):
    shutil.copytree(small_played.folder, tmp_path / "c")
    return Campaign(tmp_path / "c")


def files(folder) -> dict[str, str]:
    """By path, the digest of every file below ``folder``."""
    return {p.relative_to(folder).as_posix(): sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file()}


def command(campaign: Campaign, given: tuple[str, ...]) -> int:
    verb, *rest = given
    return main([verb, str(campaign.folder), *rest])


@pytest.mark.parametrize("name", COMMANDS)
def test_nothing_is_written_through_a_link_that_leads_outside(campaign, tmp_path, name, capsys):
    here, away = campaign.folder / name, tmp_path / "altrove"
    if here.exists():
        shutil.move(here, away)
    else:
        away.mkdir()
        here.parent.mkdir(parents=True, exist_ok=True)
    here.symlink_to(away)
    before = (away.read_bytes() if away.is_file() else files(away)), files(campaign.folder)
    assert command(campaign, COMMANDS[name]) == 2
    said = capsys.readouterr().err
    assert str(here) in said and str(away) in said and "Togli il collegamento" in said and "Traceback" not in said
    assert ((away.read_bytes() if away.is_file() else files(away)), files(campaign.folder)) == before


def test_a_link_within_the_campaign_and_a_campaign_behind_one_are_written_to(campaign, tmp_path):
    usual = command(campaign, COMMANDS["emesse"])  # 1: the weights of so few sectors are told of
    shutil.move(campaign.folder / "emesse", campaign.folder / "schede")
    (campaign.folder / "emesse").symlink_to(campaign.folder / "schede")
    (tmp_path / "porta").symlink_to(campaign.folder)
    form = campaign.folder / "schede" / "final" / "S1.xlsx"
    form.unlink()
    assert command(Campaign(tmp_path / "porta"), COMMANDS["emesse"]) == usual == 1 and form.is_file()


@pytest.mark.parametrize(("which", "number"), [(1, errno.ENOSPC), (2, errno.EACCES), (3, errno.ENOSPC)])
def test_an_approval_that_cannot_be_written_leaves_nothing_behind(campaign, monkeypatch, capsys, which, number):
    before, done, replace = files(campaign.folder), [], os.replace

    def full(source, target):
        if str(target).endswith((".json", ".bin")) and ".registro" not in str(target):
            done.append(target)
            if len(done) >= which:
                raise OSError(number, os.strerror(number), str(target))
        replace(source, target)

    monkeypatch.setattr(os, "replace", full)
    code = command(campaign, APPROVE)
    monkeypatch.undo()
    assert (code, "Traceback" in capsys.readouterr().err) == (2 if which <= len(done) else 0, False)
    if code:
        after = files(campaign.folder)
        assert {k: v for k, v in after.items() if not k.startswith(".registro")} == {k: v for k, v in before.items() if not k.startswith(".registro")}
    assert verify(campaign.folder) == []
    assert command(campaign, APPROVE) == 0


def test_a_register_that_cannot_be_written_leaves_no_copy_behind(campaign, monkeypatch):
    before = files(campaign.folder)

    def full(*_given):
        raise OSError(errno.ENOSPC, "full", str(campaign.folder / "registro.sqlite"))

    monkeypatch.setattr(Register, "record_once", full)
    assert command(campaign, APPROVE) == 2
    monkeypatch.undo()
    assert {k: v for k, v in files(campaign.folder).items() if not k.startswith(".registro")} == {k: v for k, v in before.items() if not k.startswith(".registro")}
