"""The Word templates of a round's document, one a round and language, drawn from here.

A body restyles and rewrites a copy in Word: what stands between braces is filled in, everything else is its own.
"""

from pathlib import Path

from docx.shared import Cm, Pt

from perfxl.model import documents
from perfxl.model.rounds import KINDS
from perfxl.model.texts import LANGUAGES
from perfxl.stages.report import board, piao, short
from perfxl.stages.report.draft import Column, Draft

#: What templates call the kinds of round: the names by which bodies know them.
FILES = {"monitoring": "interim"}


def name(round: str) -> str:
    """File name of the template of ``round``, a kind of round."""
    return f"relazione-{FILES.get(round, round)}.docx"


def names() -> list[str]:
    """File names of all templates of a language."""
    return [*(name(round) for round in KINDS), short.TEMPLATE, board.TEMPLATE, piao.TEMPLATE]


def build(round: str, language: str) -> bytes:
    """The template of ``round`` in ``language``; the same bytes each time."""
    draft = Draft(language)
    seen = {"plan": (), "monitoring": ("monitoring",), "final": ("monitoring", "final")}[round]
    draft.margins("{{ body }} · {{ title }} {{ year }}")
    _cover(draft)
    _contents(draft)
    _premise(draft, seen)
    _cascade(draft, seen)
    _sectors(draft, seen)
    _appendix(draft, seen)
    return draft.finished("{{ title }} {{ year }} – {{ body }}")


def template_in(name_: str, language: str) -> bytes:
    """The template called ``name_`` in ``language``, in the words in use."""
    other = next((room for room in (short, board, piao) if name_ == room.TEMPLATE), None)
    return other.build(language) if other else build(next(round for round in KINDS if name_ == name(round)), language)


def write(folder: Path, language: str) -> list[Path]:
    """Put the templates into ``folder/modelli`` for the body to edit; their paths."""
    return _written(Path(folder) / "modelli", language)


def generate(folder: Path) -> list[Path]:
    """Write perfxl's own templates into ``folder/<language>/``; their paths."""
    return [path for language in LANGUAGES for path in _written(Path(folder) / language, language)]


def _written(folder: Path, language: str) -> list[Path]:
    paths = []
    for round in KINDS:
        documents.write_bytes(folder / name(round), build(round, language))
        paths.append(folder / name(round))
    for other in (short, board, piao):
        documents.write_bytes(folder / other.TEMPLATE, other.build(language))
        paths.append(folder / other.TEMPLATE)
    return paths


def _cover(draft: Draft) -> None:
    top = draft.write("{{ body }}", "Subtitle")
    top.paragraph_format.space_before, top.paragraph_format.space_after = Cm(5), Cm(1.5)
    draft.write("{{ title }}", "Title")
    draft.write(draft.say("year", year="{{ year }}"), "Subtitle").paragraph_format.space_after = Cm(4)
    draft.tag("if act")
    draft.write(draft.say("act_is", act="{{ act }}")).runs[0].font.size = Pt(12)
    draft.tag("else")
    draft.write(draft.say("no_act")).runs[0].font.size = Pt(12)
    draft.tag("endif")


def _contents(draft: Draft) -> None:
    made = draft.write(draft.say("contents"), draft.say("style_contents"))
    made.paragraph_format.page_break_before = True
    draft.field(draft.document.add_paragraph(style="toc 1"), 'TOC \\o "1-2" \\h \\z \\u', draft.say("contents_note"), dirty=True)


def _head(round: str, key: str) -> str:
    """What heads a column of the figures of a kind of round: by the name that the body gives the round."""
    return f"{{{{ heads.{FILES.get(round, round)}.{key} }}}}"


def _figures(seen: tuple[str, ...], width: float, key: str = "percent") -> list[Column]:
    return [Column(_head(r, key), width, f"{{{{ row.{FILES.get(r, r)} }}}}", r, right=True) for r in seen]


