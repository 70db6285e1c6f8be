"""The buttons pressed in an Excel that is not there: the engine of ``excel_engine`` stands for it."""

import shutil
from pathlib import Path

import pytest
import xlwings
from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell

import excel_engine
from addin_vba import modules, pressed
from perfxl import documents, pipeline, result
from perfxl.addin import building, buttons, live
from perfxl.addin.buttons import ExcelDesk
from perfxl.addin.ribbon import BUTTONS
from perfxl.campaign import Campaign
from perfxl.cli import main
from perfxl.demo.play import play


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """The demo campaign played to its end; tests work on copies of it."""
    folder = tmp_path_factory.mktemp("played") / "campagna"
    for _ in play(Campaign(folder), "it"):
        pass
    return folder


@pytest.fixture
def campaign(played, tmp_path, monkeypatch):
    monkeypatch.setenv("PERFXL_HOME", str(tmp_path / "home"))
    shutil.copytree(played, tmp_path / "campagna")
    return Campaign(tmp_path / "campagna")


@pytest.fixture
def excel(monkeypatch):
    """A running Excel; what is opened outside it is noted in ``outside``."""
    app = excel_engine.start()
    app.impl.outside = []
    monkeypatch.setattr(buttons, "open_file", app.impl.outside.append)
    yield app
    xlwings.engines.active = None


class Answers:
    """What the user answers: ``folder``, ``round``, ``yes``."""

    def __init__(self, folder=None, round=None, yes=None):
        self.folder, self.round, self.yes, self.asked = folder, round, yes, []

    def use(self, monkeypatch):
        monkeypatch.setattr(ExcelDesk, "ask_folder", lambda desk, title, start: (self.asked.append("folder"), self.folder)[1])
        monkeypatch.setattr(ExcelDesk, "ask_round", lambda desk, title, rounds, first: (self.asked.append("round"), self.round)[1])
        monkeypatch.setattr(ExcelDesk, "ask_yes", lambda desk, question: (self.asked.append("yes"), self.yes)[1])
        return self


def press(excel, stage, language="it"):
    """Press a button of the ribbon with the active workbook; the dialogs that came up."""
    xlwings.Book(impl=excel.impl.books.active).set_mock_caller()
    before = len(excel.impl.alerts)
    buttons.press(stage, language)
    return excel.impl.alerts[before:]


def occupied(path):
    """What Excel leaves beside a file that it has open."""
    name = b"Anna Controller"
    path.with_name(f"~${path.name}").write_bytes(bytes([len(name)]) + name.ljust(54) + b"\0" * 100)


def differences(live_book, path):
    """Cells and the rest of the workbook that are not as the file at ``path`` has them."""
    found, expected = [], load_workbook(path, rich_text=True)
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
    return (type(value).__name__, repr(value), cell.data_type, cell.number_format, repr(cell.font), repr(cell.fill), repr(cell.border),
            repr(cell.alignment), repr(cell.protection), link)


def _series(ws):
    told = ((s.cat or s.xVal, (s.val or s.yVal).numRef.f) for chart in ws._charts for s in chart.series)
    return [(places.strRef or places.numRef).f + values for places, values in told]


def _rules(ws):
    return sorted((str(r.sqref), rule.type, tuple(rule.formula), repr(rule.dxf)) for r in ws.conditional_formatting for rule in r.rules)


def _choices(ws):
    return sorted((str(v.sqref), v.type, v.formula1, v.formula2) for v in ws.data_validations.dataValidation)


def _height(ws, row):
    return (ws.row_dimensions[row].height if row in ws.row_dimensions else None) or ws.sheet_format.defaultRowHeight


@pytest.fixture
def another_result(campaign):
    """A sector has not answered after all: many figures change, and rows go."""
    before = len(campaign.received("final"))
    for path in campaign.received("final"):
        if path.stem.startswith("S3"):
            path.unlink()
    assert len(campaign.received("final")) < before


