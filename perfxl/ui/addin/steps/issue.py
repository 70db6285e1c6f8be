"""*Emetti schede*: one workbook a sector."""

from perfxl.campaign import Campaign
from perfxl.model.rounds import Round, Rounds
from perfxl.model.texts import Texts
from perfxl.ui.addin import current_campaign
from perfxl.ui.addin.desk import Desk, Done, GivenUp
from perfxl.workflow.issue import issue as issue_forms
from perfxl.workflow.plan_workbook import plan_of, shown_sheets_message
from perfxl.workflow.running import CannotRun


def press(campaign: Campaign, desk: Desk) -> Done:
    """*Emetti schede*: one workbook a sector. A round that is approved is issued again only when the user says so."""
    say = Texts("addin", desk.language)
    round = current_campaign.round_of(campaign, desk, _planned(campaign, desk), always=True)
    approval = current_campaign.approvals_of(campaign, desk).get(round)
    if approval and not desk.ask_yes(say("ask_issue_approved", round=round.name(desk.language), act=approval.act)):
        raise GivenUp
    made = issue_forms(campaign, round, sectors=[], language=desk.language, progress=desk.progress, anyway=approval is not None,
                       reveal=desk.reveal)
    folder = campaign.folder / "emesse" / round
    desk.show(folder)
    text = say("done_issue", count=len(made.paths), folder=folder, back=campaign.folder / "ricevute" / round)
    if made.coming.sheets:
        text = f"{text}\n\n{shown_sheets_message(made.coming, desk.language)}"
    return Done(text, folder, made.findings)


def _planned(campaign: Campaign, desk: Desk) -> list[Round]:
    """The rounds that the plan lists."""
    plan, _ = plan_of(campaign, desk.language)
    listed = list(Rounds.from_plan(plan)) if plan["rounds"] else []
    if not listed:
        raise CannotRun(Texts("addin", desk.language)("no_rounds", path=campaign.plan))
    return listed
