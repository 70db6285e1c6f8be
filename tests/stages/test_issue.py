"""Issuing: what each sector gets, what its workbook shows and locks, and that it reads back the same."""

import io
import re
import zipfile
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path

import first_shape
import openpyxl
import pytest
import recalculation
from form_year import converted, declared, plan
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment

from perfxl.model import documents
from perfxl.model.identity import Identity
from perfxl.model.rounds import Rounds
from perfxl.stages import issue
from perfxl.stages.issue import fill
from perfxl.stages.issue.form import masters
from perfxl.stages.issue.form.earlier import strips
from perfxl.stages.issue.form.stored import stored
from perfxl.stages.plan import drawing
from perfxl.stages.read import read

ROUNDS = ("plan", "interim", "final")
EXTENSION = {"properties": {"pnrr": {"type": "string", "title": "Missione PNRR"}, "green": {"type": "boolean", "title": "Verde"}}}


def book_of(content: bytes):
    return openpyxl.load_workbook(io.BytesIO(content))


#: The same, for whoever looks only.
seen = lru_cache(maxsize=8)(book_of)


def place(book, name: str):
    """(sheet, first row, last row) of a name."""
    sheet, area = book.defined_names[name].attr_text.rsplit("!", 1)
    rows = [int(n) for n in re.findall(r"\d+", area)]
    return book[sheet.strip("'")], rows[0], rows[-1]


def cell(book, name: str):
    """The single cell of a name."""
    sheet, area = book.defined_names[name].attr_text.rsplit("!", 1)
    return book[sheet.strip("'")][area.replace("$", "")]


def rows_of(book, table: str, number: int = 1) -> dict:
    """Row by slot of a block."""
    sheet, first, last = place(book, f"px{number:02d}_t_{table}")
    column = next(c.column for c in sheet[first] if c.value == "#")
    return {sheet.cell(r, column).value: r for r in range(first + 1, last + 1) if sheet.cell(r, column).value}


def made(round: str, sector: str = "S1", **more) -> bytes:
    return issue.issue(issue.returns(plan(), round)[sector], plan(), **more)


#: The same, made once.
issued = cache(made)


@pytest.mark.parametrize(("decimals", "format"), [(0, "0%"), (1, "0.0%"), (2, "0.00%")])
def test_outcomes_are_printed_with_the_decimals_of_the_body(decimals, format):
    given = {**plan(), "rules": {"decimals": decimals}}
    form = issue.issue(issue.returns(given, "interim")["S1"], given)
    book = book_of(form)
    names = [n for n in book.defined_names if re.fullmatch(r"pxc\d\d_(by_.*|outcome)|pxm_total_(outcome|zero)", n)]
    found = {n: cell(book, n).number_format for n in names}
    sheet, first, _ = place(book, "pxm_summary")
    found |= {key: sheet.cell(first + 2, column).number_format for column in range(1, 10) if (key := sheet.cell(first, column).value) == "outcome"}
    assert len(found) > 8 and set(found.values()) == {format}, found
    weight = next(c.column for c in sheet[first] if c.value == "weight")
    assert sheet.cell(first + 2, weight).number_format == "0.00%"  # a weight is printed as it was typed
    assert read(form, "S1.xlsx").document == issue.returns(given, "interim")["S1"]


# -- what each sector gets
@pytest.mark.parametrize("round", ROUNDS)
def test_returns_are_valid_and_sealed(round):
    assert not list(documents.violations("plan", plan()))
    by_sector = issue.returns(plan(), round)
    assert list(by_sector) == ["S1", "S2"]
    for sector, document in by_sector.items():
        assert not list(documents.violations("return", document))
        sealed = document["identity"].pop("digest")
        assert document["identity"] == {"body": "UTP", "year": 2021, "round": round, "sector": sector, "issue": 1}
        assert len(sealed) == 16 and issue.returns(plan(), round)[sector]["identity"]["digest"] == sealed


@pytest.mark.parametrize("change", [
    lambda p: p["body"].update(contact_phone="0431 1"), lambda p: p["body"].update(name="Altro"),
    lambda p: p["sectors"][0].update(manager="Altra"), lambda p: p["sectors"][0].update(name="Altro"),
    lambda p: next(r for r in p["rounds"] if r["id"] == "interim").update(deadline="2021-11-30"),
    lambda p: p["objectives"][0]["sheet"].update(title="Altro titolo"),
    lambda p: p.setdefault("rules", {}).update(weight_tolerance=0.5), lambda p: p["body"].update(language="en")])
