"""Ways to decode a failed text again: wider, with the desk's terms inserted, clause by clause."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from teletipo import languages, typography
from teletipo.ports import Hop, Hypothesis, Pack
from teletipo.translation.plan import Task

# A sentence is split only into parts of at least this many characters.
_CLAUSE_CHARACTERS = 25
_CLAUSE_END = re.compile(r"(?<=[,;:])\s+|(?<=[，；：])|\s+[—–-]\s+")

Step = Callable[[Sequence[Task], Hop, Pack], list[list[Hypothesis]]]
"""Returns hypotheses for each task; none if the step does not apply to it."""


def _wider(tasks: Sequence[Task], hop: Hop, pack: Pack) -> list[list[Hypothesis]]:
    """The hypotheses of a wider search."""
    if not pack.can_widen(hop):
        return [[] for _ in tasks]
    return [[each] for each in ask([task.text for task in tasks], hop, pack, wider=True)]


def _with_terms(tasks: Sequence[Task], hop: Hop, pack: Pack) -> list[list[Hypothesis]]:
    """Decode each text with terms replaced by their renderings, and again with placeholders, which
    are replaced in the output."""
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
    """Each text joined from its clauses' translations; nothing for a text of one clause."""
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
