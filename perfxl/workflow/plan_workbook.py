"""The plan of a campaign, as its workbook says it now."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from perfxl.campaign import Campaign, open_files
from perfxl.model import documents, indicators, process_copy, terms
from perfxl.model.copied import copied
from perfxl.model.findings import Finding
from perfxl.model.texts import Texts
from perfxl.stages import check, plan
from perfxl.stages.plan.sight import Sight
from perfxl.workbook import sheets
from perfxl.workflow.running import CannotRun

#: Errors that bar issuing alone: a year that began before they were looked for goes on.
BARS_ISSUING = frozenset({"PLAN81", "PLAN82"})

#: Bytes from which on a plan workbook is one of some hundred sectors.
LARGE = 500_000
#: Plans that are remembered, since one command asks for one more than once.
REMEMBERED = 4
_known: dict[tuple[bytes, str, str], plan.PlanReading] = {}


def plan_of(campaign: Campaign, language: str) -> tuple[dict[str, Any], list[Finding]]:
    """The plan document of the campaign with its findings; ``CannotRun`` without a usable plan workbook."""
    reading = plan_reading(campaign, language)
    return copied(reading.document), list(reading.findings)


def plan_reading(campaign: Campaign, language: str) -> plan.PlanReading:
    """What was read of the plan workbook, with the place of every value; ``CannotRun`` when it cannot be used."""
    key = _key(campaign, language)
    reading = _known[key] if key in _known else _remembered(key, _reading(*key))
    if reading.words:
        terms.use_words(reading.words)
    if reading.document is None or any(f.severity == "error" and f.code not in BARS_ISSUING for f in reading.findings):
        raise CannotRun(Texts("cli", language)("plan_unusable", path=campaign.plan), reading.findings)
    return reading


def read_apart(campaign: Campaign, language: str) -> None:
    """Let a large plan be read by a copy of this process, for a command that goes on to much else: the room that reading takes is some
    seven times that of what is read, and never given back whole. Who asks for a place in it has it read once more."""
    key = _key(campaign, language)
    if key in _known or len(key[0]) < LARGE or not process_copy.possible():
        return
    with process_copy.meanwhile(lambda: replace(_reading(*key), locate=dict)) as reading:
        _remembered(key, replace(reading(), locate=lambda: _reading(*key).locate()))


def _remembered(key: tuple[bytes, str, str], reading: plan.PlanReading) -> plan.PlanReading:
    """``reading``, which is at hand from now on in the place of the one read first."""
    while len(_known) >= REMEMBERED:
        del _known[next(iter(_known))]
    _known[key] = reading
    return reading


def _key(campaign: Campaign, language: str) -> tuple[bytes, str, str]:
    """What a reading of the plan depends on; ``CannotRun`` where there is none."""
    has_plan(campaign, language)
    return campaign.plan.read_bytes(), campaign.relative(campaign.plan), documents.dumps(campaign.extension)


def _reading(data: bytes, file: str, extension: str) -> plan.PlanReading:
    """The plan in a workbook."""
    reading = plan.read(data, file, documents.loads(extension))
    reading = replace(reading, findings=tuple(check.without_repeats(reading.findings)))
    return reading if reading.document is None else replace(reading, document=indicators.with_ready_made(reading.document))


def forget() -> None:
    """Remember no plan: whoever asks for one reads it anew."""
    _known.clear()


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


@dataclass(frozen=True)
class WaitingSheets:
    """What changes in what is seen of the plan workbook whose bytes have the SHA-256 ``sha256``; ``sight``: None where nothing in it can
    be changed safely."""

    sha256: str
    sight: Sight | None


def waiting_sheets(campaign: Campaign, kind: str | None = None) -> WaitingSheets:
    """What ``show_waiting_sheets`` would show and hide in the plan workbook as it stands; for who has somebody else look."""
    content = campaign.plan.read_bytes()
    return WaitingSheets(sha256(content).hexdigest(), _sight(content, kind, campaign))


def _sight(content: bytes, kind: str | None, campaign: Campaign) -> Sight | None:
    """What is to be shown and hidden in the plan workbook ``content``; None where nothing in it can be changed safely."""
    from perfxl.stages.plan import later  # what changes workbooks is not loaded by whoever reads a plan
    from perfxl.workbook.patch.package import Unreadable

    try:
        return later.changes(content, kind, campaign.extension)
    except (Unreadable, sheets.Refused):  # such a file, or an .ods
        return None


def show_waiting_sheets(campaign: Campaign, kind: str | None = None, reveal: Reveal = nowhere, known: WaitingSheets | None = None) -> ComingUp:
    """Show in the plan workbook what is asked for on its first sheet and what is not blank any more, hide what is not wanted, and show
    what stays out of sight until rounds of ``kind``; once, since the controller may hide it again. ``known``: what of that was seen
    before, which counts where the workbook is as it was."""
    from perfxl.stages.plan import later
    from perfxl.workbook.patch.package import Unreadable

    if not campaign.plan.is_file():
        return ComingUp()
    before = campaign.plan.read_bytes()
    sight = known.sight if known and known.sha256 == sha256(before).hexdigest() else _sight(before, kind, campaign)
    if not sight:
        return ComingUp()
    try:
        content = later.applied(before, sight)
    except (Unreadable, sheets.Refused):
        return ComingUp()
    if content == before:
        return ComingUp()
    done = reveal(campaign.plan, sight) or open_files.holder(campaign.plan) is None and open_files.replace(campaign.plan, content)
    return ComingUp(sight.telling, not done)


def shown_sheets_message(coming: ComingUp, language: str) -> str:
    """What to tell the controller of the sheets that show more."""
    return Texts("cli", language)("plan_held" if coming.held else "plan_shown", sheets=", ".join(coming.sheets))
