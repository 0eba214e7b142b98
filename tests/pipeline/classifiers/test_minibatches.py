"""An epoch visits every row once, however little fits into memory."""

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from support.matrices import matrix, matrix_of_views

from pipeline.classifiers import minibatches, prepared
from pipeline.classifiers.minibatches import Minibatches, held_out, in_order, mean_of_views
from pipeline.classifiers.rows import Rows, TrainingSet, plain_rows
from pipeline.classifiers.standardizer import Standardizer

N, D = 300, 3
SMALL = [(64, 2**29), (7, 2**29), (7, 7 * 2 * D * 5), (16, 1), (1, 1)]  # CHUNK, BUFFER


@pytest.fixture
def numbered(tmp_path):
    """Row i is (i, 10 i, -i)."""
    return matrix(tmp_path, np.arange(N)[:, None] * [1, 10, -1])


def training() -> np.ndarray:
    return np.flatnonzero(np.arange(N) % 4 != 1)


def rows(X, mean=(0, 0, 0), scale=(1, 1, 1)) -> Rows:
    """The rows of X, with classes that tell them apart."""
    standard = Standardizer(np.array(mean, np.float32), np.array(scale, np.float32))
    return plain_rows(X, np.arange(N) * 2, standard)


def data(X, training=(), validation=(), map_=map, **standard) -> TrainingSet:
    """The rows of X, some to train on and some to choose by."""
    images = [np.array(index, int) for index in (training, validation)]
    return TrainingSet(rows(X, **standard), *images, 2 * N, 0, folder(X), map_)


def batches(X, index, batch_size=32, seed=0, map_=map) -> Minibatches:
    return Minibatches(data(X, index, map_=map_), batch_size, np.random.default_rng(seed))


def folder(X) -> Path:
    """Where the matrix lies."""
    return X.views[0][0].shards[0].path.parent


@pytest.mark.parametrize(("chunk", "buffer"), SMALL)
@pytest.mark.parametrize("n", [225, 1, 64, 65])
def test_every_epoch_visits_each_training_row_once(numbered, monkeypatch, chunk, buffer, n):
    monkeypatch.setattr(minibatches, "CHUNK", chunk)
    monkeypatch.setattr(minibatches, "BUFFER", buffer)
    index = training()[:n]
    source = batches(numbered, index)
    for _ in range(3):
        seen = []
        for rows, y, numbers in source.epoch():
            assert 1 <= len(rows) == len(y) <= 32
            np.testing.assert_array_equal(rows, rows[:, :1] * [1, 10, -1])
            np.testing.assert_array_equal(y, 2 * rows[:, 0])
            np.testing.assert_array_equal(index[numbers], rows[:, 0])
            seen += rows[:, 0].tolist()
        assert sorted(seen) == index.tolist()


@pytest.mark.parametrize(("chunk", "buffer"), SMALL)
def test_rows_come_in_turn_with_their_numbers(numbered, monkeypatch, chunk, buffer):
    monkeypatch.setattr(minibatches, "CHUNK", chunk)
    monkeypatch.setattr(minibatches, "BUFFER", buffer)
    index = training()
    source = batches(numbered, index)
    next(source.epoch())  # whatever is in the buffer
    found = [np.concatenate(column) for column in zip(*source.in_turn(), strict=True)]
    np.testing.assert_array_equal(found[0][:, 0], index)
    np.testing.assert_array_equal(found[1], 2 * index)
    np.testing.assert_array_equal(found[2], np.arange(len(index)))


@pytest.mark.parametrize(("chunk", "buffer"), SMALL)
def test_each_epoch_has_an_order_of_its_own(numbered, monkeypatch, chunk, buffer):
    monkeypatch.setattr(minibatches, "CHUNK", chunk)
    monkeypatch.setattr(minibatches, "BUFFER", buffer)
    source = batches(numbered, training())
    first, second = (np.concatenate([y for _, y, _ in source.epoch()]) for _ in range(2))
    assert not np.array_equal(first, second)
    assert not np.array_equal(first, np.sort(first))


def test_batches_are_of_nearly_equal_size(numbered):
    sizes = [len(y) for _, y, _ in batches(numbered, training(), batch_size=100).epoch()]
    assert sizes == [75, 75, 75]


