"""Reviews: what editors decide about summaries."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Header
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from handlers import clock
from handlers.api import answers
from handlers.api.errors import Problem, invalid
from handlers.api.requests import caller_of, key_of, read_json
from handlers.api.resources import JSON, Embargo, Id
from handlers.api.service import service
from handlers.api.storage import refresh_row, store_again
from handlers.s3 import iso, read_reviews
from teletipo.edited import digest
from teletipo.keys import embargoed_key, reviews_key, summary_key
from teletipo.review import MAX_TEXT, Correction, Review, ReviewRequest
from teletipo.summary import Summary
from teletipo.typography import join_sentences

router = APIGatewayRouter()
_ATTEMPTS = 5


@router.post(
    "/summaries/<id>/review",
    summary="Approve a summary in some languages, correct it, or send it back",
    description="Stored beside the summary with the editor and the time; the machine's document "
    "in the bucket stays as it is. Name the `languages` that were read: the others stay withheld. "
    "`If-Match` makes the review conditional on the summary and reviews that the editor saw.",
)
def post_review(
    id: Id,  # noqa: A002
    if_match: Annotated[str | None, Header(alias="If-Match")] = None,
    embargoed: Embargo = False,
) -> Review:
    """Store an editor's decision."""
    results = service().results
    key = key_of(id)
    request = read_json(router.current_event, ReviewRequest)
    is_sent_back = False
    for _ in range(_ATTEMPTS):
        found = results.get(embargoed_key(key)) if embargoed else None
        found = found or results.get(summary_key(key))
        if found is None:
            reason = "was rejected" if answers.find(key, None) else "has no summary yet"
            raise Problem(HTTPStatus.CONFLICT, "no_summary", f"The article {reason}.")
        stored, body = found
        replaces, reviews = read_reviews(service().results, key)
        current = answers.state_of(stored, replaces, JSON)
        if if_match and if_match != "*" and current not in if_match:
            raise Problem(
                HTTPStatus.PRECONDITION_FAILED,
                "changed",
                "The summary or its reviews have changed since you read them. Read them again.",
                [("If-Match", "is not the current ETag")],
            )
        summary = Summary.model_validate_json(body)
        _refuse_what_is_not_there(request, summary)
        languages = request.languages or tuple(request.corrections) or tuple(summary.summaries)
        review = Review(
            **dict(request)
            | {
                "languages": languages,
                "corrections": {
                    language: _with_text(correction, language)
                    for language, correction in request.corrections.items()
                },
            },
            reviewed_at=iso(clock.now()),
            reviewed_by=caller_of(router.current_event),
            version_id=summary.article.version_id,
            summary_etag=stored.etag,
            digests={language: digest(summary, language) for language in languages},
        )
        update = {"schema_version": "2", "reviews": (*reviews.reviews, review)}
        changed = reviews.model_copy(update=update)
        body = changed.model_dump_json(indent=2).encode() + b"\n"
        # First the article: no review may say "sent back" unless the article was stored again.
        if request.decision == "sent_back" and not is_sent_back:
            is_older_object = "covers" in stored.metadata
            store_again(key, summary.article.version_id if is_older_object else None)
            is_sent_back = True
        if results.put(reviews_key(key), body, {}, replaces=replaces):
            refresh_row(key)
            return review
    raise Problem(
        HTTPStatus.CONFLICT, "changing", "Other clients keep changing the reviews. Try again."
    )


def _refuse_what_is_not_there(request: ReviewRequest, summary: Summary) -> None:
    for field, languages in (
        ("languages", request.languages),
        ("corrections", request.corrections),
    ):
        for language in languages:
            if language not in summary.summaries:
                raise invalid(f"{field}.{language}", "there is no summary in this language")
    for language, correction in request.corrections.items():
        size = len(correction.text or "") + sum(map(len, correction.sentences or ()))
        if size > MAX_TEXT:
            raise invalid(
                f"corrections.{language}", f"has {size:,} characters; the limit is {MAX_TEXT:,}"
            )
        field = f"corrections.{language}.sentences"
        if correction.sentences is None:
            continue
        if correction.text is not None:
            raise invalid(field, "omit either `text` or `sentences`")
        wanted = len(summary.summaries[language].sentences)
        if len(correction.sentences) != wanted:
            raise invalid(field, f"there must be {wanted}, as in the machine's summary")


def _with_text(correction: Correction, language: str) -> Correction:
    """The correction as clients read it that know only `text`."""
    if correction.sentences is None:
        return correction
    text = join_sentences([text for text in correction.sentences if text], language)
    return correction.model_copy(update={"text": text})
