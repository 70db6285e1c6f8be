"""The controller's questions: none changed, none left without an answer."""

from collections.abc import Iterator

from perfxl.checks.case import Case, blank
from perfxl.checks.locked import same
from perfxl.fields import return_fields
from perfxl.findings import Finding


def changed(case: Case) -> Iterator[Finding]:
    """LOCK05: what was asked is told otherwise."""
    table = next(f for f in return_fields() if f.key == "requests")
    asked = {r.get("id"): r for r in (case.issued or {}).get("requests", ())}
    for i, request in enumerate(case.document.get("requests") or ()):
        before = asked.get(request.get("id"))
        for column in table.items if before else ():
            if not column.open and not same(before.get(column.key), request.get(column.key)):
                yield case.find("LOCK05", "requests", i, column.key, objective=request.get("objective", ""),
                                request=request.get("id"), old=before.get(column.key), new=request.get(column.key))


def unanswered(case: Case) -> Iterator[Finding]:
    """ASKD01: a question without an answer."""
    for i, request in enumerate(case.document.get("requests") or ()):
        if blank(request.get("answer")):
            yield case.find("ASKD01", "requests", i, "answer", objective=request.get("objective", ""),
                            request=request.get("id"), question=request.get("question"))


CHECKS = (
    (changed, ("LOCK05",)),
    (unanswered, ("ASKD01",)),
)
