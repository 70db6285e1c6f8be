"""The form in a clerk's hands: real keystrokes in LibreOffice, on a laptop's screen, and what perfxl reads of what they leave.

The acts of a task are keys, clicks and values typed, from the double click on the attachment on.
"""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import form_year
import pytest
from keyboard import Keyboard

from perfxl.stages import issue
from perfxl.stages.check import check
from perfxl.stages.read import read

SHEET = "S1.00001"
PAGE = (Path(__file__).parents[2] / "docs" / "tastiera.md").read_text(encoding="utf-8")
#: By task in a few words, the acts that the page says it takes.
ACTS = {m[1]: int(m[2]) for m in re.finditer(r"^\| (\w[^|`]*?) \| [^|`]* \| (\d+) \|$", PAGE, re.MULTILINE)}
#: What is typed, then what it becomes in a percentage, a number, a date, a text and a list, as the page says.
ENTRIES = {m[1]: [c.strip() for c in m[2].split("|")] for m in re.finditer(r"^\| `([^`]+)`[^|]*\|(.*)\|$", PAGE, re.MULTILINE)}


@pytest.fixture(scope="module")
def hands(tmp_path_factory):
    made = Keyboard(tmp_path_factory.mktemp("keyboard"))
    yield made
    made.end()


@pytest.fixture
def form(tmp_path) -> Path:
    path = tmp_path / "S1.xlsx"
    path.write_bytes(issue.issue(issue.returns(form_year.plan(), "interim")["S1"], form_year.plan()))
    return path


def returned(path: Path) -> dict:
    return read(path.read_bytes(), path.name).document["objectives"][0]


def cell(hands: Keyboard, name: str) -> str:
    sheet, address = hands.ask("place", name)
    assert sheet == SHEET
    return address


def beside(address: str, columns: int = 0, rows: int = 0) -> str:
    letters, digits = address.rstrip("0123456789"), address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return f"{chr(ord(letters) + columns)}{int(digits) + rows}"


def typed(hands: Keyboard, address: str, text: str) -> str | None:
    """What a cell shows after ``text`` was typed over what stood there; None when the program refused it."""
    hands.ask("put", SHEET, address)
    hands.key("Delete")
    hands.type(text)
    title = next(iter(hands.ask("dialogs")), None)
    if title is not None and hands.refused(title):
        return None
    return hands.ask("cell", SHEET, address)[0]


def test_what_is_typed_becomes_what_was_meant_or_is_asked(hands, form):
    hands.open(form)
    hands.ask("put", SHEET, "B5")
    outcome, weight, reason = (cell(hands, f"px01_holding__{n}") for n in ("reading__percent", "revision__weight", "reading__reason"))
    share = beside(cell(hands, "px01_t_phases_reading"), 2, 2)
    start = beside(cell(hands, "px01_t_phases"), 3, 2 + 4 * 3)  # of the first phase that can be added
    assert typed(hands, share, "135") is None and typed(hands, share, "molto") is None
    for address in (outcome, weight, share):
        assert typed(hands, address, "12,5") == "12,50%"
        assert typed(hands, address, "0,35") == "0,35%"
        assert typed(hands, address, "35") == "35,00%"
        assert typed(hands, address, "35%") == "35%%"  # Calc adds a sign; it is read, and counted, as what it means
    assert typed(hands, reason, "=1+1 non basta") == "=1+1 non basta"
    assert typed(hands, beside(reason, 0, 1), "- rinviato") == "- rinviato"
    assert typed(hands, start, "30.09.2021") is None and typed(hands, start, "30-9-21") is None
    assert typed(hands, start, "30/09/2021") == "30/09/2021"
    assert hands.ask("cell", *hands.ask("place", "pxc01_outcome"))[1] == pytest.approx(0.35)
    hands.save()
    hands.close()
    document = returned(form)
    assert (document["holding"]["reading"], document["holding"]["revision"]) == (
        {"percent": 35, "reason": "=1+1 non basta", "note": "- rinviato"}, {"weight": 35})
    assert document["sheet"]["phases"][0]["reading"] == {"realised": 35}


