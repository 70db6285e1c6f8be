"""Random campaigns: what LibreOffice computes in their workbooks and forms is what the engine computed."""

from campaigns import year
from recalculation import compare

from perfxl.model import documents

SEEDS = (*range(1, 11), 28, 34)  # in the last two a sector stands elsewhere at the final than at the interim


def test_recalculated_without_their_values_a_dozen_campaigns_equal_the_engine(tmp_path):
    wrong, figures = compare(SEEDS, tmp_path, every=4)
    assert wrong == {} and figures > 5000


def test_a_campaign_is_the_same_each_time_and_its_outcomes_are_a_valid_part_of_a_document():
    assert year(5).last == year(5).last
    for seed in SEEDS:
        wrong = [v for v in documents.violations("consolidated", year(seed).last) if v.path[0] == "outcomes"]
        assert wrong == []
