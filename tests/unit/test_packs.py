"""Packs: built whole or not at all, refused when altered, and really run."""

import multiprocessing
import os
import shutil
import signal
import time
from pathlib import Path

import pytest

import models.build
from models.build import build_pack
from models.converters import gemma3_gguf
from models.manifest import CatalogEntry, catalog_entry
from models.packs import OpenPack, open_pack, verify_pack
from models.runtimes.ctranslate2 import PromptedGenerator
from teletipo.errors import (
    PackBuildError,
    PackCorrupt,
    PackNotFound,
    UnsupportedModel,
)
from teletipo.ports import Hop
from tests.conftest import assemble_tiny_gemma, write_tiny_gemma


def silent(step: str, share: float) -> None: ...


@pytest.fixture
def tiny_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models.build, "_assemble_gemma", assemble_tiny_gemma)


@pytest.fixture
def pack_copy(tiny_pack_dir: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_pack_dir, tmp_path / "pack"))


def test_a_built_pack_lists_every_file_and_ships_its_terms(tiny_pack_dir: Path) -> None:
    manifest = verify_pack(tiny_pack_dir)
    assert {"model.bin", "tokenizer.model", "GEMMA_TERMS.md", "GEMMA_NOTICE.txt"} <= set(
        manifest.files
    )
    assert manifest.name == "embedded"


def test_a_pack_translates_in_order_and_the_same_each_time(tiny_pack: OpenPack) -> None:
    texts = ["Uno.", "Una frase bastante más larga que la otra.", "Dos."]
    first = tiny_pack.runtime.translate(texts, Hop("es", "en"), beam_size=1)
    assert first == tiny_pack.runtime.translate(texts, Hop("es", "en"), beam_size=1)
    alone = [tiny_pack.runtime.translate([t], Hop("es", "en"), beam_size=1)[0].text for t in texts]
    assert len(first) == 3
    assert alone[1] == first[1].text


def test_routes_go_through_the_pivot(tiny_pack: OpenPack) -> None:
    assert tiny_pack.route("es", "zh-Hans") == (Hop("es", "en"), Hop("en", "zh-Hans"))
    assert tiny_pack.route("es", "en") == (Hop("es", "en"),)
    assert tiny_pack.route("es", "de") is None


def test_a_pack_that_is_there_is_not_built_again(
    tiny_weights: None, tiny_cache: Path, tiny_pack_dir: Path
) -> None:
    before = (tiny_pack_dir / "model.bin").stat().st_mtime_ns
    assert build_pack("embedded", tiny_cache, silent) == tiny_pack_dir
    assert (tiny_pack_dir / "model.bin").stat().st_mtime_ns == before


@pytest.mark.parametrize("file", ["model.bin", "tokenizer.model", "GEMMA_TERMS.md"])
def test_an_altered_file_is_named_and_refused(pack_copy: Path, file: str) -> None:
    with (pack_copy / file).open("ab") as stream:
        stream.write(b"x")
    with pytest.raises(PackCorrupt, match=file):
        open_pack(pack_copy)


def test_a_missing_file_is_named(pack_copy: Path) -> None:
    (pack_copy / "vocabulary.json").unlink()
    with pytest.raises(PackCorrupt, match=r"vocabulary\.json"):
        open_pack(pack_copy)


def test_a_file_that_the_manifest_does_not_list_is_refused(pack_copy: Path) -> None:
    (pack_copy / "extra.py").write_text("")
    with pytest.raises(PackCorrupt, match=r"extra\.py"):
        open_pack(pack_copy)


def test_a_broken_manifest_is_refused(pack_copy: Path) -> None:
    (pack_copy / "manifest.json").write_text('{"name": "half')
    with pytest.raises(PackCorrupt, match=r"manifest\.json"):
        open_pack(pack_copy)


def test_no_pack_says_how_to_prepare_one(tmp_path: Path) -> None:
    with pytest.raises(PackNotFound, match="python -m models build"):
        open_pack(tmp_path)


def test_an_unknown_pack_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(PackNotFound, match="embedded"):
        build_pack("nonesuch", tmp_path, silent)


def test_a_build_that_breaks_off_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, tiny_weights: None, tmp_path: Path
) -> None:
    def disk_full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(gemma3_gguf, "convert", disk_full)
        with pytest.raises(PackBuildError, match="No space left"):
            build_pack("embedded", tmp_path, silent)
    assert [path.name for path in (tmp_path / "packs").iterdir()] == [".lock"]
    verify_pack(build_pack("embedded", tmp_path, silent))


def _build_and_hang(cache: Path) -> None:
    """In a process of its own: build, and be in the middle of it when the signal comes."""

    def hang(step: str, share: float) -> None:
        if share >= 0.8:
            (cache / "hanging").touch()
            time.sleep(60)

    models.build._assemble_gemma = assemble_tiny_gemma
    build_pack("embedded", cache, hang)


def test_a_build_that_is_killed_half_way_is_cleared_and_done_again(
    tiny_weights: None, tmp_path: Path
) -> None:
    process = multiprocessing.get_context("spawn").Process(target=_build_and_hang, args=(tmp_path,))
    process.start()
    deadline = time.monotonic() + 30
    while not (tmp_path / "hanging").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert process.pid
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    leftovers = [path.name for path in (tmp_path / "packs").iterdir() if path.is_dir()]
    assert leftovers
    assert all(name.startswith(".building-") for name in leftovers)
    pack = build_pack("embedded", tmp_path, silent)
    assert [path for path in (tmp_path / "packs").iterdir() if path.is_dir()] == [pack]


def _build_tiny(cache: Path) -> None:
    models.build._assemble_gemma = assemble_tiny_gemma
    build_pack("embedded", cache, silent)


def test_two_builds_at_once_take_turns(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_build_tiny, args=(tmp_path,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0]
    verify_pack(next((tmp_path / "packs").glob("embedded-*")))


def test_another_architecture_is_refused_by_name(tmp_path: Path) -> None:
    gguf_file = write_tiny_gemma(tmp_path / "x.gguf", architecture="llama")
    with pytest.raises(UnsupportedModel, match="llama"):
        gemma3_gguf.convert(gguf_file, tmp_path, "int8", silent)


def test_a_quantization_that_the_machine_cannot_do_is_refused(tiny_pack_dir: Path) -> None:
    with pytest.raises(UnsupportedModel, match="int3"):
        PromptedGenerator(tiny_pack_dir, "int3", 1).load()


def test_a_pivot_without_its_steps_is_refused() -> None:
    entry = catalog_entry("embedded").model_dump()
    entry["pairs"] = [{"source": "es", "target": "zh-Hans", "via": "en"}]
    with pytest.raises(ValueError, match="missing step"):
        CatalogEntry.model_validate(entry)


def test_the_embedded_pack_translates_a_plain_sentence(embedded_pack: OpenPack) -> None:
    (hypothesis,) = embedded_pack.runtime.translate(
        ["El Gobierno presentó los presupuestos para el próximo año."], Hop("es", "en"), beam_size=1
    )
    assert "government" in hypothesis.text.lower()
    assert "budget" in hypothesis.text.lower()
    assert hypothesis.finished


def test_a_pack_names_the_weights_that_it_was_made_from(embedded_pack: OpenPack) -> None:
    assert embedded_pack.models[0].name == "gemma-3-270m-q4_k_m.gguf"
