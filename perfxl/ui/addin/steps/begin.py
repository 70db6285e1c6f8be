"""The buttons of the campaign: made, carried on from the year before, its forms issued, more time given."""

from datetime import date, timedelta
from pathlib import Path

from perfxl.campaign import Campaign
from perfxl.model.rounds import Round, Rounds
from perfxl.model.texts import Texts
from perfxl.ui.addin import choosing, place
from perfxl.ui.addin.desk import Desk, Done, GivenUp
from perfxl.ui.addin.questions import Field
from perfxl.workflow.issue import issue as issue_forms
from perfxl.workflow.new import following as following_
from perfxl.workflow.new import new as new_campaign
from perfxl.workflow.plan_workbook import plan_of
from perfxl.workflow.running import CannotRun

#: How much later a deadline is offered, in days.
LATER = 15
#: The month from which a new campaign is usually that of the year to come.
_AHEAD_FROM = 9
#: Years that a plan may be of.
_YEARS = range(2000, 2100)


def new(desk: Desk) -> Done:
    """*Nuova campagna*: the year it is of, its folder, and its plan to fill in."""
    year = _year(desk, date.today())
    folder = _new_folder(desk, None)
    path = new_campaign(Campaign(folder), year, None, desk.language)
    return _begun(desk, folder, path)


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


def following(campaign: Campaign, desk: Desk) -> Done:
    """*Anno seguente*: the campaign of the year that follows, with what goes on; annual objectives too where the user wants them."""
    say = Texts("addin", desk.language)
    said = choosing.asked(desk, say("button_next"), text=say("ask_next"), fields=(Field("every", say("field_every"), "yes"),),
                          agree="go_on")
    folder = _new_folder(desk, campaign.folder.parent)
    given, notes = following_(campaign, Campaign(folder), None, desk.language, every=bool(said["every"]))
    path = new_campaign(Campaign(folder), given["year"], given, desk.language)
    done = _begun(desk, folder, path)
    return Done("\n\n".join([done.text, *(f.message(desk.language) for f in notes)]), path, tuple(notes))


def _new_folder(desk: Desk, start: Path | None) -> Path:
    folder = desk.ask_folder(Texts("addin", desk.language)("ask_new"), start)
    if folder is None:
        raise GivenUp
    return folder


def _begun(desk: Desk, folder: Path, path: Path) -> Done:
    place.remember(folder)
    desk.show(path)
    return Done(Texts("addin", desk.language)("done_new", path=path), path)


def issue(campaign: Campaign, desk: Desk) -> Done:
    """*Emetti schede*: one workbook a sector. A round that is approved is issued again only when the user says so."""
    say = Texts("addin", desk.language)
    round = choosing.round_of(campaign, desk, _planned(campaign, desk), always=True)
    approval = choosing.approvals_of(campaign, desk).get(round)
    if approval and not desk.ask_yes(say("ask_issue_approved", round=round.name(desk.language), act=approval.act)):
        raise GivenUp
    made = issue_forms(campaign, round, sectors=[], language=desk.language, progress=desk.progress, anyway=approval is not None)
    folder = campaign.folder / "emesse" / round
    desk.show(folder)
    text = say("done_issue", count=len(made.paths), folder=folder, back=campaign.folder / "ricevute" / round)
    return Done(text, folder, made.findings)


def _planned(campaign: Campaign, desk: Desk) -> list[Round]:
    """The rounds that the plan lists."""
    plan, _ = plan_of(campaign, desk.language)
    listed = list(Rounds.of(plan)) if plan["rounds"] else []
    if not listed:
        raise CannotRun(Texts("addin", desk.language)("no_rounds", path=campaign.plan))
    return listed


def extend(campaign: Campaign, desk: Desk) -> Done:
    """*Proroga*: more time for all sectors or for one; those that have not answered get their form anew."""
    from perfxl.workflow import extend as stage

    say = Texts("addin", desk.language)
    plan, _ = plan_of(campaign, desk.language)
    rounds = choosing.issued_rounds(campaign, desk)
    field = choosing.round_field(campaign, desk, rounds)
    deadline = Rounds.of(plan)[field.value].deadline
    until = max(date.fromisoformat(deadline) if deadline else date.today(), date.today()) + timedelta(days=LATER)
    sectors = (("", say("all_sectors")), *((s["code"], f"{s['code']} {s['name']}") for s in plan["sectors"]))
    said = choosing.asked(desk, say("button_extend"), text=say("ask_extend"), fields=(
        field, choosing.day_field(desk, "until", until), Field("sector", say("field_sector"), kind="choice", value="",
            options=sectors)), agree="button_extend")
    done = stage.extend(campaign, said["round"], to=said["until"], sectors=[said["sector"]] if said["sector"] else [],
                        language=desk.language, today=date.today(),
                        progress=desk.progress)
    folder = campaign.folder / "emesse" / said["round"]
    text = say("done_extend", day=f"{said['until']:%d/%m/%Y}", sectors=", ".join(done.sectors) or say("nobody_waits"))
    return Done(text, folder, done.issued.findings if done.issued else ())
