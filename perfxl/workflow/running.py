"""How a workflow runs: why it could not go on, and how far it has come."""

from collections.abc import Callable, Iterable
from typing import Any

from perfxl.model import documents
from perfxl.model.findings import Finding, quote
from perfxl.model.texts import Texts

#: (items, what is being done, how many): the items again, shown as they are taken.
Progress = Callable[[Iterable[Any], str, int], Iterable[Any]]


class CannotRun(Exception):
    """The work cannot go on; the message tells the user what to do."""

    def __init__(self, message: str, findings: Iterable[Finding] = ()):
        super().__init__(message)
        self.findings = tuple(findings)


def quiet(items: Iterable[Any], _label: str, _total: int) -> Iterable[Any]:
    """A progress that shows nothing."""
    return items


def violation_lines(wrong: Iterable[documents.Violation], language: str) -> str:
    """What a document breaks of its schema, one line each, in words."""
    say, lines = Texts("cli", language), []
    for v in wrong:
        words = {"limit": v.limit, "rule": v.rule, "value": quote(v.value if not isinstance(v.value, (dict, list)) else "…", language)}
        broken = say(f"violation_{v.rule}" if v.rule in ("additionalProperties", "required", "type") else "violation_other", **words)
        lines.append(say("violation", where=documents.pointer(v.path) or "/", title=v.title[language], broken=broken))
    return "\n".join(lines)
