"""The controller's review: what is written in the consolidated workbook comes back, wherever its rows went."""

import subprocess
from copy import deepcopy
from decimal import Decimal
from functools import cache
from io import BytesIO

import openpyxl
import pytest
import result_year
from looked_at import book_with, sheet_of
from review_sheet import Sheet, edited, fill_in, told
from text_tables import finding_lines, lines, rows, shown

from perfxl.campaign.register import Register
from perfxl.model import documents
from perfxl.model.outcomes import round_outcomes
from perfxl.model.readings import reading
from perfxl.stages import review
from perfxl.stages.consolidate import workbook as result
from perfxl.stages.review import Choice, Review, entries, lapsed, lay, numbered, replay
from perfxl.stages.review.blocks import OPEN
from perfxl.stages.review.unread_notes import has_notes

#: Of the real year the objectives that these tests speak of, beside those that several sectors hold.
SPOKEN_OF = {"S1.00001", "S1.00004", "S2.00001", "S3.00001", "S6.00003", "S9.00001"}
SHA = ["a" * 64, "b" * 64, "c" * 64]
WEIGHT, PHASE = "S1.00001/phases/3-bis/revision/weight", "S1.00001/phases/3-bis"


def content() -> dict:
    made = result_year.content()
    made["objectives"] = [o for o in made["objectives"] if o["code"] in SPOKEN_OF or len(o["holders"]) > 1]
    return made


def consolidated(round: str, given: dict | None = None) -> dict:
    return result_year.consolidated(round, given or content())


def answer(n: int, value: str) -> dict:
    return {"source": SHA[n], "file": f"ricevute/final/S1 {n}.xlsx", "sheet": "S1.00001", "cell": "D31", "by": "A. Bianchi", "value": value}


def document(round: str = "final", given: dict | None = None) -> dict:
    """The real year with two conflicts: on a value, and on a whole row."""
    document = consolidated(round, given)
    document["conflicts"] = [
        {"key": WEIGHT, "sector": "S1", "objective": "S1.00001", "field": "Peso", "base": "60", "answers": [answer(0, "35"), answer(1, "20")]},
        {"key": PHASE, "sector": "S1", "objective": "S1.00001", "field": "Fasi", "base": "com’era",
         "answers": [answer(0, "tolta"), answer(1, "Peso: 20"), answer(2, "Peso: 30")]}]
    return document


MADE = result.write(document())


@cache
def untouched() -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(MADE))


def reread(edit, made: bytes = MADE) -> Review:
    """The review of ``made`` after ``edit``: tables of text (``review_sheet``), or a function of the workbook."""
    return review.read(edited(edit if callable(edit) else lambda book: fill_in(book, edit), made), "consolidato.xlsx")


def problems(found: Review) -> list[str]:
    """The lines ``code | sheet | row | caption`` of what is told of the untouched rows."""
    return told(found.findings, untouched())


#: What a controller writes in an afternoon.
AFTERNOON = f"""
    Conflitti
    Dato     | Scelta                 | Nota
    {WEIGHT} | Risposta 2             | Lo dice la delibera
    {PHASE}  | Tieni il valore emesso |

    Valutazioni
    Settore | Obiettivo | Decisione   | Esito valutato | Motivo              | Deciso da
    S2      | S2.00001  | Rettificato | 82,5%          | Manca⏎la fase 4     | Nucleo
    S1      | S1.00001  | Accettato   |                |                     |

    Richieste
    Settore | Obiettivo | Riguarda | Domanda
    S3      | S3.00001  | fase 2   | =Quando?⏎- e perché

    Considerazioni
    Settore | Considerazioni
    S9      | -Un buon anno.⏎⏎Segue.
"""


def everything(book) -> None:
    fill_in(book, AFTERNOON)


