"""Whether what was declared follows from the phases and the results, and what the phases themselves say."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from perfxl.model.arithmetic import HUNDRED, ZERO, dec, mean, rounded
from perfxl.model.derived import by_mix
from perfxl.model.documents import day_of
from perfxl.model.findings import Finding
from perfxl.model.views import Phase, Result
from perfxl.stages.check.dates import begins, moved_to, tied
from perfxl.stages.check.dates_in_text import dates_in
from perfxl.stages.check.entry import Entry
from perfxl.stages.check.return_context import ReturnContext, format_day


def by_elapsed(entry: Entry) -> Decimal | None:
    """Σ weight × share of its days gone by at the reference date / Σ weight over the year's phases, unrounded.

    None when a phase has no weight or no dates; of one that was moved on nothing has gone by.
    """
    pairs = []
    for _, phase in entry.weighted_phases:
        round = entry.case.round
        weight = dec(phase.in_force("weight", round))
        start, end = day_of(phase.in_force("start_1", round)), day_of(phase.in_force("end_1", round))
        if weight is not None and moved_to(entry, phase) > 1:
            pairs.append((weight, ZERO))
            continue
        if weight is None or not start or not end or end < start:
            return None
        whole, gone = (end - start).days + 1, (min(end, entry.case.reference) - start).days + 1
        pairs.append((weight, HUNDRED * max(0, gone) / whole))
    return mean(pairs)


def _least(rows: list[tuple[int, Phase, Decimal | None, Decimal | None]]) -> Decimal:
    """What the realised percentages give when those that are missing are 0."""
    return mean((w, r or ZERO) for _, _, w, r in rows if w is not None) or ZERO


def declared(case: ReturnContext) -> Iterator[Finding]:
    """OUTC19 to OUTC25, OUTC30: an outcome that follows neither from the phases nor from the results, and why."""
    source = case.rules["derivable_from"]
    for entry in case.filled_entries:
        if entry.transversal:  # its outcome may come from the measures of all sectors: see across
            if entry.percent is not None and any(r is not None for *_, r in entry.realised):
                yield from _not_computable(entry, False, None)
            continue
        phases, results = entry.phases_outcome, entry.results_outcome
        near, shares = dec(case.rules["derivable_tolerance"]), entry.shares
        if shares is not None:
            above = [(i, p, w, r) for i, p, w, r in entry.realised if w is not None and r is not None and r > w]
            for i, phase, weight, realised in above:
                yield entry.finding("OUTC30", "sheet", "phases", i, "reading", "realised", phase=phase.id, weight=weight,
                                 share=realised)
            if above:
                continue
            i = next(i for i, _, w, r in entry.realised if r is not None and r == w)
            yield entry.finding("OUTC19", "sheet", "phases", i, "reading", "realised", shares=shares,
                             phases=rounded(_least(entry.realised)))
        elif entry.percent is not None and source != "free" and not _mixed(entry, near):
            yield from _not_derived(entry, entry.percent, phases if source != "results" else None,
                                    results=results if source != "phases" else None, near=near)


def _mixed(entry: Entry, near: Decimal) -> bool:
    """Whether the outcome follows from phases and results together, where the body counts them so."""
    case = entry.case
    given = by_mix(entry.weighed_sheet, case.round, case.arithmetic) if case.arithmetic.counting == "mix" else None
    return given is not None and entry.percent is not None and abs(given - entry.percent) <= near


def _not_derived(entry: Entry, percent: Decimal, phases: Decimal | None, results: Decimal | None, near: Decimal) -> Iterator[Finding]:
    case = entry.case
    if any(f is not None and abs(rounded(f) - percent) <= near for f in (phases, results)):
        return
    elapsed = by_elapsed(entry) if case.round.kind == "monitoring" else None
    close = elapsed is not None and elapsed != 0 and percent > 0 and abs(elapsed - percent) <= dec(case.rules["elapsed_tolerance"])
    if close and case.rules["elapsed_counts"]:
        return
    close = close and any(_under_way(p, entry) for _, p in entry.weighted_phases)
    path = ("holding", "reading", "percent")
    both = {"percent": percent}
    begun = case.rules["derivable_from"] != "results" and phases is None and any(r is not None for *_, r in entry.realised)
    if close and begun or phases is None and results is None:
        yield from _not_computable(entry, close, elapsed)
    elif close:
        yield entry.finding("OUTC20", *path, **both, phases=rounded(results if phases is None else phases), elapsed=rounded(elapsed))
    elif phases is not None and results is not None:
        yield entry.finding("OUTC21", *path, **both, phases=rounded(phases), results=rounded(results))
    else:
        yield entry.finding("OUTC22" if results is None else "OUTC23", *path, **both, computed=rounded(results if phases is None else phases))


def _not_computable(entry: Entry, close: bool, elapsed: Decimal | None) -> Iterator[Finding]:
    """What is missing before the outcome can be followed: realised percentages of phases, else figures of results."""
    case = entry.case
    source = case.rules["derivable_from"]
    rows = entry.realised if source != "results" else []
    open_ = [(i, p) for i, p, w, r in rows if r is None and w is not None and _begun(p, entry)]
    if open_:
        most = _least([(i, p, w, HUNDRED if r is None and _begun(p, entry) else r) for i, p, w, r in rows])
        values = {"percent": entry.percent, "phases": ", ".join(str(p.id or "–") for _, p in open_),
                  "least": rounded(_least(rows)), "most": rounded(most)}
        code, extra = ("OUTC24", {"elapsed": rounded(elapsed)}) if close else ("OUTC25", {})
        yield entry.finding(code, "sheet", "phases", open_[0][0], "reading", "realised", **values, **extra)
    elif any(r is not None for *_, r in rows):  # what has not begun is blank, and the rest tells the outcome
        if entry.percent is not None and abs(rounded(_least(rows)) - entry.percent) > dec(case.rules["derivable_tolerance"]):
            yield entry.finding("OUTC22", "holding", "reading", "percent", percent=entry.percent, computed=rounded(_least(rows)))
    elif source != "phases" and not rows and entry.sheet.results:
        bare = [(i, r) for i, r in entry.kept_results if r.reading(case.round).degree is None
                and r.reading(case.round).actual is None and r.due(case.round)]
        if bare:
            yield entry.finding("OUTC26", "sheet", "results", bare[0][0], "reading", "degree", percent=entry.percent,
                             results=", ".join(str(r.id) for _, r in bare))


def _begun(phase: Phase, entry: Entry) -> bool:
    """Whether a phase had started at the reference date, or nobody has said when it does: before that nothing is expected of it."""
    start = begins(entry, phase)
    return start is None or start <= entry.case.reference


def _under_way(phase: Phase, entry: Entry) -> bool:
    """Whether a phase had begun at the reference date and was still to end: of the others time has gone by wholly or not at all,
    and what it gives is no sign that time was counted."""
    start, end = begins(entry, phase), day_of(phase.in_force("end_1", entry.case.round))
    return bool(start and end and start <= entry.case.reference < end)


def phase_figures(case: ReturnContext) -> Iterator[Finding]:
    """OUTC27, OUTC28: a phase less realised than at an earlier round; a phase done that runs for more than a month still."""
    earlier = case.round.before
    for entry in case.filled_entries:
        as_shares = not entry.transversal and entry.shares is not None  # told as such: they did not go back
        for i, phase in entry.kept_phases:
            now = dec(phase.reading(case.round).realised)
            before = dec(entry.phase_before(phase).last_read("realised", earlier)) if earlier else None
            path = ("sheet", "phases", i, "reading", "realised")
            if now is not None and before is not None and now < before and not as_shares:
                yield entry.finding("OUTC27", *path, phase=phase.id, before=before, now=now)
            end = day_of(phase.in_force("end_1", case.round))
            if now == HUNDRED and not entry.achieved and end and (end - case.reference).days > 31:
                yield entry.finding("OUTC28", *path, phase=phase.id, end=format_day(end), reference=format_day(case.reference))


def declared_too_soon(case: ReturnContext) -> Iterator[Finding]:
    """OUTC29: a result declared in full at the round before, whose phase was not done then and tells of what happened later."""
    earlier = case.round.before
    if earlier is None or not earlier.reports:
        return
    before = case.reference_of(earlier)
    for entry in case.filled_entries:
        full = {of[0]: r for _, r in entry.kept_results
                if dec(entry.result_before(r).reading(earlier).degree) == HUNDRED and len(of := tied(r)) == 1}
        for i, phase in entry.kept_phases:
            result = full.get(str(phase.id))
            if result is None or dec(entry.phase_before(phase).reading(earlier).realised) == HUNDRED:
                continue
            later = [w for w in dates_in(phase.reading(case.round).done or "", case.year)
                     if w.fact and w.day and before < w.day <= case.reference]
            if later:
                yield entry.finding("OUTC29", "sheet", "phases", i, "reading", "done", phase=phase.id, result=result.id,
                                 reference=format_day(before), found=", ".join(w.fragment for w in later))


def evidence_too_late(case: ReturnContext) -> Iterator[Finding]:
    """OUTC31: at the final, a result told reached in full, all of whose evidence is later than the day it was due.

    Silent where an earlier round may have had evidence in time and what it found is not at hand: of a return seen alone, say.
    """
    for entry in case.filled_entries if case.round.kind == "final" else ():
        for i, result in entry.kept_results:
            expected = day_of(result.in_force("deadline", case.round))
            before = [reading for at, reading in entry.result_before(result).readings(case.round) if at != case.round]
            words = " ".join(filter(None, (*(r.note for r in before), result.reading(case.round).note)))
            facts = [(w.day, w.fragment) for w in dates_in(words, case.year) if w.fact and w.day]
            reached = any(dec(r.degree) == HUNDRED for r in before)
            if expected and facts and not reached and dec(result.reading(case.round).degree) in (None, HUNDRED) \
                    and all(day > expected for day, _ in facts) and not _unknown(entry, result, expected):
                yield entry.finding("OUTC31", "sheet", "results", i, "reading", "note", result=result.id, due=format_day(expected),
                                 found=", ".join(fragment for _, fragment in facts))


def _unknown(entry: Entry, result: Result, expected: date) -> bool:
    """Whether what a round before this one found, that came when ``expected``, the day of ``result``, was past, is not at hand: the
    objective is none that is known, or nothing is known of that round. A sector that did not answer it had no evidence then; nor
    had a result that was added later."""
    row, at_hand = entry.result_before(result), entry.case.shared.read_rounds
    rounds = [r for r in entry.case.round.earlier if r.reports and entry.case.reference_of(r) >= expected and row and row.present(r)]
    return entry.planned is None or any(r not in at_hand for r in rounds)


CHECKS = (
    (declared, ("OUTC30", "OUTC19", "OUTC20", "OUTC21", "OUTC22", "OUTC23", "OUTC24", "OUTC25", "OUTC26")),
    (phase_figures, ("OUTC27", "OUTC28")),
    (declared_too_soon, ("OUTC29",)),
    (evidence_too_late, ("OUTC31",)),
)
