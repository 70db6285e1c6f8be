"""Opens a workbook in LibreOffice, types into a cell, saves it; started by the Python that has UNO:
``python3 in_office.py PROFILE SOURCE MADE SHEET CELL TEXT``."""

import sys
from pathlib import Path

import uno  # noqa: F401  (what makes the names of UNO importable)
from com.sun.star.beans import PropertyValue

sys.path.append(str(Path(__file__).parents[1] / "support"))
from office_pipe import connected, leave, service, start  # noqa: E402

profile, source, made, sheet, cell, text = sys.argv[1:]
FILTERS = {".xlsx": "Calc MS Excel 2007 XML", ".ods": "calc8"}

pipe = f"programs{abs(hash(profile))}"
office = start(profile, pipe)
desktop = service(connected(pipe), "frame.Desktop")
book = desktop.loadComponentFromURL(Path(source).as_uri(), "_blank", 0, (PropertyValue("Hidden", 0, True, 0),))
try:
    if text:
        book.Sheets.getByName(sheet).getCellRangeByName(cell).String = text
    book.storeToURL(Path(made).as_uri(), (PropertyValue("FilterName", 0, FILTERS[Path(made).suffix], 0),))
finally:
    book.close(False)
    leave(desktop, office)
