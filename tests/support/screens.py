"""A screen that nobody sees."""

import contextlib
import os
import subprocess
from collections.abc import Iterator

import pytest


@contextlib.contextmanager
def display(width: int, height: int) -> Iterator[str]:
    """The name of a display of its own.

    It does not start anew when the last window on it closes (``-noreset``): programs that come meanwhile would be turned away.
    """
    reader, writer = os.pipe()
    server = subprocess.Popen(["Xvfb", "-noreset", "-displayfd", str(writer), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"],
                              pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        with os.fdopen(reader) as said:
            yield f":{said.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(scope="module")
def screen():
    """The name of a display as wide as a common screen."""
    with display(1400, 900) as name:
        yield name
