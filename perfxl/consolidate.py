"""The consolidated document of a round: contents, outcomes, findings, sources, and the cell behind every datum."""

from collections.abc import Iterable

from perfxl.fields import ROUNDS
from perfxl.findings import Finding
from perfxl.merge import Merged
from perfxl.weigh import weigh


def consolidated(merged: Merged, round: str, issued: Iterable[str], sources: dict, findings: Iterable[Finding],
                 language: str) -> dict:
    """The document that ``schemas/consolidated.schema.json`` defines.

    ``sources``: by sector, the file as read and as collected. Places are one a row: a table's row counts as one
    datum, at its first cell.
    """
    returned = sorted(sources)
    rounds = ROUNDS[1 : ROUNDS.index(round) + 1]
    return {
        "schema": "perfxl/consolidated/1",
        "round": round,
        "content": merged.content,
        "outcomes": {r: weigh(merged.content, r).document() for r in rounds},
        "issued": sorted(issued),
        "returned": returned,
        "missing": [s for s in sorted(issued) if s not in sources],
        "sources": [_source(sector, *sources[sector]) for sector in returned],
        "places": [{"path": path, "file": p.file, "sheet": p.sheet, "cell": p.cell}
                   for path, p in merged.places.items() if p.sheet and p.cell],
        "findings": [f.document(language) for f in findings],
    }


def _source(sector: str, read, candidate) -> dict:
    reading = read.reading
    told = {"issue": reading.identity.issue, "modified": reading.modified, "modified_by": reading.modified_by,
            "compilation": reading.document.get("compilation")}
    return {"sector": sector, "file": candidate.file, "sha256": candidate.sha256,
            **{k: v for k, v in told.items() if v}}
