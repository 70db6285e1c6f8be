"""The short version for citizens: two pages, symbols and words, the figures of the document."""

import io
from copy import deepcopy

import pytest
import report_year
from docx import Document

from perfxl import documents
from perfxl.cli import main
from perfxl.report import short_version
from perfxl.reporting import short
from perfxl.reporting.pdf import page_count, to_pdf


def campaign(folder, document: dict):
    result = folder / "risultati" / document["round"]
    result.mkdir(parents=True)
    (result / "consolidato.json").write_text(documents.dumps(document), encoding="utf-8")
    return result


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
    assert rows[4][3] == "32 su 35"


@pytest.mark.parametrize("outcome, state", [(None, "unknown"), ("0.00", "not_achieved"), ("0.01", "partial"), ("89.99", "partial"), ("90.00", "nearly"),
                                            ("99.99", "nearly"), ("100.00", "achieved")])
def test_states(outcome, state):
    assert short.state(outcome) == state


def test_what_is_left_to_do_is_told_with_its_reason():
    texts = [p.text for p in Document(io.BytesIO(short_version(report_year.document()))).paragraphs]
    told = [t for t in texts if t.startswith("Fascicolo digitale del dipendente")]
    assert len(told) == 1 and "(77 su 100): la prova si è fermata" in told[0]


def test_more_pages_than_two_are_a_finding(tmp_path, capsys):
    document = deepcopy(report_year.document())
    for n in range(6, 60):
        document["content"]["cascade"].append({"code": f"{n:02}", "title": f"Indirizzo {n}"})
        document["content"]["objectives"][n - 6]["sheet"]["strategic_lines"] = [f"{n:02}"]
    from perfxl.weigh import weigh

    document["outcomes"] = weigh(document["content"], "final")
    result = campaign(tmp_path, document)
    assert main(["report", str(tmp_path), "--round", "final", "--citizens"]) == 1
    assert "PUBL06" in capsys.readouterr().out
    assert sorted(p.name for p in result.iterdir()) == ["cittadini.docx", "consolidato.json"]


def test_no_outcomes_no_short_version(tmp_path, capsys):
    campaign(tmp_path, report_year.document("plan"))
    assert main(["report", str(tmp_path), "--round", "plan", "--citizens"]) == 2
    assert "piano non ce ne sono" in capsys.readouterr().err


def test_the_command_writes_report_and_pdf(tmp_path):
    result = campaign(tmp_path, report_year.document())
    assert main(["report", str(tmp_path), "--round", "final", "--citizens", "--pdf"]) == 0
    assert (result / "cittadini.pdf").read_bytes().startswith(b"%PDF-1.7") or (result / "cittadini.pdf").read_bytes().startswith(b"%PDF-1.6")
    assert main(["report", str(tmp_path), "--round", "final"]) == 0
    assert Document(result / "relazione.docx").paragraphs[1].text == "Relazione sulla performance"
    (tmp_path / "modelli").mkdir()
    (tmp_path / "modelli" / "relazione-final.docx").write_bytes(b"not a document")
    assert main(["report", str(tmp_path), "--round", "final"]) == 2
