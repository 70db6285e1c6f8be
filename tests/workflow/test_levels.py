"""A body whose units stand under directions, from the plan to the Relazione: outcomes at each level, the same on every paper."""

import io
import re
import zipfile

import pytest
from bodies_year import YEAR, goals, play, rounds
from department_year import run
from looked_at import book_with, sheet_of
from plan_text import plan
from recalculation import differences, recalculated
from text_tables import cells, lines

from perfxl.campaign import Campaign
from perfxl.model import documents
from perfxl.stages.issue.form import levels

#: Directions weigh their own objectives 40 % and their units 60 %; units weigh by their beds. One direction has no objective of its own, one
#: has no units, a third level (a ward of a unit) enters the mean of its unit.
GOALS = """
    D1.01 | D1 | 100% | C1 | Governo clinico
    D3.01 | D3 | 100% | C1 | Bilancio
    U1.01 | U1 | 100% | C1 | Dimissioni protette
    U2.01 | U2 | 100% | C1 | Sale operatorie
    U3.01 | U3 | 100% | C1 | Case della comunità
    U4.01 | U4 | 100% | C1 | Consultori
    R1.01 | R1 | 100% | C1 | Letti pronti
"""
ACTS = "\n".join(f"{code} | 1 | Atti di {title.lower()} | 100% | 100 | n." for code, _, _, _, title in map(cells, lines(GOALS)))
PLAN = plan(f"""
    Ente
    Voce                 | Valore
    Codice               | ASM
    Nome                 | Azienda sanitaria dei Monti
    Referente            | Delia Fontana
    E-mail del referente | piano@asm.example

    Regole
    Voce                                  | Valore
    Esito che conta                       | Calcolato dai risultati
    Da che cosa deriva l’esito            | Non si controlla
    Esito di chi ne ha altri sotto di sé  | I propri obiettivi e chi sta sotto
    Quota di chi sta sotto                | 60
    Media di chi sta sotto                | Media pesata

    Parole
    Voce                             | Valore
    Chi compila una scheda si chiama | Struttura
    Livelli dei settori              | Direzione⏎Unità operativa⏎Reparto
    Livelli della cascata            | Area strategica

    {rounds("neg1 | 30/06", "neg2 | 30/09")}

    Settori
    Codice | Nome                     | Sta sotto | Peso nell’ente
    D1     | Direzione sanitaria
    D2     | Direzione del territorio
    D3     | Affari generali
    U1     | Medicina                 | D1        | 3
    U2     | Chirurgia                | D1        | 1
    U3     | Distretto nord           | D2        | 2
    U4     | Distretto sud            | D2        | 2
    R1     | Reparto acuti            | U1        | 1

    Cascata
    Codice | Titolo
    C1     | Curare vicino

    {goals(GOALS)}

    Risultati attesi
    Obiettivo | N. | Risultato atteso | Peso | Valore atteso | Unità
    {ACTS}
""", year=YEAR)
#: What each objective had reached of 100 at the second negotiation and at the end; U4 said nothing at the second negotiation.
REACHED = {"D1.01": (50, 80), "D3.01": (30, 90), "U1.01": (20, 70), "U2.01": (40, 100), "U3.01": (60, 50), "U4.01": (None, 90), "R1.01": (60, 95)}
READ = {code: {"1": [{} if value is None else {"actual": value} for value in values]} for code, values in REACHED.items()}
FIGURES = {
    "neg2": {
        "R1": "60.00", "U2": "40.00", "U3": "60.00", "U4": None,
        "U1": "44.00",   # 40 % of 20 and 60 % of 60: 8 + 36
        "D1": "45.80",   # 40 % of 50 and 60 % of (3 × 44 + 1 × 40) / 4 = 43: 20 + 25.8
        "D2": "60.00",   # nothing of its own, and of its units one has an outcome
        "D3": "30.00",
        "body": "45.27"},  # (45.80 + 60 + 30) / 3 = 45.2666...
    "final": {
        "R1": "95.00", "U2": "100.00", "U3": "50.00", "U4": "90.00",
        "U1": "85.00",   # 40 % of 70 and 60 % of 95: 28 + 57
        "D1": "85.25",   # 40 % of 80 and 60 % of (3 × 85 + 1 × 100) / 4 = 88.75: 32 + 53.25
        "D2": "70.00",   # (2 × 50 + 2 × 90) / 4
        "D3": "90.00",
        "body": "81.75"},  # (85.25 + 70 + 90) / 3
}
OWN = {"D1": "80.00", "D2": None, "U1": "70.00"}
UNITS = {"D1": "88.75", "D2": "70.00", "U1": "95.00"}


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
    sheet = sheet_of(home / "consolidato.xlsx", "Strutture", data_only=True)
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
    book = book_with(authority.issued_form("final", code), "pxm_above", "pxm_below", "pxm_levels_note")
    for name, said in (("pxm_above", above), ("pxm_below", below), ("pxm_levels_note", below and "Il totale qui sopra è dei soli obiettivi di questa scheda. Chi sta sotto:" + below.partition(").")[2])):
        sheet, cell = book.defined_names[name].attr_text.replace("$", "").replace("'", "").split("!")
        assert (book[sheet][cell].value, book[sheet].row_dimensions[book[sheet][cell].row].hidden) == (said, said is None)


@pytest.mark.parametrize(("rules", "said"), [
    ({}, "U1 Medicina; U2 Chirurgia. Non contano nell’esito: contano i soli obiettivi propri."),
    ({"units": "mean"}, "U1 Medicina; U2 Chirurgia. L’esito è quello di chi sta sotto (media semplice); finché non ce n’è uno, quello dei propri obiettivi.")])
def test_whether_those_below_count_is_the_bodys_rule(rules, said):
    assert levels.cell_texts({**PLAN, "rules": rules}, "D1", "it")["pxm_below"] == said
    counts = "conta" if rules else "non conta"
    assert levels.cell_texts({**PLAN, "rules": rules}, "U1", "it")["pxm_above"] == f"D1 Direzione sanitaria. Il tuo esito {counts} nel suo."
