"""Reviews as the bucket holds them."""

from datetime import UTC, datetime

from teletipo.review import Correction, Review

NOW = datetime(2026, 3, 15, tzinfo=UTC)
"""A day after the reviews were given."""


def review(
    decision: str,
    *,
    languages: tuple[str, ...] = (),
    etag: str = '"1"',
    digests: dict[str, str] | None = None,
    **corrections: Correction,
) -> Review:
    return Review.model_validate(
        {
            "decision": decision,
            "languages": languages,
            "corrections": corrections,
            "reviewer": "Ana Soler",
            "reviewed_at": "2026-03-14T09:26:53Z",
            "reviewed_by": "api-key:1",
            "version_id": None,
            "summary_etag": etag,
            "digests": digests or {},
        }
    )
