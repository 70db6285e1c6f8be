"""Every figure of generated campaigns is what a second program gives, written from the page on how figures are computed."""

import pytest
from campaigns import year
from second_opinion import Opinion, fraction

WORDS = {"objective", "sector", "basis", "status", "counted", "exclusion", "missing", "excluded", "code"}


def differences(told: dict, found: dict, at: str) -> list[str]:
    """Where a part of the outcomes is not what the second opinion says."""
    return [f"{at}/{k}: {told.get(k)} {found[k]}" for k in found if k not in ("lines", "last")
            and (told.get(k) if k in WORDS else fraction(told.get(k))) != found[k]]


@pytest.mark.parametrize("seeds", [range(n, n + 10) for n in range(1, 61, 10)], ids=lambda s: f"{s[0]}-{s[-1]}")
def test_every_figure_is_the_same_by_a_second_program(seeds):
    figures = 0
    for seed in seeds:
        made = year(seed)
        values, sectors = {}, {}
        for round, document in made.documents.items():
            told, found = document["outcomes"][round], Opinion(made.contents[round], round, dict(values), dict(sectors)).all()
            wrong = differences(told["body"], found["body"], "body")
            for group in ("sectors", "lines"):
                assert [m["code"] for m in told[group]] == list(found[group])
                for m in told[group]:
                    wrong += differences(m, found[group][m["code"]], m["code"])
            for a, b in zip(told["objectives"], found["objectives"], strict=True):
                wrong += differences(a, b, f"{b['objective']}/{b['sector']}")
                assert fraction(a.get("last")) == (b["last"] if b["value"] is None else None)
            assert wrong == [], (seed, round)
            figures += 8 * (len(told["objectives"]) + len(told["sectors"]) + len(told["lines"]) + 1)
            values |= {(o["objective"], o["sector"]): o["value"] for o in found["objectives"] if o["value"] is not None}
            sectors |= {c: s["missing_as_last"] for c, s in found["sectors"].items() if s["missing_as_last"] is not None}
    assert figures > 2000
