"""Find packs on disk, verify their checksums and open them."""

import hashlib
import math
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pydantic import ValidationError

from models.embedding import EmbeddingModel
from models.manifest import MANIFEST_FILE, Manifest, catalog
from models.model import Model, open_embedding_model, open_model
from models.settings import PackSettings
from models.ways import ways
from teletipo import ports
from teletipo.confidence import Estimator, PairScores
from teletipo.errors import ConfigurationError, PackCorrupt, PackError, PackNotFound
from teletipo.ports import Abstracter, Embedder, Hop, Hypothesis, ModelInfo

# Memory for which a Lambda function gets one vCPU (AWS Lambda Developer Guide, "Configure Lambda
# function memory").
_MEGABYTES_PER_VCPU = 1769
# Each worker that decodes needs memory of its own, 150 to 240 MB in the embedded pack
# (docs/speed.md). The cap bounds memory on machines with many cores.
_MOST_WORKERS = 8
_CGROUPS, _OWN_CGROUP = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")
_SMOKE_TEXTS = {
    "es": "El Gobierno presentó los presupuestos.",
    "en": "The government presented its budget.",
    "zh-Hans": "政府公布了预算。",
}


class OpenPack:
    """A pack whose files match its manifest. Implements ``teletipo.ports.Pack``."""

    def __init__(
        self,
        manifest: Manifest,
        models: Sequence[Model],
        embedding_models: Sequence[EmbeddingModel] = (),
    ) -> None:
        self.manifest = manifest
        self.name = manifest.name
        self.version = manifest.version
        self.runtime = manifest.runtime
        self.quantization = manifest.quantization
        self.models = tuple(ModelInfo(model.name, model.sha256) for model in manifest.models)
        self.by_name = {model.packed.name: model for model in models}
        self._ways = ways(manifest.models, manifest.routes)
        self._by_hop = {hop: model for model in reversed(models) for hop in model.hops}
        self._by_language = {
            language: model for model in reversed(models) for language in model.packed.summarizes
        }
        self._embedders = {
            language: model
            for model in reversed(embedding_models)
            for language in model.packed.embeds
        }
        self.sources = frozenset(source for source, _ in self._ways) | self._by_language.keys()

    def route(self, source: str, target: str) -> tuple[Hop, ...] | None:
        """See ``Pack.route``."""
        way = self._ways.get((source, target))
        return way.hops if way else None

    def detour(self, source: str, target: str) -> tuple[Hop, ...] | None:
        """See ``Pack.detour``."""
        way = self._ways.get((source, target))
        return way.detour if way else None

    def quality(self, source: str, target: str) -> ports.Quality | None:
        """See ``Pack.quality``."""
        way = self._ways.get((source, target))
        if way is None or way.quality is None:
            return None
        quality = way.quality
        return ports.Quality(
            quality.bleu, quality.chrf, quality.test_set, quality.draft, quality.faulty
        )

    def abstracter(self, language: str) -> Abstracter | None:
        """See ``Pack.abstracter``."""
        model = self._by_language.get(language)
        return _ModelAbstracter(model, language) if model else None

    def embedder(self, language: str) -> Embedder | None:
        """See ``Pack.embedder``."""
        return self._embedders.get(language)

    def translate(self, texts: Sequence[str], hop: Hop, *, wider: bool = False) -> list[Hypothesis]:
        """Return the best hypothesis for each text by one step; see ``Pack.translate_each``."""
        return self.translate_each([(text, hop) for text in texts], wider=wider)

    def translate_each(
        self, asked: Sequence[tuple[str, Hop]], *, wider: bool = False
    ) -> list[Hypothesis]:
        """See ``Pack.translate_each``."""
        found: dict[int, Hypothesis] = {}
        for model in dict.fromkeys(self._by_hop[hop] for _, hop in asked):
            own = [index for index, (_, hop) in enumerate(asked) if self._by_hop[hop] is model]
            hypotheses = model.translate([asked[index] for index in own], wider=wider)
            found |= zip(own, hypotheses, strict=True)
        return [found[index] for index in range(len(asked))]

    def estimator(self, source: str, target: str) -> Estimator | None:
        """See ``Pack.estimator``."""
        for hop in (Hop(source, target), Hop(target, source)):
            if (model := self._by_hop.get(hop)) and model.estimator:
                return model.estimator
        return None

    def estimates(self, source: str, target: str) -> bool:
        """Whether the pack has a model that says how likely the target is after the source."""
        return Hop(source, target) in self._by_hop

    def score(
        self, pairs: Sequence[tuple[str, str]], source: str, target: str
    ) -> list[PairScores | None]:
        """See ``Pack.score``."""
        there, back = Hop(source, target), Hop(target, source)
        given = [(text, output, there) for text, output in pairs]
        alone = [("", output, there) for _, output in pairs]
        backward = [(output, text, back) for text, output in pairs]
        # All in one call, which keeps more cores busy.
        known = self._scored([*given, *alone, *backward])
        model = self._by_hop.get(there)
        found: list[PairScores | None] = []
        for pair in zip(given, alone, backward, strict=True):
            output, output_alone, source_scores = (known[each] for each in pair)
            if output is None or output_alone is None or source_scores is None:
                found.append(None)
                continue
            spans = model.spans(pair[0][1], there) if model else ()
            found.append(PairScores(output, output_alone, source_scores, spans))
        return found

    def _scored(
        self, asked: Sequence[tuple[str, str, Hop]]
    ) -> dict[tuple[str, str, Hop], tuple[float, ...] | None]:
        """The scores of each output after its source: none without a model, None if it is too
        long."""
        found: dict[tuple[str, str, Hop], tuple[float, ...] | None] = dict.fromkeys(asked, ())
        served = [each for each in found if each[2] in self._by_hop]
        for model in dict.fromkeys(self._by_hop[hop] for *_, hop in served):
            own = [each for each in served if self._by_hop[each[2]] is model]
            found |= zip(own, model.score(own), strict=True)
        return found

    def count_tokens(self, texts: Sequence[str], hop: Hop) -> int:
        """Return the total tokens of the texts, by the tokenizer of the step's model."""
        return sum(self._by_hop[hop].count_tokens(texts))

    def can_widen(self, hop: Hop) -> bool:
        """See ``Pack.can_widen``."""
        return self._by_hop[hop].can_widen

    def keeps_terms(self, hop: Hop) -> bool:
        """See ``Pack.keeps_terms``."""
        return self._by_hop[hop].packed.decoding.keeps_terms

    def coverage_weight(self, hop: Hop) -> float:
        """See ``Pack.coverage_weight``."""
        return self._by_hop[hop].packed.decoding.coverage_weight

    def load(self, sources: Iterable[str], targets: Iterable[str]) -> None:
        """Read the weights that these languages need now; other weights are read at first use.

        Raises ``PackCorrupt``, ``UnsupportedModel``.
        """
        targets = tuple(targets)
        for source in sources:
            if model := self._by_language.get(source):
                model.load()
            if embedder := self._embedders.get(source):
                embedder.load()
            for target in targets:
                for hop in self.route(source, target) or ():
                    self._by_hop[hop].load()

    def smoke(self) -> None:
        """Run a sentence through every model.

        Raises ``PackCorrupt`` if a model has no output, and what loading raises.
        """
        for hop, model in self._by_hop.items():
            (hypothesis,) = model.translate([(_SMOKE_TEXTS[hop.source], hop)], wider=False)
            _require_text(hypothesis, model)
        for language, model in self._by_language.items():
            (hypothesis,) = model.summarize([_SMOKE_TEXTS[language]], language)
            _require_text(hypothesis, model)
        for language, embedder in self._embedders.items():
            (vector,) = embedder.embed([_SMOKE_TEXTS[language]])
            if not 0.99 < math.hypot(*vector) < 1.01:
                raise PackCorrupt(
                    f"The model '{embedder.packed.name}' does not embed a plain sentence; "
                    "build the pack again."
                )


