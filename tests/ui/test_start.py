"""What starting a command loads: nothing heavy that the command does not use."""

import subprocess
import sys

import pytest

from perfxl.ui.cli import command_names

#: What each command brings in before it does anything, beside Python and perfxl: the packages that it always uses.
LOADED = {
    "new": {"lxml", "openpyxl"},
    "template": {"docx", "docxtpl", "jinja2", "lxml", "openpyxl", "xlsxwriter"},
    "send": {"lxml"},
    "remind": {"lxml"},
    "collect": {"cryptography", "lxml"},
    "fill": {"lxml"},
    "ask": {"lxml", "xlsxwriter"},
    "consolidate": {"xlsxwriter"},
    "watch": {"xlsxwriter"},
    "compare": {"jinja2", "multiprocessing", "xlsxwriter"},
    "report": {"docx", "docxtpl", "jinja2", "lxml", "phonenumbers", "stdnum", "xlsxwriter"},
    "publish": {"docx", "docxtpl", "jinja2", "lxml", "phonenumbers", "stdnum", "xlsxwriter"},
    "bundle": {"docx", "docxtpl", "jinja2", "lxml", "phonenumbers", "stdnum", "xlsxwriter"},
    "rebuild": {"docx", "docxtpl", "jinja2", "lxml", "phonenumbers", "stdnum", "xlsxwriter"},
    "demo": {"cryptography", "lxml", "openpyxl", "xlsxwriter"},
}
#: Packages that take tens of milliseconds, and what starts processes.
HEAVY = {"cryptography", "deflate", "distributed", "docx", "docxtpl", "jinja2", "jsonschema", "jsonschema_rs", "keyring", "lxml", "matplotlib", "multiprocessing", "numpy",
         "openpyxl", "pandas", "phonenumbers", "rapidfuzz", "rich", "stdnum", "xlsxwriter", "xlwings"}
#: What reads a workbook: deflate unpacks it, lxml reads what stands outside its cells, jsonschema-rs whether the document is sound.
READS = {"deflate", "jsonschema_rs", "lxml"}
#: What an other one brings in by itself.
BROUGHT = {"openpyxl": {"numpy"}}

_EACH = """
import os, sys
from perfxl.ui.cli import command_names, module
for name in command_names():
    if os.fork() == 0:
        module(name)
        print(name, *sorted({m.partition(".")[0] for m in sys.modules}), flush=True)
        os._exit(0)
    os.wait()
"""
_RUN = """
import os, sys
from perfxl.ui.cli import main
kept = os.dup(1)
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
code = main(sys.argv[1:])
os.write(kept, " ".join([str(code), *sorted({m.partition(".")[0] for m in sys.modules})]).encode())
"""


def _heavy(names) -> set[str]:
    found = HEAVY & set(names)
    return found - {brought for package in found for brought in BROUGHT.get(package, ())}


@pytest.fixture(scope="module")
def loaded() -> dict[str, set[str]]:
    """The heavy packages that each command's module brings in, each in a process that had none."""
    done = subprocess.run([sys.executable, "-c", _EACH], capture_output=True, text=True, check=True).stdout
    return {name: _heavy(names) for name, *names in map(str.split, done.splitlines())}


@pytest.mark.parametrize("command", command_names())
def test_a_command_loads_no_heavy_package_that_it_does_not_use(command, loaded):
    assert loaded[command] == LOADED.get(command, set())


@pytest.mark.parametrize("arguments, used", [
    (("check", "{file}"), READS),
    (("check", "{of_year}"), READS),
    (("read", "{file}"), READS),
    (("explain", "{campaign}", "S1", "--round", "final"), READS),
    (("status", "{campaign}"), READS),
    (("log", "{campaign}"), READS),  # the plan, for the names of its rounds
], ids=["check", "check in a year", "read", "explain", "status", "log"])
def test_a_command_that_ran_loaded_only_what_it_used(arguments, used, demo_year, tmp_path):
    of_year = demo_year.received_files("final")[0]
    alone = tmp_path / "una scheda.xlsx"
    alone.write_bytes(of_year.read_bytes())
    given = [a.format(file=alone, of_year=of_year, campaign=demo_year.folder) for a in arguments]
    code, *names = subprocess.run([sys.executable, "-c", _RUN, *given], capture_output=True, text=True, check=True).stdout.split()
    assert code in "01" and _heavy(names) == used
