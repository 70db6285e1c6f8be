"""A spreadsheet open in LibreOffice, looked at for a test that types; started by the Python that has UNO. Commands come as lines
of JSON.

    python3 keyboard_driver.py PIPE < commands
"""

import sys
from pathlib import Path

import uno
import unohelper
from com.sun.star.accessibility.AccessibleRole import MENU_BAR, STATUS_BAR, TABLE, TOOL_BAR
from com.sun.star.beans import PropertyValue
from com.sun.star.datatransfer import DataFlavor, XTransferable

sys.path.insert(0, str(Path(__file__).parent))  # where this was started from may not be looked in
from office_pipe import driven, serve, service  # noqa: E402

context, desktop, dispatcher, toolkit = driven(sys.argv[1])
shown: list = []
#: The parts of a sheet that are shown, by document and sheet in front, as they were when they were last looked for.
parts: dict = {}


def open_(path):
    """Open a file and bring it to the front; the title of its window."""
    shown.append(desktop.loadComponentFromURL(uno.systemPathToFileUrl(path), "_blank", 0, ()))
    window = shown[-1].CurrentController.Frame.ContainerWindow
    window.toFront()
    window.setFocus()
    return window.AccessibleContext.AccessibleName


def where():
    """The sheet in front and the cell, or the cells, that are chosen."""
    document = shown[-1]
    chosen = document.CurrentSelection.AbsoluteName.rpartition(".")[2].replace("$", "")
    return [document.CurrentController.ActiveSheet.Name, chosen]


def cell(sheet, address):
    """What the cell shows, its number, whether it is text."""
    found = shown[-1].Sheets.getByName(sheet).getCellRangeByName(address).getCellByPosition(0, 0)
    return [found.String, found.Value, found.Type.value == "TEXT"]


def place(name):
    """The sheet and the first cell of a defined name."""
    names = shown[-1].NamedRanges
    found = names.getByName(name).getReferredCells()
    return [found.Spreadsheet.Name, found.AbsoluteName.rpartition(".")[2].replace("$", "").split(":")[0]]


def put(sheet, address):
    """Put the cursor on a cell, as the name box does."""
    document = shown[-1]
    document.CurrentController.setActiveSheet(document.Sheets.getByName(sheet))
    dispatcher.executeDispatch(document.CurrentController.Frame, ".uno:GoToCell", "", 0, (PropertyValue(Name="ToPoint", Value=address),))


def visible():
    """The columns and rows, from 0, that the part of the sheet that moves shows."""
    found = shown[-1].CurrentController.VisibleRange
    return [found.StartColumn, found.StartRow, found.EndColumn, found.EndRow]


class Copied(unohelper.Base, XTransferable):
    """Text as another program leaves it to be pasted: bare, as a notepad does, and as a page, as a browser or a word processor does."""

    def __init__(self, text, page):
        self.text, self.page = text, page

    def getTransferData(self, flavour):
        return uno.ByteSequence(self.page.encode()) if flavour.MimeType.startswith("text/html") else self.text

    def getTransferDataFlavors(self):
        bare = DataFlavor("text/plain;charset=utf-16", "Text", uno.getTypeByName("string"))
        return (DataFlavor("text/html", "HTML", uno.getTypeByName("[]byte")), bare) if self.page else (bare,)

    def isDataFlavorSupported(self, flavour):
        return flavour.MimeType.startswith("text/plain") or bool(self.page) and flavour.MimeType.startswith("text/html")


def copied(text, page=""):
    """Have ``text`` on the clipboard; with ``page`` as HTML too."""
    service(context, "datatransfer.clipboard.SystemClipboard").setContents(Copied(text, page), None)


def modified():
    """Whether there is something to save."""
    return shown[-1].isModified()


def dialogs():
    """The titles of the windows that ask something, and the words of tips that lie over the sheet."""
    names = []
    for n in range(toolkit.TopWindowCount):
        try:
            names.append(toolkit.getTopWindow(n).AccessibleContext.AccessibleName)
        except Exception:  # gone meanwhile
            continue
    return [n for n in names if n and "LibreOffice" not in n and not n.startswith("VCL ")]


def at(sheet, address):
    """The middle of a cell on the screen."""
    found = around(sheet, address)
    return found and [found[0] + min(found[2] // 2, 40), found[1] + found[3] // 2]


def around(sheet, address):
    """A cell on the screen: its left and upper edge, its width and height."""
    document = shown[-1]
    target = document.Sheets.getByName(sheet).getCellRangeByName(address).RangeAddress
    # Looking for the parts takes the program a tenth of a second: once for each sheet in front, and where none of those has the cell.
    front = document.RuntimeUID, document.CurrentController.ActiveSheet.Name
    found = within(parts.get(front, ()), target)
    if found is None:
        parts[front] = list(tables(document.CurrentController.Frame.ContainerWindow.AccessibleContext, 9))
        found = within(parts[front], target)
    return found


def within(tables, target):
    """The same, in parts of the sheet."""
    for table in tables:
        try:
            found = table.getAccessibleCellAt(target.StartRow, target.StartColumn).AccessibleContext
            place_, size = found.LocationOnScreen, found.Size
        except Exception:  # a part of the sheet that does not show the cell
            continue
        if size.Width > 0 and size.Height > 0 and place_.X >= 0 and place_.Y >= 0:
            return [place_.X, place_.Y, size.Width, size.Height]
    return None


def tables(accessible, depth):
    """The parts of the sheet that are shown."""
    role = accessible.AccessibleRole
    if role == TABLE:
        yield accessible
    elif depth and role not in (MENU_BAR, STATUS_BAR, TOOL_BAR):  # what has many parts and no sheet among them
        for n in range(min(accessible.AccessibleChildCount, 100)):
            try:
                yield from tables(accessible.getAccessibleChild(n).AccessibleContext, depth - 1)
            except Exception:  # gone meanwhile
                continue


def close():
    """Close the file without saving."""
    document = shown.pop()
    document.setModified(False)
    document.close(True)


def quit_():
    """End the program."""
    while shown:
        close()
    desktop.terminate()


serve(globals())
