"""Forms issued when a year had one interim and one final round, told by name in the names of their cells.

What the form asks of its own round is read as today's forms are; what it shows of the round before it is for the eye.
"""

from dataclasses import dataclass

from perfxl.stages.read.names import Part
from perfxl.workbook.sheets.refs import Ref

_ROUNDS = ("interim", "final")
_REVISED = "_revised"


@dataclass(frozen=True)
class Older:
    """How an older form of ``round`` names what today's forms name otherwise."""

    round: str

    def renamed(self, part: Part) -> list[Ref]:
        """Give the names of ``part`` their names of today; returns what shows an earlier round."""
        past: list[Ref] = []
        for refs in (part.refs, *(refs for _, refs in part.copies)):
            for name in list(refs):
                new = self._name(name)
                if new != name:
                    ref = refs.pop(name)
                    if new:
                        refs[new] = ref
                    else:
                        past.append(ref)
        part.broken = {new for name in part.broken if (new := self._name(name))}
        return past

    def _name(self, name: str) -> str:
        """A name as it is today; "" for one that shows an earlier round."""
        changes = "revision" if self.round == "interim" else "in_force"
        known = {"holding__weight_revised": f"holding__{changes}__weight", "holding__revision_reason": f"holding__{changes}__reason",
                 "holding__replaced_by": "holding__revision__replaced_by", "t_responsibles_revised": f"t_{changes}_responsibles"}
        if name in known:
            return known[name]
        for round in _ROUNDS:
            mine = round == self.round
            if name.startswith(f"holding__{round}__"):
                return f"holding__reading__{name.rpartition('__')[2]}" if mine else ""
            if name in (f"t_phases_{round}", f"t_results_{round}"):
                return f"{name.removesuffix(round)}reading" if mine else ""
            if name == f"t_narrative_{round}":
                return "t_narrative" if mine else ""
        if name.startswith("sheet__") and name.endswith(_REVISED):
            return f"sheet__{changes}__{name.removeprefix('sheet__').removesuffix(_REVISED)}"
        return name

    def key(self, key: str) -> str:
        """The key of a column of a table as it is today; "" for one that shows an earlier round."""
        for round in _ROUNDS:
            if key.startswith(f"{round}_"):
                return key.removeprefix(f"{round}_") if round == self.round else ""
        return key

    def slot(self, slot: str) -> str:
        """The slot of a row as it is today: at the end of the year the changes of the interim were only shown."""
        return slot[:-1] + "f" if slot.endswith("r") and self.round == "final" else slot


def older(parts: dict[int, Part], round: str) -> Older | None:
    """How the form of ``round`` is read when it is an older one; None when it is of today."""
    if round not in _ROUNDS:
        return None
    names = {name for part in parts.values() for name in (*part.refs, *part.broken)}
    marks = {f"t_phases_{round}", f"t_narrative_{round}", f"holding__{round}__percent"}
    return Older(round) if names & marks or not any("__reading__" in n for n in names) and "t_measures" in names else None
