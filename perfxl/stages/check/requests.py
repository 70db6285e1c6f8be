"""The controller's questions: none is left without an answer."""

from collections.abc import Iterator

from perfxl.model.findings import Finding
from perfxl.stages.check.return_context import ReturnContext, blank


def unanswered(case: ReturnContext) -> Iterator[Finding]:
    """ASKD01: a question without an answer."""
    for i, request in enumerate(case.document.get("requests") or ()):
        if blank(request.get("answer")):
            yield case.finding("ASKD01", "requests", i, "answer", objective=request.get("objective", ""),
                            request=request.get("id"), question=request.get("question"))


CHECKS = (
    (unanswered, ("ASKD01",)),
)
