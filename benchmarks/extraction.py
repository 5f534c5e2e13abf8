"""How well the story of a web page is found: today's reader and trafilatura on ten pages.

    python -m benchmarks.extraction [--json]

The pages in benchmarks/data/extraction are ours, in the manner of news sites in Spanish, English
and Chinese. trafilatura is left out unless benchmarks/requirements-extraction.txt is installed.
"""

import argparse
import contextlib
import importlib.util
import json
import re
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from teletipo import formats
from teletipo.errors import Rejection
from teletipo.languages import HAN

_PAGES = Path(__file__).parent / "data" / "extraction"
_TOKEN = re.compile(rf"[{HAN}]|[^\W_{HAN}]+")
_DAY = len("2026-03-10")
_HOSTILE = {
    "nested": "<div>" * 100_000 + "x",
    "unclosed": "<p>word " * 100_000,
    "table": "<table><tr><td>" * 30_000,
}


@dataclass(frozen=True)
class Story:
    """What is compared."""

    headline: str
    body: str
    time: str


def with_reader(page: str) -> Story:
    """The page as `formats.read` reads it; a dateline in the text is part of the body here."""
    copy = formats.inspect(page.encode(), "text/html")
    opening = f"{copy.dateline.written} " if copy.dateline else ""
    return Story(
        headline=copy.headline or "",
        body=opening + copy.body,
        time=copy.date.isoformat() if copy.date else "",
    )


def with_trafilatura(page: str) -> Story:
    """The page as trafilatura reads it, at its default balance."""
    import trafilatura

    found = trafilatura.bare_extraction(page, include_comments=False, with_metadata=True)
    known: dict[str, Any] = found.as_dict() if found else {}
    return Story(known.get("title") or "", known.get("text") or "", known.get("date") or "")


def token_f1(expected: Iterable[str], found: Iterable[str]) -> float:
    """The harmonic mean of precision and recall over words, in Chinese over characters."""
    wanted, got = Counter(expected), Counter(found)
    common = (wanted & got).total()
    return 2 * common / (wanted.total() + got.total()) if common else 0.0


def scored(expected: dict[str, Any], story: Story) -> dict[str, float]:
    """Token F1 of the body, whether headline, day and time are right."""
    body = " ".join(expected["body"])
    wanted, got = expected["time"], story.time
    return {
        "body_f1": round(token_f1(_tokens(body), _tokens(story.body)), 4),
        "headline": float(story.headline == expected["headline"]),
        "day": float(bool(got) and got[:10] == wanted[:10]),
        "time": float(_time(wanted) == _time(got if len(wanted) > _DAY else got[:_DAY])),
    }


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text.casefold())


def _time(text: str) -> datetime | str:
    """A day stays text; times are compared whatever their zones."""
    return datetime.fromisoformat(text) if len(text) > _DAY else text


def measured(extract: Callable[[str], Story]) -> dict[str, Any]:
    """Scores of every page and their means, and seconds for hostile pages."""
    expected = json.loads((_PAGES / "expected.json").read_text("utf-8"))
    pages = {name: (_PAGES / f"{name}.html").read_text("utf-8") for name in expected}
    scores = {name: scored(expected[name], extract(page)) for name, page in pages.items()}
    started = time.process_time()
    for _ in range(5):
        for page in pages.values():
            extract(page)
    each = (time.process_time() - started) / 5 / len(pages)
    means = {
        measure: round(statistics.mean(score[measure] for score in scores.values()), 4)
        for measure in next(iter(scores.values()))
    }
    hostile = {name: _seconds(extract, page) for name, page in _HOSTILE.items()}
    return {
        "means": means,
        "milliseconds_per_page": round(each * 1000, 2),
        "hostile_seconds": hostile,
        "pages": scores,
    }


def _seconds(extract: Callable[[str], Story], page: str) -> float:
    started = time.process_time()
    with contextlib.suppress(Rejection, RecursionError):
        extract(f"<html><body>{page}")
    return round(time.process_time() - started, 2)


def import_seconds(module: str) -> float:
    """The median time of an import in five fresh interpreters."""
    code = f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"
    command = [sys.executable, "-c", code]
    runs = [
        float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        for _ in range(5)
    ]
    return round(statistics.median(runs), 2)


def main() -> int:
    """Measure both and print them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.extraction", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    extractors: dict[str, tuple[Callable[[str], Story], str]] = {
        "reader": (with_reader, "teletipo.formats, lxml.etree")
    }
    if importlib.util.find_spec("trafilatura"):
        extractors["trafilatura"] = (with_trafilatura, "trafilatura")
    results = {
        name: {**measured(extract), "import_seconds": import_seconds(module)}
        for name, (extract, module) in extractors.items()
    }
    if options.json:
        print(json.dumps(results, indent=2))
        return 0
    for name, result in results.items():
        print(f"{name}: {result['means']}, {result['milliseconds_per_page']} ms a page")
        print(f"  import {result['import_seconds']} s, hostile pages {result['hostile_seconds']} s")
        for page, score in result["pages"].items():
            print(f"  {page:16} {score}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
