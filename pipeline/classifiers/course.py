"""The course of a training: as many passes as a grid of settings needs.

In a pass learning rates fall to 0: large steps come first, to get near the optimum; small ones
last, so that the noise of minibatches dies away. How many steps are needed is not known
beforehand, so passes follow each other, each as long as all before it together. The first trains
the whole grid, the others only settings that may still turn out the best. A classifier is done
when it had the epochs and steps that it has to have, and the last pass made its best setting no
better. Source: Loshchilov and Hutter, SGDR (2017), for passes with restarts.

Where rows are so few that there may be many passes, the noise of minibatches is taken out of all
passes but the first, by snapshots (see `descent`). Of two learning rates whose objectives differ a
little after the first pass, the larger is then the better one to go on with, see `choice.lowest`.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from pipeline.classifiers.balance import importance, judges
from pipeline.classifiers.choice import rank
from pipeline.classifiers.epochs import (
    Learner,
    VarianceReduced,
    evaluate,
    run_epoch,
    take_snapshots,
)
from pipeline.classifiers.grid import Setting, Trained, results
from pipeline.classifiers.minibatches import Minibatches, held_out
from pipeline.classifiers.rows import TrainingSet
from pipeline.runtime.progress import progress
from pipeline.runtime.randomness import generator

KEPT = 4  # settings of a classifier that have a second pass; half as many have each further one
LONGEST = 8  # times as many epochs as it has to have, a classifier is trained at most
LARGE = 2  # times sgd.steps: where the epochs make so many steps, there is no further pass
NOISE = 0.05  # the share by which objectives may differ for it after the first pass
SNAPSHOT_EPOCHS = 2  # from one snapshot to the next
POINTS = 20  # of the curves in a pass, at most: short epochs are not measured one by one


class Side(NamedTuple):
    """Settings of one classifier that are trained side by side, and their places in the grid."""

    classifier: str
    learner: Learner
    places: list[int]


class Course:
    """A grid of S settings on its way through the passes."""

    def __init__(
        self, data: TrainingSet, grid: list[Setting], sgd: dict, learners: Sequence[Learner]
    ) -> None:
        """learners: of the settings of the grid, in its order; each of one classifier."""
        self.data, self.grid, self.sgd = data, grid, sgd
        self.batches = Minibatches(data, sgd["batch_size"], generator(data.seed, "sgd"))
        self.validation = held_out(data)
        self.importance, self.n_judges = importance(data, sgd), judges(data, sgd)
        ends = np.cumsum([0, *(learner.n_settings for learner in learners)])
        self.running = [
            Side(grid[start].classifier, learner, list(range(start, start + learner.n_settings)))
            for start, learner in zip(ends, learners, strict=False)
        ]
        self.ended: list[Side] = []
        self.epochs: list[int] = []
        self.curves: list[np.ndarray] = []  # (4, S) each
        self.known = np.full((2, len(grid)), np.nan)  # objective, and what settings are chosen by
        self.diverged = np.zeros(len(grid), bool)
        n_steps = -(-len(self.batches) // sgd["batch_size"])
        self.whole = max(sgd["epochs"], -(-sgd["steps"] // n_steps))
        self.large = self.whole * n_steps >= LARGE * sgd["steps"]

    def run(self, what: str) -> None:
        """Train until every classifier is done. what: the job's name in progress messages."""
        whole = self.whole
        most = whole if self.large else LONGEST * whole
        done, length, kept = 0, -(-whole // 2), KEPT
        before = np.full((2, len(self.grid)), np.nan)
        while self.running:
            self.train_pass(done, length, what)
            done += length
            noise = NOISE if done < whole and self.reduced(done) else 0
            ranked, now = self.ranked(noise), np.stack([self.curves[-1][2], self.known[0]])
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
        learners = [side.learner for side in self.running]
        momentum, n = self.sgd["momentum"], len(self.batches)
        reduced = self.reduced(done)
        for epoch in epochs:
            if reduced and epoch % SNAPSHOT_EPOCHS == 0:
                take_snapshots(reduced, self.batches.in_turn(), n, self.data.map_)
            factors = 1 - epoch / length, 1 - (epoch + 1) / length
            batches = self.batches.epoch()
            trained = run_epoch(learners, batches, n, momentum, factors, self.data.map_)
            if (epoch + 1) % every == 0 or epoch + 1 == length:
                self.measure(done + epoch + 1, learners, trained)

    def reduced(self, done: int) -> list[VarianceReduced]:
        """The learners that are trained without noise, after so many epochs."""
        learners = [side.learner for side in self.running]
        able = [each for each in learners if isinstance(each, VarianceReduced)]
        return able if done > 0 and not self.large else []

    def measure(self, epoch: int, learners: list[Learner], trained: np.ndarray) -> None:
        """Add a point to the curves; those of settings that are not trained any more go on flat.

        trained: float64 (2, settings of the learners), what `run_epoch` returned.
        """
        held = evaluate(learners, self.validation(), self.importance, self.data.map_)
        places = [place for side in self.running for place in side.places]
        curve = self.curves[-1].copy() if self.curves else np.full((4, len(self.grid)), np.nan)
        curve[:, places] = np.vstack([trained, held[:2]])
        ends = np.cumsum([each.n_settings for each in learners])[:-1]
        losses = np.split(trained[0], ends)
        lost = [each.objective(loss) for each, loss in zip(learners, losses, strict=True)]
        self.known[:, places] = np.concatenate(lost), held[2]
        self.diverged[places] = np.concatenate([each.diverged for each in learners])
        self.epochs.append(epoch)
        self.curves.append(curve)

    def ranked(self, noise: float) -> dict[str, list[int]]:
        """For each classifier that is trained, the places of its settings, the best first.

        noise: of objectives, see `choice.lowest`.
        """
        found, running = {}, {place for side in self.running for place in side.places}
        every = results(self.grid, self.so_far(running))
        for name in dict.fromkeys(side.classifier for side in self.running):
            own = [i for i, setting in enumerate(self.grid) if setting.classifier == name]
            found[name] = [own[i] for i in rank([every[i] for i in own], self.n_judges, noise)]
        return found

    def keep(self, ranked: dict[str, list[int]], ends: set[str]) -> None:
        """Go on with these settings of each classifier, but for the classifiers in `ends`."""
        running: list[Side] = []
        for side in self.running:
            best = ranked[side.classifier]
            index = [i for i, place in enumerate(side.places) if place in best]
            if index:
                places = [side.places[i] for i in index]
                kept = Side(side.classifier, side.learner.keep(index), places)
                (self.ended if side.classifier in ends else running).append(kept)
        self.running = running

    def so_far(self, finished: set[int], model: Callable = dict) -> Trained:
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
        """The result of the training, with the models of the learners."""
        held = {p: (side.learner, i) for side in self.ended for i, p in enumerate(side.places)}

        def model(i: int) -> dict[str, np.ndarray]:
            learner, place = held[i]
            return learner.model(place)

        return self.so_far(set(held), model)
