"""The plan of a campaign, as its workbook says it now."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from perfxl.campaign import Campaign, open_files
from perfxl.model import documents, indicators, terms
from perfxl.model.copied import copied
from perfxl.model.findings import Finding
from perfxl.model.texts import Texts
from perfxl.stages import check, plan
from perfxl.stages.plan.sight import Sight
from perfxl.workbook import sheets
from perfxl.workflow.running import CannotRun

#: Errors that bar issuing alone: a year that began before they were looked for goes on.
BARS_ISSUING = frozenset({"PLAN81", "PLAN82"})


def plan_of(campaign: Campaign, language: str) -> tuple[dict[str, Any], list[Finding]]:
    """The plan document of the campaign with its findings; ``CannotRun`` without a usable plan workbook."""
    reading = plan_reading(campaign, language)
    return copied(reading.document), list(reading.findings)


def plan_reading(campaign: Campaign, language: str) -> plan.PlanReading:
    """What was read of the plan workbook, with the place of every value; ``CannotRun`` when it cannot be used."""
    has_plan(campaign, language)
    reading = _read(campaign.plan.read_bytes(), campaign.relative(campaign.plan), documents.dumps(campaign.extension))
    if reading.words:
        terms.use_words(reading.words)
    if reading.document is None or any(f.severity == "error" and f.code not in BARS_ISSUING for f in reading.findings):
        raise CannotRun(Texts("cli", language)("plan_unusable", path=campaign.plan), reading.findings)
    return reading


@lru_cache(4)
def _read(data: bytes, file: str, extension: str) -> plan.PlanReading:
    """The plan in a workbook: one command asks for it more than once."""
    reading = plan.read(data, file, documents.loads(extension))
    reading = replace(reading, findings=tuple(check.without_repeats(reading.findings)))
    return reading if reading.document is None else replace(reading, document=indicators.with_ready_made(reading.document))


def forget() -> None:
    """Remember no plan: whoever asks for one reads it anew."""
    _read.cache_clear()


def has_plan(campaign: Campaign, language: str) -> None:
    if not campaign.plan.is_file():
        raise CannotRun(Texts("cli", language)("no_plan", path=campaign.plan, folder=campaign.folder))


def chosen(sectors: Iterable[str], known: Iterable[str], language: str) -> list[str]:
    """``sectors``, all that are ``known`` when there are none; ``CannotRun`` for one that is not."""
    listed, there = list(sectors), list(known)
    unknown = [s for s in listed if s not in there]
    if unknown:
        raise CannotRun(Texts("cli", language)("unknown_sectors", sectors=", ".join(unknown), known=", ".join(there)))
    return listed or there


@dataclass(frozen=True)
class ComingUp:
    """The ``sheets`` of the plan workbook that show more from now on; ``held``: somebody has it open, and they are still out of
    sight."""

    sheets: tuple[str, ...] = ()
    held: bool = False


#: Changes what is seen of the plan workbook, given its path, where it is open. Whether it did.
Reveal = Callable[[Path, Sight], bool]


def nowhere(path: Path, sight: Sight) -> bool:  # noqa: ARG001
    """Of a workbook that is open nowhere that can be reached."""
    return False


def show_waiting_sheets(campaign: Campaign, kind: str | None = None, reveal: Reveal = nowhere) -> ComingUp:
    """Show in the plan workbook what is asked for on its first sheet and what is not blank any more, hide what is not wanted, and show
    what stays out of sight until rounds of ``kind``; once, since the controller may hide it again."""
    from perfxl.stages.plan import later  # what changes workbooks is not loaded by whoever reads a plan
    from perfxl.workbook.patch.package import Unreadable

    if not campaign.plan.is_file():
        return ComingUp()
    before = campaign.plan.read_bytes()
    try:
        sight = later.changes(before, kind, campaign.extension)
        content = later.applied(before, sight) if sight else before
    except (Unreadable, sheets.Refused):  # a file in which nothing can be changed safely, or an .ods
        return ComingUp()
    if content == before:
        return ComingUp()
    done = reveal(campaign.plan, sight) or open_files.holder(campaign.plan) is None and open_files.replace(campaign.plan, content)
    return ComingUp(sight.telling, not done)


def shown_sheets_message(coming: ComingUp, language: str) -> str:
    """What to tell the controller of the sheets that show more."""
    return Texts("cli", language)("plan_held" if coming.held else "plan_shown", sheets=", ".join(coming.sheets))
