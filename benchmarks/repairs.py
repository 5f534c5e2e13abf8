"""Which second tries help: ``python -m benchmarks.repairs --data DIR``.

Lines are translated as in production. For each repair step: for how many texts it was tried, how
many of its outputs were taken, how many of those are without an error, and the seconds it took.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.command import reports_errors
from benchmarks.quality import OWN_SENTENCES, read_lines, routes
from models.build import prepare_pack
from models.packs import open_pack
from models.settings import PackSettings
from teletipo.ports import Hypothesis, Pack
from teletipo.progress import progress_display
from teletipo.translation import translate_requests
from teletipo.translation.plan import Leg, Request, Task
from teletipo.translation.repair import STEPS, Step
from teletipo.translation.select import Translation

_CHUNK = 32


@dataclass
class StepCount:
    """What one repair step did."""

    tried: int = 0
    """Texts that the step applied to."""
    taken: int = 0
    """Its output was better than what there was."""
    mended: int = 0
    """Taken, and without an error."""
    seconds: float = 0.0
    """Of decoding, without the checks."""

    def add(self, other: "StepCount") -> None:
        """Add another count to this one."""
        self.tried += other.tried
        self.taken += other.taken
        self.mended += other.mended
        self.seconds += other.seconds


def count(
    requests: Sequence[Request], pack: Pack, steps: dict[str, Step]
) -> tuple[list[Translation], dict[str, StepCount]]:
    """Return the translations, and what each step of ``steps`` did; it is ``repair.STEPS``."""
    counts = {name: StepCount() for name in steps}

    def counted(name: str, step: Step) -> Step:
        def run(legs: Sequence[Leg], pack: Pack) -> list[list[Hypothesis]]:
            started = time.perf_counter()
            found = step(legs, pack)
            counts[name].seconds += time.perf_counter() - started
            counts[name].tried += sum(map(bool, found))
            return found

        return run

    plain = dict(steps)
    steps.update({name: counted(name, step) for name, step in plain.items()})
    try:
        found = translate_requests(requests, pack, {})
    finally:
        steps.update(plain)
    for each in found:
        if each.repair in counts:
            counts[each.repair].taken += 1
            counts[each.repair].mended += not each.has_error
    return found, counts


@reports_errors
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark. Exit codes: 0 measured, 1 no data or no pack, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.repairs", description=__doc__)
    parser.add_argument(
        "--data", type=Path, default=OWN_SENTENCES, help="a folder with news.es, news.en, news.zh"
    )
    parser.add_argument("--limit", type=int, help="only the first N lines of each direction")
    parser.add_argument("--pairs", help="such as es-en,en-zh-Hans; default: all direct ones")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    settings = PackSettings.load()
    lines = read_lines(options.data, options.limit)
    total: dict[str, StepCount] = {name: StepCount() for name in STEPS}
    errors, seconds = 0, 0.0
    with progress_display("Repairs") as progress:
        pack = open_pack(prepare_pack(settings, progress), settings.threads)
        requests = [
            Request(Task(text), route)
            for (source, _), route in routes(pack, lines, options.pairs).items()
            if len(route) == 1
            for text in lines[source]
        ]
        for start in range(0, len(requests), _CHUNK):
            progress(f"{start} of {len(requests)}", start / len(requests))
            started = time.perf_counter()
            found, counts = count(requests[start : start + _CHUNK], pack, STEPS)
            seconds += time.perf_counter() - started
            errors += sum(each.has_error for each in found)
            for name, each in counts.items():
                total[name].add(each)
    if options.json:
        report = {
            "sentences": len(requests),
            "seconds": round(seconds, 1),
            "with_error": errors,
            "steps": {name: asdict(each) for name, each in total.items()},
        }
        print(json.dumps(report))
        return 0
    print("step      tried  taken  mended  seconds")
    for name, each in total.items():
        print(f"{name:8} {each.tried:6} {each.taken:6} {each.mended:7} {each.seconds:8.1f}")
    print(f"{len(requests)} sentences in {seconds:.0f} s; {errors} still have an error.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
