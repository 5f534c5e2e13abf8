"""The feeds in the summaries bucket: each language's entries, and RSS, Atom and JSON of them.

``python -m handlers.feeds`` rebuilds them from the reviews.
"""

import argparse
import heapq
import random
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from handlers import clock
from handlers.index import Buckets
from handlers.s3 import S3ResultStore, store_errors
from teletipo.edited import edited
from teletipo.errors import StoreUnavailable
from teletipo.feeds import ENTRIES, KEPT, Entries, Entry, entries_key, entries_of, feed_key
from teletipo.formats.writers.feeds import WRITERS, Feed
from teletipo.keys import REVIEWS, article_key_of_result
from teletipo.ports import StoredObject

# An attempt fails only if another worker succeeded in between. Longer than the burst of an editor
# who approves a whole queue; then the message comes again.
_ATTEMPTS = 20
_MAX_PAUSE_SECONDS = 0.8


@dataclass(frozen=True)
class Feeds:
    """The bucket that holds the feeds, and what they say of themselves."""

    s3: Any
    bucket: str
    store: S3ResultStore
    url: str
    """The address below which they are published."""
    publisher: str
    with_line: bool
    """Whether each text ends with the line that says what a machine made."""

    def feed(self, language: str, form: str) -> Feed:
        """Return the data of one feed."""
        address = f"{self.url.rstrip('/')}/{language}.{form}"
        return Feed(language, address, self.publisher, self.with_line)


def refresh(feeds: Feeds, buckets: Buckets, key: str) -> None:
    """Put an article's entries into the feeds as the buckets have them, or take them out.

    Any order and any number of calls give the same feeds. The entries are read before the buckets
    and written only if nobody else has written them meanwhile. After a change everything is read
    once more, so what an older look has written over a newer one without a change is mended.
    Raises ``StoreUnavailable``.
    """
    for attempt in range(_ATTEMPTS):
        held = _read_all(feeds)
        found = _look(buckets, key)
        changes = {}
        for language in {*held, *found}:
            entries = _of(held, language)
            changed = entries.having(key, found.get(language))
            if changed is not entries:
                changes[language] = changed
        if not changes:
            for entries, _ in held.values():
                _publish(feeds, entries)
            return
        written = [
            _put(feeds, entries, held[language][1] if language in held else None)
            for language, entries in changes.items()
        ]
        if not all(written):
            time.sleep(random.uniform(0, min(0.05 * 2**attempt, _MAX_PAUSE_SECONDS)))  # noqa: S311
    raise StoreUnavailable("Other workers keep changing the feeds.")


def read(store: S3ResultStore, language: str) -> Entries | None:
    """Return a language's entries, or None before there were any. Raises ``StoreUnavailable``."""
    found = store.get(entries_key(language))
    return Entries.model_validate_json(found[1]) if found else None


def rebuild(feeds: Feeds, buckets: Buckets) -> int:
    """Put the newest entries of all reviewed articles into the feeds; count their articles.

    Raises ``StoreUnavailable``.
    """
    found: dict[str, list[Entry]] = {}
    with ThreadPoolExecutor(8) as pool:
        for entries in pool.map(lambda key: _look(buckets, key), _reviewed(feeds)):
            for language, entry in entries.items():
                found.setdefault(language, []).append(entry)
    newest = [
        heapq.nlargest(KEPT, each, lambda entry: entry.released_at) for each in found.values()
    ]
    keys = {entry.key for entries in newest for entry in entries}
    for key in sorted(keys):
        refresh(feeds, buckets, key)
    return len(keys)


def _reviewed(feeds: Feeds) -> Iterator[str]:
    for key in _keys(feeds, REVIEWS):
        yield article_key_of_result(key)


_Held = Mapping[str, tuple[Entries, StoredObject]]


def _of(held: _Held, language: str) -> Entries:
    if language in held:
        return held[language][0]
    # Above those of feeds whose entries were lost.
    return Entries(language=language, revision=int(time.time() * 1000))


def _keys(feeds: Feeds, prefix: str) -> Iterator[str]:
    pages = feeds.s3.get_paginator("list_objects_v2").paginate(Bucket=feeds.bucket, Prefix=prefix)
    with store_errors(prefix):
        for page in pages:
            yield from (item["Key"] for item in page.get("Contents", []))


def _read_all(feeds: Feeds) -> _Held:
    held = {}
    for key in _keys(feeds, ENTRIES):
        if found := feeds.store.get(key):
            held[PurePosixPath(key).stem] = Entries.model_validate_json(found[1]), found[0]
    return held


def _look(buckets: Buckets, key: str) -> dict[str, Entry]:
    """An article's entries by language, as the buckets have them now."""
    if buckets.article(key) is None or (found := buckets.read(key)) is None:
        return {}
    _, summary, reviews = found
    return entries_of(edited(summary, reviews), key, clock.now())


def _put(feeds: Feeds, entries: Entries, replaces: StoredObject | None) -> bool:
    body = entries.model_dump_json(indent=1).encode() + b"\n"
    return feeds.store.put(entries_key(entries.language), body, {}, replaces) is not None


def _publish(feeds: Feeds, entries: Entries) -> None:
    """Write the feeds of these entries, unless they are there or newer ones are.

    The last one is written last, so it tells whether all are.
    """
    *_, last = WRITERS
    if _revision(feeds.store.head(feed_key(f"{entries.language}.{last}"))) >= entries.revision:
        return
    for form, (media_type, write) in WRITERS.items():
        place = feed_key(f"{entries.language}.{form}")
        body = write(feeds.feed(entries.language, form), entries.newest()).encode()
        headers = {"ContentType": f"{media_type}; charset=utf-8", "CacheControl": "no-cache"}
        metadata = {"revision": str(entries.revision)}
        for _ in range(_ATTEMPTS):
            present = feeds.store.head(place)
            if _revision(present) >= entries.revision or feeds.store.put(
                place, body, metadata, present, headers
            ):
                break
        else:
            raise StoreUnavailable(f"Other workers keep changing '{place}'.")


def _revision(stored: StoredObject | None) -> int:
    return int(stored.metadata["revision"]) if stored else -1


def main(arguments: Sequence[str] | None = None) -> int:
    """Rebuild the feeds. Exit codes: 0 done, 1 AWS failed or refused, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m handlers.feeds", description=__doc__)
    for name in ("articles-bucket", "summaries-bucket"):
        parser.add_argument(f"--{name}", required=True, help="name from the stack's outputs")
    parser.add_argument("--url", required=True, help="address below which the feeds are published")
    parser.add_argument("--publisher", default="Teletipo", help="default: %(default)s")
    parser.add_argument(
        "--without-disclosure-line",
        action="store_true",
        help="if the stack's parameter DisclosureLine is false",
    )
    options = parser.parse_args(arguments)
    try:
        s3 = boto3.client("s3")
        store = S3ResultStore(s3, options.summaries_bucket)
        with_line = not options.without_disclosure_line
        feeds = Feeds(
            s3, options.summaries_bucket, store, options.url, options.publisher, with_line
        )
        count = rebuild(feeds, Buckets(s3, options.articles_bucket, store))
    except (StoreUnavailable, ClientError, BotoCoreError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"The feeds have summaries of {count} articles.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