def test_rows_are_standardised_once(numbered, monkeypatch):
    index = training()
    halved = data(numbered, index, mean=(1, 0, 0), scale=(0.5, 0, 1))
    for buffer in (2**29, 1):
        monkeypatch.setattr(minibatches, "BUFFER", buffer)
        source = Minibatches(halved, 32, np.random.default_rng(0))
        for _ in range(2):
            seen = np.concatenate([X for X, *_ in source.epoch()])
            seen = seen[np.argsort(seen[:, 0])]
            expected = np.stack([(index - 1) / 2, 0 * index, -index], axis=1)
            np.testing.assert_array_equal(seen, expected)


def test_the_order_is_the_same_for_any_number_of_threads(numbered, monkeypatch):
    monkeypatch.setattr(minibatches, "CHUNK", 8)
    monkeypatch.setattr(minibatches, "BUFFER", 8 * 2 * D * 10)
    alone = [y.tolist() for _, y, _ in batches(numbered, training()).epoch()]
    for threads in (1, 2):
        with ThreadPoolExecutor(threads) as pool:
            found = [
                y.tolist() for _, y, _ in batches(numbered, training(), map_=pool.map).epoch()
            ]
        assert found == alone


def test_the_seed_decides(numbered):
    orders = [
        [y.tolist() for _, y, _ in batches(numbered, training(), seed=s).epoch()]
        for s in (0, 0, 1)
    ]
    assert orders[0] == orders[1] != orders[2]


def test_rows_to_be_scored_come_in_order(numbered, monkeypatch):
    monkeypatch.setattr(minibatches, "ROWS", 40)
    source = rows(numbered, scale=(0.5, 0.5, 0.5))
    parts, y = zip(*in_order(source, training()), strict=True)
    assert [len(part) for part in y] == [40] * 5 + [25]
    np.testing.assert_array_equal(np.concatenate(y), 2 * training())
    np.testing.assert_array_equal(np.concatenate(parts)[:, 0], training() / 2)


@pytest.mark.parametrize("views", [1, 2])
def test_held_out_rows_come_as_in_order_again_and_again(tmp_path, monkeypatch, views):
    monkeypatch.setattr(minibatches, "ROWS", 40)
    block = np.arange(N)[:, None] * [1, 2, -1]  # half precision holds them
    X = matrix_of_views(tmp_path, block, block + 0.5) if views == 2 else matrix(tmp_path, block)
    again = held_out(data(X, validation=training()))
    for _ in range(2):
        for found, expected in zip(again(), in_order(rows(X), training()), strict=True):
            for array, other in zip(found, expected, strict=True):
                np.testing.assert_array_equal(array, other)


def test_prepared_rows_leave_no_file(numbered):
    before = sorted(folder(numbered).iterdir())
    source = batches(numbered, training())
    next(source.epoch())
    assert sorted(folder(numbered).iterdir()) == before


def test_a_disk_that_takes_a_little_at_a_time_gets_it_all(numbered, monkeypatch):
    write = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda file, data, at: write(file, data[:50], at))
    seen = np.concatenate([X for X, *_ in batches(numbered, training()).epoch()])
    assert sorted(seen[:, 0]) == training().tolist()


def test_a_full_disk_is_told_with_its_folder(numbered, monkeypatch):
    def full(file, size):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(prepared, "reserve", full)
    with pytest.raises(OSError, match=f"No space left on device: '{folder(numbered)}'"):
        batches(numbered, training())


def test_all_views_are_trained_on_with_the_class_of_their_image(tmp_path):
    block = np.arange(N)[:, None] * [1, 10, -1]
    both = matrix_of_views(tmp_path, block, block + 0.5)
    seen = [
        (row[0], y)
        for rows, labels, _ in batches(both, training()).epoch()
        for row, y in zip(rows, labels, strict=True)
    ]
    expected = [(i + shift, 2 * i) for i in training() for shift in (0, 0.5)]
    assert sorted(seen) == sorted(expected)


def test_views_of_an_image_are_scored_by_their_mean():
    scores = np.array([[1, 5], [3, 0], [3, 1], [5, 4]], np.float32)  # two images, two views
    np.testing.assert_array_equal(mean_of_views(scores, 2), [[2, 3], [4, 2]])
    assert mean_of_views(scores, 4) is scores
