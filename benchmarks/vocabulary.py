"""Effect of trimming the embedded model's vocabulary: ``python -m benchmarks.vocabulary``.

The trained model is converted with the whole vocabulary and with only the kept pieces, and both
translate the same lines. If neither a line nor its translation by the whole model has a dropped
piece, both outputs must be the same.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sentencepiece import SentencePieceProcessor

from benchmarks.command import reports_errors
from benchmarks.quality import OWN_SENTENCES, read_lines
from models import build
from models.adapter import Adapter
from models.converters.gemma3_gguf import convert
from models.manifest import PackageOrigin, PackedModel, catalog
from models.model import Model, open_model
from models.packs import available_threads
from models.tokenization import SOURCE_SENTENCEPIECE_FILE
from teletipo.ports import Hop
from teletipo.progress import Progress, progress_display

_MODEL = "gemma-3-270m-wire"
_CHUNK = 32


class _WholeVocabulary(Adapter):
    """The same adapter without trimming."""

    def pieces(self, size: int) -> npt.NDArray[np.int64]:
        """See ``Adapter.pieces``."""
        return np.arange(size)


@dataclass(frozen=True)
class Comparison:
    """The results of one direction."""

    source: str
    target: str
    lines: int
    untouched: int
    """Lines without a dropped piece in source or translation."""
    untouched_same: int
    """Untouched lines with the same output."""
    same: int
    """Lines with the same output."""
    whole_seconds: float
    trimmed_seconds: float


def compare(
    models: tuple[Model, Model],
    processors: tuple[SentencePieceProcessor, SentencePieceProcessor],
    lines: Sequence[str],
    hop: Hop,
    progress: Progress,
) -> Comparison:
    """Translate all lines with both models and compare the outputs."""
    whole, trimmed = processors
    kept = {trimmed.id_to_piece(index) for index in range(trimmed.get_piece_size())}
    outputs: list[list[str]] = []
    seconds = []
    for model in models:
        started = time.perf_counter()
        found: list[str] = []
        for start in range(0, len(lines), _CHUNK):
            progress(f"{hop.source}→{hop.target}", start / len(lines))
            chunk = lines[start : start + _CHUNK]
            found += [
                each.text for each in model.translate([(line, hop) for line in chunk], wider=False)
            ]
        outputs.append(found)
        seconds.append(round(time.perf_counter() - started, 1))
    untouched = same = untouched_same = 0
    for line, one, other in zip(lines, *outputs, strict=True):
        pieces = whole.encode(line, out_type=str) + whole.encode(one, out_type=str)
        is_untouched = all(piece in kept for piece in pieces)
        untouched += is_untouched
        same += one == other
        untouched_same += is_untouched and one == other
    return Comparison(hop.source, hop.target, len(lines), untouched, untouched_same, same, *seconds)


@reports_errors
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark. Exit codes: 0 compared, 1 no data or no model, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.vocabulary", description=__doc__)
    parser.add_argument(
        "--data", type=Path, default=OWN_SENTENCES, help="a folder with news.es, news.en, news.zh"
    )
    parser.add_argument("--limit", type=int, help="only the first N lines")
    parser.add_argument("--json", action="store_true", help="print JSON instead of lines")
    options = parser.parse_args(arguments)
    results = []
    lines = read_lines(options.data, options.limit)
    with progress_display("Vocabulary") as progress, tempfile.TemporaryDirectory() as scratch:
        directories = Path(scratch) / "whole", Path(scratch) / "trimmed"
        models = (
            _converted(directories[0], _WholeVocabulary, progress),
            _converted(directories[1], Adapter, progress),
        )
        whole, trimmed = (
            SentencePieceProcessor(model_file=str(directory / SOURCE_SENTENCEPIECE_FILE))
            for directory in directories
        )
        for hop in models[0].hops:
            if hop.source in lines and hop.target in lines:
                texts = lines[hop.source]
                results.append(compare(models, (whole, trimmed), texts, hop, progress))
    if options.json:
        print(json.dumps([asdict(result) for result in results], indent=2))
        return 0
    for each in results:
        print(
            f"{each.source:8}→ {each.target:8} untouched {each.untouched:5} of {each.lines}, "
            f"of these the same {each.untouched_same:5}; all lines the same {each.same:5}; "
            f"seconds {each.whole_seconds} → {each.trimmed_seconds}"
        )
    return 0


def _converted(directory: Path, kind: type[Adapter], progress: Progress) -> Model:
    directory.mkdir()
    entry = catalog().models[_MODEL]
    if not isinstance(entry.origin, PackageOrigin) or not entry.origin.adapter:
        raise ValueError(f"{_MODEL} has no adapter")
    gguf_file, sha256, _ = build.assemble_gemma(entry.origin, directory)
    adapter = kind(build.ADAPTERS / entry.origin.adapter)
    convert(gguf_file, directory, "int8", progress, adapter)
    packed = PackedModel(**entry.model_dump(), name=_MODEL, weights=gguf_file.name, sha256=sha256)
    return open_model(directory, packed, "ctranslate2", "int8", available_threads())


if __name__ == "__main__":
    sys.exit(main())
