"""Names and keys of forms from when a year had one interim and one final round, told by name; and what they are called today."""

from dataclasses import dataclass

#: The rounds that had a form of their own for what they find.
ROUNDS = ("interim", "final")
_REVISED = "_revised"


@dataclass(frozen=True)
class OlderNames:
    """How an older form of ``round`` (one of ``ROUNDS``) names what today's forms name otherwise; names are without the prefix
    that says which objective they are of."""

    round: str

    def name(self, name: str) -> str:
        """A name as it is today; "" for one that shows an earlier round."""
        changes = "revision" if self.round == "interim" else "in_force"
        known = {"holding__weight_revised": f"holding__{changes}__weight", "holding__revision_reason": f"holding__{changes}__reason",
                 "holding__replaced_by": "holding__revision__replaced_by", "t_responsibles_revised": f"t_{changes}_responsibles"}
        if name in known:
            return known[name]
        for round in ROUNDS:
            is_current = round == self.round
            if name.startswith(f"holding__{round}__"):
                return f"holding__reading__{name.rpartition('__')[2]}" if is_current else ""
            if name in (f"t_phases_{round}", f"t_results_{round}"):
                return f"{name.removesuffix(round)}reading" if is_current else ""
            if name == f"t_narrative_{round}":
                return "t_narrative" if is_current else ""
        if name.startswith("sheet__") and name.endswith(_REVISED):
            return f"sheet__{changes}__{name.removeprefix('sheet__').removesuffix(_REVISED)}"
        return name

    def key(self, key: str) -> str:
        """The key of a column of a table as it is today; "" for one that shows an earlier round."""
        for round in ROUNDS:
            if key.startswith(f"{round}_"):
                return key.removeprefix(f"{round}_") if round == self.round else ""
        return key

    def slot(self, slot: str) -> str:
        """The slot of a row as it is today: at the end of the year the changes of the interim were only shown."""
        return slot[:-1] + "f" if slot.endswith("r") and self.round == "final" else slot

    def is_older(self, names: set[str]) -> bool:
        """Whether ``names`` are those of such a form."""
        return not names.isdisjoint((f"t_phases_{self.round}", f"t_narrative_{self.round}", f"holding__{self.round}__percent"))
