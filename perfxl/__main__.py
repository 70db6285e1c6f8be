"""``perfxl`` and ``python -m perfxl``: the command line; ``python -P -m perfxl`` where the current folder may hold anything.

Python itself looks for modules in the current folder first, before it comes here; from here on nothing does.
"""

import _signal  # part of the interpreter, as the next three; ``signal`` would be looked for, and takes a while
import gc
import os
import sys

# Ctrl-C and its like wait until there is somebody to answer them; nothing else is imported until the current folder is out of the way.
if hasattr(_signal, "pthread_sigmask"):
    _signal.pthread_sigmask(_signal.SIG_BLOCK, {_signal.SIGINT, _signal.SIGTERM, _signal.SIGHUP})
if sys.path and sys.path[0] in ("", os.getcwd()) and not os.path.samefile(os.curdir, os.path.dirname(os.path.dirname(__file__))):
    del sys.path[0]
# Documents have no cycles: looking for garbage among them over and over takes a tenth of the time.
gc.set_threshold(50_000, 20, 50)


def main() -> int:
    """Run the command that was typed; its exit code."""
    from perfxl.model import interruption
    from perfxl.ui.cli import main as run

    try:
        return run()
    finally:
        interruption.ignore_interrupts()
        gc.freeze()  # the process ends: looking for garbage once more, for which Python takes its time, took a fifth of a short command


if __name__ == "__main__":
    sys.exit(main())
