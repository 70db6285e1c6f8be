"""The layers of the package are kept by import-linter: its contracts stand in pyproject.toml."""

import ast
import subprocess
import sys
from pathlib import Path

import perfxl

ROOT = Path(__file__).resolve().parents[1]


def test_no_import_runs_up_and_stages_do_not_import_one_another():
    run = subprocess.run([sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache", "--verbose"],
                         cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0 and "2 kept, 0 broken" in run.stdout, run.stdout[-6000:] + run.stderr


def test_the_package_holds_the_layers_and_nothing_else():
    there = {p.name for p in (ROOT / "perfxl").iterdir() if p.name != "__pycache__"}
    assert there == {"model", "workbook", "campaign", "stages", "workflow", "ui", "demo", "__init__.py", "__main__.py"}


def test_ruff_has_nothing_to_say():
    run = subprocess.run([sys.executable, "-m", "ruff", "check", "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr


def test_types_agree(tmp_path):
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


#: Own modules that are imported inside functions, by file, and why: everything else stands at the top.
INSIDE = {
    "__init__.py": "perfxl.tables: who imports the package need not load pandas",
    "__main__.py": "nothing is looked for before the current folder is out of the way",
    "model/documents.py": "the schema of a body's own fields is understood by what reads documents",
    "stages/issue/__init__.py": "what writes forms and computes their formulas, when one is written; masters are drawn where there are none, with openpyxl",
    "ui/addin/buttons.py": "a result of older campaigns is drawn again, by what draws workbooks",
    "ui/addin/dialogs.py": "tkinter where there is a screen",
    "ui/addin/libreoffice/desk.py": "what changes workbooks, when a sheet of the plan comes into sight where it is open",
    "ui/addin/list_workbook.py": "what draws workbooks, when there is a list",
    "ui/cli/__init__.py": "help and a wrong word are answered before a campaign is looked at",
    "ui/cli/shared.py": "a file that stands in no campaign does without what reads plans",
    "workbook/formulas/calculating.py": "what computes unwritten forms computes",
    "workbook/sheets/__init__.py": "lxml and the readers of each format, when a workbook is opened",
    "workflow/check.py": "a file alone needs no round, no register and no form; a campaign does",
    "workflow/forms.py": "forms are made in other processes, or found made",
    "workflow/issued_documents.py": "an issued document is read where it was not kept",
    "workflow/new.py": "the Word templates, when a year follows another",
    "workflow/plan_workbook.py": "what changes workbooks, when a sheet of the plan comes into sight",
    "workflow/prefilled.py": "forms are worked out where they were not kept",
    "workflow/register_updates.py": "what merges and reviews, when something was decided",
    "workflow/current_document.py": "tables of open data, when a change is looked for",
    "workflow/verify.py": "processes, when an archive is verified",
    "workflow/workers/__init__.py": "processes and Dask, when more than one file is read",
    "workflow/workers/cluster.py": "on the machine that reads",
    "workflow/workers/processes.py": "before memory is bounded in the process that reads",
    "workflow/workers/tasks.py": "the reader and the checks, in the process that reads",
}


def test_imports_stand_at_the_top_where_no_reason_is_given():
    found = set()
    for path in sorted((ROOT / "perfxl").rglob("*.py")):
        functions = (n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.FunctionDef))
        if any(isinstance(n, ast.ImportFrom) and (n.module or "").startswith("perfxl") for f in functions for n in ast.walk(f)):
            found.add(path.relative_to(ROOT / "perfxl").as_posix())
    assert found == set(INSIDE)