def _premise(draft: Draft, seen: tuple[str, ...]) -> None:
    say = draft.say
    draft.heading(1, say("premise")).paragraph_format.page_break_before = True
    draft.prose("premise")
    draft.tag("for line in colours")
    draft.write("{{r line }}", "List Bullet")
    draft.tag("endfor")
    if not seen:
        return
    draft.heading(1, say("overview"))
    draft.write("{{ body_sentence }}")
    draft.picture("charts.sectors", say("caption_chart_sectors"))
    columns = [Column(say("head_sector"), 1.6, "{{ row.code }}"), Column(say("head_name"), 0, "{{ row.name }}"),
               Column(say("head_count"), 1.9, "{{ row.objectives }}", right=True), *_figures(seen, 2.5),
               Column(say("head_denominator"), 2.5, "{{ row.denominator }}", right=True),
               Column(say("head_coverage"), 2.2, "{{ row.coverage }}", right=True)]
    draft.table(say("caption_outcomes"), _filled(columns), "sector_lines", strong="row.bold")
    draft.picture("charts.lines", say("caption_chart_lines"))
    draft.picture("charts.weights", say("caption_chart_weights"))


def _filled(columns: list[Column], width: float = 17.0) -> list[Column]:
    """The columns with what is left of the page given to the one that has no width."""
    rest = width - sum(c.width for c in columns)
    return [Column(c.head, c.width or rest, content=c.content, moment=c.moment, right=c.right) for c in columns]


def _cascade(draft: Draft, seen: tuple[str, ...]) -> None:
    say = draft.say
    draft.heading(1, say("cascade"))
    draft.write(say("cascade_intro"))
    columns = [Column(say("head_code"), 2.1, "{{ row.code }}"), Column(say("head_line"), 0, "{{r row.title }}"),
               Column(say("head_who"), 3.2, "{{ row.who }}"), *_figures(seen, 2.4)]
    draft.table(say("caption_cascade" if seen else "caption_cascade_plan"), _filled(columns), "cascade", strong="row.depth")
    draft.tag("if indicators")
    draft.heading(2, say("indicators"))
    draft.write(say("indicators_intro"))
    columns = [Column(say("head_code"), 2.1, "{{ row.code }}"), Column(say("head_indicator"), 0, "{{ row.name }}"), Column(say("head_unit"), 1.8, "{{ row.unit }}"),
               Column(say("head_target"), 1.9, "{{ row.target }}", right=True), *_figures(seen, 2.0, key="measured"), Column(say("head_used"), 2.6, "{{ row.used }}")]
    draft.table(say("caption_indicators"), _filled(columns), "indicators")
    draft.tag("endif")


def _sectors(draft: Draft, seen: tuple[str, ...]) -> None:
    say = draft.say
    draft.heading(1, say("sectors"))
    draft.tag("for s in sections")
    draft.heading(2, "{{ s.heading }}")
    draft.tag("for line in s.people")
    draft.write("{{ line }}").paragraph_format.keep_with_next = True
    draft.tag("endfor")
    draft.tag("if s.mission")
    draft.heading(3, say("mission"))
    draft.prose("s.mission")
    draft.tag("endif")
    draft.heading(3, say("objectives"))
    columns, totals = [Column(say("head_code"), 1.75, "{{ row.code }}"), Column(say("head_objective"), 0, "{{r row.title }}"),
                       Column(say("head_priority"), 1.55, "{{ row.priority }}"), Column(say("head_weight"), 1.65, "{{r row.weight }}", right=True),
                       Column(say("head_duration"), 1.75, "{{ row.duration }}")], ["", "{{ row.label }}", "", "{{ row.weight }}", ""]
    for r in seen:
        row = f"row.{FILES.get(r, r)}"
        columns += [Column(_head(r, "status"), 1.95, f"{{{{ {row}_status }}}}", r), Column("%", 1.3, f"{{{{ {row} }}}}", r, right=True)]
        totals += ["", f"{{{{ {row} }}}}"]
    draft.table(say("caption_sector", sector="{{ s.code }}"), _filled(columns), "s.lines", after=(("s.totals", totals),))
    draft.tag("for line in s.footnotes")
    draft.write("{{ line }}", draft.say("style_cell"), "soft")
    draft.tag("endfor")
    draft.picture("gantts[s.code]", say("caption_gantt", sector="{{ s.code }}"))
    draft.heading(3, say("budget"))
    draft.write("{{ s.money }}")
    _requests(draft)
    _considerations(draft, seen)
    draft.tag("endfor")


def _requests(draft: Draft) -> None:
    draft.tag("if s.requests")
    draft.heading(3, draft.say("requests"))
    draft.tag("for q in s.requests")
    draft.heading(4, "{{ q.head }}")
    draft.prose("q.question")
    draft.write("{{ q.answered }}", moment="soft").paragraph_format.keep_with_next = True
    draft.prose("q.answer")
    draft.tag("endfor")
    draft.tag("endif")


