"""The version of the code that made a result: a hash of the domain's modules and data."""

import hashlib
from functools import cache
from pathlib import Path

_SUFFIXES = frozenset({".py", ".toml", ".gz"})


@cache
def code_version(package: Path = Path(__file__).parent) -> str:
    """Return the SHA-256, in hexadecimal, of a package's modules and data, names included.

    When an article arrives again, a result made by another version is made anew.
    """
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*")):
        if path.suffix in _SUFFIXES:
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"{path.relative_to(package).as_posix()} {content}\n".encode())
    return digest.hexdigest()
