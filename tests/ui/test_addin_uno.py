"""The add-in's VBA run by another interpreter: LibreOffice's, with RunPython writing down what it is given."""

import subprocess
from pathlib import Path

import pytest

from perfxl.model.texts import area
from perfxl.ui.addin import macros
from perfxl.ui.addin.ribbon import BUTTONS

SHEET = "ThisComponent.Sheets(0)"
SYSTEM_PYTHON = "/usr/bin/python3"  # the one that LibreOffice's UNO is installed for


def basic():
    """Our module as LibreOffice takes it: VBA mode, and around it what Excel would give. A sheet, which has a name as a
    workbook has, stands for the active workbook, and a cell for the language of Excel."""
    body = macros.performance_module().replace("\r\n", "\n").split("\n", 1)[1]
    body = body.replace("As IRibbonControl", "As Object").replace("Option Explicit\n", "").replace("Workbooks.Add", "Exit Sub")
    body = body.replace("Application.LanguageSettings.LanguageID(2)", f"{SHEET}.getCellByPosition(1, 0).Value")
    body = body.replace("ActiveWorkbook", SHEET)
    return ("Option VBASupport 1\n" + body + f"\nSub RunPython(command As String)\n    {SHEET}.getCellByPosition(0, 0).String = command\n"
            f"End Sub\nSub AskWord(id As String)\n    {SHEET}.getCellByPosition(0, 1).String = Word(id)\nEnd Sub\n")


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """What the cells said after each macro: {(language code, macro): text}."""
    folder = tmp_path_factory.mktemp("uno")
    (folder / "module.bas").write_text(basic(), encoding="utf-8")
    calls = [f"{code}|{b.macro}|{b.id}_tip" for code in (1040, 1033) for b in BUTTONS]
    asked = subprocess.run([SYSTEM_PYTHON, str(Path(__file__).parents[1] / "support" / "uno_runner.py"), str(folder), *calls],
                           capture_output=True, text=True, timeout=180)
    assert asked.returncode == 0, asked.stderr
    lines = [line.split("\t") for line in asked.stdout.splitlines()]
    return {(int(code), macro): (command, words) for code, macro, command, words in lines}


@pytest.mark.parametrize("button", BUTTONS, ids=lambda b: b.stage)
@pytest.mark.parametrize("code, language", [(1040, "it"), (1033, "en")])
def test_libreoffice_runs_the_macros_as_excel_would(ran, button, code, language):
    command, words = ran[code, button.macro]
    assert command == f"from perfxl.ui.addin.buttons import press; press('{button.stage}', '{language}')"
    assert words == area("addin")[f"tip_{button.stage}"][language]
    compile(command, "command", "exec")
