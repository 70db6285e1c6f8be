"""A phrase around a noun, with another noun in its place: articles, endings, prepositions, in each language.

Grammars of other languages are added to ``GRAMMARS``.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class Noun:
    """A noun: ``one`` and ``many`` of it, ``gender`` ``m`` or ``f``, "" where the language has none."""

    one: str
    many: str
    gender: str = ""


@lru_cache(8192)
def split_phrase(phrase: str, noun: Noun, usual: Noun) -> tuple[list[str], str, bool, list[str]]:
    """The words before the noun, the noun itself with its capitals, whether it is plural, the words after it; ``ValueError``
    when ``phrase`` has no noun."""
    words = phrase.replace("’", "’ ").split(" ")
    for n, word in enumerate(words):
        several = word.lower() == usual.many
        if several or word.lower() == usual.one:
            form = noun.many if several else noun.one
            form = form.upper() if word.isupper() else form[:1].upper() + form[1:] if word[0].isupper() else form
            return words[:n], form, several, words[n + 1:]
    raise ValueError(f"{phrase!r} does not say {usual.one!r}")

_VOWELS = "aeiouàèéìòù"

#: Articles by gender and number: before a consonant, before ``s`` and another or its like, before a vowel.
_ARTICLES = {("m", False): ("il", "lo", "l’"), ("m", True): ("i", "gli", "gli"), ("f", False): ("la", "la", "l’"), ("f", True): ("le", "le", "le")}

#: What a preposition becomes before an article, without the article's own letters.
_JOINED = {"di": "de", "a": "a", "da": "da", "in": "ne", "su": "su"}

#: The masculine forms by which texts say article or preposition: which preposition it is, and whether it stands with an article.
_DETERMINERS = {**dict.fromkeys(("il", "lo", "i", "gli", "l’"), ""), **{joined: preposition for preposition, stem in _JOINED.items()
                for joined in (f"{stem}l", f"{stem}llo", f"{stem}i", f"{stem}gli", f"{stem}ll’")}}
_SHORTENED = {"un": ("un", "uno", "un", "una", "una", "un’"), "nessun": ("nessun", "nessuno", "nessun", "nessuna", "nessuna", "nessun’"),
              "ciascun": ("ciascun", "ciascuno", "ciascun", "ciascuna", "ciascuna", "ciascun’"),
              "alcun": ("alcun", "alcuno", "alcun", "alcuna", "alcuna", "alcun’"), "quel": ("quel", "quello", "quell’", "quella", "quella", "quell’"),
              "quei": ("quei", "quegli", "quegli", "quelle", "quelle", "quelle"), "questo": ("questo", "questo", "questo", "questa", "questa", "questa")}
_ADDED_D = {"a": "ad", "e": "ed"}


def _sound(word: str) -> int:
    """How a word begins: 0 with a consonant, 1 with ``s`` and a consonant or what is said so (z, gn, ps, pn, x, y), 2 with a vowel."""
    low = word.lower()
    if low[:1] in _VOWELS:
        return 2
    return int(low[:1] in "zxy" or low[:2] in ("gn", "ps", "pn") or low[:1] == "s" and low[1:2] not in _VOWELS and len(low) > 1)


def _joined_to(preposition: str, gender: str, several: bool, sound: int) -> str:
    """The article, with its preposition where there is one: ``dell’``, ``agli``, ``nella``."""
    article = _ARTICLES[gender, several][sound]
    if not preposition:
        return article
    stem = _JOINED[preposition]
    if article == "il":
        return f"{stem}l"
    return f"{stem}{article}" if article in ("i", "gli") else f"{stem}l{article}"


def _agreeing(word: str, gender: str) -> str:
    """An adjective, participle or pronoun of the masculine in ``gender``."""
    if gender == "m":
        return word
    if word in _PRONOUNS:
        return _PRONOUNS[word]
    return word[:-1] + {"o": "a", "i": "e"}.get(word[-1:], word[-1:]) if word not in _INVARIANT else word

_PRONOUNS = {"gli": "le"}

#: Adjectives that end in -i in the plural of both genders.
_INVARIANT = frozenset(("titolari", "competenti", "mancanti", "grandi", "responsabili", "tali", "quali", "ogni"))

#: The noun in a text without marks, with what agrees with it before and after.
_BEFORE = (*_DETERMINERS, *_SHORTENED, "uno", "ogni", "più", "questi", "altro", "altri", "solo", "soli", "suo", "suoi", "tuo", "tuoi", "tutti", "stesso",
           "stessi", "singolo", "singoli")
_AFTER = ("titolare", "titolari", "interessato", "interessati", "coinvolto", "coinvolti", "mancanti", "competente", "indicato", "unito", "diviso", "fatto")
PROSE = {"it": re.compile(rf"\b(?:(?:{'|'.join(sorted(_BEFORE, key=len, reverse=True))})\s+)*settor[ei]\b(?:\s+(?:{'|'.join(_AFTER)})\b)?", re.I),
          "en": re.compile(r"\b(?:an?\s+)?sectors?\b", re.I)}


def _italian(phrase: str, noun: Noun, usual: Noun) -> str:
    if phrase.startswith("-"):
        return _agreeing(phrase[1:], noun.gender)
    before, form, several, after = split_phrase(phrase, noun, usual)
    made, following = [form, *(_agreeing(w, noun.gender) for w in after)], form
    for word in reversed(before):
        low = word.lower()
        if low in _DETERMINERS:
            new = _joined_to(_DETERMINERS[low], noun.gender, several, _sound(following))
        elif low in _SHORTENED:
            new = _SHORTENED[low][_sound(following) + 3 * (noun.gender == "f")]
        elif low in _ADDED_D:
            new = _ADDED_D[low] if following[:1].lower() == low else low
        else:
            new = _agreeing(low, noun.gender)
        following = new[:1].upper() + new[1:] if word[:1].isupper() else new
        made.insert(0, following)
    return " ".join(made).replace("’ ", "’")

_SPOKEN_CONSONANT = re.compile(r"(?:uni|use|usu|eu|one\b)", re.I)


def english(phrase: str, noun: Noun, usual: Noun) -> str:
    if phrase.startswith("-"):
        return phrase[1:]
    before, form, _several, after = split_phrase(phrase, noun, usual)
    if before and before[-1].lower() in ("a", "an"):
        vowel = form[:1].lower() in "aeiou" and not _SPOKEN_CONSONANT.match(form)
        before = [*before[:-1], ("An" if vowel else "A") if before[-1][0].isupper() else "an" if vowel else "a"]
    return " ".join([*before, form, *after])


#: What the texts say before the noun, in the masculine: what it becomes before a consonant and a vowel of either gender.
_FRENCH = {"le": ("le", "l’", "la", "l’"), "du": ("du", "de l’", "de la", "de l’"), "au": ("au", "à l’", "à la", "à l’"),
           "ce": ("ce", "cet", "cette", "cette"), "un": ("un", "un", "une", "une"), "aucun": ("aucun", "aucun", "aucune", "aucune"),
           "chacun": ("chacun", "chacun", "chacune", "chacune"), "de": ("de", "d’", "de", "d’"), "tous": ("tous", "tous", "toutes", "toutes"),
           "quel": ("quel", "quel", "quelle", "quelle"), "son": ("son", "son", "sa", "son"), "seul": ("seul", "seul", "seule", "seule")}
_FRENCH_VOWELS = "aeiouyhâàéèêëîïôöûü"

#: Words that do not change with the gender.
_FRENCH_SAME = frozenset(("autre", "autres", "responsable", "responsables", "même", "mêmes", "votre", "vos", "notre", "les", "des", "aux", "ces",
                          "chaque", "plusieurs", "titulaires", "chef", "à", "et", "ou", "de", "dans", "par", "pour"))


def _french(phrase: str, noun: Noun, usual: Noun) -> str:
    if phrase.startswith("-"):
        return phrase[1:] + ("e" if noun.gender == "f" else "")
    before, form, _several, after = split_phrase(phrase, noun, usual)
    made, following = [form, *(_french_agreeing(w, noun.gender) for w in after)], form
    for word in reversed(before):
        low = word.lower()
        vowel = following[:1].lower() in _FRENCH_VOWELS
        new = _FRENCH[low][vowel + 2 * (noun.gender == "f")] if low in _FRENCH else _french_agreeing(low, noun.gender)
        following = new[:1].upper() + new[1:] if word[:1].isupper() else new
        made.insert(0, following)
    return " ".join(made).replace("’ ", "’")


def _french_agreeing(word: str, gender: str) -> str:
    """An adjective or participle of the masculine in ``gender``."""
    if gender != "f" or word in _FRENCH_SAME or word.endswith("e"):
        return word
    return word[:-1] + "es" if word.endswith("s") and not word.endswith("es") else word if word.endswith("es") else word + "e"

GRAMMARS: dict[str, Callable[[str, Noun, Noun], str]] = {"it": _italian, "en": english, "fr": _french}
