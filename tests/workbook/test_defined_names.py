"""Defined names as programs write them are found by one pattern; they say what the tree of the part says."""

import random

import pytest
from hostile import packed, parts

from perfxl.workbook.sheets import Refused, defined_names, open_book
from perfxl.workbook.sheets.preflight import examine
from perfxl.workbook.sheets.refs import Ref


def workbook(names: str, sheets: tuple[str, ...] = ("S1.00001", "Leggimi"), before: str = "", after: str = "") -> bytes:
    listed = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="r1"/>' for n, name in enumerate(sheets, 1))
    return packed(parts(workbook=f"<workbookPr/><sheets>{listed}</sheets>{before}<definedNames>{names}</definedNames>{after}"))


def name(text: str, called: str = "px01_code", more: str = "") -> str:
    return f'<definedName name="{called}"{more}>{text}</definedName>'


def both(data: bytes):
    """What the part says when it is read plainly, None when it cannot be, and from its tree."""
    package = examine(data, "x")
    content = package.checked("xl/workbook.xml")
    return (defined_names._plain(package, "xl/workbook.xml", content),
            defined_names._workbook(package, package.parse("xl/workbook.xml", content)))


PLAIN = ["'S1.00001'!$B$3", "'S1.00001'!$B$3:$K$20", "'S1.00001'!$1:$2", "Leggimi!$A$1", "Leggimi!$A$1:$B$2", "'S1.00001'!#REF!", "#REF!",
         "#REF!$A$1", "'S1.00001'!$K$20:$B$3", "'S1.00001'!$B$0", "'S1.00001'!$XFE$1", "'S1.00001'!b3", "Altro!$A$1", '"PX1|B|2021|final|S1"',
         '"', '""', '"a"b"', "12", "SUM(Leggimi!$A$1)", "Leggimi!$A$1,Leggimi!$B$2", "", "=Leggimi!$A$1", "$Leggimi!$A$1", "Leggimi.$A$1",
         "'S1.00001'!$A$1:'S1.00001'!$B$2", "'S1.00001'!$A$1,'S1.00001'!$B$2", "'S1.00001'.$A$1", "[1]S!$A$1", "'[1]S'!$A$1", " 'S1.00001'!$A$1 "]


@pytest.mark.parametrize("text", [*PLAIN, "'Altro'!$A$1", "'L''altro'!$A$1", "'R&amp;D'!$A$1", '"l\'ente"', '"a&amp;b"', "'S1.00001'!$A$1<!-- x -->",
                                  "'S1.00001'!<x/>$A$1", "'S1.00001'!$A$1\n", "<![CDATA['S1.00001'!$A$1]]>", "'S1.00001'", "''!$A$1", "'"])
@pytest.mark.parametrize("more", ["", ' localSheetId="0"', ' localSheetId="7"', ' localSheetId=""', ' hidden="1" comment="l\'ente"'])
def test_a_name_says_what_its_tree_says(text, more):
    known = name("'S1.00001'!$C$4", "px01_before") + name(text, more=more) + name("'S1.00001'!$C$5", "px01_after")
    plainly, wholly = both(workbook(known, ("S1.00001", "Leggimi", "L'altro", "R&amp;D")))
    assert plainly in (None, wholly)
    assert wholly.names["px01_before"] == Ref("S1.00001", 4, 3, 4, 3) and wholly.names["px01_after"] == Ref("S1.00001", 5, 3, 5, 3)


def test_names_of_any_kind_are_read_plainly_side_by_side():
    """What one sheet's names are remembered by is not taken for another's."""
    plain = PLAIN[:19]
    for sheets in (("S1.00001", "Leggimi"), ("S1.00001", "Altro"), ("Leggimi", "S1.00001")):
        names = "".join(name(text, f"px01_n{n}", ' localSheetId="1"' * (n % 3 == 0)) for n, text in enumerate(plain))
        plainly, wholly = both(workbook(names, sheets))
        assert plainly is not None and plainly == wholly


@pytest.mark.parametrize("data", [
    workbook(name("'S1.00001'!$A$1"), after="<?x <definedNames> ?>"), workbook(name("x"), after=f"<a>{name('y')}</a>"),
    workbook(name("x") + "</definedNames></a><a><definedNames>" + name("y"), before="<a>", after="</a>"),
    workbook(name("'S1.00001'!$A$1").replace("name=", "name='a' x=")), workbook(name("'S1.00001'!$A$1") + "<definedName/>"),
    workbook(name("'S1.00001'!$A$1").replace("definedName ", "definedName\t")), workbook("'S1.00001'!$A$1"), workbook(name("x")[:-1] + " >"),
])
def test_what_is_written_oddly_is_read_from_its_tree(data):
    plainly, wholly = both(data)
    assert plainly is None and wholly.sheets


@pytest.mark.parametrize("names", [name("'S1.00001'!$A$1").replace('name="px01_code"', 'name="a" name="b"'), "<definedName name='a'>",
                                   name("'S1.00001'!$A$1", more=' x:y="1"'), name("\x01"), "</definedNames><definedNames>" * 2 + "<a>"])
def test_what_is_no_xml_is_refused(names):
    with pytest.raises(Refused) as refused:
        open_book(workbook(names), "x")
    assert refused.value.finding.code == "FILE06"


def test_more_names_than_any_form_has_are_refused(monkeypatch):
    monkeypatch.setattr(defined_names, "MAX_NAMES", 3)
    with pytest.raises(Refused) as refused:
        open_book(workbook("".join(name("'S1.00001'!$A$1", f"n{n}") for n in range(4))), "x")
    assert refused.value.finding.code == "FILE08"


#: What names say of themselves, plainly, oddly, or as no XML does.
ABOUT = ['name="a"', 'name="px01_code"', 'name="a" localSheetId="0"', 'localSheetId="0" name="b"', 'name="a" localSheetId=""', 'name="a" localSheetId="9"',
         'function="false" hidden="false" name="c" vbProcedure="false"', 'function="false" hidden="false" localSheetId="1" name="c" vbProcedure="false"',
         'name="a" name="b"', 'comment="x&quot; localSheetId=&quot;0" name="d"', 'name="a&amp;b"', 'name="è"', 'hidden="1"', 'name="x>y"', "name='a'"]
SAID = [*PLAIN, "&apos;S1.00001&apos;!$B$3", "&quot;PX1|a&quot;", "&quot;a &amp;amp; b&quot;", "IF('S1.00001'!$A$1&gt;1,1,2)", "&#39;S1.00001&#39;!$A$1", "&x;", "<b/>"]


def test_what_stands_around_a_name_changes_nothing():
    chance, plain = random.Random(7), 0
    for _ in range(400):
        names = "".join(chance.choice(("", "", "", "", " ", "x", '<definedName name="e"/>')) + f"<definedName {chance.choice(ABOUT)}>{chance.choice(SAID)}</definedName>"
                        for _ in range(chance.randint(1, 4)))
        try:
            found, told = both(workbook(names))
        except Refused:  # it is no XML; the pattern may not take it for some
            found = told = None
            package = examine(workbook(names), "x")
            assert defined_names._plain(package, "xl/workbook.xml", package.checked("xl/workbook.xml")) is None, names
        assert found is None or found == told, names
        plain += found is not None
    assert 20 < plain < 380


def test_the_names_of_libreoffice_are_plain():
    about = 'function="false" hidden="false" name="px01_code" vbProcedure="false"'
    found, told = both(workbook(f"<definedName {about}>&apos;S1.00001&apos;!$B$3</definedName>"))
    assert found is not None and found == told and found.names["px01_code"] == Ref("S1.00001", 3, left=2, bottom=3, right=2)
