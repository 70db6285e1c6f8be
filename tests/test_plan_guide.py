"""The Italian guide tells the truth: its commands, sheets and example exist."""

import json
import re
import shlex
from pathlib import Path

import pytest
from plan_examples import small

from perfxl import documents, plan
from perfxl.campaign import Campaign
from perfxl.cli import parser
from perfxl.planbook.layout import sheets

GUIDE = (Path(__file__).parent.parent / "docs" / "guida.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```\n(.*?)```", GUIDE, re.DOTALL) for line in block.splitlines() if line.startswith("perfxl ")]


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_of_the_guide_is_understood(line):
    words = shlex.split(line)[1:]
    assert parser("it").parse_args(words).command == words[0]


def test_every_sheet_of_the_plan_is_in_the_guide():
    part = GUIDE.split("## Il piano, foglio per foglio")[1].split("\n## ")[0]
    for sheet in sheets():
        assert f"**{sheet.title('it')}**" in part


def test_the_example_of_own_fields_works(tmp_path):
    example = json.loads(re.search(r"```json\n(.*?)```", GUIDE, re.DOTALL)[1])
    (tmp_path / "estensione.schema.json").write_text(json.dumps(example), encoding="utf-8")
    extension = Campaign(tmp_path).extension
    document = small()
    document["objectives"][0]["sheet"]["extension"] = {"pnrr": "M1C1", "valore_pubblico": "sociale", "risparmio": 1200}
    assert not list(documents.violations("plan", document, extension))
    assert plan.read(plan.write(document, extension=extension), extension=extension).document == document
    document["objectives"][0]["sheet"]["extension"]["pnrr"] = "M9"
    found = plan.read(plan.write(document, extension=extension), extension=extension).findings
    assert [(f.code, f.place.sheet) for f in found] == [("PLAN25", "Obiettivi")]


def test_links_inside_the_guide_lead_somewhere():
    anchors = {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in re.findall(r"^#+ (.+)$", GUIDE, re.MULTILINE)}
    for target in re.findall(r"\]\(#([^)]+)\)", GUIDE):
        assert target in anchors
    for file in re.findall(r"\]\(([^#)]+\.md)\)", GUIDE):
        assert (Path(__file__).parent.parent / "docs" / file).is_file()
