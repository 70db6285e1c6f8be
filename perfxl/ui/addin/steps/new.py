"""*Nuova campagna*: the year, the folder, the plan to fill in, in per cent or in points."""

import re
from datetime import date
from decimal import Decimal

from perfxl.campaign import Campaign
from perfxl.model.points import HUNDRED, MOST
from perfxl.model.texts import Texts
from perfxl.ui.addin import current_campaign, place
from perfxl.ui.addin.campaign_made import new_folder, show_new_campaign
from perfxl.ui.addin.desk import Desk, Done
from perfxl.ui.addin.questions import Field
from perfxl.workflow.new import new as new_campaign

#: The month from which a new campaign is usually that of the year to come.
_AHEAD_FROM = 9
#: Years that a plan may be of.
_YEARS = range(2000, 2100)
#: A whole number, its thousands apart or not.
_WHOLE = re.compile(r"[0-9]{1,9}|[0-9]{1,3}([., \u00a0’'][0-9]{3}){1,2}")


def press(desk: Desk) -> Done:
    """*Nuova campagna*: the year it is of, its folder, and its plan to fill in."""
    year, points = _year(desk, date.today())
    known = place.campaign_of(desk.active) if desk.active else next(iter(place.remembered()), None)
    folder = new_folder(desk, year, known)
    path = new_campaign(Campaign(folder), year, None, desk.language, points=points)
    return show_new_campaign(desk, folder, path)


def _year(desk: Desk, today: date) -> tuple[int, Decimal | None]:
    """The year that the user says, the likely one being offered, and what weights make in all, None where they are percentages; asked
    again while one is none."""
    say = Texts("addin", desk.language)
    text, year, weights = say("ask_year"), str(today.year + (today.month >= _AHEAD_FROM)), str(HUNDRED)
    while True:
        fields = Field("year", say("field_year"), "text", year), Field("weights", say("field_weights"), "text", weights)
        answers = current_campaign.ask_fields(desk, say("button_new"), text=text, fields=fields, agree="go_on")
        year, weights = answers["year"].strip(), answers.get("weights", weights).strip()
        whole = Decimal(re.sub(r"\D", "", weights)) if _WHOLE.fullmatch(weights) else None
        if not (year.isascii() and year.isdigit() and int(year) in _YEARS):
            text = say("year_wrong", given=year)
        elif whole is None or whole > MOST:
            text = say("weights_wrong", given=weights, most=MOST)
        else:
            return int(year), None if whole == HUNDRED else whole
