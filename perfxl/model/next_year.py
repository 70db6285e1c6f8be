"""The plan of the next year, begun from what the last round of this one came to.

What a controller would copy by hand is copied; what has to be decided anew is left blank:

- body, rules, words, tables of bands, own fields, mailbox, sectors and cascade stay; rounds move by a year, without their acts;
- objectives of several years that are not at an end, not replaced and not withdrawn go on under the same code, with
  ``continues`` saying where they come from; annual ones do not, whatever they came to, unless all are asked for: then
  their dates move by a year;
- a revised value becomes the approved one; reasons, outcomes, evaluations, requests and considerations go;
- phases move up by a year: those of the next year become this year's and want a weight, those of later years follow;
  those that are done stay as history, unweighted and without dates, so that the results tied to them still say by what
  they came about; those that are late want new dates and a weight; those dropped go;
- results start from what was last achieved, which stands among the values of earlier years, three of them at most; the
  target of the year after becomes this year's, and where there was none they keep their own until it is reached; they lose
  dates that are past, and go when they were done and had no indicator; the indicators that objectives share likewise;
- measures not finished are carried on, and with them the transversal objective they belong to;
- owners go on with their objectives.
"""

import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import Any

from perfxl.model.arithmetic import HUNDRED, dec
from perfxl.model.documents import schema
from perfxl.model.fields import Field, extension_fields, objective_fields, return_fields
from perfxl.model.findings import Finding
from perfxl.model.indicators import measuring
from perfxl.model.outcomes import outcomes
from perfxl.model.plan_year import first_day, last_day, shifted
from perfxl.model.readings import GONE, in_force
from perfxl.model.result_degree import falls
from perfxl.model.rounds import Round, Rounds
from perfxl.model.terms import worded
from perfxl.model.views import Holder, Item, Objective, Person, Phase, Plan, Result, Sheet

YEARS = (1, 2, 3)


@worded()
def carry(consolidated: dict[str, Any], year: int, extension: dict[str, Any] | None = None, every: bool = False) -> dict[str, Any]:
    """The plan document of ``year`` begun from ``consolidated``, the last consolidated document of an earlier year.

    ``every``: annual objectives and those at their end go on too, as objectives of one year. ``extension``: the body's own fields; those that are not filled in with the plan start blank. Raises
    ``ValueError`` when ``year`` does not follow the year of the document.
    """
    content = consolidated["content"]
    if year <= content["year"]:
        raise ValueError(f"{year} does not follow {content['year']}")
    turn = _Turn(content, Rounds.from_plan(content)[consolidated["round"]], year=year, extension=extension, every=every)
    parts = {"schema": content["schema"], "year": year,
             **({"start": shifted(content["start"], turn.years)} if "start" in content else {}),
             **{k: content[k] for k in ("body", "rules", "words", "mail", "fields") if k in content},
             "rounds": [turn.round_of(r) for r in content["rounds"]],
             **{k: content[k] for k in ("sectors", "cascade", "bands") if k in content}}
    plan = deepcopy(parts)
    indicators = turn.indicators()
    if indicators:
        plan["indicators"] = indicators
    measures = turn.measures()
    objectives = turn.objectives({row["measure"]["objective"] for row in measures})
    if objectives:
        plan["objectives"] = objectives
    carried = {o["code"]: {h["sector"] for h in o["holders"]} for o in objectives}
    measures = [row for row in measures if row["measure"]["objective"] in carried]
    if measures:
        plan["measures"] = measures
    owners = [o for o in deepcopy(content.get("owners", ())) if o["objective"] in carried]
    if owners:
        plan["owners"] = owners
    return plan


def _done(value: Any) -> bool:
    return value is not None and dec(value) >= HUNDRED


def _approved(owner: dict[str, Any], fields: Iterable[Field], round: Round) -> dict[str, Any]:
    """What the plan says of ``owner``, values in force at ``round`` in the place of the approved ones, in the order of ``fields``."""
    kept = [f.key for f in fields if f.moment == "plan" and not (f.revision or f.shows_in_force or f.reading)]
    values = {key: in_force(owner, key, round) for key in kept}
    return {key: deepcopy(value) for key, value in values.items() if value is not None}


