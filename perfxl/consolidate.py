"""The consolidated document of a round: contents, outcomes, findings, sources, and the cell behind every datum."""

from perfxl.changes import changes
from perfxl.gathering import Gathered, Source


def consolidated(found: Gathered, outcomes: dict, language: str) -> dict:
    """The document that ``schemas/consolidated.schema.json`` defines.

    ``outcomes``: by round. Places are one a row: a table's row counts as one datum, at its first cell.
    """
    returned = sorted(found.collected.accepted)
    document = {
        "schema": "perfxl/consolidated/2",
        "round": str(found.round),
        "content": found.merged.content,
        "outcomes": outcomes,
        "issued": sorted(found.issued),
        "returned": returned,
        "missing": [s for s in sorted(found.issued) if s not in returned],
        "sources": [_source(s) for s in sorted(found.sources, key=lambda s: (s.sector, s.verdict == "superseded", s.read.file))],
        "places": [{"path": path, "file": p.file, "sheet": p.sheet, "cell": p.cell}
                   for path, p in found.merged.places.items() if p.sheet and p.cell],
        "findings": [f.document(language) for f in found.findings],
        **({"conflicts": found.listed} if found.listed else {}),
    }
    changed = [change.document() for change in changes(document, found.approved)]
    return {**document, **({"changes": changed} if changed else {})}


def _source(source: Source) -> dict:
    reading = source.read.reading
    told = {"issue": reading.identity.issue, "modified": reading.modified, "modified_by": reading.modified_by,
            "compilation": reading.document.get("compilation")}
    return {"sector": source.sector, "file": source.read.file, "sha256": source.read.sha256, "verdict": source.verdict,
            **{k: v for k, v in told.items() if v}}
