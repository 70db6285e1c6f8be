"""Words, numbers and dates as the documents print them, in one language."""

from dataclasses import dataclass
from decimal import Decimal

from perfxl.campaign.register.words import DATED
from perfxl.model.arithmetic import dec, rounded
from perfxl.model.columns import further_values
from perfxl.model.fields import Field
from perfxl.model.readings import reading
from perfxl.model.result_degree import actual_of
from perfxl.model.rounds import Round
from perfxl.model.texts import Texts
from perfxl.model.views import MeanOutcome, Result

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

    def say(self, key: str, /, **values) -> str:
        """Words of the reports."""
        return Texts("report", self.language)(key, **values)

    def at(self, key: str, round: str, /, **values) -> str:
        """Words of the reports as they are said of a round."""
        return Texts("report", self.language).at(key, round, **values)

    def number(self, value, places: int | None = None) -> str:
        """A number with the separators of the language; as short as it is exact unless ``places`` are asked for."""
        if value is None:
            return NONE
        exact = Decimal(str(value))
        text = f"{exact:,.{places}f}" if places is not None else f"{exact.normalize():,f}"
        return text.translate(str.maketrans(",.", ".,")) if self.language == "it" else text

    def outcome(self, value) -> str:
        """An outcome in points as it is published: ``97,98``; a dash where there is none."""
        return self._exact(value, self.decimals)

    def weight(self, value) -> str:
        """A weight or a sum of weights as it is printed: ``100,00``; a dash where there is none."""
        return self._exact(value, 2)

    def _exact(self, value, decimals: int) -> str:
        text = str(rounded(dec(value), decimals)) if value is not None else NONE
        return text.replace(".", ",") if self.language == "it" else text

    def percent(self, value) -> str:
        """An outcome with its sign: ``97,98%``."""
        return self.outcome(value) + ("" if value is None else "%")

    def levels(self, mean: MeanOutcome, of: str) -> str:
        """The outcome of a sector that has others below it, ``of`` a round, with what it has by its own objectives and by those below."""
        own, units = (self.percent(m.outcome) for m in (mean.own, mean.units))
        return self.words("sentence_levels_before", of=of) + self.percent(mean.outcome) + self.words("sentence_own") + own \
            + self.words("sentence_units") + units + self.words("sentence_levels_after")

    def points(self, value) -> str:
        """A weight or a realised percentage: ``15%``; blank where there is none."""
        return "" if value is None else self.number(value) + "%"

    def money(self, value) -> str:
        """An amount in euro: ``€ 12.500,50``."""
        return f"€ {self.number(value, 2)}"

    def act(self, act: str, day: str) -> str:
        """An act with its date: ``Deliberazione n. 34 del 20/04/2022``; one that bears a date in its words stands as it is."""
        return act if DATED.search(act) else f"{act} {self.say('act_date', day=self.day(day))}"

    def day(self, text: str | None) -> str:
        """An ISO date as people write it; what is not one stands as it is."""
        parts = (text or "").split("-")
        return "/".join(reversed(parts)) if len(parts) == 3 else text or ""

    def obtained(self, result: dict, round: Round) -> str:
        """What a round found of a result, as it is measured: its value (with its two numbers, where it is a ratio), a day, yes or
        no; "" where it found none of these."""
        actual, told = actual_of(Result(result), Result(result), round), reading(result, round)
        value = "" if actual is None else self.number(actual)
        if result.get("per") is not None and None not in (told.get("numerator"), told.get("denominator")):
            value = f"{self.number(rounded(actual))} ({self.number(told['numerator'])} / {self.number(told['denominator'])})" if actual is not None else value
        done = self.say("yes" if told["achieved"] else "no") if "achieved" in told else ""
        return "\n".join(x for x in (value, self.day(told.get("achieved_on")), done) if x)

    def further(self, table: str, item: dict) -> list[str]:
        """What an item of a table says in columns that have no place of their own, each after its title."""
        return [f"{f.title(self.language)}: {self.value(f, value)}" for f, value in further_values(table, item)]

    def value(self, field: Field, value) -> str:
        """The value of a field as users read it; blank where there is none."""
        if value is None or value == "" or value == []:
            return ""
        kinds = {"date": self.day, "percent": self.points, "money": self.money, "number": self.number, "integer": str,
                 "lines": lambda v: "\n".join(map(str, v))}
        if field.cell in ("choice", "yesno"):
            return field.labels(self.language).get(value, str(value))
        return kinds.get(field.cell, str)(value)
