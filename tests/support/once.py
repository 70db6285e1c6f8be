"""What is dear to make and never changed is made once for all the processes that run the tests."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path


def made_once(tmp_path_factory, name: str, make: Callable[[Path], object]) -> Path:
    """The campaign that ``make`` plays in the folder it is given: by the first process that asks for ``name``; the others wait for it."""
    home = tmp_path_factory.getbasetemp()
    home = (home.parent if "PYTEST_XDIST_WORKER" in os.environ else home) / f"once-{name}"
    home.mkdir(exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "made").exists():
            shutil.rmtree(home / "campagna", ignore_errors=True)  # of a process that failed half-way
            make(home / "campagna")
            (home / "made").touch()
    return home / "campagna"
