"""The desk in a real browser, against the local stack."""

import contextlib
import itertools
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.local.browser import NoBrowser, chromium
from infra.local.stack import LocalStack
from teletipo.keys import article_id, summary_key
from tests.conftest import ARTICLES, ROOT
from tests.stacks import summary_of, wait_for

_ENGLISH = ARTICLES / "en-heatwave-trains.txt"
_AXE = ROOT / "tests" / "e2e" / "node_modules" / "axe-core" / "axe.min.js"
_MILLISECONDS = 300_000
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


def open_desk(
    context: Any, address: str, key: str = "", complaints: list[str] | None = None
) -> Any:
    """A page with the list; warnings and errors on its console are added to ``complaints``."""
    page = context.new_page()
    kept = complaints if complaints is not None else []

    def complain(message: Any) -> None:
        # The page itself reports failed requests.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            kept.append(message.text)

    page.on("console", complain)
    page.on("pageerror", lambda error: kept.append(str(error)))
    page.on("dialog", lambda dialog: kept.append(f"dialog: {dialog.message}"))
    page.goto(f"{address}/#key={key}" if key else f"{address}/")
    page.locator("#language option").nth(1).wait_for(state="attached")
    return page


def new_page(browser: Any, **options: Any) -> Any:
    page = browser.new_page(**options)
    page.set_default_timeout(_MILLISECONDS)
    return page


@pytest.fixture
def context(browser: Any) -> Iterator[Any]:
    made = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    # The machine may be busy with much else.
    made.set_default_timeout(_MILLISECONDS)
    made.grant_permissions(["clipboard-read", "clipboard-write"])
    yield made
    made.close()


@pytest.fixture
def desk(context: Any, api_stack: LocalStack, address: str) -> Iterator[Any]:
    """The desk with credentials; any warning or error on its console fails the test."""
    complaints: list[str] = []
    page = open_desk(context, address, api_stack.api_key(), complaints)
    page.fill("#name", "Ana Soler")
    page.click("#ask-name button")
    yield page
    assert complaints == []


def fill_form(page: Any, text: str, *languages: str) -> None:
    page.click("#new-article")
    for box in page.locator("input[name=target]").all():
        box.set_checked(box.get_attribute("value") in (languages or ("en",)))
    page.fill("#text", text)


def send(page: Any, text: str = "", *languages: str) -> str:
    """Send an article, by default in English only: the tiny model is slow. Return its ID."""
    before = opened(page)
    fill_form(page, text or _ENGLISH.read_text("utf-8"), *languages)
    page.click("#new button[type=submit]")
    # The article that was open has sentences too.
    until(page, lambda: opened(page) != before)
    page.wait_for_selector(".sentence")
    return opened(page)


def opened(page: Any) -> str:
    return str(page.evaluate("new URLSearchParams(location.hash.slice(1)).get('article')"))


def tab(page: Any, name: str) -> Any:
    return page.locator("[role=tab]", has_text=name)


