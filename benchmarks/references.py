"""Do the sentences of a summary stand alone? ``python -m benchmarks.references``.

The articles are in ``data/references`` and ``data/summaries.jsonl``; ``references.tsv`` says which
of their sentences do not stand alone, and which others they need (one of these is enough). A
summary's sentence is *unresolved* if none of those stands before it in the summary. Printed are
the share of such sentences, and how well the check finds sentences that do not stand alone.
"""

import argparse
import csv
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.command import reports_errors
from benchmarks.summary import OWN_ARTICLES, article_of
from teletipo import summarizer
from teletipo.article import Article
from teletipo.languages import Language
from teletipo.verify.checks.references import check_references

OWN_TEXTS = Path(__file__).parent / "data" / "references"

Needs = Mapping[int, frozenset[int]]
"""By the place of a sentence that does not stand alone: the places of those that it needs."""


@dataclass(frozen=True)
class Row:
    """The figures of one language."""

    language: str
    articles: int
    sentences: int
    """Of the summaries."""
    unresolved: int
    """Of these, those that do not stand alone in their summary."""
    share: float | None
    precision: float | None
    """Of the sentences that the check reports, taken alone, the share that is annotated."""
    recall: float | None
    """Of the annotated sentences, taken alone, the share that the check reports."""
    reported: int
    """Sentences of the summaries with the finding."""


def read_texts(folder: Path, summaries: Path) -> list[tuple[Article, Needs]]:
    """Return the articles with their annotations. Raises ``OSError``, ``ValueError``."""
    needs: dict[str, dict[int, frozenset[int]]] = {}
    with (folder / "references.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            places = frozenset(int(place) - 1 for place in row["needs"].split(","))
            needs.setdefault(row["file"], {})[int(row["sentence"]) - 1] = places
    texts = [
        (path.name, path.read_text("utf-8"), path.name[:2]) for path in sorted(folder.glob("*.txt"))
    ]
    for number, line in enumerate(summaries.read_text("utf-8").splitlines(), 1):
        row = json.loads(line)
        texts.append((f"summaries-{number}", row["article"], row["language"]))
    return [
        (article_of(text, name, "zh-Hans" if language == "zh" else language), needs.get(name, {}))
        for name, text, language in texts
    ]


def measure(texts: Sequence[tuple[Article, Needs]], length: int | None = None) -> Row:
    """Return the figures of articles of one language, for summaries of ``length`` sentences."""
    sentences = unresolved = reported = 0
    found = right = annotated = 0
    for article, needs in texts:
        own = [article.text(span) for span in article.sentences]
        language = Language(article.language)
        draft = summarizer.summarize(article, length)
        chosen = [article.sentences.index(each.evidence[0]) for each in draft.sentences]
        sentences += len(chosen)
        for place in chosen:
            before = {other for other in chosen if other < place}
            unresolved += place in needs and needs[place].isdisjoint(before)
        reported += len(check_references(own, chosen, language))
        alone = {place for place in range(len(own)) if check_references(own, [place], language)}
        found += len(alone)
        right += len(alone & needs.keys())
        annotated += len(needs)
    return Row(
        texts[0][0].language,
        len(texts),
        sentences,
        unresolved,
        _share(unresolved, sentences),
        _share(right, found),
        _share(right, annotated),
        reported,
    )


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


@reports_errors
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark. Exit codes: 0 measured, 1 the data cannot be read, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.references", description=__doc__)
    parser.add_argument("--texts", type=Path, default=OWN_TEXTS, metavar="DIR",
                        help="a folder of .txt files with references.tsv")  # fmt: skip
    parser.add_argument("--summaries", type=Path, default=OWN_ARTICLES, help="a JSONL file")
    parser.add_argument("--sentences", type=int, metavar="N",
                        help="of a summary; default: as in production")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    texts = read_texts(options.texts, options.summaries)
    rows = [
        measure([each for each in texts if each[0].language == language], options.sentences)
        for language in sorted({article.language for article, _ in texts})
    ]
    if options.json:
        print(json.dumps([asdict(row) for row in rows], indent=2))
        return 0
    print("language  articles  sentences  unresolved  share  reported  precision  recall")
    for row in rows:
        print(
            f"{row.language:8}  {row.articles:8}  {row.sentences:9}  {row.unresolved:10}  "
            f"{_cell(row.share)}  {row.reported:8}  {_cell(row.precision)}      {_cell(row.recall)}"
        )
    return 0


def _cell(number: float | None) -> str:
    return f"{number:5.1%}" if number is not None else "    –"


if __name__ == "__main__":
    sys.exit(main())
