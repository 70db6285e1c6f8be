"""What takes several returns to see: shared and transversal objectives, counts, totals told in words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from perfxl.model.arithmetic import dec, mean, rounded
from perfxl.model.derived import applicable, by_measures, by_phases, by_results
from perfxl.model.documents import schema
from perfxl.model.fields import objective_fields
from perfxl.model.findings import Finding, Place
from perfxl.model.rounds import Round
from perfxl.model.terms import title_by_language
from perfxl.model.views import Measure, Objective, Plan, RoundOutcomes
from perfxl.model.weigh import weigh
from perfxl.stages.check.achieved import measured_elsewhere
from perfxl.stages.check.dates_in_text import totals_in
from perfxl.stages.check.entry import Entry
from perfxl.stages.check.locked import same_to_reader
from perfxl.stages.check.return_context import ReturnContext, Shared, is_blank, path_in_force
from perfxl.stages.check.rules import rules_of, unknown_codes


@dataclass(frozen=True)
class Year:
    """The returns of one round together. ``content``: the plan-shaped document after the merge; ``earlier``: the outcomes
    of the rounds before, by round; ``weighed``: those that ``content`` comes to, None when they are not known; the rest by sector."""
    content: dict[str, Any]
    round: Round
    returned: dict[str, dict[str, Any]]
    places: Mapping[str, Mapping[str, Place]]
    files: dict[str, str]
    earlier: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    weighed: Mapping[str, dict[str, Any]] | None = None

    @cached_property
    def plan(self) -> Plan:
        """The content, as a plan."""
        return Plan(self.content)

    @cached_property
    def cases(self) -> dict[str, ReturnContext]:
        """Each return as the checks of one return see it."""
        content = Shared(self.content)
        return {s: ReturnContext.from_documents(d, None, plan=content, round=self.round, places=self.places.get(s, {}), file=self.files.get(s, ""))
                for s, d in sorted(self.returned.items())}

    @cached_property
    def entries(self) -> dict[str, dict[str, Entry]]:
        """By code in the plan and sector, each returned objective."""
        by_objective: dict[str, dict[str, Entry]] = {}
        for sector, case in self.cases.items():
            for entry in case.entries:
                if entry.planned:
                    by_objective.setdefault(entry.planned.code, {}).setdefault(sector, entry)
        return by_objective

    @cached_property
    def outcomes(self) -> Mapping[str, dict[str, Any]]:
        """The outcomes of this round and of those before it, by round; none at the plan."""
        return weigh(self.content, self.round, self.earlier) if self.weighed is None else self.weighed

    @property
    def computed(self) -> dict[str, Decimal | None]:
        """The outcome of each sector at this round."""
        return self._totals(self.round)

    @cached_property
    def before(self) -> list[dict[str, Decimal | None]]:
        """The outcome of each sector at each round before."""
        return [self._totals(r) for r in self.outcomes if r != self.round]

    def _totals(self, round: str) -> dict[str, Decimal | None]:
        return {m.code: dec(m.outcome) for m in RoundOutcomes(self.outcomes[round]).sectors}

    @cached_property
    def held(self) -> dict[str, list[str]]:
        """Codes of the objectives that each sector holds, in plan order."""
        by_sector: dict[str, list[str]] = {}
        for objective in self.plan.objectives:
            for sector in dict.fromkeys(h.sector for h in objective.holders):
                by_sector.setdefault(sector, []).append(objective.code)
        return by_sector


def _shared(year: Year) -> Iterator[tuple[Objective, Entry, Iterable[Entry]]]:
    """(objective, what its lead returned, what the others did) for the shared objectives whose lead returned."""
    for objective in year.plan.objectives:
        entries = year.entries.get(objective.code, {})
        lead = entries.get(objective.lead)
        if lead and not objective.transversal:
            yield objective, lead, [e for s, e in entries.items() if s != objective.lead]


def outcomes(year: Year) -> Iterator[Finding]:
    """SHRD01, SHRD02: a shared objective with two outcomes, or replaced for one sector and not for the other."""
    for objective, lead, others in _shared(year):
        for entry in others if year.round.reports else ():
            if lead.gone != entry.gone:
                yield entry.finding("SHRD02", "holding", "reading", "status", code=objective.code, lead=objective.lead,
                                 gone=(lead if lead.gone else entry).case.sector, kept=(entry if lead.gone else lead).case.sector)
            elif None not in (lead.percent, entry.percent) and lead.percent != entry.percent:
                yield entry.finding("SHRD01", "holding", "reading", "percent", code=objective.code, lead=objective.lead,
                                 told=lead.percent, percent=entry.percent)


def frames(year: Year) -> Iterator[Finding]:
    """SHRD03: a shared objective whose frame (title, dates, priority ...) two sectors tell differently.

    Only what this round does not open is compared: what the lead may change, the others have not seen yet.
    """
    fixed = [f for f in objective_fields() if f.path[0] == "sheet" and f.cell != "table" and f.shows(year.round)
             and not f.opens(year.round) and not f.reading]
    for objective, lead, others in _shared(year):
        for entry in others:
            for f in fixed:
                theirs, own = f.value(lead.objective.data), f.value(entry.objective.data)
                if not is_blank(own) and not is_blank(theirs) and not same_to_reader(own, theirs):
                    yield entry.finding("SHRD03", *f.path, code=objective.code, lead=objective.lead,
                                     told=_line(theirs), own=_line(own))


def elsewhere(year: Year) -> Iterator[Finding]:
    """OUTC17, OUTC32: an objective said achieved, and a result of it that another sector measures is not."""
    yield from measured_elsewhere(entry for entries in year.entries.values() for entry in entries.values()) if year.round.reports else ()


def _line(value: Any) -> Any:
    """A list in one line; any other value as it is."""
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def transversal(year: Year) -> Iterator[Finding]:
    """SHRD04: the outcome that the lead of a transversal objective declares follows neither from its phases and results
    nor from the measures of the sectors."""
    for objective in year.plan.objectives:
        lead = year.entries.get(objective.code, {}).get(objective.lead)
        if not objective.transversal or not lead or lead.percent is None or not year.round.reports:
            continue
        means = _measures(year, objective.code)
        figures = [by_phases(lead.sheet, year.round), by_results(lead.weighed_sheet, year.round), *means]
        near = dec(rules_of(year.content)["derivable_tolerance"])
        if means and not any(f is not None and abs(f - lead.percent) <= near for f in figures):
            yield lead.finding("SHRD04", "holding", "reading", "percent", percent=lead.percent, sectors=rounded(means[0]),
                            measures=rounded(means[1]))


def _measures(year: Year, code: str) -> list[Decimal | None]:
    """The plain mean of the sectors' totals and the plain mean of all measures; [] when a total is missing."""
    rows: dict[str, list[Measure]] = {}
    for row in year.plan.measures:
        if row.measure.objective == code:
            rows.setdefault(row.sector, []).append(row.measure)
    totals = [by_measures(r, year.round) for r in rows.values() if any(applicable(m, year.round) for m in r)]
    known = [t for t in totals if t is not None]
    if not totals or len(known) < len(totals):
        return []
    return [mean((Decimal(1), t) for t in known), by_measures([m for r in rows.values() for m in r], year.round)]


