"""``publish``: the open data of a round and the page for everybody."""

from dataclasses import dataclass
from pathlib import Path

from perfxl.campaign import Campaign
from perfxl.model.documents import write_bytes
from perfxl.model.findings import Finding
from perfxl.model.languages import document_language
from perfxl.stages.consolidate.view import View
from perfxl.stages.publish import gate, package, page, tables
from perfxl.stages.report.speech import Speech
from perfxl.workflow.current_document import CurrentDocument, current_document, name_of
from perfxl.workflow.own_folders import require_own


@dataclass(frozen=True)
class Publication:
    """What ``publish`` did: what looks personal, the files written (none when that has not been cleared), and of what they
    were made, in words."""
    findings: tuple[Finding, ...]
    paths: tuple[Path, ...]
    made_of: tuple[str, ...] = ()


def publish(campaign: Campaign, round: str, language: str, licence: str, cleared: bool, draft: bool = False) -> Publication:
    """Write the open data of ``round`` and the page for everybody into ``risultati/<round>/dati-aperti``.

    Where something looks personal nothing is written, unless someone has looked at it (``cleared``).
    """
    require_own(campaign, language)
    of = current_document(campaign, round, language, draft)
    document = of.document
    view, body = View(document), document["content"]["body"]
    given = tables.open_tables(view, campaign.extension)
    files = package.package(view, given, licence, document_language(body.get("language", "it")), draft=of.draft)
    shown = page.pages(view, files, licence=licence, act=_act(of, view), extension=campaign.extension, draft=of.draft)
    findings = gate.personal(view, given)
    known = frozenset((*(f.values["value"] for f in findings), page.office_address(body)))
    own = next(iter(sorted(shown, key=len)))
    findings += gate.personal_in_page(view, page.visible_text(shown[own]), own, known)
    if findings and not cleared:
        return Publication(tuple(findings), (), tuple(of.words(language)))
    files = {**files, **shown}
    folder = campaign.result(round, name_of("dati-aperti", of))
    for name, content in files.items():
        write_bytes(folder / name, content)
    return Publication(tuple(findings), tuple(folder / name for name in files), tuple(of.words(language)))


def _act(of: CurrentDocument, view: View) -> str:
    """What approved the round of ``view``: as recorded, else as the plan says; blank when nothing has."""
    known = of.known.get(view.round)
    if known is not None and known.act:
        return Speech(document_language(view.content["body"].get("language", "it"))).act(known.act, known.date)
    return "" if of.draft else view.dates.get(view.round, {}).get("act", "")
