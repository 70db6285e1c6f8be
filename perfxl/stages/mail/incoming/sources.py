"""Where returned workbooks are looked for on disk: files, folders, mbox files, Maildir folders; nothing is changed in them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from perfxl.model.findings import Finding, Place
from perfxl.stages.mail.incoming.model import MB, SOURCE_LIMIT, Source

_HANDED = re.compile(rb">+From ")
_POSTMARK = re.compile(rb"From \S+.*\d{4}\s*$")


def on_disk(path: Path) -> Iterator[Source | Finding]:
    """The messages and files at ``path``, in the order of their names; one that is too big or closed is a finding."""
    if path.is_dir():
        for file in _files(path):
            yield from _file(file, file.relative_to(path.parent).as_posix())
    else:
        yield from _file(path, path.name)


def _files(folder: Path) -> list[Path]:
    """Every file in ``folder``, links and hidden ones left out; of a Maildir what was delivered, also in its subfolders."""
    files = []
    for path in sorted(folder.rglob("*")):
        below = path.relative_to(folder).parts
        if path.is_symlink() or not path.is_file() or any((folder / Path(*below[:n])).is_symlink() for n in range(1, len(below))):
            continue
        home = path.parent.parent
        if path.parent.name in ("cur", "new") and (home / "cur").is_dir() and (home / "new").is_dir():
            files.append(path)
        elif path.parent.name == "tmp" and (home / "cur").is_dir() or _is_maildir(path.parent):
            continue  # half delivered, or what the mail server keeps for itself
        elif not any(part.startswith((".", "~$")) for part in below):
            files.append(path)
    return files


def _is_maildir(folder: Path) -> bool:
    return (folder / "cur").is_dir() and (folder / "new").is_dir()


def _file(path: Path, label: str) -> Iterator[Source | Finding]:
    label = label.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        with path.open("rb") as opened:
            if _is_mbox(opened.readline(2000)):
                opened.seek(0)
                yield from _mbox(opened, label)
                return
            opened.seek(0)
            content = opened.read(SOURCE_LIMIT + 1)
    except OSError as problem:
        yield Finding("MAIL10", Place(label), {"reason": problem.strerror or str(problem)})
        return
    yield _too_big(label) if len(content) > SOURCE_LIMIT else Source(label, content)


def _is_mbox(first: bytes) -> bool:
    return bool(_POSTMARK.match(first.rstrip()))


def _mbox(opened: IO[bytes], label: str) -> Iterator[Source | Finding]:
    """The messages of an mbox file, one in memory at a time."""
    content = bytearray()
    number, size, blank = 0, 0, True

    def message() -> Source | Finding:
        name = f"{label} #{number}"
        return _too_big(name) if size > SOURCE_LIMIT else Source(name, bytes(content))

    for line in iter(lambda: opened.readline(MB), b""):
        if blank and line.startswith(b"From ") and _is_mbox(line):
            if number:
                yield message()
            content, size, number = bytearray(), 0, number + 1
        else:
            size += len(line)
            if size <= SOURCE_LIMIT:
                content += line[1:] if _HANDED.match(line) else line
        blank = line in (b"\n", b"\r\n")
    if number:
        yield message()


def _too_big(label: str) -> Finding:
    return Finding("MAIL12", Place(label), {"size": f"> {SOURCE_LIMIT // MB}", "limit": SOURCE_LIMIT // MB})
