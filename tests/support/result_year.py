"""A consolidated document for the tests of the workbook: the real year's figures with invented contents."""

import json
from decimal import Decimal
from pathlib import Path

from perfxl.model.outcomes import round_outcomes as weigh
from perfxl.model.upgrade import upgraded

YEAR = json.loads((Path(__file__).parents[1] / "data" / "year-2021.json").read_text())
LINES = [("01", "Scuola e infanzia"), ("01.01", "Servizi da zero a sei anni"), ("01.01.01", "Nidi di qualità"),
         ("01.02", "Pari opportunità di istruzione"), ("01.02.01", "Diritto allo studio"), ("01.02.02", "Trasporto scolastico"),
         ("02", "Comunità e salute"), ("02.01", "Servizi sociali vicini"), ("02.01.01", "Sportello unico"),
         ("03", "Ente efficiente e territorio sicuro"), ("03.01", "Organizzazione"), ("03.01.01", "Processi digitali"),
         ("03.01.02", "Gare e contratti"), ("03.02", "Sicurezza"), ("03.02.01", "Presidio del territorio")]
LINE_OF = {"S5": "01.01.01", "S6": "02.01.01", "S9": "03.02.01", "S1": "03.01.02"}
DURATIONS = [(1, 1), (1, 2), (2, 3)]
LONG = "Terza parte del racconto, con un elenco di atti e di date. " * 8


def sheet_of(n: int, code: str, sector: str) -> dict:
    """An invented objective sheet with some of everything."""
    number, count = DURATIONS[n % 3]
    sheet = {"title": f"Obiettivo {code}: semplificare un servizio e misurarne i tempi di risposta ai cittadini",
             "purpose": "Rendere il servizio più rapido.", "strategic_lines": [LINE_OF.get(sector, "03.01.01")],
             "priority": ("high", "medium", "low")[n % 3], "year_number": number, "year_count": count,
             "responsibles": [{"name": "A. Bianchi", "to": "2021-09-30"}, {"name": "B. Verdi", "from": "2021-10-01"}],
             "money": [{"kind": "expense_current", "label": "Progetto", "amount": Decimal("12500.50")}],
             "detail": "Descrizione estesa.\n" * 5,
             "results": [{"id": "1", "text": "Tempi medi sotto i dieci giorni", "unit": "giorni", "direction": "lower",
                          "target": 10, "interim_actual": 12, "final_actual": 9, "final_note": "Determina n. 12"}],
             "entities": [{"result": "1", "entity": "Comune A", "target": 10, "final_actual": 8}],
             "phases": [{"id": "1", "text": "Analisi del servizio com’è oggi", "weight": 40, "start_1": "2021-01-10",
                         "end_1": "2021-03-31", "interim_realised": 100, "interim_done": "Fatta.", "final_realised": 100},
                        {"id": "3-bis", "text": "Nuova procedura in prova", "text_revised": "Nuova procedura in prova e formazione",
                         "weight": 60, "weight_revised": 60, "start_1": "2021-04-01", "end_1": "2021-09-30", "end_1_revised": "2021-11-30",
                         "start_2": "2022-01-01", "interim_realised": 25, "final_realised": 100, "final_done": LONG}],
             "interim_narrative": "Racconto intermedio.", "final_narrative": "\n".join(f"Riga {k}: {LONG}" for k in range(30 if n % 5 == 1 else 2))}
    if n % 7 == 0:
        sheet["title_revised"] = f"Obiettivo {code} con il titolo rivisto a luglio"
    return sheet


