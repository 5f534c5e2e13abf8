"""All errors in one tree: catch them at the level you need.

TeletipoError
├── Rejection            the article is at fault: written to rejected/, never retried
│   ├── EmptyArticle, OnlyFurniture, NoSentences, ArticleTooLarge
│   ├── NotText, WrongEncoding, UnsupportedFormat, Malformed
│   ├── TooComplex, ReadingTooSlow, UnreadableArticle
│   ├── LanguageUnknown, LanguageNotServed, TargetNotServed
│   ├── NotUsable, Killed, Outdated, Embargoed
│   └── BadKey, ArticleDeleted
├── EventError           a message that does not name one of our articles: retries fail too, so
│   ├── MalformedEvent   it ends in the dead-letter queue, where a person can read it
│   └── WrongBucket
├── Retryable            the environment is at fault: the message is delivered again
│   ├── StoreUnavailable
│   ├── WriteConflict
│   └── OutOfTime
├── ConfigurationError   a setting is invalid: nothing starts
├── TerminologyError     a desk's terminology file is invalid
└── PackError            a model pack is missing, altered or unsuitable for this machine
    ├── PackNotFound, PackCorrupt, UnsupportedModel
    └── PackBuildError, HubError, LockMismatch, LicenceNotAccepted
"""

from typing import ClassVar


class TeletipoError(Exception):
    """The root of the tree. Its message is a sentence for people."""


class Rejection(TeletipoError):
    """The article cannot be summarized, and a retry would not help.

    ``code`` is stable; clients may rely on it.
    """

    code: ClassVar[str] = "rejected"


class EmptyArticle(Rejection):
    """The object is empty or contains only white space."""

    code = "empty"


class OnlyFurniture(Rejection):
    """Nothing is left after removing headings, sign-offs and page furniture."""

    code = "only_furniture"


class NoSentences(Rejection):
    """The text has no sentence that a summary could use."""

    code = "no_sentences"


class ArticleTooLarge(Rejection):
    """The object is larger than the ``max_article_bytes`` setting."""

    code = "too_large"


class NotText(Rejection):
    """The bytes are not text: an image, an archive, a program."""

    code = "not_text"


class WrongEncoding(Rejection):
    """The text is not encoded in UTF-8, UTF-16 or Windows-1252."""

    code = "wrong_encoding"


class UnsupportedFormat(Rejection):
    """No reader supports the text's format (other XML, other JSON, RTF)."""

    code = "unsupported_format"


class TooComplex(Rejection):
    """Markup nested too deep, or too many lines or sentences, for an article."""

    code = "too_complex"


class ReadingTooSlow(Rejection):
    """Reading took longer than any article of the size limit takes."""

    code = "too_complex"


class UnreadableArticle(Rejection):
    """A reader failed on the text. The text is unusual, or the reader has a defect."""

    code = "unreadable"


class Malformed(Rejection):
    """The file breaks its format's rules: the message names the element. Or it is unsafe to open:
    entities of its own, too deep, too large when unpacked."""

    code = "malformed"


class LanguageUnknown(Rejection):
    """The language is not declared and could not be identified with confidence."""

    code = "language_unknown"


class LanguageNotServed(Rejection):
    """The pack does not support the article's language."""

    code = "language_not_served"


class TargetNotServed(Rejection):
    """A target language is unknown, or the pack has no route to it from the article's."""

    code = "target_not_served"


class BadKey(Rejection):
    """The object's key does not name an article: it contains ``..``, or only the prefix."""

    code = "bad_key"


class ArticleDeleted(Rejection):
    """The object was deleted before it could be read."""

    code = "deleted"


class NotUsable(Rejection):
    """The item's own status is withheld or cancelled."""

    code = "not_usable"


class Killed(NotUsable):
    """The publisher killed the story: no version of it may be used, ever."""

    code = "killed"


class Outdated(Rejection):
    """A newer version of the story is known, or the same text under another key."""

    code = "superseded"


class Embargoed(Rejection):
    """The item may not be published yet. Send it again when its time has come."""

    code = "embargoed"


class EventError(TeletipoError):
    """A message that does not name one of our articles."""


class MalformedEvent(EventError):
    """The message is not an S3 notification."""


class WrongBucket(EventError):
    """The notification is for another bucket, or a key outside the articles' prefix."""


class Retryable(TeletipoError):
    """The environment failed, not the article: a retry may succeed."""


class StoreUnavailable(Retryable):
    """The object store did not respond, throttled or refused the request."""


class WriteConflict(Retryable):
    """Other workers kept writing the same result; a later delivery resolves it."""


class OutOfTime(Retryable):
    """The worker's time is nearly up; work it has not started is delivered again."""


class ConfigurationError(TeletipoError):
    """A setting is invalid."""


class TerminologyError(TeletipoError):
    """A desk's terminology file cannot be read."""


class PackError(TeletipoError):
    """A model pack cannot be used."""


class PackNotFound(PackError):
    """The catalogue has no pack of that name, or no prepared pack is at the given place."""


class PackCorrupt(PackError):
    """A file of the pack is missing, altered or unreadable."""


class UnsupportedModel(PackError):
    """The model's architecture, tokenizer or quantization is not supported."""


class PackBuildError(PackError):
    """Preparing a pack failed; no partial pack was left where it could be loaded."""


class HubError(PackError):
    """The model hub is unreachable, or lacks a file that the catalogue names."""


class LockMismatch(PackError):
    """A downloaded file differs from the lock file."""


class LicenceNotAccepted(PackError):
    """The pack's licence forbids commercial use and has not been accepted."""
