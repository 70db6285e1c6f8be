"""The guide, the pages it leads to and the help of commands say the body's word, with all that agrees with it."""

import re

import pytest
from department_year import plan

from perfxl.campaign import Campaign
from perfxl.model import terms
from perfxl.model.resources import folder
from perfxl.ui.addin import guide
from perfxl.ui.addin.steps import guide as button
from perfxl.ui.cli import main
from perfxl.workflow.new import new

#: What stands before a noun that does not agree with it.
WRONG = {"f": r"\b(il|lo|i|gli|un|del|dello|dei|degli|al|allo|ai|agli|dal|dai|nel|nei|sul|sui|questo|quel|quei|nessun|altro|altri|solo|soli|tuo|suo|tutti)\s+{}\b",
         "m": r"\b(la|le|una|della|delle|alla|alle|dalla|dalle|nella|nelle|questa|quella|altra|altre|sola|tutte)\s+{}\b"}


def prose(page: str) -> str:
    """The words of a page without code, in which paths are."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", re.sub(r"<(code|pre)>.*?</\1>", " … ", page, flags=re.S)))


def drawn(name: str, language: str) -> str:
    return guide._drawn((folder("guide") / f"{name}.md").read_text(encoding="utf-8"), language).decode()


@pytest.mark.parametrize("key", [k for k in terms.nouns() if k != terms.USUAL])
@pytest.mark.parametrize(("name", "language"), [(n, x) for n, x in guide.PAGES.items() if n != "rilievi"])
def test_pages_say_the_word_of_the_body(key, name, language):
    plain = drawn(name, language)
    with terms.using_words({"words": {"sector": key}}):
        page = drawn(name, language)
        noun = terms.words_in_use().noun(language)
    text = prose(page)
    assert not re.search(r"\bsettor[ei]\b|\bsectors?\b", text, re.I)
    assert re.findall(r'(?:id|href)="([^"]*)"', page) == re.findall(r'(?:id|href)="([^"]*)"', plain)  # links lead where they led
    if language == "it":
        for word in (noun.one, noun.many):
            assert re.findall(WRONG[noun.gender].format(re.escape(word)), text, re.I) == []
    else:
        assert not re.search(rf"\ba {noun.one}\b" if noun.one[0] in "aeio" else rf"\ban {noun.one}\b", text)


@pytest.fixture(scope="module")
def campaign(tmp_path_factory):
    made = Campaign(tmp_path_factory.mktemp("guida") / "c")
    new(made, 2026, plan() | {"words": {"sector": "directorate"}}, "it")
    return made


def test_the_command_writes_the_guide_of_the_body(campaign, capsys):
    assert main(["guide", str(campaign.folder)]) == 0
    page = campaign.folder / "guida" / "guida.html"
    assert str(page) in capsys.readouterr().out and "Per le direzioni" in page.read_text(encoding="utf-8")
    findings = prose((page.parent / "rilievi.html").read_text(encoding="utf-8"))
    assert "La direzione {sector} non è nel foglio delle direzioni." in findings and not re.search(r"\bsettor[ei]\b", findings)
    assert main(["guide", str(campaign.folder), "--lang", "en"]) == 0
    assert "For directorates" in (campaign.folder / "guide" / "guide.html").read_text(encoding="utf-8")


def test_the_button_opens_the_guide_of_the_campaign_at_hand(campaign, tmp_path, monkeypatch):
    monkeypatch.setattr("perfxl.ui.addin.place.home", lambda: tmp_path)
    shown = []
    desk = type("D", (), {"active": campaign.plan, "language": "it", "show": lambda self, path: shown.append(path)})()
    with terms.using_words(terms.nouns()[terms.USUAL]):
        assert button.press(desk).path == shown[0] == tmp_path / "guida.html"
    assert "Per le direzioni" in shown[0].read_text(encoding="utf-8")


@pytest.mark.parametrize(("arguments", "said", "unsaid"), [(["send", "--help"], "settore", "direzione"), (["send", "DIR", "--help"], "direzione", "settore"),
                                                           (["DIR"], "", "")])
def test_help_says_the_word_of_the_campaign_that_is_named(arguments, said, unsaid, campaign, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit):
        main([str(campaign.folder) if word == "DIR" else word for word in arguments])
    text = capsys.readouterr().out
    assert said in text and (not unsaid or unsaid not in text)


def test_help_inside_a_campaign_is_in_its_words(campaign, capsys, monkeypatch):
    monkeypatch.chdir(campaign.folder)
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "«Direzione» è qui chi compila una scheda" in re.sub(r"\s+", " ", capsys.readouterr().out)
