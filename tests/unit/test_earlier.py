"""What a new summary keeps of the one that it supersedes."""

from collections.abc import Sequence
from typing import Any

import pytest

from benchmarks.fastpack import FastPack
from teletipo.article import Source
from teletipo.disclosure import disclose
from teletipo.earlier import Earlier
from teletipo.edited import edited
from teletipo.exports import to_ninjs
from teletipo.formats.writers import WRITERS, edition, to_text
from teletipo.notice import changes
from teletipo.options import SummaryOptions
from teletipo.pipeline import Request, summarize_articles
from teletipo.ports import Hop, Hypothesis
from teletipo.review import Correction, Review
from teletipo.summary import Decision, Summary
from tests.newsroom import BODY, item
from tests.reviews import NOW

_OTHER = "The ministry opened 12 shelters in the capital and keeps them open at night."
_OPTIONS = SummaryOptions(targets=("en", "es", "zh-Hans"))


class _Counting(FastPack):
    """Counts the texts that it translates; its name makes its words its own."""

    texts: list[str]

    def translate_each(
        self, asked: Sequence[tuple[str, Hop]], *, wider: bool = False
    ) -> list[Hypothesis]:
        self.texts += [text for text, _ in asked]
        return [Hypothesis(f"({self.version}) {text}", finished=True) for text, _ in asked]


def _pack(version: str = "1") -> _Counting:
    pack = _Counting(version=version)
    object.__setattr__(pack, "texts", [])
    return pack


def _summarize(
    text: str,
    earlier: Earlier | None = None,
    pack: FastPack | None = None,
    options: SummaryOptions = _OPTIONS,
    **fields: Any,
) -> Summary:
    request = Request(
        item(text=text, **fields), Source("articles/a", "2"), arrive=lambda copy, sha256: earlier
    )
    (found,) = summarize_articles([request], pack or _pack(), options)
    assert isinstance(found, Summary), found
    return found


def _review(**corrections: Correction) -> Review:
    return Review(
        decision="corrected", corrections=corrections, languages=tuple(corrections),
        reviewed_at="2026-03-14T12:00:00Z", reviewed_by="ana", version_id="1", summary_etag="1",
    )  # fmt: skip


def _decision(decision: Decision) -> Review:
    return Review(
        decision=decision, languages=("es",), reviewed_at="2026-03-14T12:00:00Z",
        reviewed_by="ana", version_id="1", summary_etag="1",
    )  # fmt: skip


@pytest.fixture
def first() -> Summary:
    return _summarize("\n\n".join(BODY[:3]))


def test_unchanged_sentences_keep_their_words_and_only_new_ones_are_translated(
    first: Summary,
) -> None:
    pack = _pack()
    second = _summarize("\n\n".join((BODY[0], _OTHER)), Earlier(first), pack)
    # Parts of it are translated again if it fails its checks.
    assert all(text in _OTHER for text in pack.texts)
    assert _OTHER in pack.texts
    for language in ("en", "es", "zh-Hans"):
        words = second.summaries[language]
        assert [each.kept for each in words.sentences] == ["machine", None]
        assert words.sentences[0].text == first.summaries[language].sentences[0].text
        assert words.headline_kept == "machine"
    assert second.supersedes is not None
    assert second.supersedes.sha256 == first.article.sha256
    told = changes(second)
    assert told["change"] == "update"
    assert (told["changed"]["es"].headline, told["changed"]["es"].sentences) == (False, (1,))


def test_findings_move_with_their_sentence(first: Summary) -> None:
    text = "\n\n".join((_OTHER, *BODY[:3]))
    second = _summarize(text, Earlier(first))
    for finding in second.findings:
        if finding.sentence is not None:
            sentence = second.summaries[finding.language].sentences[finding.sentence]
            for span in finding.source_spans:
                (place,) = sentence.evidence
                assert place.start <= span.start <= span.end <= place.end
    fresh = {(e.code, e.language, e.sentence) for e in _summarize(text).findings}
    assert {(e.code, e.language, e.sentence) for e in second.findings} == fresh


@pytest.mark.parametrize("added", [_OTHER, "More follows"])
@pytest.mark.parametrize("at_start", [True, False])
def test_findings_on_the_articles_own_sentences_are_those_of_the_new_draft(
    added: str, at_start: bool
) -> None:
    texts = ["Heavy rain fell in the north of the country on Monday, the office said."] * 2
    texts.append("She said that it had ruined the harvest of many farmers in the valley.")
    earlier = _summarize("\n\n".join(texts))
    assert "unresolved_reference" in {each.code for each in earlier.findings}
    text = "\n\n".join([added, *texts] if at_start else [*texts, added])
    updated, fresh = _summarize(text, Earlier(earlier)), _summarize(text)
    assert [e for e in updated.findings if e.language == "en"] == [
        e for e in fresh.findings if e.language == "en"
    ]


