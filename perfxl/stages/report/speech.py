"""Words, numbers and dates as the documents print them, in one language."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from perfxl.campaign.register.words import DATED
from perfxl.model.arithmetic import Rules, dec, rounded
from perfxl.model.columns import further_values
from perfxl.model.fields import Field
from perfxl.model.languages import grouped
from perfxl.model.points import sign
from perfxl.model.result_degree import actual_of
from perfxl.model.rounds import Round
from perfxl.model.texts import Texts
from perfxl.model.views import MeanOutcome, Result

#: What is printed as a number: as documents have it, or computed; None where there is none.
Figure = Decimal | float | str | None

NONE = "–"  # what stands where there is no figure: never 0, never 100


@dataclass(frozen=True)
class Speech:
    """The words of one language. ``words``: those of the consolidated workbook; ``say``: those of the reports.

    ``decimals``: of the outcomes as the body prints them.
    """

    language: str
    decimals: int = 2

    @property
    def words(self) -> Texts:
        """The words shared with the consolidated workbook."""
        return Texts("result", self.language)

    def say(self, key: str, /, **values: Any) -> str:
        """Words of the reports."""
        return Texts("report", self.language)(key, **values)

    def at(self, key: str, round: str, /, **values: Any) -> str:
        """Words of the reports as they are said of a round."""
        return Texts("report", self.language).at(key, round, **values)

    def number(self, value: Figure, places: int | None = None) -> str:
        """A number with the separators of the language; as short as it is exact unless ``places`` are asked for."""
        if value is None:
            return NONE
        return grouped(value, self.language, places)

    def outcome(self, value: Figure) -> str:
        """An outcome in points as it is published: ``97,98``; a dash where there is none."""
        return self._exact(value, self.decimals)

    def weight(self, value: Figure) -> str:
        """A weight or a sum of weights as it is printed: ``100,00``; a dash where there is none."""
        return self._exact(value, 2)

    def _exact(self, value: Figure, decimals: int) -> str:
        text = str(rounded(dec(value), decimals)) if value is not None else NONE
        return text.replace(".", ",") if self.language == "it" else text

    def percent(self, value: Figure) -> str:
        """An outcome with its sign: ``97,98%``."""
        return self.outcome(value) + ("" if value is None else "%")

    def levels(self, mean: MeanOutcome, of: str) -> str:
        """The outcome of a sector that has others below it, ``of`` a round, with what it has by its own objectives and by those below."""
        own, units = (self.percent(m.outcome) for m in (mean.own, mean.units))
        return self.words("sentence_levels_before", of=of) + self.percent(mean.outcome) + self.words("sentence_own") + own \
            + self.words("sentence_units") + units + self.words("sentence_levels_after")

    def points(self, value: Figure) -> str:
        """A weight or a realised percentage: ``15%``; blank where there is none."""
        return "" if value is None else self.number(value) + "%"

    def heavy(self, value: Figure, rules: Rules, whole: Decimal | None) -> str:
        """A weight: ``15%``, or in points beside the sum ``whole`` of which it is a part: ``250 di 1.000 punti``; blank where there is none."""
        if value is None or not rules.points:
            return self.points(value)
        return self.words("weight_of_points", weight=self.number(value), whole=self.number(whole)) if whole else f"{self.number(value)}{sign(self.language, True)}"

    def sum_of_weights(self, value: Figure, rules: Rules) -> str:
        """A sum of weights: ``100,00%``, or ``950 punti``; a dash where there is none."""
        return NONE if value is None else self.weight(value) + "%" if not rules.points else f"{self.number(value)}{sign(self.language, True)}"

    def money(self, value: Figure) -> str:
        """An amount in euro: ``€ 12.500,50``."""
        return f"€ {self.number(value, 2)}"

    def act(self, act: str, day: str) -> str:
        """An act with its date: ``Deliberazione n. 34 del 20/04/2022``; one that bears a date in its words stands as it is."""
        return act if DATED.search(act) else f"{act} {self.say('act_date', day=self.day(day))}"

    def day(self, text: str | None) -> str:
        """An ISO date as people write it; what is not one stands as it is."""
        parts = (text or "").split("-")
        return "/".join(reversed(parts)) if len(parts) == 3 else text or ""

    def obtained(self, result: Result, round: Round) -> str:
        """What a round found of a result, as it is measured: its value (with its two numbers, where it is a ratio), a day, yes or
        no; "" where it found none of these."""
        actual, reading = actual_of(result, result, round), result.reading(round)
        value = "" if actual is None else self.number(actual)
        if actual is not None and result.per is not None and None not in (reading.numerator, reading.denominator):
            value = f"{self.number(rounded(actual))} ({self.number(reading.numerator)} / {self.number(reading.denominator)})"
        done = "" if reading.achieved is None else self.say("yes" if reading.achieved else "no")
        return "\n".join(x for x in (value, self.day(reading.achieved_on), done) if x)

    def further(self, table: str, item: dict[str, Any]) -> list[str]:
        """What an item of a table says in columns that have no place of their own, each after its title."""
        return [f"{f.title(self.language)}: {self.value(f, value)}" for f, value in further_values(table, item)]

    def value(self, field: Field, value: Any) -> str:
        """The value of a field as users read it; blank where there is none."""
        if value is None or value == "" or value == []:
            return ""
        kinds: dict[str, Callable[[Any], str]]
        kinds = {"date": self.day, "percent": self.points, "money": self.money, "number": self.number, "integer": str,
                 "lines": lambda v: "\n".join(map(str, v))}
        if field.cell in ("choice", "yesno"):
            return field.labels(self.language).get(value, str(value))
        return kinds.get(field.cell, str)(value)
