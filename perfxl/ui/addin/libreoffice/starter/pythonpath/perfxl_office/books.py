"""The documents that are open in the office program: which they are, saved, opened, renewed in place."""

import contextlib
import os
from collections.abc import Iterator
from typing import Any

import uno
from com.sun.star.beans import PropertyValue

_SHEETS = "com.sun.star.sheet.SpreadsheetDocument"
_FORMULA = 16  # com.sun.star.sheet.CellFlags.FORMULA


def _hidden(**more: Any) -> Any:
    return tuple(PropertyValue(name, 0, value, 0) for name, value in {"Hidden": True, **more}.items())


def path_of(document: Any) -> "str | None":
    """Where a document stands on disk; None when it is not a file."""
    try:
        return uno.fileUrlToSystemPath(document.URL) if document.URL.startswith("file:") else None
    except Exception:  # noqa: BLE001 - a window that holds no document
        return None


def _tokens(document: Any, names: "list[str]") -> "list[str]":
    """What a workbook says it is, in names of these."""
    return [document.NamedRanges.getByName(name).Content for name in names if document.NamedRanges.hasByName(name)]


def _same(path: "str | None", other: str) -> bool:
    if path is None:
        return False
    return os.path.normcase(os.path.realpath(path)) == os.path.normcase(os.path.realpath(other))


class Books:
    """The open documents, as one work sees them."""

    def __init__(self, context: Any, frame: Any) -> None:
        self.context, self.frame = context, frame
        self.desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        self._released: dict[str, Any] = {}  # by path: the window that shows nothing for now, and what it showed

    def frame_in_front(self) -> Any:
        """The window that the user looks at."""
        with contextlib.suppress(Exception):
            if self.frame is not None and self.frame.ContainerWindow is not None:
                return self.frame
        return self.desktop.getCurrentFrame()

    def _documents(self) -> "Iterator[Any]":
        walk = self.desktop.Components.createEnumeration()
        while walk.hasMoreElements():
            document = walk.nextElement()
            if path_of(document) is not None:
                yield document

    def _find(self, path: str) -> Any:
        return next((d for d in self._documents() if _same(path_of(d), path)), None)

    def state(self, tokens: "list[str]") -> "dict[str, Any]":
        """What is in front of the user: ``active`` (its path), ``tokens`` (what it says it is), ``sheet`` and ``cell``."""
        state: dict[str, Any] = {"active": None, "tokens": [], "sheet": None, "cell": None}
        document = self.frame.Controller.Model if self.frame is not None and self.frame.Controller is not None else None
        if document is None or not document.supportsService(_SHEETS):
            return state
        state["active"] = path_of(document)
        state["tokens"] = _tokens(document, tokens)
        place = _selected(document.CurrentController)
        state["sheet"], state["cell"] = document.CurrentController.ActiveSheet.Name, place and place.partition(":")[0]
        return state

    def opened(self) -> "list[dict[str, Any]]":
        """Every open document that is a file: ``path``, ``modified``, ``readonly``."""
        return [{"path": path_of(d), "modified": bool(d.isModified()), "readonly": bool(d.isReadonly())} for d in self._documents()]

    def remote(self, tokens: "list[str]") -> "list[dict[str, Any]]":
        """Every open workbook that is not of this computer: ``address``, ``tokens`` (what it says it is)."""
        paths = []
        walk = self.desktop.Components.createEnumeration()
        while walk.hasMoreElements():
            document = walk.nextElement()
            address = getattr(document, "URL", "")
            if address and not address.startswith(("file:", "private:")) and document.supportsService(_SHEETS):
                paths.append({"address": address, "tokens": _tokens(document, tokens)})
        return paths

    def save(self, path: str) -> None:
        """Save an open document where it stands."""
        self._find(path).store()

    def open(self, path: str) -> None:
        """Open a document, or bring it to the front."""
        there = self._find(path)
        if there is None:
            there = self.desktop.loadComponentFromURL(uno.systemPathToFileUrl(path), "_default", 0, ())
        if there is None:
            raise OSError(path)
        with contextlib.suppress(Exception):
            there.CurrentController.Frame.activate()
            there.CurrentController.Frame.ContainerWindow.toFront()

    def release(self, path: str) -> None:
        """Save an open document that was changed and close it, its window kept; so that its file can be replaced."""
        document = self._find(path)
        if document.isModified() and not document.isReadonly():
            document.store()
        controller = document.CurrentController
        frame, view = controller.Frame, _view(controller)
        self._released[path] = (frame, view)
        frame.loadComponentFromURL("private:factory/scalc", "_self", 0, ())

    def load(self, path: str, carried: "dict[str, Any] | None" = None) -> None:
        """Show ``path`` in the window that was kept, at the same sheet and cell; put into it what is ``carried`` over and save it.

        ``carried``: ``before`` (path of the document as it was), ``sheets`` (names of the user's own and the sheet each follows),
        ``names`` (the user's own), ``kept`` (title, head and rows of the sheet of notes), None when there is none.
        """
        frame, view = self._released.pop(path)
        document = frame.loadComponentFromURL(uno.systemPathToFileUrl(path), "_self", 0, ())
        if document is None:
            raise OSError(path)
        if carried:
            self._carry(document, carried)
            document.store()
        _look(document, view)

    def settle(self) -> None:
        """Show again what a work that failed has left closed."""
        for path in list(self._released):
            with contextlib.suppress(Exception):
                self.load(path)

    def _carry(self, document: Any, carried: "dict[str, Any]") -> None:
        if carried["sheets"] or carried["names"]:
            before = self.desktop.loadComponentFromURL(uno.systemPathToFileUrl(carried["before"]), "_blank", 0, _hidden(ReadOnly=True))
            try:
                for name in carried["names"]:
                    if before.NamedRanges.hasByName(name):
                        _name(document, before.NamedRanges.getByName(name))
                for name, follows in carried["sheets"]:
                    _bring(document, before, name, follows)
                for name, _ in carried["sheets"]:
                    _formulas(document.Sheets.getByName(name), before.Sheets.getByName(name))
            finally:
                before.close(True)
        if carried["kept"]["rows"]:
            _keep(document, **carried["kept"])


