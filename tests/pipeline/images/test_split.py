"""Parts: stratified, whole groups, reproducible, and the source's own test images kept."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.mistakes import refused

from pipeline.images.labels import write_labels
from pipeline.images.parts import TEST, TRAIN, VALIDATION
from pipeline.images.split import split
from pipeline.sources.source import Record


def run(folder, label, group=None, source=None, seed=0, test=0.25, validation=0.2) -> np.ndarray:
    n = len(label)
    folder.mkdir(exist_ok=True)
    paths = [folder / name for name in ("labels.csv", "classes.json", "parts.npy")]
    files = [f"{i}.png" for i in range(n)]
    source, group = source or [""] * n, group or range(n)
    write_labels(paths[0], map(Record, files, label, source, group))
    paths[1].write_text(json.dumps([f"class {c}" for c in range(max(label) + 1)]))
    assert split(paths[0], paths[1], seed, test, validation, paths[2]) == n
    return np.load(paths[2])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("split")


def fails(folder, *words, **options) -> None:
    with refused(*words):
        run(folder, **options)
    assert not (folder / "parts.npy").exists()


sizes = st.lists(st.lists(st.integers(1, 6), min_size=3, max_size=30), min_size=2, max_size=4)
fractions = st.floats(0.05, 0.95)


@given(sizes, fractions, fractions, st.integers(0, 2**32))
@settings(max_examples=150, deadline=None)
def test_groups_stay_whole_and_counts_near_the_fractions(folder, sizes, test, validation, seed):
    label = [c for c, groups in enumerate(sizes) for size in groups for _ in range(size)]
    members = [size for groups in sizes for size in groups]
    group = np.repeat(np.arange(len(members)), members)
    shuffle = np.random.default_rng(seed).permutation(len(label))
    label, group = np.array(label)[shuffle], group[shuffle]
    part = run(folder, label.tolist(), group.tolist(), None, seed, test, validation)
    assert part.dtype == np.int8
    for g in range(len(members)):
        assert len(np.unique(part[group == g])) == 1
    for c, groups in enumerate(sizes):
        counts = np.bincount(part[label == c], minlength=3)
        assert counts.min() >= 1
        n, largest = sum(groups), max(groups)
        remaining = n - counts[TEST]
        # Nearest of whole groups, unless one group is the least, or others need the rest.
        few = 2 * largest
        assert (
            abs(counts[TEST] - test * n) <= largest / 2 + 1e-9
            or test * n <= largest
            or (1 - test) * n <= few + largest
        )
        assert (
            abs(counts[VALIDATION] - validation * remaining) <= largest / 2 + 1e-9
            or validation * remaining <= largest
            or (1 - validation) * remaining <= few
        )


def test_single_images_are_counted_to_the_image(folder):
    part = run(folder, [0] * 40 + [1] * 80)
    assert np.bincount(part[:40]).tolist() == [24, 6, 10]
    assert np.bincount(part[40:]).tolist() == [48, 12, 20]


def test_the_test_images_of_the_source_are_kept(folder):
    label = [0, 1] * 50
    source = ["test" if i < 20 else "train" for i in range(100)]
    part = run(folder, label, source=source, test=0.9, validation=0.25)
    assert (part[:20] == TEST).all()
    assert np.bincount(part[20:]).tolist() == [60, 20]
    assert np.bincount(np.array(label)[20:][part[20:] == VALIDATION]).tolist() == [10, 10]


def test_the_seed_decides_and_nothing_else(folder):
    label = [0, 1] * 50
    first = run(folder, label, seed=1)
    np.testing.assert_array_equal(run(folder, label, seed=1), first)
    assert not np.array_equal(run(folder, label, seed=2), first)


def test_every_image_is_as_likely_in_test(folder):
    counts = sum((run(folder, [0, 1] * 10, seed=seed) == TEST).astype(int) for seed in range(400))
    assert counts.min() > 60  # 100 expected, standard deviation 8.7 or less
    assert counts.max() < 140


def test_fewer_images_than_parts_need(tmp_path):
    fails(tmp_path, "class 1", "2 images", "3 needed", label=[0] * 9 + [1] * 2)
    fails(tmp_path, "class 1", "0 images", label=[0] * 9 + [2] * 9)
    fails(
        tmp_path, "class 0", "2 images", label=[0] * 9 + [1] * 9, group=[0] * 8 + [*range(1, 11)]
    )
    source = ["train"] + ["test"] * 5 + ["train"] * 6
    fails(tmp_path, "class 0", "1 images", "2 needed", label=[0] * 6 + [1] * 6, source=source)


def test_the_smallest_class_that_suffices(folder):
    assert sorted(run(folder, [0, 0, 0, 1, 1, 1])[:3]) == [TRAIN, VALIDATION, TEST]


@pytest.mark.parametrize("value", [0, 1, -0.5, 2, float("nan")])
@pytest.mark.parametrize("key", ["test", "validation"])
def test_fractions_must_be_fractions(tmp_path, key, value):
    fails(tmp_path, f"{key}_fraction", str(value), label=[0] * 9 + [1] * 9, **{key: value})
