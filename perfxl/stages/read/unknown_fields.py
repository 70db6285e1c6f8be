"""Fields of a form that no schema at hand declares, as those of a body's own are where its plan is not: told by the captions that
their sheet shows, with what is written in them."""

from collections.abc import Iterator, Set

from perfxl.stages.read.read_context import ReadContext, shown
from perfxl.workbook.sheets.refs import Ref

#: Beginnings of names that hold input; others (computed cells, anchors of links) are the form's own.
_INPUT = ("holding__", "sheet__", "compilation__", "t_")

#: Fields that the schemas do not declare, on one sheet.
MOST_UNKNOWN = 200

#: The key of the column that says which row it is.
_ID = "id"


def note_unknown(gather: ReadContext, refs: dict[str, Ref], known: Set[str]) -> None:
    """A finding for each name of an input field that no schema declares, when something is written there; ``refs``: by the end of
    the name, where it is."""
    strange = [rest for rest in refs if rest not in known and rest.startswith(_INPUT)]
    if len(strange) > MOST_UNKNOWN:
        raise gather.refuse(len(strange), {"it": "campi sconosciuti", "en": "unknown fields"}, MOST_UNKNOWN)
    for rest in strange:
        ref = refs[rest]
        for row, columns in gather.rows(ref):
            gather.mark_read(ref.sheet, row, columns)
        captioned = list(_columns(gather, ref)) if rest.startswith("t_") else []
        if captioned:
            written = [(caption, row, text) for caption, column in captioned for row, text in _below(gather, ref, column)]
            captions = list(dict.fromkeys(caption for caption, _, _ in written))
            texts = [f"{row}: {text}" if row else text for _, row, text in written]
        else:
            captions, texts = [_caption(gather, ref) or rest.rpartition("__")[2]], list(_texts(gather, ref))
        if texts:
            gather.note("FORM13", (ref.sheet, ref.top, ref.left), name=" / ".join(captions), found=" | ".join(texts))


def _texts(gather: ReadContext, ref: Ref) -> Iterator[str]:
    """What stands in the cells of ``ref``, row by row."""
    for row, columns in gather.rows(ref):
        yield from (text for column in columns if (text := _shown(gather, ref.sheet, row, column)).strip())


def _shown(gather: ReadContext, sheet: str, row: int, column: int) -> str:
    return shown(gather.cell((sheet, row, column)))


def _caption(gather: ReadContext, ref: Ref) -> str:
    """The nearest text to the left of a single field."""
    texts = (_shown(gather, ref.sheet, ref.top, column).strip() for column in range(ref.left - 1, 0, -1))
    return next(filter(None, texts), "")


def _columns(gather: ReadContext, ref: Ref) -> Iterator[tuple[str, int]]:
    """(caption, column) of each column of a table that has one: below the row of keys, which nobody sees, stand the captions."""
    rows = dict(gather.rows(Ref(ref.sheet, top=ref.top, left=ref.left, bottom=min(ref.top + 1, ref.bottom), right=ref.right)))
    if ref.top not in rows:
        return
    _, keys = gather.keys_of(gather.book.by_name[ref.sheet].cells, ref.top, rows[ref.top])
    for key, column in keys.items():
        if key != _ID and (caption := _shown(gather, ref.sheet, ref.top + 1, column).strip()):
            yield caption, column


def _below(gather: ReadContext, ref: Ref, column: int) -> Iterator[tuple[str, str]]:
    """(what names its row, what is written) in each cell of a column of a table, below its captions."""
    for row, columns in gather.rows(ref):
        if row > ref.top + 1 and column in columns and (text := _shown(gather, ref.sheet, row, column)).strip():
            yield _shown(gather, ref.sheet, row, ref.left) if column != ref.left else "", text
