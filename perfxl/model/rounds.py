"""The rounds of a year as the plan has them: one plan, any number of monitorings, one final.

What is said at a round stays with that round; in force is the latest said at or before it (``readings``).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from perfxl.model import documents
from perfxl.model.languages import further
from perfxl.model.plan_year import first_day, last_day
from perfxl.model.terms import pick, translated

PLAN, MONITORING, FINAL = "plan", "monitoring", "final"

#: Kinds of round in the order of the year.
KINDS = (PLAN, MONITORING, FINAL)

#: Rounds at which outcomes are declared.
REPORTING = (MONITORING, FINAL)

#: The most monitorings that a year has.
MOST_MONITORINGS = 12


class Round(str):
    """A round: its id, with what the plan says of it.

    Equal to its id, so that it keys folders and documents; ``kind``: one of ``KINDS``; ``alone``: whether the year has no
    other of its kind; ``own_name``: the body's own name, "" when it has none; ``names``: what users call it, by language;
    ``reference_date``, ``deadline``: ISO days, "" where the plan does not say; ``act``: the act that approves it;
    ``earlier``: the rounds before it, first to last.
    """

    kind: str
    alone: bool
    own_name: str
    names: dict[str, str]
    reference_date: str
    deadline: str
    act: str
    earlier: tuple["Round", ...]

    def __new__(cls, id: str, given: dict[str, Any] | None = None, names: dict[str, str] | None = None,
                earlier: tuple["Round", ...] = (), alone: bool = True) -> "Round":
        made = super().__new__(cls, id)
        given = given or {}
        facts = {"kind": given.get("kind", PLAN), "alone": alone, "own_name": given.get("name", ""), "names": names or {},
                 "earlier": earlier, **{key: given.get(key, "") for key in ("reference_date", "deadline", "act")}}
        made.__dict__.update(facts)
        return made

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a round does not change: {name}")

    def __copy__(self) -> "Round":
        return self

    def __deepcopy__(self, memo: dict[str, Any]) -> "Round":
        return self

    def name(self, language: str) -> str:
        """What users call it: the body's own name, else the one that follows from its kind and day."""
        return self.own_name or (pick(self.names, language) if self.names else str(self))

    def by_kind(self, language: str) -> bool:
        """Whether its kind is name enough: it is alone, and the body calls it nothing else than everybody does in ``language``."""
        return self.alone and not self.named(language)

    def named(self, language: str) -> bool:
        """Whether the body calls it something of its own, not what everybody does in ``language``."""
        if not self.own_name:
            return False
        return _plain(self.own_name) not in {_plain(pick(kind_labels()[self.kind], language)), _plain(pick(self.names, language))}

    def called(self, word: str) -> bool:
        """Whether ``word`` stands for it: its id, or a name of it in either language."""
        wanted = _plain(word)
        return wanted in {str(self), _plain(self.own_name), *(_plain(name) for name in self.names.values())}

    @property
    def reports(self) -> bool:
        """Whether outcomes are declared at it."""
        return self.kind in REPORTING

    @cached_property
    def until(self) -> tuple["Round", ...]:
        """The rounds up to it, itself included."""
        return (*self.earlier, self)

    @property
    def before(self) -> "Round | None":
        """The round before it; None for the first."""
        return self.earlier[-1] if self.earlier else None

    @property
    def reported(self) -> tuple["Round", ...]:
        """The rounds up to it, itself included, at which outcomes are declared."""
        return tuple(r for r in self.until if r.reports)


