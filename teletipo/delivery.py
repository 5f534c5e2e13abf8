"""Delivery: one version of an article's object, and which of two is the newer."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Delivery:
    """One version of an object, and what tells which of two is the newer."""

    key: str
    version_id: str | None
    sequencer: str | None
    """From the S3 notification: hexadecimal, ordered among the versions of one key."""
    last_modified: str
    """ISO 8601 in UTC, to the second; decides where a sequencer is missing."""

    def metadata(self, fingerprint: str, status: str = "") -> dict[str, str]:
        """What is kept beside a result, so that a later delivery can be compared."""
        return {
            "status": status,
            "version-id": self.version_id or "",
            "sequencer": self.sequencer or "",
            "last-modified": self.last_modified,
            "fingerprint": fingerprint,
        }
