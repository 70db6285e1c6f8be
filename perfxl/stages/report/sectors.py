"""The section of one sector: its table with totals and footnotes, its money, requests and answers, considerations."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from perfxl.model import lights
from perfxl.model.arithmetic import ZERO, dec
from perfxl.model.fields import objective_fields
from perfxl.model.means import follows_from
from perfxl.model.views import MeanOutcome
from perfxl.stages.consolidate.prose import marks
from perfxl.stages.consolidate.sector import duration
from perfxl.stages.consolidate.view import Assignment, View
from perfxl.stages.report.front import title
from perfxl.stages.report.prose import Paragraph, Story, paragraphs, stories
from perfxl.stages.report.runs import Runs, coloured, revised
from perfxl.stages.report.speech import Speech

PARTS = ("without_missing", "missing_as_zero", "missing_as_last")


@dataclass(frozen=True)
class ObjectiveLine:
    """A row of a sector's table, as it is printed."""

    code: str
    title: Runs
    priority: str
    weight: Runs
    duration: str
    interim_status: str
    interim: str
    final_status: str
    final: str


@dataclass(frozen=True)
class Total:
    """A row under the table: a label and its figure in each round."""

    label: str
    weight: str
    interim: str
    final: str


@dataclass(frozen=True)
class Request:
    """A request of the controller and the sector's answer."""

    head: str
    question: tuple[Paragraph, ...]
    answered: str
    answer: tuple[Paragraph, ...]


@dataclass(frozen=True)
class Section:
    """All that is printed about one sector."""

    code: str
    name: str
    heading: str
    people: tuple[str, ...]
    mission: tuple[Paragraph, ...]
    lines: tuple[ObjectiveLine, ...]
    totals: tuple[Total, ...]
    footnotes: tuple[str, ...]
    money: str
    money_lines: tuple[tuple[str, str], ...]
    requests: tuple[Request, ...]
    considerations: tuple[Story, ...]
    sentences: tuple[Runs, ...]
    final_words: tuple[Paragraph, ...]


def sections(view: View, speech: Speech) -> tuple[Section, ...]:
    """The section of every sector, in plan order."""
    return tuple(_section(view, speech, sector) for sector in view.sectors)


def _section(view: View, speech: Speech, sector: dict[str, Any]) -> Section:
    code, items = sector["code"], tuple(view.by_sector.get(sector["code"], ()))
    after, notes = marks(view, speech, items)
    people = ([speech.words("manager_is", name=sector["manager"])] if sector.get("manager") else []) \
        + ([speech.say("appointment_is", act=sector["appointment"])] if sector.get("appointment") else []) \
        + speech.further("sectors", sector)
    money = _money(items, code)
    return Section(
        code, sector["name"], heading=f"{code} · {sector['name']}", people=tuple(people), mission=paragraphs(sector.get("mission"), "plan"),
        lines=tuple(_line(view, speech, held, mark) for held, mark in zip(items, after, strict=True)),
        totals=_totals(view, speech, code, items),
        footnotes=tuple(f"{mark} {text}" for mark, text in notes), money=_money_sentence(view, speech, money, code),
        money_lines=tuple((speech_kind, speech.money(amount)) for speech_kind, amount in _by_kind(speech, money)),
        requests=tuple(_request(view, speech, r) for r in _requests(view, code)), considerations=_considerations(view, code),
        sentences=_sentences(view, speech, code),
        final_words=tuple(p for c in view.content.get("considerations", ()) if (c["sector"], c["round"]) == (code, view.round)
              for p in paragraphs(c["text"], view.round)))


def _labels(key: str, language: str) -> dict[str, Any]:
    return next(f for f in objective_fields() if f.key == key).labels(language)


def weight(view: View, speech: Speech, held: Assignment) -> Runs:
    """The weight of an objective in a sector: the approved one and, where revised, the new one beside it; in points beside the sum."""
    holding, rules = held.holder.holding.data, view.rules()
    if holding.get("weighting") in ("not_weighted", "incentives"):
        return coloured(speech.words(f"weight_{holding['weighting']}"), "soft")
    new = view.revised(holding, "weight")
    whole = view.weight_sums.get(held.holder.sector, ZERO) if rules.points else None
    return revised(speech.heavy(holding.get("weight"), rules, whole), speech.heavy(new, rules, whole)) or coloured(speech.say("no_weight"), "soft")


