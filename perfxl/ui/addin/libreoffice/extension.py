"""Builds ``perfxl.oxt``, the extension for LibreOffice. Same inputs, same bytes."""

import json
from pathlib import Path

from perfxl.model.texts import area
from perfxl.model.version import __version__
from perfxl.ui.addin import place
from perfxl.ui.addin.icons import icon
from perfxl.ui.addin.libreoffice import configuration
from perfxl.ui.addin.ribbon import BUTTONS
from perfxl.workbook.packing import packed

NAME = "perfxl.oxt"
IDENTIFIER = "org.perfxl"
#: Words that the starter says itself, when perfxl cannot be started.
WORDS = ("working", "office_not_installed", "office_no_python", "office_died")
_STARTER = Path(__file__).parent / "starter"


def build() -> bytes:
    """The extension, as the bytes of ``perfxl.oxt``."""
    parts = {"META-INF/manifest.xml": configuration.manifest(), "description.xml": configuration.description(__version__),
             "Addons.xcu": configuration.addons(), "ProtocolHandler.xcu": configuration.protocol(),
             "CalcWindowState.xcu": configuration.window_state(), "perfxl.json": _settings()}
    parts |= {path.relative_to(_STARTER).as_posix(): path.read_bytes() for path in sorted(_STARTER.rglob("*.py"))}
    for stage in (*(b.stage for b in BUTTONS), configuration.CANCEL):
        parts |= {f"images/{stage}_{side}.png": icon(stage, side) for side in (16, 26)}
    return packed(parts.items())


def _settings() -> bytes:
    """What the starter needs to know of perfxl."""
    words = area("addin")
    return json.dumps({"tokens": place.TOKENS, "words": {key: words[key] for key in WORDS}}, ensure_ascii=False, indent=1).encode()
