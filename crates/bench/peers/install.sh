#!/bin/sh
# Installs the peers of the queue into a folder: install.sh FOLDER. They need Node 20 and Python 3.10 with venv.
set -eu
here="$(cd "$(dirname "$0")" && pwd)"
mkdir -p "$1"
cp "$here"/*.mjs "$here"/*.py "$here"/package.json "$here"/requirements.txt "$1"
cd "$1"
npm install --silent --no-audit --no-fund
[ -x venv/bin/python ] || python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check -r requirements.txt
