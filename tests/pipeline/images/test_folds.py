"""Folds: each image is tested once, classes are spread evenly, and no group is torn."""

import json

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from support.mistakes import refused

from features.errors import BadInput
from pipeline.images.labels import write_labels
from pipeline.images.parts import TEST, TRAIN, UNUSED, VALIDATION
from pipeline.images.split import split
from pipeline.sources.source import Record


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("folds")


def parts(folder, label, folds, group=None, content=None, source=None, seed=0) -> np.ndarray:
    """The part of each image (columns) in each fold (rows)."""
    n = len(label)
    group, content = range(n) if group is None else group, range(n) if content is None else content
    files = folder / "labels.csv", folder / "classes.json"
    records = map(Record, map(str, range(n)), label, source or [""] * n, group)
    write_labels(files[0], records, content)
    files[1].write_text(json.dumps([f"class {c}" for c in range(max(label) + 1)]))
    rows = []
    for fold in range(1, folds + 1):
        out = folder / f"parts{fold}.npy"
        assert split(*files, seed, 0.25, "report", out, folds=folds, fold=fold) == n
        rows.append(np.load(out))
    return np.array(rows)


def torn(part: np.ndarray, shared) -> bool:
    """Whether images that share a number play different parts in some fold."""
    return len(set(zip(shared, *part.tolist(), strict=True))) > len(set(shared))


@given(st.lists(st.integers(5, 40), min_size=2, max_size=5), st.integers(2, 5), st.integers(0, 99))
@settings(max_examples=50)
def test_each_image_is_tested_once_and_classes_are_even_to_the_image(folder, sizes, folds, seed):
    label = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(sizes)), sizes))
    part = parts(folder, label.tolist(), folds, seed=seed)
    assert ((part == TEST).sum(axis=0) == 1).all()
    sums = (part == TEST).sum(axis=1)
    assert sums.max() - sums.min() <= 1
    for row in part:
        for c, n in enumerate(sizes):
            tested, validated = (int((row[label == c] == i).sum()) for i in (TEST, VALIDATION))
            assert tested in (n // folds, -(-n // folds))
            assert abs(validated - (n - tested) / 4) <= 0.5 or validated == 1
            assert n - tested - validated >= 1


images = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 25), st.integers(0, 60)), min_size=40, max_size=90
)


@given(images, st.integers(2, 5), st.booleans())
@settings(max_examples=100)
def test_no_group_and_no_copies_are_torn(folder, images, folds, spanning):
    label, group, content = map(list, zip(*images, strict=True))
    if not spanning:
        group = [3 * g + c for g, c in zip(group, label, strict=True)]
        content = [3 * same + c for same, c in zip(content, label, strict=True)]
    label[:3] = range(3)
    try:
        part = parts(folder, label, folds, group, content)
    except BadInput as refusal:
        event(str(refusal).rpartition(": ")[2])
        return
    event("divided")
    assert ((part == TEST).sum(axis=0) == 1).all()
    assert not torn(part, group)
    assert not torn(part, content)
    for row in part:
        for c in range(3):
            assert {TRAIN, VALIDATION, TEST} == set(row[np.array(label) == c])


def test_groups_of_several_classes_are_spread_evenly(folder):
    rng = np.random.default_rng(0)
    group, label = rng.integers(0, 60, 900), rng.integers(0, 3, 900)
    part = parts(folder, label.tolist(), 5, group.tolist())
    for c in range(3):
        shares = (part[:, label == c] == TEST).mean(axis=1)
        assert shares == pytest.approx([0.2] * 5, abs=0.03)


def test_the_seed_decides_and_any_two_images_may_be_tested_together(folder):
    label = [0, 1] * 6
    first = parts(folder, label, 3, seed=1)
    np.testing.assert_array_equal(parts(folder, label, 3, seed=1), first)
    together = np.zeros((12, 12), int)
    for seed in range(60):
        fold = (parts(folder, label, 3, seed=seed) == TEST).argmax(axis=0)
        together += fold[:, None] == fold
    # Of two images of a class 1 / 5 of the seeds, of two classes 1 / 3: 12 or 20 expected.
    assert together.min() >= 3
    assert together[~np.eye(12, dtype=bool)].max() <= 36


def test_images_that_cannot_be_read_play_no_part(folder):
    source = ["skipped"] * 2 + [""] * 20
    part = parts(folder, [0, 1] * 11, 4, source=source)
    assert (part[:, :2] == UNUSED).all()
    assert ((part[:, 2:] == TEST).sum(axis=0) == 1).all()


@pytest.mark.parametrize(
    ("n", "folds", "advice"),
    [
        (2, 2, "folds: add images"),
        (3, 2, "set folds to 3, add"),
        (3, 5, "set folds to 3, add"),
        (4, 5, "set folds to 4 at most, add"),
    ],
)
def test_a_class_of_too_few_images_is_refused(folder, n, folds, advice):
    label = [0] * 20 + [1] * n
    with refused(f"class 1: {n} images", f"too few for {folds} folds", advice):
        parts(folder, label, folds)


@pytest.mark.parametrize(("n", "folds"), [(4, 2), (3, 3), (5, 5)])
def test_the_smallest_class_that_suffices(folder, n, folds):
    part = parts(folder, [0] * n + [1] * 9, folds)
    assert ((part == TEST).sum(axis=0) == 1).all()


def test_groups_that_cannot_be_divided_are_refused(folder):
    # The large group is a fold of its own, so that the other fold leaves no two groups.
    group = [0] * 10 + [1, 2, 3] + [*range(4, 24)]
    with refused("class 0", "whole groups", "2 folds", "another number of folds"):
        parts(folder, [0] * 13 + [1] * 20, 2, group)


@pytest.mark.parametrize("own", ["test", "validation"])
def test_a_split_of_the_data_is_refused_with_what_else_it_may_be(folder, own):
    source = [own] * 4 + ["train"] * 20
    words = f"folds: the data has 4 {own} images of its own", "remove folds", "ignore", "splits"
    with refused(*words):
        parts(folder, [0, 1] * 12, 3, source=source)
