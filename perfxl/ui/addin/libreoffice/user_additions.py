"""What the user has added to a workbook since perfxl wrote it, as it was saved by another program."""

from dataclasses import dataclass

from perfxl.stages.review.blocks import BLOCKS, block_name
from perfxl.stages.review.workbook_difference import Beside
from perfxl.ui.addin.typed_cells import Typed
from perfxl.workbook import sheets
from perfxl.workbook.sheets.refs import Ref, a1


@dataclass(frozen=True)
class Added:
    """``sheets``: the user's own, each with the one before it; ``names``: the user's own; ``typed``: what stands over perfxl's cells."""

    sheets: list[tuple[str, str]]
    names: list[str]
    typed: list[Typed]

    def __bool__(self) -> bool:
        return bool(self.sheets or self.names or self.typed)


def added(saved: bytes, written: bytes, made: bytes) -> Added:
    """What ``saved`` has that ``written``, the same workbook as perfxl wrote it, has not; ``made``: the one that takes its place."""
    book, ours, new = (sheets.open_book(content, "consolidato.xlsx") for content in (saved, written, made))
    beside = Beside(book, ours)
    known = {s.name for s in (*ours.sheets, *new.sheets)}
    order = [s.name for s in book.sheets]
    own = [(name, order[place - 1] if place else "") for place, name in enumerate(order) if name not in known]
    review = {ref.sheet for b in BLOCKS if isinstance(ref := ours.names.get(block_name(b)), Ref)}
    typed = [Typed(sheet.name, a1(*at), shown(cell)) for sheet in ours.sheets if sheet.name not in review
             for at, cell in beside.differing(sheet)]
    names = [n for n in book.names if n not in ours.names and n not in new.names and not n.startswith(("_xlnm", "_FilterDatabase"))]
    return Added(own, names, typed)


def shown(cell: sheets.Cell) -> str:
    """What stands in a cell, as it is typed."""
    return f"={cell.formula.lstrip('=')}" if cell.formula is not None else str(cell.value)