def returned(year: Year) -> Iterator[Finding]:
    """SHRD05: an objective all of whose sectors sent a return, none with its sheet."""
    for objective in year.plan.objectives:
        holders = [h.sector for h in objective.holders]
        if all(s in year.returned for s in holders) and objective.code not in year.entries:
            values = {"code": objective.code, "sectors": ", ".join(holders)}
            yield Finding("SHRD05", Place(year.files.get(objective.lead, "")), values, sector=objective.lead,
                          objective=objective.code)


def counted(year: Year) -> Iterator[Finding]:
    """SHRD06: for a sector, objectives issued that are not as many as consolidated, replaced and withdrawn together."""
    for sector, case in year.cases.items() if year.round.reports else ():
        issued = year.held.get(sector, [])
        by_code = {e.planned.code: e for e in case.entries if e.planned}
        replaced = sum(e.gone and e.outcome.status != "withdrawn" for e in by_code.values())
        withdrawn = sum(e.gone for e in by_code.values()) - replaced
        consolidated = len(by_code) - replaced - withdrawn
        if len(issued) != consolidated + replaced + withdrawn:
            yield Finding("SHRD06", Place(year.files.get(sector, "")), sector=sector, values={
                "issued": len(issued), "consolidated": consolidated, "replaced": replaced, "withdrawn": withdrawn,
                "codes": ", ".join(c for c in issued if c not in by_code)})


