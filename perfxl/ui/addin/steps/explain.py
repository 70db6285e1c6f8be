"""*Spiega*: how the chosen figure comes about."""

from typing import Any

from perfxl.campaign import Campaign
from perfxl.model import explain as stage
from perfxl.model.texts import Texts
from perfxl.ui.addin import current_campaign, figure
from perfxl.ui.addin.desk import Desk, Done
from perfxl.ui.addin.questions import Field
from perfxl.workflow.current_document import CurrentDocument, current_document
from perfxl.workflow.running import CannotRun


def press(campaign: Campaign, desk: Desk) -> Done:
    """*Spiega*: the sentence for the figure that is chosen in the open workbook; else the user says which."""
    say = Texts("addin", desk.language)
    rounds = current_campaign.consolidated_rounds(campaign, desk)
    round = current_campaign.here(campaign, desk)
    of = current_document(campaign, round if round in rounds else rounds[-1], desk.language)
    shown = figure.at(of.document, desk.active, *desk.selected) if round in rounds and desk.active and desk.active.is_file() else None
    sentence = None
    if shown:
        of, document = _at(campaign, of, round=shown.round, consolidated=shown.round in rounds, language=desk.language)
        sentence = stage.explain(document, shown.what, desk.language)
    if sentence is None:
        options = figure.choices(of.document, desk.language)
        said = current_campaign.ask_fields(desk, say("button_explain"), text=say("ask_explain"), fields=(
            current_campaign.round_field(campaign, desk, rounds), Field("what", say("field_figure"), kind="choice",
                value=options[0][0], options=options)), agree="button_explain")
        of = current_document(campaign, said["round"], desk.language)
        sentence = stage.explain(of.document, said["what"], desk.language)
        if sentence is None:
            raise CannotRun(Texts("cli", desk.language)("nothing_to_explain", what=said["what"]))
    return Done("\n\n".join([sentence, *of.words(desk.language)]))


def _at(campaign: Campaign, of: CurrentDocument, round: str, consolidated: bool, language: str) -> tuple[CurrentDocument, dict[str, Any]]:
    """The document in front of the user as it shows ``round``: the one consolidated then, which knows the cells, where there is one
    with the same outcomes."""
    if round == of.document["round"]:
        return of, of.document
    then = current_document(campaign, round, language) if consolidated else None
    if then and then.document["outcomes"].get(round) == of.document["outcomes"].get(round):
        return then, then.document
    return of, {**of.document, "round": str(round)}
