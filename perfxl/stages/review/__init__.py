"""The controller's review: read back from the consolidated workbook, and laid over the contents of the next run.

What the controller wrote is kept apart from what the sectors sent: ``read`` takes it from the workbook, ``entries`` and
``replay`` carry it through the register, ``lay`` puts it over a plan-shaped document. What the sectors declared stays.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from perfxl.model.arithmetic import dec
from perfxl.model.copied import copied
from perfxl.model.findings import Finding, Place, in_order
from perfxl.model.outcomes import outcomes
from perfxl.model.texts import area
from perfxl.stages.review import rules
from perfxl.stages.review.blocks import (
    CONFLICTS,
    CONSIDERATIONS,
    EVALUATIONS,
    KEY,
    LISTS,
    REQUESTS,
    offered,
)
from perfxl.stages.review.grid import Grid, Pending, Row, find, identify
from perfxl.stages.review.noted import unread
from perfxl.stages.review.rules import Choice, Known
from perfxl.workbook import sheets
from perfxl.workbook.sheets import Refused
from perfxl.workbook.values import percent_words

__all__ = ["Choice", "Entry", "Review", "entries", "lapsed", "lay", "numbered", "read", "replay", "with_requests"]

#: What says that two requests without a number are the same one.
_SAME_REQUEST = ("round", "sector", "objective", "about", "question")


@dataclass(frozen=True)
class Review:
    """What the controller wrote.

    ``choices`` in conflicts; ``requests``, ``evaluations`` and ``considerations`` as ``schemas/plan`` has them, new
    requests without ``id``; ``withdrawn``: what was taken away, ("evaluation", objective, sector, round) or
    ("consideration", sector, round); ``seen``: by (objective, sector, round), what the sector had declared when it was
    evaluated, in points, None when nothing; ``findings``: what could not be taken, and ``pending`` the rows it stands on,
    which the next workbook shows again as they were.
    """
    choices: tuple[Choice, ...] = ()
    requests: tuple[dict[str, Any], ...] = ()
    evaluations: tuple[dict[str, Any], ...] = ()
    considerations: tuple[dict[str, Any], ...] = ()
    withdrawn: tuple[tuple[str, ...], ...] = ()
    seen: Mapping[tuple[str, str, str], str | None] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    pending: tuple[Pending, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything to take or to say."""
        return bool(self.choices or self.requests or self.evaluations or self.considerations or self.withdrawn or self.findings)


def read(data: bytes, file: str, language: str = "it", everything: bool = False, written: bytes | None = None) -> Review:
    """What the controller wrote in the consolidated workbook ``data`` since perfxl wrote it; nothing when untouched.
    ``everything``: also the evaluations and considerations that stood there before. ``written``: the workbook as perfxl wrote
    it, to tell what stands in cells that are not read.

    ``file`` is what findings call it; ``language``: of the reason given to an outcome accepted without one. Never
    raises on bad input: what cannot be taken is a finding with its cell.
    """
    try:
        book = sheets.open_book(data, file)
        said = identify(book)
        if said is None:
            return Review()
        round, expected = said
        found = _Reading(find(book, expected), file, round=round, language=language, everything=everything).review(expected)
        beside = unread(book, sheets.open_book(written, file), file) if written is not None and written != data else ()
        return replace(found, findings=tuple(in_order([*found.findings, *beside])))
    except Refused as refused:
        return Review(findings=(refused.own(),))


