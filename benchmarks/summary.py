"""Summary quality, compared with lead-3: ``python -m benchmarks.summary``.

Lead-3 is the article's first three sentences, a strong baseline for news. The output has ROUGE
against references, coverage, novelty, compression and findings. Articles and references are a JSONL
file of ``{"language", "article", "summary"}``; the default is our own.
"""

import argparse
import itertools
import json
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from rouge_score.rouge_scorer import RougeScorer
from rouge_score.tokenizers import Tokenizer

from benchmarks.command import reports_errors
from models.build import prepare_pack
from models.packs import OpenPack, open_pack
from models.settings import PackSettings
from teletipo import abstractive, summarizer, typography
from teletipo.article import Article, Source
from teletipo.draft import Draft, DraftSentence
from teletipo.errors import TeletipoError
from teletipo.findings import Severity
from teletipo.languages import HAN
from teletipo.pipeline import read_article
from teletipo.progress import progress_display
from teletipo.vectors import word_count

OWN_ARTICLES = Path(__file__).parent / "data" / "summaries.jsonl"
_LEAD_SENTENCES = 3
T = TypeVar("T")
_TOKEN = re.compile(rf"[{HAN}]|[^\W_{HAN}]+")


class WordsAndCharacters(Tokenizer):  # type: ignore[misc]
    """Splits into lower-case words, and Chinese into characters, as is usual for ROUGE.

    The library's own tokenizer keeps only a to z and digits.
    """

    def tokenize(self, text: str) -> list[str]:
        """Return a text's tokens, in order."""
        return _TOKEN.findall(text.casefold())


@dataclass(frozen=True)
class Row:
    """One method's means over the articles of one language."""

    language: str
    method: str
    articles: int
    rouge_1: float
    rouge_2: float
    rouge_l: float
    """F-measures, from 0 to 100."""
    coverage: float
    """Share of the summary's words that are in the article (Grusky et al. 2018)."""
    novelty: float
    """Share of the summary's bigrams that are not in the article."""
    compression: float
    """Words in the article per word in the summary."""
    findings: float
    """Warnings and errors per summary."""


@dataclass(frozen=True)
class Sample:
    """An article and an editor's summary of it."""

    article: Article
    reference: str


Summarizer = Callable[[Article], Draft]


def lead(article: Article) -> Draft:
    """Return the article's first three sentences as its summary."""
    chosen = article.sentences[:_LEAD_SENTENCES]
    sentences = tuple(DraftSentence(article.text(span), (span,)) for span in chosen)
    return Draft(article.language, article.copy.headline, sentences)


def measure(name: str, summarize: Summarizer, samples: Sequence[Sample]) -> Row:
    """Return one method's means over articles of one language."""
    scorer = RougeScorer(["rouge1", "rouge2", "rougeL"], tokenizer=WordsAndCharacters())
    tokenizer = WordsAndCharacters()
    totals = [0.0] * 7
    for sample in samples:
        draft = summarize(sample.article)
        language = sample.article.language
        text = typography.join_sentences([each.text for each in draft.sentences], language)
        scores = scorer.score(sample.reference, text)
        words, source = tokenizer.tokenize(text), tokenizer.tokenize(sample.article.body)
        known, pairs = set(source), set(itertools.pairwise(source))
        own_pairs = list(itertools.pairwise(words))
        found = [
            *(100 * scores[kind].fmeasure for kind in ("rouge1", "rouge2", "rougeL")),
            sum(word in known for word in words) / max(1, len(words)),
            sum(pair not in pairs for pair in own_pairs) / max(1, len(own_pairs)),
            word_count(sample.article.body) / max(1, word_count(text)),
            float(sum(each.severity is not Severity.INFO for each in draft.findings)),
        ]
        totals = [total + value for total, value in zip(totals, found, strict=True)]
    means = [round(total / len(samples), 3) for total in totals]
    return Row(samples[0].article.language, name, len(samples), *means)


def methods(pack: OpenPack | None, language: str) -> dict[str, Summarizer]:
    """Return lead-3, the extractive summarizer, and the pack's abstractive one if it has one."""
    found: dict[str, Summarizer] = {"lead-3": lead, "extractive": summarizer.summarize}
    model = pack.abstracter(language) if pack else None
    if pack and model is not None:
        embedder = pack.embedder(language)

        def abstract(article: Article) -> Draft:
            (draft,) = abstractive.summarize([article], model, embedder)
            if isinstance(draft, Draft):
                return draft
            raise TeletipoError(f"{article.source.key}: {draft}")

        found["abstractive"] = abstract
    return found


def read_samples(path: Path) -> list[Sample]:
    """Return articles and references. Raises ``OSError``, ``ValueError`` with the line number."""
    return read_rows(
        path,
        lambda row, place: [
            Sample(article_of(row["article"], place, row["language"]), str(row["summary"]))
        ],
    )


def read_rows(path: Path, read: Callable[[Any, str], list[T]]) -> list[T]:
    """Return the results of ``read(row, place)`` for all lines of a JSONL file, in one list.

    Raises ``OSError``, and ``ValueError`` with the line number.
    """
    found: list[T] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            found += read(json.loads(line), f"{path.name}:{number}")
        except (KeyError, TypeError, AttributeError, ValueError, TeletipoError) as error:
            raise ValueError(f"{path}, line {number}: {error}") from error
    if not found:
        raise ValueError(f"{path} has no articles.")
    return found


def article_of(text: str, place: str, language: str) -> Article:
    """Return the article read from a text as in production. Raises ``Rejection``."""
    return read_article(text.encode(), Source(place, declared_language=language), 1_000_000)


@reports_errors
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark. Exit codes: 0 measured, 1 no data or no pack, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.summary", description=__doc__)
    parser.add_argument("--pack", help="also measure its abstractive summaries")
    parser.add_argument("--data", type=Path, default=OWN_ARTICLES, help="a JSONL file")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    rows = []
    samples = read_samples(options.data)
    with progress_display("Summaries") as progress:
        pack = None
        if options.pack:
            pack = open_pack(prepare_pack(PackSettings.load(), progress, options.pack))
        for language in sorted({sample.article.language for sample in samples}):
            chosen = [each for each in samples if each.article.language == language]
            for name, summarize in methods(pack, language).items():
                progress(f"{language} {name}", 0.5)
                rows.append(measure(name, summarize, chosen))
    if options.json:
        print(json.dumps([asdict(row) for row in rows], indent=2))
        return 0
    print(
        "language  method       articles  ROUGE-1  -2    -L    coverage  novelty  compr.  findings"
    )
    for row in rows:
        print(
            f"{row.language:8}  {row.method:11}  {row.articles:8}  {row.rouge_1:7.1f}  "
            f"{row.rouge_2:4.1f}  {row.rouge_l:4.1f}  {row.coverage:8.2f}  {row.novelty:7.2f}  "
            f"{row.compression:6.1f}  {row.findings:8.1f}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
