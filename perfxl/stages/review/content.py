"""The controller's review over a plan-shaped document: requests are numbered, evaluations hold until the sector declares anew."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from perfxl.model.arithmetic import dec
from perfxl.model.copied import copied
from perfxl.model.findings import Finding, Place
from perfxl.model.outcomes import outcomes
from perfxl.stages.review.blocks import offered
from perfxl.stages.review.record import Review
from perfxl.workbook.values import percent_words

#: What says that two requests without a number are the same one.
_SAME_REQUEST = ("round", "sector", "objective", "about", "question")


def numbered(content: dict[str, Any], review: Review) -> Review:
    """``review`` with a number for each new request: the next one that no request of ``content`` has.

    A request that ``content`` has already, word for word, gets the number it has there.
    """
    taken = {r["id"] for r in content.get("requests", ())} | {r["id"] for r in review.requests if "id" in r}
    known = {_same(r): r["id"] for r in reversed(content.get("requests", ()))}
    last = max((int(i) for i in taken if i.isdecimal()), default=0)
    requests = []
    for request in review.requests:
        number = request.get("id") or known.get(_same(request))
        if number is None:
            last += 1
            number = str(last)
        requests.append({"id": number, **{k: v for k, v in request.items() if k != "id"}})
    return replace(review, requests=tuple(requests))


def _same(request: dict[str, Any]) -> tuple[str | None, ...]:
    return tuple(request.get(k) for k in _SAME_REQUEST)


def lay(content: dict[str, Any], review: Review) -> dict[str, Any]:
    """``content``, a plan document, with the controller's requests, evaluations and considerations over its own.

    On the same key the controller's holds; what was declared is not touched, and ``content`` itself stays as it is. An
    evaluation does not hold where the sector has since declared something else: see ``lapsed``.
    """
    made = copied(content)
    gone = set(_lapsed(content, review))
    evaluations = [e for e in review.evaluations if evaluation_key(e) not in gone]
    away = {kind: {key[1:] for key in review.withdrawn if key[0] == kind} for kind in ("evaluation", "consideration")}
    _replace(made, "evaluations", new=evaluations, key=evaluation_key, away=away["evaluation"])
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


def evaluation_key(evaluation: dict[str, Any]) -> tuple[str, str, str]:
    return evaluation["objective"], evaluation["sector"], evaluation["round"]


def _replace(content: dict[str, Any], array: str, new: Iterable[dict[str, Any]], key: Callable[[dict[str, Any]], tuple[str, ...]],
             away: set[tuple[str, ...]]) -> None:
    """Put ``new`` items in ``array``, each where the first one of its key stood, else at the end."""
    by_key = {key(item): item for item in new}
    placed: set[tuple[str, ...]] = set()
    items = []
    for item in content.get(array, ()):
        here = key(item)
        if here in by_key and here not in placed:
            items.append(by_key[here])
            placed.add(here)
        elif here not in by_key and here not in away:
            items.append(item)
    items += [item for here, item in by_key.items() if here not in placed]
    if items:
        content[array] = items
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
    findings = []
    for key, (before, now) in _lapsed(content, review).items():
        made = next(e for e in review.evaluations if evaluation_key(e) == key)
        findings.append(Finding("REVW17", Place(), {"objective": key[0], "before": _words(before), "now": _words(now),
                                                 "evaluated": _words(made["percent"])}, sector=key[1], objective=key[0]))
    return findings


def _words(percent: str | float | None) -> dict[str, str] | None:
    return None if percent is None else percent_words(dec(percent))


def _lapsed(content: dict[str, Any], review: Review) -> dict[tuple[str, ...], tuple[str | None, str | None]]:
    """(what was declared then, what is declared now) by key of each evaluation that does not hold any more."""
    rounds = {e["round"] for e in review.evaluations} - {"plan"}
    now: dict[tuple[str, ...], str | None] = {(o.objective, o.sector, r): offered(o) for r in sorted(rounds) for o in outcomes(content, r)}
    moved: dict[tuple[str, ...], tuple[str | None, str | None]] = {}
    for evaluation in review.evaluations:
        key = evaluation_key(evaluation)
        if key in review.seen and key in now and dec(review.seen[key]) != dec(now[key]):
            moved[key] = review.seen[key], now[key]
    return moved
