"""The figures of a run as ratios, kept with a release; what has grown since.

A figure is processor time; what stands in the repository is how many times that of python-calamine (values of one return) and
of unzip (the same file unpacked) it was, in the same run: machines differ, their ratios hardly do.
"""

from dataclasses import dataclass, field
from pathlib import Path

from perfxl.model import documents
from perfxl.model.version import __version__

#: Where the figures of the last release stand.
KEPT = Path(__file__).with_name("figures.json")
#: What both are called by which everything is measured.
PARSER, FLOOR = "calamine", "unzip"
#: By how much a figure may grow, in both ratios, before it is told.
FIFTH = 1.2


@dataclass
class Figures:
    """Milliseconds of processor by what was measured; ``sizes``: what the run was asked for, since figures of another are others."""

    sizes: dict[str, int]
    spent: dict[str, float] = field(default_factory=dict)

    def note(self, name: str, milliseconds: float) -> None:
        """Keep what ``name`` took."""
        self.spent[name] = milliseconds

    def ratios(self) -> dict[str, dict[str, float]]:
        """By what was measured, how many times what the parser and the floor took."""
        return {name: {by: round(ms / self.spent[by], 2) for by in (PARSER, FLOOR)}
                for name, ms in sorted(self.spent.items()) if name not in (PARSER, FLOOR)}

    def keep(self) -> None:
        """Make them those of the release."""
        told = {"version": __version__, **self.sizes, "ratios": self.ratios()}
        documents.write_bytes(KEPT, documents.dumps(told).encode())

    def grown(self, kept: dict) -> list[str]:
        """What takes more than a fifth longer than what is ``kept``, in ratio to the parser and to the floor, in words."""
        if {k: kept.get(k) for k in self.sizes} != self.sizes:
            raise SystemExit(f"the figures kept are of {kept}: ask for the same sizes")
        told = []
        for name, now in self.ratios().items():
            before = kept["ratios"].get(name)
            if before and all(now[by] > FIFTH * float(before[by]) for by in (PARSER, FLOOR)):
                told.append(f"{name}: {now[PARSER]} x calamine, was {before[PARSER]}; {now[FLOOR]} x unzip, was {before[FLOOR]}")
        return told
