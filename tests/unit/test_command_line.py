"""The console script ``teletipo``: summarize one article, without the stack."""

import contextlib
import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cli.main import main
from teletipo import __version__, formats
from teletipo.summary import Summary
from tests.conftest import ARTICLES, ROOT

_SAMPLE = ARTICLES / "en-heatwave-trains.txt"


@pytest.fixture
def environment(
    tiny_pack_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> pytest.MonkeyPatch:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("TELETIPO_PACK_DIR", str(tiny_pack_dir))
    monkeypatch.setenv("HOME", str(tmp_path))
    return monkeypatch


@pytest.fixture
def teletipo(environment: pytest.MonkeyPatch) -> Any:
    """The command in this process: a process of its own takes seconds to start."""

    def run(*arguments: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", "backslashreplace") for _ in range(2))
        environment.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), "utf-8"))
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                code = main([*arguments])
            except SystemExit as ended:
                code = int(ended.code or 0)
        texts = []
        for stream in (out, err):
            stream.flush()
            texts.append(stream.buffer.getvalue())
        return subprocess.CompletedProcess(arguments, code, *texts)

    return run


@pytest.fixture
def program(environment: pytest.MonkeyPatch) -> Any:
    """The command in a process of its own."""

    def run(*arguments: str, **given: Any) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "cli", *arguments]
        return subprocess.run(
            command, check=False, **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **given}
        )

    return run


def test_json_is_the_document_and_nothing_else_and_the_same_twice(teletipo: Any) -> None:
    documents = []
    for _ in range(2):
        result = teletipo("summarize", str(_SAMPLE), "--to", "es", "--json")
        assert result.returncode == 0, result.stderr
        Summary.model_validate_json(result.stdout)
        document = json.loads(result.stdout)
        del document["timings_seconds"]
        documents.append(json.dumps(document))
    assert documents[0] == documents[1]


def test_the_view_shows_sentences_evidence_pack_and_seconds(teletipo: Any) -> None:
    view = teletipo("summarize", str(_SAMPLE), "--to", "en").stdout.decode()
    assert "Portugal slows trains as heat wave bends tracks" in view
    assert "Lisbon, Jul 12 (EFE).-" in view
    assert "[article 0–180]" in view
    assert "Made by the pack embedded" in view
    assert "Seconds: read" in view


def test_out_writes_a_file_and_prints_nothing(teletipo: Any, tmp_path: Path) -> None:
    out = tmp_path / "summary.json"
    result = teletipo("summarize", str(_SAMPLE), "--to", "en", "--json", "--out", str(out))
    assert result.stdout == b""
    Summary.model_validate_json(out.read_bytes())


def test_standard_input_is_read(teletipo: Any) -> None:
    result = teletipo("summarize", "-", "--to", "en", data=_SAMPLE.read_bytes())
    assert result.returncode == 0
    assert b"stdin" in result.stdout


