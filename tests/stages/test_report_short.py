"""The short version for citizens: two pages, symbols and words, the figures of the document."""

import io
import re
from copy import deepcopy

import pytest
import recorded
import report_year
from docx import Document
from docx.oxml.ns import qn

from perfxl import demo
from perfxl.campaign import Campaign
from perfxl.model import documents
from perfxl.model.weigh import weigh
from perfxl.stages.plan.drawing import write as write_plan
from perfxl.stages.report import pdf, short, short_version
from perfxl.stages.report.measure import estimated_pages
from perfxl.stages.report.pdf import page_count, to_pdf
from perfxl.ui.cli import main
from perfxl.workflow.issue import issue
from perfxl.workflow.new import new


def campaign(folder, document: dict):
    found = recorded.put(folder, document)
    documents.write_bytes(found.plan, write_plan(demo.plan(), "it"))
    return found.result(document["round"]).parent


@pytest.mark.parametrize("language", ("it", "en"))
def test_it_takes_two_pages(language):
    assert page_count(to_pdf(short_version(report_year.document(), language))) == 2


def test_figures_are_those_of_the_lines():
    table = Document(io.BytesIO(short_version(report_year.document()))).tables[0]
    rows = [[c.text for c in row.cells] for row in table.rows][1:]
    lines = {m["code"]: m["outcome"] for m in report_year.document()["outcomes"]["final"]["lines"]}
    titles = {line["title"]: line["code"] for line in report_year.document()["content"]["cascade"]}
    assert len(rows) == 5
    for state, title, outcome, achieved in rows:
        assert outcome == lines[titles[title]].replace(".", ",")
        assert state.split() == (["◐", "in", "parte"] if title == "Imprese e territorio" else ["◕", "quasi", "del", "tutto"])
    *_, (*_, last) = rows
    assert last == "32 su 35"


@pytest.mark.parametrize("outcome, state", [(None, "unknown"), ("0.00", "not_achieved"), ("0.01", "partial"), ("89.99", "partial"), ("90.00", "nearly"),
                                            ("99.99", "nearly"), ("100.00", "achieved")])
def test_states(outcome, state):
    assert short.state(outcome) == state


def test_what_is_left_to_do_is_told_with_its_reason():
    texts = [p.text for p in Document(io.BytesIO(short_version(report_year.document()))).paragraphs]
    told = [t for t in texts if t.startswith("Fascicolo digitale del dipendente")]
    assert len(told) == 1 and "(77 su 100): la prova si è fermata" in told[0]


def small() -> dict:
    """The invented year with the objectives of one sector, which is laid out sooner."""
    document = deepcopy(report_year.document())
    document["content"]["objectives"] = [o for o in document["content"]["objectives"] if o["lead"] == "S1"]
    document["outcomes"] = {r: weigh(document["content"], r)[r] for r in ("interim", "final")}
    return document


def wide(directions: int, title: str = "Indirizzo") -> dict:
    """The invented year with so many strategic directions."""
    document = deepcopy(report_year.document())
    for n in range(6, directions + 1):
        document["content"]["cascade"].append({"code": f"{n:02}", "title": f"{title} {n}"})
        document["content"]["objectives"][n - 6]["sheet"]["strategic_lines"] = [f"{n:02}"]
    document["outcomes"] = weigh(document["content"], "final")
    return document


@pytest.mark.parametrize("directions, charts", [(5, 2), (12, 1), (25, 0)])
def test_many_directions_fit_two_pages_with_fewer_charts(directions, charts):
    made = short_version(wide(directions))
    assert estimated_pages(made) == page_count(to_pdf(made)) == 2
    word = Document(io.BytesIO(made))
    assert len(word.inline_shapes) == charts and len(word.tables[0].rows) == directions + 1


@pytest.mark.parametrize("office", (True, False))
def test_more_pages_than_two_are_a_finding_with_and_without_libreoffice(tmp_path, capsys, monkeypatch, office):
    if not office:
        monkeypatch.setattr(pdf, "office", lambda: None)
    result = campaign(tmp_path, wide(59, "Un indirizzo dal titolo piuttosto lungo, che va a capo"))
    assert main(["report", str(tmp_path), "--round", "final", "--citizens"]) == 1
    said = capsys.readouterr().out
    assert "PUBL06" in said and ("si possono solo stimare" in said) == (not office)
    assert sorted(p.name for p in result.iterdir()) == ["cittadini.docx", "consolidato.json"]


