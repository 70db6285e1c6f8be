"""The objective sheets of the appendix: frame, results, phases with their dates, outcomes, monitoring at both dates."""

from collections.abc import Callable
from dataclasses import dataclass

from perfxl.model.cascade import Cascade
from perfxl.model.derived import applicable
from perfxl.model.fields import Field, extension_fields, objective_fields, part_fields
from perfxl.model.lateness import Lateness, result_lateness
from perfxl.model.readings import read, readings, revisions, round_target
from perfxl.model.result_degree import degree
from perfxl.model.rounds import Round
from perfxl.model.views import Entity, Measure, Objective, Phase, Result
from perfxl.stages.consolidate.columns import is_story
from perfxl.stages.consolidate.sector import duration
from perfxl.stages.consolidate.view import View
from perfxl.stages.report.monitoring import Monitoring, monitoring
from perfxl.stages.report.prose import Story, stories
from perfxl.stages.report.runs import Runs, joined, revised, said
from perfxl.stages.report.sectors import money_labels, weight
from perfxl.stages.report.speech import Speech

#: Fields that have a place of their own, or are told together with another.
ELSEWHERE = {"title", "strategic_lines", "year_number", "year_count"}


@dataclass(frozen=True)
class Entry:
    """A row of the frame: label and value."""

    label: str
    value: Runs


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
        return said(self.value, self.moment)


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


def chapters(view: View, speech: Speech, extension: dict | None) -> tuple[Chapter, ...]:
    """The objective sheets by the sector that leads them, in the order of the sectors' tables; none is left out."""
    found = []
    for sector in view.sectors:
        mine = [h.i for h in view.by_sector.get(sector["code"], ()) if h.objective.lead == sector["code"]]
        mine += [i for i, o in enumerate(view.objectives) if o.lead == sector["code"] and i not in mine]
        if mine:
            found.append(Chapter(sector["code"], f"{sector['code']} · {sector['name']}",
                                 tuple(_sheet(view, speech, i, extension) for i in mine)))
    return tuple(found)


def _sheet(view: View, speech: Speech, i: int, extension: dict | None) -> Sheet:
    objective = view.objectives[i]
    sheet = objective.sheet.data
    held = [h for h in view.held if h.i == i]
    name = view.in_force(sheet, "title") or speech.words("no_title")
    details = [(_title("detail", speech), sheet.get("detail"), "plan")]
    details += [(_revised_title("detail", speech), changed.get("detail"), r) for r, changed in revisions(sheet, view.round)]
    details += [(speech.say("reason_in", sector=h.holder.sector), changed.get("reason"), r)
                for h in held for r, changed in revisions(h.holder.holding.data, view.round)]
    return Sheet(objective.code, f"{held[0].codes if held else objective.code} · {name}",
                 frame=_frame(view, speech, i, extension), details=stories(details),
                 results=_results(view, speech, sheet),
                 phases=tuple(_phase(view, speech, objective, p) for p in sheet.get("phases", ())),
                 outcomes=tuple(_outcome(view, speech, h, r) for r in view.rounds for h in held),
                 measures=_measures(view, speech, objective.code),
                 monitorings=tuple(monitoring(view, speech, i, r) for r in view.rounds))


def _title(key: str, speech: Speech) -> str:
    return next(f for f in objective_fields() if f.key == key).title(speech.language)


def _revised_title(key: str, speech: Speech) -> str:
    return next(f for f in part_fields("sheetRevision") if f.key == key).title(speech.language)


def _frame(view: View, speech: Speech, i: int, extension: dict | None) -> tuple[Entry, ...]:
    """Every field of the sheet that is not internal and not told elsewhere, blank ones left out."""
    objective = view.objectives[i]
    sheet, own = objective.sheet.data, objective.sheet.extension
    entries = [Entry(_title("title", speech), revised(sheet.get("title"), view.revised(sheet, "title"))),
               Entry(speech.say("holders"), _holders(view, speech, objective)),
               *_levels(sheet.get("strategic_lines", ()), view.cascade, speech),
               Entry(speech.words("head_duration"), said(duration(sheet, speech)))]
    for f in objective_fields():
        if f.path[0] == "sheet" and len(f.path) == 2 and not is_story(f) and f.key not in ELSEWHERE and not internal(f):
            entries.append(Entry(f.title(speech.language), _value(view, speech, f, sheet)))
    entries += [Entry(f.title(speech.language), said(speech.value(f, own.get(f.key)), f.moment if any(r.kind == f.moment for r in view.rounds) else "plan"))
                for f in extension_fields(extension) if not internal(f) and f.cell != "table"]
    return tuple(e for e in entries if e.value)


