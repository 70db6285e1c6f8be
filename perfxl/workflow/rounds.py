"""The rounds of a campaign: those of its plan, and what became of them."""

from typing import Any

from perfxl.campaign import Campaign
from perfxl.model.rounds import Round, Rounds
from perfxl.model.texts import Texts
from perfxl.workflow.plan_workbook import plan_of
from perfxl.workflow.running import CannotRun


def rounds_of(campaign: Campaign, language: str) -> Rounds:
    """The rounds of the campaign's year; ``CannotRun`` without a usable plan workbook."""
    return Rounds.from_plan(plan_of(campaign, language)[0])


def round_of(campaign: Campaign, word: str, language: str) -> Round:
    """The round that a user's ``word`` stands for; ``CannotRun`` when the plan has none, with those that it has."""
    return known_round(plan_of(campaign, language)[0], word, language)


def known_round(plan: dict[str, Any], word: str, language: str) -> Round:
    """The round of ``plan`` that ``word`` stands for; ``CannotRun`` when it has none, with those that it has."""
    rounds = Rounds.from_plan(plan)
    round = rounds.parse(word)
    if round is None:
        several = rounds.of_word(word)
        listed = ", ".join(f"{r} ({r.name(language)})" for r in several or rounds)
        raise CannotRun(Texts("cli", language)("several_rounds" if several else "no_round", round=word, known=listed))
    return round


def open_round(campaign: Campaign, language: str) -> Round:
    """The round that is being worked on: the last that was issued, else the first of the year."""
    rounds = rounds_of(campaign, language)
    issued = [r for r in rounds if campaign.issued_sectors(r)]
    return issued[-1] if issued else rounds.all[0]


def round_to_issue(campaign: Campaign, language: str) -> Round:
    """The round whose forms go out now: the one that is being worked on, and once that is approved the next of the year."""
    rounds, now = rounds_of(campaign, language), open_round(campaign, language)
    following = rounds.all[rounds.position(now) + 1:]
    return following[0] if following and campaign.approved(now).exists() else now


def consolidated_rounds(campaign: Campaign, language: str) -> list[Round]:
    """The rounds that have results, first to last."""
    return [r for r in rounds_of(campaign, language) if campaign.result(r).exists() or campaign.approved(r).exists()]
