"""What a column of a list may become: the fields that a plan says when it begins, and some that lists say in their own way; what it
was found to become (``Match``)."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from perfxl.model import toml_files
from perfxl.model.fields import Field
from perfxl.model.texts import LANGUAGES, area
from perfxl.stages.plan.layout import OWN, OWNER
from perfxl.stages.plan.sheets import sheets

#: The arrays of the plan that a list may fill, each under an objective where it is so in the plan.
ITEMS = ("sectors", "cascade", "objectives", "holders", "responsibles", "money", "results", "phases", "owners")
#: The values of an item, by their path in it.
Values = dict[tuple[str, ...], Any]
#: Ways of saying that the plan has otherwise: levels of the cascade by title, several sectors in one cell.
VIRTUAL = ("cascade/level_1", "cascade/level_2", "cascade/level_3", "holders/several")


@dataclass(frozen=True)
class Target:
    """A place of the plan: ``key`` is array and path (``objectives/sheet/title``); ``field`` None for ``VIRTUAL`` ones."""

    key: str
    item: str
    path: tuple[str, ...]
    field: Field | None
    titles: tuple[tuple[str, str], ...]

    def title(self, language: str) -> str:
        """What the drop-down says: ``Obiettivi: Titolo``."""
        return dict(self.titles)[language]

    @property
    def cell(self) -> str:
        """How its value stands in a cell, as ``fields.CELLS`` has it."""
        return self.field.cell if self.field else "text"


@dataclass(frozen=True)
class Match:
    """What a column becomes: the key of its target ("" for none), which of several it is, and why it is proposed.

    ``why``: ``before``, ``heading``, ``near``, ``contents`` or "".
    """

    sheet: str
    column: int
    head: str
    target: str
    group: int = 1
    why: str = ""


def targets(extension: dict[str, Any] | None = None) -> dict[str, Target]:
    """Every target by key, in the order of the plan workbook."""
    by_key: dict[str, Target] = {}
    for sheet in sheets(extension):
        if sheet.id not in ITEMS:
            continue
        for column in sheet.columns:
            moments = column.field.open
            if not column.read or column.key == OWNER or moments and "plan" not in moments or column.key.startswith("continues") \
                    or sheet.id == "owners" and column.key not in ("name", "email"):  # of whose data stands in the row of the list
                continue
            titles = tuple((x, f"{sheet.title(x)}: {column.title(x)}") for x in LANGUAGES)
            key = f"{sheet.id}/{column.key}"
            path = tuple(column.key.split("/"))
            item = "holders" if sheet.id == "objectives" and path in OWN else sheet.id  # the weight on the row of an objective is its lead's
            by_key[key] = Target(key, item, path=path, field=column.field, titles=titles)
    for key in VIRTUAL:
        words = area("lists")[f"target_{key.replace('/', '_')}"]
        by_key[key] = Target(key, key.partition("/")[0], path=(key.partition("/")[2],), field=None,
                            titles=tuple((x, words[x]) for x in LANGUAGES))
    return by_key


def plain(text: str) -> str:
    """``text`` as headings are compared: small letters without accents, words alone."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"[a-z0-9%]+", "".join(c for c in bare if not unicodedata.combining(c))))


@cache
def _words() -> dict[str, Any]:
    return toml_files.load(Path(__file__).with_name("headings.toml"))


@cache
def headings() -> dict[str, tuple[str, ...]]:
    """The headings that lists usually have for each target, as they are compared."""
    return {key: tuple(map(plain, words)) for key, words in _words()["headings"].items()}


@cache
def shared() -> dict[str, dict[str, str]]:
    """The headings that mean a target of the item they stand with: heading, item, target."""
    by_words: dict[str, dict[str, str]] = {}
    for keys in _words()["shared"].values():
        for word in map(plain, keys["words"]):
            by_words[word] = {key.partition("/")[0]: key for key in keys["targets"]}
    return by_words


@cache
def value_headings() -> dict[str, tuple[str, ...]]:
    """The headings that files of values usually have, by what their columns say."""
    return {part: tuple(map(plain, words)) for part, words in _words()["values"].items()}


@cache
def abbreviations() -> dict[str, str]:
    """The words that headings cut short, whole."""
    return {short: whole for whole, cut in _words()["short"].items() for short in cut}


@cache
def item_words() -> dict[str, str]:
    """The words that name an item in a heading, and the item."""
    return {plain(w): item for item, words in _words()["items"].items() for w in words}


def own_titles(given: Iterable[Target]) -> dict[str, str]:
    """The target by the title of its field, where one alone has it: the words of perfxl are headings too."""
    titles: dict[str, str] = {}
    twice = set()
    for target in given:
        for x in LANGUAGES:
            word = plain(target.title(x).partition(": ")[2])
            if word and titles.setdefault(word, target.key) != target.key:
                twice.add(word)
    return {w: k for w, k in titles.items() if w not in twice}
