"""Speed, memory and cost of summarizing articles: ``python -m benchmarks.speed``.

Each side summarizes every article and translates its headline and sentences into English and
Chinese, with the same weights, beams, lengths and cores. Each measurement runs in its own process.
Sides alternate, and the output has the medians.

naive       a handler as in tutorials: transformers, float32, one ``generate`` call per text
batched     transformers, float32, one padded batch per model with all articles' texts
limit       bare CTranslate2, int8: one ``translate_batch`` call per model on prepared tokens, in
            its fastest configuration (one worker per core, batches of eight)
teletipo    the pipeline from bytes to Summary, in batches as the queue delivers them
teletipo-all  the same with all articles in one batch
teletipo-tf the same as teletipo with the transformers runtime, float32
teletipo-whole  the same as teletipo without trimming the summarizer's vocabulary (not by default)

A measurement of over a minute runs once. One that would take over fifteen minutes, judged by the
smaller counts, is left out. If interrupted, the benchmark prints what it has measured.
"""

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.command import reports_errors
from models.architectures import DECODER_ONLY
from models.packs import available_threads
from models.settings import PackSettings
from teletipo.progress import Progress, progress_display

# Imports for single sides are local, so that a measured process loads only what its side needs.
SIDES = ("naive", "batched", "limit", "teletipo", "teletipo-all", "teletipo-tf")
_WHOLE = "teletipo-whole"
TARGETS = ("en", "zh-Hans")
# The batch size of the queue's event source mapping in template.yaml.
QUEUE_BATCH = 4
_LONG_SECONDS, _TOO_LONG_SECONDS = 60, 900
_FAST = {"limit", "teletipo", "teletipo-all"}
_MEGABYTES_PER_VCPU = 1769
_DOCS = Path(__file__).parents[1] / "docs"


@dataclass(frozen=True)
class Measurement:
    """One side's medians over ``runs`` processes."""

    weights: str
    side: str
    articles: int
    runs: int
    articles_per_minute: float
    """Without loading."""
    first_summary_seconds: float
    """From the start of the process."""
    peak_memory_mb: float
    tokens_per_second: float
    """Output tokens of all models, without loading."""
    milliseconds_per_article: float
    usd_per_1000_articles: float


