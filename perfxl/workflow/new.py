"""``new``: a campaign folder with its plan workbook."""

from decimal import Decimal
from pathlib import Path
from shutil import copyfile
from typing import Any

from perfxl.campaign import Campaign
from perfxl.campaign.register.proof import COPIED
from perfxl.model import documents
from perfxl.model.documents import write_bytes
from perfxl.model.findings import Finding
from perfxl.model.next_year import carry, notes
from perfxl.model.rounds import KINDS
from perfxl.model.texts import Texts
from perfxl.stages import plan
from perfxl.stages.mail import wording
from perfxl.stages.plan.drawing import write as write_plan
from perfxl.workflow import register_updates
from perfxl.workflow.rounds import rounds_of
from perfxl.workflow.running import CannotRun, violation_lines


def new(campaign: Campaign, year: int, given: dict[str, Any] | None, language: str, *, unfinished: bool = False, points: Decimal | None = None) -> Path:
    """Make the campaign folder with its plan workbook; ``given`` is a plan document or None for a blank one.

    ``points``: of a blank plan, what weights in points make in all; None where they are percentages. ``unfinished``: what the plan requires may be missing from it; the controller fills it in.
    """
    say = Texts("cli", language)
    if campaign.plan.exists():
        raise CannotRun(say("plan_exists", path=campaign.plan))
    document = plan.blank_plan(year, language, points) if given is None else given
    wrong = [v for v in documents.violations("plan", document, campaign.extension) if not (unfinished and v.rule == "required")] \
        if given is not None else []
    if wrong:
        raise CannotRun(say("plan_invalid", count=len(wrong), listed=violation_lines(wrong[:20], language)))
    for name in ("emesse", "ricevute", "risultati"):
        (campaign.folder / name).mkdir(parents=True, exist_ok=True)
    with register_updates.open_register(campaign, language, CannotRun) as register:
        write_bytes(campaign.plan, write_plan(document, language, campaign.extension))
        register.record_once("created", str(year), {"year": document["year"], "body": document.get("body", {}).get("code", ""), "copies": sorted(COPIED)})
    return campaign.plan


def following(before: Campaign, campaign: Campaign, year: int | None, language: str, every: bool = False) -> tuple[dict[str, Any], list[Finding]]:
    """The plan document that follows the campaign ``before``, of ``year`` or of the year after its own, and what it
    leaves to the controller. ``every``: annual objectives go on too.

    The body's own fields, masters, templates and texts of messages go with it to ``campaign``, where there are none yet.
    """
    from perfxl.stages.report import templates

    say = Texts("cli", language)
    with register_updates.open_register(before, language, CannotRun, write=False) as register:
        last = register_updates.last_consolidated(register, before, rounds_of(before, language))
    if last is None:
        raise CannotRun(say("nothing_consolidated", folder=before.folder))
    followed = last["content"]["year"] + 1 if year is None else year
    if followed <= last["content"]["year"]:
        raise CannotRun(say("year_not_after", year=followed, before=last["content"]["year"]))
    if campaign.plan.exists():
        raise CannotRun(say("plan_exists", path=campaign.plan))
    for name in ("estensione.schema.json", *(f"modelli/scheda-{k}.xlsx" for k in (*KINDS, "interim")), *(f"modelli/{name}" for name in templates.names()),
                 *(str(wording.own_template(Path(), kind)) for kind in wording.KINDS)):
        source, target = before.folder / name, campaign.folder / name
        if source.is_file() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            copyfile(source, target)
    carried = carry(last, followed, before.extension, every)
    return carried, notes(last, carried)
