"""The consolidated workbook: what a round came to, with live formulas whose values are the engine's figures."""

from collections.abc import Iterable
from contextlib import nullcontext, suppress
from tempfile import TemporaryDirectory
from typing import Any

from perfxl.model import process_copy
from perfxl.model.terms import worded
from perfxl.stages.consolidate import beside, indicators, records, rows
from perfxl.stages.consolidate.book import Book
from perfxl.stages.consolidate.cascade import Tree, write_cascade
from perfxl.stages.consolidate.changes_sheet import write_changes
from perfxl.stages.consolidate.dashboard import write_dashboard
from perfxl.stages.consolidate.gantt import write_gantt
from perfxl.stages.consolidate.layout import lay_out
from perfxl.stages.consolidate.lists import (
    created,
    write_findings,
    write_list,
    write_narratives,
    write_objectives,
)
from perfxl.stages.consolidate.review import write_review
from perfxl.stages.consolidate.sector import write_sector
from perfxl.stages.consolidate.sectors import write_sectors
from perfxl.stages.consolidate.sources import write_sources
from perfxl.stages.consolidate.view import View
from perfxl.stages.review.grid import Pending

#: Objectives in their sectors from which on a second process is worth its start.
MANY = 200


@worded()
def write(consolidated: dict[str, Any], language: str = "it", extension: dict[str, Any] | None = None, pending: Iterable[Pending] = (), mark: str = "", processes: int = 1) -> bytes:
    """The .xlsx workbook of a consolidated document (``schemas/consolidated.schema.json``).

    Same document, same bytes. ``extension`` is the body's own schema of objective fields. In the plan round there
    are no outcomes: their columns and charts are left out. Links lead from ``risultati/<round>/`` to the returned files.
    ``pending``: what the controller wrote in the last workbook and could not be taken (``Review.pending``); it stands again.
    ``mark``: what is printed at the top of every page, of a draft. ``processes``: how many may write it; two at most do.
    """
    view, left = View(consolidated), tuple(pending)
    for together in (True, False) if processes > 1 and len(view.held) >= MANY and process_copy.possible() else (False,):
        with TemporaryDirectory(prefix="perfxl-") as folder, suppress(process_copy.CopyFailed):
            return _Writing(view, language, extension=extension, folder=folder, pending=left, mark=mark).run(together)
    raise AssertionError("one process alone is never lost")


class _Writing:
    """A workbook being written."""

    def __init__(self, view: View, language: str, extension: dict[str, Any] | None, folder: str, pending: tuple[Pending, ...], mark: str):
        body, year = view.content["body"]["name"], view.content["year"]
        self.view, self.extension, self.pending = view, extension, pending
        self.book = Book(language, f"{body} {year}", footer=body, created=created(view), folder=folder, mark=mark)
        self.layout, self.tree = lay_out(view, self.book), Tree(view)

    def run(self, together: bool) -> bytes:
        """The finished workbook; ``together``: written by two processes, which raises ``CopyFailed``."""
        with beside.beside(self.book, self.later) if together else nullcontext() as other:
            self.first()
            if other is None:
                self.later()
            else:
                other.join()
            write_sources(self.view, self.book, self.layout)
            return self.book.close()

    def first(self) -> None:
        """What is read first, and the lists of what was planned."""
        view, book, layout = self.view, self.book, self.layout
        write_dashboard(view, book, layout, self.tree)
        write_sectors(view, book, layout)
        for sector in view.sectors:
            write_sector(view, book, layout, sector)
        write_review(view, book, layout, self.pending)
        write_objectives(view, book, layout, self.extension)
        write_list(view, book, layout=layout, key="phases", table=rows.phases(view), freeze=3)
        write_list(view, book, layout=layout, key="results", table=rows.results(view), freeze=4)

    def later(self) -> None:
        """What was found and changed, and the sheets that lead through it: half of the work."""
        view, book, layout = self.view, self.book, self.layout
        if "indicators" in layout.names:
            write_list(view, book, layout, key="indicators", table=indicators.table(view), freeze=2, note=book.words("indicators_note"))
        write_changes(view, book, layout)
        write_list(view, book, layout=layout, key="readings", table=records.readings(view), freeze=5, note=book.words("readings_note"))
        write_narratives(view, book, layout, self.extension)
        write_list(view, book, layout=layout, key="measures", table=rows.measures(view), freeze=3)
        write_list(view, book, layout=layout, key="money", table=rows.money(view), freeze=2)
        write_cascade(view, book, layout, self.tree)
        write_gantt(view, book, layout)
        write_findings(view, book, layout)
