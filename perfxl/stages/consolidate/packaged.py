"""A workbook of XlsxWriter that packs each sheet as soon as it is whole: nothing of it waits in memory or on disk unpacked."""

from io import BytesIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.packager import Packager

from perfxl.stages.consolidate.inline import PlainSheet
from perfxl.workbook.deflating import Deflated
from perfxl.workbook.packing import UNIX, packed

#: What programs are told of every part, as XlsxWriter tells it: when it was written, and what it is to Unix: a file that its owner
#: reads and writes.
MOMENT, RIGHTS = (1980, 1, 31, 0, 0, 0), 0o100600


class PackedWorkbook(Workbook):
    """Its sheets are of ``PlainSheet``. ``folder``: where the rows of the sheet that is being written may lie."""

    def __init__(self, folder: str | None = None):
        super().__init__(BytesIO(), {"constant_memory": True, "tmpdir": folder, "strings_to_formulas": False, "strings_to_urls": False,
                                     "strings_to_numbers": False, "default_date_format": "dd/mm/yyyy"})
        self.in_memory = True  # of all parts but the sheets, whose rows go to disk all the same
        self._parts: list[tuple[str, str | bytes | Deflated]] = []

    def add_format(self, properties: dict[str, Any] | None = None) -> Format:
        """A look with these properties."""
        made = super().add_format(properties)
        made.said = properties or {}
        return made

    def finish_sheets(self) -> None:
        """Pack the last sheet: it is whole. The first waits for the end, as do those that have something that is numbered then."""
        for sheet in self.worksheets_objs[1:][-1:]:
            if sheet.is_numbered():
                sheet.finish()

    def _get_packager(self) -> Packager:
        return _Parts(self._parts)

    def packed(self) -> bytes:
        """The finished workbook."""
        self.close()
        return packed(self._parts, rights=RIGHTS, system=UNIX, moment=MOMENT)


class _Parts(Packager):
    """Gathers the parts in ``parts`` in the order in which XlsxWriter would put them into the file, and leaves it nothing to do."""

    def __init__(self, parts: list[tuple[str, str | bytes | Deflated]]):
        super().__init__()
        self._gathered = parts

    def _create_package(self) -> list[Any]:
        for content, name, _ in super()._create_package():
            self._gathered.append((name, content if isinstance(content, Deflated) else content.getvalue()))
        return []

    def _write_worksheet_files(self) -> None:
        for number, sheet in enumerate(self.workbook.worksheets(), 1):
            self.filenames.append((_whole(sheet), f"xl/worksheets/sheet{number}.xml", False))

    def _write_worksheet_rels_files(self) -> None:
        for number, sheet in enumerate(self.workbook.worksheets(), 1):
            if sheet.links is not None:
                self.filenames.append((sheet.links, f"xl/worksheets/_rels/sheet{number}.xml.rels", False))


def _whole(sheet: PlainSheet) -> Deflated:
    sheet.finish()
    if sheet.packed is None:
        raise ValueError(f"sheet {sheet.name} is not whole")
    return sheet.packed
