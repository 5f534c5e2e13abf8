"""Subjects: IPTC's Media Topics, their labels in three languages and what is above them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from teletipo.article import Subject

DATA_FILE = Path(__file__).with_name("data") / "mediatopics.tsv"
NOTICE = (
    "# {title}, labels in three languages.\n"
    "# Copyright IPTC, https://iptc.org; CC BY 4.0, https://creativecommons.org/licenses/by/4.0/\n"
    "# Excerpt made by `python -m infra.subjects`; the labels are unchanged."
)
MEDIA_TOPICS, SUBJECT_CODES = "medtop", "subj"
_LANGUAGES = ("en", "es", "zh-Hans")


@dataclass(frozen=True)
class _Topic:
    code: str
    broader: str
    retired: str
    subject_code: str
    labels: Mapping[str, str]


def identified(subjects: Iterable[Subject]) -> tuple[Subject, ...]:
    """Return the subjects with labels, and after a Subject Code the Media Topic of the same name.

    IPTC maps most of its older Subject Codes to Media Topics. The publisher's own code stays. A
    subject in another scheme stays as it is.
    """
    found: dict[tuple[str | None, str | None, str | None], Subject] = {}
    for subject in subjects:
        mapped = _mapped().get(subject.code or "") if subject.scheme == SUBJECT_CODES else None
        for each in (subject, Subject(MEDIA_TOPICS, mapped)) if mapped else (subject,):
            key = (each.scheme, each.code, None if each.code else each.name)
            found.setdefault(key, replace(each, labels=_labels(each)))
    return tuple(found.values())


def named(subjects: Iterable[Subject], language: str) -> tuple[Subject, ...]:
    """Return the subjects as ``identified``, each with its name in the language if that is known.

    Otherwise it keeps the publisher's name.
    """
    return tuple(
        Subject(each.scheme, each.code, label(each, language)) for each in identified(subjects)
    )


def label(subject: Subject, language: str) -> str | None:
    """Return a subject's label in a language, else its publisher's name for it."""
    return _labels(subject).get(language) or subject.name


def codes(subjects: Iterable[Subject]) -> Iterator[str]:
    """Yield the subjects' codes such as ``medtop:20000553``, and those of all broader ones."""
    for subject in identified(subjects):
        code = subject.code
        while code:
            yield f"{subject.scheme}:{code}" if subject.scheme else code
            topic = _topics().get(code) if subject.scheme == MEDIA_TOPICS else None
            code = topic.broader if topic else None


def path(subject: Subject) -> list[Subject]:
    """Return a Media Topic with those above it, the broadest first; another subject alone."""
    found = [subject]
    while subject.scheme == MEDIA_TOPICS and (topic := _topics().get(found[0].code or "")):
        if not topic.broader:
            break
        found.insert(0, Subject(MEDIA_TOPICS, topic.broader))
    return found


def _labels(subject: Subject) -> dict[str, str]:
    topic = _topics().get(subject.code or "") if subject.scheme == MEDIA_TOPICS else None
    return dict(topic.labels) if topic else {}


@cache
def _topics() -> Mapping[str, _Topic]:
    topics = {}
    for line in DATA_FILE.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        code, broader, retired, subject_code, *texts = line.split("\t")
        labels = {tag: text for tag, text in zip(_LANGUAGES, texts, strict=True) if text}
        topics[code] = _Topic(code, broader, retired, subject_code, labels)
    return topics


@cache
def _mapped() -> Mapping[str, str]:
    """Media Topics by Subject Code. Of several the first that is in use counts."""
    found: dict[str, str] = {}
    for topic in sorted(_topics().values(), key=lambda each: bool(each.retired)):
        if topic.subject_code:
            found.setdefault(topic.subject_code, topic.code)
    return found
