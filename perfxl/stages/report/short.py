"""The short version for citizens: two pages, the outcome of every strategic direction in plain words.

Every state has a word and a symbol of its own shape besides its colour.
"""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from docx.shared import Pt

from perfxl.model.readings import read
from perfxl.model.views import MeanOutcome
from perfxl.stages.consolidate.view import View
from perfxl.stages.report.charts import Charts, directions, of_body
from perfxl.stages.report.draft import Column, Draft
from perfxl.stages.report.runs import Runs, coloured, joined
from perfxl.stages.report.speech import Speech

TEMPLATE = "relazione-cittadini.docx"
#: How many pages it may take.
PAGES = 2
#: From here on an outcome under 100 is nearly achieved; the legend says so.
NEARLY = 90
#: Longer reasons are cut at a word.
REASON = 160
#: From the fullest to the barest: how many unfinished objectives are told one by one, and which charts are left out
#: (what they show stands in the table too). A body with many directions gets the first that fits the pages.
FITS = ((6, ()), (5, ("lines",)), (3, ("lines", "directions")))
SYMBOLS = {"achieved": "●", "nearly": "◕", "partial": "◐", "not_achieved": "○", "unknown": "–"}


@dataclass(frozen=True)
class Direction:
    """A row: symbol and word of the state, title, outcome, how many objectives were achieved."""

    state: Runs
    title: str
    outcome: str
    achieved: str


@dataclass(frozen=True)
class Behind:
    """An objective that did not reach 100, with its reason."""

    title: str
    outcome: str
    reason: str


def context(document: dict[str, Any], language: str, fit: int = 0) -> dict[str, Any]:
    """The names of the template of the short version; the document must have outcomes. ``fit``: one of ``FITS``."""
    view = View(document)
    speech = Speech(language, view.rules().decimals)
    most, without = FITS[fit]
    charts = of_body(view, speech)
    behind = _behind(view, speech)
    mean = view.mean(view.round, "body", "")
    body, year = view.content["body"]["name"], view.content["year"]
    counted = Counter(o for _, _, c in directions(view) for o in c.elements())
    return {"title": speech.say("short_title", body=body, year=year), "body": body, "year": year,
            "intro": speech.say("short_intro", year=year),
            "outcome": _outcome(view, speech, mean),
            "legend": joined([_symbol(s, speech.say(f"short_{s}")) for s in ("achieved", "nearly", "partial", "not_achieved")], "   "),
            "directions": tuple(_direction(view, speech, *direction) for direction in directions(view)),
            "behind": behind[:most], "others": _others(speech, len(behind) - most), "total": sum(counted.values()),
            "charts": Charts({k: (lambda: None) if k in without else partial(charts.__getitem__, k) for k in charts}), "gantts": {}}


def _outcome(view: View, speech: Speech, mean: MeanOutcome) -> str:
    """The outcome of the body on the day it refers to, and on the days of the rounds before."""
    day = speech.day(view.dates.get(view.round, {}).get("reference_date"))
    sentence = speech.say("short_outcome_on" if day else "short_outcome", day=day, outcome=speech.outcome(mean.outcome), sectors=mean.counted)
    earlier = [(speech.day(view.dates.get(r, {}).get("reference_date")), view.mean(r, "body", "").outcome) for r in view.rounds[:-1]]
    said = [speech.say("short_before_on", day=when, outcome=speech.outcome(value)) for when, value in earlier if when and value is not None]
    return " ".join([sentence, *said])


def _symbol(state: str, word: str) -> Runs:
    """The symbol of a state and its words, on one line."""
    return coloured(SYMBOLS[state], "symbol") + coloured(f" {word}".replace(" ", "\u00a0"))


def _others(speech: Speech, count: int) -> str:
    """That there are objectives not told one by one; blank when there are none."""
    return "" if count < 1 else speech.say("short_other") if count == 1 else speech.say("short_others", count=count)


def state(outcome: str | None) -> str:
    """The state that an outcome stands for."""
    if outcome is None:
        return "unknown"
    value = Decimal(outcome)
    return "achieved" if value >= 100 else "nearly" if value >= NEARLY else "not_achieved" if value <= 0 else "partial"


def _direction(view: View, speech: Speech, code: str, title: str, counted: Counter[str]) -> Direction:
    outcome = view.mean(view.round, "lines", code).outcome
    inside = sum(n for status, n in counted.items() if status not in ("replaced", "withdrawn", "not_due"))
    light = state(outcome)
    return Direction(_symbol(light, speech.say(f"short_word_{light}")), title, speech.outcome(outcome),
                     speech.say("short_achieved_of", achieved=counted["achieved"], all=inside))


def _behind(view: View, speech: Speech) -> list[Behind]:
    """The counted objectives under 100, the lowest first, each once, in the words of the sector that leads them."""
    ranked = []
    for held in view.held:
        outcome = view.outcome(view.round, held)
        if held.holder.sector == held.objective.lead and outcome.value and outcome.status not in ("replaced", "withdrawn") \
                and Decimal(outcome.value) < 100:
            sheet = held.objective.sheet.data
            reason = read(held.holder.holding.data, view.round, "reason") or ""
            title = view.in_force(sheet, "title") or held.objective.code
            ranked.append((Decimal(outcome.value), held.objective.code, Behind(_cut(title), speech.number(outcome.value), _cut(reason))))
    return [behind for _, _, behind in sorted(ranked, key=lambda rank: rank[:2])]


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= REASON else line[:REASON].rpartition(" ")[0].rstrip(",;:") + "…"


def build(language: str) -> bytes:
    """The template of the short version in ``language``; the same bytes each time."""
    draft = Draft(language)
    say = draft.say
    draft.document.styles["Heading 1"].paragraph_format.page_break_before = False
    draft.document.styles["Heading 1"].paragraph_format.space_before = Pt(10)
    draft.document.styles["Heading 1"].font.size = Pt(13)
    for style, size in (("Normal", 11), ("List Bullet", 11), (say("style_cell"), 10), (say("style_head"), 9)):
        draft.document.styles[style].font.size = Pt(size)
    draft.margins("{{ body }} · {{ year }}", cover=False)
    draft.write("{{ title }}", "Title").runs[0].font.size = Pt(20)
    draft.write("{{ intro }}")
    draft.write("{{ outcome }}").runs[0].font.size = Pt(13)
    draft.heading(1, say("short_by_direction"))
    draft.write("{{r legend }}", say("style_cell"))
    draft.table(say("short_caption"), [Column(say("short_head_state"), 3.8, "{{r row.state }}"), Column(say("short_head_line"), 7.6, "{{ row.title }}"),
                                       Column(say("short_head_outcome"), 2.4, "{{ row.outcome }}", right=True),
                                       Column(say("short_head_objectives"), 3.2, "{{ row.achieved }}")], "directions")
    draft.picture("charts.directions", say("caption_chart_directions"))
    draft.picture("charts.lines", say("caption_chart_lines"))
    draft.heading(1, say("short_behind"))
    draft.tag("if behind")
    draft.tag("for o in behind")
    draft.write(say("short_behind_line", title="{{ o.title }}", outcome="{{ o.outcome }}") + "{% if o.reason %}: {{ o.reason }}{% endif %}", "List Bullet")
    draft.tag("endfor")
    draft.tag("if others")
    draft.write("{{ others }}")
    draft.tag("endif")
    draft.tag("else")
    draft.write(say("short_nothing_behind"))
    draft.tag("endif")
    draft.heading(1, say("short_how"))
    draft.write(say("short_how_text"))
    return draft.finished("{{ title }}")
