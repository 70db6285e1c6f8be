"""The controller's questions: none is left without an answer."""

from collections.abc import Iterator

from perfxl.model.findings import Finding
from perfxl.stages.check.return_context import ReturnContext, is_blank


def unanswered(case: ReturnContext) -> Iterator[Finding]:
    """ASKD01: a question without an answer."""
    for i, request in enumerate(case.document.requests):
        if is_blank(request.answer):
            yield case.finding("ASKD01", "requests", i, "answer", objective=request.objective, request=request.id, question=request.question)


CHECKS = (
    (unanswered, ("ASKD01",)),
)
