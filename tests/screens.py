"""A screen that nobody sees."""

import os
import subprocess

import pytest


@pytest.fixture(scope="module")
def screen():
    """The name of a display of its own."""
    reader, writer = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(writer), "-screen", "0", "1400x900x24", "-nolisten", "tcp"],
                              pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    with os.fdopen(reader) as said:
        display = f":{said.readline().strip()}"
    yield display
    server.terminate()
    server.wait()
