"""``--active``: a command that does what the button of its stage does, attached from outside to the Excel that is open."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from perfxl.model.texts import Texts
from perfxl.ui.addin.actions import run
from perfxl.ui.addin.buttons import ExcelDesk
from perfxl.workflow.running import CannotRun

if TYPE_CHECKING:
    import xlwings

class OutsideDesk(ExcelDesk):
    """The Excel that is open, seen from a terminal: results appear there, words here."""

    def __init__(self, book: "xlwings.Book", language: str, round: str | None):
        super().__init__(book, language)
        self.round = round

    def ask_round(self, title: str, rounds: Sequence[str], first: str) -> str | None:
        """The round of the command, when it names one; otherwise it is asked."""
        return self.round if self.round in rounds else super().ask_round(title, rounds, first)

    def tell(self, text: str) -> None:
        """Words to standard output."""
        print(text)

    def fail(self, text: str) -> None:
        """Words to standard error."""
        print(text, file=sys.stderr)


def attached(stage: str, language: str, round: str | None) -> int:
    """Do ``stage`` on the workbook that is active in Excel; the exit code. ``CannotRun`` when no Excel is open."""
    import xlwings

    try:
        app = xlwings.apps.active
        book = app.books.active if app else None
    except Exception:  # noqa: BLE001 - each system has its own error for an Excel that is not there
        book = None
    if book is None:
        raise CannotRun(Texts("addin", language)("no_excel_open"))
    done = run(stage, OutsideDesk(book, language, round), typed=True)
    if done is None:
        return 2
    return 1 if any(f.severity != "note" for f in done.findings) else 0
