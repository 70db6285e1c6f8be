"""The summary tables of a real year as they were printed: all sectors, every objective with its weight and outcomes."""

import json
from pathlib import Path

YEAR = json.loads((Path(__file__).parents[1] / "data" / "year-2021.json").read_text(encoding="utf-8"))


def real_year() -> dict:
    """The real year as a plan document: one objective per printed row, held by the sector that prints it."""
    objectives: dict[str, dict] = {}
    for sector in YEAR:
        for codes, weight, weighting, replaced, interim, final in sector["rows"]:
            code, transversal = codes[0], codes[0] == "SG.00001"
            lead = "SG" if transversal else codes[-1].split(".")[0]
            objective = objectives.setdefault(code, {"code": code, "lead": lead, "holders": [],
                                                     "kind": "transversal" if transversal else "ordinary"})
            status = {"status": "replaced"} if replaced else {}
            objective["holders"].append({"sector": sector["sector"], "holding": {
                "weighting": weighting, **({"weight": weight} if weight is not None else {}),
                "interim": {"percent": interim, **status}, "final": {"percent": final, **status}}})
    return {"sectors": [{"code": s["sector"], "name": s["sector"]} for s in YEAR],
            "objectives": list(objectives.values())}
