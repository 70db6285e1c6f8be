"""*Approva*: a round frozen with its act."""

from datetime import date

from perfxl.campaign import Campaign
from perfxl.campaign import register as records
from perfxl.campaign.register.words import act_of
from perfxl.model.texts import Texts
from perfxl.ui.addin import current_campaign
from perfxl.ui.addin.desk import Desk, Done, GivenUp
from perfxl.ui.addin.questions import Field, Question
from perfxl.workflow import register_updates
from perfxl.workflow.current_document import current_document
from perfxl.workflow.running import CannotRun


def press(campaign: Campaign, desk: Desk) -> Done:
    """*Approva*: a round frozen with its act; the next one begins from it. What is still open is shown before."""
    say, known = Texts("addin", desk.language), current_campaign.approvals_of(campaign, desk)
    rounds = current_campaign.consolidated_rounds(campaign, desk)
    first = next((r for r in rounds if r not in known), rounds[-1])
    said = current_campaign.ask_fields(desk, say("button_approve"), text=say("ask_approve"), fields=(
        current_campaign.round_field(campaign, desk, rounds, first), Field("act", say("field_act")), current_campaign.day_field(desk, "act_date", date.today())),
        agree="button_approve")
    round, act = rounds[rounds.index(said["round"])], said["act"].strip()
    if not act:
        raise CannotRun(say("act_missing"))
    document = current_document(campaign, round, desk.language, draft=True).document
    left = records.open_lines(records.still_open(document, round), desk.language)
    question = [say("ask_approve_sure", round=round.name(desk.language), act=act_of(act, said["act_date"].isoformat(), desk.language))]
    if round in known:
        question.insert(0, say("ask_approve_again", act=known[round].act))
    if left:
        question += [say("approve_open", count=len(left)), *left]
    if desk.ask(Question(say("button_approve"), "\n".join(question), fields=(), agree=say("button_approve"),
                         refuse=say("give_up"))) is None:
        raise GivenUp
    with register_updates.open_register(campaign, desk.language, CannotRun) as register:
        approval = records.approve(register, campaign, round=round, act=act, date=said["act_date"], anyway=bool(left),
                                   correct=round in known)
    return Done(Texts("cli", desk.language)("approve_done", path=campaign.folder / approval.file, digest=approval.digest))
