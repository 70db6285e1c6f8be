"""The buttons pressed in an Excel that is not there: the engine of ``excel_engine`` stands for it."""

import shutil
from datetime import date
from pathlib import Path

import excel_engine
import pytest
import small_year
import xlwings
from addin_vba import modules, pressed
from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell

from perfxl.campaign import BadExtension, Campaign
from perfxl.campaign import open_files as occupied_module
from perfxl.campaign.register import Register
from perfxl.model import documents
from perfxl.model.identity import Identity
from perfxl.model.texts import Texts
from perfxl.stages.consolidate import workbook as result
from perfxl.stages.plan.sight import mark_name
from perfxl.ui.addin import building, buttons, cloud, current_campaign, live, place, steps, troubles
from perfxl.ui.addin.buttons import ExcelDesk
from perfxl.ui.addin.campaign_made import offered_folder
from perfxl.ui.addin.ribbon import BUTTONS
from perfxl.ui.addin.steps import new
from perfxl.ui.cli import command_names, main, module
from perfxl.workflow.consolidate import consolidate
from perfxl.workflow.new import new as new_campaign


@pytest.fixture(scope="module")
def macros(tmp_path_factory):
    """The VBA of the built add-in."""
    path = tmp_path_factory.mktemp("addin") / "perfxl.xlam"
    path.write_bytes(building.build())
    return modules(path)["Performance"]


@pytest.fixture
def campaign(small_played, tmp_path, monkeypatch):
    monkeypatch.setenv("PERFXL_HOME", str(tmp_path / "home"))
    shutil.copytree(small_played.folder, tmp_path / "campagna")
    return Campaign(tmp_path / "campagna")


@pytest.fixture
def whole_campaign(demo_year, tmp_path, monkeypatch):
    """A copy of the demo campaign with all its sectors; one of them has not answered after all."""
    monkeypatch.setenv("PERFXL_HOME", str(tmp_path / "home"))
    shutil.copytree(demo_year.folder, tmp_path / "campagna")
    campaign = Campaign(tmp_path / "campagna")
    _without_s3(campaign)
    return campaign


@pytest.fixture
def excel(monkeypatch):
    """A running Excel; what is opened outside it is noted in ``outside``."""
    app = excel_engine.start()
    app.impl.outside = []
    monkeypatch.setattr(buttons, "open_file", app.impl.outside.append)
    yield app
    xlwings.engines.active = None


class Answers:
    """What the user answers: ``folder``, ``round``, ``yes``, ``given``: fields of a dialog."""

    def __init__(self, folder=None, round=None, yes=None, given=()):
        self.folder, self.round, self.yes, self.asked = folder, round, yes, []
        self.given = None if given is None else dict(given)

    def use(self, monkeypatch):
        monkeypatch.setattr(ExcelDesk, "ask_folder", lambda desk, title, start: (self.asked.append("folder"), self.folder)[1])
        monkeypatch.setattr(ExcelDesk, "ask_round", lambda desk, title, rounds, first: (self.asked.append("round"), self.round)[1])
        monkeypatch.setattr(ExcelDesk, "ask_yes", lambda desk, question: (self.asked.append("yes"), self.yes)[1])
        monkeypatch.setattr(ExcelDesk, "ask", lambda desk, question: (self.asked.append(question), self.filled(question))[1])
        return self

    def filled(self, question):
        """The fields as they stand, save those in ``given`` and the round; None when the user gives up."""
        if self.given is None:
            return None
        offered = {f.key: f.value or (f.options[0][0] if f.options else "") for f in question.fields}
        return {**offered, **({"round": self.round} if self.round and "round" in offered else {}),
                **{k: v for k, v in self.given.items() if k in offered}}


def press(excel, stage, language="it"):
    """Press a button of the ribbon with the active workbook; the boxes that came up, in their order."""
    xlwings.Book(impl=excel.impl.books.active).set_mock_caller()
    before = len(excel.impl.alerts)
    buttons.press(stage, language)
    return excel.impl.alerts[before:]


def occupied(path):
    """What Excel leaves beside a file that it has open."""
    name = b"Anna Controller"
    path.with_name(f"~${path.name}").write_bytes(bytes([len(name)]) + name.ljust(54) + b"\0" * 100)


def differences(live_book, expected):
    """Cells and the rest of the workbook that are not as ``expected`` has them."""
    found = []
    own = [ws for ws in live_book.worksheets if ws.title in expected.sheetnames]
    if [ws.title for ws in own] != expected.sheetnames:
        found.append(("sheets", [ws.title for ws in own], expected.sheetnames))
    for wanted in expected:
        ws = live_book[wanted.title]
        if (ws.max_row, ws.max_column) != (wanted.max_row, wanted.max_column):
            found.append((ws.title, "size", ws.dimensions, wanted.dimensions))
        if sorted(map(str, ws.merged_cells.ranges)) != sorted(map(str, wanted.merged_cells.ranges)):
            found.append((ws.title, "merged"))
        if ws.protection.sheet != wanted.protection.sheet:
            found.append((ws.title, "protection"))
        if _rules(ws) != _rules(wanted):
            found.append((ws.title, "colours"))
        if list(map(_series, [ws])) != list(map(_series, [wanted])):
            found.append((ws.title, "charts"))
        if _choices(ws) != _choices(wanted):
            found.append((ws.title, "choices"))
        if (ws.auto_filter.ref, ws.print_area, ws.freeze_panes) != (wanted.auto_filter.ref, wanted.print_area, wanted.freeze_panes):
            found.append((ws.title, "filter, printed, panes"))
        for row in range(1, wanted.max_row + 1):
            if _height(ws, row) != _height(wanted, row):
                found.append((ws.title, "height", row))
        for one in wanted.iter_rows():
            for cell in one:
                got = ws.cell(cell.row, cell.column)
                if _look(got) != _look(cell):
                    found.append((ws.title, cell.coordinate, _look(got), _look(cell)))
    names = {n: d.attr_text for n, d in expected.defined_names.items()}
    if {n: live_book.defined_names[n].attr_text for n in names if n in live_book.defined_names} != names:
        found.append(("names",))
    return found


