#!/bin/sh
# Make .venv and install the locked packages: scripts/venv.sh app | test
# A second run only compares the hash of the lock files with the one that was installed.
set -eu
cd "$(dirname "$0")/.."

case "${1:?app or test}" in
app) locks="requirements/app.txt" ;;
test) locks="requirements/app.txt requirements/test.txt" ;;
*) echo "scripts/venv.sh: app or test, not '$1'." >&2 && exit 2 ;;
esac

# The path is part of the stamp: a virtual environment does not survive being moved.
stamp=".venv/installed-$1"
# shellcheck disable=SC2086
wanted="$(pwd) $(cat $locks | sha256sum)"
if [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then exit 0; fi

# Two terminals may start together; the second waits and then finds the work done.
if [ -z "${KINDRED_VENV_LOCKED:-}" ] && command -v flock >/dev/null; then
    mkdir -p .cache
    KINDRED_VENV_LOCKED=1 exec flock .cache/venv.lock sh scripts/venv.sh "$1"
fi

if ! { [ -x .venv/bin/python ] && .venv/bin/python -m pip --version; } >/dev/null 2>&1 \
    || ! grep -qF "$(pwd)/.venv" .venv/bin/pip; then
    for python in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11; do
        "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break
        python=
    done
    [ -n "$python" ] || { echo "Kindred needs Python 3.11 or newer; set PYTHON to one." >&2 && exit 1; }
    "$python" -c 'import ensurepip, venv' 2>/dev/null \
        || { echo "$python has no venv module; on Debian: apt install python3-venv." >&2 && exit 1; }
    echo "Making the virtual environment with $("$python" --version)."
    rm -rf .venv
    "$python" -m venv .venv
fi

echo "Installing the packages of $locks."
# shellcheck disable=SC2086
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
    $(printf -- '-r %s ' $locks)
printf '%s\n' "$wanted" >"$stamp"
