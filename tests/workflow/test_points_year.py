"""A body whose weights are points, 1,000 in all, from the plan to the Relazione: typed, checked and shown as points, their sum beside each."""

import io
import json
import re
import zipfile
from copy import deepcopy
from dataclasses import replace

import pytest
from bodies_year import YEAR, goals, play, rounds
from department_year import run
from looked_at import sheet_of
from openpyxl import load_workbook
from plan_text import plan
from recalculation import differences, recalculated

from perfxl.campaign import Campaign
from perfxl.model import documents
from perfxl.model.terms import using_words, words_of
from perfxl.stages import plan as plan_stage
from perfxl.stages.plan.drawing import write
from perfxl.stages.read import read
from perfxl.workflow.check import inspect

PLAN = plan(f"""
    Ente
    Voce                 | Valore
    Codice               | PNT
    Nome                 | Comune dei Punti
    Referente            | Delia Fontana
    E-mail del referente | piano@punti.example

    Regole
    Voce                       | Valore
    Esito che conta            | Calcolato da fasi e risultati
    Quota delle fasi           | 60
    Somma dei pesi             | 1000
    Da che cosa deriva l’esito | Non si controlla

    {rounds()}

    Settori
    Codice | Nome
    12     | Tributi

    Cascata
    Codice | Titolo
    M1     | Servizi istituzionali

    {goals('''
        OB-12.01-A | 12 | 250 | M1 | Entrate certe
        OB-12.02   | 12 | 700 | M1 | Sportello''')}

    Fasi
    Obiettivo  | Fase | Descrizione della fase | Peso | Inizio nell’anno del piano | Fine nell’anno del piano
    OB-12.01-A | 1    | Avvisi                 | 600  | 01/01/{YEAR}               | 30/06/{YEAR}
    OB-12.01-A | 2    | Riscossione            | 400  | 01/01/{YEAR}               | 31/12/{YEAR}

    Risultati attesi
    Obiettivo  | N. | Risultato atteso | Peso | Valore atteso | Unità | Come si misura
    OB-12.01-A | 1  | Riscosso         | 750  | 100           | n.    |
    OB-12.01-A | 2  | Reclami          | 250  | 10            |       | Più basso è meglio
    OB-12.02   | 1  | Ore di apertura  |      | 40            |       |
""", year=YEAR)
READ = {"OB-12.01-A": {"1": [{"actual": 90}], "2": [{"actual": 20}]},  # 90 and 10 / 20 = 50: (750 × 90 + 250 × 50) / 1000 = 80; phases at 80: 80
        "OB-12.02": {"1": [{"actual": 30}]}}                           # 75
OUTCOME = "76.32"                                                      # (250 × 80 + 700 × 75) / 950 = 76.3157...


@pytest.fixture(scope="module")
def year(tmp_path_factory) -> Campaign:
    return Campaign(play(tmp_path_factory.mktemp("punti") / "c", PLAN, READ, ("final",)))


def test_the_outcome_is_the_mean_by_points(year):
    mean = documents.load(year.result("final"))["outcomes"]["final"]["sectors"][0]
    assert (mean["outcome"], mean["denominator"]) == (OUTCOME, "950.00")


def told(book, name: str):
    sheet, cell = book.defined_names[name].attr_text.replace("$", "").replace("'", "").split("!")
    return book[sheet][cell].value


def test_the_form_holds_points_and_computes_with_them(year):
    book = load_workbook(year.folder / "ricevute" / "final" / "12.xlsx", data_only=True)
    assert told(book, "px01_holding__weight") == 250 and told(book, "pxm_total_weight") == 950
    assert told(book, "pxm_total_outcome") == pytest.approx(float(OUTCOME) / 100) and told(book, "pxc01_by_mix") == pytest.approx(0.8)
    said = {c.value for ws in book for row in ws.iter_rows() for c in row if isinstance(c.value, str)}
    assert {"Peso (punti)", "di 950 punti nel calcolo: 26,32%"} <= said and not any("1000%" in s or "950%" in s for s in said)


def test_workbooks_recalculated_give_the_figures_that_they_carry(year, tmp_path):
    books = {"result": year.result("final", "consolidato.xlsx"), "form": year.folder / "ricevute" / "final" / "12.xlsx"}
    made = recalculated({k: p.read_bytes() for k, p in books.items()}, tmp_path)
    found = [d for k, p in books.items() for d in differences(p.read_bytes(), made[k]) if d[2] or d[3]]
    assert [d for d in found if "26" not in str(d[2]) and "73" not in str(d[2])] == []  # a comma or a point, by the language of the program


def _words(data: bytes) -> str:
    archive = zipfile.ZipFile(io.BytesIO(data))
    return re.sub(r"\s+", " ", " ".join(re.sub(r"<[^>]+>", "", archive.read(n).decode()) for n in archive.namelist() if n.endswith(".xml")))


