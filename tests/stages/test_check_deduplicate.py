"""One fault, one finding: what only follows from a fault that is told is left out.

Each table has the findings of a return, those that are left marked in its last column.
"""

import io
from typing import Any

import pytest
from text_tables import EMPTIED, cases, finding_lines, lines, rows

from perfxl.model import documents
from perfxl.model.findings import Finding, Place, ranked, report
from perfxl.stages.check import deduplicate
from perfxl.ui import screen

FIELDS = {"Esito %": "Outcome %", "Peso": "Weight", "Altro": "Other", "Fasi": "Phases"}
NUMBERS = {"percent", "least", "most", "computed", "length", "limit", "count", "sum", "gap", "number"}


def titled(title: str) -> dict[str, str]:
    return {"it": title, "en": FIELDS[title]}


def value(name: str, text: str) -> Any:
    if name in NUMBERS:
        return int(text)
    return None if text == EMPTIED else titled(text) if name in ("table", "missing") else text


def made(row: dict[str, str]) -> Finding:
    """The finding of a row: in a cell of S1.00001 where its sheet is not said, of the whole file where no cell is."""
    sheet, _, cell = row.get("dove", "").rpartition("!")
    values = dict(pair.split(": ", 1) for pair in row.get("valori", "").split("; ") if pair)
    return Finding(row["codice"], Place("S1.xlsx", sheet or "S1.00001", cell) if sheet or cell else Place("S1.xlsx"),
                   {name: value(name, text) for name, text in values.items()}, titled(row["campo"]) if row.get("campo") else None,
                   path=row.get("percorso", ""), sector="S1", objective=row.get("obiettivo", ""))


def findings(text: str) -> list[Finding]:
    return [made(row) for row in rows(text)]


def left(given: list[dict[str, str]]) -> list[str]:
    return finding_lines(deduplicate.without_repeats([made(row) for row in given]), "code")


def marked(given: list[dict[str, str]]) -> list[str]:
    return [row["codice"] for row in given if row["resta"] == "resta"]


@pytest.mark.parametrize("unusable", sorted(deduplicate.UNUSABLE))
def test_a_cell_that_cannot_be_read_is_not_also_called_blank(unusable):
    given = rows(f"""
        codice     | dove | valori               | resta
        {unusable} | B207 | found: x; choices: y | resta
        OUTC01     | B207 |                      |
        OUTC01     | B208 |                      | resta""")
    assert left(given) == marked(given)


CASES = cases("""
    caso                                    | codice | dove      | valori                                         | resta
    phases without a figure, one of them    | DATA11 | B207      | found: n.d.                                    | resta
                                            | OUTC25 | B207      | percent: 60; least: 40; most: 80; phases: 2, 5 | resta
    phases without a figure, all of them    | DATA11 | B207      | found: n.d.                                    | resta
                                            | FORM07 | B208      | found: =1                                      | resta
                                            | OUTC25 | B207      | percent: 60; least: 40; most: 80; phases: 2, 5 |
    too long for the field and for the body | DATA01 | B207      | length: 50000; limit: 40000                    | resta
                                            | TEXT10 | B207      | length: 50000                                  |
    too long for the body                   | TEXT10 | B207      | length: 50000                                  | resta
    a deleted sheet by its code             | FORM05 |           | number: 5                                      |
                                            | MERG03 |           | code: S1.00004                                 | resta
                                            | SHRD05 |           | code: S1.00004; sectors: S1                    |
                                            | SHRD06 |           | codes: S1.00004                                |
                                            | WGHT01 |           |                                                |
    a deleted sheet                         | FORM05 |           | number: 5                                      | resta
                                            | WGHT01 |           |                                                |
    two codes too few, one sheet deleted    | MERG03 |           | code: S1.00004                                 | resta
                                            | SHRD06 |           | codes: S1.00004, S1.00005                      | resta
    a sheet of another sector               | MERG01 | B207      | code: S1.0003; sector: S1; content: tutto      | resta
                                            | MERG03 |           | code: S1.00003                                 | resta
    a phase that changed number             | MERG05 | S1.00001! | item: 3; table: Fasi; code: S1.00001           | resta
                                            | CODE11 | B207      | result: 4; phase: 3; phases: 1, 2, 3A          |
    a phase that never was                  | MERG05 | S1.00001! | item: 3; table: Fasi; code: S1.00001           | resta
                                            | CODE11 | B207      | result: 4; phase: 9; phases: 1, 2, 3A          | resta
    what a deleted row leaves behind        | MERG05 | S1.00001! | item: 3; table: Fasi; code: S1.00001           | resta
                                            | WGHT02 | B208      | count: 6; sum: 85; gap: 15                     |
                                            | DATA05 | B207      | missing: Esito %                               | resta
                                            | TEXT02 | B207      | phase: (vuoto)                                 |
                                            | WGHT05 | B207      | phase: (vuoto)                                 |
    a sum and a blank where no row is gone  | WGHT02 | B208      | count: 6; sum: 85; gap: 15                     | resta
                                            | TEXT02 | B207      | phase: 2                                       | resta
""")


