@echo off
setlocal
chcp 65001 >nul
title perfxl
cd /d "%~dp0"
set "PYTHON="
for %%P in ("py -3" "python" "python3") do if not defined PYTHON (
  %%~P -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>&1 && set "PYTHON=%%~P"
)
for /d %%D in ("%LOCALAPPDATA%\Programs\Python\Python3*") do if not defined PYTHON (
  "%%D\python.exe" -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>&1 && set PYTHON="%%D\python.exe"
)
if not defined PYTHON goto missing
%PYTHON% -I "%~dp0{archive}"
exit /b
:missing
{missing}
start "" https://www.python.org/downloads/
pause
exit /b 1
