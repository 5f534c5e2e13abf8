"""Other ways to decode what failed: wider, with the desk's terms put in, clause by clause."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from teletipo import languages, typography
from teletipo.ports import Hop, Hypothesis, Pack
from teletipo.translation.plan import Task

# A sentence is cut for another try where both parts are clauses: so many characters at least.
_CLAUSE_CHARACTERS = 25
_CLAUSE_END = re.compile(r"(?<=[,;:])\s+|(?<=[，；：])|\s+[—–-]\s+")

Step = Callable[[Sequence[Task], Hop, Pack], list[list[Hypothesis]]]
"""Hypotheses for each task; none where the step has nothing to offer."""


def _wider(tasks: Sequence[Task], hop: Hop, pack: Pack) -> list[list[Hypothesis]]:
    """A wider search's hypotheses."""
    if not pack.can_widen(hop):
        return [[] for _ in tasks]
    return [[each] for each in ask([task.text for task in tasks], hop, pack, wider=True)]


def _with_terms(tasks: Sequence[Task], hop: Hop, pack: Pack) -> list[list[Hypothesis]]:
    """Each text with the terms' renderings in their places already, and with placeholders there,
    which become a rendering afterwards."""
    places, variants = [], []
    for index, task in enumerate(tasks):
        terms = task.context.terminology.find(task.text, hop.source, hop.target)
        if not terms:
            continue
        for make in (lambda number, rendering: rendering, lambda number, _: f"XQ{number}"):
            variant, marks = task.text, {}
            for number, term in reversed(list(enumerate(terms, 1))):
                mark = make(number, term.rendering)
                marks[mark] = term.rendering
                variant = variant[: term.start] + mark + variant[term.end :]
            places.append((index, marks))
            variants.append(variant)
    found: list[list[Hypothesis]] = [[] for _ in tasks]
    for (index, marks), hypothesis in zip(places, ask(variants, hop, pack), strict=True):
        written = hypothesis.text
        for mark, rendering in marks.items():
            written = written.replace(mark, rendering)
        found[index].append(replace(hypothesis, text=written, others=()))
    return found


def _by_clauses(tasks: Sequence[Task], hop: Hop, pack: Pack) -> list[list[Hypothesis]]:
    """Each text put together from its clauses' translations; nothing for one of one clause."""
    parts = [_clauses(task.text) for task in tasks]
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


STEPS: dict[str, Step] = {"wider": _wider, "terms": _with_terms, "clauses": _by_clauses}
"""In the order in which they are tried, by the name that the document has."""


def ask(texts: Sequence[str], hop: Hop, pack: Pack, *, wider: bool = False) -> list[Hypothesis]:
    """What the pack writes; it is not asked for nothing."""
    return pack.translate(texts, hop, wider=wider) if texts else []


def _clauses(text: str) -> list[str]:
    """The text in pieces at its commas and dashes, none of them short."""
    clauses: list[str] = []
    start = 0
    least = _CLAUSE_CHARACTERS // (3 if languages.is_chinese(text) else 1)
    for match in _CLAUSE_END.finditer(text):
        if match.start() - start >= least and len(text) - match.end() >= least:
            clauses.append(text[start : match.start()].strip())
            start = match.end()
    return [*clauses, text[start:].strip()]
