"""Lists as bodies publish them, invented: wide (a row an objective), long (a row a phase or an indicator), with merged headings."""

import csv
import io
from datetime import date

from openpyxl import Workbook

WIDE_HEAD = ("N. ob.", "Area Strategica", "Settore", "Dirigente", "Obiettivo gestionale", "Descrizione estesa", "Peso %", "Data inizio", "Data fine",
             "Fase 1", "Scadenza fase 1", "Peso fase 1", "Fase 2", "Scadenza fase 2", "Peso fase 2", "Indicatore", "U.M.", "Target 2027", "Settori coinvolti",
             "Note interne ufficio")
WIDE = (
    ("1/27", "1. Una città che si prende cura", "Settore 1 - Servizi alla persona", "Livia Montanelli", "Sportello unico per le famiglie", "Apertura in due sedi.",
     60, date(2027, 1, 10), date(2027, 12, 20), "Progetto e atti", date(2027, 3, 31), 40, "Apertura al pubblico", date(2027, 12, 15), 60, "Famiglie accolte", "n.", 300,
     "Settore 2", "sentire il sindaco"),
    ("2/27", "1. Una città che si prende cura", "Settore 1 - Servizi alla persona", "Livia Montanelli", "Carta dei servizi educativi", None,
     "40%", "01/02/2027", "30/11/2027", "Bozza", "31/05/2027", "50", "Approvazione", "31/10/2027", "50", "Carta approvata", "sì/no", "sì", None, None),
    ("3/27", "2. Una città che funziona", "Settore 2 - Lavori pubblici", "Teo Bartolacci", "Manutenzione programmata delle strade", "Piano triennale.",
     100, date(2027, 1, 1), "31/09/2027", "Rilievo", date(2027, 4, 30), 100, None, None, None, "Km rifatti", "km", 12.5, None, None),
    ("Totale", None, None, None, None, None, 200, None, None, None, None, None, None, None, None, None, None, None, None, None))

LONG_HEAD = ("Codice obiettivo", "Titolo obiettivo", "Centro di responsabilità", "Tipo riga", "N. fase", "Attività", "Dal", "Al", "Peso fase", "Responsabile")
LONG = (
    ("AMM.001", "Tempi di pagamento sotto i trenta giorni", "Ragioneria", "fase", "1", "Mappa dei ritardi", "01/01/2027", "28/02/2027", "30", "Ida Colangeli"),
    ("", "", "", "fase", "2", "Regole per le fatture", "01/03/2027", "30/06/2027", "70", ""),
    ("AMM.002", "Bilancio leggibile", "Ragioneria", "fase", "1", "Indice e grafici", "01/04/2027", "31/07/2027", "100", "Ida Colangeli"),
    ("POL.001", "Pattuglie serali", "Polizia locale", "fase", "1", "Turni concordati", "01/02/2027", "31/03/2027", "50", "Neri Santoloci; Ezia Furlanis"),
    ("POL.001", "Pattuglie serali", "Polizia locale", "fase", "2", "Uscite dal venerdì alla domenica", "01/04/2027", "31/12/2027", "50", "Neri Santoloci"),
    ("", "", "", "", "", "", "", "", "", ""))


def wide() -> bytes:
    """One sheet, a title over the headings, a row an objective with numbered phases, a row of totals."""
    book = Workbook()
    ws = book.active
    ws.title = "Obiettivi 2027"
    ws["A1"] = "Comune di Valdorata – Obiettivi di performance 2027"
    ws.merge_cells("A1:T1")
    ws.append([])
    for row in (WIDE_HEAD, *WIDE):
        ws.append(row)
    return _saved(book)


