"""Returns to forms that bear codes of before, brought to the sectors and objectives of now.

A form that was sent to a sector is read, and its copies are put together, as what it was. Only then each objective in it
goes to the sector that holds it now: the one that was recoded, merged or split off, or that the objective went over to.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from perfxl.model.documents import pointer
from perfxl.model.findings import Place
from perfxl.model.succession import Successions
from perfxl.stages.merge.emissions import under
from perfxl.stages.merge.overlay import Returned

#: What of an objective in a return is its lead's.
_LEAD = ("sheet",)


@dataclass
class _Part:
    """What goes to one sector of now: objectives, measures and requests with the pointer each had, for a form and what it became."""

    objectives: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    measures: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    requests: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


_ROWS = ("objectives", "measures", "requests")


def brought(returns: Iterable[Returned], content: Mapping[str, Any], formers: Mapping[str, set[str]]) -> list[Returned]:
    """``returns`` by the sectors of ``content``, a plan-shaped document: one for each, as if it had been sent to it.

    ``formers``: by objective of now, the sectors that held it before. A sector's own answers stand before those to a form
    of another; what nobody goes on with stays with the sector that said it, to be told.
    """
    successions = Successions(content)
    by_sector: dict[str, list[Returned]] = {}
    for returned in returns:
        for one in _parted(returned, successions, formers):
            by_sector.setdefault(one.sector, []).append(one)
    return [_joined(several) if len(several) > 1 else several[0] for several in by_sector.values()]


def formers_of(forms: Iterable[tuple[str, Mapping[str, Any]]], before: Mapping[str, Any] | None, content: Mapping[str, Any]) -> dict[str, set[str]]:
    """By objective of now, the sectors that held it: those whose ``forms`` (sector, return as issued) ask about it, and those
    of ``before``, the contents of the round before."""
    successions = Successions(content)
    holders: dict[str, set[str]] = {}
    for sector, form in forms:
        for asked_of in form.get("objectives", ()):
            holders.setdefault(successions.objective(asked_of["code"]), set()).add(sector)
    for objective in (before or {}).get("objectives", ()):
        holders[successions.objective(objective["code"])] = {h["sector"] for h in objective["holders"]}
    return holders


def as_asked(content: Mapping[str, Any], forms: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, Any]:
    """``content`` as the ``forms`` (sector, return as issued) of its first round had it: each objective led by whom it was asked
    of. There is no earlier document to say who led it."""
    successions = Successions(content)
    asked = {(successions.objective(asked_of["code"]), successions.sector(sector)) for sector, form in forms
             for asked_of in form.get("objectives", ()) if asked_of.get("role", "lead") == "lead"}
    made = dict(content)
    made["objectives"] = []
    for objective in content.get("objectives", ()):
        others = sorted(s for o, s in asked if o == objective["code"] and s != objective["lead"])
        if others and others[0] not in (h["sector"] for h in objective["holders"]):
            objective = {**objective, "lead": others[0], "holders": [{**h, "sector": others[0]} if h["sector"] == objective["lead"] else h
                                                                     for h in objective["holders"]]}
        made["objectives"].append(objective)
    return made


def _parted(returned: Returned, successions: Successions, formers: Mapping[str, set[str]]) -> Iterator[Returned]:
    """What ``returned`` says, by the sector of now; itself where nothing is another's."""
    parts = _parts(returned.document, returned.sector, successions, formers)
    issued = _parts(returned.issued or {}, returned.sector, successions, formers)
    if set(parts) | set(issued) <= {returned.sector} and _same_codes(parts, returned.document):
        yield returned
        return
    first = returned.sector if returned.sector in successions.sectors else next(iter(parts), returned.sector)
    for sector, part in parts.items():
        rest = {k: v for k, v in returned.document.items() if k not in (*_ROWS, "compilation")}
        own = {"compilation": returned.document["compilation"]} if sector == first and "compilation" in returned.document else {}
        document, places = _laid(part, returned.places)
        form, _ = _laid(issued.get(sector, _Part()), {})
        kept = {p: place for p, place in returned.places.items() if p.split("/")[1:2] and p.split("/")[1] not in _ROWS}
        yield Returned(sector, {**rest, **own, **document}, places={**(kept if own else {}), **places}, file=returned.file,
                       issued={**{k: v for k, v in returned.issued.items() if k not in _ROWS}, **form} if returned.issued else None)


def _same_codes(parts: Mapping[str, _Part], document: Mapping[str, Any]) -> bool:
    now = [objective.get("code") for part in parts.values() for _, objective in part.objectives]
    return now == [o.get("code") for o in document.get("objectives", ())]