def test_every_paper_says_points_and_of_how_many(year, capsys):
    assert run("report", year.folder, "--round", "final") in (0, 1) and run("publish", year.folder, "--round", "final") in (0, 1)
    home = year.result("final").parent
    word = _words((home / "relazione.docx").read_bytes())
    assert [w for w in ("250 di 950 punti", "700 di 950 punti", "600 di 1.000 punti", "750 di 1.000 punti", "(denominatore: 950,00 punti)") if w not in word] == []
    assert not re.search(r"\b(?:250|700|600|750)%", word)
    page = (home / "dati-aperti" / "index.html").read_text(encoding="utf-8")
    assert "250 di 950 punti" in page and "600 di 1.000 punti" in page
    sheet = sheet_of(home / "consolidato.xlsx", "12", data_only=True)
    weight = next(c for row in sheet.iter_rows() for c in row if c.value == 250)
    assert weight.number_format == 'General" di 950"'
    capsys.readouterr()
    assert run("explain", year.folder, "OB-12.01-A", "--round", "final") == 0
    said = capsys.readouterr().out
    assert "1: 600 di 1000 punti × 80,00%" in said and "entra nel totale con peso 250 di 950 punti" in said


def test_a_sum_that_is_not_the_bodys_is_told_in_points(year):
    plan = plan_stage.read(year.plan.read_bytes())
    told = next(f for f in plan.findings if f.code == "PLAN70")
    with using_words(plan.document):
        assert "950 punti" in told.message("it") and "1000 punti" in told.message("it") and "950 points" in told.message("en")


@pytest.mark.parametrize(("typed", "number_format", "code"), [(-1, "General", "DATA04"), (2_000_000, "General", "DATA03"), (0.25, "0.00%", "DATA13"), ("tanti", "General", "DATA11")])
def test_what_is_no_weight_in_points_is_told_on_its_cell(year, tmp_path, typed, number_format, code):
    form = year.folder / "ricevute" / "final" / "12.xlsx"
    place = read(form.read_bytes(), "12.xlsx").places["/objectives/0/holding/weight"]
    book = load_workbook(form)
    book[place.sheet][place.cell], book[place.sheet][place.cell].number_format = typed, number_format
    book.save(tmp_path / "12.xlsx")
    codes = [(f.code, f.place.cell) for f in inspect([tmp_path / "12.xlsx"], "it").findings]
    assert (code, place.cell) in codes and not [c for c, _ in codes if c.startswith("WGHT")]  # alone, nobody knows of what total


def test_the_plan_workbook_holds_points_and_one_drawn_in_per_cent_is_read_all_the_same():
    document = deepcopy(PLAN)
    assert plan_stage.read(write(document)).document == document
    older = write({**document, "rules": {}, "objectives": []})
    book = load_workbook(io.BytesIO(older))
    columns = {c.value: c.column for c in book["Obiettivi"][1]}
    for key, value in (("code", "1E5"), ("lead", "12"), ("holding/weight", 2.5), ("sheet/title", "Prova")):
        book["Obiettivi"].cell(4, columns[f"objectives:{key}"], value)
    book["Obiettivi"].cell(4, columns["objectives:holding/weight"]).number_format = "0.00%"  # 250 typed in a cell of percentages
    sheet, cell = book.defined_names["px_plan_rules__weights_total"].attr_text.replace("$", "").replace("'", "").split("!")
    book[sheet][cell] = 1000
    out = io.BytesIO()
    book.save(out)
    reading = plan_stage.read(out.getvalue()).document
    assert reading["objectives"][0]["holders"][0]["holding"]["weight"] == 250


def test_a_form_issued_in_per_cent_is_read_in_a_body_that_has_points_now(year):
    """The form says of itself which of the two its cells hold."""
    data = (year.folder / "ricevute" / "final" / "12.xlsx").read_bytes()
    with using_words(replace(words_of(PLAN), points=False)):
        assert read(data, "12.xlsx").document["objectives"][0]["holding"]["weight"] == 250


def test_weights_of_a_plan_begun_in_per_cent_say_that_they_are_points_once_they_make_another_total(tmp_path):
    for name, more in (("c", ()), ("d", ("--points", "1000"))):
        assert run("new", tmp_path / name, "--year", YEAR, *more) == 0
        book, told = load_workbook(tmp_path / name / "piano.xlsx"), {}
        for ws in book:
            for part in ws.conditional_formatting:
                shown = [(r.dxf.numFmt.formatCode, r.formula[0]) for r in part.rules if r.dxf and r.dxf.numFmt]
                if shown:
                    told[ws.title, ws.cell(1, min(r.min_col for r in part.sqref.ranges)).value] = shown
        weights = {(ws.title, c.value) for ws in book for c in ws[1] if re.search(r":(holding/|results/|phases/)?weight$|:=$", str(c.value)) and ws.title != "_elenchi"}
        weights -= {("Settori", "sectors:weight")}  # the weight of a sector in the body is a number of its own
        assert len(weights) == 8 and set(told) == (weights if name == "c" else set())
        assert all({code for code, _ in shown} == {'0%" punti"', '0.00%" punti"'} and all("weights_total,100)<>100" in f for _, f in shown) for shown in told.values())
        helps = [c.value for c in book["Ente"]["C"] if c.value and "250% punti" in c.value]
        assert len(helps) == (name == "c")


def test_a_blank_plan_can_begin_in_points(tmp_path, capsys):
    assert run("new", tmp_path / "c", "--year", YEAR, "--points", "1000") == 0
    book = load_workbook(tmp_path / "c" / "piano.xlsx")
    at = next(c.column_letter for c in book["Obiettivi"][1] if c.value == "objectives:holding/weight")
    assert book["Obiettivi"].column_dimensions[at].number_format == "General"
    (tmp_path / "p.json").write_text(json.dumps(PLAN), encoding="utf-8")
    assert run("new", tmp_path / "d", "--from", tmp_path / "p.json", "--points", "10") == 2
