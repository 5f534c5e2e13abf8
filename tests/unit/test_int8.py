"""int8 weights in a range that no processor's sums exceed."""

from pathlib import Path

import ctranslate2
import numpy as np
import pytest
from ctranslate2.specs import common_spec
from ctranslate2.specs.model_spec import NumpyVariable

import models.converters.gemma3_gguf as gemma
from models.converters.int8 import reduce_range
from tests.conftest import silent, write_tiny_gemma


def test_weights_stay_the_same_but_for_rounding() -> None:
    spec = common_spec.LinearSpec()
    weights = np.random.default_rng(1).normal(0, 1, (8, 16)).astype(np.float32)
    spec.weight = NumpyVariable(weights.copy())
    spec.optimize(quantization="int8")
    reduce_range(spec)
    found, scale = spec.weight.numpy(), spec.weight_scale.numpy()
    assert found.dtype == np.int8
    assert np.abs(found).max() == 63
    # Two sums of the largest activation and weight fit into 16 bits.
    assert 2 * 255 * int(np.abs(found).max()) < 2**15
    assert found / scale[:, None] == pytest.approx(weights, abs=float(np.abs(weights).max() / 63))


def test_float_weights_are_left_alone() -> None:
    spec = common_spec.LinearSpec()
    spec.weight = NumpyVariable(np.ones((2, 2), np.float32))
    spec.optimize(quantization="float32")
    reduce_range(spec)
    assert spec.weight.numpy().tolist() == [[1, 1], [1, 1]]


def test_the_embedded_model_is_written_in_that_range(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[int] = []
    real = ctranslate2.specs.model_spec.ModelSpec.save

    def save(spec: ctranslate2.specs.ModelSpec, directory: str) -> None:
        for name, value in spec.variables(ordered=True):
            if name.endswith("/weight") and getattr(value, "dtype", "") == "int8":
                saved.append(int(np.abs(value.numpy()).max()))
        real(spec, directory)

    monkeypatch.setattr(ctranslate2.specs.model_spec.ModelSpec, "save", save)
    (tmp_path / "out").mkdir()
    gemma.convert(write_tiny_gemma(tmp_path / "tiny.gguf"), tmp_path / "out", "int8", silent)
    assert saved
    assert max(saved) == 63
