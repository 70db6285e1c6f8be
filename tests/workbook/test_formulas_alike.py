"""A formula is known again however a program writes it; another one is another."""

import pytest

from perfxl.workbook.formulas.alike import sense
from perfxl.workbook.sheets.refs import LONGEST_FORMULA as LONGEST

WRITTEN = """IF(ISNUMBER('S1'!$M$7),ROUND('Gli obiettivi'!$B$5*1E-10,2)&"a, b",IF(TRUE,"–",SUM($C$5:$C$5)))"""
SAME = {
    "Excel": """=IF(ISNUMBER('S1'!$M$7),ROUND('Gli obiettivi'!$B$5*1E-10,2)&"a, b",IF(TRUE,"–",SUM($C$5:$C$5)))""",
    "LibreOffice": """IF(ISNUMBER('S1'!$M$7),ROUND('Gli obiettivi'!$B$5*0.0000000001,2)&"a, b",IF(TRUE(),"–",SUM($C$5:$C$5)))""",
    "OpenDocument": """of:=IF(ISNUMBER([$'S1'.$M$7]);ROUND([$'Gli obiettivi'.$B$5]*1E-010;2)&"a, b";IF(TRUE();"–";SUM([.$C$5:.$C$5])))""",
    "Gnumeric": """=IF(ISNUMBER(S1!$M$7),ROUND(('Gli obiettivi'!$B$5*1e-10),2)&"a, b",IF(TRUE,"–",ORG.GNUMERIC.SUM($C$5)))""",
    "Calligra": """IF(ISNUMBER('S1'!$M$7);ROUND('Gli obiettivi'!$B$5*1E-10~2)&"a, b";IF(TRUE;"–";SUM($C$5:$C$5)))""",
    "SheetJS": """IF(ISNUMBER('[.S1]'![.$M$7]);ROUND('Gli obiettivi'![.$B$5]*1E-10;2)&"a; b";IF(TRUE;"–";SUM([.$C$5:.$C$5])))""",
    "newer": """ _xlfn.IF(  ISNUMBER( s1!M7 ), ROUND( 'Gli obiettivi'!B5 * 1E-10, 2) & "a, b", IF( TRUE, "–", SUM(C5) ) )"""}
OTHERS = {
    "figure": WRITTEN.replace("1E-10", "1E-9"), "text": WRITTEN.replace("–", "-"), "function": WRITTEN.replace("ROUND", "TRUNC"),
    "sheet": WRITTEN.replace("'S1'", "'S2'"), "row": WRITTEN.replace("$M$7", "$M$8"), "range": WRITTEN.replace("$C$5)", "$C$6)"),
    "sign": WRITTEN.replace("*", "/"), "more": WRITTEN + "+1", "less": WRITTEN[:-1], "argument": WRITTEN.replace(",2)", ",2,1)"),
    "false": WRITTEN.replace("TRUE", "FALSE"), "nothing": "", "value": "0.99"}


def alike(one: str, other: str) -> bool:
    one, other = sense(one), sense(other)
    return one.says_as(other) and other.says_as(one) and one.references == other.references


@pytest.mark.parametrize("program", SAME)
def test_the_same_formula_as_programs_write_it(program):
    assert alike(SAME[program], WRITTEN)


@pytest.mark.parametrize("other", OTHERS)
def test_another_formula(other):
    assert not alike(OTHERS[other], WRITTEN)


def test_brackets_that_change_something_make_another_formula():
    assert alike("--ISNUMBER(A1)*2", "-(-ISNUMBER(A1))*2") and alike("(A1*2)+1", "A1*2+1") and not alike("(A1+B1)*2", "A1+B1*2")
    assert alike("LOG10(A1)+BIN2DEC(A2)", "log10([.A1])+bin2dec([.$A$2])") and not alike("LOG10(A1)", "LOG10+A1")


@pytest.mark.parametrize("hostile", ["'" * LONGEST, '"' * LONGEST, "-" * LONGEST, "(" * LONGEST, "'a" * (LONGEST // 2), "A1:" * (LONGEST // 3), "x" * 10**6, "A" * LONGEST + "!",
                                     "'a'!" * (LONGEST // 4), "1e" * (LONGEST // 2), "TRUE()" * (LONGEST // 6)])
def test_what_is_no_formula_ends_soon_and_is_not_perfxls(hostile):
    assert alike(hostile, hostile) and not alike(hostile, WRITTEN) and not sense(hostile).says_as(sense(hostile + ")"))
