"""Memory use by step, with random weights: ``python -m benchmarks.memory``."""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.command import reports_errors
from benchmarks.speed import QUEUE_BATCH, TARGETS, articles
from models.settings import PackSettings
from teletipo.progress import progress_display


@reports_errors
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark. Exit codes: 0 measured, 1 failed, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=__doc__)
    parser.add_argument("--articles", type=int, default=16, help="default: %(default)s")
    parser.add_argument("--json", action="store_true", help="print JSON instead of lines")
    parser.add_argument("--worker", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.worker:
        print(json.dumps(_profile(options.worker, options.articles)))
        return 0
    with progress_display("Memory") as progress:
        # Imported here so that it is not in the measured process.
        from benchmarks.speed_models import random_packs

        pack = random_packs(PackSettings.load().cache_dir, progress)["ctranslate2"]
        progress("measuring", 0.9)
        result = subprocess.run(
            [sys.executable, "-m", "benchmarks.memory", "--worker", str(pack),
             "--articles", str(options.articles)],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )  # fmt: skip
    profile: dict[str, float] = json.loads(result.stdout)
    if options.json:
        print(json.dumps(profile, indent=2))
    else:
        for step, megabytes in profile.items():
            print(f"{step:32} {megabytes:6.0f} MB")
    return 0


def _profile(directory: Path, count: int) -> dict[str, float]:
    """Return the resident megabytes after each step, and the peak."""
    from models.packs import open_pack
    from teletipo.article import Source
    from teletipo.options import SummaryOptions
    from teletipo.pipeline import Request, summarize_articles

    profile = {"imported": _status("VmRSS")}
    pack = open_pack(directory)
    profile["checksums checked"] = _status("VmRSS")
    for name, model in pack.by_name.items():
        model.load()
        profile[f"loaded {name}"] = _status("VmRSS")
    requests = [
        Request(text.encode(), Source(str(number))) for number, text in enumerate(articles(count))
    ]
    # As benchmarks.speed does with random weights.
    options = SummaryOptions(targets=("es", *TARGETS), repair=False)
    for start in range(0, count, QUEUE_BATCH):
        summarize_articles(requests[start : start + QUEUE_BATCH], pack, options)
    profile["after the work"] = _status("VmRSS")
    profile["peak"] = _status("VmHWM")
    return profile


def _status(name: str) -> float:
    """Return a field of /proc/self/status, in megabytes."""
    for line in Path("/proc/self/status").read_text("utf-8").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    raise OSError(f"/proc/self/status has no {name}")


if __name__ == "__main__":
    sys.exit(main())
