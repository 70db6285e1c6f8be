"""Check: every finding on the content of returns at once, each with its cell, both figures and what to do.

Pure functions from documents to findings. A check says nothing of a field that is right, and of one that is wrong
what the person who typed it can act on; the severities are the body's own (``rules`` of the plan).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from perfxl.model.findings import Finding, Place, in_order
from perfxl.model.rounds import Round, Rounds
from perfxl.stages.check import achieved, codes, dates, dates_moved, derived, locked, outcomes, own_fields, requests, scoring, texts, typed, weights
from perfxl.stages.check import across_sectors as several
from perfxl.stages.check.closed import as_taken, is_on_closed_cell, mendable, on_closed
from perfxl.stages.check.deduplicate import UNUSABLE, without_repeats
from perfxl.stages.check.return_context import ReturnContext, Shared
from perfxl.stages.check.rules import blocking, by_rules

__all__ = [
    "ACROSS",
    "ANSWERED",
    "ARRIVAL",
    "CHECKS",
    "DATES",
    "OUTCOMES",
    "Shared",
    "about_taken",
    "blocking",
    "by_rules",
    "check",
    "check_arrival",
    "check_form",
    "check_round",
    "without_repeats",
]

Checks = tuple[tuple[Callable[[ReturnContext], Iterator[Finding]], tuple[str, ...]], ...]

#: The checks of one return in any round, with the codes each can raise.
CHECKS: Checks = (*locked.CHECKS, *weights.CHECKS, *codes.CHECKS, *texts.CHECKS, *own_fields.CHECKS, *scoring.CHECKS, *typed.CHECKS,
                  *requests.CHECKS)

#: Those on dates that no one can change any more at the end of the year, when the form was issued with them.
DATES: Checks = (*dates.CHECKS, *dates_moved.CHECKS)

#: Those of the rounds in which outcomes are declared.
OUTCOMES: Checks = (*outcomes.CHECKS, *achieved.CHECKS, *derived.CHECKS, *scoring.REPORTED, *dates.TOLD)

#: What takes the day on which a return came.
ARRIVAL = ((dates.compiled, ("DATE26",)),)

#: Codes of what answers to questions are told by themselves; the rest is told of the form they belong to.
ANSWERED = frozenset(code for _, raised in (*locked.CHECKS, *requests.CHECKS) for code in raised)

#: Said of what the plan round leaves to the sector: blank before it has answered, and no fault of the plan.
AWAITED = frozenset({"WGHT04", "WGHT05", "WGHT06", "DATE07", "DATE08", "TEXT01", "TEXT02", "TEXT03", "TEXT04", "TEXT06", "TEXT12"})

#: Every check that takes several returns.
ACROSS: tuple[tuple[Callable[[several.Year], Iterator[Finding]], tuple[str, ...]], ...] = several.CHECKS


def check(document: dict[str, Any], issued: dict[str, Any] | None, plan: dict[str, Any], round: str, places: Mapping[str, Place], file: str) -> list[Finding]:
    """What there is to say of one return, in the order of its cells.

    ``document``: the return as read; ``issued``: the prefilled return it began as, or None when unknown; ``plan``: the
    plan document on which the round was issued; ``places``: the cell of every value by JSON Pointer in ``document``.
    """
    case = ReturnContext.from_documents(document, issued, plan=plan, round=_round(plan, round), places=places, file=file)
    findings = _raised(case)
    if issued is not None:
        findings = mendable(findings, case, (f for f in _raised(ReturnContext.from_documents(issued, issued, plan=plan, round=case.round, file=file))))
    return in_order(by_rules(findings, plan))


def about_taken(findings: Iterable[Finding], document: dict[str, Any], issued: dict[str, Any] | None, plan: dict[str, Any], round: str, places: Mapping[str, Place],
          file: str) -> list[Finding]:
    """Those of the ``findings`` of a reading that are about what is taken from the file: in a cell that the round closes what
    was issued holds, whatever stands there; what cannot be read there is told to the controller. The rest as ``check``."""
    if issued is None:
        return list(findings)
    case = ReturnContext.from_documents(document, issued, plan=plan, round=_round(plan, round), places=places, file=file)
    return [f.at(to="controller") if shut_ else f for f in findings if not (shut_ := on_closed(f, case)) or f.code in UNUSABLE]


def check_form(prefilled: dict[str, Any], plan: dict[str, Any], round: str) -> list[Finding]:
    """What is wrong with a form before it is issued, by path in ``prefilled``: for the controller to mend in the plan.

    What the sector will fill in is not missing yet; what the form already says can be wrong in any cell, and in one that the
    round closes nobody else can mend it.
    """
    case = ReturnContext.from_documents(prefilled, prefilled, plan=plan, round=_round(plan, round), places={}, file="")
    findings = [f for f in _raised(case) if f.code[:4] not in ("OUTC", "LOCK", "ASKD") and f.code != "WGHT01"]  # see PLAN70
    wrong = [f.at(to="controller") for f in findings
             if is_on_closed_cell(f, case) or f.path.startswith("/measures/") or f.code not in AWAITED and case.round.kind == "plan"]
    return in_order(by_rules(wrong, plan))


def _round(plan: dict[str, Any], round: str) -> Round:
    """The round ``round`` of ``plan``."""
    return (plan.rounds if isinstance(plan, Shared) else Rounds.from_plan(plan))[round]


def _raised(case: ReturnContext) -> Iterator[Finding]:
    """What the checks of a return say, one after the other."""
    chosen = CHECKS + (DATES if case.round.kind != "final" or case.issued is None else ()) + (OUTCOMES if case.round.reports else ())
    over = [f for run, _ in locked.CHECKS for f in run(case)]
    taken = as_taken(case) if over else case  # what was typed over closed cells counts for nothing else
    yield from over
    yield from (f for run, _ in chosen if (run, _) not in locked.CHECKS for f in run(taken))


def check_arrival(document: dict[str, Any], places: Mapping[str, Place], file: str, day: date) -> list[Finding]:
    """What there is to say of a return that came on ``day``; the rest as ``check``."""
    return [f for run, _ in ARRIVAL for f in run(document, places, file, day)]


def check_round(content: dict[str, Any], round: str, returned: dict[str, dict[str, Any]], places_by_sector: Mapping[str, Mapping[str, Place]],
           files: dict[str, str], earlier: Mapping[str, dict[str, Any]] = {}, outcomes: Mapping[str, dict[str, Any]] | None = None) -> list[Finding]:
    """What takes several returns to see. ``content``: the plan-shaped document after the merge; ``earlier``: the outcomes
    of the rounds before, by round, as their documents say; ``outcomes``: those of ``content``, where they are known; the rest by sector."""
    year = several.Year(content, Rounds.from_plan(content)[round], returned=returned, places=places_by_sector, files=files, earlier=earlier,
                        weighed=outcomes)
    return in_order(by_rules((f for run, _ in ACROSS for f in run(year)), content))
