"""The main job end to end, as the commands do it: the invented year, with the printed totals of the real one."""

import json
import pickle
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from perfxl.campaign import Campaign
from perfxl.model import documents
from perfxl.ui.cli import main
from perfxl.workflow import consolidate as consolidating
from perfxl.workflow import load_round
from perfxl.workflow.consolidate import consolidate
from perfxl.workflow.issue import issue

YEAR = {s["sector"]: s for s in json.loads((Path(__file__).parents[1] / "data" / "year-2021.json").read_text())}


@pytest.fixture(scope="module")
def demo(demo_year, tmp_path_factory):
    """A copy of the demo campaign played to its end, with what each consolidation made."""
    runs = pickle.loads((demo_year.folder.parent / "runs").read_bytes())
    return Campaign(shutil.copytree(demo_year.folder, tmp_path_factory.mktemp("demo") / "campagna")), runs


def run(capsys, *arguments):
    """Exit code, standard output and standard error of one command."""
    code = main([str(a) for a in arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.mark.parametrize("number, round", [(0, "interim"), (1, "final")])
def test_the_printed_totals_come_out_of_the_returned_workbooks(demo, number, round):
    summary = demo[1][number].summary()
    expected = {s: f"{Decimal(str(YEAR[s][round])):.2f}" for s in YEAR if s != "SG"}
    assert {s: v for s, v in summary["outcomes"].items() if v is not None} == expected
    assert summary["outcomes"]["SG"] is None
    assert summary["missing"] == [] and len(summary["returned"]) == len(summary["issued"]) == 11


def test_a_clean_year_gives_no_finding(demo):
    assert [f.message("it") for r in demo[1] for f in r.findings] == []


def test_consolidated_documents_are_valid_and_their_figures_have_a_cell(demo):
    for run_ in demo[1]:
        document = documents.load(demo[0].result(run_.document["round"]))
        assert not list(documents.violations("consolidated", document))
        places = {p["path"] for p in document["places"]}
        for i, objective in enumerate(document["content"]["objectives"]):
            for j, holder in enumerate(objective["holders"]):
                told = [k for k, r in enumerate(holder["holding"]["readings"]) if r["round"] == document["round"]]
                assert f"/objectives/{i}/holders/{j}/holding/readings/{told[0]}/percent" in places, holder


@pytest.mark.parametrize("many", [load_round.MANY, 0], ids=["few", "as many"])
def test_consolidating_again_gives_the_same_bytes(demo, many, monkeypatch):
    campaign = demo[0]
    for module in (load_round, consolidating):
        monkeypatch.setattr(module, "MANY", many)
    names = ("consolidato.xlsx", "consolidato.json")
    before = [campaign.result("final", n).read_bytes() for n in names]
    consolidate(campaign, "final", "it")
    assert [campaign.result("final", n).read_bytes() for n in names] == before


def test_issuing_again_gives_the_same_bytes(demo):
    path = demo[0].issued_form("final", "S4")
    before = path.read_bytes()
    issue(demo[0], "final", ["S4"], "it")
    assert path.read_bytes() == before


def test_a_missing_return_lowers_the_coverage_and_is_said(demo, tmp_path, capsys):
    folder = tmp_path / "c"
    shutil.copytree(demo[0].folder, folder)
    victim = next(p for p in (folder / "ricevute" / "final").iterdir() if "S6" in p.name)
    victim.unlink()
    (folder / "ricevute" / "final" / "appunti.txt").write_text("non è una scheda")
    code, out, _ = run(capsys, "consolidate", folder, "--round", "final", "--json")
    summary = json.loads(out)
    assert code == 1
    assert summary["missing"] == ["S6"] and "S6" not in summary["returned"]
    assert summary["outcomes"]["S6"] is None and summary["outcomes"]["S5"] == "99.45"
    assert summary["findings"]["warning"] >= 1 and summary["findings"]["error"] >= 1


def test_a_failed_run_leaves_the_old_result(demo, tmp_path, monkeypatch):
    from perfxl.stages.consolidate import workbook as result

    folder = tmp_path / "c"
    shutil.copytree(demo[0].folder, folder)
    campaign = Campaign(folder)
    before = {p.name: p.read_bytes() for p in (folder / "risultati" / "final").iterdir()}
    (next((folder / "ricevute" / "final").iterdir())).unlink()

    def broken(*_, **_named):
        raise OSError("disk full")

    monkeypatch.setattr(result, "write", broken)
    with pytest.raises(OSError):
        consolidate(campaign, "final", "it")
    assert {p.name: p.read_bytes() for p in (folder / "risultati" / "final").iterdir()} == before


def test_read_and_fill_commands_go_round(demo, tmp_path, capsys):
    form = demo[0].issued_form("final", "S9")
    returned = next(p for p in (demo[0].folder / "ricevute" / "final").iterdir() if "S9" in p.name)
    code, out, _ = run(capsys, "read", returned)
    assert code == 0
    (tmp_path / "s9.json").write_text(out, encoding="utf-8")
    assert run(capsys, "fill", form, tmp_path / "s9.json", "-o", tmp_path / "s9.xlsx")[0] == 0
    assert run(capsys, "read", tmp_path / "s9.xlsx")[1] == out


def test_explain_names_the_cell(demo, capsys):
    code, out, _ = run(capsys, "explain", demo[0].folder, "S1", "--round", "interim")
    assert code == 0 and "57,25%" in out and "S1.00001" in out and "ricevute/interim/" in out
    assert run(capsys, "explain", demo[0].folder, "boh")[0] == 2


def test_new_then_issue_before_the_plan_is_filled_in(tmp_path, capsys):
    code, out, _ = run(capsys, "new", tmp_path / "c", "--year", "2027")
    assert code == 0 and (tmp_path / "c" / "piano.xlsx").is_file()
    code, _, err = run(capsys, "issue", tmp_path / "c", "--round", "plan")
    assert code == 2 and "Settori" in err and "Traceback" not in err
    assert run(capsys, "new", tmp_path / "c")[0] == 2


@pytest.mark.parametrize("arguments", [
    ("consolidate", "{missing}", "--round", "final"), ("issue", "{missing}", "--round", "final"), ("read", "{missing}"),
    ("explain", "{missing}", "S1"), ("template", "{missing}"), ("new", "{dir}", "--from", "{text}"),
    ("fill", "{text}", "{text}", "-o", "{dir}/o.xlsx"), ("demo", "{dir}"),
])
def test_what_cannot_run_says_so_in_words(arguments, tmp_path, capsys):
    text = tmp_path / "testo.txt"
    text.write_text("non è JSON")
    filled = [a.format(missing=tmp_path / "no", dir=tmp_path, text=text) for a in arguments]
    for language in ("it", "en"):
        code, _, err = run(capsys, *filled, "--lang", language)
        assert code == 2 and err.strip() and "Traceback" not in err


@pytest.mark.parametrize("language, word", [("it", "uso:"), ("en", "usage:")])
def test_unknown_flags_are_refused_in_the_language_asked(language, word, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["consolidate", "x", "--round", "final", "--boh", "--lang", language])
    assert stopped.value.code == 2
    assert word in capsys.readouterr().err


def test_help_starts_without_the_heavy_libraries():
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys; from perfxl.ui.cli import parser; parser('it', given=[]).format_help(); print(*sys.modules)"],
        capture_output=True, text=True, check=True).stdout.split()
    assert not {"openpyxl", "pandas", "lxml", "xlsxwriter", "jsonschema", "rich"} & set(loaded)
