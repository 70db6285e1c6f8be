"""The extension in the real LibreOffice, in a window that nobody sees: installed by unopkg, its buttons clicked and dispatched."""

import ast
import functools
import http.server
import json
import shutil
import sys
import threading
import zipfile
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
import small_year
from lxml import etree
from office import Office
from openpyxl import load_workbook
from screens import screen  # noqa: F401 - a fixture

from perfxl.campaign import Campaign
from perfxl.model import documents, explain
from perfxl.model.texts import Texts, area
from perfxl.stages.plan.sight import mark_name
from perfxl.ui.addin.libreoffice import configuration, extension, installing, user_additions
from perfxl.ui.addin.ribbon import BUTTONS
from perfxl.ui.cli import main
from perfxl.workflow.consolidate import consolidate
from perfxl.workflow.new import following
from perfxl.workflow.plan_workbook import plan_of

STARTER = Path(extension.__file__).parent / "starter"
SLOW = Path(__file__).parents[1] / "support" / "slow_work.py"


# -- the file
def test_the_extension_is_the_same_bytes_twice_and_every_part_of_it_is_sound():
    made = extension.build()
    assert made == extension.build()
    with zipfile.ZipFile(BytesIO(made)) as archive:
        roots = {n: etree.fromstring(archive.read(n)) for n in archive.namelist() if n.endswith((".xml", ".xcu"))}
        words = json.loads(archive.read("perfxl.json"))["words"]
        named = {n for n in archive.namelist() if n.startswith("images/")}
    urls = roots["Addons.xcu"].xpath("//prop[@*[local-name()='name']='URL']/value/text()")
    stages = {b.stage for b in BUTTONS} | {configuration.CANCEL}
    assert {u.removeprefix("org.perfxl:") for u in urls} == stages | {"private:separator"}
    assert named == {f"images/{s}_{side}.png" for s in stages for side in (16, 26)}
    assert words.keys() == set(extension.WORDS) and all(w.keys() == {"it", "en"} for w in words.values())


