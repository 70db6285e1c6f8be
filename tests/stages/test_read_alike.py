"""A table is taken from one that was read before where its rows are the same; whatever was read before, a file says the same."""

import random
import re
from dataclasses import replace

from full_return import EXTENSION, document
from hostile import packed
from plain_form import form
from test_read_fuzz import _parts

from perfxl.stages.read import Reading, alike, read
from perfxl.workbook.sheets import scan

ROW = re.compile(rb'<row r="(\d+)"[^>]*>.*?</row>', re.DOTALL)
CELL = re.compile(rb'(<c r="[A-Z]+\d+")[^>/]*(?:/>|>.*?</c>)', re.DOTALL)
SAID = (b' t="str"><v>ciao</v></c>', b' t="str"><v>4r</v></c>', b' t="str"><v>#</v></c>', b' t="str"><v>id</v></c>', b"><v>3</v></c>", b"><v>0.5</v></c>",
        b'><f>A1</f><v>1</v></c>', b' t="e"><v>#REF!</v></c>', b"/>", b' t="str"><v>31/12/2021</v></c>', b' t="str"><v>1</v></c>')


def edited(chance: random.Random, sound: dict[str, bytes]) -> bytes:
    """The form with some cells written over, a row gone, or one written twice."""
    found = dict(sound)
    for name in [n for n in sound if n.startswith("xl/worksheets/")]:
        data = found[name]
        for _ in range(chance.choice((0, 0, 1, 3, 12))):
            cell = chance.choice(list(CELL.finditer(data)))
            data = data[:cell.start()] + cell[1] + chance.choice(SAID) + data[cell.end():]
        if chance.random() < 0.3 and (rows := list(ROW.finditer(data))):
            row, other = chance.choice(rows), chance.choice(rows)
            moved = re.sub(rb'r="([A-Z]*)%s"' % other[1], rb'r="\g<1>%s"' % row[1], other[0])
            data = data[:row.start()] + chance.choice((b"", moved)) + data[row.end():]
        found[name] = data
    return packed(found)


def said(reading: Reading) -> tuple[object, ...]:
    beside = [(o.sheet, {row: set(columns) for row, columns in o.taken.items() if columns}, dict(o.hidden), o.said) for o in reading.outside]
    return reading.document, list(reading.places.items()), reading.findings, beside


def test_what_was_read_before_changes_nothing():
    chance = random.Random(2021)
    sound = _parts(form(document(2), EXTENSION))
    files = [packed(sound), *(edited(chance, sound) for _ in range(12))]
    cold = []
    for data in files:
        scan.forget()
        alike.forget()
        cold.append(said(read(data, "x.xlsx", EXTENSION, 2021)))
    assert len({str(found) for found in cold}) > 9  # they are not all alike
    for order in (range(len(files)), reversed(range(len(files)))):
        for number in order:
            assert said(read(files[number], "x.xlsx", EXTENSION, 2021)) == cold[number], number


def test_tables_of_another_year_are_not_taken():
    """The year completes dates that were typed without one."""
    sound = _parts(form(document(1), EXTENSION))
    texts = {name: re.sub(rb'(<c r="[A-Z]+\d+")[^>/]*><v>4\d{4}</v></c>', rb'\1 t="str"><v>31 marzo</v></c>', data) for name, data in sound.items()}
    data = packed(texts)
    for year in (2021, 2022, 2021):
        found = read(data, "x.xlsx", EXTENSION, year)
        days = set(re.findall(r"(20\d\d)-03-31", str(found.document)))
        assert min(days) == str(year) and len(days) < 4  # some are due in the years after


def test_lists_of_a_row_are_nobody_elses():
    """A document may be changed by whoever has it; the next one is as it was read."""
    data = form(document(2), EXTENSION)
    first, second = (read(data, "x.xlsx", EXTENSION, 2021) for _ in range(2))

    def spoil(value):
        for inner in value.values() if isinstance(value, dict) else value:
            if isinstance(inner, dict | list):
                spoil(inner)
        if isinstance(value, list):
            value.append("!")

    expected = str(first.document)
    spoil(second.document)
    assert str(read(data, "x.xlsx", EXTENSION, 2021).document) == expected
    assert replace(first, document=None).findings == second.findings
