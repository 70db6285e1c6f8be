"""What the documentation takes from the code is what the code says today."""

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GENERATE = runpy.run_path(str(ROOT / "docs" / "generate.py"))


@pytest.mark.parametrize("page", GENERATE["PAGES"], ids=lambda p: p.name)
def test_generated_pages_are_fresh(page):
    assert page.read_text(encoding="utf-8") == GENERATE["PAGES"][page](), "run: python docs/generate.py"


def test_every_module_is_in_the_architecture():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    package = ROOT / "perfxl"
    rooms = {p.stem for p in package.glob("*.py")} | {p.parent.name for p in package.glob("*/__init__.py")}
    missing = sorted(room for room in rooms - {"__init__", "__main__"} if f"`{room}" not in text)
    assert not missing


def test_links_lead_to_files():
    import re

    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert target.startswith("http") or (page.parent / target).exists(), (page.name, target)
