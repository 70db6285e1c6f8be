"""Everything a template may name, from the consolidated document of a round."""

from collections.abc import Mapping
from typing import Any

from perfxl.campaign.register import Approval
from perfxl.model.plan_year import year_name
from perfxl.stages.consolidate.view import View
from perfxl.stages.report import charts
from perfxl.stages.report.front import (
    act,
    body_sentence,
    cascade,
    colours,
    heads,
    indicator_lines,
    premise,
    sector_lines,
)
from perfxl.stages.report.sectors import sections
from perfxl.stages.report.sheets import chapters
from perfxl.stages.report.speech import Speech


def context(document: dict[str, Any], language: str, extension: dict[str, Any] | None = None, approvals: Mapping[str, Approval] = {}) -> dict[str, Any]:
    """The names of the templates and their values.

    ``approvals``: by round, what has an ``act`` and its ``date`` (ISO); where a round has none, the plan's own act.
    Charts are ``charts.Chart``, absent ones None.
    """
    view = View(document)
    speech = Speech(language, view.rules().decimals)
    acts = {r: act(view, speech, r, approvals.get(r)) for r in view.year}
    year = view.content["year"]
    return {
        "title": speech.at("title", view.round), "year": year, "years": [year_name(view.content, k) for k in (1, 2, 3)], "round": str(view.round),
        "body": view.content["body"]["name"], "act": acts[view.round], "acts": acts,
        "premise": premise(view, speech, acts), "colours": colours(view, speech), "heads": heads(view, speech),
        "body_sentence": body_sentence(view, speech), "sector_lines": sector_lines(view, speech), "cascade": cascade(view, speech),
        "indicators": indicator_lines(view, speech),
        "sections": sections(view, speech), "chapters": chapters(view, speech, extension),
        "charts": charts.of_body(view, speech), "gantts": charts.of_sectors(view, speech),
    }
