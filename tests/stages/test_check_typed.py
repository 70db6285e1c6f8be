"""What typing and pasting make of a percentage and of a text, told on the cell that can mend it."""

import pytest
from check_case import before, clean, issued, places
from return_text import named, write

from perfxl.model.findings import Finding
from perfxl.stages.check import check


def found(code: str, text: str, began: str = "") -> list[Finding]:
    """The findings ``code`` of the clean return at the interim with ``text`` written in it; ``began``: what the issued form had."""
    document = write(clean("interim"), text)
    return [f for f in check(document, write(issued("interim"), began), plan=before("interim"), round="interim",
                             places=places(document), file="S1.xlsx") if f.code == code]


def cells(code: str, text: str) -> list[str]:
    """The cells of which ``code`` is told."""
    return named(write(clean("interim"), text), [f.path for f in found(code, text)])


@pytest.mark.parametrize(("cell", "typed", "likely"), [
    ("Esito %", "0,35%", "35%"), ("Fasi 2: Realizzata %", "0,8%", "80%"), ("Risultati attesi 1: Raggiunto %", "0,5%", "50%"),
    ("Peso modificato", "0,99%", "99%")])
def test_a_percentage_below_one_is_asked_about(cell, typed, likely):
    assert cells("TYPE01", f"{cell} | {typed}") == [cell]
    finding, = found("TYPE01", f"{cell} | {typed}")
    assert finding.values["likely"]["it"] == likely


def test_a_small_weight_that_the_plan_gave_is_not_asked_about():
    assert not found("TYPE01", "Peso | 0,5%", began="Peso | 0,5%")


def column(caption: str, *values: str) -> str:
    """A column of the phases: 1, 2, 0 and, where there are more values, rows without a number."""
    return "\n".join(f"Fasi #{n}: {caption} | {value}" for n, value in enumerate(values, 1))


@pytest.mark.parametrize(("caption", "values", "phase"), [
    ("Realizzata %", "35% 36% 37%", "2"), ("Realizzata %", "50% 35% 36% 37% 38%", "0"), ("Realizzata %", "12,5% 13,5% 14,5%", "2"),
    ("Fine effettiva", "29/06/2021 30/06/2021 01/07/2021", "2"), ("Inizio effettivo", "27/02/2021 28/02/2021 01/03/2021", "2")])
def test_a_cell_dragged_over_the_rows_below_is_told(caption, values, phase):
    assert cells("TYPE03", column(caption, *values.split())) == [f"Fasi {phase}: {caption}"]


@pytest.mark.parametrize(("caption", "values"), [
    ("Realizzata %", "35% 36%"), ("Realizzata %", "35% 36% (vuoto) 37% 38%"), ("Realizzata %", "100% 100% 100%"), ("Realizzata %", "10% 20% 30%"),
    ("Fine effettiva", "29/06/2021 30/06/2021 30/07/2021")])
def test_rows_that_do_not_grow_by_one_are_not_told(caption, values):
    assert not found("TYPE03", column(caption, *values.split()))


DONE = "Che cosa è stato fatto"


@pytest.mark.parametrize(("lines", "phase"), [
    (["Approvato il regolamento con delibera n. 12,", "pubblicato all’albo e trasmesso"], "2"),
    (["Sono stati svolti:", "- tre incontri", "- la prova generale"], "2"),
    (["Il servizio è stato affidato alla", "Cooperativa Acero dopo la gara", "e il contratto firmato."], "0"),
])
def test_a_text_pasted_over_the_rows_below_is_told(lines, phase):
    assert cells("TYPE02", column(DONE, *lines)) == [f"Fasi {phase}: {DONE}"]


@pytest.mark.parametrize("lines", [
    ["Conclusa.", "In corso.", "Non iniziata."], ["fatto", "in corso", "da fare"], ["Gara svolta", "Contratto firmato", "Collaudo in corso"],
    ["- tre incontri", "- una prova", "- il verbale"], ["1) Gara", "2) Contratto", "3) Collaudo"], ["Prima parte⏎seconda parte", "altra fase"],
    ["Approvato il regolamento,"],
])
def test_short_lines_of_their_own_are_not_taken_for_a_spill(lines):
    assert not found("TYPE02", column(DONE, *lines))


def test_texts_that_stood_there_before_are_no_spill():
    text = column(DONE, "Sono stati svolti:", "- tre incontri")
    assert found("TYPE02", text)
    assert not found("TYPE02", text, began=text)
