"""An invented university department plays its year through the command line: codes, levels and words of its own, no phases but one.

``FIGURES`` were worked out by hand, below each objective.
"""

import json
from pathlib import Path

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


def plan() -> dict:
    """The plan of the department."""
    def result(id_: str, text: str, weight: int, target: int, unit: str = "n.") -> dict:
        return {"id": id_, "text": text, "weight": weight, "target": target, "unit": unit, "direction": "higher"}

    def objective(code: str, lead: str, weight: int, line: str, title: str, **sheet) -> dict:
        return {"code": code, "lead": lead, "holders": [{"sector": lead, "holding": {"weighting": "weighted", "weight": weight}}],
                "sheet": {"title": title, "strategic_lines": [line], "purpose": f"{title}.", "detail": "Come da programma del dipartimento.",
                          "start": f"{YEAR}-01-01", "end": f"{YEAR}-12-31", "priority": "high",
                          "responsibles": [{"name": "Livia Sartori"}], **sheet}}

    return {
        "schema": "perfxl/plan/2", "year": YEAR,
        "body": {"code": "DFA", "name": "Dipartimento di Fisica dell’Acqua", "contact_name": "Delia Fontana", "contact_email": "piano@dfa.example"},
        "rounds": [{"id": "plan", "kind": "plan", "reference_date": f"{YEAR}-01-15", "deadline": f"{YEAR}-02-15"},
                   {"id": "giugno", "kind": "monitoring", "name": "Verifica di giugno", "reference_date": f"{YEAR}-06-30", "deadline": f"{YEAR}-07-15"},
                   {"id": "final", "kind": "final", "reference_date": f"{YEAR}-12-31", "deadline": f"{YEAR + 1}-01-31"}],
        "rules": {"phases": False},
        "words": {"sector": "unit", "levels": ["Missione", "Azione"]},
        "sectors": [{"code": "12", "name": "Segreteria didattica"}, {"code": "DIR-AMB", "name": "Laboratorio ambientale"},
                    {"code": "UO.3", "name": "Biblioteca"}],
        "cascade": [{"code": "M1", "title": "Insegnare bene"}, {"code": "M1.A", "title": "Orari e aule"},
                    {"code": "M2", "title": "Fare ricerca"}, {"code": "AZ-7", "title": "Dati aperti", "above": "M2"}],
        "objectives": [
            objective("OB-12.01-A", "12", weight=60, line="M1.A", title="Orario unico delle lezioni",
                      results=[result("R1", "Orario pubblicato", 50, 1), result("R2", "Aule prenotabili in rete", 50, 200)]),
            objective("OB-12.02-A", "12", weight=40, line="M1.A", title="Questionari degli studenti",
                      results=[result("R1", "Corsi con questionario", 100, 80)]),
            objective("LAB.7", "DIR-AMB", weight=100, line="AZ-7", title="Misure delle sorgenti",
                      results=[result("R1", "Sorgenti misurate", 40, 40), result("R2", "Banca dati aperta", 60, 1)]),
            objective("BIB-1", "UO.3", weight=100, line="AZ-7", title="Catalogo delle tesi",
                      phases=[{"id": "M12.01", "text": "Tesi schedate", "weight": 100, "start_1": f"{YEAR}-01-01", "end_1": f"{YEAR}-12-31"}])],
    }


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
            from perfxl.model import documents
            from perfxl.stages.read import read as read_form

            document = told(read_form(form.read_bytes(), form.name).document, round)
            read.write_text(documents.dumps(document), encoding="utf-8")
            (folder / "ricevute" / round).mkdir(parents=True, exist_ok=True)
            assert run("fill", form, read, "-o", folder / "ricevute" / round / f"{form.stem} definitiva.xlsx") == 0
        run("consolidate", folder, "--round", round)
    return folder
