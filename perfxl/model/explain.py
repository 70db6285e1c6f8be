"""How an outcome came about, in one sentence, with the cells it came from: enough to do the sum again.

Works on the consolidated document alone: what is said is what was computed and stored, never computed again; only what
stands under an objective (its phases, results and measures) is taken from the contents.
"""

from collections import Counter
from decimal import Decimal
from typing import Any

from perfxl.model import degrees
from perfxl.model.arithmetic import HUNDRED, ZERO, dec, rules_in, shown
from perfxl.model.cascade import Cascade
from perfxl.model.derived import measure_terms, phase_terms, result_terms, share_of, worst_counts
from perfxl.model.findings import quote
from perfxl.model.group_means import body_weight
from perfxl.model.means import follows_from
from perfxl.model.rounds import Rounds
from perfxl.model.shares import near_in, no_figure
from perfxl.model.terms import worded
from perfxl.model.texts import Texts
from perfxl.model.views import Evaluation, MeanOutcome, Objective, ObjectiveOutcome, Plan, RoundOutcomes, Sheet

BODY = {"ente", "body"}


@worded()
def explain(consolidated: dict[str, Any], what: str, language: str) -> str | None:
    """One sentence about ``what``: a sector, an objective (``S1.00001``, or ``S2/SG.00001`` in one sector), a
    strategic line, or ``ENTE`` / ``BODY``; None when the document has no such thing.
    """
    wanted = what.strip()
    return _Explainer(consolidated, language).sentence(wanted) or _Explainer(consolidated, language).sentence(wanted.upper())


