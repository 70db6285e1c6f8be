"""The page of findings follows the catalogue, and the words of the catalogue follow its rules."""

import re
from pathlib import Path

import pytest

from perfxl.model.texts import area
from perfxl.stages.check.catalogue_page import page

CATALOGUE = area("findings")


def test_the_page_is_as_the_catalogue_says():
    assert (Path(__file__).parents[2] / "docs" / "rilievi.md").read_text(encoding="utf-8") == page(), \
        "stale: run python -m perfxl.stages.check"


@pytest.mark.parametrize("code", CATALOGUE)
def test_both_languages_say_the_same(code):
    kind = CATALOGUE[code]
    assert kind["severity"] in ("error", "warning", "note")
    placeholders = [{p for text in kind[language].values() for p in re.findall(r"{(\w+)}", text)} for language in ("it", "en")]
    assert placeholders[0] == placeholders[1]
    for language in ("it", "en"):
        assert set(kind[language]) == {"found", "expected", "remedy"}
        assert all(text.strip().endswith((".", "?")) for text in kind[language].values())
