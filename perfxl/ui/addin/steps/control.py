"""The buttons of the control: returns checked, consolidated, conflicts resolved, questions asked."""

from pathlib import Path

from perfxl.campaign import Campaign, open_files
from perfxl.model.arithmetic import percent_text
from perfxl.model.findings import counts
from perfxl.model.texts import Texts
from perfxl.ui.addin import choosing, listing
from perfxl.ui.addin.desk import Desk, Done, GivenUp
from perfxl.ui.addin.questions import Field
from perfxl.ui.addin.steps.showing import show_list
from perfxl.workflow.consolidate import Run
from perfxl.workflow.consolidate import consolidate as consolidate_round
from perfxl.workflow.running import CannotRun


def check(campaign: Campaign, desk: Desk) -> Done:
    """*Controlla*: every finding in a list, and the marked copies for the sectors."""
    from perfxl.workflow import check as inspection

    say = Texts("addin", desk.language)
    found = inspection.inspect([campaign.folder], desk.language, desk.progress)
    marked = inspection.write_marked(found, campaign.folder / "segnate", desk.language)
    path = show_list(campaign, "rilievi.xlsx", listing.findings(found.findings, desk.language), desk)
    text = say("done_check", files=len(found.files), **counts(found.findings))
    if marked.written:
        text += "\n" + say("done_marked", count=len(marked.written), folder=campaign.folder / "segnate")
    text += "".join("\n" + open_files.untouched(path, desk.language) for path in marked.open)
    return Done(text, path, tuple(found.findings))


def consolidate(campaign: Campaign, desk: Desk) -> Done:
    """*Consolida*: the consolidated workbook, made or renewed where it is open."""
    say, told = Texts("addin", desk.language), Texts("cli", desk.language)
    round = choosing.round_of(campaign, desk, choosing.issued_rounds(campaign, desk))
    with _Result(campaign, round, desk) as result:
        run = result.show(consolidate_round(campaign, round, desk.language, desk.progress))
    summary = run.summary()
    text = told("returned", returned=len(summary["returned"]), issued=len(summary["issued"]),
                missing=", ".join(summary["missing"]) or told("nobody"))
    if summary["body"] is not None:
        number = percent_text(summary["body"], summary["decimals"], desk.language)
        text = say("done_outcome", outcome=number) + "\n" + text
    lines = [text, say("done_findings", **counts(run.findings)), *(say("copy_kept", path=path) for path in result.kept)]
    return Done("\n".join(lines), run.workbook, run.findings)


class _Result:
    """The consolidated workbook of a round while it is made anew: held where it is open, then shown. ``kept``: copies that were
    made of what the user had in it."""

    def __init__(self, campaign: Campaign, round: str, desk: Desk):
        self.path, self.desk, self.kept = campaign.result(round, "consolidato.xlsx"), desk, []

    def __enter__(self) -> "_Result":
        self._held, self._known = self.desk.hold(self.path), open_files.copies(self.path)
        return self

    def show(self, run: Run) -> Run:
        """Show what ``run`` made."""
        self.desk.show(run.workbook, self.path if run.workbook != self.path else None)
        return run

    def __exit__(self, *_) -> None:
        self.kept = [] if self._held else sorted(open_files.copies(self.path) - self._known)


def resolve(campaign: Campaign, desk: Desk) -> Done:
    """*Risolvi*: the conflicts of a round one after the other, each with its answers to choose among."""
    from perfxl.workflow import resolve as resolving

    say = Texts("addin", desk.language)
    round = choosing.round_of(campaign, desk, choosing.issued_rounds(campaign, desk))
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


def _chosen(desk: Desk, sector: str, conflict, listed: dict, number: str) -> dict:
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
    return choosing.asked(desk, say("button_resolve"), text=text, fields=tuple(fields), agree="go_on")


def ask(campaign: Campaign, desk: Desk) -> Done:
    """*Chiedi*: the questions that wait in the consolidated workbook, one workbook a sector."""
    from perfxl.workflow import ask as asking

    say, told = Texts("addin", desk.language), Texts("cli", desk.language)
    round = choosing.round_of(campaign, desk, choosing.issued_rounds(campaign, desk))
    with _Result(campaign, round, desk) as result:
        found = asking.ask(campaign, round, sectors=[], language=desk.language, progress=desk.progress)
        result.show(found.run)
    if not found.paths:
        raise CannotRun(say("ask_no_questions"))
    folder = found.paths[0].parent
    desk.show(folder)
    text = say("done_ask", count=len(found.paths), questions=found.questions, folder=folder)
    return Done("\n".join([text, *([told("ask_left", left=found.left)] if found.left else [])]), folder, found.run.findings)
