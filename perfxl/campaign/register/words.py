"""Why the register refuses, as exceptions that speak both languages, and how it says days and times."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from perfxl.model.languages import OTHERWISE, further
from perfxl.model.rounds import Round
from perfxl.model.terms import pick
from perfxl.model.texts import Texts

#: A day as acts bear it in their words.
DATED = re.compile(r"\b\d{1,2}(?:[/.\-]\d{1,2}[/.\-]|[°º]?\s+[^\W\d]+\s+)\d{4}\b|\b\d{4}-\d\d-\d\d\b")
_DAY = {"it": "%d/%m/%Y", "en": "%Y-%m-%d"}


def day(iso: str, language: str) -> str:
    """A date or a UTC stamp as a day: 30/09/2021 in Italian, 2021-09-30 in English, as a further language says; "" as it is."""
    return _moment(iso).strftime(_day(language)) if iso else ""


def moment(iso: str, language: str) -> str:
    """A UTC stamp as day and time, by the clock on the wall."""
    return _moment(iso).strftime(f"{_day(language)} %H:%M:%S")


def _day(language: str) -> str:
    return _DAY.get(language) or further()[language].get("day", _DAY[OTHERWISE])


def _moment(iso: str) -> date:
    return datetime.fromisoformat(iso).astimezone() if "T" in iso else date.fromisoformat(iso)


def act_of(act: str, iso: str, language: str) -> str:
    """An act with the day of its date: ``Deliberazione n. 34 del 20/04/2022``; one that bears a date in its words stands as it is."""
    return act if not iso or DATED.search(act) else f"{act} {Texts('register', language)('act_day', day=day(iso, language))}"


def in_both_languages(show: Callable[[str, str], str], iso: str) -> dict[str, str]:
    """``iso`` as ``show`` says it in each language."""
    return {language: show(iso, language) for language in _DAY}


class Refusal(Exception):
    """The register cannot do what was asked; ``say`` tells the user why and what to do. ``str`` is the Italian.

    ``values`` fill the message; one that differs by language is a dict: {"it": ..., "en": ...}; of a
    ``round`` sentences say the ``round_name``, commands the id.
    """

    def __init__(self, key: str, **values: Any):
        super().__init__(key)
        self.key, self.values = key, values

    def say(self, language: str) -> str:
        """The reason in ``language``, one or two full sentences."""
        shown = {name: pick(value, language) if isinstance(value, dict) else value for name, value in self.values.items()}
        round = shown.get("round", "")
        return Texts("register", language)(self.key, round_name=round.name(language) if isinstance(round, Round) else round, **shown)

    def __str__(self) -> str:
        return self.say("it")


class Busy(Refusal):
    """Another process is writing in the campaign."""


class Unreadable(Refusal):
    """The register cannot be read or written: damaged, of a newer perfxl, or the folder does not allow it."""

    @property
    def reason(self) -> str | dict[str, str]:
        """The cause alone, as a finding shows it: SQLite's own words, or ours in both languages."""
        if "reason" in self.values:
            return self.values["reason"]
        return {language: Texts("register", language)(f"reason_{self.key}") for language in _DAY}


class RegisterLost(Refusal):
    """The register is not the one of the campaign: absent, empty, or older than what lies there."""


class Altered(Refusal):
    """A file kept by its digest is missing or is not what it was."""


class NotReady(Refusal):
    """What was asked comes too early or is already settled."""
