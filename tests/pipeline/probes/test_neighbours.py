"""Nearest neighbours: those of a naive search, whatever the slices."""

import numpy as np
import pytest

from pipeline.probes import neighbours
from pipeline.probes.neighbours import WIDTH, directions, nearest


@pytest.mark.parametrize("products", [60, 2**23])
def test_the_neighbours_of_a_naive_search(monkeypatch, products):
    monkeypatch.setattr(neighbours, "PRODUCTS", products)
    rng = np.random.default_rng(0)
    these, those = rng.standard_normal((20, 4)), rng.standard_normal((30, 4))
    found = np.concatenate(list(nearest(these, those, 3, map)))
    for query, got in zip(these, found, strict=True):
        assert set(got) == set(np.argsort(-(those @ query))[:3])


def test_fewer_others_than_asked_for_are_all():
    rng = np.random.default_rng(1)
    (found,) = nearest(rng.standard_normal((5, 4)), rng.standard_normal((2, 4)), 9, map)
    assert np.sort(found, axis=1).tolist() == [[0, 1]] * 5


def test_directions_have_no_mean_and_length_one():
    rng = np.random.default_rng(2)
    X = (5 + rng.standard_normal((200, 8))).astype(np.float32)
    index = np.arange(0, 200, 2)
    found = directions(X.__getitem__, index, rng, map)
    expected = X[index] - X[index].mean(axis=0)
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    flat = directions(np.ones((3, 4), np.float32).__getitem__, np.arange(3), rng, map)
    assert not flat.any()


def test_a_projection_keeps_who_is_near(monkeypatch):
    monkeypatch.setattr(neighbours, "ROWS", 7)
    rng = np.random.default_rng(3)
    X = rng.standard_normal((100, 4 * WIDTH)).astype(np.float32)
    X[50:] = X[:50] + 0.3 * rng.standard_normal((50, 4 * WIDTH)).astype(np.float32)
    found = directions(X.__getitem__, np.arange(100), rng, map)
    assert found.shape == (100, WIDTH)
    (got,) = nearest(found[50:], found[:50], 1, map)
    assert got[:, 0].tolist() == list(range(50))
