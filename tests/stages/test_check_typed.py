"""What typing and pasting make of a percentage and of a text, told on the cell that can mend it."""

import check_case as case
import pytest
from check_case import clean, issued

from perfxl.stages.check import check


def found(code, change, began=issued):
    """The findings ``code`` of the clean return at the interim after ``change``."""
    document = clean("interim")
    change(document["objectives"][0])
    return [f for f in check(document, began("interim"), plan=case.before("interim"), round="interim",
                             places=case.places(document), file="S1.xlsx") if f.code == code]


@pytest.mark.parametrize(("points", "path"), [
    (0.35, "holding/reading/percent"), (0.8, "sheet/phases/1/reading/realised"), (0.5, "sheet/results/0/reading/degree"),
    (0.99, "holding/revision/weight")])
def test_a_percentage_below_one_is_asked_about(points, path):
    def change(owner):
        *way, last = path.split("/")
        for part in way:
            owner = owner[int(part)] if part.isdecimal() else owner.setdefault(part, {})
        owner[last] = points
    told = found("TYPE01", change)
    assert [f.path for f in told] == [f"/objectives/0/{path}"]
    assert told[0].values["likely"]["it"] == f"{points * 100:g}%".replace(".", ",")


def test_a_small_weight_that_the_plan_gave_is_not_asked_about():
    def small(objective):
        objective["holding"]["weight"] = 0.5

    def began(round):
        document = issued(round)
        small(document["objectives"][0])
        return document
    assert not found("TYPE01", small, began)


def grown(values, key="realised"):
    def change(objective):
        phases = objective["sheet"]["phases"]
        phases += [{**phases[-1], "id": str(n)} for n in range(11, 11 + len(values) - len(phases))]
        for phase, value in zip(phases, values, strict=False):
            phase["reading"] = {key: value} if value is not None else {}
    return change


@pytest.mark.parametrize(("values", "key", "row"), [
    ([35, 36, 37], "realised", 1), ([50, 35, 36, 37, 38], "realised", 2), ([12.5, 13.5, 14.5], "realised", 1),
    (["2021-06-29", "2021-06-30", "2021-07-01"], "actual_end", 1), (["2021-02-27", "2021-02-28", "2021-03-01"], "actual_start", 1)])
def test_a_cell_dragged_over_the_rows_below_is_told(values, key, row):
    assert [f.path for f in found("TYPE03", grown(values, key))] == [f"/objectives/0/sheet/phases/{row}/reading/{key}"]


@pytest.mark.parametrize(("values", "key"), [
    ([35, 36], "realised"), ([35, 36, None, 37, 38], "realised"), ([100, 100, 100], "realised"), ([10, 20, 30], "realised"),
    (["2021-06-29", "2021-06-30", "2021-07-30"], "actual_end")])
def test_rows_that_do_not_grow_by_one_are_not_told(values, key):
    assert not found("TYPE03", grown(values, key))


def told(lines):
    def change(objective):
        for phase, line in zip(objective["sheet"]["phases"], lines, strict=False):
            phase.setdefault("reading", {})["done"] = line
    return change


@pytest.mark.parametrize(("lines", "row"), [
    (["Approvato il regolamento con delibera n. 12,", "pubblicato all’albo e trasmesso"], 1),
    (["Sono stati svolti:", "- tre incontri", "- la prova generale"], 1),
    (["Il servizio è stato affidato alla", "Cooperativa Acero dopo la gara", "e il contratto firmato."], 2),
])
def test_a_text_pasted_over_the_rows_below_is_told(lines, row):
    assert [f.path for f in found("TYPE02", told(lines))] == [f"/objectives/0/sheet/phases/{row}/reading/done"]


@pytest.mark.parametrize("lines", [
    ["Conclusa.", "In corso.", "Non iniziata."], ["fatto", "in corso", "da fare"], ["Gara svolta", "Contratto firmato", "Collaudo in corso"],
    ["- tre incontri", "- una prova", "- il verbale"], ["1) Gara", "2) Contratto", "3) Collaudo"], ["Prima parte\nseconda parte", "altra fase"],
    ["Approvato il regolamento,"],
])
def test_short_lines_of_their_own_are_not_taken_for_a_spill(lines):
    assert not found("TYPE02", told(lines))


def test_texts_that_stood_there_before_are_no_spill():
    change = told(["Sono stati svolti:", "- tre incontri"])

    def began(round):
        document = issued(round)
        change(document["objectives"][0])
        return document
    assert not found("TYPE02", change, began)
