"""perfxl's own window: the buttons of the ribbon for who has no macros, or no Excel."""

import queue
import threading
import tkinter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from tkinter import ttk
from typing import Any

from perfxl.campaign import Campaign, open_files
from perfxl.model.buttons import at_hand
from perfxl.model.texts import Texts
from perfxl.stages.plan.sight import Sight
from perfxl.ui.addin import place
from perfxl.ui.addin.actions import act
from perfxl.ui.addin.desk import Done, GivenUp
from perfxl.ui.addin.dialogs import Dialogs
from perfxl.ui.addin.icons import icon
from perfxl.ui.addin.overview import Overview
from perfxl.ui.addin.questions import Question
from perfxl.ui.addin.ribbon import GROUPS
from perfxl.ui.addin.root import Root
from perfxl.ui.addin.troubles import in_words, open_file
from perfxl.workflow.running import CannotRun

#: How often the window takes up what the work has to say, in milliseconds.
_TICK = 60
#: Groups of buttons on the second of two rows.
_SECOND_ROW = ("control", "outcome")
#: Characters that surely go on one line above the bar.
_LINE = 100


class WindowDesk(Dialogs):
    """A button pressed in the window: questions are asked by the window, while the work goes on beside it."""

    def __init__(self, window: "Window"):
        super().__init__(window.language, window)
        self.window, self.active, self.selected = window, window.campaign, ("", "")
        self.about: place.About | None = None
        self.remarks: list[str] = []

    def _asked(self, question: Callable[..., Any], *given: Any) -> Any:
        """The answer to a question that the window asks in its own time."""
        answer: queue.Queue[Any] = queue.Queue()
        self.window.post(lambda: answer.put(question(*given)))
        return answer.get()

    def ask_folder(self, title: str, start: Path | None) -> Path | None:
        """A folder that the user chooses; None when they give up."""
        return self._asked(super().ask_folder, title, start)

    def ask_round(self, title: str, rounds: Sequence[str], first: str) -> str | None:
        """The round that the user chooses; None when they give up."""
        return self._asked(super().ask_round, title, rounds, first)

    def ask_yes(self, question: str) -> bool | None:
        """Yes, no, or None when they give up."""
        return self._asked(super().ask_yes, question)

    def ask(self, question: Question) -> dict[str, str] | None:
        """What the user filled in; None when they give up."""
        return self._asked(super().ask, question)

    def progress(self, items: Iterable[Any], label: str, total: int) -> Iterator[Any]:
        """Move the bar of the window."""
        for number, item in enumerate(items, 1):
            self._go_on()
            self.window.post(partial(self.window.advance, label, number, total))
            yield item
        self._go_on()

    def _go_on(self) -> None:
        if self.window.stopped.is_set():
            raise GivenUp

    def save_open(self, campaign: Campaign) -> None:
        """Nothing to save from here: other programs hold their own files."""

    def hold(self, result: Path) -> bool:  # noqa: ARG002
        """Never: other programs hold their own files."""
        return False

    def reveal(self, plan: Path, sight: Sight) -> bool:  # noqa: ARG002
        """Never: other programs hold their own files."""
        return False

    def renews(self, path: Path) -> bool:  # noqa: ARG002
        """Never: Word has its own documents."""
        return False

    def show(self, path: Path, intended: Path | None = None) -> None:
        """Open the result in the program that the system has for it."""
        if intended is not None:
            self.remarks.append(open_files.written_beside_message(intended, path, self.language))
        open_file(path)