def test_what_is_said_of_the_whole_is_said_once_in_every_version(first: Summary) -> None:
    article = "\n\n".join((*BODY[:3], _OTHER))
    versions = [first]
    for _ in range(3):
        versions.append(_summarize(article, Earlier(versions[-1]), language="und"))
    notes = [[e for e in each.findings if e.code.endswith("_ignored")] for each in versions[1:]]
    assert notes[0]
    assert notes[0] == notes[1] == notes[2]


def test_kept_words_are_judged_by_the_least_confidence_of_today(first: Summary) -> None:
    def scored(confidence: float) -> Earlier:
        document = first.model_dump()
        for each in document["summaries"]["es"]["sentences"]:
            each["confidence"] = confidence
        return Earlier(Summary.model_validate(document))

    def doubts(earlier: Earlier, **options: Any) -> tuple[set[int | None], set[float | None]]:
        chosen = SummaryOptions(targets=("es",), **options)
        found = _summarize("\n\n".join((*BODY[:3], _OTHER)), earlier, options=chosen)
        words = [each for each in found.summaries["es"].sentences if each.kept]
        assert words
        return (
            {e.sentence for e in found.findings if (e.code, e.language) == ("doubtful", "es")},
            {each.confidence for each in words},
        )

    assert doubts(scored(0.45), min_confidence=0.4) == (set(), {0.45})
    found, confidences = doubts(scored(0.45), min_confidence=0.6)
    assert found
    assert confidences == {0.45}
    assert doubts(scored(0.45), min_confidence=0.6, score=False) == (set(), {None})


def test_an_editors_corrections_are_kept_to_the_letter_and_disclosed(first: Summary) -> None:
    count = len(first.summaries["es"].sentences)
    sentences = ("Frase de la editora.", *[""] * (count - 1))
    review = _review(es=Correction(headline="Titular de la editora", sentences=sentences))
    # Other models would write other words; an editor's stay.
    second = _summarize(
        "\n\n".join((*BODY[:3], _OTHER)), Earlier(first, (review,)), _pack(version="2")
    )
    words = second.summaries["es"]
    assert (words.headline, words.headline_kept) == ("Titular de la editora", "editor")
    assert (words.sentences[0].text, words.sentences[0].kept) == ("Frase de la editora.", "editor")
    texts = [each.text for each in words.sentences]
    assert not any(BODY[1] in text or BODY[2] in text for text in texts)
    assert second.summaries["zh-Hans"].sentences[0].kept is None
    # What was left out stays out, and what was corrected is disclosed as such.
    third = _summarize("\n\n".join((*BODY[:3], _OTHER, BODY[3])), Earlier(second))
    assert not any(BODY[1] in each.text for each in third.summaries["es"].sentences)
    approval = _decision("approved")
    source = disclose(edited(third, (approval,)), "es").source_type
    assert source.endswith("/compositeWithTrainedAlgorithmicMedia")


def test_a_text_written_for_the_whole_is_kept_while_all_its_sentences_are(first: Summary) -> None:
    review = _review(es=Correction(text="Todo en una frase."))
    same = _summarize("\n\n".join((*BODY[:3], "")), Earlier(first, (review,)), slugline="x")
    assert same.summaries["es"].text == "Todo en una frase."
    other = _summarize("\n\n".join((BODY[0], _OTHER)), Earlier(first, (review,)))
    assert "Todo" not in other.summaries["es"].text


def test_what_was_sent_back_and_other_models_words_are_not_kept(first: Summary) -> None:
    sent_back = _decision("sent_back")
    second = _summarize("\n\n".join((*BODY[:3], _OTHER)), Earlier(first, (sent_back,)))
    assert {each.kept for each in second.summaries["es"].sentences} == {None}
    assert "machine" in {each.kept for each in second.summaries["zh-Hans"].sentences}
    third = _summarize("\n\n".join((*BODY[:3], _OTHER)), Earlier(first), _pack(version="2"))
    assert {each.kept for each in third.summaries["zh-Hans"].sentences} == {None}


def test_a_correction_has_its_line_in_every_language_and_export(first: Summary) -> None:
    dated = first.article.model_copy(update={"date": "2026-03-14T10:30:00+01:00"})
    earlier = Earlier(Summary.model_validate_json(
        first.model_copy(update={"article": dated}).model_dump_json()))  # fmt: skip
    second = _summarize("\n\n".join(BODY[:4]), earlier, pubstatus="correct")
    lines = {
        "en": "Corrects the version of this story of 2026-03-14, 10:30.",
        "es": "Corrige la versión de esta noticia del 2026-03-14, 10:30.",
        "zh-Hans": "更正：本稿更正2026-03-14 10:30发布的版本。",
    }
    assert {tag: each.correction for tag, each in second.summaries.items()} == lines
    assert changes(second)["change"] == "correction"
    for language, line in lines.items():
        assert line in to_text(second, "a", now=NOW)
        assert line in str(to_ninjs(second, "a", now=NOW))
        for _, write in WRITERS.values():
            assert line in write(edition(second, language, "a", now=NOW))
    assert _summarize("\n\n".join(BODY), pubstatus="correct").summaries["es"].correction == (
        "Corrige una versión anterior de esta noticia."
    )
    assert first.summaries["es"].correction is None