class _Turn:
    """One turn of the year, from ``content`` as it was at ``round`` to ``year``."""

    def __init__(self, content: dict[str, Any], round: Round, year: int, extension: dict[str, Any] | None, every: bool = False):
        self.plan, self.round, self.year, self.years, self.every = Plan(content), round, year, year - content["year"], every
        self.begins, self.ended = first_day(content, self.years + 1).isoformat(), last_day(content, self.years).isoformat()
        self.again = False
        self.own = None if extension is None else {f.key for f in extension_fields(extension) if f.moment == "plan"}
        self.tables = {f.key: f.items for f in (*objective_fields(), *return_fields()) if f.cell == "table"}

    def round_of(self, given: dict[str, Any]) -> dict[str, Any]:
        """A round with its dates moved and without its act."""
        return {k: shifted(v, self.years) if k in ("reference_date", "deadline") else v for k, v in given.items() if k != "act"}

    # -- objectives
    def objectives(self, measured: set[str]) -> list[dict[str, Any]]:
        """The objectives that go on; ``measured``: those with measures that are not finished."""
        return [made for o in self.plan.objectives if (made := self._objective(o, measured))]

    def _objective(self, objective: Objective, measured: set[str]) -> dict[str, Any] | None:
        sheet = objective.sheet
        number, count = sheet.year_number + self.years, sheet.year_count
        transversal = objective.transversal and objective.code in measured
        lost = {h.sector for h in objective.holders if h.holding.gone(self.round)}
        holders = [h for h in objective.holders if h.sector not in lost]
        if not holders or objective.lead in lost or (number > count and not transversal and not self.every):
            return None
        made: dict[str, Any] = {k: objective.data[k] for k in ("code", "kind", "lead") if k in objective.data}
        made["holders"] = [self._holder(h) for h in holders]
        self.again = number > count and not transversal  # the year begins anew: what was done is to be done again
        turned = self._sheet(sheet)
        if number <= count:
            turned |= {k: v for k, v in (("year_number", number),) if k in sheet.data}
        elif not transversal:
            turned |= {k: 1 for k in ("year_number", "year_count") if k in sheet.data}
        link = {"continues": {"code": objective.code, "year": self.plan.year}}
        return {**made, **({"sheet": turned} if turned else {}), **link}

    def _holder(self, holder: Holder) -> dict[str, Any]:
        fields = [f for f in objective_fields() if f.path[0] == "holding" and len(f.path) == 2]
        holding = _approved(holder.holding.data, fields, self.round)
        return {**{k: v for k, v in holder.data.items() if k != "holding"}, **({"holding": holding} if holding else {})}

    def _sheet(self, sheet: Sheet) -> dict[str, Any]:
        made = _approved(sheet.data, [f for f in objective_fields() if f.path[0] == "sheet"], self.round)
        if self.again:
            made |= {edge: max(shifted(made[edge], self.years), self.begins) for edge in ("start", "end") if edge in made}
        if made.get("end", self.begins) < self.begins:
            del made["end"]
        tables = {"responsibles": self._responsibles(map(Person, made.get("responsibles", ()))),
                  "money": [row for row in made.get("money", ()) if row.get("year", 0) >= self.year],
                  "phases": [self._phase(p) for p in sheet.phases if not p.dropped(self.round)]}
        tables["results"] = list(self._results(sheet))
        kept = {r["id"] for r in tables["results"]}
        lower = {r.id for r in sheet.results if falls(r, self.round)}
        tables["entities"] = [self._measured(e, "entities", e.result in lower) for e in sheet.entities if e.result in kept]
        extension = {k: deepcopy(v) for k, v in sheet.extension.items() if self.own is None or k in self.own}
        parts = {**made, **tables, "extension": extension}
        return {k: v for k, v in parts.items() if k not in (*tables, "extension") or v}

    def _responsibles(self, people: Iterable[Person]) -> list[dict[str, Any]]:
        """Those who were in charge when the year ended, without the periods that ended with it."""
        return [{k: v for k, v in person.data.items() if k not in ("from", "to") or v > self.ended}
                for person in people if (person.to or self.ended) >= self.ended]

    # -- phases
    def _phase(self, phase: Phase) -> dict[str, Any]:
        made = _approved(phase.data, self.tables["phases"], self.round)
        dates = {key: made.pop(key) for k in YEARS for key in (f"start_{k}", f"end_{k}") if key in made}
        made.pop("weight", None)
        later = {f"{edge}_{k - self.years}": dates[f"{edge}_{k}"] for k in YEARS if k > self.years
                 for edge in ("start", "end") if f"{edge}_{k}" in dates}
        if later:
            this = bool({"start_1", "end_1"} & set(later))
            if "start_1" not in later and "end_1" in later:
                later = {"start_1": self.begins, **later}  # it began before, and goes on
        else:
            this = phase.weighting != "not_weighted" and (self.again or not _done(phase.last_read("realised", self.round)))
        made.pop("weighting", None)
        if not this:
            made["weighting"] = "not_weighted"
        order = [c.key for c in self.tables["phases"]]
        return {k: v for k, v in sorted((made | later).items(), key=lambda entry: order.index(entry[0]))}

    # -- results
    def _closed(self, result: Result) -> bool:
        """Whether a result told in words alone was achieved."""
        return result.in_force("target", self.round) is None and _done(result.last_read("degree", self.round))

    def _results(self, sheet: Sheet) -> Iterator[dict[str, Any]]:
        results = sheet.results
        kept = [r for r in results if not r.dropped(self.round) and not self._closed(r)]
        lost = [p.id for p in sheet.phases if p.id and p.dropped(self.round)]
        for result in kept:
            made = self._measured(result, "results", falls(result, self.round))
            if made.get("deadline", self.begins) < self.begins:
                del made["deadline"]
            if len(kept) < len(results):
                made.pop("weight", None)
            if any(re.search(rf"(?<!\w){re.escape(name)}(?!\w|-[a-z])", made.get("phases", "")) for name in lost):
                del made["phases"]
            yield made

    def _measured(self, row: Item, table: str, lower: bool) -> dict[str, Any]:
        """An indicator that starts from what was last achieved, its target left blank when that was reached."""
        made = _approved({k: v for k, v in row.data.items() if k != "targets"}, self.tables[table], self.round)
        actual = row.last_read("actual", self.round)
        self._start(made, actual, planned=self._years_on(made, actual if table == "results" else None), lower=lower)
        order = [c.key for c in self.tables[table]]
        return {k: made[k] for k in sorted(made, key=order.index)}

    def _start(self, made: dict[str, Any], actual: Any, planned: bool, lower: bool) -> None:
        """Begin from ``actual``, what was last achieved: without a target where that was reached and the years had not ``planned`` another."""
        if actual is None:
            return
        made["baseline"], target = actual, made.get("target")
        if target is not None and not planned and not self.again and (dec(actual) <= dec(target) if lower else dec(actual) >= dec(target)):
            del made["target"]

    # -- indicators
    def indicators(self) -> list[dict[str, Any]]:
        """The indicators that objectives and lines share, begun like results from what was last measured of them."""
        places, objectives = measuring(self.plan.data), self.plan.objectives
        measured = {code: objectives[i].sheet.results[k] for code, (i, k) in places.items()}
        return [self._indicator(one, measured.get(one.get("code", ""), Result(one))) for one in self.plan.data.get("indicators", ())]

    def _indicator(self, indicator: dict[str, Any], result: Result) -> dict[str, Any]:
        """An indicator begun from what was found of ``result``, which it is measured by; of itself, where it is measured by none."""
        made, self.again = deepcopy(indicator), self.every
        if (target := result.in_force("target", self.round)) is not None:
            made["target"] = target
        actual = result.last_read("actual", self.round)
        self._start(made, actual, planned=self._years_on(made, actual), lower=falls(result, self.round))
        order = list(schema("plan")["$defs"]["indicator"]["properties"])
        return {k: made[k] for k in sorted(made, key=order.index)}

    def _years_on(self, made: dict[str, Any], actual: Any) -> bool:
        """Move the values of earlier years and the targets of later ones by the years that go by: what was achieved is the
        value of the year before. Whether the new year has a target from then."""
        values = {0: actual, **{-k: made.pop(f"past_{k}", None) for k in YEARS}}
        targets = {k: made.pop(f"target_{k}", None) for k in YEARS[1:]}
        made |= {f"past_{k}": value for k in YEARS if (value := values.get(self.years - k)) is not None}
        made |= {f"target_{k}": value for k in YEARS[1:] if (value := targets.get(k + self.years)) is not None}
        target = targets.get(1 + self.years)
        if target is not None:
            made["target"] = target
        return target is not None

    # -- measures
    def measures(self) -> list[dict[str, Any]]:
        """The measures that are not finished, with what was reported left out."""
        columns = [c for c in self.tables["measures"] if c.moment == "plan"]
        return [{"sector": row.sector, "measure": _approved(row.measure.data, columns, self.round)}
                for row in self.plan.measures if not _done(row.measure.last_read("percent", self.round))]


