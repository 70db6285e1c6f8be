"""What each button does: the same as the command of its stage, on a campaign, with its result on screen.

Ribbon and window share these functions; what differs between them (dialogs, showing a file) is their ``Desk``.
"""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol

from perfxl import occupied, pipeline
from perfxl.addin import listing, place
from perfxl.campaign import Campaign
from perfxl.rounds import Round, Rounds
from perfxl.findings import Finding, counts
from perfxl.pipeline import CannotRun, Progress
from perfxl.texts import Texts


class Desk(Protocol):
    """Where a button was pressed: what it can ask, and how it shows what came out."""

    language: str
    progress: Progress
    active: Path | None  # the workbook that is open in front of the user, when it is a file
    about: place.About | None  # what that workbook says it belongs to, wherever it stands

    def ask_folder(self, title: str, start: Path | None) -> Path | None:
        """A folder that the user chooses; None when they give up."""

    def ask_round(self, title: str, rounds: list[str], first: str) -> str | None:
        """One of ``rounds``, ``first`` being offered; None when they give up."""

    def ask_yes(self, question: str) -> bool | None:
        """Yes, no, or None when they give up."""

    def save_open(self, campaign: Campaign) -> None:
        """Save the workbooks of the campaign that are open and that perfxl reads: the plan, the results."""

    def hold(self, result: Path) -> bool:
        """Whether the consolidated workbook ``result`` is open here, so that what the user has in it stays; it is opened for
        that when it can be, and is not as perfxl wrote it."""

    def show(self, path: Path, intended: Path | None = None) -> None:
        """Open ``path``. ``intended``: the file that is open and could not be replaced, whose new contents are ``path``."""


@dataclass(frozen=True)
class Done:
    """What an action came to: what to tell the user, and the findings it met. ``path``: the file that was shown."""

    text: str
    path: Path | None = None
    findings: tuple[Finding, ...] = field(default=(), compare=False)


class GivenUp(Exception):
    """The user closed a question without answering: nothing is done, and nothing needs to be said."""


def act(stage: str, desk: Desk) -> Done:
    """Do what the button of ``stage`` does; ``CannotRun`` and ``OSError`` when it cannot, ``GivenUp`` when the user stops."""
    if stage in ("new", "guide"):
        return _new(desk) if stage == "new" else _guide(desk)
    campaign = Campaign(_folder(desk))
    place.remember(campaign.folder)
    desk.save_open(campaign)
    return {"issue": _issue, "collect": _collect, "check": _check, "consolidate": _consolidate, "report": _report,
            "status": _status}[stage](campaign, desk)


def _folder(desk: Desk) -> Path:
    """The campaign of the workbook in front of the user: the folder it stands in, or the one that was used before and is of
    its body and year. Else the last one if they agree, else the one they choose."""
    say = Texts("addin", desk.language)
    here = place.campaign_of(desk.active) if desk.active else None
    if here and (desk.about is None or place.belongs(here, desk.about)):
        return here
    known = [f for f in place.remembered() if desk.about and place.belongs(f, desk.about)]
    if len(known) == 1 and not here:
        return known[0]
    last = next(iter([*known, *([here] if here else place.remembered())]), None)
    if last:
        agreed = desk.ask_yes(say("ask_last", folder=last))
        if agreed is None:
            raise GivenUp
        if agreed:
            return last
    chosen = desk.ask_folder(say("ask_campaign"), last.parent if last else None)
    if chosen is None:
        raise GivenUp
    found = place.campaign_of(chosen)
    if found is None:
        raise CannotRun(say("no_campaign", folder=chosen))
    return found


def _here(campaign: Campaign, desk: Desk) -> str | None:
    """The round of the workbook in front of the user; None when it is about the whole year, or of another campaign."""
    if desk.active and desk.active.is_relative_to(campaign.folder):
        return place.round_of(desk.active, campaign.folder)
    return desk.about.round if desk.about and place.belongs(campaign.folder, desk.about) else None


def _round(campaign: Campaign, desk: Desk, rounds: list[Round], always: bool = False) -> Round:
    """The round of the open workbook; the only one there is; else the one the user chooses."""
    here = next((r for r in rounds if r == _here(campaign, desk)), None)
    if here is not None and not always:
        return here
    if len(rounds) == 1 and not always:
        return rounds[0]
    chosen = desk.ask_round(Texts("addin", desk.language)("ask_round"), rounds, here or rounds[-1])
    if chosen is None:
        raise GivenUp
    return next(r for r in rounds if r == chosen)


def _issued(campaign: Campaign, desk: Desk) -> list[Round]:
    rounds = [r for r in pipeline.rounds_of(campaign, desk.language) if campaign.issued_sectors(r)]
    if not rounds:
        raise CannotRun(Texts("addin", desk.language)("nothing_issued", folder=campaign.folder))
    return rounds


def _new(desk: Desk) -> Done:
    say = Texts("addin", desk.language)
    folder = desk.ask_folder(say("ask_new"), None)
    if folder is None:
        raise GivenUp
    path = pipeline.new(Campaign(folder), date.today().year, None, desk.language)
    place.remember(folder)
    desk.show(path)
    return Done(say("done_new", path=path), path)


