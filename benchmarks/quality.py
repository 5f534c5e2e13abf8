"""Translation quality of a pack on aligned sentences: ``python -m benchmarks.quality``.

Lines are translated as in production: decoded, checked, decoded again if a check failed, and
written with the target language's typography. If the pack has a direct way and one through a third
language, both are measured. BLEU and chrF are sacrebleu's (tokenizer ``13a``, ``zh`` for Chinese).
Outputs of other systems in the data's folder (``opus-mt.zh`` next to ``news.zh``) are checked and
scored too.
"""

import argparse
import itertools
import json
import random
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import sacrebleu

from benchmarks.command import reports_errors
from benchmarks.speed import peak_memory_mb
from models.build import prepare_pack
from models.packs import OpenPack, open_pack
from models.settings import PackSettings
from teletipo.findings import Finding, Severity
from teletipo.progress import Progress, progress_display
from teletipo.translation import translate_requests
from teletipo.translation.plan import Memory, Request, Route, Task
from teletipo.translation.select import Translation
from teletipo.verify import verify
from teletipo.verify.pair import SentencePair

OWN_SENTENCES = Path(__file__).parent / "data"
FILES = {"es": "news.es", "en": "news.en", "zh-Hans": "news.zh"}
_CHUNK = 32


@dataclass(frozen=True)
class Result:
    """One system's scores for one language pair."""

    system: str
    source: str
    target: str
    via: str | None
    sentences: int
    bleu: float
    chrf: float
    faulty_percent: float
    """Sentences with an error finding after all repairs."""
    findings_per_100: float
    """Errors and warnings per 100 sentences."""
    seconds: float
    """Without steps that an earlier pair already did."""
    tokens_per_second: float | None
    """Output tokens of the last step; None for other systems' outputs."""


@dataclass(frozen=True)
class Outputs:
    """One system's translations of all lines, with the checks' findings."""

    system: str
    source: str
    target: str
    via: str | None
    texts: tuple[str, ...]
    findings: tuple[tuple[Finding, ...], ...]
    seconds: float
    tokens: int = 0

    def result(self, references: Sequence[str]) -> Result:
        """Return the scores against the references."""
        count = len(self.texts)
        severities = [[finding.severity for finding in each] for each in self.findings]
        faulty = sum(Severity.ERROR in each for each in severities)
        findings = sum(severity is not Severity.INFO for each in severities for severity in each)
        tokenizer = "zh" if self.target.startswith("zh") else "13a"
        bleu = sacrebleu.corpus_bleu(self.texts, [references], tokenize=tokenizer)
        return Result(
            system=self.system,
            source=self.source,
            target=self.target,
            via=self.via,
            sentences=count,
            bleu=round(bleu.score, 1),
            chrf=round(sacrebleu.corpus_chrf(self.texts, [references]).score, 1),
            faulty_percent=round(100 * faulty / count, 1),
            findings_per_100=round(100 * findings / count, 1),
            seconds=round(self.seconds, 1),
            tokens_per_second=round(self.tokens / self.seconds, 1) if self.tokens else None,
        )


def translate(
    pack: OpenPack,
    texts: Sequence[str],
    route: Route,
    memory: Memory,
    progress: Progress,
    *,
    repair: bool = True,
) -> Outputs:
    """Translate the texts by ``route``.

    ``memory`` caches the steps that several routes share.
    """
    source, target = route[0].source, route[-1].target
    started = time.perf_counter()
    found: list[Translation] = []
    for start in range(0, len(texts), _CHUNK):
        progress(f"{source}→{target}", start / len(texts))
        chunk = texts[start : start + _CHUNK]
        requests = [Request(Task(text), route) for text in chunk]
        found += translate_requests(requests, pack, memory, repair=repair)
    seconds = time.perf_counter() - started
    return Outputs(
        system=pack.name,
        source=source,
        target=target,
        via=route[0].target if len(route) > 1 else None,
        texts=tuple(each.text for each in found),
        findings=tuple(each.findings for each in found),
        seconds=seconds,
        tokens=pack.count_tokens([each.text for each in found], route[-1]),
    )


def routes(
    pack: OpenPack, languages: Iterable[str], names: str | None = None
) -> dict[tuple[str, str], Route]:
    """Return the pack's routes between the languages; ``names`` leaves only these (``es-en,…``)."""
    wanted = names.split(",") if names else None
    return {
        (source, target): route
        for source, target in itertools.permutations(languages, 2)
        if (wanted is None or f"{source}-{target}" in wanted)
        and (route := pack.route(source, target))
    }