def named(found: list[list[dict[str, str]]]):
    return pytest.mark.parametrize("given", found, ids=[first["caso"] for first, *_ in found])


@named(CASES)
def test_what_only_follows_from_a_fault_is_left_out(given):
    assert left(given) == marked(given)


def test_a_code_that_stands_twice_is_told_once():
    given = rows("""
        codice | dove | obiettivo | valori         | resta
        MERG02 | B207 |           | code: S1.00001 | resta
        CODE08 | B208 | S1.00001  | code: S1.00001 |""")
    assert left(given) == marked(given)


def test_a_misprinted_code_is_told_once_with_what_its_sheet_contains():
    told, = deduplicate.without_repeats(findings("""
        codice | dove | valori
        CODE01 | B207 | code: S1.0003; likely: S1.00003
        MERG01 | B207 | code: S1.0003; sector: S1; content: tutto il foglio
        MERG03 |      | code: S1.00003
        SHRD05 |      | code: S1.00003; sectors: S1"""))
    assert (told.code, told.values["content"]) == ("CODE01", "tutto il foglio")


def test_a_sheet_of_another_master_is_told_once_with_all_that_it_says():
    cells = findings("codice | dove | valori\n" + "\n".join(f"FORM16 | Leggimi!A{n} | old: Year; new: Anno {n}" for n in range(1, 15)))
    told, = deduplicate.without_repeats(cells)
    assert finding_lines([told], "code | sheet | cell | .count") == ["FORM27 | Leggimi | A1 | 14"]
    assert all(f"A{n}: Anno {n}" in told.values["found"] for n in range(1, 15))
    assert finding_lines(deduplicate.without_repeats(cells[:5]), "code") == ["FORM16"] * 5


def test_what_is_alike_in_one_column_is_told_once_with_all_its_cells():
    told, = deduplicate.without_repeats(findings("codice | dove | campo | valori\n" + "\n".join(
        f"DATA11 | D{n} | Esito % | found: D{n} a parole" for n in range(10, 33))))
    assert told.place.cell == "D10" and finding_lines(told.others, "cell") == [f"D{n}" for n in range(11, 33)]
    document = told.document("it")
    assert document["count"] == 23 and "S1.00001!D32" in document["also"]
    assert "altre 22 celle: D11, D12" in document["message"] and all(f"D{n} a parole" in document["full"] for n in range(11, 33))
    assert not list(documents.violations("findings", report([told], "it")))


def test_each_code_that_a_text_names_wrongly_is_told_and_the_same_one_once():
    told = deduplicate.without_repeats(findings("""
        codice | dove | campo   | valori
        CODE05 | B19  | Esito % | code: S1.0001; likely: S1.00001
        CODE05 | B19  | Esito % | code: S1.00091; likely: S1.00001
        CODE05 | B20  | Esito % | code: S1.0001; likely: S1.00001"""))
    assert [f"{f.values['code']} | {' '.join(finding_lines(f.others, 'cell'))}".strip() for f in told] == lines("""
        S1.0001  | B20
        S1.00091 |""")


def test_what_was_typed_over_closed_cells_of_a_sheet_is_told_once():
    told, = deduplicate.without_repeats(findings("""
        codice | dove | campo   | valori
        LOCK01 | B5   | Esito % | found: B5 a parole; name: Titolo; old: a; new: b
        LOCK02 | C9   | Peso    | found: C9 a parole; name: Peso; row: 1; old: 1; new: 2"""))
    assert told.code == "LOCK01" and finding_lines(told.others, "code") == ["LOCK02"]


