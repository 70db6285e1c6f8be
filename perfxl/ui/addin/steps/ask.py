"""*Chiedi*: the questions that wait in the consolidated workbook."""

from perfxl.campaign import Campaign
from perfxl.model.texts import Texts
from perfxl.ui.addin import current_campaign
from perfxl.ui.addin.desk import Desk, Done
from perfxl.ui.addin.open_result import OpenResult
from perfxl.workflow import ask as asking
from perfxl.workflow.running import CannotRun


def press(campaign: Campaign, desk: Desk) -> Done:
    """*Chiedi*: the questions that wait in the consolidated workbook, one workbook a sector."""
    say, words = Texts("addin", desk.language), Texts("cli", desk.language)
    round = current_campaign.round_of(campaign, desk, current_campaign.issued_rounds(campaign, desk))
    with OpenResult(campaign, round, desk) as result:
        questions = asking.ask(campaign, round, sectors=[], language=desk.language, progress=desk.progress)
        result.show(questions.run)
    if not questions.paths:
        raise CannotRun(say("ask_no_questions"))
    folder = questions.paths[0].parent
    desk.show(folder)
    text = say("done_ask", count=len(questions.paths), questions=questions.questions, folder=folder)
    return Done("\n".join([text, *([words("ask_left", left=questions.left)] if questions.left else [])]), folder, questions.run.findings)