def totals(year: Year) -> Iterator[Finding]:
    """SHRD07: the closing words give the sector an overall percentage other than the one computed."""
    if not year.outcomes:
        return
    computed = year.computed
    for sector, case in year.cases.items():
        text = case.document.compilation.considerations or ""
        for fragment in _wrong(text, year, sector, computed):
            yield case.finding("SHRD07", "compilation", "considerations", fragment=fragment, computed=computed[sector])
    for row in year.plan.considerations:
        if row.round == year.round:
            for fragment in _wrong(row.text, year, row.sector, computed):
                yield Finding("SHRD07", values={"fragment": fragment, "computed": computed[row.sector]}, sector=row.sector)


def _wrong(text: str, year: Year, sector: str, computed: dict[str, Decimal | None]) -> Iterator[str]:
    """The overall percentages in ``text`` that are neither this round's total nor one of the rounds before."""
    right = [computed.get(sector), *(totals.get(sector) for totals in year.before)]
    for fragment, number in totals_in(text):
        said = Decimal(number)
        if right[0] is not None and not any(r is not None and r.quantize(said) == said for r in right):
            yield fragment


def successors(year: Year) -> Iterator[Finding]:
    """SHRD08: a replaced objective whose successor is held by none of its sectors."""
    by_code = {}
    for objective in year.plan.objectives:
        for code in (objective.code, *(h.code for h in objective.holders if h.code)):
            by_code[code] = objective
    for entries in year.entries.values():
        for sector, entry in entries.items():
            code = entry.holding.in_force("replaced_by", year.round)
            successor = by_code.get(code or "")
            if successor and sector not in {h.sector for h in successor.holders}:
                yield entry.finding("SHRD08", "holding", *path_in_force(entry.holding, "replaced_by"), successor=code, sector=sector)


def rules(year: Year) -> Iterator[Finding]:
    """RULE01, RULE02: a rule that names a finding the catalogue does not have; a code given two severities."""
    for key, code in unknown_codes(year.content):
        yield Finding("RULE01", values={"code": code}, field=_rule_title(key), path=f"/rules/{key}")
    own = rules_of(year.content)
    lists = ("as_error", "as_warning", "as_note")
    for n, key in enumerate(lists):
        for code in own[key]:
            if any(code in own[earlier] for earlier in lists[:n]):
                yield Finding("RULE02", values={"code": code}, field=_rule_title(key), path=f"/rules/{key}")


def _rule_title(key: str) -> dict[str, str]:
    rule = schema("plan")["$defs"]["rules"]["properties"][key]
    return title_by_language(rule)


CHECKS = (
    (outcomes, ("SHRD01", "SHRD02")),
    (frames, ("SHRD03",)),
    (elsewhere, ("OUTC17", "OUTC32")),
    (transversal, ("SHRD04",)),
    (returned, ("SHRD05",)),
    (counted, ("SHRD06",)),
    (totals, ("SHRD07",)),
    (successors, ("SHRD08",)),
    (rules, ("RULE01", "RULE02")),
)
