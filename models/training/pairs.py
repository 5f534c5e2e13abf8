"""Training pairs: reads rows, cleans them and makes directed examples.

Dropped rows are counted by reason. Sentences of the evaluation sets are excluded: their hashes are
stored next to this module, and a row with one of them on either side is dropped.
"""

import argparse
import functools
import gzip
import hashlib
import multiprocessing
import random
import re
import sys
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from importlib import resources
from pathlib import Path

from teletipo import languages, typography
from teletipo.findings import Severity
from teletipo.progress import Progress, progress_display
from teletipo.verify import verify
from teletipo.verify.pair import SentencePair

_HASH_BYTES = 8
_HASHES = "evaluation.hashes"

BACK_ORIGIN = "tagged-back-translation"
"""What pairs have for an origin whose source is from ``models.training.backtranslate``."""

# The character ratio of source and target may differ from the usual ratio by at most this factor.
_MAX_LENGTH_RATIO = 2.2
_CHARACTERS_PER_ENGLISH = {"es": 1.15, "en": 1.0, "zh-Hans": 0.33}
_MAX_ENGLISH_CHARACTERS = 420
_MARKUP = re.compile(r"[`|<>{}\\_@#*=~^]|:\w+:|https?:|\(\)|[()]{2}|\.\w+\(|--")
_FINAL = re.compile(r"[.!?。！？…]['\"”’»）)]*$")
_ABBREVIATION = re.compile(r"(?:^|[\s.])[A-Z]{1,2}\.$")
_KANA = re.compile(r"[\u3040-\u30fa]")
_SURE = 0.6
_REPORT_EVERY = 10_000
# Findings that mean that the sides of a pair do not match, or that one is incomplete.
_DISAGREE = frozenset(
    "figure_changed figure_added unit_changed date_changed date_added unrelated stopped_early "
    "ran_over repetition source_echo wrong_language wrong_script untranslated_words".split()
)


@dataclass(frozen=True)
class Pair:
    """A sentence and its translation."""

    source: str
    target: str
    """BCP 47, as is ``source``."""
    text: str
    translation: str
    origin: str

    def reversed(self) -> "Pair":
        """Return the pair in the other direction."""
        return Pair(self.target, self.source, self.translation, self.text, self.origin)


def read_pairs(data: Path) -> list[Pair]:
    """Read ``es-en.tsv`` and ``en-zh.tsv``, and pair Spanish with Chinese by their English.

    ``es-zh.tsv`` is read too if it is there; see ``models.training.backtranslate``. If the path is
    a file instead of a directory, it must be from ``write_pairs``.

    Raises ``OSError``, and ``ValueError`` for a row without exactly three columns (five in a file).
    """
    if data.is_file():
        return _read_written(data)
    spanish = list(_pairs(data / "es-en.tsv", "es", "en"))
    chinese = list(_pairs(data / "en-zh.tsv", "en", "zh-Hans"))
    of_english = {pair.text: pair for pair in chinese}
    through = [
        Pair("es", "zh-Hans", pair.text, of_english[pair.translation].translation, pair.origin)
        for pair in spanish
        if pair.translation in of_english
    ]
    extra = data / "es-zh.tsv"
    direct = _pairs(extra, "es", "zh-Hans") if extra.exists() else ()
    return [*spanish, *chinese, *through, *direct]


def write_pairs(pairs: Iterable[Pair], out: Path) -> None:
    """Write languages, texts and origin of each pair, compressed and atomically.

    Raises ``OSError``.
    """
    scratch = out.with_name(f".{out.name}")
    try:
        with gzip.open(scratch, "wt", encoding="utf-8") as file:
            file.writelines("\t".join(astuple(pair)) + "\n" for pair in pairs)
        scratch.rename(out)
    except OSError:
        scratch.unlink(missing_ok=True)
        raise


