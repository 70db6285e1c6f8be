"""*Sollecita*: a reminder to each sector that has not answered."""

from datetime import date

from perfxl.campaign import Campaign
from perfxl.ui.addin import current_campaign
from perfxl.ui.addin.desk import Desk, Done
from perfxl.ui.addin.send_preview import send_once_seen
from perfxl.workflow.remind import remind


def press(campaign: Campaign, desk: Desk) -> Done:
    """*Sollecita*: a reminder to each sector that has not answered, once the user has seen to whom."""
    round = current_campaign.round_of(campaign, desk, current_campaign.issued_rounds(campaign, desk))
    return send_once_seen(campaign, desk, round, lambda dry: remind(campaign, round, sectors=[], language=desk.language,
        today=date.today(), dry_run=dry))
