"""*Guida*: the guide as a page of the browser."""

from contextlib import suppress

from perfxl.campaign import BadExtension, Campaign
from perfxl.model.texts import Texts
from perfxl.ui.addin import place
from perfxl.ui.addin.desk import Desk, Done
from perfxl.ui.addin.guide import page
from perfxl.workflow.plan_workbook import plan_of
from perfxl.workflow.running import CannotRun


def press(desk: Desk) -> Done:
    """*Guida*: the guide as a page of the browser, in the words of the body whose campaign is at hand."""
    campaign = place.campaign_of(desk.active) if desk.active else next(iter(place.remembered()), None)
    if campaign is not None:
        with suppress(CannotRun, BadExtension, OSError):  # without a plan that can be read the guide is as it is written
            plan_of(Campaign(campaign), desk.language)
    path = page(place.home(), desk.language)
    desk.show(path)
    return Done(Texts("addin", desk.language)("done_guide", path=path), path)
