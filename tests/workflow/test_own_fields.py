"""A field that a controller gives a table in the plan workbook is on every surface, typed and checked, without code."""

import io
import json
import re
import zipfile
from contextlib import contextmanager
from copy import deepcopy
from decimal import Decimal

import plan_text
import pytest
from department_year import plan, run, told
from openpyxl import load_workbook
from return_text import pointer
from text_tables import EMPTIED, cases, finding_lines, rows

from perfxl import tables
from perfxl.campaign import Campaign
from perfxl.model import documents
from perfxl.model.fields import objective_fields
from perfxl.model.next_year import carry
from perfxl.model.own_fields import key_of, own_properties
from perfxl.model.terms import USUAL, nouns, use_words, using_words, words_in_use
from perfxl.stages import plan as plan_stage
from perfxl.stages.check import check
from perfxl.stages.issue import returns
from perfxl.stages.issue.fill import fill
from perfxl.stages.merge import threeway
from perfxl.stages.plan.drawing import write
from perfxl.stages.read import read
from perfxl.stages.review.blocks import field_of
from perfxl.workbook.patch.workbook import Workbook
from perfxl.workflow.check import inspect
from perfxl.workflow.plan_workbook import plan_of

#: A field for each table, each of another kind, and one that is not published. A code is given once in a list of the results: objectives
#: and holders stand in one.
FIELDS = plan_text.plan("""
    Campi propri
    Tabella             | Codice  | Titolo                   | Titolo in inglese | Spiegazione             | Che cosa contiene | A quali tornate          | Almeno
    Obiettivi           | Dato    | Dato proprio objectives  | Own objectives    | Spiegazione objectives  | Numero            | Consuntivo               | 0
    Risultati attesi    | Dato    | Dato proprio results     | Own results       | Spiegazione results     | Scelta            |                          |
    Fasi                | Dato    | Dato proprio phases      | Own phases        | Spiegazione phases      | Data              | Monitoraggi e consuntivo |
    Settori titolari    | Quota   | Dato proprio assignments | Own assignments   | Spiegazione assignments | Percentuale       |                          |
    Settori             | Dato    | Dato proprio sectors     | Own sectors       | Spiegazione sectors     | Testo             |                          |
    Linee strategiche   | Dato    | Dato proprio lines       | Own lines         | Spiegazione lines       | Sì o no           |                          |
    Misure              | Dato    | Dato proprio measures    | Own measures      | Spiegazione measures    | Importo           | Consuntivo               |
    Risorse finanziarie | Dato    | Dato proprio money       | Own money         | Spiegazione money       | Testo             |                          |
    Fasi                | interno | Nota interna             |                   |                         | Testo             |                          |
    """, """
    Campi propri #2: Valori            | Alta quota⏎Bassa quota
    Campi propri #2: Valori in inglese | High⏎Low
    Campi propri #3: Obbligatorio      | Sì
    Campi propri #9: Si pubblica       | No""")["fields"]
OWN = {row["table"]: row for row in FIELDS if row["code"] != "interno"}
#: What is told in them: as it stands in documents, and as papers show it.
SAID = rows("""
    tabella     | nei documenti     | nelle carte
    objectives  | 12.5              | 12,5
    results     | "Bassa quota"     | Bassa quota
    phases      | "2026-11-30"      | 30/11/2026
    assignments | 37.5              | 37,5
    sectors     | "Palazzina Verde" | Palazzina Verde
    lines       | true              | Sì
    measures    | 4321.5            | 4.321,50
    money       | "CUP-J31B"        | CUP-J31B""")
TOLD = {row["tabella"]: json.loads(row["nei documenti"]) for row in SAID}
SHOWN = {row["tabella"]: row["nelle carte"] for row in SAID}
BODY = ("sectors", "lines")


def title(table: str) -> str:
    return OWN[table]["title"]


def key(table: str) -> str:
    return key_of(OWN[table]["code"])


def with_fields() -> dict:
    """The plan of the department with a field of its own in every table, and one that is not published."""
    made = plan()
    made["sectors"].pop(1)
    made["objectives"] = [made["objectives"][0], made["objectives"][3]]
    made["fields"] = deepcopy(FIELDS)
    made["sectors"][0]["own_dato"], made["cascade"][0]["own_dato"] = TOLD["sectors"], True
    sheet = made["objectives"][0]["sheet"]
    sheet["money"] = [{"kind": "expense_current", "amount": 100}]
    sheet["phases"] = [{"id": "1", "text": "Prova delle aule", "weight": 100}]
    made["objectives"][0]["kind"] = "transversal"
    made["measures"] = [{"sector": "12", "measure": {"objective": "OB-12.01-A", "id": "1", "measure": "Formazione"}}]
    return made


