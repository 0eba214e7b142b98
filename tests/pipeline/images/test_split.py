"""Parts: stratified, whole groups, reproducible, and the source's own test images kept."""

import json

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from support.mistakes import refused

from features.errors import BadInput
from pipeline.images.labels import write_labels
from pipeline.images.parts import SEEN, TEST, TRAIN, UNUSED, VALIDATION, members
from pipeline.images.split import split
from pipeline.sources.source import Record


def run(
    folder,
    label,
    group=None,
    source=None,
    seed=0,
    test=0.25,
    validation=0.2,
    content=None,
    duplicates="report",
    folds=None,
) -> np.ndarray:
    n = len(label)
    folder.mkdir(exist_ok=True)
    paths = [folder / name for name in ("labels.csv", "classes.json", "parts.npy")]
    files = [f"{i}.png" for i in range(n)]
    source, group, content = source or [""] * n, group or range(n), content or range(n)
    write_labels(paths[0], map(Record, files, label, source, group), content)
    paths[1].write_text(json.dumps([f"class {c}" for c in range(max(label) + 1)]))
    given = (seed, validation, duplicates, paths[2])
    assert split(*paths[:2], *given, **(folds or {"test_fraction": test})) == n
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


# ---- images with the same pixels

sources = st.sampled_from(["", "train", "validation", "test", "skipped"])
mixed = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 60), st.integers(0, 60), sources),
    min_size=30,
    max_size=120,
)


def connected(group: list[int], content: list[int], rows: list[int]) -> list[set[int]]:
    """The rows in sets that share groups or contents, directly or through others."""
    left, found = set(rows), []
    while left:
        reached = {left.pop()}
        while True:
            groups, contents = {group[i] for i in reached}, {content[i] for i in reached}
            more = {i for i in left if group[i] in groups or content[i] in contents}
            if not more:
                break
            reached |= more
            left -= more
        found.append(reached)
    return found


@given(mixed, st.sampled_from([(), ("test",), ("validation",), ("test", "validation")]), fractions)
@settings(max_examples=300)
def test_a_drawn_split_tears_no_group_and_no_copies_apart(folder, images, given_splits, fraction):
    own = ("", "train", "skipped", *given_splits)
    images = [(c, g, same, s if s in own else "train") for c, g, same, s in images]
    label, group, content, source = map(list, zip(*images, strict=True))
    label[:3] = range(3)
    try:
        part = run(folder, label, group, source, 0, fraction, 0.3, content)
    except BadInput as refusal:
        event(str(refusal).rpartition(": ")[2])
        return
    event("drawn")
    expected = {"test": (TEST, SEEN), "validation": (VALIDATION,), "skipped": (UNUSED,)}
    for i, said in enumerate(source):
        if said in expected:
            assert part[i] in expected[said]
        else:
            assert part[i] in {TRAIN, VALIDATION, TEST} - {
                number for name in given_splits for number in expected[name]
            }
    # What the source put into validation and test itself may well be torn; nothing else is.
    usable = [i for i, said in enumerate(source) if said in ("", "train", "validation")]
    for together in connected(group, content, usable):
        drawn = {part[i] for i in together if source[i] != "validation"}
        assert len(drawn) <= 1
        if any(source[i] == "validation" for i in together):
            assert drawn <= {TRAIN}
    fitted = {content[i] for i in usable if part[i] != TEST}
    tested = [i for i in range(len(part)) if part[i] in (TEST, SEEN)]
    assert all((content[i] in fitted) == (part[i] == SEEN) for i in tested)
    for number in (TRAIN, VALIDATION):
        assert (part == number).any()
    assert set(np.array(label)[part == TRAIN]) == set(label)


