"""Random translations, to be read: ``python -m benchmarks.samples --data DIR --notice NOTICE``.

Prints a page with so many lines of each direction as the seed chooses, none by hand: source,
reference, the pack's output as in production, and the errors that the checks found in it. They are
the lines that ``benchmarks.quality --samples`` shows for the same seed, but only they are
translated. The notice says whose sentences they are and under which licence; the page carries it.
"""

import argparse
import re
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.command import reports_errors
from benchmarks.quality import Outputs, chosen, read_lines, routes, translate
from models.build import prepare_pack
from models.packs import OpenPack, open_pack
from models.settings import PackSettings
from teletipo.findings import Severity
from teletipo.progress import Progress, progress_display
from teletipo.translation.plan import Memory, Route

_MARKDOWN = re.compile(r"([\\`*_\[\]<>|])")


def sections(
    pack: OpenPack,
    lines: Mapping[str, Sequence[str]],
    ways: Mapping[tuple[str, str], Route],
    count: int,
    seed: int,
    progress: Progress,
) -> Iterator[str]:
    """Yield each direction's part of the page."""
    memory: Memory = {}
    size = len(next(iter(lines.values())))
    for (source, target), places in chosen(ways, size, count, seed).items():
        texts = [lines[source][place] for place in places]
        found = translate(pack, texts, ways[source, target], memory, progress)
        references = [lines[target][place] for place in places]
        yield "\n".join([f"## {source} → {target}", "", *_rows(places, texts, references, found)])


def _rows(
    places: Sequence[int], texts: Sequence[str], references: Sequence[str], found: Outputs
) -> Iterator[str]:
    rows = zip(places, texts, references, found.texts, found.findings, strict=True)
    for place, text, reference, output, findings in rows:
        errors = sorted({each.code for each in findings if each.severity is Severity.ERROR})
        yield f"- Line {place + 1}: {_plain(text)}"
        yield f"  - Reference: {_plain(reference)}"
        yield f"  - Output: {_plain(output)}" + (f" ({', '.join(errors)})" if errors else "")


def _plain(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)


@reports_errors
def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 printed, 1 no data or no pack, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.samples", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR",
                        help="a folder with news.es, news.en, news.zh")  # fmt: skip
    parser.add_argument("--notice", required=True, help="whose sentences these are, and their "
                        "licence, which must allow to print them")  # fmt: skip
    parser.add_argument("--pack", help="default: the setting TELETIPO_PACK, or embedded")
    parser.add_argument("--samples", type=int, default=10, help="of each direction")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", type=Path, metavar="PAGE", help="write instead of printing")
    options = parser.parse_args(arguments)
    settings = PackSettings.load()
    lines = read_lines(options.data, None)
    with progress_display("Samples") as progress:
        pack = open_pack(prepare_pack(settings, progress, options.pack), settings.threads)
        found = routes(pack, lines)
        parts = [*sections(pack, lines, found, options.samples, options.seed, progress)]
    command = shlex.join(["python", "-m", "benchmarks.samples", "--data", "DIR", "--samples",
                          str(options.samples), "--seed", str(options.seed)])  # fmt: skip
    page = "\n\n".join(
        [
            "# Samples",
            f"Lines chosen by seed {options.seed}, none by hand, and what the pack {pack.name}, "
            f"version {pack.version}, makes of them, with all repairs. In brackets: errors that "
            f"the checks find. Made by `{command}`.",
            options.notice,
            *parts,
        ]
    )
    if options.write:
        options.write.write_text(page + "\n", "utf-8")
    else:
        print(page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
