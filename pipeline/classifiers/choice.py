"""The choice of the best setting of a grid, by what is known of each on validation images."""

import math
from itertools import groupby

from pipeline.classifiers.grid import Result, column, on_edge

RATE = "learning_rate"
EQUAL = 0.01  # objectives that differ by this share are as good as each other


def rank(results: list[Result], n: float, noise: float = 0) -> list[int]:
    """The indices of the settings that were trained to the end, from the best to the worst.

    n: the number of validation images. noise: see `lowest`.

    1. A learning rate is a means to an end, which is the least objective. So of settings that
       differ in nothing else only the one that came lowest stays, where objectives are known.
    2. Settings whose accuracy is less than a standard error below the best cannot be told from it.
       Among them, a lower validation loss is better: it counts not only what is right, but how
       sure each answer was.
    3. The losses of single images vary about as much as their mean is large, so means that differ
       by less than a share of 1 / sqrt(n) cannot be told apart either. Of these a setting inside
       the grid is better than one on its edge, then the more regular (the larger l2), then the
       smaller learning rate.
    """
    places = lowest(results, noise)
    if not places:
        return []
    best = max(results[i].judged for i in places)
    near = [i for i in places if results[i].judged >= best - standard_error(best, n)]
    least = min(results[i].loss for i in near)
    grid = [each.setting for each in results]

    def order(i: int) -> tuple:
        values, loss = results[i].setting.values, results[i].loss
        others = {name: value for name, value in values.items() if name != RATE}
        outside = any(on_edge(value, column(name, grid)) for name, value in others.items())
        if i not in near:
            return (2, -results[i].judged)
        if loss > least + abs(least) / math.sqrt(n):
            return (1, loss)
        return (0, outside, -values.get("l2", 0), values.get(RATE, 0))

    return sorted(places, key=order)


def standard_error(accuracy: float, n: float) -> float:
    """Of an accuracy on n images: the binomial distribution's standard deviation over n."""
    return math.sqrt(accuracy * (1 - accuracy) / n)


def lowest(results: list[Result], noise: float = 0) -> list[int]:
    """The indices of finished settings, of those that differ in the learning rate only the lowest.

    Of objectives that are as good as each other, a rate inside the grid is better than one on its
    edge, then the smaller. Settings whose objective is not known all stay.

    noise: the share by which an objective may be higher for nothing but noise that training is
    going to take out. Such objectives are as good as each other, and the larger rate is the better
    one then: it has more of the noise, and comes further.
    """
    equal, smaller = (noise, -1) if noise else (EQUAL, 1)
    finished = [i for i, each in enumerate(results) if each.finished]
    known = [i for i in finished if not math.isnan(results[i].objective)]
    rates = [results[i].setting.values.get(RATE, 0) for i in range(len(results))]

    def but_rate(i: int) -> list[tuple[str, float]]:
        return sorted((k, v) for k, v in results[i].setting.values.items() if k != RATE)

    kept = [i for i in finished if i not in known]
    for _, same in groupby(sorted(known, key=but_rate), key=but_rate):
        group = list(same)
        least = min(results[i].objective for i in group)
        as_good = [i for i in group if results[i].objective <= least + equal * abs(least)]
        kept.append(min(as_good, key=lambda i: (on_edge(rates[i], rates), smaller * rates[i])))
    return sorted(kept)
