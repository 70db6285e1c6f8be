"""``perfxl ask``: the controller's questions, those of each sector in a workbook of its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from perfxl.campaign import Campaign
from perfxl.campaign.register import Register
from perfxl.model.base import waiting
from perfxl.model.documents import write_bytes
from perfxl.model.fields import return_fields
from perfxl.model.identity import Identity
from perfxl.model.texts import Texts
from perfxl.stages import issue
from perfxl.workflow import register_updates
from perfxl.workflow.consolidate import Run, consolidate
from perfxl.workflow.forms import forms, making
from perfxl.workflow.plan_workbook import chosen as chosen_
from perfxl.workflow.prefilled import drawn_on as drawn_on_
from perfxl.workflow.running import CannotRun, Progress, quiet
from perfxl.workflow.workers import Workers

#: Questions that one workbook holds.
MOST = next(f for f in return_fields() if f.key == "requests").schema["maxItems"]


@dataclass(frozen=True)
class Asked:
    """What asking made. ``paths``: the workbooks, one a sector with open questions; ``questions``: how many are in them;
    ``left``: how many wait because a workbook holds no more; ``run``: the consolidation it began with."""
    paths: tuple[Path, ...]
    questions: int
    left: int
    run: Run


def ask(campaign: Campaign, round: str, sectors: Iterable[str], language: str, progress: Progress = quiet,
        workers: Workers = Workers()) -> Asked:
    """Consolidate ``round``, so that what the controller wrote is taken, and put the questions that wait for an answer in a
    workbook for each of ``sectors`` (all when empty), with the sheets that are to be reopened as they stand now.

    Asking again what has not changed gives the same workbook. ``CannotRun`` as ``consolidate``, and for a sector
    that is not in the plan.
    """
    run = consolidate(campaign, round, language=language, progress=progress, workers=workers)
    content = run.document["content"]
    chosen = chosen_(sectors, (s["code"] for s in content["sectors"]), language)
    open_ = {s: requests for s, requests in waiting(content, round).items() if s in chosen}
    return Asked(_write(campaign, round, content=content, open_=open_, language=language, progress=progress),
                 sum(min(len(w), MOST) for w in open_.values()),
                 sum(max(0, len(w) - MOST) for w in open_.values()), run)


def _write(campaign: Campaign, round: str, content: dict[str, Any], open_: dict[str, list[dict[str, Any]]], language: str,
           progress: Progress) -> tuple[Path, ...]:

    say = Texts("cli", language)
    prefilled, drawn_on, paths = issue.returns(content, round), drawn_on_(campaign, content, round), []
    with register_updates.open_register(campaign, language, CannotRun) as register:
        documents = [issue.request_return(content, sector, requests=open_[sector][:MOST], round=round,
                                 prefilled=prefilled.get(sector, {}), drawn_on=drawn_on) for sector in open_]
        for document in documents:
            identity = document["identity"]
            identity["issue"] = _number(register, round, identity["sector"], identity["digest"])
        made = forms(campaign, documents, making(campaign, content, round), language)
        for document, form in zip(documents, progress(made, say("progress_ask"), len(open_)), strict=True):
            identity = Identity(**document["identity"])
            path = campaign.request_form(round, identity.sector, identity.issue)
            write_bytes(path, form)
            register_updates.record_request_form(register, identity, form, [r["id"] for r in open_[identity.sector][:MOST]])
            paths.append(path)
    return tuple(paths)


def _number(register: Register, round: str, sector: str, content: str) -> int:
    """The number of the sector's workbook with this content: the last one's if it is the same, else the next."""
    before = register.entries("asked", round=round, sector=sector)
    if not before:
        return 1
    last = before[-1].payload
    return last["number"] + (last["digest"] != content)
