"""*Relazione*: the Word document of a round and its PDF."""

from collections.abc import Callable

from perfxl.campaign import Campaign
from perfxl.model.texts import Texts
from perfxl.ui.addin import current_campaign
from perfxl.ui.addin.desk import Desk, Done
from perfxl.ui.addin.questions import Field
from perfxl.workflow.report import Report, Short, piao, short_version
from perfxl.workflow.report import report as write_report


def press(campaign: Campaign, desk: Desk) -> Done:
    """*Relazione*: the Word document of a round, its short version for citizens or the chapter of the integrated plan, and its PDF."""
    say = Texts("addin", desk.language)
    rounds = current_campaign.consolidated_rounds(campaign, desk)
    kinds = (("report", say("kind_report")), ("citizens", say("kind_citizens")), ("piao", say("kind_piao")))
    said = current_campaign.ask_fields(desk, say("button_report"), text="", fields=(
        current_campaign.round_field(campaign, desk, rounds), Field("kind", say("field_kind"), kind="choice", value="report", options=kinds),
        Field("pdf", say("field_pdf"), "yes")), agree="write_it")
    makers: dict[str, Callable[..., Report | Short]] = {"citizens": short_version, "piao": piao}
    made = makers.get(said["kind"], write_report)(campaign, said["round"], desk.language, bool(said["pdf"]), renewed=desk.renews)
    for path in made.paths:
        desk.show(path)
    listed = [*made.made_of, *(f.message(desk.language) for f in made.findings[:3])]
    return Done("\n\n".join([say("done_report", path="\n".join(map(str, made.paths))), *listed]), made.paths[0], made.findings)
