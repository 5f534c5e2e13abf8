"""Summaries in a model's words: windows, evidence, and what happens when the model fails."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from teletipo import abstractive
from teletipo.abstractive import AbstractionFailed
from teletipo.article import Article, Source, WireCopy
from teletipo.draft import Draft
from teletipo.options import SummaryOptions
from teletipo.pipeline import summarize_article
from teletipo.ports import Hypothesis
from teletipo.sentences import split_sentences
from teletipo.verify.checks.coverage import check_support
from teletipo.verify.pair import SentencePair
from tests.unit.test_translation import ScriptedPack

_STORY = [
    "The rail network cancelled forty trains on Monday because of the heat.",
    "Engineers measured tracks at fifty-eight degrees near the southern border.",
    "Passengers were offered buses and bottled water at every large station.",
    "The transport minister said that repairs would last until Thursday.",
]


def article(*sentences: str, language: str = "en") -> Article:
    body = " ".join(sentences)
    return Article(
        Source("a"), "0", language, WireCopy(body, headline="Heat"), split_sentences(body, language)
    )


def summarize(story: Article, model: "WordModel") -> Draft:
    (result,) = abstractive.summarize([story], model)
    if isinstance(result, AbstractionFailed):
        raise result
    return result


def first_sentence(text: str) -> Hypothesis:
    return Hypothesis(text.split(". ")[0].rstrip(".") + ".", finished=True)


@dataclass
class WordModel:
    """Counts words as tokens, and writes ``answer`` of a text."""

    window_tokens: int
    answer: Callable[[str], Hypothesis] = first_sentence
    calls: list[list[str]] = field(default_factory=list)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def summarize(self, texts: Sequence[str]) -> list[Hypothesis]:
        self.calls.append(list(texts))
        assert all(len(text.split()) <= self.window_tokens for text in texts)
        return [self.answer(text) for text in texts]


def test_a_short_article_is_one_window_and_its_sentences_have_their_places() -> None:
    model = WordModel(100, lambda _: Hypothesis("Heat made tracks fifty-eight degrees hot.", True))
    draft = summarize(article(*_STORY), model)
    assert draft.method == "abstractive"
    (sentence,) = draft.sentences
    (span,) = sentence.evidence
    assert article(*_STORY).text(span) == _STORY[1]
    assert draft.findings == ()


def test_a_long_article_goes_down_whole_in_windows_and_then_their_summaries() -> None:
    model = WordModel(26)
    draft = summarize(article(*_STORY), model)
    first, second = model.calls
    assert " ".join(first) == " ".join(_STORY)
    assert len(first) == 2
    assert len(second) == 1
    assert [article(*_STORY).text(s.evidence[0]) for s in draft.sentences] == [_STORY[0]]


def test_a_sentence_longer_than_the_window_is_cut_and_nothing_of_it_is_lost() -> None:
    endless = ", ".join(f"item{number} costs {number} euros" for number in range(200)) + "."

    def begin(text: str) -> Hypothesis:
        return Hypothesis(" ".join(text.split()[:8]).rstrip(",.") + ".", finished=True)

    model = WordModel(50, begin)
    summarize(article(endless), model)
    assert "".join("".join(model.calls[0]).split()) == "".join(endless.split())


def test_a_sentence_that_the_article_has_no_word_of_is_an_error() -> None:
    model = WordModel(100, lambda _: Hypothesis("Bananas conquered Jupiter yesterday.", True))
    draft = summarize(article(*_STORY), model)
    (finding,) = draft.findings
    assert (finding.code, finding.severity, finding.sentence) == ("no_evidence", "error", 0)
    (span,) = draft.sentences[0].evidence
    assert (span.start, span.end) == (0, len(article(*_STORY).body))


def test_what_a_window_invented_is_an_error_however_often_it_is_summarized() -> None:
    def invent(text: str) -> Hypothesis:
        return Hypothesis("Bananas conquered Jupiter yesterday.", True)

    draft = summarize(article(*_STORY), WordModel(26, invent))
    assert [finding.code for finding in draft.findings] == ["no_evidence"]


def test_a_sentence_that_the_model_did_not_end_is_not_published() -> None:
    cut = "Forty trains were cancelled because of the heat. The minister said that the"
    draft = summarize(article(*_STORY), WordModel(100, lambda _: Hypothesis(cut, finished=False)))
    assert [s.text for s in draft.sentences] == ["Forty trains were cancelled because of the heat."]


@pytest.mark.parametrize("text", ["", "The minister said that the"])
def test_a_model_that_writes_no_sentence_has_failed(text: str) -> None:
    with pytest.raises(AbstractionFailed):
        summarize(article(*_STORY), WordModel(100, lambda _: Hypothesis(text, finished=False)))


def test_summaries_that_do_not_get_shorter_are_given_up() -> None:
    model = WordModel(26, lambda text: Hypothesis(text, finished=True))
    with pytest.raises(AbstractionFailed, match="shorter"):
        summarize(article(*_STORY), model)


def test_several_articles_go_down_in_one_call_a_round_and_each_has_what_it_has_alone() -> None:
    stories = [article(*_STORY), article(_STORY[1]), article(*_STORY[2:])]
    model = WordModel(26)
    together = abstractive.summarize(stories, model)
    assert [len(call) for call in model.calls] == [4, 1]
    assert together == [summarize(story, WordModel(26)) for story in stories]


def test_where_the_model_fails_the_articles_own_sentences_stand_and_it_is_said() -> None:
    class Failing(ScriptedPack):
        def abstracter(self, language: str) -> WordModel:  # type: ignore[override]
            return WordModel(100, lambda _: Hypothesis("", finished=False))

    pack = Failing({}, sources=frozenset({"en"}))
    data = "\n\n".join(_STORY).encode()
    summary = summarize_article(data, Source("a"), pack, SummaryOptions(), ["en"])
    assert summary.summaries["en"].method == "extractive"
    assert summary.status == "needs_review"
    assert [finding.code for finding in summary.findings] == ["abstraction_failed"]
    extractive = summarize_article(
        data, Source("a"), pack, SummaryOptions(abstractive=False), ["en"]
    )
    assert extractive.findings == ()


def test_fifty_thousand_words_cost_ten_times_what_five_thousand_do() -> None:
    def work(words: int) -> tuple[int, int]:
        story = [
            f"Sentence {number} tells of train {number % 97} and town {number % 89}."
            for number in range(words // 9)
        ]
        model = WordModel(400)
        summarize(article(*story), model)
        read = sum(len(text.split()) for call in model.calls for text in call)
        return len(model.calls), read

    _, small = work(5_000)
    rounds, large = work(50_000)
    assert large < 11 * small
    assert rounds <= 4


class Topics:
    """Embeds by topic: a text lies where the words of its topic do."""

    _topics = (("rail", "train"), ("degree", "hot"), ("bus", "bottle", "coach"), ("repair", "mend"))

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        found = []
        for text in texts:
            row = [float(any(w in text.casefold() for w in words)) for words in self._topics]
            norm = math.hypot(*row)
            found.append([value / norm for value in row] if norm else [0.5] * 4)
        return found


def test_what_is_said_in_other_words_finds_its_place_by_its_meaning() -> None:
    text = "Coaches and drinks for stranded travelers."
    story = article(*_STORY)
    places, findings = abstractive.support(text, story)
    assert [finding.code for finding in findings] == ["no_evidence"]
    places, findings = abstractive.support(text, story, Topics())
    assert [story.text(place) for place in places] == [_STORY[2]]
    # The finding still says that few of the words occur, but it is no longer an error.
    assert [(finding.code, finding.severity) for finding in findings] == [
        ("unsupported", "warning")
    ]


def test_the_same_words_for_something_else_are_marked_where_meaning_is_known() -> None:
    evidence = "The transport minister said that repairs would last until Thursday."
    text = "The transport minister said that Thursday would last."
    pair = SentencePair.of(evidence, text, "en", "en")
    assert list(check_support(pair, None)) == []
    (finding,) = check_support(pair, 0.1)
    assert finding.code == "unsupported"
    assert "10%" in finding.message


def test_an_embedder_has_its_part_in_every_round() -> None:
    def invent(text: str) -> Hypothesis:
        return Hypothesis("Coaches and drinks for stranded travelers.", finished=True)

    (draft,) = abstractive.summarize([article(*_STORY)], WordModel(26, invent), Topics())
    assert isinstance(draft, Draft)
    assert [article(*_STORY).text(s.evidence[0]) for s in draft.sentences] == [_STORY[2]]
