"""Packs: built atomically, refused when altered, and run for real."""

import json
import multiprocessing
import os
import resource
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import models.build
from models.__main__ import main
from models.adapter import Adapter
from models.build import build_pack, prepare_pack
from models.converters import gemma3_gguf
from models.manifest import Catalog, Manifest, PackageOrigin, catalog
from models.packs import (
    OpenPack,
    available_threads,
    check_pack,
    open_configured_pack,
    open_pack,
    pack_dir,
    sha256_of,
    verify_pack,
)
from models.settings import PackSettings
from teletipo.errors import (
    ConfigurationError,
    LicenceNotAccepted,
    PackBuildError,
    PackCorrupt,
    PackNotFound,
    UnsupportedModel,
)
from teletipo.ports import Hop
from tests.conftest import assemble_tiny_gemma, silent, write_tiny_gemma

_MODEL = "gemma-3-270m-wire"
# Seconds: many times what a build takes.
_LONG = 300


def build_embedded(cache: Path) -> Path:
    return prepare_pack(PackSettings(cache_dir=cache), silent, "embedded")


@pytest.fixture
def tiny_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models.build, "assemble_gemma", assemble_tiny_gemma)


@pytest.fixture
def pack_copy(tiny_pack_dir: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_pack_dir, tmp_path / "pack"))


def test_a_built_pack_lists_every_file_and_ships_its_terms(tiny_pack_dir: Path) -> None:
    manifest = verify_pack(tiny_pack_dir)
    wanted = {f"{_MODEL}/model.bin", f"{_MODEL}/source.spm", "GEMMA_TERMS.md", "GEMMA_NOTICE.txt"}
    assert wanted <= manifest.files.keys()
    assert manifest.name == "embedded"


def test_a_pack_translates_in_order_and_the_same_each_time(tiny_pack: OpenPack) -> None:
    texts = ["Uno.", "Una frase bastante más larga que la otra.", "Dos."]
    first = tiny_pack.translate(texts, Hop("es", "en"))
    assert first == tiny_pack.translate(texts, Hop("es", "en"))
    alone = [tiny_pack.translate([t], Hop("es", "en"))[0].text for t in texts]
    assert len(first) == 3
    assert alone[1] == first[1].text


def test_routes_go_through_the_pivot(tiny_pack: OpenPack) -> None:
    assert tiny_pack.route("zh-Hans", "es") == (Hop("zh-Hans", "en"), Hop("en", "es"))
    assert tiny_pack.route("es", "zh-Hans") == (Hop("es", "en"), Hop("en", "zh-Hans"))
    assert tiny_pack.detour("es", "zh-Hans") == (Hop("es", "zh-Hans"),)
    assert tiny_pack.route("es", "en") == (Hop("es", "en"),)
    assert tiny_pack.route("es", "de") is None


def test_a_pack_that_is_there_is_not_built_again(
    tiny_weights: None, tiny_cache: Path, tiny_pack_dir: Path
) -> None:
    before = (tiny_pack_dir / _MODEL / "model.bin").stat().st_mtime_ns
    assert build_embedded(tiny_cache) == tiny_pack_dir
    assert (tiny_pack_dir / _MODEL / "model.bin").stat().st_mtime_ns == before


def test_another_adapter_is_built_though_the_version_is_the_same(
    tiny_weights: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    adapters = Path(shutil.copytree(models.build.ADAPTERS, tmp_path / "adapters"))
    monkeypatch.setattr(models.build, "ADAPTERS", adapters)
    weights = build_embedded(tmp_path / "cache") / _MODEL / "model.bin"
    before = weights.stat().st_mtime_ns
    build_embedded(tmp_path / "cache")
    assert weights.stat().st_mtime_ns == before
    with next(adapters.glob("*/manifest.json")).open("a") as manifest:
        manifest.write("\n")
    build_embedded(tmp_path / "cache")
    assert weights.stat().st_mtime_ns > before


@pytest.mark.parametrize("file", [f"{_MODEL}/model.bin", f"{_MODEL}/source.spm", "GEMMA_TERMS.md"])
def test_an_altered_file_is_named_and_refused(pack_copy: Path, file: str) -> None:
    with (pack_copy / file).open("ab") as stream:
        stream.write(b"x")
    with pytest.raises(PackCorrupt, match=file):
        open_pack(pack_copy)


def test_a_missing_file_is_named(pack_copy: Path) -> None:
    (pack_copy / _MODEL / "vocabulary.json").unlink()
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
        prepare_pack(PackSettings(cache_dir=tmp_path), silent, "nonesuch")


def test_a_build_that_breaks_off_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, tiny_weights: None, tmp_path: Path
) -> None:
    def disk_full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(gemma3_gguf, "convert", disk_full)
        with pytest.raises(PackBuildError, match="No space left"):
            build_embedded(tmp_path)
    assert not [path for path in (tmp_path / "packs").iterdir() if path.is_dir()]
    verify_pack(build_embedded(tmp_path))


