"""What ``perfxl addin`` does and says."""

from pathlib import Path

from perfxl import documents
from perfxl.addin.building import NAME, build
from perfxl.addin.macros import TemplateChanged
from perfxl.pipeline import CannotRun
from perfxl.texts import Texts


def run(what: str, out: Path | None, language: str) -> int:
    """Build, install, look at or take away the add-in; the exit code. ``out``: the file that ``build`` writes."""
    return {"build": _build}[what](out, Texts("addin", language))


def made(say: Texts) -> bytes:
    """The add-in; ``CannotRun`` when the installed xlwings is not one that is known."""
    try:
        return build()
    except TemplateChanged as missing:
        raise CannotRun(say("template_changed", words=missing)) from None


def _build(out: Path | None, say: Texts) -> int:
    path = out or Path(NAME)
    documents.write_bytes(path, made(say))
    print(say("built", path=path))
    return 0
