"""Questions and answers in the office program's own windows."""

import contextlib
from pathlib import Path
from typing import Any

import uno
import unohelper
from com.sun.star.awt import XActionListener
from com.sun.star.awt.MessageBoxType import ERRORBOX, INFOBOX, QUERYBOX

_BUTTONS = {"ok": 1, "yes_no_cancel": 4}
_ANSWERS = {1: "ok", 2: "yes", 3: "no"}
#: Sizes of a dialog, in the units of dialogs (a quarter of a letter's width).
_WIDTH, _LINE, _GAP, _MARGIN = 260, 13, 4, 8
_BROWSE = 48  # the button beside a field
_LETTERS = 62  # that fit on a line of text
_TALL = 30  # lines that a box of the office program surely has room for


def _service(context: Any, name: str) -> Any:
    return context.ServiceManager.createInstanceWithContext(name, context)


def _lines(text: str) -> int:
    """How many lines a text takes in a dialog."""
    return sum(1 + len(line) // _LETTERS for line in text.split("\n"))


def alert(context: Any, parent: Any, text: str, kind: str, buttons: str) -> "str | None":
    """A box with ``text``; ``ok``, ``yes`` or ``no``, None when it was closed or given up. A long text that only tells something is
    shown so that it can be scrolled: the box would be taller than the screen, its button below it."""
    if buttons == "ok" and _lines(text) > _TALL:
        ask(context, parent, {"title": "perfxl", "text": text, "fields": [], "agree": "OK", "refuse": ""})
        return "ok"
    toolkit = _service(context, "com.sun.star.awt.Toolkit")
    box = toolkit.createMessageBox(parent or toolkit.getDesktopWindow(), {"error": ERRORBOX, "ask": QUERYBOX}.get(kind, INFOBOX),
                                   _BUTTONS[buttons], "perfxl", text)
    try:
        pressed = box.execute()
    finally:
        box.dispose()
    return _ANSWERS.get(pressed) if buttons != "ok" else "ok"


class _Browse(unohelper.Base, XActionListener):
    """The button beside a field for a folder: the office program's own window, from the folder that the field names."""

    def __init__(self, context: Any, title: str, field: Any) -> None:
        self.context, self.title, self.field = context, title, field

    def actionPerformed(self, _: Any) -> None:  # noqa: N802
        picker = _service(self.context, "com.sun.star.ui.dialogs.FolderPicker")
        picker.setTitle(self.title)
        with contextlib.suppress(Exception):  # what was typed is no path
            named = Path(self.field.Text)
            there = next(f for f in (named, *named.parents) if f.is_dir())
            picker.setDisplayDirectory(uno.systemPathToFileUrl(str(there)))
        if picker.execute() == 1:
            self.field.Text = uno.fileUrlToSystemPath(picker.getDirectory())

    def disposing(self, _: Any) -> None:
        """Nothing is kept."""


def ask(context: Any, parent: Any, question: "dict[str, Any]") -> "dict[str, str] | None":
    """The answers to the fields of ``question`` by their key; None when the user gives up.

    ``question``: title, text, fields (key, label, kind, value, options as pairs of value and label; of a folder, the label of the
    button that looks for one), agree and refuse (buttons).
    """
    model = _service(context, "com.sun.star.awt.UnoControlDialogModel")
    model.Title = "perfxl" if question["title"] == "perfxl" else "perfxl: " + question["title"]
    model.Width, model.Moveable, model.Closeable = _WIDTH, True, True
    drawing = _Drawing(model)
    if question["text"]:
        drawing.text(question["text"])
    for number, field in enumerate(question["fields"]):
        drawing.field(number, field)
    drawing.buttons(question["agree"], question["refuse"])
    dialog = _service(context, "com.sun.star.awt.UnoControlDialog")
    dialog.setModel(model)
    toolkit = _service(context, "com.sun.star.awt.Toolkit")
    dialog.createPeer(toolkit, parent or toolkit.getDesktopWindow())
    if parent is not None:
        whole, own = parent.PosSize, dialog.PosSize
        dialog.setPosSize(max(0, (whole.Width - own.Width) // 2), max(0, (whole.Height - own.Height) // 3), 0, 0, 3)
    for number, field in enumerate(question["fields"]):
        if field["kind"] == "folder":
            dialog.getControl("browse{}".format(number)).addActionListener(
                _Browse(context, question["text"].partition("\n")[0], dialog.getControl("field{}".format(number))))
    dialog.getControl("field0" if question["fields"] else "agree").setFocus()
    try:
        return drawing.answers(dialog, question["fields"]) if dialog.execute() == 1 else None
    finally:
        dialog.dispose()


class _Drawing:
    """The controls of a dialog, put one under the other."""

    def __init__(self, model: Any) -> None:
        self.model, self.at, self.tab = model, _MARGIN, 0

    def _put(self, kind: str, name: str, x: int, width: int, height: int, **properties: Any) -> None:
        control = self.model.createInstance("com.sun.star.awt.UnoControl{}Model".format(kind))
        control.PositionX, control.PositionY, control.Width, control.Height = x, self.at, width, height
        control.Name, control.TabIndex = name, self.tab
        self.tab += 1
        for key, value in properties.items():
            setattr(control, key, value)
        self.model.insertByName(name, control)

    def text(self, text: str) -> None:
        """Text above the fields: as it is when short, in a box that can be scrolled when long."""
        lines = _lines(text)
        if lines <= 14:
            self._put("FixedText", "text", x=_MARGIN, width=_WIDTH - 2 * _MARGIN, height=lines * 9 + 2, Label=text, MultiLine=True)
            self.at += lines * 9 + 2 + _GAP
        else:
            self._put("Edit", "text", x=_MARGIN, width=_WIDTH - 2 * _MARGIN, height=126, Text=text, MultiLine=True,
                      ReadOnly=True, VScroll=True)
            self.at += 126 + _GAP

    def field(self, number: int, field: "dict[str, Any]") -> None:
        """A label and what is to be filled in beside it."""
        name, wide, left = "field{}".format(number), _WIDTH - 2 * _MARGIN, 96
        if field["kind"] == "yes":
            self._put("CheckBox", name, x=_MARGIN, width=wide, height=_LINE, Label=field["label"], State=int(field["value"] == "yes"))
        else:
            self._put("FixedText", name + "label", x=_MARGIN, width=left - _MARGIN, height=_LINE, Label=field["label"],
                      VerticalAlign=uno.Enum(
                "com.sun.star.style.VerticalAlignment", "MIDDLE"))
            if field["kind"] == "choice":
                values = [value for value, _ in field["options"]]
                self._put("ListBox", name, x=left, width=_WIDTH - left - _MARGIN, height=_LINE, Dropdown=True, LineCount=12,
                          StringItemList=tuple(label for _, label in field["options"]))
                self.model.getByName(name).SelectedItems = (values.index(field["value"]) if field["value"] in values else 0,)
            elif field["kind"] == "folder":
                self._put("Edit", name, x=left, width=_WIDTH - left - _MARGIN - _BROWSE - _GAP, height=_LINE, Text=field["value"])
                self._put("Button", "browse{}".format(number), x=_WIDTH - _MARGIN - _BROWSE, width=_BROWSE, height=_LINE,
                          Label=field["options"][0][1])
            else:
                self._put("Edit", name, x=left, width=_WIDTH - left - _MARGIN, height=_LINE, Text=field["value"])
        self.at += _LINE + _GAP

    def buttons(self, agree: str, refuse: str) -> None:
        """The two buttons below, one where there is nothing to refuse, and the height of the whole."""
        self.at += _GAP
        right = _WIDTH - 76 - _MARGIN
        self._put("Button", "agree", x=right - 76 - _GAP if refuse else right, width=76, height=15, Label=agree,
                  PushButtonType=1, DefaultButton=True)
        if refuse:
            self._put("Button", "refuse", x=right, width=76, height=15, Label=refuse, PushButtonType=2)
        self.model.Height = self.at + 15 + _MARGIN

    @staticmethod
    def answers(dialog: Any, fields: "list[dict[str, Any]]") -> "dict[str, str]":
        """What stands in the fields now."""
        answers = {}
        for number, field in enumerate(fields):
            control = dialog.getControl("field{}".format(number))
            if field["kind"] == "yes":
                answers[field["key"]] = "yes" if control.State else ""
            elif field["kind"] == "choice":
                answers[field["key"]] = field["options"][control.getSelectedItemPos()][0]
            else:
                answers[field["key"]] = control.Text
        return answers