def _levels(codes: list[str], cascade: Cascade, speech: Speech) -> list[Entry]:
    """The strategic lines of an objective with those they stand under, a row a level: direction, strategic objective, and so on."""
    found: dict[int, dict[str, None]] = {}
    for code in codes:
        for above in reversed(list(cascade.upwards(code))):
            found.setdefault(cascade.depth(above), {})[above] = None
    lines = cascade.lines
    return [Entry(cascade.level(depth, speech.language), said("\n".join(f"{c} {lines.get(c, {}).get('title', '')}".strip() for c in found[depth])))
            for depth in sorted(found)]


def internal(field: Field) -> bool:
    """Whether a field is for the body alone and is left out of what is published."""
    return bool(field.schema.get("x-internal"))


def _value(view: View, speech: Speech, field: Field, sheet: dict) -> Runs:
    """The value of a field, revision beside approval; tables of the frame as one line an item."""
    after = view.revised(sheet, field.key)
    match field.key:
        case "responsibles":
            return revised(_people(speech, sheet.get("responsibles")), _people(speech, after), "\n")
        case "money":
            labels = money_labels(speech.language)
            return joined([said(" · ".join(x for x in (labels.get(m.get("kind"), ""), m.get("label"), str(m.get("year") or ""),
                                                       speech.money(m["amount"]) if m.get("amount") is not None else speech.say("money_unsaid"),
                                                       *speech.further("money", m)) if x))
                           for m in sheet.get("money", ())])
        case _ if field.cell == "table":
            return Runs()
        case _:
            return revised(speech.value(field, sheet.get(field.key)), speech.value(field, after))


def _people(speech: Speech, listed: list[dict] | None) -> str | None:
    """People on one line each, with the period in which they answered for the objective."""
    lines = []
    for person in listed or ():
        told = [f"{speech.say(f'phase_{edge}')} {speech.day(person[key])}" for edge, key in (("start", "from"), ("end", "to")) if person.get(key)]
        lines.append("; ".join([person["name"] + (f" ({' '.join(told)})" if told else ""), *speech.further("responsibles", person)]))
    return "\n".join(lines) or None


def _holders(view: View, speech: Speech, objective: Objective) -> Runs:
    """The sectors that hold the objective with its weight in each, and what replaced it."""
    names = {s["code"]: s["name"] for s in view.sectors}
    parts = []
    for holder in objective.holders:
        holding, code = holder.holding.data, holder.sector
        by = view.revised(holding, "replaced_by")
        parts.append(said(f"{code} {names.get(code, '')}: {speech.say('weight')} ") + weight(view, speech, holding)
                     + said("".join(f"; {line}" for line in speech.further("assignments", holding)))
                     + said(" " + speech.say("replaced_by", code=by) if by else "", "monitoring"))
    return joined(parts)


def _dropped(view: View, speech: Speech, item: dict) -> Runs:
    text = view.revised(item, "dropped")
    return said(speech.say("dropped", reason=text) if text else "", "monitoring")


def _revised(view: View, item: dict, key: str, shown_as) -> Runs:
    return revised(shown_as(item.get(key)), shown_as(view.revised(item, key)))


def _results(view: View, speech: Speech, sheet: dict) -> tuple[ResultLine, ...]:
    """The expected results, each followed by the values of the single entities; those of no result come last."""
    lines, left = [], list(sheet.get("entities", ()))
    for result in sheet.get("results", ()):
        mine = [e for e in left if e.get("result") == result.get("id")]
        left = [e for e in left if e not in mine]
        lines += [_result(view, speech, result, mine), *(_entity(view, speech, e) for e in mine)]
    return (*lines, *(_entity(view, speech, e) for e in left))


