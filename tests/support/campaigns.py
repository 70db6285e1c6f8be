"""Random campaigns, the same for the same seed: every kind of objective, rule, gap and revision that has a say in a figure.

``python tests/support/campaigns.py [COUNT [FIRST]]`` has LibreOffice recalculate the consolidated workbooks and the forms of COUNT
campaigns from seed FIRST on, and tells every figure that is not the engine's.
"""

import sys
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import first_shape

from perfxl.model import documents
from perfxl.model.weigh import weigh

LINES = ("01", "01.01", "01.01.01", "01.01.02", "01.02", "01.02.01", "02", "02.01", "02.01.01")
WAYS = (None, "higher", "lower", "progress", "typed", "bands", "levels", "range", "yesno", "date")
#: Tables of bands: of a value, of days late and distances, of degrees, in points, with common ends, gaps and open ends.
BANDS = [{"scale": s, **{k: Decimal(str(v)) for k, v in zip(("from", "to", kind), (low, high, given), strict=True) if v is not None}}
         for s, kind, low, high, given in (
             ("VALORI", "degree", None, 5, 20), ("VALORI", "degree", 5, 12, 60), ("VALORI", "degree", "12.5", 30, 100), ("VALORI", "degree", 30, None, 110),
             ("GIORNI", "degree", 0, 0, 100), ("GIORNI", "degree", 0, 10, 75), ("GIORNI", "degree", "10.01", None, 25),
             ("QUOTE", "points", None, 50, 0), ("QUOTE", "points", 50, 80, 2), ("QUOTE", "points", 80, 100, "3.5"), ("QUOTE", "points", 100, None, 4))]


#: What a round may find of a result.
READ = ("actual", "degree", "numerator", "denominator", "achieved", "achieved_on")


@dataclass(frozen=True)
class Year:
    """One campaign: what was known at each round, as documents of the first shape say it, and the consolidated document of
    each round with outcomes, in today's shape."""

    seed: int
    contents: dict[str, dict]
    documents: dict[str, dict]

    @property
    def last(self) -> dict:
        """The consolidated document of the last round."""
        return self.documents[list(self.documents)[-1]]


def year(seed: int) -> Year:
    """The campaign of ``seed``: each round says its own and changes what was planned; earlier rounds stand as published."""
    make = _Making(Random(seed))
    content, made = make.plan(), {}
    contents: dict[str, dict] = {}
    published: dict[str, dict] = {}
    for round in ("interim", "final"):
        if contents:
            make.change(content, round)
        make.report(content, round)
        contents[round] = deepcopy(content)
        now = first_shape.now(content)
        outcomes = weigh(now, round, published)
        published[round] = outcomes[round]
        made[round] = consolidated(round, now, outcomes)
    return Year(seed, contents, made)


def consolidated(round: str, content: dict, outcomes: dict) -> dict:
    """A consolidated document of ``round`` in which nobody returned anything."""
    document = {"schema": "perfxl/consolidated/2", "round": round, "content": content, "outcomes": outcomes, "issued": [],
                "returned": [], "missing": [], "sources": [], "places": [], "findings": []}
    return documents.loads(documents.dumps(document))


