"""The window on a screen that nobody sees: real clicks, real keys."""

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
import small_year
from screens import display
from warm import warm  # noqa: F401 - a fixture

from perfxl.campaign import Campaign
from perfxl.model.texts import Texts
from perfxl.stages.plan.drawing import write as write_plan
from perfxl.ui.addin import columns
from perfxl.workflow.issue import issue
from perfxl.workflow.new import new

TESTS = Path(__file__).parents[1]
TIMEOUT_SECONDS = 60


@pytest.fixture(scope="module")
def screen():
    """The name of a display as small as a small screen."""
    with display(1100, 700) as name:
        yield name


@pytest.fixture(scope="module")
def issued(tmp_path_factory):
    """A campaign whose plan is filled in and whose forms of the interim round are issued; nobody has answered."""
    campaign = Campaign(tmp_path_factory.mktemp("finestra") / "campagna")
    new(campaign, small_year.plan()["year"], small_year.plan(), "it")
    issue(campaign, "interim", [], "it")
    return campaign.folder


class Driven:
    """The window, driven with xdotool."""

    def __init__(self, warm, display, campaign, folder, language="it"):
        self.state_file, self.env = folder / "state.json", {**os.environ, "DISPLAY": display, "PERFXL_HOME": str(folder / "home"),
                                                            "PYTHONPATH": str(TESTS.parent)}
        self.process = warm.start(campaign, self.state_file, language, script=TESTS / "support" / "window_driver.py", folder=TESTS.parent, env=self.env,
                                  out=folder / "out.txt", err=folder / "err.txt")
        self.until(lambda s: s["ready"])

    def state(self):
        return json.loads(self.state_file.read_text())

    def until(self, wanted):
        """The first state that is as ``wanted``."""
        end = time.monotonic() + TIMEOUT_SECONDS
        while time.monotonic() < end:
            assert self.process.poll() is None, "the window is gone"
            if self.state_file.exists() and wanted(self.state()):
                return self.state()
            time.sleep(0.05)
        raise AssertionError(self.state())

    def _do(self, *words):
        subprocess.run(["xdotool", *map(str, words)], env=self.env, check=True)

    def click(self, at):
        self._do("mousemove", *at, "click", 1)

    def key(self, *keys):
        self._do("key", *keys)

    def press(self, stage):
        """Click a button."""
        self.click(self.state()["buttons"][stage])
        return self

    def answer_folder(self, path):
        """Type a folder, new or not, into the toolkit's own window, once that takes keys."""
        self.until(lambda s: s["choosing"])
        self.key("ctrl+slash")
        self._do("type", path)
        for _ in range(2):  # into the folder, and take it
            self.key("Return")

    def done(self):
        """The state when the first work that was begun has ended."""
        return self.until(lambda s: s["ended"] and s["ready"])

    def close(self):
        self.process.signal(signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def driven(warm, screen, issued, tmp_path):
    shutil.copytree(issued, tmp_path / "campagna")
    made = Driven(warm, screen, tmp_path / "campagna", tmp_path)
    yield made
    made.close()


def test_a_click_on_stato_shows_the_board(driven, tmp_path):
    state = driven.press("status").done()
    assert state["told"] and not state["wrong"]
    assert state["opened"] == [str(tmp_path / "campagna" / "risultati" / "stato.xlsx")] and Path(state["opened"][0]).is_file()


def test_a_click_on_consolida_makes_the_workbook(driven, tmp_path):
    state = driven.press("consolidate").done()
    made = tmp_path / "campagna" / "risultati" / "interim" / "consolidato.xlsx"
    assert state["opened"] == [str(made)] and made.is_file() and not state["wrong"]


def test_the_round_is_asked_in_a_window_and_chosen_with_a_click(driven, tmp_path):
    driven.press("issue")
    word = Texts("register", "it")("round_final")
    state = driven.until(lambda s: word in s["dialog"])
    driven.click(state["dialog"][word])
    state = driven.done()
    assert len(list((tmp_path / "campagna" / "emesse" / "final").glob("*.xlsx"))) == len(small_year.SECTORS) and not state["wrong"]


def test_escape_gives_up_and_nothing_changes(driven, tmp_path):
    driven.press("issue")
    driven.until(lambda s: s["dialog"])
    driven.key("Escape")
    state = driven.done()
    assert state["told"] == Texts("addin", "it")("given_up") and not (tmp_path / "campagna" / "emesse" / "final").exists()


def test_the_keyboard_is_enough(driven):
    driven.click([500, 400])
    driven.key("alt+t")
    state = driven.until(lambda s: s["ready"] and s["opened"])
    assert state["opened"][0].endswith("stato.xlsx")


def test_what_cannot_be_done_is_said_in_the_window(driven):
    state = driven.press("report").done()
    assert state["wrong"] and "Consolida" in state["told"]


def test_a_hint_stands_under_the_mouse_and_the_window_fits_a_small_screen(driven):
    assert driven.state()["width"] <= 1000
    driven._do("mousemove", *driven.state()["buttons"]["check"])
    driven.until(lambda s: s["doing"] == Texts("addin", "it")("tip_check"))
    assert driven.press("status").done()["width"] <= 1000  # the board comes anew and is no wider


def test_opening_the_window_shows_the_board_and_the_next_step_with_its_button(driven):
    state = driven.until(lambda s: s["board"])
    assert [row[0].split()[0] for row in state["board"]] == list(small_year.SECTORS) and state["next"] in ("send", "remind", "collect")
    assert Texts("addin", "it")(f"next_{state['next']}", sectors=", ".join(small_year.SECTORS)) == state["advice"]


def test_the_button_of_the_next_step_does_it_and_giving_up_leaves_all(driven, tmp_path):
    state = driven.until(lambda s: s["board"])
    driven.click(state["do"])
    state = driven.until(lambda s: s["dialog"] or s["ended"])
    driven.key("Escape")
    driven.done()
    assert not (tmp_path / "campagna" / "posta").exists()


def test_a_dialog_of_several_fields_is_filled_in_with_the_keyboard(driven, tmp_path):
    driven.press("extend")
    say = Texts("addin", "it")
    driven.until(lambda s: say("give_up") in s["dialog"])
    driven.key("Tab")
    driven._do("type", "32/13/2099")
    driven.key("Return")
    driven.until(lambda s: any("32/13/2099" in text for text in s["labels"]))
    driven.key("Tab")
    driven._do("type", "31/12/2099")
    driven.key("Return")
    state = driven.done()
    assert "31/12/2099" in state["told"] and not state["wrong"]


def test_interrompi_stops_the_work(driven, tmp_path):
    driven.press("check")
    if driven.until(lambda s: s["running"] or s["ended"])["running"]:  # on a quick machine it is over before one can click
        driven.click(driven.state()["stop"])
    state = driven.done()
    assert not state["wrong"] and state["told"]


def test_english(warm, screen, issued, tmp_path):
    shutil.copytree(issued, tmp_path / "campagna")
    made = Driven(warm, screen, tmp_path / "campagna", tmp_path, "en")
    try:
        assert made.state()["where"].startswith("Campaign: ")
        state = made.press("report").done()
        assert state["wrong"] and "Consolidate" in state["told"]
        assert made.press("guide").until(lambda s: s["opened"])["opened"] == [str(tmp_path / "home" / "guide.html")]
    finally:
        made.close()


def test_drafts_that_were_not_sent_come_before_reminders(driven):
    say = Texts("addin", "it")
    assert driven.until(lambda s: s["board"])["next"] == "remind"
    driven.press("send")
    for button in ("go_on", "post_drafts"):
        driven.click(driven.until(lambda s, word=say(button): word in s["dialog"])["dialog"][say(button)])
    state = driven.done()
    assert state["next"] == "send" and state["advice"] == say("next_drafts", sectors=", ".join(small_year.SECTORS))


def test_the_first_campaign_is_begun_in_the_window_which_keeps_its_width(warm, screen, tmp_path):
    made, path = Driven(warm, screen, tmp_path / "none", tmp_path), tmp_path / "Piano 2031"
    try:
        before = made.state()
        made.press("new").until(lambda s: s["dialog"])
        made._do("type", "2031")  # in the place of the year that is offered
        made.key("Return")
        made.until(lambda s: not s["dialog"])
        made.answer_folder(path)
        state = made.done()
        assert state["opened"] == [str(path / "piano.xlsx")] and str(path) in state["where"] and not state["wrong"]
        (path / "piano.xlsx").write_bytes(write_plan(small_year.plan()))
        made.press("status")
        state = made.until(lambda s: s["ended"] == 2 and s["ready"])
        assert state["columns"] > before["columns"] and state["width"] == before["width"]
    finally:
        made.close()


def test_pubblica_shows_what_looks_personal_and_writes_the_open_data_once_that_is_cleared(warm, screen, small_played, tmp_path):
    shutil.copytree(small_played.folder, tmp_path / "campagna")
    made, say = Driven(warm, screen, tmp_path / "campagna", tmp_path), Texts("addin", "it")
    try:
        made.press("publish")
        for button in ("write_it", "cleared"):
            state = made.until(lambda s, word=say(button): word in s["dialog"] or s["ended"])
            if not state["ended"]:  # nothing looks personal: nothing is asked
                made.click(state["dialog"][say(button)])
        state = made.done()
        [folder] = state["opened"]
        assert Path(folder).name == "dati-aperti" and (Path(folder) / "datapackage.json").is_file() and not state["wrong"] and folder in state["told"]
    finally:
        made.close()


# -- the columns of the board
ROWS = [["S1 Affari Generali e Contratti", "in ritardo", "12"], ["S2 Bilancio", "ricevuta", ""]]
HEADINGS = ["Settore", "Stato", "Giorni di ritardo"]


def test_columns_that_fit_are_as_wide_as_their_texts_and_their_headings_take_two_lines():
    assert columns.widths(HEADINGS, ROWS, 1000, measure=lambda text: 6 * len(text), bold=lambda text: 7 * len(text)) == [
        6 * 30 + 12, 6 * 10 + 12, 7 * len("Giorni di") + 12]


def test_where_there_is_not_room_for_all_the_longest_text_takes_another_line_and_no_word_is_cut():
    def measure(text):
        return 6 * len(text)
    wide = columns.widths(HEADINGS, ROWS, 280, measure=measure, bold=measure)
    assert sum(wide) == 280 and wide[1] == 6 * 10 + 12
    shown = [columns.wrapped(text, wide[0], measure) for text, *_ in ROWS]
    assert shown == ["S1 Affari Generali e\nContratti", "S2 Bilancio"] and columns.lines(shown) == 2
    assert all(measure(line) <= wide[0] for text in shown for line in text.split("\n"))


def test_a_board_without_rows_has_the_columns_of_its_headings():
    assert columns.widths(["Giorni di ritardo", "Note"], [], 500, measure=len, bold=lambda text: 7 * len(text)) == [63 + 12, 28 + 12]
    assert columns.lines([]) == 1 and columns.wrapped("", 50, len) == ""
