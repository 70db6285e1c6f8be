"""A real year's objective sheets as return documents: figures, codes and dates as printed, prose in words of our own.

``data/faults-2021.json`` has the sheets of four sectors; ``data/faults-2021-known.json`` the faults a careful reader
found in them, each with the codes that must tell it, or the kind of reason why no check can.
"""

import json
from copy import deepcopy
from pathlib import Path

from perfxl.model.upgrade import upgraded

DATA = Path(__file__).parents[1] / "data"
SHEETS = json.loads((DATA / "faults-2021.json").read_text(encoding="utf-8"))
KNOWN = json.loads((DATA / "faults-2021-known.json").read_text(encoding="utf-8"))


def _title(objective: dict) -> str:
    return objective.get("title", f"Obiettivo {objective['code']}")


def plan() -> dict:
    """The plan as the strategic cascade prints it."""
    objectives: dict[str, dict] = {}
    for sector, sheets in SHEETS["sectors"].items():
        for told in sheets:
            objective = objectives.setdefault(told["code"], {
                "code": told["code"], "lead": "SG" if told["code"] == "SG.00001" else sector, "holders": [],
                "kind": "transversal" if told["code"] == "SG.00001" else "ordinary",
                "sheet": {"title": _title(told), "strategic_lines": [told["line"]]}})
            if told["role"] == "partner":
                objective["lead"] = "S4" if told["code"] != "DG.00003" else "S7"
            objective["holders"].append({"sector": sector})
    for sector in SHEETS["measures"]:
        if sector not in SHEETS["sectors"]:
            objectives["SG.00001"]["holders"].append({"sector": sector})
    for objective in objectives.values():
        if all(h["sector"] != objective["lead"] for h in objective["holders"]):
            objective["holders"].append({"sector": objective["lead"]})
    lines = sorted({part for o in objectives.values() for line in o["sheet"]["strategic_lines"] + ["04.01.01"]
                    for part in (line[:2], line[:5], line)})
    return {"schema": "perfxl/plan/2", "year": 2021, "body": {"code": "UT", "name": "Unione"},
            "rounds": [{"id": r, "kind": k, "reference_date": d, "deadline": d} for r, k, d in
                       (("plan", "plan", "2021-06-30"), ("interim", "monitoring", "2021-09-30"), ("final", "final", "2021-12-31"))],
            "sectors": [{"code": s, "name": s} for s in ("SG", "DG", "S1", "S2", "S4", "S7", "S9")],
            "cascade": [{"code": c, "title": c} for c in lines],
            "objectives": sorted(objectives.values(), key=lambda o: o["code"])}


def _objective(told: dict, round: str) -> dict:
    holding = {"weighting": "weighted" if "weight" in told else "not_weighted",
               **({"weight": told["weight"]} if "weight" in told else {})}
    rounds = ("interim",) if round == "interim" else ("interim", "final")
    holding |= {r: deepcopy(told[r]) for r in rounds if told.get(r)}
    sheet = {"title": told.get("title_told", _title(told)) if round == "interim" else _title(told),
             "start": told["start"], "end": told["end"], "strategic_lines": [told["line_printed"]],
             "year_number": told["duration"][0], "year_count": told["duration"][1],
             **{f"{r}_narrative": told[f"{r}_narrative"] for r in rounds if f"{r}_narrative" in told}}
    if round == "final" and told["role"] != "lead" and "title_told" in told:
        sheet["title"] = told["title_told"]
    for table in ("phases", "results"):
        if table in told:
            sheet[table] = [{k: v for k, v in row.items() if round == "final" or not k.startswith("final_")} for row in told[table]]
    return {"code": told["printed"], "role": told["role"], "holding": holding, "sheet": sheet}


def measures(sector: str) -> list[dict]:
    """The sector's measures of the transversal objective, with the percentages of the final round."""
    rows = []
    for number, (percent, has_text) in enumerate(SHEETS["measures"].get(sector, ()), 1):
        row = {"objective": "SG.00001", "id": str(number), "measure": f"Misura {number} di {sector}"}
        if percent is not None:
            row["final_percent"] = percent
        if has_text:
            row["final_result"] = f"Fatto, {sector} {number}."
        rows.append(row)
    return rows


def returned(sector: str, round: str) -> dict:
    """What ``sector`` would have sent back in ``round``."""
    return upgraded(_told(sector, round))


def _told(sector: str, round: str) -> dict:
    """The same, with what was told at earlier rounds beside it."""
    objectives = [_objective(objective, round) for objective in SHEETS["sectors"].get(sector, ())]
    if sector not in SHEETS["sectors"]:
        percent = {"final": {"percent": SHEETS["manager_totals"][sector]}} if round == "final" else {"interim": {"percent": 35}}
        objectives = [{"code": "SG.00001", "role": "transversal", "holding": {"weighting": "not_weighted", **percent},
                       "sheet": {"title": "Obiettivo SG.00001", "strategic_lines": ["05.01.03"]}}]
    made = {"schema": "perfxl/return/1", "objectives": objectives,
             "identity": {"body": "UT", "year": 2021, "round": round, "sector": sector, "issue": 1, "digest": "0" * 16}}
    if round == "final" and measures(sector):
        made["measures"] = measures(sector)
    return made


def issued(sector: str, round: str) -> dict:
    """What ``sector`` was sent: its return without what this round opens, under the approved codes, titles and lines."""
    document = returned(sector, round)
    titles = {told["printed"]: _title(told) for told in SHEETS["sectors"].get(sector, ())}
    lines = {told["printed"]: [told["line"]] for told in SHEETS["sectors"].get(sector, ())}
    codes = {told["printed"]: told["code"] for told in SHEETS["sectors"].get(sector, ())}
    for objective in document["objectives"]:
        objective["holding"].pop("reading", None)
        printed = objective["code"]
        if printed in lines:
            objective["sheet"]["strategic_lines"] = lines[printed]
        objective["sheet"]["title"] = titles.get(printed, objective["sheet"]["title"])
        objective["code"] = codes.get(printed, printed)
    return document


def issued_on(round: str) -> dict:
    """The plan-shaped document on which ``round`` was issued: with what was told at the interim, under the approved titles and lines."""
    if round != "final":
        return plan()
    before, approved = content("interim"), {o["code"]: o["sheet"] for o in plan()["objectives"]}
    for objective in before["objectives"]:
        objective["sheet"] |= approved[objective["code"]]
    return before


def content(round: str) -> dict:
    """The plan with what every sector returned laid over it."""
    merged = {**plan(), "schema": "perfxl/plan/1"}
    by_code = {o["code"]: o for o in merged["objectives"]}
    for sector in (*SHEETS["sectors"], "S2", "S4"):
        for told in _told(sector, round)["objectives"]:
            objective = by_code.get(told["code"]) or by_code["DG.00003"]
            holder = next((h for h in objective["holders"] if h["sector"] == sector))
            holder["holding"] = told["holding"]
            if told["role"] == "lead":
                objective["sheet"] = {**objective["sheet"], **told["sheet"]}
    merged["measures"] = [{"sector": s, "measure": m} for s in SHEETS["measures"] for m in measures(s)] if round == "final" else []
    return upgraded(merged)
