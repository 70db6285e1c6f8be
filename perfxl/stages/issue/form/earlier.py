"""The strip of an issued sheet that tells what earlier rounds found: a row for each, written for the eye and never read back."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from perfxl.model.arithmetic import Rules, dec, rules_in, status_of
from perfxl.model.derived import by_mix, by_phases, by_results
from perfxl.model.fields import objective_fields
from perfxl.model.languages import colon, number_text
from perfxl.model.readings import gone, last_read, read, readings
from perfxl.model.result_degree import last_degree
from perfxl.model.rounds import Round
from perfxl.model.texts import Texts
from perfxl.model.views import Entity, Result, Sheet
from perfxl.stages.issue.form.names import EARLIER, LAST_DEGREE, LAST_SHARE
from perfxl.stages.issue.form.writing import Form

#: Characters of what a round found that are told: as many as the highest row of a worksheet shows.
MOST = 2_400


def write(form: Form, document: dict[str, Any], plan: dict[str, Any], round: Round) -> None:
    """Fill in the strip of every objective of ``document``, from the plan-shaped document on which ``round`` is issued."""
    known = _of_plan(document, plan)
    for number, rows in enumerate(strips(document, plan, round, form.language, known=known), 1):
        place = form.cell(f"pxc{number:02d}_{EARLIER}")
        if place is None:
            continue
        sheet, ref = place
        sheet.hide(ref.top, not rows)
        heading = form.cell(f"pxc{number:02d}_caption_{EARLIER}")
        if heading is not None:
            heading[0].hide(heading[1].top, not rows)
        for k, row in enumerate(range(ref.top + 1, ref.bottom + 1)):
            sheet.hide(row, k >= len(rows))
            if k < len(rows):
                name, text, percent, status = rows[k]
                sheet.put_text(row, ref.left, name)
                sheet.put_text(row, ref.left + 1, text)
                sheet.put_text(row, ref.left + 3, status)
                if percent is not None:
                    sheet.put_number(row, ref.left + 2, percent.scaleb(-2))
        before = form.cell(f"pxc{number:02d}_before")
        last = next((p for *_, p, _ in reversed(rows) if p is not None), None)
        if before is not None and last is not None:
            before[0].put_number(before[1].top, before[1].left, last.scaleb(-2))
    _last_degrees(form, document, known, round=round, rules=rules_in(plan))
    if round.before is not None:
        _gone(form, document, known, round.before)
        _last_shares(form, document, known, round.before)


def _gone(form: Form, document: dict[str, Any], known: dict[str, dict[str, Any]], before: Round) -> None:
    """That an objective was replaced or withdrawn at an earlier round: it stays so until an outcome is declared again."""
    holders = {(code, h["sector"]): h.get("holding", {}) for code, o in known.items() for h in o["holders"]}
    labels = next(f for f in objective_fields() if f.path == ("holding", "reading", "status")).labels(form.language)
    for number, own in enumerate(document.get("objectives", ()), 1):
        place = form.cell(f"pxc{number:02d}_gone")
        status = gone(holders.get((own["code"], document["identity"]["sector"]), {}), before)
        if place is not None and status:
            place[0].put_text(place[1].top, place[1].left, labels[status])


def _last_shares(form: Form, document: dict[str, Any], known: dict[str, dict[str, Any]], before: Round) -> None:
    """Beside what is found of each phase what earlier rounds found last: less than that is told at once."""
    for number, objective in enumerate(document.get("objectives", ()), 1):
        sheet = known.get(objective["code"], {}).get("sheet", {})
        block, phases = form.block(f"px{number:02d}_t_phases_reading"), {p.get("id"): p for p in sheet.get("phases", ())}
        if block is None:
            continue
        for n, own in enumerate(objective.get("sheet", {}).get("phases", ()), 1):
            share = dec(last_read(phases.get(own.get("id"), {}), before, "realised"))
            if share is not None and str(n) in block.rows:
                block.sheet.put_number(block.rows[str(n)], LAST_SHARE, share.scaleb(-2))


def _last_degrees(form: Form, document: dict[str, Any], known: dict[str, dict[str, Any]], round: Round, rules: Rules) -> None:
    """Beside the rules of each result the degree that earlier rounds knew last: what a missing value may stand for."""
    for number, objective in enumerate(document.get("objectives", ()), 1):
        block, sheet = form.block(f"px{number:02d}_t_results_rule"), known.get(objective["code"], {}).get("sheet", {})
        if block is None:
            continue
        results = {r.get("id"): r for r in sheet.get("results", ())}
        for n, own in enumerate(objective.get("sheet", {}).get("results", ()), 1):
            result = results.get(own.get("id"), {})
            if (own.get("missing") or rules.unread) != "last_known" or str(n) not in block.rows:
                continue
            entities = [e for e in sheet.get("entities", ()) if e.get("result") == own.get("id")]
            degree = last_degree(Result(result), round, map(Entity, entities), rules)
            if degree is not None:
                block.sheet.put_number(block.rows[str(n)], LAST_DEGREE, degree.scaleb(-2))


def _of_plan(document: dict[str, Any], plan: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The objectives of ``document`` as ``plan`` has them, by code: a few of very many."""
    wanted = {o["code"] for o in document.get("objectives", ())}
    return {o["code"]: o for o in plan.get("objectives", ()) if o["code"] in wanted}