EVERYTHING = Review(
    (Choice("S1", WEIGHT, choice=SHA[1], value=None, note="Lo dice la delibera",
            seen=tuple(SHA[:2])), Choice("S1", PHASE, choice="base", value=None, note="", seen=tuple(SHA))),
    ({"round": "final", "sector": "S3", "objective": "S3.00001", "about": "fase 2", "question": "=Quando?\n- e perché"},),
    evaluations=({"objective": "S1.00001", "sector": "S1", "round": "final", "percent": 100, "reason": "Esito dichiarato accettato."},
     {"objective": "S2.00001", "sector": "S2", "round": "final", "percent": Decimal("82.5"), "reason": "Manca\nla fase 4", "by": "Nucleo"}),
    considerations=({"sector": "S9", "round": "final", "text": "-Un buon anno.\n\nSegue."},), withdrawn=(),
    seen={("S1.00001", "S1", "final"): "100.00", ("S2.00001", "S2", "final"): "90.00"})


@pytest.mark.parametrize("round", ["plan", "interim", "final"])
def test_an_untouched_workbook_says_nothing(round):
    reviewed = review.read(result.write(document(round)), "c.xlsx")
    assert reviewed == Review() and not reviewed


def test_sheets_stand_only_where_they_have_a_purpose():
    def names(given):
        return [n for n in book_with(result.write(given)).sheetnames
                if n in ("Conflitti", "Valutazioni", "Richieste", "Considerazioni", "_elenchi")]
    assert names(consolidated("plan")) == ["Richieste", "_elenchi"]
    assert names(document("plan")) == ["Conflitti", "Richieste", "_elenchi"]
    assert names(consolidated("interim")) == ["Valutazioni", "Richieste", "Considerazioni", "_elenchi"]
    assert names(document("final")) == ["Conflitti", "Valutazioni", "Richieste", "Considerazioni", "_elenchi"]


def test_everything_the_controller_writes_comes_back():
    assert reread(everything) == EVERYTHING
    assert list(documents.violations("plan", lay(content(), EVERYTHING))) == []


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_it_comes_back_after_libreoffice(tmp_path, kind):
    (tmp_path / "consolidato.xlsx").write_bytes(edited(everything, MADE))
    (tmp_path / "out").mkdir()
    subprocess.run(["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", kind,
                    "--outdir", str(tmp_path / "out"), str(tmp_path / "consolidato.xlsx")], check=True, capture_output=True, timeout=240)
    saved = (tmp_path / "out" / f"consolidato.{kind}").read_bytes()
    assert review.read(saved, "c", written=MADE) == EVERYTHING and not has_notes(saved, MADE)


def test_it_comes_back_from_sorted_inserted_and_renamed_sheets():
    def edit(book):
        everything(book)
        for block in ("conflicts", "evaluations", "considerations", "requests"):
            sheet = Sheet(book, block)
            head, rows = sheet.top + 2, range(sheet.top + 2, sheet.bottom + 1)
            width = range(1, max(sheet.columns.values()) + 1)
            values = [[sheet.ws.cell(r, c).value for c in width] for r in rows]
            for n, line in enumerate(reversed(values)):
                for c, value in zip(width, line, strict=True):
                    sheet.ws.cell(head + n, c).value = value
                    if isinstance(value, str):
                        sheet.ws.cell(head + n, c).data_type = "s"
            sheet.ws.insert_rows(head + 1, 2)
            sheet.ws.title = f"Foglio {block}"
            del book.defined_names[f"px_review_{block}"]
    reading = reread(edit)
    assert sorted(map(repr, reading.evaluations)) == sorted(map(repr, EVERYTHING.evaluations))
    assert sorted(reading.choices, key=lambda c: c.key) == sorted(EVERYTHING.choices, key=lambda c: c.key)
    assert (reading.requests, reading.considerations, reading.findings) == (EVERYTHING.requests, EVERYTHING.considerations, ())


def test_a_row_that_lost_its_hidden_key_is_known_by_the_codes_it_shows():
    def edit(book):
        sheet = Sheet(book, "evaluations")
        sheet.put("final|S2.00001|S2", choice="Rettificato", percent=0.5, reason="Perché sì")
        sheet.put("final|S2.00001|S2", **{"#key": None})
    assert [(e["objective"], e["sector"], e["percent"]) for e in reread(edit).evaluations] == [("S2.00001", "S2", 50)]


