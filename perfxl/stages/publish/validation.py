"""What the evaluation board looks at before it validates: each criterion with its evidence, exceptions first.

Nothing is judged here: a criterion says what was counted and what stands out, each with the place to look at.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from perfxl.campaign.register import Approval
from perfxl.model.change import Change
from perfxl.model.changes import changes
from perfxl.model.derived import applicable
from perfxl.model.explain import explain
from perfxl.model.findings import quote
from perfxl.model.outcomes import round_outcomes, with_totals
from perfxl.model.readings import dropped, due, read
from perfxl.model.succession import Successions
from perfxl.model.terms import worded
from perfxl.model.views import Measure
from perfxl.stages.consolidate.columns import people
from perfxl.stages.consolidate.view import Assignment, View
from perfxl.stages.publish import gate
from perfxl.stages.publish.tables import open_tables
from perfxl.stages.report.speech import Speech

#: From here on a text is long, where the body's rules give no limit of their own.
LONG = 8000


@dataclass(frozen=True)
class Criterion:
    """A criterion: ``figures`` are (label, value) pairs, ``exceptions`` what stands out, ``evidence`` what it rests on."""
    key: str
    title: str
    question: str
    figures: tuple[tuple[str, str], ...]
    exceptions: tuple[str, ...]
    evidence: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """The criterion as JSON has it."""
        return {"criterion": self.key, "title": self.title, "question": self.question, "figures": dict(self.figures),
                "exceptions": list(self.exceptions), "evidence": list(self.evidence)}


def recomputed(document: dict[str, Any], own: Mapping[str, dict[str, Any]] = {}) -> list[str]:
    """Where the outcomes of a consolidated document are not what they must be: JSON Pointers; [] when they hold.

    Those of its round are what its content gives. Those of an earlier round are what that round's own document says,
    ``own`` by round, where there is one; else the totals are at least what the outcomes under them give.
    """
    successions = Successions(document["content"])
    wrong: list[str] = []
    before: list[dict[str, Any]] = []
    for round, recorded in document["outcomes"].items():
        if round == document["round"]:
            _differences(recorded, _known(round_outcomes(document["content"], round, before).document(), recorded), f"/outcomes/{round}", wrong)
        elif round in own:
            _differences(recorded, successions.outcomes(own[round]["outcomes"].get(round, {})), f"/outcomes/{round}", wrong)
        else:
            _differences(recorded, with_totals(document["content"], recorded, before), f"/outcomes/{round}", wrong)
        before.append(recorded)
    return wrong


def _known(computed: dict[str, Any], recorded: dict[str, Any]) -> dict[str, Any]:
    """``computed`` without the rules where ``recorded`` was written before outcomes said theirs."""
    return {k: v for k, v in computed.items() if k in recorded or k != "rules"}


def _differences(recorded: Any, computed: Any, at: str, wrong: list[str]) -> None:
    if isinstance(recorded, dict) and isinstance(computed, dict):
        for key in sorted(recorded.keys() | computed.keys()):
            _differences(recorded.get(key), computed.get(key), f"{at}/{key}", wrong)
    elif isinstance(recorded, list) and isinstance(computed, list) and len(recorded) == len(computed):
        for k, pair in enumerate(zip(recorded, computed, strict=True)):
            _differences(*pair, f"{at}/{k}", wrong)
    elif recorded != computed or type(recorded) is not type(computed):
        wrong.append(at)


@worded()
def criteria(document: dict[str, Any], language: str, extension: dict[str, Any] | None = None, approvals: Mapping[str, Approval] = {}) -> tuple[Criterion, ...]:
    """The eight criteria of a consolidated document that has outcomes, those with exceptions first."""
    board = _Board(document, language, extension, approvals)
    made = [_criterion(board, key, look) for key, look in LOOKS.items()]
    return tuple(sorted(made, key=lambda c: not c.exceptions))


class _Board:
    """The consolidated document with what the criteria ask of it."""

    def __init__(self, document: dict[str, Any], language: str, extension: dict[str, Any] | None, approvals: Mapping[str, Approval]):
        self.document, self.view = document, View(document)
        self.speech = Speech(language, self.view.rules().decimals)
        self.extension, self.approvals = extension, approvals
        self.round = self.view.round

    def say(self, key: str, /, **values: Any) -> str:
        return self.speech.say(f"board_{key}", **values)

    def leads(self) -> list[Assignment]:
        """Every objective once, in the sector that leads it; those it does not hold, in the first that does."""
        by_objective: dict[int, Assignment] = {}
        for held in self.view.held:
            if held.i not in by_objective or held.holder.sector == held.objective.lead:
                by_objective[held.i] = held
        return [by_objective[i] for i in sorted(by_objective)]

    def act(self, round: str) -> str:
        known = self.approvals.get(round)
        if known is not None:
            return self.speech.act(known.act, known.date) if known.act else self.say("no_act")
        return self.view.dates.get(round, {}).get("act") or self.say("no_act")


Told = tuple[list[tuple[str, str]], list[str], list[str]]


def _criterion(board: _Board, key: str, look: Callable[[_Board], Told]) -> Criterion:
    figures, exceptions, evidence = look(board)
    return Criterion(key, board.say(f"{key}_title"), question=board.say(f"{key}_question"),
                     figures=tuple((board.say(f"figure_{k}"), v) for k, v in figures), exceptions=tuple(exceptions),
                     evidence=tuple(evidence))


def _coherence(board: _Board) -> Told:
    changed = changes(board.document)
    kinds = Counter(c.kind for c in changed)
    lines = {line["code"] for line in board.view.content.get("cascade", ())}
    alone = [h.objective.code for h in board.leads() if not lines & set(h.objective.sheet.strategic_lines)]
    silent = sorted({(c.objective, c.round) for c in changed if not c.reason and c.kind in ("revised", "dropped", "added")})
    exceptions = [board.say("no_line", objective=code) for code in alone] + [board.say("no_reason", objective=code, act=board.act(r)) for code, r in silent]
    figures = [("objectives", str(len(board.view.objectives))), ("changes", str(len(changed)))] \
        + [(f"kind_{k}", str(n)) for k, n in sorted(kinds.items())]
    return figures, exceptions, [_change(board, c) for c in changed]


def _change(board: _Board, change: Change) -> str:
    language = board.speech.language
    what = " ".join(x for x in (change.title.get(language, change.field), change.item) if x)
    old, new = (quote(_read(board, change.cell_kind, value), language) for value in (change.approved, change.revised))
    reason = change.reason.strip() or quote(None, language)
    return board.say("change", objective=change.objective or change.sector, what=what, old=old, new=new, act=board.act(change.round), reason=reason.rstrip("."))


def _read(board: _Board, kind: str, value: Any) -> str | None:
    """A value as people read it; None when there is none."""
    if value in (None, "", []):
        return None
    match kind:
        case "table":
            return people(value) if all(isinstance(v, dict) and "name" in v for v in value) else str(len(value))
        case "lines":
            return "; ".join(map(str, value))
        case "percent":
            return board.speech.points(value)
        case "date":
            return board.speech.day(value)
        case "money":
            return board.speech.money(value)
        case "number" | "integer":
            return board.speech.number(value)
        case _:
            return str(value)


def _completeness(board: _Board) -> Told:
    objectives = board.view.outcomes[board.round].objectives
    exceptions = [board.say("sector_missing", sector=s) for s in board.document["missing"]]
    exceptions += [board.say("outcome_missing", objective=o.objective, sector=o.sector) for o in objectives if o.exclusion == "missing"]
    for held in board.leads():
        blank = [p.get("id") or "?" for p in held.objective.sheet.data.get("phases", ())
                 if p.get("weighting") != "not_weighted" and not dropped(p, board.round) and due(p, board.round)
                 and read(p, board.round, "realised") is None]
        if blank and not board.view.outcome(board.round, held).gone:
            exceptions.append(board.say("phases_blank", objective=held.objective.code, phases=", ".join(blank)))
    excluded = Counter(o.exclusion for o in objectives if o.exclusion)
    figures = [("reported", str(sum(o.value is not None for o in objectives))), ("held", str(len(objectives))),
               ("counted", str(sum(o.counted for o in objectives)))]
    return figures, exceptions, [f"{board.speech.words(f'exclusion_{k}')}: {n}" for k, n in sorted(excluded.items())]


def _computation(board: _Board) -> Told:
    wrong = recomputed(board.document)
    body = board.view.mean(board.round, "body", "")
    figures = [("body", board.speech.percent(body.outcome)), ("recomputed", str(sum(len(v["objectives"]) + len(v["sectors"]) + len(v["lines"]) + 1
                                                                                         for v in board.document["outcomes"].values())))]
    sentences = [explain(board.document, what, board.speech.language) for what in ("ENTE", *(s["code"] for s in board.view.sectors))]
    return figures, [board.say("differs", place=at) for at in wrong], [t for t in sentences if t]


def _reliability(board: _Board) -> Told:
    open_ = Counter(f["severity"] for f in board.document["findings"])
    exceptions = [f["message"] for f in board.document["findings"] if f["severity"] == "error"]
    exceptions += [board.say("conflict", key=c["key"], sector=c.get("sector", "")) for c in board.document.get("conflicts", ())]
    figures = [("sources", str(len(board.document["sources"]))), *((s, str(open_[s])) for s in ("error", "warning", "note"))]
    return figures, exceptions, [board.say("source", sector=s["sector"], file=s["file"], digest=s["sha256"]) for s in board.document["sources"]]


def _deviations(board: _Board) -> Told:
    exceptions, evidence = [], []
    for held in board.leads():
        outcome = board.view.outcome(board.round, held)
        if outcome.value is None or Decimal(outcome.value) >= 100 or outcome.gone:
            continue
        judged = board.view.evaluations.get((*held.key, board.round), {})
        reason = read(held.holder.holding.data, board.round, "reason") or judged.get("reason")
        value, code = board.speech.percent(outcome.value), held.objective.code
        if reason:
            evidence.append(board.say("deviation", objective=code, value=value, reason=reason))
        else:
            exceptions.append(board.say("deviation_silent", objective=code, value=value))
    figures = [("below", str(len(exceptions) + len(evidence))), ("explained", str(len(evidence)))]
    return figures, exceptions, evidence


def _integrity(board: _Board) -> Told:
    measures = board.view.content.get("measures", ())
    applied = [m for m in measures if applicable(Measure(m["measure"]), board.round) and due(m["measure"], board.round)]
    exceptions = [board.say("measure_silent", id=m["measure"]["id"], sector=m["sector"]) for m in applied
                  if read(m["measure"], board.round, "percent") is None or not read(m["measure"], board.round, "result")]
    personal = gate.personal(board.view, open_tables(board.view, board.extension))
    exceptions += [f.message(board.speech.language) for f in personal]
    done = sum(read(m["measure"], board.round, "percent") == 100 for m in applied)
    figures = [("measures", str(len(measures))), ("applicable", str(len(applied))), ("measures_done", str(done)), ("personal", str(len(personal)))]
    return figures, exceptions, []


def _texts(board: _Board) -> Iterator[tuple[str, str, str]]:
    """(objective, what, text) of every narrative of the round."""
    for held in board.leads():
        sheet = held.objective.sheet.data
        texts = [("detail", sheet.get("detail")), ("narrative", read(sheet, board.round, "narrative"))]
        texts += [(p.get("id") or "?", read(p, board.round, "done")) for p in sheet.get("phases", ())]
        yield from ((held.objective.code, what, text) for what, text in texts if text)


def _brevity(board: _Board) -> Told:
    limit = board.view.content.get("rules", {}).get("narrative_limit") or LONG
    texts = list(_texts(board))
    exceptions = [board.say("long", objective=code, length=board.speech.number(len(text)), limit=board.speech.number(limit))
                  for code, _, text in texts if len(text) > limit]
    lengths = [len(text) for *_, text in texts]
    return [("texts", str(len(texts))), ("characters", board.speech.number(sum(lengths))),
            ("longest", board.speech.number(max(lengths, default=0)))], exceptions, []


def _clarity(board: _Board) -> Told:
    exceptions, results, measurable = [], 0, 0
    for held in board.leads():
        in_sheet = held.objective.sheet.data.get("results", ())
        able = [r for r in in_sheet if r.get("unit") and board.view.in_force(r, "target") is not None]
        results, measurable = results + len(in_sheet), measurable + len(able)
        if not able and not board.view.outcome(board.round, held).gone:
            exceptions.append(board.say("unmeasured", objective=held.objective.code))
    exceptions += [f["message"] for f in board.document["findings"] if f["code"].startswith("TEXT") and f["severity"] != "note"]
    return [("results", str(results)), ("measurable", str(measurable))], exceptions, []


LOOKS = {"coherence": _coherence, "completeness": _completeness, "computation": _computation, "reliability": _reliability,
         "deviations": _deviations, "integrity": _integrity, "brevity": _brevity, "clarity": _clarity}
