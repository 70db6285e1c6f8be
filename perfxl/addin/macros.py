"""The VBA of the add-in: our callbacks, one line each, and xlwings' own module made safe for files that come from outside."""

from perfxl.addin.ribbon import BUTTONS, GROUPS, MODULE, TAB
from perfxl.texts import LANGUAGES, area

PROJECT = "perfxl"  # the name of the configuration file that the add-in reads

_HEAD = f'''Attribute VB_Name = "{MODULE}"
Option Explicit

' The callbacks of the ribbon tab. What they do stands in Python: perfxl.addin.buttons.

Private Function Tongue() As String
    Dim ui As Long
    On Error Resume Next
    ui = Application.LanguageSettings.LanguageID(2)
    Tongue = IIf(ui = 0 Or (ui And 1023) = 16, "it", "en")
End Function

Private Sub Press(ByVal stage As String)
    If ActiveWorkbook Is Nothing Then Workbooks.Add
    If ActiveWorkbook.Name Like "*[$`|\\]*" Or InStr(ActiveWorkbook.Name, Chr(34)) > 0 Then
        MsgBox Word("refused_name"), 48, "perfxl"
        Exit Sub
    End If
    RunPython "from perfxl.addin.buttons import press; press('" & stage & "', '" & Tongue() & "')"
End Sub
'''

_CALLBACKS = '''
Sub RibbonLabel(control As IRibbonControl, ByRef returnedVal)
    returnedVal = Word(control.ID & "_label")
End Sub

Sub RibbonScreentip(control As IRibbonControl, ByRef returnedVal)
    returnedVal = Word(control.ID & "_label")
End Sub

Sub RibbonSupertip(control As IRibbonControl, ByRef returnedVal)
    returnedVal = Word(control.ID & "_tip")
End Sub
'''

#: What is changed in xlwings' module, with how often it must be found. As it comes, that module takes settings, among
#: them which program to start as Python, from a sheet of the active workbook and from a file beside it, puts that
#: folder on Python's path, and looks for code in sheets, which the licensed part would run. The active workbook may be one
#: that a sector sent.
_EDITS = (
    ('PROJECT_NAME As String = "myaddin"', f'PROJECT_NAME As String = "{PROJECT}"', 1),
    ('If SheetExists(ActiveWorkbook, PROJECT_NAME & ".conf") = True Then', "If False Then", 1),
    ("If FileExists(GetDirectoryConfigFilePath()) = True Then", "If False Then", 1),
    ("uses_embedded_code = True\n", "uses_embedded_code = False\n", 1),
    ("\"import xlwings.pro;xlwings.pro.runpython_embedded_code('\" & SourcePythonCommand & \"')\"", "SourcePythonCommand", 1),
    ('GetConfig("ADD_WORKBOOK_TO_PYTHONPATH", "true")', '"false"', 2),
    (' -B -c ""import ', ' -P -B -c ""import ', 2),
    ('";" & ActiveFullName & ";" & ThisFullName & ";"', '";;;"', 2),
)
#: How xlwings' script for the Mac starts Python.
_STARTED = b" -B -u -W ignore -c "


class TemplateChanged(Exception):
    """The xlwings that is installed is not as this version of perfxl knows it; the message says which words are missing."""


def performance_module() -> str:
    """The VBA source of our module, with the words of the ribbon in both languages."""
    subs = "".join(f'\nSub {b.macro}(control As IRibbonControl)\n    Press "{b.stage}"\nEnd Sub\n' for b in BUTTONS)
    return (_HEAD + subs + _CALLBACKS + _words()).replace("\n", "\r\n")


def _words() -> str:
    """The function ``Word(key)``: one case a word and language."""
    texts = area("addin")
    keys = {f"{TAB}_label": "tab", "refused_name": "refused_name"}
    keys |= {f"perfxl_group_{name}_label": f"group_{name}" for name, _ in GROUPS}
    for button in BUTTONS:
        keys |= {f"{button.id}_label": f"button_{button.stage}", f"{button.id}_tip": f"tip_{button.stage}"}
    cases = "".join(f'        Case "{language}_{key}": Word = {_literal(texts[text][language])}\n'
                    for key, text in keys.items() for language in LANGUAGES)
    return ('\nPrivate Function Word(ByVal key As String) As String\n    Select Case Tongue() & "_" & key\n'
            f"{cases}    End Select\nEnd Function\n")


def _literal(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def xlwings_module(source: str) -> str:
    """xlwings' module as the add-in has it; raises ``TemplateChanged`` when it is not the module known here."""
    source = source.replace("\r\n", "\n")
    for found, put, times in _EDITS:
        if source.count(found) != times:
            raise TemplateChanged(found.strip())
        source = source.replace(found, put)
    return source.replace("\n", "\r\n")


def mac_script(source: bytes) -> bytes:
    """xlwings' script that starts Python on a Mac, as the add-in needs it: the current folder is no place of modules.

    Raises ``TemplateChanged`` when it is not the script known here.
    """
    if source.count(_STARTED) != 1:
        raise TemplateChanged(_STARTED.decode().strip())
    return source.replace(_STARTED, b" -P" + _STARTED)