def _bring(document: Any, before: Any, name: str, follows: str) -> None:
    """Copy a sheet from another document, to stand after the one it ``follows``."""
    order = list(document.Sheets.ElementNames)
    document.Sheets.importSheet(before, name, order.index(follows) + 1 if follows in order else len(order))


def _formulas(sheet: Any, before: Any) -> None:
    """Write the formulas of ``sheet`` as they stood: a copy between documents makes them point back to where they came from."""
    ranges = before.queryContentCells(_FORMULA)
    for area in ranges.RangeAddresses:
        source = before.getCellRangeByPosition(area.StartColumn, area.StartRow, area.EndColumn, area.EndRow)
        target = sheet.getCellRangeByPosition(area.StartColumn, area.StartRow, area.EndColumn, area.EndRow)
        for r, row in enumerate(source.getFormulaArray()):
            for c, text in enumerate(row):
                if text.startswith("{"):
                    continue  # part of an array formula, which is written as a whole
                target.getCellByPosition(c, r).setFormula(text)


def _name(document: Any, name: Any) -> None:
    """Give the document a name that the user had made."""
    from com.sun.star.table import CellAddress

    if not document.NamedRanges.hasByName(name.Name):
        document.NamedRanges.addNewByName(name.Name, name.Content, CellAddress(0, 0, 0), name.Type)


def _keep(document: Any, title: str, head: "list[str]", rows: "list[list[str]]") -> None:
    """Write what was typed over on a sheet of the user's, under what it has already."""
    sheets = document.Sheets
    if not sheets.hasByName(title):
        sheets.insertNewByName(title, sheets.Count)
        rows = [head, *rows]
    sheet = sheets.getByName(title)
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    first = cursor.RangeAddress.EndRow + 1 if len(rows) and sheet.getCellByPosition(0, 0).String else 0
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            sheet.getCellByPosition(c, first + r).setString(text)


def _selected(controller: Any) -> "str | None":
    """The address of the cell or the block that is chosen, as B5 or B5:C9; None when something else is."""
    try:
        return controller.Selection.AbsoluteName.rpartition(".")[2].replace("$", "")
    except Exception:  # noqa: BLE001 - several blocks, a chart
        return None


def _view(controller: Any) -> "dict[str, Any] | None":
    """Sheet, chosen cells, first row and column in sight, enlargement."""
    with contextlib.suppress(Exception):
        return {"sheet": controller.ActiveSheet.Name, "cells": _selected(controller), "row": controller.FirstVisibleRow,
                "column": controller.FirstVisibleColumn, "zoom": controller.ZoomValue}
    return None


def _look(document: Any, view: "dict[str, Any] | None") -> None:
    """Look at a document as before."""
    controller = document.CurrentController
    if not view or not document.supportsService(_SHEETS) or not document.Sheets.hasByName(view["sheet"]):
        return
    sheet = document.Sheets.getByName(view["sheet"])
    controller.setActiveSheet(sheet)
    with contextlib.suppress(Exception):
        controller.ZoomValue = view["zoom"]
        if view["cells"]:
            controller.select(sheet.getCellRangeByName(view["cells"]))
        controller.setFirstVisibleRow(view["row"])
        controller.setFirstVisibleColumn(view["column"])
