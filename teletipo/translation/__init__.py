"""Drafts → drafts in other languages: decoded in batches, checked, and repaired if they fail."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from teletipo import languages
from teletipo.draft import Draft, DraftSentence
from teletipo.findings import Finding, Severity
from teletipo.languages import Language
from teletipo.ports import Hypothesis, Pack
from teletipo.spans import Span
from teletipo.translation import plan, select
from teletipo.translation.plan import Leg, Memory, Request, Route, Task
from teletipo.translation.repair import STEPS, ask, known, prompts
from teletipo.translation.select import Translation
from teletipo.verify.context import Context


def translate(
    jobs: Sequence[tuple[Draft, str, Context]], pack: Pack, *, repair: bool = True
) -> list[Draft]:
    """Return each draft in its target language; sentences keep their evidence.

    A job is a draft, a target language (BCP 47) and the context for the checks. Each step decodes
    all sentences and headlines of all drafts in one call, whatever their languages, and no text
    twice; names of the gazetteer and the desk's terms are put into a text first if the pack's model
    keeps them. The first hypothesis that keeps them and passes all checks is taken. A text with an
    error or a lost name is decoded again: as it is written, with a wider search, with placeholders
    for terms, clause by clause, and by the pack's other route. If it still fails, it keeps its
    findings. If there is no text in the target language, the article's sentence is used. Without
    ``repair`` nothing is decoded a second time.

    Raises ``TargetNotServed`` if the pack has no route to a language, and ``PackError``.
    """
    routes = [plan.find_route(draft.language, target, pack) for draft, target, _ in jobs]
    requests = [
        [Request(Task(text, context), route) for text in _texts(draft)]
        for (draft, _, context), route in zip(jobs, routes, strict=True)
    ]
    every = [each for own in requests for each in own]
    memory: Memory = {}
    found = translate_requests(every, pack, memory, repair=repair)
    translations = iter(_with_detours(every, found, pack, memory) if repair else found)
    return [
        _translated(draft, target, route, [next(translations) for _ in own], pack)
        for (draft, target, _), route, own in zip(jobs, routes, requests, strict=True)
    ]


def translate_requests(
    requests: Sequence[Request],
    pack: Pack,
    memory: Memory,
    *,
    repair: bool = True,
) -> list[Translation]:
    """Return each request's best translation by its own route, in order.

    ``memory`` keeps every decoded step. Raises ``PackError``.
    """
    return plan.run(requests, memory, partial(_decode, pack=pack, repair=repair))


def _texts(draft: Draft) -> list[str]:
    headline = [draft.headline] if draft.headline else []
    return [*headline, *(sentence.text for sentence in draft.sentences)]


def _decode(legs: Sequence[Leg], pack: Pack, *, repair: bool) -> list[Translation]:
    """Each text's best translation by its next step."""
    names = [[each.rendering for each in known(leg, pack)] for leg in legs]

    def judged(
        index: int, hypothesis: Hypothesis, first: str, others: str
    ) -> Iterator[Translation]:
        leg = legs[index]
        weight = pack.coverage_weight(leg.hop)
        found = select.candidates(leg.source, hypothesis, Language(leg.hop.target), weight)
        return select.judged(found, leg.task.context, names[index], first, others)

    hypotheses = ask(prompts(legs, pack), pack)
    best = [
        select.best(judged(index, hypothesis, "", "hypothesis"))
        for index, hypothesis in zip(range(len(legs)), hypotheses, strict=True)
    ]
    for name, step in STEPS.items() if repair else ():
        failed = [index for index, each in enumerate(best) if each.fails]
        others = step([legs[index] for index in failed], pack)
        for index, found in zip(failed, others, strict=True):
            again = (other for each in found for other in judged(index, each, name, name))
            best[index] = select.best(itertools.chain([best[index]], again))
    return best


def _with_detours(
    requests: Sequence[Request], found: list[Translation], pack: Pack, memory: Memory
) -> list[Translation]:
    """Retry translations with errors or added content by the pack's other route, if it has one."""
    failed = [
        (index, replace(each, route=detour))
        for index, each in enumerate(requests)
        if (found[index].has_error or found[index].adds)
        and (detour := pack.detour(each.ends.source, each.ends.target))
    ]
    # A copy: these were decoded without repair, so other requests must not reuse them.
    decode = partial(_decode, pack=pack, repair=False)
    others = plan.run([each for _, each in failed], dict(memory), decode)
    better = list(found)
    for (index, _), other in zip(failed, others, strict=True):
        better[index] = select.best([found[index], replace(other, repair="detour")])
    return better


def _translated(
    draft: Draft, target: str, route: Route, translations: Sequence[Translation], pack: Pack
) -> Draft:
    quality = _draft_quality(draft.language, target, pack)
    findings = [quality] if quality else []
    headline = None
    texts = list(translations)
    if draft.headline:
        headline = texts.pop(0)
        findings += [each.placed(target, None, 0) for each in headline.findings]
    for index, (translation, sentence) in enumerate(zip(texts, draft.sentences, strict=True)):
        start = _start_in_article(draft, sentence.evidence)
        findings += [each.placed(target, index, start) for each in translation.findings]
    return replace(
        draft,
        language=target,
        headline=headline.text if headline else None,
        sentences=tuple(
            DraftSentence(translation.text, sentence.evidence)
            for translation, sentence in zip(texts, draft.sentences, strict=True)
        ),
        route=(route[0].source, *(hop.target for hop in route)),
        findings=tuple(findings),
        repairs=tuple(each.repair for each in translations if each.repair),
    )


def _start_in_article(draft: Draft, evidence: Sequence[Span]) -> int | None:
    """The sentence's offset in the article, if it is one passage of it, word for word."""
    is_passage = draft.method == "extractive" and len(evidence) == 1
    return evidence[0].start if is_passage else None


def is_draft(source: str, target: str, pack: Pack) -> bool:
    """Whether an editor must approve the translation before it is published."""
    quality = pack.quality(source, target)
    return quality is None or quality.draft


def _draft_quality(source: str, target: str, pack: Pack) -> Finding | None:
    if not is_draft(source, target, pack):
        return None
    quality = pack.quality(source, target)
    if quality is None:
        measured = "was never measured"
    elif quality.faulty_percent is None:
        measured = "is draft quality"
    else:
        measured = (
            f"is draft quality: {quality.faulty_percent:.0f} of 100 sentences had an error that "
            f"the checks see, before repair ({quality.test_set})"
        )
    return Finding(
        code="draft_quality",
        severity=Severity.INFO,
        language=target,
        sentence=None,
        message=f"What the pack '{pack.name}' translates from {languages.name(source)} into "
        f"{languages.name(target)} {measured}; an editor must approve it before publication.",
    )