def _result(view: View, speech: Speech, result: dict, entities: list[dict]) -> ResultLine:
    number = speech.number
    notes = [said(read(result, r, "note"), r) for r in view.rounds]
    text = joined([said(result.get("heading"), "soft"), _revised(view, result, "text", str_of), _dropped(view, speech, result),
                   said(speech.say("of_phases", phases=result["phases"]) if result.get("phases") else "", "soft"),
                   *_further(speech, "results", result), *notes,
                   *_path(view, speech, lambda r: _achieved(view, speech, result=result, round=r, entities=entities))])
    target = _revised(view, result, "target", lambda v: "" if v is None else number(v))
    indicator = joined([said(result.get("unit")), said(speech.say("direction_" + result["direction"]) if result.get("direction") else ""),
                        said(speech.say("baseline", value=number(result["baseline"])) if result.get("baseline") is not None else ""),
                        said(speech.say("target") + " ") + target if target else Runs(), *_rules(speech, result),
                        *_of_rounds(view, speech, result), *_of_years(view, speech, result)])
    figures = [_achieved(view, speech, result=result, round=r, entities=entities) if r else "" for r in view.columns.values()]
    return ResultLine(str(result.get("id", "")), text, _revised(view, result, "weight", speech.points), indicator,
                      joined([_revised(view, result, "deadline", speech.day), *_dates(view, speech, item=result, keys=("achieved_on",),
                                                                                      late=result_lateness(Result(result), view.round,
                                                                                          tuple(map(Entity, entities)), view.rules()))]), *figures)


def _path(view: View, speech: Speech, figure: Callable[[Round], str]) -> list[Runs]:
    """What each round found, on one line in the colours of the rounds, where the two columns of figures do not show them all."""
    told = [(r, text.replace("\n", " · ")) for r in view.rounds if (text := figure(r))]
    if {r for r, _ in told} <= set(view.columns.values()):
        return []
    pieces = [said(f"{'; ' if n else ''}{r.name(speech.language)} {text}", r) for n, (r, text) in enumerate(told)]
    return [sum(pieces, said(speech.say("path") + " ", "soft"))]


def _further(speech: Speech, table: str, item: dict) -> list[Runs]:
    """A line for each column that the table of the document does not have."""
    return [said(line, "soft") for line in speech.further(table, item)]


def _of_rounds(view: View, speech: Speech, result: dict) -> list[Runs]:
    """The targets of single rounds, a line each, and whether the values of the rounds are of the period alone."""
    told = [said(speech.say("target_of", round=r.name(speech.language), value=speech.number(value)), "soft")
            for r in view.year if (value := round_target(result, r)) is not None]
    return told + ([said(speech.say("counts_period"), "soft")] if result.get("counts") == "period" else [])


def _of_years(view: View, speech: Speech, result: dict) -> list[Runs]:
    """The values of earlier years and the targets of later ones, on one line each."""
    year = view.content["year"]
    past = [f"{year - k}: {speech.number(value)}" for k in (3, 2, 1) if (value := result.get(f"past_{k}")) is not None]
    later = [f"{year + k - 1}: {speech.number(value)}" for k in (2, 3) if (value := result.get(f"target_{k}")) is not None]
    return [said(speech.say(key, list="; ".join(told)), "soft") for key, told in (("past_values", past), ("later_targets", later)) if told]


def _dates(view: View, speech: Speech, item: dict, keys: tuple[str, ...], late: Lateness | None) -> list[Runs]:
    """The note on the dates of an item, the days on which things really happened in the colour of the round that told of them,
    and how late it is."""
    told = [_revised(view, item, "dates_note", str_of)]
    for key in keys:
        found = next(((r, d[key]) for r, d in reversed(list(readings(item, view.round))) if d.get(key)), None)
        if found:
            told.append(said(speech.say(f"day_{key}", day=speech.day(found[1])), found[0]))
    if late:
        told.append(said(speech.say("late_still" if late.now else "late", days=late.days), "soft"))
    return [t for t in told if t]


#: What of the way of measuring is told beside the target.
RULES = ("until", "minimum", "excellence", "scale", "tolerance", "cap", "per", "indicator")


def _rules(speech: Speech, result: dict) -> list[Runs]:
    """How a result is measured beyond its target, a few words a rule."""
    return [said(speech.say(f"rule_{key}", value=value if isinstance(value, str) else speech.number(value)), "soft")
            for key in RULES if (value := result.get(key)) is not None]


