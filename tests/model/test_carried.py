"""A later document carries the earlier rounds as they were published, and what is carried adds up."""

from copy import deepcopy

import pytest
from campaigns import year

from perfxl.stages.publish.validation import recomputed


@pytest.mark.parametrize("seed", range(1, 41))
def test_every_later_document_carries_the_earlier_rounds_as_published(seed):
    made = year(seed)
    rounds = list(made.documents)
    for k, round in enumerate(rounds):
        told = made.documents[round]["outcomes"]
        assert all(told[r] == made.documents[r]["outcomes"][r] for r in rounds[:k])
    assert recomputed(made.last) == recomputed(made.last, {r: made.documents[r] for r in rounds[:-1]}) == []


@pytest.mark.parametrize("seed", range(1, 21))
def test_a_figure_changed_in_what_is_carried_is_found_out(seed):
    last = year(seed).last
    for round, told in last["outcomes"].items():
        for group in ("sectors", "body") if round != last["round"] else ("sectors", "body", "lines", "objectives"):
            for k in range(len(told[group])) if group != "body" else [None]:
                wrong = deepcopy(last)
                mean = wrong["outcomes"][round][group] if k is None else wrong["outcomes"][round][group][k]
                mean["counted"] = not mean["counted"] if group == "objectives" else mean["counted"] + 1
                at = f"/outcomes/{round}/{group}" + ("" if k is None else f"/{k}")
                assert f"{at}/counted" in recomputed(wrong)
