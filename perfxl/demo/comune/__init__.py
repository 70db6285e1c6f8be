"""The year of an invented town, negotiated twice, monitored every quarter and turned over into the next, played through the
real stages: plan, issue, fill in, send back, consolidate, approve. ``year.toml`` tells it."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from perfxl.campaign import Campaign
from perfxl.campaign.register import approve
from perfxl.demo.forms import prefilled
from perfxl.model import documents, toml_files
from perfxl.model.rounds import PLAN, Round, Rounds
from perfxl.stages.issue import fill
from perfxl.stages.plan.drawing import write as write_plan
from perfxl.workflow import register_updates
from perfxl.workflow.consolidate import Run, consolidate
from perfxl.workflow.issue import issue
from perfxl.workflow.new import following, new
from perfxl.workflow.running import CannotRun, Progress, quiet

#: The folder of the year, and of the year that follows it, in that of the demo.
YEARS = ("2026", "2027")
#: The sectors whose proposals were answered: they send their form back once more.
PROPOSING = ("AG",)
#: What of a result or a phase the sectors write at rounds, and what belongs to the negotiation; the rest is the plan's.
_READ = ("actual", "realised", "actual_start", "actual_end")
_CHANGED = {"note": "dates_note"}
_TALKS = ("proposed", "answered")


@cache
def _year() -> dict[str, Any]:
    return toml_files.load(Path(__file__).with_name("year.toml"))


def plan(answered: bool = False) -> dict[str, Any]:
    """The plan document as the controller sends it out; ``answered``: with what she answers to the sectors' proposals."""
    year = _year()
    return {"schema": "perfxl/plan/2", "year": year["year"], "body": dict(year["body"]), "rounds": [dict(r) for r in year["rounds"]],
            "sectors": [{"code": code, "name": name, "manager": manager} for code, (name, manager) in year["sectors"].items()],
            "cascade": [{"code": code, "title": title} for code, title in year["cascade"].items()],
            "objectives": [_objective(o, answered) for o in year["objectives"]]}


def _objective(entry: dict[str, Any], answered: bool) -> dict[str, Any]:
    number, count = entry.get("years", (1, 1))
    sheet = {"title": entry["title"], "purpose": f"{entry['title']}: a vantaggio dei cittadini.", "start": "2026-01-01", "end": f"{2026 + count - number}-12-31",
             "strategic_lines": [entry["line"]], "year_number": number, "year_count": count, "detail": f"{entry['title']}, passo dopo passo."}
    sheet |= {table: [_row(row, answered) for row in entry[table]] for table in ("results", "phases") if table in entry}
    lead = entry["code"].split(".")[0]
    return {"code": entry["code"], "lead": lead, "holders": [{"sector": lead, "holding": {"weight": entry["weight"]}}], "sheet": sheet,
            **({"due": entry["due"]} if "due" in entry else {})}


def _row(entry: dict[str, Any], answered: bool) -> dict[str, Any]:
    row = {k: v for k, v in entry.items() if k not in (*_READ, *_CHANGED, *_TALKS, "targets")}
    if answered and "answered" in entry:
        row["target"] = entry["answered"]
    return row | ({"targets": [{"round": r, "value": v} for r, v in entry["targets"].items()]} if "targets" in entry else {})


def fill_in(document: dict[str, Any], round: Round, first: bool = True) -> dict[str, Any]:
    """A return document of ``round`` as its sector fills it in; at the plan round ``first`` says whether it is its proposal."""
    made = documents.loads(documents.dumps(document))
    known = {o["code"]: o for o in _year()["objectives"]}
    for objective in made.get("objectives", ()):
        entry = known[objective["code"]]
        if round.kind == PLAN:
            for row, said in zip(objective["sheet"].get("results", ()), entry.get("results", ()), strict=False):
                if first and "proposed" in said:
                    row["target"] = said["proposed"]
            continue
        reading = {key: entry[part][round] for key, part in (("percent", "declared"), ("status", "status"), ("reason", "reason")) if round in entry.get(part, {})}
        if reading:
            objective.setdefault("holding", {})["reading"] = reading
        if round in entry.get("revised", {}):
            objective["holding"]["revision"] = {"weight": entry["revised"][round], "reason": "L’altro obiettivo è ritirato."}
        for table in ("results", "phases"):
            for row, said in zip(objective["sheet"].get(table, ()), entry.get(table, ()), strict=False):
                reading_ = {key: said[key][round] for key in _READ if round in said.get(key, {})}
                changed = {key: said[part][round] for part, key in _CHANGED.items() if round in said.get(part, {})}
                if changed:
                    row["revision"] = changed
                if reading_:
                    done = {"done": f"{row['text']}: {entry.get('reason', {}).get(round, 'concluso come previsto.')}"} if table == "phases" else {}
                    row["reading"] = reading_ | done
    made["compilation"] = {"name": _year()["sectors"][made["identity"]["sector"]][1]}
    return made


def play(year: Campaign, after: Campaign, language: str, progress: Progress = quiet) -> Iterator[Run]:
    """Make the campaign ``year`` and play it, then begin the next in ``after``; yields what each consolidation made."""
    new(year, _year()["year"], plan(), language)
    for first in (True, False):
        issue(year, PLAN, sectors=(), language=language, progress=progress)
        _send_back(year, Rounds.from_plan(plan())[PLAN], language, first)
        yield consolidate(year, PLAN, language, progress)
        if first:  # the controller answers the proposals in the plan workbook
            documents.write_bytes(year.plan, write_plan(plan(answered=True), language, None))
    with register_updates.open_register(year, language, CannotRun) as register:
        approve(register, year, round=PLAN, act="Delibera di Giunta n. 18", date=date(2026, 2, 5))
    for round in Rounds.from_plan(plan()).reporting:
        issue(year, round, sectors=(), language=language, progress=progress)
        _send_back(year, round, language)
        yield consolidate(year, round, language, progress)
    begun, _ = following(year, after, None, language)
    new(after, begun["year"], begun, language)


def _send_back(campaign: Campaign, round: Round, language: str, first: bool = True) -> None:
    """Fill in every issued workbook of ``round`` as its sector would, and put it among the received ones."""
    for sector in campaign.issued_sectors(round):
        if not first and sector not in PROPOSING:
            continue  # its first answer holds
        form = campaign.issued_form(round, sector).read_bytes()
        made, findings = fill.fill(form, fill_in(prefilled(form, sector), round, first))
        if findings:
            raise ValueError("; ".join(f.message(language) for f in findings))
        name = f"{sector} {'proposta' if first else 'accordo'}.xlsx" if round.kind == PLAN else f"scheda {sector}.xlsx"
        documents.write_bytes(campaign.folder / "ricevute" / round / name, made)
