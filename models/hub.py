"""Download a repository's files at one commit and check them against a lock file.

Weights are downloaded as safetensors if the repository has them at that commit. Otherwise they come
from the pull request of the hub's own converter, or else as ``pytorch_model.bin``, which only a
build reads. The lock file records the files of the first pull; later pulls must get the same bytes.
Files use huggingface_hub's cache layout, so a cache can be copied to a machine without access to
the hub (``HF_HUB_OFFLINE=1``).
"""

import hashlib
import json
import logging
import os
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, ValidationError

from models.manifest import HubOrigin
from models.packs import sha256_of
from teletipo.errors import HubError, LockMismatch
from teletipo.progress import Progress

LOCK_FILE = Path(__file__).parent / "catalog.lock"
_CONVERTER = "SFconvertbot"
_SAFETENSORS, _PICKLE = "model.safetensors", "pytorch_model.bin"
_ANSWER_SECONDS = 2


@dataclass(frozen=True)
class Snapshot:
    """A repository's files on disk."""

    directory: Path
    """Holds the configuration and the tokenizer."""
    weights: tuple[Path, ...]
    """One file, or an index and its shards."""
    sha256: str
    """SHA-256 of the weights; for several files, of the output of ``sha256sum`` on them."""


class LockedFile(BaseModel):
    """A downloaded file's checksum and size."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: str
    size: int


class LockedRepository(BaseModel):
    """The commits and files that a repository's first pull got."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    revision: str
    weights_revision: str
    files: dict[str, LockedFile]
    weights: dict[str, LockedFile]


def pull(
    origin: HubOrigin, cache_dir: Path, progress: Progress, lock_file: Path | None = None
) -> Snapshot:
    """Download a repository's files, except those already on disk, and return the snapshot.

    An interrupted download resumes where it stopped. ``lock_file`` defaults to the catalogue's.

    Raises ``HubError``, ``LockMismatch``; their messages say what to do.
    """
    lock_path = lock_file or LOCK_FILE
    hub_dir = cache_dir / "hub"
    hub_dir.mkdir(parents=True, exist_ok=True)
    with FileLock(hub_dir / ".lock"):
        locked = _read_lock(lock_path).get(origin.repository)
        if locked and locked.revision != origin.revision:
            # The catalogue has a newer revision, so the lock entry is out of date.
            locked = None
        with _hub_errors(origin, hub_dir):
            return _pull(origin, hub_dir, progress, lock_path, locked)


def _pull(
    origin: HubOrigin,
    hub_dir: Path,
    progress: Progress,
    lock_path: Path,
    locked: LockedRepository | None,
) -> Snapshot:
    progress(f"looking up {origin.repository}", 0.0)
    if locked:
        weights_revision, weights = locked.weights_revision, sorted(locked.weights)
    else:
        weights_revision, weights = _choose_weights(origin, hub_dir)
    directory = _download(origin, origin.revision, origin.files, hub_dir, progress)
    weights_dir = _download(origin, weights_revision, weights, hub_dir, progress)
    progress(f"checking {origin.repository}", 0.9)
    found = LockedRepository(
        revision=origin.revision,
        weights_revision=weights_revision,
        files=lock_files(directory, origin.files),
        weights=lock_files(weights_dir, weights),
    )
    if locked is None:
        _write_lock(lock_path, origin.repository, found)
    elif found != locked:
        _raise_mismatch(origin, locked, found, lock_path, hub_dir)
    return Snapshot(
        directory, tuple(weights_dir / name for name in weights), _weights_digest(found.weights)
    )