def test_whatever_the_form_would_say_otherwise_is_another_emission(change):
    before, changed = plan(), plan()
    change(changed)
    digests = [issue.returns(p, "interim")["S1"]["identity"]["digest"] for p in (before, changed)]
    assert digests[0] != digests[1]
    assert issue.returns(before, "interim", drawn_on="x")["S1"]["identity"]["digest"] != digests[0]
    assert issue.returns(before, "interim", extensions={"S1": "2022-03-01"})["S1"]["identity"]["digest"] != digests[0]
    assert issue.returns(before, "interim", extensions={"S2": "2022-03-01"})["S1"]["identity"]["digest"] == digests[0]


def test_roles_codes_and_parts_follow_who_holds_the_objective():
    by_sector = issue.returns(plan(), "interim")
    assert [(o["code"], o["role"], o.get("other_codes")) for o in by_sector["S1"]["objectives"]] == [
        ("S1.00001", "lead", ["S2.00007"]), ("S1.00002", "lead", None), ("SG.00001", "transversal", None)]
    shared, transversal = by_sector["S2"]["objectives"]
    assert (shared["role"], shared["holding"], transversal["role"]) == ("partner", {"weight": 95}, "transversal")
    assert "phases" not in shared["sheet"] and "detail" not in shared["sheet"]
    assert [m["id"] for m in by_sector["S1"]["measures"]] == ["1", "2", "3"] and "measures" not in by_sector["S2"]


def test_returns_hold_only_what_the_round_shows():
    content = plan()
    content["objectives"][0]["holders"][0]["holding"] |= {"weight_revised": 50, "final": {"percent": 90}}
    content["objectives"][0]["sheet"]["phases"][0] |= {"interim_realised": 20, "final_realised": 90}
    content, seen = first_shape.now(content), {}
    for round in ("plan", "interim", "final"):
        first = issue.returns(content, round)["S1"]["objectives"][0]
        seen[round] = ({k: first["holding"][k] for k in first["holding"] if k not in ("weighting", "weight")}, first["sheet"]["phases"][0].get("reading"))
    assert seen == {"plan": ({}, None), "interim": ({"revision": {"weight": 50}}, {"realised": 20}),
                    "final": ({"in_force": {"weight": 50}, "reading": {"percent": 90}}, {"realised": 90})}


def test_a_partner_sees_the_past_outcome_that_the_lead_declared():
    content = plan()
    content["objectives"][0]["holders"][0]["holding"]["readings"] = [{"round": "interim", "percent": 57}]
    seen = [strips(issue.returns(content, r)["S2"], content, Rounds.from_plan(content)[r], "it")[0] for r in ("interim", "final")]
    assert seen == [[], [("Monitoraggio intermedio", "", 57, "Parzialmente raggiunto")]]


@pytest.mark.parametrize(("counting", "outcome", "status"), [
    ("evaluated", 90, "Parzialmente raggiunto"), ("declared", 90, "Parzialmente raggiunto"), ("phases", 30, "Parzialmente raggiunto"),
    ("results", 100, "Raggiunto"), ("mix", 65, "Parzialmente raggiunto")])
def test_the_past_outcome_is_what_the_body_counts(counting, outcome, status):
    content = {**plan(), "rules": {"counting": counting}}
    objective = content["objectives"][0]
    objective["holders"][0]["holding"]["readings"] = [{"round": "interim", "percent": 90}]
    objective["sheet"]["phases"] = [{"id": "1", "text": "Fare", "weight": 100, "readings": [{"round": "interim", "realised": 30}]}]
    objective["sheet"]["results"] = [{"id": "1", "text": "Pratiche", "target": 10, "readings": [{"round": "interim", "actual": 10}]}]
    (_, _, percent, said), = strips(issue.returns(content, "final")["S1"], content, Rounds.from_plan(content)["final"], "it")[0]
    assert (percent, said) == (outcome, status)
    form = book_of(issue.issue(issue.returns(content, "final")["S1"], content))
    assert cell(form, "pxc01_before").value == outcome / 100


# -- the workbook
@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("sector", ["S1", "S2"])
@pytest.mark.parametrize("round", ROUNDS)
def test_an_issued_form_reads_back_as_what_was_issued(round, sector, language):
    prefilled = issue.returns(plan(), round)[sector]
    reading = read(issue.issue(prefilled, plan(), language=language), "x.xlsx")
    assert reading.document == prefilled
    assert [f.code for f in reading.findings] == []


