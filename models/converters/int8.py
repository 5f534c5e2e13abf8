"""int8 weights that every processor multiplies alike.

x86 processors without VNNI (AVX2 alone) add two products of an activation (8 bits, unsigned) and a
weight in 16 bits. With weights of 8 bits that saturates, and a model whose weights are spread out
writes nonsense. With weights of 7 bits it cannot: 2 * 255 * 64 < 2**15. PyTorch calls this
``reduce_range`` (torch.ao.quantization, fbgemm).
"""

from collections.abc import Iterator

import numpy as np
from ctranslate2.specs.model_spec import LayerSpec, NumpyVariable

_LARGEST = 63
_FACTOR = np.float32(_LARGEST / 127)


def reduce_range(spec: LayerSpec) -> None:
    """Rescale the int8 weights of a model, after ``spec.optimize``, to -63..63."""
    for layer in _layers(spec):
        weight = getattr(layer, "weight", None)
        # An alias of another layer's weight is a text.
        if isinstance(weight, NumpyVariable) and weight.dtype == "int8":
            values = np.rint(weight.numpy() * _FACTOR)
            layer.weight = NumpyVariable(values.astype(np.int8))
            layer.weight_scale = NumpyVariable(layer.weight_scale.numpy() * _FACTOR)


def _layers(spec: LayerSpec) -> Iterator[LayerSpec]:
    yield spec
    for value in vars(spec).values():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, LayerSpec):
                yield from _layers(each)
