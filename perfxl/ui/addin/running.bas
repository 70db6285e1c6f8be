
Public Function RunPython(PythonCommand As String)
    ' Runs Python code in the interpreter of the settings; the workbook that is active is the one it works on.
    Dim PYTHONPATH As String
    #If Mac Then
        PYTHONPATH = "false;;;" & GetConfig("ONEDRIVE_CONSUMER_MAC") & ";" & GetConfig("ONEDRIVE_COMMERCIAL_MAC") & ";" & _
            GetConfig("SHAREPOINT_MAC") & ";" & GetConfig("PYTHONPATH")
        Application.StatusBar = "perfxl..."
        ExecuteMac PythonCommand, GetConfig("INTERPRETER_MAC"), PYTHONPATH
    #Else
        PYTHONPATH = "false;;;" & GetConfig("ONEDRIVE_CONSUMER_WIN") & ";" & GetConfig("ONEDRIVE_COMMERCIAL_WIN") & ";" & _
            GetConfig("SHAREPOINT_WIN") & ";" & GetConfig("PYTHONPATH")
        RunPython = ExecuteWindows(PythonCommand, GetConfig("INTERPRETER_WIN"), PYTHONPATH)
    #End If
End Function

Function GetConfig(configKey As String) As String
    ' One of the settings; "" where there is none. They stand in one file of the user's own.
    Dim configValue As String
    If FileExists(GetConfigFilePath()) = True Then
        If GetConfigFromFile(GetConfigFilePath(), configKey, configValue) Then GetConfig = ExpandEnvironmentStrings(configValue)
    End If
End Function

Function ExecuteWindows(PythonCommand As String, PYTHON_WIN As String, ByVal PYTHONPATH As String) As Integer
    ' Changes to the folder of the interpreter, where its libraries are found, runs it without a window, and waits.
    Dim DriveCommand As String, LOG_FILE As String, ExitCode As Long
    If Not FileExists(PYTHON_WIN) Then
        MsgBox Word("no_interpreter"), 48, "perfxl"
        ExecuteWindows = -1
        Exit Function
    End If
    LOG_FILE = Environ("Temp") & "\xlwings-" & CreateGUID() & ".log"
    If Left$(PYTHON_WIN, 2) = "\\" Then
        DriveCommand = "pushd """ & ParentFolder(PYTHON_WIN) & """ & "
    Else
        DriveCommand = Left$(PYTHON_WIN, 2) & " & cd """ & ParentFolder(PYTHON_WIN) & """ & "
    End If
    PYTHONPATH = Replace(Replace(PYTHONPATH, "&", "^&"), "\", "\\")
    ExitCode = WScript.Run("cmd.exe /C " & DriveCommand & """" & PYTHON_WIN & """" & _
        " -P -B -c ""import xlwings.utils;xlwings.utils.prepare_sys_path(\""" & PYTHONPATH & "\""); " & PythonCommand & """ " & _
        " --wb=" & """" & ActiveWorkbook.Name & """ --from_xl=1" & " --app=" & Chr(34) & _
        Application.Path & "\" & Application.Name & Chr(34) & " --hwnd=" & Chr(34) & Application.Hwnd & Chr(34) & _
        " 2> """ & LOG_FILE & """ ", 0, True)
    If ExitCode <> 0 Then
        ShowError LOG_FILE
        ExecuteWindows = -1
    End If
    On Error Resume Next
        Kill LOG_FILE
    On Error GoTo 0
End Function

Sub ShowError(FileName As String)
    ' Shows what went wrong, as it was written to a file.
    MsgBox ReadFile(FileName), 48, "perfxl"
End Sub
