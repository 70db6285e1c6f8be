"""What leaves a campaign once a round is consolidated: the report, the open data, the archive for the evaluation board."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from perfxl import documents, keeping
from perfxl.campaign import Campaign
from perfxl.documents import write_bytes
from perfxl.findings import Finding, Place
from perfxl.pipeline import CannotRun, consolidated_rounds, known_round, plan_of, round_of
from perfxl.publish.bundle import document_name_of
from perfxl.register import Approval, approvals
from perfxl.rounds import Round, Rounds
from perfxl.texts import Texts


def consolidated(campaign: Campaign, round: str, language: str) -> dict:
    """The consolidated document of ``round``, as approved where it was; ``CannotRun`` when there is none.

    A plan that was not sent to the sectors for their word is the one of the plan workbook.
    """
    for path in (campaign.approved(round), campaign.result(round)):
        if path.is_file():
            return documents.load(path)
    plan = plan_of(campaign, language)[0] if campaign.plan.is_file() else {}
    if known_round(plan, round, language).kind == "plan" and plan and not campaign.issued_sectors(round):
        return {"schema": "perfxl/consolidated/2", "round": str(round), "content": plan, "outcomes": {}, "issued": [], "returned": [],
                "missing": [], "sources": [], "places": [], "findings": []}
    raise CannotRun(Texts("cli", language)("not_consolidated", folder=campaign.folder, round=round))


def approved(campaign: Campaign, language: str) -> dict[str, Approval]:
    """The recorded approval of each approved round."""
    with keeping.opened(campaign, language, CannotRun, write=False) as register:
        return approvals(register)


def _tidied(campaign: Campaign, language: str) -> None:
    """Clear away what a run that was killed left half written; ``CannotRun`` while another one writes."""
    with keeping.opened(campaign, language, CannotRun):
        pass


@dataclass(frozen=True)
class Report:
    """What ``report`` did: the files, and what looks personal in the document."""

    paths: tuple[Path, ...]
    findings: tuple[Finding, ...]


def report(campaign: Campaign, round: str, language: str, pdf: bool = False) -> Report:
    """Write the Word document of ``round`` beside its results, and its PDF when asked for.

    The body's own template is ``modelli/relazione-<round>.docx``. The document is in the language of the body. Where
    LibreOffice is, the contents have the pages it lays out, and a PDF that stands there already is made anew.
    """
    from perfxl.reporting.pages import numbered

    _tidied(campaign, language)
    document = consolidated(campaign, round, language)
    made = _word(campaign, document, approved(campaign, language), language)
    path = campaign.result(round, f"{document_name_of(document)}.docx")
    beside = path.with_suffix(".pdf")
    write_bytes(path, made)
    findings = _personal(campaign, document, path, made)
    printed = _printed(path, made, Texts("cli", language), pdf)
    if printed is None:
        return Report((path,), findings)
    write_bytes(path, numbered(made, printed))
    if not pdf and not beside.is_file():
        return Report((path,), findings)
    write_bytes(beside, printed)
    return Report((path, beside), findings)


def _personal(campaign: Campaign, document: dict, path: Path, word: bytes) -> tuple[Finding, ...]:
    """What looks personal in the Word document that goes to ``path``."""
    from perfxl.publish import gate
    from perfxl.result.view import View

    return tuple(gate.personal_in_word(View(document), word, campaign.relative(path)))


def _word(campaign: Campaign, document: dict, known: dict[str, Approval], language: str) -> bytes:
    """The Word document of a round, from the body's own template where there is one."""
    from perfxl import report as stage
    from perfxl.reporting import templates

    return _filled(campaign, document, language, templates.name(Rounds.of(document["content"])[document["round"]].kind),
                   lambda spoken, own: stage.report(document, spoken, own, campaign.extension, known))


