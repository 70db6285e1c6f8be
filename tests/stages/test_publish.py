"""Open data: valid for programs that are not ours, complete, without what is for the body alone; the gate before it."""

import csv
import io
import json
import time
from copy import deepcopy
from decimal import Decimal
from functools import cache

import pandas as pd
import pytest
import recorded
import report_year
from frictionless import Package

from perfxl.model.fields import objective_fields
from perfxl.stages.consolidate.view import View
from perfxl.stages.plan.drawing import write as write_plan
from perfxl.stages.publish import gate, package, tables
from perfxl.ui.cli import main
from perfxl.ui.cli.arguments import LICENCES

EXTENSION = {"properties": {"cig": {"title": "CIG", "type": "string"},
                            "diary": {"title": "Diario", "type": "string", "x-internal": True},
                            "memory": {"title": "Memoria", "type": "string", "x-cell": "long", "maxLength": 40_000, "x-internal": True}}}


def made(document: dict, extension: dict | None = None, language: str = "it") -> dict[str, bytes]:
    view = View(document)
    return package.package(view, tables.open_tables(view, extension), "CC-BY-4.0", language)


@cache
def year() -> dict[str, bytes]:
    return made(report_year.document())


@pytest.fixture
def folder(tmp_path):
    for name, content in year().items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def found(document: dict, names: tuple[str, ...] = ()) -> list[tuple[str, str, str]]:
    view = View(document)
    return [(f.code, f.values["value"], f.values["file"]) for f in gate.personal(view, tables.open_tables(view), names)]


@pytest.mark.parametrize("language", ("it", "en"))
@pytest.mark.parametrize("round", ("plan", "interim", "final"))
def test_the_package_is_valid_for_frictionless(tmp_path, round, language):
    for name, content in made(report_year.document(round), None, language).items():
        (tmp_path / name).write_bytes(content)
    read = Package(str(tmp_path / "datapackage.json"))
    report = read.validate()
    assert report.flatten(["type", "note"]) == [] and report.valid
    assert len(read.resources) == 10
    assert read.licenses == [{"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/",
                              "title": "Creative Commons Attribution 4.0"}]


def test_a_draft_is_valid_too_and_says_so_on_every_row_and_in_the_dictionary(tmp_path):
    view = View(report_year.document("final"))
    for name, content in package.package(view, tables.open_tables(view), "CC-BY-4.0", "en", draft=True).items():
        (tmp_path / name).write_bytes(content)
    assert Package(str(tmp_path / "datapackage.json")).validate().valid
    for path in tmp_path.glob("*.csv"):
        rows = list(csv.reader(path.open(encoding="utf-8", newline="")))
        assert all(row[0].startswith("DRAFT") for row in rows[1:]) if path.name != "dictionary.csv" else sum(row[1] == "draft" for row in rows) == 8
    document = json.loads((tmp_path / "data.json").read_bytes())
    assert document["draft"].startswith("DRAFT") and not {"draft"} & {*json.loads(made(report_year.document("final"))["data.json"])}


def test_frictionless_sees_a_row_that_points_nowhere(folder):
    text = (folder / "objectives.csv").read_text(encoding="utf-8")
    (folder / "objectives.csv").write_text(text.replace("S1.00001,,S1,", "S1.00001,,S99,", 1), encoding="utf-8", newline="")
    assert "foreign-key" in {e[0] for e in Package(str(folder / "datapackage.json")).validate().flatten(["type"])}


