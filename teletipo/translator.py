"""Drafts → drafts in other languages: decoded together, checked, and mended where they failed."""

import itertools
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, MutableMapping, Sequence
from dataclasses import dataclass, replace

from teletipo import languages, typography
from teletipo.article import Span
from teletipo.draft import Draft, DraftSentence
from teletipo.errors import TargetNotServed
from teletipo.findings import Finding, Severity, TextSpan
from teletipo.ports import Hop, Hypothesis, Pack
from teletipo.terminology import NO_TERMS, Terminology
from teletipo.verify import Context, verify
from teletipo.verify.coverage import rendered
from teletipo.verify.decoding import UNTRANSLATED, decoding_faults
from teletipo.verify.fault import Fault

# A sentence is cut for another try where both parts are clauses: so many characters at least.
_CLAUSE_CHARACTERS = 25
_CLAUSE_END = re.compile(r"(?<=[,;:])\s+|(?<=[，；：])|\s+[—–-]\s+")


@dataclass(frozen=True)
class Translation:
    """A text in another language, and what is wrong with it."""

    text: str
    faults: tuple[Fault, ...] = ()
    repair: str = ""
    """Which step found it, where the first hypothesis had faults: ``hypothesis``, ``wider``, …"""

    @property
    def is_untranslated(self) -> bool:
        """There is nothing in the target language to publish."""
        return any(fault.code in UNTRANSLATED for fault in self.faults)

    @property
    def has_error(self) -> bool:
        """It cannot stand as it is."""
        return any(fault.severity is Severity.ERROR for fault in self.faults)

    @property
    def adds(self) -> bool:
        """It tells something that its source does not, be it only perhaps."""
        return any(fault.code.endswith("_added") for fault in self.faults)

    @property
    def badness(self) -> tuple[bool, int, int]:
        """To be compared: nothing to publish, errors, warnings."""
        severities = Counter(fault.severity for fault in self.faults)
        return self.is_untranslated, severities[Severity.ERROR], severities[Severity.WARNING]


Route = tuple[Hop, ...]
Memory = MutableMapping[tuple[Hop, str], Translation]
"""What was decoded already: a pivot's first step is often another target's only one."""


def translate(
    jobs: Sequence[tuple[Draft, str]],
    pack: Pack,
    memory: Memory,
    contexts: Sequence[Context] = (),
    *,
    repair: bool = True,
) -> list[Draft]:
    """Each draft in the language asked for, its sentences keeping their evidence.

    All the drafts' sentences and headlines for one step go down in one call, and none twice.
    Numbers and punctuation follow the target language. Of a search's hypotheses the first that
    passes all checks is taken; where none does, a wider search is tried, the desk's terms put in
    beforehand, the sentence clause by clause, and the pack's other way to that language. What still
    fails carries its findings, and where the model offered nothing in the target language the
    article's own sentence stands.

    ``contexts`` is what the checks need to know of each job's article; without ``repair`` nothing
    is decoded a second time.

    Raises ``TargetNotServed`` where the pack has no way to a language, and ``PackError``.
    """
    routes = [find_route(draft.language, target, pack) for draft, target in jobs]
    texts = [
        [*([draft.headline] if draft.headline else []), *(each.text for each in draft.sentences)]
        for draft, _ in jobs
    ]
    requests = [
        _Request(text, route, context)
        for route, draft_texts, context in zip(
            routes, texts, contexts or [Context()] * len(jobs), strict=True
        )
        for text in draft_texts
    ]
    found = _translate_requests(requests, pack, memory, repair=repair)
    if repair:
        _try_detours(requests, found, pack, memory)
    translations = iter(found)
    return [
        _translated(draft, target, route, [next(translations) for _ in draft_texts], pack)
        for (draft, target), route, draft_texts in zip(jobs, routes, texts, strict=True)
    ]


@dataclass(frozen=True)
class _Request:
    """A text, the way that it is to go, and what the checks need to know of its article."""

    text: str
    route: Route
    context: Context

    @property
    def pair(self) -> Hop:
        """From the article's language to the one asked for, whatever lies between."""
        return Hop(self.route[0].source, self.route[-1].target)


def _translate_requests(
    requests: Sequence[_Request], pack: Pack, memory: Memory, *, repair: bool
) -> list[Translation]:
    # The desk's terms are the same for all of its articles.
    terminology = requests[0].context.terminology if requests else NO_TERMS
    translations = translate_texts(
        [(each.text, each.route) for each in requests], pack, memory, terminology, repair=repair
    )
    return [
        judge(each.text, translation, each.route, each.context)
        for each, translation in zip(requests, translations, strict=True)
    ]


def _try_detours(
    requests: Sequence[_Request], found: list[Translation], pack: Pack, memory: Memory
) -> None:
    """What failed, or may be invented in part, goes the pack's other way too, where it has one, and
    the better one stays."""
    failed = [
        (index, replace(each, route=detour))
        for index, each in enumerate(requests)
        if (found[index].has_error or found[index].adds)
        and (detour := pack.detour(each.pair.source, each.pair.target))
    ]
    # What is only decoded once stays out of the memory of what others may ask for.
    others = _translate_requests([each for _, each in failed], pack, dict(memory), repair=False)
    for (index, each), other in zip(failed, others, strict=True):
        candidates = [found[index], replace(other, repair="detour")]
        found[index] = _least_bad(candidates, each.text, each.pair)