def _choose_weights(origin: HubOrigin, hub_dir: Path) -> tuple[str, list[str]]:
    """Return the commit and names of the weight files, in the safest format available."""
    from huggingface_hub import HfApi, constants

    if constants.HF_HUB_OFFLINE:
        return _choose_cached_weights(origin, hub_dir)
    _require_answer(origin, hub_dir)
    api = HfApi()
    names = _names(api, origin.repository, origin.revision)
    if weights := _weight_names(names, _SAFETENSORS):
        return origin.revision, weights
    for discussion in api.get_repo_discussions(
        origin.repository, author=_CONVERTER, discussion_type="pull_request"
    ):
        is_open = discussion.status in {"open", "draft"}
        if discussion.author == _CONVERTER and is_open and discussion.git_reference:
            commit = api.model_info(origin.repository, revision=discussion.git_reference).sha
            if commit:
                converted = _weight_names(_names(api, origin.repository, commit), _SAFETENSORS)
                if converted:
                    return commit, converted
    if weights := _weight_names(names, _PICKLE):
        return origin.revision, weights
    raise HubError(
        f"{origin.repository} has neither {_SAFETENSORS} nor {_PICKLE} "
        f"at {origin.revision}; choose another revision in models/catalog.toml."
    )


def _require_answer(origin: HubOrigin, hub_dir: Path) -> None:
    """Raise ``HubError`` if the hub does not answer at all, for which its client tries for minutes.

    What a hub that answers breaks off is still tried again by its client.
    """
    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE or _answers(constants.ENDPOINT):
        return
    raise HubError(
        f"The model hub at {constants.ENDPOINT} does not answer: check the network, HTTPS_PROXY "
        f"and HF_ENDPOINT, or set HF_HUB_OFFLINE=1 if {hub_dir} has the files of "
        f"{origin.repository} at {origin.revision}."
    )


@cache
def _answers(endpoint: str) -> bool:
    import httpx2

    answered = threading.Event()

    def ask() -> None:
        with suppress(httpx2.HTTPError, OSError):
            httpx2.head(endpoint, timeout=_ANSWER_SECONDS)
            answered.set()

    # A thread, because looking up a name has no time limit of its own.
    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(_ANSWER_SECONDS)
    return answered.is_set()


def _choose_cached_weights(origin: HubOrigin, hub_dir: Path) -> tuple[str, list[str]]:
    snapshot = snapshot_dir(origin, origin.revision, hub_dir)
    names = [path.name for path in snapshot.iterdir()] if snapshot.is_dir() else []
    for kind in (_SAFETENSORS, _PICKLE):
        if weights := _weight_names(names, kind):
            return origin.revision, weights
    raise HubError(
        f"{snapshot} has neither {_SAFETENSORS} nor {_PICKLE}, and HF_HUB_OFFLINE is set. "
        "Unset it, or copy the files of that commit into the directory."
    )


def _names(api: Any, repository: str, revision: str) -> list[str]:
    return [entry.path for entry in api.list_repo_tree(repository, revision=revision)]


def _weight_names(names: Sequence[str], whole: str) -> list[str]:
    """Return ``whole``, or its index and shards (``model-00001-of-00002.safetensors``)."""
    if whole in names:
        return [whole]
    stem, suffix = whole.rsplit(".", 1)
    shards = [name for name in names if name.startswith(f"{stem}-") and name.endswith(suffix)]
    index = f"{whole}.index.json"
    return sorted([index, *shards]) if index in names and shards else []


def _download(
    origin: HubOrigin, revision: str, names: Sequence[str], hub_dir: Path, progress: Progress
) -> Path:
    from huggingface_hub import snapshot_download

    snapshot = snapshot_dir(origin, revision, hub_dir)
    if not all((snapshot / name).exists() for name in names):
        _require_answer(origin, hub_dir)
        directory = snapshot_download(
            origin.repository,
            revision=revision,
            cache_dir=hub_dir,
            allow_patterns=list(names),
            tqdm_class=_progress_bar(origin.repository, progress),
        )
        snapshot = Path(directory)
    missing = [name for name in names if not (snapshot / name).exists()]
    if missing:
        raise HubError(
            f"{origin.repository} has no {', '.join(missing)} at {revision}. "
            "Correct the files in models/catalog.toml; or, if you filled the cache by hand, "
            f"copy the files into {snapshot}."
        )
    return snapshot


def snapshot_dir(origin: HubOrigin, revision: str, hub_dir: Path) -> Path:
    """Return the directory of a repository's files in huggingface_hub's cache layout."""
    folder = f"models--{origin.repository.replace('/', '--')}"
    return hub_dir / folder / "snapshots" / revision