def test_the_same_input_gives_the_same_bytes():
    assert made("interim") == made("interim")


def test_sheets_bear_the_codes_and_only_needed_ones_are_there():
    assert seen(issued("interim")).sheetnames == ["Leggimi", "Riepilogo", "S1.00001", "S1.00002", "SG.00001", "Misure", "_perfxl"]
    assert seen(issued("interim", "S2")).sheetnames == ["Leggimi", "Riepilogo", "S1.00001", "SG.00001", "_perfxl"]


def test_names_are_numbered_and_no_formula_speaks_of_what_is_not_there():
    for sector in ("S1", "S2"):
        book = seen(issued("interim", sector))
        assert not [n for n in book.defined_names if re.match(r"pxs|px_(code|sheet|holding)", n)]
        for sheet in book:
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.data_type == "f":
                        assert set(re.findall(r"\bpx[a-z]*\d*_\w+", cell.value)) <= set(book.defined_names), (sheet.title, cell.value)
                        assert "Obiettivo" not in cell.value


def test_the_identity_stands_in_five_places():
    prefilled = issue.returns(plan(), "interim")["S1"]
    token, book = Identity(**prefilled["identity"]).token, seen(issued("interim"))
    assert {p.name: p.value for p in book.custom_doc_props.props} == {"perfxl": token}
    assert book["_perfxl"]["A1"].value == token and book["_perfxl"].sheet_state == "veryHidden"
    assert book.defined_names["px_token"].attr_text == f'"{token}"'
    sheet, row, _ = place(book, "px_identity")
    assert (sheet.title, sheet.cell(row, 2).value) == ("Leggimi", token)
    assert all(token in sheet.oddFooter.left.text for sheet in book)


def test_the_first_sheet_says_by_when_and_to_whom():
    sheet = seen(issued("interim"))["Leggimi"]
    said = {row[0].value: row[1].value for row in sheet.iter_rows(max_row=15, max_col=2) if row[0].value}
    assert said["Da restituire entro il"].date().isoformat() == "2021-10-15"
    assert said["Dati riferiti al"].date().isoformat() == "2021-09-30"
    assert said["Da restituire a"] == "piano@unione.example"
    assert (said["Settore"], said["Dirigente"]) == ("S1 – Affari generali", "Bruno Bassi")


def test_rows_seen_are_those_in_use_and_some_to_add():
    def seen(round, table):
        book = book_of(issued(round))
        sheet = book["S1.00001"]
        return [slot for slot, row in rows_of(book, table).items() if not sheet.row_dimensions[row].hidden]

    assert seen("plan", "phases") == [str(n) for n in range(1, 17)]
    assert seen("interim", "phases") == ["1", "2", "3", "4", "5", "6", "7", "8"]
    assert seen("interim", "phases_reading") == ["1", "2", "3", "4", "5", "6", "7", "8"]
    assert seen("final", "phases") == ["1", "2", "3", "4"]
    assert len(seen("interim", "narrative")) == len(seen("final", "narrative")) == 10
    assert seen("interim", "money") == ["1", "2", "3", "4", "5"]
    assert seen("final", "money") == ["1"] and seen("final", "entities") == []


def test_a_table_with_nothing_to_read_or_write_is_out_of_sight_until_filled_in():
    def hidden(content):
        book = book_of(content)
        sheet, first, _ = place(book, "px01_t_entities")
        return [sheet.row_dimensions[r].hidden for r in (first - 1, first + 1, first + 2)]

    filled = issue.returns(plan(), "final")["S1"]
    filled["objectives"][0]["sheet"]["entities"] = [{"result": "1", "entity": "Comune di Prova", "target": 4}]
    content = issued("final")
    assert hidden(content) == [True, True, True]
    assert hidden(fill.fill(content, filled)[0]) == [False, False, False]


def test_what_the_plan_approved_is_black_and_locked_at_the_interim():
    book = seen(issued("interim"))
    sheet, rows = book["S1.00001"], rows_of(book, "phases")
    old, change, new = (sheet.cell(rows[s], 2) for s in ("1", "1r", "5"))
    assert [c.protection.locked for c in (old, change, new)] == [True, False, False]
    assert [c.font.color.rgb[-6:] for c in (old, change, new)] == ["000000", "0033CC", "0033CC"]
    assert [c.fill.fill_type for c in (old, change, new)] == [None, "solid", "solid"]
    assert sheet.cell(rows["1"], 1).protection.locked and not sheet.cell(rows["5"], 1).protection.locked


