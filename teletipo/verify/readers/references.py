"""References in a sentence to what another sentence names: "he", "El proyecto", 该."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from teletipo.languages import HAN, Language
from teletipo.spans import Located
from teletipo.verify.data import table
from teletipo.verify.readers.words import stem

_DATA = table("references")
Kind = Literal["pronoun", "subject", "description", "quotation"]
_QUOTED = re.compile(r"“[^”]*”|«[^»]*»|\"[^\"]*\"|「[^」]*」")
_WHOLLY_QUOTED = re.compile(r"\s*(?:“[^“”]*”|«[^«»]*»|\"[^\"]*\"|「[^「」]*」)[\s.。]*")
# Two or more words with a capital: a person's name or an organisation's.
_FULL_NAME = re.compile(
    r"(?<![^\W\d_])"
    r"[A-ZÁÉÍÓÚÑ][^\W\d_]+(?: (?:de |del |la |van |von |bin |al-)?[A-ZÁÉÍÓÚÑ][^\W\d_]+)+"
)
_CHINESE_SPEAKER = re.compile(
    rf"([{HAN}·]{{2,3}})(?=说|表示|称|指出|介绍|认为|透露|强调|承认|警告|回应|带队|在[{HAN}]{{2,12}}(?:工作|里拍))"
)


@dataclass(frozen=True)
class Reference(Located):
    """Words that refer to something outside their sentence."""

    kind: Kind
    noun: str
    """The stem of a description's noun; for Chinese its characters; else empty."""
    start: int
    end: int


def read_references(text: str, language: Language) -> list[Reference]:
    """Return the references of a sentence that nothing in the sentence itself resolves."""
    base = language.base
    if base not in _DATA:
        return []
    if _WHOLLY_QUOTED.fullmatch(text):
        return [Reference("quotation", "", 0, len(text))]
    found = [*_listed(text, base)]
    if base == "es":
        found += [*_dropped_subjects(text), *_spanish_descriptions(text)]
    elif base == "en":
        found += _english_descriptions(text)
    return sorted(found, key=lambda each: each.start)


def is_anaphoric(noun: str, language: Language) -> bool:
    """Whether a noun mostly refers to what was named otherwise: "la entidad" for a bank."""
    return bool(_anaphoric(language.base).fullmatch(noun))


@cache
def _anaphoric(language: str) -> re.Pattern[str]:
    nouns = _DATA[language]["anaphoric"].split("|")
    return re.compile("|".join(stem(noun) if language != "zh" else noun for noun in nouns))


def read_people(text: str, language: Language) -> list[str]:
    """Return the last words of the names in a sentence that may be people's, in order."""
    if language.is_chinese:
        return [match[1] for match in _CHINESE_SPEAKER.finditer(text)]
    return [match[0].split()[-1] for match in _FULL_NAME.finditer(text)]


def _listed(text: str, language: str) -> Iterator[Reference]:
    shown = _QUOTED.sub(lambda match: "\0" * len(match[0]), text)
    for kind in ("pronoun", "description"):
        start, anywhere = _patterns(language, kind)
        if start and (match := start.match(shown)):
            yield _reference(kind, match.group("what"), *match.span("what"))
        if anywhere:
            for match in anywhere.finditer(shown):
                yield _reference(kind, match[0], *match.span())


def _reference(kind: str, words: str, start: int, end: int) -> Reference:
    if kind == "pronoun":
        return Reference("pronoun", "", start, end)
    return Reference("description", _noun(words), start, end)


def _noun(words: str) -> str:
    last = words.split()[-1]
    return last if re.match(f"[{HAN}]", last) else stem(last)


@cache
def _patterns(language: str, kind: str) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    own: dict[str, Any] = _DATA[language]
    edge, before = ("", "") if language == "zh" else (r"(?!\w)", r"(?<!\w)")
    start, anywhere = own[kind]["start"], own[kind]["anywhere"]
    return (
        re.compile(
            rf"[\0\s]*{own['connective']}(?P<what>{'|'.join(start)}){edge}",
            re.IGNORECASE if language != "zh" else 0,
        )
        if start
        else None,
        re.compile(f"{before}(?:{'|'.join(anywhere)}){edge}") if anywhere else None,
    )


_ES: dict[str, str] = _DATA["es"]
_SPANISH_DESCRIPTION = re.compile(
    rf"{_ES['connective']}(?P<what>(?:[Ee]l|[Ll]a|[Ll]os|[Ll]as) "
    rf"(?!(?:{_ES['unique']})\b)(?P<noun>[a-zñáéíóú]+))"
    rf"(?:(?=, (?![A-ZÁÉÍÓÚÑ]))| (?={_ES['noun_before']}(?!\w))"
    rf"| (?=[a-zñáéíóú]+(?:{_ES['noun_behind']})(?!\w)))"
)
_DROPPED = re.compile(
    rf"{_ES['connective']}(?P<what>{_ES['verb']})(?!\w)(?P<rest>.*)", re.IGNORECASE | re.DOTALL
)
_DROPPED_BEHIND = re.compile(
    rf"(?:\0,? ?|, )(?P<what>{_ES['speech']})"
    r"(?=[.,;]|$| (?:est[ea]|al?|en|tras|durante|entre|ante|por|hoy|ayer)\b)"
)
_SUBJECT = re.compile(
    rf" (?:(?:el|la|los|las|un|una) (?:{_ES['person']})|(?:el |la |los |las )?[A-ZÁÉÍÓÚÑ])"
)
_SUBJECT_BEHIND = re.compile(rf"{_ES['subject_behind']} (?:el|la|los|las|un|una|unos|unas|\d)\b")
_EXPLETIVE = re.compile(
    rf"{_ES['impersonal']}|(?:Es|Era|Fue|Será) (?:\w+ )?"
    r"(?:posible|probable|necesario|difícil|previsible|seguro|la primera vez)"
)


def _spanish_descriptions(text: str) -> Iterator[Reference]:
    if match := _SPANISH_DESCRIPTION.match(text):
        yield Reference("description", stem(match["noun"]), *match.span("what"))


def _dropped_subjects(text: str) -> Iterator[Reference]:
    """Verbs whose subject an earlier sentence has: "Afirmó que…", "“…”, añadió"."""
    shown = _QUOTED.sub(lambda match: "\0" * len(match[0]), text)
    match = _DROPPED.match(shown)
    if (
        match
        and shown[match.start("what")].isupper() == (match.start("what") == 0)
        and not _SUBJECT.match(match["rest"])
        and not _SUBJECT_BEHIND.match(shown, match.start("what"))
        and not _EXPLETIVE.match(shown, match.start("what"))
    ):
        yield Reference("subject", "", *match.span("what"))
    for behind in _DROPPED_BEHIND.finditer(shown):
        if not _FULL_NAME.search(shown, 0, behind.start()):
            yield Reference("subject", "", *behind.span("what"))


_EN: dict[str, str] = _DATA["en"]
_ENGLISH_DESCRIPTION = re.compile(
    rf"{_EN['connective']}(?P<what>[Tt]he (?:(?:{_EN['adjective']}) )?(?!(?:{_EN['unique']})\b)"
    rf"(?P<noun>[a-z\d-]+))(?=,| {_EN['noun_before']}(?!\w))"
)


def _english_descriptions(text: str) -> Iterator[Reference]:
    if match := _ENGLISH_DESCRIPTION.match(text):
        yield Reference("description", stem(match["noun"]), *match.span("what"))