@reports_errors
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark. Exit codes: 0 measured, 1 no pack, 2 wrong usage."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.speed",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--articles", default="1,16,64", metavar="N,…", help="default: %(default)s")
    parser.add_argument("--weights", default="random,embedded", help="default: %(default)s")
    parser.add_argument("--sides", default=",".join(SIDES), help="default: %(default)s")
    parser.add_argument("--runs", type=int, default=3, help="default: %(default)s")
    parser.add_argument(
        "--gb-second-usd",
        type=float,
        default=0.0000133334,
        help="price of Lambda on arm64, us-east-1, first tier (default: %(default)s)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--chart", type=Path, metavar="FILE", help="draw a chart as PNG")
    parser.add_argument("--worker", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.worker:
        return _work(*options.worker)
    with progress_display("Speed") as progress:
        results = _measure_all(options, progress)
    if options.chart:
        _draw(results, options.chart)
    if options.json:
        json.dump([asdict(result) for result in results], sys.stdout, indent=2)
        print()
    else:
        print(_table(results))
    return 0


def _measure_all(options: argparse.Namespace, progress: Progress) -> list[Measurement]:
    sides = options.sides.split(",")
    plan: list[tuple[str, str, int, Path]] = []
    for weights in options.weights.split(","):
        packs = _packs(weights, progress)
        for count in map(int, options.articles.split(",")):
            plan += [
                (weights, side, count, packs[_pack_of(side)])
                for side in sides
                # These sides are for encoder-decoder models, which the embedded one is not.
                if weights != "embedded" or side not in {"limit", "batched", _WHOLE}
            ]
    runs: _Runs = {}
    with contextlib.suppress(KeyboardInterrupt):
        # If interrupted, report the measurements so far.
        _run_all(plan, options.runs, runs, progress)
    return [
        medians(weights, side, count, done, options.gb_second_usd)
        for (weights, side, count), done in runs.items()
        if done
    ]


def _pack_of(side: str) -> str:
    if side == _WHOLE:
        return "ctranslate2-whole"
    return "ctranslate2" if side in _FAST else "transformers"


_Runs = dict[tuple[str, str, int], list[dict[str, float]]]


def _run_all(
    plan: Sequence[tuple[str, str, int, Path]], times: int, runs: _Runs, progress: Progress
) -> None:
    for run in range(times):
        for index, (weights, side, count, pack) in enumerate(plan):
            done = runs.setdefault((weights, side, count), [])
            smaller = [
                each[0]["work_seconds"] * count / known_count
                for (known_weights, known_side, known_count), each in runs.items()
                if each and (known_weights, known_side) == (weights, side) and known_count < count
            ]
            if (done and done[0]["wall_seconds"] > _LONG_SECONDS) or (
                smaller and min(smaller) > _TOO_LONG_SECONDS
            ):
                continue
            progress(
                f"{weights}, {side}, {count} articles, run {run + 1}",
                (run * len(plan) + index) / (times * len(plan)),
            )
            done.append(_run(weights, side, count, pack))


def _packs(weights: str, progress: Progress) -> dict[str, Path]:
    settings = PackSettings.load()
    if weights == "random":
        from benchmarks.speed_models import random_packs

        return random_packs(settings.cache_dir, progress)
    from models.build import prepare_pack

    return {
        runtime: prepare_pack(
            settings.model_copy(update={"runtime": runtime, "quantization": ""}), progress, weights
        )
        for runtime in ("ctranslate2", "transformers")
    }


def _run(weights: str, side: str, count: int, pack: Path) -> dict[str, float]:
    started = time.time()
    result = subprocess.run(
        [sys.executable, "-m", "benchmarks.speed", "--worker", side, str(count), str(pack),
         repr(started)],
        env={**os.environ, "OMP_NUM_THREADS": str(available_threads())},
        stdout=subprocess.PIPE,
        check=True,
        cwd=_DOCS.parent,
    )  # fmt: skip
    figures: dict[str, float] = json.loads(result.stdout.splitlines()[-1])
    figures["wall_seconds"] = time.time() - started
    return figures


def medians(
    weights: str, side: str, count: int, done: Sequence[dict[str, float]], price: float
) -> Measurement:
    """Return the medians over a side's runs, at a price in US dollars per GB-second."""

    def median(name: str) -> float:
        return statistics.median(figures[name] for figures in done)

    milliseconds = 1000 * median("work_seconds") / count
    # The memory for which Lambda gives as many cores as this machine has; see docs/speed.md.
    gigabytes = available_threads() * _MEGABYTES_PER_VCPU / 1024
    return Measurement(
        weights=weights,
        side=side,
        articles=count,
        runs=len(done),
        articles_per_minute=round(60_000 / milliseconds, 2),
        first_summary_seconds=round(median("first_seconds"), 2),
        peak_memory_mb=round(median("peak_memory_mb")),
        tokens_per_second=round(median("tokens") / median("work_seconds"), 1),
        milliseconds_per_article=round(milliseconds),
        usd_per_1000_articles=round(milliseconds * gigabytes * price, 4),
    )


# ── What a measured process does ────────────────────────────────────────────────────────────────


def _work(side: str, count: str, pack: str, started: str) -> int:
    """Run one side; print its figures as JSON on the last line of standard output."""
    begun, first, ended, tokens = _WORK[side](Path(pack), articles(int(count)))
    figures = {
        "work_seconds": ended - begun,
        "first_seconds": first - float(started),
        "tokens": tokens,
        "peak_memory_mb": peak_memory_mb(),
    }
    print(json.dumps(figures))
    return 0


def peak_memory_mb() -> float:
    """Return this program's peak memory; getrusage(2) would include its parent's."""
    for line in Path("/proc/self/status").read_text("utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise OSError("/proc/self/status has no VmHWM")


_Times = tuple[float, float, float, float]
"""Times when the models were loaded, the first and the last article done; then output tokens."""


def articles(count: int) -> list[str]:
    """Return ``count`` articles of six sentences; all sentences are different."""
    pool = (Path(__file__).parent / "data" / "news.es").read_text("utf-8").splitlines()
    texts = []
    for number in range(count):
        lines = [pool[(number + index) % len(pool)] for index in range(6)]
        body = " ".join(
            f"En la jornada {number * 6 + index + 1}, {line[0].lower()}{line[1:]}"
            for index, line in enumerate(lines)
        )
        texts.append(f"Crónica de la jornada número {number}\n\n{body}\n")
    return texts


def _teletipo(directory: Path, texts: list[str], batch: int = QUEUE_BATCH) -> _Times:
    from benchmarks import speed_models
    from models.packs import open_pack
    from teletipo import verify
    from teletipo.article import Source
    from teletipo.options import SummaryOptions
    from teletipo.pipeline import Request, summarize_articles
    from teletipo.summary import Summary, to_json

    pack = open_pack(directory)
    pack.load(["es"], TARGETS)
    verify.load(["es"], TARGETS)
    # Random words always fail the checks, and repairs must not be measured.
    repair = pack.name != speed_models.NAME
    options = SummaryOptions(targets=("es", *TARGETS), repair=repair)
    begun = time.time()
    first = 0.0
    summaries = []
    for start in range(0, len(texts), batch):
        requests = [
            Request(text.encode(), Source(f"articles/{start + index}.txt"))
            for index, text in enumerate(texts[start : start + batch])
        ]
        for result in summarize_articles(requests, pack, options):
            if not isinstance(result, Summary):
                raise result
            to_json(result)
            first = first or time.time()
            summaries.append(result)
    ended = time.time()
    return begun, first, ended, _count(pack, summaries)


def _count(pack: Any, summaries: Sequence[Any]) -> float:
    """Return the output tokens: fixed for random weights, otherwise counted in the texts."""
    from benchmarks import speed_models

    if pack.name == speed_models.NAME:
        texts = sum(2 * (1 + len(summary.summaries["es"].sentences)) for summary in summaries)
        return (
            texts * speed_models.TRANSLATION_TOKENS + len(summaries) * speed_models.SUMMARY_TOKENS
        )
    (model,) = pack.by_name.values()
    written = [
        text
        for summary in summaries
        for language in TARGETS
        for text in (
            summary.summaries[language].headline,
            *(sentence.text for sentence in summary.summaries[language].sentences),
        )
    ]
    return float(sum(model.count_tokens(written)))


@dataclass(frozen=True)
class _Job:
    """An article's work for the models: the body to summarize and the texts to translate."""

    body: str
    texts: list[str]


def _jobs(texts: list[str]) -> list[_Job]:
    """Return the work that Teletipo gives its models for these articles."""
    from teletipo import summarizer
    from teletipo.article import Source
    from teletipo.pipeline import read_article

    jobs = []
    for text in texts:
        article = read_article(text.encode(), Source("a", declared_language="es"), 1_000_000)
        draft = summarizer.summarize(article)
        sentences = [sentence.text for sentence in draft.sentences]
        jobs.append(_Job(article.body, [draft.headline or "", *sentences]))
    return jobs


class _Plain:
    """A model in plain transformers, used as documented, with the pack's decoding settings."""

    def __init__(self, directory: Path, packed: Any) -> None:
        import torch
        import transformers

        from models.runtimes.vocabulary import read_vocabulary
        from models.tokenization import open_tokenization

        torch.set_num_threads(available_threads())
        self._torch = torch
        self._packed = packed
        self._tokenization = open_tokenization(directory)
        self._tokens = read_vocabulary(directory)
        self._ids = {token: index for index, token in enumerate(self._tokens)}
        config = transformers.AutoConfig.from_pretrained(directory)
        self.model = getattr(transformers, config.architectures[0]).from_pretrained(directory)
        self.model.eval()

    def generate(self, texts: Sequence[str], source: str, target: str) -> int:
        """Decode the texts in one batch and return the number of output tokens."""
        from models.architectures import summary_frame, translation_frame
        from teletipo.ports import Hop

        torch, decoding = self._torch, self._packed.decoding
        if source == target:
            frame = summary_frame(self._packed, self._tokenization, source)
        else:
            frame = translation_frame(self._packed, self._tokenization, Hop(source, target))
        rows = []
        for text in texts:
            (tokens,) = self._tokenization.encode([frame.text_before + text + frame.text_after])
            tokens = [*frame.static_prompt, *frame.before, *tokens, *frame.after]
            rows.append([self._ids.get(token, 0) for token in tokens])
        width = max(map(len, rows))
        pad = self.model.config.pad_token_id or 0
        fixed = decoding.max_length if decoding.min_length > 1 else None
        with torch.inference_mode():
            output = self.model.generate(
                input_ids=torch.tensor([row + [pad] * (width - len(row)) for row in rows]),
                attention_mask=torch.tensor(
                    [[1] * len(row) + [0] * (width - len(row)) for row in rows]
                ),
                do_sample=False,
                num_beams=decoding.beam_size,
                min_new_tokens=fixed,
                max_new_tokens=fixed or int(width * decoding.max_length_ratio),
                eos_token_id=[self._ids[token] for token in frame.end_tokens if token in self._ids],
                pad_token_id=pad,
            )
        start = width if self._packed.architecture in DECODER_ONLY else 1
        written = [row[start:] for row in output.tolist()]
        for row in written:
            self._tokenization.decode([[self._tokens[index] for index in row if index != pad]])
        return sum(len(row) for row in written)


def _plain_models(directory: Path) -> Callable[[Sequence[str], str, str], int]:
    """Return a function that runs a pack's models for any pair of languages."""
    from models.packs import read_manifest

    plain: dict[tuple[str, str], _Plain] = {}
    hops: dict[tuple[str, str], list[tuple[str, str]]] = {}
    manifest = read_manifest(directory)
    for packed in manifest.models:
        model = _Plain(directory / packed.name, packed)
        for pair in packed.pairs:
            plain[pair.source, pair.target] = model
            hops[pair.source, pair.target] = [(pair.source, pair.target)]
        for language in packed.summarizes:
            plain[language, language] = model
    for route in manifest.routes:
        hops[route.source, route.target] = [(route.source, route.via), (route.via, route.target)]

    def generate(texts: Sequence[str], source: str, target: str) -> int:
        if source == target:
            if (source, target) not in plain:
                return 0
            return plain[source, target].generate(texts, source, target)
        return sum(plain[hop].generate(texts, *hop) for hop in hops[source, target])

    return generate


def _naive(directory: Path, texts: list[str]) -> _Times:
    generate = _plain_models(directory)
    begun = time.time()
    first = tokens = 0.0
    for job in _jobs(texts):
        tokens += generate([job.body], "es", "es")
        for target in TARGETS:
            for text in job.texts:
                tokens += generate([text], "es", target)
        first = first or time.time()
    return begun, first, time.time(), tokens


def _batched(directory: Path, texts: list[str]) -> _Times:
    generate = _plain_models(directory)
    begun = time.time()
    jobs = _jobs(texts)
    tokens = float(generate([job.body for job in jobs], "es", "es"))
    for target in TARGETS:
        tokens += generate([text for job in jobs for text in job.texts], "es", target)
    ended = time.time()
    return begun, ended, ended, tokens


def _limit(directory: Path, texts: list[str]) -> _Times:
    import ctranslate2

    from models.packs import read_manifest
    from models.runtimes.ctranslate2 import MAX_ROWS
    from models.tokenization import open_tokenization

    jobs = _jobs(texts)
    prepared = []
    for packed in read_manifest(directory).models:
        tokenization = open_tokenization(directory / packed.name)
        sources = (
            [job.body for job in jobs]
            if packed.summarizes
            else [text for job in jobs for text in job.texts]
        )
        tokens = [[*row, tokenization.file.eos] for row in tokenization.encode(sources)]
        translator = ctranslate2.Translator(
            str(directory / packed.name),
            compute_type="int8",
            # Its fastest configuration: docs/speed.md.
            inter_threads=available_threads(),
            intra_threads=1,
        )
        prepared.append((translator, tokens, packed.decoding))
    begun = time.time()
    written = 0.0
    for translator, tokens, decoding in prepared:
        results = translator.translate_batch(
            tokens,
            max_batch_size=MAX_ROWS,
            beam_size=decoding.beam_size,
            min_decoding_length=decoding.min_length,
            max_decoding_length=decoding.max_length,
        )
        written += sum(len(result.hypotheses[0]) for result in results)
    ended = time.time()
    return begun, ended, ended, written


def _teletipo_all(directory: Path, texts: list[str]) -> _Times:
    return _teletipo(directory, texts, len(texts))


_WORK: dict[str, Callable[[Path, list[str]], _Times]] = {
    "naive": _naive,
    "batched": _batched,
    "limit": _limit,
    "teletipo": _teletipo,
    "teletipo-all": _teletipo_all,
    "teletipo-tf": _teletipo,
    _WHOLE: _teletipo,
}


# ── What is printed ─────────────────────────────────────────────────────────────────────────────


def _table(results: Sequence[Measurement]) -> str:
    """Return the results as a Markdown table."""
    lines = [
        "| weights | side | articles | articles/min | first summary, s | peak memory, MB "
        "| tokens/s | ms/article | USD/1,000 | runs |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for result in sorted(results, key=lambda each: (each.weights != "random", each.articles)):
        lines.append(
            f"| {result.weights} | {result.side} | {result.articles} "
            f"| {result.articles_per_minute:.1f} | {result.first_summary_seconds:.1f} "
            f"| {result.peak_memory_mb:.0f} | {result.tokens_per_second:.0f} "
            f"| {result.milliseconds_per_article:.0f} | {result.usd_per_1000_articles:.3f} "
            f"| {result.runs} |"
        )
    return "\n".join(lines)


def _draw(results: Sequence[Measurement], path: Path) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    panels = [
        ("articles_per_minute", "articles per minute"),
        ("first_summary_seconds", "seconds to the first summary"),
        ("peak_memory_mb", "peak memory, MB"),
    ]
    shown = [result for result in results if result.weights == "random"] or list(results)
    counts = sorted({result.articles for result in shown})
    figure, axes = pyplot.subplots(1, len(panels), figsize=(13, 4))
    sides = [side for side in (*SIDES, _WHOLE) if any(result.side == side for result in shown)]
    width = 0.8 / len(sides)
    for axis, (name, title) in zip(axes, panels, strict=True):
        for place, side in enumerate(sides):
            points = {each.articles: getattr(each, name) for each in shown if each.side == side}
            axis.bar(
                [index + place * width for index, count in enumerate(counts) if count in points],
                [points[count] for count in counts if count in points],
                width,
                label=side,
            )
        axis.set_xticks([index + 0.4 - width / 2 for index in range(len(counts))], counts)
        axis.set_xlabel("articles")
        axis.set_title(title)
        axis.spines[["top", "right"]].set_visible(False)
    axes[0].legend(frameon=False)
    figure.tight_layout()
    figure.savefig(path, dpi=110)


if __name__ == "__main__":
    sys.exit(main())
