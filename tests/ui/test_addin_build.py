"""The add-in as a file: its ribbon, its macros, its icons, each link from a button to Python."""

import re
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from addin_vba import Control, Excel, interpreter, modules, pressed
from lxml import etree
from pyopenvba import check_file

from perfxl.model.texts import area
from perfxl.ui.addin import building, macros
from perfxl.ui.addin.ribbon import BUTTONS, GROUPS, NAMESPACE, TAB, ribbon_xml
from perfxl.ui.cli import main

XSD = etree.XMLSchema(etree.parse(str(Path(__file__).parents[1] / "data" / "customui.xsd")))


@pytest.fixture(scope="module")
def addin(tmp_path_factory):
    path = tmp_path_factory.mktemp("addin") / "perfxl.xlam"
    assert main(["addin", "build", str(path)]) == 0
    return path


@pytest.fixture(scope="module")
def source(addin):
    return modules(addin)["Performance"]


def test_two_builds_give_the_same_bytes(addin):
    clean = subprocess.run([sys.executable, "-c", "import sys; from perfxl.ui.addin.building import build; sys.stdout.buffer.write(build())"],
                           capture_output=True, check=True, env={"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "PATH": ""},
                           cwd=Path(__file__).parents[2])
    assert clean.stdout == addin.read_bytes()


def test_the_package_is_whole(addin):
    assert not check_file(addin).issues
    with zipfile.ZipFile(addin) as parts:
        assert parts.testzip() is None and len(parts.namelist()) == len(set(parts.namelist()))
        for name in parts.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(parts.read(name))
        types = parts.read("[Content_Types].xml").decode()
        assert 'Extension="png"' in types
        assert "felix" not in parts.read("xl/workbook.xml").decode()


def test_the_ribbon_keeps_its_schema_and_is_the_one_in_the_file(addin):
    tree = etree.fromstring(ribbon_xml())
    XSD.assertValid(tree)
    with zipfile.ZipFile(addin) as parts:
        assert parts.read("customUI/customUI.xml") == ribbon_xml()
        links = etree.fromstring(parts.read("_rels/.rels"))
    assert ["customUI/customUI.xml"] == [r.get("Target") for r in links if r.get("Type").endswith("ui/extensibility")]


@pytest.mark.parametrize("wrong", [
    (b'onAction="Performance.Consolida"', b""), (b'keytip="O"', b'keytip="LONG"'), (b"<button ", b"<knob "),
    (b'id="perfxl_check"', b'id="perfxl_issue"'), (b'size="large"', b'size="huge"'), (b"<ribbon>", b"<ribbon><tabs/>")])
def test_the_schema_refuses_what_office_refuses(wrong):
    assert wrong[0] in ribbon_xml()
    assert not XSD.validate(etree.fromstring(ribbon_xml().replace(*wrong, 1)))


def test_every_image_is_there_and_is_a_png_of_its_size(addin):
    names = {e.get("image") for e in etree.fromstring(ribbon_xml()).iter(f"{{{NAMESPACE}}}button")}
    assert names == {b.stage for b in BUTTONS}
    with zipfile.ZipFile(addin) as parts:
        links = etree.fromstring(parts.read("customUI/_rels/customUI.xml.rels"))
        assert {r.get("Id") for r in links} == names
        drawn = {parts.read(f"customUI/{r.get('Target')}") for r in links}
    assert len(drawn) == len(names)
    for image in drawn:
        assert image.startswith(b"\x89PNG\r\n\x1a\n") and image[16:24] == bytes([0, 0, 0, 64, 0, 0, 0, 64])


def test_every_callback_has_the_signature_office_calls(source):
    """onAction wants one control; getLabel and its like a control and a value by reference."""
    for attribute, macro in re.findall(r'(onAction|get\w+)="Performance\.(\w+)"', ribbon_xml().decode()):
        wanted = r"\(control As IRibbonControl\)" if attribute == "onAction" else r"\(control As IRibbonControl, ByRef returnedVal\)"
        assert re.search(rf"^Sub {macro}{wanted}\s*$", source, re.M), (attribute, macro)


def test_onactions_and_buttons_are_the_same(source):
    bound = dict(re.findall(r'id="perfxl_(\w+)" size="(?:large|normal)".*?onAction="Performance\.(\w+)"', ribbon_xml().decode()))
    assert bound == {b.stage: b.macro for b in BUTTONS}
    assert len({b.keytip for b in BUTTONS}) == len(BUTTONS)


@pytest.mark.parametrize("language, code", [("it", 1040), ("it", 2064), ("it", 0), ("en", 1033), ("en", 2057), ("en", 1031)])
@pytest.mark.parametrize("callback, ending", [("RibbonLabel", "button"), ("RibbonScreentip", "button"), ("RibbonSupertip", "tip")])
def test_words_follow_the_language_of_excel(source, language, code, callback, ending):
    ready = interpreter(source, Excel(code))
    for button in BUTTONS:
        assert _word(ready, callback, button.id) == area("addin")[f"{ending}_{button.stage}"][language]
    if callback == "RibbonLabel":
        assert _word(ready, callback, TAB) == area("addin")["tab"][language]
        for name, _ in GROUPS:
            assert _word(ready, callback, f"perfxl_group_{name}") == area("addin")[f"group_{name}"][language]


def _word(ready, callback, id):
    """What a callback put in its second argument, which is by reference: read through a caller in VBA."""
    ready.add_module(f'Function Ask(c)\nDim v\n{callback} c, v\nAsk = v\nEnd Function\n', name="Asking")
    return str(ready.run("Ask", [Control(id)], module="Asking"))


@pytest.mark.parametrize("button", BUTTONS, ids=lambda b: b.stage)
@pytest.mark.parametrize("language, code", [("it", 1040), ("en", 1033)])
def test_a_press_runs_one_python_command(source, button, language, code):
    commands, said = pressed(source, button.macro, language=code)
    assert commands == [f"from perfxl.ui.addin.buttons import press; press('{button.stage}', '{language}')"] and said == []


def test_a_press_without_a_workbook_opens_one(source):
    commands, _ = pressed(source, "Guida", active=None)
    assert len(commands) == 1


@pytest.mark.parametrize("name", ["$(touch x).xlsx", "a`b`.xlsx", "a|b.xlsx", 'a"b.xlsx', "a\\b.xlsx"])
def test_a_name_that_a_shell_would_run_is_refused(source, name):
    commands, said = pressed(source, "Consolida", active=name)
    assert commands == [] and said == [area("addin")["refused_name"]["it"]]


@pytest.mark.parametrize("name", ["Ricerca & Sviluppo 100%.xlsx", "città d'arte (2).xlsx", "piano.xlsx"])
def test_usual_names_are_accepted(source, name):
    assert len(pressed(source, "Consolida", active=name)[0]) == 1


def test_olevba_reads_back_what_was_written(addin):
    from oletools.olevba import VBA_Parser

    parser = VBA_Parser(str(addin))
    try:
        read = {stream.rpartition("/")[2]: code for _, stream, _, code in parser.extract_macros()}
    finally:
        parser.close()
    assert read["Performance"].replace("\r\n", "\n").rstrip() == macros.performance_module().replace("\r\n", "\n").rstrip()
    assert 'PROJECT_NAME As String = "perfxl"' in read["xlwings"] and "myaddin" not in read["xlwings"]


def test_nothing_of_the_active_workbook_decides_what_is_run(addin):
    """Neither a sheet of settings in it, nor a file beside it, nor code in its sheets, nor its folder on Python's path."""
    said = modules(addin)["xlwings"]
    assert "If SheetExists(ActiveWorkbook, PROJECT_NAME" not in said
    assert "If FileExists(GetDirectoryConfigFilePath()) = True" not in said
    assert "uses_embedded_code = True\n" not in said.replace("\r\n", "\n")
    assert '"ADD_WORKBOOK_TO_PYTHONPATH"' not in said
    assert not re.search(r"PYTHONPATH = AddExcelDir.*(ActiveFullName|ThisFullName)", said)


@pytest.mark.parametrize("words", [e[0].strip() for e in macros._EDITS])
def test_another_xlwings_is_refused_not_guessed(words):
    from pyopenvba import ExcelFile

    with ExcelFile(building.template()) as book:
        known = book.vba_modules()["xlwings"].replace("\r\n", "\n")
    macros.xlwings_module(known)
    with pytest.raises(macros.TemplateChanged):
        macros.xlwings_module(known.replace(words, "changed"))


def test_a_build_that_cannot_be_says_what_to_do(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(building, "TEMPLATE", "not-there.xlam")
    assert main(["addin", "build", str(tmp_path / "x.xlam")]) == 2
    assert "xlwings" in capsys.readouterr().err and not (tmp_path / "x.xlam").exists()


def test_the_words_of_the_ribbon_can_stand_in_vba():
    for key, words in area("addin").items():
        if key.startswith(("button_", "tip_", "tab", "group_", "refused_")):
            for text in words.values():
                text.encode("cp1252")
                assert len(text) < 900 and "\n" not in text


def test_nothing_in_the_macros_bites_a_rule_on_macros(addin):
    """No function of Windows declared, no library loaded, no macro written by a macro, no program but the interpreter started."""
    said = {name: code for name, code in modules(addin).items()}
    code = "\n".join(said.values())
    assert not re.search(r"^\s*(Public |Private )?Declare\b", code, re.M)
    assert not re.findall(r"(?i)vbproject|vbcomponents|loadlibrary|\.dll|frozen|conda|getobject|xlpy|udf", code)
    assert re.findall(r"WScript\.Run\(\"([^\"]*)", code) == ["cmd.exe /C "] and code.count("CreateObject(") == 1
    assert set(said) == {"ThisWorkbook", "Sheet2", "Performance", "xlwings"}
    assert "Redistribution and use in source and binary forms" in said["xlwings"]


def test_every_procedure_that_is_called_is_there(addin):
    code = re.sub(r"'.*|\"[^\"]*\"", "", "\n".join(modules(addin).values()))
    there = set(re.findall(r"(?:Function|Sub) (\w+)\(", code))
    bare = set(re.findall(r"^\s*(?:Call )?([A-Z]\w+) [A-Z\"]\w*", code, re.M)) - {"Attribute", "Dim", "Private", "Public", "Option", "Exit", "End", "Set", "If", "ElseIf",
                                                                          "Case", "Select", "On", "Loop", "Do", "Static", "Line", "Open", "Close", "Kill", "For",
                                                                          "Randomize", "Call", "Input", "Function", "Sub", "GoTo", "Const", "MsgBox"}
    used = bare | {name for name in re.findall(r"\b([A-Z]\w+)\(", code) if name in known_procedures()}
    assert {"ExecuteMac", "ReadFile", "FileExists", "CreateGUID", "ShowError"} <= used and used <= there, used - there


def known_procedures():
    """The procedures that xlwings' whole module has."""
    from pyopenvba import ExcelFile

    with ExcelFile(building.template()) as book:
        return set(re.findall(r"(?:Function|Sub) (\w+)\(", book.vba_modules()["xlwings"]))


def test_the_macros_bear_perfxls_name(addin):
    from pyopenvba import ExcelFile

    with ExcelFile(addin) as book:
        assert book.vba_project().name == "perfxl"
    with zipfile.ZipFile(addin) as parts:
        assert b"MyAddin" not in parts.read("xl/vbaProject.bin") and b'Name="perfxl"' in parts.read("xl/vbaProject.bin")


def test_where_all_that_is_open_is_protected_the_user_is_told(source):
    commands, told = pressed(source, BUTTONS[0].macro, active=None, protected=1)
    assert commands == [] and told == [area("addin")["protected_view"]["it"]]


@pytest.mark.parametrize(("country", "language"), [(39, "it"), (1, "en"), (49, "en")])
def test_words_follow_an_excel_that_says_its_country_alone(source, country, language):
    commands, _ = pressed(source, BUTTONS[0].macro, language=0, country=country)
    assert commands[0].endswith(f"'{language}')")


def test_a_mac_starts_python_whatever_its_path_is():
    import xlwings

    script = next(Path(xlwings.__file__).parent.glob("xlwings-*.applescript")).read_bytes()
    made = macros.mac_script(script).decode()
    assert 'set ShellCommand to quoted form of PythonInterpreter & " -P -B' in made
    with pytest.raises(macros.TemplateChanged):
        macros.mac_script(made.encode())


def test_no_licensed_part_is_named(addin):
    assert "xlwings.pro" not in "".join(modules(addin).values())
    for path in (Path(building.__file__).parent).rglob("*.py"):
        code = path.read_text(encoding="utf-8")
        assert not re.search(r"^\s*(import|from) xlwings\.pro", code, re.M), path


def test_sample_of_the_template_is_gone(addin):
    assert "RibbonMyAddin" not in modules(addin)
    assert "RunMain" not in "".join(modules(addin).values())
    with zipfile.ZipFile(BytesIO(addin.read_bytes())) as parts:
        assert b"myaddin" not in parts.read("xl/workbook.xml")