def _issue(campaign: Campaign, desk: Desk) -> Done:
    plan, _ = pipeline.plan_of(campaign, desk.language)
    listed = list(Rounds.of(plan))
    if not listed:
        raise CannotRun(Texts("addin", desk.language)("no_rounds", path=campaign.plan))
    round = _round(campaign, desk, listed, always=True)
    made = pipeline.issue(campaign, round, [], desk.language, desk.progress)
    folder = campaign.folder / "emesse" / round
    desk.show(folder)
    text = Texts("addin", desk.language)("done_issue", count=len(made.paths), folder=folder, back=campaign.folder / "ricevute" / round)
    return Done(text, folder, made.findings)


def _collect(campaign: Campaign, desk: Desk) -> Done:
    """What came back, from a folder: workbooks, messages, archives. The originals stay where they are."""
    from perfxl import fetching

    say, told = Texts("addin", desk.language), Texts("mail", desk.language)
    arrivals = campaign.folder / fetching.ARRIVALS
    source = desk.ask_folder(say("ask_returns"), arrivals if arrivals.is_dir() else None)
    if source is None:
        raise GivenUp
    found = fetching.collect(campaign, [source], desk.language, desk.progress)
    new = sum(t.became == "return" and not t.known for t in found.taken)
    text = told("collect_done", looked=found.looked, new=new, known=sum(t.known for t in found.taken),
                aside=sum(t.became == "aside" and not t.known for t in found.taken))
    desk.show(campaign.folder / "ricevute")
    return Done("\n\n".join([text, *(f.message(desk.language) for f in found.findings[:3]), say("then_check")]),
                campaign.folder / "ricevute", tuple(found.findings))


def _check(campaign: Campaign, desk: Desk) -> Done:
    from perfxl import inspection

    say = Texts("addin", desk.language)
    found = inspection.inspect([campaign.folder], desk.language, desk.progress)
    marked, _ = inspection.write_marked(found, campaign.folder / "segnate", desk.language)
    path = _listed(campaign, "rilievi.xlsx", listing.findings(found.findings, desk.language), desk)
    text = say("done_check", files=len(found.files), **counts(found.findings))
    if marked:
        text += "\n" + say("done_marked", count=len(marked), folder=campaign.folder / "segnate")
    return Done(text, path, tuple(found.findings))


def _consolidate(campaign: Campaign, desk: Desk) -> Done:
    say, told = Texts("addin", desk.language), Texts("cli", desk.language)
    round = _round(campaign, desk, _issued(campaign, desk))
    intended = campaign.result(round, "consolidato.xlsx")
    held, known = desk.hold(intended), occupied.copies(intended)
    run = pipeline.consolidate(campaign, round, desk.language, desk.progress)
    desk.show(run.workbook, intended if run.workbook != intended else None)
    summary = run.summary()
    text = told("returned", returned=len(summary["returned"]), issued=len(summary["issued"]),
                missing=", ".join(summary["missing"]) or told("nobody"))
    if summary["body"] is not None:
        number = summary["body"].replace(".", ",") if desk.language == "it" else summary["body"]
        text = say("done_outcome", outcome=number) + "\n" + text
    kept = () if held else sorted(occupied.copies(intended) - known)
    lines = [text, say("done_findings", **counts(run.findings)), *(say("copy_kept", path=path) for path in kept)]
    return Done("\n".join(lines), run.workbook, run.findings)


def _report(campaign: Campaign, desk: Desk) -> Done:
    from perfxl import delivery

    say = Texts("addin", desk.language)
    rounds = pipeline.consolidated_rounds(campaign, desk.language)
    if not rounds:
        raise CannotRun(say("nothing_consolidated", folder=campaign.folder))
    made = delivery.report(campaign, _round(campaign, desk, rounds), desk.language, False)
    desk.show(made.paths[0])
    return Done(say("done_report", path=made.paths[0]), made.paths[0], made.findings)


def _status(campaign: Campaign, desk: Desk) -> Done:
    from perfxl import keeping
    from perfxl.register import board, board_table
    from perfxl.register.telling import board_summary

    say = Texts("addin", desk.language)
    plan, _ = pipeline.plan_of(campaign, desk.language)
    round = Rounds.of(plan).get(_here(campaign, desk) or "") or pipeline.open_round(campaign, desk.language)
    with keeping.opened(campaign, desk.language, CannotRun, write=False) as register:
        found = board(register, campaign, plan, round, date.today())
    lines = board_summary(found, desk.language)
    path = _listed(campaign, "stato.xlsx", listing.table(say("status_sheet"), lines, *board_table(found, desk.language)), desk)
    return Done("\n".join(lines), path)


def _listed(campaign: Campaign, name: str, made: bytes, desk: Desk) -> Path:
    """Write a list among the results and show it."""
    path = occupied.put(campaign.folder / "risultati" / name, made)
    intended = campaign.folder / "risultati" / name
    desk.show(path, intended if path != intended else None)
    return path


def _guide(desk: Desk) -> Done:
    from perfxl.addin.guide import page

    path = page(place.home(), desk.language)
    desk.show(path)
    return Done(Texts("addin", desk.language)("done_guide", path=path), path)