def test_what_was_written_and_read_once_is_not_read_again():
    laid = lay(content(), EVERYTHING)
    again = {**consolidated("final", laid)}
    assert review.read(result.write(again), "c.xlsx") == Review()


def test_cleared_cells_take_the_evaluation_and_the_considerations_away():
    reading = reread("""
        Valutazioni
        Settore | Obiettivo | Decisione | Esito valutato | Motivo  | Deciso da
        S6      | S6.00003  | (vuoto)   | (vuoto)        | (vuoto) | (vuoto)

        Considerazioni
        Settore | Considerazioni
        S1      | (vuoto)""")
    assert reading.withdrawn == (("evaluation", "S6.00003", "S6", "final"), ("consideration", "S1", "final")) and not reading.findings
    laid = lay(content(), reading)
    assert "evaluations" not in laid and "considerations" not in laid


def test_another_value_is_typed_by_its_field():
    def other(typed: str, choice: str = "") -> Review:
        return reread(f"""
            Conflitti
            Dato     | Altro valore | Scelta
            {WEIGHT} | {typed}      | {choice}""")

    assert other("25%").choices == (Choice("S1", WEIGHT, choice="value", value=25, note="", seen=tuple(SHA[:2])),)
    assert [choice.value for choice in other("25%", "Altro valore").choices] == [25]
    assert not other("100%").findings
    found = other("120%")
    assert not found.choices and problems(found) == [f"DATA14 | Conflitti | {WEIGHT} | Altro valore"]


@pytest.mark.parametrize("row", rows(f"""
    Dato     | Scelta       | Altro valore | Nota        | detto
    {WEIGHT} | Altro valore |              |             | REVW11 Altro valore
    {WEIGHT} | Risposta 1   | 30%          |             | REVW12 Altro valore
    {WEIGHT} |              |              | Da rivedere | REVW13 Scelta
    {WEIGHT} | Risposta 3   |              |             | DATA06 Scelta
    {PHASE}  | Altro valore |              |             | DATA06 Scelta
    {PHASE}  |              | tolta        |             | REVW10 Altro valore
"""), ids=lambda row: row["detto"])
def test_choices_that_cannot_be_taken(row):
    reading = reread(f"""
        Conflitti
        Dato          | Scelta          | Altro valore          | Nota
        {row['Dato']} | {row['Scelta']} | {row['Altro valore']} | {row['Nota']}""")
    code, caption = row["detto"].split(" ", 1)
    assert not reading.choices and problems(reading) == [f"{code} | Conflitti | {row['Dato']} | {caption}"]


@pytest.mark.parametrize("row", rows(f"""
    Decisione   | Esito valutato | Motivo       | Deciso da | Data       | detto
                | 90%            | Sì           |           |            | REVW01 Decisione
                |                |              | Nucleo    |            | REVW01 Decisione
    Rettificato |                | Manca        |           |            | REVW02 Esito valutato
    Rettificato | 80%            |              |           |            | REVW03 Motivo
    Accettato   | 80%            |              |           |            | REVW04 Esito valutato
    forse       |                |              |           |            | DATA06 Decisione
    Rettificato | tanto          | Sì           |           |            | DATA11 Esito valutato
    Rettificato | -10%           | Sì           |           |            | PLAN24 Esito valutato
    Rettificato | 80%            | {"x" * 4001} |           |            | PLAN13 Motivo
    Rettificato | 80%            | Sì           |           | 31/09/2021 | DATA17 Data
"""), ids=lambda row: row["detto"])
def test_evaluations_that_cannot_be_taken(row):
    cells = {caption: typed for caption, typed in row.items() if caption != "detto"}
    reading = reread(f"""
        Valutazioni
        Settore | Obiettivo | {' | '.join(cells)}
        S2      | S2.00001  | {' | '.join(cells.values())}""")
    code, caption = row["detto"].split(" ", 1)
    assert not reading.evaluations and problems(reading) == [f"{code} | Valutazioni | S2 S2.00001 | {caption}"]


