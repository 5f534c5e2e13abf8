"""Which pieces of a base model's vocabulary Spanish, English and Chinese need.

``python -m models.training.vocabulary --help``. Kept are the pieces that occur in the training
data and in word lists, the pieces these are merged from (so that byte-pair merging gives the same
result), bytes, and control pieces. The others only cost memory and time, because a decoder scores
its whole vocabulary for every piece that it writes.
"""

import argparse
import gzip
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from sentencepiece import SentencePieceProcessor

from models.converters.trim import CHARACTERS, parts_of
from models.tokenization import SOURCE_SENTENCEPIECE_FILE
from models.training import wire
from models.training.pairs import read_pairs
from teletipo import languages
from teletipo.progress import Progress, progress_display

_WIRE_SENTENCES = 5_000
_BATCH = 20_000
_SPECIAL = frozenset({"<pad>", "<eos>", "<bos>", "<unk>"})


def needed(processor: SentencePieceProcessor, texts: Iterable[str], progress: Progress) -> set[int]:
    """Return the IDs of the pieces that ``texts`` need, of bytes and of common characters."""
    numbers = {processor.id_to_piece(index): index for index in range(processor.get_piece_size())}
    found = {
        index
        for piece, index in numbers.items()
        if processor.is_byte(index) or piece in _SPECIAL or _is_plain(piece)
    }
    batch: list[str] = []
    for count, text in enumerate(texts):
        batch.append(text)
        if len(batch) == _BATCH:
            progress(f"{count + 1:,} texts", 0.0)
            found.update(index for row in processor.encode(batch) for index in row)
            batch.clear()
    found.update(index for row in processor.encode(batch) for index in row)
    progress("parts of pieces", 0.9)
    pieces = [processor.id_to_piece(index) for index in found if not processor.is_byte(index)]

    def order(left: str, right: str) -> float | None:
        number = numbers.get(left + right)
        return None if number is None else -processor.get_score(number)

    return found | {numbers[piece] for piece in parts_of(pieces, {*numbers}, order)}


def _is_plain(piece: str) -> bool:
    """Whether a piece is white space, or one character that copy in these languages may have."""
    if not piece.strip("\n\t▁"):
        return True
    return len(piece) == 1 and any(low <= ord(piece) <= high for low, high in CHARACTERS)


def write_pieces(path: Path, kept: set[int], size: int) -> None:
    """Return one bit per piece, in order, compressed."""
    bits = np.zeros(size, np.uint8)
    bits[sorted(kept)] = 1
    path.write_bytes(gzip.compress(np.packbits(bits).tobytes(), mtime=0))


def texts(data: Path, words: Sequence[Path]) -> Iterable[str]:
    """Yield all texts of the three languages. Raises ``OSError``, ``ValueError``."""
    for pair in read_pairs(data):
        yield from (pair.text, pair.translation)
    for sentence in wire.sentences(_WIRE_SENTENCES, 1):
        yield from sentence.values()
    for path in words:
        for word in path.read_text("utf-8").splitlines():
            if languages.is_chinese(word):
                yield languages.simplify(word)
            else:
                yield f" {word}"
                yield f" {word.capitalize()}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 written, 1 a file cannot be read, 2 wrong usage."""
    parser = argparse.ArgumentParser(
        prog="python -m models.training.vocabulary", description=__doc__
    )
    parser.add_argument("--base", type=Path, required=True, help="the base model's directory")
    parser.add_argument("--data", type=Path, required=True, help="es-en.tsv and en-zh.tsv")
    parser.add_argument(
        "--words", type=Path, nargs="*", default=(), help="files with one word per line"
    )
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    try:
        processor = SentencePieceProcessor(model_file=str(options.base / SOURCE_SENTENCEPIECE_FILE))
        with progress_display("Vocabulary") as progress:
            kept = needed(processor, texts(options.data, options.words), progress)
        write_pieces(options.out, kept, processor.get_piece_size())
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{len(kept):,} of {processor.get_piece_size():,} pieces")
    return 0


if __name__ == "__main__":
    sys.exit(main())
