"""What may be chance in an accuracy: by which test images there happen to be."""

import math

CONFIDENT = 1.96  # standard errors that 95 % of a normal distribution lie within


def smallest_difference(accuracy: float, n: int) -> float:
    """The smallest difference of two accuracies on n images that is none by chance (95 %).

    Both near `accuracy`, a share of 1, as is what is returned. Rows that err independently of
    each other are assumed; each has one more right and one more wrong answer than it has, so that
    an accuracy of 1 of few images is not taken to be sure. Source: Agresti and Caffo, Simple and
    Effective Confidence Intervals for Proportions and Differences of Proportions, 2000.
    """
    p = (accuracy * n + 1) / (n + 2)
    return CONFIDENT * math.sqrt(2 * p * (1 - p) / (n + 2))
