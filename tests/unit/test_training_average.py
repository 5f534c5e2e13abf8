"""Several runs' adapters are averaged into one."""

from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save_file

from models.training import average

_NAME = "model.layers.0.mlp.up_proj"


def write(path: Path, seed: int, *, scaling: float = 2.0, name: str = _NAME) -> np.ndarray:
    """An adapter of rank 2 of one projection (6 outputs, 8 inputs); what it changes."""
    random = np.random.default_rng(seed)
    down = random.normal(size=(2, 8)).astype(np.float16)
    up = random.normal(size=(6, 2)).astype(np.float16)
    save_file(
        {f"{name}.lora_A.weight": down, f"{name}.lora_B.weight": up},
        path,
        {"scaling": str(scaling)},
    )
    changed: np.ndarray = scaling * up.astype(np.float32) @ down.astype(np.float32)
    return changed


def change(path: Path) -> np.ndarray:
    with safe_open(path, "numpy") as file:
        scaling = float(file.metadata()["scaling"])
        down = file.get_tensor(f"{_NAME}.lora_A.weight").astype(np.float32)
        up = file.get_tensor(f"{_NAME}.lora_B.weight").astype(np.float32)
    assert down.shape == (2, 8)
    changed: np.ndarray = scaling * up @ down
    return changed


def test_the_mean_is_the_nearest_of_that_rank(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    wanted = (write(one, 1) + write(other, 2, scaling=1.0)) / 2
    assert average.main([str(one), str(other), "--out", str(tmp_path / "mean")]) == 0
    left, values, right = np.linalg.svd(wanted)
    nearest = (left[:, :2] * values[:2]) @ right[:2]
    assert np.allclose(change(tmp_path / "mean"), nearest, atol=0.02)


def test_a_run_with_itself_stays_what_it_is(tmp_path: Path) -> None:
    wanted = write(tmp_path / "one", 3)
    lost = average.average([tmp_path / "one"] * 3, tmp_path / "mean")
    assert lost == pytest.approx(0, abs=1e-6)
    assert np.allclose(change(tmp_path / "mean"), wanted, atol=0.02)


def test_adapters_of_two_models_and_broken_files_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "one", 1)
    write(tmp_path / "other", 1, name="model.layers.1.mlp.up_proj")
    out = ["--out", str(tmp_path / "mean")]
    assert average.main([str(tmp_path / "one"), str(tmp_path / "other"), *out]) == 1
    assert "for different models" in capsys.readouterr().err
    (tmp_path / "broken").write_bytes(b"nothing")
    assert average.main([str(tmp_path / "broken"), *out]) == 1
    assert average.main([str(tmp_path / "none"), *out]) == 1
    assert not (tmp_path / "mean").exists()