def _filled(campaign: Campaign, document: dict, language: str, name: str, fill: Callable[[str, bytes | None], bytes]) -> bytes:
    """What ``fill`` makes in the language of the body from the template ``name`` that the body made its own, if it did."""
    from perfxl import report as stage

    path, spoken = campaign.folder / "modelli" / name, document["content"]["body"].get("language", "it")
    try:
        return fill(spoken, stage.changed_template(name, spoken, path))
    except stage.TemplateRefused as problem:
        raise CannotRun(Texts("cli", language)("report_template", path=path, reason=problem)) from None


@dataclass(frozen=True)
class Short:
    """What ``short_version`` did: the files, findings (it takes more pages than it may, what looks personal), its pages.

    ``counted``: whether the pages were counted in the PDF; without LibreOffice they are estimated.
    """

    paths: tuple[Path, ...]
    findings: tuple[Finding, ...]
    pages: int
    counted: bool


def short_version(campaign: Campaign, round: str, language: str, pdf: bool = False) -> Short:
    """Write the short version for citizens of ``round`` beside its results, and its PDF when asked for.

    How many pages it takes is counted in its PDF, made for that wherever LibreOffice is; elsewhere it is estimated.
    """
    from perfxl.reporting import short
    from perfxl.reporting.measure import estimated_pages
    from perfxl.reporting.pdf import page_count

    say = Texts("cli", language)
    _tidied(campaign, language)
    document = consolidated(campaign, round, language)
    if round not in document["outcomes"]:
        raise CannotRun(say("short_no_outcomes"))
    made = _short_word(campaign, document, language)
    path = campaign.result(round, "cittadini.docx")
    write_bytes(path, made)
    printed = _printed(path, made, say, pdf)
    pages = estimated_pages(made) if printed is None else page_count(printed)
    findings = _personal(campaign, document, path, made)
    if pages > short.PAGES:
        findings += (Finding("PUBL06", Place(campaign.relative(path)), {"pages": pages, "limit": short.PAGES}),)
    paths = [path]
    if pdf:
        paths.append(path.with_suffix(".pdf"))
        write_bytes(paths[-1], printed)
    return Short(tuple(paths), findings, pages, printed is not None)


def _short_word(campaign: Campaign, document: dict, language: str) -> bytes:
    """The short version for citizens, from the body's own template where there is one."""
    from perfxl import report as stage
    from perfxl.reporting import short

    return _filled(campaign, document, language, short.TEMPLATE, lambda spoken, own: stage.short_version(document, spoken, own))


def _printed(path: Path, word: bytes, say: Texts, asked: bool) -> bytes | None:
    """The PDF of the Word document at ``path``; None where LibreOffice cannot make it and nobody ``asked`` for it."""
    from perfxl.reporting.pdf import NoOffice, to_pdf

    try:
        return to_pdf(word)
    except NoOffice as problem:
        if asked:
            raise CannotRun(say("report_no_pdf", path=path, reason=problem)) from None
        return None


@dataclass(frozen=True)
class Publication:
    """What ``publish`` did: what looks personal, and the files written (none when that has not been cleared)."""

    findings: tuple[Finding, ...]
    paths: tuple[Path, ...]


def publish(campaign: Campaign, round: str, language: str, licence: str, cleared: bool) -> Publication:
    """Write the open data of ``round`` into ``risultati/<round>/dati-aperti``.

    Where something looks personal nothing is written, unless someone has looked at it (``cleared``).
    """
    from perfxl.publish import gate, package, tables
    from perfxl.result.view import View

    _tidied(campaign, language)
    document = consolidated(campaign, round, language)
    view = View(document)
    given = tables.open_tables(view, campaign.extension)
    findings = tuple(gate.personal(view, given))
    if findings and not cleared:
        return Publication(findings, ())
    files = package.package(view, given, licence, document["content"]["body"].get("language", "it"))
    folder = campaign.result(round, "dati-aperti")
    for name, content in files.items():
        write_bytes(folder / name, content)
    return Publication(findings, tuple(folder / name for name in files))


@dataclass(frozen=True)
class Bundle:
    """The archive that ``bundle`` wrote, and the licence of the open data in it."""

    path: Path
    licence: str


