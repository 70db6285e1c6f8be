"""Forms of when a year had one interim and one final round, part by part: which they are, what their names and labels are today."""

from types import SimpleNamespace

import pytest

from perfxl.stages.read.names import Part
from perfxl.stages.read.older import Older, aged, older
from perfxl.workbook.older_names import OlderNames
from perfxl.workbook.sheets.model import Cell, Cells, by_row
from perfxl.workbook.sheets.refs import Ref

HERE, THERE = Ref("S1", 1, 2, 1, 2), Ref("S1", 9, 2, 9, 2)


def part(*names: str, broken: tuple[str, ...] = (), copies: tuple = ()) -> Part:
    return Part(1, dict.fromkeys(names, HERE), set(broken), list(copies))


@pytest.mark.parametrize(("round", "names", "broken", "found"), [
    ("interim", ("t_phases_interim",), (), True), ("interim", (), ("t_narrative_interim",), True), ("final", ("holding__final__percent",), (), True),
    ("final", ("t_phases_interim",), (), False), ("interim", ("t_measures",), (), True), ("interim", ("t_measures", "holding__reading__percent"), (), False),
    ("interim", ("t_phases",), (), False), ("q1", ("t_phases_interim",), (), False), ("plan", ("t_phases_interim",), (), False)])
def test_a_form_is_an_older_one_by_its_names(round, names, broken, found):
    made = older({0: Part(0), 1: part(*names, broken=broken)}, round)
    assert (made is not None) == found and (made is None or made.round == round)


def test_names_become_todays_and_what_shows_an_earlier_round_is_for_the_eye():
    copy = {"t_results_final": THERE, "holding__interim__note": THERE}
    mine = part("holding__weight_revised", "sheet__title_revised", "t_phases_final", "t_phases_interim", "holding__weight", broken=("t_narrative_interim", "t_narrative_final", "code"),
                copies=(("S1 (2)", copy),))
    past = Older("final").renamed(mine)
    assert set(mine.refs) == {"holding__in_force__weight", "sheet__in_force__title", "t_phases_reading", "holding__weight"} and past == [HERE, THERE]
    assert mine.broken == {"t_narrative", "code"} and copy == {"t_results_reading": THERE}


@pytest.mark.parametrize(("round", "name", "today"), [
    ("interim", "holding__weight_revised", "holding__revision__weight"), ("interim", "holding__revision_reason", "holding__revision__reason"),
    ("final", "holding__revision_reason", "holding__in_force__reason"), ("final", "holding__replaced_by", "holding__revision__replaced_by"),
    ("interim", "holding__replaced_by", "holding__revision__replaced_by"), ("interim", "t_responsibles_revised", "t_revision_responsibles"),
    ("final", "t_responsibles_revised", "t_in_force_responsibles"), ("interim", "holding__interim__note", "holding__reading__note"), ("interim", "holding__final__note", ""),
    ("interim", "t_results_interim", "t_results_reading"), ("interim", "t_results_final", ""), ("final", "t_narrative_interim", ""), ("interim", "sheet__end_revised", "sheet__revision__end"),
    ("interim", "t_phases", "t_phases"), ("interim", "sheet__title", "sheet__title"), ("interim", "code_revised", "code_revised")])
def test_each_name_has_one_today(round, name, today):
    assert OlderNames(round).name(name) == today


@pytest.mark.parametrize(("round", "key", "today"), [("interim", "interim_realised", "realised"), ("final", "interim_realised", ""), ("final", "final_done", "done"), ("final", "weight", "weight")])
def test_each_key_has_one_today(round, key, today):
    assert OlderNames(round).key(key) == today


def sheet(*rows: dict[int, str]):
    """A sheet with texts by column, row by row."""
    cells = {(r, c): Cell(text, "text") for r, row in enumerate(rows, 1) for c, text in row.items()}
    return SimpleNamespace(cells=Cells(by_row(cells), lambda cell: cell))


def test_without_names_the_keys_of_tables_tell_and_what_stands_under_the_other_round_is_passed_over():
    book = sheet({1: "3. Fasi"}, {1: "id", 2: "interim_realised", 3: "#"}, {1: "4. Monitoraggio intermedio"}, {1: "Esito"}, {1: "5. Consuntivo"}, {1: "id", 2: "final_realised", 3: "#"}, {1: "Nota"})
    made = aged([book], "final")
    assert made is not None and aged([book], "q1") is None and aged([sheet({1: "interim_realised"}, {1: "id", 2: "#"})], "final") is None
    assert [columns for _, columns in made.texts(book)] == [{1: "3. Fasi"}, {1: "id", 2: "", 3: "#"}, {1: "5. Consuntivo"}, {1: "id", 2: "realised", 3: "#"}, {1: "Nota"}]
    assert [row for row, _ in Older("interim").texts(book)] == [1, 2, 3, 4]


def test_at_the_end_of_the_year_what_the_interim_changed_is_only_shown():
    from perfxl.model.fields import objective_fields

    typed, shown = ({f.path: f for f in objective_fields()}[p].title("it") for p in (("holding", "revision", "weight"), ("holding", "in_force", "weight")))
    label = sheet({1: typed})
    assert [c[1] for _, c in Older("final").texts(label)] == [shown] and [c[1] for _, c in Older("interim").texts(label)] == [typed] and typed != shown
