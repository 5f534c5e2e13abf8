"""Differences between runtimes and weight types, on our sentences: ``python -m benchmarks.parity``.

The reference is transformers in float32. Each direct pair is translated with the first search and
with the wider one. The output has the number of identical translations and the chrF against the
reference.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import sacrebleu

from benchmarks.command import reports_errors
from benchmarks.quality import OWN_SENTENCES, read_lines
from models.build import prepare_pack
from models.packs import OpenPack, open_pack
from models.settings import PackSettings
from teletipo.ports import Hop
from teletipo.progress import progress_display

_VARIANTS = (("ctranslate2", "float32"), ("ctranslate2", "int8"))


_Memory = dict[tuple[Hop, bool], list[str]]


@dataclass(frozen=True)
class Distance:
    """One variant's outputs compared with the reference's."""

    variant: str
    source: str
    target: str
    wider: bool
    same: int
    sentences: int
    chrf: float


def compare(
    pack: OpenPack, reference: OpenPack, lines: dict[str, list[str]], memory: _Memory
) -> list[Distance]:
    """Compare every direct pair in both searches; ``memory`` caches the reference's outputs."""
    distances = []
    for source in sorted(lines):
        for target in sorted(lines):
            hop = Hop(source, target)
            if pack.route(source, target) != (hop,):
                continue
            for wider in (False, True) if pack.can_widen(hop) else (False,):
                if (hop, wider) not in memory:
                    translated = reference.translate(lines[source], hop, wider=wider)
                    memory[hop, wider] = [each.text for each in translated]
                wanted = memory[hop, wider]
                found = [each.text for each in pack.translate(lines[source], hop, wider=wider)]
                distances.append(
                    Distance(
                        f"{pack.runtime} {pack.quantization}",
                        source,
                        target,
                        wider,
                        sum(one == other for one, other in zip(found, wanted, strict=True)),
                        len(found),
                        round(sacrebleu.corpus_chrf(found, [wanted]).score, 1),
                    )
                )
    return distances


@reports_errors
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark. Exit codes: 0 measured, 1 no pack, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.parity", description=__doc__)
    parser.add_argument("--pack", help="default: the setting TELETIPO_PACK, or embedded")
    parser.add_argument("--limit", type=int, help="only the first N sentences")
    parser.add_argument("--json", action="store_true", help="print JSON instead of lines")
    options = parser.parse_args(arguments)
    settings = PackSettings.load()
    name = options.pack or settings.pack
    results: list[Distance] = []
    memory: _Memory = {}
    with progress_display("Parity") as progress:
        packs = [
            open_pack(
                prepare_pack(
                    settings.model_copy(update={"runtime": runtime, "quantization": quantization}),
                    progress,
                    name,
                )
            )
            for runtime, quantization in (("transformers", "float32"), *_VARIANTS)
        ]
        lines = read_lines(OWN_SENTENCES, options.limit)
        for index, pack in enumerate(packs[1:]):
            progress(f"{pack.runtime} {pack.quantization}", index / len(_VARIANTS))
            results += compare(pack, packs[0], lines, memory)
    if options.json:
        print(json.dumps([asdict(result) for result in results], indent=2))
    else:
        for each in results:
            search = "wider" if each.wider else "first"
            print(
                f"{each.variant:22} {each.source:8} → {each.target:8} {search:6} "
                f"{each.same}/{each.sentences} identical, chrF {each.chrf}"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