class _Reading:
    """One reading of one workbook."""

    def __init__(self, grids: Mapping[str, Grid], file: str, round: str, language: str, everything: bool = False):
        self.grids, self.file = grids, file
        self.findings: list[Finding] = []
        self.pending: list[Pending] = []
        self.known = Known(round, self._held(), language, everything)

    def _rows(self, block: str) -> Iterable[Row]:
        for row in self.grids[block].rows(self.file) if block in self.grids else ():
            yield row
            self.findings += row.findings
            if row.failed() and row.written(block):
                self.pending.append(Pending(block, row.text(KEY), row.written(block)))

    def _held(self) -> dict[str, set[str]]:
        held: dict[str, set[str]] = {}
        for row in self._rows(LISTS):
            if row.text("sectors"):
                held.setdefault(row.text("sectors"), set())
            if row.text("sector"):
                held.setdefault(row.text("sector"), set()).add(row.text("objective"))
        return held

    def review(self, expected: tuple[str, ...]) -> Review:
        """Everything that was written."""
        self.findings += [Finding("REVW15", Place(self.file), {"block": self._titles(b)})
                          for b in expected if b not in self.grids and b != LISTS]
        choices = self._once(CONFLICTS, (((c.sector, c.key), c, r) for r in self._rows(CONFLICTS) if (c := rules.conflict(r))))
        evaluated = self._once(EVALUATIONS, ((e[0], e[1:], r) for r in self._rows(EVALUATIONS) if (e := rules.evaluation(r, self.known))))
        asked = [q for r in self._rows(REQUESTS) if (q := rules.request(r, self.known))]
        considered = self._once(CONSIDERATIONS, ((c[0], c[1], r) for r in self._rows(CONSIDERATIONS) if (c := rules.consideration(r, self.known))))
        withdrawn = [("evaluation", *key) for key, (document, _) in evaluated.items() if document is None]
        withdrawn += [("consideration", *key) for key, document in considered.items() if document is None]
        return Review(tuple(choices.values()), tuple(q for n, q in enumerate(asked) if q not in asked[:n]),
                      evaluations=tuple(e for e, _ in evaluated.values() if e), considerations=tuple(c for c in considered.values() if c),
                      withdrawn=tuple(withdrawn), seen={key: offer for key, (_, offer) in evaluated.items()},
                      findings=tuple(in_order(self.findings)), pending=tuple(self.pending))

    def _once(self, block: str, found: Iterable[tuple[tuple, Any, Row]]) -> dict[tuple, Any]:
        """What was said by key; two rows that say different things of one key say nothing."""
        by_key: dict[tuple, Any] = {}
        twice: dict[tuple, Finding] = {}
        first: dict[tuple, Row] = {}
        for key, said, row in found:
            if key in by_key and by_key[key] != said:
                twice[key] = Finding("REVW16", row.place("choice" if block != CONSIDERATIONS else "text"),
                                     {"what": " · ".join(key), "other": first[key].number, "found": row.quoted(block)})
                self.pending.append(Pending(block, first[key].text(KEY), first[key].written(block)))
            by_key.setdefault(key, said)
            first.setdefault(key, row)
        self.findings += twice.values()
        return {key: said for key, said in by_key.items() if key not in twice}

    @staticmethod
    def _titles(block: str) -> dict[str, str]:
        return dict(area("review")[f"sheet_{block}"])


def numbered(content: dict[str, Any], review: Review) -> Review:
    """``review`` with a number for each new request: the next one that no request of ``content`` has.

    A request that ``content`` has already, word for word, gets the number it has there.
    """
    taken = {r["id"] for r in content.get("requests", ())} | {r["id"] for r in review.requests if "id" in r}
    known = {_same(r): r["id"] for r in reversed(content.get("requests", ()))}
    last = max((int(i) for i in taken if i.isdecimal()), default=0)
    found = []
    for request in review.requests:
        number = request.get("id") or known.get(_same(request))
        if number is None:
            last += 1
            number = str(last)
        found.append({"id": number, **{k: v for k, v in request.items() if k != "id"}})
    return replace(review, requests=tuple(found))


def _same(request: dict[str, Any]) -> tuple:
    return tuple(request.get(k) for k in _SAME_REQUEST)


def lay(content: dict[str, Any], review: Review) -> dict[str, Any]:
    """``content``, a plan document, with the controller's requests, evaluations and considerations over its own.

    On the same key the controller's holds; what was declared is not touched, and ``content`` itself stays as it is. An
    evaluation does not hold where the sector has since declared something else: see ``lapsed``.
    """
    made = copied(content)
    gone = set(_lapsed(content, review))
    evaluations = [e for e in review.evaluations if _evaluated(e) not in gone]
    away = {kind: {key[1:] for key in review.withdrawn if key[0] == kind} for kind in ("evaluation", "consideration")}
    _replace(made, "evaluations", new=evaluations, key=_evaluated, away=away["evaluation"])
    _replace(made, "considerations", new=review.considerations, key=lambda c: (c["sector"], c["round"]), away=away["consideration"])
    _requests(made, numbered(content, review).requests)
    return made


def with_requests(content: dict[str, Any], review: Review) -> dict[str, Any]:
    """``content``, a plan document, with the controller's requests in it, so that answers find them."""
    made = {**content, "requests": copied(content.get("requests", []))}
    _requests(made, numbered(content, review).requests)
    if not made["requests"]:
        del made["requests"]
    return made


def _evaluated(evaluation: dict[str, Any]) -> tuple[str, str, str]:
    return evaluation["objective"], evaluation["sector"], evaluation["round"]


