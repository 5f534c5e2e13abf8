"""The desk in a real browser, against the local stack."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.local.browser import NoBrowser, chromium
from infra.local.stack import LocalStack
from tests.conftest import ARTICLES, ROOT

_ENGLISH = ARTICLES / "en-heatwave-trains.txt"
_AXE = ROOT / "tests" / "e2e" / "node_modules" / "axe-core" / "axe.min.js"
_HOSTILE = (
    'Lisbon, Jul 12 (EFE).- <img src=x onerror="window.hacked=1"> The operator of the railway '
    "said on Tuesday that <script>window.hacked=1</script> trains will run slower this week.\n\n"
    'The minister <b onmouseover="window.hacked=1">denied</b> that the network was unsafe, and '
    "promised that every passenger would be told in time about the delays on the main line.\n\n"
    '<svg onload="window.hacked=1"> The unions of the workers asked the government for a new '
    "inquiry into the heat and the state of the tracks between the two largest cities.\n"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    try:
        with chromium() as running:
            yield running
    except NoBrowser as error:
        pytest.skip(str(error))


@pytest.fixture
def desk(browser: Any, api_stack: LocalStack, address: str) -> Iterator[Any]:
    """The desk with credentials; any warning or error on its console fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    complaints: list[str] = []

    def complain(message: Any) -> None:
        # The page itself reports failed requests.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    page.on("console", complain)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
    page.goto(f"{address}/#key={api_stack.api_key()}")
    page.wait_for_selector("input[name=target]")
    only(page, "en")
    yield page
    context.close()
    assert complaints == []


def only(page: Any, language: str) -> None:
    """Select one language: the tiny model is slow in the others."""
    for box in page.locator("input[name=target]").all():
        box.set_checked(box.get_attribute("value") == language)


def send(page: Any, text: str) -> None:
    page.fill("#text", text)
    page.click("#new button[type=submit]")
    page.wait_for_selector(".sentence", timeout=60_000)


def violations(page: Any) -> list[str]:
    if not _AXE.exists():
        pytest.skip("axe-core is not installed; make test installs it where there is npm")
    page.evaluate(_AXE.read_text("utf-8"))
    found = page.evaluate("axe.run()")["violations"]
    return [f"{each['id']}: {[node['html'] for node in each['nodes']]}" for each in found]


def test_an_article_is_sent_read_and_corrected(desk: Any, api: httpx.Client) -> None:
    assert "key=" not in desk.url
    send(desk, _ENGLISH.read_text("utf-8"))
    assert desk.locator("#message").inner_text() == "Summaries ready."
    sentence = desk.locator(".sentence").nth(1)
    sentence.hover()
    marked = "".join(desk.locator("article mark").all_inner_texts())
    assert marked == sentence.inner_text()
    assert sentence.get_attribute("aria-pressed") == "true"
    desk.get_by_role("button", name="Correct").click()
    desk.fill("#correct-text", "Trains in Portugal were slowed down.")
    desk.fill("#correct-note", "Shorter.")
    desk.get_by_role("button", name="Save correction").click()
    desk.wait_for_selector(".editor")
    assert "Trains in Portugal were slowed down." in desk.locator(".editor").inner_text()
    assert desk.locator(".sentence").count() > 1
    assert "Corrected" in desk.locator("section[aria-label=Reviews]").inner_text()
    article = api.get("/summaries", params={"limit": 1}).json()["articles"][0]
    (review,) = api.get(f"/summaries/{article['id']}").json()["reviews"]
    assert review["corrections"]["en"]["text"] == "Trains in Portugal were slowed down."
    assert review["note"] == "Shorter."
    desk.get_by_role("button", name="Approve").click()
    desk.locator("[aria-label=Reviews]", has_text="Approved").wait_for()
    desk.locator("#recent button[aria-current=true] .status", has_text="Approved").wait_for()
    desk.get_by_role("button", name="Summarize again").click()
    # The new summary has no reviews yet.
    desk.wait_for_selector("[aria-label=Reviews]", state="detached", timeout=60_000)
    assert desk.locator("#message").inner_text() == "Summaries ready."


def test_a_file_is_dropped_copied_and_downloaded(desk: Any) -> None:
    text = _ENGLISH.read_text("utf-8")
    data = desk.evaluate_handle(
        "text => { const data = new DataTransfer();"
        " data.items.add(new File([text], 'trains.txt', {type: 'text/plain'})); return data; }",
        text,
    )
    desk.dispatch_event("#new", "drop", {"dataTransfer": data})
    desk.wait_for_selector(".sentence", timeout=60_000)
    desk.get_by_role("button", name="Copy").click()
    desk.locator("#message", has_text="Copied.").wait_for()
    copied = desk.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Portugal slows trains as heat wave bends tracks\n")
    for kind, beginning in (("Text", "Portugal slows"), ("JSON", '{"schema'), ("ninjs", '{"uri"')):
        with desk.expect_download() as download:
            desk.get_by_role("button", name=f"Download: {kind}").click()
        assert Path(download.value.path()).read_text("utf-8").startswith(beginning)


