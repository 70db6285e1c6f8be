"""Letters and digits that look like others: a Cyrillic «С», a full-width «１», and marks that nobody sees."""

import re
import unicodedata

from perfxl.model.languages import quoted, spoken_to_sectors
from perfxl.model.terms import pick

_TWINS = dict(zip(
    "АВЕЅІЈКМНОРСТУХЗԌԚԜаеорсухіјѕԛԝһ" "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοκνρυ" "Ꮪ",
    "ABESIJKMHOPCTYX3GQWaeopcyxijsqwh" "ABEZHIKMNOPTYXokvpu" "S", strict=True))
_SCRIPTS = {"CYRILLIC": {"it": "cirillica", "en": "Cyrillic"}, "GREEK": {"it": "greca", "en": "Greek"},
            "FULLWIDTH": {"it": "a larghezza piena", "en": "full-width"}, "CHEROKEE": {"it": "cherokee", "en": "Cherokee"},
            "MATHEMATICAL": {"it": "matematica", "en": "mathematical"}}
_OTHER = {"it": "di un altro alfabeto", "en": "of another script"}

#: Marks that turn the direction of what follows: they can make a text look like another.
TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
#: Marks without width. The word joiner at the end of a cell is the seam of a long text.
UNSEEN = re.compile("[\u200b\u2061-\u2064\ufeff]|\u2060(?!\\Z)")


def plain(text: str) -> str:
    """``text`` with each letter or digit that looks like a plain one replaced by it."""
    return "".join(_twin(c) for c in text)


def _twin(character: str) -> str:
    if character.isascii():
        return character
    if character in _TWINS:
        return _TWINS[character]
    if unicodedata.decimal(character, None) is not None:
        return str(unicodedata.decimal(character))
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 and folded.isascii() and folded.isalnum() else character


def letters(text: str) -> dict[str, str]:
    """Which characters of ``text`` look like others, by language: ``«С» cirillica per «C»``."""
    pairs = dict.fromkeys((c, _twin(c)) for c in text if _twin(c) != c)
    return {language: ", ".join(_words(c, twin, language) for c, twin in pairs) for language in spoken_to_sectors()}


def _words(character: str, twin: str, language: str) -> str:
    script = pick(_SCRIPTS.get(unicodedata.name(character, "").split(" ")[0], _OTHER), language)
    shown, meant, stands_for = quoted(character, language), quoted(twin, language), pick({"it": "per", "en": "for"}, language)
    return f"{script} {shown} {stands_for} {meant}" if language == "en" else f"{shown} {script} {stands_for} {meant}"


def names(text: str) -> str:
    """The marks in ``text`` that nobody sees, by their code points."""
    return ", ".join(dict.fromkeys(f"U+{ord(c):04X}" for c in text if TURNING.match(c) or UNSEEN.match(c)))
