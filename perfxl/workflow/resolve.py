"""The controller's choices where copies of one form differ: what waits for one, and recording it."""

from typing import Any

from perfxl.campaign import Campaign
from perfxl.model.texts import Texts
from perfxl.stages.merge import schema_paths
from perfxl.stages.merge.answers import BASE, VALUE, Conflict
from perfxl.workbook.sheets.model import Cell
from perfxl.workbook.values import from_cell
from perfxl.workflow import register_updates
from perfxl.workflow.load_round import load_round
from perfxl.workflow.running import CannotRun

Waiting = list[tuple[str, Conflict, dict[str, Any]]]


def waiting(campaign: Campaign, round: str, language: str) -> Waiting:
    """The open conflicts of ``round``: sector, conflict, and the conflict as the consolidated document lists it."""
    gathered = load_round(campaign, round, language)
    listed = {(c["sector"], c["key"]): c for c in gathered.listed}
    return [(sector, c, listed[sector, c.key]) for sector, several in sorted(gathered.conflicts.items()) for c in several]


def lines(pending: Waiting, language: str) -> list[str]:
    """``pending`` in words: each conflict with its numbered answers."""
    say = Texts("cli", language)
    said = []
    for sector, conflict, listed in pending:
        said.append(f"{sector}  {conflict.key}" + (f"  ({listed['field']})" if "field" in listed else ""))
        said.append(f"  0  {say('resolve_issued')}: {listed['base']}")
        said += [f"  {k}  {a['file']} {a.get('sheet', '')} {a.get('cell', '')}: {a['value']}"
                 for k, a in enumerate(listed["answers"], 1)]
    return said or [say("resolve_none")]


def choose(campaign: Campaign, round: str, key: str, choice: str | None, value: str | None, sector: str,
           by: str, note: str, language: str) -> None:
    """Record the choice on the conflict ``key``: ``choice`` is its number (0 the issued value), or ``value`` another one.

    ``CannotRun`` when there is no such conflict or answer, or the value does not fit the field.
    """
    say = Texts("cli", language)
    pending = waiting(campaign, round, language)
    named = [(s, c) for s, c, _ in pending if c.key == key and sector in ("", s)]
    if not named:
        raise CannotRun(say("resolve_unknown", key=key, known="; ".join(c.key for _, c, _ in pending) or say("nobody")))
    if len(named) > 1:
        raise CannotRun(say("resolve_several", key=key, sectors=", ".join(s for s, _ in named)))
    of_sector, conflict = named[0]
    typed = None
    if value is not None:
        chosen, typed = VALUE, _typed(conflict, value, language)
    elif choice is not None and choice.isdecimal() and int(choice) <= len(conflict.answers):
        chosen = BASE if int(choice) == 0 else conflict.answers[int(choice) - 1][1]
    else:
        raise CannotRun(say("resolve_choice", count=len(conflict.answers)))
    with register_updates.open_register(campaign, language, CannotRun) as register:
        register_updates.record_decision(register, round, sector=of_sector, conflict=conflict, choice=chosen, value=typed, by=by, note=note)


def _typed(conflict: Conflict, value: str, language: str) -> Any:
    """``value`` as the field of ``conflict`` holds it; blank clears it."""
    say = Texts("cli", language)
    about = schema_paths.field(conflict.way)
    if conflict.kind != "value" or about is None:
        raise CannotRun(say("resolve_choice", count=len(conflict.answers)))
    if not value.strip():
        return None
    typed, findings = from_cell(Cell(value, "text"), about, language)
    if typed is None:
        raise CannotRun(say("resolve_value", value=value, why=" ".join(f.say(language)["expected"] for f in findings)))
    return typed