def find_route(source: str, target: str, pack: Pack) -> Route:
    """The pack's way from one language to another. Raises ``TargetNotServed``."""
    route = pack.route(source, target)
    if route is None:
        raise TargetNotServed(
            f"The pack '{pack.name}' does not translate {languages.name(source)} "
            f"into {languages.name(target)}."
        )
    return route


def translate_texts(
    requests: Sequence[tuple[str, Route]],
    pack: Pack,
    memory: Memory,
    terminology: Terminology = NO_TERMS,
    *,
    repair: bool = True,
) -> list[Translation]:
    """Each text through every hop of its route; what is in memory is not decoded again.

    Faults are the last hop's beside its own source, and those of decoding from the hops before;
    a text of which a hop left nothing is not carried further.
    """
    done = {request: Translation(request[0]) for request in requests}
    remaining = {request: request[1] for request in done}
    while any(remaining.values()):
        hop = _next_hop(remaining.values())
        pending = {
            request: done[request].text for request, hops in remaining.items() if hops[:1] == (hop,)
        }
        new = [text for text in dict.fromkeys(pending.values()) if (hop, text) not in memory]
        decoded = _decode(new, hop, pack, terminology, repair=repair)
        for text, translation in zip(new, decoded, strict=True):
            memory[hop, text] = translation
        for request, text in pending.items():
            step = memory[hop, text]
            before = [fault for fault in done[request].faults if fault.code in _OF_DECODING]
            done[request] = Translation(
                step.text, (*before, *step.faults), step.repair or done[request].repair
            )
            remaining[request] = () if step.is_untranslated else remaining[request][1:]
    return [done[request] for request in requests]


# What a later hop does not show any more.
_OF_DECODING = UNTRANSLATED | {"ran_over", "stopped_early", "repetition"}


def judge(text: str, translation: Translation, route: Route, context: Context) -> Translation:
    """A translation beside the article's own text, not only a pivot's; where nothing of it is in
    the target language, that text itself."""
    if translation.is_untranslated:
        faults = [fault for fault in translation.faults if fault.code in _OF_DECODING]
        return Translation(text, tuple(_once(faults)))
    kept = [fault for fault in translation.faults if fault.code in _OF_DECODING]
    found = verify(text, translation.text, route[0].source, route[-1].target, context)
    return replace(translation, faults=tuple(_once([*kept, *found])))


def _once(faults: Sequence[Fault]) -> list[Fault]:
    """One of each code from decoding; all the others, which stand in different places."""
    seen: set[str] = set()
    kept = []
    for fault in faults:
        if fault.code not in _OF_DECODING or fault.code not in seen:
            kept.append(fault)
        seen.add(fault.code)
    return kept


def _next_hop(routes: Collection[Route]) -> Hop:
    """A first step that is no route's later one, where there is such, so that all of it is done
    together."""
    later = {hop for route in routes for hop in route[1:]}
    first = [route[0] for route in routes if route]
    return next((hop for hop in first if hop not in later), first[0])


def _translated(
    draft: Draft, target: str, route: Route, translations: Sequence[Translation], pack: Pack
) -> Draft:
    findings = [_draft_quality(draft.language, target, pack)]
    repairs: list[str] = []
    headline = None
    if draft.headline:
        first, *translations = translations
        headline = first.text
        findings += _findings(first, target, None, ())
        repairs.append(first.repair)
    for index, (translation, sentence) in enumerate(
        zip(translations, draft.sentences, strict=True)
    ):
        # A model's own sentence stands nowhere in the article.
        passages = sentence.evidence if draft.method == "extractive" else ()
        findings += _findings(translation, target, index, passages)
        repairs.append(translation.repair)
    return replace(
        draft,
        language=target,
        headline=headline,
        sentences=tuple(
            DraftSentence(translation.text, sentence.evidence)
            for translation, sentence in zip(translations, draft.sentences, strict=True)
        ),
        route=(route[0].source, *(hop.target for hop in route)),
        findings=tuple(finding for finding in findings if finding),
        repairs=tuple(repair for repair in repairs if repair),
    )


