"""Any network for images in the ONNX format, run by onnxruntime.

Source: the format, https://onnx.ai/onnx/repo-docs/IR.html; what a model says of its pixels,
https://onnx.ai/onnx/repo-docs/MetadataProps.html
"""

from typing import Any

import numpy as np

from features.errors import BadInput
from features.pretrained_models.network import Network
from features.pretrained_models.onnx_input import Input, understood

# Weights in files beside the model would be sought here, where nothing can be: a model must not
# choose which files are read.
NOWHERE = {"session.model_external_initializers_file_folder_path": "/dev/null"}
FATAL = 4  # of onnxruntime's messages, only those before it ends the process
LONGEST = 200  # characters of its messages that are repeated


def network(
    model: bytes,
    size: int | None,
    mean: list[float] | None,
    deviation: list[float] | None,
    output: str | None,
) -> Network:
    """The features are what the model gives for an image: (1, d), or maps, averaged over space.

    model: the contents of its file. size: the side of images in pixels, for a model that leaves it
    open. mean, deviation: of red, green and blue from 0 to 1, for a model that does not say how
    pixels are scaled. output: the name of an output or of any inner result; None: the only output.
    Raises BadInput where the model or a setting is of no use.
    """
    session = opened(model)
    names = [each.name for each in session.get_outputs()]
    if output is None and len(names) > 1:
        raise BadInput(
            f"pretrained: the model has several outputs; name one as output: {', '.join(names)}"
        )
    if output is not None and output not in names:
        session = opened(model + asking_for(output))
    name, takes = output or names[0], understood(session, size, mean, deviation)

    def see(image: np.ndarray) -> np.ndarray:
        return pooled(run(session, name, takes.prepared(image)), takes)

    return Network(takes.rows, takes.cols, see)


def opened(model: bytes) -> Any:
    """A session of onnxruntime, on one thread: another number might give other last bits."""
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = FATAL
    for key, value in NOWHERE.items():
        options.add_session_config_entry(key, value)
    try:
        return InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as wrong:  # onnxruntime's have no class in common
        if "External data" in str(wrong):
            reason = "its weights are in another file; save it with all in one"
        elif "Graph output" in str(wrong):
            reason = "it has nothing of the name that output gives; choose another"
        else:
            reason = f"onnxruntime cannot load it as an ONNX model: {brief(wrong)}"
        raise BadInput(f"pretrained: file: {reason}") from None


def asking_for(result: str) -> bytes:
    """What makes an inner result an output, when it stands behind a model.

    A model is a message of protocol buffers, and of such a message the parts of a second one are
    added to the first: here, graph (field 7) with an output (12) of a name (1).
    """
    message = result.encode()
    for field in (1, 12, 7):
        message = bytes([field << 3 | 2]) + length(message) + message
    return message


def length(message: bytes) -> bytes:
    """The length of a message in protocol buffers: 7 bits to a byte, the low ones first."""
    left, digits = len(message), []
    while left > 127:
        digits.append(left & 127 | 128)
        left >>= 7
    return bytes([*digits, left])


def run(session: Any, name: str, batch: np.ndarray) -> np.ndarray:
    try:
        (result,) = session.run([name], {session.get_inputs()[0].name: batch})
    except Exception as wrong:
        what = f"the model cannot be run on images of the shape {batch.shape}"
        raise BadInput(f"pretrained: {what}: {brief(wrong)}") from None
    return np.asarray(result)


def pooled(result: np.ndarray, takes: Input) -> np.ndarray:
    """The features in what a model gave for one image, float32 (d,)."""
    if result.ndim not in (2, 4) or len(result) != 1 or result.dtype.kind != "f":
        raise BadInput(
            f"pretrained: the output is {result.dtype} of the shape {result.shape}; name one as "
            "output that is a row or maps of floating-point numbers for the image"
        )
    maps = result.astype(np.float32)
    row = maps.mean(axis=takes.space)[0] if maps.ndim == 4 else maps[0]
    if not np.isfinite(row).all():
        raise BadInput("pretrained: the model gives infinite numbers; check mean and deviation")
    return row


def brief(wrong: Exception) -> str:
    """What onnxruntime says, in one line."""
    return " ".join(str(wrong).split())[:LONGEST]