@named(cases("""
    caso                                 | codice | dove         | campo   | valori                                           | resta
    alike, but on two sheets             | DATA11 | D10          | Esito % | found: D10 a parole                              | resta
                                         | DATA11 | S1.00002!D11 | Esito % | found: D11 a parole                              | resta
    alike, but in two columns            | DATA11 | D10          | Esito % | found: D10 a parole                              | resta
                                         | DATA11 | E10          | Altro   | found: E10 a parole                              | resta
    each is worth a call of its own      | OUTC01 | B7           | Esito % | found: B7 a parole                               | resta
                                         | OUTC01 | B8           | Esito % | found: B8 a parole                               | resta
    an impossible outcome                | DATA03 | B9           | Esito % | found: B9 a parole; limit: 100                   | resta
                                         | OUTC22 | B9           | Esito % | found: B9 a parole; percent: 150; computed: 60   |
    an impossible date                   | DATE01 | E5           | Esito % | found: E5 a parole; value: 31/09/2021            | resta
                                         | DATE05 | E5           | Esito % | found: E5 a parole                               |
    an impossible weight and its sum     | DATA03 | C7           | Esito % | found: C7 a parole; limit: 100                   | resta
                                         | WGHT02 | C6           | Esito % | found: C6 a parole; sum: 210; gap: 110; count: 3 |
    impossible, and what is missing      | DATA04 | B207         | Esito % | found: -20%                                      | resta
                                         | OUTC24 | B207         | Esito % | phases: 1                                        |
    what explains it before not derived  | OUTC07 | B207         | Esito % |                                                  | resta
                                         | OUTC22 | B207         | Esito % |                                                  |
    not derived before that it fell      | OUTC22 | B207         | Esito % |                                                  | resta
                                         | OUTC08 | B207         | Esito % |                                                  |
    what explains it before that it fell | OUTC07 | B207         | Esito % |                                                  | resta
                                         | OUTC08 | B207         | Esito % |                                                  |
    it fell elsewhere                    | OUTC22 | B207         | Esito % |                                                  | resta
                                         | OUTC08 | B208         | Esito % |                                                  | resta
    a sum of weights before not derived  | WGHT02 | B208         |         |                                                  | resta
                                         | OUTC22 | B207         | Esito % |                                                  |
    a sum of weights of another sheet    | WGHT02 | S1.00002!C3  |         |                                                  | resta
                                         | OUTC22 | B207         | Esito % |                                                  | resta
"""))
def test_an_impossible_value_or_a_known_reason_gets_no_second_finding(given):
    assert left(given) == marked(given)


@named(cases("""
    caso                                    | codice | dove | obiettivo | percorso                                    | resta
    not begun, and done long before its end | DATE25 | B207 |           |                                             | resta
                                            | OUTC28 | B207 |           |                                             |
    of two phases                           | DATE25 | B207 |           |                                             | resta
                                            | OUTC28 | B208 |           |                                             | resta
    a typed date before a phase not begun   | TYPE01 | B207 |           |                                             | resta
                                            | DATE25 | B207 |           |                                             |
    a typed date elsewhere                  | TYPE01 | B207 |           |                                             | resta
                                            | DATE25 | B208 |           |                                             | resta
    none of the objective had begun         | OUTC30 | B207 | S1.00001  |                                             | resta
                                            | DATE25 | B208 | S1.00001  |                                             |
    blank, and emptied                      | OUTC01 | B207 |           |                                             | resta
                                            | MERG16 | B207 |           |                                             |
    unreadable, and emptied                 | DATA11 | B207 |           |                                             | resta
                                            | MERG31 | B207 |           |                                             |
    blank, and another one emptied          | OUTC01 | B208 |           |                                             | resta
                                            | MERG16 | B207 |           |                                             | resta
    ends before it begins, and beyond       | DATE04 | B207 |           |                                             | resta
                                            | DATE21 | B207 |           |                                             |
    a new end beyond, and before its phases | DATE21 | B207 | S1.00001  | /objectives/0/sheet/revision/end            | resta
                                            | DATE05 | B208 | S1.00001  |                                             |
    a new end beyond, and a phase after it  | DATE21 | B207 | S1.00001  | /objectives/0/sheet/revision/end            | resta
                                            | DATE09 | B208 | S1.00001  |                                             |
    the new end of a phase beyond           | DATE21 | B207 | S1.00001  | /objectives/0/sheet/phases/0/revision/end_1 | resta
                                            | DATE05 | B208 | S1.00001  |                                             | resta
"""))
def test_what_follows_from_another_is_not_told(given):
    assert left(given) == marked(given)


