"""Headlines that come out half translated: ``python -m benchmarks.headlines``.

Our own 40 headlines, aligned in Spanish, English and Chinese, are translated as in production.
English ones are measured twice, as a sentence and in capitals. A headline is *half translated* if
the output keeps words of its source that a translation would not: words that the reference does not
have, other than names that Spanish and English write alike. *Seen* is the share of those in which
the checks found an error; what they see is decoded again.
"""

import argparse
import itertools
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import sacrebleu

from benchmarks.command import reports_errors
from models.build import prepare_pack
from models.packs import OpenPack, open_pack
from models.settings import PackSettings
from models.training.headlines import in_capitals
from teletipo import languages
from teletipo.findings import Severity
from teletipo.progress import Progress, progress_display
from teletipo.translation import translate_requests
from teletipo.translation.plan import Memory, Request, Route, Task

OWN_HEADLINES = Path(__file__).parent / "data" / "headlines.tsv"
LANGUAGES = ("es", "en", "zh-Hans")
_WORD = re.compile(r"[^\W\d_]{3,}")
_HAN = re.compile(f"[{languages.HAN}]+")

Headline = Mapping[str, str]
"""A headline by language."""


@dataclass(frozen=True)
class Report:
    """What is measured for one direction."""

    headlines: int
    half_translated: int
    seen: int
    """Of the half translated ones, those in which the checks found an error."""
    full_stops: int
    """Outputs with a full stop that the headline does not have."""
    chrf: float
    outputs: tuple[tuple[str, str, tuple[str, ...]], ...]
    """Source, output and the words left, of each half translated headline."""


def read_headlines(path: Path) -> list[Headline]:
    """Raises ``OSError``; ``ValueError`` names a row without three columns."""
    found: list[Headline] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        columns = line.split("\t")
        if len(columns) != len(LANGUAGES):
            raise ValueError(f"{path}, line {number}: {len(columns)} columns, not 3")
        found.append(dict(zip(LANGUAGES, columns, strict=True)))
    return found


def left_over(headline: Headline, output: str, source: str, target: str) -> list[str]:
    """Return the words of the source that stand in the output and should have been translated."""
    if source.startswith("zh"):
        return _HAN.findall(output)
    reference = {word.casefold() for word in _WORD.findall(headline[target])}
    asked = {word.casefold() for word in _WORD.findall(headline[source])}
    untranslated = asked - reference - _names(headline)
    return [word for word in _WORD.findall(output) if word.casefold() in untranslated]


def _names(headline: Headline) -> set[str]:
    """Words with a capital that Spanish and English write alike."""
    both = set(_WORD.findall(headline["es"])) & set(_WORD.findall(headline["en"]))
    return {word.casefold() for word in both if word[0].isupper()}


def measure(
    headlines: Sequence[Headline],
    pack: OpenPack,
    route: Route,
    memory: Memory,
    *,
    capitals: bool = False,
    repair: bool = True,
) -> Report:
    """Translate the headlines by ``route`` and return what is left of their source."""
    source, target = route[0].source, route[-1].target
    texts = [in_capitals(each[source]) if capitals else each[source] for each in headlines]
    requests = [Request(Task(text), route) for text in texts]
    found = translate_requests(requests, pack, memory, repair=repair)
    kept = [
        (text, each, left_over(headline, each.text, source, target))
        for headline, text, each in zip(headlines, texts, found, strict=True)
    ]
    half = [(text, each, left) for text, each, left in kept if left]
    outputs = [each.text for each in found]
    return Report(
        headlines=len(found),
        half_translated=len(half),
        seen=sum(
            any(finding.severity is Severity.ERROR for finding in each.findings)
            for _, each, _ in half
        ),
        full_stops=sum(output.endswith((".", "。")) for output in outputs),
        chrf=round(sacrebleu.corpus_chrf(outputs, [[h[target] for h in headlines]]).score, 1),
        outputs=tuple((text, each.text, tuple(left)) for text, each, left in half),
    )


def measurements(
    headlines: Sequence[Headline], pack: OpenPack, progress: Progress, *, repair: bool
) -> Iterator[tuple[str, Report]]:
    """Yield each direction's name and report; English in capitals has its own."""
    memory: Memory = {}
    for source, target in itertools.permutations(LANGUAGES, 2):
        route = pack.route(source, target)
        for capitals in (False, True) if source == "en" else (False,):
            if route:
                name = f"{source}-{target}{' in capitals' if capitals else ''}"
                progress(name, 0.0)
                yield (
                    name,
                    measure(headlines, pack, route, memory, capitals=capitals, repair=repair),
                )


@reports_errors
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark. Exit codes: 0 measured, 1 no data or no pack, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.headlines", description=__doc__)
    parser.add_argument("--data", type=Path, default=OWN_HEADLINES, help="a file with Spanish, "
                        "English and Chinese headlines in three columns")  # fmt: skip
    parser.add_argument("--pack", help="default: the setting TELETIPO_PACK, or embedded")
    parser.add_argument("--limit", type=int, help="only the first N headlines")
    parser.add_argument("--without-repair", action="store_true", help="keep the first decoding")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    settings = PackSettings.load()
    headlines = read_headlines(options.data)[: options.limit]
    if not headlines:
        raise ValueError(f"{options.data} has no headlines")
    with progress_display("Headlines") as progress:
        pack = open_pack(prepare_pack(settings, progress, options.pack), settings.threads)
        reports = dict(measurements(headlines, pack, progress, repair=not options.without_repair))
    if options.json:
        directions = {name: asdict(each) for name, each in reports.items()}
        print(json.dumps({"directions": directions}, indent=1, ensure_ascii=False))
        return 0
    print(f"{'direction':24} headlines  half  seen  stops   chrF")
    for name, each in reports.items():
        print(f"{name:24} {each.headlines:9} {each.half_translated:5} {each.seen:5} "
              f"{each.full_stops:6} {each.chrf:6.1f}")  # fmt: skip
    for name, each in reports.items():
        for source, output, left in each.outputs:
            print(f"\n{name}: {', '.join(left)}\n  {source}\n  {output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
