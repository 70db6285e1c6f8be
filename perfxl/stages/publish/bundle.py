"""The archive for the evaluation board: documents, data, digests of the originals and the log, with a manifest.

It is for whoever validates, not for publication: the consolidated document in it holds what is internal as well. The
originals stay with the body; the archive has their digests. Same inputs, same bytes.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from perfxl.campaign.register.log import Entry, canonical
from perfxl.model import documents
from perfxl.model.rounds import Rounds
from perfxl.model.version import __version__
from perfxl.workbook.packing import packed

SCHEMA = "perfxl/bundle/1"
MANIFEST, LOG, ORIGINALS = "manifest.json", "log.json", "originals.json"
#: File name of the document of each kind of round.
NAMES = {"plan": "piano", "monitoring": "monitoraggio", "final": "relazione"}
CITIZENS, VALIDATION = "cittadini.docx", "validazione.docx"


def document_name_of(document: dict[str, Any]) -> str:
    """File name, without its ending, of the Word document of a consolidated document."""
    return NAMES[Rounds.from_plan(document["content"])[document["round"]].kind]


def document_name(round: str) -> str:
    """Where the consolidated document of ``round`` stands in the archive."""
    return f"consolidated/{round}.json"


def log_of(entries: Iterable[Entry]) -> bytes:
    """The entries of the register with their hashes, payloads as the text that was sealed."""
    return documents.dumps([{"number": e.seq, "when": e.at, "kind": e.kind, "payload": canonical({**e.payload, "key": e.key}),
                             "previous": e.previous, "hash": e.hash} for e in entries]).encode()


def originals_of(entries: Iterable[Entry]) -> bytes:
    """Path, digest and moment of every file that was received, once each."""
    moments: dict[tuple[str, str, str], str] = {}
    for e in entries:
        if e.kind == "received":
            moments.setdefault((e.payload["round"], e.payload["path"], e.payload["sha256"]), e.at)
    return documents.dumps([{"round": r, "path": path, "sha256": digest, "registered": at}
                            for (r, path, digest), at in sorted(moments.items())]).encode()


def entries_of(log: Iterable[dict[str, Any]]) -> list[Entry]:
    """The entries that ``log_of`` wrote; ``KeyError``, ``TypeError`` or ``ValueError`` when they are none."""
    entries = []
    for e in log:
        payload = documents.loads(e["payload"])
        entries.append(Entry(e["number"], e["when"], kind=e["kind"], key=payload.pop("key"), payload=payload,
                           previous=e["previous"], hash=e["hash"]))
    return entries


def pack(body: str, year: int, round: str, files: Mapping[str, bytes], own: Iterable[str] = (), draft: bool = False) -> bytes:
    """The archive of ``files`` (name in the archive, content) with its manifest first.

    ``own``: the documents made with the body's own template, whose words cannot be made again elsewhere; ``draft``: it is
    not of what is approved.
    """
    manifest = documents.dumps(manifest_of(body, year, round=round, files=files, own=own, draft=draft))
    return packed(((MANIFEST, manifest.encode()), *((n, files[n]) for n in sorted(files))), rights=0o644)


def manifest_of(body: str, year: int, round: str, files: Mapping[str, bytes], own: Iterable[str], draft: bool) -> dict[str, Any]:
    """What the manifest of an archive says of it; arguments as ``pack`` has them."""
    listed = {name: {"sha256": sha256(files[name]).hexdigest(), "bytes": len(files[name])} for name in sorted(files)}
    return {"schema": SCHEMA, "perfxl": __version__, "body": body, "year": year, "round": round,
            "own_templates": sorted(own), **({"draft": True} if draft else {}), "files": listed}
