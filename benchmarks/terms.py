"""How often terms are rendered as the desk wants them: ``python -m benchmarks.terms``.

Each sentence has one to three terms, words of a dictionary whose rendering stands in the reference.
They are given as the desk's terminology. A term is *obeyed* if its rendering stands in the output;
beside it, the same for the model's first answer to the sentence as it is written. The dictionaries
are ours (the gazetteer, names known to the checks, CLDR), and with ``--names`` and ``--cedict``
those that the translator was trained with.

With ``--found-names`` nothing is given: measured are the names that the gazetteer and the
transcription find in the sentences by themselves. A name is *rendered* if it stands in the output
as the gazetteer, the transcription or the reference has it.
"""

import argparse
import itertools
import json
import random
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import sacrebleu

from benchmarks.command import reports_errors
from benchmarks.quality import FILES, read_lines, routes
from models.build import prepare_pack
from models.packs import OpenPack, open_pack
from models.settings import PackSettings
from models.training.dictionary import Dictionary, choose_terms, read_dictionaries
from models.training.pairs import Pair
from teletipo.languages import Language
from teletipo.ports import Hop
from teletipo.progress import Progress, progress_display
from teletipo.terminology import NO_TERMS, Occurrence, Term, Terminology
from teletipo.translation import terms, translate_requests
from teletipo.translation.plan import Request, Route, Task
from teletipo.verify.context import Context
from teletipo.verify.readers import gazetteer, known_names, persons

_CHUNK = 32
_CHINESE = "zh-Hans"
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


@dataclass(frozen=True)
class Named:
    """A sentence, its reference, and the names found in it, of which some are persons."""

    text: str
    reference: str
    names: tuple[Occurrence, ...]
    persons: frozenset[Occurrence]


@dataclass(frozen=True)
class NamesReport:
    """What is measured of names found in one direction; shares are from 0 to 1."""

    sentences: int
    names: int
    rendered: float
    rendered_without: float
    persons: int
    persons_rendered: float
    persons_rendered_without: float
    helped: int
    """Names that are rendered only because they stood in the source in Chinese."""
    hurt: int
    """Names that are rendered only without that."""
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
        if chosen := choose_terms(pair, dictionary, generator):
            names = [Term({source: text[term.start : term.end], target: term.rendering})
                     for term in chosen]  # fmt: skip
            found.append(Sample(text, reference, tuple(chosen), Terminology(tuple(names))))
        if len(found) == limit:
            break
    return found


def measure(
    found: Sequence[Sample], pack: OpenPack, hop: Hop, progress: Progress, *, repair: bool
) -> Report:
    """Translate the sentences with their terms as in production, and as written."""
    terminologies = [(each.text, each.terminology) for each in found]
    outputs, without = _translations(terminologies, pack, (hop,), progress, repair=repair)
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


def named(lines: Mapping[str, Sequence[str]], source: str, limit: int, seed: int) -> list[Named]:
    """Return up to ``limit`` sentences with names that are found in them, in random order."""
    generator = random.Random(seed)  # noqa: S311
    texts = [*zip(lines[source], lines[_CHINESE], strict=True)]
    generator.shuffle(texts)
    every: list[Named] = []
    for text, reference in texts:
        of_persons = frozenset(persons.find(text, source, _CHINESE))
        if found := terms.find(text, Hop(source, _CHINESE), NO_TERMS):
            every.append(Named(text, reference, tuple(found), of_persons))
        if len(every) == limit:
            break
    return every


def is_rendered(name: Occurrence, each: Named, output: str) -> bool:
    """Whether a name stands in the output as it is known, or as the reference has it."""
    written = each.text[name.start : name.end]
    known = known_names.renderings_of(written) or {}
    listed = [gazetteer.names(own, _CHINESE).get(written, written) for own in ("es", "en")]
    # The reference may keep the name in Latin letters, or give the family name alone.
    others = [written, name.rendering.split("·")[-1], *known.get("zh", ()), *listed]
    return name.rendering in output or any(
        other in output and other in each.reference for other in others
    )