def _progress_bar(repository: str, progress: Progress) -> Any:
    """Return a tqdm class that passes downloaded bytes to ``progress`` and draws nothing."""
    from tqdm import tqdm

    class Bar(tqdm):  # type: ignore[misc, type-arg, unused-ignore]
        def __init__(self, *arguments: Any, **options: Any) -> None:
            options.pop("name", None)
            # Disabled: tqdm neither draws nor starts its monitor thread.
            super().__init__(*arguments, **{**options, "disable": True})
            self.bytes = options.get("unit") == "B"
            self.total = options.get("total") or 0
            self.done = 0

        def update(self, n: float | None = 1) -> None:
            self.done += int(n or 0)
            if self.bytes and self.total:
                progress(f"pulling {repository}", 0.9 * min(1.0, self.done / self.total))

    return Bar


def lock_files(directory: Path, names: Sequence[str]) -> dict[str, LockedFile]:
    """Return the lock file's entries for files on disk."""
    return {
        name: LockedFile(sha256=sha256_of(directory / name), size=(directory / name).stat().st_size)
        for name in sorted(names)
    }


def _weights_digest(weights: dict[str, LockedFile]) -> str:
    if len(weights) == 1:
        return next(iter(weights.values())).sha256
    lines = "".join(f"{locked.sha256}  {name}\n" for name, locked in sorted(weights.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def _raise_mismatch(
    origin: HubOrigin,
    locked: LockedRepository,
    found: LockedRepository,
    lock_path: Path,
    hub_dir: Path,
) -> None:
    was, now = locked.files | locked.weights, found.files | found.weights
    changed = sorted(name for name in was.keys() | now.keys() if was.get(name) != now.get(name))
    raise LockMismatch(
        f"{origin.repository}: {', '.join(changed)} differ from {lock_path}. If a file "
        f"in {hub_dir} is damaged, delete it and pull again. If the catalogue lists other files "
        "now, delete the repository's entry in the lock file and pull again."
    )


def _read_lock(path: Path) -> dict[str, LockedRepository]:
    try:
        entries = json.loads(path.read_text("utf-8"))
        return {name: LockedRepository.model_validate(entry) for name, entry in entries.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError, ValidationError) as error:
        raise LockMismatch(
            f"{path} is not a valid lock file; restore it, or delete it and pull again. ({error})"
        ) from error


def _write_lock(path: Path, repository: str, entry: LockedRepository) -> None:
    """Add or replace one repository's entry; the file is replaced atomically."""
    with FileLock(path.with_name(f".{path.name}.writing")):
        entries = {**_read_lock(path), repository: entry}
        text = json.dumps({name: entries[name].model_dump() for name in sorted(entries)}, indent=2)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(path)


@contextmanager
def _hub_errors(origin: HubOrigin, hub_dir: Path) -> Iterator[None]:
    """Turn huggingface_hub's exceptions into a ``HubError`` that says what to do."""
    try:
        from httpx2 import HTTPError
        from huggingface_hub import errors
    except ImportError as error:
        raise HubError(
            f"Pulling from the model hub needs huggingface_hub ({error}). Run: make hub"
        ) from error
    where = f"{origin.repository} at {origin.revision}"
    noisy = logging.getLogger("huggingface_hub")
    level = noisy.level
    noisy.setLevel(logging.ERROR)
    try:
        yield
    except errors.GatedRepoError as error:
        raise HubError(
            f"{where} is gated: accept its terms on the hub and set HF_TOKEN to your token."
        ) from error
    except (errors.RepositoryNotFoundError, errors.RevisionNotFoundError) as error:
        raise HubError(
            f"The hub has no {where}, or you have no access: correct models/catalog.toml, or set "
            "HF_TOKEN."
        ) from error
    except (HTTPError, errors.LocalEntryNotFoundError, ConnectionError, TimeoutError) as error:
        raise HubError(
            f"The model hub cannot be reached for {where} ({type(error).__name__}). Check the "
            "network (HTTPS_PROXY, HF_ENDPOINT) and run the command again: the download resumes. "
            f"Or copy {hub_dir} from a machine that has the files and set HF_HUB_OFFLINE=1."
        ) from error
    finally:
        noisy.setLevel(level)
