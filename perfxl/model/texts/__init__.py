"""What users read, in Italian and English, by area: one TOML file an area, one table a message.

Every message has ``it`` and ``en`` with the same placeholders; a test sees to it. Further languages have a folder of their own
(``languages``), complete for the forms and the messages to sectors.
"""

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from perfxl.model import buttons, languages, terms, toml_files

LANGUAGES = languages.COMPLETE
#: The languages in which a form can be issued, and what is told of it said.
FORMS = languages.spoken_to_sectors()
#: Characters that move a terminal's cursor, change its colours or end its line; new lines and tabs are the sentence's own.
_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")

#: The kind of the one monitoring that every year had once, by its id: texts that only know the id find their words.
_OLD_IDS = {"interim": "monitoring"}


def area(name: str, language: str = "") -> dict[str, Any]:
    """The messages of ``name`` in the words in use: {key: {"it": ..., "en": ...}}; in ``language`` too, where that is a further one."""
    return _worded(name, terms.words_in_use(), "" if language in LANGUAGES else language, buttons.are_at_hand())


@cache
def raw_texts(name: str) -> dict[str, Any]:
    """The messages of ``name`` as its file has them, with their marked phrases."""
    return toml_files.load(languages.HOME / f"{name}.toml")


@lru_cache(256)
def _worded(name: str, words: terms.Words, further: str, by_buttons: bool) -> dict[str, Any]:
    entry = raw_texts(name) if not further else {key: _translated(entry, further) for key, entry in raw_texts(name).items()}
    if by_buttons or name in buttons.WRITTEN:
        entry = _with_buttons(entry, name, "", by_buttons)
    return {key: _in_words(value, words, "") for key, value in entry.items()}


def _with_buttons(entry: Any, name: str, language: str, alone: bool) -> Any:
    """A message, or a table of them, of the area ``name`` with the buttons of the commands that it names."""
    if isinstance(entry, dict):
        return {key: _with_buttons(value, name, key if key in LANGUAGES else language, alone) for key, value in entry.items()}
    return buttons.with_button_names(entry, name, language, alone) if isinstance(entry, str) else entry


def _translated(entry: Any, language: str) -> Any:
    """A message, or a table of them, with its translation into a further ``language`` beside; in English where there is none."""
    if not isinstance(entry, dict):
        return entry
    if languages.OTHERWISE not in entry:
        return {key: _translated(value, language) for key, value in entry.items()}
    return {**entry, language: _looked_up(entry[languages.OTHERWISE], language)}


def _looked_up(english: Any, language: str) -> Any:
    """What is not translated stays marked as English, so that the words of the body are put into it by the English grammar."""
    if isinstance(english, dict):
        return {key: _looked_up(value, language) for key, value in english.items()}
    translated = languages.catalogue(language).get(english)
    return terms.in_body_words(english, languages.OTHERWISE) if translated is None else translated


def _in_words(entry: Any, words: terms.Words, language: str) -> Any:
    if isinstance(entry, dict):
        spoken = (*LANGUAGES, *languages.further())
        return {key: _in_words(value, words, key if key in spoken else language) for key, value in entry.items()}
    return terms.in_words(entry, language, words) if isinstance(entry, str) and "{_:" in entry else entry


class Texts:
    """The messages of one area in one language: ``Texts("form", "it")("sheet_readme", year=2021)``."""

    def __init__(self, name: str, language: str):
        self.name, self.language = name, language

    def __call__(self, key: str, /, **values: Any) -> str:
        """Message ``key`` with its placeholders filled; ``KeyError`` when the area has no such message."""
        text = area(self.name, self.language)[key][self.language]
        return text.format(**{name: _shown(value) for name, value in values.items()}) if values else text

    def at(self, key: str, round: str, /, **values: Any) -> str:
        """Message ``key`` as it is said of ``round``: ``key_<kind>`` where its kind is name enough (or ``round`` is a kind),
        else ``key_<kind>_named`` or ``key_named``."""
        known = f"{key}_{getattr(round, 'kind', _OLD_IDS.get(round, round))}"
        messages = area(self.name)
        named = f"{known}_named" if f"{known}_named" in messages else f"{key}_named"
        if known in messages and (not hasattr(round, "by_kind") or round.by_kind(self.language) or named not in messages):
            return self(known, **values)
        return self(named, round=round.name(self.language) if hasattr(round, "name") else str(round), **values)


def _shown(value: Any) -> Any:
    """``value`` as it may stand in words: names of files and what comes from outside never command a terminal."""
    if isinstance(value, Path):
        return plain(str(value))
    return value if not isinstance(value, str) or value.isprintable() else _COMMANDS.sub("�", value)


def plain(name: str) -> str:
    """A name in one line, with nothing in it that does not show: ``⏎`` for a new line, ``�`` for the rest."""
    return name if name.isprintable() else "".join(c if c.isprintable() else "⏎" if c == "\n" else "�" for c in name)