def measure_names(
    found: Sequence[Named], pack: OpenPack, route: Route, progress: Progress, *, repair: bool
) -> NamesReport:
    """Translate the sentences as in production, each as an article of its own, and as written."""
    source = route[0].source
    texts = [
        (each.text, NO_TERMS.with_names(persons.known_in([each.text], source))) for each in found
    ]
    outputs, without = _translations(texts, pack, route, progress, repair=repair)
    judged = [
        (name in each.persons, is_rendered(name, each, output), is_rendered(name, each, other))
        for each, output, other in zip(found, outputs, without, strict=True)
        for name in each.names
    ]
    of_persons = [each for each in judged if each[0]]
    references = [[each.reference for each in found]]
    return NamesReport(
        sentences=len(found),
        names=len(judged),
        rendered=_share(with_names for _, with_names, _ in judged),
        rendered_without=_share(as_written for _, _, as_written in judged),
        persons=len(of_persons),
        persons_rendered=_share(with_names for _, with_names, _ in of_persons),
        persons_rendered_without=_share(as_written for _, _, as_written in of_persons),
        helped=sum(one and not other for _, one, other in judged),
        hurt=sum(other and not one for _, one, other in judged),
        chrf=round(sacrebleu.corpus_chrf(outputs, references).score, 2),
        chrf_without=round(sacrebleu.corpus_chrf(without, references).score, 2),
    )


def _share(found: Iterable[bool]) -> float:
    every = [*found]
    return round(sum(every) / len(every), 4) if every else 0.0


def _translations(
    texts: Sequence[tuple[str, Terminology]],
    pack: OpenPack,
    route: Route,
    progress: Progress,
    *,
    repair: bool,
) -> tuple[list[str], list[str]]:
    """Each text's translation as in production, and the model's first answer to it as written."""
    outputs: list[str] = []
    without: list[str] = []
    for start in range(0, len(texts), _CHUNK):
        progress(f"{route[0].source}→{route[-1].target}", start / len(texts))
        chunk = texts[start : start + _CHUNK]
        requests = [
            Request(Task(text, Context(terminology=terminology)), route)
            for text, terminology in chunk
        ]
        outputs += [each.text for each in translate_requests(requests, pack, {}, repair=repair)]
        written = [text for text, _ in chunk]
        for hop in route:
            written = [each.text for each in pack.translate(written, hop)]
        without += written
    return outputs, without


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
    parser.add_argument("--found-names", action="store_true", help="measure the names that are "
                        "found in the sentences, into Chinese; no terms are given")  # fmt: skip
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
    names: dict[str, NamesReport] = {}
    with progress_display("Terms") as progress:
        pack = open_pack(prepare_pack(settings, progress, options.pack), settings.threads)
        for (source, target), route in routes(pack, lines, options.pairs).items():
            name = f"{source}-{target}"
            repair = not options.without_repair
            pair = source, target
            if options.found_names:
                with_names = (
                    named(lines, source, options.limit, options.seed) if target == _CHINESE else []
                )
                if with_names:
                    names[name] = measure_names(with_names, pack, route, progress, repair=repair)
                continue
            if len(route) > 1:
                continue
            found = samples(lines, pair, dictionaries[pair], options.limit, options.seed)
            if found:
                reports[name] = measure(found, pack, route[0], progress, repair=repair)
    if options.json:
        every = names if options.found_names else reports
        key = "names" if options.found_names else "pairs"
        print(json.dumps({key: {name: asdict(each) for name, each in every.items()}}))
        return 0
    if options.found_names:
        print("pair         sentences  names rendered  without  persons rendered  without "
              "helped  hurt   chrF without")  # fmt: skip
        for name, own in names.items():
            print(
                f"{name:12} {own.sentences:9} {own.names:6} {own.rendered:8.1%} "
                f"{own.rendered_without:8.1%} {own.persons:8} {own.persons_rendered:8.1%} "
                f"{own.persons_rendered_without:8.1%} {own.helped:6} {own.hurt:5} "
                f"{own.chrf:6.1f} {own.chrf_without:7.1f}"
            )
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
