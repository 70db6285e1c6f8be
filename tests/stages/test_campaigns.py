"""Random campaigns: what LibreOffice computes in their workbooks and forms is what the engine computed."""

import pytest
from campaigns import year
from recalculation import compare

from perfxl.model import documents
from perfxl.stages.publish.validation import recomputed

SEEDS = range(1, 13)


def test_recalculated_without_their_values_a_dozen_campaigns_equal_the_engine(tmp_path):
    wrong, figures = compare(SEEDS, tmp_path, every=4)
    assert wrong == {} and figures > 5000


@pytest.mark.parametrize("seed", range(1, 41))
def test_every_later_document_carries_the_earlier_rounds_as_published(seed):
    made = year(seed)
    rounds = list(made.documents)
    for k, round in enumerate(rounds):
        told = made.documents[round]["outcomes"]
        assert all(told[r] == made.documents[r]["outcomes"][r] for r in rounds[:k])
    assert recomputed(made.last) == recomputed(made.last, {r: made.documents[r] for r in rounds[:-1]}) == []


def test_a_campaign_is_the_same_each_time_and_its_outcomes_are_a_valid_part_of_a_document():
    assert year(5).last == year(5).last
    for seed in SEEDS:
        wrong = [v for v in documents.violations("consolidated", year(seed).last) if v.path[0] == "outcomes"]
        assert wrong == []
