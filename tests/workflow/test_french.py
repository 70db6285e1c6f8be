"""A body whose language is French: its forms, findings and messages are; its documents are in English; figures are the same."""

import io
import re
import zipfile

import pytest
from department_year import plan, told
from openpyxl import load_workbook

from perfxl.campaign import Campaign
from perfxl.model import documents
from perfxl.stages.issue.fill import fill
from perfxl.stages.read import read
from perfxl.ui.cli import main
from perfxl.workflow.check import inspect, write_marked
from perfxl.workflow.consolidate import consolidate
from perfxl.workflow.issue import issue
from perfxl.workflow.new import new
from perfxl.workflow.report import report

#: Italian that would be in a form of this body, and does not come from its plan.
ITALIAN = re.compile(r"\b(obiettivo|scheda|settore|peso|esito|foglio|cella|risultat\w|fasi|della|degli|unità organizzativa)\b", re.I)
ENGLISH = re.compile(r"\b(the|objective|sheet|weight|outcome|cell|sector|department)\b", re.I)


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    campaign = Campaign(tmp_path_factory.mktemp("annee") / "c")
    made = plan()
    made["body"] |= {"language": "fr", "name": "Institut de l’eau"}
    made["words"] = {"sector": "directorate", "levels": ["Mission", "Action"]}
    made["rounds"].pop(1)
    made["sectors"], made["objectives"] = [{**made["sectors"][0], "name": "Scolarité", "email": "scolarite@eau.example"}], made["objectives"][:1]
    sheet = made["objectives"][0]["sheet"]
    sheet |= {"title": "Horaires", "purpose": "But.", "detail": "Texte."}
    for result in sheet["results"]:
        result["text"] = "Cible"
    new(campaign, 2026, made, "it")
    issue(campaign, "final", ["12"], "it")
    document = read(campaign.issued_form("final", "12").read_bytes(), "12.xlsx").document
    told(document, "final")
    document["objectives"][0]["holding"]["reading"].pop("reason")
    form, findings = fill(campaign.issued_form("final", "12").read_bytes(), document)
    assert findings == []
    book = load_workbook(io.BytesIO(form))
    place = read(form, "12.xlsx").places["/objectives/0/holding/reading/status"]
    book[place.sheet][place.cell] = "partiellement  atteint"
    out = io.BytesIO()
    book.save(out)
    documents.write_bytes(campaign.folder / "ricevute" / "final" / "12.xlsx", out.getvalue())
    return campaign


def words(data: bytes) -> list[str]:
    """What a workbook says in cells, notes and validations."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    parts = [archive.read(n).decode() for n in archive.namelist() if n.endswith(".xml") and "/styles" not in n and "docProps" not in n]
    found = [t for part in parts for t in re.findall(r"<(?:t|f|v|formula1)[^>]*>([^<]+)<", part)]
    return found + [t for part in parts for t in re.findall(r'(?:prompt|error|promptTitle|errorTitle)="([^"]+)"', part)]


def test_the_form_is_in_french_from_end_to_end(year):
    said = words(year.issued_form("final", "12").read_bytes())
    assert any("Les objectifs de la direction" in text for text in said) and any("Regardez la feuille Récapitulatif" in text for text in said)
    assert [text for text in said if ITALIAN.search(text)] == []
    assert [text for text in said if " " in text and ENGLISH.search(text) and "docs/calculation.md" not in text] == []


def test_what_is_typed_in_french_is_read(year):
    reading = read((year.folder / "ricevute" / "final" / "12.xlsx").read_bytes(), "12.xlsx")
    assert reading.document["objectives"][0]["holding"]["reading"] == {"percent": documents.loads("87.5"), "status": "partial"}


def test_findings_and_the_marked_copy_are_in_french(year, tmp_path):
    inspected = inspect([year.folder / "ricevute" / "final" / "12.xlsx"], "it")
    finding, = (f for f in inspected.findings if f.code == "OUTC05")
    assert finding.message("fr").startswith("12.xlsx, feuille OB-12.01-A, cellule B7, Motif\u00a0: L’objectif n’est que partiellement atteint")
    made = write_marked(inspected, tmp_path, "it")
    said = words(made.written[0].read_bytes())
    assert made.failed == () and any(text.startswith("Constats sur le formulaire 12") for text in said)
    assert [text for text in said if ITALIAN.search(text)] == []


@pytest.mark.parametrize("arguments", [("send", "--what", "forms"), ("send", "--what", "receipts"), ("remind",)])
def test_messages_are_in_french(year, arguments, capsys):
    consolidate(year, "final", "it")
    main([arguments[0], str(year.folder), "--round", "final", *arguments[1:], "--dry-run"])
    text = capsys.readouterr().out.partition("===")[2].partition("Prova:")[0].partition("Allegati")[2]
    assert arguments == ("remind",) or "direction 12 (Scolarité) pour la campagne «\u00a0bilan\u00a0»" in text and "31/01/2027" in text
    assert ITALIAN.findall(text) == [] and ENGLISH.findall(text) == []


def test_documents_are_in_english_and_figures_the_same(year):
    consolidate(year, "final", "it")
    outcome = documents.load(year.result("final"))["outcomes"]["final"]["body"]["outcome"]
    assert outcome == "87.50"
    made = report(year, "final", "it")
    text = " ".join(re.findall(r"<w:t[^>]*>([^<]+)<", zipfile.ZipFile(next(year.result("final").parent.glob("*.docx"))).read("word/document.xml").decode()))
    assert made and "Directorate" in text and "87.50" in text and not ITALIAN.search(text)