def _line(view: View, speech: Speech, held: Assignment, mark: str) -> ObjectiveLine:
    sheet = held.objective.sheet.data
    priority = sheet.get("priority") or ""
    cells: list[str] = []
    for r in view.columns.values():
        outcome = view.outcome(r, held)
        state = speech.words(f"status_{outcome.state}") if outcome else ""
        cells += ["\n".join(x for x in (state, _light(view, speech, r, held)) if x), speech.outcome(outcome.value)]
    return ObjectiveLine(held.codes, title(view, held, speech) + coloured(f" {mark}" if mark else "", "soft"),
                         _labels("priority", speech.language).get(priority, ""), weight(view, speech, held),
                         duration(sheet, speech), *cells)


def _light(view: View, speech: Speech, round: str | None, held: Assignment) -> str:
    """The traffic light of an objective in its sector, with its trend against the round before; "" where the body has none."""
    if round is None or view.outcome(round, held).exclusion not in (None, "missing"):
        return ""
    before = view.rounds[view.rounds.index(round) - 1] if view.rounds.index(round) else None
    now, then = (dec(view.outcome(r, held).value) if r else None for r in (round, before))
    return lights.as_text(now, then, view.rules(round), speech.language)


def _sector_light(view: View, speech: Speech, round: str | None, code: str) -> str:
    """The traffic light of a sector, beside its outcome."""
    if round is None:
        return ""
    before = view.rounds[view.rounds.index(round) - 1] if view.rounds.index(round) else None
    now, then = (dec(view.mean(r, "sectors", code).outcome) if r else None for r in (round, before))
    words = lights.as_text(now, then, view.rules(round), speech.language)
    return f" {words}." if words else ""


def _totals(view: View, speech: Speech, code: str, items: tuple[Assignment, ...]) -> tuple[Total, ...]:
    """The weighted outcome with its denominator; the other ways of counting where an outcome is missing."""
    if not view.rounds:
        whole = sum((w for h in items if (w := h.weight(view.round)) is not None), ZERO)
        return (Total(speech.words("total_plan"), speech.sum_of_weights(whole, view.rules()) if view.rules().points else speech.points(whole), "", ""),)
    means = [view.mean(r, "sectors", code) for r in view.columns.values()]
    if any(m.levelled for m in means):
        return _levels(view, speech, code, means)
    parts = ["denominator", "coverage", *(PARTS if any(m.missing for m in means) else ())]
    figures = {p: [(speech.weight if p == "denominator" else speech.outcome)(getattr(m, p)) if m else "" for m in means] for p in ("outcome", *parts)}
    denominator = view.mean(view.round, "sectors", code).denominator
    return (Total(speech.words("total"), speech.sum_of_weights(denominator, view.rules()), *figures["outcome"]),
            *(Total(speech.words(f"part_{p}"), "", *figures[p]) for p in parts))


def _levels(view: View, speech: Speech, code: str, means: list[MeanOutcome]) -> tuple[Total, ...]:
    """The outcome of a sector that has others below it: by its own objectives, by each of those below, by their mean, by both."""
    own, units = [m.own for m in means], [m.units for m in means]

    def row(label: str, means: list[MeanOutcome], part: str = "outcome", weight: str = "") -> Total:
        number = speech.weight if part == "denominator" else speech.outcome
        return Total(label, weight, *(number(getattr(m, part)) if m else "" for m in means))

    whole, rules = own[-1].denominator, view.rules()
    below = [(f"{unit} · {view.structure.sectors[unit].get('name', '')}", [view.mean(r, "sectors", unit) if view.place_under(r, unit, code) else MeanOutcome({}) for r in view.columns.values()])
             for unit in view.units(code)]
    followed = follows_from(view.mean(view.round, "sectors", code), rules)
    said_ = speech.words("units_both" if len(followed) == 2 else f"units_from_{followed[0]}", code=code,
                         own=speech.number(100 - rules.units_share), units=speech.number(rules.units_share))
    return (row(speech.words("total_own"), own, weight=speech.sum_of_weights(whole, rules)), row(speech.words("part_denominator"), own, "denominator"),
            *(row(label, mean) for label, mean in below), row(speech.words(f"units_mean_{rules.units_mean}"), units),
            row(said_, means), *(row(speech.words(f"part_{p}"), means, p) for p in ("denominator", "coverage", *(PARTS if any(m.missing for m in means) else ()))))


