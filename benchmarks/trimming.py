"""What trimming a vocabulary changes in unseen text: ``python -m benchmarks.trimming DIR``.

DIR is a model's directory in a pack, with its whole vocabulary. The tokenizer is trimmed as
``python -m models build`` does it, and both tokenize the same lines.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.command import reports_errors
from benchmarks.quality import OWN_SENTENCES, read_lines
from models.converters.trim import trim
from models.converters.words import Texts
from models.tokenization import open_tokenization

_VOCABULARIES = ("shared_vocabulary.json", "vocabulary.json")


@dataclass(frozen=True)
class Change:
    """One language's lines."""

    language: str
    kept: int
    """Pieces of the vocabulary that are kept, of ``of``."""
    of: int
    lines: int
    lines_changed: int
    """Lines with a dropped piece."""
    pieces: int
    pieces_changed: int
    """Running pieces that are dropped."""
    pieces_after: int
    """Running pieces with the trimmed vocabulary."""


def measure(directory: Path, data: Path, limit: int | None, corpus: Path | None) -> list[Change]:
    """Trim the tokenizer in ``directory`` for the languages in ``data``, and compare."""
    import torch
    from safetensors.torch import save_file

    lines = read_lines(data, limit)
    with tempfile.TemporaryDirectory() as scratch:
        staged, trimmed = Path(scratch) / "model", Path(scratch) / "tokenizer"
        shutil.copytree(directory, trimmed, ignore=shutil.ignore_patterns("model.*"))
        staged.mkdir()
        (path,) = [directory / name for name in _VOCABULARIES if (directory / name).exists()]
        rows = {token: row for row, token in enumerate(json.loads(path.read_text("utf-8")))}
        size = max(rows.values()) + 1
        (staged / "config.json").write_text(json.dumps({"vocab_size": size}))
        save_file({"embedding": torch.zeros(size, 1)}, staged / "model.safetensors")
        whole = open_tokenization(directory)
        special = [token for token in (whole.file.bos, whole.file.eos) if token]
        texts = Texts(tuple(lines), corpus)
        kept = set(trim(directory.name, staged, trimmed, rows, special, texts, [])[0])
        after = open_tokenization(trimmed)
        changes = []
        for language, own in lines.items():
            before = whole.encode(own)
            lost = [sum(token in rows and token not in kept for token in row) for row in before]
            changes.append(
                Change(
                    language=language,
                    kept=len(kept),
                    of=size,
                    lines=len(own),
                    lines_changed=sum(map(bool, lost)),
                    pieces=sum(map(len, before)),
                    pieces_changed=sum(lost),
                    pieces_after=sum(map(len, after.encode(own))),
                )
            )
    return changes


@reports_errors
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark. Exit codes: 0 compared, 1 no data or no model, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.trimming", description=__doc__)
    parser.add_argument("directory", type=Path, metavar="DIR")
    parser.add_argument(
        "--data", type=Path, default=OWN_SENTENCES, help="a folder with news.es, news.en, news.zh"
    )
    parser.add_argument("--corpus", type=Path, metavar="FILE", help="as in `models build`")
    parser.add_argument("--limit", type=int, help="only the first N lines")
    parser.add_argument("--json", action="store_true", help="print JSON instead of lines")
    options = parser.parse_args(arguments)
    changes = measure(options.directory, options.data, options.limit, options.corpus)
    if options.json:
        print(json.dumps([asdict(change) for change in changes], indent=2))
        return 0
    for each in changes:
        print(
            f"{each.language:8} {each.kept:,} of {each.of:,} pieces kept; "
            f"{each.pieces_changed:,} of {each.pieces:,} running pieces are dropped "
            f"({100 * each.pieces_changed / each.pieces:.1f} %), in {each.lines_changed:,} of "
            f"{each.lines:,} lines; {each.pieces_after:,} afterwards"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
