"""What a format carries reaches the summary document; what may not be used becomes none."""

import datetime
import gzip

import pytest

from models.packs import OpenPack
from teletipo.article import Place, Source, Subject
from teletipo.errors import ArticleTooLarge, NotUsable
from teletipo.findings import Severity
from teletipo.options import SummaryOptions
from teletipo.pipeline import summarize_article
from teletipo.summary import Summary, to_json
from tests.conftest import ROOT

_FIXTURES = ROOT / "tests" / "data" / "formats"
_OPTIONS = SummaryOptions(targets=("es", "en"))


def summarized(data: bytes, pack: OpenPack, language: str, source: Source) -> Summary:
    return summarize_article(data, source, pack, SummaryOptions(targets=(language,)))


def test_an_nitf_items_fields_are_in_the_document(tiny_pack: OpenPack) -> None:
    data = (_FIXTURES / "efe.nitf.xml").read_bytes()
    summary = summarized(data, tiny_pack, "es", Source("articles/a.xml"))
    article = summary.article
    assert (article.format, article.guid, article.urgency) == ("nitf", "41027755", 3)
    assert article.slug == "EL SALVADOR INUNDACIONES"
    assert article.places == (Place("San Salvador", "SLV"),)
    assert article.subjects[0] == Subject("subj", "03005000", "Flood")
    assert article.date == datetime.datetime(2021, 10, 4, 16, 12, tzinfo=datetime.UTC)
    assert article.rights == "Agencia EFE"
    assert summary.summaries["es"].dateline == "San Salvador, 4 oct (EFE).-"
    assert Summary.model_validate_json(to_json(summary)) == summary


def test_a_readers_notes_are_findings_that_ask_for_no_review(tiny_pack: OpenPack) -> None:
    data = (_FIXTURES / "newsml-g2.xml").read_bytes()
    summary = summarized(data, tiny_pack, "en", Source("articles/a.xml"))
    notes = [finding for finding in summary.findings if finding.code == "content_ignored"]
    assert {finding.severity for finding in notes} == {Severity.INFO}
    assert {finding.language for finding in notes} == {"en"}
    assert any("https://example.org/strike.jpg" in finding.message for finding in notes)
    assert summary.status == "ok"


def test_the_stores_content_type_and_the_keys_name_decide_where_the_content_does_not(
    tiny_pack: OpenPack,
) -> None:
    data = b"The council <b>approved</b> the plan on Monday. It <i>begins</i> in May."
    sources = [
        Source("articles/a"),
        Source("articles/a.html"),
        Source("articles/a", None, "text/html"),
    ]
    texts = [summarized(data, tiny_pack, "en", source).article.text for source in sources]
    assert ["<b>" in text for text in texts] == [True, False, False]


def test_the_size_limit_counts_for_what_an_archive_holds(tiny_pack: OpenPack) -> None:
    data = gzip.compress(b"The council approved the plan on Monday. " * 100)
    options = SummaryOptions(targets=("en",), max_article_bytes=2_000)
    with pytest.raises(ArticleTooLarge, match="unpacks to more than 2,000 bytes"):
        summarize_article(data, Source("articles/a.txt.gz"), tiny_pack, options)


def test_a_killed_item_is_no_summary(tiny_pack: OpenPack) -> None:
    data = (_FIXTURES / "ninjs-3.1.json").read_bytes().replace(b'"usable"', b'"canceled"')
    with pytest.raises(NotUsable, match="killed"):
        summarize_article(data, Source("articles/a.json"), tiny_pack, _OPTIONS)
