"""A small return without faults, at each round, for tests that spoil one thing in it."""

from collections.abc import Callable
from copy import deepcopy

from perfxl.model.findings import Finding, Place
from perfxl.model.upgrade import upgraded
from perfxl.stages.check import check
from perfxl.stages.merge.overlay import Returned, merge

YEAR = 2021
PROSE = "Sono state svolte le attività dell’obiettivo {code}: incontri con gli uffici, una prova e la stesura del documento."


def _phase(number: str, weight: int, start: str, end: str) -> dict:
    return {"id": number, "text": f"Fase {number}", "weighting": "weighted", "weight": weight, "start_1": start, "end_1": end}


def _objective(code: str, weight: int) -> dict:
    phases = [_phase("1", 60, "2021-01-01", "2021-06-30"), _phase("2", 40, "2021-07-01", "2021-12-31"),
              {"id": "0", "text": "Storia", "weighting": "not_weighted"}]
    results = [{"id": "1", "text": "Esito uno", "weight": 100, "deadline": "2021-12-31", "unit": "numero", "target": 10, "phases": "1-2"}]
    return {"code": code, "role": "lead", "holding": {"weighting": "weighted", "weight": weight}, "sheet": {
        "title": f"Titolo di {code}", "purpose": f"Finalità di {code}", "detail": f"Dettaglio di {code}",
        "start": "2021-01-01", "end": "2021-12-31", "year_number": 1, "year_count": 1, "strategic_lines": ["01.01.01"],
        "responsibles": [{"name": "Ada Neri"}], "results": results, "phases": phases,
        "entities": [{"result": "1", "entity": "Acero", "target": 4}]}}


def plan() -> dict:
    """A plan of two sectors: S1 has two objectives and a transversal one, led by S2, with two measures."""
    def ordinary(code):
        return {"code": code, "kind": "ordinary", "lead": "S1", "holders": [{"sector": "S1"}],
                "sheet": {"title": f"Titolo di {code}", "strategic_lines": ["01.01.01"]}}
    return {"schema": "perfxl/plan/2", "year": YEAR, "body": {"code": "UTP", "name": "Unione"}, "rules": {},
            "rounds": [{"id": r, "kind": k, "reference_date": d, "deadline": d} for r, k, d in
                       (("plan", "plan", "2021-01-31"), ("interim", "monitoring", "2021-09-30"), ("final", "final", "2021-12-31"))],
            "sectors": [{"code": "S1", "name": "Uno"}, {"code": "S2", "name": "Due"}],
            "cascade": [{"code": c, "title": c} for c in ("01", "01.01", "01.01.01", "02", "02.01", "02.01.01")],
            "objectives": [ordinary("S1.00001"), ordinary("S1.00002"),
                           {"code": "S2.00001", "kind": "transversal", "lead": "S2",
                            "holders": [{"sector": "S2"}, {"sector": "S1"}],
                            "sheet": {"title": "Trasversale", "strategic_lines": ["02.01.01"]}}]}


def clean(round: str) -> dict:
    """The return of S1 at ``round``, in which there is nothing to find."""
    return upgraded(_told(round))


def _told(round: str) -> dict:
    """The same, with what was told at earlier rounds beside it."""
    objectives = [_objective("S1.00001", 60), _objective("S1.00002", 35)]
    for told in objectives if round != "plan" else ():
        sheet, code = told["sheet"], told["code"]
        told["holding"]["interim"] = {"percent": 60, "reason": "La seconda fase è in corso."}
        sheet["interim_narrative"] = PROSE.format(code=code) + " Al monitoraggio."
        sheet["phases"][0]["interim_realised"], sheet["phases"][1]["interim_realised"] = 100, 0
        if round == "final":
            told["holding"]["final"] = {"percent": 100, "status": "achieved"}
            sheet["final_narrative"] = f"A fine anno {code} è concluso con la seconda fase, verbale del 20/12/2021, e il documento è in uso."
            sheet["phases"][0]["final_realised"] = sheet["phases"][1]["final_realised"] = 100
            sheet["results"][0]["final_actual"] = 11
            sheet["entities"][0]["final_actual"] = 4
    for n, told in enumerate(objectives):  # two objectives never tell the same
        for key in ("interim_narrative", "final_narrative"):
            if n and key in told["sheet"]:
                told["sheet"][key] = f"Altro racconto di {told['code']}."
    shared = {"code": "S2.00001", "role": "transversal", "holding": {"weighting": "weighted", "weight": 5},
              "sheet": {"title": "Trasversale", "strategic_lines": ["02.01.01"]}}
    measures = [{"objective": "S2.00001", "id": n, "measure": f"Misura {n}"} for n in ("1", "2")]
    for r in ("interim", "final")[:("plan", "interim", "final").index(round)]:
        shared["holding"][r] = {"percent": 50}
        for measure, percent in zip(measures, (0, 100), strict=True):
            measure |= {f"{r}_percent": percent, f"{r}_result": f"Fatto {measure['id']}"}
    return {"schema": "perfxl/return/1", "objectives": [*objectives, shared], "measures": measures,
            "identity": {"body": "UTP", "year": YEAR, "round": round, "sector": "S1", "issue": 1, "digest": "0" * 16}}


def changed(round: str, change: Callable[[dict], object]) -> tuple[dict, dict]:
    """The clean return of ``round`` after ``change`` to its first objective, told in the first shape with what earlier rounds said;
    and the plan-shaped document on which it was issued."""
    told = _told(round)
    change(told["objectives"][0])
    return upgraded(told), _issued_on(round, told)


def _issued_on(round: str, told: dict) -> dict:
    if round != "final":
        return plan()
    earlier = upgraded({**deepcopy(told), "identity": {**told["identity"], "round": "interim"}})
    return merge(plan(), [Returned("S1", earlier, {}, "S1.xlsx")], "interim").content


def issued(round: str) -> dict:
    """What S1 was sent at ``round``: the clean return without what the round opens."""
    found = clean(round)
    rows = [row for told in found["objectives"] for row in (told["holding"], told["sheet"], *told["sheet"].get("phases", ()),
                                                            *told["sheet"].get("results", ()), *told["sheet"].get("entities", ()))]
    for row in (*rows, *found["measures"]):
        row.pop("reading", None)
    return found


def before(round: str) -> dict:
    """The plan-shaped document on which ``round`` was issued, with what S1 told at the rounds before it."""
    return _issued_on(round, _told("interim"))


def places(document: dict) -> dict[str, Place]:
    """A cell for every value: its sheet is the objective's code, its address counts the values of the document."""
    found: dict[str, Place] = {}

    def walk(value, where, sheet):
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(inner, f"{where}/{key}", sheet)
        elif isinstance(value, list):
            for i, inner in enumerate(value):
                walk(inner, f"{where}/{i}", inner.get("code", sheet) if isinstance(inner, dict) else sheet)
        else:
            found[where] = Place("S1.xlsx", sheet, f"B{len(found) + 1}")

    walk(document, "", "Leggimi")
    return found


def find(round: str, spoil=None, *, rules: dict | None = None, issue: bool = True, change_plan=None) -> list[Finding]:
    """The findings of the clean return at ``round`` after ``spoil(document)``."""
    document, base = clean(round), before(round)
    if spoil:
        spoil(document)
    if change_plan:
        change_plan(base)
    base["rules"] |= rules or {}
    return check(document, issued(round) if issue else None, plan=base, round=round, places=places(document), file="S1.xlsx")


def codes(findings: list[Finding]) -> list[str]:
    """The codes of ``findings``, sorted, each as often as it was raised."""
    return sorted(f.code for f in findings)
