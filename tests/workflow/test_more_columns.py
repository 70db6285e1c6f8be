"""A column added to the schema of any table is on every surface: plan, form, what comes back, result, open data, Word."""

import gc
import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import _lru_cache_wrapper

import pytest
from department_year import plan, play, run
from openpyxl import load_workbook

from perfxl import tables
from perfxl.campaign import Campaign
from perfxl.model import documents
from perfxl.stages import plan as plan_stage
from perfxl.stages.read import read

KEY = "watershed"
COLUMN = {"title": "Bacino idrografico", "description": "In quale bacino.", "x-en": {"title": "Watershed", "description": "In which watershed."},
          "type": "string", "minLength": 1, "maxLength": 60, "x-cell": "text"}
OPEN = {"x-open": ["plan"]}
#: Where the columns go: schema, and the keys down to the properties of an item; what the column adds to its schema.
PLACES = {
    "sectors": ("plan", ("$defs", "sector"), {}), "cascade": ("plan", ("$defs", "line"), {}),
    "responsibles": ("objective", ("$defs", "sheet", "properties", "responsibles", "items"), OPEN),
    "money": ("objective", ("$defs", "sheet", "properties", "money", "items"), OPEN),
    "results": ("objective", ("$defs", "sheet", "properties", "results", "items"), OPEN | {"x-block": "more"}),
    "entities": ("objective", ("$defs", "sheet", "properties", "entities", "items"), OPEN),
    "phases": ("objective", ("$defs", "sheet", "properties", "phases", "items"), OPEN | {"x-block": "more"}),
    "measures": ("objective", ("$defs", "measure"), OPEN),
}


def _fresh() -> None:
    """Forget everything that was derived from the schemas, by what is frozen too, which ``gc`` does not list."""
    gc.unfreeze()
    for found in gc.get_objects():
        if isinstance(found, _lru_cache_wrapper) and found.__module__.startswith("perfxl.") and found is not documents.raw_schema:
            found.cache_clear()


@contextmanager
def more_columns() -> Iterator[None]:
    """Meanwhile every table has a column more, called ``KEY``."""
    schemas = {name: documents.schema(name) for name in ("plan", "objective")}
    before = {name: deepcopy(schema) for name, schema in schemas.items()}
    try:
        for name, path, more in PLACES.values():
            node = schemas[name]
            for key in path:
                node = node[key]
            node["properties"][KEY] = {**COLUMN, **more}
        _fresh()
        yield
    finally:
        for name, schema in schemas.items():
            schema.clear()
            schema.update(before[name])
        _fresh()


def told(table: str) -> str:
    return f"Rio {table.capitalize()}"


def with_columns() -> dict:
    """The plan of the department with a value in the new column of every table."""
    made = plan()
    made["sectors"].pop()  # two files are read in this process, which alone knows the columns
    made["objectives"].pop()
    made["sectors"][0][KEY], made["cascade"][0][KEY] = told("sectors"), told("cascade")
    sheet = made["objectives"][0]["sheet"]
    sheet["responsibles"][0][KEY] = told("responsibles")
    sheet["money"] = [{"kind": "expense_current", "amount": 100, KEY: told("money")}]
    sheet["results"][0][KEY] = told("results")
    sheet["entities"] = [{"result": "R2", "entity": "Sede di monte", "target": 200, KEY: told("entities")}]
    sheet["phases"] = [{"id": "1", "text": "Prova", "weight": 100, KEY: told("phases")}]
    made["objectives"][0]["kind"] = "transversal"
    made["measures"] = [{"sector": "12", "measure": {"objective": "OB-12.01-A", "id": "1", "measure": "Formazione", KEY: told("measures")}}]
    return made


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    with more_columns():
        campaign = Campaign(play(tmp_path_factory.mktemp("colonne") / "c", with_columns(), ("plan",)))
        run("report", campaign.folder, "--round", "plan")
        run("publish", campaign.folder, "--round", "plan")
        yield campaign


def _words(data: bytes) -> str:
    archive = zipfile.ZipFile(io.BytesIO(data))
    return " ".join(re.sub(r"<[^>]+>", "", archive.read(n).decode()) for n in archive.namelist() if n.endswith(".xml"))


@pytest.mark.parametrize("table", PLACES)
def test_the_plan_workbook_takes_it_and_gives_it_back(year, table):
    assert told(table) in str(plan_stage.read(year.plan.read_bytes()).document)


@pytest.mark.parametrize("table", [t for t in PLACES if t not in ("sectors", "cascade")])
def test_the_form_shows_it_and_it_is_read_back(year, table):
    form = year.issued_form("plan", "12").read_bytes()
    assert told(table) in str(read(form, "12.xlsx").document) and told(table) in _words(form)


@pytest.mark.parametrize("table", PLACES)
def test_the_result_holds_and_shows_it(year, table):
    assert told(table) in str(documents.load(year.result("plan"))["content"])
    book = load_workbook(year.result("plan", "consolidato.xlsx"), read_only=True)
    assert any(told(table) in str(cell) for ws in book for row in ws.iter_rows(values_only=True) for cell in row if cell)


@pytest.mark.parametrize("table", PLACES)
def test_tables_and_open_data_have_it(year, table):
    frames = tables(year.result("plan").parent)
    assert any(told(table) in frame.to_csv() for frame in frames.values())
    assert any(told(table) in p.read_text(encoding="utf-8") for p in (year.result("plan").parent / "dati-aperti").glob("*.csv"))


@pytest.mark.parametrize("table", PLACES)
def test_the_word_document_says_it(year, table):
    document, = year.result("plan").parent.glob("piano*.docx")
    assert told(table) in _words(document.read_bytes())
