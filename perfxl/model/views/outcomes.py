"""What a consolidation told of the outcomes of a round: of each objective in each sector, of sectors, lines and the body.

Figures stand as the document has them: text with the decimals that were printed, percentages in points. What computes with
them takes them as Decimals (``model/means.py``, ``outcomes.py``).
"""

from typing import Any

from perfxl.model.views.facts import EMPTY, NOTHING, Facts, Key, Rows, Text


class ObjectiveOutcome(Facts):
    """The outcome of an objective in a sector; without facts where the round has none of it."""

    __slots__ = ()
    objective: Key[str] = Key("")
    sector: Key[str] = Key("")
    weight, by_phases, by_results, by_measures = Text(), Text(), Text(), Text()
    declared, evaluated, value, basis, status, exclusion, last = Text(), Text(), Text(), Text(), Text(), Text(), Text()
    counted: Key[bool] = Key(False)

    @property
    def state(self) -> str:
        """The word of the status: itself, ``not_due`` where nothing was asked at the round, ``unknown`` where there is none."""
        return self.status or ("not_due" if self.exclusion == "not_due" else "unknown")

    @property
    def weighs(self) -> bool:
        """Whether it enters the mean of its sector, or would if it were not missing."""
        return bool(self.data) and self.exclusion in (None, "missing")

    @property
    def gone(self) -> bool:
        """Whether nobody pursues it any more: it was replaced or withdrawn."""
        return self.exclusion in ("replaced", "withdrawn")


class PlaceAbove(Facts):
    """The place of a sector in the mean of the one that it stands under; without facts where it stands under none."""

    __slots__ = ()
    code: Key[str] = Key("")
    weight, exclusion = Text(), Text()


class MeanOutcome(Facts):
    """The mean of a sector, of a strategic line or of the body (code ""); without facts where the round has none."""

    __slots__ = ()
    code: Key[str] = Key("")
    outcome, denominator, without_missing, missing_as_zero, missing_as_last, coverage = Text(), Text(), Text(), Text(), Text(), Text()
    counted: Key[int] = Key(0)
    missing: Key[int] = Key(0)
    excluded: Key[list[str] | tuple[()]] = Key(EMPTY)
    weight, exclusion = Text(), Text()

    @property
    def levelled(self) -> bool:
        """Whether it follows from the sectors below it, alone or with its own objectives."""
        return "units" in self.data

    @property
    def own(self) -> "MeanOutcome":
        """The mean of its own objectives: itself where no other sectors enter."""
        return MeanOutcome(self.data.get("own", self.data))

    @property
    def units(self) -> "MeanOutcome":
        """The mean of the sectors below it; without facts where there are none."""
        return MeanOutcome(self.data.get("units", NOTHING))

    @property
    def above(self) -> PlaceAbove:
        """Its place in the mean of the sector above it."""
        return PlaceAbove(self.data.get("above", NOTHING))


class RoundOutcomes(Facts):
    """The outcomes of one round; without facts where it has none."""

    __slots__ = ()
    #: None in documents written before outcomes said by which rules they were computed.
    rules: Key[dict[str, Any] | None] = Key(None)
    sectors, lines = Rows(MeanOutcome), Rows(MeanOutcome)
    objectives = Rows(ObjectiveOutcome)

    @property
    def body(self) -> MeanOutcome:
        """The mean of the body."""
        return MeanOutcome(self.data.get("body", NOTHING))

    def sector(self, code: str) -> MeanOutcome:
        """The mean of the sector of that code; without facts where there is none."""
        return next((m for m in self.sectors if m.code == code), MeanOutcome(NOTHING))
