"""Approving a round: its consolidated document is frozen as the baseline of the next one; correcting and withdrawing it."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date as Date
from hashlib import sha256
from pathlib import Path
from typing import Any

from perfxl.campaign import Campaign
from perfxl.campaign.register import witness
from perfxl.campaign.register.log import Entry
from perfxl.campaign.register.proof import APPROVED
from perfxl.campaign.register.register import Register
from perfxl.campaign.register.results import parsed, result
from perfxl.campaign.register.store import place
from perfxl.campaign.register.words import Altered, NotReady, act_of
from perfxl.model.base import waiting
from perfxl.model.texts import LANGUAGES, Texts


@dataclass(frozen=True)
class Approval:
    """An approved round: the act and its date, the SHA-256 of the frozen document, where it is, when it was recorded.

    ``act`` and ``date`` are "" where the register was made again and nothing proves them any more.
    """

    round: str
    act: str
    date: str
    digest: str
    file: str
    at: str


def approve(register: Register, campaign: Campaign, round: str, act: str, date: Date, *, anyway: bool = False,
            correct: bool = False) -> Approval:
    """Freeze the consolidated document of ``round`` as ``approvati/<round>.json``, read-only, and record it.

    Again with the same act and document nothing changes, but for a frozen copy that was damaged, which is put back. With
    ``correct`` another act takes the place of the first, for the document as it stands now, and names it. ``NotReady`` when
    something is still open (unless ``anyway``), when there is no consolidated document, or when the round is approved.
    """
    act = act.strip()
    if not act:
        raise NotReady("no_act")
    earlier = approvals(register).get(round)
    if earlier is not None and not correct:
        return _again(register, campaign, earlier=replace(earlier, round=round), act=act, date=date)
    if earlier is None and correct:
        raise NotReady("nothing_to_correct", round=round)
    content, document = _consolidated(register, campaign, round)
    correction: dict[str, Any] = {}
    if earlier is not None:
        correction["corrects"] = {"act": earlier.act, "date": earlier.date, "digest": earlier.digest}
    open_ = still_open(document, round)
    if open_ and not anyway and not (earlier and earlier.digest == sha256(content).hexdigest()):
        raise NotReady("approve_open", round=round, listed={x: "; ".join(open_lines(open_, x)) for x in LANGUAGES})
    return _freeze(register, campaign, round=round, act=act, date=date, content=content, more=correction | ({"open": open_} if open_ else {}))


def _again(register: Register, campaign: Campaign, earlier: Approval, act: str, date: Date) -> Approval:
    """What approving a round that is approved comes to: the frozen copy whole again, the act that was not known."""
    if earlier.act and (earlier.act, earlier.date) != (act, date.isoformat()):
        raise NotReady("second_act", round=earlier.round, act=_named(earlier), given=act)
    try:
        content = frozen(register, earlier)
        damaged = False
    except Altered:
        content, damaged = _kept(register, campaign, earlier), True
    if not earlier.act:
        return _freeze(register, campaign, round=earlier.round, act=act, date=date, content=content, more={})
    place(register.folder / earlier.file, content)
    if not damaged and _differs(register, campaign, earlier):
        raise NotReady("already_approved", round=earlier.round, act=_named(earlier), file=earlier.file,
                       result=campaign.relative(campaign.result(earlier.round)), folder=campaign.folder)
    return earlier


def _named(approval: Approval) -> dict[str, str]:
    """Its act with its date, in each language."""
    return {language: act_of(approval.act, approval.date, language) for language in LANGUAGES}


def _differs(register: Register, campaign: Campaign, approval: Approval) -> bool:
    there = result(register, campaign, approval.round)
    return there is not None and there.digest != approval.digest


def _kept(register: Register, campaign: Campaign, approval: Approval) -> bytes:
    """The approved document from the archive, or from the results where it still stands; ``Altered`` when it is gone."""
    path = register.store.path(approval.digest) or campaign.result(approval.round)
    content = path.read_bytes() if path.is_file() else b""
    if sha256(content).hexdigest() != approval.digest:
        raise Altered("approved_lost", path=register.folder / approval.file, act=approval.act, round=approval.round, folder=campaign.folder)
    return content


def _freeze(register: Register, campaign: Campaign, round: str, act: str, date: Date, content: bytes, more: Mapping[str, Any]) -> Approval:
    path = campaign.folder / APPROVED / f"{round}.json"
    gone = register.entries("withdrawal", round=round)
    if gone:  # without it, approving anew what was withdrawn would say nothing new
        more = {**more, "after": gone[-1].seq}
    # The copies come first: killed here, there is a copy that nothing speaks of, and the next approval replaces it.
    register.announce_results(witness.approval(round), sha256(content).hexdigest())
    register.store.put(content)
    before = path.read_bytes() if path.is_file() else None
    try:
        place(path, content)
        entry = register.record_once("approval", round, {
            "round": round, "act": act, "date": date.isoformat(), "digest": sha256(content).hexdigest(),
            "file": campaign.relative(path), **more})
    except Exception:  # a full disk: what stood there stands there again
        with suppress(OSError):
            _as_before(path, before)
        raise
    return _approval(entry)


def _as_before(path: Path, content: bytes | None) -> None:
    """Have ``content`` at ``path`` again, or nothing."""
    if content is not None:
        place(path, content)
    elif path.is_file():
        path.chmod(0o644)  # Windows does not delete what is read-only
        path.unlink()


def withdraw(register: Register, round: str, reason: str) -> Approval:
    """Take back the approval of ``round``, for a ``reason`` that is recorded; what was approved stays in the archive.

    ``NotReady`` without a reason, or when the round is not approved.
    """
    if not reason.strip():
        raise NotReady("no_reason")
    approval = approvals(register).get(round)
    if approval is None:
        raise NotReady("not_approved", round=round)
    path = register.folder / approval.file
    if path.is_file():
        register.store.put(path.read_bytes())
    last = register.latest("approval", round)
    number = last.seq if last else 0  # there is one: it was found above
    register.record_once("withdrawal", f"{round}/{number}", {
        "round": round, "approval": number, "act": approval.act, "date": approval.date, "digest": approval.digest, "reason": reason.strip()})
    if path.is_file():
        path.chmod(0o644)  # Windows does not delete what is read-only
        path.unlink()
    return approval


def still_open(document: Mapping[str, Any], round: str) -> dict[str, Any]:
    """What is open in a consolidated document: ``errors``, ``missing`` sectors, ``questions``, ``conflicts``; {} when nothing."""
    counts = {"errors": sum(f.get("severity") == "error" for f in document.get("findings", ())),
             "missing": list(document.get("missing", ())),
             "questions": sum(map(len, waiting(document["content"], round).values())),
             "conflicts": len(document.get("conflicts", ()))}
    return {k: v for k, v in counts.items() if v}


def open_lines(open_: Mapping[str, Any], language: str) -> list[str]:
    """``still_open`` in words."""
    say = Texts("register", language)
    listed = [(k, open_[k]) for k in ("errors", "missing", "questions", "conflicts") if k in open_]
    return [say(f"open_{k}", count=len(v) if isinstance(v, list) else v, listed=", ".join(v) if isinstance(v, list) else "") for k, v in listed]


def _consolidated(register: Register, campaign: Campaign, round: str) -> tuple[bytes, dict[str, Any]]:
    there = result(register, campaign, round)
    if there is None:
        raise NotReady("not_consolidated", round=round, path=campaign.result(round), folder=campaign.folder)
    return there.content, there.document


def approvals(register: Register) -> dict[str, Approval]:
    """The approval in force of each approved round."""
    return in_force(register.entries())


def in_force(entries: Iterable[Entry]) -> dict[str, Approval]:
    """The approval in force of each round that ``entries`` of the log, in their order, tell approved."""
    approvals: dict[str, Approval] = {}
    for e in entries:
        if e.kind == "approval":
            approvals[e.payload["round"]] = _approval(e)
        elif e.kind == "withdrawal":
            approvals.pop(e.payload["round"], None)
    return approvals


def approvals_in(entries: Iterable[Entry]) -> dict[str, Approval]:
    """The approvals in force whose act is known."""
    return {r: approval for r, approval in in_force(entries).items() if approval.act}


def _approval(entry: Entry) -> Approval:
    return Approval(**{name: entry.payload[name] for name in ("round", "act", "date", "digest", "file")}, at=entry.at)


def frozen(register: Register, approval: Approval) -> bytes:
    """The document of ``approval`` as it was frozen; ``Altered`` when the copy is missing or is not what was approved."""
    path = register.folder / approval.file
    content = path.read_bytes() if path.is_file() else b""
    if sha256(content).hexdigest() != approval.digest:
        raise Altered("approved_altered", path=path, act=approval.act, iso=approval.date,
                      round=approval.round, folder=register.folder)
    return content


def baseline(register: Register, round: str) -> dict[str, Any] | None:
    """The consolidated document that was approved for ``round``; None when none was.

    ``Altered`` when the frozen copy is missing or is not what was approved.
    """
    approval = approvals(register).get(round)
    if approval is None:
        return None
    refusal = Altered("approved_altered", path=register.folder / approval.file, act=approval.act,
                      iso=approval.date, round=round, folder=register.folder)
    return parsed(frozen(register, approval), round, refusal)


def current_document(register: Register, campaign: Campaign, round: str) -> dict[str, Any] | None:
    """The consolidated document of ``round``: as approved, else as the last run left it; None when there is neither."""
    approved = baseline(register, round)
    if approved is not None:
        return approved
    there = result(register, campaign, round)
    return None if there is None else there.document


def current_bytes(register: Register, campaign: Campaign, round: str) -> bytes | None:
    """The bytes of the document that ``current_document`` gives."""
    approval = approvals(register).get(round)
    if approval is not None:
        return frozen(register, approval)
    there = result(register, campaign, round)
    return None if there is None else there.content


def latest_document(register: Register, campaign: Campaign, rounds: Iterable[str]) -> dict[str, Any] | None:
    """The consolidated document of the last of ``rounds`` that has one, as ``current_document`` has it."""
    documents = (current_document(register, campaign, r) for r in reversed(tuple(rounds)))
    return next((document for document in documents if document is not None), None)
