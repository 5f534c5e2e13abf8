"""The keys of an article's results, and its identifier, computed from the article's key."""

import base64
import binascii
import contextlib
import hashlib
import re
from collections.abc import Iterator

from teletipo.errors import BadKey, WrongBucket

ARTICLES = "articles/"
_SUMMARIES = "summaries/"
REJECTED = "rejected/"
REVIEWS = "reviews/"
EMBARGOED = "embargoed/"
_STORIES = "stories/"
# Amazon S3 User Guide, "Naming Amazon S3 objects".
_MAX_KEY_BYTES = 1024
_MAX_NAME_BYTES = _MAX_KEY_BYTES - len(_SUMMARIES) - len(".json")
# What stands for a dot, and what stands for that in turn.
_ENCODED_DOT = re.compile(r"%((?:25)*2E)")


def summary_key(key: str) -> str:
    """``articles/2022/03/14/moscow.txt`` → ``summaries/2022/03/14/moscow.txt.json``.

    Raises ``BadKey`` for a key that names no article, ``WrongBucket`` outside ``articles/``.
    """
    return f"{_SUMMARIES}{_article_name(key)}.json"


def result_keys(key: str) -> Iterator[str]:
    """Yield where an article's results are: its summary, if it may have one, and its rejection."""
    with contextlib.suppress(BadKey):
        yield summary_key(key)
    yield rejection_key(key)


def rejection_key(key: str) -> str:
    """``articles/2022/03/14/moscow.txt`` → ``rejected/2022/03/14/moscow.txt.json``.

    Works for every key below ``articles/``: the dots of a ``.`` or ``..`` part become ``%2E``, and
    ``%2E`` becomes ``%252E`` there. If that is too long for S3, the name is its SHA-256 below an
    empty part: ``rejected//….json``.
    """
    name = _name(key)
    place = REJECTED + "/".join(map(_encode_dots, name.split("/"))) + ".json"
    if len(place.encode()) <= _MAX_KEY_BYTES:
        return place
    return f"{REJECTED}/{hashlib.sha256(name.encode()).hexdigest()}.json"


def _encode_dots(part: str) -> str:
    if part in {".", ".."}:
        return part.replace(".", "%2E")
    return _ENCODED_DOT.sub(r"%25\1", part) if _is_encoded(part) else part


def _decode_dots(part: str) -> str:
    if not _is_encoded(part):
        return part
    return _ENCODED_DOT.sub(lambda found: "%" + found[1][2:] if found[1] != "2E" else ".", part)


def _is_encoded(part: str) -> bool:
    """Whether the part is one or two encoded dots."""
    return len(_ENCODED_DOT.findall(part)) in {1, 2} and not _ENCODED_DOT.sub("", part)


def reviews_key(key: str) -> str:
    """``articles/2022/03/14/moscow.txt`` → ``reviews/2022/03/14/moscow.txt.json``.

    Raises the same errors as ``summary_key``.
    """
    return f"{REVIEWS}{_article_name(key)}.json"


def embargoed_key(key: str) -> str:
    """``articles/2022/03/14/moscow.txt`` → ``embargoed/2022/03/14/moscow.txt.json``.

    There a summary waits for the end of its embargo. Raises the same errors as ``summary_key``.
    """
    return f"{EMBARGOED}{_article_name(key)}.json"


def aside_keys(key: str) -> Iterator[str]:
    """Yield where an article's embargoed summary waits, if it may have a summary."""
    with contextlib.suppress(BadKey):
        yield embargoed_key(key)


def story_key(identifier: str) -> str:
    """Return where the record of a story is, by one of the story's identifiers."""
    return f"{_STORIES}{hashlib.sha256(identifier.encode()).hexdigest()}.json"


def article_id(key: str) -> str:
    """Return the article's name as one URL path segment: unpadded base64url (RFC 4648)."""
    return base64.urlsafe_b64encode(_name(key).encode()).decode().rstrip("=")


def article_key(identifier: str) -> str:
    """Return the key of an ``article_id``; it may be one that names no article.

    Raises ``BadKey`` for an invalid identifier.
    """
    padded = identifier + "=" * (-len(identifier) % 4)
    try:
        name = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError, ValueError):
        raise BadKey("This is not a valid article identifier.") from None
    key = ARTICLES + name
    # Another base64 spelling of the same bytes would be a second identifier.
    if not name or article_id(key) != identifier or len(key.encode()) > _MAX_KEY_BYTES:
        raise BadKey("This is not a valid article identifier.")
    return key


def article_key_of_result(key: str) -> str:
    """Return the article's key for the key of a result or of reviews. Raises ``WrongBucket``.

    A rejection below an empty part names its article only in its document.
    """
    for place in (_SUMMARIES, REJECTED, EMBARGOED, REVIEWS):
        if key.startswith(place) and key.endswith(".json"):
            name = key.removeprefix(place).removesuffix(".json")
            if place == REJECTED:
                name = "/".join(map(_decode_dots, name.split("/")))
            return ARTICLES + name
    raise WrongBucket(f"The key '{key}' does not belong to a summary, a rejection or reviews.")


def _article_name(key: str) -> str:
    name = _name(key)
    if not name or name.endswith("/") or any(part in {"", ".", ".."} for part in name.split("/")):
        raise BadKey(
            f"The key '{key}' does not name an article: it must not end in '/' "
            "or contain empty, '.' or '..' parts."
        )
    if len(name.encode()) > _MAX_NAME_BYTES:
        raise BadKey(f"The key is too long: S3 has no room for the key of its summary ('{key}').")
    return name


def _name(key: str) -> str:
    if not key.startswith(ARTICLES):
        raise WrongBucket(f"The key '{key}' is not below '{ARTICLES}'.")
    return key.removeprefix(ARTICLES)