def _replace(content: dict[str, Any], array: str, new: Iterable[dict[str, Any]], key, away: set[tuple]) -> None:
    """Put ``new`` items in ``array``, each where the first one of its key stood, else at the end."""
    by_key = {key(item): item for item in new}
    found = []
    for item in content.get(array, ()):
        here = key(item)
        if here in by_key and by_key[here] is not None:
            found.append(by_key[here])
            by_key[here] = None
        elif here not in by_key and here not in away:
            found.append(item)
    found += [item for item in by_key.values() if item is not None]
    if found:
        content[array] = found
    else:
        content.pop(array, None)


def _requests(content: dict[str, Any], new: Iterable[dict[str, Any]]) -> None:
    """Add the requests; one that is there already, by its number, keeps its answer. Another of the same number is renumbered."""
    there = content.get("requests", [])
    for request in new:
        old = next((n for n, r in enumerate(there) if r["id"] == request["id"]), None)
        if old is None:
            there.append(request)
        elif _same(there[old]) == _same(request):
            there[old] = {**there[old], **request}
        else:
            last = max((int(r["id"]) for r in there if r["id"].isdecimal()), default=0)
            there.append({**there[old], "id": str(last + 1)})
            there[old] = request
    if there:
        content["requests"] = there


def lapsed(content: dict[str, Any], review: Review) -> list[Finding]:
    """A finding for each evaluation that no longer holds, since the sector declared something else after it."""
    found = []
    for key, (before, now) in _lapsed(content, review).items():
        made = next(e for e in review.evaluations if _evaluated(e) == key)
        found.append(Finding("REVW17", Place(), {"objective": key[0], "before": _words(before), "now": _words(now),
                                                 "evaluated": _words(made["percent"])}, sector=key[1], objective=key[0]))
    return found


def _words(percent) -> dict[str, str] | None:

    return None if percent is None else percent_words(dec(percent))


def _lapsed(content: dict[str, Any], review: Review) -> dict[tuple, tuple]:
    """(what was declared then, what is declared now) by key of each evaluation that does not hold any more."""
    rounds = {e["round"] for e in review.evaluations} - {"plan"}
    now = {(o.objective, o.sector, r): offered(o) for r in sorted(rounds) for o in outcomes(content, r)}
    found = {}
    for evaluation in review.evaluations:
        key = _evaluated(evaluation)
        if key in review.seen and key in now and dec(review.seen[key]) != dec(now[key]):
            found[key] = review.seen[key], now[key]
    return found


@dataclass(frozen=True)
class Entry:
    """A part of a review as the register keeps it: the arguments of ``Register.decide``, ``key`` the only one of its kind.

    ``choice`` is ``set`` or ``withdrawn``; ``value`` the document; ``answers`` what the sector had declared.
    """
    key: str
    sector: str
    choice: str
    value: dict[str, Any] | None
    answers: str | None = None
    by: str = ""


#: How the keys of entries begin; no sector has such a code.
PREFIX = "review"


def entries(review: Review) -> list[Entry]:
    """``review`` for the register; its requests are numbered first, and choices in conflicts are kept elsewhere."""
    found = [Entry(_entry_key("request", r["id"]), r["sector"], "set", r) for r in review.requests]
    found += [Entry(_entry_key("evaluation", *_evaluated(e)), e["sector"], choice="set", value=e,
                    answers=review.seen.get(_evaluated(e)), by=e.get("by", ""))
              for e in review.evaluations]
    found += [Entry(_entry_key("consideration", c["sector"], c["round"]), c["sector"], "set", c) for c in review.considerations]
    return found + [Entry(_entry_key(*key), key[-2], "withdrawn", None) for key in review.withdrawn]


def _entry_key(*parts: str) -> str:
    return ":".join((PREFIX, *parts))


def replay(kept: Iterable[Any]) -> Review:
    """The review that the register keeps: ``kept`` are its decisions (``register.Decision``) or ``Entry``; others are passed over."""
    requests, evaluations, considerations, withdrawn, seen = [], [], [], [], {}
    for entry in kept:
        prefix, _, rest = entry.key.partition(":")
        kind, *key = rest.split(":")
        if prefix != PREFIX:
            continue
        if entry.choice == "withdrawn":
            withdrawn.append((kind, *key))
        else:
            {"request": requests, "evaluation": evaluations, "consideration": considerations}[kind].append(entry.value)
            if kind == "evaluation":
                seen[tuple(key)] = entry.answers
    return Review((), tuple(requests), evaluations=tuple(evaluations), considerations=tuple(considerations),
                  withdrawn=tuple(withdrawn), seen=seen)
