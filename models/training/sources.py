"""The table of what the adapter learned from: ``python -m models.training.sources --help``."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from models.adapter import Adapter, DataSource
from models.build import ADAPTERS
from teletipo.errors import PackCorrupt

BEGINS, ENDS = "<!-- sources -->", "<!-- /sources -->"
"""What encloses the table in a page."""


def table(sources: Sequence[DataSource]) -> str:
    """Return a Markdown table, the largest source first."""
    rows = [
        f"| {source.name} | {source.licence} | {f'{source.pairs:,}' if source.pairs else '–'} |"
        for source in sorted(sources, key=lambda source: (-source.pairs, source.name))
    ]
    return "\n".join(["| data | licence | pairs |", "|---|---|---:|", *rows])


def with_table(page: str, sources: Sequence[DataSource]) -> str:
    """Return the page with the table in its place. Raises ``ValueError`` if it has no place."""
    before, begins, rest = page.partition(BEGINS)
    _, ends, after = rest.partition(ENDS)
    if not begins or not ends:
        raise ValueError(f"the page has no {BEGINS} and {ENDS}")
    return f"{before}{BEGINS}\n{table(sources)}\n{ENDS}{after}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 printed or written, 1 a file cannot be read or written, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m models.training.sources", description=__doc__)
    parser.add_argument("--adapter", type=Path, default=ADAPTERS / "translator")
    parser.add_argument("--write", type=Path, metavar="PAGE", help=f"replace what stands between "
                        f"{BEGINS} and {ENDS}, as in docs/models.md")  # fmt: skip
    options = parser.parse_args(arguments)
    try:
        sources = Adapter(options.adapter).manifest.sources
        if options.write:
            page = options.write.read_text("utf-8")
            options.write.write_text(with_table(page, sources), "utf-8")
        else:
            print(table(sources))
    except (OSError, ValueError, PackCorrupt) as error:
        print(f"{options.write or options.adapter}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
