"""``perfxl load``: values from another system stand in the forms with their source, and count once the sector returns them."""

import io
import shutil

import pytest
from openpyxl import Workbook

from perfxl.campaign import Campaign
from perfxl.campaign.register import Register
from perfxl.stages import read
from perfxl.ui.cli import main
from perfxl.workflow import load
from perfxl.workflow.consolidate import consolidate
from perfxl.workflow.issue import issue
from perfxl.workflow.plan_workbook import plan_of
from perfxl.workflow.running import CannotRun


def sheet(*rows) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


HEADS = ("Obiettivo", "N.", "Indicatore", "Ente", "Valore", "Fonte")


def results(campaign: Campaign, sector: str, code: str) -> dict[str, dict]:
    document = read.read(campaign.issued_form("interim", sector).read_bytes(), "x.xlsx").document
    return {r["id"]: r for o in document["objectives"] if o["code"] == code for r in o["sheet"]["results"]}


def a_result(campaign: Campaign, sector: str) -> tuple[str, dict]:
    """An objective that ``sector`` leads, and a result of it."""
    plan, _ = plan_of(campaign, "it")
    return next((o["code"], r) for o in plan["objectives"] if o["lead"] == sector for r in o["sheet"].get("results", ()))


def test_values_stand_in_the_form_with_their_source_and_count_when_it_comes_back(campaign, tmp_path, capsys):
    code, result = a_result(campaign, "S1")
    path = tmp_path / "valori.xlsx"
    path.write_bytes(sheet(HEADS, (code, result["id"], None, None, 12.5, "Gestionale pratiche")))
    assert main(["load", str(campaign.folder), "--round", "interim", str(path)]) == 0
    assert "--sector S1" in capsys.readouterr().out  # it has its form already
    before = campaign.issued_form("interim", "S8").read_bytes()
    issue(campaign, "interim", ("S1", "S8"), "it")
    assert campaign.issued_form("interim", "S8").read_bytes() == before
    form = results(campaign, "S1", code)[result["id"]]
    said = form["reading"]
    assert float(said["actual"]) == 12.5 and said["note"] == "Fonte: Gestionale pratiche (valore precompilato dall’ente)."
    run = consolidate(campaign, "interim", "it")
    content = {o["code"]: o for o in run.document["content"]["objectives"]}
    kept = next(r for r in content[code]["sheet"]["results"] if r["id"] == result["id"])
    assert not kept.get("readings")  # nobody has confirmed it
    (campaign.folder / "ricevute" / "interim").mkdir(exist_ok=True)
    shutil.copy(campaign.issued_form("interim", "S1"), campaign.folder / "ricevute" / "interim" / "S1.xlsx")
    run = consolidate(campaign, "interim", "it")
    kept = next(r for o in run.document["content"]["objectives"] if o["code"] == code for r in o["sheet"]["results"] if r["id"] == result["id"])
    said, = kept["readings"]
    assert (said["round"], float(said["actual"])) == ("interim", 12.5) and said["note"].startswith("Fonte: Gestionale pratiche")


def test_the_register_knows_each_value_and_says_it_once(campaign, tmp_path, capsys):
    code, result = a_result(campaign, "S8")
    path = tmp_path / "v.csv"
    path.write_text(f"Codice obiettivo;Indicatore;Valore\n{code};{result['text'].upper()};7\n", encoding="utf-8")
    first, again = (load.load(campaign, "interim", path, "it") for _ in range(2))
    assert (first.values, first.new, first.sectors, first.issued, again.new) == (1, 1, ("S8",), ("S8",), 0)
    with Register.open(campaign.folder, write=False) as register:
        assert [(v.objective, v.result, v.value, v.source) for v in load.loaded(register, "interim")] == [(code, result["id"], 7, "v.csv")]
    assert main(["log", str(campaign.folder)]) == 0 and "Caricato il valore 7" in capsys.readouterr().out


def test_what_does_not_fit_is_told_at_its_cell(campaign, tmp_path):
    code, result = a_result(campaign, "S1")
    path = tmp_path / "v.xlsx"
    path.write_bytes(sheet(HEADS, ("S1.99999", "1", None, None, 3, ""), (code, "99", None, None, 3, ""), (code, result["id"], None, None, "molti", ""),
                           (code, result["id"], None, "Altrove", 3, ""), (code, result["id"], None, None, 3, ""), (code, result["id"], None, None, 4, ""),
                           (code, result["id"], None, None, None, "")))
    done = load.load(campaign, "interim", path, "it")
    assert [(f.code, f.place.cell) for f in done.findings] == [("LOAD02", "A2"), ("LOAD03", "B3"), ("LOAD04", "E4"), ("LOAD06", "D5"), ("LOAD05", "E7")]
    assert done.values == 1 and all(f.message("it") and f.message("en") for f in done.findings)


def test_a_file_without_the_columns_and_a_round_without_values_are_refused(campaign, tmp_path):
    path = tmp_path / "v.xlsx"
    path.write_bytes(sheet(("Obiettivo", "Nota"), ("S1.00001", "x")))
    assert [f.code for f in load.load(campaign, "interim", path, "it").findings] == ["LOAD01"]
    with pytest.raises(CannotRun):
        load.load(campaign, "plan", path, "it")


