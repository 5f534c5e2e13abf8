#!/bin/sh
# prepare_pack.sh PACK DIR [OPTION...]: build the pack, as in the image's /opt/pack.
# The options are passed to `python -m models build`, such as --accept-licence.
set -eu
pack=$1 target=$2
shift 2
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
mkdir -p "$(dirname "$target")"
"${PYTHON:-python3}" -m models build "$pack" --out "$target" "$@" >&2
rm -f "$(dirname "$target")/.$(basename "$target").lock"