def test_pandas_reads_the_outcomes_of_the_document(folder):
    sectors = pd.read_csv(folder / "sectors.csv").set_index("sector")
    for mean in report_year.document()["outcomes"]["final"]["sectors"]:
        told = sectors.loc[mean["code"], "final_outcome"]
        assert pd.isna(told) if mean["outcome"] is None else Decimal(str(told)) == Decimal(mean["outcome"])
    objectives = pd.read_csv(folder / "objectives.csv").set_index(["objective", "sector"])
    outcomes = report_year.document()["outcomes"]["final"]["objectives"]
    assert len(objectives) == len(outcomes) == 68
    for o in outcomes:
        told = objectives.loc[(o["objective"], o["sector"]), "final_value"]
        assert pd.isna(told) if o["value"] is None else Decimal(str(told)) == Decimal(o["value"])
    assert len(pd.read_csv(folder / "phases.csv")) == sum(len(o["sheet"]["phases"]) for o in report_year.document()["content"]["objectives"])


def test_csv_and_json_say_the_same():
    document = json.loads(year()["data.json"])["tables"]
    for name in document:
        read = list(csv.DictReader(io.StringIO(year()[f"{name}.csv"].decode(), newline="")))
        assert len(read) == len(document[name])
        for one, other in zip(read, document[name], strict=True):
            assert {k for k, v in one.items() if v} == {k for k, v in other.items() if v != ""}
            assert all(one[k].lstrip("'") == v.lstrip("'") for k, v in other.items() if isinstance(v, str) and "\r" not in v)


def test_what_is_internal_stays_inside():
    document = deepcopy(report_year.document())
    for objective in document["content"]["objectives"]:
        objective["sheet"]["extension"] = {"cig": "Z123", "diary": "diarioxyz", "memory": "memoriaxyz " * 900}
    everything = b"\n".join(made(document, EXTENSION).values()).decode()
    assert "Z123" in everything and "x_cig" in everything
    staff = {n for o in document["content"]["objectives"] for n in o["sheet"].get("staff", ())}
    assert len(gate.staff(View(document))) > 40
    assert not [n for n in gate.staff(View(document)) if n in everything]
    assert staff and not [w for w in ("xyz", "x_diary", '"staff"', "Personale,Staff", "@robinie.example") if w in everything]


def test_texts_are_never_formulas_in_the_csv_and_are_whole_in_the_json():
    document = deepcopy(report_year.document("plan"))
    sheet = document["content"]["objectives"][0]["sheet"]
    sheet |= {"purpose": '=HYPERLINK("http://x","y")', "service": "- primo", "constraints": "\tx", "title": "＠SUM(1)", "detail": 'riga "uno",\nriga due; è così'}
    files = made(document)
    row = next(csv.DictReader(io.StringIO(files["objectives.csv"].decode(), newline="")))
    assert [row[k][:2] for k in ("purpose", "service", "constraints", "title")] == ["'=", "'-", "'\t", "'＠"]
    told = json.loads(files["data.json"])["tables"]
    assert told["objectives"][0]["purpose"] == sheet["purpose"]
    detail = [r for r in csv.DictReader(io.StringIO(files["narratives.csv"].decode(), newline="")) if r["about"] == "detail"][0]
    assert detail["text"] == sheet["detail"]


def test_every_field_is_in_the_dictionary_in_both_languages():
    rows = list(csv.DictReader(io.StringIO(year()["dictionary.csv"].decode(), newline="")))
    described = json.loads(year()["datapackage.json"])["resources"]
    fields = [(r["name"], f["name"]) for r in described[:-2] for f in r["schema"]["fields"]]
    assert [(r["table"], r["field"]) for r in rows] == fields
    assert all(r[k] for r in rows for k in ("title_it", "title_en", "description_it", "description_en"))
    assert [(r["table"], r["field"]) for r in rows if r["title_it"].casefold() == r["description_it"].rstrip(".").casefold()] == []
    said = {(r["table"], r["field"]): (r["description_it"], r["description_en"]) for r in rows}
    for table, items in (("phases", "phases"), ("results", "results"), ("money", "money")):
        for item in (i for i in next(f for f in objective_fields() if f.key == items).items if len(i.path) == 1):
            assert said.get((table, item.key), (item.description("it"), item.description("en"))) == (item.description("it"), item.description("en"))
    for table, field, word in (("sectors", "name", "settore"), ("sectors", "final_counted", "Quanti"), ("objectives", "final_counted", "Se "),
                               ("objectives", "kind", "trasversale"), ("narratives", "text", "intero"), ("measures", "deadline", "misura"),
                               ("phases", "sector", "capofila")):
        assert word in said[table, field][0], (table, field, said[table, field])
    status = next(r for r in rows if r["field"] == "final_status")
    assert "achieved = Raggiunto" in status["choices_it"] and "achieved = Achieved" in status["choices_en"]


