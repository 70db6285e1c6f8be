"""``issue``: one workbook a sector."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from perfxl.campaign import Campaign
from perfxl.campaign.register import Register, approvals
from perfxl.model.base import base_content
from perfxl.model.documents import write_bytes
from perfxl.model.findings import Finding, in_order
from perfxl.model.identity import Identity
from perfxl.model.process_copy import meanwhile
from perfxl.model.rounds import Round, Rounds
from perfxl.model.succession import Successions
from perfxl.model.texts import Texts
from perfxl.stages import check
from perfxl.workflow import load, register_updates
from perfxl.workflow.form_faults import form_faults, ignored, in_force, overtaken, renumbered
from perfxl.workflow.forms import FEW, forms, making
from perfxl.workflow.plan_workbook import (
    BARS_ISSUING,
    ComingUp,
    Reveal,
    chosen,
    nowhere,
    plan_of,
    plan_reading,
    read_apart,
    show_waiting_sheets,
    waiting_sheets,
)
from perfxl.workflow.prefilled import prefilled_of
from perfxl.workflow.rounds import known_round
from perfxl.workflow.running import CannotRun, Progress, quiet


@dataclass(frozen=True)
class Issued:
    """What issuing made: the ``paths`` of the workbooks in plan order, the sectors whose form is a ``fresh`` one, not issued
    before as it is, the ``findings`` on the plan, and what comes up in the plan workbook at the round."""

    paths: tuple[Path, ...]
    fresh: tuple[str, ...]
    findings: tuple[Finding, ...]
    coming: ComingUp = ComingUp()


def issue(campaign: Campaign, round: str, sectors: Iterable[str], language: str, progress: Progress = quiet,
          anyway: bool = False, reveal: Reveal = nowhere) -> Issued:
    """Write ``emesse/<round>/<sector>.xlsx`` for ``sectors`` (all when empty).

    Issuing again what has not changed gives the same bytes; what has changed, be it only a date or a contact on the first
    sheet, gets the next issue number. A round that is approved is issued again only with ``anyway``. ``reveal``: shows sheets of the plan workbook
    where it is open.
    """

    say = Texts("cli", language)
    read_apart(campaign, language)
    plan, of_plan = plan_of(campaign, language)
    round = known_round(plan, round, language)
    if not any(map(campaign.issued_sectors, Rounds.from_plan(plan))) and any(f.code in BARS_ISSUING for f in of_plan):
        raise CannotRun(say("plan_unusable", path=campaign.plan), plan_faults(campaign, round, language))
    with (meanwhile(lambda: (plan_faults(campaign, round, language), waiting_sheets(campaign, round.kind)), len(plan["sectors"]) >= FEW) as looked,
          register_updates.open_register(campaign, language, CannotRun) as register):
        approval = approvals(register).get(round)
        if approval and not anyway:
            raise CannotRun(say("issue_approved", round=round.name(language), act=approval.act))
        extensions = register.extensions(round)
        content = register_updates.base_document(register, campaign, plan, round)
        prefilled = prefilled_of(campaign, load.prefilled(content, round, load.loaded(register, round)), round, extensions)
        wanted, paths, fresh = chosen(sectors, prefilled, language), [], []
        for sector in wanted:
            identity, known = prefilled[sector]["identity"], register.latest("issued", f"{round}/{sector}")
            again = known is not None and known.payload["digest"] == identity["digest"]
            identity["issue"] = 1 if known is None else known.payload["issue"] + (not again)
            if not again:
                fresh.append(sector)
        documents = [prefilled[sector] for sector in wanted]
        made = forms(campaign, documents, making(campaign, content, round, extensions), language)
        for document, form in zip(documents, progress(made, say("progress_issue"), len(wanted)), strict=True):
            path = campaign.issued_form(round, document["identity"]["sector"])
            write_bytes(path, form)
            register_updates.record_form(register, Identity(**document["identity"]), form)
            paths.append(path)
        register_updates.record_pass(register, campaign, round, fresh)
        faults, waiting = looked()
    return Issued(tuple(paths), tuple(fresh), tuple(faults), show_waiting_sheets(campaign, round.kind, reveal, known=waiting))


def _stands_on_the_plan(register: Register, campaign: Campaign, rounds: Rounds, previous: dict[str, Any] | None) -> bool:
    """Whether the outcomes of the round of ``previous`` follow from the plan workbook itself, no round having come before it."""
    round = rounds[previous["round"]] if previous else None
    return round is not None and round.reports and register_updates.previous_consolidated(register, campaign, round) is None


def plan_faults(campaign: Campaign, round: Round, language: str) -> list[Finding]:
    """What is wrong with the plan, and with the forms of ``round`` that would be issued from it: each at its cell of the plan
    workbook, for the controller. What was already wrong with the forms of the round before was told then, and the plan cannot
    mend it any more."""
    reading = plan_reading(campaign, language)
    plan = reading.document or {}  # a plan that has none was refused
    given = (reading.places, campaign.relative(campaign.plan))
    with register_updates.open_register(campaign, language, CannotRun, write=False) as register:
        previous = register_updates.previous_consolidated(register, campaign, round)
        content = base_content(plan, previous)

        successions = Successions(plan)

        @cache
        def before(sector: str) -> dict[str, Any] | None:
            known = (register_updates.last_issued(register, campaign, previous["round"], s) for s in (sector, *successions.before(sector))) \
                if previous else ()
            form = next(filter(None, known), None)
            return form and {**form, "objectives": [{**o, "code": successions.objective(o["code"])} for o in form.get("objectives", ())]}

        of_forms = form_faults(prefilled_of(campaign, content, round, {}), plan, round, *given)
        leads = {o["code"]: o["lead"] for o in plan.get("objectives", ())}
        earlier = {s: issued for s in {f.sector or leads.get(f.objective, "") for f in of_forms} if (issued := before(s))}
        known_before = {(f.code, f.path, f.sector) for f in form_faults(earlier, plan, previous["round"], *given)} if previous and earlier else ()
        faults = [*(f for f in of_forms if (f.code, f.path, f.sector) not in known_before),
                  *in_force(content, plan, previous, *given),
                  *renumbered(plan, previous["content"]["sectors"] if previous else (), *given),
                  *overtaken(plan, previous and successions.consolidated(previous), *given),
                  *ignored(plan, content, previous and successions.consolidated(previous), before, *given,
                           first=_stands_on_the_plan(register, campaign, Rounds.from_plan(content), previous))]
    barred = {f.place for f in reading.findings if f.code in BARS_ISSUING}  # the form would only say it again
    return check.without_repeats(in_order([*(f for f in reading.findings if f.code != "PLAN70"),
                                *reading.saying_unseen(f for f in faults if f.place not in barred or f.code not in ("SCOR01", "SCOR02"))]))