def others(directory: Path, lines: dict[str, list[str]], source: str, target: str) -> list[Outputs]:
    """Return other systems' translations from English, in files with the reference's suffix.

    Raises ``ValueError`` if a file has too few lines.
    """
    found = []
    ending = Path(FILES[target]).suffix
    for path in sorted(directory.glob(f"*{ending}")):
        if path.name == FILES[target] or source != "en":
            continue
        texts = path.read_text("utf-8").splitlines()
        if len(texts) < len(lines[target]):
            raise ValueError(f"{path} has {len(texts)} lines; it needs {len(lines[target])}.")
        outputs = tuple(texts[: len(lines[source])])
        findings = tuple(
            tuple(verify(SentencePair.of(text, output, source, target)))
            for text, output in zip(lines[source], outputs, strict=True)
        )
        found.append(Outputs(path.stem, source, target, None, outputs, findings, 0.0))
    return found


def chosen(
    directions: Iterable[tuple[str, str]], size: int, count: int, seed: int
) -> dict[tuple[str, str], list[int]]:
    """Return up to ``count`` random places of ``size`` lines for each direction, in order."""
    chance = random.Random(seed)  # noqa: S311
    return {
        direction: sorted(chance.sample(range(size), min(count, size)))
        for direction in dict.fromkeys(directions)
    }


def samples(
    outputs: Sequence[Outputs], lines: dict[str, list[str]], count: int, seed: int
) -> list[dict[str, str]]:
    """Return random lines for each direction: source, reference and each system's output."""
    shown = []
    size = len(next(iter(lines.values())))
    places = chosen(((each.source, each.target) for each in outputs), size, count, seed)
    for (source, target), indices in places.items():
        own = [each for each in outputs if (each.source, each.target) == (source, target)]
        for index in indices:
            shown.append(
                {
                    "direction": f"{source}→{target}",
                    "source": lines[source][index],
                    "reference": lines[target][index],
                    **{each.system: each.texts[index] for each in own},
                }
            )
    return shown


def read_lines(directory: Path, limit: int | None) -> dict[str, list[str]]:
    """Return the aligned sentences by language. Raises ``ValueError`` if files are not aligned."""
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


@reports_errors
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark. Exit codes: 0 measured, 1 no data or no pack, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    parser.add_argument("--pack", help="default: the setting TELETIPO_PACK, or embedded")
    parser.add_argument(
        "--data", type=Path, default=OWN_SENTENCES, help="a folder with news.es, news.en, news.zh"
    )
    parser.add_argument("--pairs", help="such as es-en,en-zh-Hans; default: all pairs of the pack")
    parser.add_argument("--limit", type=int, help="only the first N lines")
    parser.add_argument(
        "--without-repair",
        action="store_true",
        help="keep the first decoding: measures the model alone",
    )
    parser.add_argument("--beams", type=int, help="beams of the first decoding")
    parser.add_argument(
        "--samples", type=int, default=0, help="number of lines to show side by side"
    )
    parser.add_argument("--seed", type=int, default=1, help="seed for choosing samples")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    results: list[Result] = []
    every: list[Outputs] = []
    settings = PackSettings.load()
    lines = read_lines(options.data, options.limit)
    with progress_display("Quality") as progress:
        directory = prepare_pack(settings, progress, options.pack)
        pack = open_pack(directory, settings.threads)
        if options.beams:
            _set_beams(pack, options.beams)
        memory: Memory = {}
        for source, target in itertools.permutations(lines, 2):
            if options.pairs and f"{source}-{target}" not in options.pairs.split(","):
                continue
            ways = pack.route(source, target), pack.detour(source, target)
            repair = not options.without_repair
            found = [
                translate(pack, lines[source], way, memory, progress, repair=repair)
                for way in ways
                if way
            ]
            found += others(options.data, lines, source, target)
            for each in found:
                results.append(each.result(lines[target]))
                if not options.json:
                    _print_row(results[-1], header=len(results) == 1)
            every += found
    shown = samples(every, lines, options.samples, options.seed)
    if options.json:
        json.dump(
            {
                "results": [asdict(result) for result in results],
                "peak_megabytes": round(peak_memory_mb()),
                "samples": shown,
            },
            sys.stdout,
            indent=2,
            ensure_ascii=False,
        )
        print()
    else:
        print(f"peak memory {round(peak_memory_mb())} MB")
        for sample in shown:
            print()
            for name, text in sample.items():
                print(f"{name:12} {text}")
    return 0


def _set_beams(pack: OpenPack, beams: int) -> None:
    for model in pack.by_name.values():
        decoding = model.packed.decoding.model_copy(update={"beam_size": beams})
        model.packed = model.packed.model_copy(update={"decoding": decoding})


def _print_row(result: Result, *, header: bool) -> None:
    if header:
        print(
            f"{'system':14} {'pair':16} {'via':8} {'lines':>5} {'BLEU':>5} {'chrF':>5} "
            f"{'faulty':>7} {'findings/100':>12} {'s':>7} {'tokens/s':>8}"
        )
    pair = f"{result.source}→{result.target}"
    print(
        f"{result.system:14} {pair:16} {result.via or '-':8} {result.sentences:5} "
        f"{result.bleu:5.1f} {result.chrf:5.1f} {result.faulty_percent:6.1f}% "
        f"{result.findings_per_100:12.1f} {result.seconds:7.1f} "
        f"{result.tokens_per_second or '-':>8}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
