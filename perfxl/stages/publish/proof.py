"""Whether an archive holds: its files are those of the manifest, its log is unbroken, its outcomes follow from its contents.

The archive comes from elsewhere and is not trusted: sizes are bounded before anything is opened, nothing is written to
disk, nothing in it is executed or followed, and the outcomes are computed by this program alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from perfxl.campaign.register import approvals_in
from perfxl.campaign.register.log import Entry
from perfxl.model import documents
from perfxl.model.findings import Finding, Place
from perfxl.stages.publish import bundle, derived, remade
from perfxl.stages.publish.archive import TOLD, Refused, digests_in, extension_in, files_in, json_in, read_log, strangers
from perfxl.stages.publish.bundle import LOG, MANIFEST, SCHEMA, document_name
from perfxl.stages.publish.package import LICENCES
from perfxl.stages.publish.proof_outcomes import ERRORS, OwnFault, check_outcomes, own_faults, rounds_in

#: Documents whose consolidated data are larger than this are not made again: only their digests are checked.
MAX_WORDS = 32 << 20
WORKBOOK = "consolidato.xlsx"
_MANIFEST_KEYS = {"schema", "perfxl", "body", "year", "round", "own_templates", "draft", "files"}

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


def verify(content: bytes, name: str, extension: dict[str, Any] | None = None) -> Verdict:
    """Open the archive in ``content``, called ``name``, and check all it claims.

    ``extension``: the body's own fields, for the archive of a body that has them; the one inside the archive otherwise.
    """
    try:
        files = files_in(content)
        manifest = json_in(files, MANIFEST)
        listed = digests_in(manifest)
    except Refused as refused:
        return Verdict((Finding("BNDL01", Place(name), {"reason": refused.reason}),))
    findings = [Finding("BNDL02", Place(name), {"path": path}) for path in strangers(files, listed)]
    try:
        entries = json_in(files, LOG)
        chain, digests, last = read_log(entries)
        findings += [f.at(file=name) for f in chain]
        own = extension if extension is not None else extension_in(files)
        figures = 0
        before: dict[str, dict[str, Any]] = {}
        for round in rounds_in(json_in(files, document_name(manifest["round"]))):
            path = document_name(round)
            if path in files:
                vouched = digests["runs"] if manifest.get("draft") is True and round == manifest["round"] else digests["runs"] | digests["approved"]
                wrong, counted = check_outcomes(files, path, round=round, extension=own, known={**digests, "runs": vouched}, before=before)
                findings += [f.at(file=name) for f in wrong]
                figures += counted
        if document_name(manifest["round"]) not in files:
            raise Refused("file", path=document_name(manifest["round"]))
        if not findings:
            findings += [f.at(file=name) for f in _bound(manifest, before[manifest["round"]], files)]
        changed, rest = ([], _Rest()) if findings else _made_again(files, manifest, entries, own)
        findings += [f.at(file=name) for f in changed]
    except Refused as refused:
        return Verdict((*findings, Finding("BNDL01", Place(name), {"reason": refused.reason})))
    except OwnFault as fault:
        return Verdict((*findings, Finding("BNDL14", Place(name), {"path": fault.path, "kind": fault.kind})))
    return Verdict(tuple(findings), figures, last=last, unchecked=rest.unchecked, own=rest.own, alike=rest.alike,
                   hashes=frozenset(e["hash"] for e in entries),
                   content=sha256(content).hexdigest(), version=str(manifest.get("perfxl", ""))[:40])


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


@dataclass(frozen=True)
class _Rest:
    """What could not be made again: as ``Verdict`` has it."""

    unchecked: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()


def _made_again(files: dict[str, bytes], manifest: dict[str, Any], entries: list[dict[str, Any]], extension: dict[str, Any] | None) -> tuple[list[Finding], _Rest]:
    """Which files are not what contents and log give, and which cannot be told; asked when all else holds."""
    path = document_name(manifest["round"])
    if _FIRST_SHAPE in files[path][:200]:  # made by a version whose tables and words were others
        known = {MANIFEST, LOG, "extension.json", *(document_name(r) for r in rounds_in(json_in(files, path)))}
        return [], _Rest(tuple(sorted(files.keys() - known)))
    draft, document = manifest.get("draft") is True, json_in(files, path)
    round, (log, earlier) = rounds_in(document)[-1], log_and_rounds(entries)
    with own_faults(path):
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
        with own_faults(name):
            compared.append(remade.differing_parts(name, files[name], words[name]()))
    with own_faults(WORKBOOK):
        book = list(remade.workbook(files[WORKBOOK], document, extension, draft)) if small else []
    wrong = [part for c in compared for part in c.wrong] + book
    # what its own fields are called, the archive alone says
    unchecked = [name for name in files if name.endswith(".pdf") or name == "extension.json"] + ([] if small else [*(n for n in words if n not in own), WORKBOOK])
    return _unlike(wrong, manifest), _Rest(tuple(sorted(unchecked)), own, tuple(part for c in compared for part in c.alike))


def log_and_rounds(entries: list[dict[str, Any]]) -> tuple[list[Entry], set[str]]:
    """The entries of the log, and the rounds that it says were consolidated; ``Refused`` when they are not as a log has them."""
    try:
        log = bundle.entries_of(entries)
        bundle.originals_of(log), approvals_in(log)
        return log, {e.payload["round"] for e in log if e.kind == "run" and e.payload["stage"] == "consolidate"}
    except ERRORS as problem:
        raise Refused("file", path=LOG) from problem


def _unlike(wrong: list[str], manifest: dict[str, Any]) -> list[Finding]:
    return [Finding("BNDL08", values={"path": name, "version": manifest.get("perfxl", "")}) for name in wrong[:TOLD]]


def _licence(files: dict[str, bytes]) -> str:
    """The licence that the open data in the archive bear; the usual one where they bear none that perfxl knows."""
    try:
        licence = documents.loads(files["dati/datapackage.json"])["licenses"][0]["name"]
        return licence if licence in LICENCES else next(iter(LICENCES))
    except (KeyError, TypeError, IndexError, ValueError, RecursionError, ArithmeticError):
        return next(iter(LICENCES))
