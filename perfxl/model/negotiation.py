"""The plan round run again: what the sectors proposed, with what the controller answered to it in the plan workbook.

A consolidated plan round says of each value what the plan said and what was proposed (its changes). Where the plan workbook
still says what it said, the proposal stands in the next form; where the controller has changed it since, that is the
counter-proposal and goes before. Rows that sectors added stay, those they took out stay out.
"""

from dataclasses import dataclass
from typing import Any

from perfxl.model.change import Change, from_document
from perfxl.model.changes import changes as changes_of
from perfxl.model.comparison import KEYS, row_label, same_value
from perfxl.model.copied import copied

#: What the plan round asks about; the rest of the plan is the controller's alone.
_TABLES = ("results", "entities", "phases", "money")
#: Who changes the plan in a pass: the controller answers in the plan workbook, then the sectors propose.
CONTROLLER, SECTORS = "controller", "sectors"


@dataclass(frozen=True)
class Negotiated:
    """What was negotiated before the last pass: ``passes`` as ``consolidated.schema.json`` has them, up to the controller's
    answer; ``asked``: the plan as the forms of the last pass said it."""

    passes: tuple[dict[str, Any], ...]
    asked: dict[str, Any]

    def all_passes(self, document: dict[str, Any]) -> list[dict[str, Any]]:
        """Every pass, with what ``document``, the consolidated document of the last, says of it."""
        return [*self.passes, _pass(self.passes[-1]["pass"], SECTORS, changes_of(document, self.asked))]


def negotiation(plan: dict[str, Any], before: dict[str, Any], round: str) -> Negotiated:
    """What was negotiated up to the forms issued on ``plan`` after ``before``, the consolidated document that closed a pass."""
    passes = before.get("passes") or [{"pass": 1, "by": SECTORS, "changes": before.get("changes", [])}]
    asked = proposed(plan, before)
    answer = changes_of({"content": asked, "round": round}, before["content"])
    return Negotiated((*passes, _pass(passes[-1]["pass"] + 1, CONTROLLER, answer)), asked)


def _pass(number: int, by: str, changes: list[Change]) -> dict[str, Any]:
    return {"pass": number, "by": by, "changes": [change.document() for change in changes]}


def proposed(plan: dict[str, Any], consolidated: dict[str, Any]) -> dict[str, Any]:
    """The plan document ``plan`` with what ``consolidated``, the last consolidated document of the plan round, proposes."""
    made = copied(plan)
    by_objective: dict[str, list[Change]] = {}
    for change in map(from_document, consolidated.get("changes", ())):
        by_objective.setdefault(change.objective, []).append(change)
    known = {o["code"]: o for o in consolidated["content"].get("objectives", ())}
    for objective in made.get("objectives", ()):
        if objective["code"] in known:
            _objective(objective, known[objective["code"]], by_objective.get(objective["code"], []))
    return made


def _objective(objective: dict[str, Any], said: dict[str, Any], changes: list[Change]) -> None:
    holders = {h["sector"]: h for h in said["holders"]}
    for holder in objective["holders"]:
        holding_changes = [c for c in changes if c.sector == holder["sector"] and c.path.rpartition("/")[0].endswith("/holding")]
        _fields(holder.setdefault("holding", {}), holders.get(holder["sector"], {}).get("holding", {}), holding_changes)
        if not holder["holding"]:
            del holder["holding"]
    sheet = objective.setdefault("sheet", {})
    _fields(sheet, said.get("sheet", {}), [c for c in changes if not c.table and "/sheet/" in c.path])
    for table in _TABLES:
        _rows(sheet, said.get("sheet", {}), table, [c for c in changes if c.table == table])
    if not sheet:
        del objective["sheet"]


def _fields(now: dict[str, Any], said: dict[str, Any], changes: list[Change]) -> None:
    """Put what was proposed in ``now`` where the plan still says what it said."""
    for change in changes:
        if change.kind == "revised" and same_value(now.get(change.field), change.approved):
            if said.get(change.field) is None:
                now.pop(change.field, None)
            else:
                now[change.field] = copied(said[change.field])


def _rows(sheet: dict[str, Any], said: dict[str, Any], table: str, changes: list[Change]) -> None:
    keys = KEYS[table]

    def name(row: dict[str, Any]) -> tuple[Any, ...]:
        return tuple(row.get(k) for k in keys)

    proposed_rows = {name(row): row for row in said.get(table, ())}
    now = {name(row): row for row in sheet.get(table, ())}
    added = {c.path for c in changes if c.kind == "added"}
    dropped = {c.item for c in changes if c.kind == "dropped"}
    rows = []
    for key, row in now.items():
        if key not in proposed_rows and row_label(table, row) in dropped:
            continue
        if key in proposed_rows:
            _fields(row, proposed_rows[key], [c for c in changes if c.item == row_label(table, row)])
        rows.append(row)
    rows += [copied(row) for k, (key, row) in enumerate(proposed_rows.items())
             if key not in now and any(path.endswith(f"/{table}/{k}") for path in added)]
    if rows:
        sheet[table] = rows
    else:
        sheet.pop(table, None)

