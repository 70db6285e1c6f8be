"""The buttons of the outcomes: explained, approved, told in a report, published, handed to the board."""

from datetime import date

from perfxl.campaign import Campaign
from perfxl.campaign.register.words import act_of
from perfxl.model.texts import Texts
from perfxl.ui.addin import choosing, figure
from perfxl.ui.addin.desk import Desk, Done, GivenUp
from perfxl.ui.addin.questions import Field, Question
from perfxl.workflow.running import CannotRun
from perfxl.workflow.standing import Standing, standing

#: Findings that a dialog lists before something is published.
LISTED = 30


def explain(campaign: Campaign, desk: Desk) -> Done:
    """*Spiega*: the sentence for the figure that is chosen in the open workbook; else the user says which."""
    from perfxl.model import explain as stage

    say = Texts("addin", desk.language)
    rounds = choosing.consolidated_rounds(campaign, desk)
    round = choosing.here(campaign, desk)
    of = standing(campaign, round if round in rounds else rounds[-1], desk.language)
    shown = figure.at(of.document, desk.active, *desk.selected) if round in rounds and desk.active and desk.active.is_file() else None
    sentence = None
    if shown:
        of, document = _at(campaign, of, round=shown.round, consolidated=shown.round in rounds, language=desk.language)
        sentence = stage.explain(document, shown.what, desk.language)
    if sentence is None:
        options = figure.choices(of.document, desk.language)
        said = choosing.asked(desk, say("button_explain"), text=say("ask_explain"), fields=(
            choosing.round_field(campaign, desk, rounds), Field("what", say("field_figure"), kind="choice",
                value=options[0][0], options=options)), agree="button_explain")
        of = standing(campaign, said["round"], desk.language)
        sentence = stage.explain(of.document, said["what"], desk.language)
        if sentence is None:
            raise CannotRun(Texts("cli", desk.language)("nothing_to_explain", what=said["what"]))
    return Done("\n\n".join([sentence, *of.words(desk.language)]))


def _at(campaign: Campaign, of: Standing, round: str, consolidated: bool, language: str) -> tuple[Standing, dict]:
    """The document in front of the user as it shows ``round``: the one consolidated then, which knows the cells, where there is one
    with the same outcomes."""
    if round == of.document["round"]:
        return of, of.document
    then = standing(campaign, round, language) if consolidated else None
    if then and then.document["outcomes"].get(round) == of.document["outcomes"].get(round):
        return then, then.document
    return of, {**of.document, "round": str(round)}


def approve(campaign: Campaign, desk: Desk) -> Done:
    """*Approva*: a round frozen with its act; the next one begins from it. What is still open is shown before."""
    from perfxl.campaign import register as records
    from perfxl.workflow import register_updates

    say, known = Texts("addin", desk.language), choosing.approvals_of(campaign, desk)
    rounds = choosing.consolidated_rounds(campaign, desk)
    first = next((r for r in rounds if r not in known), rounds[-1])
    said = choosing.asked(desk, say("button_approve"), text=say("ask_approve"), fields=(
        choosing.round_field(campaign, desk, rounds, first), Field("act", say("field_act")), choosing.day_field(desk, "act_date", date.today())),
        agree="button_approve")
    round, act = rounds[rounds.index(said["round"])], said["act"].strip()
    if not act:
        raise CannotRun(say("act_missing"))
    document = standing(campaign, round, desk.language, draft=True).document
    left = records.open_lines(records.still_open(document, round), desk.language)
    question = [say("ask_approve_sure", round=round.name(desk.language), act=act_of(act, said["act_date"].isoformat(), desk.language))]
    if round in known:
        question.insert(0, say("ask_approve_again", act=known[round].act))
    if left:
        question += [say("approve_open", count=len(left)), *left]
    if desk.ask(Question(say("button_approve"), "\n".join(question), fields=(), agree=say("button_approve"),
                         refuse=say("give_up"))) is None:
        raise GivenUp
    with register_updates.opened(campaign, desk.language, CannotRun) as register:
        approval = records.approve(register, campaign, round=round, act=act, date=said["act_date"], anyway=bool(left),
                                   correct=round in known)
    return Done(Texts("cli", desk.language)("approve_done", path=campaign.folder / approval.file, digest=approval.digest))


def report(campaign: Campaign, desk: Desk) -> Done:
    """*Relazione*: the Word document of a round, or its short version for citizens, and its PDF."""
    from perfxl.workflow.report import report as write_report
    from perfxl.workflow.report import short_version

    say = Texts("addin", desk.language)
    rounds = choosing.consolidated_rounds(campaign, desk)
    kinds = (("report", say("kind_report")), ("citizens", say("kind_citizens")))
    said = choosing.asked(desk, say("button_report"), text="", fields=(
        choosing.round_field(campaign, desk, rounds), Field("kind", say("field_kind"), kind="choice", value="report", options=kinds),
        Field("pdf", say("field_pdf"), "yes")), agree="write_it")
    make = short_version if said["kind"] == "citizens" else write_report
    made = make(campaign, said["round"], desk.language, bool(said["pdf"]), renewed=desk.renews)
    for path in made.paths:
        desk.show(path)
    listed = [*made.told, *(f.message(desk.language) for f in made.findings[:3])]
    return Done("\n\n".join([say("done_report", path="\n".join(map(str, made.paths))), *listed]), made.paths[0], made.findings)


def publish(campaign: Campaign, desk: Desk) -> Done:
    """*Pubblica*: the open data of a round; what looks personal is shown first."""
    from perfxl.stages.publish.package import LICENCES
    from perfxl.workflow.publish import publish as publish_round

    say, told = Texts("addin", desk.language), Texts("cli", desk.language)
    rounds = choosing.consolidated_rounds(campaign, desk)
    said = choosing.asked(desk, say("button_publish"), text=say("ask_publish"), fields=(
        choosing.round_field(campaign, desk, rounds),
        Field("licence", say("field_licence"), kind="choice", value=next(iter(LICENCES)),
              options=tuple((name, name) for name in LICENCES))), agree="write_it")
    done = publish_round(campaign, said["round"], language=desk.language, licence=said["licence"], cleared=False)
    if not done.paths:
        lines = [f.message(desk.language) for f in done.findings[:LISTED]]
        text = "\n\n".join([say("ask_cleared", count=len(done.findings)), *lines])
        if desk.ask(Question(say("button_publish"), text, fields=(), agree=say("cleared"), refuse=say("give_up"))) is None:
            raise GivenUp
        done = publish_round(campaign, said["round"], language=desk.language, licence=said["licence"], cleared=True)
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
