"""*Raccogli*: what came back, from the mailbox or a folder."""

from perfxl.campaign import Campaign
from perfxl.model.texts import Texts
from perfxl.stages.mail.settings import settings
from perfxl.ui.addin import current_campaign
from perfxl.ui.addin.desk import Desk, Done, GivenUp
from perfxl.ui.addin.questions import Field
from perfxl.workflow import collect as fetching
from perfxl.workflow.plan_workbook import plan_of


def press(campaign: Campaign, desk: Desk) -> Done:
    """*Raccogli*: what came back, from the mailbox of the plan or from a folder. The originals stay where they are."""
    say, words = Texts("addin", desk.language), Texts("mail", desk.language)
    arrivals = campaign.folder / fetching.ARRIVALS
    plan, _ = plan_of(campaign, desk.language)
    box = settings(plan).imap
    sources = []
    if box is None or not _from_box(desk, box.user):
        source = desk.ask_folder(say("ask_returns"), arrivals if arrivals.is_dir() else None)
        if source is None:
            raise GivenUp
        sources = [source]
    collected = fetching.collect(campaign, sources, desk.language, desk.progress)
    new = sum(t.became == "return" and not t.known for t in collected.taken)
    text = words("collect_done", looked=collected.looked, new=new, known=sum(t.known for t in collected.taken),
                aside=sum(t.became == "aside" and not t.known for t in collected.taken))
    desk.show(campaign.folder / "ricevute")
    return Done("\n\n".join([text, *(f.message(desk.language) for f in collected.findings[:3]), say("then_check")]),
                campaign.folder / "ricevute", tuple(collected.findings))


def _from_box(desk: Desk, account: str) -> bool:
    say = Texts("addin", desk.language)
    options = (("box", say("from_box", account=account)), ("folder", say("from_folder")))
    said = current_campaign.ask_fields(desk, say("button_collect"), text=say("ask_collect"),
                          fields=(Field("where", say("field_where"), kind="choice", value="box", options=options),), agree="go_on")
    return said["where"] == "box"