def test_whoever_does_not_lead_fills_in_the_holding_only():
    book = seen(issued("plan", "S2"))
    for name in book.defined_names:
        if name.startswith(("px01_holding__", "px01_sheet__")):
            sheet, row, _ = place(book, name)
            assert sheet.cell(row, 2).protection.locked is name.startswith("px01_sheet"), name


def test_text_stays_text_to_the_character():
    content = plan()
    hard = '=HYPERLINK("http://x")\n  -2 <b>&amp;</b> _x0041_ _x005F_ ]]>\t😀 \u200b'
    content["objectives"][0]["sheet"] |= {"purpose": hard, "title": " +39 "}
    content["body"]["name"] = "=1+1"
    made = issue.issue(issue.returns(content, "interim")["S1"], content)
    sheet_ = read(made, "x").document["objectives"][0]["sheet"]
    assert (sheet_["purpose"], sheet_["title"]) == (hard, " +39 ")
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert not any(b"<f>HYPERLINK(&quot;http" in archive.read(n) for n in archive.namelist())
        assert not any(b"<f>1+1" in archive.read(n) for n in archive.namelist())


def test_formulas_that_only_repeat_carry_their_value():
    book = openpyxl.load_workbook(io.BytesIO(issued("interim")), data_only=True)
    sheet = book["S1.00001"]
    assert [sheet.cell(r, 1).value for s, r in list(rows_of(book, "phases_reading").items())[:2]] == ["1 – Ricognizione", "2 – =Schedatura"]
    assert sheet["B1"].value == "S1.00001  –  Riordino degli archivi"
    _, first, _ = place(book, "pxm_summary")
    assert [book["Riepilogo"].cell(first + 2, c).value for c in (1, 2, 9)] == ["S1.00001", "Riordino degli archivi", "ALTA"]


# -- masters of the body
def test_a_master_without_a_needed_name_is_refused():
    book = book_of(stored("monitoring", "it"))
    del book.defined_names["px_holding__weight"], book.defined_names["px_t_money"]
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(issue.MasterIncomplete) as refused:
        made("interim", master=out.getvalue())
    assert refused.value.names == ["px_holding__weight", "px_t_money"]
    with pytest.raises(issue.MasterIncomplete) as refused:
        made("interim", master=stored("monitoring", "it"), extension=EXTENSION)
    assert refused.value.names == ["px_sheet__extension__green", "px_sheet__extension__pnrr"]


def test_the_bodys_own_fields_are_issued():
    content = plan()
    content["objectives"][0]["sheet"]["extension"] = {"pnrr": "M1C1", "green": True}
    prefilled = issue.returns(content, "interim", EXTENSION)["S1"]
    for master in (None, masters.build("monitoring", "it", EXTENSION)):
        reading = read(issue.issue(prefilled, content, master, extension=EXTENSION), "x", EXTENSION)
        assert reading.document == prefilled


def restyled() -> bytes:
    """The interim master with rows moved down, a note and a chart on the objective sheet, names and text of the body."""
    book = book_of(stored("monitoring", "it"))
    sheet = book["Obiettivo"]
    sheet["B2"] = "Comune di Prova"
    sheet["B2"].comment = Comment("Stemma", "Ente")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=3, min_row=60, max_row=64))
    sheet.add_chart(chart, "M2")
    book.defined_names["crest"] = openpyxl.workbook.defined_name.DefinedName("crest", attr_text="'Obiettivo'!$B$2")
    sheet.column_dimensions["B"].width = 80
    sheet.oddFooter.left.text = "Comune di Prova"
    sheet.protection.disable()
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_restyled_master_keeps_its_style_on_every_sheet():
    prefilled = issue.returns(plan(), "interim")["S1"]
    made = issue.issue(prefilled, plan(), restyled())
    assert read(made, "x").document == prefilled
    book = book_of(made)
    for code in ("S1.00001", "S1.00002"):
        sheet = book[code]
        assert sheet["B2"].value == "Comune di Prova" and sheet["B2"].comment.text == "Stemma"
        assert sheet.column_dimensions["B"].width == 80
        assert sheet.oddFooter.left.text.startswith("Comune di Prova") and "PX1|UTP" in sheet.oddFooter.left.text
        assert sheet.defined_names["crest"].attr_text == f"'{code}'!$B$2"
        assert sheet._charts[0].series[0].val.numRef.f == f"'{code}'!$C$60:$C$64"
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        names = archive.namelist()
        assert len([n for n in names if "/charts/chart" in n]) == 2
        types = archive.read("[Content_Types].xml").decode()
        assert all(part.lstrip("/") in names for part in re.findall(r'PartName="([^"]+)"', types))