def notes(consolidated: dict[str, Any], plan: dict[str, Any]) -> list[Finding]:
    """What the controller has to decide in ``plan``, begun from ``consolidated`` by ``carry``.

    YEAR01: an objective that ended below 100 and was not carried on; YEAR02: phases that go on and want new dates;
    YEAR04: an objective whose responsibles' time has ended; by sector, YEAR03: objectives whose phases want a weight,
    YEAR05: results that reached their target and want another.
    """
    going = Plan(plan)
    before = {o.code: o.sheet for o in Plan(consolidated["content"]).objectives}
    findings = list(_ended(consolidated, {o.code for o in going.objectives}))
    unweighted: dict[str, list[Any]] = {}
    reached: dict[str, list[Any]] = {}
    for objective in going.objectives:
        code, sheet, lead = objective.code, objective.sheet, objective.lead
        phases = [p for p in sheet.phases if p.weighting != "not_weighted"]
        late = [str(p.id) for p in phases if p.end_1 is None and p.start_1 is None]
        if late:
            findings.append(_note("YEAR02", lead, code, code=code, phases=", ".join(late), year=going.year))
        if before[code].responsibles and not sheet.responsibles:
            findings.append(_note("YEAR04", lead, code, code=code, year=going.year))
        if phases:
            unweighted.setdefault(lead, []).append(code)
        reached.setdefault(lead, []).extend(f"{code} ({r.id})" for r in sheet.results
                                            if r.target is None and _last_target(before[code], r.id))
    for code, by_sector in (("YEAR03", unweighted), ("YEAR05", reached)):
        findings += [_note(code, sector, "", sector=sector, list=", ".join(names)) for sector, names in by_sector.items() if names]
    return findings


def _note(finding: str, lead: str, objective: str, /, **values: Any) -> Finding:
    return Finding(finding, values=values, sector=lead, objective=objective)


def _last_target(sheet: Sheet, name: str | None) -> bool:
    return any(r.id == name and (r.target is not None or any("target" in c for c in r.all_revisions)) for r in sheet.results)


def _ended(consolidated: dict[str, Any], going: set[str]) -> Iterator[Finding]:
    content = Plan(consolidated["content"])
    if consolidated["round"] == "plan":
        return
    leads = {o.code: o.lead for o in content.objectives}
    for outcome in outcomes(content.data, consolidated["round"]):
        stays = outcome.objective not in going and outcome.sector == leads[outcome.objective] and outcome.exclusion not in GONE
        if stays and outcome.value is not None and outcome.value < HUNDRED:
            yield _note("YEAR01", outcome.sector, outcome.objective, code=outcome.objective, percent=outcome.value, year=content.year)
