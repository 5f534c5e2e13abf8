"""The desk's libraries are the ones that are documented, with their licences."""

import hashlib
import re

from tests.conftest import ROOT

_VENDOR = ROOT / "handlers" / "desk" / "vendor"
_ROWS = re.findall(
    r"^\| `(.+?)` \| (\w+) .*\| `([0-9a-f]{64})` \|$",
    (_VENDOR / "README.md").read_text("utf-8"),
    re.MULTILINE,
)


def test_every_vendored_file_has_its_documented_checksum() -> None:
    found = {
        path.relative_to(_VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in _VENDOR.rglob("*.js")
    }
    assert found == {file: checksum for file, _, checksum in _ROWS}


def test_every_vendored_package_comes_with_its_licence() -> None:
    packages = {package for _, package, _ in _ROWS}
    assert packages == {path.parent.name for path in _VENDOR.rglob("LICENSE")}
