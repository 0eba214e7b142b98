"""Linear classifiers as the stage `train` gets them: one result for each setting of a grid."""

import numpy as np
import pytest
from support import clusters
from support.classifiers import grid, told
from support.clusters import ROWS, labels

from pipeline.classifiers import linear
from pipeline.classifiers.losses import named
from pipeline.classifiers.rows import TrainingSet, fit_rows
from pipeline.images.parts import TRAIN, VALIDATION


def test_training_tells_the_settings_apart_whatever_groups_they_are_in(tmp_path):
    """Each model, on the validation rows as they are, scores what its curves end with."""
    rates = {"learning_rates": [0.003, 0.1, 3, 1e30], "l2": [0.001, 1]}
    X = clusters.write(tmp_path).matrix()
    training, validation = (np.flatnonzero(ROWS[part]) for part in (TRAIN, VALIDATION))
    rows = fit_rows(X, labels(), training, 0, map)
    data = TrainingSet(rows, training, validation, clusters.C, 0, tmp_path, map)
    given = told(**rates)
    settings = [*grid("svm", *rates.values()), *grid("softmax", *rates.values())]
    trained = linear.train(data, settings, given["sgd"], "train")
    assert trained.curves.shape == (len(trained.epochs), 4, 16)
    wild = [each.values["learning_rate"] == 1e30 for each in settings]
    assert trained.diverged.tolist() == wild
    assert not trained.finished[trained.diverged].any()
    assert [sum(trained.finished[some]) for some in (slice(8), slice(8, 16))] == [2, 2]
    Z = rows.standardizer.apply(X.take(validation))
    ends = set()
    for i in np.flatnonzero(trained.finished):
        scores = linear.scores(trained.model(i), Z)
        loss, accuracy = trained.curves[-1, 2:, i]
        y = labels()[validation]
        assert named(settings[i].loss)(scores, y)[0].mean() == pytest.approx(loss, rel=1e-3)
        assert np.mean(scores.argmax(axis=1) == y) == pytest.approx(accuracy, abs=0.011)
        ends.add(round(loss, 6))
    assert len(ends) == 4  # no two are alike
