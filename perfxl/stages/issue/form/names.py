"""What a master must have: the names by which issue, fill and the reader find its cells."""

import re
from typing import Any

from perfxl.model.fields import Field, extension_fields
from perfxl.model.identity import NAME
from perfxl.workbook.binding import (
    objective_scalars,
    objective_tables,
    return_scalars,
    return_tables,
    scalar_name,
    table_name,
)

#: The rows of the summary and of its checks, one an objective, with a hidden row of keys as every block has.
SUMMARY, CHECKS = "pxm_summary", "pxm_checks"
#: The strip of what earlier rounds found: a row for each, as many as a year has monitorings.
EARLIER = "earlier"
#: Its columns that hold outcomes, and the computed cells that do.
OUTCOME = ("before", "outcome")
PRINTED = re.compile(r"pxc\d\d_(by_phases|by_results|by_mix|by_measures|outcome|before)\Z|pxm_total_(outcome|zero)\Z")
#: Beside the rules of a result, the hidden column of the degree that earlier rounds knew last.
LAST_DEGREE = 17
#: Beside what is found of a phase, the hidden column of what earlier rounds found of it last.
LAST_SHARE = 14
#: The hidden column of the slots of a table's rows.
SLOT = 11
#: Beside an item, hidden: its weight as typed, and whether it was dropped; beside what is found of a result, its typed degree.
SHARE, DROPPED = 23, 24
#: Beside what is found of a result, hidden: whether less is better, and whether the target is reached.
LOWER, THERE = 25, 26
#: Beside an item, hidden: what was found of it; in the row of what the round changes of it, its weight. What tables of other steps
#: look at is repeated in their own rows: formulas that look at their own rows alone are written once for a column.
FOUND, CHANGED = 27, 26
#: Beside what is found of a result, hidden, of the result itself: whether it was dropped, its baseline, its weight, its number.
GONE, BASELINE, OWN_WEIGHT, NUMBER = 28, 29, 30, 31
#: What formulas call the first day of the plan's year, and of the three that follow it.
BEGINS = ("pxm_begins", "pxm_begins_2", "pxm_begins_3", "pxm_begins_4")
#: The title of the first sheet, and how many steps it tells, ``pxm_step_1`` the first; a master may do without.
TITLE, STEPS = "pxm_title", 7
#: Characters of a title beside which the link on the banner of an objective sheet still has its place.
BANNER_LIMIT = 88
#: Characters of an item's text that are told beside what was done of it: as many as the highest row of a worksheet shows there.
TOLD = 800
#: What the short sheet holds beside the holding: the frame that tells the objective.
SHORT = ("code", "other_codes", "role", "due", "sheet/title", "sheet/purpose", "sheet/service", "sheet/start", "sheet/end",
         "sheet/strategic_lines", "sheet/councillors", "sheet/priority", "sheet/year_number", "sheet/year_count",
         "sheet/shared_with")


def short(path: tuple[str, ...]) -> str:
    """The way to the approved field that the one at ``path`` is about: what is short of a field, its changes are too."""
    return "/".join(p for p in path if p not in ("in_force", "revision"))


def short_fields(round: str) -> tuple[Field, ...]:
    """The single cells of the short sheet in ``round``: for sectors that hold an objective and do not lead it."""
    return tuple(f for f in objective_scalars() if f.shows(round) and (f.path[0] == "holding" or short(f.path) in SHORT))


def required(round: str, extension: dict[str, Any] | None = None) -> dict[str, set[str]]:
    """The names a master of ``round`` must have, each with the keys its block must have (none for single cells).

    What is in force from earlier rounds, and what forms may do without, is shown where there is a place for it.
    """
    scalars = [f for f in (*objective_scalars(), *extension_fields(extension)) if f.shows(round) and not f.shows_in_force and (f.own or not f.optional)]
    keys_of: dict[str, set[str]] = {NAME: set(), SUMMARY: {"code"}, CHECKS: {"code"}}
    keys_of |= {scalar_name(f.path): set() for f in (*scalars, *return_scalars())}
    keys_of |= {"pxs_" + "__".join(f.path): set() for f in short_fields(round) if not f.shows_in_force and (f.own or not f.optional)}
    for table in (*objective_tables(), *return_tables()):
        if table.shown(round) and "in_force" not in table.array and (
                table.story or any(c.own or not c.optional for c in table.columns if c.key != "id")):
            keys = {"phase", "text"} if table.story else {c.key for c in table.columns if c.shows(round) and (c.own or not c.optional)}
            keys_of[table_name(table.id)] = keys | {"#"}
    return keys_of
