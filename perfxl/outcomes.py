"""Outcomes: of an objective in a sector, of a sector, of a strategic line, of the body.

Everything is Decimal. Every published outcome is rounded once, half up, to two decimals, when its own
computation ends; what stands above it is computed from published figures, so that whoever has the printed
table can do the sum again. Percentages are points (57.25).

Sources of the rules: the sector tables of a real final report (weighted mean over the weights in force;
replaced, incentive-paid and not-weighted objectives out of the denominator) and the body's *Regole*.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from perfxl.arithmetic import ZERO, by_measures, by_phases, by_results, dec, mean, rounded, shown, status_of
from perfxl.readings import due, gone, in_force, read
from perfxl.rounds import Round, Rounds

DEFAULT_RULES = {"counting": "evaluated", "missing": "out", "body_mean": "equal", "weight_tolerance": Decimal("0.05")}


def rules_of(content: dict) -> dict:
    """The body's rules with the defaults for what it does not say."""
    return {**DEFAULT_RULES, **content.get("rules", {})}


@dataclass(frozen=True)
class Outcome:
    """The outcome of one objective in one sector, as ``consolidated.schema.json#/$defs/outcome`` explains it."""

    objective: str
    sector: str
    lines: tuple[str, ...]
    weight: Decimal | None
    by_phases: Decimal | None
    by_results: Decimal | None
    by_measures: Decimal | None
    declared: Decimal | None
    evaluated: Decimal | None
    value: Decimal | None
    basis: str | None
    status: str | None
    exclusion: str | None

    @property
    def counted(self) -> bool:
        """Whether it stands in the denominator with an outcome."""
        return self.exclusion is None

    def document(self) -> dict:
        """The outcome as the consolidated document has it."""
        figures = ("weight", "by_phases", "by_results", "by_measures", "declared", "evaluated", "value")
        return {"objective": self.objective, "sector": self.sector,
                **{k: shown(getattr(self, k)) for k in figures},
                "basis": self.basis, "status": self.status, "counted": self.counted, "exclusion": self.exclusion}


def _declared(objective: dict, holder: dict, round: Round) -> Decimal | None:
    """What was declared: for a shared objective the lead speaks, for a transversal one each sector for itself."""
    own = dec(read(holder.get("holding", {}), round, "percent"))
    if objective.get("kind") == "transversal":
        return own
    lead = next((h for h in objective["holders"] if h["sector"] == objective["lead"]), holder)
    told = dec(read(lead.get("holding", {}), round, "percent"))
    return own if told is None else told


def _evaluated(evaluations: dict, objective: dict, sector: str, round: str) -> Decimal | None:
    own = evaluations.get((objective["code"], sector, round))
    if own is None and objective.get("kind") != "transversal":
        own = evaluations.get((objective["code"], objective["lead"], round))
    return own


def _exclusion(holding: dict, round: Round, weight: Decimal | None, value: Decimal | None) -> str | None:
    if holding.get("weighting") in ("not_weighted", "incentives"):
        return holding["weighting"]
    return gone(holding, round) or ("no_weight" if weight is None else "missing" if value is None else None)


