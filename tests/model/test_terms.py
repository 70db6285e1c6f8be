"""The grammar of the body's own word: every form by hand, in both languages."""

import json
import re
from pathlib import Path

import pytest

from perfxl.model import resources, terms
from perfxl.model.grammar import Noun
from perfxl.model.terms import inflected

NOUNS = {key: words.noun("it") for key, words in terms.nouns().items()}
STAFF = Noun("staff", "staff", "m")
SPORTELLO, ZONA, ISTITUTO, AGENZIA = Noun("sportello", "sportelli", "m"), Noun("zona", "zone", "f"), Noun("istituto", "istituti", "m"), Noun("agenzia", "agenzie", "f")


@pytest.mark.parametrize(("phrase", "noun", "said"), [
    ("il settore", "area", "l’area"), ("Il settore", "area", "L’area"), ("i settori", "area", "le aree"), ("I settori", "direzione", "Le direzioni"),
    ("il settore", "direzione", "la direzione"), ("del settore", "direzione", "della direzione"), ("dei settori", "ufficio", "degli uffici"),
    ("il settore", "ufficio", "l’ufficio"), ("al settore", "ufficio", "all’ufficio"), ("ai settori", "ufficio", "agli uffici"),
    ("dal settore", "servizio", "dal servizio"), ("nei settori", "struttura", "nelle strutture"), ("nel settore", "struttura", "nella struttura"),
    ("sul settore", "unità", "sull’unità organizzativa"), ("sui settori", "unità", "sulle unità organizzative"),
    ("del settore", "centro", "del centro di responsabilità"), ("dai settori", "centro", "dai centri di responsabilità"),
    ("un settore", "area", "un’area"), ("un settore", "ufficio", "un ufficio"), ("un settore", "direzione", "una direzione"),
    ("nessun settore", "area", "nessun’area"), ("Nessun settore", "struttura", "Nessuna struttura"), ("ciascun settore", "unità", "ciascun’unità organizzativa"),
    ("quel settore", "area", "quell’area"), ("quei settori", "ufficio", "quegli uffici"), ("questo settore", "direzione", "questa direzione"),
    ("tutti i settori", "area", "tutte le aree"), ("Tutti i settori", "servizio", "Tutti i servizi"), ("gli altri settori", "area", "le altre aree"),
    ("altri settori", "area", "altre aree"), ("un altro settore", "area", "un’altra area"), ("un altro settore", "servizio", "un altro servizio"),
    ("il suo settore", "area", "la sua area"), ("il tuo settore", "ufficio", "il tuo ufficio"), ("i settori titolari", "area", "le aree titolari"),
    ("i settori interessati", "direzione", "le direzioni interessate"), ("settori", "unità", "unità organizzative"), ("Settori", "area", "Aree"),
    ("SETTORE", "area", "AREA"), ("ogni settore", "area", "ogni area"), ("a settori", "area", "ad aree"), ("e settori", "area", "e aree"),
    ("-o", "area", "a"), ("-i", "area", "e"), ("-o", "ufficio", "o"), ("-lo", "area", "la"), ("-li", "struttura", "le"), ("-o", "servizio", "o"),
    ("il settore", "dipartimento", "il dipartimento"), ("lo stesso settore", "area", "la stessa area"), ("lo stesso settore", "servizio", "lo stesso servizio"),
])
def test_a_phrase_in_the_words_of_the_body(phrase, noun, said):
    chosen = next(n for n in NOUNS.values() if n.one.startswith(noun))
    assert inflected(f"<{{_:{phrase}}}>", "it", chosen) == f"<{said}>"


@pytest.mark.parametrize(("phrase", "noun", "said"), [
    ("il settore", SPORTELLO, "lo sportello"), ("dei settori", SPORTELLO, "degli sportelli"), ("un settore", SPORTELLO, "uno sportello"),
    ("al settore", STAFF, "allo staff"), ("il settore", ZONA, "la zona"), ("nel settore", ISTITUTO, "nell’istituto"), ("i settori", ISTITUTO, "gli istituti"),
    ("Il settore", AGENZIA, "L’agenzia"), ("dei settori", AGENZIA, "delle agenzie"), ("quel settore", SPORTELLO, "quello sportello"),
    ("nessun settore", SPORTELLO, "nessuno sportello")])
def test_a_body_gives_a_word_of_its_own(phrase, noun, said):
    assert inflected(f"{{_:{phrase}}}", "it", noun) == said


