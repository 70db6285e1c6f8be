"""The faults that a row of an objective sheet can have, by number, and the hidden columns where the number of the first stands."""

#: Faults of a phase or result as such.
NAMELESS, TWICE, WORDLESS, UNWEIGHTED, WEIGHTED, UNMEASURED, UNTIED = range(1, 8)
#: Faults of its dates.
OTHER_YEAR, REVERSED, UNDATED, OUTSIDE, MOVED, ENDED, STARTED, BEHIND, LEFT = range(1, 10)
#: Faults of what was found of a phase: of its figure, of its days.
UNREAD, FALLEN, EARLY = range(1, 4)
BACKWARDS, TO_COME, BEFORE, UNBEGUN, LATE = range(1, 6)
#: Faults of what was found of a result.
NO_DENOMINATOR, ONE_NUMBER, TWO_VALUES, NO_BAND, MISSED, ACHIEVED, OVERSHOT, TYPED, WORSE, UNKNOWN, CAME_LATE = range(1, 12)
#: Faults of a value by entity, and of who is responsible.
ENTITY_TWICE, NO_RESULT, NO_VALUE, NO_WAY = range(1, 5)
PERIOD, OUT_OF_YEAR, OVERLAP = range(1, 4)
#: The hidden columns of these numbers, by table.
CONTENT, DATES = {"phases": 19, "results": 19, "entities": 20, "responsibles": 12, "revision_responsibles": 12}, {"phases": 20, "results": 20}
READ, DAYS, LENGTH, LAST_END, RESULT_READ, SETTLED = 15, 16, 17, 13, 21, 22
#: The hidden column, beside what was done of a phase, that says whether it is said of another one too, and of how many characters on.
COPIED, LIKELY = 19, 80
#: Characters of the longest line that is taken for one of several of a pasted text.
LINE = 240
#: The hidden column, beside the rule of a result, that says whether it cannot be measured so.
UNMEASURABLE = 19
#: The hidden column that says whether a row begins three that grow by one, by table, and the columns that may.
DRAGGED, DRAGS = {"phases_reading": 18, "results_reading": 27}, {"phases_reading": "LEF", "results_reading": "WF"}


def first(faults: dict[int, str]) -> str:
    """The number of the first of the ``faults`` whose condition holds, 0 when none does."""
    formula = "0"
    for number, condition in reversed(faults.items()):
        formula = f"IF({condition},{number},{formula})"
    return formula
