"""Discriminants and what is measured in their plane: by hand, by a naive twin, by properties."""

import numpy as np
import pandas as pd
import pytest
from support.texts import file_of, texts

from pipeline.lecture import discriminants
from pipeline.lecture.class_marks import CLASSES, mark
from pipeline.lecture.coordinates import COLUMNS, Cloud, coordinates, describe, draw, judged, ratio
from pipeline.lecture.problem import Problem, write
from pipeline.runtime.store import write_json


def clouds(n: int, d: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    y = np.arange(n) % 3
    X = rng.standard_normal((n, d))
    X[:, 0] += 8 * (y == 1)
    X[:, 1] += 4 * (y == 2)
    return X, y


def test_the_strongest_discriminant_points_from_mean_to_mean_through_the_inverse_covariance():
    """Two classes: Fisher's direction is S^-1 (m1 - m0), here with a covariance made by hand."""
    corners = np.array([[3.0, 0], [-3, 0], [0, 1], [0, -1]])  # variances 4.5 and 0.5, not mixed
    X, y = np.concatenate([corners, corners + 1]), np.repeat([0, 1], 4)
    fitted = discriminants.fit(X, y, 2)
    shrunk = (1 - fitted.shrinkage) * np.diag([4.5, 0.5]) + fitted.shrinkage * 2.5 * np.eye(2)
    expected = np.linalg.solve(shrunk, [1.0, 1.0])
    first = fitted.directions[:, 0]
    np.testing.assert_allclose(first / np.linalg.norm(first), expected / np.linalg.norm(expected))
    assert first @ shrunk @ first == pytest.approx(1)
    assert not fitted.directions[:, 1].any()  # two classes have one direction only


def test_shrinkage_is_that_of_ledoit_and_wolf_taken_at_their_word():
    X, y = clouds(40, 6)
    within = X - discriminants.class_means(X, y)[0][y]
    S, d = within.T @ within / 40, 6
    target = np.trace(S) / d * np.eye(d)
    error = np.mean([np.sum((np.outer(x, x) - S) ** 2) for x in within]) / 40
    expected = min(1, error / np.sum((S - target) ** 2))
    found = discriminants.ledoit_wolf(within, within.T @ within)
    assert found == pytest.approx(expected)
    assert discriminants.ledoit_wolf(within, within @ within.T) == pytest.approx(expected)


@pytest.mark.parametrize(("n", "d"), [(60, 5), (30, 80)])
def test_the_plane_is_that_of_the_whole_generalised_eigenproblem(n, d):
    """Solved densely, with fewer rows than columns as well."""
    X, y = clouds(n, d)
    fitted = discriminants.fit(X, y, 2)
    means, counts = discriminants.class_means(X, y)
    within = X - means[y]
    S = within.T @ within / n
    S = (1 - fitted.shrinkage) * S + fitted.shrinkage * np.trace(S) / d * np.eye(d)
    between = (means - X.mean(axis=0)).T * counts / n @ (means - X.mean(axis=0))
    strength = np.sort(np.linalg.eigvals(np.linalg.solve(S, between)).real)[::-1][:2]
    W = fitted.directions
    np.testing.assert_allclose(W.T @ S @ W, np.eye(2), atol=1e-8)
    np.testing.assert_allclose(W.T @ between @ W, np.diag(strength), atol=1e-7 * strength[0])


def test_a_feature_that_is_the_same_everywhere_has_no_plane():
    fitted = discriminants.fit(np.ones((6, 4)), np.arange(6) % 2, 2)
    assert np.isfinite(fitted.directions).all()
    assert not fitted.apply(np.ones((3, 4))).any()


def test_figures_by_hand():
    """Means at 0 and 4: of class 0 one in four lies beyond 2, of class 1 none of two."""
    cloud = Cloud(
        np.array([[0, 0], [1, 0], [-1, 0], [3, 0], [4, 1], [4, -1.0]]), np.arange(6) // 4
    )
    right, wrong = judged(cloud, np.array([[0.0, 0], [4, 0]]))
    assert (right, wrong) == (pytest.approx(5 / 6), pytest.approx(1 / 6))
    own = np.array([0.75, 4.0])  # the means of the images themselves; that of all is 11 / 6
    between = 4 * (own[0] - 11 / 6) ** 2 + 2 * (own[1] - 11 / 6) ** 2
    within = 0.75**2 + 0.25**2 + 1.75**2 + 2.25**2 + 2
    assert ratio(cloud) == pytest.approx(between / within)


def test_an_image_between_two_means_is_half_on_either_side():
    cloud = Cloud(np.zeros((2, 2)), np.array([0, 1]))
    assert judged(cloud, np.zeros((2, 2)))[1] == 0.5


def row(name: str, split: str, accuracy: float, wrong: float) -> tuple:
    return (name, 9, split, 100, 1.0, accuracy, wrong, 0.1)


def test_the_sentence_names_what_untangles_most():
    records = [row("pixels", "train", 0.9, 0.02), row("pixels", "validation", 0.25, 0.4)]
    records += [row("hog", "train", 0.8, 0.1), row("hog", "validation", 0.75, 0.125)]
    said = describe(records, "pixels", texts("coordinates"))
    assert "pixels has 25.0 % of the validation images" in said
    assert "90.0 % of the training images" in said
    assert said.endswith("hog untangles them most, with 75.0 % and 12.5 %.")
    assert "no other representation" in describe(records, "hog", texts("coordinates"))


def test_marks_differ_in_colour_and_in_shape():
    colors, shapes = zip(*map(mark, range(CLASSES)), strict=True)
    assert len(set(colors)) == len(set(shapes)) == CLASSES == 10


@pytest.mark.parametrize("n_classes", [2, 12])
def test_any_number_of_classes_is_drawn(n_classes):
    y = np.arange(36) % n_classes
    cloud = Cloud(np.random.default_rng(0).standard_normal((36, 2)), y)
    names = [f"class_{i}" for i in range(n_classes)]
    figure = draw({"a_b": {"train": cloud, "validation": cloud}}, names)
    assert figure.axes[0].get_title() == "a b"
    texts = [text.get_text() for text in figure.legends[0].get_texts()]
    assert texts == [f"class {i}" for i in range(min(CLASSES, n_classes))]


def test_the_stage_fits_planes_to_training_rows_alone(tmp_path):
    """Held-out rows of other classes' places change their own figures, and no others."""
    X, y = clouds(60, 5)
    write_json(tmp_path / "classes.json", ["a", "b", "c"])
    tables = []
    for turn in (0, 1):
        problem = Problem("mine", 0, 3, X[:40], y[:40], X[40:], (y[40:] + turn) % 3)
        write(tmp_path / "rows.npz", problem)
        files = [tmp_path / name for name in ("table.csv", "picture.svg", "sentence.txt")]
        coordinates(
            [str(tmp_path / "rows.npz")], "mine", tmp_path / "classes.json", file_of(), *files
        )
        tables.append(pd.read_csv(files[0]))
    straight, turned = tables
    assert tuple(straight) == COLUMNS
    pd.testing.assert_frame_equal(straight[:1], turned[:1])
    assert straight["accuracy"].min() > 0.8
    assert turned["accuracy"][1] < 0.1
