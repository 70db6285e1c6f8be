"""*Anno seguente*: the campaign of the year that follows."""

from datetime import date

from perfxl.campaign import Campaign
from perfxl.model.texts import Texts
from perfxl.ui.addin import current_campaign, place
from perfxl.ui.addin.campaign_made import new_folder, show_new_campaign
from perfxl.ui.addin.desk import Desk, Done
from perfxl.ui.addin.questions import Field
from perfxl.workflow.new import following as follow
from perfxl.workflow.new import new as new_campaign


def press(campaign: Campaign, desk: Desk) -> Done:
    """*Anno seguente*: the campaign of the year that follows, with what goes on; annual objectives too where the user wants them."""
    say = Texts("addin", desk.language)
    said = current_campaign.ask_fields(desk, say("button_next"), text=say("ask_next"), fields=(Field("every", say("field_every"), "yes"),),
                          agree="go_on")
    about = place.about_campaign(campaign.folder)
    folder = new_folder(desk, about.year + 1 if about else date.today().year + 1, campaign.folder)
    given, notes = follow(campaign, Campaign(folder), None, desk.language, every=bool(said["every"]))
    path = new_campaign(Campaign(folder), given["year"], given, desk.language)
    done = show_new_campaign(desk, folder, path)
    return Done("\n\n".join([done.text, *(f.message(desk.language) for f in notes)]), path, tuple(notes))
