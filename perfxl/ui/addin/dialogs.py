"""Questions to the user in windows of the standard toolkit: a folder, a round, yes or no."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from perfxl.model.texts import Texts
from perfxl.ui.addin.questions import Question
from perfxl.workflow.running import CannotRun

if TYPE_CHECKING:
    import tkinter


class Dialogs:
    """Asks in small windows in front of the others. ``parent``: the window they belong to; made when there is none."""

    def __init__(self, language: str, parent: "tkinter.Tk | None" = None):
        self.language, self.parent = language, parent

    def _root(self) -> "tkinter.Tk":
        """The window that questions belong to; ``CannotRun`` where there is no screen, or no toolkit."""
        say = Texts("addin", self.language)
        try:
            import tkinter
        except ImportError:
            raise CannotRun(say("no_toolkit")) from None
        if self.parent is None:
            from perfxl.ui.addin.root import Root

            try:
                self.parent = Root()
            except tkinter.TclError:
                raise CannotRun(say("no_screen")) from None
            self.parent.withdraw()
            self.parent.attributes("-topmost", True)
        return self.parent

    def ask_folder(self, title: str, start: Path | None) -> Path | None:
        """A folder, also one that is not there yet; None when the user gives up. ``start``: where they begin to look, or around it."""
        root = self._root()
        from tkinter import filedialog

        around = next((f for f in (start, *start.parents) if f.is_dir()), None) if start else None
        chosen = filedialog.askdirectory(parent=root, title=title, mustexist=False, **({"initialdir": str(around)} if around else {}))
        return Path(chosen) if chosen else None

    def ask_yes(self, question: str) -> bool | None:
        """Yes, no, or None when the user gives up."""
        root = self._root()
        from tkinter import messagebox

        return messagebox.askyesnocancel("perfxl", question, parent=root)

    def ask_round(self, title: str, rounds: Sequence[str], first: str) -> str | None:
        """One of ``rounds`` in a small window of buttons; None when the user gives up."""
        words, root = Texts("register", self.language), self._root()
        chosen: list[str] = []
        import tkinter
        from tkinter import ttk

        window = tkinter.Toplevel(root)
        window.title("perfxl")
        window.configure(background=ttk.Style(window).lookup("TFrame", "background"))
        window.attributes("-topmost", True)
        window.resizable(False, False)
        ttk.Label(window, text=title, padding=16).pack()

        def choose(round: str) -> None:
            chosen.append(round)
            window.destroy()

        def draw(round: str) -> ttk.Button:
            button = ttk.Button(window, text=words.at("round", round), width=34, command=lambda: choose(round))
            button.pack(padx=16, pady=4)
            button.bind("<Return>", lambda _: choose(round))
            return button

        offered = {round: draw(round) for round in rounds}.get(first)
        ttk.Button(window, text=Texts("addin", self.language)("give_up"), command=window.destroy).pack(pady=(8, 16))
        window.bind("<Escape>", lambda _: window.destroy())
        if root.winfo_viewable():
            window.geometry(f"+{root.winfo_rootx() + 60}+{root.winfo_rooty() + 60}")
        window.wait_visibility()
        window.grab_set()
        (offered or window).focus_force()
        root.wait_window(window)
        return chosen[0] if chosen else None

    def ask(self, question: Question) -> dict[str, str] | None:
        """What the user filled in, by the keys of the fields; None when they give up."""
        root = self._root()
        from perfxl.ui.addin.field_dialog import Filling

        return Filling(root, question).answers()
