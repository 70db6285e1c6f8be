"""Bodies with rules of their own, from the plan to the Relazione through the command line: the figures are those worked out by hand.

``TOWN``: quarterly, bands, levels, a range, payment times, traffic lights. ``AUTHORITY``: shared indicators with numerator and
denominator, phases and results together, the worst result, missing values.
"""

import csv
import io
import re
import zipfile

import pytest
from bodies_year import YEAR, goals, play, rounds
from department_year import run
from frictionless import Package
from looked_at import book_with, sheet_of
from plan_text import plan

from perfxl.campaign import Campaign
from perfxl.model import documents
from perfxl.stages import issue

TOWN = plan(f"""
    Ente
    Voce                 | Valore
    Codice               | CBS
    Nome                 | Comune di Borgo Sereno
    Referente            | Delia Fontana
    E-mail del referente | piano@borgosereno.example

    Regole
    Voce                          | Valore
    Esito che conta               | Calcolato dai risultati
    Semaforo: verde da            | 90
    Semaforo: giallo da           | 60
    Da che cosa deriva l’esito    | Non si controlla

    Parole
    Voce                  | Valore
    Livelli della cascata | Missione⏎Programma

    {rounds("t1 | 31/03", "t2 | 30/06", "t3 | 30/09")}

    Settori
    Codice | Nome
    A1     | Servizi tecnici
    A2     | Ragioneria

    Cascata
    Codice | Titolo
    M8     | Assetto del territorio
    M8.1   | Strade e verde
    M1     | Servizi istituzionali
    M1.3   | Gestione economica

    Fasce
    Tabella | Da | A  | Grado | Punti | Giudizio
    RITARDI | 0  | 0  | 100   |       | in tempo
    RITARDI | 1  | 10 | 75
    RITARDI | 11 | 30 | 40
    RITARDI | 31 |    | 0
    PUNTI   |    | 49 |       | 0
    PUNTI   | 50 | 79 |       | 3     | buono
    PUNTI   | 80 |    |       | 5     | ottimo

    {goals('''
        A1.01 | A1 | 60% | M8.1 | Piazza del Mercato
        A1.02 | A1 | 40% | M8.1 | Permessi veloci
        A2.02 | A2 | 70% | M1.3 | Entrate certe''')}

    Risultati attesi
    Obiettivo | N. | Peso | Risultato atteso         | Unità  | Come si misura             | Scadenza     | Tabella di fasce | Minimo | Valore atteso | Eccellenza | Fino a | Rapporto per
    A1.01     | 1  | 50%  | Piazza riaperta          |        | Entro la scadenza          | 31/05/{YEAR} | RITARDI
    A1.01     | 2  | 50%  | Cittadini soddisfatti    | %      | Fasce del valore ottenuto  |              | PUNTI
    A1.02     | 1  |      | Giorni per un permesso   | giorni | Minimo, atteso, eccellenza |              |                  | 30     | 20            | 15
    A2.02     | 1  | 40%  | Riscosso su accertato    | %      | Fra due valori             |              |                  |        | 95            |            | 105    | 100
    A2.02     | 2  | 60%  | Regolamento approvato    |        | Fatto o non fatto
""", """
    Obiettivi #4: Codice            | A2.01
    Obiettivi #4: Capofila          | A2
    Obiettivi #4: Obiettivo pronto  | Tempi di pagamento
    Obiettivi #4: Peso              | 30%
    Obiettivi #4: Linee strategiche | M1.3
""", year=YEAR)
#: What was found of each result, at each of the three quarters and at the end.
TOWN_READ = {
    "A1.01": {"1": [{}, *[{"achieved_on": f"{YEAR}-06-06"}] * 3],                           # not there yet; six days late: 75
              "2": [{"actual": 10}, {"actual": 52}, {"actual": 40}, {"actual": 63}]},       # 0 points; 3 of 5: 60; 0; 60
    "A1.02": {"1": [{"actual": 18}, {"actual": 28}, {"actual": 31}, {"actual": 24}]},       # the target: 100; the minimum: 50; beyond it: 0; 50
    "A2.01": {"1": [{"actual": -1}, {"actual": 0}, {"actual": 3}, {"actual": -2}]},         # in time: 100; 100; late: 0; 100
    "A2.02": {"1": [{"numerator": 90, "denominator": 400}, {"numerator": 200, "denominator": 400},      # 22.5 % and 50 %: 0
                    {"numerator": 180, "denominator": 400}, {"numerator": 412, "denominator": 400}],    # 45 %: 0; 103 %: 100
              "2": [{"achieved": False}, {"achieved": False}, {"achieved": False}, {"achieved": True}]},
}
TOWN_FIGURES = {
    "t1": {"A1": "100.00",     # the permits alone, of weight 40: the square has no outcome yet
           "A2": "30.00", "body": "65.00"},  # 30 % of 100 and 70 % of 0
    "t2": {"A1": "60.50",      # 60 % of (75 + 60) / 2 = 67.5, 40 % of 50: 40.5 + 20
           "A2": "30.00", "body": "45.25"},
    "t3": {"A1": "22.50",      # 60 % of (75 + 0) / 2 = 37.5, 40 % of 0
           "A2": "0.00", "body": "11.25"},
    "final": {"A1": "60.50",   # 60 % of (75 + 60) / 2 = 67.5, 40 % of 50: 40.5 + 20
              "A2": "100.00", "body": "80.25"},
}

