"""*Sollecita*: a reminder to each sector that has not answered."""

from datetime import date

from perfxl.campaign import Campaign
from perfxl.ui.addin import choosing
from perfxl.ui.addin.desk import Desk, Done
from perfxl.ui.addin.sending import send_once_seen
from perfxl.workflow.remind import remind


def press(campaign: Campaign, desk: Desk) -> Done:
    """*Sollecita*: a reminder to each sector that has not answered, once the user has seen to whom."""
    round = choosing.round_of(campaign, desk, choosing.issued_rounds(campaign, desk))
    return send_once_seen(campaign, desk, round, lambda dry: remind(campaign, round, sectors=[], language=desk.language,
        today=date.today(), dry_run=dry))
