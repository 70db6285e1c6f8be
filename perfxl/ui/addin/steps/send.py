"""*Invia*: forms, receipts and questions."""

from perfxl.campaign import Campaign
from perfxl.model.texts import Texts
from perfxl.ui.addin import current_campaign
from perfxl.ui.addin.desk import Desk, Done
from perfxl.ui.addin.questions import Field
from perfxl.ui.addin.send_preview import send_once_seen
from perfxl.workflow import drafts
from perfxl.workflow import send as posting

#: What can be sent, by the word of the command; or else said of the drafts that were prepared.
KINDS = ("forms", "receipts", "questions", "done")


def press(campaign: Campaign, desk: Desk) -> Done:
    """*Invia*: what there is to send in a round, once the user has seen to whom it goes; or that the drafts have been sent."""
    say = Texts("addin", desk.language)
    what = Field("what", say("field_what"), kind="choice", value="forms", options=tuple((k, say(f"send_{k}")) for k in KINDS))
    said = current_campaign.ask_fields(desk, say("button_send"), text=say("ask_send"),
                          fields=(current_campaign.round_field(campaign, desk, current_campaign.issued_rounds(campaign, desk)), what), agree="go_on")
    if said["what"] == "done":
        return _said_sent(campaign, desk, said["round"])
    way = {"forms": posting.send_forms, "receipts": posting.send_receipts, "questions": posting.send_questions}[said["what"]]
    return send_once_seen(campaign, desk, said["round"], lambda dry: way(campaign, said["round"], sectors=[], language=desk.language, dry_run=dry))


def _said_sent(campaign: Campaign, desk: Desk, round: str) -> Done:
    """Take the user's word that all drafts of a round were sent."""
    done = drafts.confirm_sent(campaign, round, (), desk.language)
    return Done(Texts("mail", desk.language)("post_said", count=len(done)), None, ())
