"""*Stato*: the board of the round at hand, and what to do next."""

from perfxl.campaign import Campaign
from perfxl.campaign.register import board_table
from perfxl.campaign.register.as_text import board_summary
from perfxl.model.texts import Texts
from perfxl.ui.addin import current_campaign, list_workbook
from perfxl.ui.addin.board_at_hand import board_of
from perfxl.ui.addin.desk import Desk, Done
from perfxl.ui.addin.next_step import next_step
from perfxl.ui.addin.show_list import show_list


def press(campaign: Campaign, desk: Desk) -> Done:
    """*Stato*: the board of the round at hand as a list, and what to do next."""
    say = Texts("addin", desk.language)
    status = board_of(campaign, current_campaign.here(campaign, desk), desk.language)
    lines = [*board_summary(status, desk.language), next_step(status, desk.language).text]
    path = show_list(campaign, "stato.xlsx", list_workbook.table(say("status_sheet"), lines, *board_table(status, desk.language)), desk)
    return Done("\n".join(lines), path)
