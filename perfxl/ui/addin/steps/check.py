"""*Controlla*: every finding in a list, and the marked copies."""

from perfxl.campaign import Campaign, open_files
from perfxl.model.findings import counts
from perfxl.model.texts import Texts
from perfxl.ui.addin import list_workbook
from perfxl.ui.addin.desk import Desk, Done
from perfxl.ui.addin.show_list import show_list
from perfxl.workflow import check as inspection


def press(campaign: Campaign, desk: Desk) -> Done:
    """*Controlla*: every finding in a list, and the marked copies for the sectors."""
    say = Texts("addin", desk.language)
    inspected = inspection.inspect([campaign.folder], desk.language, desk.progress)
    marked = inspection.write_marked(inspected, campaign.folder / "segnate", desk.language)
    path = show_list(campaign, "rilievi.xlsx", list_workbook.findings(inspected.findings, desk.language), desk)
    text = say("done_check", files=len(inspected.files), **counts(inspected.findings))
    if marked.written:
        text += "\n" + say("done_marked", count=len(marked.written), folder=campaign.folder / "segnate")
    text += "".join("\n" + open_files.left_untouched_message(path, desk.language) for path in marked.open)
    return Done(text, path, tuple(inspected.findings))