def test_a_fraction_and_a_date_of_another_year_are_asked_about(hands, form):
    hands.open(form)
    hands.ask("put", SHEET, "B5")
    first = beside(cell(hands, "px01_t_phases"), 0, 2 + 4 * 3)
    assert typed(hands, cell(hands, "px01_holding__reading__percent"), "0,35") == "0,35%"
    for column, text in enumerate(("4", "Collaudo", "10", "30/9")):
        typed(hands, beside(first, column), text)
    hands.save()
    hands.close()
    reading = read(form.read_bytes(), form.name)
    told = reading.document["objectives"][0]
    assert told["holding"]["reading"]["percent"] == Decimal("0.35")
    phase = told["sheet"]["phases"][4]
    assert phase["start_1"][4:] == "-09-30" and phase["start_1"][:4] != "2021"  # the program takes the year of today
    findings = check(reading.document, issue.returns(form_year.plan(), "interim")["S1"], plan=form_year.plan(), round="interim",
                  places=reading.places, file=form.name)
    assert {("TYPE01", "/objectives/0/holding/reading/percent"), ("DATE06", "/objectives/0/sheet/phases/4/start_1")} <= {
        (f.code, f.path) for f in findings}


def test_a_link_leads_to_the_cell_and_the_keys_go_on_from_there(hands, form):
    hands.open(form)
    sheet, first = hands.go("ctrl+Next")  # the summary opens on the code of the first objective
    assert (sheet, hands.ask("cell", sheet, first)[0]) == ("Riepilogo", SHEET)
    hands.click(sheet, first, control=True)
    outcome = cell(hands, "px01_holding__reading__percent")
    assert hands.ask("where") == [SHEET, outcome]
    hands.type("90", "Tab")
    hands.type("Parzialmente raggiunto", "Return")
    assert [hands.ask("cell", SHEET, beside(outcome, 0, n))[0] for n in (0, 1)] == ["90,00%", "Parzialmente raggiunto"]
    hands.close()


def test_the_outcome_of_an_objective_with_three_phases_takes_no_more_than_twelve_acts(hands, form):
    hands.open(form)
    hands.go("ctrl+Next", "ctrl+Next")
    assert hands.ask("where") == [SHEET, cell(hands, "px01_holding__reading__percent")]
    outcome, share = hands.ask("where")[1], beside(cell(hands, "px01_t_phases_reading"), 2, 2)
    left = hands.ask("visible")[0]
    hands.click(SHEET, share)
    for text in ("100", "50", "0"):
        hands.type(text)
    hands.click(SHEET, outcome)
    hands.key("alt+Down", "Down", "Return")  # as the phases give it
    hands.until(lambda: hands.ask("cell", SHEET, outcome)[0], "the outcome is chosen")
    assert hands.ask("cell", SHEET, outcome)[0] == hands.ask("cell", *hands.ask("place", "pxc01_by_phases"))[0] != ""
    assert hands.ask("visible")[0] == left  # never a scroll sideways
    assert hands.acts == ACTS["l’esito di un obiettivo con tre fasi"] <= 12
    hands.save()
    hands.close()
    document = returned(form)
    assert document["holding"]["reading"]["percent"] == Decimal("50")
    assert [p.get("reading", {}).get("realised") for p in document["sheet"]["phases"]][:3] == [100, 50, 0]


def test_adding_a_phase_takes_the_acts_that_the_page_says(hands, form):
    hands.open(form)
    hands.go("ctrl+Next", "ctrl+Next")
    link = beside(cell(hands, "px01_t_phases_reading"), 1, -1)
    hands.click(SHEET, link, control=True)
    for text in ("4", "Collaudo e consegna", "10", "01/10/2021", "31/12/2021"):
        hands.type(text, "Tab")
    assert hands.acts == ACTS["una fase aggiunta al monitoraggio"]
    hands.save()
    hands.close()
    assert returned(form)["sheet"]["phases"][4] == {
        "id": "4", "text": "Collaudo e consegna", "weight": 10, "start_1": "2021-10-01", "end_1": "2021-12-31"}


def test_a_fifth_phase_is_added_behind_the_plus_and_can_be_reported_on(hands, form):
    hands.open(form)
    first = hands.ask("place", "px01_t_phases")[1]
    rows = [beside(first, 0, 2 + 3 * n) for n in range(16)]
    end = beside(rows[-1], 0, 3)
    hands.ask("put", SHEET, end)
    assert hands.ask("around", SHEET, rows[7]) and not hands.ask("around", SHEET, rows[8])
    assert hands.ask("cell", SHEET, end)[0].startswith("Servono altre righe? In LibreOffice aprile con il + a sinistra")
    hands.unfold(SHEET, end, rows[8])
    assert all(hands.ask("around", SHEET, r) for r in rows[8:]) and not hands.ask("around", SHEET, beside(rows[9], 0, 1))
    hands.click(SHEET, rows[8])
    for text in ("9", "Quinta aggiunta", "10", "01/10/2021", "31/12/2021"):
        hands.type(text, "Tab")
    hands.save()
    hands.close()
    assert returned(form)["sheet"]["phases"][4] == {
        "id": "9", "text": "Quinta aggiunta", "weight": 10, "start_1": "2021-10-01", "end_1": "2021-12-31"}


