"""The board of a round: who is expected, who answered, who is late, and what is still open."""

from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import asdict, dataclass, field
from datetime import date as Date
from datetime import datetime
from typing import Any

from perfxl.campaign import Campaign
from perfxl.campaign.register.approval import Approval, approvals
from perfxl.campaign.register.message_log import drafts
from perfxl.campaign.register.recorded import digest
from perfxl.campaign.register.register import Register
from perfxl.campaign.register.results import result
from perfxl.model.base import waiting
from perfxl.model.deadlines import due_day
from perfxl.model.findings import SEVERITIES
from perfxl.model.readings import idle
from perfxl.model.succession import Successions, with_former

#: What a sector's return can be, in the order in which it happens.
STATES = ("not_issued", "waiting", "late", "received", "received_late")

#: Verdicts on files that do not make a sector one that answered.
NOT_COUNTED = ("answers", "duplicate", "withdrawn", "refused")


@dataclass(frozen=True)
class Row:
    """One sector in one round.

    ``issue``: issue number of its workbook, 0 when none was issued; ``issued``, ``received``: when it was issued and
    when its last version came (UTC, ISO), or ""; ``versions``: how many different files of its came that count;
    ``late``: days from the deadline to the first of them, or to today while there is none, 0 when in time;
    ``findings``: of the last run, by severity; ``questions``: what still waits for an answer or a choice; ``mail``: the last
    news of the message with its form (how it left, or what a receipt says of it), "" when none was sent; ``reminders``: how
    many followed; ``protocol``: the numbers that the messages with its returns quote, the last to come first; ``deadline``:
    the day (ISO) that holds for it, "" when there is none; ``answered``: the issue numbers of the forms that its returns
    answer; ``mailed``: the issue number of the form that was last sent to it, 0 when none was or it is not known; ``drafts``: how many
    messages to it are ready and not sent.
    """

    sector: str
    name: str
    expected: bool
    state: str
    issue: int = 0
    issued: str = ""
    versions: int = 0
    received: str = ""
    late: int = 0
    findings: dict[str, Any] = field(default_factory=dict[str, Any])
    questions: int = 0
    mail: str = ""
    reminders: int = 0
    protocol: str = ""
    deadline: str = ""
    answered: tuple[int, ...] = ()
    mailed: int = 0
    drafts: int = 0


@dataclass(frozen=True)
class Board:
    """The board on the day ``today``. ``consolidated``: when a run last came to another result, or ""; ``elsewhere``:
    findings that belong to no sector, by severity; ``folder``: of the campaign."""

    year: int
    round: str
    today: str
    deadline: str
    rows: tuple[Row, ...]
    elsewhere: dict[str, Any]
    consolidated: str
    approval: Approval | None
    folder: str = ""

    def document(self) -> dict[str, Any]:
        """The board as data, for ``--json``."""
        totals = {"expected": sum(r.expected for r in self.rows), "issued": sum(r.issue > 0 for r in self.rows),
                  "received": sum(r.versions > 0 for r in self.rows), "late": sum(r.late > 0 for r in self.rows),
                  "questions": sum(r.questions for r in self.rows), "drafts": sum(r.drafts for r in self.rows),
                  "findings": {s: self.elsewhere[s] + sum(r.findings[s] for r in self.rows) for s in SEVERITIES}}
        fields = asdict(self)
        return {**{k: fields[k] for k in ("year", "round", "today", "deadline", "consolidated", "approval")},
                "totals": totals, "elsewhere": self.elsewhere, "sectors": [{**row, "answered": list(row["answered"])} for row in fields["rows"]]}


