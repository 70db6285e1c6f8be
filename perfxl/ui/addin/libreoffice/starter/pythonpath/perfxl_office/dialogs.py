"""Questions and answers in the office program's own windows."""

import uno
from com.sun.star.awt.MessageBoxType import ERRORBOX, INFOBOX, QUERYBOX

_BUTTONS = {"ok": 1, "yes_no_cancel": 4}
_ANSWERS = {1: "ok", 2: "yes", 3: "no"}
#: Sizes of a dialog, in the units of dialogs (a quarter of a letter's width).
_WIDTH, _LINE, _GAP, _MARGIN = 260, 13, 4, 8
_LETTERS = 62  # that fit on a line of text


def _service(context, name):
    return context.ServiceManager.createInstanceWithContext(name, context)


def alert(context, parent, text, kind, buttons):
    """A box with ``text``; ``ok``, ``yes`` or ``no``, None when it was closed or given up."""
    toolkit = _service(context, "com.sun.star.awt.Toolkit")
    box = toolkit.createMessageBox(parent or toolkit.getDesktopWindow(), {"error": ERRORBOX, "ask": QUERYBOX}.get(kind, INFOBOX),
                                   _BUTTONS[buttons], "perfxl", text)
    try:
        pressed = box.execute()
    finally:
        box.dispose()
    return _ANSWERS.get(pressed) if buttons != "ok" else "ok"


def folder(context, title, start):
    """A folder that the user chooses, as a path; None when they give up."""
    picker = _service(context, "com.sun.star.ui.dialogs.FolderPicker")
    picker.setTitle(title)
    if start:
        picker.setDisplayDirectory(uno.systemPathToFileUrl(start))
    return uno.fileUrlToSystemPath(picker.getDirectory()) if picker.execute() == 1 else None


def ask(context, parent, question):
    """The answers to the fields of ``question`` by their key; None when the user gives up.

    ``question``: title, text, fields (key, label, kind, value, options as pairs of value and label), agree and refuse (buttons).
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
    if question["fields"]:
        dialog.getControl("field0").setFocus()
    try:
        return drawing.answers(dialog, question["fields"]) if dialog.execute() == 1 else None
    finally:
        dialog.dispose()


class _Drawing:
    """The controls of a dialog, put one under the other."""

    def __init__(self, model):
        self.model, self.at, self.tab = model, _MARGIN, 0

    def _put(self, kind, name, x, width, height, **properties):
        control = self.model.createInstance("com.sun.star.awt.UnoControl{}Model".format(kind))
        control.PositionX, control.PositionY, control.Width, control.Height = x, self.at, width, height
        control.Name, control.TabIndex = name, self.tab
        self.tab += 1
        for key, value in properties.items():
            setattr(control, key, value)
        self.model.insertByName(name, control)

    def text(self, text):
        """Text above the fields: as it is when short, in a box that can be scrolled when long."""
        lines = sum(1 + len(line) // _LETTERS for line in text.split("\n"))
        if lines <= 14:
            self._put("FixedText", "text", x=_MARGIN, width=_WIDTH - 2 * _MARGIN, height=lines * 9 + 2, Label=text, MultiLine=True)
            self.at += lines * 9 + 2 + _GAP
        else:
            self._put("Edit", "text", x=_MARGIN, width=_WIDTH - 2 * _MARGIN, height=126, Text=text, MultiLine=True,
                      ReadOnly=True, VScroll=True)
            self.at += 126 + _GAP

    def field(self, number, field):
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
            else:
                self._put("Edit", name, x=left, width=_WIDTH - left - _MARGIN, height=_LINE, Text=field["value"])
        self.at += _LINE + _GAP

    def buttons(self, agree, refuse):
        """The two buttons below, and the height of the whole."""
        self.at += _GAP
        self._put("Button", "agree", x=_WIDTH - 2 * (76 + _GAP) - _MARGIN + _GAP, width=76, height=15, Label=agree,
                  PushButtonType=1, DefaultButton=True)
        self._put("Button", "refuse", x=_WIDTH - 76 - _MARGIN, width=76, height=15, Label=refuse, PushButtonType=2)
        self.model.Height = self.at + 15 + _MARGIN

    @staticmethod
    def answers(dialog, fields):
        """What stands in the fields now."""
        found = {}
        for number, field in enumerate(fields):
            control = dialog.getControl("field{}".format(number))
            if field["kind"] == "yes":
                found[field["key"]] = "yes" if control.State else ""
            elif field["kind"] == "choice":
                found[field["key"]] = field["options"][control.getSelectedItemPos()][0]
            else:
                found[field["key"]] = control.Text
        return found
