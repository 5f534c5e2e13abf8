"""The handler against S3 over HTTP (moto), with events in AWS's documented shape."""

import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import boto3
import pytest
from jsonschema import validate
from moto.server import ThreadedMotoServer

from handlers import summarize
from teletipo.errors import ConfigurationError, PackCorrupt, PackError
from teletipo.pipeline import Request, summarize_articles
from teletipo.ports import Hop, Hypothesis
from teletipo.summary import Summary
from teletipo.translation import repair
from tests.conftest import ARTICLES, ROOT

_BUCKETS = ("articles-bucket", "summaries-bucket")
_SAMPLE = (ARTICLES / "es-desalinizadora.txt").read_bytes()
_SEVERITIES = ("Info", "Warning", "Error")
_SECRET_WORDS = "Mejillones"


@dataclass
class Context:
    """What the Lambda runtime hands to a handler."""

    function_name: str = "summarize"
    memory_limit_in_mb: int = 3538
    invoked_function_arn: str = "arn:aws:lambda:eu-west-1:1:function:summarize"
    aws_request_id: str = "request"
    remaining_milliseconds: int = 120_000

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining_milliseconds


@dataclass
class Bench:
    """Two buckets, and the handler between them."""

    s3: Any

    def put(self, key: str, body: bytes, **options: Any) -> dict[str, Any]:
        """Store an article; return its S3 notification record."""
        response = self.s3.put_object(Bucket=_BUCKETS[0], Key=key, Body=body, **options)
        return self.record(key, response["VersionId"])

    _sequencer = 0x55AED6DCD90281E5

    def record(self, key: str, version_id: str, bucket: str = _BUCKETS[0]) -> dict[str, Any]:
        Bench._sequencer += 1
        return {
            "eventName": "ObjectCreated:Put",
            "s3": {
                "bucket": {"name": bucket},
                "object": {
                    "key": quote_plus(key, safe="/"),
                    "versionId": version_id,
                    "sequencer": f"{Bench._sequencer:018X}",
                },
            },
        }

    def handle(
        self, *messages: list[dict[str, Any]] | str, context: Any = None, received: int = 1
    ) -> list[str]:
        """Run the handler on messages of S3 records (or raw bodies); the failed messages' ids."""
        records = [
            {
                "messageId": str(index),
                "receiptHandle": str(index),
                "body": body if isinstance(body, str) else json.dumps({"Records": body}),
                "eventSource": "aws:sqs",
                "attributes": {"ApproximateReceiveCount": str(received)},
                "messageAttributes": {},
            }
            for index, body in enumerate(messages)
        ]
        response = summarize.handler({"Records": records}, context or Context())
        return [failure["itemIdentifier"] for failure in response["batchItemFailures"]]

    def results(self) -> dict[str, dict[str, Any]]:
        listing = self.s3.list_objects_v2(Bucket=_BUCKETS[1])
        found = [entry["Key"] for entry in listing.get("Contents", [])]
        keys = [key for key in found if not key.startswith("stories/")]
        return {
            key: json.loads(self.s3.get_object(Bucket=_BUCKETS[1], Key=key)["Body"].read())
            for key in keys
        }

    def writes(self) -> int:
        versions = self.s3.list_object_versions(Bucket=_BUCKETS[1]).get("Versions", [])
        return sum(not each["Key"].startswith("stories/") for each in versions)


