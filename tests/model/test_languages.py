"""A further language: complete for forms, findings on them and messages to sectors, current, well typeset; the rest in English."""

import re
from pathlib import Path

import pytest

from perfxl.model import documents, languages, terms, texts
from perfxl.model.fields import objective_fields, return_fields
from perfxl.model.findings import CONTROLLERS, Finding
from perfxl.model.rounds import Rounds
from perfxl.model.texts import Texts
from perfxl.stages.mail.wording import KINDS

#: The areas that sectors read in whole, and what they read of others: findings that are theirs to mend, on the form that they return.
WHOLE = ("form", "mark", "lights")
PARTLY = {"mail": ("colleague", "head"), "register": ("round_plan", "round_monitoring", "round_final"),
          "points": ("help", "help_revised", "sign"),
          "methods": ("scale", "scale_unused", "per_unused", "bands", "range", "range_reversed", "levels", "levels_order", "date", "entities", "share", "progress")}
NOT_ON_FORMS = ("LIST", "LOAD", "YEAR", "EXTN", "FILL")
FURTHER = sorted(languages.further())


def english(told) -> list[str]:
    """Every English text of a message, or of a table of them."""
    if isinstance(told, str):
        return [told]
    return [text for value in (told.get("en", told) if "en" in told else told).values() for text in english(value)] \
        if isinstance(told, dict) and not isinstance(told.get("en"), str) else [told["en"]] if isinstance(told, dict) else []


def wanted() -> set[str]:
    """What sectors read."""
    found = {text for name in WHOLE for told in texts.raw_texts(name).values() for text in english(told)}
    found |= {text for name, keys in PARTLY.items() for key in keys for text in english(texts.raw_texts(name)[key])}
    for code, told in texts.raw_texts("findings").items():
        to = told.get("to") or ("controller" if code.startswith(CONTROLLERS) else "sector")
        if to == "sector" and not code.startswith(NOT_ON_FORMS):
            found |= set(told["en"].values())
    for f in (*objective_fields(), *return_fields()):
        for column in (f, *f.items):
            if not column.shows_in_force:
                found |= {column.schema["x-en"]["title"], column.schema["x-en"]["description"]}
                found |= {label["en"] for label in column.schema.get("x-labels", {}).values()}
    return found | {label["en"] for label in documents.schema("plan")["$defs"]["round"]["properties"]["kind"]["x-labels"].values()}


def all_english() -> set[str]:
    """Every English text that there is."""
    home = Path(texts.__file__).parent
    found = {text for path in home.glob("*.toml") if path.stem != "terms" for told in texts.raw_texts(path.stem).values() for text in english(told)}

    def walk(node):
        for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            found.update(x for x in value.values() if isinstance(x, str)) if isinstance(value, dict) else None
            walk(value)

    for name in ("objective", "return", "plan", "consolidated"):
        walk(documents.schema(name))
    return found


#: Words that stand in the code by themselves, in both languages.
ALONE = {"Yes", "No", "(blank)", "sheet", "cell", "typed", "computed", "FALSE", "TRUE", "for", "Cyrillic", "Greek", "full-width", "Cherokee", "mathematical",
         "of another script", " (in force)", " (points)", "Monitoring {number}", "Monitoring", "Interim monitoring", "The same in another cell: {cells}.",
         "The same in {count} other cells: {cells}."}


@pytest.mark.parametrize("language", FURTHER)
def test_everything_that_sectors_read_is_translated(language):
    assert sorted(wanted() - set(languages.catalogue(language))) == []
    assert all(languages.letter(kind, language)[1] == language for kind in KINDS.values())


@pytest.mark.parametrize("language", FURTHER)
def test_no_translation_is_of_a_text_that_is_not_there_any_more(language):
    assert sorted(set(languages.catalogue(language)) - all_english() - ALONE) == []


@pytest.mark.parametrize("language", FURTHER)
def test_a_translation_takes_the_values_of_its_text(language):
    for source, text in languages.catalogue(language).items():
        assert sorted(set(re.findall(r"\{[a-z]\w*[^{}]*\}", source))) == sorted(set(re.findall(r"\{[a-z]\w*[^{}]*\}", text))), source
        assert text.strip() and (text[:1] == " ") == (source[:1] == " ") and text[-1:].isspace() == source[-1:].isspace(), source
    for kind in KINDS.values():
        ours, theirs = ({m for m in re.findall(r"\{[{%].*?[%}]\}", languages.letter(kind, x)[0]) for m in re.findall(r"\b[a-z_]+(?:\.[a-z_]+)?\b", re.sub(r'"[^"]*"', "", m))}
                        for x in (language, "en"))
        assert ours <= theirs | {"sector.manager"}, kind


