"""What the documentation takes from the code is what the code says today."""

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GENERATE = runpy.run_path(str(ROOT / "docs" / "generate.py"))


@pytest.mark.parametrize("page", GENERATE["PAGES"], ids=lambda p: p.name)
def test_generated_pages_are_fresh(page):
    assert page.read_text(encoding="utf-8") == GENERATE["PAGES"][page](), "run: python docs/generate.py"


def test_every_room_is_in_the_architecture():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    package = ROOT / "perfxl"
    layers = [p for p in package.iterdir() if (p / "__init__.py").exists()]
    rooms = {layer.name for layer in layers} | {room.parent.name for layer in layers for room in layer.glob("*/__init__.py")}
    missing = sorted(room for room in rooms if not re.search(rf"\b{room}\b", text))
    assert len(rooms) > 15 and not missing


def test_files_that_the_architecture_names_are_there():
    text = "".join((ROOT / "docs" / page).read_text(encoding="utf-8") for page in ("architecture.md", "rooms.md"))
    there = [path.relative_to(ROOT).as_posix() for path in (*(ROOT / "perfxl").rglob("*.py"), *(ROOT / "docs").glob("*.py"), *(ROOT / "tests").glob("*.py"))]
    named = set(re.findall(r"`([\w/]+\.py)", text))
    assert len(named) > 40 and not [name for name in sorted(named) if not any(f"/{path}".endswith(f"/{name}") for path in there)]


def test_the_architecture_is_one_page_with_a_short_table():
    lines = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 80 and 10 < sum(line.startswith("| ") for line in lines) <= 18


def test_links_lead_to_files():
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert target.startswith("http") or (page.parent / target).exists(), (page.name, target)
