"""TOML files of the package, kept parsed beside them as Python keeps its modules compiled.

Parsing those that one command needs takes as long as reading a workbook. What is kept is JSON, in the folder of the compiled modules
(``__pycache__``, wherever Python has it), under the digest of the file: another text is parsed anew. Where nothing can be written,
or Python is told to write nothing there, files are parsed each time.
"""

import json
import os
import sys
from contextlib import suppress
from hashlib import sha256
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any


def load(path: Path) -> dict[str, Any]:
    """What the file at ``path`` says; nothing in it may be of a kind that JSON has not."""
    text = path.read_bytes()
    digest, kept = sha256(text).hexdigest(), _kept(path)
    with suppress(OSError, ValueError, KeyError, TypeError):
        stored = json.loads(kept.read_bytes()) if kept else {}
        if stored["digest"] == digest:
            return stored["said"]
    from tomllib import loads  # ten milliseconds that hardly any command needs

    said = loads(text.decode())
    if kept and not sys.dont_write_bytecode:
        _keep(kept, json.dumps({"digest": digest, "said": said}, ensure_ascii=False).encode())
    return said


def _kept(path: Path) -> Path | None:
    """Where the file at ``path`` is kept; None where Python keeps nothing."""
    try:
        return Path(cache_from_source(str(path))).with_name(f"{path.name}.json")
    except NotImplementedError:
        return None


def _keep(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path`` in one step, where that can be done."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content)
        beside.replace(path)
