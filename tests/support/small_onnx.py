"""Small models in the ONNX format, whose answers numpy can compute."""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

WEIGHTS = np.array([[1, 2, 3], [0, -1, 0.5], [0.25, 0.25, 0.5], [-1, 0, 1]], np.float32)
MAPS, POOLED = "maps", "pooled"


def model(
    shape=("n", 3, 6, 5),
    kind=TensorProto.FLOAT,
    outputs=(MAPS,),
    says: dict[str, str] | None = None,
    more_inputs=(),
    weights=None,
) -> bytes:
    """A 1x1 convolution with WEIGHTS (channels first) or a product with them (channels last).

    The results inside it: MAPS, and POOLED, which is the mean of MAPS over space, (n, 4, 1, 1).
    """
    first = shape[1] == 3
    stored = WEIGHTS[:, :, None, None] if first else WEIGHTS.T
    weights = weights or numpy_helper.from_array(np.ascontiguousarray(stored), "weights")
    nodes = [
        helper.make_node("Cast", ["image"], ["pixels"], to=TensorProto.FLOAT),
        helper.make_node("Conv" if first else "MatMul", ["pixels", "weights"], [MAPS]),
        helper.make_node("ReduceMean", [MAPS], [POOLED], axes=[2, 3] if first else [1, 2]),
    ]
    graph = helper.make_graph(
        nodes,
        "small",
        [
            helper.make_tensor_value_info(name, kind, list(shape))
            for name in ("image", *more_inputs)
        ],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
        [weights],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(made, says or {})
    return made.SerializeToString()


def answers(pixels: np.ndarray) -> np.ndarray:
    """The mean of MAPS over space, float64 (n, 4), for pixels (n, rows, cols, 3)."""
    return pixels.mean(axis=(1, 2), dtype=np.float64) @ WEIGHTS.T
