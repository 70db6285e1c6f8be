"""``perfxl new --from LIST``: lists of three shapes matched, confirmed, laid into a plan; what is not taken is told."""

import csv
import io
import re
from dataclasses import replace

import list_examples
import pytest
import small_year
from openpyxl import Workbook, load_workbook
from plan_text import table
from text_tables import cells, finding_lines, lines

from perfxl.campaign import Campaign
from perfxl.model.findings import Finding
from perfxl.stages import plan
from perfxl.stages.intake import filling, proposal, sheet, tables
from perfxl.stages.intake.named_people import people
from perfxl.stages.intake.targets import targets
from perfxl.stages.plan.drawing import write as plan_workbook
from perfxl.ui.cli import main
from perfxl.workbook.sheets import Refused
from perfxl.workflow import new_from_list
from perfxl.workflow.consolidate import consolidate
from perfxl.workflow.issue import issue
from perfxl.workflow.new import new
from perfxl.workflow.running import CannotRun

GIVEN = targets()
LISTS = {"wide.xlsx": list_examples.wide, "long.csv": list_examples.long, "merged.xlsx": list_examples.merged}


def matched(data: bytes, name: str):
    sheets = tables.read(data, name, proposal.is_heading)
    return sheets, proposal.propose(sheets, GIVEN, year=2027)


def filled(data: bytes, name: str) -> filling.Filled:
    found, matches = matched(data, name)
    return filling.fill(plan.blank_plan(2027), found, matches=matches, given=GIVEN, file=name)


def told(findings: tuple[Finding, ...], but: str = "LIST05 LIST10 LIST15", only: str = "") -> list[str]:
    """The lines ``code | cell`` of the findings: those of the codes ``only``, or all ``but`` those that nearly every list has."""
    return finding_lines([f for f in findings if (f.code in only if only else f.code not in but)], "code | cell")


