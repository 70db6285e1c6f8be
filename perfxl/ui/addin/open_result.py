"""The consolidated workbook of a round while it is made anew, wherever it is open."""

from pathlib import Path

from perfxl.campaign import Campaign, open_files
from perfxl.ui.addin.desk import Desk
from perfxl.workflow.consolidate import Run


class OpenResult:
    """The consolidated workbook of a round while it is made anew: held where it is open, then shown. ``kept``: copies that were
    made of what the user had in it."""
    def __init__(self, campaign: Campaign, round: str, desk: Desk):
        self.path, self.desk = campaign.result(round, "consolidato.xlsx"), desk
        self.kept: list[Path] = []

    def __enter__(self) -> "OpenResult":
        self._held, self._known = self.desk.hold(self.path), open_files.copies(self.path)
        return self

    def show(self, run: Run) -> Run:
        """Show what ``run`` made."""
        self.desk.show(run.workbook, self.path if run.workbook != self.path else None)
        return run

    def __exit__(self, *_: object) -> None:
        self.kept = [] if self._held else sorted(open_files.copies(self.path) - self._known)
