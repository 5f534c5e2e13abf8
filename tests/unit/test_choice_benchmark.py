"""``python -m benchmarks.choice`` compares ways to choose among hypotheses."""

from pathlib import Path

import pytest

from benchmarks.choice import WAYS, Candidate, main
from teletipo.findings import Finding, Severity
from teletipo.translation.select import Translation
from teletipo.verify.pair import SentencePair


@pytest.fixture(autouse=True)
def _tiny(tiny_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELETIPO_CACHE_DIR", str(tiny_cache))


def test_each_way_takes_another_candidate() -> None:
    error = Finding(
        code="number_added",
        severity=Severity.ERROR,
        language="en",
        sentence=None,
        message="A number.",
    )
    pairs = [SentencePair.of("Uno.", text, "es", "en") for text in ("One 1.", "One.", "A.", "Un.")]
    own = [
        Candidate(Translation(pairs[0], (error,)), 0.9, 10),
        Candidate(Translation(pairs[1]), 0.5, 20),
        Candidate(Translation(pairs[2]), 0.8, 30),
        Candidate(Translation(pairs[3]), 0.1, 40),
    ]
    chosen = {name: choose(own).text for name, choose in WAYS.items()}
    assert chosen == {
        "words rendered": "One 1.",
        "product": "One.",
        "confidence": "A.",
        "limit": "Un.",
    }


def test_the_command_says_that_a_pack_has_no_estimator(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--limit", "2", "--pairs", "es-en"]) == 1
    assert "estimator" in capsys.readouterr().err


def test_a_direction_without_lines_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--limit", "2", "--pairs", "es-fr"]) == 1
    assert "es-fr" in capsys.readouterr().err
