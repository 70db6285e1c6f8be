"""Two invented bodies that measure their results each by its own rules, through the command line; figures worked out by hand.

``TOWN``: quarterly, bands, levels, a range, payment times, traffic lights. ``AUTHORITY``: shared indicators with numerator and
denominator, phases and results together, the worst result, missing values.
"""

import json
from pathlib import Path

from department_year import run

from perfxl.model import documents
from perfxl.stages.read import read as read_form

YEAR = 2026
ROUNDS = {"t1": "31/03", "t2": "30/06", "t3": "30/09"}


def _objective(code: str, lead: str, weight: int, line: str, title: str, **more) -> dict:
    sheet = {"title": title, "strategic_lines": [line], "purpose": f"{title}.", "detail": "Come da programma.", "start": f"{YEAR}-01-01",
             "end": f"{YEAR}-12-31", "responsibles": [{"name": "Livia Sartori"}], **more.pop("sheet", {})}
    return {"code": code, "lead": lead, **more, "holders": [{"sector": lead, "holding": {"weight": weight}}], "sheet": sheet}


def _rounds(*monitorings: tuple[str, str]) -> list[dict]:
    return [{"id": "plan", "kind": "plan", "reference_date": f"{YEAR}-01-15", "deadline": f"{YEAR}-02-15"},
            *({"id": id_, "kind": "monitoring", "reference_date": f"{YEAR}-{day}", "deadline": f"{YEAR}-{day}"} for id_, day in monitorings),
            {"id": "final", "kind": "final", "reference_date": f"{YEAR}-12-31", "deadline": f"{YEAR + 1}-01-31"}]


TOWN = {
    "schema": "perfxl/plan/2", "year": YEAR,
    "body": {"code": "CBS", "name": "Comune di Borgo Sereno", "contact_name": "Delia Fontana", "contact_email": "piano@borgosereno.example"},
    "rules": {"counting": "results", "light_green": 90, "light_amber": 60, "derivable_from": "free"},
    "words": {"levels": ["Missione", "Programma"]},
    "rounds": _rounds(("t1", "03-31"), ("t2", "06-30"), ("t3", "09-30")),
    "sectors": [{"code": "A1", "name": "Servizi tecnici"}, {"code": "A2", "name": "Ragioneria"}],
    "cascade": [{"code": "M8", "title": "Assetto del territorio"}, {"code": "M8.1", "title": "Strade e verde"},
                {"code": "M1", "title": "Servizi istituzionali"}, {"code": "M1.3", "title": "Gestione economica"}],
    "bands": [{"scale": "RITARDI", "from": 0, "to": 0, "degree": 100, "label": "in tempo"}, {"scale": "RITARDI", "from": 1, "to": 10, "degree": 75},
              {"scale": "RITARDI", "from": 11, "to": 30, "degree": 40}, {"scale": "RITARDI", "from": 31, "degree": 0},
              {"scale": "PUNTI", "to": 49, "points": 0}, {"scale": "PUNTI", "from": 50, "to": 79, "points": 3, "label": "buono"},
              {"scale": "PUNTI", "from": 80, "points": 5, "label": "ottimo"}],
    "objectives": [
        _objective("A1.01", "A1", weight=60, line="M8.1", title="Piazza del Mercato", sheet={"results": [
            {"id": "1", "text": "Piazza riaperta", "weight": 50, "deadline": f"{YEAR}-05-31", "direction": "date", "scale": "RITARDI"},
            {"id": "2", "text": "Cittadini soddisfatti", "weight": 50, "unit": "%", "direction": "bands", "scale": "PUNTI"}]}),
        _objective("A1.02", "A1", weight=40, line="M8.1", title="Permessi veloci", sheet={"results": [
            {"id": "1", "text": "Giorni per un permesso", "unit": "giorni", "direction": "levels", "minimum": 30, "target": 20, "excellence": 15}]}),
        {"code": "A2.01", "lead": "A2", "ready": "payment_times", "holders": [{"sector": "A2", "holding": {"weight": 30}}],
         "sheet": {"strategic_lines": ["M1.3"]}},
        _objective("A2.02", "A2", weight=70, line="M1.3", title="Entrate certe", sheet={"results": [
            {"id": "1", "text": "Riscosso su accertato", "weight": 40, "unit": "%", "direction": "range", "target": 95, "until": 105, "per": 100},
            {"id": "2", "text": "Regolamento approvato", "weight": 60, "direction": "yesno"}]}),
    ],
}
#: What was found of each result, at each of the three quarters and at the end.
TOWN_READ = {
    "A1.01": {"1": [{}, *[{"achieved_on": f"{YEAR}-06-06"}] * 3],                           # not there yet; six days late: 75
              "2": [{"actual": 10}, {"actual": 52}, {"actual": 40}, {"actual": 63}]},       # 0 points; 3 of 5: 60; 0; 60
    "A1.02": {"1": [{"actual": 18}, {"actual": 28}, {"actual": 31}, {"actual": 24}]},       # the target: 100; the minimum: 50; beyond it: 0; 50
    "A2.01": {"1": [{"actual": -1}, {"actual": 0}, {"actual": 3}, {"actual": -2}]},         # in time: 100; 100; late: 0; 100
    "A2.02": {"1": [{"numerator": 90, "denominator": 400}, {"numerator": 200, "denominator": 400},      # 22.5 % and 50 %: 0
                    {"numerator": 180, "denominator": 400}, {"numerator": 412, "denominator": 400}],    # 45 %: 0; 103 %: 100
              "2": [{"achieved": False}, {"achieved": False}, {"achieved": False}, {"achieved": True}]},
}
TOWN_FIGURES = {
    "t1": {"A1": "100.00",     # the permits alone, of weight 40: the square has no outcome yet
           "A2": "30.00", "body": "65.00"},  # 30 % of 100 and 70 % of 0
    "t2": {"A1": "60.50",      # 60 % of (75 + 60) / 2 = 67.5, 40 % of 50: 40.5 + 20
           "A2": "30.00", "body": "45.25"},
    "t3": {"A1": "22.50",      # 60 % of (75 + 0) / 2 = 37.5, 40 % of 0
           "A2": "0.00", "body": "11.25"},
    "final": {"A1": "60.50",   # 60 % of (75 + 60) / 2 = 67.5, 40 % of 50: 40.5 + 20
              "A2": "100.00", "body": "80.25"},
}

