"""Python's garbage collector paused while very many objects are made: it searches for cycles every few thousand new ones."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused() -> Iterator[None]:
    """No search while it lasts: for what makes very many objects, keeps them to its end, and leaves hardly any cycles."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
