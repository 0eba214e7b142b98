"""Where things lie in a chart: from numbers to places, and the ticks of an axis."""

import math
from collections.abc import Iterable


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """At most `most` round numbers from low to high: multiples of 1, 2 or 5 times 10**k."""
    if not high > low:
        return [low]
    rough = (high - low) / max(1, most - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    for factor in (1, 2, 5, 10, 20, 50):
        step = factor * power
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if last - first < most:
            return [round(step * i, 12) for i in range(first, last + 1)]
    return [low, high]


def powers(low: float, high: float, most: int = 5) -> list[float]:
    """Powers of 10 from low to high, every second or third where they are more than `most`."""
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    step = max(1, -(-(last - first + 1) // most))
    return [10.0**i for i in range(first, last + 1, step)]


class Scale:
    """From numbers low..high to places start..stop, straight or along the logarithm."""

    def __init__(
        self, low: float, high: float, start: float, stop: float, log: bool = False
    ) -> None:
        self.log, self.start, self.stop = log, start, stop
        self.low, self.high = (math.log(low), math.log(high)) if log else (low, high)

    def __call__(self, number: float) -> float:
        value = math.log(number) if self.log else number
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        return round(self.start + share * (self.stop - self.start), 1)


def path(points: Iterable[tuple[float, float]]) -> str:
    """The `d` of an SVG path through the points."""
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points)
