"""Publish a trained adapter for the build: ``python -m models.training.publish --help``.

A manifest next to it records the base model, the data and their licences, the commands and seed,
and the scores.
"""

import argparse
import json
import shutil
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from models.adapter import (
    MANIFEST_FILE,
    PIECES_FILE,
    WEIGHTS_FILE,
    Adapter,
    AdapterManifest,
    DataSource,
)
from models.packs import sha256_of
from models.training import wire
from models.training.pairs import Pair, clean, read_pairs
from models.training.translator import Config, load_config, with_headlines

_LICENCES = Path(__file__).parents[1] / "licences"
_SOURCES = Path(__file__).with_name("sources.toml")
# What puts terms into sentences; see ``models.training.dictionary``.
_DICTIONARIES = ("names", "cedict")


def sources_of(
    config: Config, pairs: Iterable[Pair], earlier: Sequence[DataSource]
) -> list[DataSource]:
    """Return what a run learned from, and what the adapter that it began with had.

    Raises ``ValueError`` for an origin that ``sources.toml`` does not have.
    """
    known = tomllib.loads(_SOURCES.read_text("utf-8"))
    counts = Counter(pair.origin for pair in with_headlines([*pairs], config))
    counts[wire.ORIGIN] = 3 * config.wire_sentences
    counts[wire.HEADLINE_ORIGIN] = 3 * config.wire_headlines
    wanted = dict.fromkeys(
        origin
        for mix in config.mix
        for origin, passes in mix.passes.items()
        if counts[origin] and any(passes)
    )
    if any(mix.terms for mix in config.mix):
        wanted |= dict.fromkeys(_DICTIONARIES)
    if missing := sorted(wanted.keys() - known.keys()):
        raise ValueError(f"{_SOURCES} does not have the origins {', '.join(missing)}")
    found = [DataSource(**known[origin], pairs=counts[origin]) for origin in wanted]
    names = {source.name for source in found}
    return [*found, *(source for source in earlier if source.name not in names)]


def publish(
    trained: Path,
    out: Path,
    data: Path,
    config: Path,
    base_sha256: str,
    steps: int,
    scores: Sequence[Path],
    commands: Sequence[str] = (),
    start: Path | None = None,
) -> None:
    """Copy ``adapter.safetensors`` from ``trained`` into ``out`` and write the manifest.

    ``out`` must contain ``pieces.gz``. ``commands`` are the training commands, if there was more
    than one run with this configuration. ``start`` is the directory of the adapter that the run
    began with, and ``scores`` is the output of ``benchmarks.quality --json``.
    Raises ``OSError``, ``ValueError``.
    """
    settings = load_config(config)
    pairs = read_pairs(data)
    if data.is_dir():
        pairs, _ = clean(pairs)
    earlier = Adapter(start).manifest.sources if start else ()
    weights, pieces = trained / WEIGHTS_FILE, out / PIECES_FILE
    manifest = AdapterManifest(
        licence="Gemma Terms of Use",
        base_sha256=base_sha256,
        files={path.name: sha256_of(path) for path in (weights, pieces)},
        command=" && ".join(commands)
        or "python -m models.training.translator "
        f"--base BASE --data DATA --out OUT --steps {steps}",
        seed=settings.seed,
        steps=steps,
        sources=tuple(sources_of(settings, pairs, earlier)),
        scores={path.stem: json.loads(path.read_text("utf-8"))["results"] for path in scores},
    )
    text = json.dumps(manifest.model_dump(mode="json"), indent=2, ensure_ascii=False)
    # Nothing is written before everything was read.
    shutil.copyfile(weights, out / WEIGHTS_FILE)
    shutil.copy(_LICENCES / "GEMMA_NOTICE.txt", out / "NOTICE.txt")
    (out / MANIFEST_FILE).write_text(text + "\n", "utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 published, 1 a file cannot be read, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m models.training.publish", description=__doc__)
    parser.add_argument("trained", type=Path, help="the training's --out")
    parser.add_argument("out", type=Path, help="such as models/adapters/translator")
    parser.add_argument("--data", type=Path, required=True, help="as the trainer's")
    parser.add_argument("--start", type=Path, help="directory of the adapter that it began with")
    parser.add_argument("--config", type=Path, default=Path(__file__).with_name("translator.toml"))
    parser.add_argument("--base-sha256", required=True, help="SHA-256 of the base model's file")
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--command", action="append", default=[], help="training commands in order")
    parser.add_argument("--scores", type=Path, nargs="*", default=(), help="one file per test set")
    options = parser.parse_args(arguments)
    try:
        publish(
            options.trained,
            options.out,
            options.data,
            options.config,
            options.base_sha256,
            options.steps,
            options.scores,
            options.command,
            options.start,
        )
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    print("Next: python -m models.training.sources --write docs/models.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
