"""How an outcome came about, in one sentence, with the cells it came from.

Works on the consolidated document alone: what is said is what was computed and stored, never computed again.
"""

from perfxl.model.findings import quote
from perfxl.model.rounds import Rounds
from perfxl.model.texts import Texts

BODY = {"ente", "body"}


def explain(consolidated: dict, what: str, language: str) -> str | None:
    """One sentence about ``what``: a sector, an objective (``S1.00001``, or ``S2/SG.00001`` in one sector), a
    strategic line, or ``ENTE`` / ``BODY``; None when the document has no such thing.
    """
    wanted = what.strip()
    return _Explainer(consolidated, language).of(wanted) or _Explainer(consolidated, language).of(wanted.upper())


class _Explainer:
    def __init__(self, consolidated: dict, language: str):
        self.document, self.language = consolidated, language
        self.say = Texts("explain", language)
        self.round = Rounds.of(consolidated["content"])[consolidated["round"]]
        self.outcomes = consolidated["outcomes"].get(self.round)
        self.places = {p["path"]: p for p in consolidated["places"]}
        self.objectives = {}
        for i, objective in enumerate(consolidated["content"].get("objectives", ())):
            for code in (objective["code"], *(h["code"] for h in objective["holders"] if "code" in h)):
                self.objectives.setdefault(code, i)

    def of(self, what: str) -> str | None:
        sector, _, code = what.rpartition("/")
        if self.outcomes is None:
            return self.say("no_outcomes", round=self.round.name(self.language))
        if what.casefold() in BODY:
            return self._mean(self.say("the_body"), self.outcomes["body"], self._sectors())
        if code in self.objectives:
            return self._objective(self.objectives[code], sector)
        for group, kind, chosen in (("sectors", "the_sector", lambda o, c: o["sector"] == c),
                                    ("lines", "the_line", self._realises)):
            for mean in self.outcomes[group]:
                if mean["code"] == what:
                    told = [o for o in self.outcomes["objectives"] if chosen(o, what)]
                    return self._mean(self.say(kind, code=what), mean, [self._term(o) for o in told if o["counted"]], told)
        return None

    def _realises(self, outcome: dict, line: str) -> bool:
        objective = self.document["content"]["objectives"][self.objectives[outcome["objective"]]]
        lines = objective.get("sheet", {}).get("strategic_lines", ())
        return any(code == line or code.startswith(line + ".") for code in lines)

    def _sectors(self) -> list[str]:
        excluded = self.outcomes["body"]["excluded"]
        return [f"{m['code']} {self._percent(m['outcome'])}" for m in self.outcomes["sectors"]
                if m["outcome"] is not None and m["code"] not in excluded]

    def _term(self, outcome: dict) -> str:
        value = f"{outcome['objective']} {self._number(outcome['weight'])} × {self._percent(outcome['value'])}"
        if outcome["basis"] == "evaluated" and outcome["declared"] != outcome["evaluated"]:
            return value + self.say("term_evaluated", declared=self._percent(outcome["declared"]) + self._cell(outcome))
        return value + self._cell(outcome)

    def _mean(self, subject: str, mean: dict, terms: list[str], told: list[dict] = ()) -> str:
        if mean["outcome"] is None:
            sentence = self.say("mean_none", subject=subject, round=self._round())
        else:
            sentence = self.say("mean" if mean["code"] else "mean_body", subject=subject, round=self._round(), outcome=self._percent(mean["outcome"]),
                                terms="; ".join(terms), denominator=self._number(mean["denominator"]))
        reasons = [f"{o['objective']} ({self.say('why_' + o['exclusion'])})" for o in told if o["exclusion"] not in (None, "missing")] \
            or ([] if told else list(mean["excluded"]))
        if reasons:
            sentence += self.say("outside", list=", ".join(reasons))
        if mean["missing"]:
            sentence += self.say("missing", count=mean["missing"], coverage=self._percent(mean["coverage"]),
                                 zero=self._percent(mean["missing_as_zero"]), last=self._percent(mean["missing_as_last"]))
        return sentence + "."

    def _objective(self, i: int, sector: str) -> str | None:
        objective = self.document["content"]["objectives"][i]
        told = [o for o in self.outcomes["objectives"] if o["objective"] == objective["code"]
                and sector in ("", o["sector"])]
        return " ".join(self._one(objective, o) for o in told) or None

    def _one(self, objective: dict, outcome: dict) -> str:
        subject = self.say("the_objective", code=objective["code"], sector=outcome["sector"])
        if outcome["value"] is None:
            sentence = self.say("objective_none", subject=subject, round=self._round())
        else:
            sentence = self.say("objective", subject=subject, round=self._round(), outcome=self._percent(outcome["value"]),
                                basis=self._basis(outcome))
        sentence += self._decision(objective, outcome)
        known = [(k, outcome[k]) for k in ("declared", "by_phases", "by_results", "by_measures") if outcome[k] is not None]
        if known:
            sentence += self.say("figures", list=", ".join(f"{self.say('figure_' + k)} {self._percent(v)}" for k, v in known))
        if outcome["counted"]:
            return sentence + self.say("counts", weight=self._number(outcome["weight"])) + "."
        return sentence + self.say("counts_not", why=self.say("why_" + outcome["exclusion"])) + "."

    def _basis(self, outcome: dict) -> str:
        """Where the outcome that counts comes from; the cell is that of what was declared."""
        if outcome["basis"] != "evaluated":
            return self.say("basis_" + outcome["basis"]) + self._cell(outcome)
        if outcome["declared"] is None:
            return self.say("basis_evaluated")
        if outcome["declared"] == outcome["evaluated"]:
            return self.say("basis_declared") + self._cell(outcome) + self.say("accepted")
        return self.say("basis_overridden", declared=self._percent(outcome["declared"]) + self._cell(outcome))

    def _decision(self, objective: dict, outcome: dict) -> str:
        """Why the evaluator said what it said, who and when; that it does not count, where the body's rules say so."""
        made = self._evaluation(objective, outcome["sector"])
        if made is None or outcome["evaluated"] is None:
            return ""
        who = self.say("decided_by", by=quote(made.get("by"), self.language)) if made.get("by") else ""
        when = self.say("decided_on", day="/".join(reversed(made["date"].split("-")))) if made.get("date") else ""
        told = f" ({(who + ' ' + when).strip()})" if who or when else ""
        reason = self.say("reason", reason=quote(made["reason"], self.language)) + told
        if outcome["basis"] == "evaluated":
            return reason
        return self.say("evaluated_aside", evaluated=self._percent(outcome["evaluated"])) + reason

    def _evaluation(self, objective: dict, sector: str) -> dict | None:
        """The evaluation that ``outcomes`` took: the sector's own, else the lead's unless each speaks for itself."""
        made = {e["sector"]: e for e in self.document["content"].get("evaluations", ())
                if (e["objective"], e["round"]) == (objective["code"], self.round)}
        return made.get(sector) or (None if objective.get("kind") == "transversal" else made.get(objective["lead"]))

    def _cell(self, outcome: dict) -> str:
        """Where the declared outcome of ``outcome`` stands: the sector's own cell, else the lead's."""
        i = self.objectives[outcome["objective"]]
        holders = self.document["content"]["objectives"][i]["holders"]
        lead = self.document["content"]["objectives"][i]["lead"]
        for sector in (outcome["sector"], lead):
            for j, holder in enumerate(holders):
                told = [n for n, r in enumerate(holder.get("holding", {}).get("readings", ())) if r["round"] == self.round]
                place = self.places.get(f"/objectives/{i}/holders/{j}/holding/readings/{told[0]}/percent") if told else None
                if holder["sector"] == sector and place:
                    return self.say("cell", file=place["file"], sheet=place["sheet"], cell=place["cell"])
        return ""

    def _round(self) -> str:
        return self.say.at("round", self.round)

    def _number(self, text: str) -> str:
        return text.replace(".", ",") if self.language == "it" else text

    def _percent(self, text: str | None) -> str:
        return self.say("unknown") if text is None else self._number(text) + "%"

