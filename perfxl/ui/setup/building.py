"""Packs the file to double-click: ``python -m perfxl.ui.setup.building WHEEL OUT [--complete]``. Same inputs, same bytes.

OUT gets ``perfxl-<version>-installa.zip``: a starter for each system, and ``perfxl-<version>.pyz``, which installs. With ``--complete``
the wheels of everything perfxl needs are in it, for the Python and the system that run this: for computers without a network.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from perfxl.model.documents import write_bytes
from perfxl.model.texts import LANGUAGES, Texts, area
from perfxl.model.version import __version__
from perfxl.ui.setup.program import platform_of

_HERE = Path(__file__).parent
#: Each starter: its name, where it comes from, the end of its lines, how it says a line.
STARTERS = {"Installa perfxl.cmd": ("windows.cmd", "\r\n", "echo {}"), "Installa perfxl.command": ("unix.sh", "\n", "echo '{}'"),
            "installa-perfxl.sh": ("unix.sh", "\n", "echo '{}'")}


def archive(wheels: dict[str, bytes], complete: bool) -> bytes:
    """The ``.pyz``: the program, its words, and ``wheels`` by file name, perfxl's own among them; ``complete``: with all that it needs."""
    contents = {"version": __version__, "complete": complete}
    if complete:
        contents |= {"python": "{}.{}".format(*sys.version_info), "platform": platform_of()}
    parts = {"__main__.py": (_HERE / "program.py").read_bytes(), "words.json": json.dumps(area("setup"), ensure_ascii=False).encode(),
             "contents.json": json.dumps(contents).encode()}
    parts |= {f"wheels/{name}": content for name, content in sorted(wheels.items())}
    return b"#!/usr/bin/env python3\n" + _packed(parts)


def folder(made: bytes) -> bytes:
    """The ``.zip`` to hand out: the archive ``made``, a starter for each system, how to begin in both languages."""
    name = f"perfxl-{__version__}.pyz"
    parts = {f"perfxl/{starter}": _starter(*given, name) for starter, given in STARTERS.items()}
    for language in LANGUAGES:
        title = {"it": "Leggimi.txt", "en": "Readme.txt"}[language]
        parts[f"perfxl/{title}"] = Texts("setup", language)("read_me", version=__version__).replace("\n", "\r\n").encode("utf-8-sig")
    parts[f"perfxl/{name}"] = made
    return _packed(parts)


def _starter(source: str, ending: str, line: str, name: str) -> bytes:
    """A starter, with the words for who has no Python, or has not extracted the folder."""
    text = (_HERE / "starters" / source).read_text(encoding="utf-8").replace("{archive}", name)
    for place, key in (("{missing}", "missing_python"), ("{alone}", "not_extracted")):
        said = (line for language in LANGUAGES for line in area("setup")[key][language].split("|"))
        text = text.replace(place, "\n".join(map(line.format, said)))
    return text.replace("\n", ending).encode()


def _packed(parts: dict[str, bytes]) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w") as packed:
        for name, content in parts.items():
            info = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = ZIP_STORED if name.endswith((".whl", ".pyz")) else ZIP_DEFLATED
            runs = name.endswith((".sh", ".command", ".pyz"))
            info.create_system, info.external_attr = 3, (0o100755 if runs else 0o100644) << 16
            packed.writestr(info, content)
    return made.getvalue()


def collect(wheel: Path, complete: bool) -> dict[str, bytes]:
    """perfxl's wheel, and with ``complete`` those of everything it needs, as pip finds them."""
    if not complete:
        return {wheel.name: wheel.read_bytes()}
    with tempfile.TemporaryDirectory(prefix="perfxl-") as kept:
        subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:", "--dest", kept,
                        str(wheel)], check=True)
        return {path.name: path.read_bytes() for path in Path(kept).glob("*.whl")}


def main() -> int:
    """Pack it; the exit code."""
    given = argparse.ArgumentParser(prog="python -m perfxl.ui.setup.building", description=__doc__.splitlines()[0])
    given.add_argument("wheel", type=Path)
    given.add_argument("out", type=Path)
    given.add_argument("--complete", action="store_true")
    args = given.parse_args()
    made = archive(collect(args.wheel, args.complete), args.complete)
    kind = f"-completo-{platform_of()}-py{sys.version_info[0]}.{sys.version_info[1]}" if args.complete else ""
    path = args.out / f"perfxl-{__version__}-installa{kind}.zip"
    write_bytes(path, folder(made))
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