def fill_in(document: dict, round: str) -> dict:
    """``document``, as a sector fills in its own fields at ``round``."""
    made, final = told(document, round), round == "final"
    for objective in made["objectives"]:
        sheet = objective["sheet"]
        if final:
            sheet["own_dato"] = TOLD["objectives"]
            for phase in sheet.get("phases", ()):
                phase["own_dato"] = TOLD["phases"]
                phase.setdefault("reading", {"realised": 80, "done": "Fatto quanto previsto."})
        else:
            objective["holding"]["own_quota"] = TOLD["assignments"]
            for table in ("results", "money"):
                for item in sheet.get(table, ()):
                    item["own_dato"] = TOLD[table]
            for phase in sheet.get("phases", ()):
                phase["own_interno"] = "Segreto di casa"
    for measure in made.get("measures", ()) if final else ():
        measure["reading"], measure["own_dato"] = {"percent": 90, "result": "Fatta"}, TOLD["measures"]
    return made


def give(campaign: Campaign, round: str, change=lambda document: document) -> None:
    """Fill in and give back every form of ``round``."""
    for form in sorted((campaign.folder / "emesse" / round).glob("*.xlsx")):
        document = change(fill_in(read(form.read_bytes(), form.name).document, round))
        made, findings = fill(form.read_bytes(), document)
        assert findings == []
        documents.write_bytes(campaign.folder / "ricevute" / round / form.name, made)


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    home = tmp_path_factory.mktemp("campi")
    (home / "piano.json").write_text(json.dumps(with_fields()), encoding="utf-8")
    campaign = Campaign(home / "c")
    with using_words(nouns()[USUAL]):  # what is adopted here ends with this module
        yield _played(campaign, home)


@pytest.fixture(scope="module")
def words_of_year(year):
    """The words that reading its plan brings into use."""
    with using_words(nouns()[USUAL]):
        plan_of(year, "it")
        return words_in_use()


@pytest.fixture(autouse=True)
def usual_words(words_of_year):
    """Here every test begins with the fields of that year in use, as every command does that reads its plan."""
    use_words(words_of_year)


def _played(campaign: Campaign, home) -> Campaign:
    run("new", campaign.folder, "--from", home / "piano.json")
    plan_of(campaign, "it")
    for round in ("plan", "final"):
        run("issue", campaign.folder, "--round", round)
        give(campaign, round)
        run("consolidate", campaign.folder, "--round", round)
    run("report", campaign.folder, "--round", "final")
    run("publish", campaign.folder, "--round", "final")
    plan_of(campaign, "it")
    return campaign


def _words(data: bytes) -> str:
    archive = zipfile.ZipFile(io.BytesIO(data))
    return " ".join(re.sub(r"<[^>]+>", " ", archive.read(n).decode()) for n in archive.namelist() if n.endswith(".xml"))


@pytest.mark.parametrize("table", OWN)
def test_the_plan_workbook_takes_it_and_gives_it_back(year, table):
    document = plan_stage.read(year.plan.read_bytes()).document
    assert [row["title"] for row in document["fields"] if row["table"] == table][:1] == [title(table)]
    if table in BODY:
        assert document["sectors" if table == "sectors" else "cascade"][0]["own_dato"] == TOLD[table]
    assert plan_stage.read(write(document)).document == document


@pytest.mark.parametrize("table", [t for t in OWN if t not in BODY])
def test_the_form_has_it_at_its_round_and_reads_it_back(year, table):
    seen = {round: title(table) in _words(year.issued_form(round, "12").read_bytes()) for round in ("plan", "final")}
    assert seen == {"plan": OWN[table].get("rounds", "plan") == "plan", "final": True}
    returned = year.folder / "ricevute" / ("plan" if seen["plan"] else "final") / "12.xlsx"
    assert f"'{key(table)}': " in str(read(returned.read_bytes(), "12.xlsx").document)


