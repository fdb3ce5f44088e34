@echo off
rem Starts Mien on Windows, and sets it up the first time. Arguments go to mien: run --help
rem Needs Python 3.11 to 3.14, through the py launcher or on PATH.
setlocal
set "HERE=%~dp0"
set "PYTHON=%HERE%.venv\Scripts\python.exe"
set "BASE="
set "CHECK=import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))"

rem Set up already, with these very pins?
fc /b "%HERE%requirements\app.txt" "%HERE%.venv\done-app" >nul 2>&1 && goto start

for %%P in ("py -3" "py -3.13" "py -3.12" "py -3.11" python) do (
    if not defined BASE %%~P -c "%CHECK%" >nul 2>&1 && set "BASE=%%~P"
)
if not defined BASE (
    echo mien: needs Python 3.11 to 3.14; install it from python.org or the Microsoft Store, then start again 1>&2
    exit /b 1
)
echo mien: making .venv
if exist "%HERE%.venv" rmdir /s /q "%HERE%.venv"
%BASE% -m venv "%HERE%.venv" || exit /b 1
set "PIP="%PYTHON%" -m pip --disable-pip-version-check --quiet install"
%PIP% --require-hashes -r "%HERE%requirements\setup.txt" || exit /b 1
echo mien: installing the Python packages (about 350 MB)
%PIP% --require-hashes --no-deps -r "%HERE%requirements\app.txt" -r "%HERE%requirements\mediapipe.txt" || exit /b 1
%PIP% --no-deps --no-build-isolation --editable "%HERE%." || exit /b 1
copy /y "%HERE%requirements\app.txt" "%HERE%.venv\done-app" >nul || exit /b 1

:start
"%HERE%.venv\Scripts\mien.exe" %*
exit /b %ERRORLEVEL%