@pytest.mark.parametrize("path", sorted(STARTER.rglob("*.py")), ids=lambda p: p.name)
def test_the_starter_runs_in_the_oldest_python_of_an_office_and_needs_nothing_but_it(path):
    tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 8))
    needed = {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names} | {
        node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    own = {"uno", "unohelper", "com", "perfxl_office"}
    assert {name.partition(".")[0] for name in needed} <= own | sys.stdlib_module_names


# -- what is carried over
def test_what_the_user_added_is_told_from_what_perfxl_wrote(played):
    written = played.result("final", "consolidato.xlsx").read_bytes()
    book = load_workbook(BytesIO(written), rich_text=True)
    book.create_sheet("Mio", 1)["A1"] = "=1+1"
    book["S1"]["A3"] = "ciao"
    saved = BytesIO()
    book.save(saved)
    found = user_additions.added(saved.getvalue(), written, written)
    assert found.sheets == [("Mio", book.sheetnames[0])]
    assert [(t.sheet, t.cell, t.text) for t in found.typed] == [("S1", "A3", "ciao")]
    assert not user_additions.added(written, written, written)


# -- the program
@pytest.fixture(scope="module")
def office(screen, tmp_path_factory):
    """LibreOffice with the extension; it speaks Italian where its Italian is installed, else English."""
    made = Office(tmp_path_factory.mktemp("office"), screen)
    yield made
    made.close()


@pytest.fixture(scope="module")
def played(office, small_played, tmp_path_factory):
    """A small campaign played to its end in the language of the office program; tests work on copies of it."""
    campaign = Campaign(shutil.copytree(small_played.folder, tmp_path_factory.mktemp("played") / "campagna"))
    for round in ("interim", "final") if office.language != "it" else ():
        consolidate(campaign, round, office.language)
    return campaign


@pytest.fixture
def campaign(played, office, tmp_path):
    shutil.copytree(played.folder, tmp_path / "campagna")
    yield Campaign(tmp_path / "campagna")
    office.rest()


@pytest.fixture
def result(campaign, office):
    """The consolidated workbook of the final round, open in front of the user."""
    path = campaign.result("final", "consolidato.xlsx")
    office("open", path)
    return path


def words(office, key, **values):
    return Texts("addin", office.language)(key, **values)


def test_a_click_on_consolida_renews_the_open_workbook_in_place(office, campaign, result):
    titles = Texts("result", office.language)
    objectives, names = titles("sheet_objectives"), office("sheets", result)
    office("write", result, "Mio", "A1", f"=${objectives}.C5")
    office("write", result, "Mio", "A2", "la mia nota")
    office("write", result, "S1", "A3", "ciao")
    office("select", result, "S1", "C7")
    next(campaign.folder.glob("ricevute/final/*S3*")).unlink()
    office.click(result, "consolidate")
    answer = office.answer("OK", words(office, "kept_sheet"))
    assert Texts("cli", office.language)("returned", returned=len(small_year.SECTORS) - 1, issued=len(small_year.SECTORS), missing="S3") in answer
    assert office("sheets", result) == [names[0], "Mio", *names[1:], words(office, "kept_sheet")]
    shown, formula = office("cell", result, "Mio", "A1")
    assert formula == f"=${objectives}.C5" and shown == office("cell", result, objectives, "C5")[0] != ""
    assert office("cell", result, "Mio", "A2")[0] == "la mia nota"
    assert [office("cell", result, words(office, "kept_sheet"), f"{c}2")[0] for c in "ABC"] == ["S1", "A3", "ciao"]
    assert office("looked_at", result) == ["S1", "C7"]
    assert [p.name for p in campaign.folder.glob("risultati/final/*consolidato*.xlsx")] in (
        [".scritto-consolidato.xlsx", "consolidato.xlsx"], ["consolidato.xlsx", ".scritto-consolidato.xlsx"])
    assert office.button(result, "consolidate") and office.button(result, "cancel", enabled=False)
    office.press(result, "consolidate")  # nothing has changed: what the first one carried over stays, once
    office.answer("OK")
    assert office("sheets", result) == [names[0], "Mio", *names[1:], words(office, "kept_sheet")]
    assert office("cell", result, "Mio", "A2")[0] == "la mia nota" and office("cell", result, words(office, "kept_sheet"), "A3")[0] == ""


def test_stato_opens_a_list_and_renews_it_when_it_is_open(office, campaign, result):
    path = campaign.folder / "risultati" / "stato.xlsx"
    for _ in range(2):
        office.press(result, "status")
        office.answer("OK")
        rows = [office("cell", path, words(office, "status_sheet"), f"A{row}")[0] for row in range(1, 14)]
        assert str(path) in office("opened") and any(text.startswith("S3 ") for text in rows)
    assert not list(path.parent.glob("stato-*.xlsx"))


def test_a_sheet_of_the_plan_shows_where_the_plan_is_open(office, campaign):
    office("open", campaign.plan)
    before = office("shown", campaign.plan)
    sheet, _, cell = load_workbook(campaign.plan).defined_names[mark_name("bands")].attr_text.replace("$", "").partition("!")
    office("write", campaign.plan, sheet.strip("'"), cell, "Sì")
    office("write", campaign.plan, before[1], "B8", "Via Nuova 1")  # typed and not saved
    office.press(campaign.plan, "check")
    answer = office.answer("OK")
    assert set(office("shown", campaign.plan)) - set(before) == {"Fasce"} and "Fasce" in answer
    assert load_workbook(campaign.plan)["Fasce"].sheet_state == "visible"


def test_a_report_that_is_open_unchanged_is_renewed_in_its_window_and_one_that_was_typed_in_is_not(office, campaign, result):
    path = campaign.result("final", "relazione.docx")

    def written() -> str:
        office.press(result, "report")
        office.dialog(words(office, "field_pdf"))
        office("key", "Tab")
        office("key", "Tab")
        office("key", "space")  # no PDF
        office.answer(words(office, "write_it"), words(office, "field_pdf"))
        return office.answer("OK")

    assert str(path) in written() and str(path) in office("opened")
    before = office("text", path)
    book = load_workbook(campaign.plan)
    sheet = book["Settori"]
    sheet.cell(4, next(c.column for c in sheet[3] if c.value == "Nome *")).value = "Un nome tutto nuovo"
    book.save(campaign.plan)
    consolidate(campaign, "final", office.language)
    assert str(path) in written()
    assert "Un nome tutto nuovo" in office("text", path) and "Un nome tutto nuovo" not in before
    assert office("opened").count(str(path)) == 1 and not list(path.parent.glob("relazione-*.docx"))
    office("add_text", path, "Una mia frase. ")
    kept = path.read_bytes()
    told = written()
    assert str(path) in told and office("text", path).startswith("Una mia frase. ") and path.read_bytes() == kept


def test_what_cannot_be_done_is_said_in_a_dialog_with_what_to_do(office, campaign, result):
    for round in ("interim", "final"):
        campaign.result(round).unlink()
    office.press(result, "report")
    office.answer("OK", words(office, "nothing_consolidated", folder=campaign.folder))


@pytest.fixture
def python(office, tmp_path):
    """Have the extension start a shell script of the test in place of Python."""
    settings, script = office.home / "libreoffice.json", tmp_path / "python"
    kept = settings.read_bytes()

    def put(text: str) -> None:
        script.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        script.chmod(0o755)
        settings.write_text(json.dumps(json.loads(kept) | {"python": str(script)}), encoding="utf-8")
    yield put
    settings.write_bytes(kept)


def test_a_result_open_from_the_network_stops_the_work(office, campaign, tmp_path):
    path = campaign.result("final", "consolidato.xlsx")
    before = path.read_bytes()
    (office.home / "campagne.json").write_text(json.dumps([str(campaign.folder)]))
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(path.parent))
    handler.log_message = lambda *_: None
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/{path.name}"
        office("open_address", address)
        office("dispatch_in", address, "consolidate")
        office.answer("OK", words(office, "cloud_office", address=address))
        office.until(lambda: office("close_address", address), "it is closed")
        server.shutdown()
    assert path.read_bytes() == before


