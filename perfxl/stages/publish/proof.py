"""Whether an archive holds: its files are those of the manifest, its log is unbroken, its outcomes follow from its contents.

The archive comes from elsewhere and is not trusted: sizes are bounded before anything is opened, nothing is written to
disk, nothing in it is executed or followed, and the outcomes are computed by this program alone.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from perfxl.campaign.register import approvals_in
from perfxl.campaign.register.log import FIRST, Entry, sealed
from perfxl.model import documents
from perfxl.model.extension import faults
from perfxl.model.findings import Finding, Place
from perfxl.model.rounds import Round, Rounds
from perfxl.model.texts import LANGUAGES, Texts
from perfxl.stages.publish import bundle, derived, remade
from perfxl.stages.publish.bundle import LOG, MANIFEST, SCHEMA, document_name
from perfxl.stages.publish.package import LICENCES
from perfxl.stages.publish.validation import recomputed
from perfxl.workbook.packing import alone

#: Bounds: bytes of the archive, of one file and of all files when opened, number of files, how many times a file grows.
MAX_ARCHIVE, MAX_FILE, MAX_TOTAL, MAX_FILES, MAX_RATIO = 128 << 20, 64 << 20, 160 << 20, 200, 400
#: Documents whose consolidated data are larger than this are not made again: only their digests are checked.
MAX_WORDS = 32 << 20
#: Bytes of the schema of the body's own fields.
MAX_EXTENSION = 1 << 20
WORKBOOK = "consolidato.xlsx"
_MANIFEST_KEYS = {"schema", "perfxl", "body", "year", "round", "own_templates", "draft", "files"}
_ENTRY_KEYS = {"number", "when", "kind", "payload", "previous", "hash"}
#: How many places that differ are told one by one.
TOLD = 20
#: What Python raises over values that are not as expected: the archive's fault while it is read, perfxl's own after that.
_ERRORS = (ArithmeticError, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError)
_ROUND = re.compile("[a-z][a-z0-9]{0,15}")
#: How the consolidated documents of archives from before rounds were data begin.
_FIRST_SHAPE = b'"schema": "perfxl/consolidated/1"'


@dataclass(frozen=True)
class Verdict:
    """What was found wrong (nothing: the archive holds), how many figures were computed again, the hash of the last entry.

    ``own``: the documents made with a template of the body, whose words cannot be made again; ``unchecked``: the other files of
    which only the digest was checked; ``alike``: pictures that are not those drawn here, and show the same. ``hashes``: of
    every entry of the log, by which one that is known from elsewhere is found. ``content``: SHA-256 of the whole archive;
    ``version``: of the perfxl that made it, as it says itself.
    """

    findings: tuple[Finding, ...]
    figures: int = 0
    last: str = ""
    unchecked: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()
    hashes: frozenset[str] = frozenset()
    content: str = ""
    version: str = ""


class _OwnFault(Exception):
    """perfxl stopped over ``path``, which it had found sound; ``kind``: of the error."""

    def __init__(self, path: str, problem: Exception):
        super().__init__(path)
        self.path, self.kind = path, type(problem).__name__


class _Refused(Exception):
    """The archive cannot be opened safely; ``reason`` says why in each language."""

    def __init__(self, key: str, **values: Any):
        super().__init__(key)
        self.reason = {language: Texts("publish", language)(f"refused_{key}", **values) for language in LANGUAGES}


def verify(content: bytes, name: str, extension: dict[str, Any] | None = None) -> Verdict:
    """Open the archive in ``content``, called ``name``, and check all it claims.

    ``extension``: the body's own fields, for the archive of a body that has them; the one inside the archive otherwise.
    """
    try:
        files = _files(content)
        manifest = _json(files, MANIFEST)
        told = _manifest(manifest)
    except _Refused as refused:
        return Verdict((Finding("BNDL01", Place(name), {"reason": refused.reason}),))
    findings = [Finding("BNDL02", Place(name), {"path": path}) for path in _strangers(files, told)]
    try:
        entries = _json(files, LOG)
        chain, digests, last = _log(entries)
        findings += [f.at(file=name) for f in chain]
        own = extension if extension is not None else _extension(files)
        figures, before = 0, {}
        for round in _rounds(_json(files, document_name(manifest["round"]))):
            path = document_name(round)
            if path in files:
                vouched = digests["runs"] if manifest.get("draft") is True and round == manifest["round"] else digests["runs"] | digests["approved"]
                wrong, counted = _outcomes(files, path, round=round, extension=own, known={**digests, "runs": vouched}, before=before)
                findings += [f.at(file=name) for f in wrong]
                figures += counted
        if document_name(manifest["round"]) not in files:
            raise _Refused("file", path=document_name(manifest["round"]))
        if not findings:
            findings += [f.at(file=name) for f in _bound(manifest, before[manifest["round"]], files)]
        changed, rest = ([], _Rest()) if findings else _made_again(files, manifest, entries, own)
        findings += [f.at(file=name) for f in changed]
    except _Refused as refused:
        return Verdict((*findings, Finding("BNDL01", Place(name), {"reason": refused.reason})))
    except _OwnFault as fault:
        return Verdict((*findings, Finding("BNDL14", Place(name), {"path": fault.path, "kind": fault.kind})))
    return Verdict(tuple(findings), figures, last=last, unchecked=rest.unchecked, own=rest.own, alike=rest.alike,
                   hashes=frozenset(e["hash"] for e in entries),
                   content=sha256(content).hexdigest(), version=str(manifest.get("perfxl", ""))[:40])


def _extension(files: dict[str, bytes]) -> dict[str, Any] | None:
    """The body's own fields that the archive brings; ``_Refused`` when it may not be used."""
    if "extension.json" not in files:
        return None
    found = _json(files, "extension.json") if len(files["extension.json"]) <= MAX_EXTENSION else None
    fault = next(faults(found), None)
    if fault is not None:
        raise _Refused("extension", place=fault.place or "/")
    return documents.loads(documents.dumps(found))


