"""Ways to decode a failed text again: as written, wider, with placeholders, clause by clause."""

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from teletipo import languages, typography
from teletipo.languages import Language
from teletipo.ports import Hop, Hypothesis, Pack
from teletipo.terminology import Occurrence
from teletipo.translation import terms
from teletipo.translation.plan import Leg
from teletipo.verify.lexicon import words
from teletipo.verify.readers.words import stem

# A sentence is split only into parts of at least this many characters.
_CLAUSE_CHARACTERS = 25
_CLAUSE_END = re.compile(r"(?<=[,;:])\s+|(?<=[，；：])|\s+[—–-]\s+")

Prompt = tuple[str, Hop]
"""What a model is asked, and the step that it is asked for."""
Step = Callable[[Sequence[Leg], Pack], list[list[Hypothesis]]]
"""Returns hypotheses for each text; none if the step does not apply to it."""


def prompts(legs: Sequence[Leg], pack: Pack) -> list[Prompt]:
    """Return what the model is asked: each text, with its names and terms already in the target
    language if the pack's model keeps such words."""
    return [(_prompt(leg, pack), leg.hop) for leg in legs]


def known(leg: Leg, pack: Pack) -> list[Occurrence]:
    """Return the names and terms that are put into a text; none if the pack's model loses them."""
    if not pack.keeps_terms(leg.hop):
        return []
    return terms.find(leg.task.text, leg.hop, leg.task.context.terminology)


def _prompt(leg: Leg, pack: Pack) -> str:
    return terms.put(leg.task.text, known(leg, pack))


def _as_written(legs: Sequence[Leg], pack: Pack) -> list[list[Hypothesis]]:
    """Each text without the names and terms that were put into it."""
    changed = [leg.task.text != _prompt(leg, pack) for leg in legs]
    found = iter(ask([(leg.task.text, leg.hop) for leg in itertools.compress(legs, changed)], pack))
    return [[next(found)] if each else [] for each in changed]


def _wider(legs: Sequence[Leg], pack: Pack) -> list[list[Hypothesis]]:
    """The hypotheses of a wider search."""
    widens = [pack.can_widen(leg.hop) for leg in legs]
    found = iter(ask(prompts([*itertools.compress(legs, widens)], pack), pack, wider=True))
    return [[next(found)] if each else [] for each in widens]


def _with_terms(legs: Sequence[Leg], pack: Pack) -> list[list[Hypothesis]]:
    """Each text with placeholders for the desk's terms, which are replaced in the output; and
    with the renderings themselves, if that was not what the model was asked first."""
    places: list[tuple[int, list[tuple[str, str]]]] = []
    variants: list[Prompt] = []
    for index, leg in enumerate(legs):
        task, hop = leg.task, leg.hop
        desk = task.context.terminology.find(task.text, hop.source, hop.target)
        if not desk:
            continue
        marked = [replace(term, rendering=f"XQ{number}") for number, term in enumerate(desk, 1)]
        for each in [marked] if pack.keeps_terms(hop) else [desk, marked]:
            variants.append((terms.put(task.text, each), hop))
            replaced = [
                (mark.rendering, term.rendering) for mark, term in zip(each, desk, strict=True)
            ]
            places.append((index, replaced))
    found: list[list[Hypothesis]] = [[] for _ in legs]
    for (index, replaced), hypothesis in zip(places, ask(variants, pack), strict=True):
        written = hypothesis.text
        for mark, rendering in reversed(replaced):
            written = written.replace(mark, rendering)
        found[index].append(replace(hypothesis, text=written, others=()))
    return found


def _by_clauses(legs: Sequence[Leg], pack: Pack) -> list[list[Hypothesis]]:
    """Each text joined from its clauses' translations; nothing for a text of one clause."""
    parts = [(_clauses(prompt), hop) for prompt, hop in prompts(legs, pack)]
    clauses = [(part, hop) for each, hop in parts if len(each) > 1 for part, _ in each]
    hypotheses = iter(ask(clauses, pack))
    found: list[list[Hypothesis]] = []
    for each, hop in parts:
        if len(each) < 2:
            found.append([])
            continue
        own = [next(hypotheses) for _ in each]
        joined = typography.join_clauses(
            [f"{clause}{mark}" for clause, mark in each],
            [one.text for one in own],
            hop.target,
            partial(_is_common, Language(hop.target)),
        )
        finished = all(hypothesis.finished for hypothesis in own)
        echoes = any(hypothesis.echoes_prompt for hypothesis in own)
        found.append([Hypothesis(joined, finished, echoes)])
    return found


def _is_common(language: Language, word: str) -> bool:
    return words(language.base).is_common(stem(word))


STEPS: dict[str, Step] = {
    "plain": _as_written,
    "wider": _wider,
    "terms": _with_terms,
    "clauses": _by_clauses,
}
"""The steps in the order they are tried, by their published names."""


def ask(asked: Sequence[Prompt], pack: Pack, *, wider: bool = False) -> list[Hypothesis]:
    """Return the pack's translations, without a call if there are no texts."""
    return pack.translate_each(asked, wider=wider) if asked else []


def _clauses(text: str) -> list[tuple[str, str]]:
    """Split the text at commas, colons and dashes into parts of some length, each with its dash."""
    clauses: list[tuple[str, str]] = []
    start = 0
    least = _CLAUSE_CHARACTERS // (3 if languages.is_chinese(text) else 1)
    for match in _CLAUSE_END.finditer(text):
        if match.start() - start >= least and len(text) - match.end() >= least:
            clauses.append((text[start : match.start()].strip(), match[0].strip()))
            start = match.end()
    return [*clauses, (text[start:].strip(), "")]
