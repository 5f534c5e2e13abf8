"""Parts of persons' names in Chinese: ``python -m models.training.persons --help``.

Chinese writes a foreign person's name with dots between its parts: "Meghan Markle", 梅根·马克尔. In
aligned sentences and in a list of names, parts that stand at the same place and sound alike belong
together. Where a name begins in a Chinese sentence is not marked: of the characters before the
first dot, those count that most sentences with the same name share.
"""

import argparse
import difflib
import itertools
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from models.training.names import read_rows, write_rows
from models.training.pairs import Pair, read_pairs
from teletipo.verify.phonetics import CHARACTERS, similarity, sounds, sounds_as

_WESTERN = re.compile(r"[^\W\d_a-z][^\W\d_]+(?:['’-][^\W\d_]{2,})*")
_CHARACTERS = CHARACTERS + "罕"
_DOTTED = re.compile(rf"[{_CHARACTERS}]{{1,8}}(?:[·•‧][{_CHARACTERS}]{{1,8}})+")
_GIVEN, _FAMILY = "given", "family"
_MIN_SIMILARITY = 0.6
_MIN_WHOLE_SIMILARITY = 0.76
_MIN_SENTENCES = 2
_MIN_SHARE = 0.6
_SHORTEST, _LONGEST = 1, 6


def learn(pairs: Iterable[Pair]) -> list[tuple[str, str, str]]:
    """Return the parts that most sentences confirm, sorted: Western, ``given`` or ``family``, and
    Chinese. A part that stood first is a given name."""
    # By sentence: two translations of one are one witness.
    found: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for pair in pairs:
        if pair.target != "zh-Hans":
            continue
        for chinese in _DOTTED.findall(pair.translation):
            for western, kind, part in _aligned(pair.text, re.split("[·•‧]", chinese)):
                found[western, kind].setdefault(pair.text, part)
    parts = []
    for (western, kind), renderings in found.items():
        rendering = _shared([*renderings.values()], kind)
        if rendering and _sound_alike(western, rendering):
            parts.append((western, kind, rendering))
    return sorted(parts)


def _aligned(text: str, parts: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """The first and the last part of a Chinese name with the words they belong to."""
    words = [*_WESTERN.finditer(text)]
    best = 0.0
    chosen = None
    for first, second in itertools.pairwise(words):
        if re.fullmatch(r" (?:[A-Z]\. )?", text[first.end() : second.start()]) is None:
            continue
        alike = [_sound(first[0], parts[0]), _sound(second[0], parts[-1])]
        if min(alike) >= _MIN_SIMILARITY and sum(alike) > best:
            best, chosen = sum(alike), (first[0], second[0])
    if chosen:
        yield chosen[0], _GIVEN, parts[0]
        yield chosen[1], _FAMILY, parts[-1]


def _sound(western: str, chinese: str) -> float:
    return 1.0 if sounds_as(western, chinese) else similarity(western, chinese) or 0.0


def _sound_alike(western: str, chinese: str) -> bool:
    """Whether the whole of both sounds alike: the rendering has nothing before or after it."""
    wanted, found = sounds(western, chinese)
    alike = difflib.SequenceMatcher(None, wanted, found).ratio()
    # A final r is often not written: "Porter", 波特.
    ends = found[-1:] in (wanted[-1:], wanted.rstrip("L")[-1:])
    return wanted == found or (alike >= _MIN_WHOLE_SIMILARITY and wanted[:1] == found[:1] and ends)


def _shared(renderings: Sequence[str], kind: str) -> str | None:
    """The longest end (of a family name: beginning) that most of the runs of characters share."""
    least = max(_MIN_SENTENCES, _MIN_SHARE * len(renderings))
    for length in range(_LONGEST, _SHORTEST - 1, -1):
        counts: defaultdict[str, int] = defaultdict(int)
        for each in renderings:
            if len(each) >= length:
                counts[each[-length:] if kind == _GIVEN else each[:length]] += 1
        most = max(counts, key=lambda each: counts[each], default=None)
        if most and counts[most] >= least:
            return most
    return None


def _as_pairs(rows: Iterable[tuple[str, str, str, str]], origins: Sequence[str]) -> Iterator[Pair]:
    for _, english, chinese, origin in rows:
        if origin in origins and "·" in chinese:
            yield Pair("en", "zh-Hans", english, chinese, origin)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 written, 1 a file cannot be read, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m models.training.persons", description=__doc__)
    parser.add_argument("names", type=Path, help="names.tsv: Spanish, English, Chinese, origin")
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="folders with "
                        "en-zh.tsv and es-en.tsv, or files of models.training.pairs")  # fmt: skip
    parser.add_argument("--origins", nargs="+", required=True, help="origins of names and of "
                        "sentence pairs to use")  # fmt: skip
    parser.add_argument("--out", type=Path, required=True, help="such as persons.tsv.gz")
    options = parser.parse_args(arguments)
    try:
        pairs = [*_as_pairs(read_rows(options.names), options.origins)]
        for data in options.data:
            pairs += [each for each in read_pairs(data) if each.origin in options.origins]
        found = learn(pairs)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    write_rows(options.out, found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
