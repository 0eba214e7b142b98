"""Draw about a share of every class from groups that have images of several classes."""

import numpy as np

WORK = 100_000  # pairs of a group and a class, in all draws: of few groups many are tried
MOST_TRIES = 50
MOST_ROUNDS = 20  # over all groups


class NoDrawError(Exception):
    """No draw has images of the class `label`, and leaves some."""

    def __init__(self, label: int) -> None:
        super().__init__(label)
        self.label = label


class Groups:
    """Groups, and of which classes each has images.

    classes[starts[i] : starts[i + 1]] are the classes of group i, and `steps` there what share of
    the class's images the group has. n_of_class: how many groups have images of each class.
    """

    def __init__(self, label: np.ndarray, inverse: np.ndarray) -> None:
        """label, inverse: the class and the group of each image."""
        n_classes = int(label.max()) + 1
        pairs, counts = np.unique(inverse.astype(np.int64) * n_classes + label, return_counts=True)
        group, classes = np.divmod(pairs, n_classes)
        self.sizes = np.bincount(inverse)
        self.n = len(self.sizes)
        self.n_of_class = np.bincount(classes, minlength=n_classes).tolist()
        self.starts = np.searchsorted(group, np.arange(self.n + 1)).tolist()
        self.by_class = group[np.argsort(classes, kind="stable")]
        self.steps = (counts / np.bincount(label, minlength=n_classes)[classes]).tolist()
        self.classes = classes.tolist()

    def of(self, i: int) -> list[tuple[int, float]]:
        inside = slice(self.starts[i], self.starts[i + 1])
        return list(zip(self.classes[inside], self.steps[inside], strict=True))

    def having(self, label: int) -> np.ndarray:
        """The groups that have images of a class."""
        start = sum(self.n_of_class[:label])
        return self.by_class[start : start + self.n_of_class[label]]


class Draw:
    """A choice of groups, which is changed by one group at a time.

    off: by how much the drawn share of each class exceeds the fraction. n_drawn: how many of its
    groups are drawn, of which at least one should be, and at least `keep` should not.
    """

    def __init__(self, groups: Groups, fraction: float, keep: int) -> None:
        self.groups, self.keep = groups, keep
        self.drawn = [False] * groups.n
        self.off = [-fraction if n else 0.0 for n in groups.n_of_class]
        self.n_drawn = [0] * len(groups.n_of_class)

    def change(self, i: int) -> None:
        """Draw group i, or take it back."""
        sign = -1 if self.drawn[i] else 1
        for c, step in self.groups.of(i):
            self.off[c] += sign * step
            self.n_drawn[c] += sign
        self.drawn[i] = not self.drawn[i]

    def gain(self, i: int) -> float:
        """By how much the sum of squares of `off` falls if group i is changed."""
        sign = -1 if self.drawn[i] else 1
        return -sum(step * (step + 2 * sign * self.off[c]) for c, step in self.groups.of(i))

    def may_change(self, i: int) -> bool:
        """Whether each class then still has enough groups that are drawn, and that are not."""
        if self.drawn[i]:
            return all(self.n_drawn[c] > 1 for c, _ in self.groups.of(i))
        most = [(c, self.groups.n_of_class[c] - self.keep) for c, _ in self.groups.of(i)]
        return all(self.n_drawn[c] < n for c, n in most)

    def lacking(self) -> list[int]:
        """The classes of which nothing is drawn."""
        both = zip(self.groups.n_of_class, self.n_drawn, strict=True)
        return [c for c, (n, n_drawn) in enumerate(both) if n and not n_drawn]


def draw_spanning(
    label: np.ndarray, group: np.ndarray, fraction: float, keep: int, rng: np.random.Generator
) -> np.ndarray:
    """Draw whole groups, about a fraction of the images of every class: bool (n,).

    label, group: int (n,). Groups are drawn at random. Then they are changed one by one where
    that brings the shares of the classes nearer to the fraction. Of few groups, the best of many
    such draws is taken. Some group of each class is drawn, and at least `keep` groups of each
    remain; raises NoDrawError where that is not found.
    """
    _, inverse = np.unique(group, return_inverse=True)
    groups = Groups(label, inverse)
    tries = min(MOST_TRIES, 1 + WORK // len(groups.classes))
    draws = [improved(groups, fraction, keep, rng) for _ in range(tries)]
    lacking = [draw.lacking() for draw in draws]
    # Rounded: of equals the first is taken, and not the one of which fewer numbers were added up.
    cost = [round(sum(off**2 for off in draw.off), 12) for draw in draws]
    best = min(range(tries), key=lambda i: (len(lacking[i]), cost[i]))
    if lacking[best]:
        raise NoDrawError(lacking[best][0])
    return np.array(draws[best].drawn)[inverse]


def improved(groups: Groups, fraction: float, keep: int, rng: np.random.Generator) -> Draw:
    """A random draw, changed until no single change makes it better.

    Small groups are changed first: large ones are then drawn about as often as they should be.
    """
    draw, order = Draw(groups, fraction, keep), rng.permutation(groups.n)
    drawn = np.cumsum(groups.sizes[order])
    for i in order[: int(np.argmin(np.abs(drawn - fraction * drawn[-1]))) + 1].tolist():
        if draw.may_change(i):
            draw.change(i)
    for c in draw.lacking():
        if not draw.n_drawn[c]:
            cover(draw, c, rng)
    small_first = order[np.argsort(groups.sizes[order], kind="stable")].tolist()
    for _ in range(MOST_ROUNDS):
        changed = False
        for i in small_first:
            if draw.gain(i) > 1e-12 and draw.may_change(i):
                draw.change(i)
                changed = True
        if not changed:
            break
    return draw


def cover(draw: Draw, label: int, rng: np.random.Generator) -> None:
    """Draw one group of a class, if any may be: that after which the shares are nearest."""
    mine = rng.permutation(draw.groups.having(label)).tolist()
    able = [i for i in mine if draw.may_change(i)]
    if able:
        draw.change(max(able, key=draw.gain))
