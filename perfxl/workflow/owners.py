"""What is missing of a round by person: the owners that the plan names, what each still has to provide, and in which cell."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from perfxl.campaign import Campaign
from perfxl.campaign.register import Register
from perfxl.campaign.register.board import Row
from perfxl.model.findings import Finding, Place
from perfxl.model.rounds import Rounds
from perfxl.model.succession import Successions
from perfxl.workflow import check
from perfxl.workflow.load_round import load_round
from perfxl.workflow.unread import unread

#: Tables of a form whose rows may have an owner, and the field that tells which row is meant.
_ITEMS = {"phases": ("phases", "id"), "results": ("results", "id"), "entities": ("results", "result"), "measures": ("measures", "id")}


@dataclass(frozen=True)
class Missing:
    """A cell that has to be filled in: its objective and the title of that, the row it is about (``kind`` as in the plan's owners,
    ``item``; "" for the objective itself), its place, its field by language."""

    objective: str
    title: str
    kind: str
    item: str
    sheet: str
    cell: str
    field: Mapping[str, str]


@dataclass(frozen=True)
class Owed:
    """What one person owes of one sector's form. ``name`` and ``email``: of the owner, "" where the plan names none;
    ``returned``: whether the sector sent its form back; ``file``: the workbook to go on with, None when there is not one only."""

    sector: str
    name: str
    email: str
    missing: tuple[Missing, ...]
    returned: bool
    late: int = 0
    file: Path | None = None


@dataclass(frozen=True)
class OwnerRow:
    """One owner on the board: the sectors and objectives they own something of, what they owe, how often they were reminded."""

    name: str
    email: str
    sectors: tuple[str, ...]
    objectives: tuple[str, ...]
    missing: tuple[Missing, ...]
    late: int = 0
    reminders: int = 0


def owed(campaign: Campaign, plan: dict[str, Any], round: str, rows: Iterable[Row], language: str) -> list[Owed]:
    """What is missing of the forms of ``rows`` (of the board), by sector and owner, in the order of the plan; what nobody is named
    for last. A form that did not come back is missing all that it asks for."""
    listed = [r for r in rows if r.issue]
    blank = {r.sector: campaign.issued_form(round, r.sector) for r in listed if not r.versions}
    owed_by = {p.sector: p for p in _blank(blank, plan, round, language)} | {p.sector: p for p in _returned(campaign, round, [r for r in listed if r.versions], language)}
    owing = []
    for row in (r for r in listed if r.sector in owed_by):
        part = owed_by[row.sector]
        people = {o["email"].casefold(): (o["name"], o["email"]) for o in reversed(plan.get("owners", ()))}  # one address is one person, as first written
        by_owner: dict[tuple[str, str], list[Missing]] = {people[o["email"].casefold()]: [] for o in plan.get("owners", ())}
        for one in part.missing:
            owners = dict.fromkeys(people[email.casefold()] for _, email in _owners(plan, row.sector, one))
            for owner in owners or [("", "")]:
                by_owner.setdefault(owner, []).append(one)
        owing += [Owed(row.sector, *owner, tuple(several), part.returned, row.late, part.file) for owner, several in by_owner.items() if several]
    return owing


def by_owner(register: Register, plan: dict[str, Any], round: str, listed: Iterable[Owed]) -> list[OwnerRow]:
    """The board read by owner: every owner of the plan, those who owe nothing too; then the sectors of what nobody is named for."""
    listed, messages = list(listed), []
    sent = [e.payload for e in register.entries("sent", round=round, message="owner", state="sent")]
    for email in _addresses(plan):
        own = [o for o in plan["owners"] if o["email"].casefold() == email.casefold()]
        due = [d for d in listed if d.email.casefold() == email.casefold()]
        sectors = dict.fromkeys([*(s for o in own for s in _sectors(plan, o)), *(d.sector for d in due)])
        messages.append(OwnerRow(own[0]["name"], email, sectors=tuple(sectors), objectives=tuple(dict.fromkeys(o["objective"] for o in own)),
                              missing=tuple(m for d in due for m in d.missing), late=max((d.late for d in due), default=0),
                              reminders=sum(email in t["to"][:1] for t in sent)))
    nobody = [d for d in listed if not d.email]
    return messages + [OwnerRow("", "", sectors=(d.sector,), objectives=tuple(dict.fromkeys(m.objective for m in d.missing)),
                             missing=d.missing, late=d.late) for d in nobody]


def _addresses(plan: dict[str, Any]) -> list[str]:
    """The addresses of the owners of ``plan``, each as it is first written."""
    addresses: dict[str, str] = {}
    for owner in plan.get("owners", ()):
        addresses.setdefault(owner["email"].casefold(), owner["email"])
    return list(addresses.values())


def grouped(missing: Iterable[Missing], language: str) -> list[dict[str, Any]]:
    """``missing`` as a message tells it: by objective and sheet, the cells of each field together."""
    groups: dict[tuple[str, str, str], dict[str, list[str]]] = {}
    for one in missing:
        groups.setdefault((one.objective, one.title, one.sheet), {}).setdefault(one.field.get(language, ""), []).append(one.cell)
    return [{"objective": objective, "title": title, "sheet": sheet,
             "fields": [{"field": name, "cells": ", ".join(cells)} for name, cells in fields.items()]}
            for (objective, title, sheet), fields in groups.items()]


@dataclass(frozen=True)
class _Part:
    """What is missing of the form of one sector."""

    sector: str
    missing: tuple[Missing, ...]
    returned: bool
    file: Path | None


def _blank(forms: Mapping[str, Path], plan: dict[str, Any], round: str, language: str) -> Iterator[_Part]:
    """What the forms that did not come back ask for: what there would be to say of them as they were issued, and every cell in which
    the round reads a phase, a result, a measure."""
    looked = {one.path: one for one in check.inspect(forms.values(), language).files} if forms else {}
    for sector, path in forms.items():
        one = looked.get(path)
        if one is not None and one.read.reading.document is not None:
            reading = one.read.reading
            missing = {(m.sheet, m.cell): m for m in (*_missing(reading.document, one.findings), *_unread(reading.document, reading.places, plan=plan, round=round))}
            yield _Part(sector, tuple(missing.values()), False, path)


def _unread(document: dict[str, Any], places: Mapping[str, Place], plan: dict[str, Any], round: str) -> Iterator[Missing]:
    """The cells in which the round reads what the form tells, and in which nothing stands."""
    named = frozenset((o["objective"], o["kind"], o["item"]) for o in plan.get("owners", ()) if o.get("kind") and o.get("item"))
    titles = {o["code"]: o.get("sheet", {}).get("title", "") for o in document.get("objectives", ())}
    for one in unread(document, plan, Rounds.from_plan(plan)[round], named):
        place = places.get(one.path)
        if place and place.cell and _at(document, [int(s) if s.isdecimal() else s for s in one.path.split("/")[1:]]) is None:
            yield Missing(one.objective, titles.get(one.objective, ""), kind=one.kind, item=one.item, sheet=place.sheet, cell=place.cell, field=one.field)


def _returned(campaign: Campaign, round: str, rows: list[Row], language: str) -> Iterator[_Part]:
    """What is blank in the forms that came back, of the versions that count."""
    if not rows:
        return
    gathered = load_round(campaign, round, language)
    for row in rows:
        heads = [s for s in gathered.sources if s.sector == row.sector and s.verdict not in ("superseded", "answers")]
        several = {(m.sheet, m.cell): m for h in heads for m in _missing(h.read.reading.document, [f for f in gathered.findings if f.place.file == h.read.file])}
        yield _Part(row.sector, tuple(several.values()), True, campaign.folder / heads[0].read.file if len(heads) == 1 else None)


def _missing(document: dict[str, Any], findings: Iterable[Finding]) -> Iterator[Missing]:
    """The cells of ``findings`` in which ``document`` has nothing, each once."""
    seen = set()
    for finding in findings:
        steps = [int(s) if s.isdecimal() else s for s in finding.path.split("/")[1:]]
        at = (finding.place.sheet, finding.place.cell)
        if finding.severity == "note" or finding.to != "sector" or not steps or not finding.place.cell or at in seen or _at(document, steps) is not None:
            continue
        seen.add(at)
        objective, kind, item = _about(document, steps)
        if objective:
            title = next((o.get("sheet", {}).get("title", "") for o in document.get("objectives", ()) if o["code"] == objective), "")
            yield Missing(objective, title, kind=kind, item=item, sheet=finding.place.sheet, cell=finding.place.cell, field=finding.field)


def _at(document: Any, steps: list[str | int]) -> Any:
    """What stands in ``document`` at the end of ``steps``; None where nothing does."""
    for step in steps:
        try:
            document = document[step]
        except (KeyError, IndexError, TypeError):
            return None
    return document


def _about(document: dict[str, Any], steps: list[str | int]) -> tuple[str, str, str]:
    """Objective, kind and item of the row that ``steps`` lead to."""
    objective = _at(document, [*steps[:2], "code"]) if steps[0] == "objectives" else _at(document, [*steps[:2], "objective"])
    for number, step in enumerate(steps[:-1]):
        if step in _ITEMS and isinstance(steps[number + 1], int):
            kind, key = _ITEMS[step]
            return objective or "", kind, str(_at(document, [*steps[:number + 2], key]) or "")
    return objective or "", "", ""


def _owners(plan: dict[str, Any], sector: str, one: Missing) -> list[tuple[str, str]]:
    """Who owns ``one``: those the plan names most closely, each once."""
    successions = Successions(plan)
    objective = successions.objective(one.objective)
    sector = successions.holder(sector, objective) or sector
    fitting = [(bool(o.get("kind")) + bool(o.get("item")), (o["name"], o["email"])) for o in plan.get("owners", ())
               if o["objective"] == objective and o.get("sector", sector) == sector
               and o.get("kind", one.kind) == one.kind and o.get("item", one.item) == one.item]
    best = max((score for score, _ in fitting), default=0)
    return list(dict.fromkeys(who for score, who in fitting if score == best))


def _sectors(plan: dict[str, Any], owner: dict[str, Any]) -> list[str]:
    """The sectors that an owner answers for."""
    if owner.get("sector"):
        return [owner["sector"]]
    return [h["sector"] for o in plan.get("objectives", ()) if o["code"] == owner["objective"] for h in o["holders"]]
