"""Opens a workbook in LibreOffice, types into a cell, saves it; started by the Python that has UNO:
``python3 in_office.py PROFILE SOURCE MADE SHEET CELL TEXT``."""

import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

profile, source, made, sheet, cell, text = sys.argv[1:]
FILTERS = {".xlsx": "Calc MS Excel 2007 XML", ".ods": "calc8"}

pipe = f"programs{abs(hash(profile))}"
office = subprocess.Popen(["soffice", f"-env:UserInstallation={Path(profile).absolute().as_uri()}", "--headless", "--norestore",
                           "--nologo", f"--accept=pipe,name={pipe};urp;"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
local = uno.getComponentContext()
resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
for _ in range(240):
    try:
        context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        break
    except NoConnectException:
        time.sleep(0.5)
desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
book = desktop.loadComponentFromURL(Path(source).as_uri(), "_blank", 0, (PropertyValue("Hidden", 0, True, 0),))
try:
    if text:
        book.Sheets.getByName(sheet).getCellRangeByName(cell).String = text
    book.storeToURL(Path(made).as_uri(), (PropertyValue("FilterName", 0, FILTERS[Path(made).suffix], 0),))
finally:
    book.close(False)
    try:
        desktop.terminate()
    except Exception:  # the bridge goes down with the office
        pass
    office.wait(60)
