"""The buttons of the mail: forms, receipts and questions sent, sectors reminded, what came back collected."""

from collections.abc import Callable
from datetime import date

from perfxl.campaign import Campaign
from perfxl.model.texts import Texts
from perfxl.ui.addin import choosing
from perfxl.ui.addin.desk import Desk, Done, GivenUp
from perfxl.ui.addin.questions import Field, Question
from perfxl.workflow.plan_workbook import plan_of

#: What can be sent, by the word of the command; or else said of the drafts that were prepared.
KINDS = ("forms", "receipts", "questions", "done")


def send(campaign: Campaign, desk: Desk) -> Done:
    """*Invia*: what there is to send in a round, once the user has seen to whom it goes; or that the drafts have been sent."""
    from perfxl.workflow import send as posting

    say = Texts("addin", desk.language)
    what = Field("what", say("field_what"), kind="choice", value="forms", options=tuple((k, say(f"send_{k}")) for k in KINDS))
    said = choosing.asked(desk, say("button_send"), text=say("ask_send"),
                          fields=(choosing.round_field(campaign, desk, choosing.issued_rounds(campaign, desk)), what), agree="go_on")
    if said["what"] == "done":
        return _said_sent(campaign, desk, said["round"])
    way = {"forms": posting.send_forms, "receipts": posting.send_receipts, "questions": posting.send_questions}[said["what"]]
    return _post(campaign, desk, said["round"], lambda dry: way(campaign, said["round"], sectors=[], language=desk.language, dry_run=dry))


def _said_sent(campaign: Campaign, desk: Desk, round: str) -> Done:
    """Take the user's word that all drafts of a round were sent."""
    from perfxl.workflow import drafts

    told = drafts.done(campaign, round, (), desk.language)
    return Done(Texts("mail", desk.language)("post_said", count=len(told)), None, ())


def remind(campaign: Campaign, desk: Desk) -> Done:
    """*Sollecita*: a reminder to each sector that has not answered, once the user has seen to whom."""
    from perfxl.workflow import send as posting

    round = choosing.round_of(campaign, desk, choosing.issued_rounds(campaign, desk))
    return _post(campaign, desk, round, lambda dry: posting.remind(campaign, round, sectors=[], language=desk.language,
        today=date.today(), dry_run=dry))


def _post(campaign: Campaign, desk: Desk, round: str, way: Callable) -> Done:
    """Show what would leave and to whom; let it leave when the user agrees. ``way``: makes the post, for a trial or in earnest."""
    from perfxl.stages.mail.settings import settings
    from perfxl.workflow import send as posting

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
    folder = campaign.folder / posting.FOLDER / round
    if any(p.path for p in done.messages):
        said.insert(1, words("post_drafts", folder=folder))
        desk.show(folder)
    if done.box:
        said.insert(1, words("post_box", account=done.box[0], folder=done.box[1]))
    return Done("\n".join(said), folder if folder.is_dir() else None, tuple(done.findings))


def collect(campaign: Campaign, desk: Desk) -> Done:
    """*Raccogli*: what came back, from the mailbox of the plan or from a folder. The originals stay where they are."""
    from perfxl.stages.mail.settings import settings
    from perfxl.workflow import collect as fetching

    say, told = Texts("addin", desk.language), Texts("mail", desk.language)
    arrivals = campaign.folder / fetching.ARRIVALS
    plan, _ = plan_of(campaign, desk.language)
    box = settings(plan).imap
    sources = []
    if box is None or not _from_box(desk, box.user):
        source = desk.ask_folder(say("ask_returns"), arrivals if arrivals.is_dir() else None)
        if source is None:
            raise GivenUp
        sources = [source]
    found = fetching.collect(campaign, sources, desk.language, desk.progress)
    new = sum(t.became == "return" and not t.known for t in found.taken)
    text = told("collect_done", looked=found.looked, new=new, known=sum(t.known for t in found.taken),
                aside=sum(t.became == "aside" and not t.known for t in found.taken))
    desk.show(campaign.folder / "ricevute")
    return Done("\n\n".join([text, *(f.message(desk.language) for f in found.findings[:3]), say("then_check")]),
                campaign.folder / "ricevute", tuple(found.findings))


def _from_box(desk: Desk, account: str) -> bool:
    say = Texts("addin", desk.language)
    options = (("box", say("from_box", account=account)), ("folder", say("from_folder")))
    said = choosing.asked(desk, say("button_collect"), text=say("ask_collect"),
                          fields=(Field("where", say("field_where"), kind="choice", value="box", options=options),), agree="go_on")
    return said["where"] == "box"
