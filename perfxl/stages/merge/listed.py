"""The conflicts that wait for a choice, as the consolidated document lists them."""

from collections.abc import Iterable, Mapping
from typing import Any

from perfxl.model.findings import Place
from perfxl.stages.merge.answers import Conflict
from perfxl.stages.merge.ordering import Version
from perfxl.stages.merge.remarks import place, said


def listed(conflicts: Iterable[Conflict], sector: str, heads: Iterable[Version],
           places: Mapping[str, Mapping[str, Place]], language: str) -> list[dict[str, Any]]:
    """``conflicts`` of ``sector`` as ``consolidated.schema.json#/$defs/conflict`` has them.

    ``heads``: the versions that were put together; ``places``: the cell of every value, by SHA-256 of the file.
    """
    by_sha = {v.sha256: v for v in heads}
    files = {sha: v.file for sha, v in by_sha.items()}
    return [{"key": c.key, "sector": sector, **({"objective": c.objective} if c.objective else {}),
             **({"field": c.title[language]} if c.title else {}), "base": said(c, c.base, language),
             "answers": [_answer(c, k, by_sha=by_sha, where=place(c, k, files, places), language=language) for k in range(len(c.answers))]}
            for c in conflicts]


def _answer(conflict: Conflict, k: int, by_sha: Mapping[str, Version], where: Place, language: str) -> dict[str, Any]:
    value, source = conflict.answers[k]
    place = {"sheet": where.sheet, "cell": where.cell, "by": by_sha[source].modified_by}
    return {"source": source, "file": where.file, **{key: text for key, text in place.items() if text},
            "value": said(conflict, value, language)}