def test_interrompi_stops_the_work_and_changes_nothing(office, campaign, result, python, tmp_path):
    before, mark = (campaign.result("final").read_bytes(), result.read_bytes()), tmp_path / "under way"
    python(f'exec "{sys.executable}" "{SLOW}" "{mark}" "$4" "$5"')
    office.press(result, "consolidate")
    office.button(result, "consolidate", enabled=False)
    office.until(mark.exists, "the work is under way")
    office.click(result, "cancel")
    assert (campaign.result("final").read_bytes(), result.read_bytes()) == before and office("dialog") is None


@pytest.mark.parametrize(("script", "reason"), [
    ("echo rotto >&2; exit 3", "rotto"), ("sleep 600 & kill -9 $$", ""),
    ("""echo 5; echo '{"fail": []}'; echo '{"call": "gone"}'; echo '{"progress": 1}'; echo perfxl""", "")],
    ids=["ended", "killed, with something of its own still there", "spoke nonsense"])
def test_a_work_whose_process_dies_is_over(office, campaign, result, python, script, reason):
    python(script)
    office.press(result, "status")
    office.answer("OK", words(office, "office_died", reason=reason))
    office.idle(result)


def test_a_work_is_stopped_also_before_it_has_begun_and_twice_and_when_it_is_over(office, campaign, result, python, tmp_path):
    begun = tmp_path / "begun"
    python(f'touch "{begun}"; sleep 600')
    office.press(result, "status")
    for _ in range(2):
        office("dispatch", result, "cancel")
    office.idle(result)
    office("dispatch", result, "cancel")
    assert office("dialog") is None and not office("running", result)
    python("exit 3")
    office.press(result, "status")
    office.answer("OK", words(office, "office_died", reason=""))