def outcome(objective: dict, holder: dict, round: Round, rules: dict, evaluations: dict, measures: list[dict]) -> Outcome:
    """The outcome of ``objective`` in the sector of ``holder`` at ``round``.

    ``evaluations``: percent by (objective, sector, round); ``measures``: the sector's measures of the objective.
    """
    holding, sheet, sector = holder.get("holding", {}), objective.get("sheet", {}), holder["sector"]
    speaks = objective.get("kind") != "transversal" or sector == objective["lead"]
    found = {
        "evaluated": _evaluated(evaluations, objective, sector, round),
        "declared": _declared(objective, holder, round),
        "phases": by_phases(sheet, round) if speaks else None,
        "results": by_results(sheet, round) if speaks else None,
        "measures": by_measures(measures, round),
    }
    order = {"evaluated": ("evaluated", "declared"), "declared": ("declared",),
             "phases": ("phases",), "results": ("results",)}[rules["counting"]]
    if not speaks:
        order = (*(b for b in order if b in ("evaluated", "declared")), "measures")
    basis = next((b for b in order if found[b] is not None), None)
    value = rounded(found[basis]) if basis else None
    weight = dec(in_force(holding, "weight", round))
    excluded = _exclusion(holding, round, weight, value)
    if excluded == "missing" and not due(objective, round):
        excluded = "not_due"
    said = read(holding, round, "status")
    status = excluded if excluded in ("replaced", "withdrawn") else \
        status_of(value) if basis != "declared" else said or status_of(value)
    return Outcome(objective["code"], sector, tuple(sheet.get("strategic_lines", ())),
                   None if excluded in ("not_weighted", "incentives") else weight,
                   found["phases"], found["results"], found["measures"], found["declared"], found["evaluated"],
                   value, basis, status, excluded)


def outcomes(content: dict, round: str) -> list[Outcome]:
    """The outcome of every objective in every sector that holds it, in plan order."""
    rules, round = rules_of(content), Rounds.of(content)[round]
    evaluations = {(e["objective"], e["sector"], e["round"]): dec(e["percent"]) for e in content.get("evaluations", ())}
    measures: dict[tuple, list] = {}
    for row in content.get("measures", ()):
        measures.setdefault((row["measure"]["objective"], row["sector"]), []).append(row["measure"])
    return [outcome(o, h, round, rules, evaluations, measures.get((o["code"], h["sector"]), []))
            for o in content.get("objectives", ()) for h in o["holders"]]


@dataclass(frozen=True)
class Mean:
    """A weighted mean with its denominator, as ``consolidated.schema.json#/$defs/mean`` explains it.

    ``code`` is a sector, a strategic line, or "" for the body; ``excluded`` names what is out of the denominator.
    """

    code: str
    outcome: Decimal | None
    denominator: Decimal | None
    without_missing: Decimal | None
    missing_as_zero: Decimal | None
    missing_as_last: Decimal | None
    coverage: Decimal | None
    counted: int
    missing: int
    excluded: tuple[str, ...]

    def document(self) -> dict:
        """The mean as the consolidated document has it."""
        figures = ("outcome", "denominator", "without_missing", "missing_as_zero", "missing_as_last", "coverage")
        return {"code": self.code, **{k: shown(getattr(self, k)) for k in figures},
                "counted": self.counted, "missing": self.missing, "excluded": list(self.excluded)}


@dataclass(frozen=True)
class Part:
    """One thing that enters a mean: its name, weight, value and last known value (None where missing)."""

    name: str
    weight: Decimal
    value: Decimal | None
    last: Decimal | None = None


def combine(code: str, parts: Iterable[Part], excluded: Iterable[str], missing_rule: str) -> Mean:
    """The mean of ``parts``, missing values treated the three ways; ``outcome`` follows ``missing_rule``."""
    parts = list(parts)
    present = [(p.weight, p.value) for p in parts if p.value is not None]
    zero = [(p.weight, p.value if p.value is not None else ZERO) for p in parts]
    last = [(p.weight, p.value if p.value is not None else p.last) for p in parts
            if p.value is not None or p.last is not None]
    ways = {"out": present, "zero": zero, "last_known": last}
    figures = {way: rounded(mean(pairs)) for way, pairs in ways.items()}
    whole = sum((p.weight for p in parts), ZERO)
    weight_present = sum((w for w, _ in present), ZERO)
    return Mean(code, figures[missing_rule], sum((w for w, _ in ways[missing_rule]), ZERO) if parts else None,
                figures["out"], figures["zero"], figures["last_known"],
                rounded(weight_present / whole * 100) if whole else None,
                len(present), len(parts) - len(present), tuple(excluded))


def _over(code: str, chosen: list[Outcome], last: dict, rule: str) -> Mean:
    """The mean of objectives' outcomes: those weighted enter, the others are named as excluded."""
    parts = [Part(o.objective, o.weight, o.value, last.get((o.objective, o.sector)))
             for o in chosen if o.exclusion in (None, "missing")]
    return combine(code, parts, [o.objective for o in chosen if o.exclusion not in (None, "missing")], rule)


