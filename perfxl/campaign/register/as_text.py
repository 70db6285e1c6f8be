"""The board and the log in words, Italian and English; times are those of the clock on the wall."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from perfxl.campaign.register.approval import open_lines
from perfxl.campaign.register.board import Board, Row
from perfxl.campaign.register.log import Entry, canonical
from perfxl.campaign.register.register import Register
from perfxl.campaign.register.words import act_of, day, moment
from perfxl.model.deadlines import ALL
from perfxl.model.findings import SEVERITIES, quote
from perfxl.model.rounds import Rounds
from perfxl.model.texts import Texts

#: The payload of an entry, and what its sentence says in the places of the text.
Payload = Mapping[str, Any]
Words = dict[str, Any]

_DIGEST = re.compile("[0-9a-f]{64}")
#: What an entry has of digests, of which a sentence shows the beginning.
_HASHES = ("sha256", "digest", "results", "before")
_SHORT = 12


def board_table(board: Board, language: str) -> tuple[list[str], list[list[str]]]:
    """The headings and the rows of the board, one row a sector, all as text."""
    say = Texts("register", language)
    headings = [say(f"column_{c}") for c in ("sector", "state", "issued", "mail", "received", "late", *SEVERITIES, "questions")]
    rows = []
    for r in board.rows:
        if not r.expected and not r.issue and not r.versions:
            continue
        issued = say("issued_on", issue=r.issue, day=day(r.issued, language)) if r.issue else ""
        issued += say("due_apart", day=day(r.deadline, language)) if r.issue and r.deadline != board.deadline else ""
        received = say("received_on", versions=r.versions, day=day(r.received, language)) if r.versions else ""
        if r.answered and r.answered != (r.issue,):
            received += say("received_answers", issues=", ".join(map(str, r.answered)))
        received += say("received_protocol", protocol=r.protocol) if r.protocol else ""
        rows.append([f"{r.sector} {r.name}", say(f"state_{r.state}"), issued, _mail(r, say), received, str(r.late or ""),
                     *(str(r.findings[s] or "") for s in SEVERITIES), str(r.questions or "")])
    return headings, rows


def _mail(row: Row, say: Texts) -> str:
    """The last news of a sector's form, and how often it was reminded."""
    if not row.mail:
        return say("drafts_ready", count=row.drafts).lstrip(", ") if row.drafts else ""
    news = say(f"sent_{row.mail}" if row.mail in ("sending", "drafted", "sent", "failed") else f"notice_{row.mail}")
    if row.mailed and row.mailed != row.issue:  # issued again since: the new one has not left
        news = say("sent_before", issue=row.mailed, now=row.issue)
    others = row.drafts - (row.mail == "drafted")
    return news + (say("reminded", count=row.reminders) if row.reminders else "") + (say("drafts_ready", count=others) if others > 0 else "")


def board_summary(board: Board, language: str) -> list[str]:
    """What stands above and below the table: round and deadline, how many came, the last run, the approval."""
    say, totals = Texts("register", language), board.document()["totals"]
    lines = [say("board_title", round=say.at("round", board.round), year=board.year),
             say("board_deadline", day=day(board.deadline, language)) if board.deadline else say("board_no_deadline"),
             say("board_totals", **{k: totals[k] for k in ("expected", "issued", "received", "late", "questions")})]
    lines.append(say("board_run", at=moment(board.consolidated, language)) if board.consolidated else say("board_no_run"))
    if totals["drafts"]:
        lines.append(say("board_drafts", count=totals["drafts"], round=board.round, folder=board.folder))
    if sum(board.elsewhere.values()):
        lines.append(say("board_elsewhere", **board.elsewhere))
    if board.approval:
        lines.append(say("board_approved", act=act_of(board.approval.act, board.approval.date, language)))
    return lines


def log_lines(register: Register, language: str, rounds: Rounds | None = None) -> Iterator[str]:
    """The log, one line an entry: number, when, what; then the hash that stands for all of it. ``rounds``: those of the plan,
    which say what each is called; without them the usual ones are known by name, others by their id."""
    say = Texts("register", language)
    entries = register.entries()
    for entry in entries:
        yield f"{entry.seq:>5}  {moment(entry.at, language)}  {_sentence(entry, say, rounds)}"
    yield say("log_head", count=len(entries), hash=entries[-1].hash) if entries else say("log_empty")


def _sentence(entry: Entry, say: Texts, rounds: Rounds | None) -> str:
    """What an entry says. Names and notes come from outside: they are shown in one line, control characters marked."""
    payload = entry.payload
    values = {k: quote(canonical(v) if isinstance(v, (dict, list)) else v, say.language) for k, v in payload.items()}
    if "round" in values:
        values["round"] = say.at("round", rounds and rounds.get(payload["round"]) or payload["round"])
    values |= {name: values[name][:_SHORT] for name in _HASHES if name in values}
    if entry.kind in _VALUES:
        values |= _VALUES[entry.kind](payload, values, say)
    return say(_message(entry), **values)