def test_answering_a_question_takes_the_acts_that_the_page_says(hands, tmp_path):
    plan = form_year.plan()
    prefilled = issue.returns(plan, "interim")["S1"]
    asked = issue.request_return(plan, "S1", requests=[{"id": "1", "sector": "S1", "objective": SHEET, "question": "Quante pratiche?"}],
                        round="interim", prefilled=prefilled)
    path = tmp_path / "domande.xlsx"
    path.write_bytes(issue.issue(asked, plan))
    hands.open(path)
    hands.go("ctrl+Next")
    assert hands.ask("cell", *hands.ask("place", "pxm_check_answers"))[0] == "Domande senza risposta: 1"
    hands.type("=12 pratiche, come da verbale")
    assert hands.ask("cell", *hands.ask("place", "pxm_check_answers"))[0].startswith("In ordine")
    hands.save()
    assert hands.acts == ACTS["la risposta a una domanda, salvata"]
    hands.close()
    assert read(path.read_bytes(), path.name).document["requests"][0]["answer"] == "=12 pratiche, come da verbale"


def test_each_entry_becomes_what_the_page_says(hands, form):
    """In each kind of cell; after a percent sign or a day a number’s own cell keeps that format, so these come last."""
    hands.open(form)
    hands.ask("put", SHEET, "B5")
    new = beside(cell(hands, "px01_t_phases"), 3, 2 + 4 * 3)
    value = beside(cell(hands, "px01_t_results_reading"), 3, 2)
    kinds = [beside(cell(hands, "px01_t_phases_reading"), 2, 2), value, new, *(cell(hands, f"px01_holding__reading__{k}") for k in ("reason", "status"))]
    pasted = [entry for entry in ENTRIES if entry == "80"]
    assert len(ENTRIES) == 8 and pasted
    for n, address in enumerate(kinds):
        late = ["35%", "30/9"] if address == value else []
        for entry in [*(e for e in ENTRIES if e not in late), *late]:
            there = beside(address, 0, 1) if address == value and entry == "30/9" else address
            wanted = ENTRIES[entry][n].removesuffix("▲").strip().replace("2026", str(date.today().year))
            if entry in pasted:
                hands.ask("put", SHEET, there)
                hands.key("Delete")
                hands.paste(entry)
                hands.until(lambda there=there: hands.ask("cell", SHEET, there)[0], "it is pasted")
                found = hands.ask("cell", SHEET, there)[0]
            else:
                found = typed(hands, there, entry) or "–"
            assert found == wanted, (entry, address)
    hands.close()


def test_lines_pasted_over_the_phases_below_and_values_dragged_and_copied_are_told(hands, form):
    hands.open(form)
    hands.ask("put", SHEET, "B5")
    done = beside(cell(hands, "px01_t_phases_reading"), 1, 2)
    share, lines = beside(done, 1), ["Predisposto lo schema di accordo,", "sentiti i responsabili dei servizi", "e raccolte le firme."]
    hands.click(SHEET, done)
    hands.paste("\n".join(lines))
    assert [hands.ask("cell", SHEET, beside(done, 0, n))[0] for n in range(3)] == lines  # it runs over the phases below
    assert hands.ask("cell", *hands.ask("place", "pxc01_check_typed"))[0].startswith("Un testo sembra continuare nella riga sotto")
    hands.click(SHEET, share)
    hands.type("35")
    hands.click(SHEET, share)
    hands.drag(SHEET, share, beside(share, 0, 2))
    assert [hands.ask("cell", SHEET, beside(share, 0, n))[0] for n in range(3)] == ["35,00%", "36,00%", "37,00%"]  # as the first sheet says
    actual = beside(cell(hands, "px01_t_results_reading"), 3, 2)
    hands.click(SHEET, done)
    hands.key("ctrl+c")
    hands.click(SHEET, actual)
    hands.key("ctrl+v")
    hands.until(lambda: hands.ask("cell", SHEET, actual)[0], "the text is pasted on a number")
    assert hands.ask("cell", *hands.ask("place", "pxc01_check_typed"))[0].startswith("Una cella (in arancione) contiene un testo")
    hands.key("Escape")
    hands.save()
    hands.close()
    reading, prefilled = read(form.read_bytes(), form.name), issue.returns(form_year.plan(), "interim")["S1"]
    findings = check(reading.document, prefilled, form_year.plan(), "interim", reading.places, form.name)
    assert [(f.path, f.values["rows"]) for f in findings if f.code == "TYPE02"] == [("/objectives/0/sheet/phases/1/reading/done", "2, 3-bis")]
    assert [(f.path, f.values["first"]["it"]) for f in findings if f.code == "TYPE03"] == [("/objectives/0/sheet/phases/1/reading/realised", "35%")]
    assert [(f.code, f.place.cell) for f in reading.findings] == [("DATA11", actual)]


