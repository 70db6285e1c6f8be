"""Recalculated by LibreOffice, every formula of the consolidated workbook gives the value it carries."""

from decimal import Decimal

import pytest
from recalculation import differences, formulas, recalculated
from result_year import consolidated, content

from perfxl.stages.consolidate import workbook as result


def final(holding: dict) -> dict:
    """What the final says of a holding, added where it says nothing."""
    told = holding.setdefault("readings", [])
    if not any(r["round"] == "final" for r in told):
        told.append({"round": "final"})
    return next(r for r in told if r["round"] == "final")


def gaps() -> dict:
    """The real year with missing outcomes of every sort and a sector without objectives."""
    given = content()
    for n, objective in enumerate(given["objectives"]):
        for holder in objective["holders"]:
            holding = holder["holding"]
            if n % 3 == 1:
                holding["readings"] = [r for r in holding["readings"] if r["round"] != "final"]
            if n % 6 == 1 or holder["sector"] == "S8":
                del holding["readings"]
            if n % 10 == 5:
                final(holding)["status"] = "withdrawn"
            if n == 8:
                holding.pop("weight", None)
    given["sectors"].append({"code": "FONTI", "name": "Settore nuovo, ancora senza obiettivi", "weight": 4})
    given["objectives"][3]["sheet"]["strategic_lines"] = ["01.01.01", "01.02.01", "01.09.07"]
    given["objectives"][4]["sheet"]["strategic_lines"] = ["09.01.01"]
    return given


def cases() -> dict[str, bytes]:
    """Workbooks of all rounds and rules, in both languages."""
    books = {f"{r}-{lang}": result.write(consolidated(r), lang) for r in ("plan", "interim", "final") for lang in ("it", "en")}
    for rule in ("out", "zero", "last_known"):
        for mean in ("equal", "weighted"):
            given = gaps()
            given["rules"] = {"missing": rule, "body_mean": mean}
            for k, sector in enumerate(given["sectors"]):
                sector["weight"] = Decimal("1.5") + k
            given["sectors"][2]["weighted"] = False
            books[f"gaps-{rule}-{mean}"] = result.write(consolidated("final", given))
    return books


@pytest.fixture(scope="module")
def books(tmp_path_factory) -> tuple[dict, dict]:
    made = cases()
    return made, recalculated(made, tmp_path_factory.mktemp("recalculated"))


def test_every_formula_equals_the_engine(books):
    made, computed = books
    wrong = {name: differences(made[name], computed[name]) for name in made}
    assert {name: found for name, found in wrong.items() if found} == {}


def test_formulas_are_many_and_where_they_must_be(books):
    made, _ = books
    where = {sheet for sheet, _ in formulas(made["final-it"])}
    assert {"Cruscotto", "Settori", "Obiettivi", "Cascata", "S1", "S9", "DG"} <= where
    assert len(formulas(made["final-it"])) > 1300


def ties() -> dict:
    """One sector per mean that ends on half a hundredth of a point, which binary fractions get wrong."""
    given = {**content(), "sectors": [], "objectives": [], "requests": [], "considerations": [], "measures": [], "evaluations": []}
    for n in range(40):
        code = f"T{n}"
        given["sectors"].append({"code": code, "name": code})
        weights = (Decimal("33.33"), Decimal("66.67")) if n % 2 else (Decimal(50), Decimal(50))
        values = (Decimal(n * 2) + Decimal("0.35"), Decimal("82.36") - n) if n % 2 else (Decimal(n * 2) + Decimal("0.35"), Decimal("82.36") - n)
        for k, (weight, value) in enumerate(zip(weights, values, strict=True)):
            given["objectives"].append({"code": f"{code}.0000{k + 1}", "lead": code, "holders": [
                {"sector": code, "holding": {"weight": weight, "readings": [{"round": "final", "percent": value}]}}]})
    return given


def test_halves_of_a_hundredth_round_up_as_the_engine_does(tmp_path):
    made = {"ties": result.write(consolidated("final", ties()))}
    halves = [s["outcome"] for s in consolidated("final", ties())["outcomes"]["final"]["sectors"]]
    assert len(set(halves)) > 20
    assert differences(made["ties"], recalculated(made, tmp_path)["ties"]) == []