class _ModelAbstracter:
    """One model summarizing in one language."""

    def __init__(self, model: Model, language: str) -> None:
        self._model = model
        self._language = language

    @property
    def window_tokens(self) -> int:
        """See ``Abstracter.window_tokens``."""
        return self._model.window_tokens(self._language)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """See ``Abstracter.count_tokens``."""
        return self._model.count_tokens(texts)

    def summarize(self, texts: Sequence[str]) -> list[Hypothesis]:
        """See ``Abstracter.summarize``."""
        return self._model.summarize(texts, self._language)


def _require_text(hypothesis: Hypothesis, model: Model) -> None:
    if not hypothesis.text:
        raise PackCorrupt(
            f"The model '{model.packed.name}' has no output for a plain sentence; "
            "build the pack again."
        )


def pack_dir(settings: PackSettings, name: str | None = None) -> Path:
    """Return the directory of a pack, built or not.

    ``name`` is a pack in the catalogue (default: the settings' pack).
    """
    if settings.pack_dir and name is None:
        return settings.pack_dir
    entry_name = name or settings.pack
    version = catalog().pack(entry_name).version
    variant = f"{entry_name}-{version}-{settings.runtime}-{settings.weight_type}"
    return settings.cache_dir / "packs" / variant


def _name_of(directory: Path) -> str:
    """The pack that ``pack_dir`` has this directory for, or nothing."""
    packs = catalog().packs.items()
    found = (name for name, each in packs if directory.name.startswith(f"{name}-{each.version}-"))
    return next(found, "")


