"""A body whose units stand under directions, from the plan to the Relazione: outcomes at each level, the same on every paper."""

import io
import re
import zipfile

import pytest
from bodies_year import play
from department_year import run
from levels_year import FIGURES, OWN, PLAN, READ, UNITS
from openpyxl import load_workbook
from recalculation import differences, recalculated

from perfxl.campaign import Campaign
from perfxl.model import documents
from perfxl.stages.issue.form import levels


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> Campaign:
    return Campaign(play(tmp_path_factory.mktemp("azienda") / "c", PLAN, READ, ("neg2", "final")))


def test_the_figures_of_every_level_are_those_worked_out_by_hand(authority):
    for round, expected in FIGURES.items():
        outcomes = documents.load(authority.result(round))["outcomes"][round]
        assert {m["code"]: m["outcome"] for m in outcomes["sectors"]} | {"body": outcomes["body"]["outcome"]} == expected
    means = {m["code"]: m for m in outcomes["sectors"]}
    assert {c: means[c]["own"]["outcome"] for c in OWN} == OWN and {c: means[c]["units"]["outcome"] for c in UNITS} == UNITS
    assert [c for c in means if "units" not in means[c]] == ["D3", "U2", "U3", "U4", "R1"]


def test_no_finding_doubts_that_sectors_have_levels(authority):
    found = [f for r in FIGURES for f in documents.load(authority.result(r))["findings"]]
    assert [(f["code"], f["message"]) for f in found if f["code"].startswith(("PLAN", "CODE", "RETN", "CONS"))] == []


def test_every_formula_of_the_workbook_gives_the_figure_that_it_carries(authority, tmp_path):
    book = authority.result("final", "consolidato.xlsx").read_bytes()
    assert differences(book, recalculated({"levels": book}, tmp_path)["levels"]) == []


@pytest.mark.parametrize(("what", "said"), [
    ("D1", ["è 85,25%: la media di propri obiettivi 80,00% × 40,00; chi sta sotto 88,75% × 60,00, divisa per la somma 100,00",
            "U1 85,00% × 3,00; U2 100,00% × 1,00", "D1.01 100,00 × 80,00%"]),
    ("D2", ["è 70,00%, quello di chi sta sotto", "U3 50,00% × 2,00; U4 90,00% × 2,00"]),
    ("R1", ["L’esito della struttura R1 a consuntivo è 95,00%: la media pesata di R1.01"]),
    ("ente", ["è 81,75%: la media degli esiti delle strutture D1 85,25%; D2 70,00%; D3 90,00%"])])
def test_each_figure_is_explained_with_what_the_sum_takes(authority, capsys, what, said):
    assert run("explain", authority.folder, what, "--round", "final") == 0
    text = capsys.readouterr().out
    assert [s for s in said if s not in text] == [], text


def texts(data: bytes) -> str:
    archive = zipfile.ZipFile(io.BytesIO(data))
    return " ".join(re.sub(r"<[^>]*>", " ", archive.read(n).decode("utf-8")) for n in archive.namelist() if n.endswith(".xml"))


def test_the_papers_tell_the_levels(authority):
    """Workbook, Relazione and page: those below stand under those above, with what an outcome follows from."""
    assert run("report", authority.folder, "--round", "final") in (0, 1)
    assert run("publish", authority.folder, "--round", "final") in (0, 1)
    home = authority.result("final").parent
    sheet = load_workbook(home / "consolidato.xlsx", data_only=True)["Strutture"]
    rows = [r for r in sheet.iter_rows(min_row=4, max_col=4, values_only=True) if r[0] in FIGURES["final"]]
    assert [(r[0], r[2], r[3]) for r in rows] == [("D1", None, "Direzione"), ("U1", "D1", "Unità operativa"), ("R1", "U1", "Reparto"),
                                                  ("U2", "D1", "Unità operativa"), ("D2", None, "Direzione"), ("U3", "D2", "Unità operativa"),
                                                  ("U4", "D2", "Unità operativa"), ("D3", None, "Direzione")]
    relazione = texts((home / "relazione.docx").read_bytes())
    wanted = ["conta per il 40% dai propri obiettivi e per il 60% da chi sta sotto", "Nell’esito dell’ente entra il primo livello", "Media pesata di chi sta sotto",
              "Esito della struttura D1: 40% dai propri obiettivi, 60% da chi sta sotto", "Esito della struttura D2: dalla media di chi sta sotto"]
    assert [w for w in wanted if w not in relazione] == []
    page = (home / "dati-aperti" / "index.html").read_text(encoding="utf-8")
    assert 'id="esito-d1"' in page and "settore" not in page.lower() and re.search(r'class="depth-3">\s*<th[^>]*>.{0,200}R1', page, re.S)
    assert "è 85,25% (dai propri obiettivi: 80,00%; da chi sta sotto: 88,75%)." in page.replace("\u202f", "").replace("\xa0", " ")


@pytest.mark.parametrize(("code", "above", "below"), [
    ("D1", None, "U1 Medicina (peso 3); U2 Chirurgia (peso 1). Nell’esito contano per il 60% (media pesata); i propri obiettivi per il 40%."),
    ("U1", "D1 Direzione sanitaria. Il tuo esito conta nel suo.", "R1 Reparto acuti (peso 1). Nell’esito contano per il 60% (media pesata); i propri obiettivi per il 40%."),
    ("R1", "U1 Medicina. Il tuo esito conta nel suo.", None), ("D3", None, None)])
def test_a_form_tells_who_stands_above_and_below_and_how_they_count(authority, code, above, below):
    book = load_workbook(authority.issued("final", code))
    for name, said in (("pxm_above", above), ("pxm_below", below), ("pxm_levels_note", below and "Il totale qui sopra è dei soli obiettivi di questa scheda. Chi sta sotto:" + below.partition(").")[2])):
        sheet, cell = book.defined_names[name].attr_text.replace("$", "").replace("'", "").split("!")
        assert (book[sheet][cell].value, book[sheet].row_dimensions[book[sheet][cell].row].hidden) == (said, said is None)


@pytest.mark.parametrize(("rules", "said"), [
    ({}, "U1 Medicina; U2 Chirurgia. Non contano nell’esito: contano i soli obiettivi propri."),
    ({"units": "mean"}, "U1 Medicina; U2 Chirurgia. L’esito è quello di chi sta sotto (media semplice); finché non ce n’è uno, quello dei propri obiettivi.")])
def test_whether_those_below_count_is_the_bodys_rule(rules, said):
    assert levels.told({**PLAN, "rules": rules}, "D1", "it")["pxm_below"] == said
    counts = "conta" if rules else "non conta"
    assert levels.told({**PLAN, "rules": rules}, "U1", "it")["pxm_above"] == f"D1 Direzione sanitaria. Il tuo esito {counts} nel suo."
