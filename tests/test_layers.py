"""The layers of the package are kept by import-linter: its contracts stand in pyproject.toml."""

import subprocess
import sys
from pathlib import Path

import perfxl

ROOT = Path(__file__).resolve().parents[1]


def test_no_import_runs_up_and_stages_do_not_import_one_another():
    run = subprocess.run([sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache"],
                         cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0 and "2 kept, 0 broken" in run.stdout, run.stdout[-6000:] + run.stderr


def test_the_package_holds_the_layers_and_nothing_else():
    there = {p.name for p in (ROOT / "perfxl").iterdir() if p.name != "__pycache__"}
    assert there == {"model", "workbook", "campaign", "stages", "workflow", "ui", "demo", "__init__.py", "__main__.py"}


def test_ruff_has_nothing_to_say():
    run = subprocess.run([sys.executable, "-m", "ruff", "check", "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr


def test_types_agree_where_documents_are_understood(tmp_path):
    run = subprocess.run([sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path)], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr


def test_what_others_may_import_is_what_the_pages_name():
    assert sorted(perfxl.__all__) == ["__version__", "tables"]
    for page in ("CONTRIBUTING.md", "docs/architecture.md"):
        told = (ROOT / page).read_text(encoding="utf-8")
        assert all(f"perfxl.{name}" in told for name in perfxl.__all__), page