def _message(entry: Entry) -> str:
    """The key of the sentence of an entry."""
    if entry.kind == "created" and "year" in entry.payload:
        return "log_campaign"
    if entry.kind == "decision" and entry.payload["choice"] == "withdrawn":
        return "log_decision_withdrawn"
    if entry.kind == "set_aside" and entry.payload["again"]:
        return "log_set_aside_again"
    return f"log_{entry.kind}"


def _received(payload: Payload, values: Words, say: Texts) -> Words:
    return {"from": say("told_origin", origin=values["origin"]) if "origin" in values else "",
            "arrival": say("told_arrival", at=moment(payload["arrived"], say.language)) if "arrived" in values else ""}


def _decision(payload: Payload, values: Words, say: Texts) -> Words:
    return {"given": say("told_value", value=values["value"]) if payload["value"] is not None else "",
            "who": say("told_by", by=values["by"]) if payload["by"] else "",
            "why": say("told_note", note=values["note"]) if payload["note"] else "",
            "choice": _choice(values["choice"], say)}


def _sent(payload: Payload, values: Words, say: Texts) -> Words:
    return {"message": say(f"message_{values['message']}"), "state": say(f"sent_{values['state']}"), "receivers": ", ".join(payload["to"])}


def _collected(payload: Payload, values: Words, say: Texts) -> Words:
    return {"became": say(f"taken_{values['became']}"),
            "quoted": say("told_protocol", protocol=values["protocol"]) if "protocol" in values else "",
            "signed": "".join(say(_signed(s), signer=quote(s["signer"], say.language)) for s in payload.get("signatures", ()))}


def _extended(payload: Payload, values: Words, say: Texts) -> Words:
    return {"day": day(payload["deadline"], say.language),
            "who": say("extended_all") if payload["sector"] == ALL else say("extended_one", sector=values["sector"])}


def _approved(payload: Payload, _values: Words, say: Texts) -> Words:
    first, still = payload.get("corrects"), payload.get("open")
    return {"act": _act(payload, say), "corrected": say("log_corrects", act=_act(first, say)) if first else "",
            "still": say("log_open", open="; ".join(open_lines(still, say.language))) if still else ""}


def _act(approval: Payload, say: Texts) -> str:
    return quote(act_of(approval["act"], approval["date"], say.language), say.language)


def _rebuilt(payload: Payload, values: Words, say: Texts) -> Words:
    recovered = "; ".join(say(f"rebuilt_{k}", count=n) for k, n in sorted(payload["recovered"].items()))
    return {"recovered": recovered or say("rebuilt_none"), "put": say("rebuilt_aside", path=values["aside"]) if payload["aside"] else ""}


def _run(payload: Payload, values: Words, say: Texts) -> Words:
    return {"stage": say(f"stage_{values['stage']}"), **payload["findings"], "questions": sum(payload["questions"].values())}


#: What the sentence of an entry says beside its payload, by the kind of the entry: from the payload, the same quoted, and the texts.
_VALUES: dict[str, Callable[[Payload, Words, Texts], Words]] = {
    "received": _received, "decision": _decision, "sent": _sent, "taken": _collected, "extended": _extended, "approval": _approved,
    "withdrawal": _approved, "rebuilt": _rebuilt, "run": _run,
    "asked": lambda payload, _values, _say: {"requests": ", ".join(payload["requests"])},
    "version": lambda payload, _values, say: {"verdict": say(f"verdict_{payload['verdict']}")},
    "notice": lambda _payload, values, say: {"event": say(f"notice_{values['event']}")},
    "set_aside": lambda payload, values, say: {"who": say("told_by", by=values["by"]) if payload["by"] else ""},
    "loaded": lambda payload, _values, _say: {"part": f" ({payload['entity']})" if payload["entity"] else ""},
}


def _choice(choice: str, say: Texts) -> str:
    """What was decided, in words where it is one of perfxl's own; an answer is known by the digest of its file."""
    if choice in ("base", "value"):
        return say(f"choice_{choice}")
    return say("choice_answer", sha256=choice[:12]) if _DIGEST.fullmatch(choice) else choice


def _signed(signature: dict[str, Any]) -> str:
    """The words for a signature: intact, not valid, or of a kind that cannot be checked."""
    return "told_signed" if signature["intact"] else "told_signed_unchecked" if signature.get("means") else "told_signed_badly"
