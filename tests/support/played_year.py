"""The demo year as consolidated documents, played without workbooks."""

from functools import cache

from perfxl import demo
from perfxl.model.changes import changes
from perfxl.stages import issue
from perfxl.stages.merge import merge
from perfxl.stages.merge.overlay import Returned


def document(round: str, plan: dict, **more) -> dict:
    """A consolidated document of ``round`` over the plan-shaped ``plan``."""
    return {"schema": "perfxl/consolidated/2", "round": round, "content": plan, "outcomes": {}, "issued": [], "returned": [],
            "missing": [], "sources": [], "places": [], "findings": [], **more}


@cache
def demo_year() -> tuple[dict, dict, dict]:
    """The approved plan of the demo year and its consolidated documents at both rounds, with their changes."""
    plan = demo.plan()
    played: list[dict] = []
    base, before = plan, plan
    for round in ("interim", "final"):
        returned = demo.returns(round, issue.returns(base, round))
        merged = merge(base, [Returned(s, d, {}, f"{s}.xlsx") for s, d in returned.items()], round).content
        played.append(document(round, merged))
        played[-1]["changes"] = [c.document() for c in changes(played[-1], before)]
        base, before = merged, played[-1]
    return plan, played[0], played[1]
