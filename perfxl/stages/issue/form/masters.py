"""The masters of the form: one workbook a kind of round and language, drawn from the schemas.

A master holds one objective sheet of each kind; issue copies them. Whoever restyles a master may do anything that
keeps the defined names: move and widen, colour, add pictures and text.
"""

import datetime
import io
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Font

from perfxl.model import documents
from perfxl.model.arithmetic import DEFAULT
from perfxl.model.fields import extension_fields
from perfxl.model.identity import CONSTANT, HIDDEN_SHEET, PROPERTY
from perfxl.model.languages import spoken_to_sectors
from perfxl.model.points import CONSTANT as POINTS
from perfxl.model.rounds import KINDS
from perfxl.model.terms import words_in_use
from perfxl.model.texts import Texts
from perfxl.stages.issue.form import arithmetic, bands, measures, readme, requests
from perfxl.stages.issue.form import styles as look
from perfxl.stages.issue.form.draft import Draft
from perfxl.stages.issue.form.drawing import Canvas, protect
from perfxl.stages.issue.form.names import BEGINS
from perfxl.stages.issue.form.objective import ObjectiveSheet
from perfxl.stages.issue.form.summary import Summary
from perfxl.workbook.patch import texts
from perfxl.workbook.patch.package import Package, with_ordered_fonts

#: The sheets of a master, in order, by the key of their title; the title of the hidden one is fixed.
SHEETS = ("readme", "requests", "summary", "objective", "shared", "measures", "bands")
_MOMENT = datetime.datetime(2020, 1, 1)


def build(round: str, language: str, extension: dict[str, Any] | None = None, rooms: Mapping[str, int] = MappingProxyType({})) -> bytes:
    """The master of ``round``, a kind of round, in ``language``, with the body's own fields; the same bytes each time.

    ``rooms``: the rows of blocks that need more than usual, by the key of their array.
    """
    words, book = Texts("form", language), Workbook()
    draft = Draft(book, round, language, words, rooms=rooms)
    _set_font(book)
    book.remove(book.active)
    sheets = {key: book.create_sheet(words(f"sheet_{key}")) for key in SHEETS}
    hidden = book.create_sheet(HIDDEN_SHEET)
    hidden["A1"], hidden.sheet_state = "PX1", "veryHidden"
    protect(hidden)
    draft.constant(CONSTANT, '"PX1"')
    draft.constant("pxm_tolerance", f"{0.05 / arithmetic.unit():g}")
    if words_in_use().points:
        draft.constant(POINTS, "TRUE")
    for name, text in arithmetic.derived({}).items():
        draft.constant(name, text)
    for name, day in zip((*BEGINS, "pxm_at"), (44197, 44562, 44927, 45292, 44469), strict=True):  # issuing says which days
        draft.constant(name, str(day))
    for name, text in arithmetic.constants(DEFAULT, language).items():
        draft.constant(name, text)
    draft.constant("pxm_language", f'"{language}"')
    fields = extension_fields(extension)
    readme.draw(draft, sheets["readme"])
    ObjectiveSheet(draft, sheets["objective"], fields, full=True).draw()
    ObjectiveSheet(draft, sheets["shared"], (), full=False).draw()
    measures.draw(draft, sheets["measures"])
    bands.draw(Canvas(draft, sheets["bands"], prefix="px_", widths=bands.WIDTHS, last=len(bands.SEEN)))
    requests.draw(draft, sheets["requests"])
    Summary(draft, sheets["summary"]).draw()
    book.custom_doc_props.append(StringProperty(name=PROPERTY, value="PX1"))
    book.properties.creator, book.properties.title = "perfxl", words("readme_title")
    book.calculation.fullCalcOnLoad = True
    out = io.BytesIO()
    book.save(out)
    return _settled(out.getvalue())


def _set_font(book: Workbook) -> None:
    """Make the form's font the workbook's own: the widths of columns are counted in its digits."""
    font = Font(name=look.FAMILY, size=look.SIZE)
    book._fonts[0] = font
    book._named_styles["Normal"].font = font


def _settled(content: bytes) -> bytes:
    """The file without what depends on the moment, without the claim that Excel wrote it, its row heights not fixed.

    A row whose height is not fixed is refitted by whoever types into it.
    """
    package = Package.open(content)
    moment = f"{_MOMENT.isoformat()}Z".encode()
    core, app = "docProps/core.xml", "docProps/app.xml"
    package.parts[core] = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + moment, package.parts[core])
    package.parts[app] = re.sub(rb"<Application>[^<]*", b"<Application>perfxl", package.parts[app])
    package.parts["xl/styles.xml"] = with_ordered_fonts(package.parts["xl/styles.xml"])
    for part in [n for n in package.parts if n.startswith("xl/worksheets/sheet")]:
        package.parts[part] = texts.as_values(package.parts[part].decode()).replace(' customHeight="1"', "").encode()
    package.relate_anew()
    return package.save()


def write(folder: Path, language: str, extension: dict[str, Any] | None = None) -> list[Path]:
    """Put the masters of the three kinds of round into ``folder/modelli`` for the body to restyle; their paths."""
    paths = []
    for round in KINDS:
        path = Path(folder) / "modelli" / f"scheda-{round}.xlsx"
        documents.write_bytes(path, build(round, language, extension))
        paths.append(path)
    return paths


def generate(folder: Path) -> list[Path]:
    """Write perfxl's own masters into ``folder/<language>/``; their paths."""
    paths = []
    for language in spoken_to_sectors():
        for round in KINDS:
            path = Path(folder) / language / f"scheda-{round}.xlsx"
            documents.write_bytes(path, build(round, language))
            paths.append(path)
    return paths

