"""Codes and identifiers: known to the plan, written right, used once, agreeing with one another."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from perfxl.model import codes
from perfxl.model.documents import get_path
from perfxl.model.findings import Finding
from perfxl.stages.check.code_shapes import USUAL
from perfxl.stages.check.dates import tied
from perfxl.stages.check.entry import Entry
from perfxl.stages.check.return_context import Path, ReturnContext, is_blank, path_in_force
from perfxl.workbook.binding import DONE, NARRATIVE

#: Codes as short as this are words that anybody writes (A4, B2); how many codes of a sector are listed.
TOO_SHORT, LISTED = 3, 8
_TEXTS = (("purpose",), ("revision", "purpose"), ("shared_with",), ("constraints",), ("detail",), ("revision", "detail"), NARRATIVE[1:])


def distance(a: str, b: str) -> int:
    """How many signs must be put, taken, changed or swapped with their neighbour to make ``b`` of ``a`` (Damerau)."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        earlier, before, row = before, row, [i]
        for j, y in enumerate(b, 1):
            row.append(min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y)))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                row[j] = min(row[j], earlier[j - 2] + 1)
    return row[-1]


def likely(code: str, known: Iterable[str]) -> str | None:
    """The one of ``known`` that ``code`` surely stands for: the same with other zeros, dashes or signs that look alike
    (``DG.0003``, ``DG-00003``, ``DG.OOO03``), else the only one that is one slip of the fingers away, and not of a code of one
    sign. None when none is, when several are, or when ``code`` may well be a right one that is gone (see ``may_be_gone``)."""
    given, near = list(dict.fromkeys(known)), code.upper()
    same = [k for k in given if _read(k) == _read(code)]
    if same:
        return same[0] if len(same) == 1 else None
    close = [k for k in given if len(k) > 1 and abs(len(k) - len(code)) <= 1 and distance(near, k.upper()) == 1]
    return close[0] if len(close) == 1 and not may_be_gone(code, given) else None


def may_be_gone(code: str, known: Iterable[str]) -> bool:
    """Whether ``code`` is written as those of ``known`` with the same beginning and bears a number that they leave free, or the
    next: one that was deleted, or is not there yet, is told from a misprint by nothing."""
    head, number = _numbered(code)
    beside = {int(n) for h, n in map(_numbered, known) if n and h == head and len(n) == len(number)}
    return bool(number and beside) and int(number) <= max(beside) + 1


def _numbered(code: str) -> tuple[str, str]:
    """A code before the digits that it ends in, and these."""
    head = code.upper().rstrip("0123456789")
    return head, code[len(head):]


_ALIKE = str.maketrans("OIL-_/", "011...")


@cache
def _read(code: str) -> tuple[str, ...]:
    parts = code.upper().translate(_ALIKE).split(".")
    return tuple(p.lstrip("0") if p.isdecimal() else p for p in parts)


def unknown_objective(case: ReturnContext) -> Iterator[Finding]:
    """CODE01: an objective whose code is not in the plan but is near one that is."""
    if not case.planned:
        return
    for entry in case.entries:
        if entry.code not in case.planned and entry.issued is None:  # one that was issued was taken away since
            returned = {e.code for e in case.entries}
            near = likely(entry.code, [code for code in case.planned if code not in returned])
            if near:
                yield entry.finding("CODE01", "code", code=entry.code, likely=near)


def lines(case: ReturnContext) -> Iterator[Finding]:
    """CODE02, CODE16, CODE03: a strategic line the plan does not have, or lines other than those the plan gives the objective."""
    known = case.shared.line_codes
    for entry in case.entries:
        own = entry.sheet.strategic_lines
        planned = _planned_lines(entry)
        if own and planned and sorted(own) != sorted(planned):
            yield entry.finding("CODE03", "sheet", "strategic_lines", found=", ".join(own), planned=", ".join(planned))
        elif known:
            for line in own:
                if line not in known:
                    near = likely(line, known)
                    yield entry.finding("CODE16" if near else "CODE02", "sheet", "strategic_lines", code=line,
                                     **({"likely": near} if near else {}))


def _planned_lines(entry: Entry) -> Sequence[str]:
    planned = entry.case.planned
    objective = entry.issued or entry.planned or planned.get(likely(entry.code, planned) or "")
    return objective.sheet.strategic_lines if objective else ()


def mentions(case: ReturnContext) -> Iterator[Finding]:
    """CODE04, CODE05, CODE20: a full code in the text under another strategic line, a code that is almost one of the plan's, or one
    that is written as they are and is none of them."""
    for entry in case.filled_entries:
        for path, text in _prose(entry):
            for m in USUAL.finditer(text):
                yield from _mention(entry, path, m)
            yield from _own_mentions(entry, path, text)


