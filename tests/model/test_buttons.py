"""Who presses buttons is told of buttons: every text that names a command names the button that does the same."""

import re

import pytest

from perfxl.model import buttons, languages
from perfxl.model.texts import LANGUAGES, Texts, area, raw_texts
from perfxl.ui.addin.ribbon import BUTTONS

AREAS = sorted(path.stem for path in languages.HOME.glob("*.toml"))
STAGES = "|".join(b.stage for b in BUTTONS)
#: Keys of the help of the terminal, which no button shows.
HELP = ("arg_", "help_", "usage_")


def _sentences(told, language=""):
    for key, value in told.items():
        if isinstance(value, dict):
            yield from _sentences(value, key if key in LANGUAGES else language)
        elif isinstance(value, str) and (key in LANGUAGES or language):
            yield key if key in LANGUAGES else language, value


def sentences(told):
    return [(language, text) for key, value in told.items() if isinstance(value, dict) and not key.startswith(HELP)
            for language, text in _sentences({key: value})]


def bare(language, text):
    """The commands in ``text`` that have a button, which is not named before them."""
    left = text
    for found in [*buttons.COMMAND.finditer(text)]:
        label = buttons.label_of(found[1], found[2], language)
        if label is None or text[:found.start()].endswith((f"{label} o ", f"{label} or ")):
            left = left.replace(found[0], "")
    return re.findall(rf"perfxl (?:{STAGES})\b.{{0,20}}", left)


@pytest.mark.parametrize("name", AREAS)
def test_no_text_that_a_button_shows_names_a_command_without_the_button_that_does_it(name):
    with buttons.at_hand():
        shown = sentences(area(name))
    assert [(text, found) for language, text in shown if (found := bare(language, text))] == []


def test_the_check_above_sees_a_command_that_stands_alone():
    assert bare("it", "con «perfxl resolve \"{folder}\"»") and bare("it", "con perfxl check {folder}") and bare("en", "“Check” and “perfxl resolve”")
    assert not bare("it", "con «Risolvi» o «perfxl resolve»") and not bare("it", "«perfxl approve --withdraw»")


@pytest.mark.parametrize("name", AREAS)
def test_what_is_said_in_the_terminal_names_the_commands_as_they_are_typed(name):
    typed = [buttons.COMMAND.findall(text) for _, text in sentences(raw_texts(name))]
    assert [buttons.COMMAND.findall(text) for _, text in sentences(area(name))] == typed


@pytest.mark.parametrize(("language", "terminal", "button"), [
    ("it", "crealo con «perfxl consolidate».", "crealo con «Consolida»."), ("en", "make it with “perfxl consolidate”.", "make it with “Consolidate”.")])
def test_the_button_stands_in_the_place_of_the_command(language, terminal, button):
    say = Texts("cli", language)
    assert say("nothing_consolidated", folder="F").endswith(terminal)
    with buttons.at_hand():
        assert say("nothing_consolidated", folder="F").endswith(button)
    assert say("nothing_consolidated", folder="F").endswith(terminal)


def test_what_is_to_be_chosen_behind_the_button_is_told_with_it():
    with buttons.at_hand():
        say = Texts("mail", "it")("post_waiting", folder="F", round="final")
    assert "dillo con «Invia» («Niente: le bozze preparate le ho già inviate tutte»): fino ad allora" in say


def test_what_only_a_terminal_can_do_and_what_is_no_button_stay_commands():
    for text in ("«perfxl approve --withdraw --reason …»", "«perfxl log»", "«perfxl load»"):
        assert buttons.with_button_names(text, "cli", language="it", alone=True) == text