def _money(items: tuple[Assignment, ...], code: str) -> dict[str, Decimal]:
    """What the objectives that the sector leads move, by kind, all years together."""
    by_kind: dict[str, Decimal] = defaultdict(Decimal)
    for held in items:
        if held.objective.lead == code:
            for entry in held.objective.sheet.data.get("money", ()):
                if entry.get("amount") is not None and entry.get("kind"):
                    by_kind[entry["kind"]] += dec(entry["amount"])
    return by_kind


def money_labels(language: str) -> dict[str, Any]:
    """The kinds of money as users read them, in the order of the schema."""
    table = next(f for f in objective_fields() if f.key == "money")
    return next(f for f in table.items if f.key == "kind").labels(language)


def _by_kind(speech: Speech, money: dict[str, Decimal]) -> list[tuple[str, Decimal]]:
    return [(label, money[kind]) for kind, label in money_labels(speech.language).items() if kind in money]


def _money_sentence(view: View, speech: Speech, money: dict[str, Decimal], code: str) -> str:
    """What the sector's objectives move, by kind; where some amount is of another year, that all years are summed.

    Money that is named without an amount is told as such: it is not none.
    """
    rows = [e.data for o in view.objectives if o.lead == code for e in o.sheet.money]
    labels = money_labels(speech.language)
    unsaid = [x for x in dict.fromkeys(e.get("label") or labels.get(e.get("kind") or "", "") for e in rows if e.get("amount") is None) if x]
    without = speech.say("money_without", list="; ".join(unsaid)) if unsaid else ""
    if not money:
        return without or speech.say("money_none", sector=code)
    listed = "; ".join(f"{label[0].lower()}{label[1:]} {speech.money(amount)}" for label, amount in _by_kind(speech, money))
    several = any((e.get("year") or view.content["year"]) != view.content["year"] for e in rows)
    sentence = speech.say("money_years" if several else "money", sector=code, list=listed)
    return f"{sentence} {without}".strip()


def _requests(view: View, code: str) -> list[dict[str, Any]]:
    """The requests to a sector in the round of the document; those of earlier rounds stand in the documents of those rounds, and
    internal ones in none."""
    return [r for r in view.content.get("requests", ())
            if r["sector"] == code and r.get("round", view.round.until[0]) == view.round and not r.get("internal")]


def _request(view: View, speech: Speech, request: dict[str, Any]) -> Request:
    words = speech.words
    about = [request.get("objective"), request.get("about"), speech.day(request.get("date")),
             words("due", day=speech.day(request["due"])) if request.get("due") else ""]
    head = " · ".join(x for x in (f"{words('request')} {request['id']}", *about) if x)
    moment = view.year.get(request.get("round", "")) or "plan"
    answer = request.get("answer")
    answered = words("answered", day=speech.day(request["answer_date"])) if answer and request.get("answer_date") \
        else speech.say("answer") if answer else words("no_answer")
    return Request(head, paragraphs(request["question"], moment), answered, paragraphs(answer, moment))


def _considerations(view: View, code: str) -> tuple[Story, ...]:
    texts = [s.get("compilation", {}).get("considerations") for s in view.document["sources"]
            if s["sector"] == code and s.get("verdict") != "superseded"]
    return stories([("", text, view.round) for text in texts])


def _sentences(view: View, speech: Speech, code: str) -> tuple[Runs, ...]:
    """In each round, the outcome of the sector with its denominator, in words."""
    sentences = []
    for r in view.rounds:
        mean, of = view.mean(r, "sectors", code), speech.words.at("of", r)
        if mean.outcome is None:
            text = speech.words("sentence_none", of=of)
        else:
            text = speech.levels(mean, of) if mean.levelled else speech.words("sentence_before", of=of) + speech.outcome(mean.outcome) \
                + speech.words("sentence_between", of=of) + speech.weight(mean.denominator) \
                + speech.words("sentence_after_points" if view.rules(r).points else "sentence_after", of=of)
            text += _sector_light(view, speech, r, code)
        sentences.append(coloured(text, r))
    return tuple(sentences)
