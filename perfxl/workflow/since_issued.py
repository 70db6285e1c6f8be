"""What the forms of a round would say otherwise by now: changed in the plan, or in the round before, since they were issued."""

from collections.abc import Iterator, Mapping

from perfxl.model.findings import Finding, Place
from perfxl.model.rounds import PLAN, Round
from perfxl.model.texts import LANGUAGES
from perfxl.stages.merge.emissions import added, altered
from perfxl.stages.merge.flat import Id
from perfxl.stages.merge.words import called

#: What figures are computed from, beside which objectives, phases and results there are.
FIGURES = frozenset(("weighting", "weight", "phases_share", "results_as", "strategic_lines", "direction", "baseline", "target", "scale", "until", "minimum",
                     "best", "tolerance", "per", "missing", "dropped", "replaced_by"))


def since_issued(round: Round, issued: Mapping[str, dict], now: Mapping[str, dict], plan_file: str) -> Iterator[Finding]:
    """PLAN74: for each sector that was ``issued`` a form which would say something else ``now``, both by sector, what that is.

    Figures are computed from what holds today; who filled the form in has not seen it. In the plan round forms are issued again at
    each pass, with what was proposed. A note where no figure follows from it: a title, a date.
    """
    if round.kind == PLAN:
        return
    for sector in sorted(issued.keys() & now.keys()):
        before, after = issued[sector], now[sector]
        if before["identity"]["digest"] == after["identity"]["digest"]:
            continue
        keys = [k for k in (*added(before, after), *altered(before, after)) if "reading" not in k]
        if keys:
            said = [called(key) for key in keys]
            what = {language: "; ".join(words[language] for words in said) for language in LANGUAGES}
            counts = any(isinstance(k[-1], Id) or k[-1] in FIGURES for k in keys)
            yield Finding("PLAN74", Place(plan_file), {"sector": sector, "issue": before["identity"]["issue"], "what": what}, sector=sector,
                          severity="" if counts else "note")