def test_same_document_same_bytes():
    assert made(report_year.document()) == year()


PERSONAL = [("RSSMRA85T10A562S", "PUBL01"), ("it60 x054 2811 1010 0000 0123 456", "PUBL02"), ("IT60X0542811101000000123456", "PUBL02"),
            ("DE89370400440532013000", "PUBL02"), ("mario.rossi@example.com", "PUBL03"), ("0522 123456", "PUBL04"), ("+39 347 123 4567", "PUBL04"),
            ("338-1234567", "PUBL04"), ("Vera Zampolini", "PUBL05"), ("RSS MRA 85T10 A562S", "PUBL01"), ("rssmra85t10a562s", "PUBL01"),
            ("IT 60 X 05428 11101 000000123456", "PUBL02"), ("IT60-X054-2811-1010-0000-0123-456", "PUBL02"), ("mario.rossi (at) example.com", "PUBL03"),
            ("mario.rossi[at]example.com", "PUBL03"), ("tel. 0522 12 34 56", "PUBL04"), ("cell: 347 12.34.567", "PUBL04"), ("347 12 34 567", "PUBL04"),
            ("FR14 2004 1010 0505 0001 3M02 606", "PUBL02"), ("GB82WEST12345698765432", "PUBL02"), ("54362315K", "PUBL07"), ("X2482300W", "PUBL07"),
            ("131052-308T", "PUBL07"), ("756.9217.0769.85", "PUBL07"), ("2 95 10 99 126 111 93", "PUBL07"), ("PESEL 44051401359", "PUBL07"),
            ("CNP: 1630615123457", "PUBL07"), ("carta d’identità CA12345AB", "PUBL07"), ("passaporto n. YA1234567", "PUBL07"),
            ("+41 44 668 18 00", "PUBL04"), ("0044 20 7946 0018", "PUBL04"), ("+33 1 42 68 53 00", "PUBL04"), ("+1 (212) 555-2368", "PUBL04"),
            ("AB 123 CD", "PUBL08"), ("GA456YZ", "PUBL08"), ("veicolo targato RE 458812", "PUBL08"), ("number plate LK21 ABC", "PUBL08"),
            ("nata a Castelrobinia il 3 marzo 1980", "PUBL09"), ("nato il 12/05/1980", "PUBL09"), ("data di nascita: 01.02.1975", "PUBL09"),
            ("born on 3 March 1980", "PUBL09"), ("residente in via Garibaldi 12", "PUBL10"), ("residente a Castelrobinia", "PUBL10"),
            ("presso l’abitazione di via Giuseppe Verdi n. 4/b", "PUBL10"), ("who lives at 12 Mill Lane", "PUBL10"),
            ("per la lunga malattia della dipendente addetta", "PUBL11"), ("il responsabile è stato in infortunio", "PUBL11"),
            ("l’alunno con disabilità grave", "PUBL11"), ("maternità della sig.ra Neri", "PUBL11"), ("the only clerk was on sick leave", "PUBL11")]
