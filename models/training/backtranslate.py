"""Back-translated Spanish for Chinese news: ``python -m models.training.backtranslate --help``.

There is no parallel Spanish-Chinese news, but there is English-Chinese. A pack translates its
English into Spanish, and the human-written Chinese is the training target (Sennrich et al. 2016,
"Improving Neural Machine Translation Models with Monolingual Data"). ``models.training.pairs``
then removes pairs that do not match.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from models.packs import open_pack
from models.training.pairs import is_evaluation, read_rows
from teletipo.errors import TeletipoError
from teletipo.ports import Hop, Pack
from teletipo.progress import progress_display

ORIGIN = "back-translation"
_AT_ONCE = 64


def backtranslate(rows: Sequence[tuple[str, str]], pack: Pack) -> Iterator[tuple[str, str]]:
    """Return Spanish and Chinese for each English-Chinese row whose translation was finished.

    Raises ``PackError``.
    """
    hop = Hop("en", "es")
    ordered = sorted(rows, key=lambda row: len(row[0]))
    with progress_display("Back-translation") as progress:
        for start in range(0, len(ordered), _AT_ONCE):
            some = ordered[start : start + _AT_ONCE]
            found = pack.translate_each([(english, hop) for english, _ in some])
            for (_, chinese), hypothesis in zip(some, found, strict=True):
                if hypothesis.finished and hypothesis.text:
                    yield " ".join(hypothesis.text.split()), chinese
            progress(f"{start + len(some)} of {len(ordered)}", (start + len(some)) / len(ordered))


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 written, 1 data or pack cannot be read, 2 wrong usage."""
    parser = argparse.ArgumentParser(
        prog="python -m models.training.backtranslate", description=__doc__
    )
    parser.add_argument("--pack", type=Path, required=True, help="a prepared pack's directory")
    parser.add_argument("--data", type=Path, required=True, help="a folder with en-zh.tsv")
    parser.add_argument("--origin", default="wmt-news", help="origin of the rows (third column)")
    parser.add_argument(
        "--part", default="1/1", help="part to translate; 2/3 is the second of three"
    )
    parser.add_argument("--out", type=Path, required=True, help="TSV file with es, zh, origin")
    options = parser.parse_args(arguments)
    try:
        number, parts = map(int, options.part.split("/"))
        rows = [
            (english, chinese)
            for english, chinese, origin in read_rows(options.data / "en-zh.tsv")
            if origin == options.origin and not is_evaluation(english)
        ][number - 1 :: parts]
        pack = open_pack(options.pack, 0)
        with options.out.open("w", encoding="utf-8") as file:
            for spanish, chinese in backtranslate(rows, pack):
                file.write(f"{spanish}\t{chinese}\t{ORIGIN}\n")
    except (OSError, ValueError, TeletipoError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
