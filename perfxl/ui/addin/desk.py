"""Where a button was pressed, and what came of it: what ribbon, window and extension differ in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from perfxl.campaign import Campaign
from perfxl.model.findings import Finding
from perfxl.stages.plan.sight import Sight
from perfxl.ui.addin import place
from perfxl.ui.addin.questions import Question


class Desk(Protocol):
    """Where a button was pressed: what it can ask, and how it shows what came out."""

    language: str
    active: Path | None  # the workbook that is open in front of the user, when it is a file
    about: place.About | None  # what that workbook says it belongs to, wherever it stands
    selected: tuple[str, str]  # sheet and cell that are chosen in it; "" when there are none
    remarks: list[str]  # what there is to say besides what the action says itself

    def ask_folder(self, title: str, start: Path | None) -> Path | None:
        """A folder that the user chooses; None when they give up. ``start``: the one to offer, which need not be there yet."""

    def ask_round(self, title: str, rounds: Sequence[str], first: str) -> str | None:
        """One of ``rounds``, ``first`` being offered; None when they give up."""

    def ask_yes(self, question: str) -> bool | None:
        """Yes, no, or None when they give up."""

    def ask(self, question: Question) -> dict[str, str] | None:
        """What the user filled in, by the keys of the fields; None when they give up."""

    def progress(self, items: Iterable[Any], label: str, total: int, /) -> Iterable[Any]:
        """``items`` again, counted as they are taken; ``label``: what is being done, ``total``: how many there are."""

    def save_open(self, campaign: Campaign) -> None:
        """Save the workbooks of the campaign that are open and that perfxl reads: the plan, the results."""

    def hold(self, result: Path) -> bool:
        """Whether the consolidated workbook ``result`` is open here, so that what the user has in it stays; it is opened for
        that when it can be, and is not as perfxl wrote it."""

    def renews(self, path: Path) -> bool:
        """Whether the document at ``path`` is open here without changes, and ``show`` renews it."""

    def reveal(self, plan: Path, sight: Sight) -> bool:
        """Change what is seen of the plan workbook where it is open here, and save it. Whether it was open here, for writing."""

    def show(self, path: Path, intended: Path | None = None) -> None:
        """Open ``path``. ``intended``: the file that is open and could not be replaced, whose new contents are ``path``."""


class TellingDesk(Desk, Protocol):
    """One that says itself what came of it."""

    def tell(self, text: str) -> None:
        """Say how it went."""

    def fail(self, text: str) -> None:
        """Say what went wrong and what to do."""

    def rest(self) -> None:
        """Put back what was used to show how far the work is."""


@dataclass(frozen=True)
class Done:
    """What an action came to: what to tell the user, and the findings it met. ``path``: the file that was shown."""

    text: str
    path: Path | None = None
    findings: tuple[Finding, ...] = field(default=(), compare=False)


class GivenUp(Exception):
    """The user closed a question without answering: nothing is done, and nothing needs to be said."""
