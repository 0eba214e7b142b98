"""What a feature is fitted on: the images of an index, read as slices of them are asked for."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest
from support.noise import noise

from pipeline.blocks.fit import Selection, fit
from pipeline.images.labels import write_labels
from pipeline.images.parts import TEST, TRAIN
from pipeline.runtime.store import ArrayFile, read_arrays, write_array
from pipeline.sources.source import Record


@pytest.mark.parametrize("index", [range(20), [3], [0, 19], [1, 2, 5, 11, 12, 13, 18]], ids=str)
@pytest.mark.parametrize("size", [1, 3, 100])
def test_slices_of_a_selection_are_its_images(tmp_path, index, size):
    images = noise(20, 3, 2)
    write_array(tmp_path / "images.npy", images)
    index = np.array(index)
    chosen = Selection(ArrayFile(tmp_path / "images.npy"), index)
    assert chosen.shape == (len(index), 3, 2, 3)
    for start in range(0, len(index), size):
        part = slice(start, start + size)
        np.testing.assert_array_equal(chosen[part], images[index][part])


def test_a_codebook_smaller_than_asked_for_is_said_and_kept(tmp_path, capsys):
    """Of an image with one white pixel there are five patches of 2 x 2: four with it, one without.

    Test images, which have many others, are not looked at.
    """
    images, labels, parts, state = (tmp_path / name for name in ("i.npy", "l", "p.npy", "s.npz"))
    array = noise(4, 5, 5)
    array[:3] = 0
    array[:3, 2, 2] = 255
    write_array(images, array)
    write_labels(labels, [Record(f"{i}.png", 0, "", i) for i in range(4)], np.arange(4))
    write_array(parts, np.array([TRAIN, TRAIN, TRAIN, TEST], np.int8))
    settings = {"words": 9, "patch_size": 2, "patches": 200, "contrast_offset": None}
    settings |= {"whitening": None, "method": "random_patches"}
    assert fit(images, labels, parts, "bag_of_words", settings, False, 7, 1, state) == 3
    said = "words is 9, but of distinct patches there are only 5: the codebook has as many words."
    assert capsys.readouterr().err == f"bag_of_words, seed 7: {said}\n"
    found = read_arrays(state)
    assert found["words"].shape == (5, 12)
    assert found["said"].tolist() == [said]


def test_a_fit_that_resumes_is_given_a_checkpoint_which_is_gone_when_it_is_done(
    tmp_path, monkeypatch
):
    images, labels, parts, state = (tmp_path / name for name in ("i.npy", "l", "p.npy", "s.npz"))
    write_array(images, noise(2, 3, 3))
    write_labels(labels, [Record(f"{i}.png", 0, "", i) for i in range(2)], np.arange(2))
    write_array(parts, np.array([TRAIN, TRAIN], np.int8))
    steps = []

    def counted(images, labels, rng, threads, *, checkpoint):
        """Two steps; the first call is stopped after one."""
        done = int((checkpoint.load() or {"done": 0})["done"])
        steps.append(done)
        if done == 0:
            checkpoint.save({"done": np.array(1)})
            raise KeyboardInterrupt
        return {"answer": np.array(42)}

    monkeypatch.setitem(sys.modules, "features.counted", SimpleNamespace(fit=counted))
    given = images, labels, parts, "counted", {}, True, 7, 1, state
    with pytest.raises(KeyboardInterrupt):
        fit(*given)
    assert fit(*given) == 2
    assert steps == [0, 1]
    assert np.load(state)["answer"] == 42
    assert sorted(path.name for path in tmp_path.iterdir()) == ["i.npy", "l", "p.npy", "s.npz"]
