"""Long texts as paragraphs: lines that begin with a bullet become items of a list, numbers stay as typed."""

import re
from dataclasses import dataclass

from perfxl.stages.report.runs import Runs, clean

_BULLET = re.compile(r"\s*(?:[-–—•·*▪●◦‣⁃➢]|o(?=\s{2,}))\s+(?=\S)")
_NUMBER = re.compile(r"\s*(?:\d{1,3}|[a-zA-Z]|[ivx]{1,4})[.)°]\s+(?=\S)")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph: ``kind`` is ``text``, ``bullet`` or ``number``; ``text`` its pieces."""

    kind: str
    text: Runs


def paragraphs(text: str | None, moment: str) -> tuple[Paragraph, ...]:
    """The lines of ``text`` that are not blank, each a paragraph in the colour of ``moment``."""
    return tuple(_paragraph(line, moment) for line in clean(text or "").split("\n") if line.strip())


def _paragraph(line: str, moment: str) -> Paragraph:
    bullet = _BULLET.match(line)
    if bullet:
        return Paragraph("bullet", Runs(((line[bullet.end():].rstrip(), moment),)))
    kind = "number" if _NUMBER.match(line) else "text"
    return Paragraph(kind, Runs(((line.strip() if kind == "number" else line.rstrip(), moment),)))


@dataclass(frozen=True)
class Story:
    """A titled text of several paragraphs; ``title`` may be blank."""

    title: str
    paragraphs: tuple[Paragraph, ...]


def stories(parts: list[tuple[str, str | None, str]]) -> tuple[Story, ...]:
    """The stories of (title, text, moment) triples, blank ones left out."""
    return tuple(Story(title, paragraphs(text, moment)) for title, text, moment in parts if (text or "").strip())