def test_consolida_renews_the_open_workbook_as_the_file_would_be(excel, campaign, another_result, monkeypatch):
    path = campaign.result("final", "consolidato.xlsx")
    book = excel_engine.open_book(excel, path)
    mine = book.sheets.add("I miei conti", after=book.sheets[len(book.sheets) - 1])
    mine.range("A1").formula = "=Obiettivi!C5"
    book.sheets["S1"].range((2, 40)).value = "promemoria"
    occupied(path)
    Answers().use(monkeypatch)
    said = press(excel, "consolidate")
    assert [mode for mode, _ in said] == ["info"] and "10 su 11" in said[0][1] and "grafici" not in said[0][1]
    made = result.write(documents.load(campaign.result("final")), "it")
    wanted = path.with_name("wanted.xlsx")
    wanted.write_bytes(made)
    got = book.impl.workbook
    assert got["I miei conti"]["A1"].value == "=Obiettivi!C5"
    assert got["S1"].cell(2, 40).value == "promemoria"
    got["S1"].cell(2, 40).value = None
    del got["S1"]._cells[2, 40]
    assert differences(got, wanted) == []
    assert book.impl.saved == 2 and not path.with_name("consolidato-nuovo.xlsx").exists()
    assert [b.name for b in excel.books] == ["consolidato.xlsx"]


def test_the_comparison_sees_one_cell(excel, campaign):
    path = campaign.result("final", "consolidato.xlsx")
    book = load_workbook(path, rich_text=True)
    assert differences(book, path) == []
    book["S1"]["B8"].value = "altro"
    assert [d[:2] for d in differences(book, path)] == [("S1", "B8")]


def test_what_was_typed_over_is_kept_on_a_sheet_of_its_own(excel, campaign, monkeypatch):
    path = campaign.result("final", "consolidato.xlsx")
    book = excel_engine.open_book(excel, path)
    book.sheets["S1"].range("A3").formula = "+39 055 telefonare"
    book.sheets["Fasi"].range("C7").formula = "non era così"
    occupied(path)
    Answers().use(monkeypatch)
    said = press(excel, "consolidate")
    kept = book.impl.workbook["Annotazioni conservate"]
    rows = [[c.value for c in row] for row in kept.iter_rows(min_row=2)]
    assert ["S1", "A3", "+39 055 telefonare"] in rows and ["Fasi", "C7", "non era così"] in rows and len(rows) == 2
    assert all(c.data_type == "s" for row in kept.iter_rows(min_row=2) for c in row)
    assert "Annotazioni conservate" in said[0][1]


def test_excel_is_as_it_was_even_when_the_refresh_fails(excel, campaign, monkeypatch):
    path = campaign.result("final", "consolidato.xlsx")
    excel_engine.open_book(excel, path)
    excel.calculation, excel.enable_events = "semiautomatic", False
    occupied(path)
    Answers().use(monkeypatch)
    monkeypatch.setattr(live, "_names", lambda *_: 1 / 0)
    said = press(excel, "consolidate")
    assert [mode for mode, _ in said] == ["critical"] and "perfxl.log" in said[0][1] and "ZeroDivision" not in said[0][1]
    assert (excel.calculation, excel.screen_updating, excel.enable_events, excel.display_alerts) == ("semiautomatic", True, False, True)
    assert excel.status_bar is False
    from perfxl.addin import place

    assert "ZeroDivisionError" in (place.home() / "perfxl.log").read_text()


def test_a_closed_result_is_written_and_opened(excel, campaign, monkeypatch):
    excel_engine.open_book(excel, campaign.plan)
    Answers(round="final").use(monkeypatch)
    press(excel, "consolidate")
    assert [b.name for b in excel.books] == ["consolidato.xlsx", "piano.xlsx"]
    assert not campaign.result("final", "consolidato-nuovo.xlsx").exists()


