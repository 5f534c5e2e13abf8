"""A trained adapter is published for the build, with a manifest."""

import json
import shutil
from pathlib import Path

from models.adapter import Adapter
from models.training import publish, translator
from models.training.pairs import Pair
from tests.conftest import write_tiny_adapter


def test_the_adapter_is_published_with_its_sources_and_scores(tmp_path: Path) -> None:
    trained = write_tiny_adapter(tmp_path / "trained")
    data, out = tmp_path / "data", tmp_path / "out"
    data.mkdir()
    out.mkdir()
    (data / "es-en.tsv").write_text("El ministro habló.\tThe minister spoke.\ttatoeba\n", "utf-8")
    (data / "en-zh.tsv").write_text("", "utf-8")
    shutil.copy(trained / "pieces.gz", out)
    scores = tmp_path / "ntrex.json"
    scores.write_text(json.dumps({"results": [{"bleu": 1.0}]}))
    arguments = [str(trained), str(out), "--data", str(data), "--base-sha256", "ab" * 32]
    assert publish.main([*arguments, "--steps", "7", "--scores", str(scores)]) == 0
    manifest = Adapter(out).manifest
    assert manifest.base_sha256 == "ab" * 32
    config = Path(translator.__file__).with_name("translator.toml")
    assert manifest.seed == translator.load_config(config).seed
    assert "--steps 7" in manifest.command
    counts = {source.name: source.pairs for source in manifest.sources}
    assert counts["Tatoeba, tatoeba.org and its contributors"] == 1
    assert manifest.scores == {"ntrex": [{"bleu": 1.0}]}
    second = tmp_path / "second"
    shutil.copytree(out, second)
    third = [str(trained), str(second), "--data", str(data), "--base-sha256", "ab" * 32]
    config = config.with_name("translator-3.toml")
    start = ["--config", str(config), "--start", str(out), "--steps", "7"]
    assert publish.main([*third, *start]) == 0
    names = {source.name for source in Adapter(second).manifest.sources}
    assert counts.keys() < names
    assert any("CC-CEDICT" in name for name in names)
    assert "Gemma" in (out / "NOTICE.txt").read_text("utf-8")
    twice = ["--command", "first", "--command", "second"]
    assert publish.main([*arguments, "--steps", "7", *twice]) == 0
    assert Adapter(out).manifest.command == "first && second"
    assert publish.main([str(tmp_path / "none"), *arguments[1:], "--steps", "7"]) == 1


def test_nothing_is_written_where_something_cannot_be_read(tmp_path: Path) -> None:
    trained = write_tiny_adapter(tmp_path / "trained")
    data, out = tmp_path / "data", tmp_path / "out"
    data.mkdir()
    out.mkdir()
    shutil.copy(trained / "pieces.gz", out)
    (data / "es-en.tsv").write_text("El ministro habló.\tThe minister spoke.\ttatoeba\n", "utf-8")
    (data / "en-zh.tsv").write_text("", "utf-8")
    (tmp_path / "scores.json").write_text("{", "utf-8")
    arguments = [str(trained), str(out), "--data", str(data), "--base-sha256", "ab" * 32]
    scores = ["--steps", "7", "--scores", str(tmp_path / "scores.json")]
    assert publish.main([*arguments, *scores]) == 1
    assert [path.name for path in out.iterdir()] == ["pieces.gz"]


def test_every_origin_of_a_mix_has_a_licence() -> None:
    folder = Path(translator.__file__).parent
    for path in folder.glob("translator*.toml"):
        config = translator.load_config(path)
        origins = {origin for mix in config.mix for origin in mix.passes}
        rows = [Pair("es", "en", "x", "y", origin) for origin in origins]
        sources = publish.sources_of(config, rows, ())
        assert len(sources) >= len(origins)
        assert all(source.licence for source in sources)
