"""Word tells what every round of the year found of an item, not the two rounds of its columns alone."""

import pytest
from campaigns import consolidated
from test_formula_limits import campaign

from perfxl.model.weigh import weigh
from perfxl.stages.consolidate.view import View
from perfxl.stages.report.sheets import chapters
from perfxl.stages.report.speech import Speech


def told(round: str, monitorings: int, language: str = "it"):
    """The sheet of the objective in the document of ``round``, with what its phase, result, entity and measure found."""
    content = campaign(1, monitorings=monitorings, items=2, entities=1, measures=1)
    sheet = content["objectives"][0]["sheet"]
    items = (sheet["phases"][0], sheet["results"][1], sheet["entities"][0], content["measures"][0]["measure"])
    for n, reading in enumerate(items[0]["readings"]):
        reading["realised"] = 20 * (n + 1)
        items[1]["readings"][n]["actual"], items[2]["readings"][n]["actual"] = n + 1, 2 * n
        items[3]["readings"][n]["percent"] = 10 * n
    if monitorings > 1:
        del items[0]["readings"][1]
    (chapter,) = (c for c in chapters(View(consolidated(round, content, weigh(content, round))), Speech(language), None) if c.code == "S2")
    return chapter.sheets[0]


def test_each_item_tells_its_way_over_the_rounds_in_their_colours():
    sheet = told("final", 3)
    names = ["1º monitoraggio", "2º monitoraggio", "3º monitoraggio", "Consuntivo"]
    assert str(sheet.phases[0].text).endswith(f"Nelle tornate: {names[0]} 20%; {names[2]} 60%; {names[3]} 80%")
    assert [m for _, m in sheet.phases[0].text.pieces if m in ("m01", "m03", "final")] == ["m01", "m03", "final"]
    assert (str(sheet.phases[0].interim), str(sheet.phases[0].final)) == ("60%", "80%")
    result, entity = (next(str(r.text) for r in sheet.results if word in str(r.text)) for word in ("Risultato", "Comune 0"))
    assert "Nelle tornate: 1º monitoraggio" in entity and entity.endswith("Consuntivo 6")
    results = [str(r.text) for r in sheet.results]
    assert any(r.endswith(f"Nelle tornate: {names[0]} 1 · 10%; {names[1]} 2 · 20%; {names[2]} 3 · 30%; {names[3]} 4 · 40%") for r in results) and result
    assert sheet.measures[0].indicator.endswith("2º monitoraggio 10%; 3º monitoraggio 20%; Consuntivo 30%")


@pytest.mark.parametrize(("round", "monitorings"), [("final", 1), ("m01", 3), ("final", 0)])
def test_where_the_columns_show_all_there_is_nothing_to_add(round, monitorings):
    sheet = told(round, monitorings)
    assert not [t for t in (*(p.text for p in sheet.phases), *(r.text for r in sheet.results)) if "Nelle tornate" in str(t)]


def test_the_report_of_a_monitoring_tells_those_before_it_in_english_too():
    assert str(told("m03", 3, "en").phases[0].text).endswith("Over the rounds: Monitoring 1 20%; Monitoring 3 60%")
