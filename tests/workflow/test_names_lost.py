"""A campaign takes a return that has lost its defined names for what it says, by the workbook that it issued."""

import shutil

import pytest
from raw_form import NS, RawForm

from perfxl.campaign import Campaign
from perfxl.ui.cli import main
from perfxl.workflow.load_round import load_round


@pytest.fixture(scope="module")
def usual(demo_year):
    return load_round(demo_year, "final", "it").merged.content


@pytest.fixture
def spoiled(demo_year, tmp_path):
    """A function that edits the return of S1 in a copy of the demo, and gives the campaign and the file."""
    campaign = Campaign(shutil.copytree(demo_year.folder, tmp_path / "c"))
    path = next(p for p in campaign.received_files("final") if "S1" in p.name)

    def spoil(edit):
        form = RawForm(path.read_bytes())
        edit(form)
        path.write_bytes(form.bytes())
        return campaign, path

    return spoil


def nameless(form):
    block = form.workbook.find("m:definedNames", NS)
    for name in list(block):
        block.remove(name)


def codeless(form):
    form.put("S1.00001", *form.names()["px02_code"][1:3], None)


@pytest.mark.parametrize("edit, code", [(nameless, "FORM30"), (codeless, "FORM32")])
def test_the_round_is_the_same_and_what_was_put_right_is_told(usual, spoiled, edit, code):
    campaign, path = spoiled(edit)
    gathered = load_round(campaign, "final", "it")
    assert gathered.merged.content == usual
    assert [f.code for f in gathered.findings if f.place.file == campaign.relative(path) and f.severity != "warning"] == [code]


def test_a_file_by_itself_is_checked_too(spoiled, tmp_path, capsys):
    _, path = spoiled(codeless)
    assert main(["check", str(path)]) == 0  # in its campaign the code comes from the form
    alone = tmp_path / "sola.xlsx"
    alone.write_bytes(path.read_bytes())
    capsys.readouterr()
    assert main(["check", str(alone)]) == 1
    assert "DATA05" in capsys.readouterr().out
    assert main(["read", str(alone)]) == 1
