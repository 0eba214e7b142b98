"""Weights in the unit of a feature, which its module weights_<feature> names."""

import numpy as np

LEAST = 0.1  # standard deviation of a column that says something, as a share of that of others


def per_unit(arrays: dict[str, np.ndarray], classifier: str, unit: str) -> np.ndarray:
    """W, float64 (d, C), per standard deviation of a column or per unit of the feature itself.

    The first is W as it was trained, on standardised columns; the second undoes their scaling.
    There, columns that hardly change would have the largest weights, such as those of a corner
    that is black in almost all images, although they hardly move a score. They become 0.
    """
    W = arrays[f"{classifier}.W"].astype(np.float64)
    if unit == "standard deviation":
        return W
    scale = arrays["scale"].astype(np.float64)
    return np.where(changing(scale)[:, None], W * scale[:, None], 0)


def changing(scale: np.ndarray) -> np.ndarray:
    """Which columns change about as much as others do, bool (d,).

    scale: of the columns of one block, 1 over their standard deviation; 0 where nothing changes.
    """
    deviation = np.divide(1, scale, out=np.zeros(len(scale)), where=scale > 0)
    return deviation > LEAST * np.percentile(deviation, 90)
