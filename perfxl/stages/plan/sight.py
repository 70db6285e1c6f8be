"""What of the plan workbook is out of sight while nothing stands in it: tables and columns that a first plan can do without, and
those of later rounds."""

from dataclasses import dataclass, field

from perfxl.model.rounds import MONITORING, PLAN
from perfxl.stages.plan.layout import COMPUTED, OWNER, READINGS, RESPONSIBLES, REVISIONS, TARGETS, Column, Sheet

#: The tables of what happens during the year, in the order of the first sheet. Most are written elsewhere (in forms, in the consolidated
#: workbook) or seldom: they come up when asked for, or once something stands in them.
LATER = ("successions", REVISIONS, "requests", "evaluations", "considerations", READINGS, RESPONSIBLES)
#: Those that come up blank too, with the forms of a kind of round: what the controller writes here and nowhere else.
COMES_UP = {REVISIONS: MONITORING}
#: The tables that a first plan can do without, in the order of the first sheet: sectors write the contents of objectives in their forms.
ADDED = ("holders", "results", "phases", "responsibles", "money", "entities", "measures", "owners", "indicators", "bands", TARGETS, "fields")
#: The columns that are seen from the start, of the tables that have many; the others open once something stands in them.
FIRST = {
    "sectors": ("code", "name", COMPUTED, "manager", "email"),
    "objectives": ("code", "kind", "lead", "holding/weight", "sheet/title", "sheet/purpose", "sheet/start", "sheet/end", "sheet/strategic_lines"),
    "results": (OWNER, "id", "text", "weight", "deadline", "unit", "direction", "baseline", "target"),
    "phases": (OWNER, "id", "text", "weight", "start_1", "end_1", "start_2", "end_2", "start_3", "end_3"),
    "indicators": ("code", "name", "source", "owner", "unit", "direction", "baseline", "target"),
    "measures": ("sector", "measure/objective", "measure/id", "measure/measure", "measure/deadline", "measure/indicator"),
    "fields": ("table", "code", "title", "kind", "choices", "who", "rounds", "required", "published"),
    "requests": ("id", "round", "sector", "objective", "due", "question", "reopen", "answer"),
    READINGS: (OWNER, "@sector", "@phase", "@result", "round", "holding/percent", "holding/status", "holding/reason", "results/actual",
               "phases/realised"),
    REVISIONS: (OWNER, "@sector", "@result", "round", "reason", "act", "holding/weight", "sheet/title", "sheet/end", "results/target"),
}
#: The hidden name that says up to which kind of round the workbook shows what it has: what the controller hides after that stays so.
SHOWN = "px_plan_shown"
#: The hidden name with the ids of the tables that perfxl put out of sight and has not shown yet.
WAITING = "px_plan_waiting"


@dataclass(frozen=True)
class Sight:
    """What changes in what is seen of a plan workbook: the sheets to show and to hide, the columns to open by sheet, what its hidden
    names say from then on, in quotes; ``telling``: the sheets that show more."""

    shown: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    columns: dict[str, tuple[int, ...]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    telling: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.shown or self.hidden or self.columns or self.names)


def waits(sheet: Sheet) -> bool:
    """Whether the table stays out of sight while it is blank."""
    return sheet.id in ADDED or sheet.id in LATER


def mark_name(sheet_id: str) -> str:
    """Defined name of the cell of the first sheet that says whether to show the table."""
    return f"px_plan_show__{sheet_id}"


def closed(sheet: Sheet, column: Column) -> bool:
    """Whether the column is out of sight while it is blank: one of a later round, or one that a first plan can do without."""
    if column.field.own or "extension" in column.field.path:
        return column.field.moment != PLAN
    first = FIRST.get(sheet.id)
    return column.key not in first if first else column.more or column.field.moment != PLAN and sheet.id not in LATER
