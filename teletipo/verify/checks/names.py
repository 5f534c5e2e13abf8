"""Names that are not in the source, or are missing from the output."""

from collections.abc import Iterable, Mapping, Sequence

from teletipo.findings import Finding, Severity
from teletipo.spans import Span
from teletipo.verify.context import Context
from teletipo.verify.counterparts import counterpart, is_another, is_spelled_out
from teletipo.verify.pair import Sentence, SentencePair
from teletipo.verify.readers.certain_names import certain_names, misspelled_names
from teletipo.verify.readers.known_names import renderings_of
from teletipo.verify.readers.names import Name, words_with_capitals
from teletipo.verify.rendering import write_name


def check_names(pair: SentencePair, context: Context) -> Iterable[Finding]:
    """Yield ``name_changed``, ``name_added``, ``name_missing`` and ``name_not_judged``.

    The desk's terms are not checked here. Not seen: which of two people did what (but see
    ``attribution``), names made of common words ("Will Brown"), and Chinese names that are neither
    in CLDR nor in the lexicon.
    """
    pair = pair.without_terms(context.terminology)
    source, output, lexicon = pair.source, pair.output, pair.lexicon
    if lexicon is None:
        return

    def in_source(name: Name) -> bool | None:
        return counterpart(name, output, source, lexicon, forward=False)

    ours = {name: in_source(name) for name in output.names}
    theirs = {
        name: counterpart(name, source, output, lexicon, forward=True) for name in source.names
    }
    added = [name for name, found in ours.items() if found is False and _stands_alone(name, output)]
    missing = [
        name for name, found in theirs.items() if found is False and _stands_alone(name, source)
    ]
    if missing and not source.language.is_chinese and not output.language.is_chinese:
        perhaps = words_with_capitals(output.text, output.language)
        added += [name for name in perhaps if in_source(name) is False]
    is_sure = len(added) == len(missing) == 1
    for name in added:
        replaced = _best_match(name, missing)
        if replaced:
            missing.remove(replaced)
            yield pair.finding(
                "name_changed",
                f"The article has the name “{replaced.text}”; the summary has “{name.text}”.",
                Severity.ERROR if is_another(replaced, name, pair) else Severity.WARNING,
                source=[replaced],
                output=[name],
                suggestion=write_name(replaced, name, source.language, output.language)
                if is_sure
                else None,
            )
        elif not name.is_word and not _goes_with_another(name, ours, output):
            yield pair.finding(
                "name_added",
                f"The name “{name.text}” is not in this passage of the article.",
                _severity(name, output),
                output=[name],
            )
    misspelled = list(misspelled_names(pair))
    for known, written in misspelled:
        yield pair.finding(
            "name_changed",
            f"The article has the name “{source[known]}”; the summary has “{output[written]}”.",
            Severity.WARNING,
            source=[known],
            output=[written],
            suggestion=known.rendering,
        )
    for name in missing:
        if any(known.overlaps(name) for known, _ in misspelled):
            continue
        yield pair.finding(
            "name_missing",
            f"The name “{name.text}” is missing, or its spelling was not recognized.",
            Severity.ERROR if _is_lost_place(name, pair) else Severity.WARNING,
            source=[name],
        )
    unknown = [name for name, found in theirs.items() if found is None]
    unknown_too = [name for name, found in ours.items() if found is None]
    if unknown or unknown_too:
        certain = certain_names(pair)
        unknown = [name for name in unknown if not _is_certain(name, certain, 0)]
        unknown_too = [name for name in unknown_too if not _is_certain(name, certain, 1)]
    if unknown or unknown_too:
        names = ", ".join(dict.fromkeys(f"“{each.text}”" for each in [*unknown, *unknown_too]))
        yield pair.finding(
            "name_not_judged",
            f"The checks cannot judge how {names} is rendered.",
            Severity.INFO,
            source=unknown,
            output=unknown_too,
        )


def _is_lost_place(name: Name, pair: SentencePair) -> bool:
    """Whether it is a known country or city that the output has in no form: any other name may
    become a title or a pronoun.

    Chinese names a country where others leave it out, and shortens it to its first character.
    """
    source, output = pair.source, pair.output
    if source.language.is_chinese or all(place.span != name.span for place in source.places):
        return False
    if not output.language.is_chinese:
        return True
    chinese = (renderings_of(name.text) or {}).get("zh", ())
    return all(each[0] not in output.text for each in chinese)


def _is_certain(name: Name, certain: Sequence[tuple[Span, Span]], side: int) -> bool:
    return any(each[side].start <= name.start and name.end <= each[side].end for each in certain)


def _stands_alone(name: Name, sentence: Sentence) -> bool:
    """It is no acronym that its own sentence spells out: those words are judged instead."""
    return not (name.is_acronym and is_spelled_out(name, sentence.text))


def _severity(name: Name, output: Sentence) -> Severity:
    """A warning for an abbreviation, which may stand for words of the source, and for a Chinese
    name: Chinese names a country where others write "the" or its capital, and spells by sound."""
    by_sound = output.language.is_chinese and not name.text.isascii()
    return Severity.WARNING if name.is_abbreviation or by_sound else Severity.ERROR


def _goes_with_another(name: Name, names: Mapping[Name, bool | None], output: Sentence) -> bool:
    """Whether a Latin-script word in Chinese adjoins one that is in the source: "Mogollon Rim" is
    one name."""
    return output.language.is_chinese and any(
        found and other.text.isascii() and output.text[first.end : second.start] == " "
        for other, found in names.items()
        for first, second in [sorted((name, other), key=lambda each: each.start)]
    )


def _best_match(name: Name, missing: Sequence[Name]) -> Name | None:
    """A missing name, preferably of the same kind: an acronym for an acronym."""
    return min(missing, key=lambda one: one.is_acronym != name.is_acronym, default=None)