def test_somebody_elses_open_result_is_left_alone(excel, campaign, monkeypatch):
    path = campaign.result("final", "consolidato.xlsx")
    before = path.read_bytes()
    occupied(path)
    excel_engine.open_book(excel, campaign.plan)
    Answers(round="final").use(monkeypatch)
    said = press(excel, "consolidate")
    assert path.read_bytes() == before and path.with_name("consolidato-nuovo.xlsx").is_file()
    assert "Anna Controller" in said[0][1] and "consolidato-nuovo.xlsx" in said[0][1]


def test_progress_stands_in_the_status_bar(excel, campaign, monkeypatch):
    excel_engine.open_book(excel, campaign.plan)
    Answers(round="final").use(monkeypatch)
    press(excel, "issue")
    assert "perfxl: Emissione delle schede 11/11" in excel.impl.bars and excel.impl.bars[-1] is False


def test_the_campaign_is_found_or_asked_for(excel, campaign, tmp_path, monkeypatch):
    loose = tmp_path / "altro.xlsx"
    shutil.copy(campaign.plan, loose)
    excel_engine.open_book(excel, loose)
    first = Answers(folder=campaign.folder).use(monkeypatch)
    press(excel, "status")
    assert first.asked == ["folder"]
    excel.books["stato.xlsx"].close()
    second = Answers(yes=True).use(monkeypatch)
    press(excel, "status")
    assert second.asked == ["yes"] and excel.books[0].name == "stato.xlsx"


def test_two_workbooks_of_the_same_name_are_told(excel, campaign, tmp_path, monkeypatch):
    excel_engine.open_book(excel, campaign.plan)
    Answers(folder=tmp_path / "nuova").use(monkeypatch)
    said = press(excel, "new")
    assert said[0][0] == "info" and "chiudi" in said[0][1] and (tmp_path / "nuova" / "piano.xlsx").is_file()


def test_giving_up_does_nothing_and_says_nothing(excel, campaign, tmp_path, monkeypatch):
    loose = tmp_path / "altro.xlsx"
    shutil.copy(campaign.plan, loose)
    excel_engine.open_book(excel, loose)
    Answers().use(monkeypatch)
    assert press(excel, "consolidate") == [] and press(excel, "new") == []


def test_a_folder_without_a_campaign_is_told(excel, campaign, tmp_path, monkeypatch):
    loose = tmp_path / "altro.xlsx"
    shutil.copy(campaign.plan, loose)
    (tmp_path / "vuota").mkdir()
    excel_engine.open_book(excel, loose)
    Answers(folder=tmp_path / "vuota").use(monkeypatch)
    said = press(excel, "check")
    assert said[0][0] == "critical" and "piano.xlsx" in said[0][1]


def test_controlla_lists_the_findings(excel, campaign, another_result, monkeypatch):
    (campaign.folder / "ricevute" / "final" / "strano.xlsx").write_bytes(b"not a workbook")
    excel_engine.open_book(excel, campaign.plan)
    Answers().use(monkeypatch)
    said = press(excel, "check")
    listed = excel.books["rilievi.xlsx"].impl.workbook.active
    expected = [f for f in __import__("perfxl.inspection", fromlist=["inspect"]).inspect([campaign.folder], "it").findings]
    assert [r[1] for r in listed.iter_rows(min_row=5, values_only=True)] == [f.code for f in expected] and expected
    assert said[0][0] == "info"


def test_raccogli_takes_what_is_new_and_never_overwrites(excel, campaign, tmp_path, monkeypatch):
    inbox = tmp_path / "posta"
    inbox.mkdir()
    known = campaign.received("final")[0]
    shutil.copy(known, inbox / "rinominata.xlsx")
    other = known.read_bytes()
    known.unlink()
    before = {p: p.read_bytes() for p in campaign.received("final")}
    excel_engine.open_book(excel, campaign.plan)
    Answers(folder=inbox).use(monkeypatch)
    said = press(excel, "collect")
    after = {p: p.read_bytes() for p in campaign.received("final")}
    assert {p: after[p] for p in before} == before and [after[p] for p in after.keys() - before.keys()] == [other]
    assert said[0][0] == "info" and excel.impl.outside == [campaign.folder / "ricevute"]
    assert (inbox / "rinominata.xlsx").read_bytes() == other


