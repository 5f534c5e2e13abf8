"""Summary: the published document, and the one that explains a rejection."""

import datetime
from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from teletipo.article import Change, Link, Place, Subject
from teletipo.draft import Kept, Method
from teletipo.findings import Finding, Severity
from teletipo.spans import Span

SCHEMA_VERSION: Literal["2"] = "2"

Decision = Literal["approved", "corrected", "sent_back"]
LanguageStatus = Literal["ok", "needs_review", "approved", "corrected", "sent_back"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SummarySentence(_Model):
    """One sentence, and its evidence in the article."""

    text: str
    evidence: tuple[Span, ...] = Field(min_length=1, description="Offsets into the article's body.")
    confidence: float | None = Field(
        None,
        ge=0,
        le=1,
        description="Estimated probability that an editor finds no major error of meaning in this "
        "translation; null if it was not translated or not scored.",
    )
    kept: Kept | None = Field(
        None,
        description="Whose words they are if they were taken from the superseded summary, because "
        "the article's sentence has not changed; null if the sentence is new.",
    )


class MachineVersion(_Model):
    """What the machine wrote where an editor has corrected it."""

    headline: str | None
    text: str
    sentences: tuple[SummarySentence, ...]
    headline_confidence: float | None = None


class LanguageReview(_Model):
    """The last decision of an editor about one language."""

    decision: Decision
    reviewer: str | None = Field(description="The editor's name, if the client gave one.")
    reviewed_by: str = Field(description="The credentials used: an API key, a user or a role.")
    reviewed_at: str = Field(description="ISO 8601 in UTC.")
    note: str | None


class LanguageSummary(_Model):
    """The summary in one language, with the editors' corrections where the API serves it."""

    status: LanguageStatus | None = Field(
        None,
        description="The editors' last decision about this language; without one, `needs_review` "
        "if any of its findings is a warning or an error, else `ok`. Only `approved` and "
        "`corrected` texts have been released by a person. Null in documents of version 1.",
    )
    headline: str | None = Field(description="Null if the article has none.")
    dateline: str | None = Field(description="The dateline as this language writes it.")
    text: str = Field(description="The sentences as one paragraph.")
    translated: bool = Field(description="False for the article's own language.")
    route: tuple[str, ...] = Field(
        description="The languages of the translation's route, the article's own first; "
        "empty if not translated."
    )
    method: Method = Field(
        description="`extractive`: the article's own sentences, unchanged or translated; "
        "`abstractive`: written by a model."
    )
    sentences: tuple[SummarySentence, ...]
    headline_confidence: float | None = Field(
        None, ge=0, le=1, description="The same as a sentence's `confidence`."
    )
    headline_kept: Kept | None = Field(None, description="The same as a sentence's `kept`.")
    correction: str | None = Field(
        None,
        description="The line that tells readers that this version is a correction; null if it is "
        "none.",
    )
    draft: bool = Field(
        False,
        description="True if the pack translates this language pair in draft quality, or if its "
        "quality was never measured: an editor must approve the text before it is published.",
    )
    digital_source_type: str | None = Field(
        None,
        description="What a machine made of it: IPTC's digital source type, as an address. Null in "
        "older documents.",
    )
    review: LanguageReview | None = Field(
        None, description="Null until an editor decides, and always in the bucket's document."
    )
    machine: MachineVersion | None = Field(
        None,
        description="Null unless an editor changed the text. The findings are about this version.",
    )


class ArticleDateline(_Model):
    """The article's dateline: its place, date and agency."""

    place: str | None
    date: str | None = Field(
        description="ISO 8601 (`2022-03-14`), or `--03-14` (RFC 6350) without a year."
    )
    agency: str | None


class ArticleIdentity(_Model):
    """The article, and the version of it that was summarized."""

    key: str = Field(description="The object's key or the file's name.")
    version_id: str | None
    sha256: str = Field(description="SHA-256 of the article's bytes, in hexadecimal.")
    guid: str | None = Field(description="From the object's metadata or the item.")
    provider: str | None = Field(
        None, description="The agency that the guid belongs to, as given or as the item names it."
    )
    language: str = Field(description="The article's language, BCP 47.")
    headline: str | None
    section: str | None
    dateline: ArticleDateline | None
    update: str | None = Field(description="The update note.")
    byline: str | None
    sign_off: str | None = Field(description="The initials at the end of the copy.")
    word_count: int
    format: str = Field("", description="The format that it was read from, such as `nitf`.")
    version: str | None = Field(None, description="The item's own version.")
    headlines: tuple[str, ...] = Field((), description="Further headlines and sub-headlines.")
    slug: str | None = None
    places: tuple[Place, ...] = ()
    date: datetime.datetime | None = Field(None, description="When this version was issued.")
    created: datetime.datetime | None = Field(
        None, description="When the first version was issued."
    )
    urgency: int | None = Field(None, description="1 (most urgent) to 9.")
    subjects: tuple[Subject, ...] = Field(
        (),
        description="The item's subjects: scheme `medtop` (IPTC Media Topics), `subj` (IPTC "
        "Subject Codes) or the publisher's own, code, the publisher's name, and a Media Topic's "
        "`labels`. A Subject Code is followed by the Media Topic that IPTC maps it to.",
    )
    keywords: tuple[str, ...] = ()
    rights: str | None = None
    editors_note: str | None = Field(
        None, description="The publisher's note to the desk, not for publication."
    )
    embargo: datetime.datetime | None = Field(None, description="Not to be published before.")
    change: Change | None = Field(
        None, description="What the item says that this version is: `update` or `correction`."
    )
    links: tuple[Link, ...] = Field((), description="Other items that this one names.")
    declared_words: int | None = Field(None, description="The word count that the item states.")
    trace_id: str | None = Field(
        None,
        description="The correlation ID: the trace ID of the W3C's Trace Context that the article "
        "came with, or one that was made for it. Logs, events and callbacks have it too.",
    )
    text: str = Field(
        description="The body, one paragraph per line. The offsets of evidence and findings count "
        "its characters (Unicode code points)."
    )


class Superseded(_Model):
    """The summary of the version before, whose place this one takes."""

    key: str = Field(description="That article's key.")
    version_id: str | None
    version: str | None = Field(description="The item's own version.")
    date: datetime.datetime | None = Field(description="When that version was issued.")
    sha256: str = Field(description="SHA-256 of that article's bytes, in hexadecimal.")
    sentences: dict[str, int] = Field(description="Its number of sentences by language.")
    dropped: dict[str, tuple[str, ...]] = Field(
        default_factory=dict,
        description="By language: the article's sentences that an editor left out.",
    )


class SummaryModel(_Model):
    """A model of the pack."""

    name: str
    sha256: str = Field(description="SHA-256 of its published weights.")


class SummaryPack(_Model):
    """The pack that made the summary."""

    name: str
    version: str
    runtime: str = Field(description="The inference library.")
    quantization: str = Field(description="The weights' data type.")
    models: tuple[SummaryModel, ...]


class SummarySettings(_Model):
    """The settings that the summary was made with."""

    targets: tuple[str, ...]
    abstractive: bool = Field(description="Whether a model was allowed to write the summary.")
    repair: bool = Field(description="Whether sentences that failed their checks were repaired.")
    terminology: str | None = Field(
        description="SHA-256 of the desk's terminology file; null without one."
    )
    min_confidence: float | None = Field(
        None, description="Sentences below it got a finding; null if none were scored."
    )
    latin_names: bool = Field(
        False, description="Whether Chinese has persons' Latin names in parentheses."
    )


class Summary(_Model):
    """One article's checked summaries. Deterministic for input, pack and settings, save timings."""

    schema_version: Literal["1", "2"] = SCHEMA_VERSION
    status: Literal["ok", "needs_review"] = Field(
        description="The machine's: `needs_review` if any finding is a warning or an error. What "
        "editors decided is in each language's `status`."
    )
    article: ArticleIdentity
    summaries: dict[str, LanguageSummary] = Field(
        description="By BCP 47 tag; the article's own language first."
    )
    supersedes: Superseded | None = Field(
        None,
        description="What this summary supersedes; null for the first of its story. The sentences "
        "whose `kept` is null are new.",
    )
    findings: tuple[Finding, ...]
    pack: SummaryPack
    settings: SummarySettings
    repairs: dict[str, int] = Field(
        description="Number of sentences and headlines repaired by each step: `hypothesis` "
        "(another hypothesis of the same search), `wider` (a wider search), `terms` (the desk's "
        "terms inserted first), `clauses` (clause by clause), `detour` (another route: direct "
        "instead of through a third language, or the reverse)."
    )
    timings_seconds: dict[str, float] = Field(
        description="By step; `total` is everything. A step done for several articles at once "
        "counts in full for each."
    )

    def machine_status(self, language: str) -> Literal["ok", "needs_review"]:
        """Return the status that one language's findings give it."""
        return status_of(each for each in self.findings if each.language == language)


class RejectionDocument(_Model):
    """The reason why an article has no summary."""

    schema_version: Literal["1"] = "1"
    status: Literal["rejected"] = "rejected"
    key: str
    version_id: str | None
    code: str = Field(description="Stable name of the reason, such as `too_large`.")
    reason: str = Field(description="The reason, as a sentence for people.")
    trace_id: str | None = Field(
        None, description="The correlation ID, as in a summary's `article`."
    )
    guid: str | None = Field(None, description="From the object's metadata or the item.")
    language: str | None = Field(None, description="The language of the summary that was there.")
    languages: tuple[str, ...] = Field(
        (), description="The languages of the summary that was there, and was withdrawn."
    )
    see: str | None = Field(
        None, description="Of `superseded`: the key of the article that counts instead."
    )


def status_of(findings: Iterable[Finding]) -> Literal["ok", "needs_review"]:
    """Return ``needs_review`` if any of the findings is a warning or an error."""
    is_bad = any(finding.severity is not Severity.INFO for finding in findings)
    return "needs_review" if is_bad else "ok"


def to_json(document: BaseModel) -> bytes:
    """Return a document as published: UTF-8, indented, fields in the schema's order."""
    return document.model_dump_json(indent=2).encode() + b"\n"
