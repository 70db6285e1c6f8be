"""What leaves a campaign once a round is consolidated: the report, the open data, the archive for the evaluation board."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from perfxl.campaign import Campaign
from perfxl.campaign.register import Approval, Entry, approvals, baseline, result
from perfxl.campaign.register.approval import counted, frozen
from perfxl.campaign.register.words import day
from perfxl.model import documents
from perfxl.model.documents import write_bytes
from perfxl.model.findings import Finding, Place
from perfxl.model.rounds import Round, Rounds
from perfxl.model.texts import Texts
from perfxl.stages.publish.bundle import document_name_of
from perfxl.workflow import register_updates
from perfxl.workflow.pipeline import (
    CannotRun,
    consolidated_rounds,
    known_round,
    plan_of,
    round_of,
)


@dataclass(frozen=True)
class Standing:
    """The consolidated document of a round that counts, and what the register says of it.

    ``approval``: its approval, with "" as act where that is not known any more; None when it is not approved, or a draft.
    ``newer``: the round was consolidated again after it, with something else; ``draft``: it is what was consolidated last,
    asked for though it is not what is approved. ``entries``: the log.
    """

    document: dict
    content: bytes
    approval: Approval | None
    newer: bool
    draft: bool
    entries: tuple[Entry, ...]

    @property
    def known(self) -> dict[str, Approval]:
        """The approvals whose acts documents may name: a draft was approved by none."""
        from perfxl.stages.publish import derived

        return derived.acts(self.document, self.entries, self.draft)

    def words(self, language: str) -> list[str]:
        """What to tell whoever gets a document made of it."""
        say = Texts("cli", language)
        if self.draft:
            return [say("made_draft")]
        if self.approval is None:
            return []
        act = self.approval.act or say("act_unknown")
        return [say("made_approved", act=act, date=day(self.approval.date, language)), *([say("made_newer")] if self.newer else [])]


def standing(campaign: Campaign, round: str, language: str, draft: bool = False) -> Standing:
    """The consolidated document of ``round``: as approved where it was, else, and with ``draft``, as the last run left it.

    A plan that was not sent to the sectors for their word is the one of the plan workbook. ``CannotRun`` when there is no
    document, when it is not what was approved or written, and while another run writes. What a run that was killed left
    half written is cleared away.
    """
    with register_updates.opened(campaign, language, CannotRun) as register:
        entries = tuple(register.entries())
        approval = approvals(register).get(round)
        if approval and not draft:
            last = next((e for e in reversed(entries) if e.kind == "run" and (e.payload["stage"], e.payload["round"]) == ("consolidate", round)), None)
            newer = last is not None and last.payload["results"] != approval.digest
            return Standing(baseline(register, round), frozen(register, approval), approval, newer, False, entries)
        found = result(register, campaign, round)
        if found is not None:
            return Standing(found.document, found.content, None, False, draft, entries)
    plan = plan_of(campaign, language)[0] if campaign.plan.is_file() else None
    if plan and known_round(plan, round, language).kind == "plan" and not campaign.issued_sectors(round):
        made = {"schema": "perfxl/consolidated/2", "round": str(round), "content": plan, "outcomes": {}, "issued": [], "returned": [],
                "missing": [], "sources": [], "places": [], "findings": []}
        return Standing(made, documents.encoded(made), None, False, draft, entries)
    raise CannotRun(Texts("cli", language)("not_consolidated", folder=campaign.folder, round=round))


def _name(name: str, standing: Standing) -> str:
    """What a file of the results is called: a draft never takes the place of what is approved."""
    stem, dot, suffix = name.partition(".")
    return f"{stem}-bozza{dot}{suffix}" if standing.draft else name


@dataclass(frozen=True)
class Report:
    """What ``report`` did: the files, what looks personal in the document, and of what it was made, in words."""

    paths: tuple[Path, ...]
    findings: tuple[Finding, ...]
    told: tuple[str, ...] = ()


def report(campaign: Campaign, round: str, language: str, pdf: bool = False, draft: bool = False) -> Report:
    """Write the Word document of ``round`` beside its results, and its PDF when asked for.

    The body's own template is ``modelli/relazione-<round>.docx``. The document is in the language of the body. Where
    LibreOffice is, the contents have the pages it lays out, and a PDF that stands there already is made anew. ``draft``:
    of what was consolidated last though something else is approved, marked so on every page.
    """
    from perfxl.stages.report.pages import numbered

    of = standing(campaign, round, language, draft)
    document, told = of.document, tuple(of.words(language))
    made = _marked(_word(campaign, of, language), of)
    path = campaign.result(round, _name(f"{document_name_of(document)}.docx", of))
    beside = path.with_suffix(".pdf")
    write_bytes(path, made)
    findings = _personal(campaign, document, path, made)
    printed = _printed(path, made, Texts("cli", language), pdf)
    if printed is None:
        return Report((path,), findings, told)
    write_bytes(path, numbered(made, printed))
    if not pdf and not beside.is_file():
        return Report((path,), findings, told)
    write_bytes(beside, printed)
    return Report((path, beside), findings, told)


def _marked(word: bytes, of: Standing) -> bytes:
    """A Word document, marked on every page when it is of a draft."""
    from perfxl.stages.report.marked import marked

    return marked(word, of.document["content"]["body"].get("language", "it")) if of.draft else word


def _personal(campaign: Campaign, document: dict, path: Path, word: bytes) -> tuple[Finding, ...]:
    """What looks personal in the Word document that goes to ``path``."""
    from perfxl.stages.consolidate.view import View
    from perfxl.stages.publish import gate

    return tuple(gate.personal_in_word(View(document), word, campaign.relative(path)))


def _word(campaign: Campaign, of: Standing, language: str) -> bytes:
    """The Word document of a round, from the body's own template where there is one."""
    from perfxl.stages import report as stage
    from perfxl.stages.report import templates

    return _filled(campaign, of.document, language, templates.name(Rounds.of(of.document["content"])[of.document["round"]].kind),
                   lambda spoken, own: stage.report(of.document, spoken, own, campaign.extension, of.known))


