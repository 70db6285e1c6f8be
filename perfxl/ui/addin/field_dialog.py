"""A question of several fields in a window of the standard toolkit."""

import tkinter
from tkinter import ttk

from perfxl.ui.addin.questions import Field, Question

#: Lines of text above the fields that are shown as they are; more stand in a box that can be scrolled.
_MOST_LINES = 16


class Filling(tkinter.Toplevel):
    """The window of one question, in front of the others."""

    def __init__(self, root: tkinter.Tk, question: Question):
        super().__init__(root)
        self.question, self._root_window = question, root
        self._said: dict[str, str] | None = None
        self._values: dict[str, tkinter.StringVar] = {}
        self.title(f"perfxl – {question.title}")
        self.configure(background=ttk.Style(self).lookup("TFrame", "background"))
        self.attributes("-topmost", True)
        self.resizable(False, False)
        self._draw()

    def _draw(self) -> None:
        grid = ttk.Frame(self, padding=16)
        grid.pack(fill="both", expand=True)
        if self.question.text:
            self._text(grid).grid(row=0, column=0, columnspan=2, sticky="ew", pady=(0, 10))
        self.first: ttk.Widget | None = None
        for row, field in enumerate(self.question.fields, 1):
            widget = self._field(grid, row, field)
            self.first = self.first or widget
        foot = ttk.Frame(grid)
        foot.grid(row=99, column=0, columnspan=2, sticky="e", pady=(12, 0))
        self.agree = ttk.Button(foot, text=self.question.agree, command=self._agree)
        self.agree.pack(side="left", padx=4)
        ttk.Button(foot, text=self.question.refuse, command=self.destroy).pack(side="left")
        self.bind("<Return>", lambda _: self._agree())
        self.bind("<Escape>", lambda _: self.destroy())

    def _text(self, parent: ttk.Frame) -> ttk.Widget:
        lines = self.question.text.count("\n") + 1 + len(self.question.text) // 80
        if lines <= _MOST_LINES:
            return ttk.Label(parent, text=self.question.text, wraplength=520, justify="left")
        frame = ttk.Frame(parent)
        shown = tkinter.Text(frame, wrap="word", width=72, height=_MOST_LINES, font="TkDefaultFont", relief="flat")
        shown.insert("1.0", self.question.text)
        shown.configure(state="disabled")
        bar = ttk.Scrollbar(frame, command=shown.yview)
        shown.configure(yscrollcommand=bar.set)
        bar.pack(side="right", fill="y")
        shown.pack(side="left", fill="both", expand=True)
        return frame

    def _field(self, parent: ttk.Frame, row: int, field: Field) -> ttk.Widget:
        """Draw ``field``; the widget that is filled in."""
        value = self._values[field.key] = tkinter.StringVar(self, field.value)
        if field.kind == "yes":
            box = ttk.Checkbutton(parent, text=field.label, variable=value, onvalue="yes", offvalue="")
            box.grid(row=row, column=0, columnspan=2, sticky="w", pady=3)
            return box
        ttk.Label(parent, text=field.label).grid(row=row, column=0, sticky="w", padx=(0, 12), pady=3)
        if field.kind == "choice":
            labels = [label for _, label in field.options]
            value.set(dict(field.options).get(field.value, labels[0]))
            widget: ttk.Entry = ttk.Combobox(parent, textvariable=value, values=labels, state="readonly", width=52)
        else:
            widget = ttk.Entry(parent, textvariable=value, width=54)
        widget.grid(row=row, column=1, sticky="ew", pady=3)
        return widget

    def _agree(self) -> None:
        said = {}
        for field in self.question.fields:
            value = self._values[field.key].get()
            said[field.key] = next(v for v, label in field.options if label == value) if field.kind == "choice" else value
        self._said = said
        self.destroy()

    def answers(self) -> dict[str, str] | None:
        """Show the window until it is closed; what was filled in, None when the user gave up."""
        if self._root_window.winfo_viewable():
            self.geometry(f"+{self._root_window.winfo_rootx() + 60}+{self._root_window.winfo_rooty() + 60}")
        self.wait_visibility()
        self.grab_set()
        (self.first or self.agree).focus_force()
        if isinstance(self.first, ttk.Entry) and not isinstance(self.first, ttk.Combobox):  # what is typed takes the place of what stands there
            self.first.selection_range(0, "end")
            self.first.icursor("end")
        self._root_window.wait_window(self)
        return self._said
