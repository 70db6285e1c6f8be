"""Campaigns of invented bodies, each with a consolidated final round in a register of its own, made without workbooks.

All have the plan of the demo year; what each declares is its own, by a rule on its number: the same number gives the same
campaign, to the byte.
"""

import random
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

from perfxl import demo
from perfxl.campaign import Campaign
from perfxl.campaign.register import Register
from perfxl.model import documents
from perfxl.model.findings import counts
from perfxl.model.weigh import weigh
from perfxl.stages import issue
from perfxl.stages.merge import Returned, merge

ROUND = "final"
#: When all that is recorded is recorded.
AT = datetime(2022, 2, day=7, hour=9, minute=30, tzinfo=UTC)


@cache
def _content() -> dict:
    """The demo's plan with what its sectors declare at both rounds."""
    base = demo.plan()
    for round in ("interim", ROUND):
        told = demo.returns(round, issue.returns(base, round))
        base = merge(base, [Returned(s, d, {}, f"{s}.xlsx") for s, d in told.items()], round).content
    return base


def content(number: int, objectives: int = 0) -> dict:
    """The plan-shaped document of body ``number``; ``objectives``: only the first so many (0: all)."""
    chance, made = random.Random(number), deepcopy(_content())
    made["body"] |= {"code": f"E{number:04d}", "name": f"Comune di Prova {number}"}
    made.pop("evaluations", None)
    if objectives:
        made["objectives"] = made["objectives"][:objectives]
        codes = {o["code"] for o in made["objectives"]}
        made |= {k: [i for i in made.get(k, ()) if i.get("objective", min(codes)) in codes] for k in ("requests", "considerations")}
        made["measures"] = [m for m in made.get("measures", ()) if m["measure"]["objective"] in codes]
    for objective in made["objectives"]:
        sheet = objective.get("sheet", {})
        for item in (*(h.get("holding", {}) for h in objective["holders"]), *sheet.get("phases", ()), *sheet.get("results", ())):
            for told in item.get("readings", ()):
                for key, spread in (("percent", 30), ("realised", 30), ("actual", 20)):
                    if isinstance(told.get(key), int) and chance.random() < 0.4:
                        told[key] = max(0, told[key] - chance.randrange(spread))
    return made


def write(folder: Path, number: int, objectives: int = 0) -> Campaign:
    """The campaign of body ``number`` in ``folder``."""
    campaign, made = Campaign(folder), content(number, objectives)
    late = [s["code"] for s in made["sectors"]][:number % 4]
    held = sorted({h["sector"] for o in made["objectives"] for h in o["holders"]})
    findings = [{"code": "TEXT01", "severity": "warning", "sector": held[0], "file": "", "found": "…"}] * (number % 3)
    document = {"schema": "perfxl/consolidated/2", "round": ROUND, "content": made, "outcomes": weigh(made, ROUND), "issued": held,
                "returned": held, "missing": [], "sources": [], "places": [], "findings": findings}
    text = documents.encoded(document)
    folder.mkdir(parents=True, exist_ok=True)
    with Register.open(folder, clock=lambda: AT) as register, register.batch():
        for sector in held:
            original = f"{number} {sector}".encode()
            documents.write_bytes(folder / "ricevute" / ROUND / f"{sector}.xlsx", original)
            register.record_form(ROUND, sector, number=1, digest="0" * 16, sha256="0" * 64)
            register.receive(original, ROUND, f"ricevute/{ROUND}/{sector}.xlsx", **({} if sector in late else {"arrived": "2022-01-20T09:00:00+00:00"}))
            register.record_version(ROUND, sector, sha256=sha256(original).hexdigest(), number=1, verdict="used", issue=1)
        register.announce_results(ROUND, sha256(text).hexdigest())
        documents.write_bytes(campaign.result(ROUND), text)
        register.record_run("consolidate", ROUND, inputs="0" * 64, results=sha256(text).hexdigest(), findings=counts([]), questions={})
    return campaign


def many(folder: Path, count: int, objectives: int = 0) -> Iterator[Campaign]:
    """So many of them in ``folder``, each in a folder of its own."""
    for number in range(1, count + 1):
        yield write(folder / f"ente {number:04d}", number, objectives)