def test_a_percentage_is_a_number_of_hundredths_and_a_sector_that_said_otherwise_stays(campaign, tmp_path):
    from perfxl.stages.intake.indicators import Loaded, with_loaded_values

    content = {"objectives": [{"code": "S1.001", "lead": "S1", "holders": [], "sheet": {"results": [{"id": "1", "readings": [{"round": "interim", "actual": 5}]}, {"id": "2"}],
                                                                                       "entities": [{"result": "2", "entity": "Nord"}]}}]}
    made = with_loaded_values(content, "interim", [Loaded("S1.001", "1", entity="", value=9, source="a"), Loaded("S1.001", "2",
        entity="Nord", value=4, source="b")], "Fonte: {source}.")
    assert made["objectives"][0]["sheet"] == {
        "results": [{"id": "1", "readings": [{"round": "interim", "actual": 5}]}, {"id": "2", "readings": [{"round": "interim", "note": "Fonte: b."}]}],
        "entities": [{"result": "2", "entity": "Nord", "readings": [{"round": "interim", "actual": 4}]}]}
    assert content["objectives"][0]["sheet"]["results"][1] == {"id": "2"}


def csv_of(encoding: str, delimiter: str, *rows: str) -> bytes:
    return "\r\n".join(row.replace("|", delimiter) for row in rows).encode(encoding)


@pytest.fixture
def measured():
    """A plan-shaped content with one objective, its results measured in several units."""
    return {"year": 2026, "rounds": [{"id": "plan", "kind": "plan", "reference_date": "2026-01-01"}, {"id": "interim", "kind": "monitoring", "reference_date": "2026-09-30"},
                                     {"id": "final", "kind": "final", "reference_date": "2026-12-31"}],
            "objectives": [{"code": "S1.001", "lead": "S1", "holders": [{"sector": "S1", "code": "1.1.a"}], "sheet": {"results": [
                {"id": "1", "text": "Solleciti inviati ai contribuenti.", "unit": "n.", "target": 3600}, {"id": "2", "text": "Quota incassata per via elettronica.", "unit": "%", "target": 90},
                {"id": "3", "text": "Somme recuperate.", "unit": "euro", "target": 940000}, {"id": "4", "text": "Tempo medio di risposta.", "unit": "giorni", "target": 3}]}}]}


def taken(content: dict, data: bytes, name: str) -> tuple[list, list]:
    from perfxl.model.rounds import Rounds
    from perfxl.stages.intake import indicators, tables

    found, findings = indicators.read(tables.read(data, name, indicators.is_heading), content, Rounds.from_plan(content)["interim"], name)
    return [(v.result, v.value) for v in found], [(f.code, f.place.cell) for f in findings]


@pytest.mark.parametrize(("data", "name"), [
    (csv_of("cp1252", ";", "Obiettivo|Indicatore|Consuntivo|Unità|Sistema", "1.1.a|Solleciti inviati|3.600||Però", "1.1.A|Quota incassata per via elettronica|92%|%|", "S1.001|3|940.000,00 €||",
            "S1.001|Tempo medio di risposta.|2,5 gg|giorni|"), "v.csv"),
    (csv_of("utf-16", "\t", "Obj|Result|Actual", "S1.001|1|n. 3600", "S1.001|2|92", "S1.001|3|940000", "S1.001|4|2,5"), "v.tsv"),
    (sheet(("Estrazione del 30/09/2026",), ("Codice obiettivo", "N. indicatore", "Valore al 30/09/2026", "Tornata"), ("s1.001", 1, "3600 solleciti", "interim"), ("s1.001", 2, 92, "Monitoraggio"),
           ("S1.001", 3, 940000, None), ("S1.001", 4, 2.5, None)), "v.xlsx")])
def test_values_are_read_in_the_shapes_that_systems_write(measured, data, name):
    assert taken(measured, data, name) == ([("1", 3600), ("2", 92), ("3", 940000), ("4", 2.5)], [])


def test_a_value_in_another_unit_of_another_round_or_hardly_meant_is_told(measured):
    data = sheet(("Obiettivo", "N.", "Valore", "Unità", "Tornata"), ("S1.001", 3, 940, "migliaia di euro", None), ("S1.001", 4, "2 ore", None, None), ("S1.001", 1, 5, "n.", "final"),
                 ("S1.001", 2, 0.92, None, None), ("S1.001", 4, "1.234", None, None))
    assert taken(measured, data, "v.xlsx") == ([("2", 0.92)], [("LOAD07", "D2"), ("LOAD07", "C3"), ("LOAD08", "E4"), ("LOAD09", "C5"), ("LOAD04", "C6")])


def test_a_sector_that_says_otherwise_is_told_to_the_controller(campaign, tmp_path):
    code, result = a_result(campaign, "S1")
    path = tmp_path / "v.xlsx"
    path.write_bytes(sheet(HEADS, (code, result["id"], None, None, 12.5, "Gestionale")))
    load.load(campaign, "interim", path, "it")
    with Register.open(campaign.folder, write=False) as register:
        values = load.loaded(register, "interim")
    document = {"identity": {"sector": "S1"}, "objectives": [{"code": code, "sheet": {"results": [{"id": result["id"], "reading": {"actual": 9}}]}}]}
    found, = load.contradicted(values, document, {}, "S1.xlsx")
    assert (found.code, found.sector, found.to) == ("LOAD10", "S1", "controller") and "12,5" in found.message("it")
    document["objectives"][0]["sheet"]["results"][0]["reading"]["actual"] = 12.5
    assert not list(load.contradicted(values, document, {}, "S1.xlsx"))
