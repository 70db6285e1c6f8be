"""What each button does: the same as the command of its stage, on a campaign, with its result on screen.

Ribbon, window and extension share these functions; what differs between them (dialogs, showing a file) is their ``Desk``.
"""

from contextlib import nullcontext
from importlib import import_module

from perfxl.campaign import Campaign
from perfxl.model.buttons import at_hand
from perfxl.ui.addin import current_campaign, place
from perfxl.ui.addin.desk import Desk, Done, GivenUp, TellingDesk
from perfxl.ui.addin.troubles import in_words
from perfxl.workflow.plan_workbook import show_waiting_sheets, shown_sheets_message

#: Buttons that are about no campaign yet.
FREE = ("new", "guide")


def run(stage: str, desk: TellingDesk, typed: bool = False) -> Done | None:
    """Do the action and tell how it went; None when it could not be done. ``typed``: as a command in a terminal."""
    with nullcontext() if typed else at_hand():
        try:
            done = act(stage, desk)
            desk.tell("\n\n".join([done.text, *desk.remarks]))
            return done
        except GivenUp:
            return None
        except Exception as problem:  # noqa: BLE001 - a dialog with what to do, the technical detail in the log
            desk.fail("\n\n".join([in_words(problem, desk.language), *desk.remarks]))
        finally:
            desk.rest()
    return None


def act(stage: str, desk: Desk) -> Done:
    """Do what the button of ``stage`` does; ``CannotRun`` and ``OSError`` when it cannot, ``GivenUp`` when the user stops."""
    press = import_module(f"perfxl.ui.addin.steps.{stage}").press
    if stage in FREE:
        return press(desk)
    campaign = Campaign(current_campaign.folder_of(desk))
    place.remember(campaign.folder)
    desk.save_open(campaign)
    coming = show_waiting_sheets(campaign, reveal=desk.reveal)
    if coming.sheets:
        desk.remarks.append(shown_sheets_message(coming, desk.language))
    return press(campaign, desk)