@pytest.mark.parametrize("table", OWN)
def test_the_result_holds_it_typed_and_its_lists_show_it(year, table):
    content = documents.load(year.result("final"))["content"]
    objective = content["objectives"][0]
    item = {"objectives": objective["sheet"], "assignments": objective["holders"][0]["holding"], "sectors": content["sectors"][0],
            "lines": content["cascade"][0], "measures": content["measures"][0]["measure"]}.get(table) or objective["sheet"][table][0]
    value = item[key(table)]
    assert (value, type(value) in (int, Decimal)) == (TOLD[table], type(TOLD[table]) is float)
    book = load_workbook(year.result("final", "consolidato.xlsx"), read_only=True)
    assert any(title(table) in str(cell) for ws in book for row in ws.iter_rows(values_only=True) for cell in row if cell)


@pytest.mark.parametrize("table", OWN)
def test_tables_open_data_page_and_word_have_it(year, table):
    name = {"assignments": "objectives", "lines": "cascade"}.get(table, table)
    folder = year.result("final").parent
    assert tables(folder)[name][key(table)].notna().any()
    first, *_ = (folder / "dati-aperti" / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    assert key(table) in first.split(",") and OWN[table]["help"] in (folder / "dati-aperti" / "dictionary.csv").read_text(encoding="utf-8")
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", (folder / "dati-aperti" / "index.html").read_text(encoding="utf-8")))
    document, = folder.glob("relazione*.docx")
    for said in (page, re.sub(r"\s+", " ", _words(document.read_bytes()))):
        assert re.search(rf"{title(table)}:? (€ )?{re.escape(SHOWN[table])}", said)


def test_what_is_not_published_is_in_the_workbook_alone(year):
    folder = year.result("final").parent
    assert [p.name for p in (folder / "dati-aperti").iterdir() if "Segreto di casa" in p.read_text(encoding="utf-8", errors="replace")] == []
    assert not any("Segreto di casa" in _words(p.read_bytes()) for p in folder.glob("*.docx"))
    assert "Segreto di casa" in _words(year.result("final", "consolidato.xlsx").read_bytes())


@pytest.mark.parametrize("case", rows("""
    cella                           | scritto    | rilievo
    Dato proprio objectives         | -1         | DATA04
    Dato proprio objectives         | tanto      | DATA11
    Fasi 1: Dato proprio phases     | 30/02/2026 | DATA17
    Fasi 1: Dato proprio phases     | (vuoto)    | TEXT12
    Misure 1: Dato proprio measures | molti      | DATA11
    """), ids=lambda case: " ".join(case.values()))
def test_a_wrong_or_missing_value_is_told_on_its_cell(year, case):
    returned = (year.folder / "ricevute" / "final" / "12.xlsx").read_bytes()
    reading = read(returned, "12.xlsx")
    place = reading.places[pointer(reading.document, case["cella"])]
    wrong = {"-1": -1, EMPTIED: None}.get(case["scritto"], case["scritto"])
    book = load_workbook(io.BytesIO(returned))
    book[place.sheet][place.cell] = wrong
    book.save(year.folder / "prova.xlsx")
    inspected = inspect([year.folder / "prova.xlsx"], "it").findings
    assert f"{case['rilievo']} | {place.cell}" in finding_lines(inspected, "code | cell")


@pytest.mark.parametrize("blank", [None, "phases"])
def test_a_blank_that_the_body_asks_for_is_red_while_one_fills_in(year, blank):
    issued = year.issued_form("final", "12").read_bytes()
    document = fill_in(read(issued, "12.xlsx").document, "final")
    for phase in document["objectives"][0]["sheet"][blank] if blank else ():
        del phase["own_dato"]
    book = Workbook(fill(issued, document)[0])
    entry, ref = book.places()["pxc01_check_texts"]
    assert book.sheet(entry).at(ref.top, ref.left).value == (
        "Un campo che l’ente chiede è vuoto: compilalo." if blank else "In ordine")


def test_two_copies_are_put_together_and_a_dispute_is_told_by_its_name(year):
    form = read(year.issued_form("plan", "12").read_bytes(), "12.xlsx").document
    ours, theirs = deepcopy(form), deepcopy(form)
    for copy, quota, cup in ((ours, 10, "A"), (theirs, 20, None)):
        copy["objectives"][0]["holding"]["own_quota"] = quota
        if cup:
            copy["objectives"][0]["sheet"]["phases"][0]["own_interno"] = cup
    merged = threeway.merge(form, ours, theirs)
    assert [c.key for c in merged.conflicts] == ["OB-12.01-A/holding/own_quota"]
    assert field_of(merged.conflicts[0].key).title("en") == "Own assignments"
    assert merged.document["objectives"][0]["sheet"]["phases"][0]["own_interno"] == "A"


def test_the_year_that_follows_keeps_the_fields_and_what_the_plan_says_in_them(year):
    last = documents.load(year.result("final"))
    use_words(nouns()[USUAL])
    made = carry(last, 2027, every=True)
    plan_of(year, "it")
    assert made["fields"] == last["content"]["fields"] and made["sectors"][0]["own_dato"] == TOLD["sectors"]
    sheet = made["objectives"][0]["sheet"]
    assert "own_dato" not in sheet and sheet["phases"][0]["own_interno"] == "Segreto di casa"  # what the final round found is not planned
    assert plan_stage.read(write(made)).document == made


def told_of(text: str) -> list[str]:
    """The cells at which a plan is told that rows ``text`` of its sheet of own fields cannot be."""
    fields = plan_text.plan(f"Campi propri\n{text.strip()}")["fields"]
    for number, row in enumerate(fields):
        fields[number] = {"code": f"c{number}", "title": "A", **row}
    with plain():
        reading = plan_stage.read(write(stripped({**with_fields(), "fields": fields})))
    return [f.place.cell for f in reading.findings if f.code == "PLAN96"]


@pytest.mark.parametrize("row", rows("""
    Tabella             | Che cosa contiene | Valori | Almeno | Al massimo | Chi lo compila           | A quali tornate | Si pubblica | si corregge in
    Fasi                | Scelta            |        |        |            |                          |                 |             | F4
    Fasi                | Testo             | x      |        |            |                          |                 |             | F4
    Fasi                | Numero            |        | 5      | 2          |                          |                 |             | I4
    Fasi                | Testo             |        | 1      |            |                          |                 |             | H4
    Settori             | Testo             |        |        |            | Il settore, nella scheda |                 |             | J4
    Risorse finanziarie | Testo             |        |        |            |                          | Consuntivo      |             | K4
    Responsabili        | Testo             |        |        |            |                          |                 | No          | M4
    """), ids=lambda row: row["si corregge in"])
def test_a_row_that_makes_no_sense_is_told_on_the_cell_that_mends_it(row):
    given = {caption: text for caption, text in row.items() if caption != "si corregge in"}
    assert told_of(f"{' | '.join(given)}\n{' | '.join(given.values())}") == [row["si corregge in"]]


@pytest.mark.parametrize("case", cases("""
    caso                           | Tabella             | Codice
    a code twice, in capitals      | Fasi                | a
                                   | Fasi                | A
    of objectives and of holders   | Obiettivi           | a
                                   | Settori titolari    | a
    of results and of their bodies | Risultati attesi    | a
                                   | Valori per ente     | a
    a seventh one                  | Risorse finanziarie | c0
                                   | Risorse finanziarie | c1
                                   | Risorse finanziarie | c2
                                   | Risorse finanziarie | c3
                                   | Risorse finanziarie | c4
                                   | Risorse finanziarie | c5
                                   | Risorse finanziarie | c6
    """), ids=lambda case: next(iter(case))["caso"])
def test_a_code_given_twice_or_a_field_too_many_is_told(case):
    found = told_of("\n".join(["Tabella | Codice | Che cosa contiene", *(f"{row['Tabella']} | {row['Codice']} | Testo" for row in case)]))
    assert found == [f"B{3 + len(case)}"]


def stripped(made: dict) -> dict:
    """``made`` without the values of fields that it no longer declares."""
    return {k: stripped(v) if isinstance(v, dict) else [stripped(x) if isinstance(x, dict) else x for x in v] if isinstance(v, list) else v
            for k, v in made.items() if not k.startswith("own_")}


def test_a_column_that_the_controller_adds_by_hand_is_read_and_one_that_lacks_is_asked_for():
    body = {"table": "sectors", "code": "Sede", "title": "Sede operativa", "kind": "text", "who": "body", "required": True}
    with plain():
        book = load_workbook(io.BytesIO(write(stripped({k: v for k, v in plan().items() if k != "fields"}))))
        for column, value in enumerate(("Unità organizzative", "Sede", "Sede operativa", None, "Testo"), 1):
            book["Campi propri"].cell(4, column, value)
        book["Campi propri"].cell(4, 12, "Sì")
        asked = plan_stage.read(saved(book))
        assert {f.code for f in asked.findings} == {"PLAN97", "PLAN98"}
        sheet = book["Unità organizzative"]
        first = asked.findings[[f.code for f in asked.findings].index("PLAN98")].place.cell
        sheet[first] = "Sede operativa"
        for row in (4, 5, 6):
            sheet.cell(row, sheet[first].column, f"Palazzo {row}")
        reading = plan_stage.read(saved(book))
    assert reading.findings == () and [s["own_sede"] for s in reading.document["sectors"]] == ["Palazzo 4", "Palazzo 5", "Palazzo 6"]
    assert {k: v for k, v in body.items() if k != "who"} == reading.document["fields"][0]


def saved(book) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@contextmanager
def plain():
    """Meanwhile no body's words and fields are in use."""
    with using_words(nouns()[USUAL]):
        yield


@pytest.mark.parametrize("hostile", [
    "x", 3, {"a": 1}, [None], [[]], [{}], [{"table": [], "code": {}, "title": 1, "kind": []}],
    [{"table": "phases", "code": "a__b", "title": "A", "kind": "text"}], [{"table": "phases", "code": "../a", "title": "A", "kind": "text"}],
    [{"table": "phases", "code": "a" * 31, "title": "A", "kind": "text"}], [{"table": "phases", "code": "a", "title": " ", "kind": "text"}],
    [{"table": "phases", "code": "a", "title": "A", "kind": "choice", "choices": [{}, 1]}],
    [{"table": "__class__", "code": "a", "title": "A", "kind": "text"}], [{"table": "phases", "code": "a\n", "title": "A", "kind": "text"}]])
def test_fields_that_cannot_be_are_passed_over(hostile):
    assert own_properties(hostile) == ""


def test_what_a_field_says_of_itself_commands_nothing():
    """Marks of perfxl's texts, formulas, a length without end: a title is a title, and a million rows are as many as a table has room for."""
    rows = [{"table": "money", "code": f"c{n}", "title": "=1+1 {_:boom} {0.__class__}", "kind": "text", "help": "{_:x}"} for n in range(10_000)]
    with using_words({"fields": rows}):
        own = [c for f in objective_fields() if f.key == "money" for c in f.items if c.own]
        assert len(own) == 6 and own[0].title("it") == "=1+1 { _:boom} {0.__class__}" and own[0].description("en") == "{ _:x}"


def test_a_form_issued_before_the_field_was_thought_of_is_not_blamed(year):
    form = year.issued_form("final", "12").read_bytes()
    reading = read(form, "12.xlsx")
    plan = deepcopy(documents.load(year.result("final"))["content"])
    for table in ("phases", "objectives"):
        plan["fields"].append({"table": table, "code": "nuovo", "title": f"Nuovo {table}", "kind": "text", "rounds": "all", "required": True})
    with using_words(plan):
        old = check(reading.document, None, plan, "final", reading.places, "12.xlsx")
        asked = {f.values["field"]["it"] for f in old if f.code == "TEXT12"}
        assert asked == {title("phases")}
        issued = returns(plan, "final")["12"]
        new = check(issued, None, plan, "final", {}, "12.xlsx")
        assert {f.values["field"]["it"] for f in new if f.code == "TEXT12"} >= {"Nuovo phases", "Nuovo objectives"}


def test_seen_without_its_campaign_a_form_names_own_fields_by_their_captions(year, usual_words):
    [form] = [f for f in (year.folder / "ricevute" / "final").glob("12.xlsx")]
    with using_words(nouns()[USUAL]):
        found = [f for f in read(form.read_bytes(), "12.xlsx").findings if f.code == "FORM13"]
        said = [f.say(language)["found"] for f in found for language in ("it", "en")]
    assert {str(f.values["name"]): str(f.values["found"]) for f in found} == {
        "Dato proprio objectives": "12.5", "Dato proprio assignments": "0.375", "Dato proprio results": "R1: Bassa quota | R2: Bassa quota",
        "Dato proprio phases / Nota interna": "1: 30/11/2026 | 1: Segreto di casa"}
    assert not re.search(r"own_|_own|t_results|t_phases|#", " ".join(said))
