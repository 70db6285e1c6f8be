"""An invented health authority whose units stand under directions: two negotiations, each with its outcomes; figures worked out
by hand.

Directions weigh their own objectives 40 % and their units 60 %; units weigh by their beds. One direction has no objective of its
own, one has no units, a third level (a ward of a unit) enters the mean of its unit.
"""

from bodies_year import YEAR, _objective, _rounds


def _result(objective: str, weight: int, target: int, **more) -> dict:
    return {"id": "1", "text": f"Atti di {objective}", "weight": weight, "target": target, "unit": "n.", **more}


def _goal(code: str, lead: str, title: str, weight: int = 100, **more) -> dict:
    return _objective(code, lead, weight, "C1", title, sheet={"results": [_result(title.lower(), 100, 100, **more)]})


PLAN = {
    "schema": "perfxl/plan/2", "year": YEAR,
    "body": {"code": "ASM", "name": "Azienda sanitaria dei Monti", "contact_name": "Delia Fontana", "contact_email": "piano@asm.example"},
    "rules": {"counting": "results", "derivable_from": "free", "units": "mix", "units_share": 60, "units_mean": "weighted"},
    "words": {"sector": "structure", "sector_levels": ["Direzione", "Unità operativa", "Reparto"], "levels": ["Area strategica"]},
    "rounds": _rounds(("neg1", "06-30"), ("neg2", "09-30")),
    "sectors": [{"code": "D1", "name": "Direzione sanitaria"}, {"code": "D2", "name": "Direzione del territorio"}, {"code": "D3", "name": "Affari generali"},
                {"code": "U1", "name": "Medicina", "above": "D1", "weight": 3}, {"code": "U2", "name": "Chirurgia", "above": "D1", "weight": 1},
                {"code": "U3", "name": "Distretto nord", "above": "D2", "weight": 2}, {"code": "U4", "name": "Distretto sud", "above": "D2", "weight": 2},
                {"code": "R1", "name": "Reparto acuti", "above": "U1", "weight": 1}],
    "cascade": [{"code": "C1", "title": "Curare vicino"}],
    "objectives": [_goal("D1.01", "D1", "Governo clinico"), _goal("D3.01", "D3", "Bilancio"), _goal("U1.01", "U1", "Dimissioni protette"),
                   _goal("U2.01", "U2", "Sale operatorie"), _goal("U3.01", "U3", "Case della comunità"), _goal("U4.01", "U4", "Consultori"),
                   _goal("R1.01", "R1", "Letti pronti")],
}
#: What each objective had reached of 100 at the second negotiation and at the end; U4 said nothing at the second negotiation.
REACHED = {"D1.01": (50, 80), "D3.01": (30, 90), "U1.01": (20, 70), "U2.01": (40, 100), "U3.01": (60, 50), "U4.01": (None, 90), "R1.01": (60, 95)}
READ = {code: {"1": [{} if value is None else {"actual": value} for value in values]} for code, values in REACHED.items()}
FIGURES = {
    "neg2": {
        "R1": "60.00", "U2": "40.00", "U3": "60.00", "U4": None,
        "U1": "44.00",   # 40 % of 20 and 60 % of 60: 8 + 36
        "D1": "45.80",   # 40 % of 50 and 60 % of (3 × 44 + 1 × 40) / 4 = 43: 20 + 25.8
        "D2": "60.00",   # nothing of its own, and of its units one has an outcome
        "D3": "30.00",
        "body": "45.27"},  # (45.80 + 60 + 30) / 3 = 45.2666...
    "final": {
        "R1": "95.00", "U2": "100.00", "U3": "50.00", "U4": "90.00",
        "U1": "85.00",   # 40 % of 70 and 60 % of 95: 28 + 57
        "D1": "85.25",   # 40 % of 80 and 60 % of (3 × 85 + 1 × 100) / 4 = 88.75: 32 + 53.25
        "D2": "70.00",   # (2 × 50 + 2 × 90) / 4
        "D3": "90.00",
        "body": "81.75"},  # (85.25 + 70 + 90) / 3
}
OWN = {"D1": "80.00", "D2": None, "U1": "70.00"}
UNITS = {"D1": "88.75", "D2": "70.00", "U1": "95.00"}
