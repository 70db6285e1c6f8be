"""*Pubblica*: the open data of a round, once what looks personal was seen."""

from perfxl.campaign import Campaign
from perfxl.model.texts import Texts
from perfxl.stages.publish.package import LICENCES
from perfxl.ui.addin import current_campaign
from perfxl.ui.addin.desk import Desk, Done, GivenUp
from perfxl.ui.addin.questions import Field, Question
from perfxl.workflow.publish import publish as publish_round

#: Findings that a dialog lists before something is published.
LISTED = 30


def press(campaign: Campaign, desk: Desk) -> Done:
    """*Pubblica*: the open data of a round; what looks personal is shown first."""
    say, words = Texts("addin", desk.language), Texts("cli", desk.language)
    rounds = current_campaign.consolidated_rounds(campaign, desk)
    said = current_campaign.ask_fields(desk, say("button_publish"), text=say("ask_publish"), fields=(
        current_campaign.round_field(campaign, desk, rounds),
        Field("licence", say("field_licence"), kind="choice", value=next(iter(LICENCES)),
              options=tuple((name, name) for name in LICENCES))), agree="write_it")
    done = publish_round(campaign, said["round"], language=desk.language, licence=said["licence"], cleared=False)
    if not done.paths:
        lines = [f.message(desk.language) for f in done.findings[:LISTED]]
        text = "\n\n".join([say("ask_cleared", count=len(done.findings)), *lines])
        if desk.ask(Question(say("button_publish"), text, fields=(), agree=say("cleared"), refuse=say("give_up"))) is None:
            raise GivenUp
        done = publish_round(campaign, said["round"], language=desk.language, licence=said["licence"], cleared=True)
    folder = done.paths[0].parent
    desk.show(folder)
    text = words("publish_done", page=folder / "index.html", folder=folder, licence=said["licence"],
                count=sum(p.suffix != ".html" for p in done.paths))
    return Done(text + "\n" + words("publish_limits"), folder, done.findings)
