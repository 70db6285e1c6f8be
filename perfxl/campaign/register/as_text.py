"""The board and the log in words, Italian and English; times are those of the clock on the wall."""

import re
from collections.abc import Iterator
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

_DIGEST = re.compile("[0-9a-f]{64}")


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
    values = {k: quote(canonical(v) if isinstance(v, (dict, list)) else v, say.language) for k, v in entry.payload.items()}
    if "round" in values:
        values["round"] = say.at("round", rounds and rounds.get(entry.payload["round"]) or entry.payload["round"])
    if entry.kind == "created" and "year" in entry.payload:
        return say("log_campaign", **values)
    if entry.kind == "received":
        values["from"] = say("told_origin", origin=values["origin"]) if "origin" in values else ""
        values["arrival"] = say("told_arrival", at=moment(entry.payload["arrived"], say.language)) if "arrived" in values else ""
    if entry.kind == "asked":
        values["requests"] = ", ".join(entry.payload["requests"])
    if entry.kind == "version":
        values["verdict"] = say(f"verdict_{entry.payload['verdict']}")
    if entry.kind == "decision":
        values |= {"given": say("told_value", value=values["value"]) if entry.payload["value"] is not None else "",
                   "who": say("told_by", by=values["by"]) if entry.payload["by"] else "",
                   "why": say("told_note", note=values["note"]) if entry.payload["note"] else "",
                   "choice": _choice(values["choice"], say)}
        if entry.payload["choice"] == "withdrawn":
            return say("log_decision_withdrawn", **values)
    if entry.kind == "sent":
        values |= {"message": say(f"message_{values['message']}"), "state": say(f"sent_{values['state']}"),
                 "receivers": ", ".join(entry.payload["to"])}
    if entry.kind == "taken":
        values["became"] = say(f"taken_{values['became']}")
        values["quoted"] = say("told_protocol", protocol=values["protocol"]) if "protocol" in values else ""
        values["signed"] = "".join(say(_signed(s), signer=quote(s["signer"], say.language))
                                 for s in entry.payload.get("signatures", ()))
    if entry.kind == "notice":
        values["event"] = say(f"notice_{values['event']}")
    if entry.kind == "set_aside":
        values["who"] = say("told_by", by=values["by"]) if entry.payload["by"] else ""
        return say("log_set_aside_again" if entry.payload["again"] else "log_set_aside", **values)
    if entry.kind == "loaded":
        values["part"] = f" ({entry.payload['entity']})" if entry.payload["entity"] else ""
    if entry.kind == "extended":
        values |= {"day": day(entry.payload["deadline"], say.language),
                 "who": say("extended_all") if entry.payload["sector"] == ALL else say("extended_one", sector=values["sector"])}
    if entry.kind in ("approval", "withdrawal"):
        values["act"] = quote(act_of(entry.payload["act"], entry.payload["date"], say.language), say.language)
        first, still = entry.payload.get("corrects"), entry.payload.get("open")
        values["corrected"] = say("log_corrects", act=quote(act_of(first["act"], first["date"], say.language), say.language)) if first else ""
        values["still"] = say("log_open", open="; ".join(open_lines(still, say.language))) if still else ""
    if entry.kind == "rebuilt":
        values["recovered"] = "; ".join(say(f"rebuilt_{k}", count=n) for k, n in sorted(entry.payload["recovered"].items())) or say("rebuilt_none")
        values["put"] = say("rebuilt_aside", path=values["aside"]) if entry.payload["aside"] else ""
    if entry.kind == "run":
        values |= {"stage": say(f"stage_{values['stage']}")} | entry.payload["findings"] | {"questions": sum(entry.payload["questions"].values())}
    for name in ("sha256", "digest", "results", "before"):
        if name in values:
            values[name] = values[name][:12]
    return say(f"log_{entry.kind}", **values)


def _choice(choice: str, say: Texts) -> str:
    """What was decided, in words where it is one of perfxl's own; an answer is known by the digest of its file."""
    if choice in ("base", "value"):
        return say(f"choice_{choice}")
    return say("choice_answer", sha256=choice[:12]) if _DIGEST.fullmatch(choice) else choice


def _signed(signature: dict[str, Any]) -> str:
    """The words for a signature: intact, not valid, or of a kind that cannot be checked."""
    return "told_signed" if signature["intact"] else "told_signed_unchecked" if signature.get("means") else "told_signed_badly"
