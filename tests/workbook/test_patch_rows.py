"""Rows as text: what is not touched stays as it is, whoever saved the part; what is written is escaped."""

import pytest
from lxml import etree

from perfxl.workbook.patch.cells import Sheet
from perfxl.workbook.patch.opened_sheets import taken_apart
from perfxl.workbook.patch.package import parse_plain
from perfxl.workbook.patch.tags import MAIN, tag

ROWS = ('<row r="1" ht="20"><c r="A1" s="3" t="inlineStr"><is><r><t>Ob</t></r><rPh sb="0" eb="1"><t>x</t></rPh><r><t xml:space="preserve"> A&amp;B </t></r></is></c>'
        '<c r="C1"><f t="array" ref="C1">A1&amp;"&lt;"</f><v>1</v></c></row>'
        '<row r="3" spans="1:3" hidden="1"><c r="B3" s="1"/><c t="b"><v>1</v></c></row><row r="5"/>')


def sheet(text: str) -> Sheet:
    root = parse_plain(text.encode())
    return Sheet(root, ["shared"], taken_apart(root))


def part(rows: str, head: str = "", prefix: str = "") -> str:
    name = f"{prefix}:" if prefix else ""
    space = f'xmlns:{prefix}="{MAIN}"' if prefix else f'xmlns="{MAIN}"'
    data = rows.replace("</", f"</{name}").replace("<", f"<{name}").replace(f"<{name}/{name}", f"</{name}") if prefix else rows
    return f'<{name}worksheet {space}>{head}<{name}sheetData>{data}</{name}sheetData><{name}pageMargins left="1"/></{name}worksheet>'


def canonical(content: bytes | str) -> bytes:
    return etree.tostring(etree.fromstring(content), method="c14n")


def test_what_nobody_touches_comes_out_as_it_went_in():
    assert canonical(sheet(part(ROWS)).xml()) == canonical(part(ROWS))
    assert canonical(sheet(part("")).xml()) == canonical(part(""))


@pytest.mark.parametrize("prefix", ["x", "main"])
def test_a_part_whose_elements_have_a_prefix_is_read_and_written(prefix):
    assert canonical(sheet(part(ROWS, prefix=prefix)).xml()) == canonical(part(ROWS))


def test_comments_instructions_and_sections_of_plain_text_change_nothing():
    dressed = ROWS.replace("<row r=\"3\"", "<!-- <row r=\"2\"/> --><?x <c/>?><row r=\"3\"").replace("A1&amp;\"&lt;\"", '<![CDATA[A1&"<"]]>')
    assert canonical(sheet(part(dressed)).xml()) == canonical(part(ROWS))


def test_cells_are_read_by_row_and_column():
    found = sheet(part(ROWS))
    assert list(found) == [(1, 1), (1, 3), (3, 2), (3, 3)]
    assert found.text(1, 1) == "Ob A&B " and found.style(1, 1) == 3 and found.hidden(3) and not found.hidden(1)
    assert found.formula(1, 3) == 'A1&"<"' and found.at(1, 3).option("t") == "array" and found.at(3, 2).blank and found.at(9, 9) is None


@pytest.mark.parametrize("text", ["<b>&amp;</b>", "</t></is></c>", "=1+1", " a ", "", "a\r\nb\tc", "_x0041_", "\x07", '"\'', "]]>"])
def test_a_text_comes_back_as_it_was_written(text):
    made = sheet(part(ROWS))
    for row, column in ((1, 1), (1, 2), (2, 1), (3, 3), (40, 2)):
        made.put_text(row, column, text)
    again = sheet(made.xml().decode())
    assert {again.text(*at) for at in ((1, 1), (1, 2), (2, 1), (3, 3), (40, 2))} == {text}
    assert list(again) == [(1, 1), (1, 2), (1, 3), (2, 1), (3, 2), (3, 3), (40, 2)] and [c for c in again.root if c.tag == tag("pageMargins")]


def test_a_formula_keeps_what_stands_around_it_when_its_value_is_put():
    made = sheet(part(ROWS))
    made.put_result(1, 3, "x<y")
    assert b'<c r="C1" t="str"><f t="array" ref="C1">A1&amp;"&lt;"</f><v>x&lt;y</v></c>' in made.xml()
    made.put_result(1, 1, "no formula, no value")
    made.clear(1, 3)
    assert made.text(1, 1) == "Ob A&B " and b'<c r="C1"/>' in made.xml()


def test_rows_keep_what_a_program_adds_after_their_cells():
    rows = '<row r="1"><c r="A1"><v>1</v></c><extLst><ext uri="u"/></extLst></row>'
    made = sheet(part(rows))
    made.put_number(1, 2, 2)
    assert canonical(made.xml()) == canonical(part(rows.replace("<extLst>", '<c r="B1"><v>2</v></c><extLst>')))


def test_what_copies_do_to_rows_that_they_share_stays_their_own():
    source = sheet(part('<row r="1"><c r="A1"><f>px_one+1</f><v>2</v></c></row><row r="2"><c r="A2"><v>3</v></c></row>', head="<sheetViews/>"))
    before = source.xml()
    for _ in range(2):  # what the first made is known to the second
        one, other = source.copy(), source.copy()
        for made, name in ((one, "px01_one"), (other, "px02_one")):
            made.change_formulas("px", lambda formula, name=name: formula.replace("px_one", name), once=name)
            made.hide(2)
        other.hide(2, False)
        other.fold(1)
        one.put_number(2, 1, 4)
        assert (one.formula(1, 1), other.formula(1, 1)) == ("px01_one+1", "px02_one+1")
        assert (1, 1) in one.changed() and (1, 1) in other.changed()
        assert one.hidden(2) and not other.hidden(2) and other.hidden(1) and not one.hidden(1)
        assert (one.text(2, 1), other.text(2, 1)) == ("4", "3")
        assert b'hidden="1"' in one.xml() and b"px01_one" in one.xml() and b'outlineLevel="1"' in other.xml() and b"<v>3</v>" in other.xml()
    assert source.xml() == before


def test_rows_that_begin_without_formulas_are_like_rows_that_lost_them():
    rows = "".join(f'<row r="{n}"><c r="A{n}" s="2"><f>B{n}*2</f><v>{n}</v></c><c r="B{n}"><v>{n}</v></c></row>' for n in range(1, 7))
    whole = sheet(part(rows))
    cleared = whole.copy()
    for row in (4, 5, 6):
        cleared.clear_formulas(row)
    began = whole.bare(frozenset({2, 3, 4, 5, 6})).copy()
    began.restore((2, 3), whole.base)
    assert began.xml() == cleared.xml()
    assert began.changed() == {(2, 1), (3, 1)}, "only what differs from the rows that it began with"
    assert canonical(whole.xml()) == canonical(part(rows))


def test_a_row_written_anew_for_one_is_not_that_of_another():
    one, other = (sheet(part('<row r="1"><c r="A1"><f>px_a</f><v>1</v></c><c r="B1"><f>px_b</f></c><c r="C1"><v>5</v></c></row>')) for _ in range(2))
    one.rewrite(1, range(1, 4), lambda formula: formula + "_1", once=1)
    other.rewrite(1, range(1, 4), lambda formula: formula + "_2", once=2)
    assert [one.formula(1, 1), one.formula(1, 2), other.formula(1, 1)] == ["px_a_1", "px_b_1", "px_a_2"]
    other.rewrite(1, range(1, 2), lambda _: None, once=None)
    assert [other.formula(1, 1), other.formula(1, 2), other.text(1, 3), one.formula(1, 1)] == [None, "px_b_2", "5", "px_a_1"]