@pytest.mark.parametrize(
    ("data", "arguments", "words"),
    [
        (b"", [], "empty"),
        (b"World\n\nEFE\n", [], "furniture"),
        (b"x" * 5_000_000, [], "limit"),
        (b"\x00\x01\x02\x03" * 99, [], "not text"),
        (b"word " * 20_000, ["--language", "en"], "sentence"),
        ("Le gouvernement a démenti lundi la nouvelle.".encode(), [], "French"),
        (b"12 34 56 ab", [], "language"),
        (_SAMPLE.read_bytes(), ["--to", "de"], "cannot translate en into 'de'"),
        (_SAMPLE.read_bytes(), ["--language", "nope!"], "language tag"),
        (_SAMPLE.read_bytes(), ["--pack", "nonesuch"], "no pack 'nonesuch'"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_1(
    teletipo: Any, data: bytes, arguments: list[str], words: str
) -> None:
    result = teletipo("summarize", "-", *arguments, data=data)
    error = result.stderr.decode()
    assert result.returncode == 1
    assert words in error
    assert "Traceback" not in error
    assert result.stdout == b""


@pytest.mark.parametrize(
    "arguments",
    [["summarize", "-", "--to", "klingon"], ["summarize", "-", "--to", ","], ["x"], ["models"]],
)
def test_wrong_usage_is_exit_code_2(teletipo: Any, arguments: list[str]) -> None:
    assert teletipo(*arguments, data=b"x").returncode == 2


def test_a_setting_that_cannot_be_right_is_named(
    teletipo: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELETIPO_TARGETS", "klingon")
    result = teletipo("summarize", "-", data=b"x")
    assert result.returncode == 1
    assert b"TELETIPO_TARGETS" in result.stderr
    assert b"Traceback" not in result.stderr


def test_a_missing_file_is_reported(teletipo: Any) -> None:
    result = teletipo("summarize", "no-such-file.txt")
    assert result.returncode == 1
    assert b"no-such-file.txt" in result.stderr


def test_standard_input_is_read_where_nothing_is_named(program: Any) -> None:
    assert b"stdin" in program("summarize", "--to", "en", input=_SAMPLE.read_bytes()).stdout


def test_a_terminal_is_asked_to_name_an_article(program: Any) -> None:
    _, terminal = pty.openpty()
    result = program("summarize", stdin=terminal)
    assert result.returncode == 2
    assert b"name an article" in result.stderr


def desk(folder: Path) -> Path:
    """A folder with two articles, one of them deeper, one that is rejected, and a hidden file."""
    (folder / "in" / "2022").mkdir(parents=True)
    (folder / "in" / "2022" / "trains.txt").write_bytes(_SAMPLE.read_bytes())
    (folder / "in" / "again.txt").write_bytes(_SAMPLE.read_bytes())
    (folder / "in" / "empty.txt").write_bytes(b"")
    (folder / "in" / ".hidden").write_bytes(b"\0")
    return folder / "in"


def test_several_articles_in_json_are_a_line_each(teletipo: Any, tmp_path: Path) -> None:
    result = teletipo("summarize", str(desk(tmp_path)), str(_SAMPLE), "--to", "en", "--json")
    assert result.returncode == 1
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(line.get("key") or line["article"]["key"], line["status"]) for line in lines] == [
        ("2022/trains.txt", "ok"),
        ("again.txt", "ok"),
        ("empty.txt", "rejected"),
        ("en-heatwave-trains.txt", "ok"),
    ]
    assert b"empty.txt: The article is empty." in result.stderr


def test_a_folder_of_articles_becomes_a_folder_of_summaries(teletipo: Any, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = teletipo("summarize", str(desk(tmp_path)), "--to", "en", "--json", "--out", str(out))
    assert result.stdout == b""
    found = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert found == {"2022/trains.txt.json", "again.txt.json", "empty.txt.rejected.json"}
    Summary.model_validate_json((out / "2022" / "trains.txt.json").read_bytes())


def test_json_lines_go_into_one_file(teletipo: Any, tmp_path: Path) -> None:
    out = tmp_path / "all.jsonl"
    teletipo("summarize", str(_SAMPLE), str(_SAMPLE), "--to", "en", "--out", str(out))
    assert len(out.read_bytes().splitlines()) == 2


def test_a_file_of_summaries_in_the_articles_folder_is_no_article(
    teletipo: Any, tmp_path: Path
) -> None:
    folder = desk(tmp_path)
    out = folder / "all.jsonl"
    (folder / "empty.txt").unlink()
    (folder / "again.txt").rename(folder / os.fsdecode(b"caf\xe9.txt"))
    for _ in range(2):
        result = teletipo("summarize", str(folder), "--to", "en", "--out", str(out))
        assert result.returncode == 0, result.stderr
        keys = [json.loads(line)["article"]["key"] for line in out.read_text("utf-8").splitlines()]
        assert keys == ["2022/trains.txt", "caf\ufffd.txt"]


def test_a_rejected_article_leaves_the_summary_of_an_earlier_run(
    teletipo: Any, tmp_path: Path
) -> None:
    article, out = tmp_path / "a.txt", tmp_path / "summary.txt"
    article.write_text("")
    out.write_text("Of yesterday.")
    assert teletipo("summarize", str(article), "--to", "en", "--out", str(out)).returncode == 1
    assert out.read_text() == "Of yesterday."


def test_several_articles_get_the_summaries_that_each_gets_alone(
    teletipo: Any, tmp_path: Path
) -> None:
    alone = teletipo("summarize", str(_SAMPLE), "--to", "es", "--json")
    together = teletipo("summarize", str(_SAMPLE), str(_SAMPLE), "--to", "es", "--json")
    for line in together.stdout.splitlines():
        assert json.loads(line)["summaries"] == json.loads(alone.stdout)["summaries"]


@pytest.mark.parametrize(
    ("target", "fail_on", "code"), [("es", "review", 3), ("en", "review", 0), ("en", "error", 0)]
)
def test_what_needs_review_can_fail_a_script(
    teletipo: Any, target: str, fail_on: str, code: int
) -> None:
    result = teletipo("summarize", str(_SAMPLE), "--to", target, "--fail-on", fail_on)
    assert result.returncode == code
    assert result.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["read", "{folder}"], "is a folder"),
        (["summarize", "{folder}/empty"], "has no files"),
        (["summarize", "https://example.org/a"], "is an address"),
        (["read", "no-such-file.txt"], "There is no file no-such-file.txt."),
        (["summarize", "{file}", "--out", "{folder}/none/a.json"], "There is no folder"),
        (["summarize", "{file}", "{file}", "--out", "{file}"], "is an article"),
        (["summarize", "{file}", "{file}", "--out", "{folder}"], "have the name a.txt"),
        (["formats", "--write", "{file}"], "has no marks"),
        (["read", "{folder}/large.txt"], "is larger than the limit of 1,000,000 bytes"),
        (["summarize", "{file}", "--terminology", "{folder}/none.csv"], "No such file"),
        (["summarize", "{file}", "--terminology", "{folder}/bad.csv"], "bad.csv, line 2: the En"),
        (["models", "info", "nonesuch"], "no pack 'nonesuch'"),
        (["models", "verify", "nonesuch"], "no pack 'nonesuch'"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(
    teletipo: Any, tmp_path: Path, arguments: list[str], words: str
) -> None:
    (tmp_path / "empty").mkdir()
    file = tmp_path / "a.txt"
    file.write_bytes(_SAMPLE.read_bytes())
    (tmp_path / "large.txt").write_text("Rain fell. " * 100_000)
    (tmp_path / "bad.csv").write_text("es,en\nLa Moneda,<b>Palace\n", "utf-8")
    named = [argument.format(folder=tmp_path, file=file) for argument in arguments]
    result = teletipo(*named)
    error = result.stderr.decode()
    assert result.returncode == 1
    assert words in error
    assert "Errno" not in error
    assert "Traceback" not in error
    assert file.read_bytes() == _SAMPLE.read_bytes()


def test_a_closed_pipe_is_a_sentence(program: Any) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    result = program("formats", stdout=writing)
    assert result.returncode == 1
    assert result.stderr == b"The output was closed before all of it was written.\n"


def test_read_shows_the_article_with_its_fields_at_the_top_level(teletipo: Any) -> None:
    path = ROOT / "tests" / "data" / "formats" / "efe.nitf.xml"
    document = json.loads(teletipo("read", str(path), "--json").stdout)
    assert document["headline"] == "El río Lempa inunda tres barrios"
    assert document["guid"] == "41027755"
    assert document["language"] == "es"
    assert document["body"].startswith("El río Lempa se desbordó")
    assert document["date"] == "2021-10-04T16:12:00+00:00"
    assert (document["word_count"], document["declared_words"]) == (33, 61)
    assert document["refused"] is None


def test_read_says_what_was_left_out_and_what_would_be_refused(
    teletipo: Any, tmp_path: Path
) -> None:
    killed = tmp_path / "kill.xml"
    killed.write_text(
        '<nitf><head><docdata management-status="canceled"/></head><body><body.content>'
        "<media/></body.content></body></nitf>"
    )
    document = json.loads(teletipo("read", str(killed), "--json").stdout)
    assert document["status"] == "cancelled"
    assert "canceled" in document["refused"]
    assert document["notes"][0]["element"] == "media"
    view = teletipo("read", str(killed)).stdout.decode()
    assert view.startswith("NOT SUMMARIZED: The publisher marked the item as canceled")
    assert "NOTE content_ignored: <media> was left out" in view
    unknown = tmp_path / "names.txt"
    unknown.write_text("Qxw Kzrt Vbnm, 12 34 56. Wqx Rtkz.\n")
    document = json.loads(teletipo("read", str(unknown), "--json").stdout)
    assert "language" in document["refused"]


def test_a_summary_is_exported_in_every_format(teletipo: Any, tmp_path: Path) -> None:
    summary = tmp_path / "summary.json"
    teletipo("summarize", str(_SAMPLE), "--to", "en,es", "--json", "--out", str(summary))
    item = json.loads(teletipo("export", str(summary), "--format", "ninjs").stdout)
    assert item["standard"]["name"] == "ninjs"
    for name in ("nitf", "html"):
        document = teletipo("export", str(summary), "--format", name, "--language", "es").stdout
        copy = formats.inspect(document)
        assert (copy.format, copy.language) == (name, "es")
    text = teletipo("export", str(summary), "--language", "es").stdout.decode()
    assert text.startswith("BORRADOR")
    other = tmp_path / "reviews.json"
    other.write_text('{"schema_version": "1", "key": "articles/other.txt", "reviews": []}')
    for arguments, words in (
        ([str(summary), "--language", "fr"], "no summary in 'fr'"),
        ([str(_SAMPLE)], "is not a summary in JSON"),
        ([str(summary), "--reviews", str(summary)], "does not hold reviews"),
        ([str(summary), "--reviews", str(other)], "holds the reviews of articles/other.txt"),
    ):
        result = teletipo("export", *arguments)
        assert (result.returncode, words in result.stderr.decode()) == (1, True)


def test_an_article_is_not_overwritten_with_its_summary(teletipo: Any, tmp_path: Path) -> None:
    article = tmp_path / "article.txt"
    article.write_bytes(_SAMPLE.read_bytes())
    result = teletipo("summarize", str(article), "--to", "en", "--json", "--out", str(article))
    assert result.returncode != 0
    assert "is an article" in result.stderr.decode()
    assert article.read_bytes() == _SAMPLE.read_bytes()


def test_the_packs_are_listed_with_what_is_prepared_here(teletipo: Any) -> None:
    rows = {row["name"]: row for row in json.loads(teletipo("models", "list", "--json").stdout)}
    assert rows["embedded"]["default"]
    assert not rows["opus"]["default"]
    assert rows["opus"]["directory"] is None
    assert rows["opus"]["languages"] == ["en", "es", "zh-Hans"]
    assert not rows["nllb"]["commercial_use"]
    said = teletipo("models", "list").stdout.decode()
    assert "not prepared" in said
    # One column under the other.
    named = [line for line in said.splitlines() if line[2:].startswith(tuple(rows))]
    columns = {line.index("not prepared") for line in named if "not prepared" in line}
    assert (len(named), len(columns)) == (len(rows), 1)
    spoken = {line.index("en, es, zh-Hans") for line in named}
    assert len(spoken) == 1
    for name, licence in (("embedded", "Gemma Terms of Use"), ("nllb", "CC-BY-NC-4.0 (not for")):
        (line,) = [each for each in named if each[2:].startswith(f"{name} ")]
        assert line.index(licence) == next(iter(spoken)) + 17


def test_packs_are_compared_only_on_the_same_test_set(teletipo: Any) -> None:
    said = teletipo("models", "info", "embedded", "embedded-base", "opus").stdout.decode()
    compared = said.partition("Compared")[2]
    assert "cannot be compared: measured on different test sets" in compared
    same = teletipo("models", "info", "embedded", "embedded-base").stdout.decode()
    assert "chrF on NTREX-128" in same.partition("Compared")[2]


def test_where_a_pack_has_two_ways_it_says_which_is_used(teletipo: Any) -> None:
    said = teletipo("models", "info", "embedded").stdout.decode()
    direct, pivot = [line for line in said.splitlines() if "Spanish → Chinese" in line]
    assert direct.endswith("; only for sentences that fail the other way")
    assert pivot.endswith(", via English; used")
    (other,) = [line for line in said.splitlines() if "Spanish → English" in line]
    assert "used" not in other


def test_a_pack_that_is_not_prepared_is_named_where_it_says_how_to_build_it(
    teletipo: Any,
) -> None:
    error = teletipo("models", "verify", "opus").stderr.decode()
    assert error.strip().endswith("Build one with: python -m models build opus")


def test_a_pack_is_verified_by_its_name(
    tiny_cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "cli", "models", "verify", "embedded"],
        cwd=ROOT,
        env={**os.environ, "TELETIPO_CACHE_DIR": str(tiny_cache), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stdout.startswith("embedded "), result.stderr
    assert ", 1 model decodes" in result.stdout


def test_version_is_the_packages(teletipo: Any) -> None:
    result = teletipo("--version")
    assert result.returncode == 0
    assert result.stdout.decode() == f"teletipo {__version__}\n"


@pytest.mark.parametrize(
    "module",
    ["cli", "models", "infra.local", "infra.local.browser", "handlers.index",
     "handlers.openapi", "benchmarks.quality", "benchmarks.api", "models.training.backtranslate"],
)  # fmt: skip
def test_every_command_has_help(module: str) -> None:
    command = [sys.executable, "-m", module, "--help"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0
    program = "teletipo" if module == "cli" else f"python -m {module}"
    assert result.stdout.startswith(f"usage: {program} ")


@pytest.mark.parametrize(
    "command",
    ["ops", "ops status", "ops dlq", "ops dlq list", "ops dlq redrive", "ops rejected list",
     "ops resume", "ops reprocess"],
)  # fmt: skip
def test_every_operators_command_has_help(teletipo: Any, command: str) -> None:
    result = teletipo(*command.split(), "--help")
    assert result.returncode == 0
    assert result.stdout.decode().startswith(f"usage: teletipo {command} ")


@pytest.mark.parametrize("document", ["summary", "rejection"])
def test_the_published_schema_is_what_the_code_says(teletipo: Any, document: str) -> None:
    published = (ROOT / "docs" / f"{document}.schema.json").read_bytes()
    assert teletipo("schema", document).stdout == published, "run: make schemas"


def test_no_torch_and_no_transformers_are_imported(tiny_pack_dir: Path) -> None:
    code = (
        "import sys; from pathlib import Path; import handlers.summarize;"
        "from models.packs import check_pack; check_pack(Path(sys.argv[1]));"
        "print({'torch', 'transformers', 'tokenizers'} & set(sys.modules))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, str(tiny_pack_dir)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.strip() == "set()"
