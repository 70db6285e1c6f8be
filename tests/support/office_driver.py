"""LibreOffice in a window, driven for a test; started by the Python that has UNO. Commands come as lines of JSON.

    python3 office_driver.py PIPE < commands
"""

import subprocess
import sys
import time
from pathlib import Path

import uno
import unohelper
from com.sun.star.accessibility.AccessibleRole import (
    CHECK_BOX,
    COMBO_BOX,
    DOCUMENT_SPREADSHEET,
    LIST,
    MENU_BAR,
    PUSH_BUTTON,
    STATUS_BAR,
    TEXT,
    TOGGLE_BUTTON,
    TOOL_BAR,
)
from com.sun.star.accessibility.AccessibleStateType import ENABLED, FOCUSABLE
from com.sun.star.frame import XStatusListener
from com.sun.star.util import URL, CloseVetoException

sys.path.insert(0, str(Path(__file__).parent))  # where this was started from may not be looked in
from office_pipe import driven, serve  # noqa: E402

context, desktop, dispatcher, toolkit = driven(sys.argv[1])


def document(path):
    walk = desktop.Components.createEnumeration()
    while walk.hasMoreElements():
        found = walk.nextElement()
        if getattr(found, "URL", "") == uno.systemPathToFileUrl(path):
            return found
    return None


def open_(path):
    """Open a document and bring its window to the front."""
    there = document(path) or desktop.loadComponentFromURL(uno.systemPathToFileUrl(path), "_blank", 0, ())
    there.CurrentController.Frame.activate()


def new(path):
    """Make an empty spreadsheet and save it."""
    made = desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, ())
    made.storeAsURL(uno.systemPathToFileUrl(path), ())


def close(path):
    """Close a document without saving."""
    there = document(path)
    there.setModified(False)
    there.close(True)


def opened():
    """The paths of what is open."""
    walk, found = desktop.Components.createEnumeration(), []
    while walk.hasMoreElements():
        url = getattr(walk.nextElement(), "URL", "")
        found += [uno.fileUrlToSystemPath(url)] if url.startswith("file:") else []
    return found


def dispatch(path, stage):
    """Press a button of the extension by its address; how long that held the program, in seconds."""
    began = time.monotonic()
    dispatcher.executeDispatch(document(path).CurrentController.Frame, f"org.perfxl:{stage}", "", 0, ())
    return time.monotonic() - began


def at(address):
    """The document that is open from the network."""
    walk = desktop.Components.createEnumeration()
    while walk.hasMoreElements():
        found = walk.nextElement()
        if getattr(found, "URL", "") == address:
            return found
    return None


def open_address(address):
    """Open a document from the network."""
    desktop.loadComponentFromURL(address, "_blank", 0, ())


def dispatch_in(address, stage):
    """Press a button of the extension in the window of a document from the network."""
    dispatcher.executeDispatch(at(address).CurrentController.Frame, f"org.perfxl:{stage}", "", 0, ())


def close_address(address):
    """Close a document from the network; whether it is."""
    try:
        at(address).close(True)
    except CloseVetoException:
        return False
    return True


class Heard(unohelper.Base, XStatusListener):
    """Keeps what it was told last about a button."""

    enabled = None

    def statusChanged(self, event):  # noqa: N802
        self.enabled = event.IsEnabled

    def disposing(self, event):
        pass


def running(path):
    """Whether a work of the extension is under way: whether it can be stopped."""
    url = URL(Complete="org.perfxl:cancel", Protocol="org.perfxl:", Path="cancel")
    found, heard = document(path).CurrentController.Frame.queryDispatch(url, "_self", 0), Heard()
    found.addStatusListener(heard, url)
    found.removeStatusListener(heard, url)
    return heard.enabled


def sheets(path):
    """The names of the sheets."""
    return list(document(path).Sheets.ElementNames)


def shown(path):
    """The names of the sheets that are seen."""
    return [name for name in document(path).Sheets.ElementNames if document(path).Sheets.getByName(name).IsVisible]


def cell(path, sheet, address):
    """What the cell says and the formula behind it."""
    found = document(path).Sheets.getByName(sheet).getCellRangeByName(address)
    return [found.String, found.Formula]


