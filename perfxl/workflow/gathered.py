"""What a round is put together from, and what it comes to."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from perfxl.model.findings import Finding
from perfxl.model.negotiation import Negotiated
from perfxl.model.succession import Successions
from perfxl.stages.consolidate import MergedRound
from perfxl.stages.merge import match_returns
from perfxl.stages.merge.answers import Conflict
from perfxl.stages.merge.overlay import Merged
from perfxl.workflow.workers import FileRead


@dataclass(frozen=True)
class RoundInputs:
    """What a round is put together from, beside the files that came.

    ``base``: plan-shaped, what was known when the round was issued; ``issued``: sectors a form was issued to; ``prefilled``: the returns
    as issued, by sector; ``asked``: the workbooks with questions that were answered, as returns by the digest in their identity, in the
    order of issue; ``earlier``: the same of the forms that were answered and issued again since; ``outcomes_before``: the outcomes of
    the rounds before, by round, as their own documents say; ``before``: the contents of the round before, whose sectors and objectives
    may have changed since; ``replaced``: by sector, the last version that counted and whose file another has taken the place of.
    """

    plan: dict[str, Any]
    base: dict[str, Any]
    round: str
    issued: list[str]
    prefilled: Mapping[str, dict[str, Any]]
    asked: Mapping[str, dict[str, Any]]
    earlier: Mapping[str, dict[str, Any]]
    extension: dict[str, Any] | None
    language: str
    outcomes_before: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    before: dict[str, Any] | None = None
    replaced: Mapping[str, FileRead] = field(default_factory=dict)

    @cached_property
    def successions(self) -> Successions:
        """What became of sectors and objectives during the year."""
        return Successions(self.plan)

    @cached_property
    def answered(self) -> dict[str, dict[str, Any]]:
        """The returns as issued of the sectors that a form was issued to."""
        return {s: self.prefilled[s] for s in self.issued if s in self.prefilled}


@dataclass(frozen=True)
class Source:
    """A file that a sector sent back, as read, with what became of it: ``used``, ``merged``, ``superseded`` or ``answers``;
    ``issue``: the number of the workbook that it answers."""
    sector: str
    read: FileRead
    verdict: str
    issue: int = 0

    def document(self) -> dict[str, Any]:
        """The file as the consolidated document lists it."""
        reading = self.read.reading
        known = {"issue": reading.identity.issue, "modified": reading.modified, "modified_by": reading.modified_by,
                 "compilation": reading.document.get("compilation")}
        return {"sector": self.sector, "file": self.read.file, "sha256": self.read.sha256, "verdict": self.verdict,
                **{k: v for k, v in known.items() if v}}


@dataclass
class Gathered:
    """A round after reading, choosing, checking and merging.

    ``issued``: sectors a form was issued to; ``sources``: every file that counts or was superseded, by sector;
    ``conflicts``: those still open, by sector; ``listed``: the same as the consolidated document lists them;
    ``approved``: what changes are told against, the consolidated document of the round before, else the plan; ``forms``:
    the paths of the workbooks with questions and of earlier forms, by the digest in their identity;
    ``outcomes``: what it comes to, by round; ``outcomes_before``: the same of the rounds before, as their own documents say; ``negotiated``:
    of a plan round run again, the passes before.
    """
    round: str
    issued: list[str]
    merged: Merged
    sources: list[Source] = field(default_factory=list)
    conflicts: dict[str, tuple[Conflict, ...]] = field(default_factory=dict)
    listed: list[dict[str, Any]] = field(default_factory=list)
    collected: match_returns.Collected = field(default_factory=lambda: match_returns.Collected({}, ()))
    approved: dict[str, Any] | None = None
    forms: Mapping[str, str] = field(default_factory=dict)
    outcomes: dict[str, dict[str, Any]] = field(default_factory=dict)
    outcomes_before: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    negotiated: Negotiated | None = None

    def merged_round(self) -> MergedRound:
        """The round as the stage ``consolidate`` takes it."""
        order = sorted(self.sources, key=lambda s: (s.sector, s.verdict == "superseded", s.read.file))
        return MergedRound(round=self.round, content=self.merged.content, places=self.merged.places, approved=self.approved,
                           issued=sorted(self.issued), returned=sorted(self.collected.accepted),
                           sources=[s.document() for s in order], findings=self.findings, conflicts=self.listed, negotiated=self.negotiated)

    def release(self) -> None:
        """Keep in memory no longer what the files said and what it was laid over: the consolidated document has it."""
        self.sources = [replace(s, read=replace(s.read, reading=None)) for s in self.sources]
        self.merged, self.approved, self.outcomes, self.outcomes_before = Merged({}), None, {}, {}