def _read_written(path: Path) -> list[Pair]:
    pairs = []
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                columns = line.rstrip("\n").split("\t")
                if len(columns) != 5:
                    raise ValueError(f"{path}, line {number}: {len(columns)} columns, not 5")
                pairs.append(Pair(*columns))
    except (EOFError, zlib.error, UnicodeDecodeError, gzip.BadGzipFile) as error:
        raise ValueError(f"{path}, after line {len(pairs)}: {error}") from error
    return pairs


def read_rows(path: Path) -> Iterable[tuple[str, str, str]]:
    """Both sides and the origin. Raises ``OSError``; ``ValueError`` names a bad row."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        number = data.count(b"\n", 0, error.start) + 1
        raise ValueError(f"{path}, line {number}: not UTF-8") from error
    for number, line in enumerate(text.splitlines(), 1):
        columns = line.split("\t")
        if len(columns) != 3:
            raise ValueError(f"{path}, line {number}: {len(columns)} columns, not 3")
        yield columns[0], columns[1], columns[2]


def _pairs(path: Path, source: str, target: str) -> Iterable[Pair]:
    for text, translation, origin in read_rows(path):
        yield Pair(source, target, _tidy(text, source), _tidy(translation, target), origin)


def _tidy(text: str, language: str) -> str:
    text = re.sub(r"\s+", " ", text).strip()
    if language == "zh-Hans":
        text = typography.localize(text, "", "en", "zh-Hans")
    return text


def clean(
    pairs: Iterable[Pair], processes: int = 1, progress: Progress = lambda step, share: None
) -> tuple[list[Pair], Counter[str]]:
    """Return the good pairs, each once, and the number of dropped pairs by reason.

    A pair takes two milliseconds or so.
    """
    all_pairs = list(pairs)
    once: dict[tuple[str, str, str], Pair] = {}
    for pair in all_pairs:
        once.setdefault((pair.target, pair.text.casefold(), pair.translation.casefold()), pair)
    unique = list(once.values())
    if processes > 1:
        # A fork of a process with threads, such as torch's, can wait for them forever.
        with multiprocessing.get_context("spawn").Pool(processes) as pool:
            reasons = _all_of(pool.imap(why_not, unique, chunksize=500), len(unique), progress)
    else:
        reasons = _all_of(map(why_not, unique), len(unique), progress)
    kept = [pair for pair, reason in zip(unique, reasons, strict=True) if reason is None]
    dropped = Counter(reason for reason in reasons if reason)
    if len(unique) < len(all_pairs):
        dropped["duplicate"] = len(all_pairs) - len(unique)
    return kept, dropped


def _all_of(reasons: Iterable[str | None], count: int, progress: Progress) -> list[str | None]:
    found = []
    for reason in reasons:
        found.append(reason)
        if len(found) % _REPORT_EVERY == 0:
            progress(f"{len(found):,} of {count:,} pairs", len(found) / count)
    return found


def why_not(pair: Pair) -> str | None:
    """Return the reason not to train on a pair, or None for a good one."""
    sides = (pair.source, pair.text), (pair.target, pair.translation)
    if any(not re.search(r"\w", text) for _, text in sides):
        return "empty"
    if any(is_evaluation(text) for _, text in sides):
        return "evaluation"
    if any(_MARKUP.search(text) for _, text in sides):
        return "markup"
    lengths = [len(text) / _CHARACTERS_PER_ENGLISH[language] for language, text in sides]
    if max(lengths) > _MAX_ENGLISH_CHARACTERS:
        return "long"
    if max(lengths) + 12 > _MAX_LENGTH_RATIO * (min(lengths) + 12):
        return "length_ratio"
    if _ends_a_sentence(pair.text) != _ends_a_sentence(pair.translation):
        return "full_stop"
    if min(lengths) > 40 and any(_is_in_another(text, tag) for tag, text in sides):
        return "language"
    beside = SentencePair.of(pair.text, pair.translation, pair.source, pair.target)
    for finding in verify(beside):
        if finding.severity is Severity.ERROR and finding.code in _DISAGREE:
            return finding.code
    return None


def _ends_a_sentence(text: str) -> bool:
    """Whether there is final punctuation that is not an abbreviation's (EE. UU., U.S.)."""
    return bool(_FINAL.search(text) and not _ABBREVIATION.search(text))