def bundle(campaign: Campaign, round: str | None, language: str, licence: str | None = None) -> Bundle:
    """Write the archive for the evaluation board into ``risultati/<round>``.

    ``round``: the latest that has outcomes when None. The documents in it are made anew, in the language of the body;
    the PDF of the report is in it when it is there and is of that very document. ``licence``: of the open data; that of
    the data already published, or the usual one, when None.
    """
    from perfxl import report as reports
    from perfxl.publish import bundle as stage
    from perfxl.publish import derived
    from perfxl.reporting import board

    say = Texts("cli", language)
    _tidied(campaign, language)
    told = [r for r in consolidated_rounds(campaign, language) if r.reports]
    chosen = round_of(campaign, round, language) if round else told[-1] if told else None
    if chosen is None or not chosen.reports:
        raise CannotRun(say("bundle_no_outcomes", folder=campaign.folder))
    document = consolidated(campaign, chosen, language)
    with keeping.opened(campaign, language, CannotRun, write=False) as register:
        entries, known = register.entries(), approvals(register)
    licence = licence or _published_licence(campaign, chosen)
    extension = campaign.extension
    files = {**derived.data_files(document, entries, licence, extension), **_report(campaign, document, known, language),
             stage.CITIZENS: _short_word(campaign, document, language),
             stage.VALIDATION: _filled(campaign, document, language, board.TEMPLATE, lambda spoken, own: reports.validation_pack(
                 document, derived.criteria(document, known, extension), spoken, own))}
    workbook = campaign.result(chosen, "consolidato.xlsx")
    if workbook.is_file():
        files["consolidato.xlsx"] = workbook.read_bytes()
    for r in chosen.until:
        for path in (campaign.approved(r), campaign.result(r)):
            if path.is_file():
                files.setdefault(stage.document_name(r), path.read_bytes())
    files[stage.LOG] = stage.log_of(entries)
    if extension is not None:
        files["extension.json"] = documents.dumps(extension).encode()
    body, year = document["content"]["body"]["code"], document["content"]["year"]
    path = campaign.result(chosen, f"archivio-{body}-{year}-{chosen}.zip")
    write_bytes(path, stage.pack(document["content"]["body"]["name"], year, chosen, files, _own(campaign, chosen, derived.language(document))))
    return Bundle(path, licence)


def _own(campaign: Campaign, round: Round, spoken: str) -> list[str]:
    """The documents of the archive that come from a template the body has made its own."""
    from perfxl.publish.bundle import CITIZENS, NAMES, VALIDATION
    from perfxl.report import changed_template
    from perfxl.reporting import board, short, templates

    used = {f"{NAMES[round.kind]}.docx": templates.name(round.kind), CITIZENS: short.TEMPLATE, VALIDATION: board.TEMPLATE}
    return [name for name, template in used.items() if changed_template(template, spoken, campaign.folder / "modelli" / template) is not None]


def _published_licence(campaign: Campaign, round: str) -> str:
    """The licence of the open data of ``round`` that were published; the usual one where none were."""
    from perfxl.publish.package import LICENCES

    try:
        found = documents.load(campaign.result(round, "dati-aperti") / "datapackage.json")["licenses"][0]["name"]
    except (OSError, ValueError, KeyError, TypeError, IndexError, RecursionError):
        found = None
    return found if found in LICENCES else next(iter(LICENCES))


def _report(campaign: Campaign, document: dict, known: dict[str, Approval], language: str) -> dict[str, bytes]:
    """The report of a round by file name; with its PDF, and the pages in its contents, where both stand among the results."""
    from perfxl.reporting.pages import numbered

    made, path = _word(campaign, document, known, language), campaign.result(document["round"], f"{document_name_of(document)}.docx")
    beside = path.with_suffix(".pdf")
    if path.is_file() and beside.is_file():
        printed = beside.read_bytes()
        if path.read_bytes() == numbered(made, printed):
            return {path.name: path.read_bytes(), beside.name: printed}
    return {path.name: made}
