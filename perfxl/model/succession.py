"""Sectors and objectives that change during the year: whose is now what was said under a code of before.

The plan says who holds what now, and in ``successions`` which code became which: a sector that was recoded, merged into
another or split, an objective that was recoded. A document made before, and a form that was sent before, still bear the
codes of then; here they are read with those of now. An objective that went to another sector needs no row: the plan says
who holds it.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from perfxl.model.copied import copied

#: What of a holding means nothing in another sector: weights are shares of the sector's whole.
SHARES = ("weighting", "weight")


class Successions:
    """The codes of before by those of ``plan``, a plan document."""

    def __init__(self, plan: Mapping[str, Any]):
        self.rows = [r for r in plan.get("successions", ()) if "before" in r and "now" in r]  # a plan that is being read may lack any
        self.sectors = {s["code"]: s for s in plan.get("sectors", ()) if "code" in s}
        self.objectives = {o["code"]: o for o in plan.get("objectives", ()) if "code" in o}
        self.measures = {(m.get("measure", {}).get("objective"), m.get("measure", {}).get("id"), m.get("sector")) for m in plan.get("measures", ())}
        self.after: dict[str, list[str]] = {}
        self.recoded: dict[str, str] = {}
        for row in self.rows:
            if self.of_objective(row["now"]):
                self.recoded.setdefault(row["before"], row["now"])
            else:
                self.after.setdefault(row["before"], []).append(row["now"])

    def of_objective(self, now: str) -> bool:
        """Whether a code of now, or the one it became in its turn, is that of an objective."""
        seen: set[str] = set()
        while now not in self.sectors and now not in self.objectives and now not in seen:
            seen.add(now)
            now = next((r["now"] for r in self.rows if r["before"] == now), now)
        return now not in self.sectors and now in self.objectives

    def sector(self, code: str) -> str:
        """What the sector ``code`` is called now, where it is one sector with everything that it was; else ``code``."""
        parts = self.parts(code)
        return parts[0] if len(parts) == 1 else code

    def parts(self, code: str) -> tuple[str, ...]:
        """The sectors of now that ``code`` became: itself where it is still there, and those it went into."""
        present: dict[str, bool] = {}
        waiting = [code]
        while waiting:
            one = waiting.pop(0)
            if one not in present:
                present[one] = one in self.sectors
                waiting += self.after.get(one, ())
        return tuple(c for c, there in present.items() if there)

    def before(self, code: str) -> tuple[str, ...]:
        """The codes of before that became the sector ``code``, the last first."""
        return self._came(self.after, code, self.sectors)

    def _came(self, after: Mapping[str, Iterable[str]], code: str, known: Mapping[str, Any]) -> tuple[str, ...]:
        came_from: dict[str, None] = {}
        waiting = [code]
        while waiting:
            one = waiting.pop(0)
            came = [b for b, several in after.items() if one in several and b not in came_from and b != code]
            came_from |= dict.fromkeys(came)
            waiting += [c for c in came if c not in known]
        return tuple(came_from)

    def objective(self, code: str) -> str:
        """The code that the objective ``code`` has now: the one the plan says; where its sector was recoded, the same number
        under the code of the sector."""
        seen: set[str] = set()
        while code not in self.objectives and code in self.recoded and code not in seen:
            seen.add(code)
            code = self.recoded[code]
        if code not in self.objectives:
            head, _, number = code.rpartition(".")
            made = [c for s in self.parts(head) if (c := f"{s}.{number}") in self.objectives]
            return made[0] if len(made) == 1 else code
        return code

    def earlier_codes(self, code: str) -> tuple[str, ...]:
        """The codes that the objective ``code`` had before."""
        head, _, number = code.rpartition(".")
        made = [f"{s}.{number}" for s in self.before(head)]
        came = self._came({b: (n,) for b, n in self.recoded.items()}, code, self.objectives)
        return tuple(c for c in dict.fromkeys((*came, *made)) if c not in self.objectives and self.objective(c) == code)

    def holder(self, sector: str, objective: str, lead: bool = False, formers: Iterable[str] = ()) -> str | None:
        """The sector of now that goes on with what ``sector`` said of ``objective`` (its code of now); None where nobody does.

        ``lead``: whether it led the objective then; ``formers``: the sectors that held it then.
        """
        if objective not in self.objectives:
            return None
        planned = self.objectives[objective]
        held = [h["sector"] for h in planned["holders"]]
        if sector in held:
            return sector
        declared = [s for s in held if s in self.parts(sector)]
        if declared or lead:
            return planned["lead"] if lead or planned["lead"] in declared else declared[0]
        fresh = [s for s in held if s not in formers]
        return fresh[0] if len(fresh) == 1 else None

    def item(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A row about a sector, an objective or both (a request, an evaluation), with the codes of now."""
        made = dict(row)
        if "objective" in made:
            made["objective"] = self.objective(made["objective"])
        if "sector" in made and made["sector"] not in self.sectors:
            made["sector"] = self.holder(made["sector"], made.get("objective", "")) or self.sector(made["sector"])
        return made

    def with_codes_of_now(self, value: Any) -> Any:
        """What a document says of an objective, with the codes of now in it."""
        if isinstance(value, list):
            return [self.with_codes_of_now(v) for v in value]
        if isinstance(value, dict):
            return {k: self.objective(v) if k == "replaced_by" and isinstance(v, str) else self.with_codes_of_now(v) for k, v in value.items()}
        return value

    # -- documents
    def consolidated(self, document: dict[str, Any]) -> dict[str, Any]:
        """A consolidated document of an earlier round with the codes of now; its figures are those it had."""
        made = {**document, "content": self.content(document["content"]),
                 "outcomes": {r: self.outcomes(of_round) for r, of_round in document["outcomes"].items()}}
        if "changes" in document:
            made["changes"] = [{**self.item(c), **({"item": self.sector(c["item"])} if c.get("table") == "holders" else {})}
                                if c.get("table") not in ("sectors", "successions") else c for c in document["changes"]]
        return made

    def content(self, content: dict[str, Any], moved: bool = False) -> dict[str, Any]:
        """The contents of an earlier round with the codes of now.

        ``moved``: what went over to another sector, or to one of several that a sector became, is that sector's too; weights
        do not go with it, which are shares of the sector it left.
        """
        made = copied(content)
        there = frozenset(s["code"] for s in made.get("sectors", ()))
        for objective in made.get("objectives", ()):
            self._objective(objective, moved, there)
        for row in made.get("measures", ()):
            row["measure"]["objective"] = self.objective(row["measure"]["objective"])
            row["sector"] = self._measured(row)
        for array in ("requests", "evaluations", "considerations", "owners"):
            if array in made:
                made[array] = [self.item(row) for row in made[array]]
        return made

    def _objective(self, objective: dict[str, Any], moved: bool, there: Collection[str]) -> None:
        formers = [h["sector"] for h in objective["holders"]]
        lead, code = objective["lead"], self.objective(objective["code"])
        objective |= {"code": code, "holders": self.with_codes_of_now(objective["holders"])}
        objective["lead"] = moved and self.holder(lead, code, True) or self.sector(lead)
        holders: dict[str, dict[str, Any]] = {}
        for holder in sorted(objective["holders"], key=lambda h: h["sector"] != lead):
            now = moved and self.holder(holder["sector"], code, holder["sector"] == lead, formers) or self.sector(holder["sector"])
            if moved and now != holder["sector"] and not self._recoded(holder["sector"], now, there):
                holder["holding"] = _without_shares(holder.get("holding", {}))
            holders.setdefault(now, {**holder, "sector": now})
        objective["holders"] = sorted(holders.values(), key=lambda h: formers.index(h["sector"]) if h["sector"] in formers else len(formers))

    def _recoded(self, before: str, now: str, there: Collection[str]) -> bool:
        """Whether ``now`` is ``before`` under another code, and nothing else; ``there``: the sectors of then, which it was none of."""
        return now == before or now not in there and self.parts(before) == (now,) and self.before(now) == (before,)

    def _measured(self, row: Mapping[str, Any]) -> str:
        measure, parts = row["measure"], self.parts(row["sector"])
        measuring = [s for s in parts if (measure["objective"], measure.get("id"), s) in self.measures]
        return row["sector"] if row["sector"] in measuring else measuring[0] if measuring else self.sector(row["sector"])

    def measured(self, sector: str, measure: Mapping[str, Any]) -> str:
        """The sector of now that has the ``measure`` (of a return) of ``sector``."""
        return self._measured({"sector": sector, "measure": {**measure, "objective": self.objective(measure.get("objective", ""))}})

    def outcomes(self, of_round: Mapping[str, Any]) -> dict[str, Any]:
        """The outcomes of an earlier round under the codes of now: no figure is another."""
        made: dict[str, Any] = copied(dict(of_round))
        sectors = [part for mean in made.get("sectors", ()) for part in (mean, *(mean[k] for k in ("own", "units", "above") if k in mean))]
        for mean in (made.get("body", {}), *sectors, *made.get("lines", ())):
            if "excluded" in mean:
                mean["excluded"] = [self.objective(code) for code in mean["excluded"]]
        there = frozenset(mean["code"] for mean in made.get("sectors", ()))
        for mean in sectors:
            if self._recoded(mean["code"], self.sector(mean["code"]), there):  # the figure of one among several is not that of all
                mean["code"] = self.sector(mean["code"])
        given, of_objective = set(), dict[str, list[str]]()
        for outcome in made.get("objectives", ()):
            of_objective.setdefault(outcome["objective"], []).append(outcome["sector"])
        for outcome in made.get("objectives", ()):
            code, before = self.objective(outcome["objective"]), outcome["sector"]
            now = self.holder(before, code, formers=of_objective[outcome["objective"]]) or self.sector(before)
            outcome["objective"], outcome["sector"] = code, before if (code, now) in given else now
            given.add((code, now))
        return made


