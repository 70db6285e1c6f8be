"""Approving a round: its consolidated document is frozen as the baseline of the next one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date as Date
from hashlib import sha256

from perfxl.campaign import Campaign
from perfxl.campaign.register.log import Entry
from perfxl.campaign.register.proof import APPROVED
from perfxl.campaign.register.register import Register
from perfxl.campaign.register.store import place
from perfxl.campaign.register.words import Altered, NotReady, both, day
from perfxl.model import documents


@dataclass(frozen=True)
class Approval:
    """An approved round: the act and its date, the SHA-256 of the frozen document, where it is, when it was recorded."""

    round: str
    act: str
    date: str
    digest: str
    file: str
    at: str


def approve(register: Register, campaign: Campaign, round: str, act: str, date: Date) -> Approval:
    """Freeze the consolidated document of ``round`` as ``approvati/<round>.json``, read-only, and record it.

    Again with the same document nothing changes, except that a mended act or date is recorded. ``NotReady`` when
    there is no consolidated document of the round or another one was approved already.
    """
    if not act.strip():
        raise NotReady("no_act")
    content = _consolidated(campaign, round)
    digest = sha256(content).hexdigest()
    earlier = approvals(register).get(round)
    if earlier is not None and earlier.digest != digest:
        raise NotReady("already_approved", round=round, act=earlier.act, date=both(day, earlier.date), file=earlier.file,
                       result=campaign.relative(campaign.result(round)))
    path = campaign.folder / APPROVED / f"{round}.json"
    # The copy comes first: cut short here, there is a copy that nothing speaks of, and the next approval replaces it.
    place(path, content)
    return _approval(register.record_once("approval", round, {
        "round": round, "act": act.strip(), "date": date.isoformat(), "digest": digest, "file": campaign.relative(path)}))


def _consolidated(campaign: Campaign, round: str) -> bytes:
    path = campaign.result(round)
    missing = NotReady("not_consolidated", round=round, path=path, folder=campaign.folder)
    if not path.is_file():
        raise missing
    content = path.read_bytes()
    try:
        found = documents.loads(content)["round"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise missing from None
    if found != round:
        raise missing
    return content


def approvals(register: Register) -> dict[str, Approval]:
    """The approval in force of each approved round."""
    return approvals_in(register.entries("approval"))


def approvals_in(entries: Iterable[Entry]) -> dict[str, Approval]:
    """The approval in force of each round that ``entries`` of the log, in their order, tell approved."""
    return {e.payload["round"]: _approval(e) for e in entries if e.kind == "approval"}


def _approval(entry: Entry) -> Approval:
    return Approval(**{name: entry.payload[name] for name in ("round", "act", "date", "digest", "file")}, at=entry.at)


def baseline(register: Register, round: str) -> dict | None:
    """The consolidated document that was approved for ``round``; None when none was.

    ``Altered`` when the frozen copy is missing or is not what was approved.
    """
    approval = approvals(register).get(round)
    if approval is None:
        return None
    path = register.folder / approval.file
    content = path.read_bytes() if path.is_file() else b""
    if sha256(content).hexdigest() != approval.digest:
        raise Altered("approved_altered", path=path, act=approval.act)
    return documents.loads(content)
