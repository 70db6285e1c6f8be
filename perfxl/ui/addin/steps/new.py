"""*Nuova campagna*: the year, the folder, the plan to fill in."""

from datetime import date

from perfxl.campaign import Campaign
from perfxl.model.texts import Texts
from perfxl.ui.addin import choosing, place
from perfxl.ui.addin.campaign_made import begun, new_folder
from perfxl.ui.addin.desk import Desk, Done
from perfxl.ui.addin.questions import Field
from perfxl.workflow.new import new as new_campaign

#: The month from which a new campaign is usually that of the year to come.
_AHEAD_FROM = 9
#: Years that a plan may be of.
_YEARS = range(2000, 2100)


def press(desk: Desk) -> Done:
    """*Nuova campagna*: the year it is of, its folder, and its plan to fill in."""
    year = _year(desk, date.today())
    known = place.campaign_of(desk.active) if desk.active else next(iter(place.remembered()), None)
    folder = new_folder(desk, year, known)
    path = new_campaign(Campaign(folder), year, None, desk.language)
    return begun(desk, folder, path)


def _year(desk: Desk, today: date) -> int:
    """The year that the user says, the likely one being offered; asked again while it is none."""
    say, text = Texts("addin", desk.language), Texts("addin", desk.language)("ask_year")
    given = str(today.year + (today.month >= _AHEAD_FROM))
    while True:
        given = choosing.asked(desk, say("button_new"), text=text, fields=(Field("year", say("field_year"), "text", given),),
                               agree="go_on")["year"].strip()
        if given.isascii() and given.isdigit() and int(given) in _YEARS:
            return int(given)
        text = say("year_wrong", given=given)
