#!/bin/sh
# prepare_pack.sh PACK DIR: the prepared pack, as it lies in the image's /opt/pack.
set -eu
pack=$1 target=$2
root=$(cd "$(dirname "$0")/../.." && pwd)
cache=$(mktemp -d)
trap 'rm -rf "$cache"' EXIT
cd "$root"
prepared=$("${PYTHON:-python3}" -m models build "$pack" --out "$cache")
mkdir -p "$(dirname "$target")"
mv "$prepared" "$target"
