"""What a learning rate did, named from the loss curve by a rule."""

import numpy as np

SLOW, RIGHT, STALLED, EXPLODED = REGIMES = (
    *("too small: slow", "right", "too large: stalls", "far too large: explodes"),
)
NEAR = 0.1  # of the best fall: so close to the best end a rate is right
FALLING = 0.05  # of a curve's own fall: so much in its second half says that it goes on falling


def name(curve: np.ndarray, lowest: float) -> str:
    """The regime of a loss curve (points,); lowest: where the best learning rate's curve ends.

    Where a curve ends is the median of its last tenth. Exploded: it ends above its start, or not
    finite. Right: it has made at least 90 % of the way from its start to `lowest`. Slow: it has
    not, but its second half still brings at least 5 % of its fall. Stalled: it does not any more.
    """
    start, end = curve[0], ending(curve)
    if not end <= start:
        return EXPLODED
    if end - lowest <= NEAR * (start - lowest):
        return RIGHT
    middle = ending(curve[: (len(curve) + 1) // 2])
    return SLOW if middle - end >= FALLING * (start - end) else STALLED


def ending(curve: np.ndarray) -> float:
    """The median of the last tenth of a curve; infinite where any of it is not finite."""
    last = curve[-max(1, len(curve) // 10) :]
    return float(np.median(last)) if np.isfinite(last).all() else np.inf
