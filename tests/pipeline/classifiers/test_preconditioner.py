"""The preconditioner changes the coordinates, and neither scores nor penalties."""

import numpy as np
import pytest

from pipeline.classifiers import preconditioner


@pytest.fixture
def rows():
    """Rows that vary up to a thousand times more in some directions than in most, (600, 64)."""
    rng = np.random.default_rng(0)
    turn, _ = np.linalg.qr(rng.normal(size=(64, 64)))
    deviation = np.concatenate([[30, 20, 10, 5, 4, 3.5, 3, 2.5], np.ones(56)])
    return (rng.normal(size=(600, 64)) * deviation @ turn.T).astype(np.float32)


def fitted(rows):
    return preconditioner.fit(rows, np.random.default_rng(1))


def applied(found, rows):
    Z = np.zeros((len(rows), found.width()), np.float32)
    Z[:, -rows.shape[1] :] = rows
    found.apply(Z)
    return Z


def test_directions_are_the_strongest_of_an_eigendecomposition(rows):
    found = fitted(rows)
    _, U = np.linalg.eigh((rows.T @ rows).astype(np.float64))
    overlap = np.abs(np.diag(found.directions.T @ U[:, ::-1][:, : found.directions.shape[1]]))
    assert found.directions.shape == (64, 32)
    np.testing.assert_allclose(overlap[:3], 1, atol=1e-3)
    np.testing.assert_allclose(found.directions.T @ found.directions, np.eye(32), atol=1e-5)


def test_no_direction_is_left_far_stronger_than_the_rest(rows):
    Z = applied(fitted(rows), rows).astype(np.float64)
    before = np.linalg.eigvalsh(rows.T.astype(np.float64) @ rows)
    after = np.linalg.eigvalsh(Z.T @ Z)
    assert before[-1] / before[10] > 300
    assert after[-1] / after[-64] < 4
    assert (Z**2).sum(axis=1).mean() == pytest.approx(1, rel=1e-3)


def test_scores_and_norm_are_those_of_the_weights_turned_back(rows):
    found = fitted(rows)
    Z = applied(found, rows)
    # Weights as descent from 0 reaches them: combinations of rows.
    A = Z.T @ np.random.default_rng(2).normal(size=(len(Z), 3)).astype(np.float32) / len(Z)
    W = found.weights(found.penalty()[:, None] ** -0.5 * A)
    np.testing.assert_allclose(rows @ W, Z @ (found.penalty()[:, None] ** -0.5 * A), atol=1e-3)
    assert np.sum(W**2) == pytest.approx(np.sum(A**2), rel=1e-4)


def test_the_identity_leaves_rows_and_weights_alone(rows):
    same = preconditioner.identity(64)
    np.testing.assert_array_equal(applied(same, rows), rows)
    W = np.ones((64, 2), np.float32)
    np.testing.assert_array_equal(same.weights(W), W)
    np.testing.assert_array_equal(same.penalty(), np.ones(64))


@pytest.mark.parametrize("shape", [(5, 3), (3, 40), (20, 9)])
def test_few_rows_or_columns_have_few_directions_or_none(shape):
    rows = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    assert applied(fitted(rows), rows).shape[1] <= shape[1] + min(shape[1] // 2, shape[0] // 8)
