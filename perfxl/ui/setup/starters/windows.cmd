@echo off
setlocal
chcp 65001 >nul
title perfxl
cd /d "%~dp0"
if not exist "%~dp0{archive}" goto alone
set "PYTHON="
for %%P in ("py -3" "python" "python3") do call :try %%~P
for /d %%D in ("%LOCALAPPDATA%\Programs\Python\Python3*") do call :try "%%D\python.exe"
if not defined PYTHON goto missing
call %PYTHON% -I "%~dp0{archive}"
exit /b
:try
if defined PYTHON exit /b
call %* -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>&1
if %errorlevel%==0 set PYTHON=%*
exit /b
:alone
{alone}
pause
exit /b 1
:missing
{missing}
start "" https://www.python.org/downloads/
pause
exit /b 1