def _bound(manifest: dict[str, Any], document: dict[str, Any], files: dict[str, bytes]) -> Iterator[Finding]:
    """What the manifest says and the consolidated document, which the log vouches for, does not bear out."""
    content = document["content"]
    said = {"body": content["body"]["name"], "year": content["year"], "schema": SCHEMA, "round": document["round"]}
    for key, value in said.items():
        if manifest.get(key) != value or type(manifest.get(key)) is not type(value):
            yield Finding("BNDL10", values={"key": key, "found": str(manifest.get(key)), "told": str(value)})
    words = [f"{bundle.document_name_of(document)}.docx", bundle.CITIZENS, bundle.VALIDATION]
    own, version = manifest.get("own_templates", []), manifest.get("perfxl", "")
    if not isinstance(own, list) or not all(name in words for name in own):
        yield Finding("BNDL10", values={"key": "own_templates", "found": str(own), "told": ", ".join(words)})
    if not isinstance(version, str) or not isinstance(manifest.get("draft", False), bool) or manifest.keys() - _MANIFEST_KEYS:
        yield Finding("BNDL10", values={"key": "manifest", "found": ", ".join(sorted(map(str, manifest))), "told": ", ".join(sorted(_MANIFEST_KEYS))})
    for name, about in manifest["files"].items():
        if not isinstance(about, dict) or about.keys() - {"sha256"} != {"bytes"} or about["bytes"] != len(files[name]):
            yield Finding("BNDL10", values={"key": name, "found": str(about), "told": f"bytes {len(files[name])}"})


def log_entries(content: bytes) -> list[Entry]:
    """The log in an archive whose chain is unbroken; [] when there is none, or it cannot be opened."""
    try:
        told = _json(_files(content), LOG)
        return [] if _log(told)[0] else bundle.entries_of(told)
    except (_Refused, KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return []


def _files(content: bytes) -> dict[str, bytes]:
    """The files of the archive by name; ``_Refused`` when it is not a zip within the bounds."""
    if len(content) > MAX_ARCHIVE:
        raise _Refused("size", most=MAX_ARCHIVE >> 20)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            names = [i.filename for i in entries]
            if len(entries) > MAX_FILES or len(set(names)) < len(names):
                raise _Refused("files", most=MAX_FILES)
            if sum(i.file_size for i in entries) > MAX_TOTAL or \
                    any(i.file_size > MAX_FILE or i.file_size > (1 << 16) + MAX_RATIO * i.compress_size or i.flag_bits & 1 for i in entries):
                raise _Refused("sizes", most=MAX_TOTAL >> 20)
            if not alone(content):
                raise _Refused("beside")
            return {i.filename: archive.read(i) for i in entries if not _folder(i, names)}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError, OverflowError, MemoryError) as problem:
        raise _Refused("zip", kind=type(problem).__name__) from problem
    except Exception as problem:  # zlib, lzma and bz2 each have errors of their own
        if isinstance(problem, _Refused):
            raise
        raise _Refused("zip", kind=type(problem).__name__) from problem


def _folder(entry: zipfile.ZipInfo, names: list[str]) -> bool:
    """Whether an entry is but the folder of others, as programs that pack an archive again list it."""
    return entry.is_dir() and not entry.file_size and any(n != entry.filename and n.startswith(entry.filename) for n in names)


