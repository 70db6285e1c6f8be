"""What a button asks before it does its work: a few fields in one dialog, drawn by each program in its own way."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Field:
    """One thing to fill in. ``kind``: ``choice`` (one of ``options``: value and label), ``text``, ``date`` (written as the
    language writes it), ``yes`` (a box to tick: ``yes`` or "") or ``folder`` (a path, with a button to look for it, whose label is that
    of its one option; asked in office programs alone: elsewhere folders are chosen in a window of the system); ``value``: what stands there at first."""

    key: str
    label: str
    kind: str = "text"
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Question:
    """A dialog: ``text`` above the fields, and the words of its two buttons."""

    title: str
    text: str
    fields: tuple[Field, ...]
    agree: str
    refuse: str

    def document(self) -> dict[str, Any]:
        """The question as data, for a program outside."""
        return asdict(self)