def test_parts_of_a_sheet_stand_in_the_order_the_format_wants():
    order = ["sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetProtection", "conditionalFormatting",
             "dataValidations", "pageMargins", "pageSetup", "headerFooter", "drawing", "legacyDrawing"]
    with zipfile.ZipFile(io.BytesIO(issue.issue(issue.returns(plan(), "interim")["S1"], plan(), restyled()))) as archive:
        sheets = [n for n in archive.namelist() if n.startswith("xl/worksheets/sheet")]
        assert len(sheets) == 7
        for name in sheets:
            body = re.sub(rb"<sheetData.*</sheetData>", b"<sheetData/>", archive.read(name), flags=re.S)
            root = openpyxl.xml.functions.fromstring(body)
            at = [order.index(child.tag.rpartition("}")[2]) for child in root]
            assert at == sorted(at), name


# -- what LibreOffice makes of it
@pytest.fixture(scope="module")
def computed(tmp_path_factory):
    """A filled form and a plan, and what LibreOffice computes without the values that they carry."""
    told = documents.dumps(declared(issue.returns(plan(), "interim")["S1"])).replace("😀", ":)")  # one character to LibreOffice, two to Excel
    content, _ = fill.fill(issued("interim"), documents.loads(told))
    books = {"form": content, "plan": drawing.draw(plan(), "it", None)}
    return books, recalculation.recalculated(books, tmp_path_factory.mktemp("recalculated"))


@pytest.fixture(scope="module")
def recalculated(computed):
    return computed[1]["form"]


@pytest.mark.parametrize(("name", "least"), [("form", 1_200), ("plan", 25)])
def test_every_formula_carries_the_value_that_it_gives(computed, name, least):
    carried, found = computed
    assert len(recalculation.formulas(carried[name])) > least
    assert recalculation.differences(carried[name], found[name], blank=True) == []


def value(content: bytes, name: str):
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    sheet, area = book.defined_names[name].attr_text.rsplit("!", 1)
    return book[sheet.strip("'")][area.replace("$", "")].value


def test_live_totals_are_those_of_the_arithmetic(recalculated):
    expected = {
        "pxm_total_weight": 0.9, "pxm_total_outcome": 0.6514, "pxm_total_present": 0.9, "pxm_total_zero": 0.6514,
        "pxc01_weight": 0.5, "pxc02_weight": "==", "pxc03_outcome": 0.75,
        "pxc01_sum_phases": 1, "pxc01_by_phases": 0.4833, "pxc01_by_results": 0.679,
        "pxc01_status": "Parzialmente raggiunto", "pxc01_banner": "S1.00001  –  Riordino degli archivi"}
    found = {name: value(recalculated, name) for name in expected}
    assert {k: round(v, 6) if isinstance(v, float) else v for k, v in found.items()} == expected
    assert round((Decimal(50) * Decimal("57.25") + 40 * 75) / 90, 2) == Decimal("65.14")


def test_live_checks_say_what_to_do(recalculated):
    assert value(recalculated, "pxc01_check_phases") == "In ordine"
    assert value(recalculated, "pxc02_check_reason").startswith("L’esito non è pieno")
    assert value(recalculated, "pxm_check_sector_weights").startswith("I pesi degli obiettivi nel calcolo sommano a 90%")
    assert value(recalculated, "pxc01_check_agrees").startswith("L’esito non è quello che danno")  # 57.25 of 48.33 and 67.9
    assert value(recalculated, "pxm_open_checks") == 8  # what check finds of it, each in its place
    assert value(recalculated, "pxc01_open") == "Da vedere in questa scheda: 3. " + value(recalculated, "pxc01_check_agrees")
    assert value(recalculated, "pxc03_open") == "Questa scheda è in ordine."  # of measures entrusted to it no sector is asked why


