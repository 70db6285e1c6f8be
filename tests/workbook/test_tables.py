"""The consolidated tables as DataFrames: the same rows as the workbook."""

from datetime import date

import pytest
from looked_at import sheet_of
from result_year import consolidated

import perfxl
from perfxl.model import documents
from perfxl.model.readings import reading
from perfxl.stages.consolidate import workbook as result
from perfxl.stages.consolidate.frames import tables

NAMES = ["sectors", "objectives", "phases", "results", "changes", "narratives", "measures", "money", "cascade", "findings", "sources"]


@pytest.fixture
def campaign(tmp_path):
    for round in ("interim", "final"):
        folder = tmp_path / "risultati" / round
        folder.mkdir(parents=True)
        (folder / "consolidato.json").write_text(documents.dumps(consolidated(round)), encoding="utf-8")
    return tmp_path


def test_names_in_order(campaign):
    assert list(perfxl.tables(campaign)) == list(perfxl.tables(campaign)) == NAMES


def test_a_file_a_folder_and_a_campaign_give_the_same(campaign):
    folder = campaign / "risultati" / "final"
    found = [tables(p) for p in (folder / "consolidato.json", folder, campaign / "risultati", campaign, str(campaign))]
    assert all(f[name].equals(found[0][name]) for f in found for name in NAMES)
    assert "final_outcome" not in tables(campaign / "risultati" / "interim")["sectors"]


def test_nothing_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        tables(tmp_path)


def test_percentages_are_points_and_blanks_stay_blank(campaign):
    found = tables(campaign)
    sectors = found["sectors"].set_index("sector")
    assert sectors.loc["S1", "interim_outcome"] == 57.25 and sectors.loc["S9", "final_outcome"] == 99.66
    assert sectors["final_outcome"].isna().to_dict()["SG"]
    phases = found["phases"]
    assert phases.loc[0, "start_1"] == date(2021, 1, 10) and phases.loc[1, "interim_realised"] == 25.0
    assert phases["weight_revised"].isna()[0] and phases["weight_revised"].dtype == float
    assert found["sectors"]["interim_counted"].dtype == "Int64"


def test_narratives_are_whole(campaign):
    found = tables(campaign)["narratives"].query("objective == 'SG.00001' and round == 'final' and about == 'narrative'")
    told = reading(consolidated()["content"]["objectives"][0]["sheet"], "final")["narrative"]
    assert list(found["text"]) == [told] and len(told) > 10_000


@pytest.mark.parametrize(("name", "sheet"), [("objectives", "Obiettivi"), ("phases", "Fasi"), ("results", "Risultati"), ("measures", "Misure"),
                                             ("money", "Risorse"), ("findings", "Rilievi")])
def test_tables_and_sheets_have_the_same_rows(campaign, name, sheet):
    there = sheet_of(result.write(consolidated()), sheet, data_only=True)
    frame = tables(campaign)[name]
    rows = [r for r in there.iter_rows(min_row=5) if r[0].value is not None]
    assert len(rows) == len(frame) > 0
    key = {"findings": "code", "measures": "objective"}.get(name, "objective")
    assert [r[1 if name in ("findings", "measures") else 0].value for r in rows] == list(frame[key])


def test_body_fields_of_the_campaign(campaign):
    document = consolidated()
    document["content"]["objectives"][0]["sheet"]["extension"] = {"cig": "AB12"}
    (campaign / "risultati" / "final" / "consolidato.json").write_text(documents.dumps(document), encoding="utf-8")
    (campaign / "estensione.schema.json").write_text('{"properties": {"cig": {"title": "Codice gara", "type": "string"}}}')
    assert tables(campaign)["objectives"].loc[0, "x_cig"] == "AB12"