#: The same kinds in other words, looked for in the text alone.
SAID = [("telefono dell’assessore: (0522) 610 245", "PUBL04"), ("her mobile is 07700 900123", "PUBL04"), ("mario.rossi chiocciola example.com", "PUBL03"),
            ("NI number QQ 12 34 56 C", "PUBL07"), ("nata nel comune di Guastalla l’8 marzo 1980", "PUBL09"), ("nato a Milano il dodici marzo 1975", "PUBL09"),
            ("DOB: 04/05/1970", "PUBL09"), ("née à Lyon le 3 mai 1970", "PUBL09"), ("la collega, di anni 54", "PUBL09"), ("l’utente di Via dei Mille 23", "PUBL10"),
            ("Piazza Unità d’Italia 4 int. 2", "PUBL10"), ("la manutenzione dell’abitazione di via Po 3", "PUBL10"), ("il funzionario ha avuto un infarto", "PUBL11"),
            ("l’agente in aspettativa per motivi di salute", "PUBL11"), ("il sig. Bianchi è affetto da diabete", "PUBL11"), ("l’impiegata è celiaca", "PUBL11"),
            ("il collega, assente da gennaio per un intervento chirurgico", "PUBL11"), ("il geom. Verdi è rientrato dopo la chemioterapia", "PUBL11"),
            ("la maestra ha comunicato lo stato di gravidanza", "PUBL11"), ("infortunio occorso all’operaio", "PUBL11"), ("Mr Brown’s surgery", "PUBL11")]


@pytest.mark.parametrize("text, code", SAID)
def test_the_gate_sees_what_is_said_in_other_words(text, code):
    assert [found for found, _ in gate.looks_personal(f"Come detto ({text}), si procede.")] == [code]


@pytest.mark.parametrize("text", ["centralino 0522 655454", "Telefono sociale 800 123456", "fax dismessi entro il 31/12/2021", "Corso Sicurezza 2021",
                                  "Piazza Grande 2021", "Via Emilia 12: riasfaltata", "residente in Comune da cinque anni",
                                  "il residente a Novellara", "un operatore del servizio disabilità", "il responsabile cura le pratiche di invalidità civile",
                                  "l’educatore accompagna i bambini con disabilità", "il messo notifica gli atti della commissione invalidità", "un alunno su dieci con disabilità",
                                  "la diagnosi organizzativa del dirigente", "Infortuni sul lavoro denunciati al dirigente", "tutela della salute del lavoratore",
                                  "the manager is in health and safety training", "L’utente accede al portale per l’invalidità", "classe 1958 degli archivi"])
def test_the_gate_lets_the_everyday_words_of_offices_pass(text):
    assert list(gate.looks_personal(f"Come detto ({text}), si procede.")) == []


@pytest.mark.parametrize("text, code", PERSONAL)
def test_the_gate_sees(text, code):
    document = deepcopy(report_year.document("plan"))
    document["content"]["objectives"][3]["sheet"]["detail"] = f"Come detto ({text}), si procede."
    findings = [f for f in found(document, ("Vera Zampolini",)) if f[0].startswith("PUBL")]
    assert [(c, f) for c, _, f in findings] == [(code, "narratives.csv")]


@pytest.mark.parametrize("text", ["RSSMRA85T10A562X", "IT61X0542811101000000123456", "determina n. 1234 del 03/05/2021", "€ 1.234.567,89",
                                  "CIG 8712345678", "prot. 2021/0012345", "anni 2021-2025", "S1.00001", "03.01.02", "art. 10", "a@b", "33.450 ore",
                                  "CIG 3471234567", "P.IVA 02341060350", "€ 347.123.456", "380.123.456 euro", "01 02 2021", "telefonate: 12", "AL30 nel 2021 e poi",
                                  "44051401359", "12345678A", "codice 131052-308X", "+39 12", "ISO 9001:2015", "EN 301 549", "10.500,00 +20%", "Unione nata il 15/12/2008",
                                  "un progetto nato nel 2019", "i nati nel 2020 sono 312", "la NATO", "nata a nuova vita la biblioteca", "manutenzione di via Roma",
                                  "la scuola di via Garibaldi 12", "lavori in piazza Verdi 3", "via PEC", "via Internet 24 ore su 24", "in via 2021",
                                  "i residenti in zona", "giornate di malattia: 312", "servizi per persone con disabilità", "invalidità civile: 40 domande",
                                  "telelavoro in gravidanza e maternità", "DG 123 S9", "UE 123/2016", "corso base di 20 ore", "Largo ai giovani 2021"])
