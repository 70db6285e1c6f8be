"""What users read, in Italian and English, by area: one TOML file an area, one table a message.

Every message has ``it`` and ``en`` with the same placeholders; a test sees to it.
"""

import tomllib
from functools import cache
from importlib.resources import files

LANGUAGES = ("it", "en")

#: The kind of the one monitoring that every year had once, by its id: texts that only know the id find their words.
_OLD_IDS = {"interim": "monitoring"}


@cache
def area(name: str) -> dict:
    """The messages of ``name`` as its file has them: {key: {"it": ..., "en": ...}}."""
    return tomllib.loads((files(__name__) / f"{name}.toml").read_text(encoding="utf-8"))


class Texts:
    """The messages of one area in one language: ``Texts("form", "it")("sheet_readme", year=2021)``."""

    def __init__(self, name: str, language: str):
        self.language = language
        self._messages = area(name)

    def __call__(self, key: str, /, **values) -> str:
        """Message ``key`` with its placeholders filled; ``KeyError`` when the area has no such message."""
        text = self._messages[key][self.language]
        return text.format(**values) if values else text

    def at(self, key: str, round: str, /, **values) -> str:
        """Message ``key`` as it is said of ``round``: ``key_<kind>`` where its kind is name enough (or ``round`` is a kind),
        else ``key_named``."""
        known = f"{key}_{getattr(round, 'kind', _OLD_IDS.get(round, round))}"
        if known in self._messages and (getattr(round, "plain", True) or f"{key}_named" not in self._messages):
            return self(known, **values)
        return self(f"{key}_named", round=round.name(self.language) if hasattr(round, "name") else str(round), **values)