AUTHORITY = plan(f"""
    Ente
    Voce                 | Valore
    Codice               | ASV
    Nome                 | Azienda sanitaria della Valle
    Referente            | Delia Fontana
    E-mail del referente | piano@asv.example

    Regole
    Voce                       | Valore
    Esito che conta            | Calcolato da fasi e risultati
    Quota delle fasi           | 60
    Valori mancanti            | Vale zero
    Da che cosa deriva l’esito | Non si controlla

    Parole
    Voce                               | Valore
    Chi compila una scheda si chiama   | Unità organizzativa

    {rounds("negoziato | 30/06")}

    Settori
    Codice | Nome
    U1     | Medicina
    U2     | Chirurgia

    Cascata
    Codice | Titolo
    C1     | Liste d’attesa

    Indicatori
    Codice | Indicatore           | Formula                                                               | Fonte               | Settore che misura | Dimensione | Unità | Come si misura     | Rapporto per | Valore atteso | Linea strategica | Valore dell’anno prima | Valore atteso l’anno dopo | Valore atteso fra due anni
    IND.01 | Visite entro i tempi | Visite fatte entro la classe di priorità, diviso le visite fatte.     | Centro prenotazioni | U1                 | Qualità    | %     | Più alto è meglio  | 100          | 90            | C1               | 78                     | 92                        | 95
    VP/1   | Ricoveri evitabili   |                                                                       |                     | U2                 |            | n.    | Più basso è meglio |              | 200           | C1

    {goals('''
        U1.01 | U1 | 100% | C1 | Agende aperte
        U2.01 | U2 | 50%  | C1 | Sale operatorie sicure
        U2.02 | U2 | 50%  | C1 | Conti in ordine''')}

    Fasi
    Obiettivo | Fase | Descrizione della fase | Peso | Inizio nell’anno del piano | Fine nell’anno del piano
    U1.01     | 1    | Agende riordinate      | 100% | 01/01/{YEAR}               | 31/12/{YEAR}

    Risultati attesi
    Obiettivo | N. | Indicatore | Risultato atteso                | Peso | Unità     | Come si misura                     | Valore di partenza | Valore atteso | Rapporto per
    U1.01     | 1  | IND.01
    U2.01     | 1  | IND.01
    U2.01     | 2  |            | Infezioni ogni mille interventi |      | per mille | Più basso è meglio                 |                    | 4             | 1000
    U2.02     | 1  |            | Referti firmati                 | 50%  |           |                                    |                    | 10
    U2.02     | 2  |            | Saldo                           | 50%  |           | Avanzamento dal valore di partenza | 5                  | -3
""", """
    Obiettivi U2.01: Come contano i risultati | Il grado peggiore
    Obiettivi #4: Codice                      | VP.U2
    Obiettivi #4: Capofila                    | U2
    Obiettivi #4: Obiettivo pronto            | Indicatori delle linee strategiche
""", year=YEAR)  # the last measures what no objective measures
AUTHORITY_READ = {
    "U1.01": {"1": [{"numerator": 400, "denominator": 800}, {"numerator": 1530, "denominator": 1800}]},  # 85 % of 90 %: 94.44
    "U2.01": {"1": [{}, {}],                                                                             # measured by U1
              "2": [{"numerator": 9, "denominator": 1500}, {"numerator": 18, "denominator": 3000}]},     # 6 per thousand: 4 / 6 = 66.67
    "VP.U2": {"1": [{"actual": 250}, {"actual": 160}]},                                                  # 200 of 250: 80; 200 and fewer: 100
    "U2.02": {"1": [{}, {}],                                                                             # nobody told: 0
              "2": [{"actual": 1}, {"actual": -2.9}]},                                                   # 7.9 of 8: 98.75
}
AUTHORITY_FIGURES = {"final": {
    "U1": "85.78",    # 60 % of the phase at 80, 40 % of 94.44: 48 + 37.776
    "U2": "58.03",    # the worst, 66.67, and (0 + 98.75) / 2 = 49.38: 116.05 / 2
    "body": "71.91"}}  # (85.78 + 58.03) / 2

