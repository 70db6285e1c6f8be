"""The layers of the package are kept by import-linter: its contracts stand in pyproject.toml."""

import ast
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


#: Calls whose arguments are a list by nature: paths, columns, the parts of a text, and what other libraries ask for.
LISTS = {"finding", "run", "pack", "format", "_put", "one", "_columns", "_node", "_run", "command", "office", "started", "said", "left", "put", "told",
         "cascade", "set_column", "merge_range", "conditional_format", "data_validation", "link_file", "executeDispatch", "createMessageBox",
         "setPosSize", "submit", "partial", "one_of", "inflected", "special", "_drawn"}


def test_a_call_of_more_than_four_arguments_names_them():
    """At the end of a call nobody knows any more what the fifth word is about."""
    crowded = []
    for path in sorted((ROOT / "perfxl").rglob("*.py")):
        for call in (n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Call)):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if len(call.args) > 4 and name not in LISTS and not any(isinstance(a, ast.Starred) for a in call.args):
                crowded.append(f"{path.relative_to(ROOT)}:{call.lineno} {name}")
    assert not crowded, "\n".join(crowded)
