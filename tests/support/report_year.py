"""The consolidated documents of the invented year, made without workbooks, for the tests of what is published."""

from functools import cache

import small_year
from test_demo_documents import issued

from perfxl import demo
from perfxl.model.weigh import weigh
from perfxl.stages import issue, merge


@cache
def _content(round: str, small: bool = False) -> dict:
    if round == "plan":
        return small_year.plan() if small else demo.plan()
    before = _content("interim" if round == "final" else "plan", small)
    returned = demo.returns(round, issue.returns(before, round) if small else issued(before, round))
    return merge.merge(before, [merge.Returned(s, d, {}, f"{s}.xlsx") for s, d in returned.items()], round).content


@cache
def document(round: str = "final", small: bool = False) -> dict:
    """The consolidated document of ``round``, of all sectors or of the two of ``small_year``; not to be changed."""
    content = _content(round, small)
    codes = sorted(s["code"] for s in content["sectors"])
    return {"schema": "perfxl/consolidated/2", "round": round, "content": content, "outcomes": weigh(content, round),
            "issued": codes, "returned": codes, "missing": [],
            "sources": [{"sector": c, "file": f"ricevute/{round}/{c}.xlsx", "sha256": "ab" * 32, "issue": 1,
                         "compilation": {"name": "Anna Neri", "considerations": f"Anno impegnativo per {c}."}} for c in codes],
            "places": [], "findings": []}
