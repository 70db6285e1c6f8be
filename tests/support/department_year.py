"""An invented university department plays its year through the command line: codes, levels and words of its own, no phases but one.

``FIGURES`` were worked out by hand, below each objective.
"""

import json
from pathlib import Path

from plan_text import plan as plan_of

from perfxl.model import documents
from perfxl.stages.read import read as read_form
from perfxl.ui.cli import main

YEAR = 2026
ROUNDS = ("plan", "giugno", "final")
#: What each result had reached at each round: the first is a milestone, 1 once it is there.
ACTUAL = {
    # 50 % of 1/1 and 50 % of 150/200: 50 + 37.5 = 87.5
    "OB-12.01-A": {"R1": (0, 1), "R2": (90, 150)},
    # 40/80 = 50
    "OB-12.02-A": {"R1": (20, 40)},
    # 40 % of 30/40 and 60 % of 1/1: 30 + 60 = 90
    "LAB.7": {"R1": (10, 30), "R2": (0, 1)},
    # its one phase: 80
    "BIB-1": {},
}
PHASE = (30, 80)
DECLARED = {"OB-12.01-A": "87.5", "OB-12.02-A": "50", "LAB.7": "90", "BIB-1": "80"}
FIGURES = {
    "12": "72.50",       # 60 % of 87.5 and 40 % of 50: 52.5 + 20
    "DIR-AMB": "90.00",
    "UO.3": "80.00",
    "body": "80.83",     # (72.5 + 90 + 80) / 3 = 80.8333...
    "M1": "72.50", "M1.A": "72.50",
    "M2": "85.00",       # 90 and 80, of one weight each
    "AZ-7": "85.00",
}


PLAN = """
    Ente
    Voce                 | Valore
    Codice               | DFA
    Nome                 | Dipartimento di Fisica dell’Acqua
    Referente            | Delia Fontana
    E-mail del referente | piano@dfa.example

    Regole
    Voce                 | Valore
    Le schede hanno fasi | No

    Parole
    Voce                             | Valore
    Chi compila una scheda si chiama | Unità organizzativa
    Livelli della cascata            | Missione⏎Azione

    Tornate
    Sigla  | Tipo         | Nome               | Data di riferimento | Scadenza di restituzione
    plan   | Piano        |                    | 15/01/2026          | 15/02/2026
    giugno | Monitoraggio | Verifica di giugno | 30/06/2026          | 15/07/2026
    final  | Consuntivo   |                    | 31/12/2026          | 31/01/2027

    Settori
    Codice  | Nome
    12      | Segreteria didattica
    DIR-AMB | Laboratorio ambientale
    UO.3    | Biblioteca

    Cascata
    Codice | Titolo         | Linea superiore
    M1     | Insegnare bene |
    M1.A   | Orari e aule   |
    M2     | Fare ricerca   |
    AZ-7   | Dati aperti    | M2

    Obiettivi
    Codice     | Capofila | Tipo di peso | Peso | Linee strategiche | Titolo                    | Finalità                   | Priorità
    OB-12.01-A | 12       | Pesato       | 60%  | M1.A              | Orario unico delle lezioni | Orario unico delle lezioni. | ALTA
    OB-12.02-A | 12       | Pesato       | 40%  | M1.A              | Questionari degli studenti | Questionari degli studenti. | ALTA
    LAB.7      | DIR-AMB  | Pesato       | 100% | AZ-7              | Misure delle sorgenti     | Misure delle sorgenti.     | ALTA
    BIB-1      | UO.3     | Pesato       | 100% | AZ-7              | Catalogo delle tesi       | Catalogo delle tesi.       | ALTA

    Responsabili
    Obiettivo  | Responsabile
    OB-12.01-A | Livia Sartori
    OB-12.02-A | Livia Sartori
    LAB.7      | Livia Sartori
    BIB-1      | Livia Sartori

    Risultati attesi
    Obiettivo  | N. | Risultato atteso         | Peso | Valore atteso | Unità | Come si misura
    OB-12.01-A | R1 | Orario pubblicato        | 50%  | 1             | n.    | Più alto è meglio
    OB-12.01-A | R2 | Aule prenotabili in rete | 50%  | 200           | n.    | Più alto è meglio
    OB-12.02-A | R1 | Corsi con questionario   | 100% | 80            | n.    | Più alto è meglio
    LAB.7      | R1 | Sorgenti misurate        | 40%  | 40            | n.    | Più alto è meglio
    LAB.7      | R2 | Banca dati aperta        | 60%  | 1             | n.    | Più alto è meglio

    Fasi
    Obiettivo | Fase   | Descrizione della fase | Peso | Inizio nell’anno del piano | Fine nell’anno del piano
    BIB-1     | M12.01 | Tesi schedate          | 100% | 01/01/2026                 | 31/12/2026
"""


def plan() -> dict:
    """The plan of the department."""
    made = plan_of(PLAN, year=YEAR)
    for objective in made["objectives"]:  # all of them say it
        objective["sheet"] |= {"detail": "Come da programma del dipartimento.", "start": f"{YEAR}-01-01", "end": f"{YEAR}-12-31"}
    return made


def told(document: dict, round: str) -> dict:
    """``document``, the prefilled return of an office, as it fills it in at ``round``."""
    k = ROUNDS.index(round) - 1
    document["compilation"] = {"name": "Livia Sartori", "date": {"plan": "2026-02-01", "giugno": "2026-07-10", "final": "2027-01-20"}[round]}
    for objective in document["objectives"] if k >= 0 else ():
        code, sheet = objective["code"], objective["sheet"]
        percent = float(DECLARED[code]) if round == "final" else 30
        objective["holding"]["reading"] = {"percent": percent, "reason": "Come mostrano i risultati.",
                                           **({"status": "partial"} if round == "final" else {})}
        sheet["reading"] = {"narrative": f"Il lavoro su {sheet['title'].lower()} procede come previsto dal programma."}
        for result in sheet.get("results", ()):
            result["reading"] = {"actual": ACTUAL[code][result["id"]][k]}
        for phase in sheet.get("phases", ()):
            phase["reading"] = {"realised": PHASE[k], "done": "Schedate le tesi degli ultimi anni."}
    return document


def run(*arguments: object) -> int:
    """The exit code of a command."""
    return main([str(a) for a in arguments])


def play(folder: Path, made: dict | None = None, rounds: tuple[str, ...] = ROUNDS) -> Path:
    """The year of the department in ``folder``, from its plan to the Relazione; returns ``folder``."""
    given = folder.parent / "piano.json"
    given.write_text(json.dumps(made or plan()), encoding="utf-8")
    run("new", folder, "--from", given)
    for round in rounds:
        run("issue", folder, "--round", round)
        for form in sorted((folder / "emesse" / round).glob("*.xlsx")):
            read = folder.parent / "letto.json"
            document = told(read_form(form.read_bytes(), form.name).document or {}, round)
            read.write_text(documents.dumps(document), encoding="utf-8")
            (folder / "ricevute" / round).mkdir(parents=True, exist_ok=True)
            assert run("fill", form, read, "-o", folder / "ricevute" / round / f"{form.stem} definitiva.xlsx") == 0
        run("consolidate", folder, "--round", round)
    return folder
