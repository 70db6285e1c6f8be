"""Check: every finding on the content of returns at once, each with its cell, both figures and what to do.

Pure functions from documents to findings. A check says nothing of a field that is right, and of one that is wrong
what the person who typed it can act on; the severities are the body's own (``rules`` of the plan).
"""

from collections.abc import Callable, Iterator, Mapping

from perfxl.model.findings import Finding, Place, in_order
from perfxl.stages.check import across_sectors as several
from perfxl.stages.check import codes, dates, derived, locked, outcomes, requests, scoring, texts, weights
from perfxl.stages.check.deduplicate import once
from perfxl.stages.check.return_context import Case, Shared
from perfxl.stages.check.rules import blocking, by_rules

__all__ = ["ACROSS", "ANSWERED", "CHECKS", "DATES", "OUTCOMES", "Shared", "across", "blocking", "by_rules", "check", "once"]

Checks = tuple[tuple[Callable[[Case], Iterator[Finding]], tuple[str, ...]], ...]

#: The checks of one return in any round, with the codes each can raise.
CHECKS: Checks = (*locked.CHECKS, *weights.CHECKS, *codes.CHECKS, *texts.CHECKS, *scoring.CHECKS, *requests.CHECKS)

#: Those on dates that no one can change any more at the end of the year, when the form was issued with them.
DATES: Checks = dates.CHECKS

#: Those of the rounds in which outcomes are declared.
OUTCOMES: Checks = (*outcomes.CHECKS, *derived.CHECKS, *scoring.REPORTED)

#: Codes of what answers to questions are told by themselves; the rest is told of the form they belong to.
ANSWERED = frozenset(code for _, raised in (*locked.CHECKS, *requests.CHECKS) for code in raised)

#: Every check that takes several returns.
ACROSS: tuple[tuple[Callable[[several.Year], Iterator[Finding]], tuple[str, ...]], ...] = several.CHECKS


def check(document: dict, issued: dict | None, plan: dict, round: str, places: dict[str, Place], file: str) -> list[Finding]:
    """What there is to say of one return, in the order of its cells.

    ``document``: the return as read; ``issued``: the prefilled return it began as, or None when unknown; ``plan``: the
    plan document on which the round was issued; ``places``: the cell of every value by JSON Pointer in ``document``.
    """
    case = Case(document, issued, plan, round, places, file)
    chosen = CHECKS + (DATES if round != "final" or issued is None else ()) + (OUTCOMES if round != "plan" else ())
    return in_order(by_rules((f for run, _ in chosen for f in run(case)), plan))


def across(content: dict, round: str, returned: dict[str, dict], places_by_sector: dict[str, dict],
           files: dict[str, str], earlier: Mapping[str, dict] = {}) -> list[Finding]:
    """What takes several returns to see. ``content``: the plan-shaped document after the merge; ``earlier``: the outcomes
    of the rounds before, by round, as their documents say; the rest by sector."""
    year = several.Year(content, round, returned, places_by_sector, files, earlier)
    return in_order(by_rules((f for run, _ in ACROSS for f in run(year)), content))
