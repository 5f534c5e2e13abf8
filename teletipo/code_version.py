"""Which code made a result: a hash of the domain's modules and data."""

import hashlib
from functools import cache
from pathlib import Path

_SUFFIXES = frozenset({".py", ".toml", ".gz"})


@cache
def code_version(package: Path = Path(__file__).parent) -> str:
    """The sha-256, in hexadecimal, of a package's modules, data and their names.

    A result of another version is made again when its article comes again.
    """
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*")):
        if path.suffix in _SUFFIXES:
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"{path.relative_to(package).as_posix()} {content}\n".encode())
    return digest.hexdigest()