def accepted(sector: str, objective: str) -> str:
    return f"""
        Valutazioni
        Settore  | Obiettivo   | Decisione
        {sector} | {objective} | Accettato"""


def test_what_nobody_declared_cannot_be_accepted():
    given = content()
    holder = next(h for o in given["objectives"] if o["code"] == "S2.00001" for h in o["holders"])
    del reading(holder["holding"], "final")["percent"]
    made = result.write(consolidated("final", given))
    found = reread(accepted("S2", "S2.00001"), made)
    assert [f.code for f in found.findings] == ["REVW05"] and not found.evaluations


def test_a_transversal_outcome_is_accepted_from_its_measures():
    given = content()
    holder = next(h for o in given["objectives"] if o["code"] == "SG.00001" for h in o["holders"] if h["sector"] == "S1")
    del reading(holder["holding"], "final")["percent"]
    made = result.write(consolidated("final", given))
    found = reread(accepted("S1", "SG.00001"), made)
    assert shown(found.evaluations, "sector", "percent") == lines("S1 | 100")


def asked(row: dict[str, str]) -> Review:
    """The review where the first blank request says ``row``."""
    cells = {caption: typed for caption, typed in row.items() if caption != "detto"}
    return reread(f"Richieste\n{' | '.join(cells)}\n{' | '.join(cells.values())}")


@pytest.mark.parametrize("row", rows("""
    Settore | Obiettivo | Entro  | Domanda | detto
    S99     |           |        | Chi?    | REVW06 Settore
    S1      | S9.00099  |        | Chi?    | REVW07 Obiettivo
    S1      | S2.00001  |        | Chi?    | REVW08 Obiettivo
            |           |        | Chi?    | REVW09 Settore
    S1      |           | presto | Chi?    | DATA16 Entro
    S1      |           |        |         | REVW09 Domanda
"""), ids=lambda row: row["detto"])
def test_requests_that_cannot_be_taken(row):
    code, caption = row["detto"].split(" ", 1)
    found = asked(row)
    assert not found.requests and problems(found) == [f"{code} | Richieste |  | {caption}"]


def test_the_sector_of_a_request_follows_from_its_objective():
    request, = asked({"Settore": "", "Obiettivo": "S2.00001", "Domanda": "Chi?"}).requests
    assert request["sector"] == "S2"


def test_a_row_about_nothing_and_two_rows_about_one_thing():
    def edit(book):
        sheet = Sheet(book, "evaluations")
        sheet.put("final|S2.00001|S2", choice="Rettificato", percent=0.5, reason="Uno")
        below = sheet.bottom + 1
        for key, value in {"#key": "final|S2.00001|S2", "choice": "Rettificato", "percent": 0.6, "reason": "Due"}.items():
            sheet.ws.cell(below, sheet.columns[key]).value = value
        sheet.ws.cell(below + 1, sheet.columns["reason"]).value = "Di che cosa?"
    reading = reread(edit)
    assert not reading.evaluations and sorted(f.code for f in reading.findings) == ["DATA10", "REVW14", "REVW16"]


def test_a_deleted_sheet_is_noticed():
    reading = reread(lambda book: book.remove(book["Valutazioni"]))
    assert [f.code for f in reading.findings] == ["REVW15"] and not reading.evaluations


def test_an_invented_code_is_refused_also_where_the_key_was_typed_over():
    reading = reread(lambda book: Sheet(book, "evaluations").put(
        "final|S2.00001|S2", choice="Rettificato", percent=0.5, reason="Uno", **{"#key": "final|S2.00777|S2"}))
    assert [f.code for f in reading.findings] == ["REVW07"] and not reading.evaluations