def test_the_round_is_asked_in_a_dialog_of_the_office(office, campaign, result):
    shutil.rmtree(campaign.folder / "emesse" / "interim")
    office.press(result, "issue")
    office.dialog(words(office, "ask_round"))
    office("key", "Home")
    office.answer(words(office, "go_on"), words(office, "ask_round"))
    office.answer("OK", str(campaign.folder / "emesse"))
    assert list((campaign.folder / "emesse").glob("*/*.xlsx"))


def test_spiega_tells_the_figure_of_the_chosen_cell(office, campaign, result):
    document = documents.load(campaign.result("final"))
    objective = next(o for o in document["outcomes"]["final"]["objectives"] if o["sector"] == "S1" and o["counted"])
    row = next(r for r in range(1, 40) if office("cell", result, "S1", f"A{r}")[0].startswith(objective["objective"]))
    office("select", result, "S1", f"C{row}")
    office.press(result, "explain")
    assert office.answer("OK").removesuffix("\nOK") == explain.explain(document, f"S1/{objective['objective']}", office.language)
    office("select", result, "S1", f"F{row}")  # the column of the monitoring
    office.press(result, "explain")
    interim = documents.load(campaign.result("interim"))
    assert office.answer("OK").removesuffix("\nOK") == explain.explain(interim, f"S1/{objective['objective']}", office.language)
    office("select", result, office("sheets", result)[0], "A1")
    office.press(result, "explain")
    office.answer(words(office, "button_explain"), words(office, "ask_explain"))
    assert office.answer("OK").removesuffix("\nOK") == explain.explain(document, "ENTE", office.language)


def test_approva_asks_for_the_act_and_once_more_before_it_freezes(office, campaign, result):
    office.press(result, "approve")
    office.dialog(words(office, "ask_approve"))
    office("key", "Tab")
    office("type", "Deliberazione n. 34")
    office.answer(words(office, "button_approve"), words(office, "ask_approve"))
    office.dialog("Deliberazione n. 34")
    assert not campaign.approved("final").exists()
    office.answer(words(office, "button_approve"), "Deliberazione n. 34")
    office.answer("OK", str(campaign.approved("final")))
    assert campaign.approved("final").exists()


def test_raccogli_takes_a_message_from_the_folder_of_arrivals_and_files_its_form(office, campaign, result):
    [form] = campaign.folder.glob("ricevute/final/*S3*")
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "s3@ente.example", "piano@ente.example", "scheda"
    message.set_content("in allegato")
    message.add_attachment(form.read_bytes(), maintype="application", subtype="octet-stream", filename="scheda S3.xlsx")
    arrivals = campaign.folder / "in arrivo"
    arrivals.mkdir()
    (arrivals / "risposta.eml").write_bytes(message.as_bytes())
    returned = form.read_bytes()
    form.unlink()
    office.press(result, "collect")
    assert str(arrivals) in office.answer(words(office, "go_on"), words(office, "ask_returns"))
    assert words(office, "then_check") in office.answer("OK")
    [filed] = campaign.folder.glob("ricevute/final/*S3*")
    assert filed.read_bytes() == returned and (arrivals / "risposta.eml").is_file()


def test_anno_seguente_offers_the_folder_beside_and_takes_up_annual_objectives_where_it_is_ticked(office, campaign, result):
    office.press(result, "next")
    office.dialog(words(office, "field_every"))
    office("key", "space")
    office.answer(words(office, "go_on"), words(office, "field_every"))
    year = small_year.plan()["year"] + 1
    made = campaign.folder.parent / f"Performance {year}" / "piano.xlsx"
    assert str(made.parent) in office.answer(words(office, "go_on"), words(office, "ask_new"))
    assert str(made) in office.answer("OK") and str(made) in office("opened")
    given, _ = plan_of(Campaign(made.parent), office.language)
    [annual, every] = [following(campaign, Campaign(campaign.folder / "mai"), None, office.language, every=ticked)[0]["objectives"]
                       for ticked in (False, True)]
    assert given["year"] == year and [o["code"] for o in given["objectives"]] == [o["code"] for o in every] and len(every) > len(annual)