def test_lines_pasted_after_f2_stay_in_their_cell(hands, form):
    hands.open(form)
    hands.ask("put", SHEET, "B5")
    done = beside(cell(hands, "px01_t_phases_reading"), 1, 2)
    hands.click(SHEET, done)
    hands.key("F2")
    hands.paste("Prima riga,\nseconda riga", edits=True)
    hands.go("Return")
    hands.save()
    hands.close()
    assert [p.get("reading") for p in returned(form)["sheet"]["phases"]][:2] == [{"done": "Prima riga,\nseconda riga"}, None]


def test_what_is_pasted_is_taken_for_what_it_is_or_told(hands, form):
    """From another cell, a computed one, a table over closed cells, a page or a word processor: right, refused, or red at once."""
    hands.open(form)
    hands.ask("put", SHEET, "B5")
    outcome, done = cell(hands, "px01_holding__reading__percent"), beside(cell(hands, "px01_t_phases_reading"), 1, 2)
    share, typed_check = beside(done, 1), hands.ask("place", "pxc01_check_typed")
    hands.copy(SHEET, beside(share, 1), share)  # a formula of cells that it cannot find from there
    assert hands.ask("cell", *typed_check)[0].startswith("Una cella contiene un errore")
    hands.key("ctrl+z")
    hands.until(lambda: not hands.ask("cell", SHEET, share)[0], "it is undone")
    hands.click(SHEET, done)
    hands.paste("Fatto\t50\t30\nIn corso\t20\t30")  # over the weights, which are closed
    assert hands.refused("Information") and not any(hands.ask("cell", SHEET, beside(done, c, r))[0] for c in (0, 1) for r in (0, 1))
    hands.ask("put", SHEET, done)
    hands.paste("Fatto tutto.\t100%\nIn corso.\t50%\nDa fare.\t0%")
    assert [hands.ask("cell", SHEET, beside(share, 0, n))[0] for n in range(3)] == ["100,00%", "50,00%", "0,00%"]
    hands.copy(SHEET, hands.ask("place", "pxc01_by_phases")[1], outcome)  # another formula
    assert hands.ask("cell", SHEET, outcome)[1] == 0.5 and hands.ask("cell", *typed_check)[0].startswith("In ordine")
    hands.ask("put", SHEET, beside(share, 0, 2))
    hands.paste("0%", page="<html><body><p style='color:red'><b>0%</b></p></body></html>")  # comes as text
    assert hands.ask("cell", *typed_check)[0].startswith("Una cella (in arancione) contiene un testo")
    hands.ask("put", SHEET, beside(done, 0, 1))
    hands.paste("Scritto l’avviso,\nin corso la raccolta", page="<html><body><p>Scritto l’avviso,</p><p>in corso la raccolta</p></body></html>")
    hands.key("Escape")
    hands.save()
    hands.close()
    reading = read(form.read_bytes(), form.name)
    assert [p["reading"]["realised"] for p in reading.document["objectives"][0]["sheet"]["phases"][:3]] == [100, 50, 0]
    findings = check(reading.document, issue.returns(form_year.plan(), "interim")["S1"], form_year.plan(), "interim", reading.places, form.name)
    assert [f.values["rows"] for f in findings if f.code == "TYPE02"] == ["3-bis"]