def _filled(campaign: Campaign, document: dict, language: str, name: str, fill: Callable[[str, bytes | None], bytes]) -> bytes:
    """What ``fill`` makes in the language of the body from the template ``name`` that the body made its own, if it did."""
    from perfxl.stages import report as stage

    path, spoken = campaign.folder / "modelli" / name, document["content"]["body"].get("language", "it")
    try:
        return fill(spoken, stage.changed_template(name, spoken, path))
    except stage.TemplateRefused as problem:
        raise CannotRun(Texts("cli", language)("report_template", path=path, reason=problem)) from None


@dataclass(frozen=True)
class Short:
    """What ``short_version`` did: the files, findings (it takes more pages than it may, what looks personal), its pages.

    ``counted``: whether the pages were counted in the PDF; without LibreOffice they are estimated. ``told``: of what it was
    made, in words.
    """

    paths: tuple[Path, ...]
    findings: tuple[Finding, ...]
    pages: int
    counted: bool
    told: tuple[str, ...] = ()


def short_version(campaign: Campaign, round: str, language: str, pdf: bool = False, draft: bool = False) -> Short:
    """Write the short version for citizens of ``round`` beside its results, and its PDF when asked for.

    How many pages it takes is counted in its PDF, made for that wherever LibreOffice is; elsewhere it is estimated.
    """
    from perfxl.stages.report import short
    from perfxl.stages.report.measure import estimated_pages
    from perfxl.stages.report.pdf import page_count

    say = Texts("cli", language)
    of = standing(campaign, round, language, draft)
    document = of.document
    if round not in document["outcomes"]:
        raise CannotRun(say("short_no_outcomes"))
    made = _marked(_short_word(campaign, document, language), of)
    path = campaign.result(round, _name("cittadini.docx", of))
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
    return Short(tuple(paths), findings, pages, printed is not None, tuple(of.words(language)))