def content() -> dict:
    """The real year as a plan document."""
    objectives: dict[str, dict] = {}
    for sector in YEAR:
        for codes, weight, weighting, replaced, interim, final in sector["rows"]:
            code, transversal = codes[0], codes[0] == "SG.00001"
            lead = "SG" if transversal else codes[-1].split(".")[0]
            new = objectives.setdefault(code, {"code": code, "lead": lead, "holders": [],
                                               "kind": "transversal" if transversal else "ordinary"})
            new.setdefault("sheet", sheet_of(len(objectives), code, lead))
            status = {"status": "replaced"} if replaced else {}
            holding = {"weighting": weighting, **({"weight": weight} if weight is not None else {}),
                       "interim": {"percent": interim, **status}, "final": {"percent": final, **status}}
            if replaced:
                holding |= {"weight": 10, "weight_revised": 0, "replaced_by": "S3.00012"}
            holder = {"sector": sector["sector"], "holding": holding}
            if code == "S6.00003":
                holding["final"]["percent"] = 80
            if len(codes) > 1:
                holder |= {"footnote": "Obiettivo condiviso: qui il peso dice la parte di questo settore."}
                if sector["sector"] == codes[1].split(".")[0]:
                    holder["code"] = codes[1]
            new["holders"].append(holder)
    return upgraded({"schema": "perfxl/plan/1", "year": 2021, "body": {"code": "UNI", "name": "Unione dei Comuni di Prova"},
            "rounds": [{"round": "plan", "reference_date": "2021-01-31", "deadline": "2021-02-28"},
                       {"round": "interim", "reference_date": "2021-09-30", "deadline": "2021-10-15"},
                       {"round": "final", "reference_date": "2021-12-31", "deadline": "2022-01-31"}],
            "sectors": [{"code": s["sector"], "name": f"Settore {s['sector']}: servizi ai cittadini", "manager": "dott. C. Neri"} for s in YEAR],
            "cascade": [{"code": c, "title": t} for c, t in LINES],
            "objectives": list(objectives.values()),
            "measures": [{"sector": "S1", "measure": {"objective": "SG.00001", "id": str(k), "measure": f"Misura {k}",
                                                      "interim_percent": 35, "final_percent": 100, **({"applicable": False} if k == 3 else {})}}
                         for k in (1, 2, 3)],
            "evaluations": [{"objective": "S6.00003", "sector": "S6", "round": "final", "percent": 90,
                             "reason": "L’ultima fase non è conclusa.", "by": "Nucleo di valutazione"}],
            "requests": [{"id": "1", "sector": "S1", "objective": "S1.00004", "about": "fase 4", "date": "2022-04-04",
                          "question": "Quanti pagamenti sono avvenuti?", "answer_date": "2022-04-05", "answer": "Ventuno.\n" * 60}],
            "considerations": [{"sector": "S1", "round": "final", "text": "Si raccomanda di presidiare il nuovo servizio."}]})


def findings() -> list[dict]:
    """A finding of each severity."""
    return [{"code": f"XX0{n}", "severity": severity, "file": "ricevute/final/scheda di S1.xlsx", "sheet": "S1.00001", "cell": f"C1{n}",
             "field": "Esito %", "sector": "S1", "objective": "S1.00001", "found": "Trovato «=1+1».", "expected": "Ci si aspettava un numero.",
             "remedy": "Scrivi un numero.", "message": "m"} for n, severity in enumerate(("warning", "error", "note", "warning"))]


def consolidated(round: str = "final", given: dict | None = None) -> dict:
    """The consolidated document of ``round`` over ``given`` (default: the real year)."""
    given = given or content()
    rounds = {"plan": (), "interim": ("interim",), "final": ("interim", "final")}[round]
    codes = [s["code"] for s in given["sectors"]]
    places = [{"path": f"/objectives/{i}/{path}", "file": f"ricevute/{round}/{o['lead']}.xlsx", "sheet": o["code"], "cell": cell}
              for i, o in enumerate(given.get("objectives", ()))
              for path, cell in (("holders/0/holding/readings/1/percent", "D9"), ("sheet/title", "C5"), ("sheet/phases/0/text", "C21"),
                                 ("sheet/phases/0/weight", "D21"), ("sheet/phases/1/text", "C23"), ("sheet/readings/1/narrative", "B60:B71"))]
    return {"schema": "perfxl/consolidated/2", "round": round, "content": given,
            "outcomes": {r: weigh(given, r).document() for r in rounds}, "issued": codes, "returned": codes[:-1], "missing": codes[-1:],
            "sources": [{"sector": c, "file": f"ricevute/{round}/{c}.xlsx", "sha256": "ab" * 32, "issue": 1, "modified": "2022-01-20T10:00:00",
                         "modified_by": "D. Gialli", "compilation": {"name": "D. Gialli", "considerations": "Anno intenso."}} for c in codes[:-1]],
            "places": places, "findings": findings()}