def board(register: Register, campaign: Campaign, plan: dict[str, Any], round: str, today: Date, document: dict[str, Any] | None = None) -> Board:
    """The board of ``round``: from the plan, the register, and the last consolidated document where there is one: ``document``
    when that is at hand.

    ``Altered`` when that is not what the last run wrote.
    """
    runs = register.entries("run", stage="consolidate", round=round)
    if document is None:
        consolidated = result(register, campaign, round)
        document = consolidated.document if consolidated else None
    extensions, findings = register.extensions(round), _findings(document)
    issued = {e.payload["sector"]: e for e in register.entries("issued", round=round)}
    listed, holding = with_former(plan, sorted(issued)), _holding(plan)
    names = _names(listed, issued)
    expected = _awaited(plan, holding, issued) if len(listed["sectors"]) > len(plan["sectors"]) else holding
    unasked = idle(plan, round)
    counted = _counted(register, campaign, round)
    arrivals, answered = _arrivals(register, round, counted), _answered(counted)
    questions = runs[-1].payload["questions"] if runs else {
        s: len(requests) for s, requests in waiting(document["content"] if document else plan, round).items()}
    mail, reminders = _mail(register, round)
    protocols = _protocols(register, round)
    ready = Counter(e.payload["sector"] for e in drafts(register, round, arrivals))
    rows = []
    for sector, name in names.items():
        came, issue, deadline = arrivals.get(sector, ()), issued.get(sector), due_day(plan, round, extensions, sector)
        is_asked = bool(came) or sector not in unasked  # nobody is late with what was never asked
        late = _days_late(came, deadline, today) if issue and is_asked else 0
        number, on = (issue.payload["issue"], issue.at) if issue else (0, "")
        rows.append(Row(sector, name, expected=sector in expected and is_asked, state=_state(issue, came, late), issue=number, issued=on,
                        versions=len(came), received=max(came, default=""), late=late, findings=findings.get(sector, _none()),
                        questions=questions.get(sector, 0), mail=mail.get(sector, ""), reminders=reminders.get(sector, 0),
                        protocol=protocols.get(sector, ""), deadline=deadline, answered=answered.get(sector, ()),
                        mailed=_mailed(register, round, sector), drafts=ready[sector]))
    elsewhere = {s: sum(by[s] for sector, by in findings.items() if sector not in names) for s in SEVERITIES}
    return Board(plan["year"], round, today=today.isoformat(), deadline=due_day(plan, round, extensions), rows=tuple(rows),
                 elsewhere=elsewhere, consolidated=runs[-1].at if runs else "",
                 approval=approvals(register).get(round), folder=str(campaign.folder))


def _names(listed: dict[str, Any], issued: Iterable[str]) -> dict[str, str]:
    """The sectors of the board with their names: those that are ``listed``, and whoever else was ``issued`` a form."""
    names = {s["code"]: s["name"] for s in listed["sectors"]}
    return names | {sector: sector for sector in sorted(issued) if sector not in names}


def _awaited(plan: dict[str, Any], holding: set[str], issued: Container[str]) -> set[str]:
    """The sectors from which a return is expected where some are out under codes of before: whoever has the last form."""
    successions = Successions(plan)
    last = {s for s in holding if s in issued or not any(b in issued for b in successions.before(s))}
    return last | {b for s in holding - last for b in successions.before(s) if b in issued}


def _none() -> dict[str, int]:
    return dict.fromkeys(SEVERITIES, 0)


def _findings(document: dict[str, Any] | None) -> dict[str, dict[str, int]]:
    """Findings of the last run by sector ("" for those of none) and severity."""
    counts: dict[str, Any] = {}
    for finding in document["findings"] if document else ():
        counts.setdefault(finding.get("sector", ""), _none())[finding["severity"]] += 1
    return counts


def _holding(plan: dict[str, Any]) -> set[str]:
    """The sectors that hold an objective or a measure, from which a return is expected."""
    return {h["sector"] for o in plan.get("objectives", ()) for h in o["holders"]} | {
        m["sector"] for m in plan.get("measures", ())}


def _counted(register: Register, campaign: Campaign, round: str) -> list[dict[str, Any]]:
    """The versions that make their sectors ones that answered: whose file still lies among those received, until the round is
    approved; what was deleted since does not wait for the next consolidation to be missed."""
    last = {e.key: e.payload for e in register.entries("version", round=round)}
    counted = [version for version in last.values() if version["verdict"] not in NOT_COUNTED]
    gone = set() if round in approvals(register) else _gone(register, campaign, round)
    return [version for version in counted if version["sha256"] not in gone]


