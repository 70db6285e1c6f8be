"""Every example of the page on how figures are computed, worked out by its own sum and by the engine."""

import ast
import operator
import sys
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import first_shape
import pytest

from perfxl.model import indicators, lights
from perfxl.model.arithmetic import dec, rounded, rules_from, rules_in
from perfxl.model.derived import by_mix, by_phases, by_results
from perfxl.model.documents import schema
from perfxl.model.methods import METHODS
from perfxl.model.result_degree import degree
from perfxl.model.rounds import Rounds
from perfxl.model.texts import Texts
from perfxl.model.views import Entity, Result, Sheet
from perfxl.model.weigh import weigh

DOCS = Path(__file__).parents[2] / "docs"
sys.path.insert(0, str(DOCS))
import calculation  # noqa: E402

RULES = calculation.rules()
_SIGNS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def worked_out(text: str) -> Decimal:
    """The value of a sum as it is printed: the four operations on exact numbers, nothing else."""
    def value(node):
        if isinstance(node, ast.BinOp):
            return _SIGNS[type(node.op)](value(node.left), value(node.right))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -value(node.operand)
        assert isinstance(node, ast.Constant)
        return Decimal(ast.get_source_segment(text, node))
    return value(ast.parse(text, mode="eval").body)


def content(year: dict) -> dict:
    """The plan document of an example of a year."""
    found: dict[str, dict] = {}
    evaluations = [{"objective": c, "sector": s, "round": "final", "percent": v} for c, s, v in year.get("evaluations", ())]
    interim = {(c, s): v for c, s, v in year.get("interim", ())}
    for code, sector, weight, *percent in year["objectives"]:
        kind = "transversal" if code in year.get("transversal", ()) else "ordinary"
        sheet = {"strategic_lines": ["01"]} if year.get("line") else {}
        objective = found.setdefault(code, {"code": code, "lead": code.split(".")[0], "kind": kind, "holders": [], "sheet": sheet})
        holding = {"weight": weight, "interim": {"percent": interim.get((code, sector))}, "final": {"percent": percent[0]} if percent else {}}
        if code in year.get("interim_gone", ()):
            holding["interim"] = {"status": "withdrawn"}
        holding |= {"replaced_by": "S1.00009"} if code in year.get("replaced", ()) else {}
        holding |= {"weighting": "incentives"} if code in year.get("incentives", ()) else {}
        objective["holders"].append({"sector": sector, "holding": holding})
    given = {code: rest for code, *rest in year.get("sectors", ())}
    codes = sorted({h["sector"] for o in found.values() for h in o["holders"]} | given.keys())
    sectors = []
    for code in codes:
        rest = given.get(code, [])
        sectors.append({"code": code, **({} if not rest else {"weighted": False} if rest[0] is False else {"weight": rest[0]})})
    for sector in sectors:
        sector |= {"above": year["above"][sector["code"]]} if sector["code"] in year.get("above", {}) else {}
    measures = [{"sector": s, "measure": {"objective": c, "id": str(n), "final_percent": v, "applicable": a}}
                for n, (c, s, v, a) in enumerate(year.get("measures", ()))]
    return {"sectors": sectors, "cascade": [{"code": "01", "title": "Linea"}], "objectives": list(found.values()),
            "rules": year.get("rules", {}), "evaluations": evaluations, "measures": measures}


def shared_degree(target: int, measured: int, written: int) -> Decimal | None:
    """The degree of a result of S1 that is measured by an indicator of S2."""
    plan = {"rounds": [{"id": "plan", "kind": "plan"}, {"id": "final", "kind": "final"}], "indicators": [{"code": "I1", "target": target, "owner": "S2"}],
            "objectives": [{"code": f"{sector}.1", "lead": sector, "sheet": {"results": [
                {"id": "1", "indicator": "I1", "readings": [{"round": "final", "actual": actual}]}]}} for sector, actual in (("S1", written), ("S2", measured))]}
    made = indicators.with_shared_readings(indicators.with_ready_made(plan), "final")
    return degree(Result(made["objectives"][0]["sheet"]["results"][0]), Rounds.from_plan(made)["final"])


