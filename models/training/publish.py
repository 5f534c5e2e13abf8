"""Publish a trained adapter for the build: ``python -m models.training.publish --help``.

A manifest next to it records the base model, the data and their licences, the commands and seed,
and the scores.
"""

import argparse
import json
import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from models.adapter import (
    MANIFEST_FILE,
    PIECES_FILE,
    WEIGHTS_FILE,
    AdapterManifest,
    DataSource,
)
from models.packs import sha256_of
from models.training.backtranslate import ORIGIN
from models.training.pairs import clean, read_pairs
from models.training.translator import load_config

_LICENCES = Path(__file__).parents[1] / "licences"
# By origin, the third column of the data's rows.
_SOURCES = {
    "wmt-news": "WMT news test sets 2008-2012, 2017, 2018: free for research",
    "wmt-general": "WMT general test sets 2021-2023: free for research",
    "wmt24": "WMT general test set 2024: free for research",
    "python-docs": "the Python documentation and its translations: CC0",
    "tatoeba": "Tatoeba, tatoeba.org and its contributors: CC BY 2.0 FR",
    ORIGIN: "WMT news test sets 2017, 2018, their English put into Spanish by the first run's "
    "adapter: free for research",
}


def publish(
    trained: Path,
    out: Path,
    data: Path,
    config: Path,
    base_sha256: str,
    steps: int,
    scores: Sequence[Path],
    commands: Sequence[str] = (),
) -> None:
    """Copy ``adapter.safetensors`` from ``trained`` into ``out`` and write the manifest.

    ``out`` must contain ``pieces.gz``. ``commands`` are the training commands, if there was more
    than one run with this configuration. ``scores`` is the output of ``benchmarks.quality --json``.
    Raises ``OSError``, ``ValueError``.
    """
    settings = load_config(config)
    pairs, _ = clean(read_pairs(data))
    counts = Counter(pair.origin for pair in pairs)
    shutil.copyfile(trained / WEIGHTS_FILE, out / WEIGHTS_FILE)
    shutil.copy(_LICENCES / "GEMMA_NOTICE.txt", out / "NOTICE.txt")
    manifest = AdapterManifest(
        licence="Gemma Terms of Use",
        base_sha256=base_sha256,
        files={name: sha256_of(out / name) for name in (WEIGHTS_FILE, PIECES_FILE)},
        command=" && ".join(commands)
        or "python -m models.training.translator "
        f"--base BASE --data DATA --out OUT --steps {steps}",
        seed=settings.seed,
        steps=steps,
        sources=(
            *(
                DataSource(
                    name=_SOURCES[origin].partition(": ")[0],
                    licence=_SOURCES[origin].partition(": ")[2],
                    pairs=counts[origin],
                )
                for origin in _SOURCES
            ),
            DataSource(
                name="models.training.wire: sentences by rule, three directions each",
                licence="Apache-2.0",
                pairs=3 * settings.wire_sentences,
            ),
        ),
        scores={path.stem: json.loads(path.read_text("utf-8"))["results"] for path in scores},
    )
    text = json.dumps(manifest.model_dump(mode="json"), indent=2, ensure_ascii=False)
    (out / MANIFEST_FILE).write_text(text + "\n", "utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 published, 1 a file cannot be read, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m models.training.publish", description=__doc__)
    parser.add_argument("trained", type=Path, help="the training's --out")
    parser.add_argument("out", type=Path, help="such as models/adapters/translator")
    parser.add_argument("--data", type=Path, required=True, help="es-en.tsv and en-zh.tsv")
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
        )
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