def _is_in_another(text: str, tag: str) -> bool:
    """Whether a text is in another language; a headline, with many names, only if that is sure."""
    if tag.startswith("zh"):
        # A detector takes short Chinese headlines for Japanese.
        return bool(_KANA.search(text)) or not languages.is_chinese(text)
    language, confidence = languages.detect(text)
    is_sure = bool(_FINAL.search(text)) or confidence > _SURE
    return language != tag[:2] and is_sure


def is_evaluation(text: str) -> bool:
    """Whether a sentence is in an evaluation set, ignoring case and punctuation."""
    return hash_of(text) in _evaluation_hashes()


def hash_of(text: str) -> bytes:
    """The first eight bytes of the sha-256 of a sentence's letters and digits, folded."""
    letters = "".join(char for char in text.casefold() if char.isalnum())
    return hashlib.sha256(letters.encode()).digest()[:_HASH_BYTES]


@functools.cache
def _evaluation_hashes() -> frozenset[bytes]:
    data = resources.files("models.training").joinpath(_HASHES).read_bytes()
    return frozenset(data[at : at + _HASH_BYTES] for at in range(0, len(data), _HASH_BYTES))


def write_evaluation_hashes(files: Sequence[Path], out: Path) -> None:
    """Hash every line of the evaluation sets, except short ones ("Sí."), which occur anywhere."""
    found = {
        hash_of(line)
        for file in files
        for line in file.read_text("utf-8").splitlines()
        if len(line) > (8 if languages.is_chinese(line) else 20)
    }
    out.write_bytes(b"".join(sorted(found)))


def split(pairs: Sequence[Pair], origins: Sequence[str]) -> tuple[list[Pair], list[Pair]]:
    """Split off development pairs: one in 64 of ``origins``.

    They are chosen by a hash of either side, so that no direction trains on a development sentence
    of another.
    """
    held = {
        side
        for pair in pairs
        if pair.origin in origins
        for side in (pair.text, pair.translation)
        if hash_of(side)[0] % 64 == 0 and len(side) > 20
    }
    learn = [pair for pair in pairs if pair.text not in held and pair.translation not in held]
    develop = [
        pair
        for pair in pairs
        if pair.origin in origins and (pair.text in held or pair.translation in held)
    ]
    return learn, develop


def choose(pairs: Sequence[Pair], passes: float, generator: random.Random) -> list[Pair]:
    """Return each pair ``passes`` times; a fraction of a pass is a random sample."""
    whole, part = divmod(passes, 1)
    chosen = list(pairs) * int(whole)
    return chosen + generator.sample(list(pairs), round(part * len(pairs)))


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 written, 1 a file cannot be read or written, 2 wrong usage."""
    parser = argparse.ArgumentParser(
        prog="python -m models.training.pairs",
        description="Clean training pairs and write them into one file for the trainer's --data "
        "option.",
    )
    parser.add_argument("data", type=Path, nargs="+", help="folders with es-en.tsv and en-zh.tsv")
    parser.add_argument("--out", type=Path, required=True, help="such as pairs.tsv.gz")
    parser.add_argument("--without", nargs="*", default=[], metavar="ORIGIN",
                        help="origins (third column) to leave out")  # fmt: skip
    parser.add_argument("--processes", type=int, default=multiprocessing.cpu_count())
    options = parser.parse_args(arguments)
    try:
        rows = [
            pair
            for folder in options.data
            for pair in read_pairs(folder)
            if pair.origin not in options.without
        ]
        with progress_display("Cleaning") as progress:
            pairs, dropped = clean(rows, options.processes, progress)
        write_pairs(pairs, options.out)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{len(pairs)} pairs; dropped: {dict(dropped.most_common())}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
