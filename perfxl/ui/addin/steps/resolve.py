"""*Risolvi*: the conflicts of a round, each with its answers to choose among."""

from pathlib import Path
from typing import Any

from perfxl.campaign import Campaign
from perfxl.model.texts import Texts
from perfxl.stages.merge.answers import Conflict
from perfxl.ui.addin import current_campaign
from perfxl.ui.addin.desk import Desk, Done, GivenUp
from perfxl.ui.addin.questions import Field
from perfxl.workflow import resolve as resolving


def press(campaign: Campaign, desk: Desk) -> Done:
    """*Risolvi*: the conflicts of a round one after the other, each with its answers to choose among."""
    say = Texts("addin", desk.language)
    round = current_campaign.round_of(campaign, desk, current_campaign.issued_rounds(campaign, desk))
    waiting = resolving.waiting(campaign, round, desk.language)
    if not waiting:
        return Done(Texts("cli", desk.language)("resolve_none"))
    made = 0
    for number, (sector, conflict, listed) in enumerate(waiting, 1):
        try:
            said = _chosen(desk, sector, conflict=conflict, listed=listed, number=say("conflict_number", number=number, count=len(waiting)))
        except GivenUp:
            break
        if said["choice"] == "later":
            continue
        typed = said["other"] if said["choice"] == "other" else None
        resolving.choose(campaign, round, key=conflict.key, choice=None if typed is not None else said["choice"], value=typed,
                         sector=sector, by=said["by"], note=said["note"],
                         language=desk.language)
        made += 1
    if not made:
        raise GivenUp
    return Done(say("done_resolve", made=made, count=len(waiting)))


def _chosen(desk: Desk, sector: str, conflict: Conflict, listed: dict[str, Any], number: str) -> dict[str, Any]:
    """What the user chooses on one conflict."""
    say = Texts("addin", desk.language)
    answers = [(str(k), say("conflict_answer", value=a["value"], file=Path(a["file"]).name, cell=a.get("cell", "")).strip())
               for k, a in enumerate(listed["answers"], 1)]
    options = (*answers, ("0", say("conflict_issued", value=listed["base"])))
    if conflict.kind == "value":
        options = (*options, ("other", say("conflict_other")))
    options = (*options, ("later", say("conflict_later")))
    fields = [Field("choice", say("field_choice"), kind="choice", value="later", options=options)]
    if conflict.kind == "value":
        fields.append(Field("other", say("field_other")))
    fields += [Field("by", say("field_by")), Field("note", say("field_note"))]
    about = listed.get("field") or conflict.title.get(desk.language, "")
    text = "\n".join([number, say("conflict_about", sector=sector, key=conflict.key, field=about)])
    return current_campaign.ask_fields(desk, say("button_resolve"), text=text, fields=tuple(fields), agree="go_on")