AUTHORITY = {
    "schema": "perfxl/plan/2", "year": YEAR,
    "body": {"code": "ASV", "name": "Azienda sanitaria della Valle", "contact_name": "Delia Fontana", "contact_email": "piano@asv.example"},
    "rules": {"counting": "mix", "phases_share": 60, "missing_value": "zero", "derivable_from": "free"},
    "words": {"sector": "unit"},
    "rounds": _rounds(("negoziato", "06-30")),
    "sectors": [{"code": "U1", "name": "Medicina"}, {"code": "U2", "name": "Chirurgia"}],
    "cascade": [{"code": "C1", "title": "Liste d’attesa"}],
    "indicators": [{"code": "IND.01", "name": "Visite entro i tempi", "formula": "Visite fatte entro la classe di priorità, diviso le visite fatte.",
                    "source": "Centro prenotazioni", "owner": "U1", "dimension": "quality", "unit": "%", "direction": "higher", "per": 100,
                    "target": 90, "line": "C1", "past_1": 78, "target_2": 92, "target_3": 95},
                   {"code": "VP/1", "name": "Ricoveri evitabili", "owner": "U2", "unit": "n.", "direction": "lower", "target": 200, "line": "C1"}],
    "objectives": [
        _objective("U1.01", "U1", weight=100, line="C1", title="Agende aperte", sheet={
            "phases": [{"id": "1", "text": "Agende riordinate", "weight": 100, "start_1": f"{YEAR}-01-01", "end_1": f"{YEAR}-12-31"}],
            "results": [{"id": "1", "indicator": "IND.01"}]}),
        _objective("U2.01", "U2", weight=50, line="C1", title="Sale operatorie sicure", sheet={"results_as": "worst", "results": [
            {"id": "1", "indicator": "IND.01"},
            {"id": "2", "text": "Infezioni ogni mille interventi", "unit": "per mille", "direction": "lower", "target": 4, "per": 1000}]}),
        _objective("U2.02", "U2", weight=50, line="C1", title="Conti in ordine", sheet={"results": [
            {"id": "1", "text": "Referti firmati", "weight": 50, "target": 10},
            {"id": "2", "text": "Saldo", "weight": 50, "direction": "progress", "baseline": 5, "target": -3}]}),
        {"code": "VP.U2", "lead": "U2", "ready": "line_indicators", "holders": [{"sector": "U2"}]},  # what no objective measures
    ],
}
AUTHORITY_READ = {
    "U1.01": {"1": [{"numerator": 400, "denominator": 800}, {"numerator": 1530, "denominator": 1800}]},  # 85 % of 90 %: 94.44
    "U2.01": {"1": [{}, {}],                                                                             # measured by U1
              "2": [{"numerator": 9, "denominator": 1500}, {"numerator": 18, "denominator": 3000}]},     # 6 per thousand: 4 / 6 = 66.67
    "VP.U2": {"1": [{"actual": 250}, {"actual": 160}]},                                                  # 200 of 250: 80; 200 and fewer: 100
    "U2.02": {"1": [{}, {}],                                                                             # nobody told: 0
              "2": [{"actual": 1}, {"actual": -2.9}]},                                                   # 7.9 of 8: 98.75
}
AUTHORITY_FIGURES = {"final": {
    "U1": "85.78",    # 60 % of the phase at 80, 40 % of 94.44: 48 + 37.776
    "U2": "58.03",    # the worst, 66.67, and (0 + 98.75) / 2 = 49.38: 116.05 / 2
    "body": "71.91"}}  # (85.78 + 58.03) / 2


def told(document: dict, read: dict, k: int, last: bool) -> dict:
    """``document``, the prefilled return of a sector, as it fills it in at the ``k``-th of the rounds played."""
    document["compilation"] = {"name": "Livia Sartori", "date": f"{YEAR + 1}-01-20" if last else f"{YEAR}-10-05"}
    for objective in document["objectives"]:
        sheet = objective["sheet"]
        objective["holding"]["reading"] = {"reason": "Come mostrano i risultati."}
        sheet["reading"] = {"narrative": f"Il lavoro su {sheet['title'].lower()} procede come previsto dal programma."}
        for result in sheet.get("results", ()):
            if found := read[objective["code"]][result["id"]][k]:
                result["reading"] = {**found, "note": "Dal protocollo."}
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
            filled.write_text(documents.dumps(told(read_form(form.read_bytes(), form.name).document, read, k, last=round == rounds[-1])), encoding="utf-8")
            assert run("fill", form, filled, "-o", folder / "ricevute" / round / form.name) == 0
        assert run("consolidate", folder, "--round", round) in (0, 1)
    return folder
