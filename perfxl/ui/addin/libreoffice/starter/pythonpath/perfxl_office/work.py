"""A button pressed: perfxl started beside the office program, its progress shown, what it asks for done, one work at a time."""

import contextlib
import queue
import threading
import traceback
from typing import Any

import uno
import unohelper
from com.sun.star.awt import XCallback
from com.sun.star.frame import FeatureStateEvent
from com.sun.star.lang import DisposedException

from perfxl_office import books, dialogs, settings
from perfxl_office.child import Child

CANCEL = "cancel"
#: The work that is under way, and the buttons that want to know.
_running: "Work | None" = None
_beginning = threading.Lock()  # a button may be pressed in any thread: by a macro, from another program
_listeners: "list[tuple[Any, Any, Any]]" = []
_last: "list[Work | None]" = [None]  # kept while it has something to say


def press(context: Any, frame: Any, stage: str) -> None:
    """Begin the work of ``stage``, or stop the one that is under way."""
    global _running
    if stage == CANCEL:
        under_way = _running
        if under_way is not None:
            under_way.cancel()
        return
    if not _beginning.acquire(blocking=False):
        return
    try:
        if _running is not None:
            return
        _running = _last[0] = work = Work(context, frame, stage)  # noted first: to begin may let another click through
        try:
            begun = work.begin()
        except Exception as problem:  # noqa: BLE001 - a window that is going away
            begun = work.refuse("office_died", reason=str(problem))
            if work.child is not None:
                work.child.end()
        if not begun:
            _running = None
    finally:
        _beginning.release()
    _tell_all()
    if begun and work.child is not None:  # last of all: where the main thread is another, the work may be over in the same moment
        work.child.listen()


def listen(source: Any, listener: Any, url: Any) -> None:
    """Note a button, and tell it whether it can be pressed."""
    _listeners.append((source, listener, url))
    _tell(source, listener, url)


def forget(listener: Any) -> None:
    """Forget a button."""
    _listeners[:] = [known for known in _listeners if known[1] != listener]


def _tell(source: Any, listener: Any, url: Any) -> None:
    event = FeatureStateEvent()
    event.Source, event.FeatureURL, event.Requery = source, url, False
    event.IsEnabled = (url.Path == CANCEL) == (_running is not None)
    listener.statusChanged(event)


def _tell_all() -> None:
    for known in list(_listeners):
        try:
            _tell(*known)
        except DisposedException:  # its window is gone
            forget(known[1])
        except Exception:  # noqa: BLE001 - one that cannot hear it now must not keep the others from hearing it
            continue


class Work(unohelper.Base, XCallback):
    """One work. Messages come in a thread and are taken in the office program's main thread, where its documents may be touched."""

    def __init__(self, context: Any, frame: Any, stage: str) -> None:
        self.context, self.frame, self.stage = context, frame, stage
        self.language = settings.language(context)
        self.messages: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self.ended = self.cancelled = False
        self.child: Child | None = None
        self.indicator: Any = None
        self.main = context.ServiceManager.createInstanceWithContext("com.sun.star.awt.AsyncCallback", context)
        self.books = books.Books(context, frame)
        self.does = {"books": self.books.opened, "save": self.books.save, "open": self.books.open, "release": self.books.release,
                     "load": self.books.load, "remote": self.books.remote, "ask": self._ask, "alert": self._alert}

    def begin(self) -> bool:
        """Start perfxl; whether it could be."""
        machine = settings.machine()
        if machine is None:
            return self.refuse("office_not_installed", home=str(settings.home()))
        state = self.books.state(settings.built_with()["tokens"])
        try:
            self.child = Child(machine, self.stage, language=self.language, state=state, heard=self._heard)
        except (OSError, ValueError) as problem:
            return self.refuse("office_no_python", path=machine["python"], reason=getattr(problem, "strerror", None) or str(problem))
        if self.cancelled:
            self.child.cancel()
        with contextlib.suppress(Exception):  # a window without a status bar
            self.indicator = self.frame.createStatusIndicator()
            self.indicator.start("perfxl: " + settings.word("working", self.language), 1000)
        return True

    def refuse(self, key: str, **values: Any) -> bool:
        """Say, once the click is over, why the work cannot be begun."""
        self._heard({"fail": [key, values]})
        return False

    def cancel(self) -> None:
        """Stop: what was under way is given up, and nothing is changed."""
        self.cancelled = True
        if self.child is not None:
            self.child.cancel()

    def _heard(self, message: "dict[str, Any] | None") -> None:
        self.messages.put(message)
        self.main.addCallback(self, None)

    def notify(self, _: Any) -> None:
        """Take what perfxl said; called in the main thread."""
        while not self.messages.empty():
            message = self.messages.get()
            if message is None:
                self._over()
            else:
                with contextlib.suppress(Exception):  # what makes no sense must not keep the end from being noticed
                    self._take(message)

    def _take(self, message: "dict[str, Any]") -> None:
        if "progress" in message:
            self._progress(*message["progress"])
        elif "fail" in message:
            self._fail(message["fail"][0], **message["fail"][1])
        elif "end" in message:
            self.ended = True
        elif "call" in message and self.child is not None:
            self.child.say(self._answer(message))

    def _answer(self, message: "dict[str, Any]") -> "dict[str, Any]":
        try:
            return {"value": self.does[message["call"]](*message.get("given", ()))}
        except Exception as problem:  # noqa: BLE001 - perfxl says it to the user, with what to do
            return {"error": str(problem) or type(problem).__name__, "detail": traceback.format_exc()}

    def _progress(self, label: str, number: int, total: int) -> None:
        with contextlib.suppress(Exception):
            self.indicator.setText("perfxl: {} {}/{}".format(label, number, total))
            self.indicator.setValue(1000 * number // max(1, total))

    def _over(self) -> None:
        global _running
        if _running is self:
            _running = None
        with contextlib.suppress(Exception):
            self.indicator.end()
        _tell_all()
        with contextlib.suppress(Exception):
            self.books.settle()
        if not self.ended and not self.cancelled:
            self._fail("office_died", reason=self.child.last_words() if self.child is not None else "")

    # -- what the user is asked and told
    def _parent(self) -> Any:
        frame = self.books.frame_in_front()
        return frame.ContainerWindow if frame is not None else None

    def _ask(self, question: "dict[str, Any]") -> "dict[str, str] | None":
        return dialogs.ask(self.context, self._parent(), question)

    def _alert(self, text: str, kind: str, buttons: str = "ok") -> "str | None":
        return dialogs.alert(self.context, self._parent(), text=text, kind=kind, buttons=buttons)

    def _fail(self, key: str, **values: Any) -> None:
        dialogs.alert(self.context, self._parent(), text=settings.word(key, self.language, **values), kind="error", buttons="ok")


assert uno  # the import makes com.sun.star known to Python
