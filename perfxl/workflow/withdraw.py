"""``perfxl withdraw``: a return, or a choice on a conflict, taken back by the controller, with its reason, in the register.

The file stays where it is and in the archive: it is no longer read in its round. A choice that is taken back leaves the
conflict open again. Both can be taken back in their turn (``again``).
"""

from hashlib import sha256
from pathlib import Path

from perfxl.campaign import Campaign
from perfxl.campaign.register import Register, approvals
from perfxl.model.rounds import Round
from perfxl.model.texts import Texts
from perfxl.workflow import register_updates
from perfxl.workflow.rounds import round_of
from perfxl.workflow.running import CannotRun


def withdraw_return(campaign: Campaign, round: str, file: Path, reason: str, by: str, language: str, again: bool = False) -> str:
    """Take back the received ``file`` of ``round``, or read it again; its path in the campaign. ``CannotRun`` when it is none."""
    round = round_of(campaign, round, language)
    say, path = Texts("cli", language), _received(campaign, round, file, language)
    digest = sha256(path.read_bytes()).hexdigest()
    with register_updates.open_register(campaign, language, CannotRun) as register:
        _open_round(register, round, language)
        if (digest in withdrawn(register, round)) is not again:
            raise CannotRun(say("withdraw_not" if again else "withdraw_twice", path=campaign.relative(path)))
        register_updates.record_received(register, campaign, round)
        register.record_once("set_aside", f"{round}/{digest}", {"round": round, "sha256": digest, "path": campaign.relative(path),
                                                                "reason": reason, "by": by, "again": again})
    return campaign.relative(path)


def withdraw_choice(campaign: Campaign, round: str, key: str, sector: str, reason: str, by: str, language: str) -> str:
    """Take back the choice on the conflict ``key``; the sector it was about. ``CannotRun`` when there is none in force."""
    say, round = Texts("cli", language), round_of(campaign, round, language)
    with register_updates.open_register(campaign, language, CannotRun) as register:
        _open_round(register, round, language)
        known = {(s, k) for s, several in register_updates.decisions(register, round).items() for k in several}
        named = [s for s, k in known if k == key and sector in ("", s)]
        if len(named) != 1:
            listed = "; ".join(f"{k} ({s})" for s, k in sorted(known)) or say("withdraw_none")
            raise CannotRun(say("withdraw_no_choice", key=key, known=listed))
        register_updates.record_withdrawn_decision(register, round, sector=named[0], key=key, by=by, reason=reason)
    return named[0]


def withdrawn(register: Register, round: str) -> dict[str, str]:
    """The files of ``round`` that were taken back and are not read, by SHA-256, with the reason."""
    last = {e.payload["sha256"]: e.payload for e in register.entries("set_aside", round=round)}
    return {digest: entries["reason"] for digest, entries in last.items() if not entries["again"]}


def _received(campaign: Campaign, round: str, file: Path, language: str) -> Path:
    """The received file that was named: by its path, its path in the campaign, or its name alone where that is enough."""
    there = campaign.received_files(round)
    files = [p for p in there if p.resolve() in (file.resolve(), (campaign.folder / file).resolve())] or [p for p in there if p.name == str(file)]
    if len(files) != 1:
        raise CannotRun(Texts("cli", language)("withdraw_no_file", file=file, known="; ".join(map(campaign.relative, there)) or "–"))
    return files[0]


def _open_round(register: Register, round: Round, language: str) -> None:
    approval = approvals(register).get(round)
    if approval:
        raise CannotRun(Texts("cli", language)("withdraw_approved", round=round.name(language), act=approval.act))