def _short_word(campaign: Campaign, document: dict, language: str) -> bytes:
    """The short version for citizens, from the body's own template where there is one."""
    from perfxl.stages import report as stage
    from perfxl.stages.report import short

    return _filled(campaign, document, language, short.TEMPLATE, lambda spoken, own: stage.short_version(document, spoken, own))


def _printed(path: Path, word: bytes, say: Texts, asked: bool) -> bytes | None:
    """The PDF of the Word document at ``path``; None where LibreOffice cannot make it and nobody ``asked`` for it."""
    from perfxl.stages.report.pdf import NoOffice, to_pdf

    try:
        return to_pdf(word)
    except NoOffice as problem:
        if asked:
            raise CannotRun(say("report_no_pdf", path=path, reason=problem)) from None
        return None


@dataclass(frozen=True)
class Publication:
    """What ``publish`` did: what looks personal, the files written (none when that has not been cleared), and of what they
    were made, in words."""

    findings: tuple[Finding, ...]
    paths: tuple[Path, ...]
    told: tuple[str, ...] = ()


def publish(campaign: Campaign, round: str, language: str, licence: str, cleared: bool, draft: bool = False) -> Publication:
    """Write the open data of ``round`` and the page for everybody into ``risultati/<round>/dati-aperti``.

    Where something looks personal nothing is written, unless someone has looked at it (``cleared``).
    """
    from perfxl.stages.consolidate.view import View
    from perfxl.stages.publish import gate, package, page, tables

    of = standing(campaign, round, language, draft)
    document = of.document
    view, body = View(document), document["content"]["body"]
    given = tables.open_tables(view, campaign.extension)
    files = package.package(view, given, licence, body.get("language", "it"))
    shown = page.pages(view, files, licence, _act(of, view), campaign.extension)
    findings = gate.personal(view, given)
    known = frozenset((*(f.values["value"] for f in findings), page.office_address(body)))
    own = next(iter(sorted(shown, key=len)))
    findings += gate.personal_in_page(view, page.visible_text(shown[own]), own, known)
    if findings and not cleared:
        return Publication(tuple(findings), (), tuple(of.words(language)))
    files = {**files, **shown}
    if of.draft:
        files = package.marked_draft(files, body.get("language", "it"))
    folder = campaign.result(round, _name("dati-aperti", of))
    for name, content in files.items():
        write_bytes(folder / name, content)
    return Publication(tuple(findings), tuple(folder / name for name in files), tuple(of.words(language)))


def _act(of: Standing, view) -> str:
    """What approved the round of ``view``: as recorded, else as the plan says; blank when nothing has."""
    from perfxl.stages.report.speech import Speech

    known = of.known.get(view.round)
    if known is not None:
        return Speech(view.content["body"].get("language", "it")).act(known.act, known.date)
    return "" if of.draft else view.dates.get(view.round, {}).get("act", "")


@dataclass(frozen=True)
class Bundle:
    """The archive that ``bundle`` wrote, the licence of the open data in it, and of what it was made, in words."""

    path: Path
    licence: str
    told: tuple[str, ...] = ()


