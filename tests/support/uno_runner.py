"""Runs macros in LibreOffice and prints what they left in the cells; started by the Python that has UNO.

    python3 uno_runner.py FOLDER "code|macro|word" ...
"""

import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

folder, calls = Path(sys.argv[1]), sys.argv[2:]
pipe = f"perfxl{folder.name}{id(folder)}"
office = subprocess.Popen(["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore",
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
always = PropertyValue("MacroExecutionMode", 0, 4, 0)
hidden = PropertyValue("Hidden", 0, True, 0)
book = desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, (hidden, always))
try:
    libraries = book.BasicLibraries
    if not libraries.hasByName("Standard"):
        libraries.createLibrary("Standard")
    libraries.VBACompatibilityMode = True
    libraries.getByName("Standard").insertByName("Performance", (folder / "module.bas").read_text(encoding="utf-8"))
    cells = book.Sheets.getByIndex(0)

    def run(macro, *given):
        url = f"vnd.sun.star.script:Standard.Performance.{macro}?language=Basic&location=document"
        book.ScriptProvider.getScript(url).invoke(given, (), ())

    for call in calls:
        code, macro, word = call.split("|")
        for row in (0, 1):
            cells.getCellByPosition(0, row).String = ""
        cells.getCellByPosition(1, 0).Value = int(code)
        run(macro, cells)
        run("AskWord", word)
        print(code, macro, cells.getCellByPosition(0, 0).String, cells.getCellByPosition(0, 1).String, sep="\t")
finally:
    book.close(False)
    try:
        desktop.terminate()
    except Exception:  # the bridge goes down with the office
        pass
    office.wait(30)
