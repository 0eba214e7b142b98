"""What a network that was trained on another data set, and is changed no more, sees in an image.

Source: Donahue et al., DeCAF: A Deep Convolutional Activation Feature for Generic Visual
Recognition, ICML 2014.
"""

import numpy as np

from features.pretrained_models import efficientnet_lite0, onnx


def extract(
    images: np.ndarray,
    *,
    model: str,
    file: bytes | None,
    size: int | None,
    square_root: bool | None,
    mean: list[float] | None,
    deviation: list[float] | None,
    output: str | None,
) -> np.ndarray:
    """The features of the network's last layer, or of the one that `output` names.

    images: uint8 (n, rows, cols, 3). model: efficientnet_lite0, or onnx, whose file's contents are
    `file`. square_root: whether to give the square roots of what efficientnet_lite0 sees, which is
    never negative. The others are as in `onnx.network`. Images are seen one by one, as the last
    bits of a network's sums may depend on the neighbours in a batch.

    Returns float32 (n, d). Raises BadInput where an ONNX model or a setting is of no use.
    """
    if file is None:
        network = efficientnet_lite0.network(size)
    else:
        network = onnx.network(file, size, mean, deviation, output)
    features = np.stack([network.features(image) for image in images])
    return np.sqrt(features) if square_root else features