# -- where one lands
def aimed(content: bytes) -> dict[str, set[str]]:
    """The targets of the links of each sheet."""
    found = {}
    for sheet in book_of(content):
        text = " ".join(str(c.value) for row in sheet.iter_rows() for c in row if isinstance(c.value, str) and "HYPERLINK" in c.value)
        found[sheet.title] = set(re.findall(r'HYPERLINK\("#([^"]+)"', text))
    return found


def cursor(content: bytes, title: str) -> tuple[str, str]:
    view = seen(content)[title].sheet_view
    chosen = next(s for s in view.selection if s.pane == (view.pane.activePane if view.pane else None))
    assert chosen.sqref == chosen.activeCell
    return chosen.activeCell, chosen.pane


@pytest.mark.parametrize("round", ROUNDS)
def test_links_lead_to_the_cell_to_be_filled_and_sheets_open_on_it(round):
    content = issued(round)
    book = book_of(content)
    links = aimed(content)
    for source, targets in links.items():
        for target in targets:
            title, address = re.fullmatch(r"'(.+)'!([A-Z]+\d+)", target).groups()  # never a name: Calc selects what it stands for
            assert title == "Riepilogo" or not book[title][address].protection.locked
            assert title in ("Riepilogo", source) or cursor(content, title)[0] == address
    assert {"'Riepilogo'!A" + str(place(book, "pxm_summary")[1] + 2), "'S1.00002'!" + cursor(content, "S1.00002")[0]} <= links["S1.00001"]
    if round != "plan":
        assert book["S1.00001"][cursor(content, "S1.00001")[0]].coordinate == cell(book, "px01_holding__reading__percent").coordinate
        first = place(book, "pxm_summary")[1]
        assert {f"'{c}'!{cell(book, f'px{n:02d}_holding__reading__percent').coordinate}" for n, c in
                enumerate(("S1.00001", "S1.00002", "SG.00001"), 1)} <= links["Riepilogo"] and first


def test_a_master_of_before_still_issues_reads_and_leads_to_the_outcome():
    master = (Path(__file__).parents[1] / "data" / "scheda-monitoring-2.xlsx").read_bytes()
    content = made("interim", master=master)
    assert read(content, "x").document == issue.returns(plan(), "interim")["S1"]
    outcome = cell(book_of(content), "px01_holding__reading__percent").coordinate
    assert cursor(content, "S1.00001") == (outcome, "bottomLeft") and f"'S1.00001'!{outcome}" in aimed(content)["Riepilogo"]


def test_what_is_folded_can_be_opened_and_says_so():
    book = seen(issued("interim"))
    sheet, rows = book["S1.00001"], rows_of(book, "phases")
    for slot in ("1r", "2r", "12"):
        line = sheet.row_dimensions[rows[slot]]
        assert line.hidden and line.outlineLevel == 1, slot
    beyond = range(rows["9"], rows["16"] + 1)  # one group, in which what changes each phase stays folded
    assert {sheet.row_dimensions[r].outlineLevel for r in beyond} == {1, 2} and not sheet.row_dimensions[rows["9"] - 1].outlineLevel
    assert all(sheet.row_dimensions[r].hidden for r in beyond)
    assert all(sheet.row_dimensions[r].collapsed for r in (rows["1r"] + 1, beyond.stop, rows["10"]))
    assert sheet.sheet_format.outlineLevelRow == 2


def test_no_formula_of_the_form_is_an_error(recalculated):
    for sheet in openpyxl.load_workbook(io.BytesIO(recalculated), data_only=True):
        for row in sheet.iter_rows():
            assert not [c.coordinate for c in row if c.data_type == "e"], sheet.title


def test_a_master_saved_by_libreoffice_still_issues(tmp_path):
    master = converted(stored("monitoring", "it"), tmp_path)
    prefilled = issue.returns(plan(), "interim")["S1"]
    made = issue.issue(prefilled, plan(), master)
    assert read(made, "x").document == prefilled
    assert book_of(made)["_perfxl"].sheet_state == "veryHidden"
    filled = declared(prefilled)
    again, findings = fill.fill(made, filled)
    assert findings == [] and read(again, "x").document == filled


def test_every_sheet_is_declared_a_worksheet():
    made = zipfile.ZipFile(io.BytesIO(issued("final")))
    kinds = dict(re.findall(r'PartName="([^"]+)" ContentType="([^"]+)"', made.read("[Content_Types].xml").decode()))
    sheets = [f"/{name}" for name in made.namelist() if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) > 5 and {kinds[name].rpartition(".")[2] for name in sheets} == {"worksheet+xml"}
