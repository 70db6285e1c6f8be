"""What changed among the sectors during the year, and which codes became which."""

from collections.abc import Callable, Iterator
from typing import Any

from perfxl.model.change import Change
from perfxl.model.documents import pointer
from perfxl.model.fields import resolve
from perfxl.model.findings import Place
from perfxl.model.rounds import Round
from perfxl.model.succession import Successions
from perfxl.model.terms import cached_in_words, title_by_language

#: What of a sector is told when it is another: how it is called, who leads it, what it counts.
FIELDS = ("name", "manager", "weight", "weighted")
_CELLS = {"weight": "percent", "weighted": "yesno"}


@cached_in_words
def _titles(place: str) -> dict[str, Any]:
    definition, _ = resolve({"$ref": f"plan.schema.json#/$defs/{place}"}, "plan")
    return dict(title_by_language(definition))


def sectors_changed(content: dict[str, Any], plan: dict[str, Any] | None, round: Round, place: Callable[[tuple[Any, ...]], Place]) -> Iterator[Change]:
    """Sectors that joined, left, were renamed or have another manager since ``plan`` (None: only what ``content`` says), and the
    codes that its ``successions`` say have changed up to ``round``; ``place``: the cell of a path."""
    def made(kind: str, sector: str, path: tuple[Any, ...], **about: Any) -> Change:
        said = {"objective": "", "table": "sectors", "item": sector, "field": "code", "title": _titles("sector"), "cell_kind": "text",
                "approved": None, "revised": None, "reason": "", "round": str(round), **about}
        return Change(kind=kind, sector=sector, path=pointer(path), place=place(path), **said)

    successions = Successions(content)
    if plan is not None:
        then = {s["code"]: s for s in plan.get("sectors", ())}
        before = {now: s for code, s in then.items() if (now := successions.sector(code)) == code  # one that went into another is not that one's past
                  or now not in then and (code not in successions.after or len(successions.before(now)) == 1)}
        for k, sector in enumerate(content["sectors"]):
            code, path = sector["code"], ("sectors", k)
            old = before.pop(code, None)
            if old is None and not successions.before(code):
                yield made("added", code, path, revised=sector["name"])
            for key in FIELDS if old is not None else ():
                if old.get(key) != sector.get(key):
                    yield made("revised", code, (*path, key), field=key, title=_titles(f"sector/properties/{key}"), cell_kind=_CELLS.get(key, "text"),
                               approved=old.get(key), revised=sector.get(key))
        for code, old in before.items():
            if not successions.parts(code):
                yield made("dropped", code, (), approved=old["name"])
    for k, row in enumerate(content.get("successions", ())):
        if row["round"] in round.until:
            objective = row["now"] if successions.of_objective(row["now"]) else ""
            lead = successions.objectives.get(objective, {}).get("lead", "") if objective else row["now"]
            yield made("revised", lead, ("successions", k), objective=objective, table="" if objective else "sectors",
                       item="" if objective else f"{row['before']} › {row['now']}", title=_titles(f"{'objective' if objective else 'sector'}/properties/code"),
                       approved=row["before"], revised=row["now"], reason=with_act(row), round=row["round"])


def with_act(said: dict[str, Any]) -> str:
    """Why, and the act that decided it in parentheses."""
    reason, act = said.get("reason", ""), said.get("act", "")
    return f"{reason} ({act})" if reason and act else reason or act
