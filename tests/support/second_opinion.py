"""The figures of a campaign computed a second time, from the page on how they are computed and not from the engine's code.

Fractions instead of decimals, and nothing imported from perfxl: whoever doubts a figure can read this alone.
"""

from datetime import date
from fractions import Fraction
from math import floor

HUNDRED = Fraction(100)


def fraction(value):
    return None if value is None else Fraction(str(value))


def half_up(value, decimals):
    if value is None:
        return None
    scale = 10 ** decimals
    shifted = abs(value) * scale
    return Fraction(floor(shifted + Fraction(1, 2)), scale) * (1 if value >= 0 else -1)


class Opinion:
    """One round of a campaign. ``last``: by (objective, sector), and by sector, what earlier rounds published."""

    def __init__(self, content, round, last_values, last_sectors):
        self.content, self.round, self.last_values, self.last_sectors = content, round, last_values, last_sectors
        self.rules = {"counting": "evaluated", "missing": "out", "body_mean": "equal", "rounding": "each", "decimals": 2,
                      "degree": "typed", "reached_within": 0, "degree_cap": 100, "method": "higher", "minimum_degree": 50,
                      "missing_value": "unknown", "phases_share": 50, "results_as": "mean", "units": "own", "units_mean": "equal", "units_share": 50, "body_levels": "auto", **content.get("rules", {})}

    # -- rounding and what was typed
    def figure(self, value):
        return half_up(value, 10 if self.rules["rounding"] == "once" else self.rules["decimals"])

    def typed(self, value):
        number = fraction(value)
        if number is None or number < 0 or number > 100:
            return None
        return number if self.rules["rounding"] == "once" else half_up(number, 2)

    def weight(self, item):
        revised = self.typed(item.get("weight_revised"))
        return self.typed(item.get("weight")) if revised is None else revised

    # -- under an objective
    def mean(self, pairs):
        total = sum(w for w, _ in pairs)
        return sum(w * v for w, v in pairs) / total if total else None

    def phases(self, sheet):
        pairs = []
        for phase in sheet.get("phases", []):
            if phase.get("weighting") == "not_weighted" or phase.get("dropped"):
                continue
            weight, done = self.weight(phase), self.typed(phase.get(f"{self.round}_realised"))
            if weight == 0:
                continue
            if weight is None or done is None:
                return None
            pairs.append((weight, done))
        return self.figure(self.mean(pairs))

    def scored(self, way, actual, target, baseline, near, cap):
        near = abs(target) * near / 100
        if way == "progress":
            if baseline is None or baseline == target:
                return None
            share = (actual - baseline) * 100 / (target - baseline)
            there = actual <= target + near if target < baseline else actual >= target - near
            return Fraction(0) if share < 0 else min(cap, max(share, HUNDRED) if there else share)
        if way == "lower":
            if actual <= target + near:
                return HUNDRED if target <= 0 else cap if actual <= 0 else min(cap, max(HUNDRED, target * 100 / actual))
            if target <= 0:
                return None
            return Fraction(0) if baseline is not None and target < baseline < actual else target * 100 / actual
        if actual >= target - near:
            return HUNDRED if target <= 0 else min(cap, max(HUNDRED, actual * 100 / target))
        if target <= 0:
            return None
        if self.round == "final" and baseline is not None and actual < baseline < target:
            return Fraction(0)
        return max(Fraction(0), actual * 100 / target)

    def degree(self, result, sheet):
        typed, computed = self.typed(result.get(f"{self.round}_degree")), self.measured(result, sheet)
        first, second = (typed, self.figure(computed)) if self.rules["degree"] == "typed" else (self.figure(computed), typed)
        return second if first is None else first

    def measured(self, result, sheet):
        """What the values of a result give, else the plain mean of what those of its entities give."""
        way, given = result.get("direction", self.rules["method"]), {k: fraction(result.get(k)) for k in ("until", "minimum", "excellence")}
        rest = [fraction(result.get(k, self.rules[rule])) for k, rule in (("tolerance", "reached_within"), ("cap", "degree_cap"))]
        near, cap = rest[0], rest[1] if "scale" not in result else Fraction(10**7)
        actual, target = fraction(result.get(f"{self.round}_actual")), fraction(result.get("target_revised", result.get("target")))
        top, bottom = (fraction(result.get(f"{self.round}_{k}")) for k in ("numerator", "denominator"))
        if "per" in result and top is not None and bottom:
            actual = top / bottom * result["per"]
        if way == "typed":
            return None
        if way == "yesno":
            done = result.get(f"{self.round}_achieved")
            return None if done is None else HUNDRED if done else Fraction(0)
        if way == "date":
            day, due = (result.get(k) and date.fromisoformat(result[k]) for k in (f"{self.round}_achieved_on", "deadline"))
            late = None if not day or not due else Fraction(max(0, (day - due).days))
            return None if late is None else self.read_in(result["scale"], late) if "scale" in result else Fraction(0) if late else HUNDRED
        if way == "levels":
            own = fraction(result.get("cap", self.rules["degree_cap"]))
            return self.levels(actual, target, minimum=given["minimum"], excellence=given["excellence"], near=near, cap=own)
        if way == "range":
            low, high = target, given["until"]
            if actual is None or low is None and high is None or None not in (low, high) and low > high:
                return None
            away = max(Fraction(0), *(x for x in (low is not None and low - abs(low) * near / 100 - actual,
                                                  high is not None and actual - high - abs(high) * near / 100) if x is not False))
            return self.read_in(result["scale"], away) if "scale" in result else Fraction(0) if away else HUNDRED
        if actual is not None and (target is not None or way == "bands"):
            return self.one(way, result, actual=actual, target=target, baseline=fraction(result.get("baseline")), near=near, cap=cap)
        several = []
        for e in sheet.get("entities", []):
            if e["result"] == result["id"]:
                a, t = fraction(e.get(f"{self.round}_actual")), fraction(e.get("target"))
                several.append(None if a is None or t is None and way != "bands" else
                               self.one(way, result, actual=a, target=t, baseline=fraction(e.get("baseline")), near=near, cap=cap))
        known = [degree for degree in several if degree is not None]
        return sum(known) / len(known) if known and len(known) == len(several) else None

    def one(self, way, result, actual, target, baseline, near, cap):
        if way == "bands":
            return self.read_in(result["scale"], actual) if "scale" in result else None
        score = self.scored(way, actual, target=target, baseline=baseline, near=near, cap=cap)
        return score if "scale" not in result or score is None else self.read_in(result["scale"], score)

    def levels(self, actual, target, minimum, excellence, near, cap):
        if None in (actual, target, minimum) or minimum == target:
            return None
        sign = 1 if target > minimum else -1
        if excellence is not None and (excellence - target) * sign <= 0:
            return None
        if excellence is not None and (actual - excellence) * sign >= 0:
            return cap
        if (actual - target) * sign >= -abs(target) * near / 100:
            return HUNDRED
        return fraction(self.rules["minimum_degree"]) if (actual - minimum) * sign >= 0 else Fraction(0)

    def read_in(self, scale, value):
        """The degree of the first band of a table in which a value lies, both ends included."""
        mine = [b for b in self.content.get("bands", []) if b["scale"] == scale]
        most = max((fraction(b["points"]) for b in mine if "points" in b), default=None)
        value = half_up(value, 8)
        for b in mine:
            low, high = fraction(b.get("from")), fraction(b.get("to"))
            if (low is None or value >= low) and (high is None or value <= high):
                return fraction(b["degree"]) if "degree" in b else fraction(b["points"]) / most * 100
        return None

    def results(self, sheet):
        rows = []
        for r in sheet.get("results", []):
            weight, degree = self.weight(r), self.degree(r, sheet)
            unread = r.get("missing", self.rules["missing_value"])
            if r.get("dropped") or weight == 0 or degree is None and unread == "out":
                continue
            if degree is None and unread == "last_known" and self.round == "final":
                degree = Opinion(self.content, "interim", {}, {}).degree(r, sheet)
            rows.append((weight, Fraction(0) if degree is None and unread == "zero" else degree))
        if not rows or any(d is None for _, d in rows):
            return None
        bare = [w is None for w, _ in rows]
        if any(bare) and not all(bare):
            return None
        if sheet.get("results_as", self.rules["results_as"]) == "worst":
            return self.figure(min(d for _, d in rows))
        return self.figure(self.mean([(Fraction(1) if w is None else w, d) for w, d in rows]))

    def mixed(self, sheet):
        """Phases and results by the share of the phases; the ones alone where there are none of the others."""
        weighs = [p for p in sheet.get("phases", []) if p.get("weighting") != "not_weighted" and not p.get("dropped") and self.weight(p) != 0]
        counts = [r for r in sheet.get("results", []) if not r.get("dropped") and self.weight(r) != 0 and not (
            r.get("missing", self.rules["missing_value"]) == "out" and self.degree(r, sheet) is None)]
        phases, results = self.phases(sheet), self.results(sheet)
        if weighs and phases is None or counts and results is None:
            return None
        if not weighs or not counts:
            return results if not weighs else phases
        own = self.typed(sheet.get("phases_share"))
        share = fraction(self.rules["phases_share"]) if own is None else own
        return self.figure((share * phases + (100 - share) * results) / 100)

    def measures(self, objective, sector):
        measures = [m["measure"] for m in self.content.get("measures", []) if m["sector"] == sector and m["measure"]["objective"] == objective]
        values = [self.typed(m.get(f"{self.round}_percent")) for m in measures if m.get("applicable", True)]
        return self.figure(sum(values) / len(values)) if values and None not in values else None

    # -- an objective in a sector
    def outcome(self, objective, holder):
        code, sector, lead = objective["code"], holder["sector"], objective["lead"]
        transversal = objective.get("kind") == "transversal"
        judged = {e["sector"]: self.typed(e["percent"]) for e in self.content.get("evaluations", [])
                  if e["objective"] == code and e["round"] == self.round}
        declared = {h["sector"]: self.typed(h["holding"].get(self.round, {}).get("percent")) for h in objective["holders"]}
        said, word = declared[sector], judged.get(sector)
        if not transversal:
            said = declared[lead] if declared.get(lead) is not None else said
            word = judged.get(lead) if word is None else word
        own_sheet = not transversal or sector == lead
        known = {"evaluated": word, "declared": said, "phases": self.phases(objective["sheet"]) if own_sheet else None,
                 "results": self.results(objective["sheet"]) if own_sheet else None, "measures": self.measures(code, sector),
                 "mix": self.mixed(objective["sheet"]) if own_sheet else None}
        order = {"mix": ["mix"], "evaluated": ["evaluated", "declared"], "declared": ["declared"], "phases": ["phases"], "results": ["results"]}[self.rules["counting"]]
        if not own_sheet:
            order = [b for b in order if b not in ("phases", "results", "mix")] + ["measures"]
        basis = next((b for b in order if known[b] is not None), None)
        value = self.figure(known[basis]) if basis else None
        holding, status = holder["holding"], holder["holding"].get(self.round, {}).get("status")
        weight = self.weight(holding)
        why = holding["weighting"] if holding.get("weighting") in ("not_weighted", "incentives") else \
            "replaced" if holding.get("replaced_by") else self.gone(holding) or \
            ("no_weight" if weight is None else "missing" if value is None else None)
        printed = half_up(value, self.rules["decimals"])
        follows = None if value is None else "achieved" if printed >= 100 else "not_achieved" if printed <= 0 else "partial"
        state = why if why in ("replaced", "withdrawn") else (status or follows) if basis == "declared" else follows
        return {"objective": code, "sector": sector, "lines": objective["sheet"].get("strategic_lines", []),
                "weight": None if why in ("not_weighted", "incentives") else weight, "by_phases": known["phases"],
                "by_results": known["results"], "by_measures": known["measures"], "declared": said, "evaluated": word, "value": value,
                "basis": basis, "status": state, "exclusion": why, "last": self.last_values.get((code, sector)),
                "counted": why is None or why == "missing" and self.stands_in(self.last_values.get((code, sector)))}

    def gone(self, holding):
        """What is replaced or withdrawn stays so until a later round declares something else."""
        for round in ["final", "interim"] if self.round == "final" else ["interim"]:
            said = holding.get(round, {})
            if "status" in said or "percent" in said:
                return said.get("status") if said.get("status") in ("replaced", "withdrawn") else None
        return None

    def stands_in(self, last):
        return self.rules["missing"] == "zero" or self.rules["missing"] == "last_known" and last is not None

    # -- means
    def three_ways(self, parts):
        """(weight, name, value, last): the figures of a mean."""
        present = [(w, n, v) for w, n, v, _ in parts if v is not None]
        zero = [(w, n, v or Fraction(0)) for w, n, v, _ in parts]
        last = [(w, n, la if v is None else v) for w, n, v, la in parts if not (v is None and la is None)]
        chosen = {"out": present, "zero": zero, "last_known": last}
        figures = {k: self.figure(self.mean([(w, v) for w, _, v in rows])) for k, rows in chosen.items()}
        counted, whole = chosen[self.rules["missing"]], sum(w for w, *_ in parts)
        below = sum((w for w, *_ in counted), Fraction(0))
        return {"outcome": figures[self.rules["missing"]], "denominator": half_up(below, 10 if self.rules["rounding"] == "once" else 2) if parts else None,
                "without_missing": figures["out"], "missing_as_zero": figures["zero"], "missing_as_last": figures["last_known"],
                "coverage": self.figure(sum(w for w, *_ in present) * 100 / whole) if whole else None,
                "counted": len({n for _, n, _ in counted}), "missing": len({n for _, n, v, _ in parts if v is None})}

    def all(self):
        outcomes = [self.outcome(o, h) for o in self.content["objectives"] for h in o["holders"]]
        inside = [o for o in outcomes if o["exclusion"] in (None, "missing")]
        sectors, lines = {}, {}
        for s in self.content["sectors"]:
            mine = [o for o in inside if o["sector"] == s["code"]]
            mean = self.three_ways([(o["weight"], o["objective"], o["value"], o["last"]) for o in mine])
            mean["excluded"] = [o["objective"] for o in outcomes if o["sector"] == s["code"] and o not in mine]
            sectors[s["code"]] = mean
        sectors = self.in_levels(sectors)
        for line in (c["code"] for c in self.content["cascade"]):
            under = [o for o in outcomes if any((x + ".").startswith(line + ".") for x in o["lines"])]
            mine = [o for o in under if o in inside]
            times = {c: sum(o["objective"] == c for o in mine) for c in (o["objective"] for o in under)}
            lines[line] = self.three_ways([(o["weight"] / times[o["objective"]], o["objective"], o["value"], o["last"]) for o in mine])
            lines[line]["excluded"] = [c for c, n in times.items() if n == 0]
        return {"objectives": outcomes, "sectors": sectors, "lines": lines, "body": self.body(sectors)}

    def in_levels(self, own):
        """The figures of the sectors from those of their ``own`` objectives and of the sectors under each, with their place in the body."""
        given, means = {s["code"]: s for s in self.content["sectors"]}, dict(own)
        under = {code: [c for c, s in given.items() if s.get("above") == code] for code in given}
        for code in reversed(list(given)):  # whoever stands under another is written after it
            if under[code] and self.rules["units"] != "own":
                means[code] = self.with_those_below(own[code], {c: self.placed(given[c], means[c], "units_mean") for c in under[code]})
        levels = self.rules["body_levels"]
        if levels == "auto":
            levels = "all" if self.rules["units"] == "own" else "first"
        for code, sector in given.items():
            elsewhere = levels == "first" and sector.get("above") or levels == "last" and under[code]
            means[code] = {**means[code], "weight": None, "exclusion": "other_level"} if elsewhere else self.placed(sector, means[code], "body_mean")
        return means

    def with_those_below(self, own, below):
        """Share of those below and the rest of its own objectives; where there is nothing of one, the other."""
        units, share = self.body(below), fraction(self.rules["units_share"])
        parts = [(own, HUNDRED - share), (units, share)] if self.rules["units"] == "mix" else [(units, HUNDRED)]
        there = [(part, weight) for part, weight in parts if part["counted"] + part["missing"]] or [(own, HUNDRED)]
        if len(there) == 1:
            return there[0][0]
        both = self.body({n: {**part, "weight": weight} for n, (part, weight) in enumerate(there)}, known={})
        return {**both, **{k: own[k] + units[k] for k in ("counted", "missing", "excluded")}}

    def placed(self, sector, figures, kind):
        weight, why = self.place(sector, figures["counted"] + figures["missing"], kind)
        return {**figures, "weight": weight, "exclusion": why}

    def place(self, sector, mine, kind):
        """(weight of a sector in a mean of sectors, why it is out of it)."""
        if sector.get("weighted") is False:
            return None, "not_weighted"
        if not mine:
            return None, "empty"
        if self.rules[kind] == "equal":
            return Fraction(1), None
        weight = fraction(sector.get("weight"))
        if weight is None or not 0 <= weight <= 1000:
            return None, "no_weight"
        return (weight if self.rules["rounding"] == "once" else half_up(weight, 2)), None

    def body(self, sectors, known=None):
        known = self.last_sectors if known is None else known
        inside = {c: s for c, s in sectors.items() if s["weight"] is not None}
        ways = {"out": {c: s["without_missing"] for c, s in inside.items()},
                "zero": {c: s["missing_as_zero"] or Fraction(0) for c, s in inside.items()},
                "last_known": {c: known.get(c) if s["missing_as_last"] is None else s["missing_as_last"] for c, s in inside.items()}}
        pairs = {k: [(inside[c]["weight"], v) for c, v in found.items() if v is not None] for k, found in ways.items()}
        figures = {k: self.figure(self.mean(found)) for k, found in pairs.items()}
        counted = pairs[self.rules["missing"]]
        return {"outcome": figures[self.rules["missing"]], "denominator": sum((w for w, _ in counted), Fraction(0)) if inside else None,
                "without_missing": figures["out"], "missing_as_zero": figures["zero"], "missing_as_last": figures["last_known"],
                "coverage": self.figure(self.mean([(s["weight"], s["coverage"] or Fraction(0)) for s in inside.values()])),
                "counted": len(counted), "missing": sum(s["without_missing"] is None for s in inside.values()),
                "excluded": [c for c in sectors if c not in inside]}
