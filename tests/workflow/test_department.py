"""A university department with codes and levels of its own, from its plan to the Relazione through the command line."""

import io
import re
import zipfile

import pytest
from department_year import FIGURES, play, run, told
from looked_at import book_with
from openpyxl import load_workbook

from perfxl.campaign import Campaign
from perfxl.model import documents
from perfxl.stages.issue import fill
from perfxl.stages.read import read as read_form


@pytest.fixture(scope="module")
def department(tmp_path_factory) -> Campaign:
    return Campaign(play(tmp_path_factory.mktemp("dipartimento") / "c"))


def test_the_figures_are_those_worked_out_by_hand(department):
    outcomes = documents.load(department.result("final"))["outcomes"]["final"]
    found = {m["code"]: m["outcome"] for m in (*outcomes["sectors"], *outcomes["lines"])} | {"body": outcomes["body"]["outcome"]}
    assert {code: f"{float(value):.2f}" for code, value in found.items()} == FIGURES


def test_no_finding_speaks_of_codes_or_of_the_cascade(department):
    found = [f for r in ("plan", "giugno", "final") for f in documents.load(department.result(r))["findings"]]
    assert [f["code"] for f in found if f["code"].startswith(("CODE", "RETN", "PLAN"))] == []


def test_where_sheets_have_no_phases_none_is_asked_for(department):
    """No finding misses them, and the form shows neither block nor sum; the one objective that has a phase shows it."""
    found = [f["code"] for r in ("plan", "giugno", "final") for f in documents.load(department.result(r))["findings"]]
    assert "TEXT04" not in found
    book = book_with(department.issued_form("final", "12"), "px01_t_phases")
    for name in ("px01_t_phases", "px01_t_phases_reading"):
        (title, cells), = book.defined_names[name].destinations
        top, bottom = (int(c.rpartition("$")[2]) for c in cells.split(":"))
        assert all(book[title].row_dimensions[row].hidden for row in range(top, bottom + 1)), name
    (title, cell), = book.defined_names["pxc01_sum_phases"].destinations
    assert book[title].row_dimensions[int(cell.rpartition("$")[2])].hidden
    with_phase = book_with(department.issued_form("final", "UO.3"), "px01_t_phases")
    (title, cells), = with_phase.defined_names["px01_t_phases"].destinations
    assert not with_phase[title].row_dimensions[int(cells.split(":")[0].rpartition("$")[2]) + 2].hidden


def test_files_and_sheets_bear_the_codes(department):
    assert department.issued_sectors("final") == ["12", "DIR-AMB", "UO.3"]
    assert {"OB-12.01-A", "OB-12.02-A"} <= set(load_workbook(department.issued_form("final", "12"), read_only=True).sheetnames)
    assert {"12", "DIR-AMB", "UO.3"} <= set(load_workbook(department.result("final", "consolidato.xlsx"), read_only=True).sheetnames)


@pytest.mark.parametrize("what", ["12", "dir-amb", "OB-12.01-A", "12/OB-12.01-A", "AZ-7", "ente"])
def test_every_figure_is_explained_by_its_code(department, capsys, what):
    assert run("explain", department.folder, what, "--round", "final") == 0
    value = FIGURES.get("body" if what == "ente" else what.upper(), "87,50").replace(".", ",")
    assert value.rstrip("0").rstrip(",") in capsys.readouterr().out


def test_the_relazione_is_written(department):
    assert run("report", department.folder, "--round", "final") in (0, 1)
    assert list(department.result("final").parent.glob("*.docx"))


def _texts(data: bytes):
    """What a file says, part by part; addresses inside a page are no words."""
    if data[:2] != b"PK":
        yield "", re.sub(r'(?:href|id|aria-labelledby)="[^"]*"', "", data.decode("utf-8"))
        return
    archive = zipfile.ZipFile(io.BytesIO(data))
    for name in archive.namelist():
        if name.endswith((".xml", ".vml")):
            yield name, re.sub(r"</?(?:w|a):[^>]*>", "", archive.read(name).decode("utf-8"))


def test_every_paper_says_the_words_of_the_department(department):
    """Forms, result, Relazione, page and open data: the department’s own word stands in all of them, the usual one in none."""
    assert run("publish", department.folder, "--round", "final") in (0, 1)
    home = department.folder
    papers = [*(home / "emesse").rglob("*.xlsx"), *(home / "risultati").rglob("*.xlsx"), *(home / "risultati").rglob("*.docx"),
              *(home / "risultati").rglob("*.html")]
    assert len(papers) >= 14
    for paper in papers:
        said = [f"{part}: {m[0]}" for part, text in _texts(paper.read_bytes()) for m in re.finditer(r".{0,40}(?:settor[ei]\b|\{_:).{0,20}", text, re.I)]
        assert said == [], paper
        if paper.suffix != ".html":
            assert any(re.search("unità organizzativ[ae]|units?", text, re.I) for _, text in _texts(paper.read_bytes())), paper


def test_findings_messages_and_sentences_say_them_too(department, capsys):
    run("check", department.folder)
    run("explain", department.folder, "12", "--round", "final")
    run("send", department.folder, "--round", "final", "--dry-run")
    run("status", department.folder, "--round", "final")
    said = "".join(capsys.readouterr())
    assert not re.search(r"settor[ei]\b|\{_:", said, re.I)
    assert "L’esito dell’unità organizzativa 12" in said and "L’unità organizzativa DIR-AMB non ha un indirizzo" in said
    run("status", department.folder, "--round", "final", "--lang", "en")
    assert "Unit" in capsys.readouterr().out


def test_the_levels_bear_the_names_that_the_plan_gives_them(department):
    rows = load_workbook(department.result("final", "consolidato.xlsx"), read_only=True)["Cascata"].iter_rows(min_col=1, max_col=2, values_only=True)
    levels = {code: level for code, level in rows if code in FIGURES}
    assert levels == {"M1": "Missione", "M1.A": "Azione", "M2": "Missione", "AZ-7": "Azione"}


def test_charts_are_by_the_first_level_as_it_is_called(department):
    run("report", department.folder, "--round", "final")
    document, = department.result("final").parent.glob("relazione*.docx")
    said = " ".join(text for _, text in _texts(document.read_bytes()))
    assert "per missione" in said and "indirizzo strategico" not in said


def test_what_is_chosen_by_a_label_in_the_words_of_the_body_is_read_back(department):
    """The list of a cell says «Grado indicato dall’unità organizzativa»: it is read as what it stands for."""
    form = department.issued_form("final", "12").read_bytes()
    document = told(read_form(form, "12.xlsx").document, "final")
    document["objectives"][0]["sheet"]["results"][0] |= {"direction": "typed"}
    made, findings = fill.fill(form, document)
    assert [f.code for f in findings] == [] and "indicato dall’unità organizzativa" in "".join(text for _, text in _texts(made))
    assert read_form(made, "12.xlsx").document["objectives"][0]["sheet"]["results"][0]["direction"] == "typed"