class _Explainer:
    def __init__(self, consolidated: dict[str, Any], language: str):
        self.document, self.language, self.plan = consolidated, language, Plan(consolidated["content"])
        self.say = Texts("explain", language)
        self.year = Rounds.from_plan(consolidated["content"])
        self.round = self.year[consolidated["round"]]
        self.outcomes = RoundOutcomes(consolidated["outcomes"].get(self.round, {}))
        self.rules = rules_in(consolidated["content"], self.outcomes.rules)
        self.cascade = Cascade(consolidated["content"])
        self.places = {p["path"]: p for p in consolidated["places"]}
        self.objectives = self.plan.objectives
        self.positions: dict[str, int] = {}
        for i, objective in enumerate(self.objectives):
            for code in (objective.code, *(h.code for h in objective.holders if h.code)):
                self.positions.setdefault(code, i)

    def sentence(self, what: str) -> str | None:
        sector, _, code = what.rpartition("/")
        if not self.outcomes:
            return self.say("no_outcomes", round=self.round.name(self.language), first=self.say.at("round", self.year.reporting[0]))
        if what.casefold() in BODY:
            return self._mean(self.say("the_body"), self.outcomes.body, self._sectors(), self._out_of_body())
        objective = self._objective(self.objectives[self.positions[code]], sector) if code in self.positions else None
        means = [*(self._sector(m) for m in self.outcomes.sectors if m.code == what), *(self._line(m) for m in self.outcomes.lines if m.code == what)]
        return " ".join(filter(None, (objective, *means))) or None  # a body may give one code to things of several kinds

    def _sector(self, mean: MeanOutcome) -> str:
        """How the outcome of a sector came about."""
        objectives = [o for o in self.outcomes.objectives if o.sector == mean.code]
        terms, outside = [self._term(o) for o in objectives if o.counted], self._out_of(objectives)
        subject = self.say("the_sector", code=mean.code)
        return self._levels(subject, mean, terms, outside) if mean.levelled else self._mean(subject, mean, terms, outside)

    def _line(self, mean: MeanOutcome) -> str:
        """How the outcome of a strategic line came about."""
        objectives = [o for o in self.outcomes.objectives if self._realises(o, mean.code)]
        several = Counter(o.objective for o in objectives if o.weighs)
        return self._mean(self.say("the_line", code=mean.code), mean, [self._term(o, several) for o in objectives if o.counted], self._out_of(objectives, several))

    def _out_of(self, outcomes: list[ObjectiveOutcome], several: Counter[str] | None = None) -> list[str]:
        """The objectives of ``outcomes`` out of the denominator and why; in a line, those that no sector weighs, once each."""
        out = {o.objective: o.exclusion for o in outcomes if not o.weighs and not (several and several[o.objective])}
        return [f"{code} ({self.say(f'why_{why}')})" for code, why in out.items()]

    def _realises(self, outcome: ObjectiveOutcome, line: str) -> bool:
        """Whether an objective realises ``line`` or one below it."""
        return any(line in self.cascade.upwards(code) for code in self._sheet(outcome).strategic_lines)

    def _sectors(self) -> list[str]:
        """Each sector that counts with the outcome that enters the body's, and its weight where sectors have one."""
        terms = []
        for sector in self.plan.sectors:
            weight = body_weight(self.document["content"], self.outcomes, sector)
            terms += self._sector_term(self.outcomes.sector(sector.code), weight, self.rules.body_mean == "weighted")
        return terms

    def _sector_term(self, mean: MeanOutcome, weight: Decimal | None, weighted: bool) -> list[str]:
        """A sector in a mean of sectors: what enters for it, by its weight where they have one; nothing where it is out."""
        value, why = self._entering(mean, mean.code) if weight is not None else (None, "")
        if value is None or weight is None:
            return []
        return [f"{mean.code} {self._full(value)}{f' × {self._number(shown(weight))}' if weighted else ''}{why}"]

    def _levels(self, subject: str, mean: MeanOutcome, terms: list[str], outside: list[str]) -> str:
        """The outcome of a sector that has others below it: what it follows from, and each of the two in its own sentence."""
        parts = follows_from(mean, self.rules)
        below = [m for m in self.outcomes.sectors if m.above.code == mean.code]
        units = [t for m in below for t in self._sector_term(m, dec(m.above.weight), self.rules.units_mean == "weighted")]
        out = [f"{m.code} ({self.say(f'why_sector_{m.above.exclusion}')})" for m in below if m.above.exclusion]
        said = {"own": (self.say("from_own", code=mean.code), mean.own, terms, outside), "units": (self.say("from_units", code=mean.code), mean.units, units, out)}
        if len(parts) == 1:
            first = self.say(f"levels_{parts[0]}", subject=subject, round=self._round(), outcome=self._percent(mean.outcome))
        else:
            shares = {"own": HUNDRED - self.rules.units_share, "units": self.rules.units_share}
            entering = [(k, value, why) for k in parts for value, why in [self._entering(said[k][1], "")] if value is not None]
            first = self.say("levels_both", subject=subject, round=self._round(), outcome=self._percent(mean.outcome),
                             terms="; ".join(f"{self.say(f'part_{k}')} {self._full(v)} × {self._number(shown(shares[k]))}{why}" for k, v, why in entering),
                             denominator=self._number(mean.denominator or "0"), rounding=self.say(f"decimals_{self.rules.decimals}"))
        return " ".join([first + ".", *(self._mean(who, m, listed, left, kind="mean" if k == "own" else "mean_body")
                                        for k, (who, m, listed, left) in said.items() if k in parts)])

    def _entering(self, mean: MeanOutcome, sector: str) -> tuple[str | None, str]:
        """What enters a mean of sectors for one of them (``sector``; blank for a part of its outcome), and a word on it where it is not
        the sector's own outcome."""
        if self.rules.missing == "out" or mean.without_missing is not None:
            return mean.outcome, ""
        if self.rules.missing == "zero":
            return mean.missing_as_zero or "0.00", self.say("term_zero")
        if mean.missing_as_last is not None or not sector:
            return mean.missing_as_last, self.say("term_last")
        return self._known(sector), self.say("term_last")

    def _known(self, sector: str) -> str | None:
        """The outcome of a sector as last known from an earlier round."""
        earlier = list(self.document["outcomes"])[: list(self.document["outcomes"]).index(self.round)]
        known = (RoundOutcomes(self.document["outcomes"][round]).sector(sector).missing_as_last for round in reversed(earlier))
        return next((value for value in known if value is not None), None)

    def _out_of_body(self) -> list[str]:
        why = {m.code: m.exclusion for m in self.outcomes.sectors}
        return [f"{code} ({self.say(f'why_sector_{why[code]}')})" if why.get(code) else code for code in self.outcomes.body.excluded
                if why.get(code) != "other_level"]

    def _term(self, outcome: ObjectiveOutcome, several: Counter[str] | None = None) -> str:
        """An objective in a mean: its weight (in a line divided by the sectors that weigh it) by what counts for it."""
        sectors = several[outcome.objective] if several else 1
        name = f"{outcome.objective} ({outcome.sector})" if sectors > 1 else outcome.objective
        weight = self._number(outcome.weight or "") + (f" : {sectors}" if sectors > 1 else "")
        if outcome.value is None:
            value, why = ("0.00", "term_zero") if self.rules.missing == "zero" else (outcome.last, "term_last")
            return f"{name} {weight} × {self._full(value)}{self.say(why)}"
        value = f"{name} {weight} × {self._full(outcome.value)}"
        if outcome.basis == "evaluated" and outcome.declared != outcome.evaluated:
            return value + self.say("term_evaluated", declared=self._percent(outcome.declared) + self._cell(outcome))
        return value + self._cell(outcome)

    def _mean(self, subject: str, mean: MeanOutcome, terms: list[str], outside: list[str], kind: str = "") -> str:
        if mean.outcome is None:
            sentence = self.say("mean_none", subject=subject, round=self._round())
        else:
            sentence = self.say(kind or ("mean" if mean.code else "mean_body"), subject=subject, round=self._round(), outcome=self._percent(mean.outcome),
                                terms="; ".join(terms), denominator=self._number(mean.denominator or ""),
                                rounding=self.say(f"decimals_{self.rules.decimals}"))
        if outside:
            sentence += self.say("outside", list=", ".join(outside))
        if mean.missing:
            sentence += self.say("missing", count=mean.missing, coverage=self._percent(mean.coverage),
                                 zero=self._percent(mean.missing_as_zero), last=self._percent(mean.missing_as_last))
        return sentence + "."

    def _objective(self, objective: Objective, sector: str) -> str | None:
        outcomes = [o for o in self.outcomes.objectives if o.objective == objective.code and sector in ("", o.sector)]
        return " ".join(self._one(objective, o) for o in outcomes) or None

    def _one(self, objective: Objective, outcome: ObjectiveOutcome) -> str:
        subject = self.say("the_objective", code=objective.code, sector=outcome.sector)
        if outcome.value is None:
            sentence = self.say("objective_none", subject=subject, round=self._round())
        else:
            sentence = self.say("objective", subject=subject, round=self._round(), outcome=self._percent(outcome.value),
                                basis=self._basis(outcome))
        sentence += self._decision(objective, outcome)
        known = [(k, v) for k in ("declared", "by_phases", "by_results", "by_measures") if (v := getattr(outcome, k)) is not None]
        if known:
            shares = self._as_shares(outcome)
            sentence += self.say("figures", list=", ".join(
                f"{self.say('figure_' + k)} {self.say('as_shares') if k == 'by_phases' and shares else self._percent(v)}" for k, v in known))
        weight = self._heavy(outcome) if outcome.counted else ""
        if outcome.counted and outcome.value is None:
            counts = ("counts_zero", {}) if self.rules.missing == "zero" else ("counts_last", {"last": self._full(outcome.last)})
            return sentence + self.say(counts[0], weight=weight, **counts[1]) + "."
        if outcome.counted:
            return sentence + self.say("counts", weight=weight) + "."
        return sentence + self.say("counts_not", why=self.say(f"why_{outcome.exclusion}")) + "."

    def _basis(self, outcome: ObjectiveOutcome) -> str:
        """Where the outcome that counts comes from; the cell is that of what was declared."""
        if outcome.basis == "mix":
            return self._mix(outcome)
        if outcome.basis == "results" and worst_counts(self._sheet(outcome), self.rules):
            return self.say("basis_worst", terms=self._terms(outcome), rounding=self.say(f"decimals_{self.rules.decimals}"))
        if outcome.basis in ("phases", "results", "measures"):
            return self.say(f"basis_{outcome.basis}", terms=self._terms(outcome), rounding=self.say(f"decimals_{self.rules.decimals}"))
        if outcome.basis == "declared":
            return self.say("basis_declared") + self._cell(outcome)
        if outcome.declared is None:
            return self.say("basis_evaluated")
        if outcome.declared == outcome.evaluated:
            return self.say("basis_declared") + self._cell(outcome) + self.say("accepted")
        return self.say("basis_overridden", declared=self._percent(outcome.declared) + self._cell(outcome))

    def _heavy(self, outcome: ObjectiveOutcome) -> str:
        """The weight of an objective in its sector; in points, the sum of which it is a part beside it."""
        if not self.rules.points:
            return self._number(outcome.weight or "")
        weights = (dec(o.weight) or ZERO for o in self.outcomes.objectives if o.sector == outcome.sector and o.counted)
        return self._of_sum(dec(outcome.weight) or ZERO, sum(weights, ZERO))

    def _of_sum(self, weight: Decimal, whole: Decimal) -> str:
        """A weight in points beside their sum: ``250 di 1000 punti``."""
        return self.say("of_sum", weight=self._number(f"{weight.normalize():f}"), sum=self._number(f"{whole.normalize():f}"))

    def _sheet(self, outcome: ObjectiveOutcome) -> Sheet:
        """The contents of the objective that ``outcome`` is of."""
        return self.objectives[self.positions[outcome.objective]].sheet

    def _as_shares(self, outcome: ObjectiveOutcome) -> bool:
        """Whether the phases were told as shares of what was declared, so that what they give is not what was meant."""
        return no_figure(self._sheet(outcome), outcome, self.round, near_in(self.document["content"]))

    def _mix(self, outcome: ObjectiveOutcome) -> str:
        """Phases and results with their shares; the one of them that there is."""
        rounding, share = self.say(f"decimals_{self.rules.decimals}"), share_of(self._sheet(outcome), self.rules)
        results = self.say("only_worst" if worst_counts(self._sheet(outcome), self.rules) else "only_results")
        for there, lacking, which in (("phases", "by_results", self.say("only_phases")), ("results", "by_phases", results)):
            if getattr(outcome, lacking) is None:
                return self.say("basis_mix_one", which=which, terms=self._terms(outcome, there), rounding=rounding)
        return self.say("basis_mix", phases=self._number(f"{share.normalize():f}"), results=self._number(f"{(100 - share).normalize():f}"),
                        by_phases=self._full(outcome.by_phases), by_results=self._full(outcome.by_results),
                        terms=self._terms(outcome, "phases"), which=results, others=self._terms(outcome, "results"), rounding=rounding)

    def _terms(self, outcome: ObjectiveOutcome, basis: str = "") -> str:
        """What stands under an objective: its phases, results or measures, each with weight and percentage; of results, how their
        degrees came about."""
        sheet, basis = self._sheet(outcome), basis or str(outcome.basis)
        measures = [row.measure for row in self.plan.measures
                    if (row.measure.objective, row.sector) == (outcome.objective, outcome.sector)]
        terms = {"phases": lambda: phase_terms(sheet, self.round, self.rules), "results": lambda: result_terms(sheet, self.round, self.rules),
                 "measures": lambda: measure_terms(measures, self.round, self.rules)}[basis]() or []
        how = {str(r.id or ""): degrees.derivation(r, self.round, rules=self.rules, language=self.language,
                                             entities=[e for e in sheet.entities if e.result == r.id])
               for r in sheet.results} if basis == "results" else {}
        whole = sum((t.weight for t in terms), ZERO)
        heavy = [self._of_sum(t.weight, whole) if self.rules.points and basis != "measures" and whole != len(terms) else self._number(shown(t.weight) or "")
                 for t in terms]
        return "; ".join(f"{t.name}: {weight} × {self._number(shown(t.value) or '')}%"
                         + (f" ({how[t.name]})" if how.get(t.name) else "") for t, weight in zip(terms, heavy, strict=True))

    def _decision(self, objective: Objective, outcome: ObjectiveOutcome) -> str:
        """Why the evaluator said what it said, who and when; that it does not count, where the body's rules say so."""
        made = self._evaluation(objective, outcome.sector)
        if made is None or outcome.evaluated is None:
            return ""
        who = self.say("decided_by", by=quote(made.by, self.language)) if made.by else ""
        when = self.say("decided_on", day="/".join(reversed(made.date.split("-")))) if made.date else ""
        decided = f" ({(who + ' ' + when).strip()})" if who or when else ""
        reason = self.say("reason", reason=quote(made.reason, self.language)) + decided
        if outcome.basis == "evaluated":
            return reason
        return self.say("evaluated_aside", evaluated=self._percent(outcome.evaluated)) + reason

    def _evaluation(self, objective: Objective, sector: str) -> Evaluation | None:
        """The evaluation that ``outcomes`` took: the sector's own, else the lead's unless each speaks for itself."""
        made = {e.sector: e for e in self.plan.evaluations if (e.objective, e.round) == (objective.code, self.round)}
        return made.get(sector) or (None if objective.transversal else made.get(objective.lead))

    def _cell(self, outcome: ObjectiveOutcome) -> str:
        """Where the declared outcome of ``outcome`` stands: the sector's own cell, else the lead's."""
        i = self.positions[outcome.objective]
        objective = self.objectives[i]
        for sector in (outcome.sector, objective.lead):
            for j, holder in enumerate(objective.holders):
                readings = [n for n, r in enumerate(holder.holding.data.get("readings", ())) if r["round"] == self.round]
                place = self.places.get(f"/objectives/{i}/holders/{j}/holding/readings/{readings[0]}/percent") if readings else None
                if holder.sector == sector and place:
                    return self.say("cell", file=place["file"], sheet=place["sheet"], cell=place["cell"])
        return ""

    def _round(self) -> str:
        return self.say.at("round", self.round)

    def _number(self, text: str) -> str:
        return text.replace(".", ",") if self.language == "it" else text

    def _percent(self, text: str | None) -> str:
        """A figure as it is printed."""
        return self.say("unknown") if text is None else self._number(str(self.rules.printed(dec(text)))) + "%"

    def _full(self, text: str | None) -> str:
        """A figure as those above it are computed from: as printed, unless rounding comes at the end alone."""
        return self._number(text) + "%" if self.rules.once and text is not None else self._percent(text)

