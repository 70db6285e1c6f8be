"""The button that does what a command does: who works with buttons is told which one to press, not what to type in a terminal.

Texts name a command as it is typed, in quotation marks: ``«perfxl resolve "{folder}"»``. What is said in the terminal says it so. What
is said by a button, or in perfxl's window (``at_hand``), says the label of its button in its place. What is written down, in findings
and in workbooks, is for both and names both: ``«Risolvi» o «perfxl resolve "{folder}"»``. Options that no button has (``ONLY_TYPED``)
leave a command as it is.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from perfxl.model import languages, toml_files

#: Areas of texts that are written down, for whoever reads them.
WRITTEN = frozenset(("findings", "form", "lists", "plan", "report", "result", "review"))
#: What is asked of a command by these options is done in a terminal alone.
ONLY_TYPED = ("--active", "--again", "--force", "--json", "--sector", "--withdraw")
#: A command in quotation marks: its name and what follows it.
COMMAND = re.compile("[«“]perfxl ([a-z]+)((?: [^«»“”]*)?)[»”]")
_OR = {"it": "o", "en": "or"}
_AT_HAND: ContextVar[bool] = ContextVar("buttons", default=False)


@contextmanager
def at_hand() -> Iterator[None]:
    """Meanwhile, what is said is said by a button."""
    before = _AT_HAND.set(True)
    try:
        yield
    finally:
        _AT_HAND.reset(before)


def are_at_hand() -> bool:
    """Whether what is said now is said by a button."""
    return _AT_HAND.get()


def with_button_names(text: str, area: str, language: str, alone: bool) -> str:
    """``text`` of ``area`` with the buttons of the commands that it names: in their place, where they are to be told ``alone``."""
    if "perfxl " not in text or language not in _OR or not (alone or area in WRITTEN):
        return text

    def replacement(command: re.Match[str]) -> str:
        label = label_of(command[1], command[2], language)
        if label is None:
            return command[0]
        return label if alone and area not in WRITTEN else f"{label} {_OR[language]} {command[0]}"
    return COMMAND.sub(replacement, text)


def label_of(command: str, options: str, language: str) -> str | None:
    """The button that does the same, in quotation marks, with what is to be chosen in it; None where there is none."""
    words = toml_files.load(languages.HOME / "addin.toml")
    button = words.get(f"button_{command}")
    if button is None or set(options.split()) & {*ONLY_TYPED}:
        return None
    left, right = "«»" if language == "it" else "“”"
    what = re.search("--(?:what )?(done|receipts|questions)", options)
    chosen = f" ({left}{words[f'send_{what[1]}'][language]}{right})" if what else ""
    return f"{left}{button[language]}{right}{chosen}"
