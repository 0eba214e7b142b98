"""The embedded photographs: crops are the pictures' own pixels, and no two parts share one."""

import socket

import numpy as np
import pytest
from support.image_sets import run

from pipeline.images.parts import TEST
from pipeline.images.split import split
from pipeline.sources import photos


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    return run("photos", tmp_path_factory.mktemp("photos"), seed=5)


def test_ten_classes_of_a_thousand_crops(loaded):
    assert loaded.images.shape == (10_000, 32, 32, 3)
    assert loaded.classes == sorted(loaded.classes)
    assert {"astronaut", "chelsea", "immunohistochemistry", "retina"} < set(loaded.classes)
    assert np.bincount(loaded.labels.label).tolist() == [1000] * 10
    assert loaded.checksum["data"] == "photos"


def test_tiles_are_used_evenly_and_are_the_groups(loaded):
    for label in range(10):
        groups = loaded.labels.group[loaded.labels.label == label]
        counts = np.unique(groups, return_counts=True)[1]
        assert counts.max() - counts.min() <= 1
        others = loaded.labels.group[loaded.labels.label != label]
        assert not set(groups) & set(others)
    chelsea = loaded.classes.index("chelsea")  # 300 x 451 pixels: 4 x 7 whole tiles
    assert len(np.unique(loaded.labels.group[loaded.labels.label == chelsea])) == 28


def test_each_crop_lies_within_its_tile(monkeypatch, tmp_path):
    """With pictures whose pixels say where they lie, a crop tells where it was cut."""

    def marked(name):
        row, column = np.mgrid[0:192, 0:256]
        return np.dstack([row, column, row // 64 * 16 + column // 64]).astype(np.uint8)

    monkeypatch.setattr(photos, "picture", marked)
    loaded = run("photos", tmp_path / "out")
    seen = set()
    tile_of_group = {}
    for crop, group in zip(loaded.images, loaded.labels.group, strict=True):
        assert len(np.unique(crop[..., 2])) == 1  # of one tile
        for axis in (0, 1):  # and every pixel of a 32 x 32 square once
            values = np.unique(crop[..., axis])
            assert values.tolist() == list(range(int(values[0]), int(values[0]) + 32))
        assert tile_of_group.setdefault(group, crop[0, 0, 2]) == crop[0, 0, 2]
        steps = crop[1, 0, :2].astype(int) - crop[0, 0, :2]
        across = crop[0, 1, :2].astype(int) - crop[0, 0, :2]
        seen.add((*steps, *across))
    assert len(tile_of_group) == 10 * 12
    assert len(seen) == 8  # four turns, each mirrored or not


@pytest.mark.parametrize("seed", [0, 1])
def test_parts_share_no_pixel_and_test_is_large(tmp_path, seed):
    loaded = run("photos", tmp_path, seed=seed)
    files = [tmp_path / name for name in ("labels.csv", "classes.json", "parts.npy")]
    split(*files[:2], seed, 0.2, "report", files[2], test_fraction=0.25)
    part = np.load(tmp_path / "parts.npy")
    assert (part == TEST).sum() >= 2000
    parts_of_group: dict[int, set[int]] = {}
    for group, where in zip(loaded.labels.group, part, strict=True):
        parts_of_group.setdefault(group, set()).add(where)
    assert all(len(parts) == 1 for parts in parts_of_group.values())


def test_seeds_give_other_crops_of_the_same_data(tmp_path, loaded):
    other = run("photos", tmp_path / "other", seed=6)
    again = run("photos", tmp_path / "again", seed=5, threads=2)
    assert not np.array_equal(other.images, loaded.images)
    np.testing.assert_array_equal(again.images, loaded.images)
    assert again.files == loaded.files
    assert other.checksum == loaded.checksum


def test_the_network_is_never_asked(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "socket", refuse)
    photos.picture.cache_clear()
    assert len(run("photos", tmp_path / "out").images) == 10_000
