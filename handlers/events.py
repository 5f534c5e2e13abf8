"""S3 notifications in SQS messages."""

from collections.abc import Sequence
from urllib.parse import unquote_plus

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from teletipo.errors import MalformedEvent


class ObjectCreated(BaseModel):
    """A notification of one stored object version."""

    model_config = ConfigDict(frozen=True)

    bucket: str
    key: str
    """The object's key, URL-decoded."""
    version_id: str | None
    sequencer: str | None
    targets: str | None = None
    """Languages to summarize into, comma-separated, where the article does not name its own."""


class _Bucket(BaseModel):
    name: str


class _Object(BaseModel):
    key: str
    version_id: str | None = Field(None, alias="versionId")
    sequencer: str | None = None
    size: int | None = None


class _S3(BaseModel):
    bucket: _Bucket
    object: _Object


class _Ours(BaseModel):
    """What the back catalogue's state machine adds."""

    targets: str | None = None


class _Record(BaseModel):
    event_name: str = Field(alias="eventName", pattern=r"^(s3:)?ObjectCreated:")
    s3: _S3
    teletipo: _Ours = _Ours()


class _Notification(BaseModel):
    records: list[_Record] = Field(alias="Records", min_length=1)


class _TestEvent(BaseModel):
    event: str = Field(alias="Event", pattern=r"^s3:TestEvent$")


def parse_notification(body: str) -> Sequence[ObjectCreated]:
    """The objects in an SQS message's body; none if it is S3's test message.

    A folder, which consoles store as an empty object whose key ends in ``/``, is left out.

    The format is in the Amazon S3 User Guide, "Event message structure"; keys are URL-encoded,
    with ``+`` for a space. Raises ``MalformedEvent``.
    """
    try:
        notification = _Notification.model_validate_json(body)
    except ValidationError as error:
        if _is_test_event(body):
            return ()
        fields = ", ".join(".".join(map(str, detail["loc"])) or "body" for detail in error.errors())
        raise MalformedEvent(
            f"The message is not an S3 notification (invalid: {fields})."
        ) from None
    return [
        ObjectCreated(
            bucket=record.s3.bucket.name,
            key=unquote_plus(record.s3.object.key),
            version_id=record.s3.object.version_id,
            sequencer=record.s3.object.sequencer,
            targets=record.teletipo.targets or None,
        )
        for record in notification.records
        if record.s3.object.size != 0 or not record.s3.object.key.endswith("/")
    ]


def _is_test_event(body: str) -> bool:
    try:
        _TestEvent.model_validate_json(body)
    except ValidationError:
        return False
    return True
