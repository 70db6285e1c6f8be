"""The files of an archive that comes from elsewhere: opened within bounds, its manifest and its log read without trust."""

import io
import json
import re
import zipfile
from hashlib import sha256
from typing import Any

from perfxl.campaign.register.log import FIRST, Entry, entry_hash
from perfxl.model import documents
from perfxl.model.extension import faults
from perfxl.model.findings import Finding
from perfxl.model.texts import LANGUAGES, Texts
from perfxl.stages.publish import bundle
from perfxl.stages.publish.bundle import LOG, MANIFEST, SCHEMA
from perfxl.workbook.packing import alone

#: Bounds: bytes of the archive, of one file and of all files when opened, number of files, how many times a file grows.
MAX_ARCHIVE, MAX_FILE, MAX_TOTAL, MAX_FILES, MAX_RATIO = 128 << 20, 64 << 20, 160 << 20, 200, 400

#: Bytes of the schema of the body's own fields.
MAX_EXTENSION = 1 << 20
_ENTRY_KEYS = {"number", "when", "kind", "payload", "previous", "hash"}

#: How many places that differ are told one by one.
TOLD = 20
_ROUND = re.compile("[a-z][a-z0-9]{0,15}")


class Refused(Exception):
    """The archive cannot be opened safely; ``reason`` says why in each language."""

    def __init__(self, key: str, **values: Any):
        super().__init__(key)
        self.reason = {language: Texts("publish", language)(f"refused_{key}", **values) for language in LANGUAGES}


def extension_in(files: dict[str, bytes]) -> dict[str, Any] | None:
    """The body's own fields that the archive brings; ``Refused`` when it may not be used."""
    if "extension.json" not in files:
        return None
    extension = json_in(files, "extension.json") if len(files["extension.json"]) <= MAX_EXTENSION else None
    fault = next(faults(extension), None)
    if fault is not None:
        raise Refused("extension", place=fault.place or "/")
    return documents.loads(documents.dumps(extension))


def log_entries(content: bytes) -> list[Entry]:
    """The log in an archive whose chain is unbroken; [] when there is none, or it cannot be opened."""
    try:
        entries = json_in(files_in(content), LOG)
        return [] if read_log(entries)[0] else bundle.entries_of(entries)
    except (Refused, KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return []


def files_in(content: bytes) -> dict[str, bytes]:
    """The files of the archive by name; ``Refused`` when it is not a zip within the bounds."""
    if len(content) > MAX_ARCHIVE:
        raise Refused("size", most=MAX_ARCHIVE >> 20)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            names = [i.filename for i in entries]
            if len(entries) > MAX_FILES or len(set(names)) < len(names):
                raise Refused("files", most=MAX_FILES)
            if sum(i.file_size for i in entries) > MAX_TOTAL or \
                    any(i.file_size > MAX_FILE or i.file_size > (1 << 16) + MAX_RATIO * i.compress_size or i.flag_bits & 1 for i in entries):
                raise Refused("sizes", most=MAX_TOTAL >> 20)
            if not alone(content):
                raise Refused("beside")
            return {i.filename: archive.read(i) for i in entries if not _folder(i, names)}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError, OverflowError, MemoryError) as problem:
        raise Refused("zip", kind=type(problem).__name__) from problem
    except Exception as problem:  # zlib, lzma and bz2 each have errors of their own
        if isinstance(problem, Refused):
            raise
        raise Refused("zip", kind=type(problem).__name__) from problem


def _folder(entry: zipfile.ZipInfo, names: list[str]) -> bool:
    """Whether an entry is but the folder of others, as programs that pack an archive again list it."""
    return entry.is_dir() and not entry.file_size and any(n != entry.filename and n.startswith(entry.filename) for n in names)


def json_in(files: dict[str, bytes], path: str) -> Any:
    """What the JSON at ``path`` holds, of whatever shape; ``Refused`` when it is none."""
    try:
        json.loads(files[path], object_pairs_hook=_once)
        return documents.loads(files[path])
    except (KeyError, ValueError, RecursionError, ArithmeticError) as problem:
        raise Refused("file", path=path) from problem


def _once(pairs: list[tuple[str, Any]]) -> None:
    """``ValueError`` where a name stands twice in an object: one reader takes the first, another the last."""
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a name stands twice")


def digests_in(manifest: Any) -> dict[str, str]:
    """Digest by file name."""
    try:
        if manifest["schema"] != SCHEMA or not _ROUND.fullmatch(str(manifest["round"])):
            raise Refused("file", path=MANIFEST)
        return {str(name): str(about["sha256"]) for name, about in manifest["files"].items()}
    except (KeyError, TypeError, AttributeError) as problem:
        raise Refused("file", path=MANIFEST) from problem


def strangers(files: dict[str, bytes], digests: dict[str, str]) -> list[str]:
    """Files that are missing, added, or not what the manifest says."""
    there = {name: sha256(content).hexdigest() for name, content in files.items() if name != MANIFEST}
    return sorted(name for name in there.keys() | digests.keys() if there.get(name) != digests.get(name))


def read_log(entries: Any) -> tuple[list[Finding], dict[str, Any], str]:
    """Breaks of the chain; by round, the digest of the consolidated document as the last run left it; the last hash."""
    findings, digests, approved, received, previous = [], {}, {}, set(), FIRST
    issued: dict[str, set[str]] = {}
    try:
        for number, e in enumerate(entries, 1):
            if not isinstance(e, dict) or e.keys() != _ENTRY_KEYS or type(e["number"]) is not int or not all(type(e[k]) is str for k in ("when", "kind", "payload", "previous", "hash")):
                raise Refused("file", path=LOG)
            if e["number"] != number or e["previous"] != previous or entry_hash(e["number"], e["when"], kind=e["kind"],
                payload=e["payload"], previous=e["previous"]) != e["hash"]:
                findings.append(Finding("BNDL03", values={"entry": number}))
            previous = e["hash"]
            payload = documents.loads(e["payload"])
            if e["kind"] == "run" and payload["stage"] == "consolidate":
                digests[payload["round"]] = payload["results"]
            if e["kind"] == "approval":
                approved[payload["round"]] = payload["digest"]
            if e["kind"] == "withdrawal":
                approved.pop(payload["round"], None)
            if e["kind"] == "received":
                received.add(payload["sha256"])
            if e["kind"] == "issued":
                issued.setdefault(payload["round"], set()).add(payload["sector"])
    except (KeyError, TypeError, ValueError, RecursionError, ArithmeticError) as problem:
        raise Refused("file", path=LOG) from problem
    known = {"runs": digests, "approved": approved, "received": received, "issued": issued}
    return findings[:TOLD], known, previous