def workbook(*sheets: tuple[str, str] | str) -> bytes:
    """A workbook with the rows of each of ``sheets`` (name and text, or text alone), cell by cell from A1: what is a number is one,
    what stands between double quotes is that text, a line of dashes is a blank row."""
    book = Workbook()
    book.remove(book.active)
    for sheet_ in sheets:
        name, text = ("Foglio1", sheet_) if isinstance(sheet_, str) else sheet_
        ws = book.create_sheet(name)
        for line in filter(str.strip, text.splitlines()):
            ws.append([] if set(line.strip()) == {"-"} else [value(cell) for cell in cells(line)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def value(cell: str) -> str | int | float | None:
    """What stands in a cell of a list."""
    if cell[:1] == cell[-1:] == '"':
        return cell[1:-1]
    number = float(cell.replace(",", ".")) if re.fullmatch(r"-?\d+(,\d+)?", cell) else None
    return (cell or None) if number is None else int(number) if number.is_integer() else number


def say_yes(path, **changes) -> None:
    """Answer Yes in the workbook of the matching; ``changes``: what becomes of the headings named."""
    book = load_workbook(path)
    ws = book.worksheets[0]
    ws.cell(sheet.CONFIRM_ROW, sheet.BECOMES).value = "Sì"
    for row in range(sheet.HEAD_ROW + 1, ws.max_row + 1):
        if ws.cell(row, 4).value in changes:
            ws.cell(row, sheet.BECOMES).value = changes[ws.cell(row, 4).value]
    book.save(path)


def test_a_wide_list_is_a_row_an_objective_with_numbered_phases():
    made = filled(list_examples.wide(), "wide.xlsx")
    assert made.counts == {"sectors": 2, "cascade": 2, "objectives": 3, "phases": 5, "results": 3}
    assert table(made.document, "Settori", "Codice | Nome | Dirigente") == lines("""
        S1 | Servizi alla persona | Livia Montanelli
        S2 | Lavori pubblici      | Teo Bartolacci""")
    assert table(made.document, "Settori titolari", "Obiettivo | Settore | Peso") == lines("""
        S1.00001 | S1 | 60%
        S1.00001 | S2 |
        S1.00002 | S1 | 40%
        S2.00001 | S2 | 100%""")
    assert table(made.document, "Fasi", "Obiettivo | Fase | Descrizione della fase | Fine nell’anno del piano | Peso") == lines("""
        S1.00001 | 1 | Progetto e atti      | 31/03/2027 | 40%
        S1.00001 | 2 | Apertura al pubblico | 15/12/2027 | 60%
        S1.00002 | 1 | Bozza                | 31/05/2027 | 50%
        S1.00002 | 2 | Approvazione         | 31/10/2027 | 50%
        S2.00001 | 1 | Rilievo              | 30/04/2027 | 100%""")
    assert table(made.document, "Obiettivi", "Data inizio | Linee strategiche") == lines("""
        10/01/2027 | 01
        01/02/2027 | 01
        01/01/2027 | 02""")
    assert told(made.findings) == lines("""
        LIST01 | R5
        LIST01 | I6
        LIST04 | A4""")
    assert told(made.findings, only="LIST05 LIST10") == lines("""
        LIST05 | T4
        LIST10 | A7""")


def test_a_long_list_is_a_row_a_phase_and_blanks_go_on():
    made = filled(list_examples.long(), "long.csv")
    assert made.counts["objectives"] == 3 and made.counts["phases"] == 5
    assert table(made.document, "Obiettivi", "Codice | Capofila") == lines("""
        AMM.001 | S1
        AMM.002 | S1
        POL.001 | S2""")
    assert table(made.document, "Fasi", "Obiettivo | Descrizione della fase") == lines("""
        AMM.001 | Mappa dei ritardi
        AMM.001 | Regole per le fatture
        AMM.002 | Indice e grafici
        POL.001 | Turni concordati
        POL.001 | Uscite dal venerdì alla domenica""")
    assert [line for line in table(made.document, "Responsabili", "Obiettivo | Responsabile") if line.startswith("POL")] == lines("""
        POL.001 | Neri Santoloci
        POL.001 | Ezia Furlanis""")
    assert told(made.findings) == lines("""
        LIST07 | C2
        LIST07 | C5""")


def test_merged_headings_and_titles_over_the_rows_say_what_their_columns_and_rows_are():
    made = filled(list_examples.merged(), "merged.xlsx")
    assert table(made.document, "Settori", "Codice | Nome | E-mail") == lines("""
        A1 | Affari generali | affari@valdorata.example
        A2 | Territorio      | territorio@valdorata.example""")
    assert table(made.document, "Obiettivi", "Codice | Capofila") == lines("""
        1.1 | A1
        1.2 | A1
        2.1 | A2""")
    assert table(made.document, "Risultati attesi", "Obiettivo | Risultato atteso | Valore atteso") == lines("""
        1.1 | Fascicoli digitalizzati | 4000
        1.1 | Tempo medio di ricerca  | 5
        1.2 | Contratti nei tempi     | 95
        2.1 | Alberi censiti          |""")
    assert table(made.document, "Cascata", "Titolo") == ["Semplificare", "Città verde"]
    assert told(made.findings) == lines("LIST01 | F9")


def test_headings_of_three_rows_and_a_line_over_them_that_says_the_sector():
    made = filled(list_examples.three_heads(), "three.xlsx")
    assert table(made.document, "Settori", "Codice | Nome") == lines("""
        S1 | AFFARI GENERALI
        S2 | AMBIENTE E SUOLO""")
    assert table(made.document, "Obiettivi", "Codice | Capofila | Dettaglio dell’obiettivo") == lines("""
        1.1 | S1 | In due sedi
        2.1 | S2 | In due sedi""")
    assert "1.1 | S1 | 100%" in table(made.document, "Settori titolari", "Obiettivo | Settore | Peso")
    dates = "Obiettivo | Fase | Descrizione della fase | Inizio nell’anno del piano | Fine nell’anno del piano"
    assert [line for line in table(made.document, "Fasi", dates) if line.startswith("1.1")] == lines("""
        1.1 | 1 | Analisi | 01/01/2027 | 31/03/2027
        1.1 | 2 | Avvio   | 01/04/2027 | 30/11/2027""")
    assert [line for line in table(made.document, "Risultati attesi", "Obiettivo | Risultato atteso | Valore atteso") if line.startswith("1.1")] == lines("""
        1.1 | Pratiche  | 120
        1.1 | Nei tempi | 75""")
    assert table(made.document, "Cascata", "Codice | Titolo") == lines("01 | Città che accoglie")
    assert told(made.findings) == []


def test_a_list_as_it_is_published_with_its_sector_merged_over_the_rows():
    made = filled(list_examples.published(), "allegato.xlsx")
    assert table(made.document, "Obiettivi", "Codice | Capofila | Tipo") == lines("""
        A1.00001 | A1 | Trasversale di ente
        A1.00002 | A1 | Ordinario""")
    columns = "Obiettivo | N. | Risultato atteso | Unità | Valore dell’anno prima | Valore atteso | Valore atteso l’anno dopo | Scadenza"
    results = table(made.document, "Risultati attesi", columns)
    assert results[:2] == lines("""
        A1.00001 | 1 | Servizi | n. | 4    | 10   | 15   | 30/06/2027
        A1.00001 | 2 | Utenti  | n. | 1200 | 5000 | 6000 | 31/12/2027""")
    assert table(made.document, "Risultati attesi", "Obiettivo | N. | Valore atteso")[2] == "A1.00002 | 1 | 12,5"
    assert table(made.document, "Cascata", "Codice | Titolo") == lines("""
        01    | Semplificazione
        01.01 | Sportello
        01.02 | Archivi""")
    assert [line for line in table(made.document, "Risorse economiche", "Obiettivo | Natura | Importo") if line.startswith("A1.00001")] == lines("A1.00001 | Spesa corrente | 10000")
    assert told(made.findings) == lines("""
        LIST01 | M5
        LIST11 | C5
        LIST12 | A3
        LIST09 | A3""")


def test_the_year_in_a_heading_is_counted_anew_each_year():
    tables_ = [tables.Table("F", {1: "Indicatore", 2: "Target 2028"}, ())]
    first = proposal.propose(tables_, GIVEN, year=2027)
    assert [m.target for m in first] == ["results/text", "results/target_2"]
    assert [m.target for m in proposal.propose(tables_, GIVEN, before=first, year=2028)] == ["results/text", "results/target"]


def test_sheets_that_meet_by_code():
    made = filled(list_examples.several_sheets(), "council.xlsx")
    assert table(made.document, "Settori", "Codice | Nome | Dirigente | E-mail") == lines("HSG | Housing | Ann Tarrow | housing@council.example")
    first, second, orphan = (o["code"] for o in made.document["objectives"])
    assert table(made.document, "Fasi", "Obiettivo | Fine nell’anno del piano") == lines(f"""
        {first}  | 31/07/2027
        {second} | 30/09/2027""")
    assert f"{first} | J. Pell" in table(made.document, "Responsabili", "Obiettivo | Responsabile")
    assert f"{second} | 45500" in table(made.document, "Risorse economiche", "Obiettivo | Importo")
    assert f"{second} | 01/05/2027" in table(made.document, "Obiettivi", "Codice | Data inizio")
    held = table(made.document, "Settori titolari", "Obiettivo | Settore | Peso")
    assert f"{first} | HSG | 70%" in held and not [line for line in held if line.startswith(orphan)]  # of the orphan it is only said whose it should be
    assert told(made.findings) == lines("""
        LIST12 | A2
        LIST08 | A3""")


def test_offices_have_the_codes_that_a_later_sheet_gives_them():
    made = filled(list_examples.offices_after(), "largo.xlsx")
    assert table(made.document, "Settori", "Codice | Nome | E-mail") == lines("""
        AG | Area Affari generali | affari@vs.example
        AT | Area Tecnica         | tecnica@vs.example""")
    first, second = (o["code"] for o in made.document["objectives"])
    assert table(made.document, "Obiettivi", "Codice | Capofila") == [f"{first} | AG", f"{second} | AT"]
    assert table(made.document, "Fasi", "Obiettivo | Descrizione della fase")[:2] == [f"{first} | Analisi", f"{first} | Apertura"]
    assert table(made.document, "Risultati attesi", "Obiettivo | Valore atteso | Come si misura") == lines(f"""
        {first}  | 15   | Più basso è meglio
        {second} | 1500 |""")
    assert table(made.document, "Referenti", "Obiettivo | E-mail") == [f"{first} | neri@vs.example"]
    assert told(made.findings) == lines("""
        LIST01 | L6
        LIST12 | A5
        LIST13 | K5""")


def test_a_column_of_numbers_beside_the_phases_numbers_them():
    made = filled(list_examples.numbered_phases(), "lungo.csv")
    first, second = (o["code"] for o in made.document["objectives"])
    assert table(made.document, "Fasi", "Obiettivo | Fase | Descrizione della fase | Peso") == lines(f"""
        {first}  | 1     | Acquisto centraline     | 40%
        {first}  | 2     | Campagna di rilevazione | 60%
        {second} | unica | Bando per l'ampliamento | 100%""")
    assert table(made.document, "Risultati attesi", "Valore atteso | Come si misura") == lines("""
        120 |
        30  | Più basso è meglio""")
    assert told(made.findings) == lines("LIST13 | H4")


def test_people_with_addresses_provide_the_data_of_their_objectives():
    made = filled(list_examples.people_beside(), "piu.xlsx")
    first, second = (o["code"] for o in made.document["objectives"])
    assert table(made.document, "Obiettivi", "Titolo") == ["Rete dei servizi", "Procedimenti semplici"]
    assert table(made.document, "Referenti", "Nome | E-mail | Obiettivo") == lines(f"""
        Vera Neri | neri@x.example | {first}
        Gino Sala | sala@x.example | {second}""")
    assert table(made.document, "Fasi", "Obiettivo | Fase | Descrizione della fase") == lines(f"""
        {first}  | 1 | Accordi
        {first}  | 2 | Avvio
        {second} | 1 | Mappatura""")
    assert told(made.findings, only="LIST14") == lines("LIST14 | A4")


def test_a_matching_serves_the_next_year_though_headings_bear_the_year():
    _, before = matched(list_examples.numbered_phases(), "lungo.csv")
    again = tables.read(list_examples.numbered_phases().replace(b"2027", b"2028"), "lungo28.csv", proposal.is_heading)
    now = proposal.propose(again, GIVEN, before=before, year=2028)
    assert {m.why for m in now} == {"before"} and [m.target for m in now] == [m.target for m in before]


@pytest.mark.parametrize("delimiter, encoding", [("|", "latin-1"), ("\t", "mac_roman"), (";", "utf-16-be"), (";", "utf-16-le"), (";", "cp850"), ("|", "utf-8-sig")])
def test_an_export_of_a_program_is_read_in_any_letters(delimiter, encoding):
    made = filled(list_examples.coded(delimiter, encoding), "export.csv")
    assert table(made.document, "Settori", "Codice | Nome") == lines("""
        SU | Segreteria e Università
        FI | Finanze""")
    assert table(made.document, "Obiettivi", "Codice | Titolo")[:2] == lines("""
        SU-A | Più servizi
        SU-B | Città più pulita""")
    assert table(made.document, "Risultati attesi", "Obiettivo | Risultato atteso | Peso | Valore atteso")[:3] == lines("""
        SU-A | N° moduli  | 60%  | 40
        SU-A | % digitali | 40%  | 75
        SU-B | Reclami    | 100% | 12""")
    assert told(made.findings) == [] and told(made.findings, only="LIST05") == lines("LIST05 | A2")  # the year


@pytest.mark.parametrize("name", LISTS)
def test_two_runs_make_a_campaign_whose_plan_says_what_the_list_said(tmp_path, capsys, name):
    listed, folder = tmp_path / name, tmp_path / "c"
    listed.write_bytes(LISTS[name]())
    command = ["new", str(folder), "--from", str(listed), "--year", "2027"]
    assert main(command) == 1 and not (folder / "piano.xlsx").exists() and "Corrispondenze" in capsys.readouterr().out
    assert main(command) == 1 and not (folder / "piano.xlsx").exists()  # nobody has said that it is right
    say_yes(folder / "corrispondenze.xlsx")
    main(command)
    assert "Dall’elenco" in capsys.readouterr().out
    made = plan.read((folder / "piano.xlsx").read_bytes())
    assert {f.code for f in made.findings if f.severity == "error"} == {"PLAN10"}  # code and name of the body
    book = load_workbook(folder / "piano.xlsx")
    for key, value in (("code", "VDO"), ("name", "Comune di Valdorata")):
        (title, cell), = book.defined_names[f"px_plan_body__{key}"].destinations
        book[title][cell] = value
    book.save(folder / "piano.xlsx")
    read = plan.read((folder / "piano.xlsx").read_bytes()).document
    assert read["objectives"] == filled(LISTS[name](), name).document["objectives"]


def test_what_the_controller_chooses_wins(tmp_path):
    listed, campaign = tmp_path / "wide.xlsx", Campaign(tmp_path / "c")
    listed.write_bytes(list_examples.wide())
    new_from_list.begin(campaign, listed, 2027, "it")
    say_yes(campaign.folder / "corrispondenze.xlsx", **{"Note interne ufficio": "Obiettivi: Vincoli e criticità", "Dirigente": None})
    made = new_from_list.begin(campaign, listed, 2027, "it")
    sheet_ = plan.read(made.plan.read_bytes())
    left = told(made.findings, only="LIST05")
    assert "LIST05 | T4" not in left and "LIST05 | D4" in left
    assert sheet_.places  # written and read back


def test_an_answer_that_is_no_choice_is_told(tmp_path):
    listed, campaign = tmp_path / "wide.xlsx", Campaign(tmp_path / "c")
    listed.write_bytes(list_examples.wide())
    new_from_list.begin(campaign, listed, 2027, "it")
    say_yes(campaign.folder / "corrispondenze.xlsx", Dirigente="qualcosa")
    with pytest.raises(CannotRun) as refused:
        new_from_list.begin(campaign, listed, 2027, "it")
    assert [(f.code, f.values["value"]) for f in refused.value.findings] == [("LIST23", "qualcosa")]


def test_the_matching_serves_next_year(tmp_path):
    listed, first, second = tmp_path / "wide.xlsx", Campaign(tmp_path / "a"), Campaign(tmp_path / "b")
    listed.write_bytes(list_examples.wide())
    new_from_list.begin(first, listed, 2027, "it")
    say_yes(first.folder / "corrispondenze.xlsx", **{"Note interne ufficio": "Obiettivi: Vincoli e criticità"})
    new_from_list.begin(first, listed, 2027, "it")
    made = new_from_list.begin(second, listed, 2028, "it", before=first)
    assert made.plan and not [f for f in made.findings if f.code == "LIST05"]
    book = load_workbook(listed)
    book.active["U3"] = "Una colonna nuova"
    book.active["U4"] = "x"
    book.save(listed)
    again = new_from_list.begin(Campaign(tmp_path / "d"), listed, 2028, "it", before=first)
    assert again.plan is None and again.unmatched == 1


def test_what_goes_on_from_the_year_before_is_body_sectors_and_lines(tmp_path):
    listed, year = tmp_path / "l.xlsx", Campaign(tmp_path / "a")
    before = small_year.plan()
    before["objectives"] = before["objectives"][:1]
    for key in ("requests", "considerations"):
        before.pop(key, None)
    new(year, 2021, before, "it")
    issue(year, "interim", (), "it")
    consolidate(year, "interim", "it")
    listed.write_bytes(workbook("""
        Codice obiettivo | Titolo obiettivo | Settore
        S1.00001         | Uno              | S1
        S3.00001         | Due              | S3"""))
    campaign = Campaign(tmp_path / "c")
    new_from_list.begin(campaign, listed, 2022, "it", before=year)
    say_yes(campaign.folder / "corrispondenze.xlsx")
    read = plan.read(new_from_list.begin(campaign, listed, 2022, "it", before=year).plan.read_bytes()).document
    assert (read["body"]["code"], len(read["sectors"]), [o["code"] for o in read["objectives"]]) == ("UPR", 2, ["S1.00001", "S3.00001"])


HEADS = [("Obiettivo", "objectives/sheet/title"), ("OBIETTIVO GESTIONALE", "objectives/sheet/title"), ("Denominazione dell'obiettivo", "objectives/sheet/title"),
         ("Cod. ob.", "objectives/code"), ("Area responsabile", "objectives/lead"), ("Peso ob. %", "holders/holding/weight"), ("Fase n. 3", "phases/text"),
         ("Descrizione della fase 2", "phases/text"), ("Termine fase 2", "phases/end_1"), ("Indicatore di performance", "results/text"),
         ("Target atteso 2027", "results/target"), ("Unità di misura", "results/unit"), ("Data di inizio", "objectives/sheet/start"),
         ("Responsabile dell’obiettivo", "responsibles/name"), ("Objective", "objectives/sheet/title"), ("Weight", "holders/holding/weight"),
         ("Lead department", "objectives/lead"), ("Numero di telefono", ""), ("Firma", "")]


@pytest.mark.parametrize("head, key", HEADS)
def test_a_heading_is_known_by_its_words_or_by_words_near_to_them(head, key):
    _, match = proposal.propose([tables.Table("Foglio1", {1: "Finalità", 2: head}, ())], GIVEN)
    assert match.target == key


def test_what_stands_in_a_column_contradicts_its_heading_or_says_what_it_is():
    data = workbook("""
        Codice obiettivo | Obiettivo | Inizio      | Contatti
        S1.001           | Uno       | a richiesta | a@b.example
        S1.002           | Due       | sempre      | c@d.example
        S1.003           | Tre       | mai         | e@f.example""")
    assert [m.target for m in matched(data, "x.xlsx")[1]] == ["objectives/code", "objectives/sheet/title", "", "sectors/email"]


def test_two_rows_that_say_otherwise_are_told_and_the_first_stays():
    made = filled(workbook("""
        Codice obiettivo | Titolo obiettivo | Settore | Data fine
        S1.001           | Uno              | S1      | 31/12/2027
        S1.001           | Uno bis          | S1      | 30/06/2027"""), "x.xlsx")
    assert table(made.document, "Obiettivi", "Codice | Titolo | Data fine") == lines("S1.001 | Uno | 31/12/2027")
    assert told(made.findings) == lines("""
        LIST06 | B3
        LIST06 | D3""")


def test_rows_of_nothing_and_phases_without_words_are_told():
    made = filled(workbook("""
        Titolo obiettivo | Settore | Fase           | Scadenza fase
                         |         | Prima di tutto | 31/12/2027
        Uno              | S1      |                | 30/06/2027"""), "x.xlsx")
    assert told(made.findings) == lines("""
        LIST02 | C2
        LIST03 | A3
        LIST09 | A3""")


def test_a_title_alone_in_two_sectors_is_two_objectives():
    made = filled(workbook("""
        Titolo obiettivo | Settore | Peso
        Trasparenza      | S1      | 10
        Trasparenza      | S2      | 15"""), "x.xlsx")
    assert table(made.document, "Settori titolari", "Obiettivo | Settore | Peso") == lines("""
        S1.00001 | S1 | 10%
        S2.00001 | S2 | 15%""")


def test_what_the_plan_cannot_hold_is_taken_out_and_told_at_its_cell():
    made = filled(workbook(f"""
        Titolo obiettivo | Settore | Peso
        {"x" * 3000}     | S1      | 130
        Due              | S1      | 50"""), "x.xlsx")
    assert {"LIST01 | A2", "LIST01 | C2"} <= {*told(made.findings)} and len(made.document["objectives"]) == 2


@pytest.mark.parametrize("delimiter, encoding", [(";", "cp1252"), (",", "utf-8"), ("\t", "utf-8-sig"), (";", "utf-16")])
def test_a_csv_is_read_however_it_was_written(delimiter, encoding):
    text = "\r\n".join(delimiter.join(row) for row in (("Titolo obiettivo", "Settore"), ("Città più verde", "Qualità urbana"), ('"due\nrighe"', "Qualità urbana")))
    filled_plan = filled(text.encode(encoding), "lista.csv")
    assert [o["sheet"]["title"] for o in filled_plan.document["objectives"]] == ["Città più verde", "due righe"]


@pytest.mark.parametrize("data, name, code", [(b"PK\x03\x04 no", "x.xlsx", None), (b"", "x.csv", "LIST22"), (b"una riga sola", "x.csv", "LIST22"),
                                              (b"a;b\n" + b'"' + b"x" * 200_000, "x.csv", "LIST21"), (workbook("=1+1"), "x.xlsx", "LIST22")])
def test_a_file_that_is_no_list_is_refused_with_its_reason(tmp_path, data, name, code):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(CannotRun) as refused:
        new_from_list.begin(Campaign(tmp_path / "c"), tmp_path / name, 2027, "it")
    finding, = refused.value.findings
    assert code in (None, finding.code)
    assert not (tmp_path / "c" / "piano.xlsx").exists()


@pytest.mark.parametrize("limit", [131_072, 1 << 31])
def test_the_longest_field_is_what_a_cell_holds_whatever_the_limit_of_the_process(limit):
    before = csv.field_size_limit(limit)
    try:
        with pytest.raises(Refused) as refused:
            tables.read(b'a;b\nc;d\n"' + b"x\n" * 20_000 + b'";e\n', "x.csv", proposal.is_heading)
    finally:
        csv.field_size_limit(before)
    assert (refused.value.finding.code, refused.value.finding.values["line"]) == ("LIST21", 3)


def test_what_the_list_says_never_becomes_a_formula(tmp_path):
    (tmp_path / "l.csv").write_text("Titolo obiettivo;Settore\n=HYPERLINK(\"http://x\");S1\n+1;S1\n", encoding="utf-8")
    campaign = Campaign(tmp_path / "c")
    new_from_list.begin(campaign, tmp_path / "l.csv", 2027, "it")
    book = load_workbook(campaign.folder / "corrispondenze.xlsx")
    assert [c.coordinate for ws in book for row in ws.iter_rows() for c in row if c.data_type == "f"] == []
    say_yes(campaign.folder / "corrispondenze.xlsx")
    made = plan.read(new_from_list.begin(campaign, tmp_path / "l.csv", 2027, "it").plan.read_bytes())
    assert not [f for f in made.findings if f.code.startswith("FORM")]


def test_same_list_same_bytes(tmp_path):
    found, matches = matched(list_examples.wide(), "wide.xlsx")
    assert sheet.draw(found, matches, given=GIVEN, file="wide.xlsx", language="it") == sheet.draw(found, matches, given=GIVEN,
        file="wide.xlsx", language="it")
    said = sheet.read(sheet.draw(found, matches, given=GIVEN, file="wide.xlsx", language="en"), "x", GIVEN)
    assert [(m.column, m.target, m.group) for m in said.matches] == [(m.column, m.target, m.group) for m in matches] and not said.confirmed


@pytest.mark.parametrize("key", sorted(GIVEN))
def test_whatever_the_drop_down_offers_finds_its_place_or_is_told(key):
    target = GIVEN[key]
    typed = {"date": "15/06/2027", "yesno": "Sì", "text": "S2", "long": "Testo", "lines": "Testo"}.get(target.cell, "37")
    typed = list(target.field.labels("it").values())[-1] if target.cell == "choice" else "x@ente.example" if key.endswith("email") else typed
    data = workbook(f"""
        Codice   | Obiettivo | Settore | Strana  | Fase | Indicatore | Importo
        S1.00001 | Aria      | S1      | {typed} | f    | i          | 5
        S1.00002 | Acqua     | S2      | {typed} | g    | j          | 6""")
    found, matches = matched(data, "x.xlsx")
    matches = [replace(m, target=key if m.head == "Strana" else "" if m.target == key else m.target) for m in matches]
    made = filling.fill(plan.blank_plan(2027), found, matches=matches, given=GIVEN, file="x.xlsx")
    assert len(made.document["objectives"]) == (1 if key == "objectives/code" else 2)
    assert typed.casefold() in str(made.document).casefold() or target.cell in ("date", "yesno", "choice") and target.path[-1] in str(made.document) \
        or any(line.endswith("| D2") for line in told(made.findings, but=""))


def test_an_objective_without_a_sector_keeps_its_weight_on_its_row_of_the_plan():
    made = filled(workbook("""
        Obiettivo |             |      | Fasi
        Codice    | Descrizione | Peso | Descrizione
        1.1.a     | Tariffe     | 15   | Bozza
        1.1.b     | Recupero    | 85   | Avvisi"""), "x.xlsx")
    assert told(made.findings) == lines("LIST08 | A3") and table(made.document, "Obiettivi", "Titolo") == ["Tariffe", "Recupero"]
    book = load_workbook(io.BytesIO(plan_workbook(made.document, "it")))
    ws = book["Obiettivi"]
    weights = next(c for c in range(1, ws.max_column + 1) if ws.cell(1, c).value == "objectives:holding/weight")
    assert [ws.cell(row, weights).value for row in (4, 5)] == [0.15, 0.85]


def test_an_objective_that_is_named_in_several_sectors_is_held_by_all_of_them():
    made = filled(workbook("""
        Codice | Obiettivo   | Settore | Peso
        T1     | Accoglienza | S1      | 60%
        T1     | Accoglienza | S2      | 40%"""), "x.xlsx")
    assert table(made.document, "Settori titolari", "Obiettivo | Settore | Peso") == lines("""
        T1 | S1 | 60%
        T1 | S2 | 40%""")
    assert told(made.findings) == lines("LIST18 | C3")
    others = filled(workbook("""
        Codice | Obiettivo   | Settore | Altri settori coinvolti
        T1     | Accoglienza | S1      | tutti gli altri settori
        T2     | Orti        | S2      |
        T3     | Musei       | S3      | S1"""), "x.xlsx")
    assert table(others.document, "Settori titolari", "Obiettivo | Settore") == lines("""
        T1 | S1
        T1 | S2
        T1 | S3
        T2 | S2
        T3 | S3
        T3 | S1""")


CARD = """
    SCHEDA OBIETTIVO
    Codice | {code} | Peso | "50%"
    Titolo | {title}
    Settore | S1 Personale
    Responsabile: Dott.ssa Ada Prova
    -
    Fase | Inizio | Fine
    Avvio | 01/01/2027 | 30/06/2027
    -
    Indicatore | Target
    Atti | max 10
    -
    Nota: i dati sono provvisori
    Il Dirigente
"""


def test_a_card_an_objective_is_read_with_its_labels_and_the_table_below_the_first():
    data = workbook(("Ob 1", CARD.format(code="1.a", title="Primo obiettivo")), ("Ob 2", CARD.format(code="1.b", title="Secondo obiettivo")))
    made = filled(data, "schede.xlsx")
    assert table(made.document, "Obiettivi", "Codice | Capofila | Titolo") == lines("""
        1.A | S1 | Primo obiettivo
        1.B | S1 | Secondo obiettivo""")
    for objective in ("1.A", "1.B"):
        assert f"{objective} | S1 | 50%" in table(made.document, "Settori titolari", "Obiettivo | Settore | Peso")
        assert f"{objective} | Dott.ssa Ada Prova" in table(made.document, "Responsabili", "Obiettivo | Responsabile")
        assert f"{objective} | 1 | Avvio | 01/01/2027 | 30/06/2027" in table(
            made.document, "Fasi", "Obiettivo | Fase | Descrizione della fase | Inizio nell’anno del piano | Fine nell’anno del piano")
        assert f"{objective} | 1 | Atti | Più basso è meglio | 10" in table(
            made.document, "Risultati attesi", "Obiettivo | N. | Risultato atteso | Come si misura | Valore atteso")
    assert finding_lines([f for f in made.findings if f.code == "LIST15"], "cell | .count") == lines("""
        A1 | 3
        A1 | 3""")
    tables_, matches = matched(data, "schede.xlsx")
    answers = sheet.read(sheet.draw(tables_, matches, given=GIVEN, file="schede.xlsx", language="it"), "corrispondenze.xlsx", GIVEN)
    assert [(m.sheet, m.column, m.head, m.target) for m in answers.matches] == [(m.sheet, m.column, m.head, m.target) for m in matches]


def test_sheets_that_are_not_read_are_told(tmp_path, capsys):
    book = load_workbook(io.BytesIO(workbook(("Elenco", "Codice | Obiettivo | Settore\n\"1\" | Orti | S1"), ("Legenda", "x = fatto"), ("Appunti", "Codice | Obiettivo"))))
    book["Appunti"].sheet_state = "hidden"
    book.save(tmp_path / "elenco.xlsx")
    command = ["new", str(tmp_path / "c"), "--year", "2027", "--from", str(tmp_path / "elenco.xlsx")]
    main(command)
    say_yes(tmp_path / "c/corrispondenze.xlsx")
    main(command)
    said = capsys.readouterr().out
    assert "LIST16 nota: elenco.xlsx, foglio Appunti: " in said and "LIST26 nota: elenco.xlsx, foglio Legenda: " in said


def test_values_are_taken_for_what_they_mean():
    made = filled(workbook("""
        Codice | Obiettivo | Settore | Peso  | Indicatore | Target 2027         | Target 2028
        "1"    | Orti      | S1      | 60    | Ore        | 40 ore              | n. 50
        "2"    | Siti      | S1      | "0,4" | Adozione   | entro il 30/09/2027 |
        "3"    | Musei     | S1      | 39.6% | Tempi      | non oltre 30 giorni | 1,5 milioni"""), "x.xlsx")
    columns = "N. | Risultato atteso | Unità | Come si misura | Scadenza | Valore atteso | Valore atteso l’anno dopo"
    assert table(made.document, "Risultati attesi", columns) == lines("""
        1 | Ore      | ore    |                    |            | 40 | 50
        1 | Adozione |        |                    | 30/09/2027 |    |
        1 | Tempi    | giorni | Più basso è meglio |            | 30 |""")
    assert told(made.findings) == lines("""
        LIST01 | G4
        LIST13 | F4
        LIST19 | F2
        LIST24 | F3
        LIST25 | D3""")


@pytest.mark.parametrize("column", range(6))
def test_the_error_of_a_formula_is_told_whatever_its_column_became(column):
    row = ["S1.00001", "Orti", "S1", "60", "Verde", "Preparare"]
    row[column] = "#N/A"
    made = filled(workbook(f"""
        Codice   | Obiettivo | Settore | Peso | Indirizzo strategico | Fase
        {" | ".join(row)}
        S1.00002 | Musei     | S1      | 40   | Cultura              | Aprire"""), "x.xlsx")
    assert f"FORM08 | {'ABCDEF'[column]}2" in told(made.findings)
    assert "#N/A" not in str(made.document)


@pytest.mark.parametrize(("text", "names"), [
    ("Dott.ssa Rossi / Ing. Bianchi", ["Dott.ssa Rossi", "Ing. Bianchi"]), ("Maria Rossi, Carlo Bianchi", ["Maria Rossi", "Carlo Bianchi"]),
    ("Rossi, Maria", ["Rossi, Maria"]), ("Dott. Verdi, Rag. Neri", ["Dott. Verdi", "Rag. Neri"]), ("Ada\nUgo", ["Ada", "Ugo"]), ("Anna Verdi", ["Anna Verdi"])])
def test_people_in_one_cell(text, names):
    assert people(text) == names


def test_the_sheets_of_a_list_are_known_by_what_they_are_called():
    made = filled(workbook(("Obiettivi", """
        Cod. ob. | Titolo obiettivo | Area
        OB1      | Orti             | A1
        OB2      | Siti             | A2"""), ("Persone", """
        Cod. ob. | Cognome e nome | E-mail
        OB1      | Ada Prova      | ada@ente.example"""), ("Aree", """
        Area | Denominazione   | Responsabile
        A1   | Amministrazione | Ugo Finto
        A2   | Tecnica         | Lia Vera""")), "x.xlsx")
    assert table(made.document, "Settori", "Codice | Nome | Dirigente") == lines("""
        A1 | Amministrazione | Ugo Finto
        A2 | Tecnica         | Lia Vera""")
    assert table(made.document, "Referenti", "Nome | E-mail | Obiettivo") == lines("Ada Prova | ada@ente.example | OB1")
    assert len(made.document["objectives"]) == 2


WEIGHTS = """
    Codice | Obiettivo | Settore | Indicatore | Peso
    "1"    | Orti      | S1      | Ore        | 40
           |           |         | Giorni     | {second}
    "2"    | Siti      | S1      | Pagine     | {third}
"""


@pytest.mark.parametrize(("second", "third", "target"), [("", "60", "holders/holding/weight"), ("60", "100", "results/weight")])
def test_a_weight_said_once_an_objective_is_the_objectives(second, third, target):
    *_, weight = matched(workbook(WEIGHTS.format(second=second, third=third)), "x.xlsx")[1]
    assert weight.target == target
