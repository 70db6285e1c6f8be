"""Runs macros in LibreOffice and prints what they left in the cells; started by the Python that has UNO.

    python3 uno_runner.py FOLDER "code|macro|word" ...
"""

import sys
from pathlib import Path

import uno  # noqa: F401  (what makes the names of UNO importable)
from com.sun.star.beans import PropertyValue

sys.path.insert(0, str(Path(__file__).parent))  # where this was started from may not be looked in
from office_pipe import connected, leave, service, start  # noqa: E402

folder, calls = Path(sys.argv[1]), sys.argv[2:]
pipe = f"perfxl{folder.name}{id(folder)}"
office = start(folder / "profile", pipe)
desktop = service(connected(pipe), "frame.Desktop")
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
    leave(desktop, office)
