"""The house of the tests: what they share is shared, and what they assert is called by its name."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

HOME = Path(__file__).parent
SUPPORT = {path.stem: path for path in (HOME / "support").glob("*.py")}
#: Modules of ``tests/support`` that fewer than two test files import, each with its reason.
ALONE = {
    "faulty_reader": "the reader of other processes in place of perfxl’s: they import it by name",
    "keyboard": "the keys of a person in LibreOffice’s windows; its driver is a process of its own",
    "keyboard_driver": "runs in the Python of LibreOffice",
    "list_examples": "files as bodies publish them",
    "mail_servers": "servers of mail that are started for the tests",
    "mutations": "run by hand: CONTRIBUTING.md says how",
    "office": "drives LibreOffice; its driver is a process of its own",
    "office_driver": "runs in the Python of LibreOffice",
    "once": "what is dear to make is made once: for the fixtures of all tests",
    "register_writer": "a process that is killed while it writes",
    "second_opinion": "computes the figures from the page alone; run by hand too",
    "slow_work": "a process that is stopped while it works",
    "uno_runner": "runs in the Python of LibreOffice",
    "window_driver": "runs in a process with a window",
}
#: What only a finding has.
OF_A_FINDING = {"code", "place", "values", "severity", "message", "say", "others", "field_in"}


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imported(path: Path) -> set[str]:
    """The modules that a file imports, by the first part of their names."""
    found = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


def test_what_is_shared_is_used_by_two_or_says_why_it_stands_alone():
    files = [*HOME.rglob("*.py")]
    users = {name: {path for path in files if name in imported(path)} for name in SUPPORT}
    shared = {name for name, paths in users.items() if len(paths) > 1}
    assert SUPPORT.keys() - shared == ALONE.keys()


@pytest.mark.parametrize("name", sorted(SUPPORT))
def test_what_is_shared_says_what_it_is(name):
    assert ast.get_docstring(parsed(SUPPORT[name])), name


def by_number(node: ast.AST) -> bool:
    """Whether it takes an item by its place in a row."""
    index = node.slice if isinstance(node, ast.Subscript) else None
    index = index.operand if isinstance(index, ast.UnaryOp) else index
    return isinstance(index, ast.Constant) and type(index.value) is int


def unnamed(path: Path) -> Iterator[str]:
    """What assertions take by its place that has a name: findings, and items of items of tuples."""
    for node in (inner for claim in ast.walk(parsed(path)) if isinstance(claim, ast.Assert) for inner in ast.walk(claim)):
        if isinstance(node, ast.Attribute) and node.attr in OF_A_FINDING and by_number(node.value):
            yield f"{node.lineno}: {ast.unparse(node)}"
        elif by_number(node) and (by_number(node.value) or ast.unparse(node.value).endswith(("findings", "['findings']"))):
            yield f"{node.lineno}: {ast.unparse(node)}"


@pytest.mark.parametrize("path", sorted(HOME.rglob("test_*.py")), ids=lambda path: path.stem)
def test_nothing_is_asserted_of_a_finding_by_its_place(path):
    """``finding, = findings`` says that there is one, and its fields say the rest; several are lines of a table (``text_tables``)."""
    assert list(unnamed(path)) == []


def test_the_example_of_contributing_holds():
    from plan_text import plan
    from return_text import write
    from text_tables import finding_lines

    from perfxl.stages.check import check
    from perfxl.stages.issue import returns

    example, = re.findall(r"```python\n(.*?)```", (HOME.parent / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.S)
    names = {"plan": plan, "write": write, "finding_lines": finding_lines, "check": check, "returns": returns}
    exec(example, names)  # as it is printed there
    next(value for name, value in names.items() if name.startswith("test_"))()


def test_types_agree_beside_the_package(tmp_path):
    """Of benchmarks, of what makes the pages, of what tests share: less strictly than of the package."""
    run = subprocess.run([sys.executable, "-m", "mypy", "--config-file", HOME / "mypy.ini", "--cache-dir", tmp_path], cwd=HOME.parent, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr
