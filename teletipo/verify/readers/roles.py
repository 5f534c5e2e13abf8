"""Roles: which of two names does something to the other, where the verb's voice is clear."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from teletipo.languages import CAPITALS, Language
from teletipo.spans import Span
from teletipo.verify.data import table
from teletipo.verify.readers.names import Name

_DATA = table("roles")
_NAME = re.compile(rf"[{CAPITALS}][^\W\d_]+(?:[ -](?:de |del |la )?[{CAPITALS}][^\W\d_]+)*")
_LATIN = re.compile(r"[A-Z][A-Za-z]+(?: [A-Z][A-Za-z]+)*")
_JOINS = frozenset({" ", "·", ""})
Pattern = re.Pattern[str]


@dataclass(frozen=True)
class Roles:
    """A verb, who does it, and to whom."""

    verb: str
    """The verb's name in the list, such as ``beat``."""
    agent: Span
    patient: Span


def read_roles(text: str, language: Language, names: Sequence[Name]) -> list[Roles]:
    """Return the verbs of the list between two names; none that stands in the text twice."""
    if language.base not in ("es", "en", "zh"):
        return []
    pattern = _LATIN if language.is_chinese else _NAME
    units = [Span(*match.span()) for match in pattern.finditer(text)]
    if language.is_chinese:
        units += _joined(text, [name for name in names if not name.text.isascii()])
        units.sort()
    if len(units) < 2:
        return []
    found: list[Roles] = []
    for verb, act, done in _verbs(language.base):
        matches = list(act.finditer(text))
        own = [
            *_active(verb, matches, text, units, language.base),
            *_passive(verb, done, text, units, language.base),
        ]
        if len(own) == 1 and len(matches) <= 1:
            found += own
    return found


def _joined(text: str, names: Sequence[Name]) -> list[Span]:
    """The names with their words joined: "Pedro Sánchez"."""
    units: list[Span] = []
    for name in names:
        if units and text[units[-1].end : name.start] in _JOINS:
            units[-1] = Span(units[-1].start, name.end)
        else:
            units.append(name.span)
    return units


def _active(
    verb: str, matches: Sequence[re.Match[str]], text: str, units: Sequence[Span], language: str
) -> Iterator[Roles]:
    before, behind = _gaps(language)
    for match in matches:
        agents = [unit for unit in units if unit.end <= match.start()]
        patients = [unit for unit in units if unit.start >= match.end()]
        if (
            agents
            and patients
            and before.fullmatch(text, agents[-1].end, match.start())
            and behind.fullmatch(text, match.end(), patients[0].start)
        ):
            yield Roles(verb, agents[-1], patients[0])


def _passive(
    verb: str, done: Pattern, text: str, units: Sequence[Span], language: str
) -> Iterator[Roles]:
    """ "A was beaten by B", "A fue derrotado por B", "A被B击败"."""
    before, _ = _gaps(language)
    for match in done.finditer(text):
        patients = [unit for unit in units if unit.end <= match.start()]
        if not patients or not before.fullmatch(text, patients[-1].end, match.start()):
            continue
        if language == "zh":
            place = Span(*match.span("agent"))
            agents = [unit for unit in units if unit.overlaps(place)]
        else:
            agents = [unit for unit in units if unit.start == match.end()]
        if len(agents) == 1:
            yield Roles(verb, agents[0], patients[-1])


@cache
def _gaps(language: str) -> tuple[Pattern, Pattern]:
    space = "" if language == "zh" else " ?"
    return (
        re.compile(f"{space}{_DATA['before'][language]}", re.IGNORECASE),
        re.compile(f"{space}{_DATA['behind'][language]}", re.IGNORECASE),
    )


@cache
def _verbs(language: str) -> tuple[tuple[str, Pattern, Pattern], ...]:
    """Each verb's name, its pattern in the active voice, and in the passive up to the agent."""
    if language == "zh":
        return tuple(
            (
                each["name"],
                re.compile(each["zh"]),
                re.compile(f"被(?P<agent>.{{2,16}}?)(?:{each['zh']})"),
            )
            for each in _DATA["verb"]
        )
    passive, by = _DATA["passive"][language], _DATA["by"][language]
    return tuple(
        (
            each["name"],
            re.compile(rf"(?<!\w)(?:{each[language]['act']})(?!\w)(?!{by}(?:[A-Z]|the |el |la ))"),
            re.compile(
                rf"(?<!\w){passive}(?:{each[language]['done']}){by}(?:the |el |la |los |las )?"
            ),
        )
        for each in _DATA["verb"]
    )