def test_the_gate_lets_pass(text):
    document = deepcopy(report_year.document("plan"))
    document["content"]["objectives"][3]["sheet"]["detail"] = f"Come detto ({text}), si procede."
    assert found(document) == []


@pytest.mark.parametrize("text", ["x" * 40_000, "3" * 40_000, "a." * 20_000, "IT60" * 10_000, "tel. 0" + " 1" * 20_000, "+1 " * 13_000, "via Aa " * 6_000,
                                  "nato a " * 6_000, "residente a " * 3_500, "malattia del " * 3_000, "il responsabile " * 2_500, "PESEL 1" * 6_000, "AB 12" * 8_000,
                                  "il responsabile è " * 2_300, "tel. dell’ufficio " * 2_300, "la collega ha un " * 2_400, "Anna Neri " * 4_000])
def test_the_gate_reads_a_long_word_at_once(text):
    begun = time.process_time()
    list(gate.looks_personal(text))
    assert time.process_time() - begun < 2


def test_a_finding_names_the_cell():
    document = deepcopy(report_year.document())
    document["content"]["objectives"][3]["sheet"]["phases"][0].setdefault("readings", []).append({"round": "final", "done": "Chiamare lo 0522 123456."})
    document["places"] = [{"path": "/objectives/3/sheet/phases/0/text", "file": "ricevute/final/a.xlsx", "sheet": "DG.00004", "cell": "C21"}]
    view = View(document)
    finding, = gate.personal(view, tables.open_tables(view))
    assert (finding.place.file, finding.place.sheet, finding.place.cell) == ("ricevute/final/a.xlsx", "DG.00004", "C21")
    assert "0522 123456" in finding.message("it") and "0522 123456" in finding.message("en")


def test_nothing_is_written_before_it_has_been_looked_at(tmp_path, capsys):
    document = deepcopy(report_year.document())
    document["content"]["objectives"][3]["sheet"]["detail"] = "Scrivere a mario.rossi@example.com."
    result = tmp_path / "risultati" / "final"
    recorded.put(tmp_path, document)
    (tmp_path / "piano.xlsx").write_bytes(write_plan(report_year.document("plan")["content"]))
    command = ["publish", str(tmp_path), "--round", "final"]
    assert main(command) == 1
    assert "PUBL03" in capsys.readouterr().out and not (result / "dati-aperti").exists()
    assert main([*command, "--cleared", "--licence", "IODL-2.0"]) == 0
    assert "non può riconoscere" in capsys.readouterr().out.casefold()
    assert "mario.rossi@example.com" in (result / "dati-aperti" / "index.html").read_text(encoding="utf-8")
    assert 'lang="en"' in (result / "dati-aperti" / "index.en.html").read_text(encoding="utf-8")
    assert json.loads((result / "dati-aperti" / "datapackage.json").read_text())["licenses"][0]["name"] == "IODL-2.0"
    assert main(["publish", str(tmp_path), "--round", "interim"]) == 2


def test_the_licences_of_the_command_are_those_of_the_package():
    assert set(LICENCES) == set(package.LICENCES)


def test_what_a_killed_run_left_half_written_goes_away(demo_year, tmp_path):
    import shutil

    from perfxl.campaign import Campaign
    from perfxl.workflow.publish import publish

    campaign = Campaign(shutil.copytree(demo_year.folder, tmp_path / "c"))
    left = campaign.result("final", "dati-aperti") / ".settori.csv.ab12cd_9"
    left.parent.mkdir(exist_ok=True)
    left.write_bytes(b"x")
    publish(campaign, "final", "it", "CC-BY-4.0", cleared=True)
    assert not left.exists()
