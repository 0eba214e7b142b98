"""Columns standardised by training rows: as numpy would, and nothing where nothing changes."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from support.matrices import matrix, save

from pipeline.blocks.matrix import FeatureMatrix
from pipeline.classifiers import standardizer


def example(n=3000, d=5) -> np.ndarray:
    rng = np.random.default_rng(0)
    return rng.normal(rng.normal(0, 10, d), [0.01, 1, 3, 10, 1000], (n, d)).astype(np.float32)


def test_three_rows_by_hand(tmp_path):
    X = matrix(tmp_path, [[1, 5], [2, 5], [3, 5]])
    columns = standardizer.fit(X, np.arange(3), map)
    np.testing.assert_array_equal(columns.mean, [2, 5])
    np.testing.assert_allclose(columns.scale, [1.5**0.5, 0])
    standard = columns.apply(np.array([[3, 5], [1, 8]], np.float32))
    np.testing.assert_allclose(standard, [[1.5**0.5, 0], [-(1.5**0.5), 0]])


def test_rows_get_mean_zero_and_variance_one(tmp_path):
    rows = example()
    index = np.arange(0, 3000, 2)  # 1500 rows, more than are summed at once
    columns = standardizer.fit(matrix(tmp_path, rows, 700), index, map)
    training = rows[index].astype(np.float64)
    np.testing.assert_allclose(columns.mean, training.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(columns.scale, 1 / training.std(axis=0), rtol=1e-5)
    standard = columns.apply(rows[index].copy()).astype(np.float64)
    np.testing.assert_allclose(standard.mean(axis=0), 0, atol=1e-3)
    np.testing.assert_allclose(standard.std(axis=0), 1, rtol=1e-4)


def test_a_large_mean_costs_no_digits(tmp_path):
    rows = np.random.default_rng(0).normal(1e4, 1, (2000, 1)).astype(np.float32)
    columns = standardizer.fit(matrix(tmp_path, rows), np.arange(2000), map)
    assert columns.scale[0] == pytest.approx(1 / rows.astype(np.float64).std(), rel=1e-4)


@pytest.mark.parametrize("value", [0, 0.1, 1, -3e4])
def test_a_column_that_never_changes_becomes_zero(tmp_path, value):
    rows = example()
    rows[:, 2] = value
    columns = standardizer.fit(matrix(tmp_path, rows), np.arange(3000), map)
    standard = columns.apply(rows.copy())
    assert (standard[:, 2] == 0).all()
    assert (standard[:, [0, 1, 3, 4]].std(axis=0) > 0.9).all()


def test_other_rows_have_no_influence(tmp_path):
    rows, index = example(), np.arange(0, 3000, 3)
    others = np.setdiff1d(np.arange(3000), index)
    before = standardizer.fit(matrix(tmp_path / "before", rows), index, map)
    rows[others] = np.nan
    after = standardizer.fit(matrix(tmp_path / "after", rows), index, map)
    assert before.mean.tobytes() == after.mean.tobytes()
    assert before.scale.tobytes() == after.scale.tobytes()


def test_it_is_the_same_for_any_number_of_threads(tmp_path):
    X, index = matrix(tmp_path, example()), np.arange(3000)
    alone = standardizer.fit(X, index, map)
    for threads in (1, 2, 3):
        with ThreadPoolExecutor(threads) as pool:
            columns = standardizer.fit(X, index, pool.map)
        assert columns.mean.tobytes() == alone.mean.tobytes()
        assert columns.scale.tobytes() == alone.scale.tobytes()


def test_narrow_blocks_vary_less(tmp_path):
    """Blocks of 8 and 2 columns: variances 1 and 2 / 8."""
    rng = np.random.default_rng(0)
    wide, narrow = rng.normal(0, 3, (500, 8)), rng.normal(0, 7, (500, 2))
    folders = [
        save(tmp_path / name, block.astype(np.float32), 200)
        for name, block in (("wide", wide), ("narrow", narrow))
    ]
    X = FeatureMatrix(folders, ["original"], 500, 200)
    columns = standardizer.fit(X, np.arange(500), map)
    variance = columns.apply(X.take(np.arange(500))).var(axis=0)
    np.testing.assert_allclose(variance, [1] * 8 + [0.25] * 2, rtol=1e-4)
