"""The quick part of ``python tests/programs``: what the libraries that are always there, and Gnumeric, leave of a form."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "programs"))

from matrix import Form, row_of  # noqa: E402
from savers import _gnumeric, in_python  # noqa: E402

PAGE = (Path(__file__).parents[2] / "docs" / "programmi.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def form(demo_year):
    return Form.of(next(p for p in demo_year.received_files("final") if "S1" in p.name))


@pytest.mark.parametrize("saver", [*in_python(), *_gnumeric()], ids=lambda s: f"{s.program}{s.suffix}")
def test_nothing_is_lost_and_the_page_says_so(form, saver, tmp_path):
    row = row_of(form, saver, tmp_path)
    assert row.kept and set(row.codes) <= {"FORM30", "FORM36"}
    said = next(line for line in PAGE.splitlines() if line.startswith(f"| {saver.program.split()[0]}") and f"| {saver.suffix} |" in line)
    assert said.split(" | ")[2:] == row.line.split(" | ")[2:]
