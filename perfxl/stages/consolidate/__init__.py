"""The consolidated document of a round: contents, outcomes, findings, sources, and the cell behind every datum."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from perfxl.model.changes import changes
from perfxl.model.findings import Finding, Place
from perfxl.model.negotiation import Negotiated


@dataclass(frozen=True)
class MergedRound:
    """What a round came to before anything is weighed.

    ``content``: plan-shaped; ``places``: the cell behind every datum, by path; ``approved``: what changes are told
    against; ``issued``, ``returned``: codes of sectors, sorted; ``sources``, ``conflicts``: as the document lists them; ``negotiated``:
    of a plan round run again, the passes before.
    """

    round: str
    content: dict[str, Any]
    places: Mapping[str, Place]
    approved: dict[str, Any] | None
    issued: Sequence[str]
    returned: Sequence[str]
    sources: Sequence[dict[str, Any]]
    findings: Iterable[Finding]
    conflicts: Sequence[dict[str, Any]]
    negotiated: Negotiated | None = None


def consolidated(merged: MergedRound, outcomes: dict[str, Any], language: str) -> dict[str, Any]:
    """The document that ``schemas/consolidated.schema.json`` defines.

    ``outcomes``: by round. Places are one a row: a table's row counts as one datum, at its first cell.
    """
    document = {
        "schema": "perfxl/consolidated/2",
        "round": str(merged.round),
        "content": merged.content,
        "outcomes": outcomes,
        "issued": list(merged.issued),
        "returned": list(merged.returned),
        "missing": [s for s in merged.issued if s not in merged.returned],
        "sources": list(merged.sources),
        "places": [{"path": path, "file": p.file, "sheet": p.sheet, "cell": p.cell}
                   for path, p in merged.places.items() if p.sheet and p.cell],
        "findings": [f.document(language) for f in merged.findings],
        **({"conflicts": list(merged.conflicts)} if merged.conflicts else {}),
    }
    changed = [change.document() for change in changes(document, merged.approved)]
    passes = merged.negotiated.all_passes(document) if merged.negotiated else (merged.approved or {}).get("passes")
    return {**document, **({"changes": changed} if changed else {}), **({"passes": passes} if passes else {})}
