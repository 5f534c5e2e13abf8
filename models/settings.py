"""Settings from the environment (``TELETIPO_…``): their base, and those of model packs."""

import os
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from teletipo.errors import ConfigurationError

_PREFIX = "TELETIPO_"


class EnvironmentSettings(BaseSettings):
    """Settings whose fields are environment variables; an empty variable counts as unset."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_ignore_empty=True, enable_decoding=False, frozen=True
    )

    @classmethod
    def load(cls) -> Self:
        """Read the environment. Raises ``ConfigurationError``, naming the variables at fault."""
        try:
            return cls()
        except ValidationError as error:
            faults = "; ".join(_fault(detail) for detail in error.errors())
            raise ConfigurationError(f"Wrong environment variables: {faults}.") from None


def _fault(detail: Any) -> str:
    variable = _PREFIX + "_".join(map(str, detail["loc"])).upper()
    if detail["type"] == "missing":
        return f"{variable} must be set"
    return f"{variable}: {detail['msg'].removeprefix('Value error, ').rstrip('.')}"


def _default_cache_dir() -> Path:
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "teletipo"


class PackSettings(EnvironmentSettings):
    """Which pack is used, where it is, and how its models run."""

    pack: str = Field("embedded", description="Name of the pack in the catalogue.")
    pack_dir: Path | None = Field(
        None, description="A prepared pack; by default the cache's copy of `pack`."
    )
    cache_dir: Path = Field(default_factory=_default_cache_dir)
    runtime: Literal["ctranslate2", "transformers"] = Field(
        "ctranslate2", description="Inference library; transformers is the reference, with torch."
    )
    quantization: str = Field(
        "", description="Type of the weights; int8 by default, float32 under transformers."
    )
    threads: int = Field(
        0,
        ge=0,
        description="Decoding workers, one core each; 0 uses every available core, up to 8.",
    )

    @property
    def weight_type(self) -> str:
        """The quantization, chosen or by default."""
        return self.quantization or ("int8" if self.runtime == "ctranslate2" else "float32")
