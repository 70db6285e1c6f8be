"""The consolidated document of a round that counts, for whatever leaves a campaign."""

import os
from dataclasses import dataclass
from typing import Any

from perfxl.campaign import Campaign
from perfxl.campaign.register import Approval, Entry, approvals, baseline, result
from perfxl.campaign.register.approval import frozen
from perfxl.campaign.register.words import act_of
from perfxl.model import documents
from perfxl.model.rounds import Round
from perfxl.model.texts import Texts
from perfxl.workflow import register_updates
from perfxl.workflow.plan_workbook import plan_of
from perfxl.workflow.rounds import known_round
from perfxl.workflow.running import CannotRun


@dataclass(frozen=True)
class CurrentDocument:
    """The consolidated document of a round that counts, and what the register says of it.

    ``approval``: its approval, with "" as act where that is not known any more; None when it is not approved, or a draft.
    ``newer``: the round was consolidated again after it, with something else; ``draft``: it is what was consolidated last,
    asked for though it is not what is approved. ``entries``: the log.
    """

    document: dict[str, Any]
    content: bytes
    approval: Approval | None
    newer: bool
    draft: bool
    entries: tuple[Entry, ...]

    @property
    def known(self) -> dict[str, Approval]:
        """The approvals whose acts documents may name: a draft was approved by none."""
        from perfxl.stages.publish import derived

        return derived.acts(self.document, self.entries, self.draft)

    def words(self, language: str) -> list[str]:
        """What to tell whoever gets a document made of it."""
        say = Texts("cli", language)
        if self.draft:
            return [say("made_draft")]
        if self.approval is None:
            return []
        act = act_of(self.approval.act or say("act_unknown"), self.approval.date, language)
        return [say("made_approved", act=act), *([say("made_newer")] if self.newer else [])]


def current_document(campaign: Campaign, round: str, language: str, draft: bool = False, write: bool = True) -> CurrentDocument:
    """The consolidated document of ``round``: as approved where it was, else, and with ``draft``, as the last run left it.

    A plan that was not sent to the sectors for their word is the one of the plan workbook. ``CannotRun`` when there is no
    document, when it is not what was approved or written, and while another run writes. What a run that was killed left
    half written is cleared away, unless nothing may (``write``) or can be written there.
    """
    with register_updates.open_register(campaign, language, CannotRun, write and os.access(campaign.folder, os.W_OK)) as register:
        entries = tuple(register.entries())
        approval = approvals(register).get(round)
        approved = baseline(register, round) if approval and not draft else None
        if approval and approved is not None:
            last = next((e for e in reversed(entries) if e.kind == "run" and (e.payload["stage"], e.payload["round"]) == ("consolidate", round)), None)
            newer = last is not None and last.payload["results"] != approval.digest
            return CurrentDocument(approved, frozen(register, approval), approval=approval, newer=newer, draft=False, entries=entries)
        consolidated = result(register, campaign, round)
        if consolidated is not None:
            return CurrentDocument(consolidated.document, consolidated.content, approval=None, newer=False, draft=draft, entries=entries)
    plan = plan_of(campaign, language)[0] if campaign.plan.is_file() else None
    if plan and known_round(plan, round, language).kind == "plan" and not campaign.issued_sectors(round):
        made = {"schema": "perfxl/consolidated/2", "round": str(round), "content": plan, "outcomes": {}, "issued": [], "returned": [],
                "missing": [], "sources": [], "places": [], "findings": []}
        return CurrentDocument(made, documents.encoded(made), approval=None, newer=False, draft=draft, entries=entries)
    raise CannotRun(Texts("cli", language)("not_consolidated", folder=campaign.folder, round=round, name=round.name(language) if isinstance(round, Round) else round))


def name_of(name: str, standing: CurrentDocument) -> str:
    """What a file of the results is called: a draft never takes the place of what is approved."""
    stem, dot, suffix = name.partition(".")
    return f"{stem}-bozza{dot}{suffix}" if standing.draft else name


def approved(campaign: Campaign, language: str) -> dict[str, Approval]:
    """The approvals in force of the campaign, by round."""
    with register_updates.open_register(campaign, language, CannotRun, write=False) as register:
        return approvals(register)
