"""What a blank form asks its sector to read at a round: one cell a phase, a result, a place of one, a measure."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any

from perfxl.model import methods
from perfxl.model.arithmetic import rules_in
from perfxl.model.fields import objective_fields, return_fields
from perfxl.model.rounds import Round
from perfxl.model.terms import cached_in_words
from perfxl.model.texts import LANGUAGES
from perfxl.model.views import Entity, Measure, Phase, Result

#: Ways of measuring that ask for something without a target too.
_WITHOUT_TARGET = ("yesno", "date", "bands", "range")


@dataclass(frozen=True)
class Unread:
    """A blank place of a form at ``path`` (JSON Pointer): of which objective, which row (``kind`` as in the plan's owners, ``item``), its field by language."""

    path: str
    objective: str
    kind: str
    item: str
    field: Mapping[str, str]


def unread(document: dict[str, Any], plan: dict[str, Any], round: Round, named: frozenset[tuple[str, str, str]] = frozenset()) -> Iterator[Unread]:
    """The places of ``document``, a return that nobody filled in, which ``round`` reads, in its order.

    Not of phases that begin later, nor of what is not weighed or was given up. A result without a target is asked for where it is measured
    without one, and where it has an owner of its own: ``named`` holds (objective, kind, item) of those.
    """
    if not round.reports:
        return
    usual = rules_in(plan).method
    for i, objective in enumerate(document.get("objectives", ())):
        code, sheet = objective.get("code", ""), objective.get("sheet", {})
        if objective.get("role", "lead") != "lead":
            continue
        for kind, k, item, key in _rows(sheet, round, usual, {(kind, item) for objective, kind, item in named if objective == code}):
            yield Unread(f"/objectives/{i}/sheet/{kind}/{k}/reading/{key}", code, kind="results" if kind == "entities" else kind, item=item,
                         field=_title(kind, key))
    for k, row in enumerate(document.get("measures", ())):
        measure = Measure(row)
        if measure.due(round) and not row.get("reading"):
            yield Unread(f"/measures/{k}/reading/percent", measure.objective or "", kind="measures", item=measure.id or "", field=_title("measures", "percent"))


def _rows(sheet: Mapping[str, Any], round: Round, usual: str, named: Set[tuple[str, str]]) -> Iterator[tuple[str, int, str, str]]:
    """(table, position, id, key of the reading) of each row of a sheet that ``round`` reads."""
    placed = {e.get("result") for e in sheet.get("entities", ())}
    for k, row in enumerate(sheet.get("phases", ())):
        phase = Phase(row)
        begins = phase.start_1 or phase.start_2 or phase.start_3
        counts = phase.weighting != "not_weighted" and not (begins and begins > round.reference_date)
        if (counts or ("phases", phase.id) in named) and phase.due(round) and not phase.dropped(round):
            yield "phases", k, phase.id or "", "realised"
    for k, row in enumerate(sheet.get("results", ())):
        result = Result(row)
        way = methods.method(result.direction or usual)
        asked = result.target is not None or way.key in _WITHOUT_TARGET or ("results", result.id) in named
        if asked and result.id not in placed and not result.indicator and result.due(round) and not result.dropped(round):
            yield "results", k, result.id or "", "numerator" if result.per else way.reads
    for k, row in enumerate(sheet.get("entities", ())):
        entity = Entity(row)
        if entity.due(round) and not entity.dropped(round):
            yield "entities", k, entity.result or "", "actual"


@cached_in_words
def _title(table: str, key: str) -> dict[str, str]:
    fields = return_fields() if table == "measures" else objective_fields()
    rows = next(f for f in fields if f.path[-1] == table)
    field = next(f for f in rows.items if f.path == ("reading", key))
    return {language: field.title(language) for language in LANGUAGES}
