"""What a merge has to say to people: findings with both answers, their files and cells, and what to do."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from perfxl.model.findings import Finding, Place, quote
from perfxl.model.texts import LANGUAGES, Texts
from perfxl.stages.merge import schema_paths
from perfxl.stages.merge.answers import Conflict
from perfxl.stages.merge.ordering import Version
from perfxl.stages.merge.threeway import Remark, Result
from perfxl.stages.merge.words import written_key_title
from perfxl.workbook.values import percent_words

Places = Mapping[str, Mapping[str, Place]]  # by source, then by JSON Pointer in that source

_BY_KIND = {"value": "MERG21", "rows": "MERG24", "order": "MERG25"}
#: Codes that tell of a conflict.
CONTESTED = frozenset((*_BY_KIND.values(), "MERG22", "MERG23"))


def said(conflict: Conflict, value: Any, language: str) -> str:
    """One answer to ``conflict``, or its base, in the words of users; texts in full, whatever their length."""
    if conflict.kind == "row":
        say = Texts("merge", language)
        if value is None:
            return say("removed" if conflict.path_base else "absent")
        if value == conflict.base:
            return say("issued")
        return "; ".join(_changed(conflict.way, key, v, language) for key, v in value.items()) or say("there")
    if conflict.kind == "rows":
        return "; ".join(", ".join(_word((*conflict.way, schema_paths.ROW, k), v, language) for k, v in row.items())
                         for row in value) or quote(None, language)
    if conflict.kind == "order":
        return ", ".join(value)
    return _word(conflict.way, value, language)


def _changed(way: tuple[Any, ...], key: str, value: Any, language: str) -> str:
    """A change inside a row or sheet: ``Fasi 3-bis, Peso: 20``."""
    told_: list[str] = []
    for part in key.split("/"):
        step = next((s for s in ((part,), ("sheet", part), (schema_paths.ROW,)) if schema_paths.node((*way, *s))), (part,))
        way = (*way, *step)
        if step == (schema_paths.ROW,):
            told_[-1:] = [f"{schema_paths.title(way).get(language, told_[-1])} {part}"]
        else:
            told_.append(schema_paths.title(way).get(language, part))
    if way[-1] == schema_paths.ROW:
        return f"{', '.join(told_)} {Texts('merge', language)('removed' if value is None else 'there')}"
    return f"{', '.join(told_)}: {_word(way, value, language)}"


def _word(way: tuple[Any, ...], value: Any, language: str) -> str:
    about = schema_paths.field(way)
    if about and about.cell in ("choice", "yesno") and isinstance(value, (str, bool)):
        return about.labels(language).get(value, str(value))
    if about and about.cell == "percent" and isinstance(value, (int, float, Decimal)):
        return percent_words(Decimal(str(value)))[language]
    if about and about.cell == "date" and isinstance(value, str):
        return "/".join(reversed(value.split("-")))
    if isinstance(value, (list, tuple)):
        return ", ".join(_word((*way, schema_paths.ROW), v, language) for v in value) or quote(None, language)
    if isinstance(value, dict):
        return ", ".join(_word((*way, k), v, language) for k, v in value.items())
    return value if value and isinstance(value, str) else quote(value, language)


def differing(one: str, other: str) -> tuple[str, str]:
    """Two texts from shortly before they differ, when that is far from their beginning: findings show only so much."""
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    if start < 60:
        return one, other
    start = one.rfind(" ", 0, start - 20) + 1 or start - 20
    return f"… {one[start:]}", f"… {other[start:]}"


def place(conflict: Conflict, index: int, files: Mapping[str, str], places: Places) -> Place:
    """The cell of answer ``index``: of the value, else of the row or sheet around it, else its file."""
    source, where = conflict.answers[index][1], conflict.paths[index]
    known = places.get(source, {})
    while where:
        if where in known:
            return known[where]
        where = where.rpartition("/")[0]
    return Place(files.get(source, source))


def findings(result: Result, sector: str, heads: Iterable[Version], places: Places) -> Iterator[Finding]:
    """What there is to say of ``result``, the merge of ``heads``; ``places`` by SHA-256 of each file."""
    files = {v.sha256: v.file for v in heads}
    yield Finding("MERG20", Place(), {"sector": sector, "count": len(files), "files": ", ".join(sorted(files.values()))}, sector=sector)
    for conflict in result.conflicts:
        yield from (f.at(sector=sector) for f in _conflict(conflict, files, places))
    for decision in result.stale:
        objective = next(c.objective for c in result.conflicts if c.key == decision.key)
        yield Finding("MERG28", Place(), {"key": decision.key, "about": written_key_title(decision.key)}, sector=sector, objective=objective)
    for remark in result.remarks:
        yield from (f.at(sector=sector) for f in _remark(remark, files))


def _conflict(conflict: Conflict, files: Mapping[str, str], places: Places) -> Iterator[Finding]:
    """One finding for each answer after the first that differs from it; one when there is a single answer."""
    code = _BY_KIND.get(conflict.kind) or ("MERG22" if conflict.path_base else "MERG23")
    spoken = [{lang: said(conflict, v, lang) for lang in LANGUAGES} for v, _ in conflict.answers]
    others = [i for i in range(1, len(spoken)) if spoken[i] != spoken[0]] or [len(spoken) - 1]
    for other in others:
        at = place(conflict, other, files, places)
        where = {lang: Texts("merge", lang)("sheet", file=at.file, sheet=at.sheet, cell=at.cell) if at.cell else at.file
                 for lang in LANGUAGES}
        pairs = {lang: differing(spoken[0][lang], spoken[other][lang]) for lang in LANGUAGES}
        values = {"key": conflict.key, "about": written_key_title(conflict.key), "value": {k: p[0] for k, p in pairs.items()},
                  "other": {k: p[1] for k, p in pairs.items()}, "where": where,
                  "item": conflict.key.rpartition("/")[2],
                  "base": {lang: said(conflict, conflict.base, lang) for lang in LANGUAGES} if conflict.kind == "value" else None}
        yield Finding(code, place(conflict, 0, files, places), values, field=conflict.title, path=conflict.paths[0],
                      objective=conflict.objective)


def _remark(remark: Remark, files: Mapping[str, str]) -> Iterator[Finding]:
    code = {"moved": "MERG26", "joined": "MERG29", "removed": "MERG30", "lacking": "MERG27"}[remark.kind]
    named = [files.get(s, s) for s in remark.sources]
    values = {"key": remark.key, "about": written_key_title(remark.key), "item": remark.key.rpartition("/")[2], "files": ", ".join(named),
              "other": files.get(remark.other, remark.other)}
    for file in named[:1] if remark.kind == "joined" else named:
        yield Finding(code, Place(file), values, objective=remark.objective)
