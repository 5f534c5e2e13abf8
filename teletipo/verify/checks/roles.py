"""Who did what to whom: two names that changed sides."""

from collections.abc import Iterable

from teletipo.findings import Finding
from teletipo.spans import Span
from teletipo.verify.context import Context
from teletipo.verify.counterparts import contains
from teletipo.verify.pair import SentencePair
from teletipo.verify.readers import known_names
from teletipo.verify.readers.words import folded_words


def check_roles(pair: SentencePair, _: Context) -> Iterable[Finding]:
    """Yield ``roles_changed`` where the output has a verb's subject and object the other way round.

    Only where both sentences have the same verb of the list between two names, in a clear voice,
    and both names are recognized on the other side. Not seen: everybody without a name.
    """
    if not pair.is_translation:
        return
    for one in pair.source.roles:
        for other in pair.output.roles:
            if one.verb == other.verb and (
                _is(pair, one.agent, other.patient)
                and _is(pair, one.patient, other.agent)
                and not _is(pair, one.agent, other.agent)
                and not _is(pair, one.patient, other.patient)
            ):
                yield pair.finding(
                    "roles_changed",
                    f"In the article “{pair.source[one.agent]}” does this to "
                    f"“{pair.source[one.patient]}”; in the summary it is the other way round.",
                    source=[one.agent, one.patient],
                    output=[other.agent, other.patient],
                )


def _is(pair: SentencePair, theirs: Span, ours: Span) -> bool:
    """Whether a name of the output is a name of the source: a known one, or one written alike."""
    source, name = pair.source[theirs], pair.output[ours]
    entry = known_names.renderings_of(name)
    language = pair.source.language.base
    if entry is not None:
        return any(contains(source, rendering, language) for rendering in entry.get(language, ()))
    return bool(set(folded_words(name)) & set(folded_words(source)))
