"""The objective sheets of the appendix: frame, results, phases with their dates, outcomes, monitoring at both dates."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from perfxl.model import views
from perfxl.model.cascade import Cascade
from perfxl.model.fields import Field, extension_fields, objective_fields, part_fields
from perfxl.model.views import Money, Person
from perfxl.stages.consolidate.columns import is_story
from perfxl.stages.consolidate.sector import duration
from perfxl.stages.consolidate.view import Assignment, View
from perfxl.stages.report.monitoring import Monitoring, monitoring
from perfxl.stages.report.prose import Story, stories
from perfxl.stages.report.runs import Runs, coloured, joined, revised
from perfxl.stages.report.sectors import money_labels, weight
from perfxl.stages.report.sheet_tables import MeasureLine, OutcomeLine, PhaseLine, ResultLine, SheetTables
from perfxl.stages.report.speech import Speech

#: Fields that have a place of their own, or are told together with another.
ELSEWHERE = {"title", "strategic_lines", "year_number", "year_count"}


@dataclass(frozen=True)
class Entry:
    """A row of the frame: label and value."""

    label: str
    value: Runs


@dataclass(frozen=True)
class Sheet:
    """One objective sheet."""

    code: str
    heading: str
    frame: tuple[Entry, ...]
    details: tuple[Story, ...]
    results: tuple[ResultLine, ...]
    phases: tuple[PhaseLine, ...]
    outcomes: tuple[OutcomeLine, ...]
    measures: tuple[MeasureLine, ...]
    monitorings: tuple[Monitoring, ...]


@dataclass(frozen=True)
class Chapter:
    """The sheets that one sector leads."""

    code: str
    heading: str
    sheets: tuple[Sheet, ...]


def chapters(view: View, speech: Speech, extension: dict[str, Any] | None) -> tuple[Chapter, ...]:
    """The objective sheets by the sector that leads them, in the order of the sectors' tables; none is left out."""
    chapters = []
    for sector in view.sectors:
        led = [h.i for h in view.by_sector.get(sector["code"], ()) if h.objective.lead == sector["code"]]
        led += [i for i, o in enumerate(view.objectives) if o.lead == sector["code"] and i not in led]
        if led:
            chapters.append(Chapter(sector["code"], f"{sector['code']} · {sector['name']}",
                                 tuple(_sheet(view, speech, i, extension) for i in led)))
    return tuple(chapters)


def _sheet(view: View, speech: Speech, i: int, extension: dict[str, Any] | None) -> Sheet:
    objective = view.objectives[i]
    sheet, tables = objective.sheet, SheetTables(view, speech, objective)
    held = [h for h in view.held if h.i == i]
    name = sheet.in_force("title", view.round) or speech.words("no_title")
    details = [(_title("detail", speech), sheet.detail, "plan")]
    details += [(_revised_title("detail", speech), changed.get("detail"), r) for r, changed in sheet.revisions(view.round)]
    details += [(speech.say("reason_in", sector=h.holder.sector), changed.get("reason"), r)
                for h in held for r, changed in h.holder.holding.revisions(view.round)]
    return Sheet(objective.code, f"{held[0].codes if held else objective.code} · {name}",
                 frame=_frame(view, speech, i, extension), details=stories(details),
                 results=tables.results(), phases=tables.phases(), outcomes=tables.outcomes(held), measures=tables.measures(),
                 monitorings=tuple(monitoring(view, speech, i, r) for r in view.rounds))


def _title(key: str, speech: Speech) -> str:
    return next(f for f in objective_fields() if f.key == key).title(speech.language)


def _revised_title(key: str, speech: Speech) -> str:
    return next(f for f in part_fields("sheetRevision") if f.key == key).title(speech.language)


