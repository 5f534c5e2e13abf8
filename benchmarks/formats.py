"""How fast each format is read: articles a second on one core, and memory beside the size.

    python -m benchmarks.formats [--seconds N] [--json]

The articles are those of tests/data/formats, their bodies lengthened to about 400 words. Memory is
also taken of articles eight times as long: in proportion, the multiple stays or falls.
"""

import argparse
import json
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

from teletipo import formats

_FIXTURES = Path(__file__).parents[1] / "tests" / "data" / "formats"
_SENTENCE = "Unas 340 personas pasaron la noche en las dos escuelas del barrio, dijo la alcaldesa. "
_PARAGRAPHS = 14
_TIMES_LONGER = 8
# The end of each fixture's body, and a paragraph as its format has it.
_ENDS = {
    "efe.nitf.xml": (b"<p>El agua", "<p>{}</p>"),
    "nitf-3.5.xml": (b"<p>The captain", "<p>{}</p>"),
    "newsml-g2.xml": (b"<script>", "<p>{}</p>"),
    "newsml-1.2.xml": (b"</DataContent>", "<p>{}</p>"),
    "ninjs-1.3.json": (b'</p>"', "</p><p>{}"),
    "ninjs-3.1.json": (b'</p>"', "</p><p>{}"),
    "rss.xml": (b"<script>", "<p>{}</p>"),
    "atom.xml": (b"</div>", "<p>{}</p>"),
    "page.html": (b"</article>", "<p>{}</p>"),
    "efe.7901": (b"\x03", "\r\n{}\r\n"),
    "mail.eml": (b"\r\n-- ", "\r\n{}\r\n"),
}


def articles(times: int = 1) -> Iterator[tuple[str, bytes]]:
    """Yield each fixture's name and its lengthened article."""
    for name, (end, paragraph) in _ENDS.items():
        before, found, after = (_FIXTURES / name).read_bytes().partition(end)
        if not found:
            raise ValueError(f"{name} has no {end!r}")
        added = paragraph.format(_SENTENCE * 2).encode() * (_PARAGRAPHS * times)
        yield name, before + added + found + after


def measure(data: bytes, longer: bytes, seconds: float) -> dict[str, float]:
    """Return articles a second, and peak memory as a multiple of each article's bytes."""
    formats.inspect(data)
    started, count = time.process_time(), 0
    while (spent := time.process_time() - started) < seconds:
        formats.inspect(data)
        count += 1
    return {
        "bytes": len(data),
        "articles_per_second": round(count / spent, 1),
        "memory_multiple": _memory(data),
        "memory_multiple_longer": _memory(longer),
    }


def _memory(data: bytes) -> float:
    tracemalloc.start()
    formats.inspect(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return round(peak / len(data), 1)


def main() -> None:
    """Measure every format and print a line for each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.formats", description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.0, help="CPU time for each format")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    longer = dict(articles(_TIMES_LONGER))
    results = {name: measure(data, longer[name], options.seconds) for name, data in articles()}
    if options.json:
        print(json.dumps(results, indent=2))
        return
    for name, result in results.items():
        print(
            f"{name:16} {result['bytes']:6,.0f} bytes  "
            f"{result['articles_per_second']:7,.1f} articles/s  "
            f"memory {result['memory_multiple']:.1f} times the article, "
            f"{result['memory_multiple_longer']:.1f} times one {_TIMES_LONGER} times as long"
        )


if __name__ == "__main__":
    main()
