"""Statements attributed to another speaker than in the article, or to nobody."""

import re
from collections.abc import Iterable, Sequence

from teletipo.findings import Finding, Severity
from teletipo.spans import Span
from teletipo.verify.context import Context
from teletipo.verify.counterparts import counterpart
from teletipo.verify.data import table, words_patterns
from teletipo.verify.pair import Sentence, SentencePair
from teletipo.verify.readers.names import Name

_SPEECH, _CLEAR_SPEECH = (words_patterns(table("speech")[name]) for name in ("broad", "clear"))
_THAT = re.compile(r"\s(?:que|that)\b")
_NEAR = 30


def check_attribution(pair: SentencePair, _: Context) -> Iterable[Finding]:
    """Yield ``attribution_lost`` or ``speaker_changed``.

    Not seen: speakers without a name, and in Chinese most names.
    """
    source, output, lexicon = pair.source, pair.output, pair.lexicon
    if lexicon is None:
        return
    said = _find(_CLEAR_SPEECH, source)
    if said and not _SPEECH[output.language.base].search(output.text):
        yield pair.finding(
            "attribution_lost",
            f"The article attributes this (“{source[said[0]]}”); the translation does not.",
            Severity.WARNING,
            source=said,
        )
        return
    speakers = _speakers(source, _find(_SPEECH, source))
    ours = _speakers(output, _find(_CLEAR_SPEECH, output))
    if not speakers or len(ours) != 1:
        return
    (speaker,) = ours

    def stands_in(other: Sentence) -> bool | None:
        return counterpart(speaker, output, other, lexicon, forward=False)

    if any(stands_in(Sentence(each.text, source.language)) is not False for each in speakers):
        return
    # The name checks handle a name that is not in the article.
    if stands_in(source):
        yield pair.finding(
            "speaker_changed",
            f"The translation attributes this to “{speaker.text}”; "
            f"the article attributes it to “{speakers[0].text}”.",
            Severity.WARNING,
            source=speakers,
            output=[speaker],
        )


def _find(patterns: dict[str, re.Pattern[str]], sentence: Sentence) -> list[Span]:
    pattern = patterns[sentence.language.base]
    return [Span(*match.span()) for match in pattern.finditer(sentence.text)]


def _speakers(sentence: Sentence, verbs: Sequence[Span]) -> list[Name]:
    """The name nearest to each verb of speech, unless the statement has it: "dijo que Ruiz…"."""
    found = []
    for verb in verbs:
        said = verb.end if _THAT.match(sentence.text, verb.end) else len(sentence.text)
        near = [
            (distance, name)
            for name in sentence.names
            if (distance := max(verb.start - name.end, name.start - verb.end)) <= _NEAR
            and name.start < said
        ]
        if near:
            found.append(min(near, key=lambda each: each[0])[1])
    return list(dict.fromkeys(found))