def _prose(entry: Entry) -> Iterator[tuple[Path, str]]:
    """(path below the objective, text) of what the sheet tells in words: of the objective, its outcome, its phases and results."""
    texts: list[tuple[Path, str | None]] = [(("sheet", *path), get_path(entry.sheet.data, path)) for path in _TEXTS]
    texts += [(("holding", "reading", "reason"), entry.outcome.reason), (("holding", "reading", "note"), entry.outcome.note)]
    for table, rows, own in (("phases", entry.phases, "done"), ("results", entry.results, "note")):
        texts += [(("sheet", table, i, *path), get_path(row.data, path)) for i, row in rows
                  for path in (("text",), ("revision", "text"), ("reading", own))]
    yield from ((path, text) for path, text in texts if text)


def _own_mentions(entry: Entry, path: Path, text: str) -> Iterator[Finding]:
    """The same of codes of the body's own: what is written like one of them, letter by letter, with other digits."""
    case = entry.case
    own = case.shared.own_codes
    if own is None:
        return
    for m in codes.code_candidates(text):
        said = m[0]
        line, code = next(((said[:-len(c) - 1], c) for c in own.planned if said.endswith(f".{c}") and said[:-len(c) - 1] in own.others), ("", said))
        if code in own.planned:
            lines_ = case.planned[code].sheet.strategic_lines
            if line and lines_ and line not in lines_:
                yield entry.finding("CODE04", *path, code=said, planned=", ".join(lines_))
        elif said not in own.others and len(said) > TOO_SHORT and codes.skeleton(said) in own.skeletons:
            yield from _unknown(entry, path, m, said)


def _mention(entry: Entry, path: Path, m: re.Match[str]) -> Iterator[Finding]:
    case, code = entry.case, f"{m[2]}.{m[3]}"
    objective = case.planned.get(code)
    if objective is None:
        if m[2] in case.shared.sector_codes:
            yield from _unknown(entry, path, m, code)
        return
    lines_ = objective.sheet.strategic_lines
    if m[1] and lines_ and m[1] not in lines_:
        yield entry.finding("CODE04", *path, code=m[0], planned=", ".join(lines_))


def _unknown(entry: Entry, path: Path, m: re.Match[str], code: str) -> Iterator[Finding]:
    """What there is to say of a code in a text that the plan does not have: which one it must be, or else where to look. Nothing of
    one that the plan had before, as the form says, nor of one of another year."""
    case = entry.case
    if code in case.former or code in case.issued_objectives or _of_another_year(m, case):
        return
    near, head = likely(code, case.planned), _numbered(code)[0]
    beside = sorted((c for c in case.planned if _numbered(c)[0] == head), key=codes.sort_key)
    if near:
        yield entry.finding("CODE05", *path, code=m[0], likely=near)
    elif beside:
        more = f" … {beside[-1]}" if len(beside) > LISTED else ""
        yield entry.finding("CODE20", *path, code=m[0], codes=", ".join(beside[:LISTED - bool(more)]) + more)


_LATER_WORDS = re.compile(r"\W{1,3}(?:\w+[’' ]){0,3}(20\d\d|precedente|scorso|last year|previous)\b", re.I)


def _of_another_year(m: re.Match[str], case: ReturnContext) -> bool:
    """Whether a code is told as one of another year: by a year in it, as the plan's codes bear theirs, or by the words after it."""
    years = set(re.findall(r"(?<!\d)20\d\d(?!\d)", m[0])) - {y for c in case.planned for y in re.findall(r"(?<!\d)20\d\d(?!\d)", c)}
    after = _LATER_WORDS.match(m.string, m.end())
    return bool(years) or after is not None and after[1] != str(case.year)


#: One phase, or after the plural a list of them: "fase 3-bis", "fasi 1, 2 e 5".
_PHASES = re.compile(r"\b(?:(?:fase|phase)\s+(\d{1,2}(?:-?(?:bis|ter))?)"
                     r"|(?:fasi|phases)\s+(\d{1,2}(?:\s*,\s*\d{1,2}\b(?!\s+(?!e\b|ed\b|and\b)\w))*"
                     r"(?:\s+(?:e|ed|and)\s+\d{1,2}\b)?))(?![\d%/]|\.\d)", re.I)


#: How phases are called that texts may name by their number.
_NUMBERED = re.compile(r"\d{1,2}(?:-?(?:bis|ter))?\Z")


def phases_named(case: ReturnContext) -> Iterator[Finding]:
    """CODE18: what the sector tells speaks of a phase that the sheet does not have."""
    if case.round.kind == "plan":
        return
    for entry in case.filled_entries:
        known = {str(p.id) for _, p in entry.phases if p.id is not None}
        texts: list[tuple[Path, str | None]]
        texts = [(NARRATIVE, entry.sheet.reading(case.round).narrative),
                 (("holding", "reading", "reason"), entry.outcome.reason)]
        texts += [(("sheet", "phases", i, *DONE), p.reading(case.round).done) for i, p in entry.phases]
        texts += [(("sheet", "results", i, "reading", "note"), r.reading(case.round).note) for i, r in entry.results]
        for path, text in texts if known else ():
            named = [n for m in _PHASES.finditer(text or "") for n in re.findall(r"\d{1,2}(?:-?(?:bis|ter))?", m[1] or m[2])]
            if not all(_NUMBERED.match(n) for n in known):
                continue  # «la prima fase», «fase 1» name nothing where phases have codes of the body's own
            absent = [n for n in dict.fromkeys(named) if n not in known and n.lstrip("0") not in known]
            if absent:
                yield entry.finding("CODE18", *path, named=", ".join(absent), phases=", ".join(sorted(known)))