def button(page: Any, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


def rewrite(page: Any, part: str | int, text: str) -> None:
    """Edit the headline or a sentence in its place."""
    page.locator(f"[data-part='{part}']").dblclick()
    page.fill(f"#edit-{part}", text)


def said(page: Any, text: str) -> None:
    page.locator("#message", has_text=text).wait_for()


def until(page: Any, is_so: Callable[[], bool]) -> None:
    """As ``wait_for``, while the page's requests are seen."""
    for _ in range(_MILLISECONDS // 50):
        if is_so():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it did not come about")


def rows(page: Any) -> int:
    """How many rows the list has, once its search is answered."""
    page.locator("#recent[aria-busy=false]").wait_for(state="attached")
    return int(page.locator("#recent li").count())


def document(api: httpx.Client, article: str) -> Any:
    return api.get(f"/summaries/{article}").json()


def write(api_stack: LocalStack, key: str, change: Callable[[Any], None]) -> None:
    """Store the summary as another pack would have written it."""
    s3, bucket = api_stack.client("s3"), api_stack.outputs["SummariesBucket"]
    place = {"Bucket": bucket, "Key": summary_key(key)}
    stored = s3.get_object(**place)
    made = json.loads(stored["Body"].read())
    change(made)
    s3.put_object(**place, Body=json.dumps(made).encode(), Metadata=stored["Metadata"])


def correct(api: httpx.Client, article: str, language: str, headline: str, who: str) -> None:
    """What a colleague does meanwhile."""
    correction = {"decision": "corrected", "corrections": {language: {"headline": headline}}}
    response = api.post(f"/summaries/{article}/review", json={**correction, "reviewer": who})
    assert response.status_code == 200, response.text


def violations(page: Any) -> list[str]:
    if not _AXE.exists():
        pytest.skip("axe-core is not installed; make test installs it where there is npm")
    page.evaluate(_AXE.read_text("utf-8"))
    found = page.evaluate("axe.run()")["violations"]
    return [f"{each['id']}: {[node['html'] for node in each['nodes']]}" for each in found]


# ---- Nothing published that nobody read


def test_correcting_one_language_releases_no_other(desk: Any, api: httpx.Client) -> None:
    article = send(desk, "", "en", "es")
    tab(desk, "Spanish").click()
    rewrite(desk, "headline", "Calor")
    button(desk, "Save correction").click()
    said(desk, "Spanish: correction saved.")
    assert "Corrected" in tab(desk, "Spanish").inner_text()
    assert "Corrected" not in tab(desk, "English").inner_text()
    headers = {"Accept": "application/vnd.iptc.ninjs+json"}
    item = api.get(f"/summaries/{article}", headers=headers).json()
    assert item["pubStatus"] == "withheld"
    assert item["associations"][0]["pubStatus"] == "usable"
    assert item["associations"][0]["people"][0]["name"] == "Ana Soler"


def test_who_reads_the_json_gets_the_editors_words(desk: Any, api: httpx.Client) -> None:
    article = send(desk)
    machine = document(api, article)["summaries"]["en"]
    rewrite(desk, "headline", "Heat slows trains")
    rewrite(desk, 0, "Trains in Portugal were slowed down.")
    assert desk.locator(".difference ins").count() > 0
    desk.fill("#note", "Shorter.")
    desk.keyboard.press("Control+Enter")
    said(desk, "English: correction saved.")
    words = document(api, article)["summaries"]["en"]
    assert words["headline"] == "Heat slows trains"
    assert words["sentences"][0]["text"] == "Trains in Portugal were slowed down."
    assert words["sentences"][1:] == machine["sentences"][1:]
    assert words["text"].startswith("Trains in Portugal were slowed down. ")
    assert words["machine"]["headline"] == machine["headline"]
    assert words["machine"]["sentences"] == machine["sentences"]
    assert (words["status"], words["review"]["note"]) == ("corrected", "Shorter.")
    desk.locator(".compare summary").click()
    assert "Heat" in desk.locator(".versions ins").first.inner_text()
    button(desk, "Approve").click()
    said(desk, "English: approved.")
    assert document(api, article)["summaries"]["en"]["headline"] == "Heat slows trains"
    desk.locator("#recent .opened .status", has_text="Approved").wait_for()
    reviews = desk.locator("[aria-label=Reviews]").inner_text()
    assert "Shorter." in reviews
    assert "English · Ana Soler, " in reviews


def test_what_is_sent_back_comes_again_and_other_approvals_stay(
    desk: Any, api: httpx.Client
) -> None:
    article = send(desk, "", "en", "es")
    before = document(api, article)["article"]["version_id"]
    tab(desk, "English").click()
    button(desk, "Approve").click()
    said(desk, "English: approved.")
    tab(desk, "Spanish").click()
    button(desk, "Summarize again").click()
    said(desk, "Summaries ready.")
    assert document(api, article)["article"]["version_id"] != before
    assert "Needs review" in tab(desk, "Spanish").inner_text()
    assert "Approved" in tab(desk, "English").inner_text()
    assert document(api, article)["summaries"]["en"]["status"] == "approved"


@pytest.mark.parametrize("press", ["Approve", "Summarize again", "Save correction"])
def test_nobody_decides_without_a_name(
    context: Any, api_stack: LocalStack, address: str, api: httpx.Client, press: str
) -> None:
    page = open_desk(context, address, api_stack.api_key())
    article = send(page)
    if press == "Save correction":
        rewrite(page, "headline", "Anew")
    button(page, press).click()
    page.locator("#name-dialog").wait_for()
    page.keyboard.press("Escape")
    page.locator("dialog").wait_for(state="detached")
    assert document(api, article)["reviews"] == []
    button(page, press).click()
    page.fill("#name", "  ")
    page.keyboard.press("Enter")
    assert page.locator("#name-dialog").count() == 1
    page.fill("#name", "Ana Soler")
    page.keyboard.press("Enter")
    # What was asked for is done then.
    if press == "Summarize again":
        versions = f"/summaries/{article}/versions"
        wait_for(
            lambda: len(api.get(versions).json()["versions"]) == 2, "the article, stored again"
        )
    else:
        reviews = wait_for(lambda: document(api, article)["reviews"], "the decision")
        assert [each["reviewer"] for each in reviews] == ["Ana Soler"]
    assert page.locator("#change-key").inner_text() == "Ana Soler"


def test_several_sent_again_leave_what_is_approved_or_corrected(
    desk: Any, api: httpx.Client
) -> None:
    article = send(desk, "", "en", "es")
    tab(desk, "English").click()
    button(desk, "Approve").click()
    said(desk, "English: approved.")
    row = desk.locator("#recent li", has=desk.locator(f"[data-id='{article}']"))
    row.locator("input").check()
    with desk.expect_request(re.compile(r"/review\?")) as request:
        desk.locator(".selection").get_by_role("button", name="Summarize again").click()
    assert request.value.post_data_json["languages"] == ["es"]
    said(desk, "1 sent again. Approved and corrected languages stay as they are (1 article).")


def test_what_is_summarized_again_is_in_progress_and_cannot_be_approved(
    desk: Any, api_stack: LocalStack, api: httpx.Client
) -> None:
    article = send(desk)
    answer = document(api, article)
    answer["summaries"]["en"]["status"] = "sent_back"
    tags = itertools.count()
    desk.route(
        re.compile(rf"/summaries/{article}\?"),
        lambda route: route.fulfill(json=answer, headers={"ETag": f'"{next(tags)}"'}),
    )
    desk.reload()
    desk.locator(".sentence").first.wait_for()
    assert "In progress" in tab(desk, "English").inner_text()
    assert "In progress" in desk.locator("#panel .facts").first.inner_text()
    assert button(desk, "Approve").is_disabled()
    assert button(desk, "Summarize again").is_enabled()
    # Then it fails for good, and the waiting editor is told.
    answer["newer_version"] = "failed"
    said(desk, "could not be summarized")
    assert "Failed" in tab(desk, "English").inner_text()
    assert button(desk, "Summarize again").is_enabled()


# ---- Nothing lost that somebody wrote


def test_an_unfinished_correction_survives_another_article(desk: Any) -> None:
    first = send(desk, "", "en", "es")
    tab(desk, "English").click()
    rewrite(desk, "headline", "Half a headline")
    fill_form(desk, _ENGLISH.read_text("utf-8").replace("Portugal", "Spain"))
    desk.click("#new button[type=submit]")
    # The other article is ready: a notice says so, and nothing opens by itself.
    notice = desk.locator(".notice", has_text="Spain")
    notice.wait_for()
    assert opened(desk) == first
    assert desk.locator("#edit-headline").input_value() == "Half a headline"
    tab(desk, "Spanish").click()
    tab(desk, "English").click()
    assert desk.locator("#edit-headline, [data-part=headline]").count() == 1
    assert "Half a headline" in desk.locator("#panel").inner_text()
    notice.get_by_role("button", name="Open").click()
    desk.locator("article h2", has_text="Spain").wait_for()
    assert desk.locator("#recent li", has_text="Unsaved").count() == 1
    desk.go_back()
    desk.locator("[data-part=headline]", has_text="Half a headline").wait_for()
    desk.reload()
    desk.locator("[data-part=headline]", has_text="Half a headline").wait_for()
    button(desk, "Discard changes").click()
    said(desk, "Changes discarded.")
    assert "Half a headline" not in desk.locator("#panel").inner_text()
    button(desk, "Undo").click()
    desk.locator("[data-part=headline]", has_text="Half a headline").wait_for()


def test_a_conflict_shows_both_versions_and_the_editor_chooses(
    desk: Any, api: httpx.Client
) -> None:
    article = send(desk)
    rewrite(desk, "headline", "Mine")
    correct(api, article, "en", "Theirs", "Luis Vega")
    button(desk, "Save correction").click()
    conflict = desk.locator("#conflict")
    conflict.wait_for()
    assert "Luis Vega" in conflict.inner_text()
    assert conflict.locator(".headline").all_inner_texts() == ["Theirs", "Mine"]
    assert violations(desk) == []
    button(conflict, "Go on editing").click()
    assert "Mine" in desk.locator("#panel").inner_text()
    button(desk, "Save correction").click()
    said(desk, "correction saved")
    assert document(api, article)["summaries"]["en"]["headline"] == "Mine"


def test_a_draft_in_a_language_that_the_article_no_longer_has_can_be_read(
    desk: Any, api: httpx.Client, api_stack: LocalStack
) -> None:
    article = send(desk, "", "en", "es")
    tab(desk, "Spanish").click()
    rewrite(desk, "headline", "A medias")
    write(
        api_stack,
        document(api, article)["article"]["key"],
        lambda made: made["summaries"].pop("es"),
    )
    desk.reload()
    left = desk.locator(".stranded", has_text="no longer has a summary in Spanish")
    left.get_by_text("A medias").wait_for()
    button(left, "Discard changes").click()
    left.wait_for(state="detached")
    button(desk, "Undo").click()
    left.wait_for()


def test_a_conflict_is_about_its_own_language(desk: Any, api: httpx.Client) -> None:
    article = send(desk, "", "en", "es")
    tab(desk, "Spanish").click()
    rewrite(desk, "headline", "A medias")
    tab(desk, "English").click()
    rewrite(desk, "headline", "Mine")
    correct(api, article, "en", "Theirs", "Luis Vega")
    held: list[Any] = []

    def hold_the_first(route: Any) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    desk.route(re.compile("/review"), hold_the_first)
    button(desk, "Save correction").click()
    until(desk, lambda: bool(held))
    tab(desk, "Spanish").click()
    held[0].continue_()
    button(desk.locator("#conflict"), "Save my version").click()
    said(desk, "English: correction saved.")
    words = document(api, article)["summaries"]
    assert (words["en"]["headline"], words["es"]["review"]) == ("Mine", None)


def test_a_conflict_does_not_follow_to_another_article(desk: Any, api: httpx.Client) -> None:
    article = send(desk)
    rewrite(desk, "headline", "Mine")
    correct(api, article, "en", "Theirs", "Luis Vega")
    button(desk, "Save correction").click()
    desk.locator("#conflict").wait_for()
    desk.go_back()
    desk.locator("#conflict").wait_for(state="detached")
    desk.go_forward()
    desk.locator("[data-part=headline]", has_text="Mine").wait_for()


@pytest.mark.parametrize(
    ("choice", "headline"), [("Save my version", "Mine"), ("Keep the saved one", "Theirs")]
)
def test_after_a_conflict_everything_can_be_saved(
    desk: Any, api: httpx.Client, choice: str, headline: str
) -> None:
    article = send(desk)
    rewrite(desk, "headline", "Mine")
    correct(api, article, "en", "Theirs", "Luis Vega")
    # A draft that is opened again is still compared with what its editor saw.
    desk.reload()
    desk.locator("[data-part=headline]", has_text="Mine").wait_for()
    button(desk, "Save correction").click()
    button(desk.locator("#conflict"), choice).click()
    desk.locator("[data-part=headline]", has_text=headline).wait_for()
    button(desk, "Approve").click()
    said(desk, "English: approved.")
    words = document(api, article)["summaries"]["en"]
    assert (words["headline"], words["status"]) == (headline, "approved")


def test_a_colleagues_work_in_another_language_is_no_conflict(desk: Any, api: httpx.Client) -> None:
    article = send(desk, "", "en", "es")
    tab(desk, "English").click()
    rewrite(desk, "headline", "Mine")
    correct(api, article, "es", "De otro", "Luis Vega")
    button(desk, "Save correction").click()
    said(desk, "English: correction saved.")
    summaries = document(api, article)["summaries"]
    assert [words["headline"] for words in summaries.values()] == ["Mine", "De otro"]


def test_an_approval_of_what_has_changed_is_not_sent(desk: Any, api: httpx.Client) -> None:
    article = send(desk)
    # The page's own look would show it first.
    with held(desk, rf"/summaries/{article}\?", "GET"):
        correct(api, article, "en", "Theirs", "Luis Vega")
        button(desk, "Approve").click()
    said(desk, "This changed since you opened it.")
    assert desk.locator("[data-part=headline]").inner_text() == "Theirs"
    assert document(api, article)["summaries"]["en"]["status"] == "corrected"


def test_an_approval_of_what_was_sent_back_meanwhile_is_not_sent(
    desk: Any, api: httpx.Client
) -> None:
    article = send(desk)
    with held(desk, rf"/summaries/{article}\?", "GET"):
        approved = {"decision": "approved", "reviewer": "Luis Vega"}
        assert api.post(f"/summaries/{article}/review", json=approved).status_code == 200
        button(desk, "Summarize again").click()
    said(desk, "This changed since you opened it.")
    assert document(api, article)["summaries"]["en"]["status"] == "approved"


def test_a_headline_cannot_be_left_out(desk: Any) -> None:
    send(desk)
    rewrite(desk, "headline", " ")
    button(desk, "Save correction").click()
    said(desk, "A headline cannot be left out.")
    button(desk, "Save correction").wait_for()


def test_pasted_text_is_kept_when_a_file_is_sent(desk: Any) -> None:
    fill_form(desk, "Half an article")
    file = {"name": "trains.txt", "mimeType": "text/plain", "buffer": _ENGLISH.read_bytes()}
    desk.set_input_files("#file", file)
    kept = desk.locator("#new .kept").inner_text()
    assert "trains.txt will be sent. The pasted text stays here." in kept
    desk.fill("#text", " ")
    assert "stays here" not in desk.locator("#new .kept").inner_text()
    desk.fill("#text", "Half an article")
    desk.click("#new button[type=submit]")
    desk.wait_for_selector(".sentence")
    desk.reload()
    desk.click("#new-article")
    assert desk.locator("#text").input_value() == "Half an article"
    assert desk.locator("#new .kept").count() == 0


def test_a_double_click_makes_one_article(desk: Any, stored: Callable[[], set[str]]) -> None:
    before = stored()
    fill_form(desk, _ENGLISH.read_text("utf-8"))
    desk.locator("#new button[type=submit]").dblclick()
    desk.wait_for_selector(".sentence")
    assert len(stored() - before) == 1


def test_a_request_that_failed_is_repeated_with_its_key(desk: Any) -> None:
    keys: list[str] = []

    def fail_once(route: Any) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            route.abort()
        else:
            route.continue_()

    desk.route(re.compile("/summaries"), fail_once)
    fill_form(desk, _ENGLISH.read_text("utf-8"))
    desk.click("#new button[type=submit]")
    desk.locator("#message.bad").wait_for()
    assert desk.locator("#text").input_value() != ""
    desk.click("#new button[type=submit]")
    desk.wait_for_selector(".sentence")
    assert len(keys) == 2
    assert keys[0] == keys[1]


def test_a_file_dropped_anywhere_does_not_leave_the_page(desk: Any) -> None:
    data = desk.evaluate_handle(
        "text => { const data = new DataTransfer();"
        " data.items.add(new File([text], 'trains.txt', {type: 'text/plain'})); return data; }",
        _ENGLISH.read_text("utf-8"),
    )
    prevented = desk.evaluate(
        "data => ['dragover', 'drop'].map(name => !document.querySelector('main').dispatchEvent("
        "new DragEvent(name, {dataTransfer: data, bubbles: true, cancelable: true})))",
        data,
    )
    assert prevented == [True, True]
    assert "trains.txt" in desk.locator("#new .kept").inner_text()
    for box in desk.locator("input[name=target]").all():
        box.set_checked(box.get_attribute("value") == "en")
    desk.click("#new button[type=submit]")
    desk.wait_for_selector(".sentence")


def test_of_several_dropped_files_each_is_sent_and_said(
    desk: Any, stored: Callable[[], set[str]]
) -> None:
    before = stored()
    data = desk.evaluate_handle(
        "text => { const data = new DataTransfer();"
        " for (const [name, content] of [['a.txt', text], ['b.xml', '<?xml version=\"1.0\"?>'],"
        " ['c.txt', text.replace('Portugal', 'Galicia')]])"
        " data.items.add(new File([content], name)); return data; }",
        _ENGLISH.read_text("utf-8"),
    )
    desk.evaluate(
        "data => document.querySelector('main').dispatchEvent("
        "new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}))",
        data,
    )
    assert "3 files will be sent: a.txt, b.xml, c.txt." in desk.locator("#new .kept").inner_text()
    for box in desk.locator("input[name=target]").all():
        box.set_checked(box.get_attribute("value") == "en")
    desk.click("#new button[type=submit]")
    desk.locator("dialog").wait_for(state="detached")
    for headline in ("Portugal", "Galicia"):
        desk.locator(".notice", has_text=headline).wait_for()
    refused = desk.locator(".notice", has_text="b.xml: The article is XML")
    assert refused.get_attribute("role") == "status"
    assert button(refused, "Open").count() == 0
    assert len(stored() - before) == 2


def test_a_mail_is_sent_as_what_it_is(desk: Any) -> None:
    desk.click("#new-article")
    for box in desk.locator("input[name=target]").all():
        box.set_checked(box.get_attribute("value") == "en")
    text = _ENGLISH.read_bytes().partition(b"\n\n")[2]
    mail = b"From: a@example.org\r\nSubject: Trains\r\nMIME-Version: 1.0\r\n\r\n" + text
    assert desk.locator("#file").get_attribute("accept") is None
    file = {"name": "a.eml", "mimeType": "message/rfc822", "buffer": mail}
    desk.set_input_files("#file", file)
    desk.click("#new button[type=submit]")
    desk.locator("article h2", has_text="Trains").wait_for()


# ---- A slow or broken service, and what else goes wrong


@contextlib.contextmanager
def held(page: Any, path: str, method: str = "POST") -> Iterator[list[Any]]:
    """Requests of that kind wait for the end of the block; yields those that came."""
    waiting: list[Any] = []
    is_over = False

    def hold(route: Any) -> None:
        if route.request.method == method and not is_over:
            waiting.append(route)
        else:
            route.continue_()

    page.route(re.compile(path), hold)
    yield waiting
    until(page, lambda: bool(waiting))
    is_over = True
    for route in waiting:
        route.continue_()


def test_a_decision_that_takes_long_does_not_touch_the_next_article(
    desk: Any, api: httpx.Client
) -> None:
    second = send(desk, _ENGLISH.read_text("utf-8").replace("Portugal slows", "Galicia slows"))
    first = send(desk)
    with held(desk, r"/review\?") as waiting:
        button(desk, "Approve").click()
        desk.locator(f"[data-id='{second}']").click()
        desk.locator("article h2", has_text="Galicia").wait_for()
        desk.locator("[data-part=headline]").dblclick()
        desk.keyboard.type("Half ")
        until(desk, lambda: len(waiting) == 1)
    said(desk, "English: approved.")
    desk.keyboard.type("a headline")
    assert opened(desk) == second
    assert "Half a headline" in desk.locator("#edit-headline").input_value()
    assert document(api, first)["summaries"]["en"]["status"] == "approved"
    assert document(api, second)["summaries"]["en"]["review"] is None


def test_what_is_typed_while_a_correction_is_saved_is_kept(desk: Any, api: httpx.Client) -> None:
    article = send(desk)
    rewrite(desk, "headline", "One")
    with held(desk, r"/review\?"):
        button(desk, "Save correction").click()
        desk.fill("#edit-headline", "Two")
    said(desk, "English: correction saved.")
    assert document(api, article)["summaries"]["en"]["headline"] == "One"
    desk.locator(".part .difference", has_text="Two").wait_for()
    button(desk, "Save correction").click()
    desk.locator("[data-part=headline]", has_text="Two").wait_for()
    wait_for(lambda: document(api, article)["summaries"]["en"]["headline"] == "Two" or None)


def test_two_decisions_in_a_row_are_both_taken(desk: Any, api: httpx.Client) -> None:
    article = send(desk, "", "en", "es")
    with held(desk, r"/review\?") as waiting:
        for name in ("English", "Spanish"):
            tab(desk, name).click()
            desk.locator("[role=tab][aria-selected=true]", has_text=name).wait_for()
            desk.keyboard.press("Shift+A")
        # A second press is the same decision.
        desk.keyboard.press("Shift+A")
        until(desk, lambda: len(waiting) == 1)
    said(desk, "Spanish: approved.")
    statuses = {c: w["status"] for c, w in document(api, article)["summaries"].items()}
    assert statuses == {"en": "approved", "es": "approved"}
    assert len(document(api, article)["reviews"]) == 2


def test_a_lost_connection_is_said_once_and_mends_itself(desk: Any) -> None:
    send(desk)
    rewrite(desk, "headline", "Kept")
    desk.route(re.compile("/summaries"), lambda route: route.abort())
    lost = desk.locator("#offline", has_text="no connection")
    lost.wait_for()
    button(desk, "Save correction").click()
    desk.locator("#message.bad", has_text="no connection").wait_for()
    assert "Kept" in desk.locator("#panel").inner_text()
    assert violations(desk) == []
    desk.unroute(re.compile("/summaries"))
    lost.wait_for(state="detached")
    button(desk, "Save correction").click()
    said(desk, "correction saved")


def test_an_article_that_takes_long_to_open_says_so(desk: Any) -> None:
    article = send(desk)
    with held(desk, rf"/summaries/{article}\?", "GET"):
        desk.reload()
        desk.locator(".waiting", has_text="Opening").wait_for()
    desk.wait_for_selector(".sentence")


def test_an_article_that_is_sent_opens_over_nothing(desk: Any) -> None:
    first = send(desk)
    fill_form(desk, _ENGLISH.read_text("utf-8").replace("Portugal", "Galicia"))
    with held(desk, r"/summaries\?targets"):
        desk.click("#new button[type=submit]")
        desk.keyboard.press("Escape")
        desk.locator("dialog").wait_for(state="detached")
        desk.locator("#recent a").first.focus()
        desk.locator(f"[data-id='{first}']").click()
        desk.locator("[data-filter=all]").click()
        desk.locator(".sentence").first.focus()
    desk.locator(".notice", has_text="Galicia").wait_for()
    assert opened(desk) == first


def test_summarize_again_is_asked_for_once_however_often_it_is_clicked(
    desk: Any, api: httpx.Client
) -> None:
    article = send(desk)
    before = document(api, article)["article"]["version_id"]
    button(desk, "Summarize again").dblclick()
    wait_for(lambda: document(api, article)["article"]["version_id"] != before or None)
    assert len(api.get(f"/summaries/{article}/versions").json()["versions"]) == 2


_NO_STORAGE = """
for (const name of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, name, {
    get() { throw new DOMException("The operation is insecure.", "SecurityError"); }
  });
}
"""
_FULL_STORAGE = """
Storage.prototype.setItem = () => { throw new DOMException("Full.", "QuotaExceededError"); };
"""


@pytest.mark.parametrize("broken", [_NO_STORAGE, _FULL_STORAGE], ids=["none", "full"])
def test_without_the_browsers_storage_the_page_itself_keeps_what_is_written(
    context: Any, api_stack: LocalStack, address: str, broken: str
) -> None:
    context.add_init_script(broken)
    complaints: list[str] = []
    page = open_desk(context, address, api_stack.api_key(), complaints)
    page.fill("#name", "Ana Soler")
    page.click("#ask-name button")
    assert page.locator("#change-key").inner_text() == "Ana Soler"
    send(page, _ENGLISH.read_text("utf-8").replace("Portugal", "Galicia"))
    send(page)
    rewrite(page, "headline", "Half a headline")
    # Who relies on it is told.
    page.locator(".kept", has_text="until you close this page").wait_for()
    page.locator("#recent li:not(.opened) a").first.click()
    page.locator("[data-part=headline]").wait_for()
    page.locator("#recent li", has_text="Unsaved").wait_for()
    page.go_back()
    page.locator("[data-part=headline]", has_text="Half a headline").wait_for()
    button(page, "Save correction").click()
    said(page, "correction saved")
    assert complaints == []


def test_two_tabs_share_a_draft_and_neither_loses_it(desk: Any, context: Any) -> None:
    send(desk)
    other = context.new_page()
    other.goto(desk.url)
    other.locator("[data-part=headline]").wait_for()
    rewrite(desk, "headline", "From one tab")
    other.locator("[data-part=headline]", has_text="From one tab").wait_for()
    rewrite(other, 0, "From the other.")
    desk.locator(".sentence", has_text="From the other.").wait_for()
    assert desk.locator("#edit-headline").input_value() == "From one tab"
    button(desk, "Save correction").click()
    said(desk, "correction saved")
    other.locator("#recent .opened", has_text="Corrected").wait_for()
    assert "Unsaved" not in other.locator("#recent .opened").inner_text()
    # Its field is open, so the page does not change under it.
    button(other, "Show the new version").click()
    other.locator("[data-part=headline]", has_text="From one tab").wait_for()
    assert button(other, "Save correction").count() == 0


# ---- Addresses


def test_an_address_keeps_article_language_and_filter(
    desk: Any, context: Any, address: str
) -> None:
    article = send(desk, "", "en", "es")
    desk.locator("[data-filter=all]").click()
    desk.fill("#search", "trains")
    tab(desk, "Spanish").click()
    where = desk.url
    assert "key=" not in where
    for again in ("reload", "second tab"):
        if again == "reload":
            desk.reload()
            page = desk
        else:
            # A link opened in another tab of this browser: the first tab has the key.
            page = context.new_page()
            page.goto(where)
        page.locator("[role=tab][aria-selected=true]", has_text="Spanish").wait_for()
        assert opened(page) == article
        assert page.locator("#search").input_value() == "trains"
        assert page.locator("[data-filter=all]").get_attribute("aria-pressed") == "true"
        assert page.locator("dialog").count() == 0
    desk.go_back()
    desk.go_back()
    desk.locator("#nothing").wait_for()
    assert opened(desk) == "None"


def test_without_a_key_it_asks_for_one(browser: Any, api_stack: LocalStack, address: str) -> None:
    page = new_page(browser, locale="es-ES")
    page.goto(f"{address}/")
    page.wait_for_selector("dialog[open]")
    page.fill("#key", "wrong")
    page.fill("#reviewer", "Ana Soler")
    page.get_by_role("button", name="Guardar").click()
    page.locator("#key-dialog .bad", has_text="El servicio no acepta esta clave.").wait_for()
    page.get_by_role("button", name="Cancelar").click()
    page.locator("dialog").wait_for(state="detached")
    page.click("#change-key")
    page.fill("#key", api_stack.api_key())
    page.get_by_role("button", name="Guardar").click()
    page.locator("dialog").wait_for(state="detached")
    assert page.locator("#language option").count() > 1
    assert page.locator("#change-key").inner_text() == "Ana Soler"
    page.close()


# ---- The list


def test_the_list_is_searched_filtered_and_counted(desk: Any, api: httpx.Client) -> None:
    article = send(desk, _ENGLISH.read_text("utf-8").replace("Portugal slows", "Zanzibar slows"))
    desk.fill("#search", "zanzibar")
    # The list is a moment behind the article.
    rows(desk)
    desk.locator("#recent li", has_text="Zanzibar").wait_for()
    assert rows(desk) == 1
    desk.locator("[data-filter=open] .count", has_text="1").wait_for()
    button(desk, "Approve").click()
    said(desk, "approved")
    desk.locator("[data-filter=open] .count", has_text="0").wait_for()
    desk.locator("[data-filter=approved]").click()
    desk.locator(f"[data-id='{article}']").wait_for()
    desk.locator("[data-filter=mine]").click()
    assert rows(desk) == 1
    desk.select_option("#language", "es")
    assert rows(desk) == 0
    assert "in=es" in desk.url
    desk.select_option("#language", "en")
    assert rows(desk) == 1
    assert desk.locator("#recent .chip", has_text="English: Approved").count() == 1


def few_rows_a_page(page: Any) -> None:
    """As if the list were long: the API gives one row a page."""
    page.route(
        re.compile(r"/summaries\?"),
        lambda route: route.continue_(url=route.request.url.replace("limit=100", "limit=1")),
    )


def post_several(api: httpx.Client, *headlines: str) -> list[str]:
    text = _ENGLISH.read_text("utf-8").split("\n\n", 3)[3]
    return [
        api.post("/summaries", json={"text": text, "headline": each, "targets": ["en"]}).json()[
            "id"
        ]
        for each in headlines
    ]


def summarized(api: httpx.Client, article: str) -> None:
    """Wait until the list knows that the article has a summary."""
    wait_for(lambda: api.get(f"/summaries/{article}").status_code == 200 or None)
    key = document(api, article)["article"]["key"].removeprefix("articles/")
    listed = "/summaries?status=needs_review&prefix="
    other = "/summaries?status=ok&prefix="
    wait_for(lambda: [*api.get(listed + key).json()["articles"],
                      *api.get(other + key).json()["articles"]] or None)  # fmt: skip


def test_search_finds_what_is_not_loaded_also_by_its_text(desk: Any, api: httpx.Client) -> None:
    text = _ENGLISH.read_text("utf-8").split("\n\n", 3)[3].replace("Portugal", "Quokkaland")
    body = {"text": text, "headline": "An old one", "targets": ["en"]}
    old = api.post("/summaries", json=body).json()["id"]
    summarized(api, old)
    # Within one second any may come first.
    while api.get("/summaries?limit=1").json()["articles"][0]["headline"] != "Newest":
        post_several(api, "Newest")
    few_rows_a_page(desk)
    desk.locator("[data-filter=all]").click()
    desk.reload()
    desk.locator("#recent li", has_text="Newest").wait_for()
    assert desk.locator("#recent li").count() == 1
    desk.fill("#search", "quókkaland")
    desk.locator(f"#recent [data-id='{old}']").wait_for()
    assert desk.locator("#recent li", has_text="Newest").count() == 0
    assert "q=qu" in desk.url
    desk.reload()
    desk.locator(f"#recent [data-id='{old}']").wait_for()
    desk.fill("#search", "")
    desk.locator("#recent li", has_text="Newest").wait_for()
    assert desk.locator(f"#recent [data-id='{old}']").count() == 0


@pytest.mark.parametrize("chosen", ["approved", "corrected", "rejected", "needs_review"])
def test_each_filter_finds_what_is_not_loaded(
    desk: Any, api_stack: LocalStack, api: httpx.Client, chosen: str
) -> None:
    if chosen == "rejected":
        key = "articles/rejected-one.txt"
        bucket = api_stack.outputs["ArticlesBucket"]
        api_stack.client("s3").put_object(Bucket=bucket, Key=key, Body=b"\0\1\2")
        old = article_id(key)
        wait_for(lambda: api.get(f"/summaries/{old}").status_code >= 400 or None)
    else:
        headline = "Needs work" if chosen == "needs_review" else "Old"
        targets = ["es"] if chosen == "needs_review" else ["en"]
        text = _ENGLISH.read_text("utf-8").split("\n\n", 3)[3]
        body = {"text": text, "headline": headline, "targets": targets}
        old = api.post("/summaries", json=body).json()["id"]
        summarized(api, old)
        if chosen == "approved":
            api.post(f"/summaries/{old}/review", json={"decision": "approved"})
        elif chosen == "corrected":
            correct(api, old, "en", "Anew", "Luis Vega")
    post_several(api, *(f"Newer {number}" for number in range(7)))
    few_rows_a_page(desk)
    desk.goto(desk.url.partition("#")[0] + f"#show={chosen}")
    desk.reload()
    desk.locator(f"#recent [data-id='{old}']").wait_for()
    pressed = desk.locator(f"[data-filter={chosen}]")
    assert pressed.get_attribute("aria-pressed") == "true"


def test_filters_stay_where_they_are_whatever_is_loaded(desk: Any, api: httpx.Client) -> None:
    (old,) = post_several(api, "An old one")
    summarized(api, old)
    api.post(f"/summaries/{old}/review", json={"decision": "approved"})
    while api.get("/summaries?limit=1").json()["articles"][0]["headline"] != "Newest":
        post_several(api, "Newest")
    few_rows_a_page(desk)
    desk.reload()
    approved = desk.locator("[data-filter=approved]")
    approved.locator(".count", has_text="0+").wait_for()
    places = "[...document.querySelectorAll('.filters button')].map(each => each.offsetLeft)"
    before = desk.evaluate(places)
    approved.click()
    desk.locator(f"#recent [data-id='{old}']").wait_for()
    approved.locator(".count", has_text="1").wait_for()
    assert desk.evaluate(places) == before
    assert len(before) >= 8


def test_what_is_uncertain_is_found(desk: Any, api_stack: LocalStack, api: httpx.Client) -> None:
    (article,) = post_several(api, "An uncertain one")
    summarized(api, article)

    # The tiny pack has no estimator.
    def score(made: Any) -> None:
        made["summaries"]["en"]["sentences"][0]["confidence"] = 0.25

    write(api_stack, document(api, article)["article"]["key"], score)
    listed = {"confidence_below": 0.3}
    wait_for(lambda: api.get("/summaries", params=listed).json()["articles"] or None)
    post_several(api, "A newer one")
    desk.locator("[data-filter=all]").click()
    desk.locator("#recent li", has_text="A newer one").wait_for()
    desk.locator("#recent li", has_text="An uncertain one").locator(".chip").wait_for()
    desk.select_option("#sure", "30")
    desk.locator("#recent li", has_text="A newer one").wait_for(state="detached")
    desk.locator(f"#recent [data-id='{article}']").wait_for()
    assert "25%" in desk.locator(f"[data-id='{article}'] .chip").inner_text()
    assert "sure=30" in desk.url
    desk.reload()
    desk.locator(f"#recent [data-id='{article}']").wait_for()
    assert desk.locator("#sure").input_value() == "30"
    assert desk.locator("#recent li", has_text="A newer one").count() == 0


def test_the_list_stays_live_beyond_a_page(desk: Any, api: httpx.Client) -> None:
    body = {"text": _ENGLISH.read_text("utf-8").split("\n\n", 3)[3], "targets": ["en"]}
    for number in range(22):
        api.post("/summaries", json={**body, "headline": f"Number {number}"})
    desk.locator("[data-filter=all]").click()
    desk.locator("#recent li").nth(22).wait_for()
    desk.locator("#recent a").first.focus()
    api.post("/summaries", json={**body, "headline": "The newest of all"})
    desk.locator("#recent li", has_text="The newest of all").wait_for()
    assert desk.evaluate("document.activeElement.closest('#recent') !== null")


def test_several_are_sent_again(desk: Any, api: httpx.Client) -> None:
    titles = ("Alpha line", "Beta line")
    ids = [
        send(desk, _ENGLISH.read_text("utf-8").replace("Portugal slows", each)) for each in titles
    ]
    before = [document(api, each)["article"]["version_id"] for each in ids]
    for title in titles:
        # The list is a moment behind the article.
        desk.locator("#recent li", has_text=title).locator(".chip").wait_for()
        desk.locator("#recent li", has_text=title).locator("input").check()
    assert "2 selected" in desk.locator(".selection").inner_text()
    desk.locator(".selection").get_by_role("button", name="Summarize again").click()
    said(desk, "2 sent again.")
    assert "approved" not in desk.locator("#message").inner_text().casefold()

    def versions() -> list[str]:
        return [document(api, each)["article"]["version_id"] for each in ids]

    wait_for(lambda: not set(versions()) & set(before) or None)


# ---- Reading


@pytest.mark.parametrize(("locale", "figure"), [("en-GB", "28%"), ("es-ES", "28\u00a0%")])
def test_a_confidence_below_the_threshold_is_a_warning_beside_edit(
    browser: Any, api_stack: LocalStack, address: str, api: httpx.Client, locale: str, figure: str
) -> None:
    (article,) = post_several(api, "A doubtful one")
    summarized(api, article)

    def doubt(made: Any) -> None:
        for sentence, confidence in zip(
            made["summaries"]["en"]["sentences"], (0.28, 0.9), strict=False
        ):
            sentence["confidence"] = confidence
        made["findings"].append(
            {"code": "doubtful", "severity": "warning", "language": "en", "sentence": 0,
             "message": "Doubtful.", "output_spans": [], "source_spans": []}
        )  # fmt: skip

    write(api_stack, document(api, article)["article"]["key"], doubt)
    page = new_page(browser, locale=locale, viewport={"width": 1280, "height": 800})
    page.goto(f"{address}/#key={api_stack.api_key()}&article={article}")
    page.locator(".sure").first.wait_for()
    low, high = page.locator(".sure").all()
    assert low.inner_text().startswith(figure)
    assert re.search("low confidence 28|confianza baja 28", low.inner_text())
    assert [each.get_attribute("class").split() for each in (low, high)] == [
        ["sure", "warning"],
        ["sure"],
    ]
    figure_box, edit = low.bounding_box(), page.locator(".sentences .edit").first.bounding_box()
    assert figure_box["x"] + figure_box["width"] <= edit["x"]
    page.close()


@pytest.mark.parametrize("locale", ["en-GB", "es-ES", "zh-CN"])
@pytest.mark.parametrize("width", [1280, 360])
def test_a_draft_moves_nothing_and_the_actions_stay_in_a_row(
    browser: Any, api_stack: LocalStack, address: str, api: httpx.Client, locale: str, width: int
) -> None:
    (article,) = post_several(api, "A plain one")
    summarized(api, article)
    page = new_page(browser, locale=locale, viewport={"width": width, "height": 800})
    page.add_init_script("localStorage.setItem('teletipo-reviewer', '\"Ana Soler\"')")
    page.goto(f"{address}/#key={api_stack.api_key()}&article={article}")
    page.locator(".sentence").first.wait_for()

    def heights() -> list[float]:
        return [
            page.locator(each).bounding_box()["height"] for each in (".tabs", ".actions", "header")
        ]

    before = heights()
    rewrite(page, 0, "Anew.")
    page.locator(".tabs .unsaved").wait_for()
    assert heights() == before
    for name in (".actions > *", "header > *:not(#messages)"):
        boxes = [each.bounding_box() for each in page.locator(name).all() if each.is_visible()]
        middles = {round(box["y"] + box["height"] / 2) for box in boxes if box["width"]}
        assert max(middles) - min(middles) <= 3, (name, middles)
    aside = page.locator("aside")
    assert aside.evaluate("each => each.scrollWidth <= each.clientWidth")
    # The whole bar is in the window, and the open field is not behind it.
    field = page.locator("#edit-0").bounding_box()
    bar = page.locator(".actions").bounding_box()
    assert field["y"] + field["height"] <= bar["y"]
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.close()


@pytest.mark.parametrize("width", [1280, 360])
def test_notices_do_not_lie_over_what_is_read_or_pressed(
    browser: Any, api_stack: LocalStack, address: str, api: httpx.Client, width: int
) -> None:
    page = new_page(browser, locale="en-GB", viewport={"width": width, "height": 800})
    page.add_init_script("localStorage.setItem('teletipo-reviewer', '\"Ana Soler\"')")
    page.goto(f"{address}/#key={api_stack.api_key()}")
    page.locator("#language option").nth(1).wait_for(state="attached")
    send(page)
    rewrite(page, "headline", "Anew")
    button(page, "Discard changes").click()
    said(page, "Changes discarded.")
    boxes = [page.locator(each).bounding_box() for each in (".said", ".said [aria-label=Dismiss]")]
    message, close = boxes
    assert message["y"] + message["height"] <= page.locator("header").bounding_box()["height"]
    assert abs((message["y"] + message["height"] / 2) - (close["y"] + close["height"] / 2)) < 3
    page.close()


def test_a_chinese_article_is_measured_in_characters(desk: Any) -> None:
    fill_form(desk, (ARTICLES / "zh-metro.txt").read_text("utf-8"), "zh-Hans")
    desk.click("#new button[type=submit]")
    desk.wait_for_selector(".sentence")
    assert re.search(r"Chinese · \d+ characters", desk.locator("article .facts").first.inner_text())


def test_on_paper_are_the_whole_article_the_disclosure_and_the_mark_of_a_draft(
    desk: Any, api: httpx.Client
) -> None:
    article = send(desk)
    desk.evaluate("() => { window.print = () => { window.isPrinted = true; }; }")
    desk.keyboard.press("Control+p")
    until(desk, lambda: bool(desk.evaluate("window.isPrinted")))
    desk.emulate_media(media="print")
    exported = api.get(f"/summaries/{article}?language=en", headers={"Accept": "text/plain"}).text
    paragraphs = exported.strip().split("\n\n")
    panel = desk.locator("#panel").inner_text()
    assert "DRAFT — NOT FOR PUBLICATION" in panel
    assert paragraphs[-1] in panel
    assert desk.locator("input[type=checkbox]:visible").count() == 0
    desk.locator(".sentence").first.focus()
    desk.locator("article mark").first.wait_for()
    style = "getComputedStyle(document.querySelector('article mark')).backgroundColor"
    assert desk.evaluate(style) == "rgba(0, 0, 0, 0)"
    desk.emulate_media(media="screen")
    assert "DRAFT" not in desk.locator("#panel").inner_text()


def test_a_sentence_shows_its_passage_and_its_text_can_be_selected(desk: Any) -> None:
    send(desk)
    sentence = desk.locator(".sentence").nth(1)
    sentence.hover()
    desk.locator("article mark").first.wait_for()
    assert "".join(desk.locator("article mark").all_inner_texts()) == sentence.inner_text()
    assert sentence.get_attribute("aria-current") == "true"
    box = sentence.bounding_box()
    desk.mouse.move(box["x"] + 5, box["y"] + 8)
    desk.mouse.down()
    desk.mouse.move(box["x"] + 150, box["y"] + 8, steps=5)
    desk.mouse.up()
    selected = desk.evaluate("getSelection().toString()")
    assert len(selected) > 5
    assert selected in sentence.inner_text()
    assert desk.locator("article h2").count() == 1
    assert "Lisbon, Jul 12" in desk.locator("article .dateline").inner_text()


def test_a_long_article_is_folded(desk: Any) -> None:
    filler = b"The report of the commission was long and nobody had read all of it by then.\n\n"
    fill_form(desk, "")
    long = _ENGLISH.read_bytes().partition(b"EFE tlo/bp")[0] + filler * 1500
    desk.set_input_files("#file", {"name": "a.txt", "mimeType": "text/plain", "buffer": long})
    desk.click("#new button[type=submit]")
    desk.wait_for_selector(".sentence")
    length = "document.querySelector('article').innerText.length"
    assert desk.evaluate(length) < 40_000
    printed = "dispatchEvent(new Event('beforeprint')); " + length
    assert desk.evaluate(printed) > 100_000
    desk.reload()
    desk.wait_for_selector(".sentence")
    desk.locator(".fold button").first.click()
    assert desk.evaluate(length) > 100_000
    assert desk.evaluate("document.documentElement.scrollHeight <= window.innerHeight")


def test_an_update_stands_beside_the_version_before_it(desk: Any, api: httpx.Client) -> None:
    first: dict[str, Any] = {
        "headline": "Portugal slows trains",
        "text": "The network cut speeds to 80 kilometers per hour.\n"
        "A spokesman said so on Tuesday.\nNobody was hurt in the accident.",
        "targets": ["en"],
        "guid": "urn:desk:update",
    }
    article = article_id(summary_of(api, **first)["article"]["key"])
    correct(api, article, "en", "Slow trains", "Luis Vega")
    second = first["text"].replace("80", "60").replace("A spokesman", "It rained.\nA spokesman")
    assert article_id(summary_of(api, **{**first, "text": second})["article"]["key"]) == article
    desk.goto(desk.url.partition("#")[0] + f"#article={article}")
    desk.locator("#version option").nth(1).wait_for(state="attached")
    desk.select_option("#version", index=1)
    desk.locator("article ins").first.wait_for()
    assert desk.locator("article del").all_inner_texts() == ["80"]
    assert desk.locator("article ins").all_inner_texts() == ["60", "It rained."]
    earlier = desk.locator(".earlier")
    # As its editor left it, with the decision that counted for it.
    assert "Slow trains" in earlier.inner_text()
    assert "Luis Vega" in earlier.inner_text()
    assert earlier.locator("ins", has_text="60").count() == 1
    assert violations(desk) == []
    # The passage of a sentence is still shown, and the update can be decided about.
    desk.locator(".sentence").first.focus()
    assert "60" in "".join(desk.locator("article mark").all_inner_texts())
    button(desk, "Approve").click()
    said(desk, "English: approved.")
    assert "version=" in desk.url
    desk.reload()
    desk.locator(".earlier ins", has_text="60").wait_for()
    desk.locator("#panel").press("v")
    desk.locator(".earlier").wait_for(state="detached")
    assert "version=" not in desk.url
    desk.keyboard.press("v")
    desk.locator(".earlier").wait_for()


def test_a_long_update_shows_what_changed_and_folds_the_rest(desk: Any, api: httpx.Client) -> None:
    paragraphs = [f"Paragraph {number} of the report is as it was before." for number in range(900)]
    body = {"headline": "A report", "targets": ["en"], "guid": "urn:desk:long"}
    text = "\n".join(paragraphs)
    article = article_id(summary_of(api, **body, text=text)["article"]["key"])
    text = text.replace("Paragraph 700 of the report", "Paragraph 700 of the new report")
    summary_of(api, **body, text=text)
    desk.goto(desk.url.partition("#")[0] + f"#article={article}")
    desk.locator("#version option").nth(1).wait_for(state="attached")
    desk.select_option("#version", index=1)
    desk.locator("article ins", has_text="new").wait_for()
    assert desk.locator("article p").count() < 30
    assert desk.locator("article .fold").count() >= 2


def test_each_correction_of_the_past_is_shown_as_a_difference(desk: Any, api: httpx.Client) -> None:
    article = send(desk)
    for headline in ("First correction", "Second correction"):
        correct(api, article, "en", headline, "Luis Vega")
    desk.reload()
    reviews = desk.locator("[aria-label=Reviews] li")
    reviews.nth(1).wait_for()
    reviews.nth(1).locator("summary").click()
    assert "First correction" in reviews.nth(1).locator("ins").first.inner_text()
    assert "Portugal" in reviews.nth(1).locator("del").first.inner_text()


def test_markup_is_shown_as_text_and_runs_nothing(desk: Any) -> None:
    send(desk, _HOSTILE)
    desk.locator(".sentence").first.hover()
    assert "<script>window.hacked=1</script>" in desk.locator("article").inner_text()
    assert "onerror=" in desk.locator(".summaries").inner_text()
    assert desk.evaluate("window.hacked") is None
    assert desk.locator("article img, article script, article svg, .summaries img").count() == 0


def test_a_suggestion_is_taken_with_one_click(
    desk: Any, api_stack: LocalStack, api: httpx.Client
) -> None:
    def suggest(made: Any) -> None:
        made["summaries"]["en"]["sentences"][0]["confidence"] = 0.25
        for start, end, suggestion in ((0, 8, "Iberia"), (11, 15, "road")):
            made["findings"].append(
                {"code": "name_changed", "severity": "error", "language": "en", "sentence": 0,
                 "message": "Another name.", "output_spans": [{"start": start, "end": end}],
                 "source_spans": [], "suggestion": suggestion}
            )  # fmt: skip

    article = send(desk)
    write(api_stack, document(api, article)["article"]["key"], suggest)
    desk.reload()
    desk.locator(".sure").wait_for()
    before = desk.locator(".sentence").first.inner_text()
    button(desk, "Use “Iberia”").click()
    assert desk.locator(".sentence").first.inner_text() == "Iberia" + before[8:]
    # A second one is put where its words stand now, and one that was taken is not offered again.
    assert button(desk, "Use “Iberia”").count() == 0
    button(desk, "Use “road”").click()
    assert (
        desk.locator(".sentence").first.inner_text()
        == "Iberia" + before[8:11] + "road" + before[15:]
    )
    assert button(desk, "Use “road”").count() == 0
    button(desk, "Save correction").click()
    said(desk, "correction saved")
    assert document(api, article)["summaries"]["en"]["text"].startswith("Iberia's road")


_DUTY = "Las obras duraron dos años, dijo Ana Ruiz."
_COMMA = "Las obras, duraron dos años, dijo hoy Ana Ruiz."


@pytest.mark.parametrize(
    ("before", "after", "language"),
    [
        (_DUTY, _COMMA, "es"),
        (_COMMA, _DUTY, "es"),
        ("One two  three", "One, two three four", "en"),
        ("First words here.", "All  others  now.", "en"),
        ("葡萄牙火车减速。", "葡萄牙的火车今天减速。", "zh-Hans"),
        ("", "New.", "en"),
        ("Old.", "", "en"),
    ],
)
def test_a_difference_has_both_texts_as_they_are(
    desk: Any, before: str, after: str, language: str
) -> None:
    parts = desk.evaluate(
        "async given => (await import(new URL('desk/text.js', location).href))"
        ".differences(...given)",
        [before, after, language],
    )
    assert "".join(each["value"] for each in parts if not each.get("added")) == before
    assert "".join(each["value"] for each in parts if not each.get("removed")) == after


def test_words_are_found_where_they_stand_in_the_edited_text(desk: Any) -> None:
    start = _DUTY.index("Ruiz")
    place = desk.evaluate(
        "async given => (await import(new URL('desk/text.js', location).href)).moved(...given)",
        [{"start": start, "end": start + 4}, _DUTY, _COMMA, "es"],
    )
    assert _COMMA[place["start"] : place["end"]] == "Ruiz"


def test_it_is_copied_and_downloaded(desk: Any, api: httpx.Client) -> None:
    article = send(desk)
    headline = "Portugal slows trains as heat wave bends tracks"
    button(desk, "Copy").click()
    said(desk, "Copied.")
    copied = desk.evaluate("navigator.clipboard.readText()")
    address, plain = f"/summaries/{article}?language=en", {"Accept": "text/plain"}
    assert copied == api.get(address, headers=plain).text
    mark, title, line, *_ = copied.split("\n\n")
    assert (mark, title) == ("DRAFT — NOT FOR PUBLICATION", headline)
    assert line.startswith("Lisbon, Jul 12")
    button(desk, "Approve").click()
    said(desk, "approved")
    name = "portugal-slows-trains-as-heat-wave-bends-tracks.en"
    for kind, extension, beginning in (
        ("Text", "txt", headline),
        ("HTML", "html", '<!DOCTYPE html>\n<html lang="en">'),
        ("NITF", "nitf.xml", "<?xml"),
        ("ninjs", "ninjs.json", "{"),
        ("JSON", "json", '{\n  "schema_version": "2"'),
    ):
        desk.locator(".menu summary").click()
        with desk.expect_download() as download:
            desk.locator(".menu").get_by_role("button", name=kind, exact=True).click()
        assert download.value.suggested_filename == f"{name}.{extension}"
        content = Path(download.value.path()).read_text("utf-8")
        assert content.startswith(beginning)
        assert "DRAFT" not in content
        # Who answers for it.
        assert "Ana Soler" in content


@pytest.mark.parametrize(
    ("megabytes", "words"), [(3, "The article"), (5, "The file is larger than an article may be.")]
)
def test_a_large_file_is_refused_with_the_reason(desk: Any, megabytes: int, words: str) -> None:
    # The smaller one is posted: it is not too large, but no text.
    desk.click("#new-article")
    file = {"name": "a.txt", "mimeType": "text/plain", "buffer": b"\0\1" * 500_000 * megabytes}
    desk.set_input_files("#file", file)
    desk.click("#new button[type=submit]")
    desk.locator("#new .bad", has_text=words).wait_for()


def test_an_article_that_failed_for_good_or_was_withdrawn_says_so_and_why(
    desk: Any,
) -> None:
    article = send(desk)
    for status, code, words in (
        (409, "failed", "This article could not be summarized"),
        (410, "withdrawn", "This article was withdrawn"),
        (404, "not_found", "There is no such article."),
        (403, "embargoed", "The API's reason."),
    ):
        answer = {"status": status, "json": {"code": code, "detail": "The API's reason."}}
        desk.route(
            re.compile(rf"/summaries/{article}\?"),
            lambda route, _, answer=answer: route.fulfill(**answer),
        )
        desk.reload()
        desk.locator("main", has_text=words).wait_for()
        assert status == 404 or "The API's reason." in desk.locator("main").inner_text()
        desk.unroute(re.compile(rf"/summaries/{article}\?"))


def test_the_reason_of_a_rejection_is_shown(desk: Any) -> None:
    desk.click("#new-article")
    file = {"name": "a.txt", "mimeType": "text/plain", "buffer": b"<?xml version='1.0'?>"}
    desk.set_input_files("#file", file)
    desk.click("#new button[type=submit]")
    desk.locator("#new .bad", has_text="The article is XML").wait_for()


def test_an_empty_form_says_what_to_do(desk: Any) -> None:
    desk.click("#new-article")
    desk.click("#new button[type=submit]")
    problem = desk.locator("#new .bad")
    assert problem.inner_text() == "Paste an article or choose a file first."
    assert problem.get_attribute("role") == "alert"


# ---- Without a mouse


def test_everything_is_done_from_the_keyboard(desk: Any, api: httpx.Client) -> None:
    desk.keyboard.press("c")
    for box in desk.locator("input[name=target]").all():
        box.set_checked(box.get_attribute("value") in {"en", "es"})
    desk.fill("#text", _ENGLISH.read_text("utf-8"))
    desk.keyboard.press("Control+Enter")
    desk.wait_for_selector(".sentence")
    article = opened(desk)
    desk.wait_for_function("document.activeElement.id === 'result'")
    desk.keyboard.press("n")
    desk.keyboard.press("n")
    focused = desk.evaluate("document.activeElement.textContent")
    assert focused == desk.locator(".sentence").first.inner_text()
    assert "".join(desk.locator("article mark").all_inner_texts()) == focused
    desk.keyboard.press("e")
    desk.keyboard.press("Control+A")
    desk.keyboard.type("Typed.")
    desk.keyboard.press("Escape")
    desk.keyboard.press("Control+Enter")
    said(desk, "English: correction saved.")
    desk.keyboard.press("]")
    desk.locator("[role=tab][aria-selected=true]", has_text="Spanish").wait_for()
    desk.keyboard.press("Shift+A")
    said(desk, "Spanish: approved.")
    statuses = {c: w["status"] for c, w in document(api, article)["summaries"].items()}
    assert statuses == {"en": "corrected", "es": "approved"}
    desk.keyboard.press("?")
    assert "Next article" in desk.locator("#help").inner_text()
    desk.locator("#help input").uncheck()
    desk.keyboard.press("Escape")
    desk.keyboard.press("?")
    assert desk.locator("#help").count() == 0


def test_a_closed_dialog_gives_the_focus_back(desk: Any) -> None:
    for name in ("#new-article", "#shortcuts", "#change-key"):
        desk.locator(name).focus()
        desk.keyboard.press("Enter")
        desk.locator("dialog[open]").wait_for()
        desk.keyboard.press("Escape")
        desk.locator("dialog[open]").wait_for(state="detached")
        desk.locator(f"{name}:focus").wait_for()


def test_leaving_a_field_returns_to_its_sentence_and_caps_lock_approves_nothing(
    desk: Any, api: httpx.Client
) -> None:
    article = send(desk)
    rewrite(desk, 1, "Typed.")
    desk.keyboard.press("Escape")
    desk.locator("[data-part='1']:focus", has_text="Typed.").wait_for()
    button(desk, "Discard changes").click()
    desk.locator("[data-part='1']").focus()
    # As with Caps Lock.
    desk.evaluate(
        "document.activeElement.dispatchEvent("
        "new KeyboardEvent('keydown', {key: 'A', bubbles: true}))"
    )
    desk.wait_for_timeout(300)
    assert document(api, article)["reviews"] == []


def test_the_menu_closes_with_escape_and_with_a_click_elsewhere(desk: Any) -> None:
    send(desk)
    menu = desk.locator(".menu")
    menu.locator("summary").click()
    desk.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    desk.locator(".menu summary:focus").wait_for()
    menu.locator("summary").click()
    desk.locator("article h2").click()
    assert menu.get_attribute("open") is None


def test_a_slow_list_does_not_swallow_the_next_decision(desk: Any, api: httpx.Client) -> None:
    article = send(desk, "", "en", "es")
    desk.route(re.compile(r"/summaries\?"), lambda route: None)
    for name in ("English", "Spanish"):
        tab(desk, name).click()
        button(desk, "Approve").click()
        said(desk, f"{name}: approved.")
    statuses = {c: w["status"] for c, w in document(api, article)["summaries"].items()}
    assert statuses == {"en": "approved", "es": "approved"}


def test_an_editor_sees_what_is_embargoed_and_when_it_ends(desk: Any, api: httpx.Client) -> None:
    item = {
        "uri": "urn:agency:embargoed",
        "headline": "Trains stop tomorrow",
        "body_text": _ENGLISH.read_text("utf-8"),
        "language": "en",
        "embargoed": "2099-03-14T14:00:00Z",
    }
    headers = {"Content-Type": "application/vnd.iptc.ninjs+json"}
    posted = api.post("/summaries?targets=en", content=json.dumps(item), headers=headers)
    article = posted.json()["id"]
    wait_for(lambda: api.get(f"/summaries/{article}?embargoed=true").status_code == 200)
    assert api.get(f"/summaries/{article}").status_code == 403
    desk.reload()
    row = desk.locator(f"#recent [data-id='{article}']")
    row.locator("text=Embargoed").wait_for()
    row.click()
    desk.locator(".banner", has_text="Embargoed until").locator("text=2099").wait_for()
    button(desk, "Approve").click()
    said(desk, "English: approved.")
    status = api.get(f"/summaries/{article}?embargoed=true").json()["summaries"]["en"]["status"]
    assert status == "approved"
    button(desk, "Copy").click()
    said(desk, "Copied.")
    copied = desk.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("EMBARGOED UNTIL 2099-03-14T14:00:00Z")


def test_what_another_article_replaces_leads_to_that_one(desk: Any, api: httpx.Client) -> None:
    text = _ENGLISH.read_text("utf-8")
    ids = []
    for number, link in (
        ("1", {}),
        ("2", {"altids": [{"role": "previous", "value": "urn:agency:moved-1"}]}),
    ):
        item = {"uri": f"urn:agency:moved-{number}", "headline": "Trains stop", "language": "en",
                "body_text": f"{text}\nVersion {number}.", **link}  # fmt: skip
        headers = {"Content-Type": "application/vnd.iptc.ninjs+json"}
        posted = api.post("/summaries?targets=en", content=json.dumps(item), headers=headers)
        article = posted.json()["id"]
        wait_for(lambda: api.get(f"/summaries/{article}").status_code == 200)  # noqa: B023
        ids.append(article)
    wait_for(lambda: api.get(f"/summaries/{ids[0]}").status_code == 303)
    desk.goto(re.sub("#.*", "", desk.url) + f"#article={ids[0]}")
    desk.locator(".sentence").first.wait_for()
    assert opened(desk) == ids[1]


def test_tabs_are_walked_with_arrows(desk: Any) -> None:
    send(desk, "", "en", "es")
    desk.locator("[role=tab]").first.focus()
    for key, name in (("ArrowRight", "Spanish"), ("ArrowLeft", "English")):
        desk.keyboard.press(key)
        desk.locator("[role=tab][aria-selected=true]:focus", has_text=name).wait_for()
    assert desk.locator("[role=tabpanel] [lang=en]").count() > 1


def test_one_approved_and_one_corrected_language_take_eight_clicks_and_no_scrolling(
    desk: Any, api: httpx.Client
) -> None:
    body = {"text": _ENGLISH.read_text("utf-8"), "targets": ["en", "es"]}
    article = api.post("/summaries", json=body).json()["id"]
    desk.locator(f"[data-id='{article}'] .chip").first.wait_for()
    clicks = 0

    def click(target: Any) -> None:
        nonlocal clicks
        box = target.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 800, "outside the window"
        target.click()
        clicks += 1

    click(desk.locator(f"[data-id='{article}']"))
    click(tab(desk, "English"))
    click(button(desk, "Approve"))
    said(desk, "English: approved.")
    click(tab(desk, "Spanish"))
    click(desk.locator("#panel .edit").nth(1))
    desk.keyboard.press("Control+A")
    desk.keyboard.type("Los trenes van más despacio.")
    click(button(desk, "Save correction"))
    said(desk, "Spanish: correction saved.")
    assert clicks <= 8
    statuses = {c: w["status"] for c, w in document(api, article)["summaries"].items()}
    assert statuses == {"en": "approved", "es": "corrected"}


# ---- For everybody


@pytest.mark.parametrize(
    ("locale", "title"),
    [("es-ES", "Nuevo artículo"), ("zh-CN", "新稿件"), ("fr-FR", "New article")],
)
def test_it_speaks_the_browsers_language(
    browser: Any, api_stack: LocalStack, address: str, locale: str, title: str
) -> None:
    page = new_page(browser, locale=locale)
    page.goto(f"{address}/#key={api_stack.api_key()}")
    page.locator("#language option").nth(1).wait_for(state="attached")
    assert page.locator("#new-article").inner_text() == title
    assert "undefined" not in page.locator("body").inner_text()
    page.close()


def test_findings_and_rejections_are_said_in_the_pages_language(
    browser: Any, api_stack: LocalStack, address: str
) -> None:
    page = new_page(browser, locale="es-ES", viewport={"width": 1280, "height": 800})
    page.goto(f"{address}/#key={api_stack.api_key()}")
    page.locator("#language option").nth(1).wait_for(state="attached")
    page.click("#new-article")
    file = {"name": "a.txt", "mimeType": "text/plain", "buffer": b"<?xml version='1.0'?>"}
    page.set_input_files("#file", file)
    page.click("#new button[type=submit]")
    reason = "El formato del artículo no se puede leer. Se leen texto, NITF, NewsML"
    page.locator("#new .bad", has_text=reason).wait_for()
    page.locator("#new .kept button").click()
    page.keyboard.press("Escape")
    page.locator("dialog").wait_for(state="detached")
    send(page, "", "es")
    # The tiny model's output is never a translation, so the checks have something to say.
    finding = page.locator(".findings li").first
    finding.wait_for()
    assert re.search("artículo|frase|palabras|caracteres", finding.inner_text())
    assert page.locator(".banner").count() == 1
    page.close()


def test_every_language_has_every_text() -> None:
    source = (ROOT / "handlers" / "desk" / "i18n.js").read_text("utf-8")
    blocks = re.findall(r"^  (en|es|zh): \{(.*?)^  \},", source, re.DOTALL | re.MULTILINE)
    names = [set(re.findall(r"(?:^|[{,])\s*(\w+): (?=[\"\w(])", block)) for _, block in blocks]
    texts, problems = names[:3], names[3:]
    assert texts[0] == texts[1] == texts[2]
    assert len(texts[0]) > 90
    assert problems[0] == problems[1]
    # What API Gateway refuses; all else the API says (tests/unit/test_messages.py).
    errors = (ROOT / "docs" / "api.md").read_text("utf-8").partition("**Errors**")[2]
    gateway = errors.rpartition("API Gateway's own are")[2].partition("\n")[0]
    assert set(re.findall("`([a-z_]+)`", gateway)) == problems[0]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_it_can_be_read_by_everybody(
    browser: Any, api_stack: LocalStack, address: str, width: int, scheme: str
) -> None:
    page = new_page(browser, viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.goto(f"{address}/#key={api_stack.api_key()}")
    page.locator("#language option").nth(1).wait_for(state="attached")
    assert violations(page) == []
    page.click("#new-article")
    assert violations(page) == []
    page.keyboard.press("Escape")
    send(page, "", "en", "es")
    tab(page, "Spanish").click()
    page.locator(".sentence").first.focus()
    assert violations(page) == []
    rewrite(page, 0, "Otra frase.")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    # What was said last is in view, wherever the page stands.
    button(page, "Save correction").click()
    page.locator("#name-dialog").wait_for()
    assert violations(page) == []
    page.fill("#name", "Ana Soler")
    page.keyboard.press("Enter")
    page.locator("#message", has_text="correction saved").wait_for()
    box = page.locator("#message").bounding_box()
    assert 0 <= box["y"] < 800
    assert violations(page) == []
    page.close()


def test_the_apis_page_shows_the_api_and_tries_it(
    browser: Any, api_stack: LocalStack, address: str
) -> None:
    page = new_page(browser)
    page.goto(f"{address}/docs#key={api_stack.api_key()}")
    page.wait_for_selector(".opblock")
    paths = json.loads((ROOT / "docs" / "openapi.json").read_text("utf-8"))["paths"]
    assert page.locator(".opblock").count() == sum(map(len, paths.values()))
    groups = page.locator(".opblock-tag").all_inner_texts()
    tags = {tag for item in paths.values() for each in item.values() for tag in each["tags"]}
    names = [each.split("\n")[0] for each in groups]
    assert set(names) == tags
    assert names[:2] == ["Articles", "Reviews"]
    assert len(tags) > 3
    page.locator(".auth-wrapper .authorize.locked").wait_for()
    languages = page.locator(".opblock", has_text="/languages")
    languages.locator(".opblock-summary-control").click()
    button(languages, "Try it out").click()
    button(languages, "Execute").click()
    # The key is filled in.
    languages.locator(".live-responses-table .response-col_status", has_text="200").wait_for()
    page.close()
