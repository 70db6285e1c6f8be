"""The buttons that only look: the board of a round, the guide."""

from contextlib import suppress
from datetime import date

from perfxl.campaign import BadExtension, Campaign
from perfxl.campaign.register import Board
from perfxl.model.rounds import Rounds
from perfxl.model.texts import Texts
from perfxl.ui.addin import choosing, listing, place
from perfxl.ui.addin.desk import Desk, Done
from perfxl.ui.addin.next_step import next_step
from perfxl.ui.addin.steps.showing import show_list
from perfxl.workflow.plan_workbook import plan_of
from perfxl.workflow.rounds import open_round
from perfxl.workflow.running import CannotRun


def board_of(campaign: Campaign, round: str | None, language: str) -> Board:
    """The board of ``round``: of the last one that was issued when None, of the first of the plan when none was."""
    from perfxl.campaign.register import board
    from perfxl.workflow import register_updates

    plan, _ = plan_of(campaign, language)
    chosen = Rounds.of(plan).get(round or "") or open_round(campaign, language)
    with register_updates.opened(campaign, language, CannotRun, write=False) as register:
        return board(register, campaign, plan=plan, round=chosen, today=date.today())


def status(campaign: Campaign, desk: Desk) -> Done:
    """*Stato*: the board of the round at hand as a list, and what to do next."""
    from perfxl.campaign.register import board_table
    from perfxl.campaign.register.telling import board_summary

    say = Texts("addin", desk.language)
    found = board_of(campaign, choosing.here(campaign, desk), desk.language)
    lines = [*board_summary(found, desk.language), next_step(found, desk.language).text]
    path = show_list(campaign, "stato.xlsx", listing.table(say("status_sheet"), lines, *board_table(found, desk.language)), desk)
    return Done("\n".join(lines), path)


def guide(desk: Desk) -> Done:
    """*Guida*: the guide as a page of the browser, in the words of the body whose campaign is at hand."""
    from perfxl.ui.addin.guide import page

    campaign = place.campaign_of(desk.active) if desk.active else next(iter(place.remembered()), None)
    if campaign is not None:
        with suppress(CannotRun, BadExtension, OSError):  # without a plan that can be read the guide is as it is written
            plan_of(Campaign(campaign), desk.language)
    path = page(place.home(), desk.language)
    desk.show(path)
    return Done(Texts("addin", desk.language)("done_guide", path=path), path)