def test_other_workbooks_have_no_review():
    assert review.read(edited(lambda book: None, openpyxl_blank()), "altro.xlsx") == Review()
    assert [f.code for f in review.read(b"PK nonsense", "rotto.xlsx").findings] == ["FILE13"]


def openpyxl_blank() -> bytes:
    out = BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


def test_only_what_the_controller_fills_in_is_open():
    book = untouched()
    for block, columns in OPEN.items():
        sheet = Sheet(book, block)
        assert sheet.ws.protection.sheet and not sheet.ws.protection.password
        open_ = {c.column for row in sheet.ws.iter_rows() for c in row if not c.protection.locked}
        assert open_ == {sheet.columns[c] for c in columns}, block
        asked = [r for r in range(sheet.top + 2, sheet.bottom + 1) if sheet.ws.cell(r, sheet.columns[columns[0]]).protection.locked]
        assert len(asked) == (1 if block == "requests" else 0)


def test_drop_downs_say_the_choices():
    book = untouched()
    def lists(block):
        sheet = Sheet(book, block)
        return [v.formula1 for v in sheet.ws.data_validations.dataValidation if v.type == "list"]
    assert '"Tieni il valore emesso,Risposta 1,Risposta 2,Altro valore"' in lists("conflicts")
    assert '"Tieni il valore emesso,Risposta 1,Risposta 2,Risposta 3"' in lists("conflicts")
    assert lists("evaluations") == ['"Accettato,Rettificato"']
    assert lists("requests")[0].startswith("'_elenchi'!") or "_elenchi" in lists("requests")[0]


def test_a_big_year_has_few_rules_and_reads_back():
    given = content()
    one = next(o for o in given["objectives"] if o["code"] == "S2.00001")
    for n in range(400):
        more = deepcopy(one)
        more["code"] = f"S2.{n + 1000:05d}"
        given["objectives"].append(more)
    made = result.write(consolidated("final", given))
    reading = reread(accepted("S2", "S2.01399"), made)
    assert [e["objective"] for e in reading.evaluations] == ["S2.01399"]
    small, big = (len(Sheet(openpyxl.load_workbook(BytesIO(book)), "evaluations").ws.data_validations.dataValidation) for book in (MADE, made))
    assert small == big


def test_laying_keeps_the_originals_and_numbers_new_requests():
    given = content()
    before = deepcopy(given)
    laid = lay(given, EVERYTHING)
    assert given == before
    assert shown(laid["requests"], "id", "sector") == lines("""
        1 | S1
        2 | S3""")
    assert laid["requests"][:1] == before["requests"]
    assert shown(laid["evaluations"], "objective", "percent") == lines("""
        S6.00003 | 90
        S1.00001 | 100
        S2.00001 | 82,5""")
    assert [o["holders"] for o in laid["objectives"]] == [o["holders"] for o in before["objectives"]]


def test_laying_twice_is_laying_once():
    once = lay(content(), EVERYTHING)
    assert lay(once, EVERYTHING) == once


def test_the_controllers_newest_word_wins():
    newest = Review(evaluations=({"objective": "S6.00003", "sector": "S6", "round": "final", "percent": 85, "reason": "Riesame"},),
                    considerations=({"sector": "S1", "round": "final", "text": "Nuove."},))
    laid = lay(content(), newest)
    assert [e["percent"] for e in laid["evaluations"]] == [85] and [c["text"] for c in laid["considerations"]] == ["Nuove."]
    value = next(o for o in round_outcomes(laid, "final").objectives if o.objective == "S6.00003" and o.sector == "S6")
    assert (value.value, value.declared, value.basis) == (85, 80, "evaluated")


def test_numbers_once_given_stay_even_when_the_plan_takes_them():
    made = numbered(content(), EVERYTHING)
    assert [request["id"] for request in made.requests] == ["2"]
    given = content()
    given["requests"].append({"id": "2", "sector": "S9", "question": "Un’altra"})
    assert shown(lay(given, made)["requests"], "id", "sector") == lines("""
        1 | S1
        2 | S3
        3 | S9""")


