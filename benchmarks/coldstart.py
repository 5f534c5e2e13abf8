"""The cost of a cold start of the image: ``python -m benchmarks.coldstart``.

``infra/image/assemble.sh`` builds the image's files. Each figure is the median of several fresh
interpreters with only those files on their path. Lambda's own start and the download of the image
are not measured.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.command import reports_errors
from teletipo.progress import progress_display

_ASSEMBLE = Path(__file__).parents[1] / "infra" / "image" / "assemble.sh"
_IMPORT = "import handlers.summarize"
_LOAD = (
    "import sys, time; from pathlib import Path; from models.packs import open_pack;"
    "started = time.perf_counter(); pack = open_pack(Path(sys.argv[1]));"
    "opened = time.perf_counter(); pack.load(pack.sources, ['es', 'en', 'zh-Hans']);"
    "print(opened - started, time.perf_counter() - opened)"
)


@dataclass(frozen=True)
class ColdStart:
    """Medians, in seconds."""

    interpreter: float
    """An interpreter that does nothing; subtracted from the imports."""
    imports: float
    """The handler's imports, with bytecode as in the image."""
    imports_not_compiled: float
    """The same without bytecode, as on a read-only file system."""
    checksums: float
    """Verifying the pack's files."""
    models: float
    """Reading weights and tokenizers."""
    packages: dict[str, float]
    """Import times of the slowest packages, each with its own imports."""


def measure(tree: Path, runs: int) -> ColdStart:
    """Measure an assembled tree."""
    task, pack = tree / "var" / "task", tree / "opt" / "pack"
    environment = {"PYTHONPATH": str(task), "AWS_DEFAULT_REGION": "eu-west-1"}
    uncompiled = {
        **environment,
        "PYTHONPYCACHEPREFIX": str(tree / "no-bytecode"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }

    def run(code: str, env: dict[str, str], *flags: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-s", "-S", *flags, "-c", code, str(pack)],
            env=env,
            capture_output=True,
            text=True,
            check=True,
        )

    def seconds(code: str, env: dict[str, str]) -> float:
        times = []
        for _ in range(runs):
            started = time.perf_counter()
            run(code, env)
            times.append(time.perf_counter() - started)
        return statistics.median(times)

    interpreter = seconds("pass", environment)
    loads = [[float(part) for part in run(_LOAD, environment).stdout.split()] for _ in range(runs)]
    return ColdStart(
        interpreter=round(interpreter, 3),
        imports=round(seconds(_IMPORT, environment) - interpreter, 3),
        imports_not_compiled=round(seconds(_IMPORT, uncompiled) - interpreter, 3),
        checksums=round(statistics.median(load[0] for load in loads), 3),
        models=round(statistics.median(load[1] for load in loads), 3),
        packages=_packages(run(_IMPORT, environment, "-X", "importtime").stderr),
    )


def _packages(report: str) -> dict[str, float]:
    """Return the ten slowest packages in the output of ``-X importtime``, slowest first."""
    cumulative: dict[str, float] = {}
    for line in report.splitlines():
        match = re.match(r"import time:\s*\d+ \|\s*(\d+) \|\s+(\S+)", line)
        if match:
            package = match[2].split(".")[0]
            cumulative[package] = max(cumulative.get(package, 0.0), int(match[1]) / 1_000_000)
    ranked = sorted(cumulative.items(), key=lambda item: -item[1])
    return {name: round(seconds, 3) for name, seconds in ranked[:10]}


@reports_errors
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark. Exit codes: 0 measured, 1 the tree was not built, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.coldstart", description=__doc__)
    parser.add_argument("--tree", type=Path, help="an assembled tree; default: a new one")
    parser.add_argument("--runs", type=int, default=7, help="default: %(default)s")
    parser.add_argument("--json", action="store_true", help="print JSON instead of lines")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch, progress_display("Cold start") as progress:
        tree = options.tree or Path(scratch) / "image"
        if not tree.exists():
            progress("assembling the image's tree", 0.1)
            subprocess.run(
                [_ASSEMBLE, tree],
                env={**os.environ, "PYTHON": sys.executable},
                stdout=subprocess.DEVNULL,
                check=True,
            )
        progress("measuring", 0.6)
        result = measure(tree, options.runs)
    if options.json:
        print(json.dumps(asdict(result), indent=2))
        return 0
    for name, figure in asdict(result).items():
        if name != "packages":
            print(f"{name.replace('_', ' '):22} {figure:6.3f} s")
    for name, figure in result.packages.items():
        print(f"  import {name:20} {figure:6.3f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