BODIES = {"town": (TOWN, TOWN_READ, ("t1", "t2", "t3", "final"), TOWN_FIGURES), "authority": (AUTHORITY, AUTHORITY_READ, ("negoziato", "final"), AUTHORITY_FIGURES)}


@pytest.fixture(scope="module", params=BODIES)
def body(request, tmp_path_factory) -> tuple[str, Campaign]:
    plan, read, rounds, _ = BODIES[request.param]
    return request.param, Campaign(play(tmp_path_factory.mktemp(request.param) / "c", plan, read, rounds))


def test_the_figures_are_those_worked_out_by_hand(body):
    name, campaign = body
    for round, expected in BODIES[name][3].items():
        outcomes = documents.load(campaign.result(round))["outcomes"][round]
        found = {m["code"]: m["outcome"] for m in outcomes["sectors"]} | {"body": outcomes["body"]["outcome"]}
        assert found == expected


def test_no_finding_doubts_a_result_that_is_measured_by_the_bodys_rules(body):
    name, campaign = body
    found = [f for r in BODIES[name][3] for f in documents.load(campaign.result(r))["findings"] if f["code"].startswith(("SCOR", "PLAN", "FORM", "LOCK"))]
    assert [(f["code"], f["message"]) for f in found] == []


def test_the_form_computes_the_same_before_it_is_sent(body):
    """The values that the returned workbook carries are computed by its own formulas."""
    name, campaign = body
    expected = {"town": {"A1.01": 0.675, "A1.02": 0.5, "A2.01": 1, "A2.02": 1}, "authority": {"U1.01": 0.8578, "U2.02": 0.4938}}[name]
    key = {"town": "by_results", "authority": "by_mix"}[name]
    found, lights = {}, []
    for form in sorted((campaign.folder / "ricevute" / "final").glob("*.xlsx")):
        book = book_with(form, "px01_code", "px02_code", "pxc01_light", data_only=True)
        for number in range(1, 3):
            if f"px{number:02d}_code" in book.defined_names:
                cells = [book.defined_names[f"{n}"].attr_text.replace("$", "").replace("'", "").split("!") for n in (f"px{number:02d}_code", f"pxc{number:02d}_{key}")]
                code, value = (book[sheet][cell].value for sheet, cell in cells)
                found[code] = value
            if name == "town" and found.get("A1.01"):
                sheet, cell = book.defined_names["pxc01_light"].attr_text.replace("$", "").replace("'", "").split("!")
                lights.append(book[sheet][cell].value)
    assert {code: found[code] for code in expected} == pytest.approx(expected)
    assert name != "town" or "▲ da seguire · ↗ in crescita" in lights


def test_what_explain_says_is_enough_to_do_the_sum_again(body, capsys):
    name, campaign = body
    wanted = {"town": {"A1.01": ["fatto il 06/06/2026, scadenza 31/05/2026", "6 nella fascia 1–10 della tabella RITARDI: 75%", "63 nella fascia 50–79 della tabella PUNTI: 60%"],
                       "A2.02": ["412 / 400 × 100", "fra 95 e 105", "fatto: sì"], "A1.02": ["minimo 30, atteso 20, eccellenza 15"]},
              "authority": {"U1.01": ["60% × 80,00% dalle fasi + 40% × 94,44% dai risultati", "1530 / 1800 × 100"], "U2.01": ["1530 / 1800 × 100", "18 / 3000 × 1000"],
                            "U2.02": ["valore mancante, per le regole dell’ente vale zero", "da 5 a -3, ottenuto -2,9"]}}[name]
    for code, words in wanted.items():
        assert run("explain", campaign.folder, code, "--round", "final") == 0
        said = capsys.readouterr().out.replace("\n", " ")
        assert [w for w in words if w not in said] == [], said


def texts(path) -> str:
    archive = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
    return " ".join(re.sub(r"<[^>]*>", " ", archive.read(n).decode("utf-8")) for n in archive.namelist() if n.endswith(".xml"))


def test_the_relazione_and_the_dashboard_say_how_it_was_measured(body):
    name, campaign = body
    assert run("report", campaign.folder, "--round", "final") in (0, 1)
    relazione = " ".join(texts(p) for p in campaign.result("final").parent.glob("*.docx"))
    wanted = {"town": ["▲ da seguire · ↗ in crescita", "● in linea · ↗ in crescita", "fasce RITARDI", "06/06/2026", "fino a 105", "eccellenza 15",
                       "Rispetto dei tempi di pagamento", "Tabella di fasce RITARDI"], "authority": ["indicatore IND.01", "(1.530 / 1.800)", "Visite entro i tempi", "per il 60%"]}[name]
    assert [w for w in wanted if w not in relazione] == []
    dashboard = sheet_of(campaign.result("final", "consolidato.xlsx"), "Cruscotto", data_only=True)
    said = {c.value for row in dashboard.iter_rows() for c in row if isinstance(c.value, str)}
    assert ("▲ da seguire · ↗ in crescita" in said) == (name == "town")