def _frame(view: View, speech: Speech, i: int, extension: dict[str, Any] | None) -> tuple[Entry, ...]:
    """Every field of the sheet that is not internal and not told elsewhere, blank ones left out."""
    objective = view.objectives[i]
    sheet, own = objective.sheet, objective.sheet.extension
    entries = [Entry(_title("title", speech), revised(sheet.title, sheet.revised("title", view.round))),
               Entry(speech.say("holders"), _holders(view, speech, i)),
               *_levels(sheet.strategic_lines, view.cascade, speech),
               Entry(speech.words("head_duration"), coloured(duration(sheet.data, speech)))]
    for f in objective_fields():
        if f.path[0] == "sheet" and len(f.path) == 2 and not is_story(f) and f.key not in ELSEWHERE and not internal(f):
            entries.append(Entry(f.title(speech.language), _value(view, speech, f, sheet)))
    moments = {r.kind for r in view.rounds}
    entries += [Entry(f.title(speech.language), coloured(speech.value(f, own.get(f.key)), f.moment if f.moment in moments else "plan"))
                for f in extension_fields(extension) if not internal(f) and f.cell != "table"]
    return tuple(e for e in entries if e.value)


def _levels(codes: Iterable[str], cascade: Cascade, speech: Speech) -> list[Entry]:
    """The strategic lines of an objective with those they stand under, a row a level: direction, strategic objective, and so on."""
    by_depth: dict[int, dict[str, None]] = {}
    for code in codes:
        for above in reversed(list(cascade.upwards(code))):
            by_depth.setdefault(cascade.depth(above), {})[above] = None
    lines = cascade.lines
    return [Entry(cascade.level(depth, speech.language), coloured("\n".join(f"{c} {lines.get(c, {}).get('title', '')}".strip() for c in by_depth[depth])))
            for depth in sorted(by_depth)]


def internal(field: Field) -> bool:
    """Whether a field is for the body alone and is left out of what is published."""
    return bool(field.schema.get("x-internal"))


def _value(view: View, speech: Speech, field: Field, sheet: views.Sheet) -> Runs:
    """The value of a field, revision beside approval; tables of the frame as one line an item."""
    after = sheet.revised(field.key, view.round)
    match field.key:
        case "responsibles":
            return revised(_people(speech, sheet.responsibles), _people(speech, map(Person, after or ())), "\n")
        case "money":
            return joined([coloured(_amount(speech, money)) for money in sheet.money])
        case _ if field.cell == "table":
            return Runs()
        case _:
            return revised(speech.value(field, sheet.data.get(field.key)), speech.value(field, after))


def _amount(speech: Speech, money: Money) -> str:
    """A row of the resources on one line."""
    amount = speech.money(money.amount) if money.amount is not None else speech.say("money_unsaid")
    parts = (money_labels(speech.language).get(money.kind or "", ""), money.label, str(money.year or ""), amount, *speech.further("money", money.data))
    return " · ".join(x for x in parts if x)


def _people(speech: Speech, listed: Iterable[Person]) -> str | None:
    """People on one line each, with the period in which they answered for the objective."""
    lines = []
    for person in listed:
        dates = [f"{speech.say(f'phase_{edge}')} {speech.day(day)}" for edge, day in (("start", person.from_), ("end", person.to)) if day]
        lines.append("; ".join([str(person.name) + (f" ({' '.join(dates)})" if dates else ""), *speech.further("responsibles", person.data)]))
    return "\n".join(lines) or None


def _holders(view: View, speech: Speech, i: int) -> Runs:
    """The sectors that hold the objective with its weight in each, and what replaced it."""
    names = {s["code"]: s["name"] for s in view.sectors}
    parts, objective = [], view.objectives[i]
    for j, holder in enumerate(objective.holders):
        code, by = holder.sector, holder.holding.revised("replaced_by", view.round)
        parts.append(coloured(f"{code} {names.get(code, '')}: {speech.say('weight')} ") + weight(view, speech, Assignment(i, j, objective, holder))
                     + coloured("".join(f"; {line}" for line in speech.further("assignments", holder.holding.data)))
                     + coloured(" " + speech.say("replaced_by", code=by) if by else "", "monitoring"))
    return joined(parts)
