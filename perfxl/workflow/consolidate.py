"""``consolidate``: a round loaded, weighed and written."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from perfxl.campaign import Campaign, open_files
from perfxl.campaign.register import Approval, approvals, baseline
from perfxl.model import documents
from perfxl.model.arithmetic import rules_from
from perfxl.model.documents import write_bytes
from perfxl.model.findings import Finding, counts
from perfxl.model.memory import give_back
from perfxl.model.packed import PackedRows, Waiting, said_once
from perfxl.model.texts import Texts
from perfxl.model.views import RoundOutcomes
from perfxl.stages import check, review
from perfxl.stages import consolidate as stage
from perfxl.stages.consolidate import workbook as result
from perfxl.stages.read import alike, same_cells
from perfxl.stages.review import Review
from perfxl.stages.review.unread_notes import has_notes
from perfxl.workbook.sheets import scan
from perfxl.workflow import register_updates, since_approval
from perfxl.workflow.gathered import Gathered
from perfxl.workflow.load_round import MANY, load_round
from perfxl.workflow.plan_workbook import read_apart
from perfxl.workflow.running import CannotRun, Progress, quiet
from perfxl.workflow.workers import Workers, begin, processors


@dataclass(frozen=True)
class Run:
    """What a consolidation made: the consolidated document, all findings, and where the workbook went: beside its usual
    place when somebody has that one open. ``approval`` of the round, when it is approved, and in words what now ``differs``
    from what was."""
    document: dict[str, Any]
    findings: tuple[Finding, ...]
    workbook: Path
    approval: Approval | None = None
    differs: tuple[str, ...] = ()

    def summary(self) -> dict[str, Any]:
        """What ``perfxl consolidate --json`` prints."""
        round = self.document["round"]
        outcomes = RoundOutcomes(self.document["outcomes"].get(round, {}))
        return {"round": round,
                "outcomes": {s.code: s.outcome for s in outcomes.sectors},
                "body": outcomes.body.outcome,
                "decimals": rules_from(outcomes.rules if outcomes else self.document["content"].get("rules")).decimals,
                **{k: self.document[k] for k in ("issued", "returned", "missing")},
                "findings": counts(self.findings),
                **({"approved": {"act": self.approval.act, "date": self.approval.date, "differs": list(self.differs)}} if self.approval else {})}


def consolidate(campaign: Campaign, round: str, language: str, progress: Progress = quiet,
                workers: Workers = Workers()) -> Run:
    """Gather ``round``, weigh it, and write ``risultati/<round>/``.

    Both results are made in full before either is put in place: a run that fails leaves the earlier ones. Findings
    that the body's rules call blocking stop it with ``CannotRun``.
    """
    read_apart(campaign, language)
    with register_updates.open_register(campaign, language, CannotRun) as register:
        begin(len(campaign.received_files(round)), workers)
        register_updates.record_received(register, campaign, round)
        written = _written(campaign, round, language)
        gathered = load_round(campaign, round, language=language, progress=progress, workers=workers, register=register, written=written)
        run, made, text = _made(campaign, gathered, language=language, written=written, processes=workers.count or processors())
        register_updates.announce_results(register, round, text, made)
        run = replace(run, workbook=open_files.write_workbook(run.workbook, made, has_notes))
        write_bytes(campaign.result(round), text)
        register_updates.record_run(register, campaign, gathered=gathered, document=run.document, text=text, workbook=made)
        approval = approvals(register).get(round)
        before = baseline(register, round)
        if approval and before:
            run = replace(run, approval=approval, differs=tuple(since_approval.lines(before, run.document, language)))
    return run


def _written(campaign: Campaign, round: str, language: str) -> Review:
    """What the controller wrote in the consolidated workbook of ``round`` since perfxl made it."""
    path = campaign.result(round, "consolidato.xlsx")
    if not path.is_file():
        return Review()
    return review.read(path.read_bytes(), campaign.relative(path), language, written=open_files.last_written(path))


def _made(campaign: Campaign, gathered: Gathered, language: str, written: Review, processes: int) -> tuple[Run, bytes, bytes]:
    """The run, its workbook and its document, both as bytes; ``CannotRun`` when a finding forbids it.

    What the controller had ``written`` that cannot be taken stands in the new workbook as it was, which ``processes`` may write.
    """
    barred = check.blocking(gathered.findings, gathered.merged.content)
    if barred:
        raise CannotRun(Texts("cli", language)("blocked", codes=", ".join(sorted({f.code for f in barred}))), gathered.findings)
    document = stage.consolidated(gathered.merged_round(), gathered.outcomes, language)
    gathered.release()
    scan.forget()
    alike.forget()
    same_cells.forget()
    few = len(document["issued"]) <= MANY
    text = Waiting(documents.encoded(document), few)
    if not few:
        said_once(document, {})
        waiting = Waiting({**document, "places": PackedRows(document["places"])})
        del document
        document = waiting.taken()
        give_back()
    run = Run(document, tuple(gathered.findings), campaign.result(gathered.round, "consolidato.xlsx"))
    made = result.write(document, language, campaign.extension, written.pending, processes=processes)
    return run, made, text.taken()
