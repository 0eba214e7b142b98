"""What learning rates did, named from the loss curves by a rule."""

from collections.abc import Sequence

import numpy as np

SLOW, RIGHT, STALLED, EXPLODED = REGIMES = (
    *("too small: slow", "right", "too large: stalls", "far too large: explodes"),
)
NEAR = 0.1  # of the best rate's fall: who ends so close to it is right


def name(rates: Sequence[float], curves: np.ndarray) -> list[str]:
    """The regime of each rate, from its loss curve, (rates, points); all start at the same loss.

    Where a curve ends is the median of its last fifth, so that a single lucky or unlucky
    minibatch decides nothing. The best rate is the one that ends lowest. A rate

    explodes        if it ends above the start, or is not finite
    is right        if it makes at least 90 % of the best rate's fall
    is slow         if it does not, and is smaller than the best
    stalls          if it does not, and is larger: it fell, or it would have exploded
    """
    start, ends = curves[0, 0], [ending(curve) for curve in curves]
    best = int(np.argmin(ends))
    enough = start - (1 - NEAR) * (start - ends[best])
    names = []
    for rate, end in zip(rates, ends, strict=True):
        if not end <= start:
            names.append(EXPLODED)
        elif end <= enough:
            names.append(RIGHT)
        else:
            names.append(SLOW if rate < rates[best] else STALLED)
    return names


def ending(curve: np.ndarray) -> float:
    """The median of the last fifth of a curve; infinite where any of it is not finite."""
    last = curve[-max(1, len(curve) // 5) :]
    return float(np.median(last)) if np.isfinite(last).all() else np.inf
