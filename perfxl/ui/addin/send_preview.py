"""What would leave and to whom, shown before it leaves."""

from collections.abc import Callable

from perfxl.campaign import Campaign
from perfxl.model.texts import Texts
from perfxl.stages.mail.settings import settings
from perfxl.ui.addin.desk import Desk, Done, GivenUp
from perfxl.ui.addin.questions import Question
from perfxl.workflow import delivery
from perfxl.workflow.delivery import Post
from perfxl.workflow.plan_workbook import plan_of


def send_once_seen(campaign: Campaign, desk: Desk, round: str, way: Callable[[bool], Post]) -> Done:
    """Show what would leave and to whom; let it leave when the user agrees. ``way``: makes the post, for a trial or in earnest."""
    say, words = Texts("addin", desk.language), Texts("mail", desk.language)
    trial = way(True)
    ready = [p.outgoing for p in trial.messages if p.state == "ready"]
    rest = [say("post_line", sector=p.outgoing.sector, to=words(f"state_{p.state}"), subject=p.outgoing.subject)
            for p in trial.messages if p.state != "ready"]
    wrong = [f.message(desk.language) for f in trial.findings]
    if not ready:
        return Done("\n".join([say("post_nothing"), *rest, *wrong]), None, tuple(trial.findings))
    plan, _ = plan_of(campaign, desk.language)
    drafts = settings(plan).way != "smtp"
    lines = [say("post_line", sector=o.sector, to=", ".join(o.receivers), subject=o.subject) for o in ready]
    question = say("ask_post_drafts" if drafts else "ask_post", count=len(ready))
    text = "\n".join([question, *lines, *rest, *wrong])
    if desk.ask(Question(say("button_send"), text, fields=(), agree=say("post_drafts" if drafts else "post_now"),
                         refuse=say("give_up"))) is None:
        raise GivenUp
    done = way(False)
    new = sum(p.state in ("drafted", "sent") for p in done.messages)
    said = [words("post_done", new=new, count=len(done.messages)), *(f.message(desk.language) for f in done.findings)]
    folder = campaign.folder / delivery.FOLDER / round
    if any(p.path for p in done.messages):
        said.insert(1, words("post_drafts", folder=folder))
        desk.show(folder)
    if done.box:
        said.insert(1, words("post_box", account=done.box[0], folder=done.box[1]))
    return Done("\n".join(said), folder if folder.is_dir() else None, tuple(done.findings))
