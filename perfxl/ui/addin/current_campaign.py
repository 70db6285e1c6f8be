"""Which campaign and which round a button is about: those of the workbook in front of the user, else the user says."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from perfxl.campaign import Campaign
from perfxl.campaign.register import Approval, approvals
from perfxl.model.rounds import Round
from perfxl.model.texts import Texts
from perfxl.ui.addin import place
from perfxl.ui.addin.desk import Desk, GivenUp
from perfxl.ui.addin.questions import Field, Question
from perfxl.workflow import register_updates
from perfxl.workflow import rounds as of_campaign
from perfxl.workflow.running import CannotRun

#: How a day is written in a dialog, by language.
_DAY = {"it": "%d/%m/%Y", "en": "%Y-%m-%d"}


def folder_of(desk: Desk) -> Path:
    """The campaign of the workbook in front of the user: the folder it stands in, or the one that was used before and is of
    its body and year. Else the last one if they agree, else the one they choose."""
    say = Texts("addin", desk.language)
    here = place.campaign_of(desk.active) if desk.active else None
    if here and (desk.about is None or place.belongs(here, desk.about)):
        return here
    known = [f for f in place.remembered() if desk.about and place.belongs(f, desk.about)]
    if len(known) == 1 and not here:
        return known[0]
    last = next(iter([*known, *([here] if here else place.remembered())]), None)
    if last:
        agreed = desk.ask_yes(say("ask_last", folder=last))
        if agreed is None:
            raise GivenUp
        if agreed:
            return last
    chosen = desk.ask_folder(say("ask_campaign"), last.parent if last else None)
    if chosen is None:
        raise GivenUp
    campaign = place.campaign_of(chosen)
    if campaign is None:
        raise CannotRun(say("no_campaign", folder=chosen))
    return campaign


def here(campaign: Campaign, desk: Desk) -> str | None:
    """The round of the workbook in front of the user; None when it is about the whole year, or of another campaign."""
    if desk.active and desk.active.is_relative_to(campaign.folder):
        return place.round_of(desk.active, campaign.folder)
    return desk.about.round if desk.about and place.belongs(campaign.folder, desk.about) else None


def round_of(campaign: Campaign, desk: Desk, rounds: list[Round], always: bool = False) -> Round:
    """The round of the open workbook; the only one there is; else the one the user chooses."""
    known = here(campaign, desk)
    there = next((r for r in rounds if r == known), None)
    if there is not None and not always:
        return there
    if len(rounds) == 1 and not always:
        return rounds[0]
    chosen = desk.ask_round(Texts("addin", desk.language)("ask_round"), rounds, there or rounds[-1])
    if chosen is None:
        raise GivenUp
    return next(r for r in rounds if r == chosen)


def issued_rounds(campaign: Campaign, desk: Desk) -> list[Round]:
    """The rounds whose forms were issued; ``CannotRun`` when there are none."""
    rounds = [r for r in of_campaign.rounds_of(campaign, desk.language) if campaign.issued_sectors(r)]
    if not rounds:
        raise CannotRun(Texts("addin", desk.language)("nothing_issued", folder=campaign.folder))
    return rounds


def consolidated_rounds(campaign: Campaign, desk: Desk) -> list[Round]:
    """The rounds that have a consolidated document; ``CannotRun`` when there are none."""
    rounds = of_campaign.consolidated_rounds(campaign, desk.language)
    if not rounds:
        raise CannotRun(Texts("addin", desk.language)("nothing_consolidated", folder=campaign.folder))
    return rounds


def approvals_of(campaign: Campaign, desk: Desk) -> dict[str, Approval]:
    """The approval in force of each approved round."""
    with register_updates.open_register(campaign, desk.language, CannotRun, write=False) as register:
        return approvals(register)


def round_field(campaign: Campaign, desk: Desk, rounds: list[Round], first: str | None = None) -> Field:
    """The field in which a round is chosen: that of the open workbook stands there, else ``first``, else the last."""
    known = here(campaign, desk)
    chosen = known if known in rounds else first if first in rounds else rounds[-1]
    options = tuple((str(r), r.name(desk.language)) for r in rounds)
    return Field("round", Texts("addin", desk.language)("field_round"), kind="choice", value=str(chosen), options=options)


def day_field(desk: Desk, key: str, day: date) -> Field:
    """A field for a day, ``day`` standing there."""
    return Field(key, Texts("addin", desk.language)(f"field_{key}"), "date", f"{day:{_DAY[desk.language]}}")


def ask_fields(desk: Desk, title: str, text: str, fields: tuple[Field, ...], agree: str) -> dict[str, Any]:
    """What the user fills in, by the keys of ``fields``, dates as ``date``; asked again while a date cannot be read. ``GivenUp`` when
    they close it. ``agree``: key of the word on the button that goes on."""
    say = Texts("addin", desk.language)
    while True:
        said = desk.ask(Question(title, text, fields=fields, agree=say(agree), refuse=say("give_up")))
        if said is None:
            raise GivenUp
        days = {f.key: _day(said[f.key]) for f in fields if f.kind == "date"}
        if None not in days.values():
            return {**said, **days}
        wrong = next(said[key] for key, day in days.items() if day is None)
        text = say("date_wrong", given=wrong)
        fields = tuple(Field(f.key, f.label, kind=f.kind, value=said[f.key], options=f.options) for f in fields)


def _day(given: str) -> date | None:
    for form in ("%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y"):
        try:
            return datetime.strptime(given.strip(), form).date()
        except ValueError:
            continue
    return None
