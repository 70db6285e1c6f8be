"""The body's own word for what perfxl calls a sector, right in every sentence: article, gender, number, preposition.

The texts say it in the usual word, marked: ``Il foglio {_:del settore}``, ``{_:i settori interessati}``, ``è stat{_:-o}``. What
is marked is a phrase around the noun: the words before it that agree with it, those after it; or, after a hyphen, an ending
that agrees with a noun told elsewhere; or, after ``#``, the name of a sheet of the plan; or ``%`` after a weight, which may be points.
``in_body_words`` gives the phrase with the word in use, which is the plan's while a stage works on one (``using_words``, ``use_words``),
else the usual one. Grammars of other languages are added to ``GRAMMARS``.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import cache, wraps
from inspect import signature
from typing import Any, ParamSpec, TypeVar

from perfxl.model import languages, toml_files
from perfxl.model.grammar import GRAMMARS, PROSE, Noun, english
from perfxl.model.own_fields import own_properties
from perfxl.model.points import TITLE, in_points, sign

Given = ParamSpec("Given")
Made = TypeVar("Made")
_MARKED = re.compile(r"\{_:([^{}]*)\}")
USUAL = "sector"

#: What a body's own word is made of.
_WORD = re.compile("[A-Za-zÀ-ÖØ-öø-ÿ][A-Za-zÀ-ÖØ-öø-ÿ ’'.-]{0,59}")

#: The constant in which a form says in which words it speaks, where they are not the usual ones.
CONSTANT = "pxm_words"


@dataclass(frozen=True)
class Words:
    """The nouns of a body by language; equal when their ``key`` is, which says all of them."""

    key: str
    nouns: dict[str, Noun] = field(compare=False)
    #: What sheets of the plan workbook are called that say the noun, by what they usually are, where they are called otherwise.
    tabs: tuple[tuple[str, str], ...] = ()
    #: What the lines of the first level are called, and in which language; ("", "") where the usual name will do.
    level: tuple[str, str] = ("", "")
    #: The fields that the plan gives its tables beyond the usual ones (``own_fields.own_properties``).
    own: str = ""
    #: Whether weights are points of a scale of the body's own, not per cent.
    points: bool = False

    def noun(self, language: str) -> Noun:
        """The noun in ``language``; the English one where the language has none."""
        return self.nouns.get(language) or self.nouns[languages.OTHERWISE]


@cache
def nouns() -> dict[str, Words]:
    """The nouns to choose from, by their key."""
    listed = toml_files.load(languages.HOME / "terms.toml")
    for language, about in languages.further().items():
        for key, noun in about["nouns"].items():
            listed[key][language] = noun
    return {key: Words(key, {language: Noun(**noun) for language, noun in nouns.items()}) for key, nouns in listed.items()}


def words_of(content: dict[str, Any]) -> Words:
    """The words of a plan or of a content: what it chose, with its own forms in the body's language."""
    given = content.get("words") or {}
    chosen = nouns().get(given.get("sector", USUAL), nouns()[USUAL])
    language = content.get("body", {}).get("language", "it")
    if given.get("levels"):
        chosen = replace(chosen, level=(language, given["levels"][0]))
    if content.get("fields"):
        chosen = replace(chosen, own=own_properties(content["fields"]))
    if in_points(content.get("rules")):
        chosen = replace(chosen, points=True)
    if not given.get("sector_one"):
        return chosen
    own = Noun(given["sector_one"].strip(), (given.get("sector_many") or given["sector_one"]).strip(), given.get("sector_gender", "m"))
    return replace(chosen, key="|".join((chosen.key, language, own.one, own.many, own.gender)), nouns={**chosen.nouns, language: own})

_SPOKEN: ContextVar[Words | None] = ContextVar("words", default=None)


def words_in_use() -> Words:
    """The words in use."""
    return _SPOKEN.get() or nouns()[USUAL]


def use_words(words: Words) -> None:
    """From here on, what this command says is in these words."""
    _SPOKEN.set(words)


def with_tabs(content: dict[str, Any], tabs: Iterable[tuple[dict[str, str], str]]) -> Words:
    """The words of a plan whose workbook calls some of its sheets otherwise: messages name them so.

    ``tabs``: the usual name by language of each sheet whose name says the noun, and what it is called.
    """
    words, pairs = words_of(content), []
    for usual, tab in tabs:
        tab_names = {language: inflected(name, language, words.noun(language)) for language, name in usual.items()}
        if tab not in tab_names.values():
            pairs += [(inflected(name, language, nouns()[USUAL].noun(language)), tab) for language, name in usual.items()]
    return replace(words, tabs=tuple(pairs))


@contextmanager
def using_words(content: dict[str, Any] | Words | None) -> Iterator[None]:
    """Meanwhile, the words of ``content``; those in use where it is None."""
    before = _SPOKEN.set(words_of(content) if isinstance(content, dict) else content or _SPOKEN.get())
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def worded(place: int = 0) -> Callable[[Callable[Given, Made]], Callable[Given, Made]]:
    """Decorator: the function speaks in the words of its argument at ``place``: a plan, a consolidated document or a view of one."""
    def made(function: Callable[Given, Made]) -> Callable[Given, Made]:
        names = list(signature(function).parameters)

        @wraps(function)
        def inner(*args: Given.args, **named: Given.kwargs) -> Made:
            given = args[place] if len(args) > place else named[names[place]]
            content = getattr(given, "content", given)
            with using_words(content.get("content", content) if isinstance(content, dict) else None):
                return function(*args, **named)

        return inner

    return made