def _look(cell):
    if isinstance(cell, MergedCell):
        return "merged"
    value = getattr(cell.value, "text", cell.value)
    link = (cell.hyperlink.target, cell.hyperlink.location) if cell.hyperlink else None
    return type(value).__name__, repr(value), cell.data_type, _style(cell), link


def _style(cell):
    """The look in words; put together once for the cells of a workbook that share it."""
    known = cell.parent.parent.__dict__.setdefault("styles_in_words", {})
    key = tuple(cell._style or ())
    if key not in known:
        known[key] = (cell.number_format, *map(repr, (cell.font, cell.fill, cell.border, cell.alignment, cell.protection)))
    return known[key]


def _series(ws):
    def where(source):
        return (source.numRef or source.strRef).f
    return [[where(s.cat or s.xVal) + where(s.val or s.yVal) for s in chart.series] for chart in ws._charts]


def _rules(ws):
    return sorted((str(r.sqref), rule.type, tuple(rule.formula), repr(rule.dxf)) for r in ws.conditional_formatting for rule in r.rules)


def _choices(ws):
    return sorted((str(v.sqref), v.type, v.formula1, v.formula2) for v in ws.data_validations.dataValidation)


def _height(ws, row):
    return (ws.row_dimensions[row].height if row in ws.row_dimensions else None) or ws.sheet_format.defaultRowHeight


@pytest.fixture
def another_result(campaign):
    """A sector has not answered after all: many figures change, and rows go."""
    _without_s3(campaign)


def _without_s3(campaign):
    [path] = [p for p in campaign.received_files("final") if "S3" in p.stem]
    path.unlink()


def test_every_button_has_its_module_and_every_module_its_button():
    there = {path.stem for path in Path(steps.__file__).parent.glob("*.py")} - {"__init__"}
    assert there == {button.stage for button in BUTTONS}


def test_consolida_renews_the_open_workbook_as_the_file_would_be(excel, whole_campaign, monkeypatch):
    campaign = whole_campaign
    path = campaign.result("final", "consolidato.xlsx")
    book = excel_engine.open_book(excel, path)
    mine = book.sheets.add("I miei conti", after=book.sheets[len(book.sheets) - 1])
    mine.range("A1").formula = "=Obiettivi!C5"
    book.sheets["S1"].range((2, 40)).value = "promemoria"
    occupied(path)
    Answers().use(monkeypatch)
    said = press(excel, "consolidate")
    assert [box.kind for box in said] == ["info"] and "10 su 11" in said[0].text and "grafici" not in said[0].text
    made = result.write(documents.load(campaign.result("final")), "it")
    wanted = path.with_name("wanted.xlsx")
    wanted.write_bytes(made)
    got = book.impl.workbook
    assert got["I miei conti"]["A1"].value == "=Obiettivi!C5"
    assert got["S1"].cell(2, 40).value == "promemoria"
    got["S1"].cell(2, 40).value = None
    del got["S1"]._cells[2, 40]
    expected = load_workbook(wanted, rich_text=True)
    assert differences(got, expected) == []
    got["S1"]["B8"].value = "altro"  # the comparison sees one cell
    assert [d[:2] for d in differences(got, expected)] == [("S1", "B8")]
    assert book.impl.saved == 2 and not path.with_name("consolidato-nuovo.xlsx").exists()
    assert [b.name for b in excel.books] == ["consolidato.xlsx"]


def test_only_what_was_typed_is_kept_whatever_perfxl_wrote_then(excel, campaign, monkeypatch):
    """The open workbook is of another version of perfxl, whose words were others: they are not taken for the user's."""
    path = campaign.result("final", "consolidato.xlsx")
    older = load_workbook(path, rich_text=True)
    for name in ("S1", "Fasi", "Gantt"):
        for row in older[name].iter_rows(max_row=6):
            for cell in row:
                if isinstance(cell.value, str) and cell.data_type == "s":
                    cell.value += " (di una volta)"
    older.save(path)
    occupied_module.last_written_path(path).write_bytes(path.read_bytes())
    book = excel_engine.open_book(excel, path)
    book.sheets["S1"].range("A3").formula = "+39 055 telefonare"
    book.sheets["Fasi"].range("C7").formula = "non era così"
    occupied(path)
    Answers().use(monkeypatch)
    said = press(excel, "consolidate")
    kept = book.impl.workbook["Annotazioni conservate"]
    rows = [[c.value for c in row] for row in kept.iter_rows(min_row=2)]
    assert rows == [["S1", "A3", "+39 055 telefonare"], ["Fasi", "C7", "non era così"]]
    assert all(c.data_type == "s" for row in kept.iter_rows(min_row=2) for c in row)
    assert "Annotazioni conservate" in said[0].text and "una volta" not in str([c.value for c in book.impl.workbook["S1"][6]])
    assert occupied_module.last_written(path) == result.write(documents.load(campaign.result("final")), "it")


