"""prune.py DIR SERVICE...: remove what no function uses from dependencies installed in DIR.

Of botocore's data, the services named stay. The image's base has no ``find``, so this is Python.
"""

import shutil
import sys
from fnmatch import fnmatch
from pathlib import Path

_UNUSED = (
    "bin",
    # The parts of lxml besides its parsers.
    "lxml/objectify*", "lxml/html", "lxml/includes", "lxml/isoschematron",
    # Protocol buffers of Google's services.
    "google/api", "google/cloud", "google/logging", "google/longrunning", "google/type",
)  # fmt: skip


def main(target: Path, services: list[str]) -> None:
    """Remove it."""
    for pattern in _UNUSED:
        for path in target.glob(pattern):
            _remove(path)
    kept = {
        # Data of other AWS services; files beside the folders are shared.
        "botocore/data": ["*.json*", *services],
        "babel/locale-data": ["LICENSE*", "root.dat", "en.dat", "es.dat", "zh.dat", "zh_Hans.dat"],
        # Names of spans that only other libraries use.
        "opentelemetry/semconv/_incubating/attributes": ["otel_attributes*"],
        "opentelemetry/semconv/_incubating/metrics": ["otel_metrics*"],
    }
    for folder, names in kept.items():
        for path in (target / folder).iterdir():
            if not any(fnmatch(path.name, name) for name in names):
                _remove(path)
    for path in [*target.rglob("__pycache__")]:
        _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
