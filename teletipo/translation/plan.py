"""The decoding plan: each text takes the steps of its route, and no step is done twice."""

from collections.abc import Callable, Collection, Iterable, MutableMapping, Sequence
from dataclasses import dataclass, field, replace

from teletipo import languages
from teletipo.errors import TargetNotServed
from teletipo.languages import Language
from teletipo.ports import Hop, Pack
from teletipo.translation.select import Translation
from teletipo.verify.context import NO_CONTEXT, Context
from teletipo.verify.pair import Sentence

Route = tuple[Hop, ...]


@dataclass(frozen=True)
class Task:
    """A text to translate, and the context for its checks.

    Two tasks with the same text and context are equal.
    """

    text: str
    context: Context = field(default=NO_CONTEXT, hash=False)

    def sentence(self, hop: Hop) -> Sentence:
        """Return the text as a sentence in the step's source language."""
        return Sentence(self.text, Language(hop.source))


@dataclass(frozen=True)
class Request:
    """A task and its route."""

    task: Task
    route: Route

    @property
    def ends(self) -> Hop:
        """The route's first and last language."""
        return Hop(self.route[0].source, self.route[-1].target)


Memory = MutableMapping[tuple[Hop, Task], Translation]
"""Decoded steps: a pivot's first step is often another target's only one."""
Decode = Callable[[Sequence[Task], Hop], list[Translation]]


def find_route(source: str, target: str, pack: Pack) -> Route:
    """Return the pack's route from one language to another. Raises ``TargetNotServed``."""
    route = pack.route(source, target)
    if route is None:
        raise TargetNotServed(
            f"The pack '{pack.name}' does not translate {languages.name(source)} "
            f"into {languages.name(target)}."
        )
    return route


def run(requests: Sequence[Request], memory: Memory, decode: Decode) -> list[Translation]:
    """Take each request through the steps of its route; steps in memory are not decoded again.

    The findings compare the last step's output with the article's text; earlier steps add their
    findings on decoding. A text that a step failed to translate goes no further.
    """
    walks = {request: _Walk(request.task, request.route) for request in requests}
    while hops := [walk.remaining for walk in walks.values() if walk.remaining]:
        hop = _next_hop(hops)
        pending = [walk for walk in walks.values() if walk.remaining[:1] == (hop,)]
        new = [task for task in _unique(walk.task for walk in pending) if (hop, task) not in memory]
        keys = [(hop, task) for task in new]
        memory.update(zip(keys, decode(new, hop), strict=True))
        for walk in pending:
            walk.take(memory[hop, walk.task])
    return [walks[request].result(request) for request in requests]


@dataclass
class _Walk:
    """The state of a request."""

    task: Task
    remaining: Route
    translation: Translation | None = None

    def take(self, step: Translation) -> None:
        """Take the next step's translation."""
        self.translation = step.after(self.translation) if self.translation else step
        self.task = replace(self.task, text=step.text)
        self.remaining = () if step.is_untranslated else self.remaining[1:]

    def result(self, request: Request) -> Translation:
        if self.translation is None:
            raise ValueError("a route has no steps")
        ends, task = request.ends, request.task
        return self.translation.beside(task.sentence(ends), Language(ends.target), task.context)


def _unique(tasks: Iterable[Task]) -> list[Task]:
    return list(dict.fromkeys(tasks))


def _next_hop(routes: Collection[Route]) -> Hop:
    """Prefer a step that no other route needs later, so that all its texts go in one call."""
    later = {hop for route in routes for hop in route[1:]}
    first = [route[0] for route in routes]
    return next((hop for hop in first if hop not in later), first[0])
