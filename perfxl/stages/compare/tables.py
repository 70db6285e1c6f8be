"""The tables of a comparison: their columns, and what each is called and means in both languages."""

from dataclasses import dataclass

from perfxl.model.texts import area


@dataclass(frozen=True)
class Column:
    """A column. ``cell``: ``text``, ``integer``, ``number``, ``percent`` (in points), ``date`` or ``code``."""

    key: str
    cell: str = "text"

    def title(self, language: str) -> str:
        """What it is called."""
        return area("compare")[f"column_{self.key}"][language]

    def description(self, language: str) -> str:
        """What it means."""
        return area("compare")[f"about_{self.key}"][language]


def _columns(*given: str) -> tuple[Column, ...]:
    """Columns written ``key`` or ``key:cell``."""
    return tuple(Column(key, cell or "text") for key, _, cell in (word.partition(":") for word in given))


#: What every row of every table says of its place among its like.
PLACE = ("place:integer", "of:integer", "quartile:integer")
#: What a group of like rows has: how many campaigns, and the spread of its values.
SPREAD = ("bodies:integer", "least:number", "first:number", "median:number", "third:number", "most:number")

#: The columns of each table, as its rows are stored and published. Rows of one ``group`` are each other's like.
TABLES: dict[str, tuple[Column, ...]] = {
    "bodies": _columns("campaign", "link", "moment", "name", "body:code", "year:integer", "round:code", "kind:code", "act", "approved:date", "newer:integer",
                       "consolidated:date", "outcome:percent", "coverage:percent", "counted:integer", "sectors:integer", "objectives:integer",
                       "expected:integer", "returned:integer", "missing:integer", "late:integer", "late_days:integer", "error:integer",
                       "warning:integer", "note:integer", "questions:integer", "conflicts:integer", "rules"),
    "lines": _columns("campaign", "link", "moment", "name", "key", "line:code", "title", "depth:integer", "value:percent", "counted:integer", "coverage:percent"),
    "indicators": _columns("campaign", "link", "moment", "name", "key", "title", "unit", "direction:code", "objective:code", "sector:code", "value:number",
                           "target:number", "baseline:number"),
    "findings": _columns("campaign", "link", "moment", "name", "code:code", "severity:code", "count:integer"),
    "left_out": _columns("campaign", "reason"),
}
#: By table, the column whose values are compared, the columns that its groups share, and whether a group of one body is kept.
COMPARED = {"bodies": ("outcome", ("moment",), True), "lines": ("value", ("moment", "key"), True),
            "indicators": ("value", ("moment", "key"), False)}


def placed(table: str) -> tuple[Column, ...]:
    """The columns of ``table`` once its rows have their place: those of its rows, the place, the spread of the group."""
    return (*TABLES[table], *(_columns(*PLACE, *SPREAD) if table in COMPARED else ()))