@pytest.mark.parametrize(("phrase", "key", "said"), [
    ("a sector", "area", "an area"), ("A sector", "office", "An office"), ("a sector", "unit", "a unit"), ("the sectors", "centre", "the responsibility centres"),
    ("Sectors", "directorate", "Directorates"), ("SECTORS", "area", "AREAS"), ("each sector", "department", "each department"), ("-s", "area", "s")])
def test_the_same_in_english(phrase, key, said):
    assert inflected(f"{{_:{phrase}}}", "en", terms.nouns()[key].noun("en")) == said


def test_the_usual_word_is_said_as_it_is_written():
    for text, language in _texts():
        for phrase in re.findall(r"\{_:([^{}]*)\}", text):
            said = inflected(f"{{_:{phrase}}}", language, terms.nouns()["sector"].noun(language))
            assert said == phrase.lstrip("-#^"), (text, said)


def _texts():
    """(text, language) of every text of every area, of the messages and of the schemas."""
    home = Path(terms.__file__).parent / "texts"
    for path in sorted(home.glob("*.toml")):
        if path.name != "terms.toml":
            yield from _parts(path.read_text(encoding="utf-8"))
    for path in sorted((home / "posta").glob("*.txt")):
        yield re.sub(r"\bsector\.\w+", "", path.read_text(encoding="utf-8")), path.name.split(".")[1]
    for path in sorted(resources.folder("schemas").glob("*.json")):
        yield from _in_schema(path.read_text(encoding="utf-8"))


def _parts(source: str):
    for language, text in re.findall(r'\b(it|en) = (\{[^\n]*?\}\n|"""[\s\S]*?"""|"(?:[^"\\]|\\.)*")', source):
        yield re.sub(r"\{\w+(?:[.:][^{}_]*)?\}", "", text), language


def _in_schema(source: str):
    def walk(node, language):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            told = "en" if key in ("x-en", "en") else "it" if key == "it" else language
            if isinstance(value, (dict, list)):
                yield from walk(value, told)
            elif key in ("title", "description", "it", "en") and isinstance(value, str):
                yield value, told

    schema = json.loads(source)
    schema.get("$defs", {}).get("words", {}).get("properties", {}).pop("sector", None)  # the list of the words themselves
    yield from walk(schema, "it")


def test_no_text_says_the_word_but_through_the_grammar():
    """What the body calls otherwise never stands in a text as perfxl calls it."""
    bare = {"it": re.compile(r"settor\w*", re.I), "en": re.compile(r"(?<![-\w{/.])sectors?\b(?![}_=\w])", re.I)}
    found = [(language, text.strip()[:200]) for text, language in _texts() if bare[language].search(re.sub(r"\{_:[^{}]*\}", "", text))]
    assert found == []


def test_sheets_of_the_plan_are_named_as_the_workbook_names_them():
    """A body that chose its word in a plan drawn before still finds the sheets that messages speak of."""
    texts = ({"it": "{_:Settori}", "en": "{_:Sectors}"}, {"it": "{_:Settori} titolari", "en": "Holders"})
    words = terms.with_tabs({"words": {"sector": "area"}}, zip(texts, ("Settori", "Chi ha che cosa"), strict=True))
    with terms.using_words(words):
        assert terms.in_body_words("{_:Il settore} S1 non è nel foglio {_:#Settori}.", "it") == "L’area S1 non è nel foglio Settori."
        assert terms.in_body_words("Vedi il foglio {_:#Settori titolari}.", "it") == "Vedi il foglio Chi ha che cosa."
    drawn = terms.with_tabs({"words": {"sector": "area"}}, zip(texts, ("Aree", "Aree titolari"), strict=True))
    with terms.using_words(drawn):
        assert terms.in_body_words("Il foglio {_:#Settori titolari}; sheet {_:#Settori}", "it") == "Il foglio Aree titolari; sheet Aree"


@pytest.mark.parametrize("key", ["area", "sector|it|sportello|sportelli|m", "nothing", "sector|it|=1+1|{0.__class__}|m", "sector|it|x"])
def test_what_a_form_says_of_its_words_is_believed_only_where_it_can_be_a_word(key):
    words = terms.from_key(key)
    assert words.noun("it").one in ("area", "sportello", "settore")
    assert terms.from_key(words.key) == words


def test_every_text_can_be_said_in_every_word():
    """No phrase of any text breaks with any word of the list."""
    for key, words in terms.nouns().items():
        for text, language in _texts():
            said = inflected(text, language, words.noun(language))
            assert "{_:" not in said, key
