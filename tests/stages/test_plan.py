"""The plan workbook: what is written comes back, and what is wrong is said at its cell."""

import io
import re
import zipfile

from hypothesis import HealthCheck, Phase, given, settings
from plan_examples import EXTENSION, differences, plans, small

from perfxl.model import documents
from perfxl.stages import plan
from perfxl.stages.plan.drawing import write as write_plan


def test_a_plan_comes_back_in_both_languages():
    document = small()
    assert not list(documents.violations("plan", document))
    for language in ("it", "en"):
        reading = plan.read(write_plan(document, language))
        assert reading.document == document
        assert [f.code for f in reading.findings] == []


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate])
@given(plans())
def test_any_plan_comes_back_to_the_character(document):
    assert not list(documents.violations("plan", document, EXTENSION))
    reading = plan.read(write_plan(document, extension=EXTENSION), extension=EXTENSION)
    assert list(differences(document, reading.document)) == []
    told = {f.code for f in reading.findings if not f.code.startswith("PLAN")}
    assert told <= {"DATA24", "DATA25"}  # texts with unseen marks come back as they are, and it is said


def test_of_the_sectors_only_the_rows_that_are_filled_are_printed():
    with zipfile.ZipFile(io.BytesIO(write_plan(small(), "it"))) as package:
        area, = re.findall(r'<definedName name="_xlnm.Print_Area"[^>]*>([^<]*)</definedName>', package.read("xl/workbook.xml").decode())
    assert area.startswith("'Settori'!$A$2:INDEX('Settori'!$") and "COUNTA('Settori'!$A$4:$A$" in area
