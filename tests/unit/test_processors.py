"""int8 is computed only where its sums fit."""

from pathlib import Path

import pytest

from models.runtimes import ctranslate2 as runtime


@pytest.mark.parametrize(
    ("machine", "flags", "computed"),
    [
        ("x86_64", "fpu avx avx2 fma", "float32"),
        ("x86_64", "fpu avx2 avx_vnni", "int8"),
        ("x86_64", "fpu avx2 avx512f avx512_vnni", "int8"),
        ("x86_64", "fpu avx2 avx512f", "float32"),
        ("aarch64", "fp asimd", "int8"),
    ],
)
def test_int8_is_computed_where_its_sums_do_not_overflow(
    machine: str,
    flags: str,
    computed: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    info = tmp_path / "cpuinfo"
    info.write_text(f"processor\t: 0\nflags\t\t: {flags}\nmodel name\t: X with vnni\n")
    monkeypatch.setattr(runtime, "CPU_INFO", info)
    monkeypatch.setattr("platform.machine", lambda: machine)
    assert runtime.computable("int8") == computed
    assert ("no VNNI" in caplog.text) == (computed == "float32")
    assert runtime.computable("float32") == "float32"
