"""What a sector sends back: its objectives as it sees them, its measures, the controller's questions with its answers."""


from perfxl.model.views.facts import EMPTY, NOTHING, Facts, Key, Rows, Text
from perfxl.model.views.items import Holding, Measure, Sheet


class Identity(Facts):
    """Which form a return answers."""

    __slots__ = ()
    body, round, digest = Text(), Text(), Text()
    year: Key[int | None] = Key(None)
    issue: Key[int | None] = Key(None)
    sector: Key[str] = Key("")


class Compilation(Facts):
    """Who filled in the form, when, and what they say at its end."""

    __slots__ = ()
    name, contact, date, considerations = Text(), Text(), Text(), Text()


class ReturnedObjective(Facts):
    """An objective as one sector sees it."""

    __slots__ = ()
    code: Key[str] = Key("")
    other_codes: Key[list[str] | tuple[()]] = Key(EMPTY)
    role = Text()

    @property
    def holding(self) -> Holding:
        """What it is in the sector."""
        return Holding(self.data.get("holding") or NOTHING)

    @property
    def sheet(self) -> Sheet:
        """What it is; without facts where another sector tells it."""
        return Sheet(self.data.get("sheet") or NOTHING)


class Answer(Facts):
    """A question of the controller, with what the sector answers."""

    __slots__ = ()
    id, about, question, due, answer, answer_date = Text(), Text(), Text(), Text(), Text(), Text()
    objective: Key[str] = Key("")


class Return(Facts):
    """What one sector sends back in one round, or the form as it was issued to it."""

    __slots__ = ()
    objectives, measures, requests = Rows(ReturnedObjective), Rows(Measure), Rows(Answer)

    @property
    def identity(self) -> Identity:
        """Which form it answers."""
        return Identity(self.data.get("identity") or NOTHING)

    @property
    def compilation(self) -> Compilation:
        """Who filled it in."""
        return Compilation(self.data.get("compilation") or NOTHING)
