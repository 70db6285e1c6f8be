"""What one campaign says at one round that other bodies say too: its outcomes, lines, indicators, findings and lateness."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from perfxl.campaign.register import Approval
from perfxl.campaign.register.board import Board
from perfxl.model.cascade import Cascade
from perfxl.model.readings import gone, in_force, last_read, present
from perfxl.model.rounds import Round, Rounds
from perfxl.model.views import RoundOutcomes

#: Between the titles of a line and of those above it.
ABOVE = " › "
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Origin:
    """Where the facts of a campaign come from: ``folder``, as whoever compares calls it; ``link``, the file to look at, from
    where the comparison will lie; both with forward slashes."""

    folder: str
    link: str


@dataclass
class Facts:
    """Rows by table (``tables.TABLES``), each row {column: text, whole number or None}. Figures are texts that say them
    exactly, percentages in points."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, table: str, row: dict[str, Any]) -> None:
        """One more row of ``table``."""
        self.rows.setdefault(table, []).append(row)


def facts(document: dict[str, Any], board: Board, approval: Approval | None, newer: bool, origin: Origin) -> Facts:
    """The facts of the consolidated ``document`` of a campaign, and of the ``board`` of its round.

    ``newer``: the round was consolidated again, to something else, after it was approved.
    """
    content = document["content"]
    round = Rounds.from_plan(content)[document["round"]]
    at = {"campaign": origin.folder, "link": origin.link, "moment": moment(content, round), "name": content["body"]["name"]}
    facts = Facts()
    facts.add("bodies", {**at, **_body(document, round, board=board, approval=approval, newer=newer)})
    for table, rows in (("lines", lines_of(document, round)), ("indicators", _indicators(content, round)), ("findings", _findings(document))):
        for row in rows:
            facts.add(table, {**at, **row})
    return facts


def moment(content: dict[str, Any], round: Round) -> str:
    """What bodies have to share to be compared: year and kind of round, the day too of a monitoring."""
    day = next((r.get("reference_date", "") for r in content["rounds"] if r["id"] == round), "")
    return " ".join(filter(None, (str(content["year"]), round.kind, day if round.kind == "monitoring" else "")))


def _body(document: dict[str, Any], round: Round, board: Board, approval: Approval | None, newer: bool) -> dict[str, Any]:
    content, outcomes = document["content"], RoundOutcomes(document["outcomes"].get(round, {}))
    body, mean, rules = content["body"], outcomes.body, outcomes.rules or {}
    expected = [r for r in board.rows if r.expected]
    late = [r.late for r in expected if r.state == "received_late"]
    severities = Counter(f["severity"] for f in document["findings"])
    return {"body": body["code"], "year": content["year"], "round": str(round), "kind": round.kind,
            "act": approval.act if approval else "", "approved": approval.date if approval else "", "newer": int(newer),
            "consolidated": board.consolidated[:10], "outcome": mean.outcome, "coverage": mean.coverage,
            "counted": mean.counted, "sectors": len(content["sectors"]), "objectives": len(content.get("objectives", ())),
            "expected": len(expected), "returned": len(document["returned"]), "missing": len(document["missing"]),
            "late": len(late), "late_days": max(late, default=0),
            **{severity: severities[severity] for severity in ("error", "warning", "note")},
            "questions": sum(r.questions for r in board.rows), "conflicts": len(document.get("conflicts", ())),
            "rules": "; ".join(f"{k}={rules[k]}" for k in sorted(rules))}


def lines_of(document: dict[str, Any], round: str) -> Iterator[dict[str, Any]]:
    """The strategic lines that have an outcome, each called by its title under those above it: codes are each body's own."""
    titles = {line["code"]: line["title"] for line in document["content"].get("cascade", ())}
    cascade = Cascade(document["content"])
    for line in RoundOutcomes(document["outcomes"].get(round, {})).lines:
        path = [titles[code] for code in cascade.path(line.code) if code in titles] or [line.code]
        yield {"key": ABOVE.join(map(plain, path)), "line": line.code, "title": ABOVE.join(path), "depth": len(path), "value": line.outcome,
               "counted": line.counted, "coverage": line.coverage}


def _indicators(content: Mapping[str, Any], round: Round) -> Iterator[dict[str, Any]]:
    """The expected results that are still pursued and have a value: an indicator is known by its words and its unit."""
    for objective in content.get("objectives", ()):
        lead = next((h for h in objective["holders"] if h["sector"] == objective["lead"]), objective["holders"][0])
        if gone(lead.get("holding", {}), round):
            continue
        for result in objective.get("sheet", {}).get("results", ()):
            text, value = in_force(result, "text", round) or "", last_read(result, round, "actual")
            if value is None or not plain(text) or not present(result, round) or in_force(result, "dropped", round):
                continue
            unit = in_force(result, "unit", round) or ""
            yield {"key": f"{plain(text)} [{plain(unit)}]", "title": text, "unit": unit, "objective": objective["code"], "sector": objective["lead"],
                   "direction": in_force(result, "direction", round) or "higher", "value": _figure(value),
                   "target": _figure(in_force(result, "target", round)), "baseline": _figure(result.get("baseline"))}


def _findings(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    counted = Counter((f["code"], f["severity"]) for f in document["findings"])
    for (code, severity), count in sorted(counted.items()):
        yield {"code": code, "severity": severity, "count": count}


def plain(text: str) -> str:
    """``text`` as two bodies that mean the same write it: without case, accents, spacing and punctuation."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(_WORD.findall(bare))


def _figure(value: Any) -> str | None:
    return None if value is None else str(value)
