"""What the schema of a body's own fields (``estensione.schema.json``) may say, and what is wrong with one.

It comes from outside: from a consultant, a colleague, an archive to verify. So nothing in it is followed, its patterns run in an
engine that takes a time in proportion to the text, and how much it may declare is bounded.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from perfxl.model.findings import Finding, Place
from perfxl.model.texts import LANGUAGES, Texts

#: Where it stands in a campaign.
NAME = "estensione.schema.json"
#: How many fields a body may add, how many choices one has, how long its words, its texts and its pattern may be.
MOST_FIELDS, MOST_CHOICES, MOST_WORDS, MOST_TEXT, MOST_PATTERN = 200, 200, 2_000, 100_000, 500
#: The largest number that a cell holds exactly.
MOST_NUMBER = Decimal(10) ** 21

TYPES = ("string", "number", "integer", "boolean")
CELLS = ("text", "long", "choice", "yesno", "integer", "number", "percent", "money", "date")
#: Kinds of round; what a monitoring was called when a year had one.
ROUNDS = ("plan", "monitoring", "final", "interim")
_KEY = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*\Z")
_TOP = ("$schema", "$id", "$comment", "title", "description", "type", "properties", "required", "additionalProperties")
_OWN = ("$comment", "title", "description", "default", "examples", "type", "enum", "pattern", "format", "minLength", "maxLength",
        "minimum", "maximum", "x-cell", "x-open", "x-shown", "x-labels", "x-en")


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: ``place``, keys from the root joined with ``/``; ``found``; ``key`` of the words that say what
    may stand there, and ``values`` for them."""

    place: str
    found: str
    key: str
    values: dict[str, Any]

    @property
    def expected(self) -> dict[str, str]:
        """What may stand there, by language."""
        return {language: Texts("plan", language)(f"own_{self.key}", **self.values) for language in LANGUAGES}

    def finding(self, file: str) -> Finding:
        """The fault as a finding on ``file``."""
        return Finding("EXTN01", Place(file), {"place": self.place or "/", "found": self.found, "expected": self.expected})


def faults(extension: Any) -> Iterator[Fault]:
    """Everything that is wrong with the schema of a body's own fields; nothing when it can be used."""
    if not isinstance(extension, dict):
        yield _fault("", extension, "object")
        return
    yield from (_fault(key, extension[key], "top", known=", ".join(_TOP)) for key in extension if key not in _TOP and not str(key).startswith("x-"))
    if extension.get("type", "object") != "object":
        yield _fault("type", extension["type"], "type_object")
    properties = extension.get("properties")
    if not isinstance(properties, dict) or not properties:
        yield _fault("properties", properties, "properties")
        return
    if len(properties) > MOST_FIELDS:
        yield _fault("properties", len(properties), "many", most=MOST_FIELDS)
        return
    required = extension.get("required", [])
    if not isinstance(required, list) or not all(isinstance(key, str) and key in properties for key in required):
        yield _fault("required", required, "required")
    for key, given in properties.items():
        yield from _field(f"properties/{key}", key, given)


def _fault(place: str, value: Any, key: str, **values: Any) -> Fault:
    return Fault(place, "" if value is None else str(value), key, values)


def _field(at: str, key: str, given: Any) -> Iterator[Fault]:
    """What is wrong with one field."""
    if not _KEY.match(key) or len(key) > 40:
        yield _fault(at, key, "key")
    if not isinstance(given, dict):
        yield _fault(at, given, "object")
        return
    yield from (_fault(f"{at}/{k}", given[k], "keyword", known=", ".join(_OWN)) for k in given if k not in _OWN)
    if given.get("type") not in TYPES:
        yield _fault(f"{at}/type", given.get("type"), "type", known=", ".join(TYPES))
    if "x-cell" in given and given["x-cell"] not in CELLS:
        yield _fault(f"{at}/x-cell", given["x-cell"], "cell", known=", ".join(CELLS))
    for name in ("x-open", "x-shown"):
        if name in given and not (isinstance(given[name], list) and all(r in ROUNDS for r in given[name] if isinstance(r, str))
                                  and all(isinstance(r, str) for r in given[name])):
            yield _fault(f"{at}/{name}", given[name], "rounds", known=", ".join(ROUNDS[:3]))
    yield from _words(at, given)
    yield from _limits(at, given)
    yield from _choices(at, given)
    yield from _pattern(at, given)


def _words(at: str, given: dict[str, Any]) -> Iterator[Fault]:
    english = given.get("x-en", {})
    if not isinstance(english, dict):
        yield _fault(f"{at}/x-en", english, "english")
        english = {}
    for where, words in ((at, given), (f"{at}/x-en", english)):
        for name in ("title", "description"):
            if name in words and not (isinstance(words[name], str) and 0 < len(words[name].strip()) <= MOST_WORDS):
                yield _fault(f"{where}/{name}", words[name], "words", most=MOST_WORDS)


def _limits(at: str, given: dict[str, Any]) -> Iterator[Fault]:
    for least, most, whole in (("minLength", "maxLength", True), ("minimum", "maximum", False)):
        sound = [name for name in (least, most) if _is_number(given.get(name), whole)]
        yield from (_fault(f"{at}/{name}", given[name], "length" if whole else "number", most=MOST_TEXT if whole else f"{MOST_NUMBER:f}")
                    for name in (least, most) if name in given and name not in sound)
        if len(sound) == 2 and given[least] > given[most]:
            yield _fault(f"{at}/{least}", given[least], "over", other=most, limit=given[most])


def _is_number(value: Any, whole: bool) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return False
    number = Decimal(str(value))
    return number.is_finite() and (0 <= number <= MOST_TEXT and number == number.to_integral_value() if whole else abs(number) <= MOST_NUMBER)


def _choices(at: str, given: dict[str, Any]) -> Iterator[Fault]:
    choices, labels = given.get("enum", []), given.get("x-labels", {})
    texts = isinstance(choices, list) and all(isinstance(c, str) and 0 < len(c) <= MOST_WORDS for c in choices)
    if "enum" in given and (not texts or not choices or len(choices) > MOST_CHOICES or len(set(choices)) < len(choices)):
        yield _fault(f"{at}/enum", choices, "choices", most=MOST_CHOICES)
    if given.get("x-cell") == "choice" and "enum" not in given:
        yield _fault(f"{at}/enum", None, "choices", most=MOST_CHOICES)
    named = isinstance(labels, dict) and all(isinstance(label, dict) and all(isinstance(label.get(x), str) for x in LANGUAGES)
                                             for label in labels.values())
    if not named or texts and not set(labels) <= {*choices}:
        yield _fault(f"{at}/x-labels", labels, "labels")


def _pattern(at: str, given: dict[str, Any]) -> Iterator[Fault]:
    if "format" in given and given["format"] not in ("date", "email"):
        yield _fault(f"{at}/format", given["format"], "format")
    if "pattern" in given:
        pattern = given["pattern"]
        if not isinstance(pattern, str) or len(pattern) > MOST_PATTERN or linear(pattern) is None:
            yield _fault(f"{at}/pattern", pattern, "pattern", most=MOST_PATTERN)


def linear(pattern: str) -> Any:
    """``pattern`` compiled by an engine that never goes back (RE2); None when it has no such form: it looks ahead, or refers back."""
    import re2

    options = re2.Options()
    options.log_errors, options.max_mem = False, 1 << 22
    try:
        return re2.compile(pattern, options)
    except (re2.error, UnicodeEncodeError, OverflowError):
        return None
