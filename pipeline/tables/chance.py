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


def corrected_error(deviation: float, n_parts: int, n_test: int, n_fitted: int) -> float:
    """The standard error of a mean accuracy over test parts whose training images overlap.

    deviation: the standard deviation (with n - 1) over the parts. n_test, n_fitted: images that
    are tested, and that are not, in one part or in all. Parts that were independent would have
    the first term alone; the second is for the training images that they share. Source: Nadeau
    and Bengio, Inference for the Generalization Error, 2003; for folds drawn repeatedly Bouckaert
    and Frank, Evaluating the Replicability of Significance Tests, 2004.
    """
    return deviation * math.sqrt(1 / n_parts + n_test / n_fitted)
