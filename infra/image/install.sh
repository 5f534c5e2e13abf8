#!/bin/sh
# install.sh DIR: the function's dependencies and code, as they lie in the image's /var/task.
set -eu
target=$1
root=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$target"
"${PYTHON:-python3}" -m pip install --quiet --no-compile --target "$target" \
    --requirement "$root/infra/image/requirements.txt"
for package in handlers models teletipo; do
    cp -R "$root/$package" "$target/"
done
# What only builds a pack stays out of the image.
rm -rf "$target/models/build.py" "$target/models/converters" "$target/models/__main__.py" \
    "$target/teletipo/__main__.py"
find "$target" -name __pycache__ -type d -prune -exec rm -rf {} +