class Window(Root):
    """The window: the campaign, a button a stage, progress, and what came of it."""

    def __init__(self, language: str, campaign: Path | None = None):
        super().__init__(className="perfxl")
        self.language, self.campaign = language, campaign or next(iter(place.remembered()), None)
        self.say = Texts("addin", language)
        self.title("perfxl – Performance")
        self._waiting: queue.Queue[Callable[[], object]] = queue.Queue()
        self._images: dict[str, tkinter.PhotoImage] = {}
        self.buttons: dict[str, ttk.Button] = {}
        self.stopped = threading.Event()
        self._draw()
        self._show_campaign()
        self.update_idletasks()
        self.minsize(self.winfo_reqwidth(), 420)
        self.after(_TICK, self._tick)

    def _draw(self) -> None:
        style = ttk.Style(self)
        style.theme_use("clam")
        style.configure("Stage.TButton", width=-7, padding=2)
        self.configure(background=style.lookup("TFrame", "background"))
        top = ttk.Frame(self, padding=(12, 10))
        top.pack(fill="x")
        ttk.Button(top, text=self.say("choose_campaign"), command=self._choose).pack(side="right")
        self.where = ttk.Label(top, anchor="w", wraplength=600)
        self.where.pack(side="left", fill="x", expand=True)
        bar = ttk.Frame(self, padding=(8, 0))
        bar.pack(fill="x")
        rows = [ttk.Frame(bar), ttk.Frame(bar)]
        for name, buttons in GROUPS:
            group = ttk.LabelFrame(rows[name in _SECOND_ROW], text=self.say(f"group_{name}"), padding=4)
            group.pack(side="left", padx=4, fill="y")
            for button in buttons:
                self._draw_button(group, button.stage, button.keytip)
        for row in rows:
            row.pack(fill="x")
        self.doing = ttk.Label(self, padding=(12, 8, 12, 0), anchor="nw", text="\n", wraplength=800)
        self.doing.pack(fill="x")
        self.bind("<Configure>", self._wrap)
        running = ttk.Frame(self, padding=(12, 4))
        running.pack(fill="x")
        self.stop = ttk.Button(running, text=self.say("button_cancel"), command=self.stopped.set)
        self.stop.pack(side="right", padx=(8, 0))
        self.stop.state(["disabled"])
        self.bar = ttk.Progressbar(running, maximum=1.0)
        self.bar.pack(side="left", fill="x", expand=True)
        self.overview = Overview(self, self.language, self.press)
        self.overview.pack(fill="both", expand=True, padx=12, pady=(4, 0))
        self.message = tkinter.Text(self, wrap="word", font="TkDefaultFont", height=4, relief="flat", padx=10, pady=8, state="disabled", takefocus=True)
        self.message.tag_configure("wrong", foreground="#8E1B10")
        self.message.pack(fill="x", padx=12, pady=(4, 12))

    def _draw_button(self, group: ttk.LabelFrame, stage: str, letter: str) -> None:
        self._images[stage] = tkinter.PhotoImage(master=self, data=icon(stage)).subsample(2)
        text = self.say(f"button_{stage}")
        button = ttk.Button(group, text=text, underline=text.lower().find(letter.lower()), image=self._images[stage], compound="top",
                            style="Stage.TButton", command=lambda: self.press(stage))
        button.pack(side="left", padx=2, fill="y")
        button.bind("<Enter>", lambda _: self._now(self.say(f"tip_{stage}")))
        button.bind("<FocusIn>", lambda _: self._now(self.say(f"tip_{stage}")))
        button.bind("<Return>", lambda _: button.invoke())
        self.bind(f"<Alt-{letter.lower()}>", lambda _: button.invoke())
        self.buttons[stage] = button

    def _wrap(self, event: "tkinter.Event[tkinter.Misc]") -> None:
        """Let long lines take the width that the window has, instead of widening it."""
        if event.widget is self:
            self.doing.configure(wraplength=event.width - 24)
            self.where.configure(wraplength=event.width - 220)

    def _now(self, text: str) -> None:
        """Show one or two lines above the bar, whose place does not move."""
        self.doing.configure(text=text if "\n" in text or len(text) > _LINE else text + "\n")

    def _show_campaign(self) -> None:
        self.where.configure(text=self.say("campaign_is", folder=self.campaign) if self.campaign else self.say("campaign_none"))
        self.overview.show(self.campaign)

    def _choose(self) -> None:
        chosen = Dialogs(self.language, self).ask_folder(self.say("ask_campaign"), self.campaign)
        if chosen is None:
            return
        campaign = place.campaign_of(chosen)
        if campaign is None:
            self.tell(self.say("no_campaign", folder=chosen), wrong=True)
        else:
            place.remember(campaign)
            self.campaign = campaign
            self._show_campaign()

    def post(self, task: Callable[[], object]) -> None:
        """Have the window run ``task`` in its own thread."""
        self._waiting.put(task)

    def _tick(self) -> None:
        while not self._waiting.empty():
            self._waiting.get()()
        self.after(_TICK, self._tick)

    def advance(self, label: str, number: int, total: int) -> None:
        """Show how far the work is."""
        self._now(f"{label} {number}/{total}")
        self.bar.configure(value=number / max(1, total))

    def tell(self, text: str, wrong: bool = False) -> None:
        """Show what came of it."""
        self.message.configure(state="normal")
        self.message.delete("1.0", "end")
        self.message.insert("1.0", text, ("wrong",) if wrong else ())
        self.message.configure(state="disabled")

    def press(self, stage: str) -> None:
        """Begin the work of a button; the others wait until it is done."""
        if any(button.instate(["disabled"]) for button in self.buttons.values()):
            return
        self._enable(False)
        self.stopped.clear()
        self.tell(self.say("working"))
        threading.Thread(target=self._work, args=(stage, WindowDesk(self)), daemon=True).start()

    def _work(self, stage: str, desk: WindowDesk) -> None:
        with at_hand():
            try:
                done = act(stage, desk)
                self.post(lambda: self._done(done, desk.remarks))
            except GivenUp:
                self.post(lambda: self._over(self.say("given_up"), False))
            except Exception as problem:  # noqa: BLE001 - words for the user, the technical detail in the log
                text = in_words(problem, self.language)
                self.post(lambda: self._over(text, True))

    def _done(self, done: Done, remarks: list[str]) -> None:
        self.campaign = (place.campaign_of(done.path) if done.path else None) or self.campaign
        self._show_campaign()
        self._over("\n\n".join([done.text, *remarks]), False)

    def _over(self, text: str, wrong: bool) -> None:
        self.tell(text, wrong)
        self.bar.configure(value=0)
        self._now("")
        self._enable(True)

    def _enable(self, ready: bool) -> None:
        """Let the buttons be pressed, or, while a work is under way, the one that stops it."""
        for button in self.buttons.values():
            button.state(["!disabled" if ready else "disabled"])
        self.stop.state(["disabled" if ready else "!disabled"])


def run(language: str, campaign: Path | None) -> int:
    """Show the window until it is closed; the exit code. ``CannotRun`` where there is no screen to show it on."""
    try:
        window = Window(language, campaign)
    except tkinter.TclError:
        raise CannotRun(Texts("addin", language)("no_screen")) from None
    window.mainloop()
    return 0
