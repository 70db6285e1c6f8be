"""What a sheet says at a date: status, percentage and reason in each sector, the narrative, what was done by phase."""

from dataclasses import dataclass

from perfxl.model.readings import reading
from perfxl.model.rounds import Round
from perfxl.stages.consolidate.view import Assignment, View
from perfxl.stages.report.prose import Story, stories
from perfxl.stages.report.runs import Runs, coloured
from perfxl.stages.report.speech import Speech


@dataclass(frozen=True)
class Monitoring:
    """The monitoring of an objective at one date."""

    heading: str
    statements: tuple[Runs, ...]
    stories: tuple[Story, ...]


def monitoring(view: View, speech: Speech, i: int, round: Round) -> Monitoring:
    """What the sectors that hold objective ``i`` said at ``round``, in the colour of that round."""
    objective = view.objectives[i]
    sheet = objective.sheet
    day = speech.day(view.dates.get(round, {}).get("reference_date"))
    held = [h for h in view.held if h.i == i]
    spoken = [s for h in held for s in _statements(view, speech, held=h, round=round, several=len(held) > 1)]
    texts: list[tuple[str, str | None, str]] = [(speech.say("narrative"), sheet.reading(round).narrative, round)]
    texts += [(speech.say("phase", id=p.id), p.reading(round).done, round) for p in sheet.phases]
    return Monitoring(speech.at("moment", round, day=day) if day else _undated(speech, round),
                      tuple(spoken), stories(texts))


def _undated(speech: Speech, round: Round) -> str:
    return speech.say("moment_named_undated", round=round.name(speech.language)) if not round.by_kind(speech.language) else \
        speech.say(f"moment_{round.kind}_undated")


def _statements(view: View, speech: Speech, held: Assignment, round: str, several: bool) -> list[Runs]:
    """The outcome in one sector, what it was declared for, the evaluator's word."""
    outcome = view.outcome(round, held)
    declared = reading(held.holder.holding.data, round)
    head = f"{held.holder.sector}: " if several else ""
    status = speech.words(f"status_{outcome.state}")
    if outcome.value is not None:
        line = head + speech.say("outcome_is", status=status, value=speech.percent(outcome.value))
    elif declared or outcome.gone or outcome.state == "not_due":  # nobody was to give a percentage
        line = head + speech.say("outcome_state", status=status)
    else:
        line = head + speech.say("outcome_none")
    texts = [line + (speech.say("because", reason=declared["reason"]) if declared.get("reason") else ""), head + declared["note"] if declared.get("note") else ""]
    judged = view.evaluations.get((*held.key, round))
    if judged:
        texts.append(head + speech.say("evaluated", value=speech.percent(judged["percent"]), by=judged.get("by") or speech.say("evaluator"),
                                       day=speech.day(judged.get("date")) or "–", reason=judged["reason"]))
    return [coloured(t, round) for t in texts if t]
