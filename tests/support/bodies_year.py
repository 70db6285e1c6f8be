"""Invented bodies that play their year through the command line: their plan from a few lines, what each result had reached, the year."""

import json
from pathlib import Path

from department_year import run

from perfxl.model import documents
from perfxl.stages.read import read as read_form

YEAR = 2026


def rounds(*monitorings: str) -> str:
    """The table of the rounds: the plan, ``monitorings`` (lines ``id | day/month``), the final one."""
    days = "".join(f"\n{m.split('|')[0]} | Monitoraggio | {m.split('|')[1].strip()}/{YEAR} | {m.split('|')[1].strip()}/{YEAR}" for m in monitorings)
    return f"""
        Tornate
        Sigla | Tipo       | Data di riferimento | Scadenza di restituzione
        plan  | Piano      | 15/01/{YEAR}        | 15/02/{YEAR}{days}
        final | Consuntivo | 31/12/{YEAR}        | 31/01/{YEAR + 1}
    """


def goals(text: str) -> str:
    """The tables of objectives and of who answers for them, of the lines ``code | lead | weight | line | title``; whatever else a
    form asks for is there."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.splitlines() if line.strip()]
    objectives = "\n".join(f"{' | '.join(line)} | {line[4]}. | Come da programma. | 01/01/{YEAR} | 31/12/{YEAR}" for line in lines)
    people = "\n".join(f"{line[0]} | Livia Sartori" for line in lines)
    return f"""
Obiettivi
Codice | Capofila | Peso | Linee strategiche | Titolo | Finalità | Dettaglio dell’obiettivo | Data inizio | Data fine
{objectives}

Responsabili
Obiettivo | Responsabile
{people}
"""


def told(document: dict, read: dict, k: int, last: bool) -> dict:
    """``document``, the prefilled return of a sector, as it fills it in at the ``k``-th of the rounds played."""
    document["compilation"] = {"name": "Livia Sartori", "date": f"{YEAR + 1}-01-20" if last else f"{YEAR}-10-05"}
    for objective in document["objectives"]:
        sheet = objective["sheet"]
        objective["holding"]["reading"] = {"reason": "Come mostrano i risultati."}
        sheet["reading"] = {"narrative": f"Il lavoro su {sheet['title'].lower()} procede come previsto dal programma."}
        for result in sheet.get("results", ()):
            if row := read[objective["code"]][result["id"]][k]:
                result["reading"] = {**row, "note": "Dal protocollo."}
        for phase in sheet.get("phases", ()):
            phase["reading"] = {"realised": 80 if last else 40, "done": "Riordinate le agende dei reparti."}
    return document


def play(folder: Path, plan: dict, read: dict, rounds: tuple[str, ...]) -> Path:
    """The year of a body in ``folder``, through the command line; ``rounds``: those that are played, the last ones of the year."""
    given = folder.parent / "piano.json"
    given.write_text(json.dumps(plan), encoding="utf-8")
    assert run("new", folder, "--from", given) == 0
    for k, round in enumerate(rounds):
        assert run("issue", folder, "--round", round) in (0, 1)
        (folder / "ricevute" / round).mkdir(parents=True, exist_ok=True)
        for form in sorted((folder / "emesse" / round).glob("*.xlsx")):
            filled = folder.parent / "letto.json"
            filled.write_text(documents.dumps(told(read_form(form.read_bytes(), form.name).document or {}, read, k, last=round == rounds[-1])), encoding="utf-8")
            assert run("fill", form, filled, "-o", folder / "ricevute" / round / form.name) == 0
        assert run("consolidate", folder, "--round", round) in (0, 1)
    return folder