@pytest.fixture(scope="module")
def endpoint_url() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bench(
    endpoint_url: str, tiny_pack_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bench]:
    environment = {
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "TELETIPO_ARTICLES_BUCKET": _BUCKETS[0],
        "TELETIPO_SUMMARIES_BUCKET": _BUCKETS[1],
        "TELETIPO_ARTICLE_QUEUE_URL": f"{endpoint_url}/1/articles",
        "TELETIPO_PACK_DIR": str(tiny_pack_dir),
        "TELETIPO_TARGETS": "es",
        "POWERTOOLS_TRACE_DISABLED": "true",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    s3 = boto3.client("s3")
    for bucket in _BUCKETS:
        s3.create_bucket(Bucket=bucket)
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    summarize._service.cache_clear()
    yield Bench(s3)
    summarize._service.cache_clear()
    for bucket in _BUCKETS:
        versions = s3.list_object_versions(Bucket=bucket)
        for entry in versions.get("Versions", []) + versions.get("DeleteMarkers", []):
            s3.delete_object(Bucket=bucket, Key=entry["Key"], VersionId=entry["VersionId"])
        s3.delete_bucket(Bucket=bucket)


def test_a_summary_is_written_and_validates_against_the_published_schema(bench: Bench) -> None:
    record = bench.put(
        "articles/2022/03/14/planta.txt", _SAMPLE, Metadata={"guid": "urn:x:1", "targets": "es,en"}
    )
    assert bench.handle([record]) == []
    ((key, document),) = bench.results().items()
    assert key == "summaries/2022/03/14/planta.txt.json"
    validate(document, json.loads((ROOT / "docs" / "summary.schema.json").read_text("utf-8")))
    summary = Summary.model_validate(document)
    assert summary.article.guid == "urn:x:1"
    assert summary.article.version_id == record["s3"]["object"]["versionId"]
    assert list(summary.summaries) == ["es", "en"]
    assert not summary.summaries["es"].translated


@pytest.mark.parametrize(
    "key", ["articles/año nuevo!.txt", "articles/a+b%20c.txt", "articles/新闻 稿.txt"]
)
def test_keys_are_decoded_once(bench: Bench, key: str) -> None:
    assert bench.handle([bench.put(key, _SAMPLE)]) == []
    assert list(bench.results()) == [f"summaries/{key.removeprefix('articles/')}.json"]


def test_the_documented_event_names_its_object(bench: Bench) -> None:
    body = json.loads((ROOT / "events" / "s3-object-created.json").read_text("utf-8"))
    version = bench.put("articles/año nuevo!.txt", _SAMPLE)["s3"]["object"]["versionId"]
    body["Records"][0]["s3"]["bucket"]["name"] = _BUCKETS[0]
    body["Records"][0]["s3"]["object"]["versionId"] = version
    assert bench.handle(json.dumps(body)) == []
    assert list(bench.results()) == ["summaries/año nuevo!.txt.json"]


def test_s3s_test_event_is_taken_and_does_nothing(bench: Bench) -> None:
    body = (ROOT / "events" / "s3-test-event.json").read_text("utf-8")
    assert bench.handle(body) == []
    assert bench.results() == {}


def test_several_records_in_one_message_are_all_done(bench: Bench) -> None:
    records = [bench.put(f"articles/{name}.txt", _SAMPLE) for name in "ab"]
    assert bench.handle(records) == []
    assert list(bench.results()) == ["summaries/a.txt.json", "summaries/b.txt.json"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b"World\n\nRelated Articles\n\nBack to top button\n", "only_furniture"),
        (b"palabra " * 20_000, "no_sentences"),
        (b"Una frase larga. " * 300_000, "too_large"),
        (b"\x89PNG\r\n\x1a\n\x00\x01\x02" + bytes(range(256)) * 4, "not_text"),
        ("俄罗斯否认要求中国提供军事援助。".encode("gb18030"), "wrong_encoding"),
        (
            "Le gouvernement a démenti lundi la nouvelle. Rien de plus.".encode(),
            "language_not_served",
        ),
        ("俄羅斯週一否認要求中國提供軍事援助，並表示不需要。".encode(), "language_not_served"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "unsupported_format"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_wrong_with_an_article_is_a_rejection_beside_its_neighbours(
    bench: Bench, body: bytes, code: str
) -> None:
    bad = bench.put("articles/bad.txt", body)
    good = bench.put("articles/good.txt", _SAMPLE)
    assert bench.handle([bad], [good]) == []
    results = bench.results()
    assert list(results) == ["rejected/bad.txt.json", "summaries/good.txt.json"]
    rejection = results["rejected/bad.txt.json"]
    validate(rejection, json.loads((ROOT / "docs" / "rejection.schema.json").read_text("utf-8")))
    assert rejection["code"] == code
    assert rejection["reason"].endswith(".")


@pytest.mark.parametrize(
    ("metadata", "code"),
    [
        ({"targets": "es,de"}, "target_not_served"),
        ({"targets": "es,klingon"}, "target_not_served"),
        ({"language": "no-such-tag!"}, "language_unknown"),
    ],
)
def test_wishes_that_cannot_be_met_are_rejections(
    bench: Bench, metadata: dict[str, str], code: str
) -> None:
    assert bench.handle([bench.put("articles/a.txt", _SAMPLE, Metadata=metadata)]) == []
    assert bench.results()["rejected/a.txt.json"]["code"] == code


def test_an_articles_own_targets_win_over_the_settings(bench: Bench) -> None:
    bench.handle([bench.put("articles/a.txt", _SAMPLE, Metadata={"targets": "zh-Hans"})])
    assert list(bench.results()["summaries/a.txt.json"]["summaries"]) == ["es", "zh-Hans"]


@pytest.mark.parametrize("options", [{"Metadata": {"language": "en"}}, {"Tagging": "language=en"}])
def test_a_declared_language_wins(bench: Bench, options: dict[str, Any]) -> None:
    bench.handle([bench.put("articles/a.txt", _SAMPLE, **options)])
    assert bench.results()["summaries/a.txt.json"]["article"]["language"] == "en"


def test_a_key_with_parent_folders_is_rejected_outside_of_them(bench: Bench) -> None:
    assert bench.handle([bench.record("articles/../secret.txt", "v1")]) == []
    ((key, document),) = bench.results().items()
    assert (key, document["code"]) == ("rejected/%2E%2E/secret.txt.json", "bad_key")


def test_an_article_that_was_deleted_before_it_was_read_is_rejected(bench: Bench) -> None:
    record = bench.put("articles/a.txt", _SAMPLE)
    bench.s3.delete_object(Bucket=_BUCKETS[0], Key="articles/a.txt")
    assert bench.handle([record]) == []
    assert bench.results()["rejected/a.txt.json"]["code"] == "deleted"


def test_a_version_that_was_deleted_before_it_was_read_leaves_the_current_ones_summary(
    bench: Bench,
) -> None:
    current = bench.put("articles/a.txt", _SAMPLE)
    gone = bench.put("articles/a.txt", b"A correction. It was withdrawn at once.")
    version_id = gone["s3"]["object"]["versionId"]
    bench.s3.delete_object(Bucket=_BUCKETS[0], Key="articles/a.txt", VersionId=version_id)
    assert bench.handle([current]) == []
    assert bench.handle([gone]) == []
    assert list(bench.results()) == ["summaries/a.txt.json"]


def test_a_second_delivery_after_a_deletion_changes_nothing(bench: Bench) -> None:
    record = bench.put("articles/a.txt", _SAMPLE)
    bench.handle([record])
    bench.s3.delete_object(Bucket=_BUCKETS[0], Key="articles/a.txt")
    assert bench.handle([record]) == []
    assert list(bench.results()) == ["summaries/a.txt.json"]


@pytest.mark.parametrize(
    "body",
    [
        "not json",
        "{}",
        '{"Records": []}',
        '{"Records": [{"eventName": "ObjectRemoved:Delete"}]}',
        '{"Records": [{"eventName": "ObjectCreated:Put", "s3": {"bucket": {}}}]}',
        "[1, 2]",
    ],
)
def test_a_malformed_event_fails_alone(bench: Bench, body: str) -> None:
    good = bench.put("articles/good.txt", _SAMPLE)
    assert bench.handle(body, [good]) == ["0"]
    assert list(bench.results()) == ["summaries/good.txt.json"]


def test_an_event_for_another_bucket_or_prefix_fails_alone(bench: Bench) -> None:
    good = bench.put("articles/good.txt", _SAMPLE)
    elsewhere = bench.record("articles/a.txt", "v1", bucket="another-bucket")
    outside = bench.record("other/a.txt", "v1")
    assert bench.handle([elsewhere], [outside], [good]) == ["0", "1"]
    assert list(bench.results()) == ["summaries/good.txt.json"]


def test_the_same_event_twice_writes_once(bench: Bench) -> None:
    record = bench.put("articles/a.txt", _SAMPLE)
    bench.handle([record], [record])
    bench.handle([record])
    assert bench.writes() == 1


def test_events_out_of_order_leave_the_newest_version_alone(bench: Bench) -> None:
    old = bench.put("articles/a.txt", _SAMPLE)
    new = bench.put("articles/a.txt", b"")
    bench.handle([new])
    bench.handle([old])
    assert list(bench.results()) == ["rejected/a.txt.json"]


def test_a_newer_summary_takes_the_place_of_an_older_rejection(bench: Bench) -> None:
    old = bench.put("articles/a.txt", b"")
    bench.handle([old])
    new = bench.put("articles/a.txt", _SAMPLE)
    bench.handle([new], [old])
    assert list(bench.results()) == ["summaries/a.txt.json"]


def test_a_store_that_fails_makes_the_message_come_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = bench.put("articles/a.txt", _SAMPLE)
    monkeypatch.setenv("TELETIPO_SUMMARIES_BUCKET", "no-such-bucket")
    assert bench.handle([record]) == ["0"]


def test_without_time_left_nothing_is_begun(bench: Bench) -> None:
    record = bench.put("articles/a.txt", _SAMPLE)
    assert bench.handle([record], context=Context(remaining_milliseconds=5_000)) == ["0"]
    assert bench.results() == {}


def test_a_batch_begins_only_as_many_articles_as_there_is_time_for(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = Context(remaining_milliseconds=60_000)
    groups: list[int] = []

    def slow(requests: Sequence[Request], *arguments: Any, **options: Any) -> Any:
        groups.append(len(requests))
        context.remaining_milliseconds -= 25_000 * len(requests)
        return summarize_articles(requests, *arguments, **options)

    monkeypatch.setattr(summarize, "summarize_articles", slow)
    records = [bench.put(f"articles/{name}.txt", _SAMPLE) for name in "abcd"]
    batch = [[record] for record in records]
    assert bench.handle(*batch, context=context) == ["2", "3"]
    assert groups == [2]
    assert list(bench.results()) == ["summaries/a.txt.json", "summaries/b.txt.json"]
    # SQS delivers the other messages again.
    assert bench.handle(*batch[2:], received=2) == []
    assert len(bench.results()) == 4


def test_time_that_the_first_group_leaves_is_used(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = Context(remaining_milliseconds=60_000)
    groups: list[int] = []

    def quick(requests: Sequence[Request], *arguments: Any, **options: Any) -> Any:
        groups.append(len(requests))
        context.remaining_milliseconds -= 8_000 * len(requests)
        return summarize_articles(requests, *arguments, **options)

    monkeypatch.setattr(summarize, "summarize_articles", quick)
    records = [bench.put(f"articles/{name}.txt", _SAMPLE) for name in "abcd"]
    assert bench.handle(*([record] for record in records), context=context) == []
    assert groups == [2, 1, 1]
    assert len(bench.results()) == 4


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Returns the log output from now on."""
    stream = io.StringIO()
    monkeypatch.setattr(summarize.logger.registered_handler, "stream", stream)
    return stream


def test_logs_tell_the_key_and_the_outcome_and_never_the_text(
    bench: Bench, log: io.StringIO
) -> None:
    bench.handle([bench.put("articles/a.txt", _SAMPLE)], f"broken {_SECRET_WORDS}")
    text = log.getvalue()
    assert '"key":"articles/a.txt"' in text
    assert '"outcome":"published"' in text
    assert _SECRET_WORDS not in text


def test_an_unexpected_failure_is_logged_without_its_message(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError(f"cannot parse {_SECRET_WORDS}")

    record = bench.put("articles/a.txt", _SAMPLE)
    monkeypatch.setattr(summarize, "summarize_articles", fail)
    assert bench.handle([record]) == ["0"]
    assert _SECRET_WORDS not in log.getvalue()
    assert "ValueError" in log.getvalue()


def test_metrics_count_articles_rejections_characters_and_seconds(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    good = bench.put("articles/a.txt", _SAMPLE, Metadata={"targets": "es,en"})
    bench.handle([good], [bench.put("articles/b.txt", b"")])
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    figures = {name: value for line in lines for name, value in line.items()}
    assert figures["Articles"] == [1.0]
    assert figures["Rejections"] == [1.0]
    assert figures["Messages"] == [1.0, 1.0]
    assert figures["Characters"][0] > 100
    assert figures["Findings"] == [sum(figures[f"{kind}Findings"][0] for kind in _SEVERITIES)]
    assert figures["NeedsReview"] == [1.0]
    assert {"ReadSeconds", "SummarizeSeconds", "TranslateSeconds", "TotalSeconds"} <= set(figures)


def test_a_batch_asks_each_model_step_once_and_gives_what_each_article_gives_alone(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("es", "en", "zh")
    articles = {
        "es": "Chile abrió este lunes una planta en el norte.".encode(),
        "en": b"Trains in Portugal stopped on Monday because of the heat.",
        "zh": "马德里地铁一号线周三恢复运行。".encode(),
    }
    calls: list[set[Hop]] = []
    pack = summarize._service().pack
    translate = pack.translate_each

    def counted(asked: Sequence[tuple[str, Hop]], *, wider: bool = False) -> list[Hypothesis]:
        if not wider:
            calls.append({hop for _, hop in asked})
        return translate(asked, wider=wider)

    monkeypatch.setattr(pack, "translate_each", counted)
    # What these random weights write is tried again in other ways: not what is counted here.
    for step in ("plain", "clauses"):
        monkeypatch.setitem(repair.STEPS, step, lambda tasks, *_: [[] for _ in tasks])
    wish = {"targets": "es,en,zh-Hans"}
    batch = [
        [bench.put(f"articles/together/{name}.txt", articles[name], Metadata=wish)]
        for name in names
    ]
    assert bench.handle(*batch) == []
    # Spanish into Chinese is a step of its own, Chinese into Spanish goes through English.
    assert sum(map(len, calls)) == len(set.union(*calls)) == 5
    for name in names:
        record = bench.put(f"articles/alone/{name}.txt", articles[name], Metadata=wish)
        assert bench.handle([record]) == []
    results = bench.results()
    for name in names:
        together = results[f"summaries/together/{name}.txt.json"]
        alone = results[f"summaries/alone/{name}.txt.json"]
        assert together["summaries"] == alone["summaries"]
        assert together["findings"] == alone["findings"]


def test_what_breaks_a_batch_fails_alone(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    work = summarize_articles

    def break_on_poison(requests: Sequence[Request], *arguments: Any, **options: Any) -> Any:
        if any(b"veneno" in request.data for request in requests):
            raise RuntimeError("broken")
        return work(requests, *arguments, **options)

    monkeypatch.setattr(summarize, "summarize_articles", break_on_poison)
    records = [
        bench.put("articles/a.txt", _SAMPLE),
        bench.put("articles/b.txt", _SAMPLE.replace(b"Chile", b"veneno")),
        bench.put("articles/c.txt", _SAMPLE),
    ]
    assert bench.handle(*([record] for record in records)) == ["1"]
    assert set(bench.results()) == {"summaries/a.txt.json", "summaries/c.txt.json"}


def test_what_comes_again_is_done_by_itself(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    work = summarize_articles
    sizes: list[int] = []

    def counted(requests: Sequence[Request], *arguments: Any, **options: Any) -> Any:
        sizes.append(len(requests))
        return work(requests, *arguments, **options)

    monkeypatch.setattr(summarize, "summarize_articles", counted)
    records = [bench.put(f"articles/{name}.txt", _SAMPLE) for name in "abc"]
    assert bench.handle(*([record] for record in records), received=2) == []
    assert sizes == [1, 1, 1]


@pytest.fixture
def terms(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> str:
    key = "terminology/desk.csv"
    monkeypatch.setenv("TELETIPO_TERMINOLOGY_KEY", key)
    bench.s3.put_object(Bucket=_BUCKETS[1], Key=key, Body=b"es,en\nAntofagasta,Antofagasta\n")
    return key


def summary_of(bench: Bench, name: str) -> dict[str, Any]:
    body = bench.s3.get_object(Bucket=_BUCKETS[1], Key=f"summaries/{name}.json")["Body"]
    document: dict[str, Any] = json.loads(body.read())
    return document


def test_the_desks_terms_are_read_and_read_again_when_they_change(bench: Bench, terms: str) -> None:
    wish = {"targets": "en"}
    record = bench.put("articles/a.txt", _SAMPLE, Metadata=wish)
    assert bench.handle([record]) == []
    first = summary_of(bench, "a.txt")
    assert "term_missing" in [finding["code"] for finding in first["findings"]]
    bench.s3.put_object(Bucket=_BUCKETS[1], Key=terms, Body=b"es,en\nLisboa,Lisbon\n")
    # The same delivery again: other terms make another result.
    assert bench.handle([record]) == []
    second = summary_of(bench, "a.txt")
    assert "term_missing" not in [finding["code"] for finding in second["findings"]]
    assert first["settings"]["terminology"] != second["settings"]["terminology"]


def test_of_a_bad_change_the_last_good_terms_stay(
    bench: Bench, terms: str, log: io.StringIO
) -> None:
    assert bench.handle([bench.put("articles/a.txt", _SAMPLE)]) == []
    bench.s3.put_object(Bucket=_BUCKETS[1], Key=terms, Body=b"es\n")
    assert bench.handle([bench.put("articles/b.txt", _SAMPLE)]) == []
    used = [summary_of(bench, name)["settings"]["terminology"] for name in ("a.txt", "b.txt")]
    assert used[0] == used[1] is not None


def test_a_bad_name_stops_nothing_and_the_articles_that_need_it_say_so(
    bench: Bench, terms: str, log: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    data = b"es,en\nChile,Chile\nAntofagasta,<b>Antofagasta\n"
    bench.s3.put_object(Bucket=_BUCKETS[1], Key=terms, Body=data)
    assert bench.handle([bench.put("articles/a.txt", _SAMPLE, Metadata={"targets": "en"})]) == []
    document = summary_of(bench, "a.txt")
    ignored = [each for each in document["findings"] if each["code"] == "terminology_ignored"]
    assert ignored
    assert all(f"{terms}, line 3" in each["message"] for each in ignored)
    assert document["settings"]["terminology"]
    assert f"{terms}, line 3" in log.getvalue()
    assert '"StaleTerminology":[1.0]' in capsys.readouterr().out


def test_deleted_terms_stay_in_use_where_they_are_in_memory(
    bench: Bench, terms: str, log: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench.handle([bench.put("articles/a.txt", _SAMPLE)]) == []
    bench.s3.delete_object(Bucket=_BUCKETS[1], Key=terms)
    assert bench.handle([bench.put("articles/b.txt", _SAMPLE)]) == []
    used = [summary_of(bench, name)["settings"]["terminology"] for name in ("a.txt", "b.txt")]
    assert used[0] == used[1] is not None
    assert terms in log.getvalue()
    assert '"StaleTerminology":[1.0]' in capsys.readouterr().out


def test_with_the_setting_a_person_has_the_latin_name_in_chinese(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = (
        "El ministro Pedro Zambrano habló este lunes en Lima de 40 millones de euros.\n"
        "Pedro Zambrano dijo en Lima que la planta de agua abrirá en marzo para todos.\n"
    ).encode()

    def answered(texts: Sequence[str], hop: Hop, *, wider: bool = False) -> list[Hypothesis]:
        chinese = "佩德罗·桑布拉诺部长周一在利马谈到4000万欧元。"
        return [Hypothesis(chinese, finished=True) for _ in texts]

    texts = {}
    for value in ("false", "true"):
        monkeypatch.setenv("TELETIPO_LATIN_NAMES", value)
        summarize._service.cache_clear()
        monkeypatch.setattr(summarize._service().pack, "translate", answered)
        wish = {"targets": "zh-Hans", "language": "es"}
        assert bench.handle([bench.put(f"articles/{value}.txt", article, Metadata=wish)]) == []
        document = summary_of(bench, f"{value}.txt")
        assert document["settings"]["latin_names"] is (value == "true")
        texts[value] = document["summaries"]["zh-Hans"]["text"]
    latin = "（Pedro Zambrano）"
    assert latin not in texts["false"]
    assert texts["true"].count(latin) == 1
    assert texts["true"].replace(latin, "") == texts["false"]


@pytest.fixture
def source(bench: Bench, endpoint_url: str) -> Iterator[Callable[[], str]]:
    """The event source mapping's state."""
    role = boto3.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]
    queue = boto3.client("sqs").create_queue(QueueName="articles")["QueueUrl"]
    functions = boto3.client("lambda")
    functions.create_function(
        FunctionName="summarize",
        Role=role["Arn"],
        PackageType="Image",
        Code={"ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/x:y"},
    )
    uuid = functions.create_event_source_mapping(
        FunctionName="summarize", EventSourceArn="arn:aws:sqs:us-east-1:123456789012:articles"
    )["UUID"]
    yield lambda: str(functions.get_event_source_mapping(UUID=uuid)["State"])
    functions.delete_event_source_mapping(UUID=uuid)
    functions.delete_function(FunctionName="summarize")
    boto3.client("sqs").delete_queue(QueueUrl=queue)
    boto3.client("iam").delete_role(RoleName="r")


def test_terms_that_are_named_and_missing_stop_the_intake(
    bench: Bench,
    source: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TELETIPO_TERMINOLOGY_KEY", "terminology/none.csv")
    record = bench.put("articles/a.txt", _SAMPLE)
    assert source() == "Enabled"
    with pytest.raises(ConfigurationError, match=r"terminology/none\.csv"):
        bench.handle([record])
    assert bench.results() == {}
    assert source() == "Disabled"
    assert '"IntakeStopped":[1.0]' in capsys.readouterr().out


def test_a_pack_that_does_not_load_stops_the_intake(
    bench: Bench, source: Callable[[], str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TELETIPO_PACK_DIR", str(tmp_path))
    with pytest.raises(PackError):
        bench.handle([bench.put("articles/a.txt", _SAMPLE)])
    assert source() == "Disabled"


def test_a_model_that_fails_at_work_stops_the_intake(
    bench: Bench, source: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise PackCorrupt("model.bin is unreadable")

    monkeypatch.setattr(summarize, "summarize_articles", fail)
    assert bench.handle([bench.put("articles/a.txt", _SAMPLE)]) == ["0"]
    assert source() == "Disabled"


def test_a_store_that_does_not_answer_does_not_stop_the_intake(
    bench: Bench, source: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    record = bench.put("articles/a.txt", _SAMPLE)
    monkeypatch.setenv("TELETIPO_SUMMARIES_BUCKET", "no-such-bucket")
    assert bench.handle([record]) == ["0"]
    assert source() == "Enabled"


def test_what_kills_the_worker_leaves_the_others_of_its_batch_done(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(BaseException):
        pass

    work = summarize_articles

    def killed(requests: Sequence[Request], *arguments: Any, **options: Any) -> Any:
        if any(b"veneno" in request.data for request in requests):
            raise KilledError
        return work(requests, *arguments, **options)

    monkeypatch.setattr(summarize, "summarize_articles", killed)
    batch = [[bench.put("articles/bomb.txt", b"veneno")]]
    batch += [[bench.put(f"articles/{name}.txt", _SAMPLE)] for name in "abc"]
    for received in (1, 2, 3):
        with pytest.raises(KilledError):
            bench.handle(*batch, received=received)
    assert list(bench.results()) == [f"summaries/{name}.txt.json" for name in "abc"]


def test_a_message_of_the_back_catalogue_names_languages_and_takes_none_away(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELETIPO_TARGETS", "es,en,zh-Hans")
    own = bench.put("articles/own.txt", _SAMPLE, Metadata={"targets": "es"})
    plain, older = (bench.put(f"articles/{name}.txt", _SAMPLE) for name in ("plain", "older"))
    assert bench.handle([older]) == []
    for record in (own, plain, older):
        record["teletipo"] = {"targets": "en"}
    assert bench.handle([own], [plain], [older]) == []
    # The article's own language is always there.
    languages = {key: list(found["summaries"]) for key, found in bench.results().items()}
    assert languages == {
        "summaries/own.txt.json": ["es"],
        "summaries/plain.txt.json": ["es", "en"],
        "summaries/older.txt.json": ["es", "en", "zh-Hans"],
    }
    # Neither message does anything twice; without languages, those that are missing are made.
    assert bench.handle([own], [plain], [older]) == []
    assert bench.writes() == 3
    del plain["teletipo"]
    assert bench.handle([plain]) == []
    assert list(bench.results()["summaries/plain.txt.json"]["summaries"]) == [
        "es", "en", "zh-Hans",
    ]  # fmt: skip
    plain["teletipo"] = {"targets": "en"}
    assert bench.handle([plain]) == []
    assert bench.writes() == 4
