"""Languages beyond the two that all of perfxl speaks: a folder of ``texts/`` each, translated as far as it goes.

``texts/<code>/language.toml`` says what the language is called, its word for whoever fills in a form, and how it writes numbers; the
other files of the folder are pairs, the English text and its translation, so that a text that changes is one that wants
translating again. What has no translation is said in English.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from perfxl.model import toml_files

#: Where all texts are.
HOME = Path(__file__).with_name("texts")
#: The languages in which every text is there; what a further one lacks is said in the second.
COMPLETE = ("it", "en")
OTHERWISE = "en"


@cache
def further() -> dict[str, dict[str, Any]]:
    """What the folder of each further language says of it, by its code, in alphabetical order."""
    languages = {}
    for folder in sorted(HOME.iterdir()):
        about = folder / "language.toml"
        if folder.is_dir() and about.is_file():
            languages[folder.name] = toml_files.load(about)
    return languages


def spoken_to_sectors() -> tuple[str, ...]:
    """The languages in which a form can be issued."""
    return (*COMPLETE, *further())


def document_language(language: str) -> str:
    """``language``, or the one that stands for it where a whole document is written."""
    return language if language in COMPLETE else OTHERWISE


def comma(language: str) -> bool:
    """Whether numbers have a decimal comma."""
    return language == "it" or language not in COMPLETE and bool(further().get(language, {}).get("comma"))


def number_text(text: str, language: str) -> str:
    """A number written with a decimal point, and perhaps a percent sign, as the language writes it: ``12,5%``, in French ``12,5 %``."""
    shown = text.replace(".", ",") if comma(language) else text
    return shown[:-1] + further()[language].get("percent", "%") if shown.endswith("%") and language not in COMPLETE else shown


def grouped(value: Any, language: str, places: int | None = None) -> str:
    """A number with the separators of the language, as short as it is exact unless ``places`` are asked for."""
    exact = Decimal(str(value))
    text = f"{exact:,.{places}f}" if places is not None else f"{exact.normalize():,f}"
    return text.translate(str.maketrans(",.", ".,")) if language == "it" else text


def quoted(text: str, language: str) -> str:
    """``text`` in the quotation marks of the language."""
    before, after = {"it": ("«", "»"), "en": ("“", "”")}.get(language) or tuple(further()[language].get("quotes", ("“", "”")))
    return f"{before}{text}{after}"


def colon(language: str) -> str:
    """A colon and the space after it, as the language prints them."""
    return ": " if language in COMPLETE else further().get(language, {}).get("colon", ": ")


class _Typeset(Mapping[str, str]):
    """Translations by English text, each typeset when it is looked up: a command says few of them."""

    def __init__(self, texts: dict[str, str], typeset: Callable[[str], str]):
        self._texts, self._typeset = texts, cache(typeset)

    def __getitem__(self, english: str) -> str:
        return self._typeset(self._texts[english])

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """The translations into a further ``language`` by English text, typeset as it wants them; none for a complete one."""
    if language in COMPLETE or language not in further():
        return {}
    texts: dict[str, str] = {}
    for part in sorted((HOME / language).iterdir()):
        if part.name.endswith(".toml") and part.name != "language.toml":
            texts |= toml_files.load(part)
    return _Typeset(texts, _TYPESET.get(language, str))


def letter(kind: str, language: str) -> tuple[str, str]:
    """The text of a message, ``scheda`` or ``sollecito``, with the language in which it is there."""
    own = HOME / language / f"{kind}.txt"
    if language not in COMPLETE and own.is_file():
        return _TYPESET.get(language, str)(own.read_text(encoding="utf-8")), language
    language = document_language(language)
    return (HOME / "posta" / f"{kind}.{language}.txt").read_text(encoding="utf-8"), language


#: Signs beside which French leaves a space that does not break.
_SIGNS = re.compile("[:;!?»%€«°]")
#: Signs before which French leaves a space that does not break; the narrow one before those that are no colon.
_BEFORE = re.compile("(?:^|(?<=[^ \u00a0\u202f])) ([:;!?»%€](?!\\w))")
_AFTER = re.compile(r"(«|\b[nN]°) ")


def _french(text: str) -> str:
    """French as it is printed: no line begins with a sign, none ends with an opening guillemet or with ``n°``. Parts in braces stay as they are."""
    def parts(piece: str) -> str:
        piece = _BEFORE.sub(lambda m: ("\u202f" if m[1] in ";!?" else "\u00a0") + m[1], piece)
        return _AFTER.sub("\\1\u00a0", piece)

    if not _SIGNS.search(text):
        return text
    if "{%" not in text:
        return parts(text)
    return "".join(piece if piece.startswith("{%") else parts(piece) for piece in re.split(r"(\{%.*?%\})", text))


_TYPESET: dict[str, Callable[[str], str]] = {"fr": _french}