def test_excel_is_as_it_was_even_when_the_refresh_fails(excel, campaign, monkeypatch):
    path = campaign.result("final", "consolidato.xlsx")
    excel_engine.open_book(excel, path)
    excel.calculation, excel.enable_events = "semiautomatic", False
    occupied(path)
    Answers().use(monkeypatch)
    monkeypatch.setattr(live, "_place_sheets", lambda *_, **__: 1 / 0)
    said = press(excel, "consolidate")
    assert [box.kind for box in said] == ["critical"] and "perfxl.log" in said[0].text and "ZeroDivision" not in said[0].text
    assert (excel.calculation, excel.screen_updating, excel.enable_events, excel.display_alerts) == ("semiautomatic", True, False, True)
    assert excel.status_bar is False and "senza salvare" in said[0].text and "consolidato-nuovo.xlsx" in said[0].text
    assert "ZeroDivisionError" in (place.home() / "perfxl.log").read_text()


def _with_my_sheet(path):
    book = load_workbook(path, rich_text=True)
    book.create_sheet("I miei conti")["A1"] = "=Obiettivi!C5"
    book["S1"]["A3"] = "telefonare"
    book.save(path)
    return path


def test_a_closed_result_that_the_user_saved_something_in_is_opened_and_renewed(excel, campaign, another_result, monkeypatch):
    path = _with_my_sheet(campaign.result("final", "consolidato.xlsx"))
    excel_engine.open_book(excel, campaign.plan)
    Answers(round="final").use(monkeypatch)
    said = press(excel, "consolidate")
    book = excel.books["consolidato.xlsx"].impl.workbook
    assert book["I miei conti"]["A1"].value == "=Obiettivi!C5" and "1 su 2" in said[0].text
    assert [c.value for c in book["Annotazioni conservate"][2]] == ["S1", "A3", "telefonare"]
    assert load_workbook(path).sheetnames[-2:] == ["I miei conti", "Annotazioni conservate"]


def _answered(book):
    book["Valutazioni"]["H8"] = "verificato con il dirigente"


@pytest.mark.parametrize("change, worth", [
    (lambda book: book.create_sheet("I miei conti"), True), (lambda book: book["S1"].__setitem__("A3", "telefonare"), True),
    (lambda book: book["Fasi"].__setitem__("AZ90", 12), True), (_answered, False), (lambda book: book["S1"].__setitem__("B8", None), False),
    (lambda book: None, False)], ids=["a sheet", "a cell of ours", "a cell beside", "an answer", "emptied", "only saved"])
def test_a_command_keeps_a_copy_of_what_the_user_wrote_and_says_where(campaign, capsys, change, worth):
    path = campaign.result("final", "consolidato.xlsx")
    book = load_workbook(path, rich_text=True)
    change(book)
    book.save(path)
    saved = path.read_bytes()
    main(["consolidate", str(campaign.folder), "--round", "final"])
    kept = occupied_module.copies(path)
    assert [p.read_bytes() for p in kept] == ([saved] if worth else [])
    assert all(str(p) in capsys.readouterr().err for p in kept)


def test_somebody_elses_open_result_is_left_alone(excel, campaign, monkeypatch):
    path = campaign.result("final", "consolidato.xlsx")
    before = path.read_bytes()
    occupied(path)
    excel_engine.open_book(excel, campaign.plan)
    Answers(round="final").use(monkeypatch)
    said = press(excel, "consolidate")
    assert path.read_bytes() == before and path.with_name("consolidato-nuovo.xlsx").is_file()
    assert "Anna Controller" in said[0].text and "consolidato-nuovo.xlsx" in said[0].text


def test_a_workbook_from_anywhere_finds_its_campaign_or_asks(excel, campaign, tmp_path, monkeypatch):
    """A copy says body, year and round itself; the first time, no campaign is known and the folder is asked for."""
    for name, source in (("altro.xlsx", campaign.plan), ("copia.xlsx", campaign.result("interim", "consolidato.xlsx")),
                         ("scheda.xlsx", campaign.issued_form("interim", "S1"))):
        shutil.copy(source, tmp_path / name)
    excel_engine.open_book(excel, tmp_path / "altro.xlsx")
    first = Answers(folder=campaign.folder).use(monkeypatch)
    press(excel, "status")
    assert first.asked == ["folder"]
    for name in ("altro.xlsx", "copia.xlsx", "scheda.xlsx"):
        second = Answers(round="final").use(monkeypatch)
        xlwings.Book(impl=excel_engine.open_book(excel, tmp_path / name).impl).set_mock_caller()
        desk = ExcelDesk(xlwings.Book.caller(), "it")
        assert current_campaign.folder_of(desk) == campaign.folder and second.asked == []
        assert current_campaign.round_of(campaign, desk, ["interim", "final"]) == ("interim" if name != "altro.xlsx" else "final")
    load_workbook(tmp_path / "altro.xlsx").save(tmp_path / "nudo.xlsx")
    stranger = load_workbook(tmp_path / "nudo.xlsx")
    stranger.defined_names.clear()
    stranger.save(tmp_path / "nudo.xlsx")
    third = Answers(yes=True).use(monkeypatch)
    excel_engine.open_book(excel, tmp_path / "nudo.xlsx")
    press(excel, "status")
    assert third.asked == ["yes"] and excel.books[0].name == "stato.xlsx"


