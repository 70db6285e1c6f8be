"""The validation pack as a Word document: a summary, then each criterion with its exceptions before its evidence."""

from collections.abc import Sequence
from typing import Any

from docx.shared import Pt

from perfxl.stages.report.draft import Column, Draft

TEMPLATE = "relazione-validazione.docx"


def context(document: dict[str, Any], criteria: Sequence[Any], title: str) -> dict[str, Any]:
    """The names of the template. ``criteria``: what has title, question, figures, exceptions and evidence."""
    content = document["content"]
    return {"title": title, "body": content["body"]["name"], "year": content["year"], "criteria": tuple(criteria), "charts": {}, "gantts": {}}


def build(language: str) -> bytes:
    """The template of the validation pack in ``language``; the same bytes each time."""
    draft = Draft(language)
    say = draft.say
    draft.document.styles["Heading 1"].paragraph_format.page_break_before = False
    draft.document.styles["Heading 1"].paragraph_format.space_before = Pt(16)
    draft.margins("{{ body }} · {{ title }} {{ year }}")
    draft.write("{{ title }}", "Title")
    draft.write("{{ body }} · {{ year }}", "Subtitle")
    draft.write(say("board_intro"))
    draft.table(say("board_summary"), [Column(say("board_criterion"), 13, "{{ row.title }}"),
                                       Column(say("board_exceptions"), 4, "{{ row.exceptions|length }}", right=True)], "criteria")
    draft.tag("for c in criteria")
    draft.heading(1, "{{ c.title }}")
    draft.write("{{ c.question }}").paragraph_format.keep_with_next = True
    draft.heading(2, say("board_exceptions"))
    draft.tag("if c.exceptions")
    draft.tag("for line in c.exceptions")
    draft.write("{{ line }}", "List Bullet")
    draft.tag("endfor")
    draft.tag("else")
    draft.write(say("board_none"))
    draft.tag("endif")
    draft.heading(2, say("board_figures"))
    draft.table("{{ c.title }}", [Column(say("board_figure"), 13, "{{ row[0] }}"), Column(say("board_value"), 4, "{{ row[1] }}", right=True)], "c.figures")
    draft.tag("if c.evidence")
    draft.heading(2, say("board_evidence"))
    draft.tag("for line in c.evidence")
    draft.write("{{ line }}", "List Bullet")
    draft.tag("endfor")
    draft.tag("endif")
    draft.tag("endfor")
    return draft.finished("{{ title }} {{ year }} – {{ body }}")
