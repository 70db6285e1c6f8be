"""The blocks of the controller's review: their names, their columns, what each cell may hold.

A block is found again by its defined name, ``px_review_evaluations``, or by its hidden row of keys
(``evaluations:percent``). Hidden columns, whose keys begin with ``#``, say what each row is about, so rows may be
sorted, inserted and copied.
"""

import re
from dataclasses import dataclass
from typing import Any

from perfxl.model import documents
from perfxl.model.arithmetic import dec, shown
from perfxl.model.fields import Field, objective_fields, resolve, return_fields, walk
from perfxl.model.objective_outcome import Outcome
from perfxl.model.terms import cached_in_words
from perfxl.model.texts import area
from perfxl.model.views import ObjectiveOutcome

CONFLICTS, EVALUATIONS, REQUESTS, CONSIDERATIONS, LISTS = BLOCKS = (
    "conflicts", "evaluations", "requests", "considerations", "lists")
#: What the controller may write, by block, in the order of the columns.
OPEN = {
    CONFLICTS: ("choice", "other", "note"),
    EVALUATIONS: ("choice", "percent", "reason", "by", "date"),
    REQUESTS: ("sector", "objective", "about", "date", "due", "question", "reopen", "internal"),
    CONSIDERATIONS: ("text",),
}
#: Hidden columns: what the row is about, what its open cells said when it was written, what can be accepted, the
#: SHA-256 of the file of each answer.
KEY, WAS, OFFERED, SOURCES = "#key", "#was", "#offered", "#sources"
ACCEPTED, OVERRIDDEN = "accepted", "overridden"
#: Between the parts of a row's key: no code holds it.
BETWEEN = "|"
#: Rows left open for new requests.
NEW_REQUESTS = 50
#: Defined name and document property that say what the workbook is.
TOKEN, PROPERTY = "px_review", "perfxl"

_TOKEN = re.compile(r"PXR1\|([a-z][a-z0-9]{0,15})\|([a-z,]*)")


def block_name(block: str) -> str:
    """Defined name of ``block``, from its row of keys to its last row."""
    return f"px_review_{block}"


def token(round: str, blocks: tuple[str, ...], body: str, year: int) -> str:
    """What the workbook says of itself: the round it consolidates, the blocks it was written with, body and year."""
    return f"PXR1|{round}|{','.join(blocks)}|{body}|{year}"


def parse_token(text: str | None) -> tuple[str, tuple[str, ...]] | None:
    """The round and the blocks in ``text``; None when it is no token."""
    match = _TOKEN.search(text or "")
    return (match[1], tuple(b for b in match[2].split(",") if b in BLOCKS)) if match else None


@cached_in_words
def plan_fields(definition: str) -> dict[str, Field]:
    """The fields of ``evaluation``, ``request`` or ``consideration`` of the plan, by key."""
    schema, home = resolve(documents.schema("plan")["$defs"][definition], "plan")
    return {f.key: f for f in walk(schema, home, part="plan")}


def review_field(key: str, cell: str, labels: dict[str, Any] | None = None, **limits: Any) -> Field:
    """A field that only the review has; its title stands in ``texts/review.toml`` as ``col_<key>``."""
    title = area("review")[f"col_{key}"]
    schema = {"title": title["it"], "description": title["it"], "x-en": {"title": title["en"], "description": title["en"]},
              "x-labels": labels or {}, **limits}
    return Field((key,), cell, schema=schema, open=(), shown=())


def fields(block: str, answers: int = 0, other: bool = True) -> dict[str, Field]:
    """The fields of the open cells of ``block`` by key; ``answers``: how many the conflict has, ``other``: whether
    another value may be written there.

    ``other`` of the conflicts has the field that the conflict is about: see ``field_of``.
    """
    note = plan_fields("evaluation")["reason"].schema
    if block == CONFLICTS:
        return {"choice": review_field("choice", "choice", choices(answers, other)),
                "note": review_field("note", "long", pattern=note["pattern"], maxLength=note["maxLength"])}
    if block == EVALUATIONS:
        words = area("review")
        decided = review_field("decision", "choice", {c: words[f"decision_{c}"] for c in (ACCEPTED, OVERRIDDEN)})
        return {"choice": decided, **{k: plan_fields("evaluation")[k] for k in OPEN[EVALUATIONS][1:]}}
    of = plan_fields("request" if block == REQUESTS else "consideration")
    return {k: of[k] for k in OPEN[block]}


def choices(answers: int, other: bool) -> dict[str, dict[str, str]]:
    """Labels of what may be chosen in a conflict with so many answers: ``base``, ``0``, ``1`` ..., ``value``."""
    words = area("review")
    given = {str(n): {x: words["choice_answer"][x].format(n=n + 1) for x in ("it", "en")} for n in range(answers)}
    return {"base": words["choice_base"], **given, **({"value": words["choice_value"]} if other else {})}


@cached_in_words
def field_of(key: str) -> Field | None:
    """The field that a conflict on ``key`` (``S1.00001/phases/3-bis/weight``) is about; None for rows and whole tables."""
    parts = tuple(key.split("/"))
    if parts[0] in ("compilation", "measures", "requests"):
        return _below(return_fields(), parts)
    return _below(objective_fields(), parts[1:]) or _below(objective_fields(), ("sheet", *parts[1:]))


def _below(known: tuple[Field, ...], path: tuple[str, ...]) -> Field | None:
    for field in known:
        if field.cell != "table" and field.path == path:
            return field
        size = len(field.path)
        if field.cell == "table" and path[:size] == field.path and len(path) > size + 1:
            return next((c for c in field.items if c.path == path[size + 1:]), None)
    return None


def offered(outcome: Outcome | ObjectiveOutcome) -> str | None:
    """What an evaluator can accept of an outcome: what was declared, else the mean of the measures, in points."""
    if isinstance(outcome, ObjectiveOutcome):
        return outcome.declared or outcome.by_measures
    return shown(outcome.declared if outcome.declared is not None else outcome.by_measures)


@dataclass(frozen=True)
class Written:
    """What the open cells of a row say, as documents hold it, and the mark by which it is known to be untouched."""

    values: dict[str, Any]

    @property
    def mark(self) -> str:
        """Digest of what is written; "" when nothing is."""
        return documents.digest(self.values) if self.values else ""


def evaluation_cells(evaluation: dict[str, Any] | None, offer: str | None) -> Written:
    """What the open cells say of an evaluation in force; nothing when there is none."""
    if evaluation is None:
        return Written({})
    accepted = offer is not None and dec(evaluation["percent"]) == dec(offer)
    given = {k: evaluation[k] for k in OPEN[EVALUATIONS][1:] if k in evaluation}
    return Written({"choice": ACCEPTED if accepted else OVERRIDDEN, **given})
