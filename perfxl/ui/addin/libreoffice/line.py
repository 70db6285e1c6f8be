"""The line between perfxl and the office program: JSON, one message a line, over standard input and output."""

import json
import queue
import threading
from typing import Any, BinaryIO


class OfficeRefused(OSError):
    """The office program could not do what was asked; the message is its own."""


class Line:
    """Speaks to the office program. ``state``: what was in front of the user when the button was pressed."""

    def __init__(self, heard: BinaryIO, said: BinaryIO):
        self._said = said
        self._answers: queue.Queue[dict[str, Any]] = queue.Queue()
        self.state: dict[str, Any] = json.loads(heard.readline() or b"{}")
        self.cancelled = threading.Event()
        threading.Thread(target=self._listen, args=(heard,), daemon=True).start()

    def _listen(self, heard: BinaryIO) -> None:
        for line in heard:
            message = json.loads(line)
            if "cancel" in message:
                self.cancelled.set()
            else:
                self._answers.put(message)
        self.cancelled.set()  # the office program is gone
        self._answers.put({"error": "gone"})

    def tell(self, **message: Any) -> None:
        """Say something that needs no answer."""
        self._said.write(json.dumps(message).encode() + b"\n")
        self._said.flush()

    def call(self, name: str, *given: Any) -> Any:
        """Have the office program do something; what it answers. ``OfficeRefused`` when it could not."""
        self.tell(call=name, given=given)
        answer = self._answers.get()
        if "error" in answer:
            raise OfficeRefused(answer.get("detail") or answer["error"])
        return answer.get("value")
