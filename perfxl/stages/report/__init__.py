"""Report: the Word document of a round from its consolidated document: Piano, Monitoraggio or Relazione."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from perfxl.campaign.register import Approval
from perfxl.model import documents, resources
from perfxl.model.rounds import Rounds
from perfxl.model.terms import USUAL, Words, worded, words_in_use
from perfxl.stages.report import board, piao, short, templates
from perfxl.stages.report.context import context
from perfxl.stages.report.measure import estimated_pages
from perfxl.stages.report.speech import Speech
from perfxl.stages.report.word import TemplateRefused, fill

__all__ = ["TemplateRefused", "changed_template", "piao_chapter", "report", "short_version", "validation_pack"]


@worded()
def report(consolidated: dict[str, Any], language: str = "it", template: bytes | None = None, extension: dict[str, Any] | None = None,
           approvals: Mapping[str, Approval] = {}) -> bytes:
    """The .docx of a consolidated document; same document and template, same bytes.

    ``template``: the body's own Word template, else perfxl's for the round; ``extension``: the body's own fields;
    ``approvals``: the recorded approvals by round, whose acts stand on the cover. ``TemplateRefused`` when the template
    cannot be filled in.
    """
    template = _own(templates.name(Rounds.from_plan(consolidated["content"])[consolidated["round"]].kind), language) if template is None else template
    return fill(template, context(consolidated, language, extension, approvals))


@worded()
def short_version(consolidated: dict[str, Any], language: str = "it", template: bytes | None = None) -> bytes:
    """The .docx of the short version for citizens of a consolidated document that has outcomes.

    It is meant for two pages (``short.PAGES``), and the fullest that seems to fit them is made: how many it takes is
    known when it is laid out.
    """
    template = _own(short.TEMPLATE, language) if template is None else template
    for fit in range(len(short.FITS)):
        made = fill(template, short.context(consolidated, language, fit))
        if estimated_pages(made) <= short.PAGES:
            break
    return made


@worded()
def piao_chapter(consolidated: dict[str, Any], language: str = "it", template: bytes | None = None) -> bytes:
    """The .docx of the chapter on performance of the integrated plan (PIAO, section 2.2)."""
    return fill(_own(piao.TEMPLATE, language) if template is None else template, piao.context(consolidated, language))


@worded()
def validation_pack(consolidated: dict[str, Any], criteria: Sequence[Any], language: str = "it", template: bytes | None = None) -> bytes:
    """The .docx of the validation pack; ``criteria``: those of ``publish.validation``."""
    template = _own(board.TEMPLATE, language) if template is None else template
    return fill(template, board.context(consolidated, criteria, Speech(language).say("board_title")))


def changed_template(name: str, language: str, path: Path) -> bytes | None:
    """The template at ``path`` when the body has made it its own; None where there is none, or it is perfxl's as copied."""
    content = path.read_bytes() if documents.file_exists(path) else None
    return None if content in (_own(name, language), _stored(name, language)) else content


def _own(name: str, language: str) -> bytes:
    """perfxl's own template in the words in use."""
    return _stored(name, language) if words_in_use().key == USUAL else _in_words(name, language, words_in_use())


def _stored(name: str, language: str) -> bytes:
    return (resources.folder("templates") / language / name).read_bytes()


@lru_cache(16)
def _in_words(name: str, language: str, _words: Words) -> bytes:
    return templates.template_in(name, language)
