#!/bin/sh
# install.sh DIR [PLATFORM]: install the functions without models and their dependencies, for Lambda's
# Python. With DOCUMENTS=true in the environment they read Word documents and PDF files, too.
# PLATFORM is a wheel platform; the default is manylinux2014_aarch64 (Lambda on arm64).
set -eu
target=$1 platform=${2:-manylinux2014_aarch64}
root=$(cd "$(dirname "$0")/../.." && pwd)
python=${PYTHON:-python3} lambda_python=${LAMBDA_PYTHON:-3.13}
mkdir -p "$target"
"$python" -m pip install --quiet --no-compile --target "$target" --only-binary=:all: \
    --implementation cp --python-version "$lambda_python" \
    --platform "$platform" --platform "$(echo "$platform" | sed 's/2014/_2_28/')" \
    --requirement "$root/infra/zip/requirements.txt"
if [ "${DOCUMENTS:-false}" = true ]; then
    "$python" -m pip install --quiet --no-compile --target "$target" --only-binary=:all: \
        --implementation cp --python-version "$lambda_python" --platform "$platform" --no-deps \
        --requirement "$root/infra/image/requirements-documents.txt"
fi
mkdir -p "$target/handlers" "$target/models"
cp -R "$root/teletipo" "$target/"
cp -R "$root"/handlers/*.py "$root/handlers/api" "$root/handlers/desk" "$target/handlers/"
cp "$root/models/__init__.py" "$root/models/manifest.py" "$root/models/settings.py" "$root/models/ways.py" "$root/models/catalog.toml" "$target/models/"

# Remove unused files: the summarize function's modules, the checks, and parts of dependencies.
rm -rf "$target/handlers/summarize.py" "$target/handlers/terminology.py" "$target/teletipo/verify"
"$python" "$root/infra/image/prune.py" "$target" s3 dynamodb sqs events secretsmanager
# Lambda's file system is read-only: without bytecode, every cold start would compile the sources.
if [ "$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')" = "$lambda_python" ]; then
    "$python" -m compileall -q --invalidation-mode unchecked-hash "$target"
else
    echo "install.sh: not built with Python $lambda_python, so there is no bytecode: cold starts take longer." >&2
fi
