"""Ways to decode a failed text again: as written, wider, with placeholders, clause by clause."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from teletipo import languages, typography
from teletipo.ports import Hop, Hypothesis, Pack
from teletipo.translation import terms
from teletipo.translation.plan import Task

# A sentence is split only into parts of at least this many characters.
_CLAUSE_CHARACTERS = 25
_CLAUSE_END = re.compile(r"(?<=[,;:])\s+|(?<=[，；：])|\s+[—–-]\s+")

Step = Callable[[Sequence[Task], Hop, Pack], list[list[Hypothesis]]]
"""Returns hypotheses for each task; none if the step does not apply to it."""


def prompts(tasks: Sequence[Task], hop: Hop, pack: Pack) -> list[str]:
    """Return what the model is asked: each text, with its names and terms already in the target
    language if the pack's model keeps such words."""
    if not pack.keeps_terms(hop):
        return [task.text for task in tasks]
    return [
        terms.put(task.text, terms.find(task.text, hop, task.context.terminology)) for task in tasks
    ]


def _as_written(tasks: Sequence[Task], hop: Hop, pack: Pack) -> list[list[Hypothesis]]:
    """Each text without the names and terms that were put into it."""
    asked = prompts(tasks, hop, pack)
    changed = [task.text for task, prompt in zip(tasks, asked, strict=True) if task.text != prompt]
    found = iter(ask(changed, hop, pack))
    return [
        [next(found)] if task.text != prompt else []
        for task, prompt in zip(tasks, asked, strict=True)
    ]


def _wider(tasks: Sequence[Task], hop: Hop, pack: Pack) -> list[list[Hypothesis]]:
    """The hypotheses of a wider search."""
    if not pack.can_widen(hop):
        return [[] for _ in tasks]
    return [[each] for each in ask(prompts(tasks, hop, pack), hop, pack, wider=True)]


def _with_terms(tasks: Sequence[Task], hop: Hop, pack: Pack) -> list[list[Hypothesis]]:
    """Each text with placeholders for the desk's terms, which are replaced in the output; and
    with the renderings themselves, if that was not what the model was asked first."""
    places: list[tuple[int, list[tuple[str, str]]]] = []
    variants = []
    for index, task in enumerate(tasks):
        desk = task.context.terminology.find(task.text, hop.source, hop.target)
        if not desk:
            continue
        marked = [replace(term, rendering=f"XQ{number}") for number, term in enumerate(desk, 1)]
        for each in [marked] if pack.keeps_terms(hop) else [desk, marked]:
            variants.append(terms.put(task.text, each))
            replaced = [
                (mark.rendering, term.rendering) for mark, term in zip(each, desk, strict=True)
            ]
            places.append((index, replaced))
    found: list[list[Hypothesis]] = [[] for _ in tasks]
    for (index, replaced), hypothesis in zip(places, ask(variants, hop, pack), strict=True):
        written = hypothesis.text
        for mark, rendering in reversed(replaced):
            written = written.replace(mark, rendering)
        found[index].append(replace(hypothesis, text=written, others=()))
    return found


def _by_clauses(tasks: Sequence[Task], hop: Hop, pack: Pack) -> list[list[Hypothesis]]:
    """Each text joined from its clauses' translations; nothing for a text of one clause."""
    parts = [_clauses(prompt) for prompt in prompts(tasks, hop, pack)]
    clauses = [part for each in parts if len(each) > 1 for part in each]
    hypotheses = iter(ask(clauses, hop, pack))
    found: list[list[Hypothesis]] = []
    for each in parts:
        if len(each) < 2:
            found.append([])
            continue
        own = [next(hypotheses) for _ in each]
        joined = typography.join_clauses(each, [one.text for one in own], hop.target)
        finished = all(hypothesis.finished for hypothesis in own)
        echoes = any(hypothesis.echoes_prompt for hypothesis in own)
        found.append([Hypothesis(joined, finished, echoes)])
    return found


STEPS: dict[str, Step] = {
    "plain": _as_written,
    "wider": _wider,
    "terms": _with_terms,
    "clauses": _by_clauses,
}
"""The steps in the order they are tried, by their published names."""


def ask(texts: Sequence[str], hop: Hop, pack: Pack, *, wider: bool = False) -> list[Hypothesis]:
    """Return the pack's translations, without a call if there are no texts."""
    return pack.translate(texts, hop, wider=wider) if texts else []


def _clauses(text: str) -> list[str]:
    """Split the text at commas, colons and dashes into parts of some length."""
    clauses: list[str] = []
    start = 0
    least = _CLAUSE_CHARACTERS // (3 if languages.is_chinese(text) else 1)
    for match in _CLAUSE_END.finditer(text):
        if match.start() - start >= least and len(text) - match.end() >= least:
            clauses.append(text[start : match.start()].strip())
            start = match.end()
    return [*clauses, text[start:].strip()]