def write(path, sheet, address, text):
    """Type into a cell; a sheet that is not there is made, as the second."""
    there = document(path).Sheets
    if not there.hasByName(sheet):
        there.insertNewByName(sheet, 1)
    there.getByName(sheet).getCellRangeByName(address).setFormula(text)


def text(path):
    """What a document of the word processor says."""
    return document(path).Text.String


def add_text(path, text):
    """Type at the beginning of a document of the word processor."""
    there = document(path).Text
    there.insertString(there.getStart(), text, False)


def select(path, sheet, address):
    """Choose a cell."""
    controller = document(path).CurrentController
    found = document(path).Sheets.getByName(sheet)
    controller.setActiveSheet(found)
    controller.select(found.getCellRangeByName(address))


def looked_at(path):
    """The sheet and the cells that are chosen."""
    controller = document(path).CurrentController
    return [controller.ActiveSheet.Name, controller.Selection.AbsoluteName.rpartition(".")[2].replace("$", "")]


def children(accessible, depth=12, closed=()):
    """What stands in a part of a window, ``depth`` below it; nothing of what stands in parts of the roles ``closed``."""
    yield accessible
    if depth and not (closed and accessible.AccessibleRole in closed):
        for n in range(min(accessible.AccessibleChildCount, 200)):
            try:
                yield from children(accessible.getAccessibleChild(n).AccessibleContext, depth - 1, closed)
            except Exception:  # gone meanwhile
                continue


def windows():
    """(name, window) of the windows of the program; one that goes meanwhile is left out."""
    found = []
    for n in range(toolkit.TopWindowCount):
        try:
            window = toolkit.getTopWindow(n).AccessibleContext
            found.append((window.AccessibleName, window))
        except Exception:
            continue
    return found


def dialog():
    """What the dialog in front says, and the middle of each of its buttons and of each field; None when there is none."""
    for name, window in windows():
        try:
            found = parts_of(window) if name == "perfxl" or name.startswith("perfxl: ") else None
        except Exception:  # gone meanwhile
            continue
        if found and found["buttons"]:
            return found
    return None


def named(title):
    """The same of a window of the office program itself, by what stands in its frame."""
    return next((parts_of(window) for name, window in windows() if name == title), None)


def parts_of(window):
    parts = [p for p in children(window, 6) if p is not window]
    texts = [getattr(p, "Text", "") or p.AccessibleName for p in parts]
    buttons = {p.AccessibleName: middle(p) for p in parts if p.AccessibleRole == PUSH_BUTTON and p.AccessibleName}
    fields = [middle(p) for p in parts if p.AccessibleRole in (TEXT, COMBO_BOX, LIST, CHECK_BOX) and p.AccessibleStateSet.contains(FOCUSABLE)]
    return {"text": "\n".join(t for t in texts if t), "buttons": buttons, "fields": fields}


def middle(accessible):
    at, size = accessible.LocationOnScreen, accessible.Size
    return [at.X + size.Width // 2, at.Y + size.Height // 2]


def toolbar(path):
    """The middle of each button of the toolbar by its name, and whether it can be pressed."""
    window = document(path).CurrentController.Frame.ContainerWindow.AccessibleContext
    found = {}
    for bar in children(window, 5, (MENU_BAR, STATUS_BAR, TOOL_BAR, DOCUMENT_SPREADSHEET)):
        if bar.AccessibleName == "Performance":
            for p in children(bar, 1):
                if p.AccessibleRole in (PUSH_BUTTON, TOGGLE_BUTTON):
                    found[p.AccessibleName] = {"at": middle(p), "enabled": p.AccessibleStateSet.contains(ENABLED)}
    return found


def click(at):
    """Click with the mouse."""
    subprocess.run(["xdotool", "mousemove", *map(str, at), "click", "1"], check=True)


def key(*keys):
    """Press keys."""
    subprocess.run(["xdotool", "key", *keys], check=True)


def type_(text):
    """Type on the keyboard."""
    subprocess.run(["xdotool", "type", "--delay", "20", text], check=True)


def quit_():
    """End the program."""
    for path in opened():
        close(path)
    desktop.terminate()


serve(globals())
