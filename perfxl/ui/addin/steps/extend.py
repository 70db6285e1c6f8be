"""*Proroga*: more time for all sectors or for one."""

from datetime import date, timedelta

from perfxl.campaign import Campaign
from perfxl.model.rounds import Rounds
from perfxl.model.texts import Texts
from perfxl.ui.addin import current_campaign
from perfxl.ui.addin.desk import Desk, Done
from perfxl.ui.addin.questions import Field
from perfxl.workflow.extend import extend
from perfxl.workflow.plan_workbook import plan_of

#: How much later a deadline is offered, in days.
LATER = 15


def press(campaign: Campaign, desk: Desk) -> Done:
    """*Proroga*: more time for all sectors or for one; those that have not answered get their form anew."""
    say = Texts("addin", desk.language)
    plan, _ = plan_of(campaign, desk.language)
    rounds = current_campaign.issued_rounds(campaign, desk)
    field = current_campaign.round_field(campaign, desk, rounds)
    deadline = Rounds.from_plan(plan)[field.value].deadline
    until = max(date.fromisoformat(deadline) if deadline else date.today(), date.today()) + timedelta(days=LATER)
    sectors = (("", say("all_sectors")), *((s["code"], f"{s['code']} {s['name']}") for s in plan["sectors"]))
    said = current_campaign.ask_fields(desk, say("button_extend"), text=say("ask_extend"), fields=(
        field, current_campaign.day_field(desk, "until", until), Field("sector", say("field_sector"), kind="choice", value="",
            options=sectors)), agree="button_extend")
    done = extend(campaign, said["round"], to=said["until"], sectors=[said["sector"]] if said["sector"] else [], language=desk.language,
                  today=date.today(), progress=desk.progress)
    folder = campaign.folder / "emesse" / said["round"]
    text = say("done_extend", day=f"{said['until']:%d/%m/%Y}", sectors=", ".join(done.sectors) or say("nobody_waits"))
    return Done(text, folder, done.issued.findings if done.issued else ())
