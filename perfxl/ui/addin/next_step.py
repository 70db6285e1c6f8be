"""What to do next in a round, told from its board."""

from dataclasses import dataclass
from typing import Any

from perfxl.campaign.register import Board
from perfxl.model.texts import Texts

#: The button where the words have another name.
_STAGES = {"drafts": "send"}


@dataclass(frozen=True)
class Step:
    """``stage``: the button to press, by its name; ``text``: why, in one sentence."""

    stage: str
    text: str


def next_step(board: Board, language: str) -> Step:
    """The next step of the round that ``board`` is about, the first that is open in the order of the year."""
    words, values = _next(board)
    return Step(_STAGES.get(words, words), Texts("addin", language)(f"next_{words}", **values))


def _next(board: Board) -> tuple[str, dict[str, Any]]:
    """The name of the words, and what they need."""
    expected = [r for r in board.rows if r.expected]
    without = [r.sector for r in expected if not r.issue]
    unsent = [r.sector for r in expected if r.issue and r.mail in ("", "drafted") and not r.versions]
    drafted = [r.sector for r in expected if r.drafts and r.mail in ("", "drafted") and not r.versions]
    late = [r.sector for r in expected if r.state == "late"]
    waiting = [r.sector for r in expected if r.state == "waiting"]
    if board.approval:
        return "publish", {}
    if without:
        return "issue", {"sectors": ", ".join(without)}
    if drafted:  # nobody is reminded of a form that they have not got
        return "drafts", {"sectors": ", ".join(drafted)}
    if late:
        return "remind", {"sectors": ", ".join(late)}
    if any(r.received > board.consolidated for r in expected if r.versions):
        return "consolidate", {}
    if unsent:
        return "send", {"sectors": ", ".join(unsent)}
    if waiting:
        return "collect", {"sectors": ", ".join(waiting)}
    if any(r.findings.get("error") for r in board.rows):
        return "check", {"sectors": ", ".join(r.sector for r in board.rows if r.findings.get("error"))}
    if any(r.questions for r in board.rows):
        return "ask", {"sectors": ", ".join(r.sector for r in board.rows if r.questions)}
    return "approve", {}