def test_an_answer_in_the_content_survives_its_request_being_laid_again():
    made = numbered(content(), EVERYTHING)
    given = lay(content(), made)
    next(r for r in given["requests"] if r["id"] == "2")["answer"] = "Ieri."
    assert {r["id"]: r.get("answer") for r in lay(given, made)["requests"]}["2"] == "Ieri."


def test_an_evaluation_lapses_when_the_sector_declares_something_else():
    given = content()
    holder = next(h for o in given["objectives"] if o["code"] == "S2.00001" for h in o["holders"])
    reading(holder["holding"], "final")["percent"] = 95
    finding, = lapsed(given, EVERYTHING)
    assert finding_lines([finding], "code | sector | objective") == lines("REVW17 | S2 | S2.00001")
    assert "82,5%" in finding.message("it")
    assert "S2.00001" not in [e["objective"] for e in lay(given, EVERYTHING)["evaluations"]]
    assert lapsed(content(), EVERYTHING) == []


def test_the_register_keeps_the_review(tmp_path):
    made = numbered(content(), EVERYTHING)
    with Register.open(tmp_path) as register:
        for e in entries(made):
            register.decide(e.key, e.choice, e.value, round="final", sector=e.sector, answers=e.answers, by=e.by)
        register.decide("S1:qualcosa", "base", round="final", sector="S1")
    with Register.open(tmp_path, write=False) as register:
        kept = replay(register.decisions("final").values())
    assert kept == Review((), made.requests, evaluations=made.evaluations, considerations=made.considerations, withdrawn=(),
                          seen=dict(made.seen))
    assert lay(content(), kept) == lay(content(), made)


def test_what_was_taken_away_stays_away():
    gone = Review(withdrawn=(("evaluation", "S6.00003", "S6", "final"),))
    assert "evaluations" not in lay(content(), replay(entries(gone)))


def test_english():
    made = result.write(document(), "en")
    assert {"Conflicts", "Evaluations", "Requests", "Considerations"} <= set(book_with(made).sheetnames)
    reading = reread(lambda b: Sheet(b, "evaluations").put("final|S2.00001|S2", choice="Overridden", percent=0.8, reason="Why not"), made)
    assert [e["percent"] for e in reading.evaluations] == [80]


def test_the_sectors_sheet_says_what_the_evaluator_decided():
    ws = sheet_of(result.write(consolidated("final", lay(content(), EVERYTHING))), "S2")
    said = [c.value for row in ws.iter_rows() for c in row if isinstance(c.value, str)]
    assert any(s.endswith("dichiarato 90,00%, riconosciuto 82,50%. Manca\nla fase 4 (deciso da Nucleo)") for s in said)
    assert "Nel totale contano gli esiti del valutatore: accettati come dichiarati: 0; rettificati: S2.00001 (90,00% → 82,50%)." in said


def test_a_shared_objective_says_why_its_lead_was_changed():
    given = content()
    shared = next(o for o in given["objectives"] if o.get("kind") != "transversal" and len(o["holders"]) > 1)
    other = next(h["sector"] for h in shared["holders"] if h["sector"] != shared["lead"])
    given["evaluations"] = [{"objective": shared["code"], "sector": shared["lead"], "round": "final", "percent": 55, "reason": "Del capofila"}]
    assert any("Del capofila" in str(c.value) for c in sheet_of(result.write(consolidated("final", given)), other)["A"])


