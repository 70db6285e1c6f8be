"""What the forms of a round would say otherwise by now: changed in the plan, or in the round before, since they were issued."""

from collections.abc import Iterator, Mapping
from typing import Any

from perfxl.model.findings import Finding, Place
from perfxl.model.rounds import PLAN, Round
from perfxl.model.texts import LANGUAGES
from perfxl.stages.merge.emissions import added, altered
from perfxl.stages.merge.flat import Id
from perfxl.stages.merge.words import key_title

#: What figures are computed from, beside which objectives, phases and results there are.
FIGURES = frozenset(("weighting", "weight", "phases_share", "results_as", "strategic_lines", "direction", "baseline", "target", "scale", "until", "minimum",
                     "best", "tolerance", "per", "missing", "dropped", "replaced_by"))

#: Parts of a form that say what rounds found and changed, not what the plan says.
SAID = frozenset(("reading", "in_force", "revision"))


def since_issued(round: Round, issued: Mapping[str, dict[str, Any]], now: Mapping[str, dict[str, Any]], plan_file: str) -> Iterator[Finding]:
    """PLAN74: for each sector that was ``issued`` a form which would say something else ``now``, both by sector, what that is.

    Figures are computed from what holds today; who filled the form in has not seen it. In the plan round forms are issued again at
    each pass, with what was proposed. A note where no figure follows from it: a title, a date. Nothing of objectives that went over
    to another sector, whose answers go with them, nor of what an act revised, which is told among the changes with its reason.
    """
    if round.kind == PLAN:
        return
    then, there = ({o["code"] for form in forms.values() for o in form.get("objectives", ())} for forms in (issued, now))
    moved = {("objectives", code) for code in then & there}
    for sector in sorted(issued.keys() & now.keys()):
        before, after = issued[sector], now[sector]
        if before["identity"]["digest"] == after["identity"]["digest"]:
            continue
        keys = [k for k in (*added(before, after), *altered(before, after)) if not SAID & set(k) and tuple(k) not in moved]
        if keys:
            said = [key_title(key) for key in keys]
            what = {language: "; ".join(words[language] for words in said) for language in LANGUAGES}
            counts = any(isinstance(k[-1], Id) or k[-1] in FIGURES for k in keys)
            yield Finding("PLAN74", Place(plan_file), {"sector": sector, "issue": before["identity"]["issue"], "what": what}, sector=sector,
                          severity="" if counts else "note")
