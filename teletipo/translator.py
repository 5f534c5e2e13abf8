"""Draft → Draft in another language: decoded, checked, decoded again where it failed."""

from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass, replace

from teletipo import languages, typography
from teletipo.draft import Draft, DraftSentence
from teletipo.errors import TargetNotServed
from teletipo.findings import Finding, Severity
from teletipo.ports import Hop, ModelRuntime, Pack
from teletipo.verify.decoding import UNTRANSLATED, Fault, decoding_faults

_GREEDY, _BEAM = 1, 4


@dataclass(frozen=True)
class Translation:
    """A text in another language, and what is wrong with it."""

    text: str
    faults: tuple[Fault, ...] = ()

    @property
    def is_untranslated(self) -> bool:
        """There is nothing in the target language to publish."""
        return any(fault.code in UNTRANSLATED for fault in self.faults)


Memory = MutableMapping[tuple[Hop, str], Translation]
"""What was decoded already: a pivot's first step is often another target's only one."""


def translate(draft: Draft, target: str, pack: Pack, memory: Memory) -> Draft:
    """The draft in ``target``, each sentence keeping its evidence.

    Numbers and punctuation follow the target language. A sentence that fails the decoding checks
    is decoded again with beam search; one that fails again carries an error finding, and where the
    model offered nothing in the target language the article's own sentence stands.

    Raises ``TargetNotServed`` where the pack has no way to the language, and ``PackError``.
    """
    route = pack.route(draft.language, target)
    if route is None:
        raise TargetNotServed(
            f"The pack '{pack.name}' does not translate {languages.name(draft.language)} "
            f"into {languages.name(target)}."
        )
    texts = [sentence.text for sentence in draft.sentences]
    if draft.headline:
        texts.insert(0, draft.headline)
    translations = translate_texts(texts, route, pack.runtime, memory)
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
        translated=True,
        findings=tuple(finding for finding in findings if finding),
    )


def translate_texts(
    texts: Sequence[str], route: Sequence[Hop], runtime: ModelRuntime, memory: Memory
) -> list[Translation]:
    """Each text through every hop of the route; what is in memory is not decoded again.

    Faults of every hop are kept; a text of which a hop left nothing is not carried further.
    """
    source, target = route[0].source, route[-1].target
    done = {text: Translation(text) for text in texts}
    for hop in route:
        pending = {origin: step.text for origin, step in done.items() if not step.is_untranslated}
        new = [text for text in dict.fromkeys(pending.values()) if (hop, text) not in memory]
        for text, translation in zip(new, _decode(new, hop, runtime), strict=True):
            memory[hop, text] = translation
        for origin, text in pending.items():
            step = memory[hop, text]
            done[origin] = Translation(step.text, done[origin].faults + step.faults)
    return [_localized(text, done[text], source, target) for text in texts]


def _localized(text: str, translation: Translation, source: str, target: str) -> Translation:
    """In the target's typography; or, where nothing of it is in the target, as in the article."""
    if translation.is_untranslated:
        return Translation(text, translation.faults)
    return replace(translation, text=typography.localize(translation.text, text, source, target))


def _decode(texts: Sequence[str], hop: Hop, runtime: ModelRuntime) -> list[Translation]:
    first_try = _attempt(texts, hop, runtime, _GREEDY)
    failed = [index for index, translation in enumerate(first_try) if translation.faults]
    second_try = _attempt([texts[index] for index in failed], hop, runtime, _BEAM)
    for index, translation in zip(failed, second_try, strict=True):
        first_try[index] = min(translation, first_try[index], key=_badness)
    return first_try


def _badness(translation: Translation) -> tuple[bool, int]:
    return translation.is_untranslated, len(translation.faults)


def _attempt(
    texts: Sequence[str], hop: Hop, runtime: ModelRuntime, beam_size: int
) -> list[Translation]:
    hypotheses = runtime.translate(texts, hop, beam_size=beam_size)
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
