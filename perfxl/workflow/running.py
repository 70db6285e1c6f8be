"""How a workflow runs: why it could not go on, and how far it has come."""

from collections.abc import Callable, Iterable

from perfxl.model.findings import Finding

Progress = Callable[[Iterable, str, int], Iterable]


class CannotRun(Exception):
    """The work cannot go on; the message tells the user what to do."""

    def __init__(self, message: str, findings: Iterable[Finding] = ()):
        super().__init__(message)
        self.findings = tuple(findings)


def quiet(items: Iterable, _label: str, _total: int) -> Iterable:
    """A progress that shows nothing."""
    return items