@named(cases("""
    caso                    | codice | dove | campo   | obiettivo | percorso                              | valori   | resta
    a value and its blank   | MERG21 | B207 | Esito % | S1.00001  | /objectives/0/holding/interim/percent | key: k   | resta
                            | OUTC01 | B208 | Esito % | S1.00001  | /objectives/3/holding/interim/percent |          |
    of two objectives       | MERG21 | B207 | Esito % | S1.00001  | /objectives/0/holding/interim/percent | key: k   | resta
                            | OUTC01 | B208 | Esito % | S1.00002  | /objectives/3/holding/interim/percent |          | resta
    a row and what is in it | MERG22 | B207 | Esito % | S1.00001  | /objectives/0/sheet/phases/1          | key: k   | resta
                            | WGHT05 | B208 | Esito % | S1.00001  | /objectives/0/sheet/phases/1/weight   | phase: 2 |
"""))
def test_a_datum_in_conflict_gets_no_second_finding(given):
    assert left(given) == marked(given)


def test_the_controllers_come_first_then_the_worst_and_what_blocks():
    given = findings("""
        codice | dove
        TEXT06 | A1
        OUTC07 | A2
        OUTC01 | A3
        OUTC02 | A4
        MERG03 | A5
        LOCK01 | A6""")
    given = [f.at(blocks=True) if f.code == "OUTC02" else f for f in given]
    assert finding_lines(ranked(given), "code") == ["MERG03", "LOCK01", "OUTC02", "OUTC01", "OUTC07", "TEXT06"]


def test_notes_are_counted_unless_they_are_asked_for():
    date, note = findings("""
        codice | dove | campo   | valori
        DATE08 | B2   | Esito % | found: B2 a parole
        TEXT06 | B3   | Esito % | found: B3 a parole""")
    out = io.StringIO()
    screen.show_findings([date, note], "it", out, notes=False)
    assert "DATE08" in out.getvalue() and "TEXT06" not in out.getvalue() and "1. Per leggerle aggiungi --notes" in out.getvalue()
    screen.show_findings([note], "it", out)
    assert "TEXT06" in out.getvalue()


#: What lacks after something of a sheet could not be read: there, and on another sheet.
LACKING = """
        OUTC14 | B208        | phases: 1; result: 1 |
        OUTC25 | B208        | phases: 1; result: 1 |
        TEXT05 | B208        | phases: 1; result: 1 |
        WGHT02 | B208        | phases: 1; result: 1 |
        OUTC14 | S1.00002!B4 | phases: 1; result: 1 | {elsewhere}
        OUTC25 | S1.00002!B4 | phases: 1; result: 1 | {elsewhere}
        TEXT05 | S1.00002!B4 | phases: 1; result: 1 | {elsewhere}
        WGHT02 | S1.00002!B4 | phases: 1; result: 1 | {elsewhere}
        DATE06 | B208        |                      | resta"""


@pytest.mark.parametrize("lost, elsewhere", [("FORM31 |      | count: 3; found: Fasi", ""), ("FORM11 | B207 | found: Fase", "resta")],
                         ids=["of the file", "of a sheet"])
def test_what_could_not_be_read_is_not_also_called_missing(lost, elsewhere):
    given = rows(f"""
        codice | dove                                       | valori | resta
        {lost} | resta{LACKING.format(elsewhere=elsewhere)}""")
    assert left(given) == marked(given)
    of_another = Finding("FORM31", Place("S2.xlsx"))
    assert "OUTC14" in finding_lines(deduplicate.without_repeats([of_another, *(made(row) for row in given[1:])]), "code")
