"""One figure, one denominator, one rounding: the same on every surface that tells it."""

import io
import re
from decimal import Decimal

import first_shape
import pytest
from docx import Document
from looked_at import sheet_of

from perfxl.model.explain import explain
from perfxl.model.weigh import weigh
from perfxl.stages.consolidate import workbook
from perfxl.stages.report import report, short_version


def document(rules: dict, sectors: list[dict], percents: list) -> dict:
    """A final document of one objective a sector, with the outcome that each declared (None: none)."""
    objectives = [{"code": f"{s['code']}.00001", "lead": s["code"], "sheet": {"title": "Obiettivo", "strategic_lines": ["01.01.01"]},
                   "holders": [{"sector": s["code"], "holding": {"weight": 100, **({} if v is None else {"final": {"percent": v}})}}]}
                  for s, v in zip(sectors, percents, strict=True)]
    content = {"schema": "perfxl/plan/1", "year": 2021, "body": {"code": "UNI", "name": "Unione"}, "rules": rules,
               "rounds": [{"round": r, "reference_date": d} for r, d in (("plan", "2021-01-31"), ("interim", "2021-09-30"), ("final", "2021-12-31"))],
               "sectors": [{"name": f"Settore {s['code']}", **s} for s in sectors],
               "cascade": [{"code": c, "title": c} for c in ("01", "01.01", "01.01.01")], "objectives": objectives}
    content = first_shape.now(content)
    return {"schema": "perfxl/consolidated/2", "round": "final", "content": content, "outcomes": weigh(content, "final"), "issued": [],
            "returned": [], "missing": [], "sources": [], "places": [], "findings": []}


def five(rules: dict) -> dict:
    return document(rules, [{"code": f"S{n}"} for n in range(1, 6)], [100, 50, None, None, None])


def text(word: bytes) -> str:
    found = Document(io.BytesIO(word))
    cells = [c.text for t in found.tables for row in t.rows for c in row.cells]
    return "\n".join([*(p.text for p in found.paragraphs), *cells])


def dashboard(made: bytes) -> str:
    sheet = sheet_of(made, "Cruscotto", data_only=True)
    return "\n".join(str(c.value) for row in sheet.iter_rows() for c in row if c.value is not None)


@pytest.mark.parametrize(("rule", "sectors", "outcome"), [("out", 2, "75,00"), ("zero", 5, "30,00")])
def test_the_body_has_one_denominator_everywhere(rule, sectors, outcome):
    told = five({"missing": rule})
    assert told["outcomes"]["final"]["body"]["counted"] == sectors
    assert f"{outcome}%, media semplice di {sectors} settori" in text(report(told, "it"))
    short = text(short_version(told, "it"))
    assert outcome in short and re.search(rf"\b{sectors} settori", short)
    assert f"settori contati: {sectors}" in dashboard(workbook.write(told))
    assert f"è {outcome}%" in explain(told, "ENTE", "it") and f"pesi dei settori {sectors},00" in explain(told, "ENTE", "it")


def test_a_sector_without_the_weight_it_needs_is_out_and_said_beside_the_figure():
    told = document({"body_mean": "weighted"}, [{"code": "S1", "weight": Decimal("0.6")}, {"code": "S2", "weight": Decimal("0.4")}, {"code": "S3"}],
                    [0, 0, 100])
    body = told["outcomes"]["final"]["body"]
    assert (body["outcome"], body["denominator"], body["excluded"]) == ("0.00", "1.00", ["S3"])
    assert "S3 (manca il suo peso nell’ente)" in explain(told, "ENTE", "it")
    assert "S3 (manca il suo peso)" in text(report(told, "it"))
    assert "somma dei pesi: 1,00 · copertura 100,00% · senza il peso che serve: S3" in dashboard(workbook.write(told))
    sheet = sheet_of(workbook.write(told), "Settori", data_only=True)
    assert "S3" in [c.value for row in sheet.iter_rows() for c in row if c.row > 6]


@pytest.mark.parametrize(("rules", "printed", "format"), [
    ({}, "66,67", "0.00%"), ({"decimals": 1}, "66,7", "0.0%"), ({"decimals": 0}, "67", "0%"),
    ({"rounding": "once"}, "66,67", "0.00%"), ({"rounding": "once", "decimals": 0}, "67", "0%")])
def test_figures_are_printed_with_the_decimals_of_the_body(rules, printed, format):
    told = document(rules, [{"code": f"S{n}"} for n in range(1, 4)], [100, 100, 0])
    assert f"è {printed}%" in explain(told, "ENTE", "it")
    assert f"{printed}%, media" in text(report(told, "it"))
    assert re.search(rf"(?<![\d,]){printed}(?![\d,])", text(short_version(told, "it")))
    assert format in {c.number_format for row in sheet_of(workbook.write(told), "Cruscotto").iter_rows() for c in row}


def test_a_line_counts_a_shared_objective_once_wherever_it_is_told():
    told = document({}, [{"code": "S1"}, {"code": "S2"}, {"code": "S3"}], [100, None, 0])
    told["content"]["objectives"].pop(1)
    told["content"]["objectives"][0]["holders"].append({"sector": "S2", "holding": {"weight": 60}})
    told["outcomes"] = weigh(told["content"], "final")
    line = told["outcomes"]["final"]["lines"][0]
    assert (line["outcome"], line["denominator"], line["counted"]) == ("44.44", "180.00", 2)
    sentence = explain(told, "01", "it")
    assert "S1.00001 (S1) 100,00 : 2 × 100,00%" in sentence and "S1.00001 (S2) 60,00 : 2 × 100,00%" in sentence
    assert "44,44" in text(report(told, "it"))
