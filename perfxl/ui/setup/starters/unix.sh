#!/bin/sh
cd "$(dirname "$0")" || exit 1
[ -f "{archive}" ] || {
{alone}
    read -r _
    exit 1
}
works() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
for python in python3 python3.14 python3.13 python3.12 python3.11 /opt/homebrew/bin/python3 /usr/local/bin/python3 \
    /Library/Frameworks/Python.framework/Versions/Current/bin/python3; do
    # on a Mac without developer tools, /usr/bin/python3 is no Python but a question
    [ "$(command -v "$python")" = /usr/bin/python3 ] && [ "$(uname)" = Darwin ] && ! xcode-select -p >/dev/null 2>&1 && continue
    works "$python" && exec "$python" -I "{archive}"
done
{missing}
for opener in open xdg-open; do
    command -v "$opener" >/dev/null && "$opener" https://www.python.org/downloads/ >/dev/null 2>&1 && break
done
read -r _
exit 1
