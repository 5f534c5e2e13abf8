"""Drafts → drafts in other languages: decoded together, checked, and again where they failed."""

from collections.abc import Collection, MutableMapping, Sequence
from dataclasses import dataclass, replace

from teletipo import languages, typography
from teletipo.draft import Draft, DraftSentence
from teletipo.errors import TargetNotServed
from teletipo.findings import Finding, Severity
from teletipo.ports import Hop, Pack
from teletipo.verify.decoding import UNTRANSLATED, Fault, decoding_faults


@dataclass(frozen=True)
class Translation:
    """A text in another language, and what is wrong with it."""

    text: str
    faults: tuple[Fault, ...] = ()

    @property
    def is_untranslated(self) -> bool:
        """There is nothing in the target language to publish."""
        return any(fault.code in UNTRANSLATED for fault in self.faults)


Route = tuple[Hop, ...]
Memory = MutableMapping[tuple[Hop, str], Translation]
"""What was decoded already: a pivot's first step is often another target's only one."""


def translate(jobs: Sequence[tuple[Draft, str]], pack: Pack, memory: Memory) -> list[Draft]:
    """Each draft in the language asked for, its sentences keeping their evidence.

    All the drafts' sentences and headlines for one step go down in one call, and none twice.
    Numbers and punctuation follow the target language. A sentence that fails the decoding checks
    is decoded again with a wider search; one that fails again carries an error finding, and where
    the model offered nothing in the target language the article's own sentence stands.

    Raises ``TargetNotServed`` where the pack has no way to a language, and ``PackError``.
    """
    routes = [find_route(draft.language, target, pack) for draft, target in jobs]
    texts = [
        [*([draft.headline] if draft.headline else []), *(each.text for each in draft.sentences)]
        for draft, _ in jobs
    ]
    translations = iter(
        translate_texts(
            [
                (text, route)
                for route, draft_texts in zip(routes, texts, strict=True)
                for text in draft_texts
            ],
            pack,
            memory,
        )
    )
    return [
        _translated(draft, target, route, [next(translations) for _ in draft_texts], pack)
        for (draft, target), route, draft_texts in zip(jobs, routes, texts, strict=True)
    ]


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
    requests: Sequence[tuple[str, Route]], pack: Pack, memory: Memory
) -> list[Translation]:
    """Each text through every hop of its route; what is in memory is not decoded again.

    Faults of every hop are kept; a text of which a hop left nothing is not carried further.
    """
    done = {request: Translation(request[0]) for request in requests}
    remaining = {request: request[1] for request in done}
    while any(remaining.values()):
        hop = _next_hop(remaining.values())
        pending = {
            request: done[request].text for request, hops in remaining.items() if hops[:1] == (hop,)
        }
        new = [text for text in dict.fromkeys(pending.values()) if (hop, text) not in memory]
        for text, translation in zip(new, _decode(new, hop, pack), strict=True):
            memory[hop, text] = translation
        for request, text in pending.items():
            step = memory[hop, text]
            done[request] = Translation(step.text, done[request].faults + step.faults)
            remaining[request] = () if step.is_untranslated else remaining[request][1:]
    return [_localized(text, done[text, route], route) for text, route in requests]


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
    headline = None
    if draft.headline:
        first, *translations = translations
        headline = first.text
        findings += _findings(first, target, None)
    for index, translation in enumerate(translations):
        findings += _findings(translation, target, index)
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
    )


def _localized(text: str, translation: Translation, route: Route) -> Translation:
    """In the target's typography; or, where nothing of it is in the target, as in the article."""
    if translation.is_untranslated:
        return Translation(text, translation.faults)
    localized = typography.localize(translation.text, text, route[0].source, route[-1].target)
    return replace(translation, text=localized)


def _decode(texts: Sequence[str], hop: Hop, pack: Pack) -> list[Translation]:
    first_try = _attempt(texts, hop, pack, wider=False)
    if not pack.can_widen(hop):
        return first_try
    failed = [index for index, translation in enumerate(first_try) if translation.faults]
    second_try = _attempt([texts[index] for index in failed], hop, pack, wider=True)
    for index, translation in zip(failed, second_try, strict=True):
        first_try[index] = min(translation, first_try[index], key=_badness)
    return first_try


def _badness(translation: Translation) -> tuple[bool, int]:
    return translation.is_untranslated, len(translation.faults)


def _attempt(texts: Sequence[str], hop: Hop, pack: Pack, *, wider: bool) -> list[Translation]:
    if not texts:
        return []
    hypotheses = pack.translate(texts, hop, wider=wider)
    translations = []
    for text, hypothesis in zip(texts, hypotheses, strict=True):
        faults = tuple(decoding_faults(text, hypothesis, hop.source, hop.target))
        translations.append(Translation(hypothesis.text, faults))
    return translations


def _findings(translation: Translation, target: str, sentence: int | None) -> list[Finding]:
    return [
        Finding(
            code=fault.code,
            severity=Severity.ERROR,
            language=target,
            sentence=sentence,
            message=fault.message,
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