def long() -> bytes:
    """A CSV file as Excel writes it in Italy: semicolons, Windows characters, a row a phase, blanks for what goes on."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows((LONG_HEAD, *LONG))
    return out.getvalue().encode("cp1252")


def merged() -> bytes:
    """Sectors as titles over the rows, two rows of headings, objectives merged over the rows of their indicators; sectors on a sheet of their own."""
    book = Workbook()
    ws = book.active
    ws.title = "Piano"
    ws.append(["Piano degli obiettivi"])
    ws.append(["Cod.", "Obiettivo", "Indirizzo strategico", "Indicatore", None, None, "Tempi", None])
    ws.append([None, None, None, "Descrizione", "Unità di misura", "Valore atteso", "Inizio", "Fine"])
    for span in ("D2:F2", "G2:H2", "A2:A3", "B2:B3", "C2:C3"):
        ws.merge_cells(span)
    ws.append(["AREA 1 – AFFARI GENERALI"])
    ws.merge_cells("A4:H4")
    ws.append(["1.1", "Archivio digitale", "Semplificare", "Fascicoli digitalizzati", "n.", 4000, date(2027, 1, 1), date(2027, 12, 31)])
    ws.append([None, None, None, "Tempo medio di ricerca", "minuti", 5, None, None])
    for span in ("A5:A6", "B5:B6", "C5:C6"):
        ws.merge_cells(span)
    ws.append(["1.2", "Contratti entro sessanta giorni", "Semplificare", "Contratti nei tempi", "%", 0.95, date(2027, 1, 1), date(2027, 12, 31)])
    ws["F7"].number_format = "0%"
    ws.append(["AREA 2 – TERRITORIO"])
    ws.merge_cells("A8:H8")
    ws.append(["2.1", "Catasto delle alberature", "Città verde", "Alberi censiti", "n.", "circa 900", date(2027, 3, 1), date(2027, 10, 31)])
    other = book.create_sheet("Settori")
    other.append(["Sigla settore", "Denominazione", "Dirigente", "E-mail"])
    other.append(["A1", "Affari generali", "Gaia Rondinelli", "affari@valdorata.example"])
    other.append(["A2", "Territorio", "Ugo Serpieri", "territorio@valdorata.example"])
    return _saved(book)


def three_heads() -> bytes:
    """A sheet a sector, named in a line over the headings; headings of three rows; days and targets as people write them."""
    book = Workbook()
    book.remove(book.active)
    for number, name in ((1, "AFFARI GENERALI"), (2, "AMBIENTE E SUOLO")):
        ws = book.create_sheet(f"Foglio {number}")
        for row in (["COMUNE DI PIEVE ALTA – PIANO DEGLI OBIETTIVI 2027"], [f"SETTORE {number} – {name}"], [],
                    ["Obiettivo", None, None, "Peso", "Fasi di attuazione", None, None, None, "Risultati attesi", None, None, "Collegamento DUP"],
                    ["N.", "Titolo", "Descrizione", None, "N.", "Attività", "Tempi", None, "Indicatore", "Unità", "Target 2027"],
                    [None] * 6 + ["dal", "al"],
                    [f"{number}.1", "Sportello", "In due sedi", 1, 1, "Analisi", "gennaio 2027", "31/03/2027", "Pratiche", "n.", "≥ 120", "01 – Città che accoglie"],
                    [None, None, None, None, 2, "Avvio", date(2027, 4, 1), "entro il 30/11/2027", "Nei tempi", "%", "75%"]):
            ws.append(row)
        for span in ("A4:C4", "E4:H4", "I4:K4", "D4:D6", "L4:L6", "G5:H5", "A7:A8", "B7:B8", "C7:C8", "D7:D8", "L7:L8"):
            ws.merge_cells(span)
        ws["D7"].number_format = "0%"
    return _saved(book)


def several_sheets() -> bytes:
    """A council's own: departments, objectives, indicators and milestones, each on its sheet, met by code."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in {
        "Departments": (("Dept code", "Department", "Director", "Email"), ("HSG", "Housing", "Ann Tarrow", "housing@council.example")),
        "Objectives": (("Ref", "Objective title", "Lead department", "Priority theme", "Start", "Due date", "Weighting (%)", "Budget (£)"),
                       ("HSG-01", "Re-let homes", "HSG", "1 Homes", date(2027, 4, 1), date(2028, 3, 31), 70, 120000),
                       ("HSG-02", "Damp and mould", "HSG", "1 Homes", "1 May 2027", "31 March 2028", 30, "£45,500.00")),
        "KPIs": (("Objective ref", "KPI", "Unit", "Baseline 2026", "Target 2027/28"), ("HSG-01", "Re-let time", "days", 42, 28), ("XXX-9", "Orphan", "no.", 1, 2)),
        "Milestones": (("Objective", "Milestone", "Owner", "From", "To"), ("HSG-01", "Contract", "J. Pell", date(2027, 4, 1), date(2027, 7, 31)),
                       ("HSG-02", "Survey", "K. Osei", "05/2027", "09/2027"))}.items():
        ws = book.create_sheet(title)
        for row in rows:
            ws.append(row)
    return _saved(book)


def published() -> bytes:
    """As a municipality publishes it: abbreviated headings, the sector merged over its objectives, numbers and days as they are said."""
    book = Workbook()
    ws = book.active
    ws.append(["Allegato A alla DGC 12/2027"])
    ws.append(["Struttura", "Dirigente/EQ", "Ob. strategico DUP", "Ob. operativo DUP", "Ob. gestionale", "Tipologia", "Peso ob.", "Indicatori", "UdM", "Valore 2026",
               "Target 2027", "Target 2028", "Tempistica", "Stanziamento"])
    ws.append(["Area 1 Amministrativa", "Rossi Maria", "1.1 Semplificazione", "1.1.1 Sportello", "Nuovo portale", "Trasversale", "30%", "Servizi", "n.", "4", "10", "15",
               "entro 30/06/2027", "10.000,00 €"])
    ws.append([None] * 7 + ["Utenti", "n.", "1.200", "5.000", "6.000", "31/12/2027"])
    ws.append([None, None, "1.1 Semplificazione", "1.1.2 Archivi", "Riordino", "Ordinario", "70%", "Metri", "m", "0", "12,5", None, "III trimestre"])
    ws.merge_cells("A3:A5")
    ws.merge_cells("B3:B5")
    return _saved(book)


