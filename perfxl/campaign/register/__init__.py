"""The register of a campaign: an append-only, hash-chained log with the original bytes of all that was received."""

from pathlib import Path

from perfxl.campaign.register.approval import (
    Approval,
    approvals,
    approvals_in,
    approve,
    baseline,
    current_document,
    latest_document,
    open_lines,
    still_open,
    withdraw,
)
from perfxl.campaign.register.as_text import board_table, log_lines
from perfxl.campaign.register.board import Board, Row, board, local_day
from perfxl.campaign.register.log import KINDS, Entry
from perfxl.campaign.register.proof import unreadable
from perfxl.campaign.register.register import VERDICTS, Decision, Register
from perfxl.campaign.register.results import Result, result
from perfxl.campaign.register.words import (
    Altered,
    Busy,
    NotReady,
    Refusal,
    RegisterLost,
    Unreadable,
)
from perfxl.model.findings import Finding

__all__ = [
    "KINDS",
    "VERDICTS",
    "Altered",
    "Approval",
    "Board",
    "Busy",
    "Decision",
    "Entry",
    "NotReady",
    "Refusal",
    "Register",
    "RegisterLost",
    "Result",
    "Row",
    "Unreadable",
    "approvals",
    "approvals_in",
    "approve",
    "baseline",
    "board",
    "board_table",
    "current_document",
    "latest_document",
    "local_day",
    "log_lines",
    "open_lines",
    "result",
    "still_open",
    "verify",
    "withdraw",
]


def verify(folder: Path) -> list[Finding]:
    """What is wrong with the register of the campaign in ``folder``, even one that cannot be opened; [] when nothing."""
    try:
        with Register.open(folder, write=False) as register:
            return register.verify()
    except Unreadable as problem:
        return [unreadable(problem)]
