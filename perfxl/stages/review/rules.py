"""What each row of the review means: documents in the shapes of the plan, and findings where it means nothing yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from perfxl.model import documents
from perfxl.model.arithmetic import dec
from perfxl.model.fields import Field
from perfxl.model.findings import Finding, Place
from perfxl.model.refusals import refusals
from perfxl.model.texts import Texts
from perfxl.model.upgrade import returned_key
from perfxl.stages.review.blocks import (
    ACCEPTED,
    BETWEEN,
    CONFLICTS,
    CONSIDERATIONS,
    EVALUATIONS,
    KEY,
    OFFERED,
    OPEN,
    OVERRIDDEN,
    REQUESTS,
    SOURCES,
    WAS,
    Written,
    field_of,
    fields,
    plan_fields,
)
from perfxl.stages.review.grid import Row
from perfxl.workbook.values import percent_words


@dataclass(frozen=True)
class Choice:
    """What the controller chose in a conflict of ``sector`` on ``key``.

    ``choice``: ``base``, the SHA-256 of the file whose answer it is, or ``value`` for ``value``; ``seen``: the files
    whose answers stood on the row.
    """

    sector: str
    key: str
    choice: str
    value: Any = None
    note: str = ""
    seen: tuple[str, ...] = ()
    place: Place = field(default=Place(), compare=False)


@dataclass
class Known:
    """What the rows refer to: the round, objectives by the sector that holds them ({} when not known), the language;
    ``everything``: whether rows count that were left as they were written."""

    round: str
    held: Mapping[str, set[str]]
    language: str
    everything: bool = False

    def untouched(self, row: Row, said: dict[str, Any]) -> bool:
        """Whether a row says what it said when it was written, and so nothing new."""
        mark = Written(said).mark
        return mark == row.text(WAS) and not (self.everything and mark)

    def wrong_codes(self, row: Row, sector: str | None, objective: str | None) -> Finding | None:
        """What is wrong with the codes on a row."""
        if not self.held:
            return None
        if sector is not None and sector not in self.held:
            return Finding("REVW06", row.place("sector"), {"code": sector}, sector="")
        if objective is not None and not any(objective in codes for codes in self.held.values()):
            return Finding("REVW07", row.place("objective"), {"code": objective}, sector=sector or "")
        if sector and objective and objective not in self.held[sector]:
            return Finding("REVW08", row.place("objective"), {"code": objective, "sector": sector}, sector=sector)
        return None


def conflict(row: Row) -> Choice | None:
    """What was chosen on a row of the conflicts; None when nothing was, or nothing that can be done."""
    sector, _, written = row.text(KEY).partition(BETWEEN)
    if not written:
        _lost(row, CONFLICTS)
        return None
    key = returned_key(written)
    sources = tuple(row.text(SOURCES).split())
    about = field_of(key)
    said = row.typed(fields(CONFLICTS, len(sources), about is not None))
    other = row.value("other", about) if about else None
    if row.failed():
        return None
    choice, note = said.get("choice"), said.get("note", "")
    made = Choice(sector, key, choice=choice or "value", value=other, note=note, seen=sources, place=row.place("choice"))
    wrong = _wrong_choice(row, choice, other=other, note=note, about=about)
    if wrong is None and other is not None and about is not None:
        row.findings.extend(_limits_of(about, other, row.place("other")))
    if wrong or row.failed() or (choice is None and other is None):
        row.findings.extend([wrong] if wrong else [])
        return None
    if choice is not None and choice.isdecimal():
        return Choice(sector, key, choice=sources[int(choice)], value=None, note=note, seen=sources, place=made.place)
    return made


def _wrong_choice(row: Row, choice: str | None, other: Any, note: str, about: Field | None) -> Finding | None:
    if about is None and row.says("other"):
        return Finding("REVW10", row.place("other"), {"found": str(row.cells["other"].value)})
    if choice == "value" and other is None:
        return Finding("REVW11", row.place("other"))
    if choice not in (None, "value") and other is not None:
        return Finding("REVW12", row.place("other"), {"found": other if not isinstance(other, list) else ", ".join(other)})
    if choice is None and other is None and note:
        return Finding("REVW13", row.place("choice"), {"found": note})
    return None


def evaluation(row: Row, known: Known) -> tuple[tuple[str, ...], dict[str, Any] | None, str | None] | None:
    """((objective, sector, round), the evaluation or None when it was taken away, what was offered then).

    None when the row was left as it was written, or says nothing that can be taken.
    """
    key = _key(row, known, ("objective", "sector"), EVALUATIONS)
    said = row.typed(fields(EVALUATIONS))
    if key is None or row.failed() or known.untouched(row, said):
        return None
    wrong = known.wrong_codes(row, key[1], key[0]) or _wrong_evaluation(row, said)
    if wrong:
        row.findings.append(wrong.at(objective=key[0], sector=key[1]))
        return None
    offer = row.text(OFFERED) or None
    if not said:
        return key, None, offer
    accepted = said.pop("choice") == ACCEPTED
    typed = {"objective": key[0], "sector": key[1], "round": key[2], **said}
    if accepted and offer is not None:
        reason = said.get("reason") or Texts("review", known.language)("accepted_reason")
        typed |= {"percent": _plain(dec(offer)), "reason": reason}
    typed = {k: typed[k] for k in plan_fields("evaluation") if k in typed}
    row.findings.extend(_limits(row, "evaluations", typed))
    return None if row.failed() else (key, typed, offer)


def _plain(number: Decimal) -> int | Decimal:
    return int(number) if number == number.to_integral_value() else number.normalize()


def _wrong_evaluation(row: Row, said: dict[str, Any]) -> Finding | None:
    choice, offer = said.get("choice"), row.text(OFFERED) or None
    if said and choice is None:
        key = next(k for k in OPEN[EVALUATIONS] if k in said)
        value = percent_words(said[key]) if key == "percent" else said[key]
        return Finding("REVW01", row.place("choice"), {"found": value})
    if choice == OVERRIDDEN and "percent" not in said:
        return Finding("REVW02", row.place("percent"))
    if choice == OVERRIDDEN and "reason" not in said:
        return Finding("REVW03", row.place("reason"))
    if choice == ACCEPTED and offer is None:
        return Finding("REVW05", row.place("choice"))
    if choice == ACCEPTED and offer is not None and "percent" in said and dec(said["percent"]) != dec(offer):
        return Finding("REVW04", row.place("percent"), {"found": percent_words(said["percent"]), "offered": percent_words(dec(offer))})
    return None


def request(row: Row, known: Known) -> dict[str, Any] | None:
    """A new request without its number; None on rows of requests already made, and where it cannot be taken."""
    if row.text(KEY):
        return None
    said = row.typed(fields(REQUESTS))
    if row.failed() or not said:
        return None
    if "sector" not in said and "objective" in said:
        holding = [s for s, codes in known.held.items() if said["objective"] in codes]
        said |= {"sector": holding[0]} if len(holding) == 1 else {}
    wrong = known.wrong_codes(row, said.get("sector"), said.get("objective"))
    missing = next((k for k in ("sector", "question") if k not in said), None)
    if wrong is None and missing is not None:
        title = {x: plan_fields("request")[missing].title(x) for x in ("it", "en")}
        wrong = Finding("REVW09", row.place(missing), {"missing": title}, sector=said.get("sector", ""))
    if wrong is not None:
        row.findings.append(wrong)
        return None
    typed = {"round": known.round, **said}
    row.findings.extend(_limits(row, "requests", {"id": "1", **typed}))
    return None if row.failed() else {k: typed[k] for k in plan_fields("request") if k in typed}


def consideration(row: Row, known: Known) -> tuple[tuple[str, ...], dict[str, Any] | None] | None:
    """((sector, round), the consideration or None when it was taken away); None when the row was left as it was."""
    key = _key(row, known, ("sector",), CONSIDERATIONS)
    said = row.typed(fields(CONSIDERATIONS))
    if key is None or row.failed() or known.untouched(row, said):
        return None
    wrong = known.wrong_codes(row, key[0], None)
    typed = {"sector": key[0], "round": key[1], **said}
    row.findings.extend([wrong] if wrong else _limits(row, "considerations", typed) if said else ())
    return None if row.failed() else (key, typed if said else None)


def _key(row: Row, known: Known, shown: tuple[str, ...], block: str) -> tuple[str, ...] | None:
    """(codes, round) of what a row is about: from its hidden cell, else from the codes it shows."""
    parts = tuple(row.text(KEY).split(BETWEEN))
    if len(parts) == len(shown) + 1:
        return (*parts[1:], parts[0])
    codes = tuple(row.text(k) for k in shown)
    if all(codes):
        return (*codes, known.round)
    _lost(row, block)
    return None


def _lost(row: Row, block: str) -> None:
    """A row that does not say what it is about is noticed only when something was written in it."""
    written = row.open_cells(block)
    if written:
        row.findings.append(Finding("REVW14", row.place(next(iter(written))), {"found": row.quoted(block)}))


def _limits(row: Row, array: str, item: dict[str, Any]) -> list[Finding]:
    """What the schema of the plan refuses in ``item``, at the cells it came from."""
    document = {array: [item]}
    wrong = [v for v in documents.violations("plan", document) if v.path[:2] == (array, 0)]
    return [Finding(code, row.place(str(path[-1])), said, title or {}, sector=item.get("sector", ""), objective=item.get("objective", ""))
            for code, path, said, title in refusals(wrong, document)]


def _limits_of(about: Field, value: Any, place: Place) -> list[Finding]:
    """What the schema refuses in the value of one field."""
    from jsonschema import Draft202012Validator

    if about.cell == "lines":
        return []
    checker = Draft202012Validator(about.schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    violations = [documents.Violation((about.key,), e.validator, limit=e.validator_value, value=value,
                                 title={}) for e in checker.iter_errors(value)]
    title = {x: about.title(x) for x in ("it", "en")}
    return [Finding(code, place, said, title) for code, _, said, _ in refusals(violations, {})]


__all__ = ["Choice", "Known", "conflict", "consideration", "evaluation", "request"]