def _build_on_a_full_disk(cache: Path) -> None:
    """In a process of its own, in which no file may grow once the weights are there."""

    def assemble(origin: PackageOrigin, directory: Path) -> tuple[Path, str, Adapter | None]:
        assembled = assemble_tiny_gemma(origin, directory)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
        return assembled

    models.build.assemble_gemma = assemble
    try:
        build_embedded(cache)
    except PackBuildError as error:
        (cache / "error").write_text(str(error))


def test_a_disk_that_fills_during_a_build_is_reported_with_what_to_do(tmp_path: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(
        target=_build_on_a_full_disk, args=(tmp_path,), daemon=True
    )
    process.start()
    process.join(_LONG)
    message = (tmp_path / "error").read_text()
    assert "File too large" in message
    assert "room on the disk" in message
    assert "Traceback" not in message
    assert not [path for path in (tmp_path / "packs").iterdir() if path.is_dir()]


def _build_and_hang(cache: Path) -> None:
    """In a process of its own: build, and be in the middle of it when the signal comes."""

    def hang(step: str, share: float) -> None:
        if share >= 0.8:
            (cache / "hanging").touch()
            time.sleep(_LONG)

    models.build.assemble_gemma = assemble_tiny_gemma
    prepare_pack(PackSettings(cache_dir=cache), hang, "embedded")


def test_a_build_that_is_killed_half_way_is_cleared_and_done_again(
    tiny_weights: None, tmp_path: Path
) -> None:
    process = multiprocessing.get_context("spawn").Process(
        target=_build_and_hang, args=(tmp_path,), daemon=True
    )
    process.start()
    deadline = time.monotonic() + _LONG
    while not (tmp_path / "hanging").exists():
        assert time.monotonic() < deadline, "the build did not get that far"
        time.sleep(0.05)
    assert process.pid
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    leftovers = [path.name for path in (tmp_path / "packs").iterdir() if path.is_dir()]
    assert leftovers
    assert all(name.startswith(".building-") for name in leftovers)
    pack = build_embedded(tmp_path)
    assert [path for path in (tmp_path / "packs").iterdir() if path.is_dir()] == [pack]


def test_a_build_leaves_another_whose_name_starts_with_its_own_alone(
    tiny_weights: None, tmp_path: Path
) -> None:
    running, stale = tmp_path / ".building-mine-two-abcd1234", tmp_path / ".building-mine-abcd1234"
    running.mkdir()
    stale.mkdir()
    build_pack("embedded", tmp_path / "mine", tmp_path, silent)
    assert running.exists()
    assert not stale.exists()


def _build_tiny(cache: Path) -> None:
    models.build.assemble_gemma = assemble_tiny_gemma
    build_embedded(cache)


def test_two_builds_at_once_take_turns(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [
        context.Process(target=_build_tiny, args=(tmp_path,), daemon=True) for _ in range(2)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(_LONG)
    assert [process.exitcode for process in processes] == [0, 0]
    verify_pack(next((tmp_path / "packs").glob("embedded-*")))


def test_another_architecture_is_refused_by_name(tmp_path: Path) -> None:
    gguf_file = write_tiny_gemma(tmp_path / "x.gguf", architecture="llama")
    with pytest.raises(UnsupportedModel, match="llama"):
        gemma3_gguf.convert(gguf_file, tmp_path, "int8", silent)


def test_a_quantization_that_the_machine_cannot_do_is_refused_before_work(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedModel, match=r"int3.*int8"):
        build_pack("embedded", tmp_path / "pack", tmp_path, silent, quantization="int3")
    assert not (tmp_path / "pack").exists()


def rewrite_manifest(pack: Path, **changes: object) -> None:
    manifest = Manifest.model_validate_json((pack / "manifest.json").read_bytes())
    altered = manifest.model_copy(update=changes)
    (pack / "manifest.json").write_text(altered.model_dump_json())


def test_a_pack_in_a_quantization_of_another_machine_is_refused(pack_copy: Path) -> None:
    rewrite_manifest(pack_copy, quantization="int3")
    with pytest.raises(UnsupportedModel, match="--quantization"):
        check_pack(pack_copy)


def test_verify_finds_weights_that_do_not_decode_though_their_checksum_is_right(
    pack_copy: Path,
) -> None:
    manifest = check_pack(pack_copy)
    model = pack_copy / _MODEL / "model.bin"
    model.write_bytes(model.read_bytes()[: model.stat().st_size // 2])
    files = {**manifest.files, f"{_MODEL}/model.bin": sha256_of(model)}
    rewrite_manifest(pack_copy, files=files)
    with pytest.raises(PackCorrupt, match=_MODEL):
        check_pack(pack_copy)


def test_a_directory_that_holds_something_else_is_not_replaced(
    tiny_weights: None, tmp_path: Path
) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "thesis.txt").write_text("years")
    with pytest.raises(PackBuildError, match="--out"):
        build_pack("embedded", tmp_path / "work", tmp_path, silent)
    assert (tmp_path / "work" / "thesis.txt").exists()
    (tmp_path / "work" / "manifest.json").write_text('{"name": "my extension"}')
    with pytest.raises(PackBuildError, match="another program's"):
        build_pack("embedded", tmp_path / "work", tmp_path, silent)
    assert (tmp_path / "work" / "thesis.txt").exists()


@pytest.mark.parametrize("name", ["nllb", "xlsum"])
def test_what_forbids_commercial_use_is_built_only_when_that_is_accepted(
    name: str, tmp_path: Path
) -> None:
    with pytest.raises(LicenceNotAccepted, match="--accept-licence"):
        build_pack(name, tmp_path / "pack", tmp_path, silent)


def test_a_pivot_without_its_steps_is_refused() -> None:
    dumped = catalog().model_dump()
    dumped["models"][_MODEL]["pairs"] = []
    with pytest.raises(ValueError, match="missing step"):
        Catalog.model_validate(dumped)


def test_a_pack_of_an_unknown_model_is_refused() -> None:
    dumped = catalog().model_dump()
    dumped["packs"]["opus"]["models"] = ["nonesuch"]
    with pytest.raises(ValueError, match="nonesuch"):
        Catalog.model_validate(dumped)


def test_every_entry_says_how_good_it_is_and_by_whom_that_was_measured() -> None:
    for name, model in catalog().models.items():
        measured = [pair.quality.source for pair in model.pairs if pair.quality]
        assert model.quality_note or len(measured) == len(model.pairs), name
        assert all(measured)


def test_the_command_tells_what_a_pack_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in catalog().packs)
    assert main(["info", "nllb"]) == 0
    printed = capsys.readouterr().out
    assert "not for commercial use" in printed
    assert "facebook/nllb-200-distilled-600M at f8d333a0" in printed
    assert main(["info", "opus", "--json"]) == 0
    assert "opus-mt-en-zh" in json.loads(capsys.readouterr().out)["models"]
    assert main(["info", "nonesuch"]) == 1
    assert "The catalogue has" in capsys.readouterr().err


def test_the_command_builds_at_the_given_path_and_verifies(
    tiny_weights: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TELETIPO_CACHE_DIR", str(tmp_path / "cache"))
    out = tmp_path / "mine"
    command = ["build", "embedded", "--out", str(out), "--quantization", "float32", "--json"]
    assert main(command) == 0
    assert json.loads(capsys.readouterr().out) == {"directory": str(out)}
    assert main(["verify", str(out)]) == 0
    assert "(ctranslate2, float32)" in capsys.readouterr().out
    (out / _MODEL / "model.bin").unlink()
    assert main(["verify", str(out)]) == 1
    assert "model.bin" in capsys.readouterr().err


def test_runtime_and_quantization_are_part_of_where_a_pack_lies(tmp_path: Path) -> None:
    usual = PackSettings(cache_dir=tmp_path)
    reference = PackSettings(cache_dir=tmp_path, runtime="transformers")
    assert pack_dir(usual).name.endswith("-ctranslate2-int8")
    assert pack_dir(reference).name.endswith("-transformers-float32")
    assert pack_dir(PackSettings(pack_dir=tmp_path / "mine")) == tmp_path / "mine"


def test_another_pack_than_the_settings_name_is_refused(tiny_pack_dir: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"'opus'.*'embedded'"):
        open_configured_pack(PackSettings(pack="opus", pack_dir=tiny_pack_dir))


@pytest.fixture
def cores(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Sets how many cores the process sees."""
    monkeypatch.delenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", raising=False)

    def see(count: int) -> None:
        seen = set(range(count))
        monkeypatch.setattr(os, "sched_getaffinity", lambda _: seen, raising=False)

    return see


def limited(folder: Path, own: str = "/", **limits: str) -> int:
    """The threads with these control groups; a double underscore is a folder's separator."""
    (folder / "self").write_text(f"0::{own}\n", "utf-8")
    for name, limit in limits.items():
        group = folder / name.replace("__", "/")
        group.mkdir(parents=True, exist_ok=True)
        (group / "cpu.max").write_text(f"{limit}\n", "utf-8")
    return available_threads(folder / "root", folder / "self")


def test_a_containers_limit_is_kept_if_it_is_below_the_cores(
    cores: Callable[[int], None], tmp_path: Path
) -> None:
    cores(64)
    assert limited(tmp_path) == 64
    assert limited(tmp_path, root="max 100000") == 64
    assert limited(tmp_path, root="200000 100000") == 2
    assert limited(tmp_path, root="150000 100000") == 2
    assert limited(tmp_path, root="10000 100000") == 1
    assert limited(tmp_path, root="nonsense") == 64
    cores(1)
    assert limited(tmp_path, root="200000 100000") == 1


def test_the_least_limit_of_all_groups_around_the_process_counts(
    cores: Callable[[int], None], tmp_path: Path
) -> None:
    cores(64)
    found = limited(
        tmp_path,
        "/pod/one",
        root="900000 100000",
        root__pod="300000 100000",
        root__pod__one="max 100000",
        root__other="100000 100000",
    )
    assert found == 3
    assert available_threads(tmp_path / "none", tmp_path / "none") == 64


def test_of_many_cores_only_eight_workers_start_unless_more_are_asked_for(
    cores: Callable[[int], None], tiny_pack_dir: Path
) -> None:
    def workers(threads: int) -> int:
        pack = open_pack(tiny_pack_dir, threads)
        (model,) = pack.by_name.values()
        model.load()
        return int(model._runtime._loaded.num_generators)  # type: ignore[attr-defined]

    cores(64)
    assert (workers(0), workers(12)) == (8, 12)
    cores(1)
    assert workers(0) == 1


def test_a_batch_of_one_and_of_500_comes_back_in_order_whatever_the_workers(
    tiny_pack_dir: Path,
) -> None:
    texts = [f"Son {number}." for number in range(500)]
    hop = Hop("es", "en")
    one, many = (open_pack(tiny_pack_dir, threads) for threads in (1, 64))
    found = many.translate(texts, hop)
    picked = range(0, 500, 50)
    alone = [one.translate([texts[index]], hop)[0].text for index in picked]
    assert len(found) == 500
    assert len(set(alone)) > 1
    # Beside others some texts are decoded a rounding otherwise.
    assert sum(found[index].text == own for index, own in zip(picked, alone, strict=True)) >= 7
    assert many.translate(texts[:1], hop) == one.translate(texts[:1], hop)


def test_threads_follow_the_functions_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    cores = len(os.sched_getaffinity(0))
    monkeypatch.delenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", raising=False)
    assert available_threads() == cores
    for megabytes, vcpus in ((512, 1), (1769, 1), (3538, 2), (10240, 6)):
        monkeypatch.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", str(megabytes))
        assert available_threads() == min(cores, vcpus)


def test_the_embedded_pack_translates_a_plain_sentence(embedded_pack: OpenPack) -> None:
    (hypothesis,) = embedded_pack.translate(
        ["El Gobierno presentó los presupuestos para el próximo año."], Hop("es", "en")
    )
    assert "government" in hypothesis.text.lower()
    assert "budget" in hypothesis.text.lower()
    assert hypothesis.finished


def test_a_pack_names_the_weights_that_it_was_made_from(embedded_pack: OpenPack) -> None:
    (model,) = embedded_pack.manifest.models
    assert model.weights == "gemma-3-270m-q4_k_m.gguf"
    assert embedded_pack.models[0].sha256 == model.sha256
