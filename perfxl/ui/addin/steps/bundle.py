"""*Archivio*: everything of a round for the evaluation board."""

from perfxl.campaign import Campaign
from perfxl.model.texts import Texts
from perfxl.ui.addin import current_campaign
from perfxl.ui.addin.desk import Desk, Done
from perfxl.workflow.bundle import bundle as write_bundle
from perfxl.workflow.bundle import none_with_outcomes
from perfxl.workflow.running import CannotRun


def press(campaign: Campaign, desk: Desk) -> Done:
    """*Archivio*: everything of a round for the evaluation board, in one file that proves itself."""
    rounds = [r for r in current_campaign.consolidated_rounds(campaign, desk) if r.reports]
    if not rounds:
        raise CannotRun(none_with_outcomes(campaign, desk.language))
    round = current_campaign.round_of(campaign, desk, rounds)
    made = write_bundle(campaign, round, desk.language)
    desk.show(made.path.parent)
    return Done(Texts("cli", desk.language)("bundle_done", path=made.path, licence=made.licence), made.path)
