#!/bin/sh
# install.sh DIR PACK_DIR: install the function's dependencies and code, as in the image's /var/task.
# With DOCUMENTS=true in the environment it reads Word documents and PDF files, too.
set -eu
target=$1 pack=$2
root=$(cd "$(dirname "$0")/../.." && pwd)
python=${PYTHON:-python3}
mkdir -p "$target"
"$python" -m pip install --quiet --no-compile --target "$target" \
    --requirement "$root/infra/image/requirements.txt"
if [ "${DOCUMENTS:-false}" = true ]; then
    "$python" -m pip install --quiet --no-compile --target "$target" \
        --requirement "$root/infra/image/requirements-documents.txt"
fi
if grep -rqs '"library": "tokenizers"' "$pack"; then
    # Without its dependencies: they are only for downloading.
    "$python" -m pip install --quiet --no-compile --no-deps --target "$target" \
        "$(grep '^tokenizers==' "$root/infra/image/requirements-hub.txt")"
fi
for package in handlers models teletipo; do
    cp -R "$root/$package" "$target/"
done

# Remove unused files: pack building, commands, type stubs, ...
rm -rf "$target/models/build.py" "$target/models/hub.py" "$target/models/converters" "$target/models/adapters" \
    "$target/models/adapter.py" \
    "$target/models/training" "$target/models/licences" "$target/models/__main__.py" \
    "$target/models/runtimes/transformers.py"
# ... CTranslate2's converters, ...
rm -rf "$target"/numpy* "$target"/yaml "$target"/_yaml "$target"/pyyaml* \
    "$target/ctranslate2/converters" "$target/ctranslate2/specs"
# ... and parts of other dependencies.
"$python" "$root/infra/image/prune.py" "$target" s3 lambda sqs
# Lambda's file system is read-only: without bytecode, every cold start would compile the sources.
"$python" -m compileall -q --invalidation-mode unchecked-hash "$target"
