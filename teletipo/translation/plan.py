"""The decoding plan: each text takes the steps of its route, and no step is done twice."""

from collections.abc import Callable, Collection, Iterable, MutableMapping, Sequence
from dataclasses import dataclass, field, replace

from teletipo import languages
from teletipo.errors import TargetNotServed
from teletipo.languages import Language
from teletipo.ports import Hop, Pack
from teletipo.translation import terms
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


@dataclass(frozen=True)
class Leg:
    """A text and the step of its route that it takes next."""

    task: Task
    hop: Hop

    @property
    def source(self) -> Sentence:
        """The text as a sentence in the step's source language."""
        return self.task.sentence(self.hop)


Memory = MutableMapping[Leg, Translation]
"""Decoded steps: a pivot's first step is often another target's only one."""
Decode = Callable[[Sequence[Leg]], list[Translation]]


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
    while hops := _next_hops([walk.remaining for walk in walks.values() if walk.remaining]):
        pending = [walk for walk in walks.values() if walk.remaining and walk.remaining[0] in hops]
        new = [leg for leg in _unique(walk.leg for walk in pending) if leg not in memory]
        memory.update(zip(new, decode(new), strict=True))
        for walk in pending:
            walk.take(memory[walk.leg])
    return [walks[request].result(request) for request in requests]


@dataclass
class _Walk:
    """The state of a request."""

    task: Task
    remaining: Route
    translation: Translation | None = None

    @property
    def leg(self) -> Leg:
        """The next step."""
        return Leg(self.task, self.remaining[0])

    def take(self, step: Translation) -> None:
        """Take the next step's translation."""
        self.translation = step.after(self.translation) if self.translation else step
        self.task = self._next_task(step.text) if len(self.remaining) > 1 else self.task
        self.remaining = () if step.is_untranslated else self.remaining[1:]

    def _next_task(self, text: str) -> Task:
        """The step's output, with the names of its source as the last language has them."""
        terminology = self.task.context.terminology
        names = terms.carried(
            self.task.text, self.remaining[0], self.remaining[-1].target, terminology
        )
        return Task(text, replace(self.task.context, terminology=terminology.with_names(names)))

    def result(self, request: Request) -> Translation:
        if self.translation is None:
            raise ValueError("a route has no steps")
        ends, task = request.ends, request.task
        return self.translation.beside(task.sentence(ends), Language(ends.target), task.context)


def _unique(legs: Iterable[Leg]) -> list[Leg]:
    return list(dict.fromkeys(legs))


def _next_hops(routes: Collection[Route]) -> set[Hop]:
    """The steps that no other route needs later, so that all texts of a step go in one call."""
    later = {hop for route in routes for hop in route[1:]}
    first = {route[0] for route in routes}
    return first - later or first
