"""``report``: the Word document of a round, its short version for citizens, and their PDF."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from perfxl.campaign import Campaign, open_files
from perfxl.model.findings import Finding, Place
from perfxl.model.languages import document_language
from perfxl.model.rounds import Rounds, names_of
from perfxl.model.texts import Texts
from perfxl.stages import report as stage
from perfxl.stages.consolidate.view import View
from perfxl.stages.publish import gate
from perfxl.stages.publish.bundle import document_name_of
from perfxl.stages.report import piao as chapter
from perfxl.stages.report import short, templates
from perfxl.stages.report.marked import with_draft_mark as mark_as_draft
from perfxl.stages.report.measure import estimated_pages
from perfxl.stages.report.pages import numbered
from perfxl.stages.report.pdf import NoOffice, page_count, to_pdf
from perfxl.workflow.current_document import CurrentDocument, current_document, name_of
from perfxl.workflow.own_folders import require_own
from perfxl.workflow.running import CannotRun


@dataclass(frozen=True)
class Report:
    """What ``report`` did: the files, what looks personal in the document, and of what it was made, in words."""
    paths: tuple[Path, ...]
    findings: tuple[Finding, ...]
    made_of: tuple[str, ...] = ()


def _never(_path: Path) -> bool:
    return False


def report(campaign: Campaign, round: str, language: str, pdf: bool = False, draft: bool = False,
           renewed: Callable[[Path], bool] = _never) -> Report:
    """Write the Word document of ``round`` beside its results, and its PDF when asked for.

    The body's own template is ``modelli/relazione-<round>.docx``. The document is in the language of the body. Where
    LibreOffice is, the contents have the pages it lays out, and a PDF that stands there already is made anew. ``draft``:
    of what was consolidated last though something else is approved, marked so on every page. ``renewed``: whether the caller
    shows anew what it has open at a path; what somebody else has open stays as it is (``CannotRun``).
    """
    require_own(campaign, language)
    of = current_document(campaign, round, language, draft)
    document, made_of = of.document, tuple(of.words(language))
    made = marked(word(campaign, of, language), of)
    path = campaign.result(round, name_of(f"{document_name_of(document)}.docx", of))
    beside = path.with_suffix(".pdf")
    _put(path, made, language, renewed)
    findings = _personal(campaign, document, path, made)
    printed = printed_word(path, made, Texts("cli", language), pdf)
    if printed is None:
        return Report((path,), findings, made_of)
    _put(path, numbered(made, printed), language, renewed)
    if not pdf and not beside.is_file():
        return Report((path,), findings, made_of)
    _put(beside, printed, language)
    return Report((path, beside), findings, made_of)


@dataclass(frozen=True)
class Short:
    """What ``short_version`` did: the files, findings (it takes more pages than it may, what looks personal), its pages.

    ``counted``: whether the pages were counted in the PDF; without LibreOffice they are estimated. ``made_of``: of what it was
    made, in words.
    """
    paths: tuple[Path, ...]
    findings: tuple[Finding, ...]
    pages: int
    counted: bool
    made_of: tuple[str, ...] = ()


def short_version(campaign: Campaign, round: str, language: str, pdf: bool = False, draft: bool = False,
                  renewed: Callable[[Path], bool] = _never) -> Short:
    """Write the short version for citizens of ``round`` beside its results, and its PDF when asked for; ``renewed`` as in ``report``.

    How many pages it takes is counted in its PDF, made for that wherever LibreOffice is; elsewhere it is estimated.
    """
    say = Texts("cli", language)
    require_own(campaign, language)
    of = current_document(campaign, round, language, draft)
    document = of.document
    if round not in document["outcomes"]:
        rounds = Rounds.from_plan(document["content"])
        raise CannotRun(say("short_no_outcomes", round=rounds[round].name(language), rounds=names_of(rounds.reporting, language)))
    made = marked(short_word(campaign, document, language), of)
    path = campaign.result(round, name_of("cittadini.docx", of))
    _put(path, made, language, renewed)
    printed = printed_word(path, made, say, pdf)
    pages = estimated_pages(made) if printed is None else page_count(printed)
    findings = _personal(campaign, document, path, made)
    if pages > short.PAGES:
        findings += (Finding("PUBL06", Place(campaign.relative(path)), {"pages": pages, "limit": short.PAGES}),)
    paths = [path]
    if pdf and printed is not None:
        paths.append(path.with_suffix(".pdf"))
        _put(paths[-1], printed, language)
    return Short(tuple(paths), findings, pages=pages, counted=printed is not None, made_of=tuple(of.words(language)))


def piao(campaign: Campaign, round: str, language: str, pdf: bool = False, draft: bool = False,
         renewed: Callable[[Path], bool] = _never) -> Report:
    """Write the chapter on performance of the integrated plan (PIAO, section 2.2) beside the results of ``round``, and its
    PDF when asked for; the body's own template is ``modelli/piao-performance.docx``. ``renewed`` as in ``report``."""
    require_own(campaign, language)
    of = current_document(campaign, round, language, draft)
    made = marked(filled(campaign, of.document, language=language, name=chapter.TEMPLATE,
                         fill=lambda spoken, own: stage.piao_chapter(of.document, spoken, own)), of)
    path = campaign.result(round, name_of(chapter.NAME, of))
    _put(path, made, language, renewed)
    paths = [path]
    if pdf and (printed := printed_word(path, made, Texts("cli", language), pdf)) is not None:
        paths.append(path.with_suffix(".pdf"))
        _put(paths[-1], printed, language)
    return Report(tuple(paths), _personal(campaign, of.document, path, made), tuple(of.words(language)))


