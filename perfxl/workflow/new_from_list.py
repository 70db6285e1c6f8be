"""``perfxl new --from LIST``: a campaign begun from the list that the body keeps already, in two runs.

The first writes ``corrispondenze.xlsx`` beside the plan to be, with a proposal for every column; the second, once it has
been confirmed, fills the plan. The workbook stays in the campaign: ``--after`` takes it as it was confirmed, and where it
knows every column of the new list the plan is filled at once.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from perfxl.campaign import Campaign
from perfxl.model.documents import file_exists, write_bytes
from perfxl.model.findings import Finding, Place
from perfxl.model.next_year import carry
from perfxl.model.texts import Texts
from perfxl.stages import plan
from perfxl.stages.intake import filling, proposal, sheet, tables
from perfxl.stages.intake.targets import Match, Target, plain, targets
from perfxl.workbook.sheets import Refused
from perfxl.workflow import register_updates
from perfxl.workflow.new import new
from perfxl.workflow.rounds import rounds_of
from perfxl.workflow.running import CannotRun

NAME = "corrispondenze.xlsx"
SUFFIXES = (".xlsx", ".xlsm", ".ods", ".csv", ".tsv", ".txt")


@dataclass(frozen=True)
class Begun:
    """What a run did: ``plan`` is written when the matching was confirmed, else ``matching`` is; ``counts``: items by array."""
    plan: Path | None
    matching: Path
    findings: tuple[Finding, ...]
    counts: dict[str, int]
    unmatched: int = 0
    left: int = 0


def is_list(path: Path) -> bool:
    """Whether ``path`` is a list to be matched, not a plan document."""
    return path.suffix.lower() in SUFFIXES


def begin(campaign: Campaign, path: Path, year: int, language: str, before: Campaign | None = None) -> Begun:
    """Propose how the columns of the list at ``path`` become a plan of ``year``, or fill it in where that was confirmed.

    ``before``: the campaign of the year before, whose matching and whose body, sectors, lines and rules go on.
    """
    if campaign.plan.exists():
        raise CannotRun(Texts("cli", language)("plan_exists", path=campaign.plan))
    given, matching = targets(campaign.extension), campaign.folder / NAME
    read = _tables(path)
    sheets = read.tables
    said = _answers(matching, given)
    if said is None or not said.confirmed or not _covers(said.matches, sheets):
        earlier = (*(said.matches if said else ()), *_earlier(before, given))
        matches = proposal.propose(sheets, given, earlier, year)
        if said is not None or any(m.why != "before" for m in matches):
            write_bytes(matching, sheet.draw(sheets, matches, given=given, file=path.name, language=language))
            return Begun(None, matching, findings=(), counts={}, unmatched=sum(not m.target for m in matches))
        write_bytes(matching, sheet.draw(sheets, matches, given=given, file=path.name, language=language))
    else:
        matches = list(said.matches)
    filled = filling.fill(_blank(year, language, before), sheets, matches=matches, given=given, file=path.name, extension=campaign.extension)
    made = new(campaign, year, filled.document, language, unfinished=True)
    left = [f for f in plan.read(made.read_bytes(), campaign.relative(made), campaign.extension).findings if f.severity != "note"]
    return Begun(made, matching, (*_passed_over(read, path.name), *filled.findings), filled.counts, left=len(left))


def _tables(path: Path) -> tables.Listed:
    try:
        sheets = tables.read_all(path.read_bytes(), path.name, proposal.is_heading)
    except Refused as refused:
        raise CannotRun("", (refused.finding,)) from None
    if not sheets.tables:
        raise CannotRun("", (Finding("LIST22", Place(path.name)),))
    return sheets


def _passed_over(read: tables.Listed, file: str) -> tuple[Finding, ...]:
    """The sheets of the list that were not read."""
    return tuple(Finding(code, Place(file, sheet), {"sheet": sheet, "count": count})
                 for code, sheets in (("LIST16", read.hidden), ("LIST26", read.headless)) for sheet, count in sheets)


def _answers(matching: Path, given: dict[str, Target]) -> sheet.Answers | None:
    """What the workbook of the matching says; None where there is none yet."""
    if not file_exists(matching):
        return None
    try:
        said = sheet.read(matching.read_bytes(), matching.name, given)
    except Refused as refused:
        raise CannotRun("", (refused.finding,)) from None
    if said.unknown:
        raise CannotRun("", tuple(Finding("LIST23", Place(matching.name), {"value": text}) for text in said.unknown))
    return said


def _earlier(before: Campaign | None, given: dict[str, Target]) -> tuple[Match, ...]:
    said = _answers(before.folder / NAME, given) if before else None
    return said.matches if said else ()


def _covers(matches: tuple[Match, ...], sheets: list[tables.Table]) -> bool:
    """Whether the matching speaks of this list: the same sheets, columns and headings."""
    known = {(m.sheet, m.column, plain(m.head)) for m in matches}
    return all((t.sheet, c, plain(head)) in known for t in sheets for c, head in t.heads.items())


def _blank(year: int, language: str, before: Campaign | None) -> dict[str, Any]:
    """The plan before the list: a blank one, or what goes on from the year before without its objectives."""
    begun = plan.blank_plan(year, language)
    if before is None or not any((before.folder / "risultati").glob("*/consolidato.json")) and not any((before.folder / "approvati").glob("*")):
        return begun
    with register_updates.open_register(before, language, CannotRun, write=False) as register:
        last = register_updates.last_consolidated(register, before, rounds_of(before, language))
    if last is None:
        return begun

    carried = carry(last, year, before.extension)
    return {**begun, **{k: v for k, v in carried.items() if k not in ("objectives", "measures", "evaluations", "requests", "considerations")}}
