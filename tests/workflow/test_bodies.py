"""Bodies with rules of their own, from the plan to the Relazione through the command line: the figures are those worked out by hand."""

import csv
import io
import re
import zipfile

import pytest
from bodies_year import (
    AUTHORITY,
    AUTHORITY_FIGURES,
    AUTHORITY_READ,
    TOWN,
    TOWN_FIGURES,
    TOWN_READ,
    play,
)
from department_year import run
from frictionless import Package
from openpyxl import load_workbook

from perfxl.campaign import Campaign
from perfxl.model import documents
from perfxl.stages import issue

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
        book = load_workbook(form, data_only=True)
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
    dashboard = load_workbook(campaign.result("final", "consolidato.xlsx"), data_only=True)["Cruscotto"]
    said = {c.value for row in dashboard.iter_rows() for c in row if isinstance(c.value, str)}
    assert ("▲ da seguire · ↗ in crescita" in said) == (name == "town")


def explained(campaign, what: str, capsys) -> str:
    capsys.readouterr()
    assert run("explain", campaign.folder, what, "--round", "final") == 0
    return capsys.readouterr().out


def test_the_indicators_have_their_list_and_stand_under_their_line(body, capsys):
    """Measured once, at 50 of 90 and at 85 of 90: the list, the cascade and the Relazione say it; a body without them has no list."""
    name, campaign = body
    book = load_workbook(campaign.result("final", "consolidato.xlsx"), data_only=True)
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
        book = load_workbook(io.BytesIO(form))
        sheet, cells = book.defined_names["pxm_band_offered"].attr_text.replace("$", "").replace("'", "").split("!")
        assert [row[0].value for row in book[sheet][cells]] == ["RITARDI", "PUNTI"]
        area = book.defined_names["px01_t_results_rule"].attr_text.replace("$", "").partition("!")[2]
        first, last = (int("".join(filter(str.isdigit, c))) for c in area.split(":"))
        listed = [rule for rule in book["A1.01"].data_validations.dataValidation if rule.formula1 == "pxm_band_offered"]
        assert [rule.type for rule in listed] == ["list"] and {f"B{row}" in listed[0].sqref for row in range(first + 2, last + 1)} == {True}