def cached_in_words(function: Callable[Given, Made]) -> Callable[Given, Made]:
    """Decorator: what the function says is kept, apart for each body's words and own fields; its arguments can be keys."""
    def in_words(_words: Words, *args: Given.args, **named: Given.kwargs) -> Made:
        return function(*args, **named)

    kept: Callable[..., Made] = cache(in_words)

    @wraps(function)
    def inner(*args: Given.args, **named: Given.kwargs) -> Made:
        return kept(words_in_use(), *args, **named)

    return inner


def from_key(key: str) -> Words:
    """The words that a workbook says it speaks, with the own fields and the kind of weights in use; the usual ones where it says none
    that can be."""
    return replace(_from_key(key), own=words_in_use().own, points=words_in_use().points)


def _from_key(key: str) -> Words:
    parts = key.split("|")
    given = {"sector": parts[0], "sector_one": parts[2], "sector_many": parts[3], "sector_gender": parts[4]} if len(parts) == 5 else {"sector": key}
    if len(parts) == 5 and not all(map(_WORD.fullmatch, parts[2:4])):
        return nouns()[USUAL]
    return words_of({"words": given, "body": {"language": parts[1] if len(parts) == 5 else "it"}})


def in_body_words(text: str, language: str) -> str:
    """``text`` with its marked phrases in the words in use."""
    words = words_in_use()
    return in_words(text, language, words) if "{_:" in text else text


#: How titles end after the one that they are made of: of what is in force of a field, of weights in points.
_ENDINGS = (" (in force)", TITLE["en"])


def translated(english: str, language: str) -> str:
    """An English text in a further ``language``, in the words in use; in English where it is not translated."""
    known = languages.catalogue(language)
    translation = known.get(english) or known.get(_marked(language).get(english, ""))
    for ending in _ENDINGS if translation is None else ():
        if english.endswith(ending) and ending in known:
            return f"{translated(english.removesuffix(ending), language)}{known[ending]}"
    return in_body_words(english, languages.OTHERWISE) if translation is None else in_body_words(translation, language)


@cached_in_words
def _marked(language: str) -> dict[str, str]:
    """The English texts that speak of the body's word, by what they say in it: some are looked up when it is in them already."""
    return {in_body_words(english, languages.OTHERWISE): english for english in languages.catalogue(language) if "{_:" in english}


def pick(by_language: dict[str, Any], language: str) -> str:
    """What ``by_language``, a text by language, says in ``language``: what a further one does not have is looked up by the English."""
    return by_language[language] if language in by_language else translated(by_language[languages.OTHERWISE], language)


def in_words(text: str, language: str, words: Words) -> str:
    """``text`` with its marked phrases in ``words``."""
    level = words.level[1] if words.level[0] == language else ""
    return inflected(text, language, words.noun(language), tabs=words.tabs, level=level, points=words.points)


def in_prose(text: str, language: str) -> str:
    """A text written in the usual word, without marks, in the words in use: the noun with the articles, prepositions and adjectives
    around it that agree with it. For pages that are read as they are written, too."""
    if words_in_use().key == USUAL:
        return text
    noun, usual, phrase = words_in_use().noun(language), nouns()[USUAL].noun(language), GRAMMARS[language]
    return PROSE[language].sub(lambda m: phrase(" ".join(m[0].split()), noun, usual), text)


def title_by_language(schema: dict[str, Any], otherwise: str = "") -> dict[str, str]:
    """The title of a part of a schema by language, in the words in use."""
    title = schema.get("title", otherwise)
    return {"it": in_body_words(title, "it"), "en": in_body_words(schema.get("x-en", {}).get("title", title), "en")}


def inflected(text: str, language: str, noun: Noun, tabs: tuple[tuple[str, str], ...] = (), level: str = "", points: bool = False) -> str:
    """``text`` with its marked phrases about ``noun``; those after ``#`` are names of sheets, which ``tabs`` may know otherwise; those after
    ``^`` the usual name of the first level of the cascade, for which ``level`` may stand; ``%`` is the sign after a weight, which may be
    ``points``."""
    usual, phrase, called = nouns()[USUAL].noun(language), GRAMMARS.get(language, english), dict(tabs)

    def replacement(m: re.Match[str]) -> str:
        if m[1] == "%":
            return sign(language, points)
        if m[1].startswith("^"):
            return level[:1].lower() + level[1:] if level else m[1][1:]
        if m[1].startswith("#"):
            return called.get(m[1][1:]) or phrase(m[1][1:], noun, usual)
        try:
            return phrase(m[1], noun, usual)
        except ValueError:  # not one of perfxl's own texts: what a body wrote stands as it is
            return m[0]

    return _MARKED.sub(replacement, text)