def _put(path: Path, content: bytes, language: str, renewed: Callable[[Path], bool] = _never) -> None:
    """Write a document of the round; ``CannotRun`` with who has it open: what is written under it would be lost when they save."""
    if not open_files.replace(path, content, anyway=renewed(path)):
        raise CannotRun(open_files.left_untouched_message(path, language))


def word(campaign: Campaign, of: CurrentDocument, language: str) -> bytes:
    """The Word document of a round, from the body's own template where there is one."""
    return filled(campaign, of.document, language=language,
                  name=templates.name(Rounds.from_plan(of.document["content"])[of.document["round"]].kind),
                   fill=lambda spoken, own: stage.report(of.document, spoken, template=own, extension=campaign.extension,
                       approvals=of.known))


def short_word(campaign: Campaign, document: dict[str, Any], language: str) -> bytes:
    """The short version for citizens, from the body's own template where there is one."""
    return filled(campaign, document, language=language, name=short.TEMPLATE,
                  fill=lambda spoken, own: stage.short_version(document, spoken, own))


def filled(campaign: Campaign, document: dict[str, Any], language: str, name: str, fill: Callable[[str, bytes | None], bytes]) -> bytes:
    """What ``fill`` makes in the language of the body from the template ``name`` that the body made its own, if it did."""
    path, spoken = campaign.folder / "modelli" / name, document_language(document["content"]["body"].get("language", "it"))
    try:
        return fill(spoken, stage.changed_template(name, spoken, path))
    except stage.TemplateRefused as problem:
        raise CannotRun(Texts("cli", language)("report_template", path=path, reason=problem)) from None


def marked(word: bytes, of: CurrentDocument) -> bytes:
    """A Word document, marked on every page when it is of a draft."""
    return mark_as_draft(word, document_language(of.document["content"]["body"].get("language", "it"))) if of.draft else word


def _personal(campaign: Campaign, document: dict[str, Any], path: Path, word: bytes) -> tuple[Finding, ...]:
    """What looks personal in the Word document that goes to ``path``."""
    return tuple(gate.personal_in_word(View(document), word, campaign.relative(path)))


def printed_word(path: Path, word: bytes, say: Texts, asked: bool) -> bytes | None:
    """The PDF of the Word document at ``path``; None where LibreOffice cannot make it and nobody ``asked`` for it."""
    try:
        return to_pdf(word, lambda passed, most: print(say("office_waits", seconds=passed, most=most), file=sys.stderr, flush=True)
                      if sys.stderr else None)
    except NoOffice as problem:
        if asked:
            raise CannotRun(say("report_no_pdf", path=path, reason=problem)) from None
        return None