def _considerations(draft: Draft, seen: tuple[str, ...]) -> None:
    draft.tag("if s.considerations")
    draft.heading(3, draft.say("sector_considerations"))
    draft.tag("for story in s.considerations")
    draft.prose("story.paragraphs")
    draft.tag("endfor")
    draft.tag("endif")
    if seen:
        draft.heading(3, draft.say("final_considerations"))
        draft.tag("for line in s.sentences")
        draft.write("{{r line }}")
        draft.tag("endfor")
        draft.prose("s.final_words")


def _appendix(draft: Draft, seen: tuple[str, ...]) -> None:
    say = draft.say
    draft.tag("for c in chapters")
    draft.heading(1, say("appendix_of", sector="{{ c.heading }}"))
    draft.tag("for o in c.sheets")
    draft.heading(2, "{{ o.heading }}")
    draft.heading(3, say("frame"))
    draft.table(say("caption_frame", code="{{ o.code }}"), [Column(say("head_field"), 4, "{{ row.label }}", "soft"),
                                                            Column(say("head_value"), 13, "{{r row.value }}")], "o.frame")
    _stories(draft, "o.details", 3)
    _tables(draft, seen)
    draft.tag("for m in o.monitorings")
    draft.heading(3, "{{ m.heading }}")
    draft.tag("for line in m.statements")
    draft.write("{{r line }}")
    draft.tag("endfor")
    _stories(draft, "m.stories", 4)
    draft.tag("endfor")
    draft.tag("endfor")
    draft.tag("endfor")


def _stories(draft: Draft, source: str, level: int) -> None:
    draft.tag(f"for story in {source}")
    draft.heading(level, "{{ story.title }}")
    draft.prose("story.paragraphs")
    draft.tag("endfor")


def _tables(draft: Draft, seen: tuple[str, ...]) -> None:
    """Results, phases, outcomes and measures of an objective, each when there is any."""
    say, code = draft.say, "{{ o.code }}"
    results = [Column(say("number"), 1.0, "{{ row.id }}"), Column(say("head_result"), 0, "{{r row.text }}"),
               Column(say("head_weight"), 1.3, "{{r row.weight }}", right=True), Column(say("head_indicator"), 2.8, "{{r row.indicator }}"),
               Column(say("head_deadline"), 1.9, "{{r row.deadline }}"), *_figures(seen, 2.15, "achieved")]
    phases = [Column(say("number"), 1.0, "{{ row.id }}"), Column(say("head_phase"), 0, "{{r row.text }}"),
              Column(say("head_weight"), 1.3, "{{r row.weight }}", right=True),
              *(Column(say("head_year", year=f"{{{{ years[{k}] }}}}"), 1.95, f"{{{{r row.dates[{k}] }}}}") for k in range(3)),
              *_figures(seen, 2.15, "realised")]
    outcomes = [Column(say("head_sector"), 1.5, "{{ row.sector }}"), Column(say("head_when"), 2.3, "{{ row.when }}"),
                Column(say("head_weight"), 1.4, "{{ row.weight }}", right=True),
                *(Column(say(f"head_{k}"), 2.0, f"{{{{ row.{k} }}}}", right=True) for k in ("phases", "results", "declared", "evaluated")),
                Column(say("head_outcome"), 1.8, "{{r row.figures() }}", right=True), Column(say("head_counts"), 0, "{{ row.counts }}")]
    measures = [Column(say("head_sector"), 1.3, "{{ row.sector }}"), Column(say("number"), 1.2, "{{ row.id }}"),
                Column(say("head_measure"), 0, "{{ row.text }}"), Column(say("head_term"), 2.2, "{{ row.deadline }}"),
                Column(say("head_indicator"), 2.4, "{{ row.indicator }}")]
    for r in seen:
        row = f"row.{FILES.get(r, r)}"
        measures += [Column(_head(r, "achieved"), 2.5, f"{{{{r {row} }}}}"), Column("%", 1.1, f"{{{{ {row}_percent }}}}", r, right=True)]
    listed = [("expected_results", "results", results), ("phases", "phases", phases)] \
        + ([("outcomes", "outcomes", outcomes)] if seen else []) + [("measures", "measures", measures)]
    captions = {"outcomes": "caption_outcome"}
    for title, source, columns in listed:
        draft.tag(f"if o.{source}")
        draft.heading(3, say(title))
        draft.table(say(captions.get(source, f"caption_{source}"), code=code), _filled(columns), f"o.{source}")
        draft.tag("endif")