def test_a_workbook_of_another_year_in_the_folder_is_not_taken_for_its_own(excel, campaign, monkeypatch):
    book = load_workbook(campaign.result("final", "consolidato.xlsx"))
    book.defined_names["px_review"].attr_text = '"PXR1|final|lists|UPR|2020"'
    book.save(campaign.folder / "anno scorso.xlsx")
    excel_engine.open_book(excel, campaign.folder / "anno scorso.xlsx")
    asked = Answers(yes=None).use(monkeypatch)
    assert press(excel, "status") == [] and asked.asked == ["yes"]


@pytest.mark.parametrize("token, said", [
    ("PX1P|UPR|2021", ("UPR", 2021, None)), ("PX1P||2021", ("", 2021, None)), ("PXR1|interim|evaluations,lists|UPR|2021", ("UPR", 2021, "interim")),
    ("PXR1|plan||UPR|2021", ("UPR", 2021, "plan")), (Identity("UPR", 2021, round="final", sector="S1", issue=2,
        digest="0" * 16).token, ("UPR", 2021, "final")),
    ("PXR1|interim|evaluations,lists", None), ("", None)])
def test_what_a_workbook_says_of_itself(token, said):
    found = place.about(f'="{token}"')
    assert (found and (found.body, found.year, found.round)) == said


def test_a_campaign_says_body_and_year_as_its_plan_has_them_now(campaign):
    """The plan was blank when the campaign began: its token has no body, its cells do."""
    assert place.about_campaign(campaign.folder) == place.About("UPR", 2021)
    assert place.belongs(campaign.folder, place.About("", 2021)) and place.belongs(campaign.folder, place.About("UPR", 2021, "final"))
    assert not place.belongs(campaign.folder, place.About("UPR", 2022)) and not place.belongs(campaign.folder, place.About("ABC", 2021))
    campaign.plan.write_bytes(b"half saved")
    assert place.about_campaign(campaign.folder) is None


def test_another_workbook_of_the_same_name_makes_room_when_the_user_agrees(excel, campaign, tmp_path, monkeypatch):
    """Excel does not have two of one name open: nothing is closed that the user has not agreed to."""
    there = excel_engine.open_book(excel, campaign.plan)
    Answers(folder=tmp_path / "nuova", yes=False).use(monkeypatch)
    said = press(excel, "new")
    assert said[0].kind == "info" and "chiudilo" in said[0].text and (tmp_path / "nuova" / "piano.xlsx").is_file()
    assert [b.fullname for b in excel.books] == [str(campaign.plan)]
    Answers(folder=tmp_path / "nuovissima", yes=True).use(monkeypatch)
    press(excel, "new")
    assert [b.fullname for b in excel.books] == [str(tmp_path / "nuovissima" / "piano.xlsx")] and there.impl.saved == 1


def test_a_result_that_is_open_for_reading_only_is_left_alone(excel, campaign, monkeypatch):
    path = campaign.result("final", "consolidato.xlsx")
    before = path.read_bytes()
    excel_engine.open_book(excel, path).impl.read_only = True
    occupied(path)
    Answers().use(monkeypatch)
    said = press(excel, "consolidate")
    assert [box.kind for box in said] == ["info"] and "Anna Controller" in said[0].text and path.read_bytes() == before
    assert [b.name for b in excel.books] == ["consolidato-nuovo.xlsx", "consolidato.xlsx"]


def test_a_list_that_is_open_comes_anew_and_what_was_typed_is_in_a_copy(excel, campaign, monkeypatch):
    excel_engine.open_book(excel, campaign.plan)
    Answers().use(monkeypatch)
    press(excel, "status")
    said = press(excel, "status")
    assert "nella copia" not in said[0].text
    excel.books["stato.xlsx"].sheets[0].range("A30").formula = "appunto"
    said = press(excel, "status")
    [copy] = (campaign.folder / "risultati").glob("stato-*.xlsx")
    assert str(copy) in said[0].text and load_workbook(copy).active["A30"].value == "appunto"
    assert excel.books[0].name == "stato.xlsx" and excel.books[0].impl.workbook.active["A30"].value is None


def test_giving_up_does_nothing_and_says_nothing(excel, campaign, tmp_path, monkeypatch):
    loose = tmp_path / "altro.xlsx"
    shutil.copy(campaign.plan, loose)
    excel_engine.open_book(excel, loose)
    Answers().use(monkeypatch)
    assert press(excel, "consolidate") == [] and press(excel, "new") == []


def test_a_sheet_of_the_plan_shows_where_the_plan_is_open(excel, campaign, monkeypatch):
    book = excel_engine.open_book(excel, campaign.plan).impl.workbook
    mark = book.defined_names[mark_name("bands")].attr_text.replace("$", "").partition("!")[2]
    book["Leggimi"][mark] = "Sì"
    book["Referenti"].cell(5, 1).value = "S1.00001"
    occupied(campaign.plan)
    said = press(excel, "check")
    assert "Fasce, Referenti" in said[0].text and "nascosti" not in said[0].text
    for seen in (book, load_workbook(campaign.plan)):
        assert [seen[title].sheet_state for title in ("Fasce", "Referenti", "Campi propri")] == ["visible", "visible", "hidden"]
    assert excel.books[0].names["px_plan_waiting"].impl.Visible is False
    book["Leggimi"][mark] = "No"
    excel.books["piano.xlsx"].sheets["Fasce"].activate()
    press(excel, "check")
    assert book["Fasce"].sheet_state == "hidden" and excel.books["piano.xlsx"].sheets.active.name == "Leggimi"