def engine(rule: dict) -> tuple[Decimal | None, Decimal | None, str | None]:
    """(figure, denominator, status) that the engine gives for an example."""
    if "result" in rule:
        told = [first_shape.item(i) for i in (rule["result"], *rule.get("entities", ()))]
        return degree(Result(told[0]), first_shape.at("final"), [*map(Entity, told[1:])], rules_from(rule.get("rules"), rule.get("bands", ()))), None, None
    if "indicator" in rule:
        return shared_degree(**rule["indicator"]), None, None
    if "sheet" in rule:
        return rounded({"phases": by_phases, "results": by_results, "mix": by_mix}[rule["figure"]](Sheet(first_shape.sheet(rule["sheet"])), first_shape.at("final"), rules_from(rule.get("rules")))), None, None
    year = rule["year"]
    made = first_shape.now(content(year))
    before = {}
    if year.get("before"):
        earlier = first_shape.now(content({k: v for k, v in year.items() if k != "replaced"}))
        before = weigh(earlier, "interim")
    outcomes = weigh(made, "final", before)
    outcomes = outcomes["interim" if year.get("before") else "final"]
    group = outcomes["lines"] if year.get("line") else outcomes["sectors"]
    mean = outcomes["body"] if year["about"] == "ENTE" else next(m for m in group if m["code"] == year["about"])
    told = weigh(made, "final")
    earlier = next((m["outcome"] for m in told["interim"]["sectors"] if m["code"] == year["about"]), None)
    if rule.get("part") == "change":
        value = lights.change(dec(mean["outcome"]), dec(earlier), rules_in(made))
    else:
        value = mean[rule.get("part", "outcome")]
    said = lights.as_text(dec(mean["outcome"]), dec(earlier), rules_in(made), "it")
    assert all(Texts("lights", "it")(rule[key]) in said for key in ("light", "trend") if key in rule)
    status = next((o["status"] for o in outcomes["objectives"] if o["sector"] == year["about"]), None)
    return value and rules_from(made["rules"]).printed(Decimal(value)), mean["denominator"] and Decimal(mean["denominator"]), status


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r["title"]["en"])
def test_the_example_comes_out_by_its_sum_and_by_the_engine(rule):
    value, denominator, status = engine(rule)
    if "gives" not in rule:
        assert value is None
        return
    assert worked_out(rule["sum"]).quantize(Decimal("0.01"), ROUND_HALF_UP) == Decimal(rule["gives"]) == value
    assert denominator is None or "denominator" not in rule or denominator == Decimal(rule["denominator"])
    assert "status" not in rule or status == rule["status"]


def test_every_choice_of_the_body_that_moves_a_figure_is_on_the_page():
    named = {rule["rule"] for rule in RULES if "rule" in rule}
    moving = {"counting", "missing", "body_mean", "rounding", "decimals", "degree", "reached_within", "degree_cap",
              "method", "minimum_degree", "missing_value", "phases_share", "results_as",
              "units", "units_mean", "units_share", "body_levels", "weights_total", "light_green"}
    assert moving <= set(schema("plan")["$defs"]["rules"]["properties"]) and moving - {"decimals"} == named
    assert "0 o 1 decimali" in calculation.page("it")


def test_every_way_of_measuring_has_a_worked_example():
    ways = {rule["result"].get("direction", "typed" if "final_degree" in rule["result"] else "higher") for rule in RULES if "result" in rule}
    assert ways == set(METHODS)


@pytest.mark.parametrize(("language", "other"), [("it", "calcolo.md"), ("en", "calculation.md")])
def test_the_pages_say_it_in_both_languages(language, other):
    text = (DOCS / other).read_text(encoding="utf-8")
    assert text == calculation.page(language) and text.count("###") == len(RULES) > 25
    assert all(rule["text"][language] in text and rule["title"][language] in text for rule in RULES)