CODED_HEAD = ("ANNO", "COD_SETT", "SETTORE", "COD_OBJ", "OBIETTIVO", "PESO_OBJ", "INDICATORE_1", "TARGET_1", "PESO_IND_1", "INDICATORE_2", "TARGET_2",
              "PESO_IND_2", "REFERENTE", "EMAIL_REFERENTE")
CODED = (("2027", "SU", "Segreteria e Università", "SU-A", "Più servizi", "35,5", "N° moduli", "40", "60", "% digitali", "75%", "40", "Zoë D'Amico", "zoe@ente.example"),
         ("2027", "SU", "Segreteria e Università", "SU-B", "Città più pulita", "64,5", "Reclami", "12", "100", "", "", "", "", ""),
         ("2027", "FI", "Finanze", "FI-A", "Bilancio presto", "100", "Giorni d’anticipo", "15", "100", "", "", "", "Ugo Fò", "ugo@ente.example"))


def coded(delimiter: str, encoding: str) -> bytes:
    """As a program exports: headings of abbreviations, sector and code of the sector in two columns."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows((CODED_HEAD, *CODED))
    return out.getvalue().replace("’" if encoding in ("latin-1", "cp850") else "", "'" if encoding in ("latin-1", "cp850") else "").encode(encoding)


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def offices_after() -> bytes:
    """A wide list with merged headings whose offices have their codes only on the second sheet; less is better is said as ``< 15``."""
    book = Workbook()
    ws = book.active
    ws.title = "PDO 2027"
    ws["A1"] = "COMUNE DI VALLESERENA – Piano dettagliato degli obiettivi 2027"
    ws.merge_cells("A1:M1")
    for column, (head, below) in zip("ABCDEILM", (
            ("N. ob.", ()), ("Denominazione obiettivo", ()), ("Unità organizzativa responsabile", ()), ("Peso", ()),
            ("Attività e cronoprogramma", ("Attività 1", "Scadenza 1", "Attività 2", "Scadenza 2")), ("Indicatore", ("Descrizione", "Valore iniziale", "Valore atteso")),
            ("Risorse assegnate (€)", ()), ("E-mail referente", ())), strict=True):
        ws[f"{column}3"] = head
        first = ws[f"{column}3"].column
        ws.merge_cells(start_row=3, end_row=3 if below else 4, start_column=first, end_column=first + max(0, len(below) - 1))
        for k, text in enumerate(below):
            ws.cell(4, first + k, text)
    ws.append(["1", "Nuovo sportello", "Area Affari generali", 0.4, "Analisi", "31/03/2027", "Apertura", "30/09/2027", "Minuti di attesa", 25, "< 15", 12000, "neri@vs.example"])
    ws.append(["2", "Archivio digitale", "Area Tecnica", "60%", "Gara", "30/06/2027", "Scansione", "31/12/2027", "Pratiche", 0, "almeno 1500", "da definire", None])
    ws = book.create_sheet("Strutture")
    for row in (("Sigla", "Unità organizzativa", "Responsabile", "Posta elettronica"), ("AG", "Area Affari generali", "Carla Rossi", "affari@vs.example"),
                ("AT", "Area Tecnica", "Paolo Bruni", "tecnica@vs.example")):
        ws.append(row)
    return _saved(book)


def numbered_phases() -> bytes:
    """A long list of a program: semicolons, Latin-1, one row a phase; numbers and descriptions of phases under like headings."""
    return "\n".join(("Cod. Obiettivo;Titolo;Settore;Peso ob. %;Fase;Descrizione fase;Peso fase;Target 2027;Indicatore di risultato",
                      "12.01;Qualità dell'aria;S1 - Ambiente;55;1;Acquisto centraline;40;120;N. rilevazioni", ";;;;2;Campagna di rilevazione;60;;",
                      "20.01;Asilo: più posti;S2 - Scuola;100;unica;Bando per l'ampliamento;100;max 30;Giorni di attesa")).encode("latin-1")


def people_beside() -> bytes:
    """Objectives, people with their addresses, and phases, each on a sheet; the title is called operational objective."""
    book = Workbook()
    for title, rows in {
            "Obiettivi": (("ID", "Obiettivo operativo", "Programma", "Struttura", "Pesatura"), ("OB-1", "Rete dei servizi", "Infanzia", "Servizi sociali", 30),
                          ("OB-2", "Procedimenti semplici", "Segreteria", "Segreteria", 70)),
            "Personale": (("Obiettivo", "Nominativo", "Mail"), ("OB-1", "Vera Neri", "neri@x.example"), ("OB-2", "Gino Sala", "sala@x.example"), ("OB-9", "Ugo Po", "po@x.example")),
            "Fasi": (("Ob.", "N.", "Fase"), ("OB-1", "1", "Accordi"), ("OB-1", "2", "Avvio"), ("OB-2", "1", "Mappatura"))}.items():
        ws = book.create_sheet(title)
        for row in rows:
            ws.append(row)
    del book["Sheet"]
    return _saved(book)
