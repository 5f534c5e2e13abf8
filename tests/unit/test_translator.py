"""Second tries, pivots and findings, with a scripted runtime in the models' place."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from teletipo.article import Span
from teletipo.draft import Draft, DraftSentence
from teletipo.errors import TargetNotServed
from teletipo.ports import Hop, Hypothesis, ModelInfo, Quality
from teletipo.translator import translate

_ES = "El presidente negó este martes las acusaciones de la oposición."
_EN = "The president denied the opposition's accusations on Tuesday."
_ZH = "总统周二否认了反对派的指控。"


@dataclass
class ScriptedRuntime:
    """Answers by text and beam size, and keeps what it was asked."""

    answers: dict[tuple[str, int], str]
    asked: list[tuple[Hop, str, int]] = field(default_factory=list)

    def load(self) -> None: ...

    def translate(self, texts: Sequence[str], hop: Hop, *, beam_size: int) -> list[Hypothesis]:
        self.asked += [(hop, text, beam_size) for text in texts]
        return [Hypothesis(self.answers[text, beam_size], finished=True) for text in texts]


@dataclass
class ScriptedPack:
    runtime: ScriptedRuntime
    name: str = "scripted"
    version: str = "1"
    models: tuple[ModelInfo, ...] = ()
    sources: frozenset[str] = frozenset({"es"})

    def route(self, source: str, target: str) -> tuple[Hop, ...] | None:
        routes = {
            "en": (Hop("es", "en"),),
            "zh-Hans": (Hop("es", "en"), Hop("en", "zh-Hans")),
        }
        return routes.get(target)

    def quality(self, source: str, target: str) -> Quality | None:
        return Quality(40, 60, "test", draft=False) if target == "en" else None


def draft(*texts: str, headline: str | None = None) -> Draft:
    return Draft("es", headline, tuple(DraftSentence(text, (Span(0, 9),)) for text in texts))


def test_a_good_translation_keeps_its_evidence_and_has_no_finding() -> None:
    pack = ScriptedPack(ScriptedRuntime({(_ES, 1): _EN}))
    result = translate(draft(_ES), "en", pack, {})
    assert result.sentences == (DraftSentence(_EN, (Span(0, 9),)),)
    assert (result.translated, result.language, result.findings) == (True, "en", ())


def test_what_fails_greedily_is_decoded_again_with_a_beam() -> None:
    pack = ScriptedPack(ScriptedRuntime({(_ES, 1): _ES, (_ES, 4): _EN}))
    result = translate(draft(_ES), "en", pack, {})
    assert result.sentences[0].text == _EN
    assert result.findings == ()
    assert [beam for _, _, beam in pack.runtime.asked] == [1, 4]


def test_what_fails_twice_stands_as_in_the_article_with_an_error() -> None:
    pack = ScriptedPack(ScriptedRuntime({(_ES, 1): _ES, (_ES, 4): _ES}))
    result = translate(draft(_ES), "en", pack, {})
    assert result.sentences[0].text == _ES
    assert [(f.code, f.severity, f.sentence) for f in result.findings] == [
        ("source_echo", "error", 0)
    ]


def test_a_second_try_that_is_worse_is_not_taken() -> None:
    cut = "The president denied the opposition's"
    pack = ScriptedPack(ScriptedRuntime({(_ES, 1): cut, (_ES, 4): _ES}))
    result = translate(draft(_ES), "en", pack, {})
    assert result.sentences[0].text == cut
    assert [f.code for f in result.findings] == ["stopped_early"]


def test_a_pivot_goes_through_both_steps_and_shares_the_first() -> None:
    pack = ScriptedPack(ScriptedRuntime({(_ES, 1): _EN, (_EN, 1): _ZH}))
    memory: dict[tuple[Hop, str], object] = {}
    translate(draft(_ES), "en", pack, memory)  # type: ignore[arg-type]
    result = translate(draft(_ES), "zh-Hans", pack, memory)  # type: ignore[arg-type]
    assert result.sentences[0].text == _ZH
    assert [text for _, text, _ in pack.runtime.asked] == [_ES, _EN]


def test_a_fault_of_the_first_step_is_told_and_its_language_not_published() -> None:
    cut = "The president denied the opposition's"
    pack = ScriptedPack(ScriptedRuntime({(_ES, 1): cut, (_ES, 4): cut, (cut, 1): "总统否认指控"}))
    result = translate(draft(_ES), "zh-Hans", pack, {})
    assert result.sentences[0].text == "总统否认指控"
    assert [f.code for f in result.findings] == ["draft_quality", "stopped_early"]


def test_what_a_pivot_cannot_reach_stands_as_in_the_article() -> None:
    answers = {(_ES, 1): _EN, (_EN, 1): _EN, (_EN, 4): _EN}
    result = translate(draft(_ES), "zh-Hans", ScriptedPack(ScriptedRuntime(answers)), {})
    assert result.sentences[0].text == _ES
    assert [f.code for f in result.findings] == ["draft_quality", "source_echo"]


def test_an_unmeasured_pair_is_said_to_be_draft_quality() -> None:
    pack = ScriptedPack(ScriptedRuntime({(_ES, 1): _EN, (_EN, 1): _ZH}))
    (finding,) = translate(draft(_ES), "zh-Hans", pack, {}).findings
    assert (finding.code, finding.severity) == ("draft_quality", "warning")


def test_a_repeated_text_is_decoded_once() -> None:
    pack = ScriptedPack(ScriptedRuntime({(_ES, 1): _EN}))
    result = translate(draft(_ES, _ES, headline=_ES), "en", pack, {})
    assert result.headline == _EN
    assert len(pack.runtime.asked) == 1


def test_a_target_without_a_route_is_refused() -> None:
    with pytest.raises(TargetNotServed, match="German"):
        translate(draft(_ES), "de", ScriptedPack(ScriptedRuntime({})), {})
