"""What the page says, as plain values: the outcome of the body, of its lines and sectors, and every objective.

Only what stands in the open data is here; figures are those of the consolidated document, never computed again.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from perfxl.model.arithmetic import ZERO, dec, weight_at
from perfxl.model.columns import further_values
from perfxl.model.derived import applicable
from perfxl.model.fields import extension_fields, objective_fields
from perfxl.model.readings import dropped, in_force, read, revised
from perfxl.model.rounds import Round
from perfxl.model.texts import Texts
from perfxl.model.views import MeanOutcome, Measure, ObjectiveOutcome, Result
from perfxl.stages.consolidate import indicators, records
from perfxl.stages.consolidate.view import Assignment, View
from perfxl.stages.publish.page.values import Figure, Grid, Line, Moment, Objective, Sector, State, Story, anchor, clean
from perfxl.stages.report.short import SYMBOLS, state
from perfxl.stages.report.speech import NONE, Speech

#: States in the order in which they are told. The last three are out of every mean.
STATES = ("achieved", "nearly", "partial", "not_achieved", "unknown", "not_due", "replaced", "withdrawn")
_SYMBOLS = {**SYMBOLS, "not_due": "·", "replaced": "⇄", "withdrawn": "×"}


class Content:
    """The content of the page of a consolidated document in ``language``."""

    def __init__(self, view: View, language: str, extension: dict[str, Any] | None = None):
        self.view, self.language, self.extension = view, language, extension
        self.speech, self.say = Speech(language, view.rules().decimals), Texts("page", language)

    @cached_property
    def moments(self) -> tuple[Moment, ...]:
        """The rounds that have outcomes, in the order of the year."""
        return tuple(self._moment(r) for r in self.view.rounds)

    def _moment(self, round: Round) -> Moment:
        name, written = round.name(self.language), self.speech.day(round.reference_date or None)
        return Moment(round, name, written, written[:5] if written else name)

    def state(self, key: str) -> State:
        """The state with its symbol and word."""
        return State(key, _SYMBOLS[key], self.say(f"state_{key}"))

    def figures(self, kind: str, code: str) -> tuple[Figure, ...]:
        """The outcomes of a sector, a line or the body over the rounds."""
        return tuple(self._figure(m, self.view.mean(m.round, kind, code).outcome) for m in self.moments)

    def _figure(self, moment: Moment, value: str | None, key: str = "") -> Figure:
        return Figure(moment, dec(value), self.speech.outcome(value), self.state(key or state(value)))

    def counted(self, held: Iterable[Assignment]) -> list[tuple[State, int]]:
        """How many objectives stand in each state, each once, in the order of ``STATES``."""
        states = {h.objective.code: self._key(h, self.view.rounds[-1]) for h in held if h.is_lead} if self.view.rounds else {}
        counts = Counter(states.values())
        return [(self.state(k), counts[k]) for k in STATES if counts[k]]

    def _key(self, held: Assignment, round: str) -> str:
        """The state of an objective: that of its outcome, unless it was replaced, withdrawn or not due."""
        outcome = self.view.outcome(round, held)
        return outcome.state if outcome.state in ("replaced", "withdrawn", "not_due") else state(outcome.value)

    def objectives(self, held: Iterable[Assignment]) -> str:
        """``7 su 9``: how many objectives were fully achieved, of those not replaced or withdrawn; how many, in a plan."""
        if not self.moments:
            return str(len({h.objective.code for h in held}) or "")
        counts = {s.key: n for s, n in self.counted(held)}
        inside = sum(n for k, n in counts.items() if k not in ("replaced", "withdrawn"))
        return self.speech.say("short_achieved_of", achieved=counts.get("achieved", 0), all=inside) if inside else ""

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The strategic lines that some objective realises or an indicator tells of, in the order of their codes."""
        nodes, made = records.tree(self.view), []
        for n, node in enumerate(nodes):
            under = [nodes[m] for m in records.below(nodes, n)]
            held, by_line = [h for m in under for h in m.leaves], {m.line["code"]: indicators.lines_of(self.view, m.line["code"]) for m in under if m.line}
            if node.line and (held or any(by_line.values())):
                code = node.line["code"]
                made.append(Line(code, clean(node.line["title"]), depth=node.depth, figures=self.figures("lines", code),
                                  objectives=self.objectives(held), further="; ".join(self._further("cascade", node.line)),
                                  indicators=tuple(clean(indicators.said_of_line(self.view, i, self.language)) for i in by_line[code])))
        return tuple(made)

    @cached_property
    def sectors(self) -> tuple[Sector, ...]:
        """The sectors with their objectives, in the order of the plan."""
        made = []
        for sector in self.view.sectors:
            code, held = sector["code"], self.view.by_sector.get(sector["code"], [])
            line = Line(code, clean(sector.get("name", "")), depth=self.view.structure.depth(code), figures=self.figures("sectors", code),
                        objectives=self.objectives(held), anchor=anchor("esito", code))
            made.append(Sector(line, clean(sector.get("manager", "")), clean(sector.get("mission", "")),
                                further=(*self._levels(code), *self._further("sectors", sector)), objectives=tuple(self._objective(h) for h in held)))
        return tuple(made)

    def _levels(self, code: str) -> Iterable[str]:
        """What the latest outcome of a sector follows from, where others stand below it."""
        mean = self.view.mean(self.view.rounds[-1], "sectors", code) if self.view.rounds else MeanOutcome({})
        if mean.levelled and mean.outcome is not None:
            yield self.speech.levels(mean, self.speech.words.at("of", self.view.rounds[-1]))

    def _objective(self, held: Assignment) -> Objective:
        last = self.view.round
        outcome = self.view.outcome(last, held)
        spokesman = next((h for h in self.view.held if h.i == held.i and h.is_lead), held)
        sheet = held.objective.sheet.data
        figures = tuple(self._figure(m, self.view.outcome(m.round, held).value, self._key(held, m.round)) for m in self.moments)
        grids = [self._measures(held)]
        if held.is_lead:
            grids += [self._results(held), self._phases(held)]
        return Objective(
            anchor=anchor("obiettivo", held.objective.code, held.holder.sector), code=held.codes,
            title=clean(in_force(sheet, "title", last) or held.objective.code), whole=held.is_lead,
            there="" if held.is_lead else anchor("obiettivo", spokesman.objective.code, spokesman.holder.sector),
            facts=tuple(self._facts(held)), figures=figures, state=figures[-1].state if figures else None,
            outside=self._outside(outcome), reasons=tuple(self._reasons(held)), grids=tuple(g for g in grids if g and g.rows),
            stories=tuple(self._stories[held.objective.code]) if held.is_lead else ())

    def _outside(self, outcome: ObjectiveOutcome) -> str:
        """Why the objective is out of the mean of its sector; blank when it is in."""
        why = outcome.exclusion
        return self.say("outside", why=self.speech.words(f"exclusion_{why}").lower()) if why and why != "missing" else ""

    def _facts(self, held: Assignment) -> Iterable[tuple[str, str]]:
        """What is told of an objective in a line each: weight, purpose, who answers for it, its years, what it realises."""
        sheet, last = held.objective.sheet.data, self.view.round
        weight = held.weight(last)
        if weight is not None:
            rules = self.view.rules()
            yield self.say("fact_weight"), self.speech.heavy(weight, rules, self.view.weight_sums.get(held.holder.sector, ZERO) if rules.points else None)
        yield from self._own("assignments", held.holder.holding.data)
        if not held.is_lead:
            return
        titles = {line["code"]: line["title"] for line in self.view.content.get("cascade", ())}
        start, end = (self.speech.day(in_force(sheet, k, last)) for k in ("start", "end"))
        facts = {"purpose": in_force(sheet, "purpose", last), "service": sheet.get("service"),
                "responsibles": "\n".join(map(self._person, in_force(sheet, "responsibles", last) or ())),
                "period": self.say("period", start=start, end=end) if start and end else "",
                "lines": "\n".join(f"{code} {titles.get(code, '')}".strip() for code in sheet.get("strategic_lines", ()))}
        yield from ((self.say(f"fact_{k}"), clean(text)) for k, text in facts.items() if text)
        yield from self._own("objectives", sheet)
        yield from ((f.title(self.language), clean(self.speech.value(f, value))) for f in extension_fields(self.extension)
                    if not f.schema.get("x-internal") and (value := sheet.get("extension", {}).get(f.key)) is not None)
        amounts = [line for m in sheet.get("money", ()) if (line := self._amount(m))]
        if amounts:
            yield self.say("fact_money"), "\n".join(amounts)

    def _own(self, table: str, item: dict[str, Any]) -> Iterable[tuple[str, str]]:
        """The fields of the body's own of ``item``: title and value."""
        return ((f.title(self.language), clean(self.speech.value(f, value))) for f, value in further_values(table, item))

    def _further(self, table: str, item: dict[str, Any]) -> list[str]:
        return [f"{title}: {value}" for title, value in self._own(table, item)]

    def _with_own(self, table: str, item: dict[str, Any], text: str) -> str:
        """The text of an item with what the body tells of it in fields of its own."""
        return "\n".join([text, *self._further(table, item)])

    def _amount(self, money: dict[str, Any]) -> str:
        """An amount of which the body tells more in fields of its own; "" of the others, which the tables have."""
        own = self._further("money", money)
        amount = [self.speech.money(money["amount"])] if money.get("amount") is not None else []
        return " · ".join([*([clean(money["label"])] if money.get("label") else []), *amount, *own]) if own else ""

    def _person(self, person: dict[str, Any]) -> str:
        """A name, with the period in which the person answered for the objective where it is told."""
        start, end = (self.speech.day(person.get(k)) for k in ("from", "to"))
        return f"{person.get('name', '')} ({self.say('period', start=start or '…', end=end or '…')})" if start or end else person.get("name", "")

    def _reasons(self, held: Assignment) -> Iterable[Story]:
        """What was said of the outcome at each round: by the sector, and by whoever evaluated it."""
        for moment in self.moments:
            said = read(held.holder.holding.data, moment.round, "reason")
            if said:
                yield Story(self.say("reason", round=moment.name), clean(said))
            judged = self.view.evaluations.get((*held.key, moment.round), {})
            if judged.get("reason"):
                yield Story(self.say("evaluated", round=moment.name, value=self.speech.percent(judged.get("percent"))), clean(judged["reason"]))

    def _grid(self, caption: str, first: tuple[str, ...], given: Iterable[tuple[tuple[str, ...], list[str]]], figures: tuple[str, ...]) -> Grid:
        heads = (*(self.say(f"head_{k}") for k in first), *figures)
        return Grid(self.say(caption), heads, tuple((*map(clean, texts), *numbers) for texts, numbers in given),
                    frozenset(range(len(first), len(heads))))

    def _phases(self, held: Assignment) -> Grid:
        rules, last = self.view.rules(), self.view.round
        whole = sum((w for p in held.objective.sheet.phases if not p.dropped(last) and (w := weight_at(p, last, rules)) is not None), ZERO)
        given = [((str(p.get("id", "")), self._with_own("phases", p, self._phase_text(p))),
                  [self.speech.heavy(in_force(p, "weight", last), rules, whole), *(self.speech.points(read(p, m.round, "realised")) for m in self.moments)])
                 for p in held.objective.sheet.data.get("phases", ())]
        return self._grid("phases", ("id", "phase"), given, (self.say("fact_weight"), *(self.say("realised_at", day=m.short) for m in self.moments)))

    def _phase_text(self, item: dict[str, Any]) -> str:
        text = in_force(item, "text", self.view.round) or ""
        return f"{text} ({self.say('dropped', why=revised(item, 'dropped', self.view.round))})" if dropped(item, self.view.round) else text

    def _results(self, held: Assignment) -> Grid:
        given = [((self._with_own("results", r, self._phase_text(r)), r.get("unit", "")),
                  [self.speech.number(in_force(r, "target", self.view.round)), *(self.speech.obtained(Result(r), m.round) or NONE for m in self.moments)])
                 for r in held.objective.sheet.data.get("results", ())]
        return self._grid("results", ("result", "unit"), given, (self.say("head_target"), *(self.say("actual_at", day=m.short) for m in self.moments)))

    def _measures(self, held: Assignment) -> Grid:
        measures = [row["measure"] for row in self.view.content.get("measures", ())
                if row["sector"] == held.holder.sector and row["measure"].get("objective") in (held.objective.code, held.holder.code)]
        given = [((self._with_own("measures", m, m.get("measure", "")), read(m, self.view.round, "result") or "" if applicable(Measure(m), self.view.round) else self.say("not_applicable")),
                  [self.speech.points(read(m, r.round, "percent")) for r in self.moments]) for m in measures]
        return self._grid("measures", ("measure", "done"), given, tuple(self.say("done_at", day=m.short) for m in self.moments))

    @cached_property
    def _stories(self) -> dict[str, list[Story]]:
        """The long texts of every objective, in the order of the rounds."""
        by_objective = defaultdict(list)
        for row in records.narratives(self.view, self.extension):
            values = row.values
            if values["about"] in self._internal:
                continue
            about = records.about_label(values["about"], self.language, self.extension)
            words = self.say("story_phase", about=about, phase=values["phase"]) if values.get("phase") else about
            by_objective[values["objective"]].append(Story(words, clean(values["text"])))
        return by_objective

    @cached_property
    def _internal(self) -> set[str]:
        return {f.key for f in (*objective_fields(), *extension_fields(self.extension)) if f.schema.get("x-internal")}
