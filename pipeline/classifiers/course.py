"""The course of a training: as many passes as a grid of settings needs.

In a pass learning rates fall to 0: large steps come first, to get near the optimum; small ones
last, so that the noise of minibatches dies away. How many steps are needed is not known
beforehand, so passes follow each other, each as long as all before it together. The first trains
the whole grid, the others only settings that may still turn out the best. A classifier is done
when it had the epochs and steps that it has to have, and the last pass made its best setting no
better. Source: Loshchilov and Hutter, SGDR (2017), for passes with restarts.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from pipeline.classifiers.balance import class_weight, importance, judges
from pipeline.classifiers.choice import rank
from pipeline.classifiers.descent import Group, evaluate, make_groups, run_epoch
from pipeline.classifiers.grid import Setting, Trained, results
from pipeline.classifiers.minibatches import Minibatches, held_out
from pipeline.classifiers.rows import TrainingSet
from pipeline.runtime.progress import progress
from pipeline.runtime.randomness import generator

KEPT = 4  # settings of a classifier that have a second pass; half as many have each further one
LONGEST = 8  # times as many epochs as it has to have, a classifier is trained at most
LARGE = 2  # times sgd.steps: where the epochs make so many steps, there is no further pass
POINTS = 20  # of the curves in a pass, at most: short epochs are not measured one by one


class Side(NamedTuple):
    """Settings of one classifier that are trained side by side, and their places in the grid."""

    classifier: str
    group: Group
    places: list[int]


class Course:
    """A grid of S settings on its way through the passes."""

    def __init__(self, data: TrainingSet, grid: list[Setting], sgd: dict) -> None:
        self.data, self.grid, self.sgd = data, grid, sgd
        self.batches = Minibatches(data, sgd["batch_size"], generator(data.seed, "sgd"))
        self.validation = held_out(data)
        self.importance, self.n_judges = importance(data, sgd), judges(data, sgd)
        penalty = data.rows.preconditioner.penalty()
        groups = make_groups(grid, penalty, data.n_classes, class_weight(data, sgd))
        ends = np.cumsum([0, *(group.shape[1] for group in groups)])
        self.running = [
            Side(grid[start].classifier, group, list(range(start, start + group.shape[1])))
            for start, group in zip(ends, groups, strict=False)
        ]
        self.ended: list[Side] = []
        self.epochs: list[int] = []
        self.curves: list[np.ndarray] = []  # (4, S) each
        self.known = np.full((2, len(grid)), np.nan)  # objective, and what settings are chosen by
        self.diverged = np.zeros(len(grid), bool)

    def run(self, what: str) -> None:
        """Train until every classifier is done. what: the job's name in progress messages."""
        n_steps = -(-len(self.batches) // self.sgd["batch_size"])
        whole = max(self.sgd["epochs"], -(-self.sgd["steps"] // n_steps))
        large = whole * n_steps >= LARGE * self.sgd["steps"]
        most = whole if large else LONGEST * whole
        done, length, kept = 0, -(-whole // 2), KEPT
        before = np.full((2, len(self.grid)), np.nan)
        while self.running:
            self.train_pass(done, length, what)
            done += length
            ranked, now = self.ranked(), np.stack([self.curves[-1][2], self.known[0]])
            lower = (now < (1 - self.sgd["gain"]) * before).any(axis=0)
            gained = {name for name, places in ranked.items() if lower[places[:1]].any()}
            going_on = gained if done >= whole else set(ranked)
            ends = set(ranked) - going_on if done < most else set(ranked)
            self.keep({name: places[:kept] for name, places in ranked.items()}, ends)
            before, length, kept = now, whole - done if done < whole else done, max(1, kept // 2)

    def train_pass(self, done: int, length: int, what: str) -> None:
        """Train for some epochs, in which learning rates fall in a straight line to 0."""
        n_validation = len(self.data.validation) * len(self.data.rows.X.views)
        every = max(-(-n_validation // len(self.batches)), -(-length // POINTS))
        epochs = progress(range(length), length, f"{what}: pass {len(self.epochs)}, epochs")
        for epoch in epochs:
            factors = 1 - epoch / length, 1 - (epoch + 1) / length
            groups = [side.group for side in self.running]
            momentum, n = self.sgd["momentum"], len(self.batches)
            batches = self.batches.epoch()
            trained = run_epoch(groups, batches, n, momentum, factors, self.data.map_)
            if (epoch + 1) % every == 0 or epoch + 1 == length:
                self.measure(done + epoch + 1, groups, trained)

    def measure(self, epoch: int, groups: list[Group], trained: np.ndarray) -> None:
        """Add a point to the curves; those of settings that are not trained any more go on flat.

        trained: float64 (2, settings of the groups), what `run_epoch` returned.
        """
        held = evaluate(groups, self.validation(), self.importance, self.data.map_)
        places = [place for side in self.running for place in side.places]
        curve = self.curves[-1].copy() if self.curves else np.full((4, len(self.grid)), np.nan)
        curve[:, places] = np.vstack([trained, held[:2]])
        ends = np.cumsum([group.shape[1] for group in groups])[:-1]
        losses = np.split(trained[0], ends)
        lost = [group.objective(loss) for group, loss in zip(groups, losses, strict=True)]
        self.known[:, places] = np.concatenate(lost), held[2]
        self.diverged[places] = np.concatenate([group.diverged for group in groups])
        self.epochs.append(epoch)
        self.curves.append(curve)

    def ranked(self) -> dict[str, list[int]]:
        """For each classifier that is trained, the places of its settings, the best first."""
        found, running = {}, {place for side in self.running for place in side.places}
        every = results(self.grid, self.snapshot(running))
        for name in dict.fromkeys(side.classifier for side in self.running):
            own = [i for i, setting in enumerate(self.grid) if setting.classifier == name]
            found[name] = [own[i] for i in rank([every[i] for i in own], self.n_judges)]
        return found

    def keep(self, ranked: dict[str, list[int]], ends: set[str]) -> None:
        """Go on with these settings of each classifier, but for the classifiers in `ends`."""
        running: list[Side] = []
        for side in self.running:
            best = ranked[side.classifier]
            index = [i for i, place in enumerate(side.places) if place in best]
            if index:
                places = [side.places[i] for i in index]
                kept = Side(side.classifier, side.group.keep(index), places)
                (self.ended if side.classifier in ends else running).append(kept)
        self.running = running

    def snapshot(self, finished: set[int], model: Callable = dict) -> Trained:
        """What is known by now. finished: the places of settings that one may be chosen of."""
        return Trained(
            np.array(self.curves),
            self.diverged,
            model,
            np.array(self.epochs),
            np.isin(np.arange(len(self.grid)), list(finished)),
            *self.known,
        )

    def trained(self) -> Trained:
        """The result of the training. Models are as in `Group.weights`, in a dict: W and b."""
        held = {p: (side.group, i) for side in self.ended for i, p in enumerate(side.places)}

        def model(i: int) -> dict[str, np.ndarray]:
            group, place = held[i]
            return dict(zip("Wb", group.weights(place), strict=True))

        return self.snapshot(set(held), model)
