"""How often terms are rendered as the desk wants them: ``python -m benchmarks.terms``.

Each sentence has one to three terms, words of a dictionary whose rendering stands in the reference.
They are given as the desk's terminology. A term is *obeyed* if its rendering stands in the output;
beside it, the same for the model's first answer to the sentence as it is written. The dictionaries
are ours (the gazetteer, names known to the checks, CLDR), and with ``--names`` and ``--cedict``
those that the translator was trained with.
"""

import argparse
import itertools
import json
import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import sacrebleu

from benchmarks.command import reports_errors
from benchmarks.quality import FILES, read_lines
from models.build import prepare_pack
from models.packs import OpenPack, open_pack
from models.settings import PackSettings
from models.training.dictionary import Dictionary, choose_terms, read_dictionaries
from models.training.pairs import Pair
from teletipo.languages import Language
from teletipo.ports import Hop
from teletipo.progress import Progress, progress_display
from teletipo.terminology import Occurrence, Term, Terminology
from teletipo.translation import translate_requests
from teletipo.translation.plan import Request, Task
from teletipo.verify.context import Context
from teletipo.verify.readers import gazetteer, known_names

_CHUNK = 32
Dictionaries = Mapping[tuple[str, str], Dictionary]


@dataclass(frozen=True)
class Sample:
    """A sentence, its reference, and its terms as the desk gives them."""

    text: str
    reference: str
    terms: tuple[Occurrence, ...]
    terminology: Terminology


@dataclass(frozen=True)
class Report:
    """What is measured for one direction; shares are from 0 to 1."""

    sentences: int
    terms: int
    obeyed: float
    obeyed_without: float
    chrf: float
    chrf_without: float


def own_dictionaries() -> Dictionaries:
    """Return the names of the checks and of the gazetteer, by source and target language."""
    found: dict[tuple[str, str], Dictionary] = {}
    for pair in itertools.permutations(FILES, 2):
        source, target = map(Language, pair)
        known = known_names.dictionary(source, target) | dict(gazetteer.names(*pair))
        found[pair] = Dictionary({name.lower(): frozenset((own,)) for name, own in known.items()})
    return found


def samples(
    lines: Mapping[str, Sequence[str]],
    direction: tuple[str, str],
    dictionary: Dictionary,
    limit: int,
    seed: int,
) -> list[Sample]:
    """Return up to ``limit`` sentences that have terms, in random order."""
    source, target = direction
    generator = random.Random(seed)  # noqa: S311
    texts = [*zip(lines[source], lines[target], strict=True)]
    generator.shuffle(texts)
    found: list[Sample] = []
    for text, reference in texts:
        pair = Pair(source, target, text, reference, "")
        if terms := choose_terms(pair, dictionary, generator):
            names = [Term({source: text[term.start : term.end], target: term.rendering})
                     for term in terms]  # fmt: skip
            found.append(Sample(text, reference, tuple(terms), Terminology(tuple(names))))
        if len(found) == limit:
            break
    return found


def measure(
    found: Sequence[Sample], pack: OpenPack, hop: Hop, progress: Progress, *, repair: bool
) -> Report:
    """Translate the sentences with their terms as in production, and as written."""
    outputs: list[str] = []
    without: list[str] = []
    for start in range(0, len(found), _CHUNK):
        progress(f"{hop.source}→{hop.target}", start / len(found))
        chunk = found[start : start + _CHUNK]
        requests = [
            Request(Task(each.text, Context(terminology=each.terminology)), (hop,))
            for each in chunk
        ]
        outputs += [each.text for each in translate_requests(requests, pack, {}, repair=repair)]
        without += [each.text for each in pack.translate([each.text for each in chunk], hop)]
    references = [[each.reference for each in found]]
    count = sum(len(each.terms) for each in found)

    def obeyed(texts: Sequence[str]) -> float:
        kept = sum(
            bool(term.rendered_in(text, hop.target))
            for each, text in zip(found, texts, strict=True)
            for term in each.terms
        )
        return round(kept / count, 4)

    return Report(
        sentences=len(found),
        terms=count,
        obeyed=obeyed(outputs),
        obeyed_without=obeyed(without),
        chrf=round(sacrebleu.corpus_chrf(outputs, references).score, 2),
        chrf_without=round(sacrebleu.corpus_chrf(without, references).score, 2),
    )


@reports_errors
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark. Exit codes: 0 measured, 1 no data or no pack, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.terms", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR",
                        help="a folder with news.es, news.en, news.zh")  # fmt: skip
    parser.add_argument("--limit", type=int, default=500, help="sentences of each direction")
    parser.add_argument("--pack", help="default: the setting TELETIPO_PACK, or embedded")
    parser.add_argument("--pairs", help="such as es-en,en-zh-Hans; default: all direct ones")
    parser.add_argument("--names", type=Path, help="names.tsv: Spanish, English, Chinese, origin")
    parser.add_argument("--cedict", type=Path, help="CC-CEDICT; needed with --names")
    parser.add_argument("--without-repair", action="store_true", help="keep the first decoding")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    if bool(options.names) != bool(options.cedict):
        parser.error("--names and --cedict go together")
    settings = PackSettings.load()
    lines = read_lines(options.data, None)
    dictionaries = (
        read_dictionaries(options.names, options.cedict) if options.names else own_dictionaries()
    )
    reports: dict[str, Report] = {}
    with progress_display("Terms") as progress:
        pack = open_pack(prepare_pack(settings, progress, options.pack), settings.threads)
        for source, target in itertools.permutations(lines, 2):
            name = f"{source}-{target}"
            route = pack.route(source, target)
            wanted = not options.pairs or name in options.pairs.split(",")
            if not wanted or not route or len(route) > 1:
                continue
            pair = source, target
            found = samples(lines, pair, dictionaries[pair], options.limit, options.seed)
            if found:
                repair = not options.without_repair
                reports[name] = measure(found, pack, route[0], progress, repair=repair)
    if options.json:
        print(json.dumps({"pairs": {name: asdict(each) for name, each in reports.items()}}))
        return 0
    print("pair         sentences  terms  obeyed  without   chrF without")
    for name, each in reports.items():
        print(
            f"{name:12} {each.sentences:9} {each.terms:6} {each.obeyed:7.1%} "
            f"{each.obeyed_without:8.1%} {each.chrf:6.1f} {each.chrf_without:7.1f}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
