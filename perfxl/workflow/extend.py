"""``perfxl extend``: more time for a round, for all sectors or for some, and the forms with the new date."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from perfxl.campaign import Campaign
from perfxl.campaign.register import approvals, board
from perfxl.model import deadlines
from perfxl.model.succession import Successions, with_former
from perfxl.model.texts import Texts
from perfxl.workflow import drafts, register_updates
from perfxl.workflow.issue import Issued, issue
from perfxl.workflow.plan_workbook import chosen, plan_of
from perfxl.workflow.rounds import known_round
from perfxl.workflow.running import CannotRun, Progress, quiet

#: States of a sector, on the board, that has not answered.
WAITING = ("waiting", "late")


@dataclass(frozen=True)
class Extended:
    """What extending did: the ``sectors`` that have not answered yet, whose forms were ``issued`` again; ``earlier``: the day is
    before the one that held; ``stale``: sectors of which a reminder waits as a draft that tells the day of before."""
    sectors: tuple[str, ...]
    issued: Issued | None
    earlier: bool = False
    stale: tuple[str, ...] = ()


def extend(campaign: Campaign, round: str, to: date, sectors: Iterable[str], language: str, today: date, anyway: bool = False,
           progress: Progress = quiet) -> Extended:
    """Have ``round`` due on ``to`` for ``sectors``, for all of them when there are none.

    Board, messages and lateness follow. Those that have a form and have not answered get it anew, with the new date; answers
    to the old one hold all the same. A day that was given before may be corrected, an earlier one too. ``CannotRun`` for a day no
    later than that of the plan, for one of a sector before the day that all have, and as ``issue``.
    """
    say, named = Texts("cli", language), list(sectors)
    plan, _ = plan_of(campaign, language)
    round = known_round(plan, round, language)
    chosen(named, [s["code"] for s in with_former(plan, campaign.issued_sectors(round))["sectors"]], language)
    planned = deadlines.due_day(plan, round, {})
    if to.isoformat() <= planned:
        raise CannotRun(say("extend_not_later", day=f"{date.fromisoformat(planned):%d/%m/%Y}", path=campaign.plan))
    with register_updates.open_register(campaign, language, CannotRun) as register:
        approval = approvals(register).get(round)
        if approval and not anyway:
            raise CannotRun(say("issue_approved", round=round.name(language), act=approval.act))
        given = register.extensions(round)
        if named and to.isoformat() < given.get(deadlines.ALL, ""):
            raise CannotRun(say("extend_all_later", day=f"{date.fromisoformat(given[deadlines.ALL]):%d/%m/%Y}"))
        held = max(deadlines.due_day(plan, round, given, s) for s in named or ("",))
        with register.batch():
            for sector in named or [deadlines.ALL]:
                register.extend(round, sector, to.isoformat())
        rows = board(register, campaign, plan=plan, round=round, today=today).rows
        reminders = {w.payload["sector"] for w in drafts.waiting(register, round, ("reminder", "owner"))}
    waiting = tuple(r.sector for r in rows if r.state in WAITING and (not named or r.sector in named))
    again = tuple(dict.fromkeys(p for s in waiting for p in Successions(plan).parts(s) or (s,)))
    issued = issue(campaign, round, sectors=again, language=language, progress=progress, anyway=anyway) if waiting else None
    return Extended(waiting, issued, earlier=to.isoformat() < held, stale=tuple(s for s in waiting if s in reminders))
