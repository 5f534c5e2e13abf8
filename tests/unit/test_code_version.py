"""The version of the code that made a result."""

import shutil
from pathlib import Path

import teletipo
from teletipo.code_version import code_version

_PACKAGE = Path(teletipo.__file__).parent


def test_every_change_of_code_or_data_is_another_version(tmp_path: Path) -> None:
    copy = tmp_path / "teletipo"
    shutil.copytree(_PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    versions = {code_version(copy)}
    assert versions == {code_version()}
    for name in ("summarizer.py", "typography.py", "verify/data/names.toml", "places.toml"):
        changed = tmp_path / name.replace("/", "-")
        shutil.copytree(copy, changed)
        with (changed / name).open("ab") as file:
            file.write(b"#")
        versions.add(code_version(changed))
    assert len(versions) == 5
