"""``bundle``: the archive for the evaluation board."""

from dataclasses import dataclass
from pathlib import Path

from perfxl.campaign import Campaign
from perfxl.campaign.register.approval import current_bytes
from perfxl.model import documents
from perfxl.model.documents import write_bytes
from perfxl.model.rounds import Round, Rounds, names_of
from perfxl.model.texts import Texts
from perfxl.stages import report as reports
from perfxl.stages.publish import bundle as stage
from perfxl.stages.publish import derived
from perfxl.stages.publish.bundle import CITIZENS, NAMES, VALIDATION, document_name, document_name_of
from perfxl.stages.publish.package import LICENCES
from perfxl.stages.report import board, changed_template, short, templates
from perfxl.stages.report.pages import numbered
from perfxl.workflow import register_updates
from perfxl.workflow.current_document import CurrentDocument, current_document, name_of
from perfxl.workflow.own_folders import require_own
from perfxl.workflow.report import filled, marked, short_word, word
from perfxl.workflow.rounds import consolidated_rounds, round_of, rounds_of
from perfxl.workflow.running import CannotRun


@dataclass(frozen=True)
class Bundle:
    """The archive that ``bundle`` wrote, the licence of the open data in it, and of what it was made, in words."""
    path: Path
    licence: str
    made_of: tuple[str, ...] = ()


def none_with_outcomes(campaign: Campaign, language: str) -> str:
    """What is said where no round with outcomes was consolidated, with those that have them."""
    return Texts("cli", language)("bundle_no_outcomes", folder=campaign.folder, rounds=names_of(rounds_of(campaign, language).reporting, language))


def bundle(campaign: Campaign, round: str | None, language: str, licence: str | None = None, draft: bool = False) -> Bundle:
    """Write the archive for the evaluation board into ``risultati/<round>``.

    ``round``: the latest that has outcomes when None. The documents and the workbook in it are made anew, in the language of
    the body; the PDF of the report is in it when it is there and is of that very document. ``licence``: of the open data;
    that of the data already published, or the usual one, when None. ``draft``: as ``report`` has it.
    """
    require_own(campaign, language)
    reported = [r for r in consolidated_rounds(campaign, language) if r.reports]
    chosen = round_of(campaign, round, language) if round else reported[-1] if reported else None
    if chosen is None or not chosen.reports:
        raise CannotRun(none_with_outcomes(campaign, language))
    of = current_document(campaign, chosen, language, draft)
    document, extension = of.document, campaign.extension
    licence = licence or _published_licence(campaign, chosen)
    files = {**derived.data_files(document, of.entries, licence=licence, extension=extension,
                                  draft=of.draft), **_documents(campaign, of, language)}
    files["consolidato.xlsx"] = derived.workbook(document, extension, of.draft)
    files |= _consolidated(campaign, of, language)
    files[stage.LOG] = stage.log_of(of.entries)
    if extension is not None:
        files["extension.json"] = documents.dumps(extension).encode()
    body, year = document["content"]["body"]["code"], document["content"]["year"]
    path = campaign.result(chosen, name_of(f"archivio-{body}-{year}-{chosen}.zip", of))
    write_bytes(path, stage.pack(document["content"]["body"]["name"], year, chosen, files,
                                 own=_own(campaign, chosen, derived.language(document)), draft=of.draft))
    return Bundle(path, licence, tuple(of.words(language)))


def _documents(campaign: Campaign, of: CurrentDocument, language: str) -> dict[str, bytes]:
    """The Word documents of the archive, and the PDF of the report where there is one of that very document."""
    validation = filled(campaign, of.document, language=language, name=board.TEMPLATE, fill=lambda spoken, own: reports.validation_pack(
        of.document, derived.criteria(of.document, of.known, campaign.extension), spoken, own))
    return {**_report(campaign, of, language), CITIZENS: marked(short_word(campaign, of.document, language), of),
            VALIDATION: marked(validation, of)}


def _consolidated(campaign: Campaign, of: CurrentDocument, language: str) -> dict[str, bytes]:
    """The consolidated documents of the archive: that of its round, and those that count of the rounds before it."""
    round = Rounds.from_plan(of.document["content"])[of.document["round"]]
    with register_updates.open_register(campaign, language, CannotRun, write=False) as register:
        earlier = {r: current_bytes(register, campaign, r) for r in round.earlier}
    return {document_name(r): content for r, content in earlier.items() if content is not None} | {document_name(round): of.content}


def _own(campaign: Campaign, round: Round, spoken: str) -> list[str]:
    """The documents of the archive that come from a template the body has made its own."""
    used = {f"{NAMES[round.kind]}.docx": templates.name(round.kind), CITIZENS: short.TEMPLATE, VALIDATION: board.TEMPLATE}
    return [name for name, template in used.items() if changed_template(template, spoken, campaign.folder / "modelli" / template) is not None]


def _published_licence(campaign: Campaign, round: str) -> str:
    """The licence of the open data of ``round`` that were published; the usual one where none were."""
    try:
        licence = documents.load(campaign.result(round, "dati-aperti") / "datapackage.json")["licenses"][0]["name"]
    except (OSError, ValueError, KeyError, TypeError, IndexError, RecursionError):
        licence = None
    return licence if licence in LICENCES else next(iter(LICENCES))


def _report(campaign: Campaign, of: CurrentDocument, language: str) -> dict[str, bytes]:
    """The report of a round by file name; with its PDF, and the pages in its contents, where both stand among the results."""
    name = f"{document_name_of(of.document)}.docx"
    made, path = marked(word(campaign, of, language), of), campaign.result(of.document["round"], name_of(name, of))
    beside = path.with_suffix(".pdf")
    if path.is_file() and beside.is_file():
        printed = beside.read_bytes()
        if path.read_bytes() == numbered(made, printed):
            return {name: path.read_bytes(), Path(name).with_suffix(".pdf").name: printed}
    return {name: made}