def test_sheets_of_later_rounds_show_where_the_plan_is_open(excel, tmp_path, monkeypatch):
    monkeypatch.setenv("PERFXL_HOME", str(tmp_path / "home"))
    campaign = Campaign(tmp_path / "campagna")
    new_campaign(campaign, small_year.plan()["year"], small_year.plan(), "it")
    book = excel_engine.open_book(excel, campaign.plan).impl.workbook
    occupied(campaign.plan)
    Answers(round="interim").use(monkeypatch)
    said = press(excel, "issue")
    assert "Modifiche" in said[0].text and "nascosti" not in said[0].text
    for seen in (book, load_workbook(campaign.plan)):
        assert seen["Modifiche"].sheet_state == "visible" and seen["Letture"].sheet_state == "hidden"
    book["Modifiche"].sheet_state = "hidden"  # what the controller hides after that stays so
    press(excel, "issue")
    assert book["Modifiche"].sheet_state == "hidden"


def test_a_folder_without_a_campaign_is_told(excel, campaign, tmp_path, monkeypatch):
    loose = tmp_path / "altro.xlsx"
    shutil.copy(campaign.plan, loose)
    (tmp_path / "vuota").mkdir()
    excel_engine.open_book(excel, loose)
    Answers(folder=tmp_path / "vuota").use(monkeypatch)
    said = press(excel, "check")
    assert said[0].kind == "critical" and "piano.xlsx" in said[0].text


def test_controlla_lists_the_findings(excel, campaign, another_result, monkeypatch):
    (campaign.folder / "ricevute" / "final" / "strano.xlsx").write_bytes(b"not a workbook")
    excel_engine.open_book(excel, campaign.plan)
    Answers().use(monkeypatch)
    said = press(excel, "check")
    listed = excel.books["rilievi.xlsx"].impl.workbook.active
    expected = [f for f in __import__("perfxl.workflow.check", fromlist=["inspect"]).inspect([campaign.folder], "it").findings]
    assert [r[1] for r in listed.iter_rows(min_row=5, values_only=True)] == [f.code for f in expected] and expected
    assert said[0].kind == "info"


def test_raccogli_takes_what_is_new_and_never_overwrites(excel, campaign, tmp_path, monkeypatch):
    inbox = tmp_path / "posta"
    inbox.mkdir()
    known = campaign.received_files("final")[0]
    shutil.copy(known, inbox / "rinominata.xlsx")
    other = known.read_bytes()
    known.unlink()
    before = {p: p.read_bytes() for p in campaign.received_files("final")}
    excel_engine.open_book(excel, campaign.plan)
    Answers(folder=inbox).use(monkeypatch)
    said = press(excel, "collect")
    after = {p: p.read_bytes() for p in campaign.received_files("final")}
    assert {p: after[p] for p in before} == before and [after[p] for p in after.keys() - before.keys()] == [other]
    assert said[0].kind == "info" and excel.impl.outside == [campaign.folder / "ricevute"]
    assert (inbox / "rinominata.xlsx").read_bytes() == other


def test_new_campaign_opens_its_plan(excel, campaign, tmp_path, monkeypatch):
    excel_engine.open_book(excel, campaign.plan)
    excel.books[0].close()
    excel_engine.open_book(excel, campaign.issued_form("final", "S1"))
    years = iter(["", "27", "duemila", "2031", "2031"])  # asked again until it is one
    answers = Answers(folder=tmp_path / "anno nuovo", given={"year": "2031"}).use(monkeypatch)
    monkeypatch.setattr(answers, "filled", lambda question: {"year": next(years)})
    press(excel, "new")
    assert excel.books[0].fullname == str(tmp_path / "anno nuovo" / "piano.xlsx")
    assert place.about_campaign(tmp_path / "anno nuovo").year == 2031
    assert [q.text for q in answers.asked if q != "folder"][1:] == [
        Texts("addin", "it")("year_wrong", given=given) for given in ("", "27", "duemila")]


@pytest.mark.parametrize(("weights", "total"), [("100", None), ("1.000", 1000), ("1000 ", 1000), ("0", 0)])
def test_new_campaign_begins_in_points_where_weights_make_another_total(excel, campaign, monkeypatch, weights, total):
    given = iter(["mille", "12,5", "9999999", weights])
    answers = Answers().use(monkeypatch)
    monkeypatch.setattr(answers, "filled", lambda question: {"year": "2031", "weights": next(given)})
    assert new._year(ExcelDesk(excel_engine.open_book(excel, campaign.plan), "it"), date(2030, 10, 1)) == (2031, total)
    assert answers.asked[0].fields[1].value == "100"
    assert [q.text for q in answers.asked[1:]] == [Texts("addin", "it")("weights_wrong", given=g, most=1_000_000) for g in ("mille", "12,5", "9999999")]


def test_no_protected_sheet_offers_to_sort_cells_that_are_locked(excel, campaign, monkeypatch):
    Answers(round="final").use(monkeypatch)
    excel_engine.open_book(excel, campaign.plan)
    press(excel, "check")
    written = [campaign.plan, campaign.issued_form("final", "S1"), campaign.result("final", "consolidato.xlsx"), next(campaign.folder.rglob("rilievi*.xlsx"))]
    protected = [ws for path in written for ws in load_workbook(path) if ws.protection.sheet]
    assert len(protected) > 10 and not [ws.title for ws in protected if not ws.protection.sort]


