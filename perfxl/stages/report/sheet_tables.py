"""The tables of an objective sheet: expected results with their entities, phases with their dates, outcomes, measures."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from perfxl.model.arithmetic import ZERO, weight_at
from perfxl.model.derived import applicable
from perfxl.model.documents import day_of
from perfxl.model.lateness import Lateness, result_lateness
from perfxl.model.plan_year import first_day, last_day, year_name
from perfxl.model.readings import round_target
from perfxl.model.result_degree import degree
from perfxl.model.rounds import Round
from perfxl.model.views import Entity, Item, Measure, Objective, Phase, Plan, Result
from perfxl.stages.consolidate.view import Assignment, View
from perfxl.stages.report.runs import Runs, coloured, joined, revised
from perfxl.stages.report.speech import Speech

#: What of the way of measuring is told beside the target.
RULES = ("until", "minimum", "excellence", "scale", "tolerance", "cap", "per", "indicator")


@dataclass(frozen=True)
class ResultLine:
    """A row of the expected results, as it is printed."""

    id: str
    text: Runs
    weight: Runs
    indicator: Runs
    deadline: Runs
    interim: str
    final: str


@dataclass(frozen=True)
class PhaseLine:
    """A row of the phases: weight, the dates of three years, what was realised."""

    id: str
    text: Runs
    weight: Runs
    dates: tuple[Runs, Runs, Runs]
    interim: str
    final: str


@dataclass(frozen=True)
class OutcomeLine:
    """The outcomes of the objective in one sector at one date."""

    sector: str
    when: str
    moment: str
    weight: str
    phases: str
    results: str
    declared: str
    evaluated: str
    value: str
    counts: str

    def figures(self) -> Runs:
        """The outcome that counts, in the colour of its date."""
        return coloured(self.value, self.moment)


@dataclass(frozen=True)
class MeasureLine:
    """A measure of a transversal objective."""

    sector: str
    id: str
    text: str
    deadline: str
    indicator: str
    interim: Runs
    final: Runs
    interim_percent: str
    final_percent: str


class SheetTables:
    """The rows of the tables of one objective, as they are printed."""

    def __init__(self, view: View, speech: Speech, objective: Objective):
        self.view, self.speech, self.objective, self.sheet = view, speech, objective, objective.sheet

    # -- results
    def results(self) -> tuple[ResultLine, ...]:
        """The expected results, each followed by the values of the single entities; those of no result come last."""
        lines, left, whole = [], self.sheet.entities, self._sum(self.sheet.results)
        for result in self.sheet.results:
            entities = [e for e in left if e.result == result.id]
            left = [e for e in left if e.result != result.id]
            lines += [self._result(result, entities, whole), *map(self._entity, entities)]
        return (*lines, *map(self._entity, left))

    def _result(self, result: Result, entities: list[Entity], whole: Decimal) -> ResultLine:
        speech, view = self.speech, self.view

        def achieved(round: Round) -> str:
            """The value obtained and the degree of achievement, typed or computed."""
            percent = degree(result, round, entities, view.rules(round))
            return "\n".join(x for x in (speech.obtained(result, round), "" if percent is None else speech.number(percent) + "%") if x)

        notes = [coloured(result.reading(r).note, r) for r in view.rounds]
        text = joined([coloured(result.heading, "soft"), self._revised(result, "text", text_of), self._dropped(result),
                       coloured(speech.say("of_phases", phases=result.phases) if result.phases else "", "soft"),
                       *self._further("results", result), *notes, *self._path(achieved)])
        late = result_lateness(result, view.round, tuple(entities), view.rules())
        return ResultLine(result.id or "", text, weight=self._weight(result, whole), indicator=self._indicator(result),
                          deadline=joined([self._revised(result, "deadline", speech.day), *self._dates(result, ("achieved_on",), late)]),
                          **self._columns(achieved))

    def _indicator(self, result: Result) -> Runs:
        """How a result is measured, a line each: unit, direction, baseline, target, rules, the targets of rounds and years."""
        speech, number = self.speech, self.speech.number
        target = self._revised(result, "target", lambda value: "" if value is None else number(value))
        rules = [(key, value) for key in RULES if (value := getattr(result, key)) is not None]
        return joined([coloured(result.unit), coloured(speech.say("direction_" + result.direction) if result.direction else ""),
                       coloured(speech.say("baseline", value=number(result.baseline)) if result.baseline is not None else ""),
                       coloured(speech.say("target") + " ") + target if target else Runs(),
                       *(coloured(speech.say(f"rule_{key}", value=value if isinstance(value, str) else number(value)), "soft") for key, value in rules),
                       *self._of_rounds(result), *self._of_years(result)])

    def _of_rounds(self, result: Result) -> list[Runs]:
        """The targets of single rounds, a line each, and whether the values of the rounds are of the period alone; a round that
        changed its own is told with the one that it was measured by, in its colour."""
        speech, notes = self.speech, []
        for r in (r for r in self.view.year if round_target(result.data, r) is not None):
            changed = r in self.view.rounds and result.revision(r).get("target") is not None
            value = result.in_force("target", r) if changed else round_target(result.data, r)
            notes.append(coloured(speech.say("target_of", round=r.name(speech.language), value=speech.number(value)), r if changed else "soft"))
        return notes + ([coloured(speech.say("counts_period"), "soft")] if result.counts == "period" else [])

    def _of_years(self, result: Result) -> list[Runs]:
        """The values of earlier years and the targets of later ones, on one line each."""
        speech, plan = self.speech, self.view.content
        past = {-2: result.past_3, -1: result.past_2, 0: result.past_1}
        later = {2: result.target_2, 3: result.target_3}
        by_key = {key: "; ".join(f"{year_name(plan, of)}: {speech.number(value)}" for of, value in values.items() if value is not None)
                for key, values in (("past_values", past), ("later_targets", later))}
        return [coloured(speech.say(key, list=listed), "soft") for key, listed in by_key.items() if listed]

    def _entity(self, entity: Entity) -> ResultLine:
        """The values of one entity (a municipality) for a result."""
        speech = self.speech

        def obtained(round: Round) -> str:
            actual = entity.reading(round).actual
            return "" if actual is None else speech.number(actual)

        expected = joined([coloured(speech.say("baseline", value=speech.number(entity.baseline)) if entity.baseline is not None else ""),
                           coloured(speech.say("target") + " " + speech.number(entity.target)) if entity.target is not None else Runs()])
        text = joined([coloured(entity.entity), *self._further("entities", entity), *self._path(obtained)])
        return ResultLine(entity.result or "", text, weight=Runs(), indicator=expected, deadline=Runs(), **self._columns(obtained))

    # -- phases
    def phases(self) -> tuple[PhaseLine, ...]:
        """The phases with the dates of three years."""
        whole = self._sum(p for p in self.sheet.phases if p.weighting != "not_weighted")
        return tuple(self._phase(phase, whole) for phase in self.sheet.phases)

    def _phase(self, phase: Phase, whole: Decimal) -> PhaseLine:
        def realised(round: Round) -> str:
            return self.speech.points(phase.reading(round).realised)

        late = self.view.phase_lateness(self.objective, phase) if self.view.rounds else None
        text = joined([self._revised(phase, "text", text_of), self._dropped(phase), *self._further("phases", phase),
                       *self._dates(phase, ("actual_start", "actual_end"), late), *self._path(realised)])
        weight = coloured("==", "soft") if phase.weighting == "not_weighted" else self._weight(phase, whole)
        return PhaseLine(phase.id or "", text, weight, dates=(self._window(phase, 1), self._window(phase, 2), self._window(phase, 3)),
                         **self._columns(realised))

    def _window(self, phase: Phase, k: int) -> Runs:
        """When a phase runs in the ``k``-th year: each date on a line of its own that says which it is."""
        speech, begins, ends = self.speech, first_day(self.view.content, k), last_day(self.view.content, k)

        def day(text: str | None) -> str:
            date_ = day_of(text)
            return speech.day(text)[:5] if date_ and begins <= date_ <= ends else speech.day(text)  # the year stands over the column

        edges = [(speech.say(f"phase_{edge}"), self._revised(phase, f"{edge}_{k}", day)) for edge in ("start", "end")]
        return joined([coloured(word + "\N{NO-BREAK SPACE}", "soft") + runs for word, runs in edges if runs])

    # -- outcomes and measures
    def outcomes(self, held: list[Assignment]) -> tuple[OutcomeLine, ...]:
        """The outcomes in every sector that holds the objective, round by round."""
        return tuple(self._outcome(h, r) for r in self.view.rounds for h in held)

    def _outcome(self, held: Assignment, round: Round) -> OutcomeLine:
        speech, outcome = self.speech, self.view.outcome(round, held)
        return OutcomeLine(held.holder.sector, speech.at("when", round), moment=round, weight=speech.weight(outcome.weight),
                           phases=speech.say("as_shares") if self.view.shares_for_phases(round, held) else speech.outcome(outcome.by_phases),
                           results=speech.outcome(outcome.by_results or outcome.by_measures), declared=speech.outcome(outcome.declared),
                           evaluated=speech.outcome(outcome.evaluated), value=speech.outcome(outcome.value),
                           counts=speech.words(f"exclusion_{outcome.exclusion}") if outcome.exclusion else speech.say("yes"))

    def measures(self) -> tuple[MeasureLine, ...]:
        """The measures of a transversal objective, of every sector that owes some."""
        return tuple(self._measure(row.sector, row.measure) for row in Plan(self.view.content).measures if row.measure.objective == self.objective.code)

    def _measure(self, sector: str, measure: Measure) -> MeasureLine:
        speech, columns = self.speech, self.view.columns.values()

        def done(round: Round) -> str:
            return speech.points(measure.reading(round).percent)

        applies = applicable(measure, self.view.round) or not self.view.rounds
        interim, final = (coloured(measure.reading(r).result, r) if r else Runs() for r in columns)
        figures = [done(r) if r and applies else "" for r in columns]
        about = [measure.indicator, *speech.further("measures", measure.data), *(map(str, self._path(done)) if applies else ())]
        return MeasureLine(sector, measure.id or "", text=measure.measure or "", deadline=measure.deadline or "", indicator="\n".join(x for x in about if x),
                           interim=interim if applies else coloured(speech.say("not_applicable"), "soft"), final=final,
                           interim_percent=figures[0], final_percent=figures[1])

    # -- what several tell alike
    def _columns(self, figure: Callable[[Round], str]) -> dict[str, str]:
        """The two columns of figures: the latest monitoring, and the final."""
        return {name: figure(r) if r else "" for name, r in zip(("interim", "final"), self.view.columns.values(), strict=True)}

    def _path(self, figure: Callable[[Round], str]) -> list[Runs]:
        """What each round found, on one line in the colours of the rounds, where the two columns of figures do not show them all."""
        figures = [(r, text.replace("\n", " · ")) for r in self.view.rounds if (text := figure(r))]
        if {r for r, _ in figures} <= set(self.view.columns.values()):
            return []
        pieces = [coloured(f"{'; ' if n else ''}{r.name(self.speech.language)} {text}", r) for n, (r, text) in enumerate(figures)]
        return [sum(pieces, coloured(self.speech.say("path") + " ", "soft"))]

    def _further(self, table: str, item: Item) -> list[Runs]:
        """A line for each column that the table of the document does not have."""
        return [coloured(line, "soft") for line in self.speech.further(table, item.data)]

    def _revised(self, item: Item, key: str, shown: Callable[[Any], str]) -> Runs:
        """A value as approved, and the new one beside it where it was revised."""
        return revised(shown(item.data.get(key)), shown(item.revised(key, self.view.round)))

    def _dropped(self, item: Item) -> Runs:
        text = item.revised("dropped", self.view.round)
        return coloured(self.speech.say("dropped", reason=text) if text else "", "monitoring")

    def _sum(self, items: Iterable[Phase | Result]) -> Decimal:
        """The sum of the weights in force of phases or results."""
        kept = (weight_at(item, self.view.round, self.view.rules()) for item in items if not item.dropped(self.view.round))
        return sum((w for w in kept if w is not None), ZERO)

    def _weight(self, item: Item, whole: Decimal) -> Runs:
        """The weight of a phase or result, and the new one beside it where it was revised; in points beside the sum ``whole``."""
        return self._revised(item, "weight", lambda value: self.speech.heavy(value, self.view.rules(), whole))

    def _dates(self, item: Item, keys: tuple[str, ...], late: Lateness | None) -> list[Runs]:
        """The note on the dates of an item, the days on which things really happened in the colour of the round that told of them,
        and how late it is."""
        notes = [self._revised(item, "dates_note", text_of)]
        for key in keys:
            latest = next(((r, day) for r, reading in reversed(list(item.readings(self.view.round))) if (day := getattr(reading, key))), None)
            if latest:
                notes.append(coloured(self.speech.say(f"day_{key}", day=self.speech.day(latest[1])), latest[0]))
        if late:
            notes.append(coloured(self.speech.say("late_still" if late.now else "late", days=late.days), "soft"))
        return [t for t in notes if t]


def text_of(value: str | None) -> str:
    """A text, blank when there is none."""
    return value or ""
