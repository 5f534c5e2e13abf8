"""``python -m benchmarks.repairs`` counts what each second try did."""

import json
from pathlib import Path

import pytest

from benchmarks.repairs import StepCount, count, main
from teletipo.ports import Hop
from teletipo.translation.plan import Request, Task
from teletipo.translation.repair import STEPS
from tests.unit.test_translation import ScriptedPack

_ES, _EN = "El presidente dimitió el jueves.", "The president resigned on Thursday."


def test_a_step_counts_what_it_was_tried_for_and_what_it_mended() -> None:
    other, cut = "El presidente dimitió.", "The president"
    answers = {(_ES, False): _ES, (_ES, True): _EN, (other, False): cut, (other, True): other}
    requests = [Request(Task(text), (Hop("es", "en"),)) for text in (_ES, other)]
    before = dict(STEPS)
    found, counts = count(requests, ScriptedPack(answers), STEPS)
    assert [each.repair for each in found] == ["wider", ""]
    wider = counts["wider"]
    assert (wider.tried, wider.taken, wider.mended) == (2, 1, 1)
    assert counts["plain"] == StepCount(seconds=counts["plain"].seconds)
    assert before == STEPS


def test_the_command_counts_every_sentence(
    tiny_cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TELETIPO_CACHE_DIR", str(tiny_cache))
    options = ["--limit", "2", "--pairs", "es-en,en-zh-Hans"]
    assert main([*options, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["sentences"] == 4
    assert set(report["steps"]) == set(STEPS)
    assert main(options) == 0
    assert "4 sentences" in capsys.readouterr().out
    assert main(["--data", "no-such-folder"]) == 1