def _decode(
    texts: Sequence[str], hop: Hop, pack: Pack, terminology: Terminology, *, repair: bool
) -> list[Translation]:
    """The best that can be had for each text: see ``translate`` for the steps."""
    context = Context(terminology=terminology)

    def judged(text: str, hypothesis: Hypothesis, repair: str) -> Translation:
        written = typography.localize(hypothesis.text, text, hop.source, hop.target)
        faults = decoding_faults(hypothesis)
        if hypothesis.text:
            faults += verify(text, written, hop.source, hop.target, context)
        return Translation(written, tuple(_once(faults)), repair)

    best: list[Translation] = []
    for text, hypothesis in zip(texts, _ask(texts, hop, pack, wider=False), strict=True):
        others = (judged(text, other, "hypothesis") for other in hypothesis.others)
        best.append(_least_bad(itertools.chain([judged(text, hypothesis, "")], others), text, hop))

    if not repair:
        return best

    def try_again(step: str, retry: Callable[[Sequence[str]], list[list[Hypothesis]]]) -> None:
        failed = [index for index, each in enumerate(best) if each.has_error]
        for index, found in zip(failed, retry([texts[index] for index in failed]), strict=True):
            candidates = (judged(texts[index], hypothesis, step) for hypothesis in found)
            best[index] = _least_bad(itertools.chain([best[index]], candidates), texts[index], hop)

    if pack.can_widen(hop):
        try_again("wider", lambda failed: _ranked(_ask(failed, hop, pack, wider=True)))
    if terminology.terms:
        try_again("terms", lambda failed: _with_terms(failed, hop, pack, terminology))
    try_again("clauses", lambda failed: _by_clauses(failed, hop, pack))
    return best


def _least_bad(candidates: Iterable[Translation], text: str, hop: Hop) -> Translation:
    """The first that passes every check; where none does, the one with the least against it, and
    of several such the one that renders most of the text's words."""
    seen = []
    for candidate in candidates:
        if not any(candidate.badness):
            return candidate
        seen.append(candidate)
    return min(
        seen,
        key=lambda each: (each.badness, -rendered(text, each.text, hop.source, hop.target)),
    )


def _ask(texts: Sequence[str], hop: Hop, pack: Pack, *, wider: bool) -> list[Hypothesis]:
    return pack.translate(texts, hop, wider=wider) if texts else []


def _ranked(hypotheses: Sequence[Hypothesis]) -> list[list[Hypothesis]]:
    return [[hypothesis, *hypothesis.others] for hypothesis in hypotheses]


def _with_terms(
    texts: Sequence[str], hop: Hop, pack: Pack, terminology: Terminology
) -> list[list[Hypothesis]]:
    """Each text with the terms' renderings in their places already, and with placeholders there,
    which are a rendering afterwards; nothing for a text without terms."""
    places, variants = [], []
    for index, text in enumerate(texts):
        terms = terminology.find(text, hop.source, hop.target)
        if not terms:
            continue
        for make in (lambda number, rendering: rendering, lambda number, _: f"XQ{number}"):
            variant, marks = text, {}
            for number, term in reversed(list(enumerate(terms, 1))):
                mark = make(number, term.rendering)
                marks[mark] = term.rendering
                variant = variant[: term.start] + mark + variant[term.end :]
            places.append((index, marks))
            variants.append(variant)
    found: list[list[Hypothesis]] = [[] for _ in texts]
    for (index, marks), hypothesis in zip(
        places, _ask(variants, hop, pack, wider=False), strict=True
    ):
        written = hypothesis.text
        for mark, rendering in marks.items():
            written = written.replace(mark, rendering)
        found[index].append(replace(hypothesis, text=written, others=()))
    return found


def _by_clauses(texts: Sequence[str], hop: Hop, pack: Pack) -> list[list[Hypothesis]]:
    """Each text put together from its clauses' translations; nothing for one of one clause."""
    parts = [_clauses(text) for text in texts]
    hypotheses = iter(
        _ask([part for each in parts if len(each) > 1 for part in each], hop, pack, wider=False)
    )
    found: list[list[Hypothesis]] = []
    for each in parts:
        if len(each) < 2:
            found.append([])
            continue
        own = [next(hypotheses) for _ in each]
        joined = typography.join_clauses(each, [one.text for one in own], hop.target)
        found.append(
            [
                Hypothesis(
                    joined,
                    all(hypothesis.finished for hypothesis in own),
                    any(hypothesis.echoes_prompt for hypothesis in own),
                )
            ]
        )
    return found


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


def _findings(
    translation: Translation, target: str, sentence: int | None, evidence: Sequence[Span]
) -> list[Finding]:
    # Only where the source text is one passage of the article do its offsets mean something.
    start = evidence[0].start if len(evidence) == 1 else None
    offset = 0 if sentence is None else start
    return [
        Finding(
            code=fault.code,
            severity=fault.severity,
            language=target,
            sentence=sentence,
            message=fault.message,
            output_spans=tuple(TextSpan(start=span.start, end=span.end) for span in fault.output),
            source_spans=()
            if offset is None
            else tuple(
                TextSpan(start=span.start + offset, end=span.end + offset) for span in fault.source
            ),
        )
        for fault in translation.faults
    ]


def _draft_quality(source: str, target: str, pack: Pack) -> Finding | None:
    quality = pack.quality(source, target)
    if quality and not quality.draft:
        return None
    measured = (
        f"BLEU {quality.bleu:.0f}, chrF {quality.chrf:.0f} on {quality.test_set}"
        if quality
        else "never measured"
    )
    return Finding(
        code="draft_quality",
        severity=Severity.WARNING,
        language=target,
        sentence=None,
        message=f"{languages.name(source)} to {languages.name(target)} by the pack "
        f"'{pack.name}' is draft quality ({measured}): not for publication without a translator.",
    )
