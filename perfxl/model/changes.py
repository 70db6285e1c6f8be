"""What changed in the plan during its year: every difference between what was approved and what is in force, and why.

Most of it stands in the content itself: each revised field beside its approved one, the reason for which a phase or a
result was dropped, the objectives replaced or withdrawn. What was added, and what else differs from the plan, takes
the approved document to compare with.
"""

from typing import Any

from perfxl.model.change import Change, from_document
from perfxl.model.comparison import Comparison
from perfxl.model.rounds import Rounds


def changes(consolidated: dict[str, Any], approved: dict[str, Any] | None = None) -> list[Change]:
    """What differs in ``consolidated`` from the approved plan: by objective in plan order, then by round.

    ``approved``: the consolidated document of the round before, whose own changes are kept as they were found, or a
    plan document. Without it only what the content says by itself is found: a consolidated document that has its
    changes gives those.
    """
    earlier = approved if approved is not None else consolidated
    kept = [from_document(document) for document in earlier.get("changes", ())]
    if approved is None and "changes" in consolidated:
        return kept
    comparison = Comparison(consolidated, approved and approved.get("content", approved))
    known = {change.key for change in kept}
    differences = kept + [change for change in comparison.run() if change.key not in known]
    order = {o["code"]: k for k, o in enumerate(consolidated["content"].get("objectives", ()))}
    rounds = Rounds.from_plan(consolidated["content"])
    return sorted(differences, key=lambda c: (order.get(c.objective, len(order)), rounds.position(c.round)))
