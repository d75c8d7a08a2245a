#!/bin/sh
# Installs what running needs, where it is missing: PostgreSQL and PgBouncer from Debian, cargo-nextest. With `test`, also what only the
# tests need: Python, promtool and libfaketime from Debian, and schemathesis in .local. With `observability`, only what
# `make observability-check` needs.
set -eu
tests=""
[ "${1-}" != test ] || tests=yes

missing=""
if [ "${1-}" = observability ]; then
    command -v python3 >/dev/null || missing="$missing python3"
else
    ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || command -v postgres >/dev/null || missing="$missing postgresql"
    command -v pgbouncer >/dev/null || [ -x /usr/sbin/pgbouncer ] || missing="$missing pgbouncer"
    [ -z "$tests" ] || python3 -c 'import ensurepip, venv' >/dev/null 2>&1 || missing="$missing python3-venv"
    [ -z "$tests" ] || ls /usr/lib/*/faketime/libfaketime.so.1 >/dev/null 2>&1 || missing="$missing libfaketime"
    command -v cc >/dev/null || missing="$missing gcc libc6-dev"
fi
[ "${1-}" != observability ] && [ -z "$tests" ] || command -v promtool >/dev/null || missing="$missing prometheus"

if [ -n "$missing" ]; then
    if ! command -v apt-get >/dev/null; then
        echo "missing:$missing. Install them with your system's package manager." >&2
        exit 1
    fi
    sudo=""
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || { echo "missing:$missing. Install them as root." >&2; exit 1; }
        sudo="sudo"
    fi
    $sudo apt-get update -qq

    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
fi

[ "${1-}" != observability ] || exit 0

command -v cargo-nextest >/dev/null || cargo install --quiet --locked cargo-nextest

# Tries the HTTP interface against its own description.
schemathesis=4.32.5
if [ -n "$tests" ] && ! grep -qsx "$schemathesis" .local/schemathesis/version; then
    rm -rf .local/schemathesis
    python3 -m venv .local/schemathesis
    .local/schemathesis/bin/pip install --quiet --disable-pip-version-check "schemathesis==$schemathesis"
    echo "$schemathesis" > .local/schemathesis/version
fi
