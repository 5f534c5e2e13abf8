"""What an update costs: ``python -m benchmarks.updates [--articles N] [--seed S] [--json]``.

A fifth of an article's sentences is replaced by those of another article. The update is summarized
afresh, and with the earlier summary to keep words from. Compared are processor time, so that other
work on the machine does not count, and the characters that the model is given to translate, which
are the same on every machine. Sentences that have not changed must keep their words. ``--pack
fast`` has no models: only the characters tell then.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.command import print_result, reports_errors
from benchmarks.fastpack import FastPack
from benchmarks.summary import OWN_ARTICLES
from models.build import prepare_pack
from models.packs import open_pack
from models.settings import PackSettings
from teletipo import verify
from teletipo.article import Source
from teletipo.earlier import Earlier
from teletipo.errors import Rejection
from teletipo.options import SummaryOptions
from teletipo.pipeline import Request, read_article, summarize_articles
from teletipo.ports import Hop, Hypothesis
from teletipo.progress import progress_display
from teletipo.summary import Summary

_TARGETS = ("es", "en", "zh-Hans")
_CHANGED = 0.2


@dataclass(frozen=True)
class Result:
    """The updates of all articles together."""

    articles: int
    fresh_seconds: float
    update_seconds: float
    share: float
    """Of an update's processor time in a fresh one's, over all articles."""
    median_share: float
    largest_share: float
    characters_share: float
    """Of the characters that the model translates."""
    sentences: int
    """Of the updates, in all languages."""
    kept: int
    altered: int
    """Unchanged sentences that have other words than before."""


class _Counting:
    """A pack that counts the characters that it is given."""

    def __init__(self, pack: Any) -> None:
        self._pack, self.characters = pack, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pack, name)

    def translate_each(self, asked: Sequence[tuple[str, Hop]], **options: Any) -> list[Hypothesis]:
        """See ``teletipo.ports.Pack``."""
        self.characters += sum(len(text) for text, _ in asked)
        found: list[Hypothesis] = self._pack.translate_each(asked, **options)
        return found


def changed(text: str, other: Sequence[str], language: str, random_: random.Random) -> str:
    """Return the article with a fifth of its sentences replaced by another article's."""
    article = read_article(text.encode(), Source("a", declared_language=language), 1_000_000)
    spans = list(article.sentences)
    replaced = random_.sample(range(len(spans)), max(1, round(_CHANGED * len(spans))))
    body = article.body
    for index in sorted(replaced, reverse=True):
        body = body[: spans[index].start] + random_.choice(other) + body[spans[index].end :]
    return "\n\n".join(filter(None, [article.copy.headline, body.replace("\n", "\n\n")]))


def run(count: int, seed: int, data: Path, pack: Any, progress: Any) -> Result:
    """Measure the updates of the first articles of a file."""
    random_ = random.Random(seed)  # noqa: S311
    rows = [json.loads(row) for row in data.read_text("utf-8").splitlines()][:count]
    shares, fresh_total, update_total, sentences, kept, altered = [], 0.0, 0.0, 0, 0, 0
    pack, characters = _Counting(pack), [0, 0]
    verify.load(_TARGETS, _TARGETS)
    for number, row in enumerate(rows):
        progress("articles", number / len(rows))
        others = [r for r in rows if r["language"] == row["language"] and r is not row] or rows
        other = random_.choice(others)
        pool = read_article(
            other["article"].encode(), Source("b", declared_language=other["language"]), 1_000_000
        )
        spare = [pool.text(span) for span in pool.sentences]
        before, _ = _summarize(row["article"], row["language"], pack, None)
        text = changed(row["article"], spare, row["language"], random_)
        pack.characters = 0
        fresh, fresh_seconds = _summarize(text, row["language"], pack, None)
        characters[0] += pack.characters
        pack.characters = 0
        update, seconds = _summarize(text, row["language"], pack, Earlier(before))
        characters[1] += pack.characters
        shares.append(seconds / fresh_seconds)
        fresh_total, update_total = fresh_total + fresh_seconds, update_total + seconds
        for language, words in update.summaries.items():
            known = {each.text for each in before.summaries[language].sentences}
            sentences += len(words.sentences)
            kept += sum(each.kept is not None for each in words.sentences)
            altered += sum(each.kept is not None and each.text not in known
                           for each in words.sentences)  # fmt: skip
            if len(words.sentences) != len(fresh.summaries[language].sentences):
                altered += 1
    return Result(
        articles=len(rows),
        fresh_seconds=round(fresh_total, 2),
        update_seconds=round(update_total, 2),
        share=round(update_total / fresh_total, 3),
        median_share=round(median(shares), 3),
        largest_share=round(max(shares), 3),
        characters_share=round(characters[1] / characters[0], 3),
        sentences=sentences,
        kept=kept,
        altered=altered,
    )


def _summarize(
    text: str, language: str, pack: Any, earlier: Earlier | None
) -> tuple[Summary, float]:
    request = Request(
        text.encode(),
        Source("articles/a", declared_language=language),
        arrive=lambda copy, sha256: earlier,
    )
    started = time.process_time()
    (found,) = summarize_articles([request], pack, SummaryOptions(targets=_TARGETS))
    seconds = time.process_time() - started
    if isinstance(found, Rejection):
        raise found
    return found, seconds


@reports_errors
def main(arguments: list[str] | None = None) -> int:
    """Run the command; exit code 1 if a sentence that has not changed has other words."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--articles", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", type=Path, default=OWN_ARTICLES, help="JSONL: article, language")
    parser.add_argument("--pack", choices=("fast", "embedded"), default="embedded")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    chosen = parser.parse_args(arguments)
    with progress_display("updates") as progress:
        pack: Any = FastPack()
        if chosen.pack == "embedded":
            pack = open_pack(prepare_pack(PackSettings(), progress, "embedded"), 1)
        result = run(chosen.articles, chosen.seed, chosen.data, pack, progress)
    print_result(result, as_json=chosen.json, width=16)
    return 1 if result.altered else 0


if __name__ == "__main__":
    sys.exit(main())