@pytest.mark.parametrize("language", FURTHER)
def test_every_translation_can_be_said_in_every_word(language):
    for words in terms.nouns().values():
        with terms.using_words(words):
            said = [terms.in_body_words(text, language) for text in (*languages.catalogue(language).values(), *(languages.letter(k, language)[0] for k in KINDS.values()))]
            assert [text for text in said if "{_:" in text] == [], words.key


def test_french_is_printed_as_french_is():
    for text in (*languages.catalogue("fr").values(), *(languages.letter(kind, "fr")[0] for kind in KINDS.values())):
        plain = re.sub(r"\{[{%].*?[%}]\}", "", text)
        assert not re.search(r" [:;!?»%](?!\w)|« |[^\s\u00a0\u202f&{}.(\"'%][;!?»](?!\w)|«\S|\d%|'[a-z]|\.\.\.", plain), text


@pytest.mark.parametrize(("phrase", "key", "said"), [
    ("le secteur", "directorate", "la direction"), ("Le secteur", "unit", "L’unité"), ("du secteur", "area", "du pôle"), ("du secteur", "unit", "de l’unité"),
    ("du secteur", "structure", "de la division"), ("au secteur", "unit", "à l’unité"), ("au secteur", "office", "au bureau"), ("des secteurs", "office", "des bureaux"),
    ("ce secteur", "unit", "cette unité"), ("un secteur", "directorate", "une direction"), ("tous les secteurs", "unit", "toutes les unités"),
    ("un autre secteur", "unit", "une autre unité"), ("Autres secteurs concernés", "directorate", "Autres directions concernées"),
    ("du même secteur", "directorate", "de la même direction"), ("un seul secteur", "unit", "une seule unité"), ("aucun secteur", "service", "aucun service"),
    ("secteur", "centre", "centre de responsabilité"), ("-é", "unit", "ée")])
def test_a_phrase_in_the_words_of_a_french_body(phrase, key, said):
    assert terms.inflected(f"{{_:{phrase}}}", "fr", terms.nouns()[key].noun("fr")) == said


def test_a_french_body_gives_a_word_of_its_own():
    with terms.using_words({"words": {"sector_one": "établissement", "sector_many": "établissements", "sector_gender": "m"}, "body": {"language": "fr"}}):
        assert Texts("form", "fr")("summary_table") == "Les objectifs de l’établissement"
        assert Texts("form", "en")("summary_table") == "The sector’s objectives"


def test_what_is_not_translated_is_said_in_english_in_the_words_of_the_body():
    with terms.using_words({"words": {"sector": "unit"}}):
        assert Texts("plan", "fr")("step_sectors").startswith("One row a unit: code")
        assert Finding("PLAN40", values={"sector": "S9"}).message("fr") == Finding("PLAN40", values={"sector": "S9"}).message("en")


def test_a_finding_in_french_says_values_and_titles_in_french():
    about = next(f for f in objective_fields() if f.path == ("holding", "in_force", "weight"))
    finding = Finding("DATA03", values={"found": 1.5, "limit": None}, field={"it": about.title("it"), "en": about.title("en")})
    assert finding.message("fr") == ("Poids (en vigueur)\u00a0: Trouvé «\u00a01,5\u00a0». Il fallait au plus (vide)\u00a0: la valeur reste hors du calcul. "
                                  "Écrivez une valeur qui ne dépasse pas (vide).")


def test_rounds_are_called_in_french():
    rounds = Rounds.from_plan({"rounds": [{"id": "plan", "kind": "plan"}, *({"id": f"q{n}", "kind": "monitoring", "reference_date": f"2026-0{n}-01"} for n in (3, 6)),
                                   {"id": "final", "kind": "final"}]})
    assert [r.name("fr") for r in rounds] == ["Plan", "Suivi n°\u00a01", "Suivi n°\u00a02", "Bilan"]