def str_of(value) -> str:
    """A text, blank when there is none."""
    return value or ""


def _achieved(view: View, speech: Speech, result: dict, round: str, entities: list[dict]) -> str:
    """The value obtained and the degree of achievement, typed or computed."""
    found = degree(Result(result), round, map(Entity, entities), view.rules(round))
    return "\n".join(x for x in (speech.obtained(result, round), "" if found is None else speech.number(found) + "%") if x)


def _entity(view: View, speech: Speech, entity: dict) -> ResultLine:
    """The values of one entity (a municipality) for a result."""
    expected = joined([said(speech.say("baseline", value=speech.number(entity["baseline"])) if entity.get("baseline") is not None else ""),
                       said(speech.say("target") + " " + speech.number(entity["target"])) if entity.get("target") is not None else Runs()])
    figures = (read(entity, r, "actual") if r else None for r in view.columns.values())
    path = _path(view, speech, lambda r: "" if (actual := read(entity, r, "actual")) is None else speech.number(actual))
    return ResultLine(entity.get("result", ""), joined([said(entity.get("entity")), *_further(speech, "entities", entity), *path]), Runs(), expected, Runs(),
                      *("" if figure is None else speech.number(figure) for figure in figures))


def _phase(view: View, speech: Speech, objective: Objective, phase: dict) -> PhaseLine:
    unweighted = phase.get("weighting") == "not_weighted"
    figures = [speech.points(read(phase, r, "realised")) if r else "" for r in view.columns.values()]
    told = _dates(view, speech, item=phase, keys=("actual_start", "actual_end"),
                  late=view.phase_lateness(objective, Phase(phase)) if view.rounds else None)
    return PhaseLine(str(phase.get("id", "")), joined([_revised(view, phase, "text", str_of), _dropped(view, speech, phase), *_further(speech, "phases", phase), *told,
                                                      *_path(view, speech, lambda r: speech.points(read(phase, r, "realised")))]),
                     said("==", "soft") if unweighted else _revised(view, phase, "weight", speech.points),
                     tuple(_window(view, speech, phase, k) for k in (1, 2, 3)), *figures)


def _window(view: View, speech: Speech, phase: dict, k: int) -> Runs:
    """When a phase runs in the ``k``-th year: each date on a line of its own that says which it is."""
    year = str(view.content["year"] + k - 1)

    def day(text: str | None) -> str:
        return speech.day(text)[:5] if (text or "").startswith(f"{year}-") else speech.day(text)  # the year stands over the column

    edges = [(speech.say(f"phase_{edge}"), _revised(view, phase, f"{edge}_{k}", day)) for edge in ("start", "end")]
    return joined([said(word + "\u00a0", "soft") + told for word, told in edges if told])


def _outcome(view: View, speech: Speech, held, round: str) -> OutcomeLine:
    found = view.outcome(round, held)
    why = speech.words(f"exclusion_{found.exclusion}") if found.exclusion else speech.say("yes")
    return OutcomeLine(held.holder.sector, speech.at("when", round), round, speech.weight(found.weight),
                       speech.say("as_shares") if view.shares_for_phases(round, held) else speech.outcome(found.by_phases),
                       speech.outcome(found.by_results or found.by_measures),
                       *(speech.outcome(v) for v in (found.declared, found.evaluated, found.value)), why)


def _measures(view: View, speech: Speech, code: str) -> tuple[MeasureLine, ...]:
    found = []
    for row in view.content.get("measures", ()):
        m = row["measure"]
        if m["objective"] == code:
            applies = applicable(Measure(m), view.round) or not view.rounds
            told = [said(read(m, r, "result"), r) if r else Runs() for r in view.columns.values()]
            figures = [speech.points(read(m, r, "percent")) if r else "" for r in view.columns.values()]
            path = _path(view, speech, lambda r, m=m: speech.points(read(m, r, "percent"))) if applies else []
            if not applies:
                told[0], figures = said(speech.say("not_applicable"), "soft"), ["", ""]
            found.append(MeasureLine(row["sector"], m["id"], m.get("measure", ""), m.get("deadline", ""), "\n".join([*([m["indicator"]] if m.get("indicator") else []), *speech.further("measures", m), *map(str, path)]), *told, *figures))
    return tuple(found)
