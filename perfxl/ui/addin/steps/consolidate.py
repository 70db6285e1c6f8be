"""*Consolida*: the consolidated workbook."""

from perfxl.campaign import Campaign
from perfxl.model.arithmetic import percent_text
from perfxl.model.findings import counts
from perfxl.model.texts import Texts
from perfxl.ui.addin import current_campaign
from perfxl.ui.addin.desk import Desk, Done
from perfxl.ui.addin.open_result import OpenResult
from perfxl.workflow.consolidate import consolidate as consolidate_round


def press(campaign: Campaign, desk: Desk) -> Done:
    """*Consolida*: the consolidated workbook, made or renewed where it is open."""
    say, words = Texts("addin", desk.language), Texts("cli", desk.language)
    round = current_campaign.round_of(campaign, desk, current_campaign.issued_rounds(campaign, desk))
    with OpenResult(campaign, round, desk) as result:
        run = result.show(consolidate_round(campaign, round, desk.language, desk.progress))
    summary = run.summary()
    text = words("returned", returned=len(summary["returned"]), issued=len(summary["issued"]),
                missing=", ".join(summary["missing"]) or words("nobody"))
    if summary["body"] is not None:
        number = percent_text(summary["body"], summary["decimals"], desk.language)
        text = say("done_outcome", outcome=number) + "\n" + text
    lines = [text, say("done_findings", **counts(run.findings)), *(say("copy_kept", path=path) for path in result.kept)]
    return Done("\n".join(lines), run.workbook, run.findings)
