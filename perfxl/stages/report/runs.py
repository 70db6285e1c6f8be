"""Pieces of text in the colours of their moments, as Word keeps them.

A colour is a character style of the template (approved, monitoring, final, superseded): a body that changes the style
changes every such text. Text is escaped here, so that what a sector typed is never markup.
"""

import re
from dataclasses import dataclass
from html import escape

from perfxl.model.fields import kind_of

#: Character style of each kind of round; ``old`` is what a revision superseded, ``symbol`` a sign that few fonts have.
STYLES = {"plan": "PxPlan", "monitoring": "PxInterim", "final": "PxFinal", "old": "PxOld", "soft": "PxSoft", "symbol": "PxSymbol"}

#: What XML 1.0 cannot carry.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")
#: Stands beside braces until the document is filled in: the engine of the templates would take «{_{» for its own.
GUARD = "\ufdd0"
_BREAKS = {"\n": "<w:br/>", "\t": "<w:tab/>"}


def clean(text: str) -> str:
    """``text`` without the characters that XML cannot carry; line ends are newlines."""
    return _FORBIDDEN.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def guarded(text: str) -> str:
    """``text`` clean, and with no brace that the engine of the templates could take for its own."""
    return clean(text).replace("{", "{" + GUARD).replace("}", GUARD + "}")


def run(text: str, moment: str) -> str:
    """One run of WordprocessingML with ``text`` in the style of ``moment``."""
    parts = "".join(_BREAKS.get(part) or f'<w:t xml:space="preserve">{escape(part, quote=False)}</w:t>'
                    for part in re.split("([\n\t])", guarded(text)) if part)
    return f'<w:r><w:rPr><w:rStyle w:val="{STYLES[kind_of(moment)]}"/></w:rPr>{parts}</w:r>'


@dataclass(frozen=True)
class Runs:
    """Pieces of one paragraph: (text, moment) pairs. Stands in a template as ``{{r name }}``."""

    pieces: tuple[tuple[str, str], ...] = ()

    def __html__(self) -> str:
        return "".join(run(text, moment) for text, moment in self.pieces if text)

    def __str__(self) -> str:
        return "".join(text for text, _ in self.pieces)

    def __bool__(self) -> bool:
        return any(text for text, _ in self.pieces)

    def __add__(self, other: "Runs") -> "Runs":
        return Runs(self.pieces + other.pieces)


def coloured(text: str | None, moment: str = "plan") -> Runs:
    """``text`` in the colour of ``moment``; nothing when it is blank."""
    return Runs(((text, moment),) if text else ())


def revised(old: str | None, new: str | None, between: str = " ") -> Runs:
    """The approved text in black and, where there is one, the revision in blue beside it, the old struck through."""
    if not new or new == old:
        return coloured(old or new)
    return Runs(((old, "old"), (between, "plan"), (new, "monitoring"))) if old else coloured(new, "monitoring")


def joined(parts: list[Runs], between: str = "\n") -> Runs:
    """``parts`` one after the other, blank ones left out."""
    marks: tuple[tuple[str, str], ...] = ()
    for part in parts:
        if part:
            marks += (((between, "plan"),) if marks else ()) + part.pieces
    return Runs(marks)