def explained(campaign, what: str, capsys) -> str:
    capsys.readouterr()
    assert run("explain", campaign.folder, what, "--round", "final") == 0
    return capsys.readouterr().out


def test_the_indicators_have_their_list_and_stand_under_their_line(body, capsys):
    """Measured once, at 50 of 90 and at 85 of 90: the list, the cascade and the Relazione say it; a body without them has no list."""
    name, campaign = body
    book = book_with(campaign.result("final", "consolidato.xlsx"), "Indicatori", "Cascata", data_only=True)
    assert ("Indicatori" in book.sheetnames) == (name == "authority")
    if name == "town":
        return
    rows = [[c.value for c in row] for row in book["Indicatori"].iter_rows()]
    head = next(r for r in rows if "Codice" in r)
    found = dict(zip(head, rows[rows.index(head) + 1], strict=True))
    assert (found["Codice"], found["Valore atteso"], found["Misurato in"], found["Usato in"]) == ("IND.01", 90, "U1.01", "U1.01\nU2.01")
    value, degree = ([v for k, v in found.items() if k.startswith(f"{word} · ")][-1] for word in ("Misurato", "Grado"))
    assert (value, round(degree, 4)) == (85, 0.9444)
    tree = {row[0].value: [c.value for c in row] for row in book["Cascata"].iter_rows(max_col=24)}
    assert tree["IND.01"][1:4] == ["Indicatore", "Visite entro i tempi (%), atteso 90", "U1"] and "Misurato: 85" in tree["IND.01"]
    assert tree["VP/1"][1:4] == ["Indicatore", "Ricoveri evitabili (n.), atteso 200", "U2"] and "Misurato: 160" in tree["VP/1"]
    assert "VP.U2 (non pesato" in explained(campaign, "C1", capsys) and "VP.U2 (non pesato" in explained(campaign, "U2", capsys)
    assert run("report", campaign.folder, "--round", "final") in (0, 1)
    relazione = " ".join(texts(p) for p in campaign.result("final").parent.glob("*.docx"))
    assert "Indicatore: Ricoveri evitabili (n.), atteso 200, misurato 160" in relazione
    assert "Indicatori: valore atteso e misurato" in relazione and "Indicatore: Visite entro i tempi (%), atteso 90, misurato 85" in relazione
    assert run("publish", campaign.folder, "--round", "final") in (0, 1)
    published = campaign.result("final").parent / "dati-aperti"
    assert "Indicatore: Visite entro i tempi (%), atteso 90, misurato 85" in (published / "index.html").read_text(encoding="utf-8")
    row, own = csv.DictReader((published / "indicators.csv").read_text(encoding="utf-8-sig").splitlines())
    assert (own["code"], own["final_measured"], own["measured_by"]) == ("VP/1", "160", "VP.U2")
    assert "Indicatore: Ricoveri evitabili (n.), atteso 200, misurato 160" in (published / "index.html").read_text(encoding="utf-8")
    assert (row["code"], row["target"], row["final_measured"], row["measured_by"], row["used_in"]) == ("IND.01", "90", "85", "U1.01", "U1.01; U2.01")
    assert Package(str(published / "datapackage.json")).validate().valid


def test_a_table_of_bands_is_chosen_from_those_of_the_body(tmp_path):
    """At the plan round and where a monitoring may still say it; a form without bands offers none."""
    for round in ("plan", "t1"):
        form = issue.issue(issue.returns(TOWN, round)["A1"], TOWN)
        book = book_with(form, "A1.01", "pxm_band_offered")
        sheet, cells = book.defined_names["pxm_band_offered"].attr_text.replace("$", "").replace("'", "").split("!")
        assert [row[0].value for row in book[sheet][cells]] == ["RITARDI", "PUNTI"]
        area = book.defined_names["px01_t_results_rule"].attr_text.replace("$", "").partition("!")[2]
        first, last = (int("".join(filter(str.isdigit, c))) for c in area.split(":"))
        listed = [rule for rule in book["A1.01"].data_validations.dataValidation if rule.formula1 == "pxm_band_offered"]
        assert [rule.type for rule in listed] == ["list"] and {f"B{row}" in listed[0].sqref for row in range(first + 2, last + 1)} == {True}
