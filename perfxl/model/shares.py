"""Percentages of phases that were told as shares of the objective: nothing is computed from them, a finding tells them."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from perfxl.model.arithmetic import HUNDRED, ZERO, dec, weight_at
from perfxl.model.derived import by_phases
from perfxl.model.documents import schema
from perfxl.model.rounds import Round
from perfxl.model.terms import words_in_use
from perfxl.model.views import ObjectiveOutcome, Sheet


def like_shares(rows: Iterable[tuple[Decimal | None, Decimal | None]], declared: Decimal | None, near: Decimal) -> Decimal | None:
    """The sum of realised percentages that look like shares of the objective, ``rows`` being (weight, realised) of its phases: those
    that are done equal their weight, and their sum is what was ``declared``, within ``near`` points. None otherwise.

    A share above the weight of its phase is one all the same when the sum is what was declared, with it or with no more of it
    than its phase weighs.
    """
    known = [(w, r) for w, r in _as_percent(rows) if r is not None]
    if len(known) < 2 or 2 * sum(r > w for w, r in known) > len(known):
        return None
    above, whole = any(r > w for w, r in known), sum((r for _, r in known), ZERO)
    same = sum(1 for w, r in known if r == w and w < HUNDRED)
    if not same or not whole:
        return None
    capped = sum((min(w, r) for w, r in known), ZERO)
    close = declared is not None and min(abs(whole - declared), abs(capped - declared)) <= near
    return whole if close or (declared is None and same > 1 and not above) else None


def _as_percent(rows: Iterable[tuple[Decimal | None, Decimal | None]]) -> list[tuple[Decimal, Decimal | None]]:
    """``rows`` with the weights that there are; in points, each as per cent of their sum."""
    known = [(w, r) for w, r in rows if w is not None]
    whole = sum((w for w, _ in known), ZERO)
    return [(w * HUNDRED / whole, r) for w, r in known] if words_in_use().points and whole else known


def whole_of(sheet: Sheet, round: Round) -> Decimal:
    """What the weights of all phases make, of which a share is per cent: 100, or in points their sum."""
    kept = (weight_at(p, round) for p in sheet.phases if p.weighting != "not_weighted" and not p.dropped(round))
    return sum((w for w in kept if w is not None), ZERO) if words_in_use().points else HUNDRED


def near_in(content: dict[str, Any]) -> Decimal:
    """The points within which a sum of shares is what was declared, by the rules of a plan's ``content``."""
    usual = schema("plan")["$defs"]["rules"]["properties"]["derivable_tolerance"]["default"]
    return Decimal(str(content.get("rules", {}).get("derivable_tolerance", usual)))


def no_figure(sheet: Sheet, outcome: ObjectiveOutcome, round: Round, near: Decimal) -> bool:
    """Whether what phases give of ``outcome``, by a consolidated document, is no figure to be read beside the declared one: they were
    told as shares, and nothing that counts follows from them."""
    return outcome.by_phases is not None and outcome.basis not in ("phases", "mix") \
        and typed_as_shares(sheet, round, dec(outcome.declared), near)


def typed_as_shares(sheet: Sheet, round: Round, declared: Decimal | None, near: Decimal) -> bool:
    """Whether the phases of ``sheet`` were told as shares, so that what they give by their weights is not what was meant."""
    weighted = [(weight, dec(p.reading(round).realised)) for p in sheet.phases
            if p.weighting != "not_weighted" and not p.dropped(round) and (weight := weight_at(p, round)) != 0]
    whole = like_shares(weighted, declared, near)
    if whole is None:
        return False
    given = by_phases(sheet, round)
    return given is None or abs(given - whole) > near
