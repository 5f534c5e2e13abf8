"""Translation quality of a pack on aligned sentences: ``python -m benchmarks.quality``.

Every line goes the way that it goes in production: greedy decoding, the decoding checks, beam
search for what failed them, and the target language's typography. BLEU and chrF are sacrebleu's
(``13a`` tokenizer, ``zh`` for Chinese).
"""

import argparse
import itertools
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import sacrebleu

from models.build import prepare_pack
from models.packs import open_pack
from teletipo.errors import TeletipoError
from teletipo.ports import Pack
from teletipo.progress import Progress, progress_display
from teletipo.settings import load_settings
from teletipo.translator import Memory, translate_texts

OWN_SENTENCES = Path(__file__).parent / "data"
FILES = {"es": "news.es", "en": "news.en", "zh-Hans": "news.zh"}
_CHUNK = 32


@dataclass(frozen=True)
class Result:
    """One language pair's figures."""

    source: str
    target: str
    via: str | None
    sentences: int
    bleu: float
    chrf: float
    faulty_percent: float
    """Sentences that still have an error by the checks, after all tries."""
    seconds: float
    """Of the steps that no pair above had done already."""


def measure(
    pack: Pack,
    lines: dict[str, list[str]],
    source: str,
    target: str,
    memory: Memory,
    progress: Progress,
) -> Result | None:
    """Translate every line from ``source`` and compare with ``target``; None without a route.

    ``memory`` holds the steps that other pairs' routes have in common with this one.
    """
    route = pack.route(source, target)
    if route is None:
        return None
    started = time.perf_counter()
    hypotheses: list[str] = []
    faulty = 0
    for start in range(0, len(lines[source]), _CHUNK):
        progress(f"{source}→{target}", start / len(lines[source]))
        chunk = lines[source][start : start + _CHUNK]
        for translation in translate_texts([(line, route) for line in chunk], pack, memory):
            hypotheses.append(translation.text)
            faulty += translation.has_error
    tokenizer = "zh" if target.startswith("zh") else "13a"
    return Result(
        source=source,
        target=target,
        via=route[0].target if len(route) > 1 else None,
        sentences=len(hypotheses),
        bleu=round(sacrebleu.corpus_bleu(hypotheses, [lines[target]], tokenize=tokenizer).score, 1),
        chrf=round(sacrebleu.corpus_chrf(hypotheses, [lines[target]]).score, 1),
        faulty_percent=round(100 * faulty / len(hypotheses), 1),
        seconds=round(time.perf_counter() - started, 1),
    )


def read_lines(directory: Path, limit: int | None) -> dict[str, list[str]]:
    """The aligned sentences by language. Raises ``ValueError`` where files are not aligned."""
    lines = {
        language: (directory / name).read_text("utf-8").splitlines()[:limit]
        for language, name in FILES.items()
        if (directory / name).is_file()
    }
    if (
        len(lines) < 2
        or len({len(each) for each in lines.values()}) != 1
        or not min(lines.values())
    ):
        raise ValueError(
            f"{directory} must hold at least two of {', '.join(FILES.values())}, "
            "with the same number of lines."
        )
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 measured, 1 no data or no pack, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    parser.add_argument("--pack", help="default: the setting TELETIPO_PACK, or embedded")
    parser.add_argument(
        "--data", type=Path, default=OWN_SENTENCES, help="a folder with news.es, news.en, news.zh"
    )
    parser.add_argument("--pairs", help="such as es-en,en-zh-Hans; default: all the pack has")
    parser.add_argument("--limit", type=int, help="only the first N lines")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    results = []
    try:
        settings = load_settings()
        lines = read_lines(options.data, options.limit)
        with progress_display("Quality") as progress:
            directory = prepare_pack(settings, progress, options.pack)
            pack = open_pack(directory, settings.threads)
            memory: Memory = {}
            for source, target in itertools.permutations(lines, 2):
                if options.pairs and f"{source}-{target}" not in options.pairs.split(","):
                    continue
                result = measure(pack, lines, source, target, memory, progress)
                if result is None:
                    continue
                results.append(result)
                if not options.json:
                    _print_row(result, header=len(results) == 1)
    except (TeletipoError, ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    if options.json:
        json.dump([asdict(result) for result in results], sys.stdout, indent=2)
        print()
    return 0


def _print_row(result: Result, *, header: bool) -> None:
    if header:
        print(f"{'pair':16} {'via':8} {'lines':>5} {'BLEU':>5} {'chrF':>5} {'faulty':>7} {'s':>7}")
    pair = f"{result.source}→{result.target}"
    print(
        f"{pair:16} {result.via or '-':8} {result.sentences:5} {result.bleu:5.1f} "
        f"{result.chrf:5.1f} {result.faulty_percent:6.1f}% {result.seconds:7.1f}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
