"""``python -m benchmarks.samples`` prints lines by seed, with their licence."""

from pathlib import Path

import pytest

from benchmarks.quality import OWN_SENTENCES, chosen, read_lines
from benchmarks.samples import main

_DIRECTIONS = [("es", "en"), ("en", "zh-Hans")]


def test_lines_are_chosen_by_the_seed_alone() -> None:
    first = chosen(_DIRECTIONS, 970, 10, 1)
    assert first == chosen(_DIRECTIONS, 970, 10, 1) != chosen(_DIRECTIONS, 970, 10, 2)
    assert all(len(set(places)) == 10 and max(places) < 970 for places in first.values())
    assert chosen(_DIRECTIONS, 3, 10, 1) == {each: [0, 1, 2] for each in _DIRECTIONS}


def test_the_page_has_each_directions_lines_and_the_licence(
    tiny_cache: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TELETIPO_CACHE_DIR", str(tiny_cache))
    arguments = ["--data", str(OWN_SENTENCES), "--notice", "Ours, Apache-2.0.", "--samples", "1"]
    assert main(arguments) == 0
    page = capsys.readouterr().out
    assert "Ours, Apache-2.0." in page
    directions = [line for line in page.splitlines() if line.startswith("## ")]
    assert len(directions) == len(set(directions)) == 6
    lines = read_lines(OWN_SENTENCES, None)
    for (source, target), (place,) in chosen([("es", "en")], 8, 1, 1).items():
        assert f"- Line {place + 1}: {lines[source][place]}" in page
        assert f"  - Reference: {lines[target][place]}" in page
    assert main([*arguments, "--write", str(tmp_path / "page.md")]) == 0
    assert (tmp_path / "page.md").read_text("utf-8") == page
    with pytest.raises(SystemExit):
        main(arguments[:2])
    assert main(["--data", str(tmp_path), "--notice", "x"]) == 1
