"""What each button does: the same as the command of its stage, on a campaign, with its result on screen.

Ribbon, window and extension share these functions; what differs between them (dialogs, showing a file) is their ``Desk``.
"""

from perfxl.campaign import Campaign
from perfxl.ui.addin import choosing, place
from perfxl.ui.addin.desk import Desk, Done, GivenUp
from perfxl.ui.addin.steps import begin, control, outcome, post, state
from perfxl.ui.addin.telling import in_words

#: Buttons that are about no campaign yet, and those that work on one.
FREE = {"new": begin.new, "guide": state.guide}
STAGES = {
    "next": begin.following, "issue": begin.issue, "extend": begin.extend,
    "send": post.send, "remind": post.remind, "collect": post.collect,
    "check": control.check, "consolidate": control.consolidate, "resolve": control.resolve, "ask": control.ask,
    "explain": outcome.explain, "approve": outcome.approve, "report": outcome.report, "publish": outcome.publish, "bundle": outcome.bundle,
    "status": state.status,
}


def run(stage: str, desk: Desk) -> Done | None:
    """Do the action and tell how it went; None when it could not be done."""
    try:
        done = act(stage, desk)
        desk.tell("\n\n".join([done.text, *desk.remarks]))
        return done
    except GivenUp:
        return None
    except Exception as problem:  # noqa: BLE001 - a dialog with what to do, the technical detail in the log
        desk.fail(in_words(problem, desk.language))
    finally:
        desk.rest()
    return None


def act(stage: str, desk: Desk) -> Done:
    """Do what the button of ``stage`` does; ``CannotRun`` and ``OSError`` when it cannot, ``GivenUp`` when the user stops."""
    if stage in FREE:
        return FREE[stage](desk)
    campaign = Campaign(choosing.folder_of(desk))
    place.remember(campaign.folder)
    desk.save_open(campaign)
    return STAGES[stage](campaign, desk)