def test_new_campaign_opens_its_plan(excel, campaign, tmp_path, monkeypatch):
    excel_engine.open_book(excel, campaign.plan)
    excel.books[0].close()
    excel_engine.open_book(excel, campaign.issued("final", "S1"))
    Answers(folder=tmp_path / "anno nuovo").use(monkeypatch)
    press(excel, "new")
    assert excel.books[0].fullname == str(tmp_path / "anno nuovo" / "piano.xlsx")
    said = press(excel, "new")
    assert said[0][0] == "critical" and "piano.xlsx" in said[0][1]


def test_the_guide_is_a_page(excel, campaign):
    excel_engine.open_book(excel, campaign.plan)
    press(excel, "guide")
    page = excel.impl.outside[0]
    assert page.suffix == ".html" and "<h1>" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("button", BUTTONS, ids=lambda b: b.stage)
def test_from_the_macro_to_python(excel, campaign, tmp_path, monkeypatch, button):
    """The whole chain: the VBA of the built add-in is run, and the command that it gives to RunPython executed."""
    path = tmp_path / "perfxl.xlam"
    path.write_bytes(building.build())
    [command], _ = pressed(modules(path)["Performance"], button.macro)
    excel_engine.open_book(excel, campaign.issued("final", "S1") if button.stage == "new" else campaign.plan)
    (tmp_path / "posta").mkdir()
    Answers(folder=tmp_path / ("nuova" if button.stage == "new" else "posta"), round="final", yes=True).use(monkeypatch)
    xlwings.Book(impl=excel.impl.books.active).set_mock_caller()
    exec(command, {})
    assert [mode for mode, _ in excel.impl.alerts] == ["info"]
    shown = {"new": "piano.xlsx", "check": "rilievi.xlsx", "consolidate": "consolidato.xlsx", "status": "stato.xlsx"}
    if button.stage in shown:
        front = excel.books[0].impl
        assert front.name == shown[button.stage] and front.workbook.worksheets[0]["A1"].value or front.workbook.worksheets[0]["B1"].value
    else:
        assert len(excel.impl.outside) == 1


def test_each_button_does_what_its_command_does(excel, campaign, another_result, tmp_path, monkeypatch):
    """Consolida leaves the documents that ``pipeline.consolidate`` leaves, to the byte."""
    twin = Campaign(tmp_path / "gemella")
    shutil.copytree(campaign.folder, twin.folder)
    pipeline.consolidate(twin, "final", "it")
    excel_engine.open_book(excel, campaign.plan)
    Answers(round="final").use(monkeypatch)
    press(excel, "consolidate")
    for name in ("consolidato.xlsx", "consolidato.json"):
        assert campaign.result("final", name).read_bytes() == twin.result("final", name).read_bytes()


def test_active_does_the_same_from_outside(excel, campaign, another_result, capsys):
    """``perfxl consolidate --active`` on the workbook that is open: folder and round are its own."""
    excel_engine.open_book(excel, campaign.result("final", "consolidato.xlsx"))
    assert main(["consolidate", "--active"]) == 1
    said = capsys.readouterr()
    assert "10 su 11" in said.out and excel.impl.alerts == []
    excel_engine.open_book(excel, campaign.plan)
    assert main(["consolidate", "--active", "--round", "interim", "--lang", "en"]) == 0
    assert "11 of 11" in capsys.readouterr().out


def test_active_without_excel_says_what_to_do(capsys):
    xlwings.engines.active = None
    assert main(["status", "--active"]) == 2
    assert "Excel" in capsys.readouterr().err


def test_paths_of_unsaved_books(excel, campaign):
    class Unsaved:
        fullname = "Cartel1"

    assert buttons.path_of(Unsaved()) is None and Path(campaign.plan).is_absolute()
