"""The board in the window: who answered, what is to be mended, what to do next, with a button to do it."""

import tkinter
from collections.abc import Callable
from pathlib import Path
from tkinter import font, ttk

from perfxl.campaign import BadExtension, Campaign
from perfxl.campaign.register import Board, board_table
from perfxl.campaign.register.as_text import board_summary
from perfxl.model.buttons import at_hand
from perfxl.model.texts import Texts
from perfxl.ui.addin import columns
from perfxl.ui.addin.board_at_hand import board_of
from perfxl.ui.addin.next_step import next_step
from perfxl.workflow.running import CannotRun

_ROWS = 7
#: The width of the columns of the board together, in pixels, and that of the bar beside them.
_WIDTH, _BAR = 920, 16
_STYLE = "Board.Treeview"


class Overview(ttk.Frame):
    """The board of the round at hand. ``press``: called with the stage of the button that does the next step."""

    def __init__(self, parent: tkinter.Misc, language: str, press: Callable[[str], None]):
        super().__init__(parent)
        self.language, self._press = language, press
        self.stage: str | None = None
        self.head = ttk.Label(self, anchor="w", justify="left", wraplength=900)
        self.head.pack(fill="x")
        foot = ttk.Frame(self)
        foot.pack(side="bottom", fill="x", pady=4)
        self.do = ttk.Button(foot, command=self._do)
        self.advice = ttk.Label(foot, anchor="w", wraplength=640)
        body = ttk.Frame(self)
        self.table = ttk.Treeview(body, show="headings", height=_ROWS, selectmode="none", style=_STYLE)
        self.table.tag_configure("late", foreground="#8E1B10")
        self.table.tag_configure("received", foreground="#22692F")
        bar = ttk.Scrollbar(body, command=self.table.yview)
        self.table.configure(yscrollcommand=bar.set)
        bar.pack(side="right", fill="y")
        self.table.pack(side="left", fill="both", expand=True)
        # whatever columns come to it, the table has the width that the window has: the toolkit would widen the window
        body.configure(width=_WIDTH + _BAR, height=self.table.winfo_reqheight())
        body.pack_propagate(False)
        body.pack(fill="both", expand=True)

    def _do(self) -> None:
        if self.stage:
            self._press(self.stage)

    def show(self, folder: Path | None) -> None:
        """Show the board of the campaign at ``folder``, nothing where there is none that can be told."""
        board = _board(folder, self.language) if folder else None
        self.table.delete(*self.table.get_children())
        self.head.configure(text="")
        self.advice.pack_forget()
        self.do.pack_forget()
        self.stage = None
        if board is not None:
            with at_hand():
                self._fill(board)

    def _fill(self, board: Board) -> None:
        say, step = Texts("addin", self.language), next_step(board, self.language)
        self.head.configure(text="   ".join(board_summary(board, self.language)[:3]))
        headings, rows = board_table(board, self.language)
        wide = self._columns(headings, rows)
        states = {f"{r.sector} {r.name}": r.state for r in board.rows}
        texts = [[columns.wrapped(text, width, self._measure) for text, width in zip(row, wide, strict=True)] for row in rows]
        for row, shown in zip(rows, texts, strict=True):
            state = states.get(row[0], "")
            self.table.insert("", "end", values=shown, tags=("late" if state == "late" else "received" if state.startswith("received") else "",))
        ttk.Style(self).configure(_STYLE, rowheight=self._line() * columns.lines([text for row in texts for text in row]) + 4)
        self.stage = step.stage
        self.advice.configure(text=step.text)
        self.do.configure(text=say(f"button_{step.stage}"))
        self.do.pack(side="right")
        self.advice.pack(side="left", fill="x", expand=True)


    def _columns(self, headings: list[str], rows: list[list[str]]) -> list[int]:
        """Draw the columns with their headings; how wide each is."""
        wide = columns.widths(headings, rows, _WIDTH, measure=self._measure, bold=self._bold)
        names = [f"c{n}" for n in range(len(headings))]
        if list(self.table["columns"]) != names:  # told again, the toolkit would make each as wide as at first
            self.table.configure(columns=names)
        shown = [columns.wrapped(heading, width, self._bold) for heading, width in zip(headings, wide, strict=True)]
        for number, (name, heading, width) in enumerate(zip(names, shown, wide, strict=True)):
            self.table.heading(name, text=heading, anchor="w")
            self.table.column(name, width=width, minwidth=40, stretch=number == 0)
        below = self._line() * (columns.lines(shown) - 1)  # the toolkit makes room for one line
        ttk.Style(self).configure(f"{_STYLE}.Heading", padding=(3, 3, 3, 3 + below))
        return wide

    def _line(self) -> int:
        """The pixels from one line of text to the next."""
        return font.nametofont("TkDefaultFont", self).metrics("linespace")

    def _measure(self, text: str) -> int:
        """The pixels that a text takes in a cell."""
        return font.nametofont("TkDefaultFont", self).measure(text)

    def _bold(self, text: str) -> int:
        """The pixels that a text takes in a heading."""
        return font.nametofont("TkHeadingFont", self).measure(text)


def _board(folder: Path, language: str) -> Board | None:
    try:
        return board_of(Campaign(folder), None, language)
    except (CannotRun, BadExtension, OSError, ValueError):  # its button says what is the matter
        return None