def _gone(register: Register, campaign: Campaign, round: str) -> set[str]:
    """The digests of files that were received and lie nowhere among the received ones, under whatever name; of a folder that
    travels without what was received, none."""
    if not (campaign.folder / "ricevute" / round).is_dir():
        return set()
    paths: dict[str, set[str]] = {}
    for entry in register.entries("received", round=round):
        paths.setdefault(entry.payload["sha256"], set()).add(entry.payload["path"])
    missing = {sha256 for sha256, known in paths.items() if not any((campaign.folder / p).is_file() for p in known)}
    if missing:
        known = {p for several in paths.values() for p in several}
        missing -= {digest(p) for p in campaign.received_files(round) if campaign.relative(p) not in known}
    return missing


def _arrivals(register: Register, round: str, counted: Iterable[dict[str, Any]]) -> dict[str, tuple[str, ...]]:
    """When each of the ``counted`` versions of each sector's return came, UTC, ISO."""
    came: dict[str, Any] = {}
    for entry in register.entries("received", round=round):
        came.setdefault(entry.payload["sha256"], entry.payload.get("arrived") or entry.at)
    times_of: dict[str, Any] = {}
    for version in counted:
        if version["sha256"] in came:
            times_of.setdefault(version["sector"], []).append(came[version["sha256"]])
    return {sector: tuple(times) for sector, times in times_of.items()}


def _answered(counted: Iterable[dict[str, Any]]) -> dict[str, tuple[int, ...]]:
    """By sector, the issue numbers of the forms that the ``counted`` versions answer."""
    issues_of: dict[str, set[int]] = {}
    for version in counted:
        if version.get("issue"):
            issues_of.setdefault(version["sector"], set()).add(version["issue"])
    return {sector: tuple(sorted(numbers)) for sector, numbers in issues_of.items()}


def _mailed(register: Register, round: str, sector: str) -> int:
    """The issue number of the form that was last sent to ``sector`` by perfxl."""
    left = register.entries("sent", round=round, sector=sector, message="form")
    number = left[-1].payload["about"].partition("/")[0] if left else ""
    return int(number) if number.isdecimal() else 0


def _mail(register: Register, round: str) -> tuple[dict[str, str], dict[str, int]]:
    """By sector, the last news of the message with its form, and how many reminders left."""
    news: dict[str, str] = {}
    reminders: dict[str, int] = {}
    for entry in register.entries("sent", round=round):
        payload = entry.payload
        if payload["message"] == "form":
            news[payload["sector"]] = payload["state"]
        elif payload["message"] == "reminder" and payload["state"] == "sent":
            reminders[payload["sector"]] = reminders.get(payload["sector"], 0) + 1
    last = {e.payload["sector"]: e.payload["message_id"] for e in register.entries("sent", round=round, message="form")}
    for entry in register.entries("notice", round=round, message="form"):
        payload = entry.payload
        if last.get(payload["sector"]) == payload["message_id"] and not (  # operators send them in any order
                payload["event"] in ("accepted", "taken_over") and news.get(payload["sector"]) in ("delivered", "undelivered", "refused")):
            news[payload["sector"]] = payload["event"]
    return news, reminders


def _protocols(register: Register, round: str) -> dict[str, str]:
    """By sector, the protocol numbers of its returns."""
    by_sector: dict[str, dict[str, None]] = {}
    for entry in reversed(register.entries("taken", round=round)):
        if entry.payload["became"] in ("return", "copy") and entry.payload.get("protocol"):
            by_sector.setdefault(entry.payload["sector"], {})[entry.payload["protocol"]] = None
    return {sector: ", ".join(numbers) for sector, numbers in by_sector.items()}


def _days_late(came: Iterable[str], deadline: str, today: Date) -> int:
    if not deadline:
        return 0
    first = min((local_day(at) for at in came), default=today)
    return max(0, (first - Date.fromisoformat(deadline)).days)


def local_day(at: str) -> Date:
    """The day of a UTC stamp where the controller is: deadlines are days of the office, not of Greenwich."""
    return datetime.fromisoformat(at).astimezone().date()


def _state(issue: Any, came: Iterable[str], late: int) -> str:
    if came:
        return "received_late" if late else "received"
    if issue is None:
        return "not_issued"
    return "late" if late else "waiting"