def _without_shares(holding: dict[str, Any]) -> dict[str, Any]:
    """A holding without its weights, revised ones too."""
    left_over = {k: v for k, v in holding.items() if k not in SHARES}
    if "revisions" in left_over:
        left = [{k: v for k, v in r.items() if k not in SHARES} for r in left_over["revisions"]]
        left_over["revisions"] = [r for r in left if len(r) > 1]
        if not left_over["revisions"]:
            del left_over["revisions"]
    return left_over


def with_former(plan: dict[str, Any], codes: Iterable[str]) -> dict[str, Any]:
    """``plan`` with a sector for each of ``codes`` that became another, since its form is still out: whom to write to about it
    are those of the sector of now. Objectives that were recoded stand in it under both codes."""
    successions = Successions(plan)
    former = []
    for code in codes:
        parts = successions.parts(code) if code not in successions.sectors else ()
        if parts:
            now = [successions.sectors[p] for p in parts]
            others = [a for s in now[1:] for a in (s.get("email"), *s.get("copies", ())) if a]
            copies = list(dict.fromkeys([*now[0].get("copies", ()), *others]))
            former.append({**now[0], "code": code, **({"copies": copies} if copies else {})})
    if not successions.rows:
        return plan
    recoded = [{**o, "code": before} for code, o in successions.objectives.items() for before in successions.earlier_codes(code)]
    return {**plan, "sectors": [*plan["sectors"], *former], **({"objectives": [*plan["objectives"], *recoded]} if recoded else {})}
