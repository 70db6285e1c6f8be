"""Runs perfxl's window for a test: says where its buttons are and what it shows, and opens no other program.

    python window_driver.py CAMPAIGN STATE.json LANGUAGE
"""

import json
import sys
from pathlib import Path

from perfxl.ui import window

campaign, state, language = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
opened: list[Path] = []
setattr(window, "open_file", opened.append)
ended: list = []
said = [""]


class Window(window.Window):
    def _over(self, text, wrong):
        super()._over(text, wrong)
        ended.append(text)


shown = Window(language, campaign if campaign.is_dir() else None)


def centre(widget):
    return [widget.winfo_rootx() + widget.winfo_width() // 2, widget.winfo_rooty() + widget.winfo_height() // 2]


def buttons_of(widget):
    for child in widget.winfo_children():
        if child.winfo_class() == "TButton" and child.winfo_ismapped():
            yield child.cget("text"), centre(child)
        yield from buttons_of(child)


def labels_of(widget):
    for child in widget.winfo_children():
        if child.winfo_class() == "TLabel":
            yield child.cget("text")
        yield from labels_of(child)


def folder_window():
    """Whether the toolkit's own window for a folder is up, with the keys."""
    shown_ones = [str(w) for w in shown.tk.splitlist(shown.tk.call("winfo", "children", "."))]
    return any(shown.tk.call("winfo", "class", w) == "TkChooseDir" and shown.tk.call("winfo", "ismapped", w) for w in shown_ones) \
        and str(shown.tk.call("focus")).endswith("ent")


def tell():
    made = {"choosing": folder_window(), "buttons": {s: centre(b) for s, b in shown.buttons.items()}, "told": shown.message.get("1.0", "end").strip(),
            "wrong": "wrong" in shown.message.tag_names("1.0"), "doing": shown.doing.cget("text").strip(), "where": shown.where.cget("text"),
            "ready": all(not b.instate(["disabled"]) for b in shown.buttons.values()), "ended": len(ended),
            "board": [shown.overview.table.item(i, "values") for i in shown.overview.table.get_children()],
            "columns": len(shown.overview.table["columns"]), "next": shown.overview.stage, "advice": shown.overview.advice.cget("text"), "do": centre(shown.overview.do),
            "running": not shown.stop.instate(["disabled"]), "stop": centre(shown.stop),
            "labels": [text for w in shown.winfo_children() if w.winfo_class() == "Toplevel" for text in labels_of(w)],
            "opened": [str(p) for p in opened], "width": shown.winfo_reqwidth(),
            "dialog": {text: at for w in shown.winfo_children() if w.winfo_class() == "Toplevel" and w.winfo_ismapped()
                       for text, at in buttons_of(w)}}
    text = json.dumps(made)
    if text != said[0]:
        beside = state.with_suffix(".new")
        beside.write_text(text)
        beside.replace(state)
        said[0] = text
    shown.after(100, tell)


shown.geometry("+10+10")
shown.after(200, tell)
shown.mainloop()