@dataclass(frozen=True)
class Rounds:
    """The rounds of one plan, in the order of the year: plan, monitorings by reference date, final."""

    all: tuple[Round, ...]

    @classmethod
    def from_plan(cls, plan: dict[str, Any]) -> "Rounds":
        """The rounds that a plan document gives; the usual three without dates where it gives none."""
        given = [r for r in plan.get("rounds") or USUAL if r.get("id") and r.get("kind") in KINDS]
        order = sorted(range(len(given)), key=lambda k: (KINDS.index(given[k]["kind"]), _day(given[k]), k))
        names = _names([given[k] for k in order])
        made: list[Round] = []
        for k, name in zip(order, names, strict=True):
            alone = sum(r["kind"] == given[k]["kind"] for r in given) == 1
            made.append(Round(given[k]["id"], given[k], names=name, earlier=tuple(made), alone=alone))
        return cls(tuple(made))

    def __iter__(self) -> Iterator[Round]:
        return iter(self.all)

    def __len__(self) -> int:
        return len(self.all)

    def __contains__(self, id: object) -> bool:
        return id in self.all

    def __getitem__(self, id: str) -> Round:
        """The round with ``id``; ``KeyError`` when the plan has none."""
        round = next((r for r in self.all if r == id), None)
        if round is None:
            raise KeyError(id)
        return round

    def get(self, id: str) -> Round | None:
        """The round with ``id``; None when the plan has none."""
        return next((r for r in self.all if r == id), None)

    def position(self, id: str) -> int:
        """Where ``id`` stands in the year; after all others when the plan does not have it."""
        return self.all.index(id) if id in self.all else len(self.all)

    @property
    def reporting(self) -> tuple[Round, ...]:
        """Those at which outcomes are declared."""
        return tuple(r for r in self.all if r.reports)

    def of_kind(self, kind: str) -> tuple[Round, ...]:
        """Those of one kind."""
        return tuple(r for r in self.all if r.kind == kind)

    def parse(self, word: str) -> Round | None:
        """The round that a user's word stands for: its id, its name in either language, or its kind where it is the only one."""
        wanted = _plain(word)
        for called in (self._ids, self._called, self._kinds):
            if wanted in called:
                return called[wanted]
        return None

    @cached_property
    def _ids(self) -> dict[str, Round]:
        return {str(r): r for r in self.all}

    @cached_property
    def _called(self) -> dict[str, Round]:
        return _single((_plain(name), r) for r in self.all for name in {*r.names.values(), r.own_name} if name)

    def of_word(self, word: str) -> tuple[Round, ...]:
        """The rounds of the kind that a user's word says, however many there are; none when it says no kind."""
        wanted = _plain(word)
        return tuple(r for r in self.all if wanted in self._kind_words[r.kind])

    @cached_property
    def _kinds(self) -> dict[str, Round]:
        return _single((word, r) for r in self.all for word in self._kind_words[r.kind])

    @cached_property
    def _kind_words(self) -> dict[str, set[str]]:
        words = {kind: {kind, *(_plain(label) for label in labels.values())} for kind, labels in kind_labels().items()}
        words[PLAN] |= {"piano"}
        words[MONITORING] |= {"interim", "intermedio", "monitoraggio intermedio", "interim monitoring"}
        words[FINAL] |= {"finale", "consuntivo"}
        return words


#: The rounds of a plan that says nothing, without dates.
USUAL = ({"id": "plan", "kind": PLAN}, {"id": "interim", "kind": MONITORING}, {"id": "final", "kind": FINAL})


def kind_labels() -> dict[str, dict[str, str]]:
    """What users call each kind of round, by language."""
    return documents.schema("plan")["$defs"]["round"]["properties"]["kind"]["x-labels"]


#: The marks that are typed for an apostrophe, by hand or by a program that corrects what is typed.
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ´`", "'"))


def _plain(word: str) -> str:
    """``word`` as it is compared: in small letters, with single spaces, whatever mark its apostrophes are."""
    return " ".join(word.split()).casefold().translate(_APOSTROPHES)


def _single(pairs: Iterable[tuple[str, Round]]) -> dict[str, Round]:
    """By word, the one round that it stands for; words of several rounds are left out."""
    by_word: dict[str, set[Round]] = {}
    for word, round in pairs:
        by_word.setdefault(word, set()).add(round)
    return {word: next(iter(rounds)) for word, rounds in by_word.items() if len(rounds) == 1}


def _day(given: dict[str, Any]) -> str:
    """The reference date; a round without one comes after those with one."""
    try:
        return date.fromisoformat(given.get("reference_date") or "").isoformat()
    except (TypeError, ValueError):
        return "9999"


def _names(given: list[dict[str, Any]]) -> list[dict[str, str]]:
    """What users call rounds that have no name of their own, by language."""
    labels = kind_labels()
    alone = sum(r["kind"] == MONITORING for r in given) == 1
    names, number = [], 0
    for round in given:
        number += round["kind"] == MONITORING
        if round["kind"] != MONITORING:
            names.append(dict(labels[round["kind"]]))
        elif alone:
            names.append({"it": "Monitoraggio intermedio", "en": "Interim monitoring"})
        else:
            names.append({"it": f"{number}º monitoraggio", "en": f"Monitoring {number}",
                          **{x: translated("Monitoring {number}", x).format(number=number) for x in further()}})
    return names


def names_of(rounds: Sequence[Round], language: str) -> str:
    """Several rounds by their names: each of three at most, else the first and the last."""
    names = [r.name(language) for r in rounds]
    return ", ".join(names) if len(names) <= 3 else f"{names[0]} – {names[-1]}"


def round_name(round: str, language: str) -> str:
    """What users call a round; one of which only the id is known, by the name that the usual rounds have, else by its id."""
    if isinstance(round, Round):
        return round.name(language)
    usual = Rounds.from_plan({}).get(round)
    return usual.name(language) if usual else str(round)


def round_in(plan: dict[str, Any], word: str) -> Round | None:
    """The round of ``plan`` that ``word`` stands for: its id, its name, its kind; None when it has none."""
    return Rounds.from_plan(plan).parse(word)


def reference_day(plan: dict[str, Any], round: Round) -> date:
    """The day the figures of ``round`` refer to; where the plan does not say, the day on which the year begins, its 273rd, the day
    on which it ends, by the kind of round."""
    begins = first_day(plan)
    try:
        return date.fromisoformat(round.reference_date or "")
    except ValueError:
        return {"plan": begins, "monitoring": begins + timedelta(days=272), "final": last_day(plan)}[round.kind]
