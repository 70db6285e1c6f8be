"""The VBA of the add-in: our callbacks, one line each, and xlwings' own module made safe for files that come from outside."""

import re
from pathlib import Path

from perfxl.model.texts import LANGUAGES, area
from perfxl.ui.addin.ribbon import BUTTONS, GROUPS, MODULE, TAB

PROJECT = "perfxl"  # the name of the configuration file that the add-in reads

_HEAD = f'''Attribute VB_Name = "{MODULE}"
Option Explicit

' The callbacks of the ribbon tab. What they do stands in Python: perfxl.ui.addin.buttons.

Private Function Tongue() As String
    Dim ui As Long
    On Error Resume Next
    ui = Application.LanguageSettings.LanguageID(2)
    If ui = 0 Then ui = IIf(Application.International(1) = 39, 16, 9) ' Excel for Mac says the country of its words alone
    Tongue = IIf(ui = 0 Or (ui And 1023) = 16, "it", "en")
End Function

Private Function OnlyProtected() As Boolean
    ' Whether all that is open is in Protected View, where no button can work.
    Dim excel As Object
    On Error Resume Next
    Set excel = Application
    OnlyProtected = excel.ProtectedViewWindows.Count > 0
End Function

Private Sub Press(ByVal stage As String)
    If ActiveWorkbook Is Nothing Then
        If OnlyProtected() Then
            MsgBox Word("protected_view"), 48, "perfxl"
            Exit Sub
        End If
        Workbooks.Add
    End If
    If ActiveWorkbook.Name Like "*[$`|\\]*" Or InStr(ActiveWorkbook.Name, Chr(34)) > 0 Then
        MsgBox Word("refused_name"), 48, "perfxl"
        Exit Sub
    End If
    RunPython "from perfxl.ui.addin.buttons import press; press('" & stage & "', '" & Tongue() & "')"
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

#: What is taken from xlwings' module, procedure by procedure. The rest of it is never needed here, and much of it is what keeps an
#: add-in from being trusted: declarations of Windows' own functions, a library that is loaded, macros that write macros, programs
#: started by any name. As it comes, it also takes settings, among them which program to start as Python, from a sheet of the active
#: workbook and from a file beside it, and looks for code in sheets; the active workbook may be one that a sector sent.
_KEPT = ("ExecuteMac", "CleanUp", "GetConfigFilePath", "GetConfigFromFile", "WScript", "FileExists", "FileExistsOnWindows", "FileOrFolderExistsOnMac",
         "ParentFolder", "KillFileOnMac", "ToMacPath", "GetMacDir", "ToPosixPath", "ExpandEnvironmentStrings", "ReadFile", "CreateGUID")
#: What is changed in it, with how often it must be found.
_EDITS = (
    ("\"To enable RunPython, please run 'xlwings runpython install' in a terminal once and try again.\", vbCritical", 'Word("no_script"), 48, "perfxl"', 1),
    ("Private Sub CleanUp()", "Sub CleanUp()", 1),
    (", CondaCmd As String, CondaPath As String, CondaEnv As String", "", 1),
)
#: What stands in the place of xlwings' own: settings from one file, one way to start Python, errors in one box.
_OWN = Path(__file__).with_name("running.bas")
_VERSION = re.compile(r"^Public Const XLWINGS_VERSION As String = \".*\"\n", re.MULTILINE)

#: How xlwings' script for the Mac starts Python: by a path that a shell would take apart at a space.
_STARTED, _QUOTED = b'PythonInterpreter & " -B -u -W ignore -c ', b'quoted form of PythonInterpreter & " -P -B -u -W ignore -c '


class TemplateChanged(Exception):
    """The xlwings that is installed is not as this version of perfxl knows it; the message says which words are missing."""


def performance_module() -> str:
    """The VBA source of our module, with the words of the ribbon in both languages."""
    subs = "".join(f'\nSub {b.macro}(control As IRibbonControl)\n    Press "{b.stage}"\nEnd Sub\n' for b in BUTTONS)
    return (_HEAD + subs + _CALLBACKS + _words()).replace("\n", "\r\n")


def _words() -> str:
    """The function ``Word(key)``: one case a word and language."""
    texts = area("addin")
    keys = {f"{TAB}_label": "tab", **{key: key for key in ("refused_name", "protected_view", "no_interpreter", "no_script")}}
    keys |= {f"perfxl_group_{name}_label": f"group_{name}" for name, _ in GROUPS}
    for button in BUTTONS:
        keys |= {f"{button.id}_label": f"button_{button.stage}", f"{button.id}_tip": f"tip_{button.stage}"}
    cases = "".join(f'        Case "{language}_{key}": Word = {_literal(texts[text][language])}\n'
                    for key, text in keys.items() for language in LANGUAGES)
    return ('\nFunction Word(ByVal key As String) As String\n    Select Case Tongue() & "_" & key\n'
            f"{cases}    End Select\nEnd Function\n")


def _literal(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def xlwings_module(source: str) -> str:
    """What the add-in has of xlwings' module, under its licence; raises ``TemplateChanged`` when it is not the module known here."""
    source = source.replace("\r\n", "\n")
    licence, _, _ = source.partition("'Attribute VB_Name = \"Main\"")
    version = _VERSION.search(source)
    if not version or "'Redistribution and use in source" not in licence:
        raise TemplateChanged("XLWINGS_VERSION")
    head = f'{licence}\nOption Explicit\n\n{version[0]}Public Const PROJECT_NAME As String = "{PROJECT}"\n'
    made = "\n".join([head, _OWN.read_text(encoding="ascii"), *(_procedure(source, name) for name in _KEPT)])
    for old, put, times in _EDITS:
        if made.count(old) != times:
            raise TemplateChanged(old.strip())
        made = made.replace(old, put)
    return made.replace("\n", "\r\n")


def _procedure(source: str, name: str) -> str:
    """One procedure of a module, from its first line to its last."""
    procedures = re.findall(rf"^(?:Public |Private )?(Function|Sub) {name}\(.*?^End \1\n", source, re.MULTILINE | re.DOTALL)
    whole = re.search(rf"^(?:Public |Private )?(Function|Sub) {name}\(.*?^End \1\n", source, re.MULTILINE | re.DOTALL)
    if len(procedures) != 1 or whole is None:
        raise TemplateChanged(name)
    return whole[0]


def mac_script(source: bytes) -> bytes:
    """xlwings' script that starts Python on a Mac, as the add-in needs it: whatever its path is, and the current folder is no place of
    modules. Raises ``TemplateChanged`` when it is not the script known here.
    """
    if source.count(_STARTED) != 1:
        raise TemplateChanged(_STARTED.decode().strip())
    return source.replace(_STARTED, _QUOTED)
