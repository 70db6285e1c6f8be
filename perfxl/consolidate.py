"""The consolidated document of a round: contents, outcomes, findings, sources, and the cell behind every datum."""

from collections.abc import Iterable

from perfxl.findings import Finding, Place


def consolidated(round: str, content: dict, outcomes: dict, issued: Iterable[str], sources: dict,
                 places: dict[str, Place], findings: Iterable[Finding], language: str) -> dict:
    """The document that ``schemas/consolidated.schema.json`` defines.

    ``content``: the plan with what was returned; ``outcomes``: by round; ``sources``: by sector, the file as read and as collected. Places are one a row: a table's row counts as one
    datum, at its first cell.
    """
    returned = sorted(sources)
    return {
        "schema": "perfxl/consolidated/1",
        "round": round,
        "content": content,
        "outcomes": outcomes,
        "issued": sorted(issued),
        "returned": returned,
        "missing": [s for s in sorted(issued) if s not in sources],
        "sources": [_source(sector, *sources[sector]) for sector in returned],
        "places": [{"path": path, "file": p.file, "sheet": p.sheet, "cell": p.cell}
                   for path, p in places.items() if p.sheet and p.cell],
        "findings": [f.document(language) for f in findings],
    }


def _source(sector: str, read, candidate) -> dict:
    reading = read.reading
    told = {"issue": reading.identity.issue, "modified": reading.modified, "modified_by": reading.modified_by,
            "compilation": reading.document.get("compilation")}
    return {"sector": sector, "file": candidate.file, "sha256": candidate.sha256,
            **{k: v for k, v in told.items() if v}}