def open_pack(directory: Path, threads: int = 0) -> OpenPack:
    """Verify and open a pack; weights are read at first use, or by ``load``.

    ``threads`` is the number of workers that decode at the same time, on a core each; 0 means all
    cores of this process, up to eight.

    Raises ``PackNotFound``, ``PackCorrupt``, ``UnsupportedModel``.
    """
    manifest = verify_pack(directory)
    common = (
        manifest.runtime,
        manifest.quantization,
        threads or min(available_threads(), _MOST_WORKERS),
    )
    return OpenPack(
        manifest,
        [open_model(directory / m.name, m, *common) for m in manifest.models if not m.embeds],
        [open_embedding_model(directory / m.name, m, *common) for m in manifest.models if m.embeds],
    )


def open_configured_pack(settings: PackSettings) -> OpenPack:
    """Open the settings' pack, which must be built already.

    Raises ``ConfigurationError`` if another pack is there, and what ``open_pack`` raises.
    """
    pack = open_pack(pack_dir(settings), settings.threads)
    if pack.name != settings.pack:
        raise ConfigurationError(
            f"The settings name the pack '{settings.pack}', but '{pack.name}' is installed."
        )
    return pack


def available_threads(cgroups: Path = _CGROUPS, own_cgroup: Path = _OWN_CGROUP) -> int:
    """Return the cores that this process may use.

    On Lambda they follow the function's memory. A container's limit may be below the cores it sees.
    """
    memory = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    cores = cores or 1
    if memory.isdigit():
        return max(1, min(cores, round(int(memory) / _MEGABYTES_PER_VCPU)))
    return max(1, min([cores, *_container_cores(cgroups, own_cgroup)]))


def _container_cores(cgroups: Path, own_cgroup: Path) -> Iterator[int]:
    """Yield the limits of this process's control group (version 2) and of those that hold it."""
    try:
        # "0::/a/b"; in a container with a namespace of its own "0::/".
        own = own_cgroup.read_text("utf-8").strip().rpartition("::")[2].strip("/")
    except OSError:
        return
    folder = cgroups / own
    for each in (folder, *folder.parents):
        try:
            quota, period = (each / "cpu.max").read_text("utf-8").split()
            # Part of a core counts as one: the last worker then has breaks.
            yield math.ceil(int(quota) / int(period))
        except (OSError, ValueError):
            # No limit ("max"), or none of these groups.
            pass
        if each == cgroups:
            break


def read_manifest(directory: Path) -> Manifest:
    """Return a pack's manifest. Raises ``PackNotFound``, ``PackCorrupt``."""
    path = directory / MANIFEST_FILE
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        command = f"python -m models build {_name_of(directory)}".rstrip()
        raise PackNotFound(f"There is no pack in {directory}. Build one with: {command}") from None
    except (OSError, ValidationError) as error:
        raise PackCorrupt(
            f"{path} is not a valid manifest; build the pack again. ({error})"
        ) from error


def verify_pack(directory: Path) -> Manifest:
    """Check every file's SHA-256, return the manifest. Raises ``PackNotFound``, ``PackCorrupt``."""
    manifest = read_manifest(directory)
    present = set(files_of(directory)) - {MANIFEST_FILE}
    for unlisted in sorted(present - manifest.files.keys()):
        raise PackCorrupt(
            f"{directory / unlisted} is not listed in the manifest; build the pack again."
        )
    for name, expected in manifest.files.items():
        try:
            actual = sha256_of(directory / name)
        except OSError as error:
            raise PackCorrupt(
                f"{directory / name} cannot be read ({error.strerror}); build the pack again."
            ) from error
        if actual != expected:
            raise PackCorrupt(
                f"{directory / name} does not match the manifest "
                f"(sha-256 {actual[:12]}…, not {expected[:12]}…); build the pack again."
            )
    return manifest


def check_pack(directory: Path, threads: int = 0) -> Manifest:
    """Verify a pack's checksums and decode a sentence with each model. Raises ``PackError``."""
    pack = open_pack(directory, threads)
    try:
        pack.smoke()
    except PackError:
        raise
    except Exception as error:
        raise PackCorrupt(
            f"A model in the pack {directory} does not decode ({error}); build the pack again."
        ) from error
    return pack.manifest


def verified(manifest: Manifest) -> str:
    """What ``check_pack`` found, as a sentence."""
    count = len(manifest.models)
    decoding = "1 model decodes" if count == 1 else f"{count} models decode"
    return (
        f"{manifest.name} {manifest.version} ({manifest.runtime}, {manifest.quantization}): "
        f"{len(manifest.files)} files match the manifest, {decoding}"
    )


def files_of(directory: Path) -> Iterator[str]:
    """Yield the files below a directory, as relative POSIX paths."""
    for path in sorted(directory.rglob("*")):
        if path.is_file():
            yield path.relative_to(directory).as_posix()


def sha256_of(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
