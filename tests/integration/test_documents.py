"""Word documents and PDF files through the API, the queue and the summarize function."""

import httpx

from tests.pdf import pdf
from tests.stacks import wait_for
from tests.word import word

_LINES = (
    "Portugal's rail network cut train speeds to 80 kilometers per hour on Tuesday.",
    "The operator said that the limit would stay in force until the heat wave ends.",
)


def _document(document: object) -> None:
    for text in ("Portugal slows trains", *_LINES):
        document.add_paragraph(text)  # type: ignore[attr-defined]


def test_documents_are_summarized(api: httpx.Client) -> None:
    page = [
        (72.0, 20.0, "Portugal slows trains"),
        (110.0, 11.0, _LINES[0]),
        (140.0, 11.0, _LINES[1]),
    ]
    word_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    for name, content, media_type in (
        ("pdf", pdf([page]), "application/pdf"),
        ("word", word(_document), word_type),
    ):
        headers = {"Content-Type": media_type}
        posted = api.post("/summaries?targets=en&language=en", content=content, headers=headers)
        assert posted.status_code == 202, posted.text
        address = f"/summaries/{posted.json()['id']}"

        def found(address: str = address) -> dict[str, object] | None:
            answer = api.get(address)
            return answer.json() if answer.status_code == 200 else None

        article = wait_for(found, name)["article"]
        assert isinstance(article, dict)
        assert (article["format"], article["headline"]) == (name, "Portugal slows trains")
        assert article["text"].split("\n") == list(_LINES)
