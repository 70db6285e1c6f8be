"""What differs between the approved document of a round and one consolidated after it, in a few lines for the controller."""

from typing import Any

from perfxl.model.arithmetic import percent_text, rules_from
from perfxl.model.texts import Texts
from perfxl.model.views import RoundOutcomes

#: How many objectives are named.
_NAMED = 8


def lines(approved: dict[str, Any], now: dict[str, Any], language: str) -> list[str]:
    """One line for each outcome that is another, one for the data that are; [] when both documents say the same."""
    if approved == now:
        return []
    say, round = Texts("cli", language), now["round"]
    before, after = (_outcomes(document, round) for document in (approved, now))
    decimals = rules_from(now["content"].get("rules")).decimals
    sentences = [say("differs_body" if code is None else "differs_sector", code=code, before=_percent(before.get(code), decimals, language),
                now=_percent(after.get(code), decimals, language))
            for code in {**before, **after} if before.get(code) != after.get(code)]
    data = _differing(approved["content"], now["content"])
    if data:
        codes = list(dict.fromkeys(code for code, _ in data if code))
        named = ", ".join(codes[:_NAMED]) + (" …" if len(codes) > _NAMED else "")
        sentences.append(say("differs_content" if named else "differs_frame", count=len(data), objectives=named))
    return sentences or [say("differs_other")]


def _outcomes(document: dict[str, Any], round: str) -> dict[str | None, str | None]:
    """The outcome of the body (under None) and of each sector."""
    outcomes = RoundOutcomes(document["outcomes"].get(round, {}))
    return {None: outcomes.body.outcome, **{s.code: s.outcome for s in outcomes.sectors}} if outcomes else {}


def _percent(outcome: str | None, decimals: int, language: str) -> str:
    return "–" if outcome is None else percent_text(outcome, decimals, language)


def _differing(before: Any, now: Any, objective: str = "", at: str = "") -> list[tuple[str, str]]:
    """(code of the objective, place) of every value that is another."""
    if isinstance(before, dict) and isinstance(now, dict):
        own = {**before, **now}.get("code", "") if "holders" in now or "holders" in before else objective
        return [d for key in {**before, **now} for d in _differing(before.get(key), now.get(key), own, f"{at}/{key}")]
    if isinstance(before, list) and isinstance(now, list):
        longest = range(max(len(before), len(now)))
        return [d for k in longest for d in _differing(before[k] if k < len(before) else None, now[k] if k < len(now) else None,
                                                       objective, f"{at}/{k}")]
    return [] if before == now else [(objective, at)]