def with_seen(n_seen: int, n_test: int) -> dict:
    """40 training images, and test images of which some are copies of the first ones."""
    copied = [*range(n_seen), *range(40 + n_seen, 40 + n_test)]
    return {
        "label": [0, 1] * 20 + [0, 1] * (n_test // 2),
        "source": ["train"] * 40 + ["test"] * n_test,
        "content": [*range(40), *copied],
    }


def test_copies_of_training_images_are_reported_dropped_or_refused(folder, tmp_path):
    part = run(folder, **with_seen(3, 10))
    assert part[40:].tolist() == [SEEN] * 3 + [TEST] * 7
    assert members(part, TEST).tolist() == list(range(40, 50))
    dropped = run(folder, **with_seen(3, 10), duplicates="drop_from_test")
    assert dropped[40:].tolist() == [UNUSED] * 3 + [TEST] * 7
    np.testing.assert_array_equal(dropped[:40], part[:40])
    words = ("3 of 10 test images", "same pixels", "drop_from_test")
    fails(tmp_path, *words, **with_seen(3, 10), duplicates="refuse")
    same = run(folder, **with_seen(0, 10), duplicates="refuse")
    np.testing.assert_array_equal(same[:40], part[:40])


@pytest.mark.parametrize("duplicates", ["report", "drop_from_test", "refuse"])
def test_nothing_but_copies_is_no_test(tmp_path, duplicates):
    words = ("10 of 10 test images", "nothing to test on")
    fails(tmp_path, *words, **with_seen(10, 10), duplicates=duplicates)


def test_copies_within_the_test_images_are_not_seen(folder):
    given = with_seen(0, 10)
    given["content"][40:] = [40] * 10
    assert (run(folder, **given, duplicates="refuse")[40:] == TEST).all()


def test_test_images_have_no_say_in_what_is_drawn_from_the_others(folder):
    """Whatever is a copy of what, in whichever group: the other images' parts are the same."""
    label = [0, 1] * 30
    source = ["test" if i % 3 == 0 else "train" for i in range(60)]
    apart = run(folder, label, source=source)
    content, group = list(range(60)), list(range(60))
    for i in range(0, 54, 3):  # test images tie two neighbours together each
        content[i], group[i] = i + 1, i + 2
    tied = run(folder, label, group=group, source=source, content=content)
    given = np.array(source) == "test"
    np.testing.assert_array_equal(tied[~given], apart[~given])
    other = [1 - y if s == "test" else y for y, s in zip(label, source, strict=True)]
    np.testing.assert_array_equal(run(folder, other, source=source)[~given], apart[~given])


def test_skipped_images_tie_nothing_together(folder):
    label = [0, 1] * 30
    source = ["skipped" if i < 4 else "" for i in range(60)]
    content = [0, 0, 0, 0, *range(4, 60)]
    group = [10, 11, 12, 13, *range(4, 60)]
    part = run(folder, label, group=group, source=source, content=content)
    assert (part[:4] == UNUSED).all()
    assert np.bincount(part[4:]).tolist() == [34, 8, 14]  # of 28: 7 test, 4.2 of 21 validation


# ---- what the source says


def test_validation_images_of_the_source_are_kept_and_test_images_drawn(folder):
    label = [0, 1] * 50
    source = ["validation" if i < 20 else "train" for i in range(100)]
    part = run(folder, label, source=source, test=0.25, validation=0.9)
    assert (part[:20] == VALIDATION).all()
    assert np.bincount(part[20:]).tolist() == [60, 0, 20]


def test_all_three_splits_of_the_source_are_kept(folder):
    source = ["train", "validation", "test"] * 20
    part = run(folder, [0, 1] * 30, source=source)
    assert part.tolist() == [TRAIN, VALIDATION, TEST] * 20


def test_copies_of_the_sources_validation_images_stay_in_training(folder):
    label = [0, 1] * 50
    source = ["validation" if i < 20 else "train" for i in range(100)]
    content = [*range(20), *range(20), *range(40, 100)]
    for seed in range(10):
        part = run(folder, label, source=source, content=content, seed=seed, test=0.5)
        assert (part[20:40] == TRAIN).all()
        assert np.bincount(part[40:]).tolist() == [30, 0, 30]
        assert not (part == SEEN).any()


def test_a_class_without_training_images_is_named(tmp_path):
    source = ["train", "validation", "test"] * 4 + ["test", "validation"]
    fails(tmp_path, "class 1", "no training images", label=[0] * 12 + [1] * 2, source=source)


# ---- groups of several classes


def test_groups_of_several_classes_are_drawn_whole_and_every_class_is_in_every_part(folder):
    rng = np.random.default_rng(0)
    group = rng.integers(0, 40, 600)
    label = rng.integers(0, 3, 600)
    part = run(folder, label.tolist(), group.tolist(), test=0.25, validation=0.2)
    for g in range(40):
        assert len(set(part[group == g])) == 1
    for c in range(3):
        share = np.bincount(part[label == c], minlength=3) / (label == c).sum()
        assert share[TEST] == pytest.approx(0.25, abs=0.02)
        assert share[VALIDATION] == pytest.approx(0.75 * 0.2, abs=0.02)


def test_a_picture_in_two_classes_spoils_no_other_draw(folder):
    content = [0, *range(119)]  # the first two images are one picture
    label = [0, 1, *[0] * 39, *[1] * 79]
    part = run(folder, label, content=content)
    assert part[0] == part[1]
    assert np.bincount(part[[0, *range(2, 41)]]).tolist() == [24, 6, 10]
    assert np.bincount(part[[1, *range(41, 120)]]).tolist() == [48, 12, 20]


def test_too_few_groups_of_several_classes_are_refused(tmp_path):
    # Each class is in two of the three groups.
    group, label = [0, 0, 1, 1, 2, 2], [0, 1, 1, 2, 2, 0]
    words = ("class 0", "2 images", "3 needed")
    fails(tmp_path, *words, label=label, group=group)
    source = ["train"] * 6 + ["test"] * 3
    fails(
        tmp_path,
        *("no whole groups can be drawn", "give more groups"),
        label=[*label, 0, 1, 2],
        group=[*group, 3, 4, 5],
        source=source,
    )


@pytest.mark.parametrize("test", [0.01, 0.25, 0.6, 0.99])
def test_three_groups_of_all_classes_are_one_each(folder, test):
    for seed in range(5):
        part = run(folder, [0, 1, 2] * 3, [0] * 3 + [1] * 3 + [2] * 3, seed=seed, test=test)
        assert sorted(part[::3]) == [TRAIN, VALIDATION, TEST]