ADDRESS = "https://ente-my.sharepoint.com/personal/anna/Documents/performance"


@pytest.fixture
def known(campaign, monkeypatch):
    """A campaign that was used before."""
    place.remember(campaign.folder)
    monkeypatch.setattr(cloud.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(cloud, "TIMEOUT_SECONDS", 0.05)
    return campaign


def test_a_plan_open_from_the_network_is_saved_and_read_where_it_is_synchronised(excel, known, tmp_path, monkeypatch):
    Answers(round="final").use(monkeypatch)
    book = excel_engine.open_remote(excel, known.plan, f"{ADDRESS}/piano.xlsx", known.plan)
    book.impl.workbook["Ente"]["A40"] = "typed and not saved"
    said = press(excel, "status")
    assert said[-1].kind == "info" and any(c.value == "typed and not saved" for row in load_workbook(known.plan)["Ente"].iter_rows() for c in row)
    assert cloud._WORD not in load_workbook(known.plan).defined_names


@pytest.mark.parametrize(("stage", "what"), [("status", "plan"), ("consolidate", "result"), ("explain", "result")])
def test_a_workbook_of_the_network_that_is_no_file_of_the_campaign_stops_the_work(excel, known, tmp_path, monkeypatch, stage, what):
    path = known.plan if what == "plan" else known.result("final", "consolidato.xlsx")
    before = {p: p.read_bytes() for p in known.folder.rglob("*") if p.is_file()}
    answers = Answers(round="final").use(monkeypatch)
    elsewhere = tmp_path / "altro computer.xlsx"  # it is synchronised with something, but not with this
    excel_engine.open_remote(excel, path, f"{ADDRESS}/{path.name}", elsewhere)
    said = press(excel, stage)
    assert said[0].kind == "critical" and f"{ADDRESS}/{path.name}" in said[0].text and answers.asked == []
    assert {p: p.read_bytes() for p in known.folder.rglob("*") if p.is_file()} == before


def test_a_result_open_from_the_network_is_renewed_in_place_once_it_is_proved(excel, known, another_result, monkeypatch):
    path = known.result("final", "consolidato.xlsx")
    Answers(round="final").use(monkeypatch)
    book = excel_engine.open_remote(excel, path, f"{ADDRESS}/{path.name}", path)
    book.impl.workbook.create_sheet("Mio")["A1"] = "la mia nota"
    said = press(excel, "consolidate")
    assert said[-1].kind == "info" and len(excel.books) == 1, said
    assert load_workbook(path)["Mio"]["A1"].value == "la mia nota"
    assert not list(path.parent.glob("*-nuovo*"))


@pytest.mark.parametrize("what", ["plan", "result"])
def test_a_workbook_whose_address_is_taken_for_a_file_of_the_campaign_is_proved_all_the_same(excel, known, tmp_path, monkeypatch, what):
    """A colleague's folder has the same names as one's own: xlwings looks for the address in one's own alone. And the workbook has
    lost what says what it is."""
    path = known.plan if what == "plan" else known.result("final", "consolidato.xlsx")
    colleagues = tmp_path / path.name
    book = load_workbook(path)
    for token in place.TOKENS:
        book.defined_names.pop(token, None)
    book.save(colleagues)
    before = {p: p.read_bytes() for p in known.folder.rglob("*") if p.is_file()}
    Answers(round="final", yes=True).use(monkeypatch)
    excel_engine.open_remote(excel, colleagues, f"{ADDRESS}/{path.name}", colleagues, guess=path)
    said = press(excel, "consolidate")
    assert said[0].kind == "critical" and f"{ADDRESS}/{path.name}" in said[0].text
    assert {p: p.read_bytes() for p in known.folder.rglob("*") if p.is_file()} == before


def test_a_result_that_excel_calls_by_its_address_once_it_has_opened_it_is_renewed_in_place(excel, known, another_result, monkeypatch):
    path = _with_my_sheet(known.result("final", "consolidato.xlsx"))
    excel_engine.open_book(excel, known.plan)
    Answers(round="final").use(monkeypatch)
    excel.impl.books.address = ADDRESS
    press(excel, "consolidate")
    assert sorted(b.name for b in excel.books) == ["consolidato.xlsx", "piano.xlsx"]
    assert load_workbook(path)["I miei conti"]["A1"].value == "=Obiettivi!C5" and not list(path.parent.glob("*-nuovo*"))


def test_a_form_or_a_stranger_of_the_network_does_not_stop_the_work(excel, known, monkeypatch):
    Answers(round="final").use(monkeypatch)
    excel_engine.open_remote(excel, known.issued_form("final", "S1"), f"{ADDRESS}/S1.xlsx")
    assert press(excel, "status")[-1].kind == "info"


@pytest.mark.parametrize("name", ["a=b.xlsx", "A=1=2.XLSX", "piano (1).xlsx"])
def test_the_workbook_is_found_whatever_its_name_has_in_it(excel, campaign, monkeypatch, name):
    path = campaign.folder / name
    shutil.copy(campaign.plan, path)
    excel_engine.open_book(excel, campaign.plan)
    excel_engine.open_book(excel, path)
    xlwings.Book(impl=excel.impl.books.active).set_mock_caller()
    monkeypatch.setattr("sys.argv", ["-c", f"--wb={name.lower() if '=' in name else name}", "--from_xl=1"] if "=" in name else ["-c"])
    assert buttons.caller().fullname == str(path)


@pytest.mark.parametrize(("today", "year"), [("2026-01-10", "2026"), ("2026-08-31", "2026"), ("2026-09-01", "2027"), ("2026-12-31", "2027")])
def test_the_year_that_is_offered_is_the_one_to_plan(excel, campaign, monkeypatch, today, year):
    answers = Answers().use(monkeypatch)
    new._year(ExcelDesk(excel_engine.open_book(excel, campaign.plan), "it"), date.fromisoformat(today))
    assert answers.asked[0].fields[0].value == year


def test_the_folder_that_is_offered_stands_beside_is_named_by_its_year_and_has_no_campaign_yet(campaign, tmp_path, monkeypatch):
    year = place.about_campaign(campaign.folder).year
    assert offered_folder(campaign.plan, year + 1, campaign.folder) == tmp_path / f"Performance {year + 1}"
    named = campaign.folder.rename(tmp_path / f"Piano {year} della Giunta")
    assert offered_folder(None, year + 1, named) == tmp_path / f"Piano {year + 1} della Giunta"
    assert offered_folder(None, year, named) == tmp_path / f"Piano {year} della Giunta (2)"
    assert offered_folder(tmp_path / "altro.xlsx", 2031, None) == tmp_path / "Performance 2031"
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert offered_folder(None, 2031, None) == tmp_path / "Performance 2031"
    (tmp_path / "Documents").mkdir()
    assert offered_folder(None, 2031, None) == tmp_path / "Documents" / "Performance 2031"


def test_a_campaign_is_not_made_over_another(excel, campaign, tmp_path, monkeypatch):
    excel_engine.open_book(excel, campaign.issued_form("final", "S1"))
    Answers(folder=campaign.folder).use(monkeypatch)
    said = press(excel, "new")
    assert said[0].kind == "critical" and "piano.xlsx" in said[0].text


@pytest.mark.parametrize("language, name, title", [("it", "guida.html", "Guida a perfxl"), ("en", "guide.html", "Guide to perfxl")])
def test_the_guide_is_a_page_of_its_language_whose_links_lead_somewhere(excel, campaign, language, name, title):
    import re

    excel_engine.open_book(excel, campaign.plan)
    assert str(place.home() / name) in press(excel, "guide", language)[0].text
    page = excel.impl.outside[0]
    text = page.read_text(encoding="utf-8")
    assert page == place.home() / name and f'<html lang="{language}"' in text and f">{title}</h1>" in text
    for target in re.findall(r'(?:href|src)="([^"]+)"', text):
        file, _, anchor = target.partition("#")
        assert target.startswith("http") or (page.parent / file if file else page).is_file(), target
        assert not anchor or file or f'id="{anchor}"' in text, target


@pytest.mark.parametrize("button", BUTTONS, ids=lambda b: b.stage)
def test_from_the_macro_to_python(excel, campaign, macros, tmp_path, monkeypatch, button):
    """The whole chain: the VBA of the built add-in is run, and the command that it gives to RunPython executed."""
    [command], _ = pressed(macros, button.macro)
    excel_engine.open_book(excel, campaign.issued_form("final", "S1") if button.stage == "new" else campaign.plan)
    (tmp_path / "posta").mkdir()
    Answers(folder=tmp_path / ("nuova" if button.stage in ("new", "next") else "posta"), round="final", yes=True,
            given={"act": "Deliberazione n. 34"}).use(monkeypatch)
    xlwings.Book(impl=excel.impl.books.active).set_mock_caller()
    exec(command, {})
    assert [box.kind for box in excel.impl.alerts] == ["critical" if button.stage == "ask" else "info"], excel.impl.alerts
    if button.stage == "issue":  # how far it is stands in the status bar, which is then Excel's again
        assert "perfxl: Emissione delle schede 2/2" in excel.impl.bars and excel.impl.bars[-1] is False
    shown = {"new": "piano.xlsx", "next": "piano.xlsx", "check": "rilievi.xlsx", "consolidate": "consolidato.xlsx", "status": "stato.xlsx"}
    if button.stage in shown:
        front = excel.books[0].impl
        assert front.name == shown[button.stage] and front.workbook.worksheets[0]["A1"].value or front.workbook.worksheets[0]["B1"].value
    else:  # what only says something opens nothing
        assert len(excel.impl.outside) == (0 if button.stage in ("extend", "remind", "resolve", "ask", "explain", "approve") else 1)
    made = {"next": tmp_path / "nuova" / "piano.xlsx", "approve": campaign.approved("final"), "send": campaign.folder / "posta" / "final",
            "publish": campaign.result("final", "dati-aperti") / "datapackage.json", "report": campaign.result("final", "relazione.docx")}
    assert made.get(button.stage, campaign.plan).exists()


@pytest.mark.parametrize("every", ["", "yes"])
def test_the_year_that_follows_takes_up_annual_objectives_where_the_user_wants_them(excel, campaign, tmp_path, monkeypatch, every):
    from perfxl.ui.addin.steps import next as following

    excel_engine.open_book(excel, campaign.plan)
    wanted, really = [], following.follow
    monkeypatch.setattr(following, "follow", lambda *args, every, **named: (wanted.append(every), really(*args, every=every, **named))[1])
    asked = Answers(folder=tmp_path / "nuova", given={"every": every}).use(monkeypatch).asked
    press(excel, "next")
    assert [f.label for f in asked[0].fields] == ["Riprendi anche gli obiettivi annuali"] and asked[1] == "folder"
    assert wanted == [bool(every)] and (tmp_path / "nuova" / "piano.xlsx").exists()


def test_the_drafts_are_said_to_be_sent_with_one_click(excel, campaign, monkeypatch):
    from perfxl.workflow import drafts, send

    post = send.send_forms(campaign, "final", ("S1",), "it")
    assert [p.state for p in post.messages] == ["drafted"]
    excel_engine.open_book(excel, campaign.plan)
    Answers(round="final", given={"what": "done"}).use(monkeypatch)
    press(excel, "send")
    with Register.open(campaign.folder, write=False) as register:
        assert drafts.waiting(register, "final") == [] and register.entries("sent")[-1].payload["state"] == "sent"


def test_each_button_does_what_its_command_does(excel, campaign, another_result, tmp_path, monkeypatch):
    """Consolida leaves the documents that ``consolidate`` leaves, to the byte, and opens the workbook."""
    twin = Campaign(tmp_path / "gemella")
    shutil.copytree(campaign.folder, twin.folder)
    consolidate(twin, "final", "it")
    excel_engine.open_book(excel, campaign.plan)
    Answers(round="final").use(monkeypatch)
    press(excel, "consolidate")
    for name in ("consolidato.xlsx", "consolidato.json"):
        assert campaign.result("final", name).read_bytes() == twin.result("final", name).read_bytes()
    assert [b.name for b in excel.books] == ["consolidato.xlsx", "piano.xlsx"]
    assert not campaign.result("final", "consolidato-nuovo.xlsx").exists()


def test_active_does_the_same_from_outside(excel, campaign, another_result, capsys):
    """``perfxl consolidate --active`` on the workbook that is open: folder and round are its own."""
    excel_engine.open_book(excel, campaign.result("final", "consolidato.xlsx"))
    assert main(["consolidate", "--active"]) == 1
    said = capsys.readouterr()
    assert "1 su 2" in said.out and excel.impl.alerts == []
    excel_engine.open_book(excel, campaign.plan)
    assert main(["consolidate", "--active", "--round", "interim", "--lang", "en"]) == 1
    assert "2 of 2" in capsys.readouterr().out


@pytest.mark.parametrize("stage", [name for name in command_names() if hasattr(module(name), "ON_OPEN_WORKBOOK")])
def test_active_without_excel_says_what_to_do(stage, capsys):
    xlwings.engines.active = None
    assert main([stage, "--active"]) == 2
    assert main([stage, "--active", "--lang", "en"]) == 2
    assert "--active" in capsys.readouterr().err


@pytest.mark.parametrize("more", [["--json"], ["DIR"], ["--workers", "2"]])
def test_what_active_would_not_heed_is_refused(more, capsys):
    with pytest.raises(SystemExit) as refused:
        main(["consolidate", "--active", *more])
    assert refused.value.code == 2 and more[0] in capsys.readouterr().err


def test_active_collects_from_a_folder_that_is_chosen(excel, campaign, tmp_path, monkeypatch, capsys):
    (tmp_path / "posta").mkdir()
    shutil.copy(campaign.received_files("final")[0], tmp_path / "posta")
    excel_engine.open_book(excel, campaign.plan)
    Answers(folder=tmp_path / "posta").use(monkeypatch)
    assert main(["collect", "--active"]) == 0 and capsys.readouterr().out and excel.impl.outside == [campaign.folder / "ricevute"]


@pytest.mark.parametrize("broken", ["no Excel", "no dialog"])
def test_where_nothing_can_be_shown_the_words_are_left_to_the_addin(excel, campaign, monkeypatch, broken):
    """xlwings shows what Python wrote to standard error: it must be no traceback."""
    if broken == "no Excel":
        monkeypatch.setattr(xlwings.Book, "caller", lambda: 1 / 0)
    else:
        excel_engine.open_book(excel, campaign.plan).set_mock_caller()
        monkeypatch.setattr(ExcelDesk, "tell", lambda desk, text: 1 / 0)
        monkeypatch.setattr(ExcelDesk, "fail", lambda desk, text: 1 / 0)
    with pytest.raises(SystemExit) as said:
        buttons.press("guide", "it")
    assert "perfxl.log" in said.value.code and "Traceback" not in said.value.code
    assert "ZeroDivisionError" in (place.home() / "perfxl.log").read_text()


@pytest.mark.parametrize("problem, words", [
    (BadExtension(Path("estensione.schema.json"), "non è un oggetto"), "estensione.schema.json"),
    (PermissionError(13, "Permission denied", "piano.xlsx"), "il permesso è negato"), (OSError(28, "No space left"), "il disco è pieno"),
    (OSError("odd"), "odd"), (MemoryError(), "memoria"), (ValueError("odd"), "perfxl.log")])
def test_what_goes_wrong_is_told_in_the_users_words(campaign, problem, words):
    said = troubles.in_words(problem, "it")
    assert words in said and "Error" not in said and "odd" not in said.replace("(odd)", "")


def test_paths_of_unsaved_books(excel, campaign):
    class Unsaved:
        fullname = "Cartel1"

    assert buttons.path_of(Unsaved()) is None and Path(campaign.plan).is_absolute()
