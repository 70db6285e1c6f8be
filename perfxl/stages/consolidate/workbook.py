"""The consolidated workbook: what a round came to, with live formulas whose values are the engine's figures."""

from collections.abc import Iterable
from tempfile import TemporaryDirectory

from perfxl.model.terms import worded
from perfxl.stages.consolidate import indicators, records, rows
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


@worded()
def write(consolidated: dict, language: str = "it", extension: dict | None = None, pending: Iterable[Pending] = (), mark: str = "") -> bytes:
    """The .xlsx workbook of a consolidated document (``schemas/consolidated.schema.json``).

    Same document, same bytes. ``extension`` is the body's own schema of objective fields. In the plan round there
    are no outcomes: their columns and charts are left out. Links lead from ``risultati/<round>/`` to the returned files.
    ``pending``: what the controller wrote in the last workbook and could not be taken (``Review.pending``); it stands again.
    ``mark``: what is printed at the top of every page, of a draft.
    """
    with TemporaryDirectory(prefix="perfxl-") as folder:
        return _write(View(consolidated), language, extension=extension, folder=folder, pending=tuple(pending), mark=mark)


def _write(view: View, language: str, extension: dict | None, folder: str, pending: tuple[Pending, ...], mark: str) -> bytes:
    body, year = view.content["body"]["name"], view.content["year"]
    book = Book(language, f"{body} {year}", footer=body, created=created(view), folder=folder, mark=mark)
    layout = lay_out(view, book)
    tree = Tree(view)
    write_dashboard(view, book, layout, tree)
    write_sectors(view, book, layout)
    for sector in view.sectors:
        write_sector(view, book, layout, sector)
    write_review(view, book, layout, pending)
    write_objectives(view, book, layout, extension)
    write_list(view, book, layout=layout, key="phases", table=rows.phases(view), freeze=3)
    write_list(view, book, layout=layout, key="results", table=rows.results(view), freeze=4)
    if "indicators" in layout.names:
        write_list(view, book, layout, key="indicators", table=indicators.table(view), freeze=2, note=book.words("indicators_note"))
    write_changes(view, book, layout)
    write_list(view, book, layout=layout, key="readings", table=records.readings(view), freeze=5, note=book.words("readings_note"))
    write_narratives(view, book, layout, extension)
    write_list(view, book, layout=layout, key="measures", table=rows.measures(view), freeze=3)
    write_list(view, book, layout=layout, key="money", table=rows.money(view), freeze=2)
    write_cascade(view, book, layout, tree)
    write_gantt(view, book, layout)
    write_findings(view, book, layout)
    write_sources(view, book, layout)
    return book.close()