def test_without_libreoffice_the_pages_are_estimated_and_it_is_said(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(pdf, "office", lambda: None)
    result = campaign(tmp_path, small())
    assert main(["report", str(tmp_path), "--round", "final", "--citizens"]) == 0
    assert re.search(r"circa [12] \(al più 2\)", capsys.readouterr().out)
    assert main(["report", str(tmp_path), "--round", "final"]) == 0
    assert main(["report", str(tmp_path), "--round", "final", "--pdf"]) == 2
    assert sorted(p.name for p in result.iterdir()) == ["cittadini.docx", "consolidato.json", "relazione.docx"]


def test_a_document_that_somebody_has_open_is_told_and_stays_as_it_was(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(pdf, "office", lambda: None)
    result = campaign(tmp_path, small())
    (result / "relazione.docx").write_bytes(b"open in Word")
    (result / "~$lazione.docx").write_bytes(b"\x04Anna")
    assert main(["report", str(tmp_path), "--round", "final"]) == 2
    assert "aperto da Anna" in capsys.readouterr().err and (result / "relazione.docx").read_bytes() == b"open in Word"
    (result / "~$lazione.docx").unlink()
    assert main(["report", str(tmp_path), "--round", "final"]) == 0


def test_no_outcomes_no_short_version(tmp_path, capsys):
    campaign(tmp_path, report_year.document("plan"))
    assert main(["report", str(tmp_path), "--round", "plan", "--citizens"]) == 2
    assert "«Piano» non ce ne sono" in capsys.readouterr().err


def test_the_command_writes_report_and_pdf(tmp_path):
    result = campaign(tmp_path, small())
    assert main(["report", str(tmp_path), "--round", "final", "--citizens", "--pdf"]) == 0
    assert (result / "cittadini.pdf").read_bytes().startswith(b"%PDF-1.7") or (result / "cittadini.pdf").read_bytes().startswith(b"%PDF-1.6")
    assert main(["report", str(tmp_path), "--round", "final"]) == 0
    word = Document(result / "relazione.docx")
    assert word.paragraphs[1].text == "Relazione sulla performance" and not (result / "relazione.pdf").exists()
    pages = ["".join(t.text or "" for t in link.iter(qn("w:t"))) for link in word.element.body.iter(qn("w:hyperlink"))]
    assert len(pages) > 10 and all(re.search(r"\d$", line) for line in pages)
    (tmp_path / "modelli").mkdir()
    (tmp_path / "modelli" / "relazione-final.docx").write_bytes(b"not a document")
    assert main(["report", str(tmp_path), "--round", "final"]) == 2


def test_the_plan_that_no_sector_was_asked_about_is_that_of_the_workbook(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(pdf, "office", lambda: None)
    campaign = Campaign(tmp_path / "c")
    new(campaign, 2021, demo.plan(), "it")
    command = ["report", str(campaign.folder), "--round", "plan"]
    assert main(command) == 0
    headings = [p.text for p in Document(campaign.result("plan", "piano.docx")).paragraphs if p.style.name == "Heading 2"]
    assert len(headings) == 11 + 56 and headings[11].startswith("SG.00001 · Prevenzione")
    issue(campaign, "plan", ("S1",), "it")
    assert main(command) == 2
    assert "perfxl consolidate" in capsys.readouterr().err


def test_what_looks_personal_in_the_document_is_listed(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(pdf, "office", lambda: None)
    document = small()
    document["content"]["considerations"] = [{"sector": "S1", "round": "final", "text": "Rivolgersi a mario.rossi@example.com o a Vera Zampolini."}]
    document["content"]["objectives"][0]["sheet"]["staff"] = ["Vera Zampolini"]
    result = campaign(tmp_path, document)
    assert main(["report", str(tmp_path), "--round", "final"]) == 1
    said = capsys.readouterr().out
    assert "PUBL03" in said and "mario.rossi@example.com" in said and "PUBL05" in said and "Vera Zampolini" in said
    assert (result / "relazione.docx").is_file()