def test_a_cell_of_another_form_is_pasted_with_its_value(hands, form, tmp_path):
    other = tmp_path / "S1 di prima.xlsx"
    other.write_bytes(form.read_bytes())
    hands.open(form)
    share = beside(cell(hands, "px01_t_phases_reading"), 2, 2)
    hands.open(other)
    hands.ask("put", SHEET, share)
    hands.type("80")
    hands.ask("put", SHEET, share)
    hands.key("ctrl+c")
    hands.go("Down")  # after the key, as it came
    hands.close()
    hands.window = hands.until(lambda: hands._windows(form.name), "the form is in front")
    hands._run("windowfocus", "--sync", hands.window)
    hands.ask("put", SHEET, share)
    hands.key("ctrl+v")
    hands.until(lambda: hands.ask("cell", SHEET, share)[0], "it is pasted")
    hands.key("Escape")
    hands.ask("put", SHEET, share)
    hands.type("0,35")  # what the cell refuses or doubts it still does
    assert hands.ask("cell", SHEET, share)[0] == "0,35%" and hands.ask("cell", *hands.ask("place", "pxc01_check_typed"))[0].startswith("Una percentuale")
    hands.close()


def test_a_seventeenth_phase_of_the_plan_is_refused_and_the_line_there_says_what_to_do(hands, tmp_path):
    path = tmp_path / "S1.xlsx"
    path.write_bytes(issue.issue(issue.returns(form_year.plan(), "plan")["S1"], form_year.plan()))
    hands.open(path)
    last = beside(hands.ask("place", "px01_t_phases")[1], 0, 1 + 16)
    hands.ask("put", SHEET, last)
    assert hands.ask("around", SHEET, last)  # open, with all those before it
    hands.type("16", "Tab")
    below = beside(last, 0, 1)
    hands.click(SHEET, below)
    assert hands.ask("cell", SHEET, below)[0].startswith("Non bastano 16 righe? Dillo nelle considerazioni")
    hands._run("type", "1")
    hands.until(lambda: "Information" in hands.ask("dialogs"), "it is refused")
    assert hands.refused("Information") and hands.ask("cell", SHEET, last)[0] == "16"
    hands.close()


def test_the_controller_decides_in_the_consolidated_workbook(hands, tmp_path):
    from test_review import MADE, PHASE, SHA, WEIGHT

    from perfxl.stages import review

    path = tmp_path / "consolidato.xlsx"
    path.write_bytes(MADE)
    hands.open(path)
    while hands.ask("where")[0] != "Conflitti":
        hands.go("ctrl+Next")
    choice = hands.ask("where")[1]
    assert all(hands.ask("around", "Conflitti", f"{column}{choice[1:]}") for column in "ABCDEFGHI")  # the answers and the choice at once
    hands.type("Risposta 2")
    hands.type("Risposta 7")
    assert hands.refused("Scelta")  # two copies have answered here, three there
    hands.ask("put", "Conflitti", beside(choice, 0, 1))
    hands.type("Tieni il valore emesso")
    while hands.ask("where")[0] != "Valutazioni":
        hands.go("ctrl+Next")
    first = hands.ask("where")[1]
    share, reason = beside(first, 1), beside(first, 2)
    assert hands.ask("visible")[2] >= ord(reason[0]) - ord("A")  # decision, percentage and reason on one screen with the figures
    hands.type("Accettato", "Tab")
    hands.type("45")  # not what was declared
    hands.until(lambda: hands.colour("Valutazioni", share) == (251, 217, 215), "the figure that differs is told")
    hands.ask("put", "Valutazioni", first)
    hands.type("Rettificato", "Tab")
    for text, shown in (("0,35", "0,35%"), ("35", "35,00%"), ("35%", "35%%")):
        hands.ask("put", "Valutazioni", share)
        hands.key("Delete")
        hands.type(text)
        assert hands.ask("cell", "Valutazioni", share)[0] == shown
    hands.ask("put", "Valutazioni", reason)
    hands.type("=1+1 non basta")
    hands.click("Valutazioni", "A2", control=True)
    front, first = hands.ask("where")
    sector = hands.ask("cell", front, first)[0]
    assert front == "Cruscotto" and sector  # the first sector, not a blank corner
    hands.ask("put", front, "A1")
    hands.click(front, first, control=True)
    assert hands.ask("where")[0] == sector
    hands.save()
    hands.close()
    reviewed = review.read(path.read_bytes(), path.name)
    assert [(c.key, c.choice, c.value) for c in reviewed.choices] == [(WEIGHT, SHA[1], None), (PHASE, "base", None)]
    assert [(e["percent"], e["reason"]) for e in reviewed.evaluations] == [(35, "=1+1 non basta")]
