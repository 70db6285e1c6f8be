"""The buttons of the outcomes: explained, approved, told in a report, published, handed to the board."""

from datetime import date

from perfxl.campaign import Campaign
from perfxl.model.texts import Texts
from perfxl.ui.addin import choosing, figure
from perfxl.ui.addin.desk import Desk, Done, GivenUp
from perfxl.ui.addin.questions import Field, Question
from perfxl.workflow.running import CannotRun
from perfxl.workflow.standing import standing

#: Findings that a dialog lists before something is published.
LISTED = 30


def explain(campaign: Campaign, desk: Desk) -> Done:
    """*Spiega*: the sentence for the figure that is chosen in the open workbook; else the user says which."""
    from perfxl.model import explain as stage

    say = Texts("addin", desk.language)
    rounds = choosing.consolidated_rounds(campaign, desk)
    round, known = choosing.here(campaign, desk), None
    if round in rounds and desk.active:
        known = figure.at(desk.active, *desk.selected)
    round = round if round in rounds else rounds[-1]
    document = standing(campaign, round, desk.language).document
    sentence = stage.explain(document, known, desk.language) if known else None
    if sentence is None:
        options = figure.choices(document, desk.language)
        said = choosing.asked(desk, say("button_explain"), say("ask_explain"), (
            choosing.round_field(campaign, desk, rounds), Field("what", say("field_figure"), "choice", options[0][0], options)), "button_explain")
        document = standing(campaign, said["round"], desk.language).document
        sentence = stage.explain(document, said["what"], desk.language)
        if sentence is None:
            raise CannotRun(Texts("cli", desk.language)("nothing_to_explain", what=said["what"]))
    return Done(sentence)


def approve(campaign: Campaign, desk: Desk) -> Done:
    """*Approva*: a round frozen with its act; the next one begins from it."""
    from perfxl.campaign.register import approve as freeze
    from perfxl.workflow import register_updates
    from perfxl.workflow.standing import approved

    say, known = Texts("addin", desk.language), approved(campaign, desk.language)
    rounds = choosing.consolidated_rounds(campaign, desk)
    first = next((r for r in rounds if r not in known), rounds[-1])
    said = choosing.asked(desk, say("button_approve"), say("ask_approve"), (
        choosing.round_field(campaign, desk, rounds, first), Field("act", say("field_act")), choosing.day_field(desk, "act_date", date.today())),
        "button_approve")
    if not said["act"].strip():
        raise CannotRun(say("act_missing"))
    if not desk.ask_yes(say("ask_approve_sure", round=rounds[rounds.index(said["round"])].name(desk.language), act=said["act"].strip(),
                            day=f"{said['act_date']:%d/%m/%Y}")):
        raise GivenUp
    with register_updates.opened(campaign, desk.language, CannotRun) as register:
        approval = freeze(register, campaign, said["round"], said["act"], said["act_date"])
    return Done(Texts("cli", desk.language)("approve_done", path=campaign.folder / approval.file, digest=approval.digest))


def report(campaign: Campaign, desk: Desk) -> Done:
    """*Relazione*: the Word document of a round, or its short version for citizens, and its PDF."""
    from perfxl.workflow.report import report as write_report
    from perfxl.workflow.report import short_version

    say = Texts("addin", desk.language)
    rounds = choosing.consolidated_rounds(campaign, desk)
    kinds = (("report", say("kind_report")), ("citizens", say("kind_citizens")))
    said = choosing.asked(desk, say("button_report"), "", (
        choosing.round_field(campaign, desk, rounds), Field("kind", say("field_kind"), "choice", "report", kinds),
        Field("pdf", say("field_pdf"), "yes")), "write_it")
    make = short_version if said["kind"] == "citizens" else write_report
    made = make(campaign, said["round"], desk.language, bool(said["pdf"]))
    for path in made.paths:
        desk.show(path)
    listed = [f.message(desk.language) for f in made.findings[:3]]
    return Done("\n\n".join([say("done_report", path="\n".join(map(str, made.paths))), *listed]), made.paths[0], made.findings)


def publish(campaign: Campaign, desk: Desk) -> Done:
    """*Pubblica*: the open data of a round; what looks personal is shown first."""
    from perfxl.stages.publish.package import LICENCES
    from perfxl.workflow.publish import publish as publish_round

    say, told = Texts("addin", desk.language), Texts("cli", desk.language)
    rounds = choosing.consolidated_rounds(campaign, desk)
    said = choosing.asked(desk, say("button_publish"), say("ask_publish"), (
        choosing.round_field(campaign, desk, rounds),
        Field("licence", say("field_licence"), "choice", next(iter(LICENCES)), tuple((name, name) for name in LICENCES))), "write_it")
    done = publish_round(campaign, said["round"], desk.language, said["licence"], False)
    if not done.paths:
        lines = [f.message(desk.language) for f in done.findings[:LISTED]]
        text = "\n\n".join([say("ask_cleared", count=len(done.findings)), *lines])
        if desk.ask(Question(say("button_publish"), text, (), say("cleared"), say("give_up"))) is None:
            raise GivenUp
        done = publish_round(campaign, said["round"], desk.language, said["licence"], True)
    folder = done.paths[0].parent
    desk.show(folder)
    text = told("publish_done", page=folder / "index.html", folder=folder, licence=said["licence"],
                count=sum(p.suffix != ".html" for p in done.paths))
    return Done(text + "\n" + told("publish_limits"), folder, done.findings)


def bundle(campaign: Campaign, desk: Desk) -> Done:
    """*Archivio*: everything of a round for the evaluation board, in one file that proves itself."""
    from perfxl.workflow.bundle import bundle as write_bundle

    rounds = [r for r in choosing.consolidated_rounds(campaign, desk) if r.reports]
    if not rounds:
        raise CannotRun(Texts("cli", desk.language)("bundle_no_outcomes", folder=campaign.folder))
    round = choosing.round_of(campaign, desk, rounds)
    made = write_bundle(campaign, round, desk.language)
    desk.show(made.path.parent)
    return Done(Texts("cli", desk.language)("bundle_done", path=made.path, licence=made.licence), made.path)