def _json(files: dict[str, bytes], path: str):
    try:
        json.loads(files[path], object_pairs_hook=_once)
        return documents.loads(files[path])
    except (KeyError, ValueError, RecursionError, ArithmeticError) as problem:
        raise _Refused("file", path=path) from problem


def _once(pairs: list[tuple[str, Any]]) -> None:
    """``ValueError`` where a name stands twice in an object: one reader takes the first, another the last."""
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a name stands twice")


def _manifest(manifest) -> dict[str, str]:
    """Digest by file name."""
    try:
        if manifest["schema"] != SCHEMA or not _ROUND.fullmatch(str(manifest["round"])):
            raise _Refused("file", path=MANIFEST)
        return {str(name): str(about["sha256"]) for name, about in manifest["files"].items()}
    except (KeyError, TypeError, AttributeError) as problem:
        raise _Refused("file", path=MANIFEST) from problem


def _strangers(files: dict[str, bytes], told: dict[str, str]) -> list[str]:
    """Files that are missing, added, or not what the manifest says."""
    there = {name: sha256(content).hexdigest() for name, content in files.items() if name != MANIFEST}
    return sorted(name for name in there.keys() | told.keys() if there.get(name) != told.get(name))


def _log(entries) -> tuple[list[Finding], dict[str, Any], str]:
    """Breaks of the chain; by round, the digest of the consolidated document as the last run left it; the last hash."""
    findings, digests, approved, received, previous = [], {}, {}, set(), FIRST
    issued: dict[str, set[str]] = {}
    try:
        for number, e in enumerate(entries, 1):
            if not isinstance(e, dict) or e.keys() != _ENTRY_KEYS or type(e["number"]) is not int or not all(type(e[k]) is str for k in ("when", "kind", "payload", "previous", "hash")):
                raise _Refused("file", path=LOG)
            if e["number"] != number or e["previous"] != previous or sealed(e["number"], e["when"], kind=e["kind"],
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
        raise _Refused("file", path=LOG) from problem
    known = {"runs": digests, "approved": approved, "received": received, "issued": issued}
    return findings[:TOLD], known, previous


@dataclass(frozen=True)
class _Rest:
    """What could not be made again: as ``Verdict`` has it."""

    unchecked: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()


def _made_again(files: dict[str, bytes], manifest: dict[str, Any], entries: list, extension: dict[str, Any] | None) -> tuple[list[Finding], _Rest]:
    """Which files are not what contents and log give, and which cannot be told; asked when all else holds."""
    path = document_name(manifest["round"])
    if _FIRST_SHAPE in files[path][:200]:  # made by a version whose tables and words were others
        known = {MANIFEST, LOG, "extension.json", *(document_name(r) for r in _rounds(_json(files, path)))}
        return [], _Rest(tuple(sorted(files.keys() - known)))
    draft, document = manifest.get("draft") is True, _json(files, path)
    round, (log, earlier) = _rounds(document)[-1], _told(entries)
    with _own_faults(path):
        expected = derived.data_files(document, log, licence=_licence(files), extension=extension, draft=draft) | {LOG: bundle.log_of(log)}
        words = remade.words(document, log, extension, draft)
    own = tuple(name for name in words if name in manifest.get("own_templates", ()))
    must = {MANIFEST, LOG, WORKBOOK, *expected, *words, *(document_name(r) for r in round.earlier if r in earlier), path}
    may = {"extension.json", f"{bundle.NAMES[round.kind]}.pdf", *map(document_name, round.earlier)}
    lacking = [Finding("BNDL11", values={"path": name}) for name in sorted(must - files.keys() | files.keys() - must - may)]
    wrong = [name for name, content in expected.items() if files.get(name) not in (content, None)]
    if lacking or wrong:
        return [*lacking, *_unlike(wrong, manifest)], _Rest()
    small, compared = len(files[path]) <= MAX_WORDS, []
    for name in (name for name in words if small and name not in own):
        with _own_faults(name):
            compared.append(remade.compared(name, files[name], words[name]()))
    with _own_faults(WORKBOOK):
        book = list(remade.workbook(files[WORKBOOK], document, extension, draft)) if small else []
    wrong = [part for c in compared for part in c.wrong] + book
    # what its own fields are called, the archive alone says
    unchecked = [name for name in files if name.endswith(".pdf") or name == "extension.json"] + ([] if small else [*(n for n in words if n not in own), WORKBOOK])
    return _unlike(wrong, manifest), _Rest(tuple(sorted(unchecked)), own, tuple(part for c in compared for part in c.alike))


@contextmanager
def _own_faults(path: str) -> Iterator[None]:
    """Within it, what was found sound is only worked on: an error is none of the archive's."""
    try:
        yield
    except _ERRORS as problem:
        raise _OwnFault(path, problem) from problem


def _told(entries: list) -> tuple[list[Entry], set[str]]:
    """The entries of the log, and the rounds that it says were consolidated; ``_Refused`` when they are not as a log has them."""
    try:
        log = bundle.entries_of(entries)
        bundle.originals_of(log), approvals_in(log)
        return log, {e.payload["round"] for e in log if e.kind == "run" and e.payload["stage"] == "consolidate"}
    except _ERRORS as problem:
        raise _Refused("file", path=LOG) from problem


def _unlike(wrong: list[str], manifest: dict[str, Any]) -> list[Finding]:
    return [Finding("BNDL08", values={"path": name, "version": manifest.get("perfxl", "")}) for name in wrong[:TOLD]]


def _licence(files: dict[str, bytes]) -> str:
    """The licence that the open data in the archive bear; the usual one where they bear none that perfxl knows."""
    try:
        found = documents.loads(files["dati/datapackage.json"])["licenses"][0]["name"]
        return found if found in LICENCES else next(iter(LICENCES))
    except (KeyError, TypeError, IndexError, ValueError, RecursionError, ArithmeticError):
        return next(iter(LICENCES))


def _rounds(document) -> tuple[Round, ...]:
    """The rounds whose consolidated documents an archive may have: those up to that of ``document``."""
    try:
        return Rounds.of(document["content"])[document["round"]].until
    except (KeyError, TypeError, AttributeError) as problem:
        raise _Refused("file", path=MANIFEST) from problem


def _outcomes(files: dict[str, bytes], path: str, round: str, extension: dict[str, Any] | None, known: dict[str, Any],
              before: dict[str, dict[str, Any]]) -> tuple[list[Finding], int]:
    """What is wrong with one consolidated document, and how many figures of it were computed again.

    ``before``: the sound documents of the rounds before, by round; this one is added.
    """
    document = _json(files, path)
    try:
        wrong = next(iter(documents.violations("consolidated", document, extension)), None)
        if wrong is not None:
            return [Finding("BNDL06", values={"path": path, "where": documents.pointer(wrong.path) or "/"})], 0
        findings = list(_vouched(files[path], document, path=path, round=round, known=known))
    except _ERRORS as problem:
        raise _Refused("file", path=path) from problem
    with _own_faults(path):
        differ = recomputed(document, before)
    before[round] = document
    findings += [Finding("BNDL04", values={"path": path, "where": at}) for at in differ[:TOLD]]
    figures = sum(len(told["objectives"]) + len(told["sectors"]) + len(told["lines"]) + 1 for told in document["outcomes"].values())
    return findings, figures


def _vouched(content: bytes, document: dict[str, Any], path: str, round: str, known: dict[str, Any]) -> Iterator[Finding]:
    """Whether the log speaks of this very document and of the files it came from, and the document agrees with itself."""
    if document["round"] != round or known["runs"].get(round) != sha256(content).hexdigest():
        yield Finding("BNDL05", values={"path": path})
    for source in document["sources"]:
        if source["sha256"] not in known["received"]:
            yield Finding("BNDL07", values={"path": source["file"], "digest": source["sha256"]})
    yield from _agrees(document, path, round, known)


def _agrees(document: dict[str, Any], path: str, round: str, known: dict[str, Any]) -> Iterator[Finding]:
    """Where who was asked, who answered and where each datum stood do not follow from the sources and the log."""
    counted = {s["sector"] for s in document["sources"] if s.get("verdict", "used") in ("used", "merged")}
    if sorted(document["missing"]) != sorted({*document["issued"]} - {*document["returned"]}):
        yield Finding("BNDL12", values={"path": path, "what": "missing"})
    if {*document["returned"]} != counted:
        yield Finding("BNDL12", values={"path": path, "what": "returned"})
    if {*document["issued"]} - known["issued"].get(round, set()):
        yield Finding("BNDL12", values={"path": path, "what": "issued"})
    files = {s["file"] for s in document["sources"]}
    astray = [p for p in document["places"] if p["file"] not in files or not _stands(document["content"], p["path"])]
    yield from (Finding("BNDL12", values={"path": path, "what": f"places {p['path']}"}) for p in astray[:TOLD])


def _stands(content: dict[str, Any], path: str) -> bool:
    """Whether something stands in the contents at a JSON Pointer."""
    at: Any = content
    for part in path.split("/")[1:]:
        part = part.replace("~1", "/").replace("~0", "~")
        try:
            at = at[int(part)] if isinstance(at, list) else at[part]
        except (KeyError, IndexError, ValueError, TypeError):
            return False
    return True