def strips(document: dict[str, Any], plan: dict[str, Any], round: Round, language: str,
           known: dict[str, dict[str, Any]] | None = None) -> list[list[tuple[str, str, Decimal | None, str]]]:
    """What the strip of each objective of ``document`` says, a row for each earlier round: its name, what it found, the
    percentage, the status. ``known``: its objectives as ``plan`` has them, by code, where somebody knows."""
    known, rules = _of_plan(document, plan) if known is None else known, rules_in(plan)
    sector = document["identity"]["sector"]
    return [list(_rows(known.get(objective["code"], {}), sector, round=round, language=language,
                       full=objective.get("role", "lead") == "lead", rules=rules))
            for objective in document.get("objectives", ())]


def _rows(objective: dict[str, Any], sector: str, round: Round, language: str, full: bool, rules: Rules) -> Iterator[tuple[str, str, Decimal | None, str]]:
    """(round, what it found, percentage, status) of each round before ``round``: what counted, where the body counts what is computed."""
    words = Texts("form", language)
    labels = next(f for f in objective_fields() if f.path == ("holding", "reading", "status")).labels(language)
    holdings = {h["sector"]: h.get("holding", {}) for h in objective.get("holders", ())}
    own, lead = holdings.get(sector, {}), holdings.get(objective.get("lead"), {})
    computed = {"phases": by_phases, "results": by_results, "mix": by_mix}.get(rules.counting)
    for earlier in round.earlier:
        said = dict(readings(own, earlier)).get(earlier) or (
            dict(readings(lead, earlier)).get(earlier) if objective.get("kind") != "transversal" else None) or {}
        sheet = objective.get("sheet", {}) if full else {}
        parts = [said.get("reason"), said.get("note"), read(sheet, earlier, "narrative"), *_items(sheet, earlier, words)]
        percent = dec(said.get("percent"))
        if full and computed is not None:
            percent = rules.figure(computed(Sheet(sheet), earlier, rules))
        if said or any(parts):
            status = said.get("status") or status_of(percent)
            yield (earlier.name(language), _short(" · ".join(p for p in parts if p)), percent, labels.get(status, ""))


def _items(sheet: dict[str, Any], round: Round, words: Texts) -> list[str]:
    """What the round found of phases and results, in a few words."""
    texts, after = [], colon(words.language)
    for table, key, unit in (("phases", "realised", "%"), ("results", "degree", "%"), ("results", "actual", "")):
        values = [f"{row.get('id')}{after}{number_text(_number(value) + unit, words.language)}" for row in sheet.get(table, ())
                if (value := read(row, round, key)) is not None]
        if key == "actual":
            values += [f"{row.get('id')}{after}{_ratio(row, round)}" for row in sheet.get(table, ()) if _ratio(row, round)]
            values += [f"{row.get('id')}{after}{'/'.join(reversed(day.split('-')))}" for row in sheet.get(table, ()) if (day := read(row, round, "achieved_on"))]
            values += [f"{row.get('id')}{after}{words('yes' if done else 'no')}" for row in sheet.get(table, ())
                     if (done := read(row, round, "achieved")) is not None]
        if values:
            texts.append(words(f"earlier_{table}", list="; ".join(values)))
    return texts


def _ratio(row: dict[str, Any], round: Round) -> str:
    """The two numbers of a ratio, where both were found."""
    top, bottom = (read(row, round, key) for key in ("numerator", "denominator"))
    return "" if None in (top, bottom) else f"{_number(top)}/{_number(bottom)}"


def _number(value: int | float | Decimal) -> str:
    return format(dec(value).normalize(), "f")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MOST else line[: MOST - 1] + "…"
