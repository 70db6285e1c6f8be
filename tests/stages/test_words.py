"""What users read: no raw keys, no dates of machines, this year and only what the round has."""

import io

import openpyxl
import pytest

from perfxl import demo
from perfxl.model import documents
from perfxl.model.findings import Finding, Place
from perfxl.model.texts import area
from perfxl.stages import issue
from perfxl.stages.merge import remarks
from perfxl.stages.merge.flat import flatten, key_text
from perfxl.stages.merge.ordering import Version, order
from perfxl.stages.merge.threeway import merge_all
from perfxl.stages.merge.words import key_title, written_key_title
from perfxl.workflow.rounds import known_round
from perfxl.workflow.running import violation_lines


def test_no_finding_on_copies_shows_a_raw_key():
    texts = [kind[language][part] for code, kind in area("findings").items() if code.startswith(("MERG", "REVW"))
             for language in ("it", "en") for part in ("found", "expected", "remedy")]
    assert not [t for t in texts if "{key}" in t]


def test_every_key_of_a_return_is_told_in_the_titles_of_the_form():
    document = demo.returns("final", issue.returns(demo.plan(), "final"))["S1"]
    for key in flatten(document).values:
        words = written_key_title(key_text(key))
        assert words == key_title(key)
        assert not any(mark in words[lang] for lang in ("it", "en") for mark in ("/", "_", "?")), (key, words)


def _phase(document: dict) -> dict:
    return next(o for o in document["objectives"] if o["sheet"].get("phases"))["sheet"]["phases"][0]


def test_a_conflict_is_told_in_words():
    base = issue.returns(demo.plan(), "interim")["S1"]
    copies = []
    for sha, day in (("a" * 64, "2021-11-01"), ("b" * 64, "2021-12-01")):
        copy = documents.loads(documents.dumps(base))
        _phase(copy)["revision"] = {"end_1": day}
        copies.append(Version(f"{sha[0]}.xlsx", sha, copy))
    result = merge_all(base, [(v.sha256, v.document) for v in copies])
    [found] = [f for f in remarks.findings(result, "S1", copies, {v.sha256: {} for v in copies}) if f.code == "MERG21"]
    message = found.message("it")
    assert "Fase" in message and "01/11/2021" in message and "phases" not in message and "2021-11" not in message


def test_what_a_version_wiped_or_changed_is_told_in_words():
    base = issue.returns(demo.plan(), "interim")["S1"]
    first, second = (documents.loads(documents.dumps(base)) for _ in range(2))
    _phase(first).update(reading={"realised": 80}, revision={"end_1": "2021-11-01"})
    _phase(second).update(revision={"end_1": "2021-12-01"})
    told_ = order(base, [Version("a.xlsx", "a" * 64, first, "2021-10-01T08:00:00Z"),
                         Version("b.xlsx", "b" * 64, second, "2021-10-02T08:00:00Z", parent="a" * 64)], {}).notes
    messages = {f.code: f for f in told_}
    assert messages["MERG16"].severity == "warning" and "80%" in messages["MERG16"].message("it")
    assert "01/11/2021" in messages["MERG15"].message("it") and "2021-11" not in messages["MERG15"].message("it")


@pytest.mark.parametrize("round, steps", [("plan", 6), ("interim", 7), ("final", 7)])
def test_the_first_sheet_speaks_of_this_year_and_this_round(round, steps):
    plan = demo.plan() | {"year": 2027}
    book = openpyxl.load_workbook(io.BytesIO(issue.issue(issue.returns(plan, round)["S1"], plan)))
    said = [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row if cell.value]
    assert any("31/12/2027" in text for text in said) and not any("31/12/2021" in text for text in said)
    assert sum(text.startswith("Passo ") for text in said) == steps
    assert any("Racconto" in text for text in said) == (round != "plan")
    assert not [c.value for sheet in book for row in sheet.iter_rows() for c in row if "31/12/2021" in str(c.value) and len(c.value) > 10]
    advice = [f"{v.prompt} {v.error}" for sheet in book for v in sheet.data_validations.dataValidation]
    assert any("31/12/2027" in text for text in advice) and not any("31/12/2021" in text for text in advice)


def test_what_breaks_a_schema_is_told_in_words():
    broken = demo.plan() | {"colore": "rosso"}
    wrong = list(documents.violations("plan", broken))
    assert "colore" in violation_lines(wrong, "it") and "additionalProperties" not in violation_lines(wrong, "it")


@pytest.mark.parametrize("given, round", [("piano", "plan"), ("Monitoraggio", "interim"), ("consuntivo", "final"), ("final", "final"),
                                          ("interim", "interim")])
def test_a_round_is_named_in_either_language(given, round):
    assert known_round(demo.plan(), given, "it") == round


def test_a_repair_that_nobody_would_see_is_not_told():
    from perfxl.model.fields import objective_fields
    from perfxl.workbook.values.remarks import repaired

    field = objective_fields()[0]
    assert repaired("01/02/2027", "01/02/2027", field) == []
    assert [f.code for f in repaired("1/2/27", "01/02/2027", field)] == ["DATA10"]
    assert Finding("DATA10", Place(), {"before": "a", "after": "b"}).severity == "note"
