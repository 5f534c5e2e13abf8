"""Delivery: one version of an article's object, with what orders it among the others."""

from dataclasses import dataclass

from teletipo.trace import Trace


@dataclass(frozen=True)
class Delivery:
    """One version of an object, and its place in the order of versions."""

    key: str
    version_id: str | None
    sequencer: str | None
    """From the S3 notification: hexadecimal; orders the versions of one key."""
    last_modified: str
    """ISO 8601 in UTC, to the second; decides if a sequencer is missing."""
    trace: Trace | None = None

    def metadata(self, fingerprint: str, status: str = "") -> dict[str, str]:
        """Return the metadata stored with a result, to compare later deliveries with."""
        return {
            "status": status,
            "version-id": self.version_id or "",
            "sequencer": self.sequencer or "",
            "last-modified": self.last_modified,
            "fingerprint": fingerprint,
            **(self.trace.fields() if self.trace else {}),
        }
