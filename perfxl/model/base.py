"""What is known when a round begins: the plan workbook, and under it what the round before left; the questions still open.

What only the controller decides (which objectives there are, who holds them, the strategic lines, measures) comes
from the plan workbook; what the sectors fill in comes from the last consolidated document that has it.
"""

from typing import Any

from perfxl.model.copied import copied
from perfxl.model.rounds import Rounds
from perfxl.model.succession import SHARES, Successions


def base_content(plan: dict[str, Any], previous: dict[str, Any] | None) -> dict[str, Any]:
    """The plan document on which a round is issued and merged.

    ``previous`` is the consolidated document of the last round before it, or None.
    """
    content = copied(plan)
    if previous is None:
        return content
    successions = Successions(plan)
    there = {(successions.objective(o["code"]), h["sector"]) for o in previous["content"].get("objectives", ()) for h in o["holders"]}
    previous = {**previous, "content": successions.content(previous["content"], moved=True)}
    later = _later(Rounds.from_plan(plan), previous.get("round", ""))
    known = {o["code"]: o for o in previous["content"].get("objectives", ())}
    for objective in content.get("objectives", ()):
        if objective["code"] not in known:
            continue
        before = known[objective["code"]]
        lines = objective.get("sheet", {}).get("strategic_lines")
        sheet = {**copied(before.get("sheet", {})), **({"strategic_lines": lines} if lines else {})}
        _revise_sheet(sheet, objective.get("sheet", {}), later)
        _decided(sheet, objective.get("sheet", {}))
        if sheet:
            objective["sheet"] = sheet
        holdings = {h["sector"]: h.get("holding") for h in before["holders"]}
        for holder in objective["holders"]:
            if holdings.get(holder["sector"]):
                typed = {} if (objective["code"], holder["sector"]) in there else holder.get("holding", {})
                own = holder.get("holding", {})
                holder["holding"] = {**{k: typed[k] for k in SHARES if k in typed}, **copied(holdings[holder["sector"]])}
                _revise(holder["holding"], own, later)
    _measures(content, previous["content"], later)
    _requests(content, previous["content"])
    return content


#: What of a phase or a result the controller alone decides, in the plan workbook, at any time of the year.
DECIDED = ("due", "targets")


def _decided(sheet: dict[str, Any], planned: dict[str, Any]) -> None:
    """Put what the plan workbook decides of phases and results in the place of what a consolidated document has of it."""
    for table in ("phases", "results"):
        by_id = {row.get("id"): row for row in planned.get(table, ())}
        for row in sheet.get(table, ()):
            if row.get("id") in by_id:
                for key in DECIDED:
                    row.pop(key, None)
                row |= {k: copied(v) for k, v in by_id[row["id"]].items() if k in DECIDED}


#: What the plan round says of an objective beside its code, its title and its strategic lines.
_FRAME = ("purpose", "start", "end", "detail", "phases", "results")


def born(issued: dict[str, Any]) -> bool:
    """Whether an objective as it is ``issued`` (an objective of a return) is new to its sector: it leads it, and nobody has
    filled in the frame yet. Its sheet is open as in the plan round, whatever the round."""
    sheet = issued.get("sheet") or {}
    return issued.get("role", "lead") == "lead" and not any(sheet.get(key) for key in _FRAME)


def _requests(content: dict[str, Any], before: dict[str, Any]) -> None:
    """The requests of earlier rounds, and the answers to them: the plan workbook need not repeat either."""
    known = {r["id"]: r for r in before.get("requests", ())}
    kept = []
    for request in content.get("requests", ()):
        old = known.pop(request["id"], None)
        if old and (old["sector"], old["question"]) == (request["sector"], request["question"]):
            request = {**{k: old[k] for k in ("answer_date", "answer") if k in old}, **request}
        elif old:
            known[old["id"]] = old
        kept.append(request)
    taken = {r["id"] for r in kept}
    kept += [r for r in known.values() if r["id"] not in taken]
    if kept:
        content["requests"] = kept


def _later(rounds: Rounds, round: str) -> set[str]:
    """The rounds after ``round``: what the controller revises in the plan from one of them on is in force there."""
    return {str(r) for r in rounds.all if round in rounds and r not in rounds[round].until}


def _revise_sheet(sheet: dict[str, Any], planned: dict[str, Any], later: set[str]) -> None:
    _revise(sheet, planned, later)
    for table in ("phases", "results"):
        own = {row.get("id"): row for row in planned.get(table, ())}
        for row in sheet.get(table, ()):
            _revise(row, own.get(row.get("id"), {}), later)


def _revise(item: dict[str, Any], planned: dict[str, Any], later: set[str]) -> None:
    """Put what the plan workbook revises of ``item`` in ``later`` rounds under what earlier ones revised."""
    own = [copied(r) for r in planned.get("revisions", ()) if r["round"] in later]
    if own:
        item["revisions"] = [*(r for r in item.get("revisions", ()) if r["round"] not in later), *own]


def _measures(content: dict[str, Any], before: dict[str, Any], later: set[str]) -> None:
    known = {(r["sector"], r["measure"]["objective"], r["measure"]["id"]): r["measure"] for r in before.get("measures", ())}
    for row in content.get("measures", ()):
        old = known.get((row["sector"], row["measure"]["objective"], row["measure"]["id"]), {})
        planned = {"revisions": row["measure"].get("revisions", ())}
        row["measure"] |= {k: copied(old[k]) for k in ("revisions", "readings") if k in old}
        _revise(row["measure"], planned, later)


def waiting(content: dict[str, Any], round: str) -> dict[str, list[dict[str, Any]]]:
    """The requests of ``round`` and of the rounds before it that have no answer yet, by sector."""
    open_requests: dict[str, list[dict[str, Any]]] = {}
    until = Rounds.from_plan(content)[round].until
    for request in content.get("requests", ()):
        if request.get("round", until[0]) in until and not request.get("answer"):
            open_requests.setdefault(request["sector"], []).append(request)
    return open_requests