def _parts(document: Mapping[str, Any], sector: str, successions: Successions, formers: Mapping[str, set[str]]) -> dict[str, _Part]:
    parts: dict[str, _Part] = {}
    for number, item in enumerate(document.get("objectives", ())):
        code, lead = successions.objective(item.get("code", "")), item.get("role", "lead") == "lead"
        successor = successions.holder(sector, code, formers=formers.get(code, ())) if not lead else \
            successions.holder(sector, code, True, formers.get(code, ()))
        now, at = {**successions.with_codes_of_now(item), **({"code": code} if "code" in item else {})}, pointer(("objectives", number))
        leads = successions.objectives.get(code, {}).get("lead")
        if lead and successor and leads and leads != successor:  # it still holds it, and another leads it now: what its sheet says is for that one
            parts.setdefault(successor, _Part()).objectives.append((at, {k: v for k, v in now.items() if k not in _LEAD}))
            parts.setdefault(leads, _Part()).objectives.append((at, {k: v for k, v in now.items() if k != "holding"}))
        else:
            parts.setdefault(successor or _unheld(sector, successions), _Part()).objectives.append((at, now))
    for number, item in enumerate(document.get("measures", ())):
        now = {**item, "objective": successions.objective(item["objective"])} if "objective" in item else item
        parts.setdefault(successions.measured(sector, item), _Part()).measures.append((pointer(("measures", number)), now))
    for number, item in enumerate(document.get("requests", ())):
        code = successions.objective(item.get("objective", ""))
        now = {**item, "objective": code} if "objective" in item else item
        successor = successions.holder(sector, code, formers=formers.get(code, ())) or _unheld(sector, successions)
        parts.setdefault(successor, _Part()).requests.append((pointer(("requests", number)), now))
    return parts


def _unheld(sector: str, successions: Successions) -> str:
    """Who is told of what no sector goes on with."""
    return next(iter(successions.parts(sector)), sector)


def _laid(part: _Part, places: Mapping[str, Place]) -> tuple[dict[str, Any], dict[str, Place]]:
    """The rows of ``part`` as a return has them, and the places of what they say."""
    document: dict[str, Any] = {}
    laid_places: dict[str, Place] = {}
    for key in _ROWS:
        rows = getattr(part, key)
        for number, (at, _) in enumerate(rows):
            laid_places |= {pointer((key, number)) + p[len(at):]: place for p, place in places.items() if p == at or p.startswith(at + "/")}
        if rows:
            document[key] = [row for _, row in rows]
    return document, laid_places


def _joined(several: list[Returned]) -> Returned:
    """What the answers to several forms say for one sector: those to its own form, and under them those to the others."""
    own = [r for r in several if _own(r)]
    ordered = [*own, *(r for r in several if r not in own)]
    joined = ordered[0]
    for other in ordered[1:]:
        shared = {o["code"] for o in other.document.get("objectives", ())} & {o["code"] for o in (joined.issued or {}).get("objectives", ())}
        if _own(joined) and shared and other.issued:
            older = _only(other, shared)
            joined, other = under(older, older.issued or {}, joined.issued or {}, joined), _only(other, shared, without=True)
        joined = _two(joined, other)
    return joined


def _own(returned: Returned) -> bool:
    """Whether it answers a form that was sent to its sector."""
    return (returned.document.get("identity") or {}).get("sector") == returned.sector


def _only(returned: Returned, codes: set[str], without: bool = False) -> Returned:
    """What ``returned`` says of the objectives ``codes``; ``without``: of all but these, and all else."""
    def part(document: Mapping[str, Any]) -> _Part:
        rows = {key: [(pointer((key, n)), row) for n, row in enumerate(document.get(key, ()))] for key in _ROWS}
        chosen = [pair for pair in rows["objectives"] if (pair[1].get("code") in codes) is not without]
        return _Part(chosen, rows["measures"], rows["requests"]) if without else _Part(chosen)

    document, places = _laid(part(returned.document), returned.places)
    rest = {k: v for k, v in returned.document.items() if k not in _ROWS}
    head = {k: v for k, v in (returned.issued or {}).items() if k not in _ROWS}
    issued = {**head, **_laid(part(returned.issued), {})[0]} if returned.issued else None
    return replace(returned, document={**rest, **document}, places=places, issued=issued)


def _two(one: Returned, other: Returned) -> Returned:
    """``one`` with what ``other`` says besides."""
    document, places, issued = dict(one.document), dict(one.places), dict(one.issued or {})
    for key, names in (("objectives", ("code",)), ("measures", ("objective", "id")), ("requests", ("id",))):
        document[key] = list(document.get(key, ()))
        there = {tuple(row.get(n) for n in names): k for k, row in enumerate(document[key])}
        for number, row in enumerate(other.document.get(key, ())):
            at, name = pointer((key, number)), tuple(row.get(n) for n in names)
            to = there.get(name, len(document[key]))
            if name in there:
                missing = {k: v for k, v in row.items() if k not in document[key][to]} | _sheet_of_lead(document[key][to], row)
                document[key][to] = {**document[key][to], **missing}
                taken = [f"{at}/{k}" for k in missing]
            else:
                document[key].append(row)
                taken = [at]
            places |= {pointer((key, to)) + p[len(at):]: place for p, place in other.places.items()
                       if any(p == t or p.startswith(t + "/") for t in taken)}
        asked = {tuple(row.get(n) for n in names) for row in issued.get(key, ())}
        issued[key] = [*issued.get(key, ()), *(r for r in (other.issued or {}).get(key, ()) if tuple(r.get(n) for n in names) not in asked)]
        for owner in (document, issued):
            if not owner[key]:
                del owner[key]
    return replace(one, document=document, places=places, issued=issued if one.issued or other.issued else None)


def _sheet_of_lead(own: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """The sheet of ``other``, whose form led the objective where that of ``own`` did not."""
    return {k: other[k] for k in (*_LEAD, "role") if k in other} if other.get("role") == "lead" and own.get("role", "lead") != "lead" else {}