class _Making:
    """One campaign in the making."""

    def __init__(self, random: Random):
        self.random = random

    def one(self, *choices):
        return self.random.choice(choices)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def percent(self, wrong: float = 0.03) -> Decimal:
        """A percentage: mostly of two decimals, sometimes at a limit, with more decimals, or outside its limits."""
        if self.chance(wrong):
            return self.one(Decimal(-10), Decimal(120), Decimal("-0.01"))
        if self.chance(0.3):
            return self.one(Decimal(0), Decimal(100), Decimal("99.995"), Decimal("99.994"), Decimal("0.005"), Decimal("33.333"))
        return Decimal(self.random.randint(0, 10000)) / 100

    def weight(self) -> Decimal | None:
        if self.chance(0.06):
            return self.one(None, Decimal(0), Decimal(-50), Decimal("16.665"))
        return Decimal(self.random.randint(1, 400)) / self.one(4, 10)

    def plan(self) -> dict:
        """What was approved."""
        rules = {"counting": self.one("evaluated", "evaluated", "declared", "phases", "results", "mix"),
                 "missing": self.one("out", "zero", "last_known"), "body_mean": self.one("equal", "weighted"),
                 "rounding": self.one("each", "each", "once"), "decimals": self.one(2, 2, 1, 0), "degree": self.one("typed", "computed"),
                 "reached_within": self.one(0, 0, 5, Decimal("2.5")), "degree_cap": self.one(100, 100, 120, 150),
                 "method": self.one("higher", "higher", "lower", "progress"), "minimum_degree": self.one(50, 60, Decimal("33.3")),
                 "missing_value": self.one("unknown", "unknown", "zero", "out"), "phases_share": self.one(60, 50, 0, Decimal("33.3")),
                 "results_as": self.one("mean", "mean", "worst"), **self.one({}, {"light_green": 60, "light_amber": 30})}
        codes = [f"S{n}" for n in range(1, self.random.randint(2, 5) + 1)]
        sectors = [self.sector(code) for code in codes]
        objectives = [self.objective(f"{lead}.{n:05d}", lead, codes)
                      for lead in codes for n in range(1, self.random.randint(0, 3) + 2)]
        content: dict[str, Any] = {"schema": "perfxl/plan/1", "year": 2021, "body": {"code": "UNI", "name": "Ente di Prova"}, "rules": rules,
                   "rounds": [{"round": r, "reference_date": d, "deadline": d} for r, d in
                              (("plan", "2021-01-31"), ("interim", "2021-09-30"), ("final", "2021-12-31"))],
                   "sectors": sectors, "cascade": [{"code": c, "title": f"Linea {c}"} for c in LINES], "bands": deepcopy(BANDS), "objectives": objectives}
        measures = [{"sector": h["sector"], "measure": {"objective": o["code"], "id": str(n), "measure": f"Misura {n}"}}
                    for o in objectives if o["kind"] == "transversal" for h in o["holders"] for n in range(1, self.random.randint(1, 3))]
        self.level(content)
        content["rules"] |= self.points()
        return {**content, **({"measures": measures} if measures else {}), "evaluations": []}

    def level(self, content: dict) -> None:
        """In half of the campaigns some sectors stand under others, with outcomes at each level by the body's rules."""
        if self.chance(0.3):
            content["rules"]["missing_value"] = "last_known"
        if self.chance(0.5):
            content["rules"] |= {"units": self.one("mean", "mix", "mix", "own"), "units_mean": self.one("equal", "weighted"),
                                 "units_share": self.one(60, 50, 0, 100, Decimal("33.3")), "body_levels": self.one("auto", "auto", "first", "all", "last")}
            for n, sector in enumerate(content["sectors"][1:], 1):
                if self.chance(0.7):
                    sector["above"] = content["sectors"][self.random.randrange(n)]["code"]

    def points(self) -> dict:
        """In half of the campaigns weights are points, with a total of their own or without one; drawn aside,
        so that the rest of a campaign is what it was."""
        return self.aside().choice([{}, {}, {"weights_total": 30}, {"weights_total": 0}])

    def aside(self) -> Random:
        """A sequence of its own for what came later, the same for the same campaign."""
        return Random(repr(self.random.getstate()[1][:3]))

    def sector(self, code: str) -> dict:
        made = {"code": code, "name": f"Settore {code}"}
        if self.chance(0.8):
            made["weight"] = self.one(Decimal("0.6"), Decimal("0.4"), Decimal(1), Decimal(2), Decimal("1.335"), Decimal(0))
        if self.chance(0.2):
            made["weighted"] = self.one(False, True)
        return made

    def objective(self, code: str, lead: str, sectors: list[str]) -> dict:
        kind = self.one("ordinary", "ordinary", "ordinary", "transversal")
        others = [s for s in sectors if s != lead and self.chance(0.7 if kind == "transversal" else 0.25)]
        holders = []
        for sector in [lead, *others]:
            weight = self.weight()
            holding = {"weighting": self.one(*["weighted"] * 8, "not_weighted", "incentives")} | ({} if weight is None else {"weight": weight})
            holders.append({"sector": sector, "holding": holding})
        return {"code": code, "lead": lead, "kind": kind, "holders": holders, "sheet": self.sheet(code)}

    def sheet(self, code: str) -> dict:
        lines = self.random.sample(("01.01.01", "01.01.02", "01.02.01", "02.01.01"), self.random.randint(0, 2))
        phases: list[dict[str, Any]] = []
        for n in range(1, self.random.randint(0, 3) + 1):
            weight = self.weight()
            phases.append({"id": str(n), "text": f"Fase {n}", **({} if weight is None else {"weight": weight}),
                           **({"weighting": "not_weighted"} if self.chance(0.15) else {})})
        results, entities, weighted = [], [], self.chance(0.6)
        for n in range(1, self.random.randint(0, 3) + 1):
            way, weight = self.one(*WAYS), self.weight() if weighted else None
            made = {"id": str(n), "text": f"Risultato {n}", **({} if weight is None else {"weight": weight})}
            made |= {} if way is None else {"direction": way}
            made |= {"target": self.quantity()} if self.chance(0.8) else {}
            made |= {"baseline": self.quantity()} if self.chance(0.6) else {}
            made |= self.measured(way)
            results.append(made)
            if "target" not in made:
                entities += [{"result": str(n), "entity": f"Comune {k}", "target": self.quantity(),
                              **({"baseline": self.quantity()} if self.chance(0.5) else {})} for k in range(self.random.randint(0, 3))]
        return {"title": f"Obiettivo {code}", **({"strategic_lines": lines} if lines else {}), **({"phases": phases} if phases else {}),
                **({"results": results} if results else {}), **({"entities": entities} if entities else {}),
                **({"phases_share": self.one(70, 100, Decimal("12.34"))} if self.chance(0.2) else {}),
                **({"results_as": self.one("mean", "worst")} if self.chance(0.2) else {})}

    def measured(self, way: str | None) -> dict:
        """What a result says of how it is measured beyond its target: mostly what its way needs, sometimes what it does not."""
        made = {}
        for key, share, values in (("deadline", 0.9 if way == "date" else 0.1, ("2021-03-31", "2021-06-30", "2021-12-31")),
                                   ("scale", 0.9 if way == "bands" else 0.2, ("VALORI", "GIORNI", "QUOTE", "ALTRA")),
                                   ("tolerance", 0.2, (0, 5, Decimal("12.5"))), ("cap", 0.2, (100, 130)), ("per", 0.3, (1, 100, 1000)),
                                   ("missing", 0.2, ("unknown", "zero", "out"))):
            if self.chance(share):
                made[key] = self.one(*values)
        for key in ("until", "minimum", "excellence"):
            if self.chance(0.8 if way in ("range", "levels") else 0.1):
                made[key] = self.quantity()
        return made

    def quantity(self) -> Decimal:
        return self.one(Decimal(0), Decimal(-3), Decimal(self.random.randint(1, 40)), Decimal(self.random.randint(-200, 4000)) / 100)

    def report(self, content: dict, round: str) -> None:
        """What is said at ``round``."""
        for objective in content["objectives"]:
            for holder in objective["holders"]:
                reported = {"percent": self.percent()} if self.chance(0.8) else {}
                reported |= {"status": self.one("achieved", "partial", "replaced", "withdrawn")} if self.chance(0.1) else {}
                if reported:
                    holder["holding"][round] = reported
                if self.chance(0.12):
                    content["evaluations"].append({"objective": objective["code"], "sector": holder["sector"], "round": round,
                                                   "percent": self.percent(0), "reason": "Visto."})
            sheet = objective["sheet"]
            for table, keys in (("phases", ("realised",)), ("results", READ), ("entities", ("actual",))):
                for item in sheet.get(table, ()):
                    for key in keys:
                        if self.chance(0.3 if key == "degree" else 0.9):
                            item[f"{round}_{key}"] = self.reading(key)
        for row in content.get("measures", ()):
            if self.chance(0.9):
                row["measure"][f"{round}_percent"] = self.percent()
            if self.chance(0.15):
                row["measure"]["applicable"] = self.one(True, False)
        if round == "interim":
            self.revise(content)

    def reading(self, key: str):
        """What a round finds under ``key``."""
        if key in ("actual", "numerator", "denominator"):
            return self.quantity()
        if key == "achieved_on":
            return self.one("2021-03-30", "2021-04-05", "2021-06-30", "2021-12-31", "2022-01-20")
        return self.one(True, False) if key == "achieved" else self.percent()

    def revise(self, content: dict) -> None:
        """What the interim round changes in what was planned."""
        for objective in content["objectives"]:
            items = [h["holding"] for h in objective["holders"]] + objective["sheet"].get("phases", []) + objective["sheet"].get("results", [])
            for item in items:
                if self.chance(0.15) and (weight := self.weight()) is not None:
                    item["weight_revised"] = weight
            for item in objective["sheet"].get("phases", []) + objective["sheet"].get("results", []):
                if self.chance(0.1):
                    item["dropped"] = "Non serve più."
            for result in objective["sheet"].get("results", ()):
                if "target" in result and self.chance(0.1):
                    result["target_revised"] = self.quantity()

    def change(self, content: dict, round: str) -> None:
        """What is changed after a round was published: none of it may move a figure of that round."""
        for sector in content["sectors"]:
            if self.chance(0.25):
                sector["weighted"] = not sector.get("weighted", True)
            if self.chance(0.2):
                sector["weight"] = self.one(Decimal(1), Decimal("0.25"), Decimal(3))
        if self.chance(0.25):
            content["rules"] = {**content["rules"], "missing": self.one("out", "zero", "last_known"), "body_mean": self.one("equal", "weighted")}
        for objective in content["objectives"]:
            for holder in objective["holders"]:
                if self.chance(0.1):
                    holder["holding"]["replaced_by"] = objective["code"][:-1] + "9"
                if self.chance(0.05):
                    holder["holding"]["weight"] = Decimal(self.random.randint(1, 100))
            if self.chance(0.1):
                objective["sheet"]["strategic_lines"] = [self.one("01.01.01", "02.01.01")]
        if self.chance(0.2):
            gone = content["objectives"].pop(self.random.randrange(len(content["objectives"])))
            content["measures"] = [m for m in content.get("measures", ()) if m["measure"]["objective"] != gone["code"]]
            content["evaluations"] = [e for e in content["evaluations"] if e["objective"] != gone["code"]]
        if self.chance(0.3):
            codes = [s["code"] for s in content["sectors"]]
            content["objectives"].append(self.objective(f"{codes[0]}.00008", codes[0], codes))
        self.reorganise(content)

    def reorganise(self, content: dict) -> None:
        """In a third of the campaigns with levels, a sector comes to stand elsewhere and those below count otherwise than before."""
        aside = self.aside()
        if content["rules"].get("units", "own") == "own" or aside.random() > 0.35:
            return
        content["rules"] = {**content["rules"], "units_share": aside.choice([40, 75]), "units": aside.choice(["mix", "mean"])}
        last = content["sectors"][-1]
        if last.pop("above", None) is None or aside.random() < 0.5:
            last["above"] = content["sectors"][0]["code"]


if __name__ == "__main__":
    from recalculation import compared

    count, first = (int(a) for a in (*sys.argv[1:3], *("100", "1")[len(sys.argv) - 1:])) if len(sys.argv) < 3 else map(int, sys.argv[1:3])
    sys.exit(compared(range(first, first + count), Path.cwd()))