def _repeated(rows: Iterable[tuple[int, tuple[str | None, ...]]]) -> Iterator[tuple[int, tuple[str | None, ...]]]:
    seen: set[tuple[str | None, ...]] = set()
    for i, key in rows:
        if None not in key and key in seen:
            yield i, key
        seen.add(key)


def duplicates(case: ReturnContext) -> Iterator[Finding]:
    """CODE06 to CODE10: a phase, result, objective, measure or entity that stands twice."""
    for i, (code,) in _repeated((e.index, (e.code or None,)) for e in case.entries):
        yield case.entries[i].finding("CODE08", "code", code=code)
    for i, (objective, name) in _repeated((i, (m.objective, m.id)) for i, m in case.measures):
        yield case.finding("CODE09", "measures", i, "id", objective=objective or "", measure=name)
    for entry in case.filled_entries:
        for i, (name,) in _repeated((i, (p.id,)) for i, p in entry.phases):
            yield entry.finding("CODE06", "sheet", "phases", i, "id", phase=name)
        for i, (name,) in _repeated((i, (r.id,)) for i, r in entry.results):
            yield entry.finding("CODE07", "sheet", "results", i, "id", result=name)
        for i, (result, entity) in _repeated((i, (e.result, e.entity)) for i, e in entry.entities):
            yield entry.finding("CODE10", "sheet", "entities", i, "entity", result=result, entity=entity)


def ties(case: ReturnContext) -> Iterator[Finding]:
    """CODE11, CODE12: a result tied to a phase, or a value of an entity given for a result, that is not there."""
    for entry in case.filled_entries:
        numbers = [p.id for _, p in entry.phases]
        whole = None not in numbers and len(set(numbers)) == len(numbers)  # the missing may be the one without a number, or with another’s
        for i, result in entry.results if whole and numbers else ():
            if absent := [name for name in dict.fromkeys(tied(result)) if name not in map(str, numbers)]:
                yield entry.finding("CODE11", "sheet", "results", i, "phases", result=result.id, phase=", ".join(absent),
                                    phases=", ".join(sorted(map(str, numbers))))
        results = {r.id for _, r in entry.results}
        for i, row in entry.entities:
            if row.result not in results:
                yield entry.finding("CODE12", "sheet", "entities", i, "result", entity=row.entity, result=row.result)


def title(case: ReturnContext) -> Iterator[Finding]:
    """CODE13, CODE19: after the plan a title that is not the approved one; at the plan one that says something else."""
    for entry in case.entries:
        known = entry.issued or entry.planned
        before = known.sheet.title if known else None
        now = entry.sheet.title
        if before and now is not None and not is_blank(now) and " ".join(now.split()) != " ".join(before.split()):
            if case.round.kind != "plan":
                yield entry.finding("CODE13", "sheet", "title", old=before, new=now)
            elif _rewritten(before, now):
                yield entry.finding("CODE19", "sheet", "title", old=before, new=now)


def _rewritten(before: str, now: str) -> bool:
    """Whether a title says something else: fewer than half of its longer words are those of the other."""
    old, new = ({w for w in re.findall(r"\w+", text.casefold()) if len(w) > 3} for text in (before, now))
    return bool(old) and 2 * len(old & new) < max(len(old), len(new))


def successor(case: ReturnContext) -> Iterator[Finding]:
    """CODE14, CODE17, CODE15: a replaced objective whose successor is unknown to the plan, or is the objective itself."""
    for entry in case.entries:
        code = entry.holding.in_force("replaced_by", case.round)
        path = ("holding", *path_in_force(entry.holding, "replaced_by"))
        if code and code == entry.code:
            yield entry.finding("CODE15", *path, code=code)
        elif code and case.planned and code not in case.planned:
            near = likely(code, case.planned)
            yield entry.finding("CODE17" if near else "CODE14", *path, code=code,
                             **({"likely": near} if near else {}))


CHECKS = (
    (unknown_objective, ("CODE01",)),
    (lines, ("CODE02", "CODE03", "CODE16")),
    (mentions, ("CODE04", "CODE05", "CODE20")),
    (phases_named, ("CODE18",)),
    (duplicates, ("CODE06", "CODE07", "CODE08", "CODE09", "CODE10")),
    (ties, ("CODE11", "CODE12")),
    (title, ("CODE13", "CODE19")),
    (successor, ("CODE14", "CODE15", "CODE17")),
)
