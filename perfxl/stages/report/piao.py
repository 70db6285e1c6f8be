"""The chapter on performance of the integrated plan (PIAO, section 2.2), from the data of the plan.

Every objective answers the questions that the type of integrated plan asks (ministerial decree 132/2022, annex): what is
foreseen, who answers for it, for whom, by when, how it is measured, from where it begins, which target, where it is
verified. Outcomes have no place in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from perfxl.model.codes import sort_key
from perfxl.model.readings import dropped, in_force
from perfxl.model.rounds import Round
from perfxl.stages.consolidate.view import Assignment, View
from perfxl.stages.report.draft import Column, Draft
from perfxl.stages.report.speech import NONE, Speech

TEMPLATE = "piao-performance.docx"
#: File name of the chapter among the results.
NAME = "piao-performance.docx"


@dataclass(frozen=True)
class Entry:
    """A question and its answer."""

    label: str
    value: str


@dataclass(frozen=True)
class Measure:
    """An indicator: words, unit, where it begins, target, deadline."""

    text: str
    unit: str
    baseline: str
    target: str
    deadline: str


@dataclass(frozen=True)
class Objective:
    """An objective of the chapter."""

    heading: str
    code: str
    entries: tuple[Entry, ...]
    measures: tuple[Measure, ...]


@dataclass(frozen=True)
class DirectionChapter:
    """The objectives of one strategic direction, or those of none."""

    heading: str
    objectives: tuple[Objective, ...]


def context(document: dict[str, Any], language: str) -> dict[str, Any]:
    """The names of the template."""
    view, speech = View(document), Speech(language)
    body, year = view.content["body"]["name"], view.content["year"]
    return {"title": speech.say("piao_title"), "body": body, "year": year,
            "intro": speech.say("piao_intro", body=body, year=year, objectives=len(view.objectives), sectors=len(view.sectors)),
            "parts": tuple(_parts(view, speech)), "charts": {}, "gantts": {}}


def _parts(view: View, speech: Speech) -> Iterator[DirectionChapter]:
    """Each objective once, under the first direction it realises, in the order of the directions."""
    titles = {line["code"]: line["title"] for line in view.content.get("cascade", ())}
    under: dict[str, list[Objective]] = {}
    for held in view.held:
        if held.is_lead:
            lines = held.objective.sheet.strategic_lines
            under.setdefault(next(iter(view.cascade.path(lines[0])), lines[0]) if lines else "", []).append(_objective(view, speech, held, titles))
    for code in sorted(under, key=lambda c: (not c, sort_key(c))):
        yield DirectionChapter(f"{code} {titles.get(code, '')}".strip() if code else speech.say("piao_no_line"), tuple(under[code]))


def _objective(view: View, speech: Speech, held: Assignment, titles: dict[str, str]) -> Objective:
    sheet, round = held.objective.sheet.data, view.round
    names = {s["code"]: s.get("name", "") for s in view.sectors}
    people = [p["name"] for p in in_force(sheet, "responsibles", round) or () if p.get("name")]
    others = [names.get(h.sector, h.sector) for h in held.objective.holders if h.sector != held.holder.sector]
    start, end = (speech.day(in_force(sheet, k, round)) for k in ("start", "end"))
    who = "; ".join([names.get(held.holder.sector, held.holder.sector), *people])
    facts = {"what": in_force(sheet, "purpose", round) or "", "who": who, "with": "; ".join(others), "whom": sheet.get("shared_with", ""),
            "when": " – ".join(x for x in (start, end) if x),
            "lines": "\n".join(f"{c} {titles.get(c, '')}".strip() for c in sheet.get("strategic_lines", ())), "verified": sheet.get("quality_check_which", "")}
    measures = tuple(_measure(speech, r, round) for r in sheet.get("results", ()) if not dropped(r, round))
    title = in_force(sheet, "title", round) or speech.words("no_title")
    return Objective(f"{held.codes} · {title}", held.objective.code,
                     tuple(Entry(speech.say(f"piao_{k}"), v) for k, v in facts.items() if v), measures)


def _measure(speech: Speech, result: dict[str, Any], round: Round) -> Measure:
    return Measure(in_force(result, "text", round) or "", result.get("unit") or NONE, baseline=speech.number(result.get("baseline")),
                   target=speech.number(in_force(result, "target", round)),
                   deadline=speech.day(in_force(result, "deadline", round)) or NONE)


def build(language: str) -> bytes:
    """The template of the chapter in ``language``; the same bytes each time."""
    draft = Draft(language)
    say = draft.say
    draft.margins("{{ body }} · {{ title }} {{ year }}", cover=False)
    draft.heading(1, "{{ title }}")
    draft.write("{{ intro }}")
    draft.tag("for p in parts")
    draft.heading(2, "{{ p.heading }}")
    draft.tag("for o in p.objectives")
    draft.heading(3, "{{ o.heading }}")
    draft.table(say("caption_frame", code="{{ o.code }}"), [Column(say("piao_question"), 4.5, "{{ row.label }}", "soft"),
                                                            Column(say("piao_answer"), 12.5, "{{ row.value }}")], "o.entries")
    draft.tag("if o.measures")
    draft.table(say("piao_caption", code="{{ o.code }}"), [
        Column(say("piao_how"), 7.6, "{{ row.text }}"), Column(say("piao_unit"), 2.4, "{{ row.unit }}"),
        Column(say("piao_from"), 2.2, "{{ row.baseline }}", right=True), Column(say("piao_target"), 2.4, "{{ row.target }}", right=True),
        Column(say("head_deadline"), 2.4, "{{ row.deadline }}")], "o.measures")
    draft.tag("endif")
    draft.tag("endfor")
    draft.tag("endfor")
    return draft.finished("{{ title }} {{ year }} – {{ body }}")