def bundle(campaign: Campaign, round: str | None, language: str, licence: str | None = None, draft: bool = False) -> Bundle:
    """Write the archive for the evaluation board into ``risultati/<round>``.

    ``round``: the latest that has outcomes when None. The documents and the workbook in it are made anew, in the language of
    the body; the PDF of the report is in it when it is there and is of that very document. ``licence``: of the open data;
    that of the data already published, or the usual one, when None. ``draft``: as ``report`` has it.
    """
    from perfxl.stages.publish import bundle as stage
    from perfxl.stages.publish import derived

    told = [r for r in consolidated_rounds(campaign, language) if r.reports]
    chosen = round_of(campaign, round, language) if round else told[-1] if told else None
    if chosen is None or not chosen.reports:
        raise CannotRun(Texts("cli", language)("bundle_no_outcomes", folder=campaign.folder))
    of = standing(campaign, chosen, language, draft)
    document, extension = of.document, campaign.extension
    licence = licence or _published_licence(campaign, chosen)
    files = {**derived.data_files(document, of.entries, licence, extension, of.draft), **_documents(campaign, of, language)}
    files["consolidato.xlsx"] = derived.workbook(document, extension)
    files |= _consolidated(campaign, of, language)
    files[stage.LOG] = stage.log_of(of.entries)
    if extension is not None:
        files["extension.json"] = documents.dumps(extension).encode()
    body, year = document["content"]["body"]["code"], document["content"]["year"]
    path = campaign.result(chosen, _name(f"archivio-{body}-{year}-{chosen}.zip", of))
    write_bytes(path, stage.pack(document["content"]["body"]["name"], year, chosen, files,
                                 own=_own(campaign, chosen, derived.language(document)), draft=of.draft))
    return Bundle(path, licence, tuple(of.words(language)))


def _documents(campaign: Campaign, of: Standing, language: str) -> dict[str, bytes]:
    """The Word documents of the archive, and the PDF of the report where there is one of that very document."""
    from perfxl.stages import report as reports
    from perfxl.stages.publish import bundle, derived
    from perfxl.stages.report import board

    validation = _filled(campaign, of.document, language, board.TEMPLATE, lambda spoken, own: reports.validation_pack(
        of.document, derived.criteria(of.document, of.known, campaign.extension), spoken, own))
    return {**_report(campaign, of, language), bundle.CITIZENS: _marked(_short_word(campaign, of.document, language), of),
            bundle.VALIDATION: _marked(validation, of)}


def _consolidated(campaign: Campaign, of: Standing, language: str) -> dict[str, bytes]:
    """The consolidated documents of the archive: that of its round, and those that count of the rounds before it."""
    from perfxl.stages.publish.bundle import document_name

    round = Rounds.of(of.document["content"])[of.document["round"]]
    with register_updates.opened(campaign, language, CannotRun, write=False) as register:
        found = {r: counted(register, campaign, r) for r in round.earlier}
    return {document_name(r): content for r, content in found.items() if content is not None} | {document_name(round): of.content}


def _own(campaign: Campaign, round: Round, spoken: str) -> list[str]:
    """The documents of the archive that come from a template the body has made its own."""
    from perfxl.stages.publish.bundle import CITIZENS, NAMES, VALIDATION
    from perfxl.stages.report import board, changed_template, short, templates

    used = {f"{NAMES[round.kind]}.docx": templates.name(round.kind), CITIZENS: short.TEMPLATE, VALIDATION: board.TEMPLATE}
    return [name for name, template in used.items() if changed_template(template, spoken, campaign.folder / "modelli" / template) is not None]


def _published_licence(campaign: Campaign, round: str) -> str:
    """The licence of the open data of ``round`` that were published; the usual one where none were."""
    from perfxl.stages.publish.package import LICENCES

    try:
        found = documents.load(campaign.result(round, "dati-aperti") / "datapackage.json")["licenses"][0]["name"]
    except (OSError, ValueError, KeyError, TypeError, IndexError, RecursionError):
        found = None
    return found if found in LICENCES else next(iter(LICENCES))


def _report(campaign: Campaign, of: Standing, language: str) -> dict[str, bytes]:
    """The report of a round by file name; with its PDF, and the pages in its contents, where both stand among the results."""
    from perfxl.stages.report.pages import numbered

    name = f"{document_name_of(of.document)}.docx"
    made, path = _marked(_word(campaign, of, language), of), campaign.result(of.document["round"], _name(name, of))
    beside = path.with_suffix(".pdf")
    if path.is_file() and beside.is_file():
        printed = beside.read_bytes()
        if path.read_bytes() == numbered(made, printed):
            return {name: path.read_bytes(), Path(name).with_suffix(".pdf").name: printed}
    return {name: made}
