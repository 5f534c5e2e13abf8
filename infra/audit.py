"""Known vulnerabilities in the image's Python packages: ``python -m infra.audit TREE``.

pip-audit looks them up. A package that it could not look up counts as not audited, which pip-audit
itself calls clean.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_PROGRAM = Path(__file__).parents[1] / ".venv-security" / "bin" / "pip-audit"
_CLEAN, _VULNERABLE, _NOT_AUDITED = 0, 1, 3


def verdict(found: Mapping[str, Any]) -> tuple[int, list[str]]:
    """The exit code and the lines to print, from pip-audit's document."""
    packages = found["dependencies"]
    skipped = [each for each in packages if "skip_reason" in each]
    lines = [
        f"{each['name']} {each['version']}: {issue['id']}, mended in "
        f"{', '.join(issue['fix_versions']) or 'no version yet'}"
        for each in packages
        for issue in each.get("vulns", [])
    ]
    if lines:
        return _VULNERABLE, lines
    if skipped or not packages:
        reason = skipped[0]["skip_reason"] if skipped else "The tree has no packages."
        return _NOT_AUDITED, [
            f"{len(skipped)} of {len(packages)} packages could not be audited: the database of "
            "advisories was out of reach, or does not know them. Run this where pip-audit reaches "
            f"it. The first: {reason}"
        ]
    return _CLEAN, [f"{len(packages)} packages, no known vulnerabilities."]


def main(arguments: list[str] | None = None) -> int:
    """Exit codes: 0 clean, 1 vulnerabilities, 2 wrong usage, 3 not audited."""
    parser = argparse.ArgumentParser(prog="python -m infra.audit", description=__doc__)
    parser.add_argument("tree", type=Path)
    parser.add_argument("--program", type=Path, default=_PROGRAM, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    task = options.tree / "var" / "task"
    if not task.is_dir() or not options.program.exists():
        missing = options.program if task.is_dir() else task
        print(f"{missing} is not there; run: make audit", file=sys.stderr)
        return _NOT_AUDITED
    command = [str(options.program), "--path", str(task), "--format", "json"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        code, lines = verdict(json.loads(result.stdout))
    except ValueError:
        last = (result.stderr.strip().splitlines() or ["it said nothing"])[-1]
        code, lines = _NOT_AUDITED, [f"pip-audit could not look anything up: {last}"]
    print("\n".join(lines), file=sys.stderr if code else sys.stdout)
    return code


if __name__ == "__main__":
    sys.exit(main())