def test_a_large_file_goes_to_the_bucket_by_a_form(desk: Any) -> None:
    # Larger than the desk posts, and not text, so that it is rejected at once.
    desk.set_input_files(
        "#file", {"name": "a.txt", "mimeType": "text/plain", "buffer": b"\0\1" * 1_200_000}
    )
    with desk.expect_request(lambda request: "teletipo-articles" in request.url):
        desk.click("#new button[type=submit]")
    desk.locator("#message.bad", has_text="Something went wrong").wait_for(timeout=60_000)


def test_markup_is_shown_as_text_and_runs_nothing(desk: Any) -> None:
    send(desk, _HOSTILE)
    desk.locator(".sentence").first.hover()
    assert "<script>window.hacked=1</script>" in desk.locator("article").inner_text()
    assert "onerror=" in desk.locator(".summaries").inner_text()
    assert desk.evaluate("window.hacked") is None
    assert desk.locator("article img, article script, article svg, .summaries img").count() == 0


def test_it_works_without_a_mouse(desk: Any) -> None:
    send(desk, _ENGLISH.read_text("utf-8"))
    # The result has the focus; its tab, its panel and its sentences follow.
    assert desk.evaluate("document.activeElement.id") == "result"
    for _ in range(3):
        desk.keyboard.press("Tab")
    focused = desk.evaluate("document.activeElement.textContent")
    assert focused == desk.locator(".sentence").first.inner_text()
    assert "".join(desk.locator("article mark").all_inner_texts()) == focused


def test_tabs_are_walked_with_arrows(desk: Any) -> None:
    for box in desk.locator("input[name=target]").all():
        box.set_checked(box.get_attribute("value") in {"en", "es"})
    send(desk, _ENGLISH.read_text("utf-8"))
    desk.locator("[role=tab]").first.focus()
    desk.keyboard.press("ArrowRight")
    assert desk.evaluate("document.activeElement.textContent") == "Spanish"
    assert desk.locator("[role=tabpanel] [lang=es]").count() == 1
    desk.keyboard.press("ArrowLeft")
    assert desk.evaluate("document.activeElement.textContent") == "English"


def test_an_empty_form_says_what_to_do(desk: Any) -> None:
    desk.click("#new button[type=submit]")
    assert desk.locator("#message").inner_text() == "Paste an article or choose a file first."
    assert desk.locator("#message").get_attribute("role") == "status"


def test_the_reason_of_a_rejection_is_shown(
    browser: Any, api_stack: LocalStack, address: str
) -> None:
    page = browser.new_page()
    page.goto(f"{address}/#key={api_stack.api_key()}")
    page.wait_for_selector("input[name=target]")
    page.set_input_files(
        "#file", {"name": "a.txt", "mimeType": "text/plain", "buffer": b"<?xml version='1.0'?>"}
    )
    page.click("#new button[type=submit]")
    page.wait_for_selector("#message.bad")
    assert "The article is XML" in page.locator("#message").inner_text()
    page.close()


def test_without_a_key_it_asks_for_one(browser: Any, api_stack: LocalStack, address: str) -> None:
    page = browser.new_page(locale="es-ES")
    page.goto(f"{address}/")
    page.wait_for_selector("dialog[open]")
    page.fill("#key", "wrong")
    page.get_by_role("button", name="Guardar").click()
    page.wait_for_selector("#message.bad")
    assert page.locator("dialog[open]").count() == 1
    page.fill("#key", api_stack.api_key())
    page.get_by_role("button", name="Guardar").click()
    page.wait_for_selector("input[name=target]")
    page.close()


@pytest.mark.parametrize(
    ("locale", "title"),
    [("es-ES", "Nuevo artículo"), ("zh-CN", "新稿件"), ("fr-FR", "New article")],
)
def test_it_speaks_the_browsers_language(
    browser: Any, api_stack: LocalStack, address: str, locale: str, title: str
) -> None:
    page = browser.new_page(locale=locale)
    page.goto(f"{address}/#key={api_stack.api_key()}")
    page.wait_for_selector("input[name=target]")
    assert page.locator("#new-title").inner_text() == title
    untranslated = page.evaluate(
        "[...document.querySelectorAll('[data-text]')].filter(n => !n.textContent.trim()).length"
    )
    assert untranslated == 0
    page.close()


def test_every_language_has_every_text() -> None:
    source = (ROOT / "handlers" / "desk" / "i18n.js").read_text("utf-8")
    blocks = re.findall(r"^  (en|es|zh): \{(.*?)^  \},", source, re.DOTALL | re.MULTILINE)
    names = [set(re.findall(r"(?:^|[{,])\s*(\w+): (?=[\"\w(])", block)) for _, block in blocks]
    assert len(names) == 3
    assert names[0] == names[1] == names[2]
    assert len(names[0]) > 40


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_it_can_be_read_by_everybody(
    browser: Any, api_stack: LocalStack, address: str, scheme: str, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.goto(f"{address}/#key={api_stack.api_key()}")
    page.wait_for_selector("input[name=target]")
    only(page, "en")
    send(page, _ENGLISH.read_text("utf-8"))
    page.locator(".sentence").first.focus()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="Correct").click()
    assert violations(page) == []
    page.close()


def test_the_apis_page_shows_the_api(browser: Any, api_stack: LocalStack, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/docs#key={api_stack.api_key()}")
    page.wait_for_selector(".opblock")
    assert page.locator(".opblock").count() == 11
    page.close()