@dataclass(frozen=True)
class Weighed:
    """All outcomes of one round: the body, its sectors and strategic lines in plan order, the objectives."""

    body: Mean
    sectors: tuple[Mean, ...]
    lines: tuple[Mean, ...]
    objectives: tuple[Outcome, ...]

    def document(self) -> dict:
        """The outcomes as ``consolidated.schema.json#/$defs/round`` has them."""
        return {"body": self.body.document(), "sectors": [s.document() for s in self.sectors],
                "lines": [line.document() for line in self.lines], "objectives": [o.document() for o in self.objectives]}


def weighed(content: dict, round: str) -> Weighed:
    """The outcomes of ``content`` (a plan-shaped document) at ``round``, the id of one that declares outcomes.

    The last known outcome is that of the rounds before. A line takes every objective that realises it or a
    line below it, with its weight in each sector. The body is the mean of its sectors: of one weight each, or of the
    weights the plan gives them, by the rule ``body_mean``; sectors out of it or with nothing weighted are excluded.
    """
    rules = rules_of(content)
    now = outcomes(content, round)
    reported = Rounds.of(content)[round].reported[:-1]
    before = weighed(content, reported[-1]) if reported else None
    last = _last_known(content, reported)
    held: dict[str, list[Outcome]] = {}
    below: dict[str, list[Outcome]] = {}
    for o in now:
        held.setdefault(o.sector, []).append(o)
        for line in dict.fromkeys(above for code in o.lines for above in _upwards(code)):
            below.setdefault(line, []).append(o)
    sectors = tuple(_over(s["code"], held.get(s["code"], []), last, rules["missing"]) for s in content["sectors"])
    lines = tuple(_over(line["code"], below.get(line["code"], []), last, rules["missing"]) for line in content.get("cascade", ()))
    return Weighed(_body(content, sectors, before, rules), sectors, lines, tuple(now))


def _last_known(content: dict, rounds: tuple[Round, ...]) -> dict[tuple[str, str], Decimal]:
    """The latest outcome of each objective in each sector at ``rounds``."""
    return {(o.objective, o.sector): o.value for r in rounds for o in outcomes(content, r) if o.value is not None}


def _upwards(line: str) -> Iterator[str]:
    """The code of a line and those of the lines it is below."""
    while line:
        yield line
        line = line.rpartition(".")[0]


def _body(content: dict, sectors: tuple[Mean, ...], before: Weighed | None, rules: dict) -> Mean:
    earlier = {s.code: s.missing_as_last for s in before.sectors} if before else {}
    weights, excluded = {}, []
    for given, found in zip(content["sectors"], sectors, strict=True):
        if given.get("weighted") is False or not found.counted + found.missing:
            excluded.append(found.code)
        else:
            weights[found.code] = dec(given.get("weight", 1)) if rules["body_mean"] == "weighted" else Decimal(1)
    inside = [s for s in sectors if s.code in weights]
    ways = {"out": [(s.code, s.without_missing) for s in inside],
            "zero": [(s.code, s.missing_as_zero or ZERO) for s in inside],
            "last_known": [(s.code, earlier.get(s.code) if s.missing_as_last is None else s.missing_as_last)
                           for s in inside]}
    pairs = {way: [(weights[code], v) for code, v in found if v is not None] for way, found in ways.items()}
    figures = {way: rounded(mean(found)) for way, found in pairs.items()}
    present = [s for s in inside if s.without_missing is not None]
    coverage = mean((weights[s.code], s.coverage or ZERO) for s in inside)
    return Mean("", figures[rules["missing"]], sum((w for w, _ in pairs[rules["missing"]]), ZERO) if inside else None,
                figures["out"], figures["zero"], figures["last_known"], rounded(coverage),
                len(present), len(inside) - len(present), tuple(excluded))
