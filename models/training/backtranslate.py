"""Back-translated Spanish for news: ``python -m models.training.backtranslate --help``.

There is little parallel Spanish news, but there is English with Chinese. A pack translates its
English into Spanish, and the English and Chinese that people wrote are the training targets
(Sennrich et al. 2016, "Improving Neural Machine Translation Models with Monolingual Data"). The
trainer tags these sources (Caswell et al. 2019). Translations that the checks, the cleaning, their
length or the pack's confidence speak against are left out.

What is done is kept in ``translations.tsv``, so that a run can be broken off at any time; the same
command continues it. The rows for ``models.training.pairs`` are written at the end of each run.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from models.packs import open_pack
from models.training.headlines import NEWS_ORIGINS
from models.training.locks import locked
from models.training.pairs import BACK_ORIGIN, Pair, is_evaluation, read_pairs, why_not
from teletipo.errors import TeletipoError
from teletipo.findings import Severity
from teletipo.ports import Hop, Hypothesis, Pack
from teletipo.progress import Progress, progress_display
from teletipo.verify import verify
from teletipo.verify.pair import SentencePair

_HOP = Hop("en", "es")
_AT_ONCE = 64
# Batches within which sentences are sorted by length; what a run did so far stays a fair sample.
_WINDOW = 16
_MIN_CHARACTERS, _MAX_CHARACTERS = 20, 350
# Spanish has 1.15 characters for one of English.
_MIN_RATIO, _MAX_RATIO = 0.8, 1.7
# Of 43 translations by version 7 that the checks let pass, most of the seven below this were wrong.
_MIN_CONFIDENCE = 0.7
_DONE_FILE = "translations.tsv"
_KEPT = "kept"

Rows = Mapping[str, frozenset[str]]
"""English sentences, each with its Chinese."""


@dataclass
class Journal:
    """The translations so far, in a file: English, Spanish, and ``kept`` or why not."""

    path: Path
    done: dict[str, tuple[str, str]] = field(default_factory=dict)

    def read(self) -> None:
        """Read the file; a last line that was not written to its end is cut off.

        Raises ``OSError``; ``ValueError`` names a row without three columns.
        """
        if not self.path.exists():
            return
        data = self.path.read_bytes()
        whole = data[: data.rfind(b"\n") + 1]
        if whole != data:
            with self.path.open("r+b") as file:
                file.truncate(len(whole))
        for number, line in enumerate(whole.decode("utf-8").splitlines(), 1):
            columns = line.split("\t")
            if len(columns) != 3:
                raise ValueError(f"{self.path}, line {number}: {len(columns)} columns, not 3")
            self.done[columns[0]] = columns[1], columns[2]

    def add(self, rows: Sequence[tuple[str, str, str]]) -> None:
        """Raises ``OSError``."""
        with self.path.open("a", encoding="utf-8") as file:
            file.writelines("\t".join(row) + "\n" for row in rows)
        self.done.update({english: (spanish, reason) for english, spanish, reason in rows})

    def kept(self) -> Iterator[tuple[str, str]]:
        """The English and Spanish of what was kept."""
        for english, (spanish, reason) in self.done.items():
            if reason == _KEPT:
                yield english, spanish


def news(pairs: Sequence[Pair], origins: Sequence[str]) -> Rows:
    """Return English sentences of these origins, with the Chinese that they stand with."""
    found: dict[str, set[str]] = {}
    for pair in pairs:
        if (
            (pair.source, pair.target) == ("en", "zh-Hans")
            and pair.origin in origins
            and _MIN_CHARACTERS <= len(pair.text) <= _MAX_CHARACTERS
            and "\t" not in pair.text
            and not is_evaluation(pair.text)
            and not is_evaluation(pair.translation)
        ):
            found.setdefault(pair.text, set()).add(pair.translation)
    return {english: frozenset(chinese) for english, chinese in found.items()}


def objection(english: str, hypothesis: Hypothesis) -> str | None:
    """Return why a translation is not to be learned from, or None."""
    if not hypothesis.finished or not hypothesis.text:
        return "unfinished"
    if not _MIN_RATIO <= len(hypothesis.text) / len(english) <= _MAX_RATIO:
        return "length"
    if reason := why_not(Pair("es", "en", hypothesis.text, english, BACK_ORIGIN)):
        return reason
    found = verify(SentencePair.of(english, hypothesis.text, "en", "es"))
    return next((each.code for each in found if each.severity is Severity.ERROR), None)


def doubtful(rows: Sequence[tuple[str, str]], pack: Pack, min_confidence: float) -> list[bool]:
    """Return which translations have a low confidence; none if the pack has no estimator.

    Raises ``PackError``.
    """
    source, target = _HOP.source, _HOP.target
    estimator = pack.estimator(source, target)
    if estimator is None or not rows:
        return [False] * len(rows)
    found = []
    for (english, spanish), scores in zip(rows, pack.score(rows, source, target), strict=True):
        findings = [*verify(SentencePair.of(english, spanish, source, target))]
        confidence = estimator.estimate(scores, findings, f"{source}-{target}")
        found.append(confidence is not None and confidence < min_confidence)
    return found


def backtranslate(
    sentences: Sequence[str],
    pack: Pack,
    journal: Journal,
    seed: int,
    progress: Progress,
    min_confidence: float = _MIN_CONFIDENCE,
) -> None:
    """Translate into the journal what it does not have yet. Raises ``OSError``, ``PackError``."""
    left = sorted(set(sentences) - journal.done.keys())
    random.Random(seed).shuffle(left)  # noqa: S311
    for start in range(0, len(left), _AT_ONCE * _WINDOW):
        window = sorted(left[start : start + _AT_ONCE * _WINDOW], key=len)
        for first in range(0, len(window), _AT_ONCE):
            count = start + first
            progress(f"{count} of {len(left)}", count / len(left))
            some = window[first : first + _AT_ONCE]
            found = pack.translate_each([(english, _HOP) for english in some])
            written = [" ".join(each.text.split()) for each in found]
            reasons = [objection(*each) for each in zip(some, found, strict=True)]
            good = [place for place, reason in enumerate(reasons) if reason is None]
            rows = [(some[place], written[place]) for place in good]
            for place, is_doubtful in zip(good, doubtful(rows, pack, min_confidence), strict=True):
                reasons[place] = "doubtful" if is_doubtful else _KEPT
            journal.add([*zip(some, written, map(str, reasons), strict=True)])


def write_rows(journal: Journal, rows: Rows, out: Path) -> int:
    """Write ``es-en.tsv`` and ``es-zh.tsv`` for ``models.training.pairs``; return the number of
    rows. Raises ``OSError``."""
    kept = [(spanish, english) for english, spanish in journal.kept() if english in rows]
    chinese = [
        (spanish, each)
        for spanish, english in kept
        for each in sorted(rows[english])
        if why_not(Pair("es", "zh-Hans", spanish, each, BACK_ORIGIN)) is None
    ]
    for name, own in (("es-en.tsv", kept), ("es-zh.tsv", chinese), ("en-zh.tsv", [])):
        scratch = out / f".{name}"
        lines = [f"{spanish}\t{target}\t{BACK_ORIGIN}\n" for spanish, target in own]
        try:
            scratch.write_text("".join(lines), "utf-8")
            scratch.rename(out / name)
        except OSError:
            scratch.unlink(missing_ok=True)
            raise
    return len(kept) + len(chinese)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 written, 1 data or pack cannot be read or written, 2 wrong usage."""
    parser = argparse.ArgumentParser(
        prog="python -m models.training.backtranslate", description=__doc__
    )
    parser.add_argument("--pack", type=Path, required=True, help="a prepared pack's directory")
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="folders with "
                        "en-zh.tsv, or a file of models.training.pairs")  # fmt: skip
    parser.add_argument("--origins", nargs="+", default=sorted(NEWS_ORIGINS), metavar="ORIGIN",
                        help="of the rows (third column); default: news by people")  # fmt: skip
    parser.add_argument("--limit", type=int, help="at most so many sentences, chosen at random")
    parser.add_argument("--min-confidence", type=float, default=_MIN_CONFIDENCE,
                        help="if the pack has an estimator; 0 leaves it out")  # fmt: skip
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=0, help="default: all cores")
    parser.add_argument("--out", type=Path, required=True, help="a folder, for --data of "
                        "models.training.pairs")  # fmt: skip
    options = parser.parse_args(arguments)
    try:
        with locked(options.out, "back-translation"):
            journal = Journal(options.out / _DONE_FILE)
            journal.read()
            rows = news([each for path in options.data for each in read_pairs(path)],
                        options.origins)  # fmt: skip
            chosen = sorted(rows)
            if options.limit and options.limit < len(chosen):
                generator = random.Random(options.seed)  # noqa: S311
                chosen = generator.sample(chosen, options.limit)
            pack = open_pack(options.pack, options.threads)
            with progress_display("Back-translation") as progress:
                backtranslate(chosen, pack, journal, options.seed, progress,
                              options.min_confidence)  # fmt: skip
            count = write_rows(journal, rows, options.out)
    except (OSError, ValueError, TeletipoError) as error:
        print(error, file=sys.stderr)
        return 1
    reasons = Counter(reason for _, reason in journal.done.values())
    print(f"{options.out}: {count} rows; {dict(reasons.most_common())}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
