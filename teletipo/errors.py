"""Everything that can go wrong, as one tree: catch it at the height that you need.

TeletipoError
├── Rejection            what is wrong with the article: written to rejected/, never retried
│   ├── EmptyArticle, OnlyFurniture, NoSentences, ArticleTooLarge
│   ├── NotText, WrongEncoding, UnsupportedFormat
│   ├── LanguageUnknown, LanguageNotServed, TargetNotServed
│   └── BadKey, ArticleDeleted, NotUsable
├── EventError           a message that names no article of ours: never retried usefully,
│   ├── MalformedEvent   so it ends in the dead-letter queue, where a person can read it
│   └── WrongBucket
├── Retryable            what is wrong with the world: the message comes again
│   ├── StoreUnavailable
│   ├── WriteConflict
│   └── OutOfTime
├── ConfigurationError   a setting that cannot be right: nothing starts
└── PackError            a model pack that is missing, altered or not for this machine
    ├── PackNotFound, PackCorrupt, UnsupportedModel
    └── PackBuildError, HubError, LockMismatch, LicenceNotAccepted
"""

from typing import ClassVar


class TeletipoError(Exception):
    """The root of the tree. Its text is a sentence that a person understands."""


class Rejection(TeletipoError):
    """The article cannot be summarized, and trying again would change nothing.

    ``code`` is stable: clients may compare it.
    """

    code: ClassVar[str] = "rejected"


class EmptyArticle(Rejection):
    """The object holds no characters but white space."""

    code = "empty"


class OnlyFurniture(Rejection):
    """Nothing is left when headings, sign-offs and page furniture are taken away."""

    code = "only_furniture"


class NoSentences(Rejection):
    """There is text, but no sentence that a summary could take."""

    code = "no_sentences"


class ArticleTooLarge(Rejection):
    """The object is larger than the ``max_article_bytes`` setting."""

    code = "too_large"


class NotText(Rejection):
    """The bytes are not text in any encoding: a picture, an archive, a program."""

    code = "not_text"


class WrongEncoding(Rejection):
    """The bytes are text, but not in UTF-8, UTF-16 or Windows-1252."""

    code = "wrong_encoding"


class UnsupportedFormat(Rejection):
    """The text is in a format that no reader knows (NITF and other XML, other JSON, RTF)."""

    code = "unsupported_format"


class LanguageUnknown(Rejection):
    """The language is neither declared nor recognized with confidence."""

    code = "language_unknown"


class LanguageNotServed(Rejection):
    """The pack cannot work from the article's language."""

    code = "language_not_served"


class TargetNotServed(Rejection):
    """A target language is unknown, or the pack has no way to it from the article's language."""

    code = "target_not_served"


class BadKey(Rejection):
    """The object's key does not name an article (``..`` in it, or nothing after the prefix)."""

    code = "bad_key"


class ArticleDeleted(Rejection):
    """The object was deleted before it could be read."""

    code = "deleted"


class NotUsable(Rejection):
    """The item says of itself that it was withheld or cancelled."""

    code = "not_usable"


class EventError(TeletipoError):
    """A message that names no article of ours."""


class MalformedEvent(EventError):
    """The message is not an S3 notification."""


class WrongBucket(EventError):
    """The notification is about another bucket, or a key outside the articles' prefix."""


class Retryable(TeletipoError):
    """The world failed, not the article: the same work may succeed later."""


class StoreUnavailable(Retryable):
    """The object store did not answer, throttled, or refused."""


class WriteConflict(Retryable):
    """Another worker kept writing the same result; a later delivery settles it."""


class OutOfTime(Retryable):
    """The worker's time is nearly up; what it has not begun comes again."""


class ConfigurationError(TeletipoError):
    """A setting cannot be right."""


class TerminologyError(TeletipoError):
    """A desk's file of terms cannot be read."""


class PackError(TeletipoError):
    """A model pack cannot be used."""


class PackNotFound(PackError):
    """No pack of that name is in the catalogue, or none is prepared where one was looked for."""


class PackCorrupt(PackError):
    """A pack's file is missing, altered or unreadable."""


class UnsupportedModel(PackError):
    """The model's architecture, tokenizer or quantization is not one that we can serve."""


class PackBuildError(PackError):
    """Preparing a pack failed; nothing of it was left where it could be loaded."""


class HubError(PackError):
    """The model hub cannot be reached, or does not have what the catalogue wants of it."""


class LockMismatch(PackError):
    """What was pulled is not what the lock file says was pulled before."""


class LicenceNotAccepted(PackError):
    """The pack's licence forbids commercial use, and nobody has said that this is understood."""