def test_nuova_asks_again_for_a_path_that_is_none_and_looks_for_a_folder_in_the_window_of_the_office(office, campaign, result, tmp_path):
    office.press(result, "new")
    office.answer(words(office, "go_on"), words(office, "ask_year"))
    office.dialog(words(office, "ask_new"))
    office("key", "ctrl+a")
    office("type", "da qualche parte")
    office.answer(words(office, "go_on"), words(office, "ask_new"))
    wanted = tmp_path / "Piano nuovo"
    wanted.mkdir()
    told = office.dialog(words(office, "folder_wrong", given="da qualche parte"))
    office("key", "ctrl+a")
    office("type", str(wanted / "ancora"))
    office("click", told["buttons"][words(office, "browse")])
    picker = office.until(lambda: office("named", words(office, "ask_new")), "the window of the office comes up")
    assert str(wanted) in picker["text"] and "ancora" not in picker["text"]  # it looks where the folder would be
    select = picker["buttons"][{"it": "Seleziona", "en": "Select"}[office.language]]
    office.until(lambda: office("named", words(office, "ask_new")) is None or office("click", select), "the folder is chosen")
    office.until(lambda: (d := office("dialog")) and "ancora" not in d["text"], "the folder stands in the field")
    office.answer(words(office, "go_on"), str(wanted))
    office.answer("OK", str(wanted / "piano.xlsx"))
    assert str(wanted / "piano.xlsx") in office("opened")


def test_a_question_that_is_given_up_changes_nothing(office, campaign, result):
    before = sorted(campaign.folder.rglob("*.xlsx"))
    office.press(result, "issue")
    office.answer(words(office, "give_up"), words(office, "ask_round"))
    office.idle(result)
    assert sorted(campaign.folder.rglob("*.xlsx")) == before


def test_without_its_settings_the_extension_says_what_to_run(office, campaign, result):
    settings = office.home / "libreoffice.json"
    kept = settings.read_bytes()
    settings.write_text('{"python": "/gone/python"}')
    office.press(result, "status")
    office.answer("OK", "/gone/python")
    settings.unlink()
    office.press(result, "status")
    office.answer("OK", "perfxl addin install --libreoffice")
    settings.write_bytes(kept)


def test_unopkg_has_it_and_takes_it_away(screen, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PERFXL_HOME", str(tmp_path / "home"))
    options = [f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", f"-env:UNO_SHARED_PACKAGES_CACHE={(tmp_path / 'shared').as_uri()}"]
    installing.install(extension.build(), options)
    assert installing.installed(options) and installing.settings_path().is_file()
    assert installing.uninstall(options) and not installing.installed(options) and not installing.settings_path().exists()
    assert not installing.uninstall(options)


def test_a_computer_without_libreoffice_is_told_what_to_do(monkeypatch, capsys):
    monkeypatch.setattr(installing, "unopkg", lambda: None)
    assert main(["addin", "install", "--libreoffice"]) == 2
    assert area("addin")["office_missing"]["it"] in capsys.readouterr().err


def test_the_icon_goes_with_installing_only(tmp_path, capsys):
    assert main(["addin", "build", str(tmp_path / "x.xlam"), "--shortcut"]) == 2 and not (tmp_path / "x.xlam").exists()
    assert main(["addin", "build", str(tmp_path / "x.oxt"), "--libreoffice"]) == 0
    assert (tmp_path / "x.oxt").read_bytes() == extension.build()