def test_what_cannot_be_taken_stands_in_the_next_workbook_as_it_was():
    first = reread(f"""
        Conflitti
        Dato     | Nota
        {WEIGHT} | Da rivedere

        Valutazioni
        Settore | Obiettivo | Decisione | Esito valutato | Motivo
        S2      | S2.00001  |           | 90%            | =Un motivo⏎lungo
        S6      | S6.00003  | (vuoto)   |                |

        Richieste
        Domanda
        A chi?""")
    assert [f.code for f in first.findings] == ["REVW13", "REVW09", "REVW01", "REVW01"]
    again = result.write(document(), pending=first.pending)
    second = review.read(again, "consolidato.xlsx")
    assert problems(second) == problems(first) and second.pending == first.pending
    third = reread(f"""
        Valutazioni
        Settore | Obiettivo | Decisione
        S2      | S2.00001  | Rettificato

        Conflitti
        Dato     | Scelta
        {WEIGHT} | Risposta 1""", again)
    assert shown(third.evaluations, "percent", "reason") == lines("90 | =Un motivo⏎lungo")
    assert [(c.choice, c.note) for c in third.choices] == [(SHA[0], "Da rivedere")]


def test_the_finding_quotes_what_has_no_row_to_stand_on():
    def edit(book):
        sheet = Sheet(book, "evaluations")
        for key, value in {"choice": "Rettificato", "reason": "Di che cosa parla?"}.items():
            sheet.ws.cell(sheet.bottom + 1, sheet.columns[key]).value = value
    finding, = reread(edit).findings
    assert "«Rettificato; Di che cosa parla?»" in finding.message("it")


def test_a_run_does_not_lose_what_it_cannot_take(tmp_path):
    from perfxl import demo
    from perfxl.campaign import Campaign
    from perfxl.workflow.consolidate import consolidate
    from perfxl.workflow.issue import issue
    from perfxl.workflow.new import new

    campaign = Campaign(tmp_path / "c")
    new(campaign, 2021, demo.plan(), "it")
    issue(campaign, "interim", ("S8",), "it")
    consolidate(campaign, "interim", "it")
    path = campaign.result("interim", "consolidato.xlsx")
    path.write_bytes(edited(lambda book: fill_in(book, "Richieste\nDomanda\nA chi la mando?"), path.read_bytes()))
    for _ in range(2):
        run = consolidate(campaign, "interim", "it")
        assert [f.code for f in run.findings if f.code.startswith("REVW")] == ["REVW09"]
        assert [p.cells["question"].value for p in review.read(path.read_bytes(), "c").pending] == ["A chi la mando?"]


def test_a_choice_written_in_a_workbook_of_the_first_shape_is_on_what_today_is_called_otherwise():
    old = document()
    next(c for c in old["conflicts"] if c["key"] == WEIGHT)["key"] = "S1.00001/phases/3-bis/weight_revised"
    reading = reread("""
        Conflitti
        Dato                                 | Scelta
        S1.00001/phases/3-bis/weight_revised | Risposta 2""", result.write(old))
    assert not reading.findings and [(c.key, c.choice) for c in reading.choices] == [(WEIGHT, SHA[1])]


def test_decisions_that_a_register_keeps_from_the_first_shape_hold(tmp_path):
    from perfxl.workflow.register_updates import SEPARATOR, decisions, record_withdrawn_decision

    with Register.open(tmp_path) as register:
        said = [[5, SHA[0]], [{"weight_revised": 7}, SHA[1]]]
        register.decide(f"S1{SEPARATOR}S1.00001/phases/3-bis/weight_revised", SHA[0], round="interim", sector="S1", answers=said)
        register.decide(f"S1{SEPARATOR}{PHASE}", SHA[1], round="interim", sector="S1", answers=said)
        (first, second), = (d.values() for d in decisions(register, "interim").values())
        assert (first.key, first.choice, second.key) == (WEIGHT, SHA[0], PHASE)
        assert second.answers_seen == ((5, SHA[0]), ({"revision/weight": 7}, SHA[1]))
        record_withdrawn_decision(register, "interim", "S1", WEIGHT, "Terzoni", "Sbagliato")
        assert list(decisions(register, "interim")["S1"]) == [PHASE]
        register.decide(f"S1{SEPARATOR}{WEIGHT}", SHA[1], round="interim", sector="S1", answers=said)
        assert decisions(register, "interim")["S1"][WEIGHT].choice == SHA[1]
